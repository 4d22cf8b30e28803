"""A real Prosody with everything on its pages, and people who open its links in a real Chromium."""

import runpy
import shutil
import sys
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

HERE = Path(__file__).resolve().parent
SERVER_SPECS = HERE.parent / "server"
sys.path.insert(0, str(SERVER_SPECS))

import registration  # noqa: E402
from hosts import EXPECTED_ERRORS, HOSTS, OPTIONS  # noqa: E402
from links import Links  # noqa: E402
from neighbour import Neighbour  # noqa: E402
from visitor import SCREENSHOTS, Look, Visitor  # noqa: E402

# As for the server specs: the installed rock, and servers that must run without an error.
_server_fixtures = runpy.run_path(str(SERVER_SPECS / "conftest.py"))
tree, start_server = _server_fixtures["tree"], _server_fixtures["start_server"]

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    # A server that is not on this machine, as far as the browser knows: names in .localhost get privileges.
    "--host-resolver-rules=MAP plain.example 127.0.0.1, MAP app.example.com 127.0.0.1",
]


@pytest.fixture(scope="session")
def chromium():
    shutil.rmtree(SCREENSHOTS, ignore_errors=True)
    SCREENSHOTS.mkdir()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def neighbour():
    """Another website."""
    with Neighbour() as website:
        yield website


@pytest.fixture(scope="session")
def app_site(tmp_path_factory):
    """The website of an app: https://app.example.com, on a port of its own."""
    with Neighbour("app.example.com", tmp_path_factory.mktemp("certificate")) as website:
        yield website


@pytest.fixture(scope="module")
def server(start_server, neighbour):
    """One server with many hosts; see hosts.py."""
    hosts = {name: options(neighbour) if callable(options) else options for name, options in HOSTS.items()}
    started = start_server(OPTIONS, hosts)
    started.expected_errors += EXPECTED_ERRORS
    registration.probe(started, "create_user", username="romeo", password=registration.PASSWORD)
    return started


@pytest.fixture
def links(server):
    return Links(server)


@pytest.fixture
def visit(chromium, request):
    """Makes visitors: visit(Look(390, "dark", "ar")). What their browsers complain of fails the test."""
    visitors = []

    def make(look=Look(), **more):
        visitor = Visitor(chromium, look, **more)
        visitors.append(visitor)
        return visitor

    yield make
    for visitor in visitors:
        visitor.leave()
    complaints = [complaint for visitor in visitors for complaint in visitor.complaints]
    assert not complaints, "\n".join(complaints)
