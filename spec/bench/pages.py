"""What the pages cost, beside those of the community modules.

Two servers of the same Prosody take turns: one with our modules, one with the community's from Debian's
package prosody-modules, which is downloaded for this and kept nowhere. The own cost of a request is the CPU
time of the server's process for it, less that of a request to a handler that answers a constant.
"""

import http.client
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from prosody import Prosody, install_rock  # noqa: E402

MODULES = Path(__file__).resolve().parent / "modules"
ROUNDS = 9
REQUESTS = 40  # of each kind in each round
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def community_modules(folder):
    command = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", "prosody-modules"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"The community modules could not be downloaded (does apt-get update help?):\n{done.stderr}")
    package = next(Path(folder).glob("prosody-modules_*.deb"))
    subprocess.run(["dpkg", "-x", package, folder], check=True)
    version = subprocess.run(["dpkg-deb", "-f", package, "Version"], capture_output=True, text=True, check=True)
    return Path(folder) / "usr/lib/prosody/modules", version.stdout.strip()


class Server(Prosody):
    """A Prosody with invitations, and a connection to it that stays open."""

    def __init__(self, folder, tree, plugins=None):
        options = {
            "modules_enabled": ["invites", "invites_register", "invites_register_web", "constant"],
            "log": {"warn": str(Path(folder) / "prosody.log")},
            "invites_register_limit": 0,
            "plugin_paths": [str(MODULES), str(Path(__file__).resolve().parents[1] / "server" / "modules"),
                             *([str(plugins)] if plugins else [])],
        }
        super().__init__(folder, tree, options)

    def invite(self):
        link = self.shell("invite create_account localhost")
        return link.split("?", 1)[1].split()[0]

    def add_invites(self, count):
        self.shell(f"> local i = prosody.hosts.localhost.modules.invites; for _ = 1, {count} do i.create_account() end")

    def connect(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.http_port)

    def ask(self, method, path, body=None):
        headers = {"Host": "localhost", **(FORM if body else {})}
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def cpu(self):
        """Seconds that the process has computed; its threads are asleep."""
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def cost(self, request, times=REQUESTS):
        """Seconds of CPU for one request."""
        before = self.cpu()
        for _ in range(times):
            self.ask(*request)
        return (self.cpu() - before) / times


def own_costs(servers, requests):
    """Microseconds of each request on each server beyond those of a constant answer; the median of all rounds."""
    costs = {(name, kind): [] for name in servers for kind in requests}
    for _ in range(ROUNDS):
        for name, server in servers.items():
            for kind, make in requests.items():
                request, nothing = make(server)
                costs[name, kind].append(server.cost(request) - server.cost(nothing))
    return {key: statistics.median(values) * 1e6 for key, values in costs.items()}


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
    for kind in requests:
        theirs, ours = costs["community", kind], costs["frontdoor", kind]
        print(f"  {kind:15s} community {theirs:6.0f} us   frontdoor {ours:5.0f} us   {theirs / ours:5.1f} times as fast", flush=True)
    waits = {name: milliseconds(server, invite_page(server)[0]) for name, server in servers.items()}
    print(f"  invite page, until it has arrived: community {waits['community']:.1f} ms, frontdoor {waits['frontdoor']:.1f} ms")


def compare_with_many_invites(servers, count):
    for server in servers.values():
        server.add_invites(count)
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
            "community": Server(folder / "community", folder / "no tree", plugins),
            "frontdoor": Server(folder / "frontdoor", folder / "tree"),
        }
        try:
            for server in servers.values():
                server.start()
                server.token = server.invite()
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
