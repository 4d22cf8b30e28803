"""mod_http_oauth2: a client logs in over XMPP with its access token (RFC 7628), for as long as that is good."""

import contextlib

import pytest

import invitations
from authorization import (
    REVOKE,
    advance,
    app,
    assert_error,
    begin,
    code_for,
    new_user,
    post_as,
    public_app,
    refresh,
    tokens_for,
)
from devices import wait
from endpoints import (
    damaged,
    every_app,
    foreign_token,
    grant_id,
    oauth_probe,
    options,
)
from oauth import DISCOVERY, LEFT_OUT, content, register, shell
from oauthbearer import Connection, Refused
from prosody import wait_until
from registration import PASSWORD, probe

HOSTS = {
    "b.localhost": {},
    "short.localhost": {"oauth2_access_token_ttl": 100},
    "closed.localhost": {"oauth2_registration_key": ""},
}
B, SHORT, CLOSED = HOSTS

ADMIN, MEMBER, REGISTERED, GUEST = "prosody:admin", "prosody:member", "prosody:registered", "prosody:guest"


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
def sessions(server):
    """Logs in, with a token or as (username, password); all are closed in the end."""
    with contextlib.ExitStack() as opened:

        def log_in(credential, host="localhost"):
            connection = opened.enter_context(Connection(server, host))
            if isinstance(credential, tuple):
                return connection.log_in_with_password(*credential)
            return connection.log_in_with_token(credential)

        yield log_in


def role_of(server, connection):
    """The role that a session has, as the server sees it."""
    username = connection.address.partition("@")[0]
    found = oauth_probe(server, "sessions", connection.host, username=username)
    return {each["resource"]: each.get("role") for each in found}[connection.resource]


def assert_refused(server, token, host="localhost", conditions=("not-authorized",)):
    """Checks that nobody gets in with a token; what the server says."""
    with Connection(server, host) as connection, pytest.raises(Refused) as raised:
        connection.log_in_with_token(token)
    assert raised.value.condition in conditions, raised.value
    return raised.value.said


def assert_closed(*connections):
    """Checks that the server ends these sessions."""
    for connection in connections:
        connection.wait_until_closed()


# RFC 7628 §3: logging in


def test_s3_logging_in(server, client, user, sessions):
    session = sessions(tokens_for(client, user)["access_token"])
    assert session.address.startswith(f"{user}@localhost/")
    assert session.is_open()


def test_s3_it_is_offered(server):
    with Connection(server) as connection:
        assert "OAUTHBEARER" in connection.mechanisms()


@pytest.mark.parametrize("make", [app, public_app])
def test_s3_with_any_client(server, user, sessions, make):
    client = register(server, make())
    assert sessions(tokens_for(client, user)["access_token"]).is_open()


def test_s3_as_often_as_one_likes(client, user, sessions):
    token = tokens_for(client, user)["access_token"]
    assert all(session.is_open() for session in [sessions(token) for _ in range(3)])


def test_s3_after_a_refresh(client, user, sessions):
    tokens = tokens_for(client, user)
    new = content(refresh(client, tokens["refresh_token"]))
    assert sessions(tokens["access_token"]).is_open() and sessions(new["access_token"]).is_open()


def test_s3_after_a_restart(start_server):
    server = start_server(options())
    token = tokens_for(register(server, app()), new_user(server))["access_token"]
    server.restart()
    with Connection(server) as connection:
        assert connection.log_in_with_token(token).is_open()


def test_s3_by_a_device(server, user, sessions):
    token = wait(register(server, every_app())).tokens(user)["access_token"]
    assert sessions(token).address.startswith(f"{user}@localhost/")


def test_s3_tokens_of_the_community_module(server, client, user, sessions):
    role = probe(server, "role", username=user)["name"]
    assert sessions(foreign_token(server, user, role=role, hash=client.hash)).is_open()


def test_s3_without_a_registration_key(server, sessions):
    user = new_user(server, CLOSED)
    token = foreign_token(server, user, CLOSED, role=REGISTERED, hash="x")
    assert sessions(token, CLOSED).is_open()


# RFC 7628 §3.2.2: who is not let in


def test_s3_2_2_where_to_get_a_token_is_said(server):
    said = assert_refused(server, "x")
    assert said["status"] == "invalid_token"
    address = said["openid-configuration"].removeprefix(f"http://localhost:{server.http_port}")
    assert address in (DISCOVERY, "/.well-known/openid-configuration")


def test_s3_2_2_a_refresh_token(server, client, user):
    tokens = tokens_for(client, user)
    assert_refused(server, tokens["refresh_token"])
    refresh(client, tokens["refresh_token"])
    assert_refused(server, tokens["refresh_token"])


@pytest.mark.parametrize("scope", ["openid", "openid offline_access", "offline_access", LEFT_OUT], ids=str)
def test_s3_2_2_a_token_that_is_not_for_xmpp(server, client, user, scope):
    assert_refused(server, tokens_for(client, user, scope=scope)["access_token"])


def test_s3_2_2_a_narrowed_token(server, client, user, sessions):
    tokens = tokens_for(client, user)
    narrowed = content(refresh(client, tokens["refresh_token"], scope="openid"))
    assert_refused(server, narrowed["access_token"])
    again = content(refresh(client, narrowed["refresh_token"]))
    assert sessions(again["access_token"]).is_open()


def test_s3_2_2_a_code_redeemed_for_less(server, client, user):
    code, flow = code_for(client, user, scope="openid xmpp")
    assert_refused(server, content(flow.redeem(code, scope="openid"))["access_token"])


@pytest.mark.parametrize(
    "name", ["other secret", "other grant", "other user", "other host", "unknown host", "shorter", "of letters"]
)
def test_s3_2_2_what_is_nearly_a_token(server, client, user, name):
    assert_refused(server, damaged(tokens_for(client, user)["access_token"])[name])


def test_s3_2_2_other_things(server, client, user):
    code, _ = code_for(client, user)
    for text in (code, tokens_for(client, user)["id_token"], client.id, client.secret):
        assert_refused(server, text)


@pytest.mark.parametrize("purpose", ["oauth2-limited", "oauth2-refresh", "oauth2-refresh-spent", "rest", ""])
def test_s3_2_2_other_purposes(server, client, user, purpose):
    assert_refused(server, foreign_token(server, user, role=MEMBER, purpose=purpose, hash=client.hash))


def test_s3_2_2_of_another_host(server, client, user):
    assert_refused(server, tokens_for(client, user)["access_token"], B)


def test_s3_2_2_expired(server, sessions):
    client, user = register(server, app(), SHORT), new_user(server, SHORT)
    token = tokens_for(client, user)["access_token"]
    advance(server, 90)
    assert sessions(token, SHORT).is_open()
    advance(server, 15)
    assert_refused(server, token, SHORT)


def test_s3_2_2_revoked(server, client, user):
    first, second = tokens_for(client, user), tokens_for(client, user)
    post_as(client, REVOKE, {"token": first["access_token"]})
    post_as(client, REVOKE, {"token": second["refresh_token"]})
    for tokens in (first, second):
        assert_refused(server, tokens["access_token"])


def test_s3_2_2_a_disabled_account(server, client, user):
    token = tokens_for(client, user)["access_token"]
    assert probe(server, "disable_user", username=user)["ok"]
    assert_refused(server, token, conditions=("account-disabled", "not-authorized"))


def test_s3_2_2_a_deleted_account(server, client, user):
    token = tokens_for(client, user)["access_token"]
    assert probe(server, "delete_user", username=user)["ok"]
    assert_refused(server, token)
    assert probe(server, "create_user", username=user, password="another password")["ok"]
    assert_refused(server, token)


# What a session may do


def test_a_session_has_the_role_that_was_granted(server, client, sessions):
    user = new_user(server)
    assert oauth_probe(server, "set_role", username=user, role=ADMIN)["ok"]
    for role in (MEMBER, REGISTERED, GUEST):
        assert oauth_probe(server, "add_role", username=user, role=role)["ok"]
    for scope, role in [
        ("xmpp", ADMIN),
        (ADMIN, ADMIN),
        (MEMBER, MEMBER),
        (REGISTERED, REGISTERED),
        (f"openid {GUEST}", GUEST),
        (f"{REGISTERED} {ADMIN}", REGISTERED),
        (f"{REGISTERED} xmpp", REGISTERED),
        (f"xmpp {REGISTERED}", ADMIN),
    ]:
        session = sessions(tokens_for(client, user, scope=scope)["access_token"])
        assert role_of(server, session) == role, scope


def test_a_session_has_the_role_that_was_ticked(server, client, user, sessions):
    assert oauth_probe(server, "set_role", username=user, role=ADMIN)["ok"]
    assert oauth_probe(server, "add_role", username=user, role=REGISTERED)["ok"]
    flow = begin(client, scope=f"{ADMIN} {REGISTERED}")
    tokens = content(flow.redeem(flow.code(user, [REGISTERED])))
    assert role_of(server, sessions(tokens["access_token"])) == REGISTERED


def test_a_refresh_keeps_the_role(server, client, user, sessions):
    assert oauth_probe(server, "set_role", username=user, role=ADMIN)["ok"]
    assert oauth_probe(server, "add_role", username=user, role=REGISTERED)["ok"]
    tokens = tokens_for(client, user, scope=f"{REGISTERED} {ADMIN} offline_access")
    new = content(refresh(client, tokens["refresh_token"]))
    assert role_of(server, sessions(new["access_token"])) == REGISTERED
    narrowed = content(refresh(client, new["refresh_token"], scope=ADMIN))
    assert role_of(server, sessions(narrowed["access_token"])) == ADMIN


def test_a_role_that_was_taken_away_is_no_more(server, client, user, sessions):
    """Whatever the server does with such a token, it does not make an administrator of its bearer."""
    assert oauth_probe(server, "set_role", username=user, role=ADMIN)["ok"]
    tokens = tokens_for(client, user, scope="xmpp offline_access")
    assert oauth_probe(server, "set_role", username=user, role=REGISTERED)["ok"]
    try:
        session = sessions(tokens["access_token"])
    except (Refused, ConnectionError, AssertionError):  # Prosody has said yes by then, and closes
        pass
    else:
        assert role_of(server, session) != ADMIN
    answer = refresh(client, tokens["refresh_token"])
    if answer.status == 200:
        assert role_of(server, sessions(content(answer)["access_token"])) == REGISTERED


def test_a_role_nobody_gave(server, client, user):
    """A scope that the user cannot grant is not granted."""
    tokens = tokens_for(client, user, scope=f"openid {ADMIN}")
    assert tokens["scope"] == "openid"
    assert_refused(server, tokens["access_token"])


def test_others_keep_their_roles(server, client, user, sessions):
    assert oauth_probe(server, "set_role", username=user, role=ADMIN)["ok"]
    assert oauth_probe(server, "add_role", username=user, role=GUEST)["ok"]
    with_password = sessions((user, PASSWORD))
    limited = sessions(tokens_for(client, user, scope=GUEST)["access_token"])
    assert role_of(server, with_password) == ADMIN
    assert role_of(server, limited) == GUEST
    assert role_of(server, sessions((user, PASSWORD))) == ADMIN


# A token that ends takes its sessions with it


@pytest.fixture
def bystanders(server, client, user, sessions):
    """Sessions that have nothing to do with it: each with what opened it."""
    other_user = new_user(server)
    other_client = register(server, app())
    return [
        sessions((user, PASSWORD)),
        sessions(tokens_for(client, user)["access_token"]),
        sessions(tokens_for(other_client, user)["access_token"]),
        sessions(tokens_for(client, other_user)["access_token"]),
    ]


def assert_open(bystanders):
    assert [session.is_open() for session in bystanders] == [True] * len(bystanders)


def test_revoking_an_access_token(server, client, user, sessions, bystanders):
    tokens = tokens_for(client, user)
    sibling = content(refresh(client, tokens["refresh_token"]))
    session, other = sessions(tokens["access_token"]), sessions(sibling["access_token"])
    assert post_as(client, REVOKE, {"token": tokens["access_token"]}).status == 200
    assert_closed(session)
    # Of the same grant, but opened with another token.
    assert_open([other, *bystanders])


def test_revoking_a_refresh_token(server, client, user, sessions, bystanders):
    tokens = tokens_for(client, user)
    sibling = content(refresh(client, tokens["refresh_token"]))
    opened = [sessions(each["access_token"]) for each in (tokens, sibling, sibling)]
    assert post_as(client, REVOKE, {"token": sibling["refresh_token"]}).status == 200
    assert_closed(*opened)
    assert_open(bystanders)


def test_redeeming_a_code_again(server, client, user, sessions, bystanders):
    code, flow = code_for(client, user, scope="xmpp offline_access")
    tokens = content(flow.redeem(code))
    session = sessions(tokens["access_token"])
    assert_error(flow.redeem(code), "invalid_grant")
    assert_closed(session)
    assert_open(bystanders)


def test_replaying_a_refresh_token(server, client, user, sessions, bystanders):
    tokens = tokens_for(client, user)
    new = content(refresh(client, tokens["refresh_token"]))
    opened = [sessions(each["access_token"]) for each in (tokens, new)]
    advance(server, 31)
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")
    assert_closed(*opened)
    assert_open(bystanders)


def test_replaying_a_refresh_token_at_once_ends_nothing(server, client, user, sessions):
    """The answer to the first may have been lost."""
    tokens = tokens_for(client, user)
    session = sessions(tokens["access_token"])
    for _ in range(2):
        assert refresh(client, tokens["refresh_token"]).status == 200
    assert session.is_open()


def test_redeeming_a_device_code_again(server, user, sessions):
    client = register(server, every_app())
    waiting = wait(client)
    session = sessions(waiting.tokens(user)["access_token"])
    advance(server, 10)
    assert_error(waiting.poll(), "invalid_grant")
    assert_closed(session)


def test_a_command_that_revokes_a_client(server, user, sessions, bystanders):
    client = register(server, app())
    session = sessions(tokens_for(client, user)["access_token"])
    assert "1 grant" in shell(server, "revoke_client", client.id)
    assert_closed(session)
    assert_open(bystanders)


def test_a_command_that_revokes_a_grant(server, client, user, sessions, bystanders):
    tokens = tokens_for(client, user)
    session = sessions(tokens["access_token"])
    assert "OK" in shell(server, "revoke_grant", user, grant_id(tokens["access_token"]))
    assert_closed(session)
    assert_open(bystanders)


@pytest.mark.parametrize(
    "end", [lambda client: client.ask("DELETE"), lambda client: client.replace()], ids=["deleted", "updated"]
)
def test_a_client_that_is_no_more(server, user, sessions, bystanders, end):
    client = register(server, app())
    session = sessions(tokens_for(client, user)["access_token"])
    assert end(client).status in (200, 204)
    assert_closed(session)
    assert_open(bystanders)


def test_another_module_that_revokes(server, client, user, sessions):
    """Whoever calls mod_tokenauth, as mod_client_management does."""
    tokens, second = tokens_for(client, user), tokens_for(client, user)
    opened = [sessions(each["access_token"]) for each in (tokens, second)]
    module = 'prosody.hosts["localhost"].modules.tokenauth'
    invitations.execute(server, f'{module}.revoke_grant("{user}", "{grant_id(tokens["access_token"])}")')
    assert_closed(opened[0])
    assert opened[1].is_open()
    invitations.execute(server, f'{module}.revoke_token("{second["access_token"]}")')
    assert_closed(opened[1])


def test_a_session_outlives_a_refresh_and_the_token(server, sessions):
    """A session is not ended because its token expires: it was good when the session began."""
    client, user = register(server, app(), SHORT), new_user(server, SHORT)
    tokens = tokens_for(client, user)
    session = sessions(tokens["access_token"], SHORT)
    assert refresh(client, tokens["refresh_token"]).status == 200
    assert session.is_open()


def test_what_was_open_before_a_reload(server, client, user, sessions):
    tokens = tokens_for(client, user)
    session, other = sessions(tokens["access_token"]), sessions((user, PASSWORD))
    server.reload("http_oauth2")
    assert session.is_open()
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200
    assert_closed(session)
    assert other.is_open()


def test_sessions_are_told_why(server, client, user, sessions):
    tokens = tokens_for(client, user)
    session = sessions(tokens["access_token"])
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200
    assert session.wait_until_closed(), "no stream error"


def test_nobody_is_left_behind(server, client, user, sessions):
    """The server has forgotten the session, and the resource is free."""
    tokens = tokens_for(client, user)
    session = sessions(tokens["access_token"])
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200
    assert_closed(session)
    wait_until(
        lambda: oauth_probe(server, "sessions", username=user) == [],
        lambda: str(oauth_probe(server, "sessions", username=user)),
    )


def test_a_disabled_account_has_no_sessions(server, client, user, sessions):
    """As Prosody itself ends all of them."""
    session = sessions(tokens_for(client, user)["access_token"])
    assert probe(server, "disable_user", username=user)["ok"]
    assert_closed(session)
