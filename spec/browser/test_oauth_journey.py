"""An app asks, somebody logs in and allows it in a browser, and the app gets what was allowed."""

import itertools
import re

import pytest
from playwright.sync_api import Error, expect

from answers import issuer_of
from asking import address, ask, ask_back_to, ask_for_code, device_page, poll, returned, start_device
from authorization import content
from hosts import LONG_NAME
from registration import PASSWORD, new_name
from visitor import DESKTOP, PHONE, Look

SCHEMES = itertools.cycle(["light", "dark", "dark", "light"])
JOURNEYS = pytest.mark.parametrize(
    "look, scripts",
    [
        pytest.param(
            Look(width, next(SCHEMES), language), scripts, id=f"{width}-{language}-{'' if scripts else 'no-'}scripts"
        )
        for language in ("en", "de", "ar")
        for width in (DESKTOP, PHONE)
        for scripts in (True, False)
    ],
)
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def callback_of(website):
    return website.url + "/callback"


def box(visitor, scope):
    return visitor.page.locator(f"input[type=checkbox][name=scope][value='{scope}']")


def tokens(flow, page, scope):
    """What the app gets for the code that the browser brought it; checks what else it was told."""
    said = returned(page.url)
    assert set(said) == {"code", "state", "iss"}, said
    assert said["state"] == flow.parameters["state"]
    assert said["iss"] == issuer_of(flow.server, flow.client.host)
    issued = content(flow.redeem(said["code"]))
    assert issued["scope"] == scope
    return issued


def refusal(flow, page):
    said = returned(page.url)
    assert said["error"] == "access_denied" and said["state"] == flow.parameters["state"], said
    assert said["iss"] == issuer_of(flow.server, flow.client.host) and "code" not in said


def username_of(flow, issued):
    answer = flow.server.get(
        "/oauth2/userinfo", headers={"Authorization": "Bearer " + issued["access_token"]}, host=flow.client.host
    )
    return content(answer)["sub"].removeprefix("xmpp:").partition("@")[0]


@JOURNEYS
def test_from_the_request_to_the_tokens(server, links, visit, neighbour, look, scripts):
    visitor, name = visit(look, scripts=scripts, allowed=[neighbour.url]), links.somebody()
    flow = ask_back_to(server, callback_of(neighbour))

    assert visitor.open(address(flow)).status == 200
    assert visitor.heading_says("login_title", site_name="Chat am See")
    assert visitor.sees("login_lead") and "Gadget" in visitor.text and "app.example.com" in visitor.text

    visitor.log_in(name, PASSWORD + "!")
    assert visitor.sees("login_wrong") and visitor.status() == 200
    assert visitor.page.title().startswith(visitor.say("problem_title"))
    assert visitor.page.locator("#username").input_value() == name
    assert visitor.page.locator("#password").input_value() == ""

    visitor.log_in(f"{name}@localhost", PASSWORD)
    assert visitor.heading_says("consent_title")
    assert "Gadget" in visitor.text and "app.example.com" in visitor.text and f"{name}@localhost" in visitor.text
    assert visitor.sees("scope_openid") and visitor.sees("scope_xmpp") and visitor.sees("scope_offline_access")
    assert box(visitor, "openid").count() == 0
    assert box(visitor, "xmpp").is_checked()
    box(visitor, "offline_access").uncheck()

    visitor.press("consent_allow")
    assert visitor.page.url.startswith(callback_of(neighbour) + "?")
    assert visitor.page.url.removeprefix(neighbour.url) in neighbour.paths
    issued = tokens(flow, visitor.page, "openid xmpp")
    assert "refresh_token" not in issued and username_of(flow, issued) == name
    assert flow.redeem(returned(visitor.page.url)["code"]).status == 400


@SCRIPTS
def test_an_app_with_a_website(server, links, visit, app_site, scripts):
    visitor = visit(scripts=scripts, allowed=[app_site.url])
    flow = ask(server, client_uri=app_site.url, redirect_uris=[callback_of(app_site)])
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    assert visitor.page.url.startswith(callback_of(app_site) + "?")
    assert "refresh_token" in tokens(flow, visitor.page, "openid offline_access xmpp")


@pytest.mark.parametrize("button", ["consent_allow", "consent_deny", "login_cancel"])
def test_an_app_whose_website_sends_on_at_once(server, links, visit, app_site, neighbour, button):
    """As one does that has people log in at one address and lives at another."""
    app_site.moved["/login/done"] = neighbour.url + "/inbox"
    visitor = visit(allowed=[app_site.url, neighbour.url])
    flow = ask(server, client_uri=app_site.url, redirect_uris=[app_site.url + "/login/done"])
    sent_on(visitor, links, flow, button)
    assert visitor.page.url == neighbour.url + "/inbox", (visitor.page.url, visitor.complaints)


def test_an_app_that_thanks_on_its_website(server, links, visit, neighbour, app_site):
    """As programs on a computer do that listen for the code, and have nothing to show."""
    neighbour.moved["/finished"] = app_site.url + "/thanks"
    visitor, flow = visit(allowed=[app_site.url, neighbour.url]), ask_back_to(server, neighbour.url + "/finished")
    sent_on(visitor, links, flow, "consent_allow")
    assert [path for path in neighbour.paths if path.startswith("/finished?code=")]
    assert visitor.page.url == app_site.url + "/thanks", (visitor.page.url, visitor.complaints)


def sent_on(visitor, links, flow, button):
    visitor.open(address(flow))
    if button != "login_cancel":
        visitor.log_in(links.somebody(), PASSWORD)
    visitor.page.get_by_role("button", name=visitor.say(button), exact=True).click(no_wait_after=True)
    try:
        visitor.page.wait_for_url(re.compile("/(inbox|thanks)$"), timeout=5000)
    except Error:
        pass  # it stays where it is


@SCRIPTS
@pytest.mark.parametrize("button", ["consent_allow", "consent_deny", "login_cancel"])
def test_an_app_on_the_device(server, links, visit, scripts, button):
    """There is none on this machine, but the browser asks for it; and does not complain of a policy."""
    visitor, flow = visit(Look(PHONE), scripts=scripts), ask_back_to(server, "com.example.app:/callback")
    visitor.open(address(flow))
    if button != "login_cancel":
        visitor.log_in(links.somebody(), PASSWORD)
    with visitor.page.expect_request(re.compile("^com[.]example[.]app:/callback[?]")) as asked:
        visitor.page.get_by_role("button", name=visitor.say(button), exact=True).click(no_wait_after=True)
    said = returned(asked.value.url)
    assert said["state"] == flow.parameters["state"] and said["iss"] == issuer_of(server)
    if button == "consent_allow":
        assert content(flow.redeem(said["code"]))["scope"] == "openid offline_access xmpp"
    else:
        assert said["error"] == "access_denied"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_an_app_that_listens_on_the_device(server, links, visit, neighbour, host):
    """On whatever port is free, which it did not tell when it registered."""
    back = f"http://{host}:{neighbour.server_port}/callback"
    visitor, flow = visit(allowed=[back.removesuffix("/callback")]), ask_back_to(server, f"http://{host}/callback")
    flow.parameters["redirect_uri"] = back
    requests = []
    visitor.page.on("request", lambda request: requests.append(request.url))
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.page.get_by_role("button", name=visitor.say("consent_allow"), exact=True).click(no_wait_after=True)
    visitor.page.wait_for_timeout(1500)
    came = [url for url in requests if url.startswith(back + "?code=")]
    assert came, (requests, visitor.complaints)
    if host == "[::1]":
        visitor.complaints.clear()  # nobody listens there
    tokens_said = returned(came[0])
    assert content(flow.redeem(tokens_said["code"]))


@SCRIPTS
def test_over_plain_http(server, links, visit, neighbour, scripts):
    """Browsers send no Sec-Fetch-Site there, and "Origin: null" for our own form."""
    host = "plain.example"
    visitor = visit(scripts=scripts, allowed=[neighbour.url])
    flow = ask_back_to(server, callback_of(neighbour), host)
    visitor.open(address(flow))
    visitor.log_in(links.somebody(host=host), PASSWORD)
    visitor.press("consent_allow")
    tokens(flow, visitor.page, "openid offline_access xmpp")


# Saying no


@JOURNEYS
def test_deny(server, links, visit, neighbour, look, scripts):
    visitor, flow = visit(look, scripts=scripts, allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_deny")
    refusal(flow, visitor.page)


@SCRIPTS
def test_cancel_before_the_login(server, visit, neighbour, scripts):
    visitor = visit(scripts=scripts, allowed=[neighbour.url])
    flow = ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.press("login_cancel")
    refusal(flow, visitor.page)


def test_cancel_after_a_wrong_password(server, visit, neighbour):
    visitor, flow = visit(allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in("romeo", "wrong")
    visitor.press("login_cancel")
    refusal(flow, visitor.page)


def test_the_enter_key_logs_in(server, links, visit, neighbour):
    visitor, flow, name = visit(), ask_back_to(server, callback_of(neighbour)), links.somebody()
    visitor.open(address(flow))
    visitor.page.locator("#username").fill(name)
    visitor.page.locator("#password").fill(PASSWORD)
    with visitor.page.expect_navigation():
        visitor.page.keyboard.press("Enter")
    assert visitor.heading_says("consent_title")


@SCRIPTS
def test_nothing_ticked(server, links, visit, neighbour, scripts):
    visitor = visit(scripts=scripts, allowed=[neighbour.url])
    flow = ask_back_to(server, callback_of(neighbour), scope="offline_access xmpp")
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    for scope in ("offline_access", "xmpp"):
        box(visitor, scope).uncheck()
    visitor.press("consent_allow")
    refusal(flow, visitor.page)


# Changing one's mind


@SCRIPTS
def test_not_you(server, links, visit, neighbour, scripts):
    visitor, flow = visit(scripts=scripts, allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    first, second = links.somebody(), links.somebody()
    visitor.open(address(flow))
    visitor.log_in(first, PASSWORD)
    visitor.click("consent_not_you")
    assert visitor.heading_says("login_title", site_name="Chat am See")
    assert visitor.page.locator("#username").input_value() == "" and first not in visitor.text
    visitor.log_in(second, PASSWORD)
    assert f"{second}@localhost" in visitor.text and f"{first}@localhost" not in visitor.text
    visitor.press("consent_allow")
    assert username_of(flow, tokens(flow, visitor.page, "openid offline_access xmpp")) == second


@SCRIPTS
def test_back_after_consent(server, links, visit, neighbour, scripts):
    """The consent page is gone, as nobody may store it; the login page before it starts anew."""
    visitor, flow = visit(scripts=scripts, allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    first = returned(visitor.page.url)["code"]
    assert flow.redeem(first).status == 200

    with visitor.page.expect_navigation():
        visitor.page.evaluate("history.go(-2)")
    assert visitor.heading_says("login_title", site_name="Chat am See")
    assert visitor.page.locator("#password").input_value() == ""
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    second = returned(visitor.page.url)["code"]
    assert second != first and flow.redeem(second).status == 200


def test_consent_sent_twice(server, links, visit, neighbour):
    """As by going back and confirming. Each answer has a code of its own, and one does not end the other."""
    visitor, flow = visit(allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    codes = []
    for _ in range(2):
        visitor.page.locator("form").evaluate("(form) => { form.target = '_blank'; delete form.dataset.sent; }")
        with visitor.context.expect_page() as opened:
            visitor.page.get_by_role("button", name=visitor.say("consent_allow"), exact=True).click()
        opened.value.wait_for_url(callback_of(neighbour) + "?*")
        codes.append(returned(opened.value.url)["code"])
    assert codes[0] != codes[1]
    issued = [content(flow.redeem(code)) for code in codes]
    assert username_of(flow, issued[0]) == username_of(flow, issued[1])


def test_reload_of_the_consent_page(server, links, visit, neighbour):
    visitor, flow = visit(allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.page.reload()
    assert visitor.heading_says("consent_title") and visitor.status() == 200
    visitor.press("consent_allow")
    tokens(flow, visitor.page, "openid offline_access xmpp")


def test_the_address_of_the_consent_page_opened_again(server, links, visit, neighbour):
    visitor, flow = visit(), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.page.goto(visitor.page.url)
    assert visitor.heading_says("login_title", site_name="Chat am See")
    assert visitor.context.cookies() == []
    assert visitor.page.evaluate("localStorage.length + sessionStorage.length") == 0


@SCRIPTS
def test_two_requests_in_two_tabs(server, links, visit, neighbour, scripts):
    visitor = visit(scripts=scripts, allowed=[neighbour.url])
    people = [links.somebody(), links.somebody()]
    flows = [
        ask_back_to(server, callback_of(neighbour) + each, client_name=f"App {each}") for each in ("one", "two")
    ]
    pages = [visitor.page, visitor.context.new_page()]
    for page, flow in zip(pages, flows):
        visitor.page = page
        visitor.open(address(flow))
    for page, person in zip(pages, people):
        visitor.page = page
        visitor.log_in(person, PASSWORD)
    for page, person, name in zip(pages, people, ("App one", "App two")):
        visitor.page = page
        assert person in visitor.text and name in visitor.text
    for page, flow, person in reversed(list(zip(pages, flows, people))):
        visitor.page = page
        visitor.press("consent_allow")
        assert username_of(flow, tokens(flow, page, "openid offline_access xmpp")) == person


def test_a_double_click_is_one_consent(server, links, visit, neighbour):
    visitor, flow = visit(allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour) + "/double")
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.page.get_by_role("button", name=visitor.say("consent_allow"), exact=True).dblclick()
    visitor.page.wait_for_url(callback_of(neighbour) + "/double?*")
    assert len([path for path in neighbour.paths if path.startswith("/callback/double")]) == 1
    tokens(flow, visitor.page, "openid offline_access xmpp")


# Waiting


def test_a_login_that_is_old(start_server, links, visit, neighbour):
    """On a server of its own, whose clock can be turned."""
    from authorization import advance, new_user, options

    own = start_server(options())
    visitor, name = visit(allowed=[neighbour.url]), new_user(own)
    flow = ask_back_to(own, callback_of(neighbour))
    visitor.open(address(flow))
    visitor.log_in(name, PASSWORD)
    advance(own, 601)
    visitor.press("consent_allow")
    assert visitor.sees("login_expired") and visitor.heading_says("login_title", site_name="localhost")
    visitor.log_in(name, PASSWORD)
    visitor.press("consent_allow")
    tokens(flow, visitor.page, "openid offline_access xmpp")


def test_too_many_tries(server, links, visit):
    visitor, name = visit(), links.somebody(host="throttled.localhost")
    visitor.open(address(ask(server, "throttled.localhost")))
    visitor.log_in(name, "wrong")
    assert visitor.sees("login_wrong")
    visitor.log_in(name, PASSWORD)
    assert visitor.status() == 429 and re.search(r"Wait (10|9) minutes", visitor.text), visitor.text
    answer = next(each for each in reversed(visitor.responses) if each.status == 429)
    assert 0 < int(answer.headers["retry-after"]) <= 600
    assert visitor.page.locator("#username").input_value() == name
    assert visitor.page.locator("#password").input_value() == ""


# A code to copy


@JOURNEYS
def test_a_code_to_copy(server, links, visit, look, scripts):
    visitor, flow = visit(look, scripts=scripts), ask_for_code(server)
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    assert visitor.heading_says("oob_title") and visitor.sees("oob_text", client_name="Gadget")
    field = visitor.page.locator("#code")
    assert not field.is_editable()
    if scripts:
        visitor.click("oob_copy")
        expect(visitor.page.get_by_role("button")).to_have_text(visitor.say("oob_copied"))
        assert visitor.page.evaluate("navigator.clipboard.readText()") == field.input_value()
    else:
        assert visitor.page.get_by_role("button").count() == 0
    assert content(flow.redeem(field.input_value()))["scope"] == "openid offline_access xmpp"


# A device


def slips(user_code):
    """As somebody types it."""
    front, back = user_code.lower().split("-")
    return f" {front} {back} "


@JOURNEYS
def test_a_device(server, links, visit, look, scripts):
    visitor, name = visit(look, scripts=scripts), links.somebody()
    client, said = start_device(server)
    assert said["verification_uri"] == device_page(server)
    assert content(poll(client, said["device_code"]), 400)["error"] == "authorization_pending"

    visitor.open(said["verification_uri"])
    assert visitor.heading_says("device_title")
    if look.language == "en":  # who guesses more often has to wait
        visitor.page.locator("#user_code").fill("BCDF-GHJK")
        visitor.submit()
        assert visitor.status() == 400 and visitor.sees("device_unknown")
        assert visitor.page.locator("#user_code").input_value() == "BCDF-GHJK"
    visitor.page.locator("#user_code").fill(slips(said["user_code"]))
    visitor.submit()

    assert visitor.heading_says("device_confirm_title")
    assert "Television" in visitor.text and "app.example.com" in visitor.text and said["user_code"] in visitor.text
    visitor.press("device_confirm_button")
    assert visitor.heading_says("login_title", site_name="Chat am See") and "Television" in visitor.text
    visitor.log_in(name, PASSWORD)
    assert visitor.heading_says("consent_title") and f"{name}@localhost" in visitor.text
    visitor.press("consent_allow")
    assert visitor.heading_says("device_done") and visitor.sees("device_done_text", client_name="Television")
    issued = content(poll(client, said["device_code"]))
    assert issued["scope"] == "openid xmpp"


@SCRIPTS
def test_a_device_with_a_link(server, links, visit, scripts):
    visitor, (client, said) = visit(Look(PHONE), scripts=scripts), start_device(server)
    visitor.open(said["verification_uri_complete"])
    visitor.press("device_confirm_button")
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    assert visitor.heading_says("device_done")
    assert content(poll(client, said["device_code"]))["scope"] == "openid xmpp"

    # The link is used up, and so is the form.
    visitor.open(said["verification_uri_complete"])
    assert visitor.status() == 400 and visitor.sees("device_unknown")


@pytest.mark.parametrize("where", ["login", "consent"])
def test_a_device_that_is_refused(server, links, visit, where):
    visitor, (client, said) = visit(), start_device(server)
    visitor.open(said["verification_uri_complete"])
    visitor.press("device_confirm_button")
    if where == "consent":
        visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_deny" if where == "consent" else "login_cancel")
    assert visitor.sees("oauth_error_denied") and visitor.page.locator("form").count() == 0
    assert content(poll(client, said["device_code"]), 400)["error"] == "access_denied"


def test_a_device_and_reloading_the_last_page(server, links, visit):
    visitor, (client, said) = visit(), start_device(server)
    visitor.open(said["verification_uri_complete"])
    visitor.press("device_confirm_button")
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    visitor.page.reload()
    heading = visitor.heading
    assert heading in (visitor.say("device_done"), visitor.say("device_title")), heading
    assert content(poll(client, said["device_code"]))["scope"] == "openid xmpp"


# Without scripts


def test_nothing_is_there_that_needs_a_script(server, links, visit):
    visitor = visit(scripts=False)
    visitor.open(address(ask_for_code(server)))
    assert visitor.page.get_by_role("button").all_inner_texts() == [
        visitor.say("login_button"),
        visitor.say("login_cancel"),
    ]
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")
    assert visitor.page.get_by_role("button").count() == 0


def test_the_password_can_be_seen_where_scripts_run(server, visit):
    visitor = visit()
    visitor.open(address(ask(server)))
    visitor.page.locator("#password").fill(PASSWORD)
    visitor.click("password_show")
    assert visitor.page.locator("#password").get_attribute("type") == "text"
    visitor.click("password_hide")
    assert visitor.page.locator("#password").get_attribute("type") == "password"


def test_password_managers_know_the_fields(server, visit):
    visitor = visit()
    visitor.open(address(ask(server)))
    for field, purpose in {"username": "username", "password": "current-password"}.items():
        assert visitor.page.locator(f"#{field}").get_attribute("autocomplete") == purpose
    assert visitor.page.locator("#username").get_attribute("autocapitalize") == "none"


# Names


def test_long_and_odd_names(server, links, visit, neighbour):
    host = "long.localhost"
    visitor, name = visit(Look(PHONE), allowed=[neighbour.url]), links.somebody(new_name(LONG_NAME), host)
    odd = "<b>A&B</b> {say.login_title} \"'"
    flow = ask_back_to(server, callback_of(neighbour), host, client_name=odd)
    visitor.open(address(flow))
    visitor.log_in(name, PASSWORD)
    assert "<b>A&B</b>" in visitor.text and "{say.login_title}" in visitor.text
    visitor.press("consent_allow")
    tokens(flow, visitor.page, "openid offline_access xmpp")
