"""Somebody who means harm: what he sends in every field there is, and what must not come of it.

Each payload has the word `hostile` in it. It may come back as text, and as nothing else: see `assert_harmless`.
"""

import json
import re
import urllib.parse
from dataclasses import dataclass, field

import invitations
import oauth
from authorization import app, begin, new_user, options, tokens_for
from endpoints import DEVICE_GRANT
from oauth import register
from registration import person, token_for
from test_invites_api import new_key

SITE_NAME = "Casa Capulet"

# Ways out of a text, an attribute, a comment, a stylesheet or a script.
MARKUP = [
    '"><hostile onhostile=1>',
    "'><hostile>",
    "<script>hostile()</script>",
    "<img src=x onerror=hostile()>",
    "<svg/onload=hostile()>",
    "</title></style></script></textarea><hostile>",
    "--><hostile><!--",
    "]]><hostile>",
    '" onhostile="1',
    "' onhostile='1",
    " onhostile=1 x=",
    "&lt;hostile&gt;",
    "&#60;hostile&#62;",
    "+ADw-hostile+AD4-",
    "javascript:hostile()",
    " \tjAvAsCrIpT:hostile()",
    "data:text/html,<hostile>",
    "}*{background:url(//hostile.example/)}",
]

# Ways into a template: Prosody's, ours, Fluent's, and those of others.
TEMPLATES = [
    "hostile{site_name}",
    "hostile{site_name!}",
    "hostile{domain|lower}",
    "hostile{assets.style}",
    "hostile{say.invite_title}",
    "hostile{token?x}{token&y}",
    "hostile%{site_name}",
    "hostile#{invite.token}",
    "hostile{ $site_name }",
    "hostile{{7*7}}${7*7}",
    "hostile%head%%main%",
    "hostile%REG-URL",
    "hostile%b{}%1%0%s%d%n",
    "{hostile",
    "hostile}",
]

# Ways into a header, a log or a terminal, and names that are not what they look like.
CONTROLS = [
    "\r\nX-Hostile: 1",
    "\nX-Hostile: 1",
    "\rX-Hostile: 1",
    "\r\n\r\n<hostile>",
    "%0d%0aX-Hostile: 1",
    "\u560d\u560aX-Hostile: 1",
    "\x85X-Hostile: 1",
    "\u2028X-Hostile: 1",
    "hostile\0",
    "\x1b[31mhostile\x7f\x0b",
    "\u202eelitsoh",
    "hos\u200b\u2066tile\u2069",
    "\ufeffhostile\uffff",
    "\uff1chostile\uff1e",
    "../../../hostile",
    "//hostile.example/%2e%2e",
    "hostile" * 200,
]

PAYLOADS = MARKUP + TEMPLATES + CONTROLS

# What a template would have made of one.
EXPANDED = re.compile(
    f"hostile(?:{SITE_NAME}|49|localhost|/frontdoor_assets|/register_account|Join|You|nil)", re.I
)

HERE = "HOSTILE-TEXT-STANDS-HERE"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


@dataclass
class Place:
    """A request with one field for a payload: HERE, encoded as it has to be there."""

    method: str
    target: str
    body: str = None
    content_type: str = FORM
    headers: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.method} {self.target[:60]} {(self.body or '')[:60]}"

    def send(self, server, payload):
        quoted = urllib.parse.quote(payload, safe="")
        body = self.body and self.body.replace(HERE, inside(self.content_type, payload))
        headers = {name: value.replace(HERE, as_header(payload)) for name, value in self.headers.items()}
        if body is not None:
            headers["Content-Type"] = self.content_type
        return server.request(self.method, self.target.replace(HERE, quoted), body, headers)


def inside(content_type, payload):
    return json.dumps(payload)[1:-1] if content_type == JSON else urllib.parse.quote(payload, safe="")


def as_header(payload):
    """As far as a header can have it at all: it is one line of bytes."""
    return re.sub(r"[\r\n\0]", " ", payload).encode().decode("latin-1").strip()


# The world that he finds


class World:
    """A server with all that people and programs have on it: what a request needs to get far enough."""

    def __init__(self, server):
        self.server = server
        self.user = new_user(server)
        self.invite = invitations.group_invite(server)
        self.contact = invitations.path_of(invitations.contact_link(server, self.user))
        grants = ["authorization_code", "refresh_token", DEVICE_GRANT, "password"]
        self.client = register(server, app(grant_types=grants, application_type="web"))
        self.tokens = tokens_for(self.client, self.user)
        self.waiting = token_for(server, person())
        key = server.key
        self.api = {"Authorization": f"Bearer {key}"}
        self.secret = {"client_id": self.client.id, "client_secret": self.client.secret}

    def reset(self):
        """The token of a link to choose a new password."""
        return invitations.token_of(invitations.reset_link(self.server, self.user))

    def flow(self):
        return begin(self.client, scope="openid xmpp")


def each(fields):
    """Forms, or queries, in which one field after the other is hostile, and one more that nobody knows."""
    for name in [*fields, "x"]:
        rest = urllib.parse.urlencode({other: value for other, value in fields.items() if other != name})
        yield f"{rest}&{name}={HERE}".lstrip("&")


def each_member(members):
    for name in [*members, "x"]:
        yield json.dumps({**members, name: HERE})


# What must not come of it


def assert_harmless(answer, about=""):
    """Checks that nothing of a payload has become more than text; the page, if it is one."""
    told = f"{about}\n{answer}"
    assert answer.status < 500, told
    for name, value in answer.headers.items():
        assert "hostile" not in name, told
        assert value.isascii() and value.isprintable(), told
    assert "set-cookie" not in answer.headers, told
    assert_refers_to_us(answer.headers.get("location", ""), told)
    content_type = answer.headers.get("content-type", "")
    body = answer.body.decode()
    assert not EXPANDED.search(body), told
    if content_type.startswith("text/html"):
        return assert_harmless_page(answer, told)
    is_plain = content_type.split(";")[0] in ("", "application/json", "text/plain", "image/svg+xml", "text/css")
    assert is_plain or "hostile" not in body, told
    return None


def assert_harmless_page(answer, told):
    page = invitations.Page(answer)
    for tag, attributes in page.elements:
        assert "hostile" not in tag, told
        for name, value in attributes.items():
            assert not name.startswith("on"), told
            if name in ("href", "src", "action", "formaction", "content", "style"):
                assert_refers_to_us(value or "", told)
    for tags, text in page.texts:
        assert not {"script", "style"} & set(tags) or "hostile" not in text, told
    return page


def assert_refers_to_us(url, told):
    """The payload may be in the query of an address, but is never where it leads."""
    parts = urllib.parse.urlsplit(re.sub(r"[\0-\x20]", "", url))
    assert parts.scheme.lower() not in ("javascript", "data", "vbscript"), told
    assert "hostile" not in parts.netloc.lower(), told
    assert not re.match(r"[/\\]{2}", url), told


def start(start_server, hosts=None):
    """A server with all that strangers can send something to, and a key of its API."""
    server = start_server(options(modules_enabled=MODULES, **OPTIONS), hosts)
    server.key = new_key(server)
    return server


def assert_nothing_logged(server):
    """No fault of ours, and whatever we have logged stays in its line: the next one begins with a time."""
    entries = re.split(r"^(?=\w+ \d\d \d\d:)", server.log(), flags=re.M)
    faults = [entry for entry in entries if "/frontdoor/" in entry and "traceback" in entry or re.search(r"/mod_\w+/.*:\d+:", entry)]
    assert not faults, faults
    longer = [entry for entry in entries if re.search(r"\tlocalhost:|^\S+ \S+ \S+ localhost:", entry) and "\n\t" in entry]
    assert not longer, longer


OPTIONS = {
    **oauth.ALL_ALLOWED,
    "site_name": SITE_NAME,
    "invites_register_limit": 0,
    "invites_api_limit": 0,
    "reg_servlet_auth_token": "the secret of the web form",
    "reg_servlet_secure": False,
}
MODULES = ["invites_register_web", "invites_api", "invites_register_api", "register_json"]
