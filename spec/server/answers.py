"""What the authorization endpoint answers: pages for the person, redirects for the client."""

import json
import urllib.parse

import oauth
from authorization import (
    REDIRECT_URI,
    Redirect,
    login_form,
)
from invitations import Page
from oauth import (
    DISCOVERY,
    content,
)


def issuer_of(server, host="localhost"):
    return discovery_of(server, host)["issuer"]


def discovery_of(server, host):
    answer = server.get(DISCOVERY, host=host)
    assert answer.status == 200, answer
    return json.loads(answer.body)


def assert_private(answer):
    """Checks the headers that every page has which somebody sees on the way."""
    headers = answer.headers
    assert headers["content-type"].startswith("text/html"), headers
    assert "no-store" in headers["cache-control"], headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"
    assert "default-src" in headers["content-security-policy"]
    assert not [name for name in headers if name.startswith("access-control-")], headers
    assert "set-cookie" not in headers


def assert_error_page(answer, text="", status=400):
    """Checks that an answer tells the person, and sends nobody anywhere; the page."""
    assert answer.status == status, answer
    assert "location" not in answer.headers and "refresh" not in answer.headers, answer.headers
    assert_private(answer)
    page = Page(answer)
    assert not page.all("form") and not page.all("meta", **{"http-equiv": "refresh"}), answer.text
    assert text in page.text(), page.text()
    return page


def assert_redirected(answer, error, flow, parameter="", target=None, in_fragment=False):
    """Checks that an answer tells the client of an error (RFC 6749 §4.1.2.1); what it is told."""
    redirect = Redirect(answer)
    said = redirect.parameters
    assert redirect.error == error, said
    assert redirect.has_fragment == in_fragment, redirect.location
    assert redirect.target == (target or flow.parameters.get("redirect_uri", REDIRECT_URI)), redirect.location
    assert said["iss"] == issuer_of(flow.server, flow.client.host)
    assert said.get("state") == flow.parameters.get("state")
    assert set(said) <= {"error", "error_description", "error_uri", "state", "iss"}, said
    if "error_description" in said:
        assert oauth.DESCRIPTION.fullmatch(said["error_description"]), said
    assert parameter in said.get("error_description", ""), said
    assert "no-store" in answer.headers["cache-control"]
    return said


def assert_login_again(answer, flow):
    """Checks that an answer is the login page with a problem; its form."""
    form = login_form(answer, flow.path)
    assert Page(answer).all("div", role="alert"), answer.text
    return form


def assert_nobody_is_logged_in(answer):
    assert 200 <= answer.status < 500, answer
    assert "location" not in answer.headers
    assert "user_token" not in answer.text


def scope_granted(flow, code):
    return content(flow.redeem(code))["scope"]


def code_on(answer):
    """The code that somebody copies: the value of the only field that there is."""
    return Page(answer).one("input")["value"]


# What parameters may be sent with, percent-encoded already, that means nothing or too much.
HOSTILE = [
    b"",
    b"+",
    b"%",
    b"%00",
    b"%0d%0a",
    b"%ff",
    b"%c3%28",
    b"%ed%a0%80",
    b"%e2%80%ae",
    b"%ef%bf%bf",
    b"%f0%9f%94%91",
]
HOSTILE += [
    b"%22",
    b"%7Bx%7D",
    b"..",
    b"-1",
    b"e30.e30.",
    b"secret-token:",
    b"secret-token:AAAA",
    b"x" * 3000,
]


def hostile(fields, name):
    """Bodies in which this parameter has such a value, and others are as they should be."""
    rest = urllib.parse.urlencode({other: value for other, value in fields.items() if other != name})
    return [f"{rest}&{name}=".encode() + value for value in HOSTILE]
