"""Invites of all kinds, and the people who follow their links in a browser."""

import asyncio
import html.parser
import re
import urllib.parse
import xml.etree.ElementTree as ET

import xmpp
from registration import PASSWORD, new_name, probe

PAGE = "/invites_page"
FORM = "/register"
RESET = "/password_reset/reset"

# It could be a token, but is none.
UNKNOWN = "AAAAAAAAAAAAAAAAAAAAAAAA"

MODULES = ["invites_register_web"]

FORM_TYPE = {"Content-Type": "application/x-www-form-urlencoded"}


# Making invites

_waiting = {}


def evaluate(server, expression):
    """A Lua expression's value in the running server, as text."""
    printed = server.shell(f"> {expression}").strip()
    assert printed.startswith("Result: "), f"{expression}\n{printed}"
    return printed.removeprefix("Result: ")


def execute(server, statements):
    """Runs Lua in the server, on one line."""
    assert evaluate(server, f"(function () {statements}; return 'done'; end)()") == "done"


def link(server, command):
    """Makes an invite in the admin shell as an operator does; the link that it prints."""
    printed = server.shell(f"invite {command}")
    found = re.search(r"\S+:\S+[?#/]\S+", printed)
    assert found, printed
    return found[0]


def made(server, call, host="localhost"):
    """An invite that the shell cannot make: its token. The call is one of mod_invites' functions."""
    return evaluate(server, f'prosody.hosts["{host}"].modules.invites.{call}.token')


def token_of(url):
    return url.partition("?")[2]


def path_of(url):
    """What a browser asks for: the part of the address behind the host."""
    parts = urllib.parse.urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def account_invite(server, host="localhost"):
    """Good for one account of any name. The shell takes its time, so it makes a few at once."""
    waiting = _waiting.setdefault((server.folder, host), [])
    if not waiting:
        make = f'prosody.hosts["{host}"].modules.invites.create_account().token'
        waiting += evaluate(server, f"(('x'):rep(25):gsub('x', function () return {make}..' '; end))").split()
    return waiting.pop()


def reserved_invite(server, username, host="localhost"):
    return token_of(link(server, f"create_account {username}@{host}"))


def invite_from(server, inviter, host="localhost"):
    """Registers, and makes contacts of both."""
    return token_of(link(server, f"create_contact {inviter}@{host} --allow-registration"))


def contact_link(server, inviter, host="localhost"):
    """Only makes contacts."""
    return link(server, f"create_contact {inviter}@{host}")


def group_invite(server, host="localhost"):
    """Good for any number of accounts."""
    return made(server, 'create_group({ "group" }, nil, 3600)', host)


def expired_invite(server, host="localhost"):
    return made(server, "create_account(nil, nil, -10)", host)


def reset_link(server, username, host="localhost"):
    return link(server, f"create_reset {username}@{host}")


def withdraw(server, token, host="localhost"):
    assert "Invitation deleted" in server.shell(f"invite delete {host} {token}")


def is_pending(server, token, host="localhost"):
    return probe(server, "invite", host=host, token=token)["token"] == token


# Accounts


def new_account(server, username=None, password=PASSWORD, host="localhost"):
    """Somebody who has been there for long: the name."""
    username = username or new_name("inviter")
    assert probe(server, "create_user", host=host, username=username, password=password)["ok"]
    return username


def has_account(server, username, host="localhost"):
    return bool(probe(server, "account", host=host, username=username)["record"])


def contacts(server, username, password=PASSWORD, host="localhost"):
    """Somebody's roster: { address: subscription }."""

    async def visit():
        async with xmpp.Client(server, username, password, host=host) as client:
            answer = await client.ask("get", ET.Element("{jabber:iq:roster}query"), of_server=False)
            items = answer.xml.iter("{jabber:iq:roster}item")
            return {item.get("jid"): item.get("subscription") for item in items}

    return asyncio.run(visit())


# In the browser


def open_form(server, token, **more):
    """The registration form; further arguments are parameters of its address or, if named so, of get()."""
    options = {name: more.pop(name) for name in ("headers", "host") if name in more}
    return server.get(f"{FORM}?" + urllib.parse.urlencode({"t": token, **more}), **options)


def begin_post(server, path, fields, headers=None, host="localhost"):
    """Sends a form, given as a dict, as pairs, or as its bytes."""
    body = fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields)
    return server.begin("POST", path, body, {**FORM_TYPE, **(headers or {})}, host)


def begin_submit(server, token, user, password=PASSWORD, headers=None, host="localhost", **fields):
    fields = {"token": token, "user": user, "password": password, **fields}
    return begin_post(server, FORM, fields, headers, host)


def submit(server, token, user, *password, **more):
    """Sends the registration form; the answer."""
    return begin_submit(server, token, user, *password, **more).answer()


def submit_fields(server, fields, **more):
    """Sends the form with just these fields."""
    return begin_post(server, FORM, fields, **more).answer()


def begin_reset(server, token, password, headers=None, host="localhost"):
    return begin_post(server, RESET, {"token": token, "password": password}, headers, host)


def reset(server, token, password, **more):
    return begin_reset(server, token, password, **more).answer()


def is_success(answer):
    return answer.status == 200 and "Your account is ready" in answer.text


def follow(server, answer, **more):
    """Goes where a redirect leads to."""
    assert answer.status == 303, answer
    return server.get(path_of(answer.headers["location"]), **more)


def use_up(server, token, **more):
    """Registers somebody with an invite: the name."""
    username = new_name()
    answer = submit(server, token, username, **more)
    assert is_success(answer), answer
    return username


# Reading pages


class Page(html.parser.HTMLParser):
    """What is in a page: `elements` as (name, attributes), and `texts` with the names of what they are in."""

    def __init__(self, answer):
        super().__init__()
        self.elements, self.texts, self._open = [], [], []
        self.feed(answer.text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._open.append(tag)

    def handle_endtag(self, tag):
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, text):
        self.texts.append((tuple(self._open), text))

    def text(self, inside="body"):
        return " ".join("".join(text for tags, text in self.texts if inside in tags).split())

    def all(self, tag, **attributes):
        """The attributes of all such elements."""
        return [
            found
            for name, found in self.elements
            if name == tag and all(found.get(key) == value for key, value in attributes.items())
        ]

    def one(self, tag, **attributes):
        found = self.all(tag, **attributes)
        assert len(found) == 1, (tag, attributes, found)
        return found[0]

    def field(self, name):
        return self.one("input", name=name)

    def links(self):
        return [attributes["href"] for attributes in self.all("a")]

    def problems(self):
        """What is said in the box at the top that screen readers announce."""
        return self.text() if self.all("div", role="alert") else ""

    def suggestions(self):
        """Where the free names lead to, that are offered instead of a taken one."""
        queries = [urllib.parse.urlsplit(href).query for href in self.links()]
        return [query["user"][0] for query in map(urllib.parse.parse_qs, queries) if "user" in query]

    def references(self):
        """Everything that a browser loads or goes to, but for what a person chooses to tap."""
        loading = [("link", "href"), ("script", "src"), ("img", "src"), ("form", "action"), ("iframe", "src")]
        return [found[name] for tag, name in loading for found in self.all(tag) if found.get(name)]
