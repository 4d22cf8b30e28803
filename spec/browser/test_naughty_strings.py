"""The Big List of Naughty Strings, typed into every form in a real browser: nothing in it runs, opens or loads anything.

The whole list goes over HTTP in spec/server/test_hostile_naughty.py; here it is what a browser could take for more than
letters.
"""

import json

import pytest

import naughty
import oauth
from asking import address, ask, device_page, origin
from authorization import begin
from invitations import reset_link
from registration import PASSWORD, VERIFY

SECRET = "\u00a7 nobody shows this"
TELLING = [text for text in naughty.strings() if naughty.is_telling(text)]


@pytest.fixture
def visitor(visit):
    """Somebody to whom no window may open, either. What scripts, requests and the console have to say, `visit` watches."""
    visitor = visit()
    visitor.page.on("dialog", lambda dialog: (visitor.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    visitor.context.on("page", lambda page: visitor.complaints.append(f"window: {page.url}"))
    visitor.context.on("download", lambda download: visitor.complaints.append(f"download: {download.url}"))
    return visitor


def in_a_field(text):
    """As a browser keeps it in a field of one line."""
    return text.replace("\r", "").replace("\n", "")


def assert_still_here(visitor, text):
    assert visitor.page.url.startswith(visitor.origin + "/"), text
    assert visitor.status() < 500 and SECRET not in visitor.page.content(), text
    assert not visitor.complaints, (text, visitor.complaints)


def test_the_registration_form(server, links, visitor):
    assert len(TELLING) > 200
    token = links.account()
    for text in TELLING[::2]:
        visitor.open(links.form(token))
        # No name has a slash in it, so that nobody is registered.
        visitor.send_unchecked(text + "/", SECRET)
        assert_still_here(visitor, text)
        assert visitor.page.locator("#password").input_value() == "", text
        assert visitor.page.locator("#user").input_value() == (in_a_field(text) + "/").lstrip(" \t\v\f"), text


def test_the_form_for_a_new_password(server, links, visitor):
    somebody = links.somebody()
    link = reset_link(server, somebody)
    for text in TELLING[::8]:
        visitor.open(link)
        visitor.page.locator("form").evaluate("(form) => { form.noValidate = true; }")
        visitor.page.locator("#password").fill(somebody + text + SECRET)
        visitor.submit()
        assert_still_here(visitor, text)


def test_the_login_page(server, visitor):
    flow = ask(server)
    for text in TELLING[::4]:
        visitor.open(address(flow))
        visitor.page.locator("form").evaluate("(form) => { form.noValidate = true; }")
        visitor.log_in(text, SECRET)
        assert_still_here(visitor, text)
        assert visitor.page.locator("#username").input_value() == in_a_field(text).partition("@")[0], text


def test_the_page_for_devices_and_that_for_verification(server, visitor):
    for text in TELLING[::8]:
        visitor.open(device_page(server, user_code=text))
        assert_still_here(visitor, text)
        visitor.open(f"{origin(server)}{VERIFY}?uuid=x")
        visitor.page.locator("form").evaluate("(form) => { form.noValidate = true; }")
        visitor.page.locator("[name=uuid]").fill(text)
        visitor.submit()
        assert_still_here(visitor, text)


def named(server, text):
    """An app of this name, if it may have it."""
    answer = oauth.post(server, oauth.web(client_name=text))
    return begin(oauth.Registered(server, "localhost", json.loads(answer.body))) if answer.status == 201 else None


def test_names_of_apps_at_login_and_consent(server, links, visitor):
    somebody, shown = links.somebody(), 0
    for text in TELLING[::6]:
        flow = named(server, text)
        if not flow:
            continue
        shown += 1
        visitor.open(address(flow))
        assert_still_here(visitor, text)
        assert " ".join(text.split()) in " ".join(visitor.page.locator("main").text_content().split()), text
        if shown % 5 == 0:
            visitor.log_in(somebody, PASSWORD)
            assert_still_here(visitor, text)
            assert " ".join(text.split()) in " ".join(visitor.page.locator("main").text_content().split()), text
    assert shown > 20
