"""What a server's process uses from second to second."""

import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

PAGE_SIZE = 4096
FOLDER_EVERY = 30  # seconds: there are many files in it


@dataclass
class Sample:
    """At a time of time.monotonic(). rss, lua, folder: bytes."""

    at: float
    rss: int
    lua: int
    fds: int
    threads: int
    cpu: float
    folder: int
    log_size: int


@dataclass
class Watch:
    """Samples of a server; `visitor` asks it for its Lua memory."""

    server: object
    visitor: object
    samples: list = field(default_factory=list)

    def sample(self):
        process = Path(f"/proc/{self.server.process.pid}")
        now = time.monotonic()
        last = self.samples[-1] if self.samples else None
        counted = last and int(now / FOLDER_EVERY) == int(last.at / FOLDER_EVERY)
        taken = Sample(
            at=now,
            rss=int((process / "statm").read_text().split()[1]) * PAGE_SIZE,
            lua=int(self.visitor.get("/soak_probe/memory").text),
            fds=len(list((process / "fd").iterdir())),
            threads=len(list((process / "task").iterdir())),
            cpu=int((process / "schedstat").read_text().split()[0]) / 1e9,
            folder=last.folder if counted else size_of(self.server.data),
            log_size=self.server.log_file.stat().st_size if self.server.log_file.exists() else 0,
        )
        self.samples.append(taken)
        return taken

    def until(self, end):
        while time.monotonic() < end:
            self.sample()
            time.sleep(max(0, min(1, end - time.monotonic())))

    def between(self, begin, end):
        return [sample for sample in self.samples if begin <= sample.at < end]

    def quiet(self):
        """What is in use while nobody asks for anything, after Lua has thrown away what it can."""
        self.visitor.get("/soak_probe/memory?collect")
        return self.sample()


def median(samples, name):
    return statistics.median(getattr(sample, name) for sample in samples)


def size_of(folder):
    """Bytes of all files; of those that are there for as long as it takes."""
    total = 0
    for path in Path(folder).rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            pass
    return total


def records(server):
    """How many records each store has in the files of localhost: { store: number }."""
    stores = Path(server.data / "localhost")
    return {store.name: len(list(store.iterdir())) for store in sorted(stores.iterdir()) if store.is_dir()}
