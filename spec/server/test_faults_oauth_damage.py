"""mod_http_oauth2: records that somebody has damaged in a store. Each costs itself only, and no job of the server."""

import re
import sqlite3
import time

import pytest

import lua
from api import store_of
from authorization import (
    app,
    assert_error,
    code_for,
    new_user,
    refresh,
    tokens_for,
)
from devices import wait
from endpoints import grant_id, options
from invitations import execute
from oauth import LEFT_OUT, content, device, register, shell
from prosody import wait_until
from test_oauth_faults import (
    DAMAGED_GRANTS,
    assert_jobs_go_on,
    can_log_in,
    damage,
    grants_of,
    store_path,
    stored_grant,
    userinfo,
    write_record,
)
from test_openid import verified
from test_token import ComponentServer, ask_password

# In the place of all that somebody has granted.
DAMAGED_USERS = {"a number": 5, "a text": "x", "true": True, "a list": {1: 5, 2: "x"}, "other keys": {5: {"id": 5}}}

LOG = "Of the damaged grants of"

# Jobs are looked at ten times a second, and done if they are due.
JOBS = {"cron_initial_delay": 1, "cron_check_delay": 0.1}


@pytest.fixture(scope="module")
def server(start_server):
    server = start_server(options(**JOBS))
    server.expected_errors += ["could not be read", "is damaged", "Failed to load", "Unable to load"]
    return server


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


def night(server):
    """Whatever is done daily is done."""
    assert_jobs_go_on(server)


def expired_grant(username, client):
    """What mod_tokenauth removes at night."""
    return {**stored_grant(username, client), "created": 1700000000, "expires": 1700000001}


def test_mod_tokenauth_looks_through_all_grants(server, client, fault_table):
    """An error would end that, and all jobs of the server with it."""
    ends = {new_user(server): None for _ in range(5)}
    for user in ends:
        write_record(server, {"grant0": expired_grant(user, client)}, "auth_tokens", user)
    damaged = {new_user(server): name for name in DAMAGED_GRANTS}
    tokens = {user: tokens_for(client, user) for user in damaged}
    for user, name in damaged.items():
        damage(server, user, client, name)
    for record in DAMAGED_USERS.values():
        write_record(server, record, "auth_tokens", new_user(server))
    night(server)
    assert not any(grants_of(server, user) for user in ends)
    for user, each in tokens.items():
        assert refresh(client, each["refresh_token"]).status == 200, damaged[user]
    # Once is enough: nothing is left to be told of.
    told = server.log().count(LOG)
    assert told >= len(DAMAGED_USERS)
    night(server)
    assert server.log().count(LOG) == told
    fault_table("auth_tokens damaged by hand, in many ways", "the nightly jobs", "go on; what is of no use is removed")


def own_grant(server, user, tokens, change):
    """Changes what is stored of a grant, in Lua."""
    execute(
        server,
        'local store = prosody.hosts.localhost.modules.http_oauth2.module:open_store("auth_tokens", "map"); '
        f'local grant = store:get("{user}", "{grant_id(tokens["access_token"])}"); {change}; '
        f'store:set("{user}", "{grant_id(tokens["access_token"])}", grant)',
    )


REPAIRED = {
    "no accessed": "grant.accessed = nil",
    "accessed as a text": 'grant.accessed = "soon"',
    "no id": "grant.id = nil",
    "another id": 'grant.id = "another"',
    "a token as a number": 'grant.tokens["sha256:x"] = 5',
    "a token without a name": "grant.tokens = grant.tokens; grant.tokens[5] = { created = 5, expires = 6 }",
    "a token that expires some day": 'grant.tokens["sha256:x"] = { created = 5, expires = "soon" }',
}


def test_what_can_be_repaired_is(server, client):
    users = {name: new_user(server) for name in REPAIRED}
    tokens = {name: tokens_for(client, user) for name, user in users.items()}
    for name, user in users.items():
        own_grant(server, user, tokens[name], REPAIRED[name])
    night(server)
    for name, each in tokens.items():
        again = content(refresh(client, each["refresh_token"]))
        assert userinfo(server, again["access_token"]).status == 200, name
        # It can be revoked, too.
        assert "OK: " in shell(server, "revoke_grant", users[name], grant_id(each["access_token"]))
        assert_error(refresh(client, again["refresh_token"]), "invalid_grant")


def test_a_grant_under_another_name_is_of_no_use(server, client):
    """Nobody could revoke it."""
    user = new_user(server)
    tokens = tokens_for(client, user)
    own_grant(server, user, tokens, REPAIRED["another id"])
    assert userinfo(server, tokens["access_token"]).status == 401
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")
    assert_listed_as_damaged(server, user, grant_id(tokens["access_token"]))


def assert_listed_as_damaged(server, user, grant):
    """Prosody may let somebody log in with it, so the operator can see and end it."""
    (line,) = [line for line in shell(server, "user_grants", user).split("\n") if grant in line]
    assert "(damaged)" in line
    assert "OK: " in shell(server, "revoke_grant", user, grant)
    assert not grants_of(server, user)


def test_what_only_prosody_can_read_can_be_revoked(server, client):
    user = new_user(server)
    tokens = tokens_for(client, user)
    own_grant(server, user, tokens, 'grant.data = "x"')
    assert userinfo(server, tokens["access_token"]).status == 401
    assert can_log_in(server, tokens["access_token"])
    assert_listed_as_damaged(server, user, grant_id(tokens["access_token"]))
    assert not can_log_in(server, tokens["access_token"])


@pytest.mark.parametrize("name", DAMAGED_USERS)
def test_somebody_whose_grants_are_damaged_as_a_whole(server, client, name):
    """What cannot be stored is said so, until the night."""
    user, other = new_user(server), new_user(server)
    write_record(server, DAMAGED_USERS[name], "auth_tokens", user)
    code, flow = code_for(client, user)
    answer = flow.redeem(code)
    if answer.status != 200:
        assert_error(answer, "server_error", 500)
    assert tokens_for(client, other)
    for command in [("user_grants", user), ("grants", client.hash), ("clients",)]:
        assert "OK: " in shell(server, *command)
    night(server)
    code, flow = code_for(client, user)
    assert flow.redeem(code).status == 200


GARBAGE = b"return { [\"grant"


def test_a_file_that_cannot_be_read_is_left_alone(server, client):
    """There may be a backup of it."""
    user, other = new_user(server), new_user(server)
    tokens = tokens_for(client, other)
    path = write_record(server, {}, "auth_tokens", user)
    path.write_bytes(GARBAGE)
    code, flow = code_for(client, user)
    assert_error(flow.redeem(code), "server_error", 500)
    night(server)
    assert path.read_bytes() == GARBAGE
    assert refresh(client, tokens["refresh_token"]).status == 200
    assert "OK: " in shell(server, "clients")
    path.unlink()
    assert tokens_for(client, user)


def test_whose_grants_cannot_be_read_keeps_nobody_elses_from_ending(server):
    """Those to a client that is revoked. What could not be looked at is tried again, and nobody waits for that."""
    damaged = new_user(server)
    path = write_record(server, {}, "auth_tokens", damaged)
    path.write_bytes(GARBAGE)
    told = f"The grants of {damaged} could not be read"
    try:
        client, user = register(server, app()), new_user(server)
        tokens_for(client, user)
        printed = shell(server, "revoke_client", client.hash)
        assert "ended 1 grant; not all could be" in printed and not grants_of(server, user)
        # A second later it is tried again, and then in ten seconds.
        wait_until(lambda: server.log().count(told) == 2, server.story)
        client, user = register(server, app()), new_user(server)
        tokens_for(client, user)
        assert client.ask("DELETE").status == 204
        asked = time.monotonic()
        wait_until(lambda: not grants_of(server, user), server.story)
        assert time.monotonic() - asked < 6
    finally:
        path.unlink()


def test_the_job_of_mod_tokenauth_is_guarded_once(server, client):
    """However often a module is reloaded."""
    for module in ("http_oauth2", "tokenauth", "http_oauth2"):
        server.reload(module)
    damage(server, new_user(server), client, "tokens as a text")
    told = server.log().count(LOG)
    night(server)
    assert server.log().count(LOG) == told + 1
    server.shell("module unload http_oauth2 localhost")
    run = 'for _, task in ipairs(prosody.hosts.localhost.modules.tokenauth.module.items.task) do task:run(0) end'
    damage(server, user := new_user(server), client, "no created")
    execute(server, run)
    assert server.log().count(LOG) == told + 1
    assert "OK" in server.shell("module load http_oauth2 localhost")
    execute(server, run)
    assert grants_of(server, user)


def files_of(server, store):
    return set(store_path(server, store, "x").parent.glob("*.dat"))


def test_codes_whose_files_cannot_be_read(server, client):
    """It is not known whether they are good, and others go on."""
    before = files_of(server, "oauth2_used_codes") | files_of(server, "oauth2_device_codes")
    user = new_user(server)
    code, flow = code_for(client, user)
    assert flow.redeem(code).status == 200
    waiting = wait(register(server, device()))
    damaged = (files_of(server, "oauth2_used_codes") | files_of(server, "oauth2_device_codes")) - before
    assert len(damaged) == 2
    for path in damaged:
        path.write_bytes(GARBAGE)
    assert_error(flow.redeem(code), "server_error", 500)
    assert_error(waiting.poll(), "server_error", 500)
    assert waiting.visit().status == 500
    assert tokens_for(client, new_user(server)) and wait(waiting.client).tokens(user)


@pytest.mark.parametrize("store", ["oauth2_signing_keys", "oauth2_host_secret", "oauth2_revoked_clients"])
@pytest.mark.parametrize("content_of_file", [GARBAGE, b"return 5;"])
def test_what_a_host_cannot_do_without(start_server, store, content_of_file):
    """Without its keys, what was signed could not be verified; without its secret, nobody could go on logging in; without
    the revocations, clients would come back."""
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    gone = register(server, app())
    assert gone.ask("DELETE").status == 204
    tokens = tokens_for(client, user)
    server.stop()
    path = store_path(server, store)
    backup = path.read_bytes()
    path.write_bytes(content_of_file)
    server.expected_errors += ["could not be read", "Failed to load", "Error initializing module 'http_oauth2'"]
    server.start()
    if store != "oauth2_revoked_clients" and content_of_file != GARBAGE:
        assert verified(server, tokens_for(client, user)["id_token"])  # there is nothing that could come back
        return
    assert server.get("/oauth2/jwks").status == 404
    assert re.search(r"The (signing keys|secret of this host|revoked clients) could not be read", server.log())
    server.stop()
    path.write_bytes(backup)
    server.start()
    assert verified(server, tokens["id_token"]) and not gone.is_known()
    assert refresh(client, tokens["refresh_token"]).status == 200


def test_a_component_forgets_what_is_damaged(tree, tmp_path_factory):
    host = "component.localhost"
    folder = tmp_path_factory.mktemp("component")
    server = ComponentServer(folder, tree, options(component_ports=[], **JOBS)).start()
    try:
        metadata = app(grant_types=["password"], response_types=[], redirect_uris=LEFT_OUT)
        client = register(server, metadata, host)
        damaged = {f"user{n}": grant for n, grant in enumerate([5, "x", {"tokens": 5}, {"tokens": {"x": 5}}])}
        folder = store_of(server, host) / "oauth2_tokens"
        for username, grant in damaged.items():
            assert ask_password(client, f"{username}@{host}", ComponentServer.SECRET).status == 200
            path = folder / f"{username}.dat"
            path.write_text(f"return {lua.literal({'grant0': grant})};")
        (folder / "user9.dat").write_text("return 5;")
        night(server)
        assert {path.name for path in folder.glob("*.dat")} == {"user9.dat"}
        assert ask_password(client, f"user0@{host}", ComponentServer.SECRET).status == 200
    finally:
        server.stop()
    assert not server.unexpected_errors()


def test_a_damaged_row_in_a_database(start_server):
    sql = {"driver": "SQLite3", "database": "spec.sqlite"}
    server = start_server(options(storage="sql", sql=sql, **JOBS))
    server.expected_errors += ["Unable to read", "SQL transaction", "could not be read"]
    client, user, other = register(server, app()), new_user(server), new_user(server)
    tokens, others, again = tokens_for(client, user), tokens_for(client, other), tokens_for(client, user)
    with sqlite3.connect(server.data / "spec.sqlite") as database:
        changed = database.execute(
            "UPDATE prosody SET value = substr(value, 9) WHERE store = 'auth_tokens' AND key = ?",
            [grant_id(again["access_token"])],
        )
        assert changed.rowcount == 1
    night(server)
    assert_error(refresh(client, again["refresh_token"]), "server_error", 500)
    for each in (tokens, others):
        assert refresh(client, each["refresh_token"]).status == 200
    assert "OK: " in shell(server, "clients")
    assert "OK: " in shell(server, "revoke_client", client.hash)
    for each in (tokens, others):
        assert userinfo(server, each["access_token"]).status == 401
