"""What the pages say, from the catalogues: people look for words, so these specs do."""

import functools
import re
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parents[2] / "lua" / "frontdoor" / "locale"


@functools.cache
def _catalogue(language):
    """The messages that are one line of text."""
    text = (CATALOGUES / f"{language}.ftl").read_text()
    return dict(re.findall(r"^([\w-]+) = (.+)$", text, re.M))


def say(language, message, **values):
    """A message as it is shown. The marks that the server puts around values in Arabic are not part of it."""
    return re.sub(r"{ \$(\w+) }", lambda found: values[found[1]], _catalogue(language)[message])
