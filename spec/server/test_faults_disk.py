"""A full disk and a read-only one, under everything that leads to an account."""

import pytest

import journeys
from death import NO_ANSWER
from journeys import IN_SQLITE, NEW_PASSWORD, assert_says_sorry, options
from registration import AUTH_TOKEN, PASSWORD
from small_disk import server_on_small_disk

# What Prosody and we say about the disk, and no more than that.
EXPECTED = [
    "No space left",
    "Read-only file system",
    "Error saving to storage",
    "disk is full",
    "readonly database",
    "could not be (stored|set|used)|not stored|Could not store|Could not create an invite|Registration failed",
]


@pytest.fixture(scope="module", params=["files", "SQLite"])
def server(request, tree, tmp_path_factory):
    storage = {"files": {}, "SQLite": IN_SQLITE}[request.param]
    folder = tmp_path_factory.mktemp("server")
    with server_on_small_disk(folder, tree, options(**storage), EXPECTED) as server:
        server.storage = request.param
        yield server


def go_through(server, journey, broken):
    """Takes the step while something is broken, and again when it is not; what was seen."""
    case = journey.prepare(server)
    with broken():
        answer = journey.step(server, case)
    assert_says_sorry(answer)
    afterwards = journey.check(server, case, NO_ANSWER)
    finally_seen = journey.check(server, case, try_again(server, journey, case))
    return f"{answer.status}, {afterwards}; then {finally_seen}"


def try_again(server, journey, case):
    """LuaDBI fails once more with each SQL statement that has failed."""
    answer = journey.step(server, case)
    for _ in range(3 if "sql" in server.options else 0):
        if answer.status >= 500:
            answer = journey.step(server, case)
    return answer


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
def test_a_full_disk(server, fault_table, journey):
    fault_table(f"disk full, {server.storage}", journey.name, go_through(server, journey, server.disk.full))


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
def test_a_disk_that_is_read_only(server, fault_table, journey):
    if "sql" in server.options:
        pytest.skip("Linux makes no disk read-only while a file on it is open for writing")
    fault_table("disk read-only, files", journey.name, go_through(server, journey, server.disk.read_only))


# The last one: it reads what the others left.
def test_no_secret_is_in_the_log(server):
    for secret in (PASSWORD, NEW_PASSWORD, AUTH_TOKEN):
        assert secret not in server.log()
