"""Servers of the same Prosody that take turns: what a request costs each of them.

One has our modules, one the community's from Debian's package prosody-modules, which is downloaded for this and kept
nowhere. The own cost of a request is the CPU time of the server's process for it, less that of a request to a
handler that answers a constant.
"""

import http.client
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

from prosody import TEST_MODULES, Prosody  # noqa: E402

MODULES = Path(__file__).resolve().parent / "modules"
ROUNDS = 16
REQUESTS = 40  # of each kind in each round
WARM_UP = 40


def community_modules(folder):
    """The folder of the community's modules, unpacked into this one, and their version."""
    command = ["apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", "prosody-modules"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"The community modules could not be downloaded (does apt-get update help?):\n{done.stderr}")
    package = next(Path(folder).glob("prosody-modules_*.deb"))
    subprocess.run(["dpkg", "-x", package, folder], check=True)
    version = subprocess.run(["dpkg-deb", "-f", package, "Version"], capture_output=True, text=True, check=True)
    return Path(folder) / "usr/lib/prosody/modules", version.stdout.strip()


class Server(Prosody):
    """A Prosody, and a connection to it that stays open."""

    def __init__(self, folder, tree, options, plugins=None):
        paths = [str(MODULES), str(TEST_MODULES), *([str(plugins)] if plugins else [])]
        log = {"warn": str(Path(folder) / "prosody.log")}
        super().__init__(folder, tree, {"log": log, "plugin_paths": paths, **options})

    def connect(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.http_port)

    def ask(self, method, path, body=None, content_type="application/x-www-form-urlencoded", authorization=None):
        headers = {"Host": "localhost", **({"Content-Type": content_type} if body else {})}
        if authorization:
            headers["Authorization"] = authorization
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def cpu(self):
        """Seconds that the process has computed; its threads are asleep."""
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def cost(self, request, times=REQUESTS):
        """Seconds of CPU for one request; not of the first few, whoever was measured before."""
        for _ in range(WARM_UP):
            self.ask(*request)
        before = self.cpu()
        for _ in range(times):
            self.ask(*request)
        return (self.cpu() - before) / times


def own_costs(servers, requests, times=REQUESTS, rounds=ROUNDS):
    """Microseconds of each request on each server beyond those of a constant answer.

    Of the lower quartile of all rounds: other work on the machine can only slow one down.
    """
    costs = {(name, kind): ([], []) for name in servers for kind in requests}
    for _ in range(rounds):
        for name, server in servers.items():
            for kind, make in requests.items():
                for request, measured in zip(make(server), costs[name, kind]):
                    measured.append(server.cost(request, times))

    def quartile(values):
        return statistics.quantiles(values, n=4)[0]

    return {key: (quartile(own) - quartile(nothing)) * 1e6 for key, (own, nothing) in costs.items()}


def print_costs(costs, kinds):
    for kind in kinds:
        theirs, ours = costs["community", kind], costs["frontdoor", kind]
        print(f"  {kind:15s} community {theirs:6.0f} us   frontdoor {ours:5.0f} us   {theirs / ours:5.1f} times as fast", flush=True)
