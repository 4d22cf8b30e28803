"""Clients that are connected do not wait for other people's password hashes."""

import asyncio

import pytest

import xmpp
from registration import PASSWORD, begin_confirm, is_success, join, new_name, options, token_for

# Takes a worker about a tenth of a second, on a fast machine.
ITERATIONS = 300_000

CONFIRMATIONS = 10


@pytest.fixture(scope="module")
def server(start_server):
    # The one who pings logs in with fewer iterations: slixmpp counts them in Python.
    return start_server(options(), hosts={"busy.localhost": {"default_iteration_count": ITERATIONS}})


def happenings(server, begin_requests):
    """Pings the server while requests are under way: the order in which "ping" and "answer" came back."""
    username = join(server)["username"]
    happened = []

    async def wait_for_answer(request):
        answer = await asyncio.to_thread(request.answer)
        happened.append("answer")
        return answer

    async def ping_on(client):
        while True:
            await client.ping()
            happened.append("ping")

    async def visit():
        async with xmpp.Client(server, username, PASSWORD) as client:
            await client.ping()
            pinging = asyncio.ensure_future(ping_on(client))
            answers = await asyncio.gather(*map(wait_for_answer, begin_requests()))
            pinging.cancel()
            return answers

    return asyncio.run(visit()), happened


def test_pings_are_answered_while_passwords_are_hashed(server):
    tokens = [token_for(server, host="busy.localhost") for _ in range(CONFIRMATIONS)]
    answers, happened = happenings(
        server, lambda: [begin_confirm(server, token, host="busy.localhost") for token in tokens]
    )
    assert all(map(is_success, answers))
    before_the_first_answer = happened.index("answer")
    assert before_the_first_answer >= 5, happened
    assert happened.count("ping") >= 5 * CONFIRMATIONS, happened


def test_prosodys_own_way_stalls_them(server):
    # Shows that the test above can fail: the same number of hashes, in the event loop.
    answers, happened = happenings(
        server,
        lambda: [
            server.begin(
                "GET", f"/probe/create_user?username={new_name()}&password=long+enough", host="busy.localhost"
            )
            for _ in range(CONFIRMATIONS)
        ],
    )
    assert all(answer.status == 200 for answer in answers)
    assert happened.count("ping") < 5 * CONFIRMATIONS, happened
