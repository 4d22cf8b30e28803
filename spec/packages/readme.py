"""The commands of README.md: what an operator copies, a test runs."""

import re
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"

# <!-- name -->, and the code below it.
MARKED = re.compile(r"^<!-- (?P<name>[^\n]+) -->\n```\w+\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def marked_code():
    """All code that has a name in a comment above it: { name: code }."""
    return {found["name"]: found["code"] for found in MARKED.finditer(README.read_text())}


def installation(kind, release):
    """What leads from a Debian with nothing on it to an installed package, in the order of README."""
    code = marked_code()
    needs = f"install: needs of {kind}"
    names = [f"install: {release}", needs, f"{needs} {release}", f"install: {kind}"]
    assert f"install: {kind}" in code, f"README says nothing of how to install the {kind}"
    return [code[name] for name in names if name in code]


def removal(kind):
    return marked_code()[f"remove: {kind}"]


def step(name):
    return marked_code()[name]
