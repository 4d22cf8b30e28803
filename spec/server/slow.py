"""Clients that take their time, or never come to an end."""

import resource
import socket
import threading
import time
from pathlib import Path

PATIENCE = 60  # seconds for what must come
QUIET = 1  # seconds after which no more is expected

# A third of all each: who never ends the header, who never ends the body, who asks nothing more.
HEADER = b"GET /register?t=x HTTP/1.1\r\nHost: localhost\r\nX-Slow: "
BODY = (
    b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n"
)
IDLE = b"GET /.well-known/oauth-authorization-server HTTP/1.1\r\nHost: localhost\r\n\r\n"


def allow_files(count):
    """Lets this process, and the servers it starts, open as many files; whether that is allowed."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    return True


def connect(server):
    return socket.create_connection(("127.0.0.1", server.http_port), PATIENCE)


class Crowd:
    """Slow clients, who go on a byte at a time in a thread of their own until they leave."""

    def __init__(self, server, count):
        self.dripping, self.idle = [], []
        for number in range(count):
            opened = connect(server)
            opened.sendall((HEADER, BODY, IDLE)[number % 3])
            (self.idle if number % 3 == 2 else self.dripping).append(opened)
        for opened in self.idle:
            assert opened.recv(12) == b"HTTP/1.1 200"
        self.rounds = 0
        self.refused = 0
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._drip)
        self._thread.start()

    def _drip(self):
        while not self._leaving.is_set():
            for opened in self.dripping:
                try:
                    opened.send(b"x")
                except OSError:
                    self.refused += 1
            self.rounds += 1
            time.sleep(0.1)

    def wait_for_rounds(self, count):
        end = time.monotonic() + PATIENCE
        while self.rounds < count and time.monotonic() < end:
            time.sleep(0.05)
        assert self.rounds >= count, self.rounds

    def leave(self):
        self._leaving.set()
        self._thread.join()
        for opened in self.dripping + self.idle:
            opened.close()


# The server's process


def files_of(server):
    return len(list(Path(f"/proc/{server.process.pid}/fd").iterdir()))


def memory_of(server):
    """Bytes that it has in memory."""
    return int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1]) * resource.getpagesize()


# Clients without an end


class Endless:
    """Sends the beginning, then more and more; says how much the server took, and what it answered."""

    def __init__(self, server, beginning, more, limit):
        self.sent, self.answer, self.is_closed = 0, b"", False
        with connect(server) as opened:
            try:
                opened.sendall(beginning)
                while self.sent < limit and not self._has_ended(opened):
                    self.sent += opened.send(more)
                self._read_the_rest(opened)
            except (BrokenPipeError, ConnectionResetError):
                self.is_closed = True

    def _has_ended(self, opened):
        """Whether the server has closed the connection; reads what it has said so far."""
        opened.setblocking(False)
        try:
            self._take(opened)
        except BlockingIOError:
            pass
        finally:
            opened.settimeout(PATIENCE)
        return self.is_closed

    def _read_the_rest(self, opened):
        """Until the server has nothing more to say: it closes the connection, or waits for what comes next."""
        try:
            while not self.is_closed:
                opened.settimeout(QUIET if self.answer else PATIENCE)
                self._take(opened)
        except TimeoutError:
            assert self.answer, "neither an answer nor an end"

    def _take(self, opened):
        data = opened.recv(65536)
        self.answer += data
        self.is_closed = not data

    @property
    def status(self):
        return int(self.answer.split()[1]) if self.answer else None
