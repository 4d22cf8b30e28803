"""A full disk and a read-only one, under everything that leads to an account."""

import contextlib
import subprocess
import warnings

import pytest

import journeys
from death import NO_ANSWER
from journeys import IN_SQLITE, NEW_PASSWORD, assert_says_sorry, options
from prosody import Prosody
from registration import AUTH_TOKEN, PASSWORD

SIZE = "4m"

# What Prosody and we say about the disk, and no more than that.
EXPECTED = [
    "No space left",
    "Read-only file system",
    "Error saving to storage",
    "disk is full",
    "readonly database",
    "could not be (stored|set|used)|not stored|Could not store|Could not create an invite|Registration failed",
]


def mount(*arguments):
    return subprocess.run(["mount", *arguments], capture_output=True, text=True)


class SmallDisk:
    def __init__(self, folder):
        self.folder = folder
        self.filler = folder / "filler"
        mounted = mount("-t", "tmpfs", "-o", f"size={SIZE}", "none", str(folder))
        if mounted.returncode != 0:
            why = f"NOT TESTED: no disk can be mounted here: {mounted.stderr.strip()}"
            warnings.warn(why, stacklevel=1)
            pytest.skip(why)

    @contextlib.contextmanager
    def full(self):
        with self.filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
            while True:
                file.write(bytes(512))
        try:
            yield
        finally:
            self.filler.unlink()

    @contextlib.contextmanager
    def read_only(self):
        assert mount("-o", "remount,ro", str(self.folder)).returncode == 0
        try:
            yield
        finally:
            assert mount("-o", "remount,rw", str(self.folder)).returncode == 0

    def remove(self):
        subprocess.run(["umount", str(self.folder)], check=True)


@pytest.fixture(scope="module", params=["files", "SQLite"])
def server(request, tree, tmp_path_factory):
    storage = {"files": {}, "SQLite": IN_SQLITE}[request.param]
    server = Prosody(tmp_path_factory.mktemp("server"), tree, options(**storage))
    server.expected_errors += EXPECTED
    server.storage = request.param
    server.data.mkdir()
    server.disk = SmallDisk(server.data)
    server.start()
    yield server
    status = server.stop()
    server.disk.remove()
    assert status == 0
    assert server.unexpected_errors() == []


def go_through(server, journey, broken):
    """Takes the step while something is broken, and again when it is not; what was seen."""
    case = journey.prepare(server)
    with broken():
        answer = journey.step(server, case)
    assert_says_sorry(answer)
    afterwards = journey.check(server, case, NO_ANSWER)
    finally_seen = journey.check(server, case, try_again(server, journey, case))
    return f"{answer.status}, {afterwards}; then {finally_seen}"


def try_again(server, journey, case):
    """LuaDBI fails once more with each SQL statement that has failed."""
    answer = journey.step(server, case)
    for _ in range(3 if "sql" in server.options else 0):
        if answer.status >= 500:
            answer = journey.step(server, case)
    return answer


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
def test_a_full_disk(server, fault_table, journey):
    fault_table(f"disk full, {server.storage}", journey.name, go_through(server, journey, server.disk.full))


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
def test_a_disk_that_is_read_only(server, fault_table, journey):
    if "sql" in server.options:
        pytest.skip("Linux makes no disk read-only while a file on it is open for writing")
    fault_table("disk read-only, files", journey.name, go_through(server, journey, server.disk.read_only))


# The last one: it reads what the others left.
def test_no_secret_is_in_the_log(server):
    for secret in (PASSWORD, NEW_PASSWORD, AUTH_TOKEN):
        assert secret not in server.log()
