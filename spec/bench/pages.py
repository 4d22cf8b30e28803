"""What the pages cost, beside those of the community modules."""

import statistics
import tempfile
import time
import urllib.parse
from pathlib import Path

from side_by_side import Server, community_modules, own_costs, print_costs
from prosody import install_rock

OPTIONS = {
    "modules_enabled": ["invites", "invites_register", "invites_register_web", "constant"],
    "invites_register_limit": 0,
}


def new_invite(server):
    link = server.shell("invite create_account localhost")
    return link.split("?", 1)[1].split()[0]


def add_invites(server, count):
    server.shell(f"> local i = prosody.hosts.localhost.modules.invites; for _ = 1, {count} do i.create_account() end")


def invite_page(server):
    return ("GET", f"/invites_page?{server.token}"), ("GET", f"/constant?{server.token}")


def register_form(server):
    return ("GET", f"/register?t={server.token}&c=dino"), ("GET", f"/constant?t={server.token}&c=dino")


def policy_refusal(server):
    body = urllib.parse.urlencode({"user": "romeo", "password": "short", "token": server.token, "app_id": "dino"})
    return ("POST", "/register", body), ("POST", "/constant", body)


def one_read(server):
    return ("GET", f"/constant/read?{server.token}"), ("GET", f"/constant?{server.token}")


def milliseconds(server, request):
    """From the request to the end of the answer, as a visitor waits for it."""
    took = []
    for _ in range(30):
        begin = time.perf_counter()
        server.ask(*request)
        took.append(time.perf_counter() - begin)
    return statistics.median(took) * 1e3


def compare(servers):
    requests = {"invite page": invite_page, "register form": register_form, "policy refusal": policy_refusal}
    costs = own_costs(servers, requests)
    print_costs(costs, requests)
    waits = {name: milliseconds(server, invite_page(server)[0]) for name, server in servers.items()}
    print(f"  invite page, until it has arrived: community {waits['community']:.1f} ms, frontdoor {waits['frontdoor']:.1f} ms")


def compare_with_many_invites(servers, count):
    for server in servers.values():
        add_invites(server, count)
    requests = {"one read": one_read, "invite page": invite_page, "register form": register_form}
    costs = own_costs(servers, requests)
    print(f"  with {count} pending invites in file storage (one look into it: {costs['frontdoor', 'one read']:.0f} us)")
    for kind in ("invite page", "register form"):
        theirs, ours = costs["community", kind], costs["frontdoor", kind]
        print(f"    {kind:13s} community {theirs:6.0f} us   frontdoor {ours:5.0f} us, "
              f"{ours / costs['frontdoor', 'one read']:.2f} looks", flush=True)


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        install_rock(folder / "tree")
        plugins, version = community_modules(folder)
        print(f"pages: CPU time beyond a constant answer, beside the community modules ({version})")
        servers = {
            "community": Server(folder / "community", folder / "no tree", OPTIONS, plugins),
            "frontdoor": Server(folder / "frontdoor", folder / "tree", OPTIONS),
        }
        try:
            for server in servers.values():
                server.start()
                server.token = new_invite(server)
                server.connect()
                for make in (invite_page, register_form, policy_refusal):
                    request, nothing = make(server)
                    assert server.ask(*request)[0] == 200, f"{request}\n{server.story()}"
                    assert server.ask(*nothing) == (200, b"constant")
            compare(servers)
            compare_with_many_invites(servers, 1000)
        finally:
            for server in servers.values():
                server.stop()


main()
