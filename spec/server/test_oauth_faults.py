"""mod_http_oauth2 where something is wrong: with a store, a record in it, a client, a user or a request."""

import json
import re
import urllib.parse

import pytest

import authorization
import lua
import oauth
from api import store_of
from authorization import (
    ALL_SCOPES,
    AUTHORIZE,
    INTROSPECT,
    REVOKE,
    USERINFO,
    advance,
    app,
    assert_error,
    assert_unauthorized,
    begin,
    code_for,
    implicit_app,
    login_form,
    new_user,
    post_as,
    post_form,
    refresh,
    tokens_for,
)
from devices import wait
from endpoints import DEVICE_GRANT, community_client, grant_id, oauth_probe, options
from invitations import execute
from oauth import ALL_ALLOWED, LEFT_OUT, content, device, is_token_good, register, shell
from oauthbearer import Connection, Refused
from prosody import wait_until
from registration import PASSWORD
from test_token import ComponentServer, ask_password, community_grant, set_password, stored_name

MOST_GRANTS = 50  # of a user to one client
GRACE = 30  # seconds in which a spent refresh token still works

STORES = ["auth_tokens", "oauth2_used_codes", "oauth2_device_codes"]


@pytest.fixture(scope="module")
def server(start_server):
    """Its stores fail when they are told to: see mod_storage_faulty."""
    # Prosody's jobs, which write too, do not get their turn. What nobody has to read an answer for is in the log.
    server = start_server(options(storage=dict.fromkeys(STORES, "faulty"), cron_initial_delay=86400))
    server.expected_errors += ["disk full", "is damaged"]
    return server


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture
def user(server):
    return new_user(server)


def grants_of(server, username):
    return oauth_probe(server, "grants", username=username)


def userinfo(server, token):
    return server.get(USERINFO, headers={"Authorization": f"Bearer {token}"})


def is_active(client, token):
    return content(post_as(client, INTROSPECT, {"token": token}))["active"]


def can_log_in(server, token):
    """Whether a token opens a session over XMPP, and one that stays open."""
    try:
        with Connection(server) as connection:
            return connection.log_in_with_token(token).is_open()
    # The server may let somebody in to close the session at once.
    except (Refused, OSError, AttributeError):
        return False


def end_grant_elsewhere(server, username, grant):
    """As another module does it."""
    execute(server, f'prosody.hosts.localhost.modules.tokenauth.revoke_grant("{username}", "{grant}")')


# Stored grants


def store_path(server, store, key=None):
    """The file of a record as Prosody's own storage names it."""
    name = "".join(c if c.isalnum() else f"%{ord(c):02x}" for c in key or "")
    folder = store_of(server)
    return folder / store / f"{name}.dat" if key else folder / f"{store}.dat"


def write_record(server, record, store, key=None):
    path = store_path(server, store, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"return {lua.literal(record)};\n")
    return path


def server_time(server):
    """What its clock says, which may be ahead."""
    return oauth_probe(server, "now")["now"]


def stored_grant(username, client, number=0, token=None):
    """A grant as mod_tokenauth stores it; the higher its number, the later it was made."""
    # From before the account was made it would not count.
    address, created = f"{username}@localhost", server_time(client.server) + number
    named = {"name": client.said["client_name"], "uri": client.said["client_uri"], "hash": client.hash}
    return {
        "id": f"grant{number}",
        "owner": address,
        "jid": address,
        "created": created,
        "accessed": created,
        "data": {"oauth2_scopes": "xmpp", "oauth2_client": named},
        "tokens": {stored_name(f"{number}".encode()): token or {"created": created, "purpose": "oauth2"}},
    }


def counts(server):
    return json.loads(server.get("/faults").body)


def forget_counts(server):
    assert server.post("/faults", " 0").status == 200


def test_old_grants_make_nobody_wait(server, client, user):
    """An account that has granted much: what is stored is not read or written once for each of them."""
    other = register(server, app())
    expired = {"created": 1700000000, "expires": 1700003600, "purpose": "oauth2"}
    write_record(
        server,
        {f"grant{n}": stored_grant(user, other, n, expired) for n in range(300)},
        "auth_tokens",
        user,
    )
    code, flow = code_for(client, user)
    forget_counts(server)
    assert flow.redeem(code).status == 200
    made = counts(server)
    assert made["reads"]["auth_tokens"] < 20 and made["writes"]["auth_tokens"] < 20, made


@pytest.mark.parametrize("held", [300, MOST_GRANTS, MOST_GRANTS - 1])
def test_the_oldest_grants_to_a_client_end(server, user, held):
    client, other = register(server, app()), register(server, app())
    kept = {f"grant{n}": stored_grant(user, client, n) for n in range(held)}
    foreign = stored_grant(user, other, 1000)
    write_record(server, {**kept, foreign["id"]: foreign}, "auth_tokens", user)
    # So that what comes now is the latest.
    advance(server, 2000)
    code, flow = code_for(client, user)
    forget_counts(server)
    tokens = content(flow.redeem(code))
    newest = {f"grant{n}" for n in range(held)[-(MOST_GRANTS - 1) :]}
    left = {grant["id"] for grant in grants_of(server, user)}
    assert left == newest | {foreign["id"], grant_id(tokens["access_token"])}
    # Each writes them all.
    assert counts(server)["writes"]["auth_tokens"] < 100


def test_grants_that_nobody_uses_any_more_end_first(server, user):
    client = register(server, app())
    expired = {"created": 1700000000, "expires": 1700003600, "purpose": "oauth2"}
    held = {f"grant{n}": stored_grant(user, client, n, expired if n % 2 else None) for n in range(MOST_GRANTS)}
    held["grant0"]["accessed"] += 1000
    write_record(server, held, "auth_tokens", user)
    advance(server, 2000)
    for _ in range(2):
        tokens_for(client, user)
    left = {grant["id"] for grant in grants_of(server, user)}
    assert set(held) - left == {"grant1", "grant3"}


def test_a_refresh_token_without_offline_access(start_server):
    """The community module of 2025 gave one to everybody; who has it may have the next."""
    server = start_server(options())
    client, user = community_client(server), new_user(server)
    server.stop()
    tokens = community_grant(server, client, user, "xmpp")
    server.start()
    for _ in range(3):
        tokens = content(refresh(client, tokens["refresh_token"]))
        assert tokens["scope"] == "xmpp" and is_token_good(server, tokens["access_token"])
        advance(server, GRACE + 1)
    # Whoever asks now still needs it.
    assert "refresh_token" not in tokens_for(client, user, "xmpp")


# Damaged records


def with_client(**changes):
    return lambda grant: grant["data"]["oauth2_client"].update(changes)


def with_data(**changes):
    return lambda grant: grant["data"].update(changes)


def with_token(token):
    return lambda grant: grant["tokens"].update({"sha256:x": token})


def without(*names):
    return lambda grant: [grant.pop(name) for name in names]


def changed_to(**changes):
    return lambda grant: grant.update(changes)


# What has become of a grant; or what there is in its place.
DAMAGED_GRANTS = {
    "a number": 5,
    "a text": "x",
    "true": True,
    "empty": {},
    "no id": without("id"),
    "no created": without("created"),
    "no accessed": without("accessed"),
    "no jid": without("jid"),
    "no data": without("data"),
    "no tokens": without("tokens"),
    "id as a table": changed_to(id={"a": 1}),
    "created as a text": changed_to(created="soon"),
    "created as a table": changed_to(created={"a": 1}),
    "accessed as a text": changed_to(accessed="soon"),
    "jid as a number": changed_to(jid=5),
    "data as a text": changed_to(data="x"),
    "tokens as a text": changed_to(tokens="x"),
    "a token as a number": with_token(5),
    "a token as a text": with_token("x"),
    "a token without anything": with_token({}),
    "created of a token as a text": with_token({"created": "soon", "purpose": "oauth2"}),
    "expires of a token as a text": with_token({"created": 5, "expires": "soon", "purpose": "oauth2"}),
    "scopes as a table": with_data(oauth2_scopes={"a": 1}),
    "client as a text": with_data(oauth2_client="x"),
    "code as a table": with_data(oauth2_code={"a": 1}),
    "hash as a table": with_client(hash={"a": 1}),
    "software_id as a table": with_client(id={"a": 1}),
    "name as a table": with_client(name={"a": 1}),
    "uri as a number": with_client(uri=5),
}


def damage(server, username, client, name):
    """Puts a grant that is damaged beside the others of a user."""
    how = DAMAGED_GRANTS[name]
    grant = stored_grant(username, client, 7)
    if callable(how):
        how(grant)
    else:
        grant = how
    path = store_path(server, "auth_tokens", username)
    text = path.read_text() if path.exists() else "return {};\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("return {", f'return {{ ["grant7"] = {lua.literal(grant)}; ', 1))


@pytest.fixture
def damaged_user(server):
    """The next test shall have a damage of its own only."""
    username = new_user(server)
    yield username
    store_path(server, "auth_tokens", username).unlink(missing_ok=True)


@pytest.mark.parametrize("name", DAMAGED_GRANTS)
def test_a_damaged_grant_costs_that_grant_only(server, damaged_user, name):
    client, user, other = register(server, app()), damaged_user, new_user(server)
    both = [tokens_for(client, each) for each in (user, other)]
    damage(server, user, client, name)
    for tokens in both:
        assert userinfo(server, tokens["access_token"]).status == 200
        assert can_log_in(server, tokens["access_token"])
        assert refresh(client, tokens["refresh_token"]).status == 200
    code, flow = code_for(client, user)
    assert flow.redeem(code).status == 200
    assert_error(flow.redeem(code), "invalid_grant")
    for command, named in [("user_grants", user), ("grants", client.hash), ("clients", "")]:
        printed = shell(server, command, *filter(None, [named]))
        assert "OK: " in printed, printed
        assert (grant_id(both[0]["access_token"]) if named else client.hash) in printed, printed
    assert "OK: " in shell(server, "revoke_client", client.hash)
    for tokens in both:
        assert not is_token_good(server, tokens["access_token"])


@pytest.fixture
def cron_server(start_server):
    """Its jobs are done each second, if they are due. See mod_cron."""
    return start_server(options(cron_initial_delay=1, cron_check_delay=1))


def runs(server):
    return server.log().count("Running periodic tasks\n")


def assert_jobs_go_on(server):
    """Checks that after what is done at night the server does so once more."""
    advance(server, 86400 * 2)
    done = runs(server)
    wait_until(lambda: runs(server) >= done + 3, lambda: f"No jobs any more.\n{server.story()}")


GOOD = {"kind": "client_hash", "name": "x", "revoked_at": 5}

DAMAGED_RECORDS = {
    "used code, expires as a text": ({"expires": "soon"}, "oauth2_used_codes", "abc"),
    "used code, a number": (5, "oauth2_used_codes", "abc"),
    "device code, expires as a text": ({"expires": "soon"}, "oauth2_device_codes", "abc"),
    "device code, empty": ({}, "oauth2_device_codes", "abc"),
    "device code, a text": ("x", "oauth2_device_codes", "abc"),
    "revocation, expires as a text": ({"client_hash:x": {**GOOD, "expires": "soon"}}, "oauth2_revoked_clients"),
    "revocation, a number": ({"client_hash:x": 5}, "oauth2_revoked_clients"),
    "revocation, no name": ({"client_hash:x": {**GOOD, "name": 5}}, "oauth2_revoked_clients"),
}


@pytest.mark.parametrize("name", DAMAGED_RECORDS)
def test_jobs_go_on_with_a_damaged_record(cron_server, name):
    server = cron_server
    record, *place = DAMAGED_RECORDS[name]
    server.expected_errors.append("is of no use")
    path = write_record(server, record, *place)
    assert_jobs_go_on(server)
    if place[0] != "oauth2_revoked_clients":
        assert_jobs_go_on(server)  # what may be a used code has to be old twice
        assert not path.exists()
    # Nor does a start fail.
    server.stop()
    write_record(server, record, *place)
    server.start()
    client, user = register(server, app()), new_user(server)
    assert refresh(client, tokens_for(client, user)["refresh_token"]).status == 200
    assert "OK: " in shell(server, "revocations")
    assert "OK: " in shell(server, "revoke_client", client.hash)


# Others stop a job of mod_tokenauth's, which is Prosody's.
@pytest.mark.parametrize("name", ["no tokens", "hash as a table"])
def test_jobs_go_on_with_a_damaged_grant(cron_server, name):
    server = cron_server
    client, user = register(server, app()), new_user(server)
    damage(server, user, client, name)
    assert_jobs_go_on(server)


def device_codes(server):
    return set(store_of(server).glob("oauth2*device*codes/*"))


@pytest.mark.parametrize("record", [5, "x", {}, {"expires": "soon"}, {"expires": 9999999999}])
def test_a_damaged_device_code_is_none(server, record):
    client = register(server, device())
    before = device_codes(server)
    waiting = wait(client)
    (path,) = device_codes(server) - before
    path.write_text(f"return {lua.literal(record)};\n")
    assert_error(waiting.poll(), "expired_token")
    assert waiting.visit().status in (200, 400, 404)
    assert wait(client).tokens(new_user(server))["token_type"] == "bearer"


def kids(server):
    return [key["kid"] for key in json.loads(server.get("/oauth2/jwks").body)["keys"]]


DAMAGED_KEYS = [5, {"keys": 5}, {"keys": "x"}, {"keys": {1: 5}}, {"keys": {1: {"sealed": 5}}}]


@pytest.mark.parametrize("stored", DAMAGED_KEYS)
def test_damaged_signing_keys_are_made_anew(start_server, stored):
    server = start_server(options())
    server.stop()
    write_record(server, stored, "oauth2_signing_keys")
    server.start()
    assert len(kids(server)) == 1
    assert "id_token" in tokens_for(register(server, app()), new_user(server))


def test_a_signing_key_with_a_damaged_time(start_server):
    server = start_server(options())
    (kid,) = kids(server)
    server.stop()
    path = store_path(server, "oauth2_signing_keys")
    text = path.read_text()
    path.write_text(re.sub(r'(\["sealed"\])', r'["retired"] = "soon"; \1', text, count=1))
    assert path.read_text() != text
    server.start()
    # It is still published, and may be the one that signs.
    assert kid in kids(server)
    assert "id_token" in tokens_for(register(server, app()), new_user(server))
    assert "OK: " in shell(server, "rotate_keys")
    assert kid in kids(server)


# Clients that are revoked


def test_revoked_by_the_configuration(start_server):
    """Whatever it was given before is worth nothing."""
    server = start_server(options())
    client, other, user = register(server, app()), register(server, app()), new_user(server)
    tokens, others = tokens_for(client, user), tokens_for(other, user)
    server.stop()
    server.options["oauth2_revoked_clients"] = [client.hash]
    server.start()
    assert userinfo(server, tokens["access_token"]).status == 401
    assert_unauthorized(post_as(client, INTROSPECT, {"token": tokens["access_token"]}))
    assert_unauthorized(refresh(client, tokens["refresh_token"]))
    assert not can_log_in(server, tokens["access_token"])
    wait_until(lambda: len(grants_of(server, user)) == 1, lambda: f"The grant is still there.\n{server.story()}")
    assert userinfo(server, others["access_token"]).status == 200 and can_log_in(server, others["access_token"])
    assert is_active(other, others["access_token"])


def test_revoked_by_the_configuration_before_the_grants_are_looked_through(start_server):
    """The same while the grants are still stored: nobody can get in meanwhile."""
    server = start_server(options(cron_initial_delay=3600))
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    file = store_path(server, "auth_tokens", user)
    stored = file.read_bytes()
    server.stop()
    server.options["oauth2_revoked_clients"] = [client.hash]
    server.start()
    wait_until(lambda: not grants_of(server, user), server.story)
    # Nobody looks through them again soon.
    file.write_bytes(stored)
    assert is_token_good(server, tokens["access_token"])
    assert userinfo(server, tokens["access_token"]).status == 401
    assert not can_log_in(server, tokens["access_token"])
    assert len(grants_of(server, user)) == 1


@pytest.fixture(scope="module")
def slow_server(start_server):
    """Passwords take seconds, in which much can happen."""
    return start_server(options(default_iteration_count=3_000_000, **ALL_ALLOWED))


def test_revoked_while_somebody_logs_in(slow_server):
    client, user = register(slow_server, app()), new_user(slow_server)
    flow = begin(client)
    login_form(flow.open(), flow.path)
    login = flow.begin_send([("username", user), ("password", PASSWORD)])
    assert client.ask("DELETE").status == 204
    answer = login.answer()
    assert answer.status == 400 and "user_token" not in answer.text, answer


def test_revoked_while_a_password_is_checked(slow_server):
    client = register(slow_server, app(grant_types=["password", "refresh_token"], response_types=[]))
    user = new_user(slow_server)
    fields = {"grant_type": "password", "username": user, "password": PASSWORD}
    login = authorization.begin_post_as(client, authorization.TOKEN, fields)
    assert client.ask("DELETE").status == 204
    assert_unauthorized(login.answer())
    assert not grants_of(slow_server, user)


# Users


@pytest.fixture(scope="module")
def implicit_server(start_server):
    return start_server(options(**ALL_ALLOWED))


@pytest.mark.parametrize("response_type, make", [("token", implicit_app), ("code", app)])
def test_a_password_that_changes_between_login_and_consent(implicit_server, response_type, make):
    server = implicit_server
    client, user = register(server, make()), new_user(server)
    flow = begin(client, response_type=response_type)
    consent = flow.log_in(user)
    set_password(server, user)
    answer = flow.decide(consent, "granted")
    login_form(answer, flow.path, answer.status)
    assert answer.status < 500 and "location" not in answer.headers
    assert not grants_of(server, user)
    # Whoever knows the new one may go on.
    assert {response_type, "access_token"} & set(flow.allow(flow.log_in(user, PASSWORD + " 2")).parameters)


# What was used up stays so


@pytest.fixture(scope="module")
def lasting_server(start_server):
    return start_server(options())


def run_again(server):
    server.restart()


def reload_the_module(server):
    server.reload("http_oauth2")


def leave_alone(_):
    pass


INTERRUPTIONS = [leave_alone, reload_the_module, run_again]


@pytest.mark.parametrize("interrupt", INTERRUPTIONS)
def test_a_device_code_whose_tokens_were_revoked(lasting_server, interrupt):
    server = lasting_server
    client, user = register(server, device(grant_types=[DEVICE_GRANT, "refresh_token"])), new_user(server)
    waiting = wait(client, scope=ALL_SCOPES)
    tokens = waiting.tokens(user)
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200
    interrupt(server)
    for _ in range(2):
        assert_error(waiting.poll(), "invalid_grant")
    assert not grants_of(server, user)


@pytest.mark.parametrize("interrupt", INTERRUPTIONS)
def test_a_code_whose_grant_another_module_ended(lasting_server, interrupt):
    server = lasting_server
    client, user = register(server, app()), new_user(server)
    code, flow = code_for(client, user)
    tokens = content(flow.redeem(code))
    interrupt(server)
    end_grant_elsewhere(server, user, grant_id(tokens["access_token"]))
    for _ in range(2):
        assert_error(flow.redeem(code), "invalid_grant")
    assert not grants_of(server, user)


# Stores that fail


def fail(server, store, number):
    """From now on, of all writes to this store the one of this number fails."""
    assert server.post("/faults", f"{store} {number}").status == 200


@pytest.mark.parametrize("later", [0, GRACE + 10])
@pytest.mark.parametrize("number", [1, 2])
def test_a_refresh_that_cannot_be_stored(server, client, user, number, later):
    tokens = tokens_for(client, user)
    fail(server, "auth_tokens", number)
    assert_error(refresh(client, tokens["refresh_token"]), "server_error", 500)
    assert counts(server)["writes"]["auth_tokens"] >= number
    forget_counts(server)
    advance(server, later)
    again = content(refresh(client, tokens["refresh_token"]))
    assert is_token_good(server, again["access_token"])
    assert refresh(client, again["refresh_token"]).status == 200


CODE_WRITES = [("oauth2_used_codes", 1), *(("auth_tokens", number) for number in (1, 2, 3))]


@pytest.mark.parametrize("store, number", CODE_WRITES)
def test_a_redemption_that_cannot_be_stored(server, client, user, store, number):
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    fail(server, store, number)
    assert_error(flow.redeem(code), "server_error", 500)
    assert not grants_of(server, user)
    forget_counts(server)
    tokens = content(flow.redeem(code))
    assert is_token_good(server, tokens["access_token"]) and len(grants_of(server, user)) == 1
    assert_error(flow.redeem(code), "invalid_grant")
    assert not is_token_good(server, tokens["access_token"])


@pytest.mark.parametrize("store, number", CODE_WRITES)
def test_a_device_code_whose_redemption_cannot_be_stored(server, user, store, number):
    client = register(server, device(grant_types=[DEVICE_GRANT, "refresh_token"]))
    waiting = wait(client, scope=ALL_SCOPES)
    waiting.approve(user)
    fail(server, store, number)
    assert_error(waiting.poll(), "server_error", 500)
    assert not grants_of(server, user)
    forget_counts(server)
    tokens = content(waiting.poll())
    assert is_token_good(server, tokens["access_token"])
    assert_error(waiting.poll(), "invalid_grant")
    assert not is_token_good(server, tokens["access_token"])


@pytest.mark.parametrize("how", ["denied", "nothing ticked"])
def test_a_device_whose_refusal_cannot_be_stored(server, user, how):
    """Who has refused hears that it did not work: the device still waits."""
    waiting = wait(register(server, device()))
    flow = waiting.confirm()
    consent = flow.log_in(user)
    decide = ("denied", None) if how == "denied" else ("granted", [])
    fail(server, "oauth2_device_codes", 1)
    assert flow.decide(consent, *decide).status == 500
    assert_error(waiting.poll(), "authorization_pending")
    forget_counts(server)
    assert flow.decide(consent, *decide).status in (200, 400)
    assert_error(waiting.poll(), "access_denied")


def test_a_replay_whose_consequence_cannot_be_stored(server, client, user):
    """Nobody is told that a token is worth nothing while the other one goes on working."""
    first = tokens_for(client, user)
    second = content(refresh(client, first["refresh_token"]))
    advance(server, GRACE + 1)
    fail(server, "auth_tokens", 1)
    assert_error(refresh(client, first["refresh_token"]), "server_error", 500)
    forget_counts(server)
    assert_error(refresh(client, first["refresh_token"]), "invalid_grant")
    assert_error(refresh(client, second["refresh_token"]), "invalid_grant")


def test_a_code_whose_replay_cannot_be_stored(server, client, user):
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    tokens = content(flow.redeem(code))
    fail(server, "auth_tokens", 1)
    assert_error(flow.redeem(code), "server_error", 500)
    forget_counts(server)
    assert_error(flow.redeem(code), "invalid_grant")
    assert not is_token_good(server, tokens["access_token"])


# Sessions that are resumed (XEP-0198)

SM = "urn:xmpp:sm:3"


@pytest.fixture(scope="module")
def resuming_server(start_server):
    return start_server(options(modules_enabled=["smacks"]))


def read_until(connection, *names):
    """The next element of these names."""
    while (element := connection.read()) is not None:
        if element.tag in [f"{{{SM}}}{name}" for name in names]:
            return element
    raise AssertionError(f"The stream has ended before {names}.")


def interrupted(connection):
    """Loses the connection of a session that can be resumed; its id."""
    connection.send(f"<enable xmlns='{SM}' resume='true'/>")
    enabled = read_until(connection, "enabled", "failed")
    assert enabled.tag.endswith("enabled")
    connection.socket.close()
    return enabled.get("id")


def resumed(server, token, session):
    """Logs in with a token, into a session."""
    connection = Connection(server)
    connection._authenticate("OAUTHBEARER", f"n,,\x01auth=Bearer {token}\x01\x01")
    connection.send(f"<resume xmlns='{SM}' previd='{session}' h='0'/>")
    assert read_until(connection, "resumed", "failed").tag.endswith("resumed")
    return connection


def revoke(client, tokens):
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200


def no_session(server, user):
    wait_until(
        lambda: not oauth_probe(server, "sessions", username=user),
        lambda: f"The session is still there.\n{server.story()}",
    )


def test_a_session_resumed_with_a_token_is_of_that_token(resuming_server):
    server = resuming_server
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    session = interrupted(Connection(server).log_in_with_password(user, PASSWORD))
    with resumed(server, tokens["access_token"], session) as connection:
        revoke(client, tokens)
        connection.wait_until_closed()
    no_session(server, user)


def test_a_session_resumed_with_another_token_is_of_the_other(resuming_server):
    server = resuming_server
    client, user = register(server, app()), new_user(server)
    first, second = tokens_for(client, user), tokens_for(client, user)
    session = interrupted(Connection(server).log_in_with_token(first["access_token"]))
    with resumed(server, second["access_token"], session) as connection:
        revoke(client, first)
        assert connection.is_open()
        revoke(client, second)
        connection.wait_until_closed()
    no_session(server, user)


# Components


def test_the_secret_of_a_component_cannot_be_guessed(tree, tmp_path_factory):
    host = "component.localhost"
    folder = tmp_path_factory.mktemp("component")
    server = ComponentServer(folder, tree, options(component_ports=[], oauth2_login_limit=1)).start()
    try:
        metadata = app(grant_types=["password"], response_types=[], redirect_uris=LEFT_OUT)
        client, name = register(server, metadata, host), f"romeo@{host}"
        here, elsewhere = ({"X-Forwarded-For": address} for address in ("192.0.2.1", "192.0.2.2"))
        # Who knows it does not count.
        for _ in range(11):
            assert ask_password(client, name, ComponentServer.SECRET, here).status == 200
        answers = [ask_password(client, name, "wrong", here) for _ in range(11)]
        answers += [ask_password(client, name, ComponentServer.SECRET, here)]
        assert [answer.status for answer in answers] == [400] * 10 + [429] * 2
        for answer in answers[10:]:
            assert_error(answer, "invalid_grant", 429)
            assert 1 <= int(answer.headers["retry-after"]) <= 3600
        assert server.log().count(f"Failed login of {host} from 192.0.2.1\n") == 10
        assert ask_password(client, name, ComponentServer.SECRET, elsewhere).status == 200
    finally:
        server.stop()
    assert not server.unexpected_errors()


# Operators


def test_names_write_nothing_but_themselves_to_a_terminal(server, user):
    client = community_client(server, client_name="a\x1b[31mred\nforged\x9b\r")
    tokens_for(client, user)
    for arguments in [("clients",), ("grants", client.hash), ("user_grants", user), ("show_client", client.id)]:
        printed = shell(server, *arguments)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", printed), printed
        assert not re.search(r"^forged", printed, re.MULTILINE), printed
        assert arguments[0] == "grants" or "a?[31mred?forged" in printed, printed


# Addresses


@pytest.mark.parametrize("path", ["/auth", "/auth/", "/$host/auth"])
def test_endpoints_in_another_place(start_server, monkeypatch, path):
    server = start_server(options(http_paths={"oauth2": path}))
    base = path.rstrip("/").replace("$host", "localhost")
    said = json.loads(server.get("/.well-known/openid-configuration").body)
    # OpenID Connect Discovery §4.1, RFC 8414 §3.
    for end in ("openid-configuration", "oauth-authorization-server"):
        place = urllib.parse.urlsplit(f"{said['issuer']}/.well-known/{end}")
        assert place.path == f"/.well-known/{end}"
        assert json.loads(server.get(place.path).body) == said
    ends = ("_endpoint", "_uri")
    paths = {name: urllib.parse.urlsplit(url).path for name, url in said.items() if name.endswith(ends)}
    assert len(paths) >= 7
    for place in paths.values():
        assert place.startswith(f"{base}/") and "//" not in place
        assert server.get(place).status != 404
    monkeypatch.setattr(oauth, "REGISTER", paths["registration_endpoint"])
    monkeypatch.setattr(authorization, "AUTHORIZE", paths["authorization_endpoint"])
    monkeypatch.setattr(authorization, "TOKEN", paths["token_endpoint"])
    client, user = register(server, app()), new_user(server)
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    tokens = content(flow.redeem(code))
    assert oauth.claims_of(tokens["id_token"])["iss"] == said["issuer"]
    assert content(refresh(client, tokens["refresh_token"]))["token_type"] == "bearer"
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert json.loads(server.get(paths["userinfo_endpoint"], headers=headers).body)["sub"]


# OpenID Connect Core §3.1.2.1: "Authorization Servers MUST support the use of the HTTP GET and POST methods"


@pytest.mark.parametrize("site", ["cross-site", "same-origin", None])
def test_a_request_in_the_body(server, client, user, site):
    flow = begin(client, scope=ALL_SCOPES, state="a b&c=d+e\u00e9")
    headers = {"Sec-Fetch-Site": site, "Origin": "https://app.example.com"} if site else {}
    answer = post_form(server, AUTHORIZE, flow.parameters, headers)
    assert answer.status == 303
    place = urllib.parse.urlsplit(answer.headers["location"])
    assert place.path == AUTHORIZE
    assert dict(urllib.parse.parse_qsl(place.query, strict_parsing=True)) == flow.parameters
    flow.raw_query = place.query
    assert flow.redeem(flow.code(user)).status == 200


def test_a_request_in_the_body_that_is_wrong(server, client):
    """It is told so as in the address, and nobody is sent where the client has not registered."""
    flow = begin(client, redirect_uri="https://evil.example/")
    answer = post_form(server, AUTHORIZE, flow.parameters)
    assert answer.status == 303 and urllib.parse.urlsplit(answer.headers["location"]).path == AUTHORIZE
    flow.raw_query = urllib.parse.urlsplit(answer.headers["location"]).query
    assert flow.open().status == 400
