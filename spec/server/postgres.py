"""A PostgreSQL server of its own, on a socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql")
PORT = 5432  # names the socket; no network port is opened
USER = "postgres"


class Postgres:
    def __init__(self):
        # Not in pytest's folder: PostgreSQL does not run as root, and its user cannot go there. The path of a
        # socket is short, too.
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.data = self.folder / "data"
        self.is_root = os.geteuid() == 0
        if self.is_root:
            user = pwd.getpwnam(USER)
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    def start(self):
        self._run(
            "initdb",
            "-D",
            self.data,
            "-U",
            USER,
            "--auth=trust",
            "--no-sync",
            "--encoding=UTF8",
            "--locale=C.UTF-8",
        )
        self.resume()
        self._run("createdb", "-h", self.folder, "-p", PORT, "-U", USER, "prosody")
        return self

    def pause(self):
        """Ends it as a power cut does; what is stored stays."""
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")

    def resume(self):
        settings = f"-k {self.folder} -p {PORT} -c listen_addresses='' -c fsync=off"
        self._run("pg_ctl", "-D", self.data, "-w", "-l", self.folder / "log", "-o", settings, "start")

    def stop(self):
        self.pause()
        shutil.rmtree(self.folder)

    def options(self):
        """For prosody.cfg.lua."""
        return {
            "driver": "PostgreSQL",
            "database": "prosody",
            "host": str(self.folder),
            "port": PORT,
            "username": USER,
            "password": "",
        }

    def dump(self):
        """Everything in the database, as text."""
        return self._run("pg_dump", "-h", self.folder, "-p", PORT, "-U", USER, "--inserts", "prosody")

    def _run(self, program, *arguments):
        command = [str(newest_version() / "bin" / program), *map(str, arguments)]
        if self.is_root:
            command = ["runuser", "-u", USER, "--", *command]
        done = subprocess.run(command, cwd="/", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}"
        return done.stdout


def newest_version():
    return max(PROGRAMS.iterdir(), key=lambda folder: int(folder.name))
