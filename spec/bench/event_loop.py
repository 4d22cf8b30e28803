"""What a connected client notices while others register.

A client pings the server every 5 ms. Beside it accounts are created at a steady rate: through the provider's own
create_user, which hashes in the event loop, through confirmed registrations, and through the form behind
an invitation. The situations take turns, so that a noisy machine is noisy for all of them.
"""

import base64
import itertools
import multiprocessing
import re
import select
import socket
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

import registration  # noqa: E402
from prosody import TEST_MODULES, Prosody, install_rock  # noqa: E402

BENCH_MODULES = Path(__file__).resolve().parent / "modules"

PING_EVERY = 0.005
ROUNDS = 3
SECONDS = 4  # of each situation in each round
SETTINGS = [(10_000, 20), (100_000, 20), (600_000, 3)]  # iterations, accounts a second

numbers = itertools.count(1)


class PingingClient:
    """A client that does nothing but ping, so that its own work does not show in the figures."""

    def __init__(self, server, username, password):
        self.socket = socket.create_connection(("127.0.0.1", server.c2s_port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        secret = base64.b64encode(f"\0{username}\0{password}".encode()).decode()
        self.open_stream()
        self.ask(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>", b"<success")
        self.open_stream()
        self.ask("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", b"</iq>")

    def open_stream(self):
        self.ask("<stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' "
                 "to='localhost' version='1.0'>", b"</stream:features>")

    def ask(self, stanza, until):
        self.socket.sendall(stanza.encode())
        received = b""
        while until not in received:
            data = self.socket.recv(65536)
            assert data, received
            received += data

    def acknowledge_at_once(self):
        """Otherwise the server's system holds an answer back until the one before it is acknowledged."""
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)

    def ping_for(self, seconds):
        """Pings on time, whether answers are late or not; the seconds each answer took."""
        took, sent, received = [], {}, b""
        begin = time.perf_counter()
        due = [(begin + n * PING_EVERY, f"p{n}") for n in range(int(seconds / PING_EVERY))]
        due.reverse()
        while due or sent:
            wait = max(0, due[-1][0] - time.perf_counter()) if due else None
            if select.select([self.socket], [], [], wait)[0]:
                received += self.socket.recv(65536)
                now = time.perf_counter()
                self.acknowledge_at_once()
                took += [now - sent.pop(name.decode()) for name in re.findall(rb"id='(p\d+)'", received)]
                received = received[received.rfind(b">") + 1:]
            else:
                at, name = due.pop()
                sent[name] = at
                self.socket.sendall(f"<iq type='get' id='{name}'><ping xmlns='urn:xmpp:ping'/></iq>".encode())
        return took


def steadily(rate, tasks):
    """Starts one task after the other at this rate, in one process."""
    begin = time.perf_counter()
    answers = []
    for n, task in enumerate(tasks):
        time.sleep(max(0, begin + n / rate - time.perf_counter()))
        answers.append(task())
    return [opened.answer() for opened in answers]


def nobody(server, count):
    return None


def through_the_provider(server, count):
    names = [f"provider{next(numbers)}" for _ in range(count)]
    return [lambda name=name: server.begin("GET", f"/probe/create_user?username={name}&password=secret-password")
            for name in names], lambda answer: b'"ok":true' in answer.body


def by_mail(server, count):
    tokens = [registration.token_for(server) for _ in range(count)]
    return [lambda token=token: registration.begin_confirm(server, token) for token in tokens], \
        registration.is_success


def by_invitation(server, count):
    """Each with an invite made just before: Prosody's file storage rewrites all that are pending for each that is used."""

    def register(name):
        token = server.get("/constant/invite").text
        body = urllib.parse.urlencode({"user": name, "password": registration.PASSWORD, "token": token})
        return server.begin("POST", "/register", body, {"Content-Type": "application/x-www-form-urlencoded"})

    names = [f"invited{next(numbers)}" for _ in range(count)]
    return [lambda name=name: register(name) for name in names], registration.is_success


def run_queue_wait(server):
    """Seconds for which the server's main thread was ready to run and no processor was free."""
    return int(Path(f"/proc/{server.process.pid}/schedstat").read_text().split()[1]) / 1e9


def measure(server, client, situation, rate):
    prepared = situation(server, int(rate * SECONDS))
    load = None
    if prepared:
        tasks, succeeded = prepared
        load = multiprocessing.get_context("fork").Process(
            target=lambda: sys.exit(0 if all(map(succeeded, steadily(rate, tasks))) else 1))
        load.start()
    waited = run_queue_wait(server)
    took = client.ping_for(SECONDS)
    waited = run_queue_wait(server) - waited
    if load:
        load.join()
        assert load.exitcode == 0, f"accounts were not created\n{server.story()}"
    return took, waited


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def show(name, took, waited):
    figures = "  ".join(f"{label} {value * 1000:7.2f} ms" for label, value in
                        (("median", percentile(took, 0.5)), ("p99", percentile(took, 0.99)), ("max", max(took))))
    print(f"    {name:22s} {figures}  run-queue wait {waited / len(took) * 1e6:5.0f} us a ping", flush=True)


def compare(tree, iterations, rate):
    options = registration.options(modules_enabled=["invites_register_web", "constant"], invites_register_limit=0,
                                   plugin_paths=[str(TEST_MODULES), str(BENCH_MODULES)],
                                   password_hash="SHA-256", default_iteration_count=iterations)
    situations = {"idle": nobody, "provider's create_user": through_the_provider, "confirmed by mail": by_mail,
                  "invitation form": by_invitation}
    took = {name: [] for name in situations}
    waited = dict.fromkeys(situations, 0.0)
    with tempfile.TemporaryDirectory() as folder:
        options["log"] = {"warn": str(Path(folder) / "prosody.log")}
        server = Prosody(folder, tree, options).start()
        try:
            person = registration.join(server)
            client = PingingClient(server, person["username"], person["password"])
            client.ping_for(0.5)
            for _ in range(ROUNDS):
                for name, situation in situations.items():
                    times, wait = measure(server, client, situation, rate)
                    took[name] += times
                    waited[name] += wait
        finally:
            server.stop()
    print(f"  {iterations} iterations of SHA-256, {rate} accounts a second")
    for name in situations:
        show(name, took[name], waited[name])
    idle, *others = (percentile(took[name], 0.99) for name in situations)
    print("    p99 over idle: " + ", ".join(f"{name} {p99 / idle:.1f} times ({(p99 - idle) * 1000:+.2f} ms)"
                                            for name, p99 in zip(list(situations)[1:], others)), flush=True)


def main():
    print("event loop: answers to a client that pings every 5 ms while accounts are created")
    with tempfile.TemporaryDirectory() as tree:
        install_rock(tree)
        for iterations, rate in SETTINGS:
            compare(tree, iterations, rate)


main()
