"""What strangers that a server remembers cost everybody else, and what Prosody's option `gc` changes.

Prosody's Lua looks through all that it has again and again for what can go, so whatever is kept there makes each request
dearer. Servers take turns: one that nobody has tried anything on, one that 10,000 addresses have tried something on twice,
and one of the latter kind with another setting of `gc`. Figures are CPU time of the server's process for a request, and
what a client notices that pings every 5 ms while such requests come.
"""

import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

import oauth  # noqa: E402
import pinging  # noqa: E402
import registration  # noqa: E402
import soak  # noqa: E402
from prosody import install_rock  # noqa: E402
from side_by_side import Server  # noqa: E402
from soak_strangers import GARBAGE, JSON, WRONG_CODE, Strangers  # noqa: E402
from soak_visitors import Tally, Visitor  # noqa: E402

STRANGERS = 10_000
ROUNDS = 12
REQUESTS = 200  # of each kind in each round
PING_SECONDS = 2  # in each round
CALM = {"threshold": 150, "speed": 200}


class Measured:
    """A server, and what was measured of it: CPU seconds of requests { name: [of each round] }, seconds of pings."""

    def __init__(self, server):
        self.server = server
        self.costs, self.pings = {}, []

    def prepare(self, strangers):
        self.server.connect()
        visitor = Visitor(self.server, Tally(), STRANGERS)
        client = oauth.register(visitor)
        asks = Strangers(client)
        method, path, body, headers = asks.form("/oauth2/token", grant_type="authorization_code", code="x" * 24)
        self.requests = {
            "a constant": ("GET", "/constant"),
            "/token, bad code": (method, path, body, headers["Content-Type"], headers["Authorization"]),
        }
        person = registration.join(visitor)
        self.client = pinging.PingingClient(self.server, person["username"], person["password"])
        for number in range(strangers):
            visitor.move(number)
            asks.check(visitor, ("POST", oauth.REGISTER, GARBAGE, JSON), 400)
            asks.check(visitor, WRONG_CODE, 400)

    def measure(self):
        for name, request in self.requests.items():
            self.costs.setdefault(name, []).append(self.server.cost(request, REQUESTS))
        load = multiprocessing.get_context("fork").Process(target=self._ask_for, args=[PING_SECONDS])
        load.start()
        self.pings += self.client.ping_for(PING_SECONDS)
        load.join()
        assert load.exitcode == 0, self.server.story()

    def _ask_for(self, seconds):
        self.server.connect()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            status, _ = self.server.ask(*self.requests["/token, bad code"])
            assert status == 400, status

    def cost(self, name):
        """Microseconds. Of the lower quartile of all rounds: other work on the machine can only slow one down."""
        return statistics.quantiles(self.costs[name], n=4)[0] * 1e6


def show(label, measured, other):
    costs = "   ".join(f"{name} {measured.cost(name):4.0f} us ({measured.cost(name) / other.cost(name):.2f})" for name in measured.costs)
    median, p99 = (pinging.percentile(measured.pings, share) * 1000 for share in (0.5, 0.99))
    print(f"  {label:34s} {costs}   pings median {median:.1f} ms, p99 {p99:.1f} ms", flush=True)


def main():
    print("garbage: what it costs others that strangers are remembered (beside the first)")
    gc = ", ".join(f"{name} = {value}" for name, value in CALM.items())
    kinds = {
        "nobody has tried anything": (0, {}),
        "10,000 addresses have, twice": (STRANGERS, {}),
        f"gc = {{ {gc} }}": (STRANGERS, {"gc": CALM}),
    }
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        install_rock(tree)
        all_measured = {}
        for number, (label, (strangers, options)) in enumerate(kinds.items()):
            server = Server(Path(folder) / f"server{number}", tree, {**soak.OPTIONS, **options}).start()
            all_measured[label] = Measured(server)
            all_measured[label].prepare(strangers)
        for _ in range(ROUNDS):
            for measured in all_measured.values():
                measured.measure()
        first = next(iter(all_measured.values()))
        for label, measured in all_measured.items():
            show(label, measured, first)
            measured.server.stop()


main()
