"""Links of ours that would lead somewhere else, if anybody could have his way; and files that are nobody's business."""

import http.client
import urllib.parse

import pytest

import hostile
import invitations
import oauth
from authorization import Redirect, app, begin, new_user
from hostile import World
from invitations import account_invite, is_success, submit
from oauth import register
from prosody import PATIENCE
from registration import new_name

EVIL = "evil.example"
LOGIN_HOST = "login.localhost"

HOSTS = {
    LOGIN_HOST: {
        "site_apps": [
            {"name": "Hosted", "text": "x", "platforms": ["Linux"], "login_link_format": "https://chat.example/login#{username}"},
            {"name": "Asked", "text": "x", "platforms": ["Linux"], "login_link_format": "https://chat.example/{username}?n={username}"},
        ]
    }
}


@pytest.fixture(scope="module")
def server(start_server):
    server = hostile.start(start_server, HOSTS)
    yield server
    hostile.assert_nothing_logged(server)


@pytest.fixture(scope="module")
def world(server):
    return World(server)


# Whatever parsers of addresses have disagreed about
TRICKS = [
    f"https://{EVIL}/", f"//{EVIL}", f"\\\\{EVIL}", f"/\\{EVIL}", f"\\/{EVIL}", f"https:{EVIL}", f"https:/{EVIL}", f"https:///{EVIL}",
    f"https://app.example.com@{EVIL}/redirect", f"https://app.example.com:443@{EVIL}/redirect", f"https://{EVIL}#@app.example.com/redirect",
    f"https://{EVIL}\\@app.example.com/redirect", f"https://{EVIL}%2f@app.example.com/redirect", f"https://{EVIL}?@app.example.com/redirect",
    f"https://app.example.com.{EVIL}/redirect", f"https://app.example.com%2e{EVIL}/redirect", f"https://app.example.com\u3002{EVIL}/redirect",
    f"https://app.example.com\uff0e{EVIL}/redirect", f"https://app.example.com\u2024{EVIL}/redirect", "https://app\u3002example.com/redirect",
    "https://\u24d0pp.example.com/redirect", "https://app.example.com\uff0fredirect", "https://app.example.com./redirect",
    "https://app.example.com:443/redirect", "https://app.example.com:0443/redirect", "https://APP.example.com/redirect",
    "http://app.example.com/redirect", "https://app.example.com/redirect/", "https://app.example.com/redirect/../x",
    "https://app.example.com/redirect%2f..%2fx", "https://app.example.com/redirect?x", "https://app.example.com/redirect#x",
    "https://app.example.com/redirect\r\nX-Hostile: 1", "https://app.example.com/redirect%0d%0aX-Hostile:1", "https://app.example.com/redirect\0",
    "https://app.example.com/redirect\t", " https://app.example.com/redirect", "https://app.example.com/redirect ", "https://app.example.com\t/redirect",
    "ht\ntps://app.example.com/redirect", "javascript:alert(1)//https://app.example.com/redirect", "data:text/html,x", "com.evil.app:/x",
    f"https://app.example.com/redirect,https://{EVIL}", f"https://app.example.com/redirect|https://{EVIL}", "", "/redirect", "redirect",
]  # fmt: skip


def test_an_app_is_sent_back_to_where_it_was_registered_and_nowhere_else(server, world):
    for uri in TRICKS:
        for changes in ({}, {"prompt": "none"}, {"scope": "nothing"}, {"response_type": "x"}):
            answer = begin(world.client, redirect_uri=uri, **changes).open()
            hostile.assert_harmless(answer, repr(uri))
            if uri == "":
                continue  # as if there were none
            assert answer.status == 400 and "location" not in answer.headers, (uri, changes, answer)
            assert not invitations.Page(answer).all("form") and EVIL not in " ".join(invitations.Page(answer).links()), uri


def test_nor_with_two_of_them(server, world):
    flow = begin(world.client, prompt="none")
    for more in ("redirect_uri", "redirect_ur%69", "client_id", "state"):
        flow.raw_query = f"{urllib.parse.urlencode(flow.parameters)}&{more}=https%3A%2F%2F{EVIL}%2F"
        answer = flow.open()
        assert answer.status == 400 and "location" not in answer.headers, answer


def test_what_cannot_be_told_apart_cannot_be_registered(server):
    for uri in TRICKS:
        answer = oauth.post(server, app(redirect_uris=[uri], application_type="web"))
        accepted = answer.status == 201
        assert answer.status in (201, 400), (uri, answer)
        assert not accepted or urllib.parse.urlsplit(uri).hostname == "app.example.com", uri
        assert not accepted or uri.isascii() and uri.isprintable(), uri


def test_links_on_the_consent_page_are_those_of_the_app(server, world):
    """client_uri, logo_uri, tos_uri and policy_uri have the same host, over HTTPS."""
    for uri in [*TRICKS, "ftp://app.example.com/", "javascript://app.example.com/%0aalert(1)"]:
        for member in ("client_uri", "logo_uri", "tos_uri", "policy_uri"):
            answer = oauth.post(server, app(**{member: uri}))
            assert answer.status in (201, 400), answer
            if answer.status == 201 and uri:
                parts = urllib.parse.urlsplit(uri)
                assert (parts.scheme, parts.hostname) == ("https", "app.example.com"), (member, uri)
                assert uri.isascii() and uri.isprintable(), (member, uri)


@pytest.mark.parametrize("name", ["next", "redirect", "return", "returnTo", "url", "continue", "r", "c", "app_id", "target", "dest"])
def test_no_other_parameter_leads_anywhere(server, world, name):
    for uri in TRICKS[:16]:
        value = urllib.parse.quote(uri, safe="")
        targets = [f"/invites_page?{world.invite}", f"/register?t={world.invite}", f"/password_reset/reset?{world.reset()}"]
        for target in [*targets, "/register?t=x", "/register_account/verify/?uuid=x", "/oauth2/device?user_code=x"]:
            answer = server.get(f"{target}&{name}={value}")
            hostile.assert_harmless(answer)
            location = urllib.parse.urlsplit(answer.headers.get("location", ""))
            assert location.hostname in (None, "localhost"), (target, answer)
            if answer.headers.get("content-type", "").startswith("text/html"):
                links = [urllib.parse.urlsplit(link).hostname for link in invitations.Page(answer).links()]
                assert EVIL not in links, (target, uri)
        body = {"token": account_invite(server), "user": new_name(), "password": "correct horse battery", name: uri}
        answer = invitations.submit_fields(server, body)
        assert answer.status == 200 and "location" not in answer.headers, answer


# What is in the name that somebody chose gets into the link to an app's own login page.
NAMES = ["x@evil.example", "x%2f..%2f..%2f", "x?y=z", "x#y", "..", "x%0d%0a", "{domain}", "x;y", "x=y+z", "\u00e4\u6f22", "x\\evil.example"]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("app_id", ["hosted", "asked"])
def test_an_apps_login_page_stays_where_the_operator_has_put_it(server, name, app_id):
    name = f"{name}{new_name('n')}"
    answer = submit(server, account_invite(server, LOGIN_HOST), name, app_id=app_id, host=LOGIN_HOST)
    if answer.status == 303:
        location = urllib.parse.urlsplit(answer.headers["location"])
        assert (location.scheme, location.netloc) == ("https", "chat.example"), answer
        assert location.path.upper() in ("/LOGIN", "/" + urllib.parse.quote(name, safe="-._~").upper()), answer
        assert urllib.parse.unquote(location.fragment or location.query.removeprefix("n=")) == name, answer
    else:
        assert answer.status == 200 and not is_success(answer), answer


# Files

ESCAPES = [
    "../{}", "..%2f{}", "%2e%2e/{}", "%2e%2e%2f{}", "..%252f{}", "%252e%252e%252f{}", "..%c0%af{}", "..%e0%80%af{}", "..\\{}", "..%5c{}",
    "%2e%2e%5c{}", "....//{}", "..;/{}", ".%00./{}", "x/../../{}", "./.././{}", "//{}", "%2f{}", "{}%00.svg", "{}%00", "{}%0a.css", "~/{}",
    "logos/../../{}", "logos/..%2f..%2f{}", "css/../{}", "images/..%2f{}", "file:///{}", "C:\\{}",
]  # fmt: skip

FILES = ["etc/passwd", "mod_register_apps.lua", "layout.html", "form_t.html", "html/login.html", "prosody.cfg.lua", "init.lua"]

FOLDERS = ["/frontdoor_assets/", "/register_apps/assets/", "/invites_page/static/", "/register_account/verify/", "/oauth2/"]


def as_it_is(server, path):
    """Asks for a path that no library has put in order first."""
    connection = http.client.HTTPConnection("127.0.0.1", server.http_port, timeout=PATIENCE)
    connection.putrequest("GET", path, skip_host=True)
    connection.putheader("Host", "localhost")
    connection.endheaders()
    answer = connection.getresponse()
    status, body = answer.status, answer.read()
    connection.close()
    return status, body


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_path_leads_out_of_a_folder(server, folder):
    for name in FILES:
        for escape in ESCAPES:
            for depth in (0, 3, 8):
                path = folder + "../" * depth + escape.format(name)
                status, body = as_it_is(server, path)
                assert status in (400, 401, 403, 404), (path, status, body)
                assert b"root:" not in body and b"module:" not in body and b"{site_name}" not in body, path


def test_templates_are_no_files(server):
    for path in ("/oauth2/login.html", "/oauth2/secret.txt", "/register_account/verify/form_t.html", "/frontdoor_assets/layout.html"):
        assert as_it_is(server, path)[0] == 404, path


def test_a_denied_request_tells_the_app_nothing_of_the_person(server, world):
    user = new_user(server)
    client = register(server, app())
    flow = begin(client, state=f"https://{EVIL}/")
    redirect = Redirect(flow.decide(flow.log_in(user), "denied"))
    assert redirect.error == "access_denied" and user not in redirect.location
