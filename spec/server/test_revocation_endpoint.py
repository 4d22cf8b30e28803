"""mod_http_oauth2: a client gives a token back (RFC 7009)."""

import threading

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
    basic,
    begin_post_as,
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
    named,
    oauth_probe,
    options,
    send,
    with_secret,
)
from invitations import FORM_TYPE
from oauth import content, is_token_good, register
from registration import probe

HOSTS = {
    "b.localhost": {},
    "closed.localhost": {"oauth2_registration_key": ""},
    "strict.localhost": {"oauth2_require_auth_revoke": True},
}
B, CLOSED, STRICT = HOSTS

# To /revoke, a client without a secret is known by its id, and one that says nothing is nobody.
WRONG = {name: make for name, make in WRONG_CREDENTIALS.items() if name != "empty id"}


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


@pytest.fixture
def tokens(client, user):
    return tokens_for(client, user)


def assert_done(answer):
    assert (answer.status, answer.body) == (200, b""), answer
    assert answer.headers["cache-control"] == "no-store"


def revoke(client, token, auth=None, **fields):
    """Gives a token back, which always goes well."""
    assert_done(post_as(client, REVOKE, {"token": token, **fields}, auth))


def is_active(client, token):
    return content(post_as(client, INTROSPECT, {"token": token}))["active"]


def alive(client, tokens):
    """Whether the access token and the refresh token are good."""
    return is_active(client, tokens["access_token"]), is_active(client, tokens["refresh_token"])


# RFC 7009 §2.1: the request


def test_s2_1_only_post(server):
    assert_only_post(server, REVOKE)


def test_rfc9110_15_5_6_what_is_allowed_is_said(server):
    assert "POST" in server.get(REVOKE).headers.get("allow", "")


@pytest.mark.parametrize("name", GOOD_CREDENTIALS)
def test_s2_1_a_client_says_who_it_is(parties, name):
    assert_done(ask_as(parties, GOOD_CREDENTIALS, name, REVOKE, {"token": "x"}))


@pytest.mark.parametrize("name", WRONG)
def test_s2_1_wrong_credentials_revoke_nothing(parties, name):
    tokens = tokens_for(parties.client, parties.user)
    assert_unauthorized(ask_as(parties, WRONG, name, REVOKE, {"token": tokens["access_token"]}))
    assert alive(parties.client, tokens) == (True, True)


@pytest.mark.parametrize("name", TWO_CREDENTIALS)
def test_s2_1_one_way_at_a_time(parties, name):
    tokens = tokens_for(parties.client, parties.user)
    answer = ask_as(parties, TWO_CREDENTIALS, name, REVOKE, {"token": tokens["access_token"]})
    assert_error(answer, "invalid_request")
    assert alive(parties.client, tokens) == (True, True)


@pytest.mark.parametrize("make, auth", [(app, "basic"), (app, "post"), (public_app, "none")])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_s2_1_whatever_was_registered(server, user, make, auth, kind):
    client = register(server, make())
    tokens = tokens_for(client, user)
    revoke(client, tokens[kind], auth)
    assert not is_active(client, tokens[kind])


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("client_id", [{}, {"client_id": ""}])
def test_s2_1_whoever_finds_a_token_can_make_it_useless(server, client, tokens, kind, client_id):
    assert_done(post_form(server, REVOKE, {"token": tokens[kind], **client_id}))
    assert not is_active(client, tokens[kind])


@pytest.mark.parametrize("fields", [{}, {"token": ""}, {"token_type_hint": "access_token"}, {"TOKEN": "x"}])
def test_s2_1_the_token_is_required(client, fields):
    assert_error(post_as(client, REVOKE, fields), "invalid_request", parameter="token")
    assert_error(post_form(client.server, REVOKE, fields), "invalid_request", parameter="token")


@pytest.mark.parametrize("headers", [{}, FORM_TYPE])
def test_s2_1_no_body(client, headers):
    for more in ({}, credentials(client)[0]):
        answer = client.server.post(REVOKE, b"", headers={**headers, **more})
        assert_error(answer, "invalid_request")


def test_s2_1_a_token_in_the_address_is_none(client, tokens):
    path = f"{REVOKE}?token={tokens['access_token']}"
    assert_error(post_as(client, path, {}), "invalid_request", parameter="token")
    assert alive(client, tokens) == (True, True)


# RFC 7009 §2.1: "If the server is unable to locate the token using the given hint, it MUST extend its search".
@pytest.mark.parametrize("hint", ["access_token", "refresh_token", ""])
@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
def test_s2_1_a_hint_is_only_a_hint(client, tokens, kind, hint):
    revoke(client, tokens[kind], token_type_hint=hint)
    assert not is_active(client, tokens[kind])


# RFC 7009 §2.2: "An invalid token type hint value is ignored by the authorization server".
@pytest.mark.parametrize("hint", ["id_token", "x", "\u00e9 \"'<>", "a" * 1000])
def test_s2_2_an_unknown_hint_is_ignored(client, tokens, hint):
    revoke(client, tokens["access_token"], token_type_hint=hint)
    assert not is_active(client, tokens["access_token"])


@pytest.mark.parametrize("content_type", GOOD_TYPES)
def test_s2_1_the_type_of_the_body(client, tokens, content_type):
    body = b"token=" + tokens["access_token"].replace("+", "%2B").encode()
    assert_done(send(client.server, REVOKE, content_type, body, credentials(client)[0]))
    assert not is_active(client, tokens["access_token"])


@pytest.mark.parametrize("name", NO_FORMS)
def test_s2_1_what_is_no_form(client, tokens, name):
    assert_no_forms(client, REVOKE, name, tokens["access_token"])
    assert alive(client, tokens) == (True, True)


@pytest.mark.parametrize("name", NO_FORMS)
def test_s2_1_what_is_no_form_from_nobody(server, client, tokens, name):
    content_type, body = NO_FORMS[name]
    answer = send(server, REVOKE, content_type, body.replace(b"TOKEN", tokens["access_token"].encode()))
    assert_error(answer, "invalid_request")
    assert alive(client, tokens) == (True, True)


@pytest.mark.parametrize("name", TWICE)
def test_s2_1_a_parameter_twice(client, name):
    assert_twice(client, REVOKE, name)


# RFC 7009 §2.1: what ends


def test_s2_1_an_access_token_ends_alone(client, tokens):
    sibling = content(refresh(client, tokens["refresh_token"]))
    revoke(client, tokens["access_token"])
    assert alive(client, {**sibling, "access_token": tokens["access_token"]}) == (False, True)
    assert alive(client, sibling) == (True, True)
    assert content(refresh(client, sibling["refresh_token"]))["access_token"]


def test_s2_1_a_refresh_token_ends_the_grant(client, tokens):
    sibling = content(refresh(client, tokens["refresh_token"]))
    revoke(client, sibling["refresh_token"])
    assert alive(client, tokens) == alive(client, sibling) == (False, False)
    assert_error(refresh(client, sibling["refresh_token"]), "invalid_grant")
    answer = client.server.get(USERINFO, headers=bearer(sibling["access_token"]))
    assert answer.status == 401


def test_s2_1_a_spent_refresh_token_ends_the_grant_too(client, tokens):
    """Whoever gives it back means to end it, whether or not it has been exchanged since."""
    sibling = content(refresh(client, tokens["refresh_token"]))
    revoke(client, tokens["refresh_token"])
    assert alive(client, sibling) == (False, False)


def test_s2_1_other_grants_go_on(server, client, user, tokens):
    second, other = tokens_for(client, user), tokens_for(register(server, app()), user)
    revoke(client, tokens["refresh_token"])
    assert alive(client, second) == (True, True)
    assert is_token_good(server, other["access_token"])


def test_s2_1_it_stays_revoked(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    first, second = tokens_for(client, user), tokens_for(client, user)
    revoke(client, first["access_token"])
    revoke(client, second["refresh_token"])
    server.restart()
    assert alive(client, first) == (False, True)
    assert alive(client, second) == (False, False)


def test_a_code_is_not_a_token(client, user):
    code, flow = code_for(client, user)
    revoke(client, code)
    assert flow.redeem(code).status == 200


# RFC 7009 §2.2: the answer


@pytest.mark.parametrize("name", DAMAGES)
def test_s2_2_an_unknown_token(server, client, tokens, name):
    for kind in ("access_token", "refresh_token"):
        value = damaged(tokens[kind])[name]
        revoke(client, value)
        assert_done(post_form(server, REVOKE, {"token": value}))
    assert alive(client, tokens) == (True, True)


def test_s2_2_once_more(server, client, tokens):
    for kind in ("access_token", "refresh_token"):
        for _ in range(3):
            revoke(client, tokens[kind])
            assert_done(post_form(server, REVOKE, {"token": tokens[kind]}))


def test_s2_2_an_expired_token(server, client, tokens):
    advance(server, 3601)
    revoke(client, tokens["access_token"])
    assert is_active(client, tokens["refresh_token"])
    advance(server, 604800)
    revoke(client, tokens["refresh_token"])


def test_s2_2_what_else_a_client_has(client):
    for text in (client.id, client.secret, client.token, "x"):
        revoke(client, text)
    assert client.is_known()


def test_s2_2_many_at_once(client, tokens):
    """Whatever comes first, all are answered, and the grant is over."""
    sibling = content(refresh(client, tokens["refresh_token"]))
    open_requests = [
        begin_post_as(client, REVOKE, {"token": token})
        for token in [sibling["access_token"], sibling["refresh_token"], tokens["access_token"]] * 4
    ]
    for request in open_requests:
        assert_done(request.answer())
    assert alive(client, sibling) == (False, False)


def test_s2_2_while_it_is_refreshed(client, user):
    """A refresh that is answered after the grant was revoked has given nothing that is good."""
    for _ in range(5):
        tokens = tokens_for(client, user)
        answers = []
        thread = threading.Thread(target=lambda: answers.append(refresh(client, tokens["refresh_token"])))
        thread.start()
        revoke(client, tokens["refresh_token"])
        thread.join()
        if answers[0].status == 200:
            assert alive(client, content(answers[0])) == (False, False)
        else:
            assert_error(answers[0], "invalid_grant")


# RFC 7009 §2.1: tokens of others


@pytest.mark.parametrize("kind", ["access_token", "refresh_token"])
@pytest.mark.parametrize("make", [app, public_app])
def test_s2_1_a_token_of_another_client(server, client, tokens, kind, make):
    other = register(server, make())
    assert_error(post_as(other, REVOKE, {"token": tokens[kind]}), "unauthorized_client", 403)
    assert alive(client, tokens) == (True, True)


def test_s2_1_a_token_of_a_client_without_a_secret(server, client, user):
    public = register(server, public_app())
    tokens = tokens_for(public, user)
    answer = post_as(client, REVOKE, {"token": tokens["refresh_token"]})
    assert_error(answer, "unauthorized_client", 403)
    assert alive(public, tokens) == (True, True)


def test_a_token_of_another_host(server, client):
    there = register(server, app(), host=B)
    tokens = tokens_for(there, new_user(server, B))
    for kind in ("access_token", "refresh_token"):
        revoke(client, tokens[kind])
        assert_done(post_form(server, REVOKE, {"token": tokens[kind]}))
    assert alive(there, tokens) == (True, True)


@pytest.mark.parametrize("purpose", ["rest", "", "http-upload"])
def test_tokens_of_other_modules_are_theirs(server, client, user, purpose):
    token = foreign_token(server, user, purpose=purpose, hash="")
    assert_done(post_form(server, REVOKE, {"token": token}))
    answer = post_as(client, REVOKE, {"token": token})
    assert answer.status in (200, 403), answer
    assert is_token_good(server, token)


@pytest.mark.parametrize("purpose", ["oauth2", "oauth2-refresh"])
def test_tokens_of_the_community_module(server, client, user, purpose):
    token = foreign_token(server, user, purpose=purpose, hash=client.hash)
    revoke(client, token)
    assert not is_active(client, token) and not is_token_good(server, token)


def test_tokens_that_the_community_module_made_for_a_password(server, user):
    """Where it noted no client: who finds one can make it useless."""
    token = foreign_token(server, user, hash="")
    assert_done(post_form(server, REVOKE, {"token": token}))
    assert not is_token_good(server, token)


def test_tokens_of_clients_of_the_community_module(server, user):
    client = community_client(server)
    token = foreign_token(server, user, hash=client.hash)
    revoke(client, token)
    assert not is_token_good(server, token)


def test_a_grant_of_a_client_that_was_deleted(server, user):
    client = register(server, app())
    tokens = tokens_for(client, user)
    assert client.ask("DELETE").status == 204
    assert_unauthorized(post_as(client, REVOKE, {"token": tokens["access_token"]}))
    assert_done(post_form(server, REVOKE, {"token": tokens["access_token"]}))


# Accounts


def test_a_disabled_account(server, client, user, tokens):
    assert probe(server, "disable_user", username=user)["ok"]
    revoke(client, tokens["refresh_token"])
    assert oauth_probe(server, "enable_user", username=user)["ok"]
    assert alive(client, tokens) == (False, False)


def test_a_deleted_account(server, client, user, tokens):
    assert probe(server, "delete_user", username=user)["ok"]
    for kind in ("access_token", "refresh_token"):
        revoke(client, tokens[kind])
        assert_done(post_form(server, REVOKE, {"token": tokens[kind]}))


# Options


def test_an_operator_may_require_authentication(server):
    client, user = register(server, app(), host=STRICT), new_user(server, STRICT)
    public = register(server, public_app(), host=STRICT)
    tokens, publics = tokens_for(client, user), tokens_for(public, user)
    for fields in ({"token": tokens["access_token"]}, {"token": "x"}, {}):
        assert_unauthorized(post_form(server, REVOKE, fields, host=STRICT), STRICT)
    assert alive(client, tokens) == (True, True)
    revoke(client, tokens["access_token"])
    revoke(public, publics["refresh_token"])
    assert alive(client, tokens) == (False, True)
    assert alive(public, publics) == (False, False)


def test_without_a_key_nobody_can_authenticate(server, client):
    user = new_user(server, CLOSED)
    token = foreign_token(server, user, CLOSED, hash="x")
    for headers, fields in [
        (basic(client.id, client.secret), {}),
        ({}, with_secret(client)),
        ({}, named(client)),
    ]:
        assert_unauthorized(post_form(server, REVOKE, {"token": token, **fields}, headers, CLOSED), CLOSED)
    assert is_token_good(server, token, CLOSED)


def test_without_a_key_a_token_can_be_given_back(server):
    user = new_user(server, CLOSED)
    token = foreign_token(server, user, CLOSED, hash="x")
    assert_done(post_form(server, REVOKE, {"token": token}, host=CLOSED))
    assert not is_token_good(server, token, CLOSED)
    assert_done(post_form(server, REVOKE, {"token": "x"}, host=CLOSED))


# What others learn


def test_modules_are_told(server, client, tokens):
    grant = grant_id(tokens["access_token"])
    revoke(client, tokens["access_token"])
    events = oauth_probe(server, "events", name="token-revoked")
    assert [event["grant"] for event in events].count(grant) == 1
    revoke(client, tokens["refresh_token"])
    events = oauth_probe(server, "events", name="token-grant-revoked")
    assert [event["grant"] for event in events].count(grant) == 1


def test_a_token_is_in_no_log(server, client, tokens):
    for kind in ("access_token", "refresh_token"):
        revoke(client, tokens[kind])
        assert tokens[kind] not in server.log()


def test_another_website_may_ask(server, client, tokens):
    assert_preflight(server, REVOKE, "POST")
    origin = {"Origin": ORIGIN}
    other = register(server, app())
    for answer, status in [
        (post_as(other, REVOKE, {"token": tokens["access_token"]}, headers=origin), 403),
        (post_as(client, REVOKE, {"token": tokens["access_token"]}, headers=origin), 200),
        (post_form(server, REVOKE, {"token": "x"}, origin), 200),
        (post_as(client, REVOKE, {}, headers=origin), 400),
        (post_form(server, REVOKE, {"token": "x"}, {**origin, **basic("x", "y")}), 401),
    ]:
        assert answer.status == status
        assert_open(answer, "POST")
