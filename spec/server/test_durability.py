"""What happens to registrations and to the server when one of them is interrupted."""

import base64
import hashlib

import pytest

import xmpp
from registration import (
    AUTH_TOKEN,
    BASE,
    PASSWORD,
    VERIFY,
    begin_confirm,
    confirm,
    encode,
    is_success,
    join,
    options,
    person,
    probe,
    register,
    token_for,
)

# Minutes or hours of hashing: who waits for it to end waits too long for any test.
ENDLESS = 4_000_000_000


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options())


def run_again(server):
    server.restart()


def kill_and_run_again(server):
    server.kill()
    server.start()


def reload_the_module(server):
    server.reload("register_json")


def unload_and_load(server):
    assert "OK" in server.shell("module unload register_json localhost")
    assert register(server).status == 404
    assert "OK" in server.shell("module load register_json localhost")


INTERRUPTIONS = [run_again, kill_and_run_again, reload_the_module, unload_and_load]


# Between registration and confirmation


@pytest.mark.parametrize("interrupt", INTERRUPTIONS)
def test_a_registration_is_kept(server, interrupt):
    fields = person()
    token = token_for(server, fields)
    interrupt(server)
    # The name and the mail address are still held …
    assert register(server, fields).status == 401
    assert register(server, person(mail=fields["mail"])).status == 409
    # … and the code still works, once.
    assert is_success(confirm(server, token))
    xmpp.log_in(server, fields["username"], PASSWORD)
    assert not is_success(confirm(server, token))


@pytest.mark.parametrize("interrupt", INTERRUPTIONS)
def test_an_account_and_its_mail_address_are_kept(server, interrupt):
    fields = join(server)
    interrupt(server)
    assert register(server, fields).status == 409
    assert register(server, person(mail=fields["mail"])).status == 409
    xmpp.log_in(server, fields["username"], PASSWORD)


@pytest.mark.parametrize("interrupt", INTERRUPTIONS)
def test_a_registration_expires_all_the_same(start_server, interrupt):
    server = start_server(options(reg_servlet_pending_ttl=1))
    fields = person()
    token = token_for(server, fields)
    interrupt(server)
    # Asking again and again is asking until the second is over.
    while register(server, fields).status == 401:
        pass
    assert not is_success(confirm(server, token))


def test_a_limit_on_registrations_is_forgotten_only_with_the_server(start_server):
    server = start_server(options(reg_servlet_ttime=3600))
    token_for(server, person(ip="192.0.2.7"))
    assert register(server, person(ip="192.0.2.7")).status == 503


# While hashes are under way


@pytest.fixture
def slow_server(start_server):
    """A server whose confirmations do not end, and a registration on it."""
    return start_server(options(default_iteration_count=ENDLESS, frontdoor_workers=2))


def is_busy(page):
    return page.status == 503 and "retry-after" in page.headers


def test_reloading_the_module_answers_who_waits_and_keeps_the_registration(slow_server):
    fields = person()
    token = token_for(slow_server, fields)
    waiting = [begin_confirm(slow_server, token) for _ in range(2)]
    slow_server.reload("register_json")
    assert all(is_busy(request.answer()) for request in waiting)

    # The server and the module go on: a new registration is hashed and stored.
    token_for(slow_server)
    slow_server.options["default_iteration_count"] = 4096
    slow_server.restart()
    assert is_success(confirm(slow_server, token))


def test_unloading_the_module_answers_who_waits(slow_server):
    token = token_for(slow_server)
    waiting = begin_confirm(slow_server, token)
    assert "OK" in slow_server.shell("module unload register_json localhost")
    assert is_busy(waiting.answer())
    assert slow_server.get(VERIFY).status == 404
    assert slow_server.is_running()


def test_registrations_under_way_are_answered_when_the_module_is_reloaded(start_server):
    server = start_server(options(frontdoor_workers=1, default_iteration_count=ENDLESS))
    # The only worker never comes to the hashes of the mail addresses.
    begin_confirm(server, token_for(server))
    people = [person() for _ in range(3)]
    waiting = [begin_register(server, fields) for fields in people]
    server.reload("register_json")
    assert all(is_busy(request.answer()) for request in waiting)
    # They hold nothing.
    assert [register(server, fields).status for fields in people] == [200, 200, 200]


def begin_register(server, fields):
    return server.begin("POST", BASE, encode(fields))


def test_the_server_ends_at_once_while_hashes_are_under_way(slow_server):
    token = token_for(slow_server)
    waiting = [begin_confirm(slow_server, token), begin_confirm(slow_server, token_for(slow_server))]
    # stop() has the patience of a person, not of the hashes.
    assert slow_server.stop() == 0
    assert "Server stopped" in slow_server.log() or "Shutdown complete" in slow_server.log()
    for request in waiting:
        request.abandon()
    slow_server.options["default_iteration_count"] = 4096
    slow_server.start()
    assert is_success(confirm(slow_server, token))


def test_a_kill_while_hashes_are_under_way_loses_nothing(slow_server):
    fields = person()
    token = token_for(slow_server, fields)
    begin_confirm(slow_server, token)
    slow_server.kill()
    slow_server.options["default_iteration_count"] = 4096
    slow_server.start()
    assert is_success(confirm(slow_server, token))
    xmpp.log_in(slow_server, fields["username"], PASSWORD)


def test_reloading_again_and_again_under_load_does_no_harm(start_server):
    server = start_server(options(default_iteration_count=200_000))
    for _ in range(3):
        tokens = [token_for(server) for _ in range(3)]
        waiting = [begin_confirm(server, token) for token in tokens]
        server.reload("register_json")
        pages = [request.answer() for request in waiting]
        assert all(is_success(page) or is_busy(page) for page in pages)
        for token, page in zip(tokens, pages):
            assert is_success(page) or is_success(confirm(server, token))


# Nothing readable is left behind

SECRET_PASSWORD = "Plughword-" + "7f3kq9"
SECRET_MAIL = "quillfeather.grue@xyzzy-mail.example"


def spellings(secret):
    """How a secret could stand in a file."""
    raw = secret.encode()
    prepared = secret.lower().encode()
    yield from (raw, prepared, raw.hex().encode(), raw.hex().upper().encode(), raw[::-1])
    yield base64.b64encode(raw).rstrip(b"=")
    yield base64.urlsafe_b64encode(raw).rstrip(b"=")
    # As Prosody makes a file name of it.
    yield "".join(sign if sign.isalnum() else f"%{ord(sign):02x}" for sign in secret).encode()
    for digest in (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.sha512):
        for text in (raw, prepared):
            yield digest(text).hexdigest().encode()
            yield base64.b64encode(digest(text).digest()).rstrip(b"=")


def places_with(secret, files):
    found = []
    for file in files:
        content = str(file).encode() + file.read_bytes()
        found += [(file, spelling) for spelling in spellings(secret) if spelling in content]
    return found


def files_of(server):
    return [path for path in server.data.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "storage",
    [{}, {"storage": "sql", "sql": {"driver": "SQLite3", "database": "spec.sqlite"}}],
    ids=["files", "SQLite3"],
)
def test_no_password_code_or_mail_address_can_be_read_from_the_store_or_the_log(start_server, storage):
    server = start_server(options(**storage))
    fields = person(username="adventurer", password=SECRET_PASSWORD, mail=SECRET_MAIL)
    token = token_for(server, fields)
    secrets = [
        SECRET_PASSWORD,
        SECRET_MAIL,
        SECRET_MAIL.split("@")[0],
        token,
        token.replace("-", ""),
        AUTH_TOKEN,
    ]

    def assert_no_secret():
        # What is not secret is found, so what is secret would be.
        assert places_with(fields["username"], files_of(server))
        for secret in secrets:
            assert places_with(secret, [*files_of(server), server.log_file, server.output_file]) == []

    assert_no_secret()
    register(server, fields)  # refused: the name waits
    register(server, person(mail=SECRET_MAIL))  # refused: the mail address waits
    register(server, {**fields, "auth_token": "wrong"})  # refused: not the secret
    register(server, {**fields, "username": "b", "ip": "nowhere"})  # refused: no address
    server.get(f"{VERIFY}?uuid={token}")
    assert_no_secret()
    assert is_success(confirm(server, token))
    confirm(server, token)
    register(server, fields)
    assert_no_secret()
    server.restart()
    assert_no_secret()


def test_who_registers_from_where_and_why_not_is_logged(server):
    wrong = person(auth_token="wrong", ip="192.0.2.90")
    register(server, wrong)
    [line] = [line for line in server.log().splitlines() if wrong["username"] in line and "\twarn\t" in line]
    assert "192.0.2.90" in line
    assert "127.0.0.1" in line
    assert "401" in line
    right = join(server, person(ip="192.0.2.91"))
    lines = [line for line in server.log().splitlines() if right["username"] in line and "\tinfo\t" in line]
    assert any("192.0.2.91" in line for line in lines)


def test_nobody_writes_lines_into_the_log(server):
    fields = person(auth_token="wrong", mail="forger@mail.example")
    for forged in (
        "a\nNov 22 10:00:00 forged\terror\tline",
        "a\r\nforged",
        "\u001b[31mforged",
        "a\u0085forged",
    ):
        assert register(server, {**fields, "username": forged}).status == 401
    # Prosody begins a line with a tab where a message has another line.
    beginnings = [line for line in server.log().split("\n") if "forged" in line and not line.startswith("\t")]
    assert [line for line in beginnings if "Registration of" not in line] == []
    assert "\u001b" not in server.log()


def test_nothing_is_left_of_a_confirmed_registration(server):
    before = {path.name for path in (server.data / "localhost" / "register_json_pending").glob("*.dat")}
    fields = join(server)
    after = {path.name for path in (server.data / "localhost" / "register_json_pending").glob("*.dat")}
    assert after == before
    assert probe(server, "account", username=fields["username"])["record"]
