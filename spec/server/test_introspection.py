"""mod_http_oauth2: a client asks what a token is good for (RFC 7662)."""

import pytest

from api import bearer
from authorization import (
    INTROSPECT,
    REVOKE,
    USERINFO,
    advance,
    app,
    assert_error,
    assert_unauthorized,
    code_for,
    credentials,
    new_user,
    post_as,
    post_form,
    public_app,
    refresh,
    tokens_for,
)
from endpoints import (
    DAMAGES,
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
    damaged,
    foreign_token,
    grant_id,
    oauth_probe,
    options,
    send,
)
from invitations import FORM_TYPE
from oauth import LEFT_OUT, content, register
from registration import probe

HOSTS = {
    "b.localhost": {},
    "closed.localhost": {"oauth2_registration_key": ""},
    "short.localhost": {"oauth2_access_token_ttl": 100, "oauth2_refresh_token_ttl": 200},
}
B, CLOSED, SHORT = HOSTS

INACTIVE = {"active": False}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture(scope="module")
def parties(server):
    return Parties(server, B)


@pytest.fixture
def user(server):
    return new_user(server)


def introspect(client, token, auth=None, **fields):
    """What a client is told of a token."""
    return content(post_as(client, INTROSPECT, {"token": token, **fields}, auth))


def is_active(client, token):
    said = introspect(client, token)
    if said["active"]:
        return True
    assert said == INACTIVE
    return False


# RFC 7662 §2.1: the request


def test_s2_1_only_post(server):
    assert_only_post(server, INTROSPECT)


def test_rfc9110_15_5_6_what_is_allowed_is_said(server):
    assert "POST" in server.get(INTROSPECT).headers.get("allow", "")


@pytest.mark.parametrize("name", GOOD_CREDENTIALS)
def test_s2_1_a_client_says_who_it_is(parties, name):
    answer = ask_as(parties, GOOD_CREDENTIALS, name, INTROSPECT, {"token": "x"})
    assert content(answer) == INACTIVE


@pytest.mark.parametrize("name", WRONG_CREDENTIALS)
def test_s2_1_who_does_not_learns_nothing(parties, name):
    token = tokens_for(parties.client, parties.user)["access_token"]
    answer = ask_as(parties, WRONG_CREDENTIALS, name, INTROSPECT, {"token": token})
    assert_unauthorized(answer)


def test_s2_1_nobody_learns_nothing(server, client, user):
    token = tokens_for(client, user)["access_token"]
    assert_unauthorized(post_form(server, INTROSPECT, {"token": token}))
    assert_unauthorized(post_form(server, INTROSPECT, {}))
    assert_unauthorized(post_form(server, INTROSPECT, {"token": token}, bearer(token)))


@pytest.mark.parametrize("name", TWO_CREDENTIALS)
def test_s2_1_one_way_at_a_time(parties, name):
    answer = ask_as(parties, TWO_CREDENTIALS, name, INTROSPECT, {"token": "x"})
    assert_error(answer, "invalid_request")


@pytest.mark.parametrize("make, auth", [(app, "basic"), (app, "post"), (public_app, "none")])
def test_s2_1_whatever_was_registered(server, user, make, auth):
    client = register(server, make())
    token = tokens_for(client, user)["access_token"]
    assert introspect(client, token, auth)["active"] is True


@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"token_type_hint": "access_token"}, {"Token": "x"}])
def test_s2_1_the_token_is_required(client, fields):
    assert_error(post_as(client, INTROSPECT, fields), "invalid_request", parameter="token")


@pytest.mark.parametrize("headers", [{}, FORM_TYPE])
def test_s2_1_no_body(client, headers):
    answer = client.server.post(INTROSPECT, b"", headers={**credentials(client)[0], **headers})
    assert_error(answer, "invalid_request")


def test_s2_1_a_token_in_the_address_is_none(client, user):
    token = tokens_for(client, user)["access_token"]
    path = f"{INTROSPECT}?token={token}"
    assert_error(post_as(client, path, {}), "invalid_request", parameter="token")
    assert content(post_as(client, path, {"token": "x"})) == INACTIVE


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "", "id_token", "x\u00e9 \"'<>"])
def test_s2_1_a_hint_is_only_a_hint(client, user, hint):
    tokens = tokens_for(client, user)
    for kind in ("access_token", "refresh_token"):
        assert introspect(client, tokens[kind], token_type_hint=hint)["active"] is True


def test_s2_1_other_parameters_do_no_harm(client, user):
    token = tokens_for(client, user)["access_token"]
    assert introspect(client, token, grant_type="password", resource_id="x")["active"] is True


@pytest.mark.parametrize("content_type", GOOD_TYPES)
def test_s2_1_the_type_of_the_body(client, content_type):
    answer = send(client.server, INTROSPECT, content_type, b"token=x", credentials(client)[0])
    assert content(answer) == INACTIVE


@pytest.mark.parametrize("name", NO_FORMS)
def test_s2_1_what_is_no_form(client, name):
    assert_no_forms(client, INTROSPECT, name)


@pytest.mark.parametrize("name", TWICE)
def test_s2_1_a_parameter_twice(client, name):
    assert_twice(client, INTROSPECT, name)


# RFC 7662 §2.2: the answer


def issuer(server, host="localhost"):
    return f"http://{host}:{server.http_port}"


def test_s2_2_an_access_token(server, client, user):
    tokens = tokens_for(client, user)
    now = oauth_probe(server, "now")["now"]
    said = introspect(client, tokens["access_token"])
    times = {name: said.pop(name) for name in ("exp", "iat")}
    assert said == {
        "active": True,
        "client_id": client.id,
        "username": user,
        "scope": tokens["scope"],
        "token_type": "bearer",
        "sub": f"xmpp:{user}@localhost",
        "aud": client.id,
        "iss": issuer(server),
        "jti": grant_id(tokens["access_token"]),
    }
    assert all(type(value) is int for value in times.values())
    assert now - 60 <= times["iat"] <= now
    assert times["exp"] - times["iat"] == tokens["expires_in"] == 3600


def test_s2_2_a_refresh_token(client, user):
    tokens = tokens_for(client, user)
    access, refreshing = (introspect(client, tokens[kind]) for kind in ("access_token", "refresh_token"))
    assert refreshing["token_type"] == "refresh_token"
    assert refreshing["exp"] - refreshing["iat"] == 604800
    for name in ("active", "client_id", "username", "scope", "sub", "aud", "iss", "jti"):
        assert refreshing[name] == access[name]
    assert set(refreshing) == set(access)


@pytest.mark.parametrize(
    "scope", ["openid", "xmpp", "openid xmpp", "xmpp openid", "offline_access", "openid offline_access"]
)
def test_s2_2_the_scope_is_what_was_granted(client, user, scope):
    tokens = tokens_for(client, user, scope=scope)
    assert set(tokens["scope"].split()) == set(scope.split())
    assert introspect(client, tokens["access_token"])["scope"] == tokens["scope"]


def test_s2_2_the_scope_is_not_what_was_asked_for(client, user):
    code, flow = code_for(client, user, scope="openid xmpp")
    tokens = content(flow.redeem(code, scope="openid"))
    assert introspect(client, tokens["access_token"])["scope"] == tokens["scope"] == "openid"


def test_s2_2_nothing_was_asked_for(client, user):
    tokens = tokens_for(client, user, scope=LEFT_OUT)
    said = introspect(client, tokens["access_token"])
    assert said["active"] is True and said.get("scope", "") == ""


def test_s2_2_a_narrowed_token(client, user):
    tokens = tokens_for(client, user)
    narrowed = content(refresh(client, tokens["refresh_token"], scope="openid"))
    assert introspect(client, narrowed["access_token"])["scope"] == "openid"
    assert introspect(client, narrowed["refresh_token"])["scope"] == tokens["scope"]
    again = content(refresh(client, narrowed["refresh_token"]))
    assert introspect(client, again["access_token"])["scope"] == tokens["scope"]


def test_s2_2_the_answer_is_not_stored(client, user):
    for token in (tokens_for(client, user)["access_token"], "x"):
        answer = post_as(client, INTROSPECT, {"token": token})
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-type"] == "application/json"


def test_s2_2_asking_changes_nothing(client, user):
    tokens = tokens_for(client, user)
    for kind in ("access_token", "refresh_token"):
        first = introspect(client, tokens[kind])
        assert all(introspect(client, tokens[kind]) == first for _ in range(3))
    assert content(refresh(client, tokens["refresh_token"]))["access_token"]


def test_s2_2_after_a_restart(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    before = [introspect(client, tokens[kind]) for kind in ("access_token", "refresh_token")]
    server.restart()
    # The port is part of the issuer, and stays.
    assert [introspect(client, tokens[kind]) for kind in ("access_token", "refresh_token")] == before


@pytest.mark.parametrize("value", DAMAGES)
def test_s2_2_what_is_nearly_a_token(client, user, value):
    for kind, token in tokens_for(client, user).items():
        if kind in ("access_token", "refresh_token"):
            assert introspect(client, damaged(token)[value]) == INACTIVE


def test_s2_2_what_is_no_access_token(client, user):
    code, flow = code_for(client, user, scope="openid")
    id_token = tokens_for(client, user)["id_token"]
    for token in (code, id_token, client.id, client.secret, client.token, flow.verifier):
        assert introspect(client, token) == INACTIVE
    assert flow.redeem(code).status == 200


def test_s2_2_a_token_of_another_client(server, client, user):
    other = register(server, app())
    for token in tokens_for(client, user).values():
        assert introspect(other, token) == INACTIVE
    assert introspect(register(server, public_app()), tokens_for(client, user)["access_token"]) == INACTIVE


def test_s2_2_a_token_of_a_client_without_a_secret_is_not_everybodys(server, client, user):
    public = register(server, public_app())
    token = tokens_for(public, user)["access_token"]
    assert introspect(client, token) == INACTIVE
    assert introspect(register(server, public_app()), token) == INACTIVE
    assert introspect(public, token)["active"] is True


def test_s2_2_a_token_of_another_host(server, client):
    there = register(server, app(), host=B)
    tokens = tokens_for(there, new_user(server, B))
    for kind in ("access_token", "refresh_token"):
        assert introspect(client, tokens[kind]) == INACTIVE
        assert introspect(there, tokens[kind])["iss"] == issuer(server, B)


def test_s2_2_an_expired_token(server):
    client = register(server, app(), host=SHORT)
    tokens = tokens_for(client, new_user(server, SHORT))
    access, refreshing = tokens["access_token"], tokens["refresh_token"]
    assert tokens["expires_in"] == 100
    advance(server, 90)
    assert is_active(client, access) and is_active(client, refreshing)
    advance(server, 15)
    assert not is_active(client, access) and is_active(client, refreshing)
    advance(server, 100)
    assert not is_active(client, access) and not is_active(client, refreshing)


def test_s2_2_a_spent_refresh_token(server, client, user):
    tokens = tokens_for(client, user)
    new = content(refresh(client, tokens["refresh_token"]))
    assert not is_active(client, tokens["refresh_token"])
    assert is_active(client, new["refresh_token"]) and is_active(client, new["access_token"])
    advance(server, 60)
    assert not is_active(client, tokens["refresh_token"])
    # To ask about it is not to use it: the grant lives.
    assert is_active(client, new["refresh_token"])


def test_s2_2_a_revoked_token(client, user):
    tokens = tokens_for(client, user)
    assert post_as(client, REVOKE, {"token": tokens["access_token"]}).status == 200
    assert not is_active(client, tokens["access_token"]) and is_active(client, tokens["refresh_token"])
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200
    assert not is_active(client, tokens["refresh_token"])


def test_s2_2_a_grant_that_has_ended(client, user):
    code, flow = code_for(client, user, scope="openid offline_access xmpp")
    tokens = content(flow.redeem(code))
    assert_error(flow.redeem(code), "invalid_grant")
    assert not is_active(client, tokens["access_token"]) and not is_active(client, tokens["refresh_token"])


def assert_dead(client, tokens):
    for kind in ("access_token", "refresh_token"):
        assert introspect(client, tokens[kind]) == INACTIVE, kind


def test_s2_2_a_disabled_account(server, client, user):
    tokens, other = tokens_for(client, user), tokens_for(client, new_user(server))
    assert probe(server, "disable_user", username=user)["ok"]
    assert_dead(client, tokens)
    assert is_active(client, other["access_token"])


def test_s2_2_a_deleted_account(server, client, user):
    tokens = tokens_for(client, user)
    assert probe(server, "delete_user", username=user)["ok"]
    assert_dead(client, tokens)
    # Whoever has the name next has nothing to do with it.
    assert probe(server, "create_user", username=user, password="another password")["ok"]
    assert_dead(client, tokens)


def test_s2_2_a_changed_password(server, client, user):
    tokens = tokens_for(client, user)
    advance(server, 10)
    assert oauth_probe(server, "set_password", username=user, password="another password")["ok"]
    assert_dead(client, tokens)


@pytest.mark.parametrize(
    "purpose, scopes, token_type",
    [
        ("oauth2", "xmpp", "bearer"),
        ("oauth2-limited", "openid", "bearer"),
        ("oauth2-refresh", "xmpp", "refresh_token"),
    ],
)
def test_s2_2_a_token_that_the_community_module_made(server, client, user, purpose, scopes, token_type):
    token = foreign_token(server, user, purpose=purpose, scopes=scopes, hash=client.hash)
    said = introspect(client, token)
    assert (said["active"], said["token_type"], said["scope"]) == (True, token_type, scopes)


def test_s2_2_a_token_of_a_client_of_the_community_module(server, user):
    client = community_client(server)
    token = foreign_token(server, user, hash=client.hash)
    assert introspect(client, token)["client_id"] == client.id


@pytest.mark.parametrize(
    "details",
    [
        {"purpose": "rest"},
        {"purpose": ""},
        {"purpose": "oauth2-refresh-spent"},
        {"purpose": "oauth2x"},
        {"purpose": "http-upload"},
    ],
    ids=lambda details: details["purpose"] or "none",
)
def test_s2_2_tokens_of_other_modules(server, client, user, details):
    token = foreign_token(server, user, hash=client.hash, **details)
    assert introspect(client, token) == INACTIVE


def test_s2_2_tokens_of_no_client(server, client, user):
    assert introspect(client, foreign_token(server, user, hash="")) == INACTIVE
    assert introspect(client, foreign_token(server, user, purpose="")) == INACTIVE


@pytest.mark.parametrize("purpose", ["oauth2", "oauth2-refresh", "oauth2-limited"])
def test_s2_2_tokens_of_modules_that_note_nothing(server, client, user, purpose):
    """Nothing breaks, wherever one is used."""
    token = foreign_token(server, user, purpose=purpose, bare=1)
    assert introspect(client, token) == INACTIVE
    answer = server.get(USERINFO, headers=bearer(token))
    assert answer.status in (401, 403)
    if purpose == "oauth2-refresh":
        assert_error(refresh(client, token), "invalid_grant")
    assert post_form(server, REVOKE, {"token": token}).status == 200


# RFC 7662 §2.3 and §4: errors


def test_s4_guessing_tells_nothing(client, user):
    """The same answer whatever is wrong with a token."""
    tokens = tokens_for(client, user)
    wrong = [*damaged(tokens["access_token"]).values(), client.id, "x"]
    answers = {post_as(client, INTROSPECT, {"token": token}).body for token in wrong}
    assert len(answers) == 1


def test_without_a_key_there_are_no_clients(server, client):
    for answer in (
        post_form(server, INTROSPECT, {"token": "x"}, host=CLOSED),
        post_form(server, INTROSPECT, {"token": "x", "client_id": client.id}, host=CLOSED),
        post_form(
            server,
            INTROSPECT,
            {"token": "x", "client_id": client.id, "client_secret": client.secret},
            host=CLOSED,
        ),
    ):
        assert_unauthorized(answer, CLOSED)


def test_a_token_is_in_no_log(server, client, user):
    tokens = tokens_for(client, user)
    for kind in ("access_token", "refresh_token"):
        assert introspect(client, tokens[kind])["active"]
        assert tokens[kind] not in server.log()


# Other websites


def test_another_website_may_ask(server, client, user):
    assert_preflight(server, INTROSPECT, "POST")
    token = tokens_for(client, user)["access_token"]
    origin = {"Origin": ORIGIN}
    for answer, status in [
        (post_as(client, INTROSPECT, {"token": token}, headers=origin), 200),
        (post_as(client, INTROSPECT, {}, headers=origin), 400),
        (post_form(server, INTROSPECT, {"token": token}, origin), 401),
    ]:
        assert answer.status == status
        assert_open(answer, "POST")
