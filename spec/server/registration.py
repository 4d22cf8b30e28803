"""A web form's server, and the person at the web form."""

import base64
import itertools
import json
import urllib.parse

AUTH_TOKEN = "the secret of the web form"
BASE = "/register_account/"
VERIFY = BASE + "verify/"
PASSWORD = "correct horse battery staple"

# What mod_register_json needs to answer on plain HTTP.
OPTIONS = {
    "modules_enabled": ["register_json"],
    "reg_servlet_auth_token": AUTH_TOKEN,
    "reg_servlet_secure": False,
}

_numbers = itertools.count(1)


def options(**changes):
    """Options of a server with mod_register_json and, if given, further modules."""
    modules = OPTIONS["modules_enabled"] + changes.pop("modules_enabled", [])
    return {**OPTIONS, **changes, "modules_enabled": modules}


def new_name(beginning="person"):
    return f"{beginning}{next(_numbers)}"


def person(**changes):
    """The five fields for somebody new."""
    name = changes.get("username") or new_name()
    fields = {
        "username": name,
        "password": PASSWORD,
        "ip": "192.0.2.1",
        "mail": f"{name}@mail.example",
        "auth_token": AUTH_TOKEN,
    }
    return {**fields, **changes}


def encode(fields):
    """The body as the web form sends it."""
    return base64.b64encode(json.dumps(fields).encode())


def register(server, fields=None, **more):
    """Asks for a registration; the answer."""
    return server.post(BASE, encode(fields or person()), **more)


def token_for(server, fields=None, **more):
    """A registration that went well; its token."""
    answer = register(server, fields, **more)
    assert answer.status == 200, answer
    return answer.text


def form(token):
    return urllib.parse.urlencode({"uuid": token})


def begin_confirm(server, token, **more):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return server.begin("POST", VERIFY, form(token), headers, **more)


def confirm(server, token, **more):
    """Presses the button on the verification page; the answer."""
    return begin_confirm(server, token, **more).answer()


def is_success(page):
    return page.status == 200 and "Your account is ready" in page.text


def join(server, fields=None, **more):
    """Registers and confirms somebody; the fields."""
    fields = fields or person()
    page = confirm(server, token_for(server, fields, **more), **more)
    assert is_success(page), page
    return fields


def probe(server, question, host="localhost", **values):
    """Asks spec/server/modules/mod_probe.lua; what it answers."""
    answer = server.get(f"/probe/{question}?" + urllib.parse.urlencode(values), host=host)
    assert answer.status == 200, f"{answer}\n{server.story()}"
    return json.loads(answer.body)
