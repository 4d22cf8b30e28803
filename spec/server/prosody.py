"""A real Prosody in a folder of its own."""

import http.client
import os
import re
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import lua

PROSODY = os.environ.get("PROSODY", "prosody")
PROSODYCTL = os.environ.get("PROSODYCTL", "prosodyctl")
REPOSITORY = Path(__file__).resolve().parents[2]
TEST_MODULES = Path(__file__).resolve().parent / "modules"

# Nobody waits this long unless something hangs.
PATIENCE = 60

BASE_MODULES = [
    "c2s",
    "saslauth",
    "disco",
    "roster",
    "ping",
    "admin_shell",
    "register_ibr",
    "user_account_management",
    "http",
    "cron",
    "probe",
]

# What Prosody complains about in any test set-up.
HARMLESS_ERRORS = [r"certificate"]


@dataclass
class Answer:
    """What came back for an HTTP request; header names are lower case."""

    status: int
    headers: dict
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class OpenRequest:
    """An HTTP request that has been sent and whose answer has not been read."""

    def __init__(self, connection):
        self.connection = connection

    def answer(self):
        response = self.connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        answer = Answer(response.status, headers, response.read())
        self.connection.close()
        return answer

    def abandon(self):
        self.connection.close()


class Prosody:
    """A server with the rock's modules.

    options: of the configuration file, for all hosts; `modules_enabled` is added to what every server has.
    hosts: further hosts beside localhost, with their options.
    """

    def __init__(self, folder, tree, options=None, hosts=None):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.tree = tree
        self.options = dict(options or {})
        self.hosts = {"localhost": {}, **(hosts or {})}
        self.data = self.folder / "data"
        self.config_file = self.folder / "prosody.cfg.lua"
        self.log_file = self.folder / "prosody.log"
        self.output_file = self.folder / "output.txt"
        self.http_port, self.c2s_port = free_ports(2)
        self.process = None
        # Patterns of errors in the log that a test provokes.
        self.expected_errors = []

    # Configuration

    def config(self):
        options = dict(self.options)
        modules = BASE_MODULES + options.pop("modules_enabled", [])
        defaults = {
            # Prosody refuses to run as root unless told to.
            "run_as_root": os.geteuid() == 0,
            "data_path": str(self.data),
            "pidfile": str(self.folder / "prosody.pid"),
            "log": {"debug": str(self.log_file)},
            "certificates": str(self.folder),
            "admin_socket": str(self.folder / "shell.sock"),
            "installer_plugin_path": str(self.tree),
            "plugin_paths": [str(TEST_MODULES)],
            "modules_enabled": modules,
            "modules_disabled": ["s2s", "s2s_auth_certs"],
            "http_ports": [self.http_port],
            "http_interfaces": ["127.0.0.1"],
            "https_ports": [],
            "c2s_ports": [self.c2s_port],
            "c2s_interfaces": ["127.0.0.1"],
            "c2s_direct_tls_ports": [],
            "c2s_require_encryption": False,
            "allow_unencrypted_plain_auth": True,
        }
        hosts = (f"\nVirtualHost {lua.literal(name)}\n{lua.options(own)}" for name, own in self.hosts.items())
        return lua.options({**defaults, **options}) + "".join(hosts)

    # Running it

    def start(self):
        self.data.mkdir(exist_ok=True)
        self.config_file.write_text(self.config())
        with self.output_file.open("ab") as output:
            command = [PROSODY, "-F", "--config", str(self.config_file)]
            self.process = subprocess.Popen(command, stdout=output, stderr=output, cwd=self.folder)
        self._wait_until_it_answers()
        return self

    def stop(self):
        """Ends it as the system does, and returns its exit status."""
        return self._end(signal.SIGTERM)

    def kill(self):
        """Ends it as a power cut does."""
        return self._end(signal.SIGKILL)

    def _end(self, how):
        self.process.send_signal(how)
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise AssertionError(f"Prosody did not end.\n{self.story()}") from None
        finally:
            self.process = None

    def restart(self):
        self.stop()
        return self.start()

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def _wait_until_it_answers(self):
        """Its ports are open before its last module is loaded, but nothing is answered until then."""

        def answers():
            if not self.is_running():
                raise AssertionError(f"Prosody ended while it started.\n{self.story()}")
            return is_listening(self.http_port) and is_listening(self.c2s_port)

        wait_until(answers, lambda: f"Prosody did not come up.\n{self.story()}")
        self.get("/")

    def shell(self, command):
        """Runs a command in the admin shell and returns what it prints. After "> " it is Lua."""
        words = [command] if command.startswith("> ") else command.split()
        run = [PROSODYCTL, "--config", str(self.config_file), "shell", *words]
        done = subprocess.run(run, capture_output=True, text=True, timeout=PATIENCE, cwd=self.folder)
        return done.stdout + done.stderr

    def reload(self, module, host="localhost"):
        printed = self.shell(f"module reload {module} {host}")
        assert "OK" in printed, printed

    # Its log

    def log(self):
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def story(self):
        """Everything it has said, for the message of a test that fails."""
        output = self.output_file.read_text(errors="replace") if self.output_file.exists() else ""
        return f"--- output\n{output}\n--- end of the log\n{self.log()[-20000:]}"

    def wait_for_log(self, text, times=1):
        wait_until(lambda: self.log().count(text) >= times, lambda: f"Not logged: {text}\n{self.story()}")

    def unexpected_errors(self):
        allowed = re.compile("|".join(HARMLESS_ERRORS + self.expected_errors))
        # A line that begins with a tab goes on with the message before it.
        lines = [line for line in self.log().split("\n") if not line.startswith("\t")]
        errors = [line for line in lines if "\terror\t" in line]
        return [line for line in errors if not allowed.search(line)]

    # Asking it

    def begin(self, method, path, body=None, headers=None, host="localhost"):
        """Sends a request; the answer is read later."""
        connection = http.client.HTTPConnection("127.0.0.1", self.http_port, timeout=PATIENCE)
        connection.request(method, path, body, {"Host": host, **(headers or {})})
        return OpenRequest(connection)

    def request(self, method, path, body=None, headers=None, host="localhost"):
        return self.begin(method, path, body, headers, host).answer()

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def post(self, path, body=b"", **more):
        return self.request("POST", path, body, **more)


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports


def is_listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def wait_until(happened, complaint):
    """Waits for what must come, at its own pace; `complaint` says what did not."""
    end = time.monotonic() + PATIENCE
    while not happened():
        if time.monotonic() > end:
            raise AssertionError(complaint())
        time.sleep(0.02)


def install_rock(tree):
    """Builds and installs the rock as README says, into a tree of its own."""
    luarocks("make", "--tree", str(tree), "rockspec/frontdoor-dev-1.rockspec")


def luarocks(*arguments):
    command = ["luarocks", "--lua-version", "5.4", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}{done.stderr}"
    return done.stdout
