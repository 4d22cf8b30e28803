"""Who sends the soak's requests: over a connection that stays open, as a browser or a program does."""

import collections
import itertools
import random
import re
import socket
import time

from prosody import PATIENCE, Answer

# Addresses that a proxy on this machine says it asks for. Of strangers there are nearly as many as a limit of tries
# remembers; people's are few enough to be known soon, and many enough for nobody to be limited.
STRANGERS_NETWORKS = 8000
PEOPLE_NETWORKS = 500


class Reply:
    """The answer to a request that has been sent, like prosody.OpenRequest."""

    def __init__(self, visitor, method, path):
        self.visitor, self.method, self.path = visitor, method, path

    def answer(self):
        answer = self.visitor.read_answer()
        self.visitor.tally.add(self.method, self.path, answer.status)
        return answer


class Tally:
    """What was asked and answered: { (method, path without what differs, status): how often }."""

    def __init__(self):
        self.counts = collections.Counter()
        self.journeys = collections.Counter()
        self.complaints = []

    def add(self, method, path, status):
        self.counts[method, re.sub(r"/(verify|invite|nothing)/.*", r"/\1/…", path.partition("?")[0]), status] += 1

    def requests(self):
        return sum(self.counts.values())

    def complain(self, about):
        self.complaints.append(about)

    def join(self, other):
        self.counts += other.counts
        self.journeys += other.journeys
        self.complaints += other.complaints


class Visitor:
    """Asks a server as prosody.Prosody does, so that the helpers of the specs work with it."""

    def __init__(self, server, tally, networks=PEOPLE_NETWORKS):
        self.http_port, self.c2s_port = server.http_port, server.c2s_port
        self.tally = tally
        self.networks = networks
        self.socket = None
        self.received = b""
        self.move()

    def move(self, number=None):
        """Goes on from another address, as a proxy does with the requests of the next one."""
        number = random.randrange(self.networks) if number is None else number % self.networks
        self.network = f"10.{1 if self.networks == PEOPLE_NETWORKS else 2}.{number >> 8}.{number & 255}"

    def close(self):
        if self.socket:
            self.socket.close()
        self.socket, self.received = None, b""

    def connect(self):
        if not self.socket:
            self.socket = socket.create_connection(("127.0.0.1", self.http_port), PATIENCE)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.socket

    def begin(self, method, path, body=None, headers=None, host="localhost"):
        body = body.encode() if isinstance(body, str) else body or b""
        fields = {"Host": host, **(headers or {}), "X-Forwarded-For": self.network}
        if body or method == "POST":
            fields["Content-Length"] = len(body)
        lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        self.connect().sendall(f"{method} {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        return Reply(self, method, path)

    def read_answer(self):
        head, _, self.received = self._read_until(b"\r\n\r\n")
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", 0))
        while len(self.received) < length:
            self._receive()
        body, self.received = self.received[:length], self.received[length:]
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(first.split()[1]), headers, body)

    def _read_until(self, mark):
        while mark not in self.received:
            self._receive()
        return self.received.partition(mark)

    def _receive(self):
        data = self.socket.recv(65536)
        if not data:
            self.close()
            raise ConnectionError("the server closed the connection")
        self.received += data

    def request(self, *asked, **more):
        return self.begin(*asked, **more).answer()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=b"", **more):
        return self.request("POST", path, body, **more)


class Pace:
    """Lets something happen so many times a second; who is late does not catch up more than a second of it."""

    def __init__(self, rate):
        self.rate = rate
        self.next = time.monotonic()

    def wait(self):
        now = time.monotonic()
        self.next = max(self.next + 1 / self.rate, now - 1)
        if self.next > now:
            time.sleep(self.next - now)


def repeat(act, tally, until, pace=None):
    """Does something again and again until a time of time.monotonic(); what goes wrong is told at the end."""
    for number in itertools.count():
        if time.monotonic() >= until:
            return
        if pace:
            pace.wait()
        try:
            act(number)
        except (AssertionError, OSError, LookupError, ValueError) as wrong:
            tally.complain(f"{type(wrong).__name__}: {str(wrong)[:500]}")
            time.sleep(0.1)
