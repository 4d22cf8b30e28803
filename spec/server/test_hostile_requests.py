"""Requests that no browser sends: other hosts, other methods, bodies that are not what they say, two in one."""

import json
import re
import socket
import urllib.parse

import pytest

import hostile
import invitations
import oauth
from authorization import SAME_SITE, begin, options
from hostile import FORM, JSON, World
from invitations import UNKNOWN
from prosody import PATIENCE
from test_invites_api import new_key

EVIL = "evil.example"


@pytest.fixture(scope="module")
def server(start_server):
    more = {**hostile.OPTIONS, "http_default_host": "localhost"}
    server = start_server(options(modules_enabled=hostile.MODULES, **more))
    server.key = new_key(server)
    # Prosody's parser stumbles over lengths that are none, and drops the connection.
    server.expected_errors.append(r"Error calling onincoming: \S+/util/dbuffer\.lua")
    yield server
    hostile.assert_nothing_logged(server)


@pytest.fixture(scope="module")
def world(server):
    return World(server)


def exchange(server, *requests, hangs_up=True):
    """Sends bytes as they are, and hangs up or waits for the other side to; all that comes back."""
    with socket.create_connection(("127.0.0.1", server.http_port), PATIENCE) as connection:
        connection.sendall("".join(requests).encode("latin-1"))
        if hangs_up:
            connection.shutdown(socket.SHUT_WR)
        try:
            return b"".join(iter(lambda: connection.recv(65536), b""))
        except ConnectionResetError:
            return b""


def statuses(answer):
    return [int(status) for status in re.findall(rb"^HTTP/1\.[01] (\d+)", answer, re.M)]


# Whose address is in what we say: Host, the target's own host, and what a proxy would add


def pages_of(w):
    """Whatever has a link, an address or a redirect of ours in it."""
    return {
        "invitation": ("GET", f"/invites_page?{w.invite}"),
        "QR code": ("GET", f"/invites_page/qr/?{w.invite}"),
        "form": ("GET", f"/register?t={w.invite}"),
        "form without an invite": ("GET", f"/register?t={UNKNOWN}"),
        "reset": ("GET", f"/password_reset/reset?{w.reset()}"),
        "new invite": ("POST", "/invites_api?redirect&key=" + urllib.parse.quote(w.server.key)),
        "description": ("GET", "/register_api/openapi.json"),
        "verification": ("GET", "/register_account/verify/?uuid=x"),
        "login": ("GET", w.flow().path),
        "error at login": ("GET", begin(w.client, prompt="none").path),
        "discovery": ("GET", "/.well-known/openid-configuration"),
        "client": ("POST", "/oauth2/register"),
        "device": ("POST", "/oauth2/device"),
        "folder": ("GET", "/register_account"),
    }


PAGES = ["invitation", "QR code", "form", "form without an invite", "reset", "new invite", "description", "verification"]
PAGES += ["login", "error at login", "discovery", "client", "device", "folder"]

BODIES = {"client": json.dumps(oauth.web()), "device": ""}

CLAIMS = {
    "another host": f"Host: {EVIL}",
    "with a port": f"Host: localhost:{EVIL}",
    "with a user": f"Host: localhost@{EVIL}",
    "two hosts": f"Host: localhost\r\nHost: {EVIL}",
    "in upper case": f"HOST: {EVIL.upper()}",
    "with a dot": f"Host: {EVIL}.",
    "no host": "X-Nothing: x",
    "X-Forwarded-Host": f"Host: localhost\r\nX-Forwarded-Host: {EVIL}",
    "X-Forwarded-*": f"Host: localhost\r\nX-Forwarded-Server: {EVIL}\r\nX-Forwarded-Prefix: //{EVIL}\r\nX-Forwarded-Port: 6",
    "Forwarded": f"Host: localhost\r\nForwarded: for=192.0.2.1;host={EVIL};proto=gopher",
    "X-Original-URL": f"Host: localhost\r\nX-Original-URL: //{EVIL}/\r\nX-Rewrite-URL: //{EVIL}/\r\nX-HTTP-Host-Override: {EVIL}",
    "X-Forwarded-Proto": f"Host: localhost\r\nX-Forwarded-Proto: https://{EVIL}/",
    "X-Forwarded-For": f"Host: localhost\r\nX-Forwarded-For: {EVIL}, <{EVIL}>, 192.0.2.1",
    "Referer": f"Host: localhost\r\nReferer: https://{EVIL}/\r\nCookie: x={EVIL}",
}


@pytest.mark.parametrize("claim", CLAIMS)
def test_nobody_tells_us_our_address(server, world, claim):
    for name, (method, target) in pages_of(world).items():
        body = BODIES.get(name, "")
        headers = f"{CLAIMS[claim]}\r\nContent-Type: {JSON}\r\nContent-Length: {len(body)}\r\n"
        answer = exchange(server, f"{method} {target} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n{body}", hangs_up=False)
        [status] = statuses(answer)
        assert status < 500, (name, answer)
        assert EVIL not in answer.decode().lower(), (name, answer)


@pytest.mark.parametrize("target", ["http://{}{}", "https://{}{}", "http://localhost@{}{}", "http://localhost:80@{}{}"])
def test_a_target_with_a_host_of_its_own_changes_no_link(server, world, target):
    for name, (method, path) in pages_of(world).items():
        whole = target.format(EVIL, path)
        answer = exchange(server, f"{method} {whole} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        assert EVIL not in answer.decode().lower() and max(statuses(answer), default=400) < 500, (name, answer)


# What is a form, and what is not

ODD_BODIES = {
    "nothing": (FORM, b""),
    "a lone ampersand": (FORM, b"&&&=&==&"),
    "each field twice": (FORM, b"{0}=a&{0}=b"),
    "a list": (FORM, b"{0}[]=a&{0}[x][y]=b"),
    "half an escape": (FORM, b"{0}=%&{0}x=%z%1"),
    "overlong UTF-8": (FORM, b"{0}=%c0%af%c0%ae%e0%80%af"),
    "half a surrogate": (FORM, b"{0}=%ed%a0%80"),
    "bytes": (FORM, b"{0}=" + bytes(range(128, 256))),
    "NUL": (FORM, b"{0}=a%00b&\0=\0"),
    "another encoding": (f"{FORM}; charset=utf-16", "{0}=hostile".encode("utf-16")),
    "UTF-7": (f"{FORM}; charset=utf-7", b"{0}=+ADw-hostile+AD4-"),
    "semicolons": (FORM, b"a=b;{0}=c;d=e"),
    "ten thousand fields": (FORM, b"&".join(b"x%d=1" % number for number in range(10_000))),
    "a long name": (FORM, b"x" * 60_000 + b"=1"),
    "much": (FORM, b"{0}=" + b"a" * 200_000),
    "parts": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="{0}"\r\n\r\na\r\n--x--\r\n'),
    "JSON": (JSON, b'{"{0}": "a"}'),
    "deep JSON": (JSON, b'{"{0}":' * 5000),
    "XML": ("application/xml", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'),
    "text": ("text/plain", b"{0}=a"),
    "no type": ("", b"{0}=a"),
    "a type that goes on": (f"{FORM}, {JSON}", b"{0}=a"),
    "noise": ("application/octet-stream", bytes(range(256)) * 20),
}

# Where a body is read: a field of it, the headers that it needs, and with what status it is refused.
READERS = {
    "/register": ("token", {}, {303, 413}),
    "/password_reset/reset": ("token", {}, {404, 413}),
    "/register_account/": ("username", {}, {400, 413}),
    "/register_account/verify/": ("uuid", {}, {200, 400, 413}),
    "/register_api/register": ("username", {}, {400, 413, 415}),
    "/oauth2/register": ("client_name", {}, {400, 413}),
    "/oauth2/token": ("grant_type", {}, {400, 401}),
    "/oauth2/introspect": ("token", {}, {400, 401}),
    "/oauth2/revoke": ("token", {}, {200, 400, 401}),
    "/oauth2/device": ("client_id", {}, {400, 401}),
    "/oauth2/userinfo": ("access_token", {}, {400, 401}),
    "/oauth2/authorize?x": ("username", SAME_SITE, {400}),
}


@pytest.mark.parametrize("path", READERS)
def test_a_body_that_is_not_what_it_should_be_is_refused(server, world, path):
    name, headers, expected = READERS[path]
    for kind, (content_type, body) in ODD_BODIES.items():
        answer = server.post(path, body.replace(b"{0}", name.encode()), headers={**headers, "Content-Type": content_type})
        hostile.assert_harmless(answer, f"{path} {kind}")
        assert answer.status in expected, (kind, answer)


@pytest.mark.parametrize("kind", ODD_BODIES)
def test_a_login_with_an_odd_body_logs_nobody_in(server, world, kind):
    content_type, body = ODD_BODIES[kind]
    flow = world.flow()
    headers = {**SAME_SITE, "Content-Type": content_type}
    answer = server.post(flow.path, body.replace(b"{0}", b"username"), headers=headers)
    hostile.assert_harmless(answer, kind)
    assert answer.status in (200, 400, 403, 413, 415) and "user_token" not in answer.text, answer


def test_no_account_came_of_it(server):
    assert not any(invitations.has_account(server, name) for name in ("a", "b", "c", "hostile"))


# Methods

ROUTES = [
    "/invites_page", "/register", "/password_reset/reset", "/invites_api", "/register_api/register", "/register_account/",
    "/register_account/verify/", "/oauth2/authorize", "/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/device",
    "/oauth2/userinfo", "/oauth2/register", "/oauth2/jwks", "/.well-known/openid-configuration", "/frontdoor_assets/style.css",
    "/register_apps/assets/logos/generic.svg",
]  # fmt: skip


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "TRACE", "CONNECT", "PATCH", "PUT", "DELETE", "PROPFIND", "get", "X" * 500])
@pytest.mark.parametrize("path", ROUTES)
def test_other_methods_do_nothing(server, path, method):
    headers = f"Host: localhost\r\nCookie: {UNKNOWN}\r\nX-HTTP-Method-Override: POST\r\nContent-Length: 0\r\nConnection: close\r\n"
    answer = exchange(server, f"{method} {path} HTTP/1.1\r\n{headers}\r\n")
    for status in statuses(answer):
        assert status in (200, 303, 400, 401, 403, 404, 405, 501), answer
    assert UNKNOWN.encode() not in answer, "a request is sent back to nobody"
    if method not in ("HEAD", "OPTIONS"):
        assert 200 not in statuses(answer), answer


@pytest.mark.parametrize("override", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "_method"])
def test_no_header_makes_another_method_of_it(server, world, override):
    path = f"/register_api/invite/{invitations.account_invite(server)}"
    answer = server.get(f"{path}?_method=DELETE", headers={override: "DELETE"})
    assert answer.status == 200 and server.get(path).status == 200


# Two requests in one: what Prosody's parser makes of it

LENGTHS = {
    "two lengths": "Content-Length: 5\r\nContent-Length: 40",
    "length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "chunks by another name": "Transfer-Encoding: xchunked",
    "chunks with a blank": "Transfer-Encoding : chunked",
    "chunks with a tab": "Transfer-Encoding:\tchunked",
    "folded": "X: y\r\n Content-Length: 40",
    "signed": "Content-Length: +5",
    "negative": "Content-Length: -5",
    "hexadecimal": "Content-Length: 0x5",
    "a fraction": "Content-Length: 5.5",
    "infinite": "Content-Length: 1e309",
    "not a number": "Content-Length: nan",
    "NUL": "Content-Length: 5\0",
    "a bare line feed": "X: y\nContent-Length: 40",
    "expects": "Content-Length: 5\r\nExpect: 100-continue",
    "upgrades": "Content-Length: 5\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c",
}


@pytest.mark.parametrize("lengths", LENGTHS)
def test_two_requests_in_one_do_no_harm(server, lengths):
    second = f"GET /invites_page?{UNKNOWN} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    first = f"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\n{LENGTHS[lengths]}\r\n\r\n"
    answer = exchange(server, first, "0\r\n\r\n", second)
    assert max(statuses(answer), default=400) < 500, answer
    assert server.get("/oauth2/jwks").status == 200


@pytest.mark.parametrize(
    "line",
    [
        "GET  /register HTTP/1.1", "GET /register HTTP/9.9", "GET /register", "GET register HTTP/1.1", "GET * HTTP/1.1",
        "GET /register?\x01\x7f HTTP/1.1", "GET /register?t=\xff\xfe HTTP/1.1", "GET /%00 HTTP/1.1", "GET /register%0d%0aX:y HTTP/1.1",
        "GET http:///register HTTP/1.1", "GET //register HTTP/1.1", "GET /../register HTTP/1.1", "\0", "\x16\x03\x01\x02\x00",
        "GET /invites_page/contact/%00%0d%0a?x HTTP/1.1", "GET /invites_page?" + "x" * 9000 + " HTTP/1.1",
    ],
    ids=range(16),
)  # fmt: skip
def test_odd_request_lines_do_no_harm(server, line):
    answer = exchange(server, f"{line}\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0]
    assert max(statuses(answer), default=400) < 500, answer
    assert all(byte >= 0x20 or byte in b"\r\n" for byte in head), head


# Caches: what differs from visitor to visitor is for him alone


def test_what_one_visitor_sees_is_kept_for_no_other(server, world):
    for name, (method, target) in pages_of(world).items():
        answer = server.request(method, target, BODIES.get(name), {"Content-Type": JSON})
        kept = answer.headers.get("cache-control", "")
        if name in ("discovery", "folder"):
            continue
        assert "no-store" in kept and "public" not in kept, (name, answer)
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert "Accept-Language" in answer.headers["vary"], (name, answer)
