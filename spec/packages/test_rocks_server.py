"""`prosodyctl install` takes the rock from a rocks server."""

import functools
import http.server
import shutil
import threading

import pytest

import readme
from roots import CARGO_HOME, sh

TREE = "/var/lib/prosody/custom_plugins"
LIBRARY = f"{TREE}/lib/lua/5.4/frontdoor_core.so"

# Here it matters that it is built at all: that takes a third of the time.
QUICKLY = "CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0"


class Handler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def serve(tmp_path):
    """Starts a rocks server that has one package; its address."""
    servers = []

    def start(package):
        folder = tmp_path / package.name
        folder.mkdir()
        shutil.copy(package, folder)
        sh("luarocks-admin", "--lua-version", "5.4", "make_manifest", str(folder))
        handler = functools.partial(Handler, directory=folder)
        servers.append(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield start
    for server in servers:
        server.shutdown()


@pytest.mark.parametrize("release", ["debian-13"])
def test_prosodyctl_installs_and_removes_binary_and_source_rock(root, release, packages, serve):
    root.run(readme.step(f"install: {release}"))
    root.run(readme.step(f"install: needs of source-rock {release}"))
    root.run(f"chmod -R a+rwX {CARGO_HOME}")  # Prosody's user builds
    for kind in ("binary-rock", "source-rock"):
        printed = root.run(f"HOME=/var/lib/prosody {QUICKLY} prosodyctl install --server={serve(packages[kind])} frontdoor")
        assert packages[kind].name in printed
        assert LIBRARY in root.files(), printed
        root.run("prosodyctl remove frontdoor")
        assert LIBRARY not in root.files()
