"""What the endpoints of the authorization server have in common: who may ask, how, and with what in the body."""

import base64
import itertools
import json
import urllib.parse

import oauth
from authorization import (
    app,
    assert_error,
    basic,
    new_user,
    post_form,
    public_app,
)
from invitations import FORM_TYPE
from oauth import Registered, community_id, community_payload, register, secret_of
from oauth import options as oauth_options

ORIGIN = "https://app.example.com"

DEVICE_GRANT = oauth.DEVICE_GRANT
EVERY_GRANT = ["authorization_code", "refresh_token", DEVICE_GRANT]

_networks = itertools.count(256)


def options(**changes):
    """Options of a server with mod_http_oauth2, a clock to turn, a probe, and nobody who has to wait."""
    modules = ["test_clock", "oauth_probe", *changes.pop("modules_enabled", [])]
    return oauth_options(**{"modules_enabled": modules, "oauth2_login_limit": 0, **changes})


def oauth_probe(server, question, host="localhost", **values):
    """Asks spec/server/modules/mod_oauth_probe.lua; what it answers."""
    answer = server.get(f"/oauth_probe/{question}?" + urllib.parse.urlencode(values), host=host)
    assert answer.status == 200, f"{answer}\n{server.story()}"
    return json.loads(answer.body)


def foreign_token(server, username, host="localhost", **details):
    """A token that mod_http_oauth2 did not make: see `token` in mod_oauth_probe."""
    return oauth_probe(server, "token", host, username=username, **details)["token"]


def new_network():
    """A header, as a proxy on this machine says for whom it asks: nobody else asks from there."""
    number = next(_networks)
    return {"X-Forwarded-For": f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"}


# Clients


def community_client(server, host="localhost", **changes):
    """A client that registered with the community module."""
    payload = community_payload(**changes)
    client_id = community_id(payload)
    said = {**payload, "client_id": client_id, "client_secret": secret_of(client_id, host=host)}
    return Registered(server, host, said)


def every_app(**changes):
    """Metadata of a client with a secret that may do whatever a server allows by default."""
    # What may use a device is taken for native unless it says otherwise.
    return app(**{"grant_types": EVERY_GRANT, "application_type": "web", **changes})


class Parties:
    """Clients of one server: with a secret and without, another one, one that is gone, one of another host."""

    def __init__(self, server, other_host):
        self.server = server
        self.client = register(server, every_app())
        self.other = register(server, every_app())
        self.public = register(server, public_app(grant_types=EVERY_GRANT))
        self.gone = register(server, every_app())
        assert self.gone.ask("DELETE").status == 204
        self.elsewhere = register(server, every_app(), host=other_host)
        self.user = new_user(server)


# Client authentication: RFC 6749 §2.3.1


def raw_basic(text):
    return {"Authorization": "Basic " + base64.b64encode(oauth.as_bytes(text)).decode()}


def named(client):
    return {"client_id": client.id}


def with_secret(client, secret=None):
    return {"client_id": client.id, "client_secret": client.secret if secret is None else secret}


def changed_end(text):
    return text[:-1] + ("0" if text[-1] != "0" else "1")


# Ways to say who one is that are right, as headers and fields.
GOOD_CREDENTIALS = {
    "basic": lambda p: (basic(p.client.id, p.client.secret), {}),
    "basic, in lower case": lambda p: (
        {"Authorization": basic(p.client.id, p.client.secret)["Authorization"].replace("Basic", "basic")},
        {},
    ),
    "basic, every character encoded": lambda p: (
        raw_basic(":".join("".join(f"%{ord(c):02x}" for c in t) for t in (p.client.id, p.client.secret))),
        {},
    ),
    "basic, and its id": lambda p: (basic(p.client.id, p.client.secret), named(p.client)),
    "post": lambda p: ({}, with_secret(p.client)),
    "of the community module, basic": lambda p: (
        basic(*(lambda c: (c.id, c.secret))(community_client(p.server))),
        {},
    ),
    "of the community module, post": lambda p: ({}, with_secret(community_client(p.server))),
    "none, of a client without a secret": lambda p: ({}, named(p.public)),
}

# Ways that are wrong: 401 invalid_client.
WRONG_CREDENTIALS = {
    "wrong secret, basic": lambda p: (basic(p.client.id, changed_end(p.client.secret)), {}),
    "wrong secret, post": lambda p: ({}, with_secret(p.client, changed_end(p.client.secret))),
    "no secret, basic": lambda p: (basic(p.client.id, ""), {}),
    "no secret, post": lambda p: ({}, named(p.client)),
    "empty secret, post": lambda p: ({}, with_secret(p.client, "")),
    "shorter secret": lambda p: (basic(p.client.id, p.client.secret[:-1]), {}),
    "longer secret": lambda p: (basic(p.client.id, p.client.secret + "0"), {}),
    "secret in upper case": lambda p: (basic(p.client.id, p.client.secret.upper()), {}),
    "secret of another client": lambda p: (basic(p.client.id, p.other.secret), {}),
    "secret made for another host": lambda p: (
        basic(p.client.id, secret_of(p.client.id, host=p.elsewhere.host)),
        {},
    ),
    "its hash for a secret": lambda p: (basic(p.client.id, p.client.hash), {}),
    "its registration token for a secret": lambda p: (basic(p.client.id, p.client.token), {}),
    "unknown client, basic": lambda p: (basic("x", "y"), {}),
    "unknown client, post": lambda p: ({}, {"client_id": "x", "client_secret": "y"}),
    "unknown client, no secret": lambda p: ({}, {"client_id": "x"}),
    "damaged id": lambda p: (basic(p.client.id[:-1], secret_of(p.client.id[:-1])), {}),
    "unsigned id": lambda p: (
        basic(*(lambda i: (i, secret_of(i)))(p.client.id.rsplit(".", 1)[0] + ".")),
        {},
    ),
    "client that is gone, basic": lambda p: (basic(p.gone.id, p.gone.secret), {}),
    "client that is gone, post": lambda p: ({}, with_secret(p.gone)),
    "client of another host": lambda p: (basic(p.elsewhere.id, p.elsewhere.secret), {}),
    "client without a secret sends one, basic": lambda p: (basic(p.public.id, secret_of(p.public.id)), {}),
    "client without a secret sends one, post": lambda p: ({}, with_secret(p.public, secret_of(p.public.id))),
    "no id but a secret": lambda p: ({}, {"client_secret": p.client.secret}),
    "empty id": lambda p: ({}, {"client_id": ""}),
    "bearer": lambda p: ({"Authorization": f"Bearer {p.client.token}"}, {}),
    "bearer, and an id": lambda p: ({"Authorization": f"Bearer {p.client.token}"}, named(p.public)),
    "digest": lambda p: ({"Authorization": f'Digest username="{p.client.id}"'}, {}),
    "basic without anything": lambda p: ({"Authorization": "Basic"}, {}),
    "basic, not base64": lambda p: ({"Authorization": "Basic !!!!"}, {}),
    "basic without a colon": lambda p: (raw_basic(p.client.id), {}),
    "basic, not UTF-8": lambda p: (raw_basic(b"\xff\xfe:\xff"), {}),
    "basic, NUL": lambda p: (raw_basic(f"{p.client.id}\0:{p.client.secret}"), {}),
    "basic, encoded wrongly": lambda p: (raw_basic(f"{p.client.id}%zz:{p.client.secret}"), {}),
    "basic, in quotation marks": lambda p: (raw_basic(f'"{p.client.id}":"{p.client.secret}"'), {}),
    "basic, something behind it": lambda p: (
        {"Authorization": basic(p.client.id, p.client.secret)["Authorization"] + " x"},
        {},
    ),
}

# RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each request."
TWO_CREDENTIALS = {
    "basic and a secret": lambda p: (
        basic(p.client.id, p.client.secret),
        {"client_secret": p.client.secret},
    ),
    "basic and post": lambda p: (basic(p.client.id, p.client.secret), with_secret(p.client)),
    "basic, and another client": lambda p: (basic(p.client.id, p.client.secret), named(p.other)),
    "basic, and a client without a secret": lambda p: (basic(p.client.id, p.client.secret), named(p.public)),
    "basic, and no client": lambda p: (basic(p.client.id, p.client.secret), {"client_id": "x"}),
}


def ask_as(parties, table, name, path, fields=()):
    """Sends fields with the credentials that a table has by this name; the answer."""
    headers, more = table[name](parties)
    return post_form(parties.server, path, {**dict(fields), **more}, {**new_network(), **headers})


# Bodies

FORM = FORM_TYPE["Content-Type"]

# Content-Types of a form that is one.
GOOD_TYPES = [
    FORM,
    f"{FORM}; charset=utf-8",
    f"{FORM};charset=UTF-8",
    FORM.upper(),
    f"{FORM} ; charset=utf-8",
]

# What is no form, as Content-Type (None is none) and body, in which TOKEN is a good token.
NO_FORMS = {
    "JSON": ("application/json", b'{"token": "TOKEN"}'),
    "form called JSON": ("application/json", b"token=TOKEN"),
    "form without a type": (None, b"token=TOKEN"),
    "form with an empty type": ("", b"token=TOKEN"),
    "plain text": ("text/plain", b"token=TOKEN"),
    "form of several parts": ("multipart/form-data; boundary=x", b"token=TOKEN"),
    "another form": ("application/x-www-form-urlencoded2", b"token=TOKEN"),
    "the end of a form": ("x-www-form-urlencoded", b"token=TOKEN"),
    "not UTF-8": (FORM, b"token=TOKEN&x=%ff"),
    "not UTF-8, as it is": (FORM, b"token=TOKEN&x=\xff"),
    "overlong UTF-8": (FORM, b"token=TOKEN&x=%c0%80"),
    "surrogate": (FORM, b"token=TOKEN&x=%ed%a0%80"),
    "name that is not UTF-8": (FORM, b"token=TOKEN&%ff=x"),
    "NUL": (FORM, b"token=TOKEN%00"),
    "NUL as it is": (FORM, b"token=TOKEN\0"),
    "NUL in a name": (FORM, b"token=TOKEN&a%00=x"),
    "NUL elsewhere": (FORM, b"token=TOKEN&x=%00"),
    "too long": (FORM, b"token=TOKEN&x=" + b"a" * 65536),
}

# A parameter twice: RFC 6749 §3.2.
TWICE = {
    "token": b"token=TOKEN&token=TOKEN",
    "x": b"token=TOKEN&x=1&x=2",
    "scope": b"scope=xmpp&token=TOKEN&scope=xmpp",
}


def send(server, path, content_type, body, headers=None, host="localhost"):
    types = {} if content_type is None else {"Content-Type": content_type}
    return server.post(path, body, headers={**types, **(headers or {})}, host=host)


def assert_no_forms(client, path, name, token="x"):
    """What is sent with good credentials and is no form: 400."""
    content_type, body = NO_FORMS[name]
    headers = {**new_network(), **basic(client.id, client.secret)}
    answer = send(client.server, path, content_type, body.replace(b"TOKEN", token.encode()), headers)
    return assert_error(answer, "invalid_request")


def assert_twice(client, path, name, token="x"):
    body = TWICE[name].replace(b"TOKEN", token.encode())
    headers = {**new_network(), **basic(client.id, client.secret)}
    answer = send(client.server, path, FORM, body, headers)
    return assert_error(answer, "invalid_request", parameter=name)


# Methods

OTHER_METHODS = ["PUT", "DELETE", "PATCH", "HEAD", "PROPFIND"]


def assert_only_post(server, path):
    """GET is a method that is not allowed; others are not, or are not even known."""
    assert server.get(path).status == 405
    for query in ("?", "?token=x&client_id=x&client_secret=x"):
        assert server.get(path + query).status == 405
    for method in OTHER_METHODS:
        answer = server.request(method, path, "token=x", FORM_TYPE)
        assert answer.status in (404, 405), (method, answer)


# Other websites: CORS


def assert_open(answer, *methods):
    """Checks that a script of another website may read an answer, and may have asked so."""
    headers = answer.headers
    assert headers.get("access-control-allow-origin") in (ORIGIN, "*"), (answer.status, headers)
    assert set(methods) <= set(headers["access-control-allow-methods"].split(", ")), headers
    allowed = {name.lower() for name in headers["access-control-allow-headers"].split(", ")}
    assert {"authorization", "content-type"} <= allowed, headers
    assert "access-control-allow-credentials" not in headers, headers


def preflight(server, path, method, host="localhost"):
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    return server.request("OPTIONS", path, headers=headers, host=host)


def assert_preflight(server, path, *methods, host="localhost"):
    for method in methods:
        answer = preflight(server, path, method, host)
        assert answer.status in (200, 204) and answer.body == b"", answer
        assert_open(answer, method)


# Tokens


def parts_of(token):
    """The grant, the secret and the address in a token of mod_tokenauth."""
    text = base64.b64decode(token.removeprefix("secret-token:"))
    _, grant, rest = text.split(b";", 2)
    return grant.decode(), rest[:18], rest[19:].decode()


def token_from(grant, secret, address, version="2"):
    text = f"{version};{grant};".encode() + secret + f";{address}".encode()
    return "secret-token:" + base64.b64encode(text).decode()


def grant_id(token):
    return parts_of(token)[0]


def damaged(token):
    """What is nearly a token."""
    grant, secret, address = parts_of(token)
    flipped = bytes([secret[0] ^ 1]) + secret[1:]
    return {
        "other secret": token_from(grant, flipped, address),
        "other grant": token_from("A" * len(grant), secret, address),
        "other user": token_from(grant, secret, "nobody@localhost"),
        "other host": token_from(grant, secret, address.replace("@localhost", "@b.localhost")),
        "unknown host": token_from(grant, secret, address.replace("@localhost", "@x.example")),
        "no user": token_from(grant, secret, "localhost"),
        "no address": token_from(grant, secret, ""),
        "other version": token_from(grant, secret, address, "1"),
        "without its beginning": token.removeprefix("secret-token:"),
        "shorter": token[:-5],
        "only its beginning": "secret-token:",
        "not base64": "secret-token:!",
        "of spaces": "   ",
        "of letters": "x",
        "long": "secret-token:" + "A" * 20000,
        "letters beyond ASCII": "secret-token:caf\u00e9",
        "line break": token[:30] + "\n" + token[30:],
        "path": "../../../etc/passwd",
        "dots for a user": token_from(grant, secret, "../../x@localhost"),
        "Lua pattern": token_from("%", secret, "%@localhost"),
    }



DAMAGES = list(damaged(token_from("A" * 12, b"A" * 18, "x@localhost")))
