"""mod_http_oauth2 with PostgreSQL: while it is away, and where another server takes over."""

import threading

import pytest

from authorization import (
    ALL_SCOPES,
    INTROSPECT,
    REVOKE,
    advance,
    app,
    assert_error,
    assert_unauthorized,
    begin,
    code_for,
    login_form,
    new_user,
    post_as,
    refresh,
    tokens_for,
)
from devices import ask, assert_done, wait
from endpoints import DEVICE_GRANT, grant_id, options
from oauth import ALL_ALLOWED, content, device, register, shell
from oauthbearer import Connection
from postgres import Postgres
from prosody import wait_until
from test_oauth_faults import GRACE, can_log_in, grants_of, is_active, kids, userinfo
from test_openid import verified
from test_token import ask_password


# For all tests of this file, so that it is the last to end: servers use it until they end.
@pytest.fixture(scope="module", autouse=True)
def postgres():
    server = Postgres().start()
    yield server
    server.stop()


def on(postgres):
    """Options of a server that may be one of several: clients know them by one address."""
    sql = {"storage": "sql", "sql": postgres.options()}
    address = {"http_external_url": "http://chat.example.com/"}
    modules = ["kept_connections"]
    return options(modules_enabled=modules, cron_initial_delay=86400, **sql, **address, **ALL_ALLOWED)


# Another server takes over


@pytest.fixture(scope="module")
def start_next(start_server, postgres):
    """Starts a server with the database and the keys of those before."""
    return lambda: start_server(on(postgres))


def new_parties(server):
    client = register(server, app())
    return client, new_user(server)


def device_app():
    return device(grant_types=[DEVICE_GRANT, "refresh_token"])


class Middle:
    """Whatever can be under way; each is the client, and how it goes on with the server that the client has then."""

    def __init__(self, server):
        self.server = server

    def cases(self):
        names = [name for name in dir(self) if name.startswith("with_")]
        return {name: getattr(self, name)() for name in names}

    def with_the_login_page_open(self):
        client, user = new_parties(self.server)
        flow = begin(client, scope=ALL_SCOPES)
        login_form(flow.open(), flow.path)
        return client, lambda: content(flow.redeem(flow.code(user)))

    def with_the_consent_page_open(self):
        client, user = new_parties(self.server)
        flow = begin(client, scope=ALL_SCOPES)
        consent = flow.log_in(user)
        return client, lambda: content(flow.redeem(flow.allow(consent).code))

    def with_a_code_in_hand(self):
        client, user = new_parties(self.server)
        code, flow = code_for(client, user, scope=ALL_SCOPES)
        return client, lambda: content(flow.redeem(code))

    def with_a_code_on_a_device(self):
        client, user = register(self.server, device_app()), new_user(self.server)
        waiting = wait(client, scope=ALL_SCOPES)
        return client, lambda: waiting.tokens(user)

    def with_the_consent_page_for_a_device_open(self):
        client, user = register(self.server, device_app()), new_user(self.server)
        waiting = wait(client, scope=ALL_SCOPES)
        flow = waiting.confirm()
        consent = flow.log_in(user)

        def go_on():
            assert_done(flow.decide(consent, "granted"))
            return content(waiting.poll())

        return client, go_on

    def with_a_device_that_was_allowed(self):
        client, user = register(self.server, device_app()), new_user(self.server)
        waiting = wait(client, scope=ALL_SCOPES)
        waiting.approve(user)
        return client, lambda: content(waiting.poll())

    def with_a_refresh_token(self):
        client, user = new_parties(self.server)
        tokens = tokens_for(client, user)
        return client, lambda: content(refresh(client, tokens["refresh_token"]))

    def with_an_access_token(self):
        client, user = new_parties(self.server)
        tokens = tokens_for(client, user)
        return client, lambda: tokens


def assert_works(client, tokens):
    server = client.server
    assert userinfo(server, tokens["access_token"]).status == 200
    assert is_active(client, tokens["access_token"]) and can_log_in(server, tokens["access_token"])
    assert verified(server, tokens["id_token"])["iss"] == "http://chat.example.com"
    again = content(refresh(client, tokens["refresh_token"]))
    assert is_active(client, again["access_token"])


def test_another_server_goes_on_with_everything(start_next, fault_table):
    first = start_next()
    under_way = Middle(first).cases()
    key = kids(first)
    first.kill()
    second = start_next()
    assert kids(second) == key
    for name, (client, go_on) in under_way.items():
        client.server = second
        assert_works(client, go_on())
        fault_table("killed; another server takes over", name.replace("_", " "), "goes on")


def test_another_server_knows_what_is_over(start_next):
    """Codes and refresh tokens that were used, and what was revoked."""
    first = start_next()
    client, user = new_parties(first)
    code, flow = code_for(client, user)
    ended = tokens_for(client, user)
    assert post_as(client, REVOKE, {"token": ended["refresh_token"]}).status == 200
    signed = tokens_for(client, user)["id_token"]
    assert "OK: " in shell(first, "rotate_keys")
    thief = tokens_for(client, user)
    refresh(client, thief["refresh_token"])
    assert flow.redeem(code).status == 200
    gone, revoked = new_parties(first)[0], new_parties(first)[0]
    held = tokens_for(revoked, user)
    assert gone.ask("DELETE").status == 204
    assert "OK: " in shell(first, "revoke_client", revoked.hash)
    first.kill()
    second = start_next()
    for each in (client, gone, revoked):
        each.server = second
    assert_error(flow.redeem(code), "invalid_grant")
    assert not can_log_in(second, ended["access_token"]) and not is_active(client, ended["access_token"])
    assert verified(second, signed)
    advance(second, GRACE + 1)
    assert_error(refresh(client, thief["refresh_token"]), "invalid_grant")
    assert not gone.is_known() and not revoked.is_known()
    assert_unauthorized(refresh(revoked, held["refresh_token"]))
    assert userinfo(second, held["access_token"]).status == 401


def test_two_servers_at_once(start_next):
    """They share what is stored. What each keeps in memory, the other learns when its module is reloaded."""
    one, two = start_next(), start_next()
    client, user = new_parties(one)
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    client.server = two
    tokens = content(flow.redeem(code))
    again = content(refresh(client, tokens["refresh_token"]))
    client.server = one
    assert_works(client, again)
    assert_error(flow.redeem(code), "invalid_grant")
    client.server = two
    assert_error(refresh(client, again["refresh_token"]), "invalid_grant")
    # A client that is revoked, and a key that signs.
    tokens = tokens_for(client, user)
    assert "OK: " in shell(one, "revoke_client", client.hash)
    assert "OK: " in shell(one, "rotate_keys")
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")
    assert client.is_known() and kids(two) != kids(one)
    two.reload("http_oauth2")
    assert not client.is_known() and kids(two) == kids(one)
    # They would miss the database that the tests below end.
    assert [one.stop(), two.stop()] == [0, 0]


# While the database is away


@pytest.fixture(scope="module")
def server(start_next):
    server = start_next()
    server.expected_errors += ["SQL", "database", "storage", "could not be", "failed", "Unable to", "Failed"]
    return server


@pytest.fixture
def away(postgres):
    """The database ends, as if it had been killed, until the test calls this."""
    postgres.pause()
    ways_back = [postgres.resume]

    def come_back():
        if ways_back:
            ways_back.pop()()

    yield come_back
    come_back()


def questions(server):
    """What clients can ask that needs what is stored, as functions; none of it has been asked."""
    client, user = new_parties(server)
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    tokens, others = tokens_for(client, user), tokens_for(client, user)
    waiting = wait(register(server, device_app()), scope=ALL_SCOPES)
    waiting.approve(user)
    trusted = register(server, app(grant_types=["password"], response_types=[]))
    return {
        "code to tokens": lambda: flow.redeem(code),
        "refresh": lambda: refresh(client, tokens["refresh_token"]),
        "device code to tokens": waiting.poll,
        "password to tokens": lambda: ask_password(trusted, user),
        "codes for a device": lambda: ask(waiting.client, {"scope": "xmpp"}),
        "introspection": lambda: post_as(client, INTROSPECT, {"token": tokens["access_token"]}),
        "userinfo": lambda: userinfo(server, tokens["access_token"]),
        "revocation": lambda: post_as(client, REVOKE, {"token": others["refresh_token"]}),
        "a client removes itself": lambda: client.ask("DELETE"),
    }


@pytest.fixture
def asked(server):
    return questions(server)


def test_who_asks_meanwhile_is_told_to_come_again(asked, away, fault_table):
    """Nobody is told that what they have is worth nothing, or that something was done."""
    for name, question in asked.items():
        answer = question()
        said = content(answer, answer.status)
        assert (answer.status, said["error"]) in [(500, "server_error"), (503, "temporarily_unavailable")], name
        assert answer.status != 503 or int(answer.headers["retry-after"]) > 0
        fault_table("PostgreSQL stopped", name, f"{answer.status} {said['error']}; works when it is back")
    away()
    for name, question in asked.items():
        assert question().status in (200, 204), name


def test_a_consent_page_outlives_the_database(server, postgres):
    client, user = new_parties(server)
    flow = begin(client, scope=ALL_SCOPES, response_type="code")
    consent = flow.log_in(user)
    postgres.pause()
    try:
        assert flow.decide(consent, "granted").status == 500
        assert flow.try_login(user).status == 503
    finally:
        postgres.resume()
    assert flow.redeem(flow.allow(consent).code).status == 200


def test_grants_to_revoked_clients_are_ended_when_it_is_back(server, postgres, fault_table):
    """A client removes itself, and the database is gone before what was granted to it has ended."""
    client, user = new_parties(server)
    tokens_for(client, user)
    assert client.ask("DELETE").status == 204
    postgres.pause()
    try:
        wait_until(lambda: "Who has granted something could not be read" in server.log(), server.story)
    finally:
        postgres.resume()
    wait_until(lambda: not grants_of(server, user), server.story)
    fault_table("PostgreSQL stopped", "grants to a client that was just revoked", "are ended when it is back")


class Refreshing(threading.Thread):
    """A client that refreshes all the time, and asks again if something went wrong on the server."""

    def __init__(self, client, user):
        super().__init__()
        self.client, self.user = client, user
        self.tokens = tokens_for(client, user)
        self.statuses, self.is_over = [], threading.Event()

    def run(self):
        while not self.is_over.is_set() or self.statuses[-1] != 200:
            answer = refresh(self.client, self.tokens["refresh_token"])
            self.statuses.append(answer.status)
            if answer.status == 200:
                self.tokens = content(answer)
            elif answer.status != 500:
                return


def test_the_database_ends_under_load(server, postgres, fault_table):
    """Nobody loses anything, whatever was under way; and the server needs no restart."""
    clients = [Refreshing(*new_parties(server)) for _ in range(8)]
    with Connection(server).log_in_with_token(clients[0].tokens["access_token"]) as connection:
        for each in clients:
            each.start()
        for _ in range(2):
            so_far = [len(each.statuses) for each in clients]
            wait_until(lambda: all(len(c.statuses) > n + 2 for c, n in zip(clients, so_far)), server.story)
            postgres.pause()
            wait_until(lambda: all(c.statuses[-1] == 500 for c in clients), server.story)
            assert connection.is_open()
            postgres.resume()
        for each in clients:
            each.is_over.set()
        for each in clients:
            each.join()
            assert set(each.statuses) == {200, 500}, each.statuses
            (grant,) = grants_of(server, each.user)
            assert grant["id"] == grant_id(each.tokens["access_token"])
            assert userinfo(server, each.tokens["access_token"]).status == 200
        assert connection.is_open()
    outcome = "500 meanwhile; no token is lost, no grant is there twice"
    fault_table("PostgreSQL killed under load, twice", "refresh", outcome)
