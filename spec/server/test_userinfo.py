"""mod_http_oauth2: what a client is told about the user (OpenID Connect Core 1.0 §5.3, RFC 6750)."""

import re
import urllib.parse

import pytest
from joserfc import jws

from api import bearer
from authorization import (
    REVOKE,
    USERINFO,
    advance,
    app,
    basic,
    code_for,
    new_user,
    post_as,
    public_app,
    refresh,
    tokens_for,
)
from endpoints import (
    DAMAGES,
    FORM,
    GOOD_TYPES,
    ORIGIN,
    assert_open,
    assert_preflight,
    community_client,
    damaged,
    foreign_token,
    oauth_probe,
    options,
    parts_of,
    token_from,
)
from invitations import FORM_TYPE
from oauth import DESCRIPTION, LEFT_OUT, content, register, wait_until_gone
from registration import probe

HOSTS = {
    "b.localhost": {},
    "closed.localhost": {"oauth2_registration_key": ""},
    "short.localhost": {"oauth2_access_token_ttl": 100},
}
B, CLOSED, SHORT = HOSTS


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture
def user(server):
    return new_user(server)


@pytest.fixture
def token(client, user):
    return tokens_for(client, user)["access_token"]


def ask(server, token=None, host="localhost", method="GET", body=None, **headers):
    """Asks with a token in the header; the answer."""
    own = {} if token is None else bearer(token)
    return server.request(method, USERINFO, body, {**own, **headers}, host)


def post_token(server, token, content_type=FORM, more="", **headers):
    """Asks with a token in the body (RFC 6750 §2.2); the answer."""
    body = "access_token=" + urllib.parse.quote(token) + more
    return server.post(USERINFO, body.encode(), headers={"Content-Type": content_type, **headers})


def whose(answer):
    return content(answer)["sub"]


def jid(user, host="localhost"):
    return f"xmpp:{user}@{host}"


# Challenges: RFC 6750 §3

PARAMETER = re.compile(r'([a-z_]+)="([^"\\]*)"')


def challenge_of(answer):
    """The parameters of the one challenge in an answer, which is well-formed."""
    header = answer.headers["www-authenticate"]
    scheme, _, rest = header.partition(" ")
    assert scheme == "Bearer", header
    pairs = PARAMETER.findall(rest)
    assert ", ".join(f'{name}="{value}"' for name, value in pairs) == rest, header
    assert len(dict(pairs)) == len(pairs), header
    return dict(pairs)


def assert_challenged(answer, status, error=None, host="localhost", **more):
    """Checks that an answer is a refusal with this challenge."""
    assert answer.status == status, answer
    assert answer.headers["cache-control"] == "no-store", answer
    parameters = challenge_of(answer)
    assert parameters["realm"] == host
    assert parameters.get("error") == error, parameters
    if error:
        assert DESCRIPTION.fullmatch(parameters.get("error_description", "x")), parameters
        said = content(answer, status)
        assert said["error"] == error
    for name, value in more.items():
        assert parameters[name] == value
    assert "scope" in more or "scope" not in parameters


def assert_invalid_token(answer, host="localhost"):
    assert_challenged(answer, 401, "invalid_token", host)


# OpenID Connect Core §5.3.1: the request


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_s5_3_1_get_and_post(server, user, token, method):
    assert whose(ask(server, token, method=method)) == jid(user)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "PROPFIND"])
def test_s5_3_1_no_other_methods(server, token, method):
    assert ask(server, token, method=method).status in (404, 405)


def test_s5_3_1_a_post_may_have_an_empty_form(server, user, token):
    assert whose(ask(server, token, method="POST", body=b"", **FORM_TYPE)) == jid(user)
    assert whose(ask(server, token, method="POST", body=b"schema=openid", **FORM_TYPE)) == jid(user)


# OpenID Connect Core §5.3.2: the answer


def test_s5_3_2_who_it_is(server, user, token):
    answer = ask(server, token)
    assert content(answer) == {"iss": f"http://localhost:{server.http_port}", "sub": jid(user)}


def test_s5_3_2_it_is_the_sub_of_the_id_token(server, client, user):
    tokens = tokens_for(client, user)
    claims = jws.extract_compact(tokens["id_token"].encode()).payload
    assert whose(ask(server, tokens["access_token"])).encode() in claims


@pytest.mark.parametrize("name", ["a.b-c_d", "caf\u00e9", "%41", "a+b", "\u65e5\u672c", "a#b", "a?b"])
def test_s5_3_2_a_sub_is_an_address(server, client, name):
    assert probe(server, "create_user", username=name, password="correct horse battery staple")["ok"]
    tokens = tokens_for(client, name)
    sub = whose(ask(server, tokens["access_token"]))
    # RFC 5122 §2.2: what may not stand in an address is percent-encoded.
    assert sub.startswith("xmpp:") and sub.endswith("@localhost")
    assert urllib.parse.unquote(sub) == jid(name) or sub == jid(name)


def test_s5_3_2_accept_is_no_obstacle(server, user, token):
    for accept in ("application/json", "*/*", "application/jwt", "text/html"):
        assert whose(ask(server, token, Accept=accept)) == jid(user)


def test_s5_3_2_it_is_not_stored(server, token):
    answer = ask(server, token)
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-type"] == "application/json"


def test_asking_changes_nothing(server, user, token):
    assert len({ask(server, token).body for _ in range(3)}) == 1


@pytest.mark.parametrize("make", [app, public_app])
def test_of_any_client(server, user, make):
    tokens = tokens_for(register(server, make()), user, scope="openid")
    assert whose(ask(server, tokens["access_token"])) == jid(user)


def test_after_a_refresh_both_are_good(server, client, user):
    tokens = tokens_for(client, user)
    new = content(refresh(client, tokens["refresh_token"]))
    assert [whose(ask(server, each["access_token"])) for each in (tokens, new)] == [jid(user)] * 2


def test_after_a_restart(start_server):
    server = start_server(options())
    user = new_user(server)
    token = tokens_for(register(server, app()), user)["access_token"]
    server.restart()
    assert whose(ask(server, token)) == jid(user)


# RFC 6750 §2.1: in the header


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
def test_rfc6750_2_1_the_scheme_is_known_in_any_case(server, user, token, scheme):
    assert whose(ask(server, Authorization=f"{scheme} {token}")) == jid(user)


@pytest.mark.parametrize(
    "header",
    [
        "Bearer {0}x",
        "Bearer {0} x",
        "Bearer {0},x",
        "Bearer {0}, Bearer {0}",
        "Bearer x {0}",
        'Bearer "{0}"',
        "Bearer token={0}",
        "Bearer caf\xe9",
        "Bearer \xff",
        "Bearer {0}\xff",
        "Bearer =",
    ],
)
def test_rfc6750_2_1_what_is_not_the_token(server, token, header):
    answer = ask(server, Authorization=header.format(token))
    assert answer.status in (400, 401), answer
    assert_challenged(answer, answer.status, "invalid_token" if answer.status == 401 else "invalid_request")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer{0}", "{0}", "Token {0}", "Basic {0}"])
def test_rfc6750_2_1_another_scheme_or_none(server, token, header):
    answer = ask(server, Authorization=header.format(token))
    assert answer.status in (400, 401), answer
    assert challenge_of(answer)["realm"] == "localhost"
    assert "sub" not in answer.text


def test_rfc6750_2_1_a_client_is_no_user(server, client):
    answer = server.get(USERINFO, headers=basic(client.id, client.secret))
    assert answer.status == 401
    assert challenge_of(answer)["realm"] == "localhost"


# RFC 6750 §2.2: in the body


@pytest.mark.parametrize("content_type", GOOD_TYPES)
def test_rfc6750_2_2_a_form(server, user, token, content_type):
    assert whose(post_token(server, token, content_type)) == jid(user)


def test_rfc6750_2_2_a_form_with_more(server, user, token):
    assert whose(post_token(server, token, more="&x=y&scope=a+b")) == jid(user)


def test_rfc6750_2_2_a_wrong_token(server):
    assert_invalid_token(post_token(server, "x"))


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "multipart/form-data; boundary=x"])
def test_rfc6750_2_2_what_is_no_form(server, token, content_type):
    answer = post_token(server, token, content_type)
    assert answer.status in (400, 401), answer
    assert challenge_of(answer)["realm"] == "localhost"


def test_rfc6750_2_2_a_form_that_is_not_called_one(server, token):
    answer = server.post(USERINFO, b"access_token=" + urllib.parse.quote(token).encode())
    assert answer.status in (400, 401), answer


@pytest.mark.parametrize(
    "more", ["&access_token=x", "&x=1&x=2", "&x=%ff", "%00", "&x=%00", "&x=" + "a" * 65536]
)
def test_rfc6750_3_1_a_malformed_form(server, token, more):
    assert_challenged(post_token(server, token, more=more), 400, "invalid_request")


def test_rfc6750_2_2_only_with_post(server, token):
    body = "access_token=" + urllib.parse.quote(token)
    answer = server.request("GET", USERINFO, body, FORM_TYPE)
    assert_challenged(answer, 401)


def test_rfc6750_2_2_an_empty_token_is_none(server):
    assert_challenged(post_token(server, ""), 401)


# RFC 6750 §2.3: in the address, where it would be logged


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rfc6750_2_3_not_in_the_address(server, token, method):
    path = f"{USERINFO}?access_token={urllib.parse.quote(token)}"
    answer = server.request(method, path)
    assert answer.status in (400, 401), answer
    assert "sub" not in answer.text
    assert challenge_of(answer)["realm"] == "localhost"


def test_rfc6750_2_3_a_query_does_no_harm(server, user, token):
    answer = server.get(f"{USERINFO}?schema=openid&utm_source=x", headers=bearer(token))
    assert whose(answer) == jid(user)


# RFC 6750 §2: "Clients MUST NOT use more than one method to transmit the token in each request."


def test_rfc6750_2_two_ways_at_once(server, token):
    answer = post_token(server, token, **bearer(token))
    assert_challenged(answer, 400, "invalid_request")
    assert_challenged(post_token(server, "x", **bearer(token)), 400, "invalid_request")
    assert_challenged(post_token(server, token, **bearer("x")), 400, "invalid_request")


# RFC 6750 §3.1: "If the request lacks any authentication information [...] SHOULD NOT include an error code"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_rfc6750_3_1_no_token(server, method):
    answer = ask(server, method=method)
    assert_challenged(answer, 401)
    assert "error" not in answer.headers["www-authenticate"]


@pytest.mark.parametrize("host", [B, CLOSED])
def test_rfc6750_3_the_realm_is_the_host(server, host):
    assert_challenged(ask(server, host=host), 401, host=host)
    assert_invalid_token(ask(server, "x", host=host), host)


# RFC 6750 §3.1: invalid_token


@pytest.mark.parametrize("name", [name for name in DAMAGES if name not in ("of spaces", "line break")])
def test_rfc6750_3_1_what_is_nearly_a_token(server, token, name):
    value = damaged(token)[name]
    # Prosody itself does not read on in a header that is longer than this.
    in_header = value.encode().decode("latin-1")[:4000]
    if " " in value or not value.isascii():
        assert ask(server, in_header).status in (400, 401)
    else:
        assert_invalid_token(ask(server, in_header))
    assert_invalid_token(post_token(server, value))


def test_rfc6750_3_1_a_refresh_token(server, client, user):
    tokens = tokens_for(client, user)
    assert_invalid_token(ask(server, tokens["refresh_token"]))
    assert_invalid_token(post_token(server, tokens["refresh_token"]))
    refresh(client, tokens["refresh_token"])
    assert_invalid_token(ask(server, tokens["refresh_token"]))


def test_rfc6750_3_1_other_things_that_are_signed(server, client, user):
    code, _ = code_for(client, user, scope="openid")
    for text in (code, tokens_for(client, user)["id_token"], client.id, client.secret, client.token):
        assert_invalid_token(ask(server, text))


@pytest.mark.parametrize("purpose", ["rest", "", "oauth2-refresh", "oauth2-refresh-spent", "oauth2x"])
def test_tokens_of_other_modules(server, client, user, purpose):
    token = foreign_token(server, user, purpose=purpose, hash=client.hash, scopes="openid")
    assert_invalid_token(ask(server, token))


def test_tokens_of_the_community_module(server, user):
    hash_of_client = community_client(server).hash
    # By its password grant it noted no client.
    for known in (hash_of_client, ""):
        token = foreign_token(server, user, hash=known, scopes="openid xmpp")
        assert whose(ask(server, token)) == jid(user)


def test_rfc6750_3_1_expired(server):
    client, user = register(server, app(), host=SHORT), new_user(server, SHORT)
    token = tokens_for(client, user)["access_token"]
    advance(server, 90)
    assert whose(ask(server, token, host=SHORT)) == jid(user, SHORT)
    advance(server, 15)
    assert_invalid_token(ask(server, token, host=SHORT), SHORT)


def test_rfc6750_3_1_revoked(server, client, user):
    first, second = tokens_for(client, user), tokens_for(client, user)
    assert post_as(client, REVOKE, {"token": first["access_token"]}).status == 200
    assert post_as(client, REVOKE, {"token": second["refresh_token"]}).status == 200
    for tokens in (first, second):
        assert_invalid_token(ask(server, tokens["access_token"]))


def test_rfc6750_3_1_of_another_host(server, token):
    assert_invalid_token(ask(server, token, host=B), B)
    there = tokens_for(register(server, app(), host=B), new_user(server, B))["access_token"]
    assert_invalid_token(ask(server, there))
    assert ask(server, there, host=B).status == 200


def test_a_disabled_account(server, user, token):
    assert probe(server, "disable_user", username=user)["ok"]
    assert_invalid_token(ask(server, token))
    assert_invalid_token(post_token(server, token))


def test_a_deleted_account(server, user, token):
    assert probe(server, "delete_user", username=user)["ok"]
    assert_invalid_token(ask(server, token))
    assert probe(server, "create_user", username=user, password="another password")["ok"]
    assert_invalid_token(ask(server, token))


def test_a_changed_password(server, user, token):
    advance(server, 10)
    assert oauth_probe(server, "set_password", username=user, password="another password")["ok"]
    assert_invalid_token(ask(server, token))


def test_a_client_that_is_deleted(server, user):
    client = register(server, app())
    token = tokens_for(client, user)["access_token"]
    assert client.ask("DELETE").status == 204
    # Its grants end in the background.
    wait_until_gone(server, token)
    assert_invalid_token(ask(server, token))


# RFC 6750 §3.1: insufficient_scope


def assert_insufficient(answer, host="localhost"):
    assert_challenged(answer, 403, "insufficient_scope", host, scope="openid")


@pytest.mark.parametrize("scope", ["xmpp", "xmpp offline_access", "offline_access", LEFT_OUT], ids=str)
def test_rfc6750_3_1_without_openid(server, client, user, scope):
    token = tokens_for(client, user, scope=scope)["access_token"]
    assert_insufficient(ask(server, token))
    assert_insufficient(post_token(server, token))


def test_a_narrowed_token(server, client, user):
    tokens = tokens_for(client, user)
    narrowed = content(refresh(client, tokens["refresh_token"], scope="xmpp"))
    assert_insufficient(ask(server, narrowed["access_token"]))
    assert whose(ask(server, tokens["access_token"])) == jid(user)
    other = content(refresh(client, narrowed["refresh_token"], scope="openid"))
    assert whose(ask(server, other["access_token"])) == jid(user)


def test_a_code_redeemed_for_less(server, client, user):
    code, flow = code_for(client, user, scope="openid xmpp")
    token = content(flow.redeem(code, scope="xmpp"))["access_token"]
    assert_insufficient(ask(server, token))


@pytest.mark.parametrize("scopes", ["openidx", "xopenid", "OpenID", "openid_", ""])
def test_scopes_that_look_like_openid(server, client, user, scopes):
    token = foreign_token(server, user, hash=client.hash, scopes=scopes)
    assert_insufficient(ask(server, token))


# Without a registration key


def test_without_a_key_tokens_go_on(server):
    user = new_user(server, CLOSED)
    token = foreign_token(server, user, CLOSED, scopes="openid xmpp", hash="x")
    assert whose(ask(server, token, host=CLOSED)) == jid(user, CLOSED)
    token = foreign_token(server, user, CLOSED, scopes="xmpp", hash="x")
    assert_insufficient(ask(server, token, host=CLOSED), CLOSED)


# What others learn


def test_a_token_is_in_no_log(server, token):
    assert ask(server, token).status == 200
    assert post_token(server, token).status == 200
    assert token not in server.log()


def test_another_website_may_ask(server, client, user, token):
    assert_preflight(server, USERINFO, "GET", "POST")
    origin = {"Origin": ORIGIN}
    limited = tokens_for(client, user, scope="xmpp")["access_token"]
    for answer, status in [
        (ask(server, token, **origin), 200),
        (ask(server, **origin), 401),
        (ask(server, "x", **origin), 401),
        (ask(server, limited, **origin), 403),
        (post_token(server, token, **origin), 200),
        (post_token(server, token, **origin, **bearer(token)), 400),
    ]:
        assert answer.status == status
        assert_open(answer, "GET", "POST")


def test_nobody_fills_the_log(start_server):
    """A name that no account can have is looked up nowhere."""
    server = start_server(options())
    token = tokens_for(register(server, app()), new_user(server))["access_token"]
    grant, secret, _ = parts_of(token)
    for name in ("a" * 300, "a" * 1023, "a" * 1100, "\u00e9" * 200, "..", "a/b", "a\\b", "a b", '"'):
        assert_invalid_token(post_token(server, token_from(grant, secret, f"{name}@localhost")))
    assert server.unexpected_errors() == []
