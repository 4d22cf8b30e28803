"""mod_http_oauth2: the token endpoint, where clients get tokens (RFC 6749 §3.2, §4.1.3, §4.3, §5, §6)."""

import collections
import hashlib
import itertools
import re
import secrets
import time

import pytest

import lua
import oauth
import prosody
from answers import hostile
from api import is_stored, store_of
from authorization import (
    ALL_SCOPES,
    INTROSPECT,
    REDIRECT_URI,
    TOKEN,
    advance,
    app,
    assert_error,
    assert_unauthorized,
    authentications,
    basic,
    begin,
    begin_post_as,
    code_for,
    credentials,
    new_user,
    new_verifier,
    post_as,
    post_form,
    public_app,
    refresh,
    s256,
    tokens_for,
)
from endpoints import (
    GOOD_CREDENTIALS,
    GOOD_TYPES,
    NO_FORMS,
    ORIGIN,
    TWICE,
    TWO_CREDENTIALS,
    WRONG_CREDENTIALS,
    Parties,
    ask_as,
    assert_no_forms,
    assert_only_post,
    assert_open,
    assert_preflight,
    assert_twice,
    community_client,
    grant_id,
    oauth_probe,
    options,
    send,
    token_from,
)
from invitations import evaluate
from oauth import DEVICE_GRANT, LEFT_OUT, content, is_token_good, register
from oauthbearer import Connection, Refused
from registration import PASSWORD, probe

PASSWORD_GRANTS = ["authorization_code", "refresh_token", "password"]

HOSTS = {
    "second.localhost": {},
    "closed.localhost": {"oauth2_registration_key": ""},
    "lax.localhost": {"oauth2_require_code_challenge": False},
    "short.localhost": {"oauth2_access_token_ttl": 100, "oauth2_refresh_token_ttl": 200},
    "none.localhost": {"oauth2_refresh_token_ttl": 0},
    "codes.localhost": {"allowed_oauth2_grant_types": ["authorization_code"]},
    "lasting.localhost": {"oauth2_registration_ttl": 3600},
    "password.localhost": {"allowed_oauth2_grant_types": PASSWORD_GRANTS},
    "jid.localhost": {"allowed_oauth2_grant_types": PASSWORD_GRANTS, "oauth2_expect_username_jid": True},
    "few.localhost": {"allowed_oauth2_grant_types": PASSWORD_GRANTS, "oauth2_login_limit": 3},
}

GRACE = 30  # seconds in which a spent refresh token still works
CODE_LIFETIME = 600


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(modules_enabled=["auth_events"]), HOSTS)


@pytest.fixture(scope="module")
def parties(server):
    return Parties(server, "second.localhost")


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture(scope="module")
def public(server):
    return register(server, public_app())


@pytest.fixture(scope="module")
def shared_user(server):
    """Logs in, and nothing else happens to them."""
    return new_user(server)


@pytest.fixture
def user(server):
    return new_user(server)


def assert_good(server, tokens, host="localhost"):
    assert is_token_good(server, tokens["access_token"], host), tokens


def assert_dead(client, tokens):
    """Checks that nothing works any more of what a client got."""
    assert not is_token_good(client.server, tokens["access_token"], client.host), tokens
    if "refresh_token" in tokens:
        assert not is_token_good(client.server, tokens["refresh_token"], client.host), tokens
        assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")


# RFC 6749 §2.3.1: client authentication. A code that is none tells that it went well.

NO_CODE = {"grant_type": "authorization_code", "code": "x"}


@pytest.mark.parametrize("name", GOOD_CREDENTIALS)
def test_s2_3_1_good_credentials(parties, name):
    assert_error(ask_as(parties, GOOD_CREDENTIALS, name, TOKEN, NO_CODE), "invalid_grant")


@pytest.mark.parametrize("name", WRONG_CREDENTIALS)
@pytest.mark.parametrize("fields", [NO_CODE, {}], ids=["code", "nothing"])
def test_s2_3_1_wrong_credentials(parties, name, fields):
    assert_unauthorized(ask_as(parties, WRONG_CREDENTIALS, name, TOKEN, fields))


@pytest.mark.parametrize("name", TWO_CREDENTIALS)
def test_s2_3_1_two_ways_at_once(parties, name):
    assert_error(ask_as(parties, TWO_CREDENTIALS, name, TOKEN, NO_CODE), "invalid_request")


def test_s2_3_1_no_credentials(server):
    assert_unauthorized(post_form(server, TOKEN, NO_CODE))
    assert_unauthorized(post_form(server, TOKEN, b""))


def test_s2_3_1_never_in_the_address(server, client, public):
    for one in (client, public):
        query = "&".join(
            f"{name}={value}"
            for name, value in credentials(one, "post" if one is client else "none")[1].items()
        )
        assert_unauthorized(post_form(server, f"{TOKEN}?{query}", NO_CODE))


@pytest.mark.parametrize("registered", ["client_secret_basic", "client_secret_post", LEFT_OUT])
@pytest.mark.parametrize("how", ["basic", "post"])
def test_the_method_that_was_registered_is_not_enforced(server, shared_user, registered, how):
    client = register(server, app(token_endpoint_auth_method=registered))
    code, flow = code_for(client, shared_user)
    assert content(flow.redeem(code, how))["scope"] == "xmpp"


def test_secrets_with_characters_that_mean_something(server):
    """Percent-encoding is undone before anything is compared; what is no such credential is none."""
    for user, password in [
        ("a:b", "c"),
        ("a%3Ab", "c"),
        ("a b", "c+d"),
        ("\u00e9", "\u00e9"),
        (":", ":"),
        ("%", "%"),
    ]:
        assert_unauthorized(post_form(server, TOKEN, NO_CODE, basic(user, password)))


def test_a_client_of_the_community_module(server, shared_user):
    client = community_client(server)
    code, flow = code_for(client, shared_user, scope=ALL_SCOPES)
    tokens = content(flow.redeem(code))
    assert "refresh_token" in tokens
    assert content(refresh(client, tokens["refresh_token"]))["scope"] == ALL_SCOPES


def test_a_client_without_a_secret_of_the_community_module(server, shared_user):
    changes = {
        "token_endpoint_auth_method": "none",
        "redirect_uris": ["http://localhost/"],
        "application_type": "native",
    }
    client = community_client(server, **changes)
    del client.said["client_secret"]
    code, flow = code_for(client, shared_user)
    assert content(flow.redeem(code))["scope"] == "xmpp"


def test_a_client_whose_lifetime_is_over(server):
    host = "lasting.localhost"
    client, user = register(server, app(), host), new_user(server, host)
    tokens = tokens_for(client, user)
    advance(server, 3601)
    assert_unauthorized(refresh(client, tokens["refresh_token"]), host)
    assert_unauthorized(post_as(client, TOKEN, NO_CODE), host)


def test_a_client_that_is_revoked_between_login_and_redemption(server, shared_user):
    client = register(server, app())
    code, flow = code_for(client, shared_user)
    assert client.ask("DELETE").status == 204
    assert_unauthorized(flow.redeem(code))


def test_without_a_key_there_are_no_clients(server):
    host = "closed.localhost"
    for headers, fields in ((basic("x", "y"), {}), ({}, {"client_id": "x"}), ({}, {})):
        assert_unauthorized(post_form(server, TOKEN, {**NO_CODE, **fields}, headers, host), host)


# RFC 6749 §3.2: requests


@pytest.mark.parametrize("kind", GOOD_TYPES)
def test_s3_2_a_form(client, kind):
    answer = send(
        client.server, TOKEN, kind, b"grant_type=authorization_code&code=x", basic(client.id, client.secret)
    )
    assert_error(answer, "invalid_grant")


@pytest.mark.parametrize("name", NO_FORMS)
def test_s3_2_no_form(client, name):
    assert_no_forms(client, TOKEN, name)


@pytest.mark.parametrize("name", TWICE)
def test_s3_2_a_parameter_twice(client, name):
    assert_twice(client, TOKEN, name)


@pytest.mark.parametrize(
    "name", ["grant_type", "code", "code_verifier", "redirect_uri", "scope", "client_id", "refresh_token"]
)
def test_s3_2_each_parameter_twice(client, name):
    body = f"grant_type=authorization_code&code=x&{name}=a&{name}=a".encode()
    assert_error(
        post_form(client.server, TOKEN, body, basic(client.id, client.secret)),
        "invalid_request",
        parameter=name,
    )


def test_s3_2_only_post(server):
    assert_only_post(server, TOKEN)


def test_s3_2_further_parameters_change_nothing(server, client, shared_user):
    code, flow = code_for(client, shared_user)
    answer = flow.redeem(
        code, resource="https://x.example/", audience="x", state="x", username="x", password="x"
    )
    assert answer.status == 200


def test_s3_1_an_empty_parameter_is_none(server, client, shared_user):
    code, flow = code_for(client, shared_user)
    assert flow.redeem(code, scope="", redirect_uri="", refresh_token="", x="").status == 200


GRANT_TYPES = {
    "none": (LEFT_OUT, "invalid_request"),
    "empty": ("", "invalid_request"),
    "unknown": ("x", "unsupported_grant_type"),
    "in capitals": ("AUTHORIZATION_CODE", "unsupported_grant_type"),
    "with a space": ("authorization_code ", "unsupported_grant_type"),
    "two": ("authorization_code refresh_token", "unsupported_grant_type"),
    "client_credentials": ("client_credentials", "unsupported_grant_type"),
    "implicit": ("implicit", "unsupported_grant_type"),
    "password, which is off": ("password", "unsupported_grant_type"),
    "assertion": ("urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type"),
    "alias of the configuration": ("device_code", "unsupported_grant_type"),
    "device_code, not registered": (DEVICE_GRANT, "unauthorized_client"),
    "long": ("x" * 10000, "unsupported_grant_type"),
}


@pytest.mark.parametrize("grant_type, error", GRANT_TYPES.values(), ids=GRANT_TYPES)
def test_s5_2_grant_types(client, grant_type, error):
    fields = {"code": "x", "grant_type": grant_type}
    assert_error(
        post_as(client, TOKEN, fields), error, parameter="grant_type" if error == "invalid_request" else None
    )


def test_s5_2_a_grant_type_that_this_client_did_not_register(server, shared_user):
    coder = register(server, app(grant_types=["authorization_code"]))
    assert_error(refresh(coder, "x"), "unauthorized_client")
    device = register(server, oauth.device())
    assert_error(post_as(device, TOKEN, NO_CODE), "unauthorized_client")
    refresher = register(
        server, app(grant_types=["authorization_code", DEVICE_GRANT], application_type="web")
    )
    assert_error(post_as(refresher, TOKEN, {"grant_type": DEVICE_GRANT, "device_code": "x"}), "invalid_grant")


def test_s5_2_a_grant_type_that_is_switched_off(server):
    client = community_client(server, "codes.localhost")
    assert_error(refresh(client, "x"), "unsupported_grant_type")


def test_no_value_is_too_much(server, shared_user):
    client, user = (
        register(server, password_app(), "password.localhost"),
        new_user(server, "password.localhost"),
    )
    code, flow = code_for(client, user)
    requests = [flow.redemption(code, scope="xmpp")]
    requests += [{"grant_type": "refresh_token", "refresh_token": "x", "scope": "xmpp"}]
    requests += [{"grant_type": "password", "username": user, "password": PASSWORD, "scope": "xmpp"}]
    for fields in requests:
        for name in (*fields, "client_id", "client_secret"):
            for body in hostile(fields, name):
                for headers in ({}, credentials(client)[0]):
                    answer = post_form(server, TOKEN, body, headers, client.host)
                    assert answer.status in (200, 400, 401), (body, answer)


def test_s5_2_the_client_is_looked_at_first(server, client):
    headers, _ = credentials(client)
    wrong = basic(client.id, "wrong")
    for fields in ({}, {"grant_type": "x"}, {"grant_type": DEVICE_GRANT}, {"grant_type": "refresh_token"}):
        assert post_form(server, TOKEN, fields, headers).status == 400
        assert_unauthorized(post_form(server, TOKEN, fields, wrong))


# RFC 6749 §5.1: what comes back


def test_s5_1_the_answer(server, client, shared_user):
    code, flow = code_for(client, shared_user, scope=ALL_SCOPES)
    answer = flow.redeem(code)
    said = content(answer)
    assert set(said) == {"token_type", "access_token", "expires_in", "scope", "refresh_token", "id_token"}
    assert (said["token_type"], said["scope"]) == ("bearer", ALL_SCOPES)
    assert 3595 <= said["expires_in"] <= 3600
    assert answer.headers["pragma"] == "no-cache"
    assert is_token_good(server, said["access_token"]) and said["access_token"] != said["refresh_token"]


@pytest.mark.parametrize(
    "scope, members",
    [("xmpp", set()), ("xmpp openid", {"id_token"}), ("offline_access xmpp", {"refresh_token"})],
)
def test_s5_1_only_what_was_granted(server, client, shared_user, scope, members):
    said = tokens_for(client, shared_user, scope)
    assert set(said) == {"token_type", "access_token", "expires_in", "scope", *members}


def test_a_refresh_token_needs_offline_access_and_registration(server, shared_user):
    coder = register(server, app(grant_types=["authorization_code"]))
    assert "refresh_token" not in tokens_for(coder, shared_user)
    for host in ("none.localhost", "codes.localhost"):
        metadata = app() if host == "none.localhost" else app(grant_types=["authorization_code"])
        assert "refresh_token" not in tokens_for(register(server, metadata, host), new_user(server, host))


def test_lifetimes_are_the_operators(server):
    host = "short.localhost"
    client, user = register(server, app(), host), new_user(server, host)
    tokens = tokens_for(client, user)
    assert 95 <= tokens["expires_in"] <= 100
    advance(server, 90)
    assert_good(server, tokens, host)
    advance(server, 11)
    assert not is_token_good(server, tokens["access_token"], host)
    # The refresh token lives longer, and the next one as long again.
    tokens = content(refresh(client, tokens["refresh_token"]))
    advance(server, 150)
    tokens = content(refresh(client, tokens["refresh_token"]))
    advance(server, 201)
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")


def test_the_token_logs_in_over_xmpp(server, client, shared_user):
    tokens = tokens_for(client, shared_user, "xmpp")
    with Connection(server) as session:
        assert session.log_in_with_token(tokens["access_token"]).is_open()


# RFC 6749 §4.1.3: codes


def test_s4_1_3_no_code(client):
    for fields in ({}, {"code": ""}):
        answer = post_as(client, TOKEN, {"grant_type": "authorization_code", **fields})
        assert_error(answer, "invalid_request", parameter="code")


def test_s4_1_3_what_is_no_code(server, client, shared_user):
    good, flow = code_for(client, shared_user)
    places = sorted({*range(0, len(good), max(1, len(good) // 25)), len(good) - 1})
    bad = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in places]
    bad += [
        good[:-1],
        good[1:],
        good + "A",
        good + "=",
        good + ".",
        "A" + good,
        good + " ",
        " " + good,
        good + "\n",
        good + good,
    ]
    bad += [
        good.swapcase(),
        good[::-1],
        "x",
        ".",
        "..",
        "\u00e9",
        "A" * len(good),
        "A" * 30000,
        "secret-token:" + good,
    ]
    for code in bad:
        assert_error(flow.redeem(code), "invalid_grant")
    assert flow.redeem(good).status == 200


def test_s4_1_3_other_tokens_are_no_codes(server, client, shared_user):
    tokens = tokens_for(client, shared_user)
    flow = begin(client)
    for other in (
        tokens["access_token"],
        tokens["refresh_token"],
        tokens["id_token"],
        client.id,
        client.token,
    ):
        assert_error(flow.redeem(other), "invalid_grant")


def test_s4_1_2_a_code_expires(server, client, shared_user):
    (late, late_flow), (soon, soon_flow) = code_for(client, shared_user), code_for(client, shared_user)
    advance(server, CODE_LIFETIME - 10)
    assert soon_flow.redeem(soon).status == 200
    advance(server, 11)
    assert_error(late_flow.redeem(late), "invalid_grant")


def test_s4_1_2_a_code_is_for_one_client(server, client, public, shared_user):
    code, flow = code_for(client, shared_user)
    for other in (register(server, app()), public):
        answer = post_as(other, TOKEN, flow.redemption(code))
        assert_error(answer, "invalid_grant")
    assert flow.redeem(code).status == 200


def test_s4_1_2_a_code_is_for_one_host(server):
    """An old id and its code, on another host of the same key."""
    user, second = new_user(server), "second.localhost"
    assert probe(server, "create_user", host=second, username=user, password=PASSWORD)["ok"]
    code, flow = code_for(community_client(server), user)
    assert_error(post_as(community_client(server, second), TOKEN, flow.redemption(code)), "invalid_grant")
    assert flow.redeem(code).status == 200


def test_s4_1_2_twice_ends_what_came_of_it(server, client, public, shared_user):
    for one in (client, public):
        code, flow = code_for(one, shared_user, scope=ALL_SCOPES)
        tokens = content(flow.redeem(code))
        assert_good(server, tokens)
        assert_error(flow.redeem(code), "invalid_grant")
        assert_dead(one, tokens)
        assert_error(flow.redeem(code), "invalid_grant")


def test_s4_1_2_twice_ends_what_was_refreshed_too(server, client, shared_user):
    code, flow = code_for(client, shared_user, scope=ALL_SCOPES)
    tokens = content(refresh(client, content(flow.redeem(code))["refresh_token"]))
    assert_error(flow.redeem(code), "invalid_grant")
    assert_dead(client, tokens)


def test_s4_1_2_twice_ends_nothing_else(server, client, shared_user):
    others = [tokens_for(client, shared_user), tokens_for(register(server, app()), shared_user)]
    code, flow = code_for(client, shared_user)
    for status in (200, 400):
        assert flow.redeem(code).status == status
    for tokens in others:
        assert_good(server, tokens)


def test_s4_1_2_twice_by_another_client_ends_nothing(server, client, public, shared_user):
    code, flow = code_for(client, shared_user)
    tokens = content(flow.redeem(code))
    for other in (register(server, app()), public):
        assert_error(post_as(other, TOKEN, flow.redemption(code)), "invalid_grant")
    assert_unauthorized(post_form(server, TOKEN, flow.redemption(code), basic(client.id, "wrong")))
    assert_good(server, tokens)


def test_s4_1_2_twice_closes_the_sessions(server, client, shared_user):
    code, flow = code_for(client, shared_user)
    tokens = content(flow.redeem(code))
    with Connection(server) as session:
        assert session.log_in_with_token(tokens["access_token"]).is_open()
        assert_error(flow.redeem(code), "invalid_grant")
        session.wait_until_closed()


def test_s4_1_2_at_the_same_time_one_wins(server, client, shared_user):
    for _ in range(5):
        code, flow = code_for(client, shared_user)
        opened = [begin_post_as(client, TOKEN, flow.redemption(code)) for _ in range(8)]
        answers = [each.answer() for each in opened]
        assert sorted(answer.status for answer in answers) == [200] + [400] * 7
        for answer in answers:
            if answer.status == 400:
                assert_error(answer, "invalid_grant")


def test_s4_1_2_twice_with_a_restart_between(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    tokens = content(flow.redeem(code))
    server.restart()
    assert_good(server, tokens)
    assert_error(flow.redeem(code), "invalid_grant")
    assert_dead(client, tokens)
    # Nor after the server has been cut off from power.
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    tokens = content(flow.redeem(code))
    server.kill()
    server.start()
    assert_error(flow.redeem(code), "invalid_grant")
    assert_dead(client, tokens)


REDIRECTS = [
    "https://app.example.com/redirect/",
    "https://app.example.com/Redirect",
    "https://app.example.com/redirect?",
    "https://app.example.com/redirect?x=y",
    "https://app.example.com/redirect#",
    "https://app.example.com:443/redirect",
    "https://APP.example.com/redirect",
    "https://app.example.com/%72edirect",
    "https://user@app.example.com/redirect",
    "https://app.example.com/other",
    "https://evil.example/redirect",
    "http://app.example.com/redirect",
    REDIRECT_URI + " ",
    "x",
]


@pytest.mark.parametrize("code_challenge", [LEFT_OUT, None], ids=["no PKCE", "PKCE"])
def test_s4_1_3_the_redirect_uri_is_that_of_the_request(server, code_challenge):
    host = "lax.localhost"
    metadata = app(redirect_uris=[REDIRECT_URI, "https://app.example.com/other"])
    client, user = register(server, metadata, host), new_user(server, host)
    code, flow = code_for(client, user, **({"code_challenge": LEFT_OUT} if code_challenge else {}))
    for uri in REDIRECTS:
        assert_error(flow.redeem(code, redirect_uri=uri), "invalid_grant")
    assert flow.redeem(code).status == 200


@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_s4_1_3_without_pkce_the_redirect_uri_has_to_be_there(server, left_out):
    host = "lax.localhost"
    client, user = register(server, app(), host), new_user(server, host)
    code, flow = code_for(client, user, code_challenge=LEFT_OUT)
    assert_error(flow.redeem(code, redirect_uri=left_out), "invalid_grant")
    assert flow.redeem(code).status == 200
    # Unless there was none in the request.
    code, flow = code_for(client, user, code_challenge=LEFT_OUT, redirect_uri=LEFT_OUT)
    assert_error(flow.redeem(code, redirect_uri="https://app.example.com/other"), "invalid_grant")
    assert flow.redeem(code, redirect_uri=left_out).status == 200


@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_oauth_2_1_with_pkce_the_redirect_uri_may_be_left_out(server, client, public, shared_user, left_out):
    for one in (client, public):
        code, flow = code_for(one, shared_user)
        assert flow.redeem(code, redirect_uri=left_out).status == 200


# RFC 7636 §4.5, §4.6; RFC 9700 §2.1.1, §4.8


VERIFIERS = {
    "another": new_verifier(),
    "none": LEFT_OUT,
    "empty": "",
    "short": "x",
    "long": "x" * 5000,
    "not ASCII": "\u00e9" * 43,
    "of other characters": "!" * 43,
}


@pytest.mark.parametrize("verifier", VERIFIERS.values(), ids=VERIFIERS)
def test_rfc7636_4_6_another_verifier(server, client, public, shared_user, verifier):
    for one in (client, public):
        code, flow = code_for(one, shared_user)
        assert_error(flow.redeem(code, code_verifier=verifier), "invalid_grant")
        assert flow.redeem(code).status == 200


def test_rfc7636_4_6_nearly_the_verifier(server, public, shared_user):
    code, flow = code_for(public, shared_user)
    good = flow.verifier
    for verifier in (
        good[:-1],
        good + "A",
        good + "=",
        good.swapcase(),
        " " + good,
        s256(good),
        flow.parameters["code_challenge"],
    ):
        assert_error(flow.redeem(code, code_verifier=verifier), "invalid_grant")
    assert flow.redeem(code).status == 200


def test_rfc9700_4_8_no_downgrade(server):
    """A verifier for a request without a challenge: somebody took the challenge out of the link."""
    host = "lax.localhost"
    client, user = register(server, app(), host), new_user(server, host)
    code, flow = code_for(client, user, code_challenge=LEFT_OUT)
    assert_error(flow.redeem(code, code_verifier=new_verifier()), "invalid_grant")
    assert flow.redeem(code).status == 200
    code, flow = code_for(client, user)
    assert_error(flow.redeem(code, code_verifier=LEFT_OUT), "invalid_grant")
    assert flow.redeem(code).status == 200


def test_rfc7636_the_verifier_of_another_request(server, public, shared_user):
    (one, one_flow), (two, two_flow) = code_for(public, shared_user), code_for(public, shared_user)
    assert_error(one_flow.redeem(one, code_verifier=two_flow.verifier), "invalid_grant")
    assert_error(two_flow.redeem(two, code_verifier=one_flow.verifier), "invalid_grant")
    assert one_flow.redeem(one).status == two_flow.redeem(two).status == 200


# A smaller scope


@pytest.mark.parametrize(
    "scope", ["xmpp", "openid xmpp", "xmpp openid", "openid", "openid xmpp offline_access"]
)
def test_a_code_may_be_redeemed_for_less(server, client, shared_user, scope):
    code, flow = code_for(client, shared_user, scope="openid xmpp offline_access")
    said = content(flow.redeem(code, scope=scope))
    assert set(said["scope"].split()) == set(scope.split())
    assert ("id_token" in said) == ("openid" in scope)


@pytest.mark.parametrize(
    "scope",
    ["xmpp openid", "offline_access", "unknown", "XMPP", "prosody:admin", "a  b", 'a"b', " ", "xmpp "],
)
def test_a_code_cannot_be_redeemed_for_more(server, client, shared_user, scope):
    code, flow = code_for(client, shared_user)
    assert_error(flow.redeem(code, scope=scope), "invalid_scope")


# Accounts that change meanwhile


def set_password(server, username, password=PASSWORD + " 2"):
    """A change is in whole seconds, and what happens in the same second is not before it."""
    advance(server, 2)
    assert oauth_probe(server, "set_password", username=username, password=password)["ok"]


CHANGES = {
    "disabled": lambda server, user: probe(server, "disable_user", username=user),
    "deleted": lambda server, user: probe(server, "delete_user", username=user),
    "password changed": set_password,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_account_that_changes_before_redemption(server, client, user, change):
    code, flow = code_for(client, user)
    change(server, user)
    assert_error(flow.redeem(code), "invalid_grant")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_account_that_changes_before_refreshing(server, client, user, change):
    tokens = tokens_for(client, user)
    change(server, user)
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")


def test_a_password_that_changes_between_login_and_consent(server, client, user):
    flow = begin(client)
    consent = flow.log_in(user)
    set_password(server, user)
    answer = flow.decide(consent, "granted")
    if answer.status == 303 and "code=" in answer.headers["location"]:
        code = re.search(r"code=([^&]+)", answer.headers["location"])[1]
        assert_error(flow.redeem(code), "invalid_grant")
    # Whoever logs in now is fine.
    assert flow.redeem(flow.code(user, password=PASSWORD + " 2")).status == 200


def test_an_account_made_anew_is_another_one(server, client, user):
    code, flow = code_for(client, user)
    tokens = tokens_for(client, user)
    advance(server, 2)
    assert probe(server, "delete_user", username=user)["ok"]
    assert probe(server, "create_user", username=user, password=PASSWORD)["ok"]
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")
    assert_error(flow.redeem(code), "invalid_grant")


# RFC 6749 §6, RFC 9700 §4.14: refresh tokens


def test_s6_each_is_used_once(server, client, public, shared_user):
    for one in (client, public):
        tokens = tokens_for(one, shared_user)
        seen = [tokens]
        for _ in range(3):
            answer = refresh(one, seen[-1]["refresh_token"])
            said = content(answer)
            assert set(said) == set(tokens) and answer.headers["pragma"] == "no-cache"
            assert (said["token_type"], said["scope"]) == ("bearer", ALL_SCOPES)
            assert 3595 <= said["expires_in"] <= 3600
            assert_good(server, said)
            seen.append(said)
        for name in ("access_token", "refresh_token"):
            assert len({said[name] for said in seen}) == 4


@pytest.mark.parametrize("how", ["basic", "post"])
def test_s6_with_any_credentials(server, client, shared_user, how):
    tokens = tokens_for(client, shared_user)
    assert refresh(client, tokens["refresh_token"], how).status == 200


def test_s6_never_without_credentials(server, client, shared_user):
    tokens = tokens_for(client, shared_user)
    assert_unauthorized(refresh(client, tokens["refresh_token"], "none"))
    assert refresh(client, tokens["refresh_token"]).status == 200


def test_s6_a_lost_answer_can_be_asked_for_again(server, client, shared_user):
    first = tokens_for(client, shared_user)
    second = content(refresh(client, first["refresh_token"]))
    advance(server, GRACE - 10)
    third = content(refresh(client, first["refresh_token"]))
    assert third["refresh_token"] not in (first["refresh_token"], second["refresh_token"])
    assert third["scope"] == ALL_SCOPES
    for tokens in (second, third):
        assert_good(server, tokens)
        assert refresh(client, tokens["refresh_token"]).status == 200


def test_rfc9700_4_14_2_a_replay_ends_the_family(server, client, public, shared_user):
    for one in (client, public):
        first = tokens_for(one, shared_user)
        second = content(refresh(one, first["refresh_token"]))
        third = content(refresh(one, second["refresh_token"]))
        advance(server, GRACE + 1)
        assert_good(server, third)
        assert_error(refresh(one, first["refresh_token"]), "invalid_grant")
        for tokens in (first, second, third):
            assert_dead(one, tokens)


MOST_TOKENS = 50  # of a grant, of each kind


def test_a_refresh_token_that_is_used_again_and_again_makes_no_more_than_some(server, client, shared_user):
    """Within the grace each use gives another one, and whoever goes on with that has a grace again."""
    first = tokens_for(client, shared_user)
    for _ in range(MOST_TOKENS + 10):
        last = content(refresh(client, first["refresh_token"]))
    (grant,) = [
        grant for grant in oauth_probe(server, "grants", username=shared_user)
        if grant["id"] == grant_id(last["access_token"])
    ]
    kinds = collections.Counter(grant["purposes"])
    assert all(count <= MOST_TOKENS for count in kinds.values()), kinds
    assert refresh(client, last["refresh_token"]).status == 200


def test_rfc9700_4_14_2_the_grace_is_not_extended(server, client, shared_user):
    first = tokens_for(client, shared_user)
    refresh(client, first["refresh_token"])
    advance(server, GRACE - 10)
    again = content(refresh(client, first["refresh_token"]))
    advance(server, 15)
    assert_error(refresh(client, first["refresh_token"]), "invalid_grant")
    assert_dead(client, again)


def test_rfc9700_4_14_2_a_replay_ends_nothing_else(server, client, shared_user):
    other, first = tokens_for(client, shared_user), tokens_for(client, shared_user)
    refresh(client, first["refresh_token"])
    advance(server, GRACE + 1)
    assert_error(refresh(client, first["refresh_token"]), "invalid_grant")
    assert refresh(client, other["refresh_token"]).status == 200


def test_rfc9700_4_14_2_a_replay_closes_the_sessions(server, client, shared_user):
    first = tokens_for(client, shared_user)
    second = content(refresh(client, first["refresh_token"]))
    advance(server, GRACE + 1)
    with Connection(server) as session:
        assert session.log_in_with_token(second["access_token"]).is_open()
        assert_error(refresh(client, first["refresh_token"]), "invalid_grant")
        session.wait_until_closed()


def test_rfc9700_4_14_2_a_replay_by_another_client_ends_nothing(server, client, shared_user):
    first = tokens_for(client, shared_user)
    second = content(refresh(client, first["refresh_token"]))
    advance(server, GRACE + 1)
    assert_error(refresh(register(server, app()), first["refresh_token"]), "invalid_grant")
    assert refresh(client, second["refresh_token"]).status == 200


def test_s6_at_the_same_time_all_get_something(server, client, shared_user):
    tokens = tokens_for(client, shared_user)
    fields = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    opened = [begin_post_as(client, TOKEN, fields) for _ in range(6)]
    got = [content(each.answer()) for each in opened]
    assert len({said["refresh_token"] for said in got}) == 6
    for said in got:
        assert refresh(client, said["refresh_token"]).status == 200


@pytest.mark.parametrize(
    "scope", ["openid", "xmpp", "xmpp openid", "offline_access", "offline_access openid xmpp"]
)
def test_s6_less_for_once(server, client, shared_user, scope):
    tokens = tokens_for(client, shared_user)
    less = content(refresh(client, tokens["refresh_token"], scope=scope))
    assert set(less["scope"].split()) == set(scope.split())
    assert ("id_token" in less) == ("openid" in scope)
    whole = content(refresh(client, less["refresh_token"]))
    assert whole["scope"] == ALL_SCOPES and "id_token" in whole


@pytest.mark.parametrize("scope", ["", LEFT_OUT])
def test_s6_no_scope_is_all(server, client, shared_user, scope):
    tokens = tokens_for(client, shared_user)
    assert content(refresh(client, tokens["refresh_token"], scope=scope))["scope"] == ALL_SCOPES


@pytest.mark.parametrize(
    "scope",
    [
        "xmpp openid",
        "offline_access openid",
        "unknown",
        "prosody:admin",
        "a  b",
        'a"b',
        " ",
    ],
)
def test_s6_more_is_not_to_be_had(server, client, shared_user, scope):
    tokens = tokens_for(client, shared_user, "offline_access xmpp")
    assert_error(refresh(client, tokens["refresh_token"], scope=scope), "invalid_scope")
    # Nothing was used up: later, this would be a replay.
    advance(server, GRACE + 1)
    assert content(refresh(client, tokens["refresh_token"]))["scope"] == "offline_access xmpp"


def test_s3_3_what_the_host_does_not_know_is_passed_over_at_a_refresh(client, shared_user):
    """As it was at the authorization endpoint: Authlib and others send the same scope again."""
    asked = "offline_access profile xmpp"
    tokens = tokens_for(client, shared_user, asked)
    assert tokens["scope"] == "offline_access xmpp"
    again = content(refresh(client, tokens["refresh_token"], scope=asked))
    assert again["scope"] == "offline_access xmpp"


def test_s6_no_refresh_token(client):
    for fields in ({}, {"refresh_token": ""}):
        answer = post_as(client, TOKEN, {"grant_type": "refresh_token", **fields})
        assert_error(answer, "invalid_request", parameter="refresh_token")


def test_s6_what_is_no_refresh_token(server, client, shared_user):
    tokens = tokens_for(client, shared_user)
    good = tokens["refresh_token"]
    head = len("secret-token:")
    places = range(head, len(good), max(1, (len(good) - head) // 15))
    bad = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in places]
    bad += [
        good[:-4],
        good[head:],
        good + "AAAA",
        "secret-token:",
        "x",
        good.upper(),
        " " + good,
        "x" * 10000,
        "\u00e9",
    ]
    for token in [*bad, tokens["access_token"], tokens["id_token"], client.token, client.id]:
        assert_error(refresh(client, token), "invalid_grant")
    assert_good(server, tokens)
    assert refresh(client, good).status == 200


def test_s6_it_is_for_one_client(server, client, public, shared_user):
    tokens = tokens_for(client, shared_user)
    for other in (register(server, app()), public):
        assert_error(refresh(other, tokens["refresh_token"]), "invalid_grant")
    assert refresh(client, tokens["refresh_token"]).status == 200


def test_s6_it_is_for_one_host(server):
    user, second = new_user(server), "second.localhost"
    assert probe(server, "create_user", host=second, username=user, password=PASSWORD)["ok"]
    client = community_client(server)
    tokens = tokens_for(client, user)
    assert_error(refresh(community_client(server, second), tokens["refresh_token"]), "invalid_grant")
    assert refresh(client, tokens["refresh_token"]).status == 200


def test_s6_it_expires(server, client, user):
    tokens = tokens_for(client, user)
    advance(server, 604800 - 60)
    later = content(refresh(client, tokens["refresh_token"]))
    advance(server, 604801)
    assert_error(refresh(client, later["refresh_token"]), "invalid_grant")


def test_s6_a_role_that_was_taken_away(server, client, user):
    assert oauth_probe(server, "set_role", username=user, role="prosody:admin")["ok"]
    tokens = tokens_for(client, user, "offline_access prosody:admin")
    assert oauth_probe(server, "set_role", username=user, role="prosody:registered")["ok"]
    answer = refresh(client, tokens["refresh_token"])
    if answer.status == 200:
        with Connection(server) as session, pytest.raises(Refused):
            session.log_in_with_token(content(answer)["access_token"])
    else:
        assert_error(answer, "invalid_grant")


def test_s6_after_a_restart(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    first = tokens_for(client, user)
    server.restart()
    second = content(refresh(client, first["refresh_token"]))
    server.restart()
    assert refresh(client, second["refresh_token"]).status == 200
    advance(server, GRACE + 1)
    assert_error(refresh(client, first["refresh_token"]), "invalid_grant")
    assert_dead(client, second)


# What users granted while the community module was there

_numbers = itertools.count(1)


def community_grant(server, client, username, scope=ALL_SCOPES):
    """Puts a file in its place as that module left it; the tokens of the one grant in it."""
    created = int(time.time())  # before the account was made, it would not count
    grant, address = f"grant{next(_numbers)}", f"{username}@localhost"
    secret, refresh_secret = secrets.token_bytes(18), secrets.token_bytes(18)
    times = {"created": created, "expires": created + 3600}
    stored = {
        stored_name(secret): {**times, "purpose": "oauth2", "role": "prosody:registered"},
        stored_name(refresh_secret): {**times, "expires": created + 604800, "purpose": "oauth2-refresh"},
    }
    named = {"name": client.said["client_name"], "uri": client.said["client_uri"], "hash": client.hash}
    record = {
        "id": grant,
        "owner": address,
        "jid": address,
        "created": created,
        "accessed": created,
        "data": {"oauth2_scopes": scope, "oauth2_client": named},
        "tokens": stored,
    }
    folder = store_of(server) / "auth_tokens"
    folder.mkdir(exist_ok=True)
    (folder / f"{username}.dat").write_text(f"return {lua.literal({grant: record})};\n")
    return {
        "access_token": token_from(grant, secret, address),
        "refresh_token": token_from(grant, refresh_secret, address),
    }


def stored_name(secret):
    return "sha256:" + hashlib.sha256(secret).hexdigest()


def test_a_refresh_token_of_the_community_module(start_server):
    server = start_server(options())
    client, user = community_client(server), new_user(server)
    server.stop()
    old = community_grant(server, client, user)
    server.start()
    assert_good(server, old)
    assert_error(refresh(register(server, app()), old["refresh_token"]), "invalid_grant")
    assert_error(refresh(client, old["access_token"]), "invalid_grant")
    said = content(refresh(client, old["refresh_token"]))
    assert said["scope"] == ALL_SCOPES and "id_token" in said
    assert_good(server, said)
    said = content(refresh(client, said["refresh_token"], scope="xmpp"))
    assert said["scope"] == "xmpp"
    advance(server, GRACE + 1)
    assert_error(refresh(client, old["refresh_token"]), "invalid_grant")
    assert_dead(client, said)


def test_a_refresh_token_of_the_community_module_after_its_client_was_replaced(start_server):
    """Its id is another one, so what was granted to the old one is not its own."""
    server = start_server(options())
    client, user = community_client(server), new_user(server)
    server.stop()
    old = community_grant(server, client, user, "xmpp offline_access")
    server.start()
    other = community_client(server, client_name="Another name")
    assert_error(refresh(other, old["refresh_token"]), "invalid_grant")
    said = content(refresh(client, old["refresh_token"]))
    assert set(said["scope"].split()) == {"xmpp", "offline_access"}


# RFC 6749 §4.3: passwords


def password_app(**changes):
    return app(**{"grant_types": PASSWORD_GRANTS, **changes})


def ask_password(client, username, password=PASSWORD, headers=None, **changes):
    fields = {"grant_type": "password", "username": username, "password": password}
    return post_as(client, TOKEN, oauth.changed(fields, changes), headers=headers)


@pytest.fixture(scope="module")
def trusted(server):
    return register(server, password_app(), "password.localhost")


@pytest.fixture(scope="module")
def host_user(server):
    return new_user(server, "password.localhost")


def test_s4_3_is_off_unless_told(server, client, shared_user):
    for one in (client, community_client(server, grant_types=PASSWORD_GRANTS)):
        assert_error(ask_password(one, shared_user), "unsupported_grant_type")
    assert oauth.post(server, password_app()).status == 400


def test_s4_3_needs_to_be_registered(server, host_user):
    client = register(server, app(), "password.localhost")
    assert_error(ask_password(client, host_user), "unauthorized_client")


@pytest.mark.parametrize("scope", ["xmpp", "xmpp openid", ALL_SCOPES, LEFT_OUT])
def test_s4_3_a_password(server, trusted, host_user, scope):
    said = content(ask_password(trusted, host_user, scope=scope))
    assert said["token_type"] == "bearer" and 3595 <= said["expires_in"] <= 3600
    assert_good(server, said, trusted.host)
    if scope is not LEFT_OUT:
        assert set(said["scope"].split()) == set(scope.split())
    assert ("refresh_token" in said) == (scope == ALL_SCOPES)
    if "refresh_token" in said:
        assert content(refresh(trusted, said["refresh_token"]))["scope"] == ALL_SCOPES


def test_s4_3_no_more_than_was_registered(server, host_user):
    client = register(server, password_app(scope="openid"), "password.localhost")
    assert content(ask_password(client, host_user, scope="openid xmpp"))["scope"] == "openid"
    assert content(ask_password(client, host_user))["scope"] == "openid"
    assert_error(ask_password(client, host_user, scope="xmpp"), "invalid_scope")


@pytest.mark.parametrize("scope", ["unknown", "a  b", 'a"b'])
def test_s4_3_a_scope_that_is_none(trusted, host_user, scope):
    assert_error(ask_password(trusted, host_user, scope=scope), "invalid_scope")


def test_s4_3_no_role_that_the_user_may_not_assume(server, trusted, host_user):
    assert content(ask_password(trusted, host_user, scope="prosody:admin xmpp"))["scope"] == "xmpp"


@pytest.mark.parametrize("name", ["username", "password"])
@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_s4_3_something_missing(trusted, host_user, name, left_out):
    fields = {"grant_type": "password", "username": host_user, "password": PASSWORD, name: left_out}
    assert_error(post_as(trusted, TOKEN, oauth.changed(fields, {})), "invalid_request", parameter=name)


def test_s4_3_something_wrong(server, trusted, host_user):
    for username, password in [
        (host_user, "wrong"),
        ("nobody", PASSWORD),
        (host_user, PASSWORD.upper()),
        (host_user, "x" * 5000),
    ]:
        said = assert_error(ask_password(trusted, username, password), "invalid_grant")
        assert said["error_description"] == "incorrect credentials"
    for username in (
        "a b",
        "@",
        "@password.localhost",
        f"{host_user}@localhost",
        f"{host_user}@example.com",
        "\u202e",
    ):
        assert ask_password(trusted, username).status == 400


def test_s4_3_an_account_that_is_disabled(server, trusted):
    user = new_user(server, trusted.host)
    assert probe(server, "disable_user", host=trusted.host, username=user)["ok"]
    assert_error(ask_password(trusted, user), "invalid_grant")


def test_s4_3_where_addresses_are_expected(server):
    host = "jid.localhost"
    client, user = register(server, password_app(), host), new_user(server, host)
    assert content(ask_password(client, f"{user}@{host}", scope="xmpp"))["scope"] == "xmpp"
    assert_error(ask_password(client, user), "invalid_request")
    assert_error(ask_password(client, f"{user}@localhost"), "invalid_request")
    said = assert_error(ask_password(client, f"{user}@{host}", "wrong"), "invalid_grant")
    assert said["error_description"] == "incorrect credentials"


def from_address(address):
    return {"X-Forwarded-For": address}


def test_s4_3_2_too_many_failures(server):
    host = "few.localhost"
    client, user = register(server, password_app(), host), new_user(server, host)
    here = from_address("192.0.2.1")
    answers = [ask_password(client, user, "wrong", here) for _ in range(4)] + [
        ask_password(client, user, headers=here)
    ]
    assert [answer.status for answer in answers] == [400, 400, 400, 429, 429]
    for answer in answers[3:]:
        assert_error(answer, "invalid_grant", 429)
        assert 1 <= int(answer.headers["retry-after"]) <= 3600
    assert ask_password(client, new_user(server, host), headers=from_address("192.0.2.2")).status == 200


def test_s4_3_2_failures_count_with_those_of_the_login_page(server):
    host = "few.localhost"
    client, user = register(server, password_app(), host), new_user(server, host)
    here = from_address("192.0.2.3")
    assert begin(client).try_login(user, "wrong", **here).status == 200
    assert ask_password(client, user, "wrong", here).status == 400
    assert begin(client).try_login(user, "wrong", **here).status == 200
    assert ask_password(client, user, "wrong", here).status == 429
    assert begin(client).try_login(user, "wrong", **here).status == 429


def test_s4_3_events(server, trusted):
    user = new_user(server, trusted.host)
    ask_password(trusted, user, "wrong", {"X-Forwarded-For": "192.0.2.4"})
    ask_password(trusted, user)
    failure, success = authentications(server, user, trusted.host)
    assert (failure["name"], success["name"]) == ("authentication-failure", "authentication-success")
    for event in (failure, success):
        assert event["type"] in ("http", "oauth2") and event["host"] == trusted.host and event["has_log"]
        assert (event["username"], event["mechanism"]) == (user, "x-oauth2-password")


class ComponentServer(prosody.Prosody):
    """With a component that has clients of its own."""

    SECRET = "the secret of the component"

    def config(self):
        own = {
            "component_secret": self.SECRET,
            "modules_enabled": ["http_oauth2"],
            "allowed_oauth2_grant_types": ["password", "refresh_token"],
            "allowed_oauth2_response_types": [],
        }
        return super().config() + '\nComponent "component.localhost"\n' + lua.options(own)


@pytest.fixture(scope="module")
def component(tree, tmp_path_factory):
    server = ComponentServer(tmp_path_factory.mktemp("component"), tree, options(component_ports=[]))
    # See test_a_component_has_daily_jobs.
    server.expected_errors = [r"attempt to index a nil value \(field 'users'\)"]
    yield server.start()
    server.stop()
    assert not server.unexpected_errors(), server.unexpected_errors()


def test_s4_3_of_a_component(component):
    host = "component.localhost"
    metadata = app(grant_types=["password"], response_types=[], redirect_uris=LEFT_OUT)
    client = register(component, metadata, host)
    said = content(ask_password(client, f"romeo@{host}", ComponentServer.SECRET))
    assert said["token_type"] == "bearer" and not said.get("scope")
    assert content(post_as(client, INTROSPECT, {"token": said["access_token"]}))["active"] in (True, False)
    for scope in ("xmpp", "openid"):
        assert_error(
            ask_password(client, f"romeo@{host}", ComponentServer.SECRET, scope=scope), "invalid_scope"
        )
    assert_error(ask_password(client, f"romeo@{host}", "wrong"), "invalid_grant")
    assert_error(ask_password(client, "romeo@localhost", ComponentServer.SECRET), "invalid_request")
    assert_error(ask_password(client, "romeo", ComponentServer.SECRET), "invalid_request")
    assert_error(
        ask_password(client, LEFT_OUT, ComponentServer.SECRET), "invalid_request", parameter="username"
    )
    assert_error(ask_password(client, f"romeo@{host}", LEFT_OUT), "invalid_request", parameter="password")


def test_a_component_has_daily_jobs(component):
    """mod_tokenauth clears expired grants once a day; where that fails, all jobs of the server end."""
    host = "component.localhost"
    client = register(
        component, app(grant_types=["password"], response_types=[], redirect_uris=LEFT_OUT), host
    )
    assert ask_password(client, f"romeo@{host}", ComponentServer.SECRET).status == 200
    tokens = f'prosody.hosts["{host}"].modules.tokenauth'
    job = f'function () local t = {tokens}; return not t or t.get_user_grants("romeo") end'
    assert evaluate(component, f"(pcall({job}))") == "true"


def test_a_component_has_no_codes(component):
    host = "component.localhost"
    client = register(
        component, app(grant_types=["password"], response_types=[], redirect_uris=LEFT_OUT), host
    )
    assert_error(post_as(client, TOKEN, NO_CODE), "unsupported_grant_type")
    assert component.get(f"/oauth2/authorize?client_id={client.id}", host=host).status in (400, 404)


# What is told, and to whom

SENT = "tell-tale"


def test_s5_2_errors_do_not_repeat_what_was_sent(server, client, shared_user):
    code, flow = code_for(client, shared_user)
    tokens = tokens_for(client, shared_user)
    answers = [
        post_as(client, TOKEN, {**flow.redemption(code), name: SENT})
        for name in ("code", "code_verifier", "redirect_uri", "grant_type", "scope")
    ]
    answers += [refresh(client, SENT), refresh(client, tokens["refresh_token"], scope=SENT)]
    answers += [post_form(server, TOKEN, {**NO_CODE, "client_id": SENT, "client_secret": SENT})]
    answers += [
        post_form(server, TOKEN, NO_CODE, basic(SENT, SENT)),
        post_form(server, TOKEN, NO_CODE, {"Authorization": SENT}),
    ]
    answers += [post_as(client, TOKEN, {**NO_CODE, "client_id": SENT})]
    for answer in answers:
        assert answer.status in (400, 401)
        for text in (answer.text, str(answer.headers)):
            assert SENT not in text, answer
    # Nor in what a parameter is called, unless it is one of ours.
    answer = post_form(server, TOKEN, b"<evil>=1&<evil>=2", basic(client.id, client.secret))
    assert_error(answer, "invalid_request")


def test_nothing_that_is_secret_is_written_down(server, client, user):
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    first = content(flow.redeem(code))
    second = content(refresh(client, first["refresh_token"]))
    for tokens in (first, second):
        for name in ("access_token", "refresh_token", "id_token"):
            assert not is_stored(server, tokens[name])
    for secret in (code, flow.verifier, client.secret):
        assert not is_stored(server, secret)


def test_other_websites_may_use_it(server, client, public, shared_user):
    assert_preflight(server, TOKEN, "POST")
    origin = {"Origin": ORIGIN}
    code, flow = code_for(public, shared_user, scope=ALL_SCOPES)
    answers = [post_as(public, TOKEN, flow.redemption(code), headers=origin)]
    answers += [post_as(client, TOKEN, NO_CODE, headers=origin)]
    answers += [post_form(server, TOKEN, {}, {**basic("x", "y"), **origin})]
    answers += [post_form(server, TOKEN, b"a=1&a=2", origin)]
    assert [answer.status for answer in answers] == [200, 400, 401, 400]
    for answer in answers:
        assert_open(answer, "POST")
