"""A client that pings a server every 5 ms while something else goes on there."""

import base64
import multiprocessing
import re
import select
import socket
import sys
import time
from pathlib import Path

PING_EVERY = 0.005
SECONDS = 4  # of each situation in each round


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
                whole, _, received = received.rpartition(b">")
                took += [now - sent.pop(name.decode()) for name in re.findall(rb"id='(p\d+)'", whole)]
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
        assert load.exitcode == 0, f"not all went well\n{server.story()}"
    return took, waited


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def show(name, took, waited):
    figures = "  ".join(f"{label} {value * 1000:7.2f} ms" for label, value in
                        (("median", percentile(took, 0.5)), ("p99", percentile(took, 0.99)), ("max", max(took))))
    print(f"    {name:22s} {figures}  run-queue wait {waited / len(took) * 1e6:5.0f} us a ping", flush=True)


def compare(situations, rounds, rate):
    """Measures situations, { name: (server, client, function) }, in turn, and prints them beside the first."""
    took = {name: [] for name in situations}
    waited = dict.fromkeys(situations, 0.0)
    for _ in range(rounds):
        for name, (server, client, situation) in situations.items():
            times, wait = measure(server, client, situation, rate)
            took[name] += times
            waited[name] += wait
    for name in situations:
        show(name, took[name], waited[name])
    idle, *others = (percentile(took[name], 0.99) for name in situations)
    print("    p99 over idle: " + ", ".join(f"{name} {p99 / idle:.1f} times ({(p99 - idle) * 1000:+.2f} ms)"
                                            for name, p99 in zip(list(situations)[1:], others)), flush=True)
