"""An operator with a configuration, who asks prosodyctl what is wrong with it and does what it says."""

import re
import subprocess
from dataclasses import dataclass, field

import lua
import prosody
from api import prosodyctl

KEY = "kQ7w0aVbN3xT5yU9pLmZ2cRfG8hJ4sDe"
TOKEN = "Zx81mQv3-Wn5pTk7-Yr2bLs9-Hd4cFg6"
SECRETS = [KEY, TOKEN]

MODULES = [
    "invites_register_web",
    "invites_api",
    "invites_register_api",
    "register_json",
    "http_oauth2",
    "adhoc_oauth2_client",
]

# Nothing is wrong with this.
OPTIONS = {
    "modules_enabled": MODULES,
    "http_external_url": "https://localhost/",
    "oauth2_registration_key": KEY,
    "reg_servlet_auth_token": TOKEN,
}


@dataclass
class Problem:
    level: str
    hosts: list
    text: str
    section: str = None
    lines: list = field(default_factory=list)
    command: str = None
    note: str = ""


class Configuration(prosody.Prosody):
    """Options of None are left out. `more` is what follows the hosts, as Lua."""

    def __init__(self, folder, tree, options=None, hosts=None, more=""):
        given = {**OPTIONS, **(options or {})}
        super().__init__(folder, tree, {name: value for name, value in given.items() if value is not None}, hosts)
        self.data.mkdir()
        self.config_file.write_text(self.config() + more)
        self.config_file.chmod(0o640)

    def check(self, *arguments):
        """What prosodyctl does, with its problems read."""
        done = prosodyctl(self, "mod_frontdoor", "check", *arguments)
        for secret in SECRETS:
            assert secret not in done.stdout + done.stderr
        done.problems = read_problems(done.stdout)
        return done

    # Doing what it says

    def follow(self, problem):
        """Follows the advice, if it is more than a note; whether it was."""
        if problem.command:
            self._use(self._run(problem.command), problem)
        for line in problem.lines:
            self._put(line, problem.section)
        return bool(problem.command or problem.lines)

    def _run(self, command):
        command = re.sub(r"^prosodyctl", f"{prosody.PROSODYCTL} --config {self.config_file}", command)
        done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=self.folder)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _use(self, printed, problem):
        if re.match(r"\w+ = ", printed):
            self._put(printed, "*")
        elif printed:
            option = re.search(r", as (\w+)\.", problem.note)[1]
            self._put(f"{option} = {lua.literal(printed)}", "*")

    def _put(self, line, section):
        """At the end of a section: of options that stand there twice the last counts."""
        sections = re.split(r"\n(?=VirtualHost|Component)", self.config_file.read_text())
        for at, text in enumerate(sections):
            name = re.match(r'(?:VirtualHost|Component) "([^"]+)"', text)
            if (name[1] if name else "*") == section:
                sections[at] = f"{text.rstrip()}\n{line}\n"
        self.config_file.write_text("\n".join(sections))


def read_problems(output):
    problems = []
    target = None
    for line in output.splitlines():
        begins = re.match(r"(error|warning|hint): (.*?): (.*)", line)
        if begins:
            problems.append(Problem(begins[1], begins[2].split(", "), begins[3]))
        elif line.startswith("        ") and target == "command":
            problems[-1].command = line.strip()
        elif line.startswith("        "):
            problems[-1].lines.append(line.strip())
        elif line.startswith("    "):
            target = "command" if line.strip() == "Run this:" else "lines"
            problems[-1].section = problems[-1].section or _section(line)
            problems[-1].note += line.strip()
    return problems


def _section(line):
    if "global section, above" in line:
        return "*"
    name = re.search(r'Put this at the end of (?:VirtualHost|Component) "([^"]+)":', line)
    return name[1] if name else None


def snapshot(folder):
    """Each file below a folder with its content, each folder."""
    return {path: path.read_bytes() if path.is_file() else None for path in folder.rglob("*") if not path.is_socket()}


def matching(done, text):
    """The problems that say this."""
    return [problem for problem in done.problems if text in problem.text]
