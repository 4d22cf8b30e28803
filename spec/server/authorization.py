"""A user who logs in and allows something in a browser, and the client that gets tokens by it.

    flow = begin(client, scope="openid xmpp")     # nothing is sent yet
    consent = flow.log_in("juliet")               # GET, then the login form: the page that asks for consent
    redirect = flow.allow(consent)                # or allow(consent, ["xmpp"]), or deny(consent)
    tokens = content(flow.redeem(redirect.code))

or at once: `code_for(...)`, `tokens_for(...)`. `begin` takes changes of the query's parameters, LEFT_OUT
leaves one out, and `flow.raw_query` replaces the whole query. What a browser sends has its Sec-Fetch-Site.
"""

import base64
import hashlib
import itertools
import json
import secrets
import urllib.parse
from dataclasses import dataclass, field

import oauth
from invitations import FORM_TYPE, Page, new_account
from oauth import LEFT_OUT, changed, content
from registration import PASSWORD

AUTHORIZE = "/oauth2/authorize"
TOKEN = "/oauth2/token"
DEVICE = "/oauth2/device"
INTROSPECT = "/oauth2/introspect"
REVOKE = "/oauth2/revoke"
USERINFO = "/oauth2/userinfo"

REDIRECT_URI = "https://app.example.com/redirect"
ALL_SCOPES = "openid offline_access xmpp"

# What a browser says of a form that it sends to where it comes from.
SAME_SITE = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}

_numbers = itertools.count(1)


# Servers, clients and users


def options(**changes):
    """Options of a server with mod_http_oauth2, a clock to turn (`advance`), and nobody who has to wait."""
    modules = ["test_clock", *changes.pop("modules_enabled", [])]
    return oauth.options(**{"modules_enabled": modules, "oauth2_login_limit": 0, **changes})


def advance(server, seconds, host="localhost"):
    """Lets time pass, for what mod_test_clock says; until the server is restarted."""
    answer = server.post("/test_clock", str(seconds), host=host)
    assert answer.status == 200, answer


def app(**changes):
    """Metadata of a client with a secret that may use codes and refresh tokens."""
    return oauth.web(**{"grant_types": ["authorization_code", "refresh_token"], **changes})


def public_app(**changes):
    """The same without a secret."""
    members = {"token_endpoint_auth_method": "none", "redirect_uris": ["com.example.app:/redirect"]}
    return app(**{**members, **changes})


def implicit_app(**changes):
    """Metadata of a client that gets a token without a code, where that is allowed."""
    return oauth.web(**{"grant_types": ["implicit"], "response_types": ["token"], **changes})


def new_user(server, host="localhost", password=PASSWORD):
    """An account; its name."""
    return new_account(server, f"user{next(_numbers)}", password, host)


def new_verifier():
    """A code_verifier (RFC 7636 §4.1)."""
    return secrets.token_urlsafe(48)


def s256(verifier):
    """Its code_challenge (RFC 7636 §4.2)."""
    return oauth.base64url(hashlib.sha256(verifier.encode()).digest())


# Requests of clients


def basic(user, password):
    """The header of a client's credentials, each form-encoded first (RFC 6749 §2.3.1)."""
    both = f"{urllib.parse.quote_plus(user)}:{urllib.parse.quote_plus(password)}"
    return {"Authorization": "Basic " + base64.b64encode(both.encode()).decode()}


def credentials(client, how=None):
    """What a client authenticates with, as headers and fields: "basic", "post" or "none" (just its id).

    Without `how`: basic if it has a secret, else none.
    """
    how = how or ("basic" if "client_secret" in client.said else "none")
    if how == "basic":
        return basic(client.id, client.secret), {}
    if how == "post":
        return {}, {"client_id": client.id, "client_secret": client.secret}
    assert how == "none", how
    return {}, {"client_id": client.id}


def post_form(server, path, fields=(), headers=None, host="localhost"):
    """Sends fields, a dict or pairs or bytes, that a program would; the answer."""
    return begin_post_form(server, path, fields, headers, host).answer()


def begin_post_form(server, path, fields=(), headers=None, host="localhost"):
    body = fields if isinstance(fields, bytes) else urllib.parse.urlencode(fields)
    return server.begin("POST", path, body, {**FORM_TYPE, **(headers or {})}, host)


def post_as(client, path, fields=(), auth=None, headers=None):
    """The same with the credentials of a client: see `credentials`. Fields that are LEFT_OUT are."""
    return begin_post_as(client, path, fields, auth, headers).answer()


def begin_post_as(client, path, fields=(), auth=None, headers=None):
    own_headers, own_fields = credentials(client, auth)
    both = changed(own_fields, dict(fields))
    return begin_post_form(client.server, path, both, {**own_headers, **(headers or {})}, client.host)


def refresh(client, refresh_token, auth=None, **changes):
    """Asks for new tokens (RFC 6749 §6); the answer."""
    fields = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return post_as(client, TOKEN, changed(fields, changes), auth)


def assert_error(answer, error, status=400, parameter=None):
    """Checks that an answer is an OAuth error (RFC 6749 §5.2), maybe about a parameter; the object."""
    said = content(answer, status)
    assert said["error"] == error, said
    assert answer.headers["pragma"] == "no-cache", answer.headers
    if "error_description" in said:
        assert oauth.DESCRIPTION.fullmatch(said["error_description"]), said
    assert parameter is None or parameter in said["error_description"], said
    return said


def assert_unauthorized(answer, host="localhost"):
    """Checks that an answer is what a client without good credentials gets; the object."""
    challenge = answer.headers.get("www-authenticate", "none")
    assert challenge.startswith(f'Basic realm="{host}/http_oauth2"'), answer
    return assert_error(answer, "invalid_client", 401)


# Pages


class Form:
    """A form of a page as a browser understands it.

    fields: (name, value) of whatever is sent without touching anything, buttons aside.
    boxes: (value, is_ticked) of the checkboxes named "scope"; buttons: (name, value) of what can be pressed.
    """

    def __init__(self, page, path):
        forms = [form for form in page.all("form") if form.get("method") != "dialog"]
        assert len(forms) == 1, forms
        self.method = forms[0].get("method", "get").lower()
        self.path = urllib.parse.urljoin(path, forms[0].get("action") or path)
        self.fields, self.boxes, self.buttons = [], [], []
        for tag, found in page.elements:
            name, value, kind = found.get("name"), found.get("value") or "", found.get("type", "")
            if not name or "disabled" in found:
                continue
            if tag == "button" or (tag == "input" and kind == "submit"):
                self.buttons.append((name, value))
            elif tag == "input" and kind in ("checkbox", "radio"):
                if name == "scope":
                    self.boxes.append((value, "checked" in found))
                if "checked" in found:
                    self.fields.append((name, value))
            elif tag == "input":
                self.fields.append((name, value))

    def value(self, name):
        found = [value for each, value in self.fields if each == name]
        assert len(found) == 1, (name, self.fields)
        return found[0]

    def scopes(self):
        """All that can be granted on it: what boxes there are for, and what is sent in any case."""
        boxes = [value for value, _ in self.boxes]
        return [value for name, value in self.fields if name == "scope" and value not in boxes] + boxes


class Redirect:
    """Where an answer sends the browser: `target` is the address without what the server has added.

    `parameters` are of the query, or of the fragment if there is one, in which none is there twice.
    """

    def __init__(self, answer):
        assert answer.status == 303, answer
        self.location = answer.headers["location"]
        front, hash_sign, fragment = self.location.partition("#")
        self.has_fragment = bool(hash_sign)
        self.target, _, query = front.partition("?")
        self.query = query
        text = fragment if self.has_fragment else query
        self.pairs = urllib.parse.parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text))
        self.parameters = dict(self.pairs)
        assert len(self.pairs) == len(self.parameters), self.location

    @property
    def code(self):
        assert "code" in self.parameters, self.location
        return self.parameters["code"]

    @property
    def error(self):
        assert "code" not in self.parameters and "access_token" not in self.parameters, self.location
        return self.parameters.get("error")


# Authorization requests


@dataclass
class Flow:
    """One authorization request of a client, in one browser."""

    client: object
    parameters: dict
    verifier: str = None
    headers: dict = field(default_factory=dict)
    raw_query: str = None

    @property
    def server(self):
        return self.client.server

    @property
    def query(self):
        return urllib.parse.urlencode(self.parameters) if self.raw_query is None else self.raw_query

    @property
    def path(self):
        return f"{AUTHORIZE}?{self.query}" if self.query else AUTHORIZE

    def open(self, **headers):
        """Follows the client's link; the answer."""
        return self.server.get(self.path, headers={**self.headers, **headers}, host=self.client.host)

    def begin_send(self, fields, path=None, **headers):
        """Sends these fields as the page's form does; the answer can be read later."""
        both = {**SAME_SITE, **self.headers, **headers}
        return begin_post_form(self.server, path or self.path, fields, both, self.client.host)

    def send(self, fields, path=None, **headers):
        return self.begin_send(fields, path, **headers).answer()

    def try_login(self, username, password=PASSWORD, **headers):
        """Types these into the form of the login page, and sends it; the answer."""
        form = login_form(self.open(), self.path)
        typed = [pair for pair in form.fields if pair[0] not in ("username", "password")]
        typed += [("username", username), ("password", password)]
        return self.send(typed, form.path, **headers)

    def log_in(self, username, password=PASSWORD):
        """Logs in; the form of the page that asks for consent."""
        return consent_form(self.try_login(username, password), self.path)

    def decide(self, consent, button, scopes=None, **changes):
        """Presses a button with these scopes ticked, or all that there are; the answer."""
        scopes = consent.scopes() if scopes is None else scopes
        fields = {name: value for name, value in consent.fields if name != "scope"}
        fields = changed({**fields, "consent": button}, changes)
        return self.send([*fields.items(), *(("scope", scope) for scope in scopes)], consent.path)

    def allow(self, consent, scopes=None, **changes):
        return Redirect(self.decide(consent, "granted", scopes, **changes))

    def deny(self, consent, **changes):
        return Redirect(self.decide(consent, "denied", **changes))

    def code(self, username, scopes=None, password=PASSWORD):
        """Logs in and allows; the code."""
        return self.allow(self.log_in(username, password), scopes).code

    def redeem(self, code, auth=None, **changes):
        """Redeems a code (RFC 6749 §4.1.3), as the client that asked; the answer."""
        return post_as(self.client, TOKEN, self.redemption(code, **changes), auth)

    def redemption(self, code, **changes):
        """The fields of it, with changes."""
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.parameters.get("redirect_uri", LEFT_OUT),
            "code_verifier": self.verifier or LEFT_OUT,
        }
        return changed(fields, changes)


def begin(client, headers=None, **changes):
    """An authorization request for "xmpp", with a state and PKCE; and with changes."""
    verifier = new_verifier()
    parameters = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.said.get("redirect_uris", [LEFT_OUT])[0],
        "scope": "xmpp",
        "state": secrets.token_urlsafe(9),
        "code_challenge": s256(verifier),
        "code_challenge_method": "S256",
    }
    if changes.get("code_challenge") is LEFT_OUT:
        changes.setdefault("code_challenge_method", LEFT_OUT)
        verifier = None
    return Flow(client, changed(parameters, changes), verifier, dict(headers or {}))


def login_form(answer, path=AUTHORIZE, status=200):
    """The form of a login page."""
    assert answer.status == status, answer
    page = Page(answer)
    form = Form(page, path)
    assert form.method == "post" and page.field("username") and page.field("password"), answer.text
    return form


def consent_form(answer, path=AUTHORIZE):
    """The form of the page that asks for consent."""
    assert answer.status == 200, answer
    form = Form(Page(answer), path)
    assert form.method == "post" and form.value("user_token"), answer.text
    assert {("consent", "granted"), ("consent", "denied")} <= set(form.buttons), answer.text
    return form


def code_for(client, username, **changes):
    """A code, and the flow that it is of."""
    flow = begin(client, **changes)
    return flow.code(username), flow


def tokens_for(client, username, scope=ALL_SCOPES, **changes):
    """What a client gets for all that a user grants to it: access_token and so on."""
    code, flow = code_for(client, username, scope=scope, **changes)
    return content(flow.redeem(code))


def authentications(server, username, host="localhost"):
    """What modules are told of somebody's logins, by mod_auth_events."""
    answer = server.get("/auth_events", host=host)
    return [event for event in json.loads(answer.body) if event.get("sasl_username") == username]
