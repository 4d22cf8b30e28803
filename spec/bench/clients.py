"""What it costs to register OAuth clients, beside the community module: clients.py [REGISTRATIONS]

In the server's own process without HTTP, then over HTTP; and what many registrations leave behind.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

from side_by_side import Server, community_modules, own_costs, print_costs
from prosody import install_rock

HERE = Path(__file__).resolve().parent
OPTIONS = {
    "modules_enabled": ["invites", "http_oauth2", "constant"],
    "oauth2_registration_key": "a key for benchmarks, 0123456789",
    "oauth2_registration_limit": 0,
}
METADATA = json.dumps({
    "client_name": "Example App",
    "client_uri": "https://app.example.com/",
    "redirect_uris": ["https://app.example.com/redirect"],
    "grant_types": ["authorization_code", "refresh_token"],
    "logo_uri": "https://app.example.com/icon.png",
})
DISCOVERY = "/.well-known/oauth-authorization-server"


def register(server):
    request = ("POST", "/oauth2/register", METADATA, "application/json")
    return request, ("POST", f"/constant/sized/{server.length[request]}", METADATA, "application/json")


def discover(server):
    request = ("GET", DISCOVERY)
    return request, ("GET", f"/constant/sized/{server.length[request]}")


def measure_lengths(server):
    server.length = {}
    for request in (("POST", "/oauth2/register", METADATA, "application/json"), ("GET", DISCOVERY)):
        status, body = server.ask(*request)
        assert status in (200, 201), f"{request}: {status}\n{server.story()}"
        server.length[request] = len(body)


def resident_kilobytes(server):
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0])


def files(server):
    return sorted((path, path.stat().st_size) for path in server.data.rglob("*") if path.is_file())


def register_many(server, count):
    (request, _), before = register(server), files(server)
    for _ in range(count // 10):  # until memory is what such traffic needs
        server.ask(*request)
    start = resident_kilobytes(server)
    for _ in range(count):
        assert server.ask(*request)[0] == 201
    end = resident_kilobytes(server)
    same = "as it was" if files(server) == before else "CHANGED"
    print(f"  {count} registrations: memory {start / 1024:.1f} MB before, {end / 1024:.1f} MB after; data folder {same}", flush=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        install_rock(folder / "tree")
        plugins, version = community_modules(folder)
        # The community's modules with our library in reach, so that both are measured in one process.
        community_tree = folder / "community tree"
        (community_tree / "share/lua/5.4").mkdir(parents=True)
        os.symlink(folder / "tree/share/lua/5.4/frontdoor", community_tree / "share/lua/5.4/frontdoor")
        os.symlink(folder / "tree/lib", community_tree / "lib")
        servers = {
            "community": Server(folder / "community", community_tree, OPTIONS, plugins),
            "frontdoor": Server(folder / "frontdoor", folder / "tree", OPTIONS),
        }
        try:
            for server in servers.values():
                server.start()
                server.connect()
                measure_lengths(server)
            print(f"clients, without HTTP, beside the community module ({version})")
            print(servers["community"].shell(f'> return dofile("{HERE / "clients.lua"}")').removeprefix("Result: "))
            print("clients over HTTP: CPU time beyond a constant answer of the same size", flush=True)
            costs = own_costs(servers, {"register": register, "discover": discover}, times=100, rounds=80)
            print_costs(costs, ["register", "discover"])
            register_many(servers["frontdoor"], count)
        finally:
            for server in servers.values():
                server.stop()


main()
