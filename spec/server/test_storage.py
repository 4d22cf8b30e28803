"""The whole way with each storage that an operator may have configured."""

import pytest

import xmpp
from postgres import Postgres
from registration import PASSWORD, confirm, is_success, join, options, person, probe, register, token_for


# For all tests of this file, so that it is the last to end: servers use it until they end.
@pytest.fixture(scope="module", autouse=True)
def postgres():
    server = Postgres().start()
    yield server
    server.stop()


def in_files(_):
    return {"storage": "internal"}


def in_sqlite(_):
    return {"storage": "sql", "sql": {"driver": "SQLite3", "database": "spec.sqlite"}}


def in_postgres(request):
    return {"storage": "sql", "sql": request.getfixturevalue("postgres").options()}


def in_memory(_):
    return {"storage": "memory"}


LASTING = [in_files, in_sqlite, in_postgres]


@pytest.fixture(scope="module", params=[*LASTING, in_memory], ids=lambda storage: storage.__name__)
def server(request, start_server):
    return start_server(options(**request.param(request)))


@pytest.fixture(scope="module", params=LASTING, ids=lambda storage: storage.__name__)
def lasting_server(request, start_server):
    return start_server(options(**request.param(request)), hosts={"other.localhost": {}})


def test_somebody_registers_confirms_and_logs_in(server):
    fields = person()
    token = token_for(server, fields)
    assert register(server, fields).status == 401
    assert register(server, person(mail=fields["mail"])).status == 409
    assert is_success(confirm(server, token))
    assert not is_success(confirm(server, token))
    assert register(server, fields).status == 409
    xmpp.log_in(server, fields["username"], PASSWORD)


def test_a_deleted_account_frees_name_and_mail_address(server):
    fields = join(server)
    assert probe(server, "delete_user", username=fields["username"])["ok"]
    join(server, fields)


def test_reloading_the_module_keeps_what_waits(server):
    fields = person()
    token = token_for(server, fields)
    server.reload("register_json")
    assert register(server, fields).status == 401
    assert is_success(confirm(server, token))


def test_a_restart_keeps_everything(lasting_server):
    server = lasting_server
    waits, has_account = person(), join(server)
    token = token_for(server, waits)
    server.restart()
    assert register(server, waits).status == 401
    assert register(server, has_account).status == 409
    assert register(server, person(mail=has_account["mail"])).status == 409
    assert is_success(confirm(server, token))
    xmpp.log_in(server, waits["username"], PASSWORD)
    xmpp.log_in(server, has_account["username"], PASSWORD)


def test_a_kill_loses_nothing(lasting_server):
    server = lasting_server
    token = token_for(server)
    server.kill()
    server.start()
    assert is_success(confirm(server, token))


def test_hosts_that_share_a_database_share_nothing_else(lasting_server):
    server = lasting_server
    fields = person()
    token = token_for(server, fields)
    assert not is_success(confirm(server, token, host="other.localhost"))
    join(server, fields, host="other.localhost")
    assert is_success(confirm(server, token))


def test_names_and_addresses_beyond_ascii_are_kept(lasting_server):
    server = lasting_server
    fields = person(username="j\u00f6rg-\u674e", mail="j\u00f6rg@b\u00fccher.example")
    token = token_for(server, fields)
    server.restart()
    assert register(server, fields).status == 401
    assert is_success(confirm(server, token))
    assert register(server, person(mail="J\u00d6RG@xn--bcher-kva.example")).status == 409


def test_postgres_holds_nothing_readable(start_server, postgres):
    server = start_server(options(storage="sql", sql=postgres.options()))
    fields = person(username="adventurer", password="Plughword-7f3kq9", mail="quillfeather@mail.example")
    token = token_for(server, fields)
    for moment in ("waiting", "confirmed"):
        everything = postgres.dump()
        assert fields["username"] in everything, moment
        for secret in (fields["password"], "quillfeather", token):
            assert secret not in everything, moment
        confirm(server, token)
