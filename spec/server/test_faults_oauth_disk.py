"""mod_http_oauth2 on a full disk and on a read-only one."""

import pytest

from authorization import assert_error
from endpoints import options
from oauth import ALL_ALLOWED, content
from small_disk import server_on_small_disk
from test_faults_oauth_database import questions

# These only read.
READING = ["introspection", "userinfo"]


EXPECTED = ["No space left", "Read-only file system", "Error saving to storage", "could not be"]


@pytest.fixture(scope="module")
def server(tree, tmp_path_factory):
    folder = tmp_path_factory.mktemp("server")
    with server_on_small_disk(folder, tree, options(cron_initial_delay=86400, **ALL_ALLOWED), EXPECTED) as server:
        yield server


@pytest.mark.parametrize("fault", ["full", "read_only"])
def test_who_asks_meanwhile_is_told_to_come_again(server, fault, fault_table):
    """Nobody is told that what they have is worth nothing, or that something was done."""
    asked = questions(server)
    with getattr(server.disk, fault)():
        for name, question in asked.items():
            if name in READING:
                content(question())
            else:
                assert_error(question(), "server_error", 500)
    for name, question in asked.items():
        assert question().status in (200, 204), name
        seen = "works" if name in READING else "500 server_error; works when there is room again"
        fault_table(f"disk {fault.replace('_', '-')}", name, seen)
