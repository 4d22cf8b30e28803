"""From the link to the first login: somebody who never heard of XMPP only clicks and types."""

import itertools

import pytest

import registration
import xmpp
from registration import PASSWORD
from visitor import DESKTOP, PHONE, Look, apart

# Both widths in each language, once with scripts and once without; each of these in light and in dark.
SCHEMES = itertools.cycle(["light", "dark", "dark", "light"])
JOURNEYS = [
    pytest.param(
        Look(width, next(SCHEMES), language), scripts, id=f"{width}-{language}-{'' if scripts else 'no-'}scripts"
    )
    for language in ("en", "de", "ar")
    for width in (DESKTOP, PHONE)
    for scripts in (True, False)
]


def choose_an_app(visitor):
    """On a computer the app that is recommended, on a phone one that is told how to go on without the store."""
    if visitor.look.width == DESKTOP:
        assert visitor.sees("app_recommended", platform="Linux")
        visitor.click("app_continue", app="Dino")
        return "Dino"
    assert visitor.sees("app_recommended", platform="Android")
    visitor.unfold("app_others")
    visitor.unfold("app_other_devices")
    visitor.choose("Monal")
    assert visitor.heading_says("setup_title", app="Monal", site_name="Chat am See")
    visitor.unfold("setup_fallback")
    visitor.click("register_here")
    return "Monal"


@pytest.mark.parametrize("look, scripts", JOURNEYS)
def test_from_the_link_to_the_login(server, links, visit, look, scripts):
    visitor, name = visit(look, scripts=scripts), registration.new_name("juliet")

    assert visitor.open(links.friend("romeo")).status == 200
    assert visitor.heading_says("invite_heading_from", inviter="romeo", site_name="Chat am See")
    app = choose_an_app(visitor)

    assert visitor.heading_says("register_title", site_name="Chat am See")
    assert visitor.sees("register_lead_from", inviter="romeo")
    visitor.register(name, PASSWORD)

    assert visitor.heading_says("success_heading")
    assert f"{name}@localhost" in visitor.text
    assert visitor.sees("success_login", app=app)

    assert apart(xmpp.roster, server, name, PASSWORD) == ["romeo@localhost"]


def test_the_inviter_has_the_new_contact(server, links, visit):
    visitor, inviter, name = visit(), links.somebody(), registration.new_name("juliet")
    visitor.open(links.form(links.friend(inviter)))
    visitor.register(name, PASSWORD)
    assert apart(xmpp.roster, server, inviter, PASSWORD) == [f"{name}@localhost"]


def test_with_no_app_in_mind(server, links, visit):
    visitor, name = visit(Look(PHONE)), registration.new_name("juliet")
    visitor.open(links.account())
    visitor.unfold("have_app")
    visitor.click("register_here")
    visitor.register(name, PASSWORD)
    assert visitor.sees("success_any")
    apart(xmpp.log_in, server, name, PASSWORD)


def test_a_name_that_is_kept_for_somebody(server, links, visit):
    visitor, name = visit(), registration.new_name("juliet")
    visitor.open(links.account(username=name))
    assert visitor.sees("invite_reserved", address=f"{name}@localhost")
    visitor.click("app_continue", app="Dino")
    field = visitor.page.locator("#user")
    assert field.input_value() == name and not field.is_editable()
    visitor.register(password=PASSWORD)
    apart(xmpp.log_in, server, name, PASSWORD)


def test_to_become_a_contact(links, visit):
    visitor = visit(Look(PHONE))
    visitor.open(links.contact("romeo"))
    assert visitor.heading_says("invite_title_contact", inviter="romeo")
    assert "romeo@localhost" in visitor.text
    opened = visitor.page.get_by_role("link", name=visitor.say("contact_open")).get_attribute("href")
    assert opened.startswith("xmpp:romeo@localhost?roster;preauth=")
    assert visitor.page.locator("form").count() == 0


def test_over_plain_http(server, links, visit):
    """Browsers send no Sec-Fetch-Site there, and "Origin: null" for our own form."""
    visitor, name = visit(), registration.new_name("juliet")
    visitor.open(links.account(host="plain.example"))
    visitor.click("app_continue", app="Dino")
    visitor.register(name, PASSWORD)
    assert visitor.heading_says("success_heading")
    apart(xmpp.log_in, server, name, PASSWORD, host="plain.example")


@pytest.mark.parametrize(
    "device, app",
    {"Android": "Conversations", "iOS": "Monal", "Linux": "Dino", "Windows": "Gajim", "unknown": None}.items(),
)
def test_the_app_for_the_device(links, visit, device, app):
    visitor = visit(device=device)
    visitor.open(links.account())
    if app:
        assert visitor.page.locator("h2").first.inner_text() == app
        assert not visitor.page.get_by_role("link", name=visitor.say("app_select")).first.is_visible()
    else:
        assert visitor.page.get_by_role("link", name=visitor.say("app_select")).first.is_visible()


def test_words_of_each_language_are_there(links, visit):
    link = links.friend("romeo")
    for language in ("en", "de", "fr", "es", "ar"):
        visitor = visit(Look(language=language))
        visitor.open(link)
        assert visitor.heading_says("invite_heading_from", inviter="romeo", site_name="Chat am See")
