"""PostgreSQL ends under everything that leads to an account, and comes back."""

import asyncio
import contextlib
import time

import pytest

import invitations
import journeys
import xmpp
from death import NO_ANSWER
from journeys import assert_says_sorry, in_postgres, options
from postgres import Postgres
from registration import PASSWORD

SOON = 5  # seconds: nobody waits for a database that is not there, however busy the machine is


@pytest.fixture(scope="module", autouse=True)
def postgres():
    server = Postgres().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def server(start_server, postgres):
    server = start_server(options(modules_enabled=["kept_connections"], **in_postgres(postgres)))
    # What Prosody says about its database, and we about what could not be done.
    server.expected_errors += [
        "SQL|[Dd]atabase|connection to server|terminating connection|server closed the connection",
        "[Cc]ould not|not stored|Registration failed|Execute failed|Prepare failed",
        "Traceback",
    ]
    return server


@contextlib.contextmanager
def stopped(postgres):
    postgres.pause()
    try:
        yield
    finally:
        postgres.resume()


def ask(server, step, *arguments):
    """What is seen in the end, which has to be soon."""
    begin = time.monotonic()
    answer = journeys.seen(server, step(server, *arguments))
    assert time.monotonic() - begin < SOON
    return answer


@pytest.fixture(scope="module")
def seen(server, postgres):
    """Every step taken while the database is down, and what came of it when it is back."""
    cases = {journey.name: journey.prepare(server) for journey in journeys.ALL}
    with stopped(postgres):
        refusals = {journey.name: ask(server, journey.step, cases[journey.name]) for journey in journeys.ALL}
    return cases, refusals


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
def test_the_database_stops_and_comes_back(server, seen, fault_table, journey):
    cases, refusals = seen
    case, refusal = cases[journey.name], refusals[journey.name]
    assert_says_sorry(refusal)
    afterwards = journey.check(server, case, NO_ANSWER)
    finally_seen = journey.check(server, case, journey.step(server, case))
    fault_table("PostgreSQL stopped", journey.name, f"{refusal.status}, {afterwards}; then {finally_seen}")


def look_at_invite(server, token):
    return server.get(f"{invitations.PAGE}?{token}")


def test_pages_say_so_without_a_database(server, postgres):
    token = journeys.made(server, "create_account()")
    with stopped(postgres):
        pages = [ask(server, look_at_invite, token), ask(server, invitations.open_form, token)]
    for page in pages:
        assert_says_sorry(page)
    assert look_at_invite(server, token).status == 200


def begin_everything(server):
    """Steps of as many people, under way at the same time."""
    cases = [journeys.prepare_invite(server) for _ in range(12)]
    return cases, [invitations.begin_submit(server, *case) for case in cases]


@pytest.mark.parametrize("when", range(3))
def test_it_stops_under_load(server, postgres, fault_table, when):
    cases, requests = begin_everything(server)
    answers = [request.answer() for request in requests[: 2 * when]]
    with stopped(postgres):
        answers += [request.answer() for request in requests[2 * when :]]
    for case, answer in zip(cases, answers):
        if not invitations.is_success(answer):
            assert answer.status == 500, answer
            journeys.submit_form(server, case)
        assert journeys.account_of(server, case[1])
        journeys.check_invite(server, case, answer)
    fault_table("PostgreSQL stopped under load", journeys.FORM.name, "500 or done; then all have one account each")


def test_who_is_connected_does_not_notice(server, postgres, fault_table):
    """Prosody waits for its database, but for one that is not there it does not wait."""
    username = invitations.new_account(server)
    journey, slowest = journeys.FORM, 0
    cases = [journey.prepare(server) for _ in range(5)]

    async def visit():
        nonlocal slowest
        async with xmpp.Client(server, username, PASSWORD) as client:
            with stopped(postgres):
                for case in cases:
                    request = invitations.begin_submit(server, *case)
                    begin = time.monotonic()
                    await client.ping()
                    slowest = max(slowest, time.monotonic() - begin)
                    assert (await asyncio.to_thread(request.answer)).status == 500

    asyncio.run(visit())
    assert slowest < SOON
    fault_table("PostgreSQL stopped", "pinging the server", "answered as ever")
