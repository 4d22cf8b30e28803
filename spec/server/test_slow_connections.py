"""Strangers who hold connections open, and bodies, headers and addresses that never end.

How much Prosody takes, and for how long, is up to its options; these are the ones that README recommends.
"""

import asyncio
import resource
import time

import pytest

import authorization
import invitations
import oauth
import registration
import xmpp
from prosody import wait_until
from slow import BODY, IDLE, PATIENCE, Crowd, Endless, allow_files, connect, files_of, memory_of

SLOW = 10_000
MARGIN = 500  # other files of a process

# What README recommends.
BODY_LIMIT = 128 * 1024
LIMITS = {"http_max_content_size": BODY_LIMIT}

# Of Prosody: a header, and how much is read at once.
HEADER_LIMIT = 10 * 1024
READ = 8192
# What the system keeps of a connection on both sides before anybody reads it.
SYSTEM_BUFFERS = 8 * 2**20

PER_CONNECTION = 24 * 1024  # bytes
SLOWEST = 10  # seconds; a server that has time needs a hundredth of it

OWN_LIMIT = 64 * 1024
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
# All that take a body, or do not mind one: what they take, and what they answer to one byte more than they take.
ROUTES = {
    "/oauth2/token": (FORM, 400),
    "/oauth2/introspect": (FORM, 400),
    "/oauth2/revoke": (FORM, 400),
    "/oauth2/userinfo": (FORM, 400),
    "/oauth2/register": (JSON, 413),
    "/oauth2/authorize": (FORM, 400),
    "/oauth2/device": (FORM, 400),
    "/register": (FORM, 413),
    "/register_account/": ("text/plain", 413),
    "/register_account/verify/": (FORM, 413),
    "/register_api/register": (JSON, 413),
    "/invites_api": (FORM, 403),
    "/password_reset/reset": (FORM, 413),
}

MODULES = [
    *invitations.MODULES,
    "invites_register",
    "invites_api",
    "invites_register_api",
    "register_json",
    "password_reset",
    "http_oauth2",
]


def options(folder, **changes):
    log = {"info": str(folder / "prosody.log")}
    return registration.options(**{
        **oauth.OPTIONS, "modules_enabled": MODULES, "allow_registration": True, "log": log, **LIMITS, **changes,
    })


@pytest.fixture(scope="module", autouse=True)
def many_files():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    if not allow_files(SLOW + MARGIN):
        pytest.skip(f"No process here may open {SLOW + MARGIN} files: raise the hard limit (ulimit -Hn)")
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, before)


@pytest.fixture(scope="module")
def start(start_server, tmp_path_factory):
    def start(**changes):
        folder = tmp_path_factory.mktemp("log")
        server = start_server(options(folder, **changes))
        server.log_file = folder / "prosody.log"
        return server

    return start


@pytest.fixture(scope="module")
def server(start):
    return start()


def log_lines(server):
    return len(server.log().splitlines())


# Slow connections


class Pinging:
    """Somebody who is connected and asks the server something all the time, beside what else happens."""

    def __init__(self, server, username):
        self.server, self.username = server, username
        self.slowest, self.count = 0, 0

    async def _ping_on(self, client):
        while True:
            begin = time.monotonic()
            await client.ping()
            self.slowest = max(self.slowest, time.monotonic() - begin)
            self.count += 1
            await asyncio.sleep(0.02)

    async def _visit(self, act):
        async with xmpp.Client(self.server, self.username, registration.PASSWORD) as client:
            pinging = asyncio.ensure_future(self._ping_on(client))
            await asyncio.to_thread(act)
            assert not pinging.done(), pinging
            pinging.cancel()

    def during(self, act):
        asyncio.run(self._visit(act))
        return self


def be_served(server, client):
    """What a normal person and a normal program want; the seconds it took."""
    begin = time.monotonic()
    token = invitations.account_invite(server)
    assert invitations.open_form(server, token).status == 200
    assert invitations.is_success(invitations.submit(server, token, registration.new_name()))
    authorization.assert_error(authorization.refresh(client, "secret-token:x"), "invalid_grant")
    return time.monotonic() - begin


@pytest.fixture(scope="module")
def client(server):
    return oauth.register(server, authorization.app())


def visit_of_a_crowd(server, client, username):
    """Ten thousand come, go on for a while and leave. What was used with them: bytes, files, log lines."""
    used = {}

    def act():
        memory, files, lines = memory_of(server), files_of(server), log_lines(server)
        crowd = Crowd(server, SLOW)
        try:
            crowd.wait_for_rounds(3)
            used["seconds"] = be_served(server, client)
            crowd.wait_for_rounds(crowd.rounds + 2)
            used["memory"] = memory_of(server) - memory
            used["files"] = files_of(server) - files
        finally:
            crowd.leave()
        used["refused"] = crowd.refused
        wait_until(lambda: files_of(server) <= files + MARGIN, lambda: f"{files_of(server)} files, {files} before")
        used["lines"] = log_lines(server) - lines

    pinging = Pinging(server, username).during(act)
    return used, pinging


def test_ten_thousand_slow_connections_hold_nobody_up(server, client):
    username = registration.join(server)["username"]
    be_served(server, client)
    memory = memory_of(server)
    used, pinging = visit_of_a_crowd(server, client, username)
    assert used["refused"] == 0 and used["files"] >= SLOW, used
    assert used["seconds"] < SLOWEST, used
    assert pinging.count > 20 and pinging.slowest < SLOWEST, (pinging.count, pinging.slowest)
    assert used["memory"] < SLOW * PER_CONNECTION, used
    assert used["lines"] < MARGIN, used
    # What the first ones took is there for the next ones.
    again, _ = visit_of_a_crowd(server, client, username)
    assert memory_of(server) - memory < 1.25 * max(used["memory"], again["memory"]), (used, again)
    assert memory + used["memory"] * 1.25 > memory_of(server), (used, again)


def test_who_says_nothing_is_sent_away_in_time(start):
    server = start(network_settings={"read_timeout": 2})
    silent = [b"", b"GET / HTTP/1.1\r\n", BODY + b"grant"]
    opened = [connect(server) for _ in silent]
    for one, said in zip(opened, silent):
        one.sendall(said)
    kept = connect(server)
    kept.sendall(IDLE)
    for one in opened:
        assert one.recv(1) == b"", "still open"
    while kept.recv(65536):
        pass
    for one in [*opened, kept]:
        one.close()


def test_a_byte_now_and_then_is_enough_to_stay(start):
    # Which is why there is a proxy in front of a server that strangers come to: see README.
    server = start(network_settings={"read_timeout": 2})
    with connect(server) as opened:
        opened.sendall(BODY)
        for _ in range(6):
            time.sleep(1)
            opened.sendall(b"x")
        opened.setblocking(False)
        with pytest.raises(BlockingIOError):
            opened.recv(1)


def test_a_server_without_free_files_serves_those_who_are_in_and_recovers(start):
    # Prosody's jobs, which could open no file, do not get their turn.
    server = start(network_settings={"accept_retry_interval": 1}, cron_initial_delay=86400)
    username = registration.join(server)["username"]
    few = files_of(server) + 40
    resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (few, few))

    def act():
        lines = log_lines(server)
        opened = [connect(server) for _ in range(100)]
        wait_until(lambda: files_of(server) >= few, lambda: f"{files_of(server)} files of {few}")
        time.sleep(3)
        for one in opened:
            one.close()
        wait_until(lambda: files_of(server) < few - 20, lambda: f"{files_of(server)} files of {few}")
        assert server.get(oauth.DISCOVERY).status == 200
        assert log_lines(server) - lines < 20, server.story()

    pinging = Pinging(server, username).during(act)
    assert pinging.count > 20, pinging.count


# Endless bodies


def head(path, *lines):
    fields = ["Host: localhost", f"Content-Type: {ROUTES[path][0]}", *lines]
    return "\r\n".join([f"POST {path} HTTP/1.1", *fields, "", ""]).encode()


def assert_harmless(server, lines, memory):
    assert log_lines(server) - lines <= 2, server.story()
    assert memory_of(server) - memory < 4 * 2**20


@pytest.mark.parametrize("path", ROUTES)
def test_a_body_that_is_said_to_be_longer_than_allowed_is_not_received(server, path):
    lines, memory = log_lines(server), memory_of(server)
    length = BODY_LIMIT + 1
    endless = Endless(server, head(path, f"Content-Length: {length}"), b"", 0)
    assert endless.is_closed and endless.status in (301, 404), endless.answer
    endless = Endless(server, head(path, "Content-Length: 999999999999"), b"x" * READ, 2 * SYSTEM_BUFFERS)
    assert endless.is_closed and endless.sent < SYSTEM_BUFFERS, endless.sent
    assert_harmless(server, lines, memory)


@pytest.mark.parametrize("path", ROUTES)
def test_a_body_that_is_too_long_for_a_form_is_refused(server, path):
    lines = log_lines(server)
    length = OWN_LIMIT + 1
    endless = Endless(server, head(path, f"Content-Length: {length}") + b"x" * length, b"", 0)
    assert endless.status == ROUTES[path][1], endless.answer
    assert log_lines(server) - lines <= 2, server.story()


@pytest.mark.parametrize("path", ROUTES)
def test_a_chunked_body_is_not_received(server, path):
    # Prosody 13.0 does not know them: the request has no body, and what follows is no request.
    lines, memory = log_lines(server), memory_of(server)
    beginning = head(path, "Transfer-Encoding: chunked")
    endless = Endless(server, beginning, b"1000\r\n" + b"x" * 4096 + b"\r\n", 2 * SYSTEM_BUFFERS)
    assert endless.is_closed and endless.sent < SYSTEM_BUFFERS, endless.sent
    assert_harmless(server, lines, memory)


ENDLESS_HEADERS = {
    "address": (b"GET /register?t=", b"x" * 1024),
    "line": (b"GET /register HTTP/1.1\r\nX-Long: ", b"x" * 1024),
    "lines": (b"GET /register HTTP/1.1\r\n", b"X-Many: x\r\n" * 100),
    "empty lines": (b"", b"\n" * 1024),
    "method": (b"", b"G" * 1024),
}


@pytest.mark.parametrize("what", ENDLESS_HEADERS)
def test_a_header_without_an_end_is_not_received(server, what):
    lines, memory = log_lines(server), memory_of(server)
    beginning, more = ENDLESS_HEADERS[what]
    endless = Endless(server, beginning, more, 2 * SYSTEM_BUFFERS)
    assert endless.is_closed and endless.sent < SYSTEM_BUFFERS, endless.sent
    assert_harmless(server, lines, memory)


def test_as_many_headers_as_fit_are_no_burden(server):
    many = b"".join(b"X%d: x\r\n" % number for number in range(HEADER_LIMIT // 12))
    endless = Endless(server, b"GET /register?t=x HTTP/1.1\r\nHost: localhost\r\n" + many + b"\r\n", b"", 0)
    assert endless.status == 303, endless.answer


def test_who_waits_to_be_told_to_continue_is_answered_once_the_body_is_there(server, client):
    # Prosody tells nobody, and RFC 9110 §10.1.1 has clients send after a while anyway.
    body = b"grant_type=refresh_token&refresh_token=x&client_id=" + client.id.encode()
    lines = (f"Content-Length: {len(body)}", "Expect: 100-continue")
    with connect(server) as opened:
        opened.sendall(head("/oauth2/token", *lines))
        opened.settimeout(0.5)
        with pytest.raises(TimeoutError):
            opened.recv(1)
        opened.settimeout(PATIENCE)
        opened.sendall(body)
        assert opened.recv(65536).startswith(b"HTTP/1.1 401 ")
