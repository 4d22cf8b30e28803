"""A disk of a few megabytes under a server's data, which fills up or goes read-only."""

import contextlib
import subprocess
import warnings

import pytest

from prosody import Prosody

SIZE = "4m"


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


@contextlib.contextmanager
def server_on_small_disk(folder, tree, options, expected_errors):
    server = Prosody(folder, tree, options)
    server.expected_errors += expected_errors
    server.data.mkdir()
    server.disk = SmallDisk(server.data)
    server.start()
    yield server
    status = server.stop()
    server.disk.remove()
    assert status == 0
    assert server.unexpected_errors() == []
