"""The registration form, with people who mistype, change their mind, and click twice."""

import pytest
from playwright.sync_api import expect

import registration
import xmpp
from registration import PASSWORD
from visitor import PHONE, Look, apart


def accounts_made(server, name, host="localhost"):
    return len(registration.probe(server, "events", host, name="user-registered", username=name))


def problems_of(visitor, field):
    """What is said to be wrong with a field."""
    described = visitor.page.locator(f"#{field}").get_attribute("aria-describedby").split()
    texts = [visitor.page.locator(f"#{each}").inner_text() for each in described if each.endswith("-problem")]
    return "\n".join(texts)


def test_everything_wrong_is_said_at_once_and_can_be_put_right(server, links, visit):
    visitor, name, host = visit(), registration.new_name("juliet"), "strict.localhost"
    taken = links.somebody(host=host)
    visitor.open(links.form(links.account(host)) + "&c=gajim")
    visitor.send_unchecked(taken, taken)

    assert visitor.sees("problem_title")
    assert visitor.say("problem_name_taken") in problems_of(visitor, "user")
    for problem in ("length", "username"):
        assert visitor.say("problem_password_" + problem, length="12") in problems_of(visitor, "password")
    assert visitor.page.title().startswith(visitor.say("problem_title"))
    assert visitor.page.locator("#user").input_value() == taken
    assert visitor.page.locator("#password").input_value() == ""

    visitor.register(name, PASSWORD)
    assert visitor.heading_says("success_heading")
    assert visitor.sees("success_login", app="Gajim"), "the chosen app was forgotten"
    apart(xmpp.log_in, server, name, PASSWORD, host=host)


def test_the_strength_is_one_of_all_rules(links, visit):
    visitor = visit()
    visitor.open(links.form(links.account("strict.localhost")))
    visitor.register("julietta", "julietta1234")
    for problem in ("username", "strength"):
        assert visitor.say("problem_password_" + problem) in problems_of(visitor, "password")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_suggested_name(server, links, visit, scripts):
    visitor, taken = visit(Look(PHONE), scripts=scripts), links.somebody()
    visitor.open(links.form(links.account()) + "&c=gajim")
    visitor.register(taken, PASSWORD)
    assert visitor.sees("problem_name_taken")
    suggestions = visitor.page.locator(".suggestions a")
    assert suggestions.count() == 3

    suggested = suggestions.nth(1).inner_text()
    suggestions.nth(1).click()
    expect(visitor.page.locator(".problem")).to_have_count(0)
    assert visitor.page.locator("#user").input_value() == suggested
    visitor.register(password=PASSWORD)
    assert visitor.heading_says("success_heading") and visitor.sees("success_login", app="Gajim")
    apart(xmpp.log_in, server, suggested, PASSWORD)


def test_the_cursor_is_where_something_is_wrong(links, visit):
    visitor = visit()
    visitor.open(links.form(links.account()))
    visitor.register("romeo", PASSWORD)
    assert visitor.page.evaluate("document.activeElement.id") == "user"


def test_a_whole_address_with_capitals(server, links, visit):
    visitor, name = visit(), registration.new_name("juliet")
    visitor.open(links.form(links.account()))
    visitor.register(f" {name.capitalize()}@localhost ", PASSWORD)
    assert visitor.heading_says("success_heading") and f"{name}@localhost" in visitor.text


def test_the_address_grows_as_one_types(links, visit):
    visitor = visit()
    visitor.open(links.form(links.account()))
    hint = visitor.page.locator("#user-hint")
    before = hint.inner_text()
    visitor.page.locator("#user").press_sequentially("Julia")
    assert "julia@localhost" in hint.inner_text()
    visitor.fill("")
    assert hint.inner_text() == before


def test_the_password_can_be_seen_where_scripts_run(links, visit):
    link = links.form(links.account())
    visitor = visit(Look(language="de"))
    visitor.open(link)
    visitor.fill(password=PASSWORD)
    visitor.click("password_show")
    assert visitor.page.locator("#password").get_attribute("type") == "text"
    assert visitor.page.locator("#password").input_value() == PASSWORD
    visitor.click("password_hide")
    assert visitor.page.locator("#password").get_attribute("type") == "password"

    without = visit(scripts=False)
    without.open(link)
    assert without.page.get_by_role("button").count() == 1


def test_a_seen_password_is_hidden_when_it_is_sent(links, visit):
    """Browsers offer what stood in a text field to whoever types there next."""
    visitor, sent_as = visit(), []
    visitor.open(links.form(links.account()))
    visitor.fill("romeo", PASSWORD)
    visitor.click("password_show")
    visitor.page.expose_function("note", lambda kind: sent_as.append(kind))
    visitor.page.evaluate(
        "document.forms[0].addEventListener('submit', () => note(document.querySelector('#password').type))"
    )
    visitor.submit()
    assert visitor.sees("problem_name_taken") and sent_as == ["password"]


def test_password_managers_know_the_fields(links, visit):
    visitor = visit()
    visitor.open(links.form(links.account()))
    for field, purpose in {"user": "username", "password": "new-password"}.items():
        assert visitor.page.locator(f"#{field}").get_attribute("autocomplete") == purpose
    assert visitor.page.locator("#user").get_attribute("autocapitalize") == "none"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_double_click_makes_one_account(server, links, visit, scripts):
    visitor, name = visit(scripts=scripts), registration.new_name("juliet")
    visitor.open(links.form(links.account()))
    visitor.fill(name, PASSWORD)
    visitor.page.locator("button[type=submit]").dblclick()
    expect(visitor.page.locator("h1")).to_have_text(visitor.say("success_heading"))
    assert accounts_made(server, name) == 1


def test_back_after_success(server, links, visit):
    visitor, name = visit(), registration.new_name("juliet")
    visitor.open(links.account())
    visitor.click("app_continue", app="Dino")
    visitor.register(name, PASSWORD)
    assert visitor.heading_says("success_heading")

    visitor.page.go_back()
    if visitor.page.locator("form").count():
        visitor.register(name, PASSWORD)
    assert visitor.heading_says("invalid_used") and visitor.sees("invalid_used_text")
    assert accounts_made(server, name) == 1


def test_reloading_the_success_page(server, links, visit):
    visitor, name = visit(), registration.new_name("juliet")
    visitor.open(links.form(links.account()))
    visitor.register(name, PASSWORD)
    visitor.page.reload()
    assert visitor.heading_says("invalid_used")
    assert accounts_made(server, name) == 1


def test_a_form_whose_invitation_was_used_meanwhile(server, links, visit):
    link = links.form(links.account())
    late, other = visit(), visit()
    late.open(link)
    late.fill(registration.new_name("late"), PASSWORD)
    other.open(link)
    other.register(registration.new_name("other"), PASSWORD)
    late.submit()
    assert late.heading_says("invalid_used") and late.status() == 410


def test_too_many_tries(links, visit):
    visitor, host = visit(), "throttled.localhost"
    visitor.open(links.form(links.account(host)))
    visitor.register("romeo", "password")  # too common
    assert visitor.sees("problem_password_common")
    visitor.register("romeo", PASSWORD)
    assert visitor.status() == 429 and visitor.sees("error_throttled")
    answer = next(each for each in reversed(visitor.responses) if each.status == 429)
    assert 0 < int(answer.headers["retry-after"]) <= 600


def test_a_form_on_another_website(server, links, visit, neighbour):
    link, name = links.account(), registration.new_name("victim")
    page, token = links.form(link).split("?t=")
    neighbour.pages["/trap"] = f"""<form method="post" action="{page}"><input name="token" value="{token}">
        <input name="user" value="{name}"><input name="password" value="{PASSWORD}">
        <button type="submit">Win</button></form>"""
    visitor = visit(allowed=[page.removesuffix("/register")])
    visitor.open(neighbour.url + "/trap")
    visitor.submit()
    assert visitor.status() == 403 and visitor.sees("error_elsewhere")
    assert accounts_made(server, name) == 0


def test_in_a_frame_of_another_website(links, visit, neighbour):
    link = links.form(links.account())
    neighbour.pages["/frame"] = f'<iframe src="{link}"></iframe>'
    visitor = visit(allowed=[link.partition("/register")[0]])
    visitor.open(neighbour.url + "/frame")
    assert visitor.page.frames[1].locator("form").count() == 0
    assert any("frame-ancestors" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()
