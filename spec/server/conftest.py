"""The rock, installed once, and servers that run it."""

import pytest

import prosody
from fault_table import fault_table, pytest_addoption, pytest_sessionfinish  # noqa: F401


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """A LuaRocks tree with the rock in it, as an operator has it."""
    folder = tmp_path_factory.mktemp("tree")
    prosody.install_rock(folder)
    return folder


@pytest.fixture(scope="module")
def start_server(tree, tmp_path_factory):
    """Starts servers, and ends them after the tests of the file. Each must have run without an error."""
    servers = []

    def start(options=None, hosts=None):
        server = prosody.Prosody(tmp_path_factory.mktemp("server"), tree, options, hosts)
        servers.append(server)
        return server.start()

    yield start
    statuses = [server.stop() for server in servers if server.is_running()]
    errors = [line for server in servers for line in server.unexpected_errors()]
    assert not errors, "\n".join(errors)
    assert all(status == 0 for status in statuses), statuses
