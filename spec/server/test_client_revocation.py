"""mod_http_oauth2: clients that are nobody any more, and what users had granted to them."""

import re

import pytest

import invitations
from oauth import (
    Registered,
    assert_unauthorized,
    community_id,
    community_payload,
    content,
    grant,
    hash_of,
    is_token_good,
    known_to_operators,
    options,
    public,
    register,
    revocation_file,
    shell,
    stored_files,
    token_of,
    wait_until_gone,
    web,
)
from prosody import wait_until
from registration import new_name, probe

# Registered on 2023-11-14T22:13:20Z with the community module.
OLD = community_id(community_payload(software_id="old-software"))
OTHER = community_id(
    community_payload(client_uri="https://other.example/", redirect_uris=["https://other.example/x"])
)
UNTIDY = community_id(community_payload(client_uri="https://app.example.com/a/../b"))
SECOND = 1700000000

# What the configuration says, and whether OLD and OTHER are then known.
CONFIGURED = {
    "nothing": ([], True, True),
    "hash": ([hash_of(OLD)], False, True),
    "hash-alone": (hash_of(OLD), False, True),
    "id": ([OLD], False, True),
    "software": (["old-software"], False, True),
    "several": (["unknown", hash_of(OTHER), "old-software"], False, False),
    "no-match": (["old-software2", "old", "Old-software", hash_of("x"), OLD + "A"], True, True),
    "table-hash": ([{"client_hash": hash_of(OLD)}], False, True),
    "table-id": ([{"client_id": OLD}], False, True),
    "table-software": ([{"software_id": "old-software"}], False, True),
    "table-alone": ({"software_id": "old-software"}, False, True),
    "before-all": ([{"issued_before": "2023-11-15"}], False, False),
    "before-none": ([{"issued_before": "2023-11-14"}], True, True),
    "before-second": ([{"issued_before": "2023-11-14T22:13:20Z"}], True, True),
    "after-second": ([{"issued_before": "2023-11-14T22:13:21Z"}], False, False),
    "with-offset": ([{"issued_before": "2023-11-15T00:13:21+02:00"}], False, False),
    "before-offset": ([{"issued_before": "2023-11-15T00:13:20+02:00"}], True, True),
    "number": ([{"issued_before": SECOND + 1}], False, False),
    "part-of-a-second": ([{"issued_before": "2023-11-14T22:13:21.5Z"}], False, False),
    "number-same": ([{"issued_before": SECOND}], True, True),
    "of-host": ([{"issued_before": "2024-01-01", "host": "app.example.com"}], False, True),
    "of-other": ([{"issued_before": "2024-01-01", "host": "other.example"}], True, False),
    "of-nobody": ([{"issued_before": "2024-01-01", "host": "example.com"}], True, True),
    "of-hosts": (
        [{"issued_before": "2024-01-01", "host": host} for host in ("app.example.com", "other.example")],
        False,
        False,
    ),
    "two-times": ([{"issued_before": "2024-01-01"}, {"issued_before": "2020-01-01"}], False, False),
}


def host_of(name):
    return f"{name}.localhost"


@pytest.fixture(scope="module")
def server(start_server):
    """Its clients are revoked one by one; the hosts have them revoked from the start."""
    hosts = {host_of(name): {"oauth2_revoked_clients": entries} for name, (entries, *_) in CONFIGURED.items()}
    return start_server(options(), hosts)


def old_client(server, client_id, host="localhost"):
    said = {"client_id": client_id, "registration_access_token": token_of(client_id, host=host)}
    return Registered(server, host, said)


@pytest.fixture
def user(server):
    username = new_name("user")
    assert probe(server, "create_user", username=username, password="secret")["ok"]
    return username


def stored(server):
    file = revocation_file(server)
    return file.read_text() if file.exists() else ""


# In the configuration


@pytest.mark.parametrize("name", CONFIGURED)
def test_revoked_in_the_configuration(server, name):
    _, *expected = CONFIGURED[name]
    assert [old_client(server, client_id, host_of(name)).is_known() for client_id in (OLD, OTHER)] == expected
    # Who registers now has nothing to do with it.
    assert register(server, host=host_of(name)).is_known()


def test_the_configuration_is_not_copied_into_the_store(server):
    for name in CONFIGURED:
        assert not revocation_file(server, host_of(name)).exists()


def test_a_website_is_known_by_its_host_however_its_address_is_written(server):
    assert not old_client(server, UNTIDY, host_of("of-host")).is_known()
    assert old_client(server, UNTIDY, host_of("of-other")).is_known()


def test_a_software_cannot_register_anew(server):
    client = register(server, web(software_id="old-software"), host=host_of("software"))
    assert_unauthorized(client.ask(), host=host_of("software"))


def test_every_way_to_use_a_revoked_client_is_closed(server):
    client = old_client(server, OLD, host_of("hash"))
    metadata = {**web(), "client_id": OLD}
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, metadata), host=client.host)
    assert "revoked" in known_to_operators(server, OLD, client.host)[1]


# prosodyctl shell


@pytest.mark.parametrize(
    "name_it", [lambda client: client.id, lambda client: client.hash], ids=["id", "hash"]
)
@pytest.mark.parametrize("make", [web, public])
def test_revoking_a_client(server, make, name_it):
    client, other = register(server, make()), register(server, make())
    printed = shell(server, "revoke_client", name_it(client))
    assert "OK" in printed and client.hash in printed
    assert_unauthorized(client.ask())
    assert other.is_known()
    assert "revoked" in known_to_operators(server, client.id)[1]
    assert client.hash in shell(server, "revocations")


def test_revoking_a_software(server):
    clients = [register(server, web(software_id=each)) for each in ("tool", "tool", "tool2", "Tool")] + [
        register(server)
    ]
    assert "OK" in shell(server, "revoke_client", "tool")
    assert [client.is_known() for client in clients] == [False, False, True, True, True]
    assert "OK" in shell(server, "restore", "tool")
    assert all(client.is_known() for client in clients)


@pytest.mark.parametrize("software", ["com.example.tool", "a" * 42, "a.b.c", "4NRB1-0XZABZI9E6-5SM3R"])
def test_a_software_that_looks_like_something_else(server, software):
    client = register(server, web(software_id=software))
    assert "software_id" in shell(server, "revoke_client", software)
    assert not client.is_known()


def test_revoking_what_is_unknown_here_hurts_nobody(server):
    client = register(server)
    for named in ("unknown", hash_of("unknown"), OLD + "A"):
        assert "OK" in shell(server, "revoke_client", named)
    assert client.is_known()


def test_restoring_a_client(server):
    client = register(server)
    for named in (client.id, client.hash):
        shell(server, "revoke_client", named)
        assert not client.is_known()
        assert "OK" in shell(server, "restore", named)
        assert client.is_known()
        assert client.hash not in shell(server, "revocations") and client.hash not in stored(server)


def test_restoring_a_client_that_deleted_itself(server):
    client = register(server)
    assert client.ask("DELETE").status == 204
    assert "OK" in shell(server, "restore", client.hash)
    assert content(client.ask()) == client.said


def test_restoring_what_is_not_revoked(server):
    client = register(server)
    for named in (client.id, "never-revoked", "issued_before", "issued_before:app.example.com"):
        assert "OK" not in shell(server, "restore", named)
    assert client.is_known()


def test_what_the_configuration_revokes_is_not_restored(server):
    host = host_of("hash")
    client = old_client(server, OLD, host)
    assert "OK" not in shell(server, "restore", hash_of(OLD), host=host)
    assert not client.is_known()
    # Also not if a command has revoked it once more.
    shell(server, "revoke_client", hash_of(OLD), host=host)
    shell(server, "restore", hash_of(OLD), host=host)
    assert not client.is_known()


def test_what_the_configuration_revokes_by_time_is_not_restored(server):
    host = host_of("after-second")
    client = old_client(server, OLD, host)
    shell(server, "revoke_issued_before", "2024-01-01", host=host)
    shell(server, "restore", "issued_before", host=host)
    assert not client.is_known()


def test_the_list_of_revocations(server):
    host = host_of("nothing")
    deleted, updated, revoked = (register(server, host=host) for _ in range(3))
    assert "0 revocations" in shell(server, "revocations", host=host)
    deleted.ask("DELETE")
    updated.replace()
    shell(server, "revoke_client", revoked.hash, host=host)
    shell(server, "revoke_client", "some-software", host=host)
    shell(server, "revoke_issued_before", "2020-02-29", "app.example.com", host=host)
    printed = shell(server, "revocations", host=host)
    rows = [[cell.strip() for cell in line.split("|")] for line in printed.strip().split("\n")[1:-1]]
    assert sorted((kind, name, by) for kind, name, _, by, _ in rows) == sorted(
        [
            ("client_hash", deleted.hash, "client"),
            ("client_hash", updated.hash, "client"),
            ("client_hash", revoked.hash, "shell"),
            ("software_id", "some-software", "shell"),
            ("issued_before", "app.example.com", "shell"),
        ]
    )
    assert [row[4] for row in rows if row[0] == "issued_before"] == ["2020-02-29T00:00:00Z"]
    assert all(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", row[2]) for row in rows)
    assert "5 revocations" in printed


def test_a_revocation_is_of_one_host(server):
    hosts = ["localhost", host_of("nothing")]
    clients = [old_client(server, UNTIDY, host) for host in hosts]
    shell(server, "revoke_client", hash_of(UNTIDY))
    assert [client.is_known() for client in clients] == [False, True]
    shell(server, "restore", hash_of(UNTIDY))
    assert [client.is_known() for client in clients] == [True, True]


# By time, in a server of its own: it concerns all clients


@pytest.fixture
def timed(start_server):
    server = start_server(options())
    server.old, server.other = old_client(server, OLD), old_client(server, OTHER)
    return server


def known(server):
    return [client.is_known() for client in (server.old, server.other)]


def test_revoking_what_was_issued_before(timed):
    new = register(timed)
    assert "OK" in shell(timed, "revoke_issued_before", "2023-11-14")
    assert known(timed) == [True, True]
    assert "OK" in shell(timed, "revoke_issued_before", "2023-11-14T22:13:21Z")
    assert known(timed) == [False, False] and new.is_known()
    assert "OK" in shell(timed, "restore", "issued_before")
    assert known(timed) == [True, True]
    assert "OK" in shell(timed, "revoke_issued_before", "2026-01-31", "other.example")
    assert known(timed) == [True, False]
    assert "OK" in shell(timed, "revoke_issued_before", "2099-01-01", "app.example.com")
    assert known(timed) == [False, False] and not new.is_known()
    assert "OK" in shell(timed, "restore", "issued_before:other.example")
    assert known(timed) == [False, True]
    assert "OK" in shell(timed, "restore", "issued_before:app.example.com")
    assert known(timed) == [True, True] and new.is_known()


@pytest.mark.parametrize("second", ["2020-01-01", "2030-01-01"])
def test_of_two_times_the_same_counts_after_a_restart(timed, second):
    shell(timed, "revoke_issued_before", "2024-01-01")
    assert known(timed) == [False, False]
    shell(timed, "revoke_issued_before", second)
    before = known(timed)
    timed.restart()
    assert known(timed) == before


@pytest.mark.parametrize(
    "time",
    [
        "yesterday",
        "2026-1-31",
        "31.01.2026",
        "2026-01-31T12:00",
        "-",
        "0x",
        "nan",
        "1e400",
        "-1e400",
        "2026-01-31T12:00:00.5Z",
        "1.5",
        "99999999999999999999",
    ],
)
def test_a_time_that_is_none_and_one_that_is_not_whole(timed, time):
    """What cannot be understood is refused, and whatever is accepted does not break the next start."""
    printed = shell(timed, "revoke_issued_before", time, "nobody.example")
    assert not re.search(r"traceback|\.lua:|runtime error|attempt to", printed), printed
    assert "OK" in printed or "Error" in printed
    timed.reload("http_oauth2")
    assert known(timed) == [True, True]
    register(timed)


def test_revocations_outlive_a_restart(timed):
    client, software, updated = register(timed), register(timed, web(software_id="tool")), register(timed)
    shell(timed, "revoke_client", client.id)
    shell(timed, "revoke_client", "tool")
    new = Registered(timed, "localhost", content(updated.replace()))
    shell(timed, "revoke_issued_before", "2024-01-01", "other.example")
    for again in (lambda: timed.reload("http_oauth2"), timed.restart):
        again()
        assert known(timed) == [True, False]
        assert [each.is_known() for each in (client, software, updated, new)] == [False, False, False, True]
    for named in (client.hash, "tool", updated.hash, "issued_before:other.example"):
        assert "OK" in shell(timed, "restore", named)
    timed.restart()
    assert known(timed) == [True, True]
    assert all(each.is_known() for each in (client, software, updated, new))


def test_only_revocations_are_stored(start_server):
    server = start_server(options())
    before = set(stored_files(server))
    clients = [register(server) for _ in range(50)]
    assert all(client.is_known() for client in clients)
    assert set(stored_files(server)) == before and not revocation_file(server).exists()
    assert clients[0].ask("DELETE").status == 204
    clients[1].replace()
    assert set(stored_files(server)) - before == {"localhost/oauth2_revoked_clients.dat"}
    text = stored(server)
    assert clients[0].hash in text and clients[1].hash in text
    for client in clients[:2]:
        for secret in (client.id, client.secret, client.token, client.said["client_name"]):
            assert secret not in text
    assert all(client.hash not in text for client in clients[2:])


def test_a_store_that_cannot_be_read_lets_nobody_in(start_server):
    server = start_server(options())
    client = register(server)
    assert client.ask("DELETE").status == 204
    server.stop()
    revocation_file(server).write_text("this is no Lua")
    server.expected_errors.append("oauth2_revoked_clients|http_oauth2|datamanager|storage")
    server.start()
    for method in ("GET", "PUT", "DELETE"):
        assert client.ask(method, client.update()).status in (401, 404, 405, 500, 503)


# Grants


def test_what_users_have_granted_is_listed(server, user):
    client, other = register(server), register(server)
    other_user = new_name("user")
    assert probe(server, "create_user", username=other_user, password="secret")["ok"]
    for username, which in [(user, client), (user, client), (other_user, client), (user, other)]:
        grant(server, username, which.hash, name="Listed app", software_id="listed")
    rows = [
        [cell.strip() for cell in line.split("|")]
        for line in shell(server, "clients").split("\n")
        if line.startswith((client.hash, other.hash))
    ]
    assert sorted(rows) == sorted(
        [
            [client.hash, "3", "2", "Listed app", "https://app.example.com/", "listed"],
            [other.hash, "1", "1", "Listed app", "https://app.example.com/", "listed"],
        ]
    )
    for named, times in [(client.hash, 3), (client.id, 3), (other.hash, 1), ("listed", 4), ("unlisted", 0)]:
        printed = shell(server, "grants", named)
        lines = [line for line in printed.split("\n") if line.startswith((user, other_user))]
        assert len(lines) == times, printed
        assert all("xmpp" in line for line in lines)


@pytest.mark.parametrize(
    "name_it", [lambda client: client.id, lambda client: client.hash], ids=["id", "hash"]
)
def test_revoking_a_client_ends_what_was_granted_to_it(server, user, name_it):
    client, other = register(server), register(server)
    tokens = [grant(server, user, client.hash) for _ in range(2)]
    others = grant(server, user, other.hash)
    assert "2 grants" in shell(server, "revoke_client", name_it(client))
    assert [is_token_good(server, token) for token in [*tokens, others]] == [False, False, True]
    assert client.hash not in shell(server, "clients") and other.hash in shell(server, "clients")


def test_revoking_a_software_ends_what_was_granted_to_it(server, user):
    clients = [register(server, web(software_id="ending")) for _ in range(2)]
    tokens = [grant(server, user, client.hash, software_id="ending") for client in clients]
    other = grant(server, user, register(server).hash, software_id="ending2")
    assert "2 grants" in shell(server, "revoke_client", "ending")
    assert [is_token_good(server, token) for token in [*tokens, other]] == [False, False, True]


def test_a_client_that_deletes_itself_loses_what_was_granted_to_it(server, user):
    client, other = register(server), register(server)
    tokens, others = [grant(server, user, client.hash) for _ in range(2)], grant(server, user, other.hash)
    assert client.ask("DELETE").status == 204
    for token in tokens:
        wait_until_gone(server, token)
    assert is_token_good(server, others)


def test_an_update_ends_what_was_granted_to_the_old_client(server, user):
    client, other = register(server), register(server)
    token, others = grant(server, user, client.hash), grant(server, user, other.hash)
    assert content(client.replace())["client_id"] != client.id
    wait_until_gone(server, token)
    assert is_token_good(server, others)


def test_restoring_does_not_bring_grants_back(server, user):
    client = register(server)
    token = grant(server, user, client.hash)
    shell(server, "revoke_client", client.hash)
    shell(server, "restore", client.hash)
    assert client.is_known() and not is_token_good(server, token)


def test_grants_of_no_client_are_left_alone(server, user):
    tokens = 'prosody.hosts["localhost"].modules.tokenauth'
    jid = f"{user}@localhost"
    make = f'{tokens}.create_token("{jid}", {tokens}.create_grant("{jid}", "{jid}", nil, nil), nil, 3600)'
    token = invitations.evaluate(server, f"({make})")
    assert token.startswith("secret-token:")
    client = register(server)
    assert "0 grants" in shell(server, "revoke_client", client.hash)
    assert client.hash not in shell(server, "clients")
    assert is_token_good(server, token)


def test_grants_of_many_users(server):
    """More than are looked through in one go."""
    client = register(server)
    names = [new_name("one-of-many") for _ in range(45)]
    jids = ", ".join(f'"{name}@localhost"' for name in names)
    invitations.execute(
        server,
        f'local tokens = prosody.hosts["localhost"].modules.tokenauth; for _, jid in ipairs({{ {jids} }}) do '
        f'tokens.create_grant(jid, jid, nil, {{ oauth2_client = {{ hash = "{client.hash}" }} }}) end',
    )
    printed = shell(server, "clients")
    row = next(line for line in printed.split("\n") if line.startswith(client.hash))
    assert [cell.strip() for cell in row.split("|")][1:3] == ["45", "45"]
    assert client.ask("DELETE").status == 204
    wait_until(lambda: client.hash not in shell(server, "clients"), lambda: shell(server, "clients"))


# Commands that are called wrongly


@pytest.mark.parametrize(
    "command",
    ["clients", "grants", "show_client", "revoke_client", "revoke_issued_before", "revocations", "restore"],
)
def test_commands_explain_themselves(server, command):
    for host, complaint in [("nowhere.example", "nowhere.example"), ("", "host")]:
        printed = server.shell(f"oauth2 {command} {host}".strip())
        assert complaint in printed and "OK" not in printed
        assert "traceback" not in printed
    assert command in server.shell("help oauth2")


@pytest.mark.parametrize(
    "command", ["grants", "show_client", "revoke_client", "revoke_issued_before", "restore"]
)
def test_a_command_without_its_argument(server, command):
    printed = shell(server, command)
    assert "OK" not in printed
    assert not re.search(r"traceback|\.lua:|runtime error|attempt to|bad argument", printed), printed
