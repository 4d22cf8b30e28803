"""Requests that anybody sends: those to pages, those of programs, and rubbish. One request each, and what it must be answered."""

import random
import urllib.parse

import oauth
from authorization import (
    AUTHORIZE,
    DEVICE,
    INTROSPECT,
    REVOKE,
    SAME_SITE,
    TOKEN,
    USERINFO,
    basic,
    new_verifier,
    s256,
)
from invitations import FORM, FORM_TYPE, PAGE, UNKNOWN
from registration import BASE, VERIFY, encode, person

JSON = {"Content-Type": "application/json"}
ASSETS = ["/frontdoor_assets/style.css", "/frontdoor_assets/script.js"]
WRONG_CODE = "GET", f"{DEVICE}?user_code=BCDF-GHJK"
GARBAGE = bytes(range(256)) * 4


class Strangers:
    """A client that is registered, and the requests of whoever comes along."""

    def __init__(self, client):
        self.client = client
        self.credentials = basic(client.id, client.secret)
        # (how often, status, request); a request is method, path, body and headers.
        self.kinds = [
            # Programs, good and bad ones, ask most often.
            (30, 400, lambda: self.form(TOKEN, grant_type="authorization_code", code="x" * 24, code_verifier="v" * 43)),
            (20, 400, lambda: self.form(TOKEN, grant_type="refresh_token", refresh_token="secret-token:x")),
            (10, 400, lambda: self.form(TOKEN, grant_type=oauth.DEVICE_GRANT, device_code="x.y.z")),
            (30, 200, lambda: self.form(INTROSPECT, token="garbage")),
            (10, 200, lambda: self.form(REVOKE, token="garbage")),
            (20, 401, lambda: ("GET", USERINFO, None, {"Authorization": "Bearer x"})),
            (10, 200, lambda: ("GET", oauth.DISCOVERY)),
            (6, 200, lambda: ("GET", "/oauth2/jwks")),
            (10, 400, lambda: ("POST", oauth.REGISTER, b'{"client_name":"x"}', JSON)),
            (10, 403, lambda: ("POST", "/invites_api", b"", {"Authorization": "Bearer x/y"})),
            (5, 400, lambda: ("POST", "/register_api/register", b"{", JSON)),
            (5, 404, lambda: ("GET", f"/register_api/invite/{UNKNOWN}")),
            (5, 401, lambda: ("POST", BASE, encode(person(auth_token="wrong")))),
            # What is nothing at all.
            (5, 400, lambda: ("POST", oauth.REGISTER, GARBAGE, JSON)),
            (5, 400, lambda: ("POST", TOKEN, GARBAGE, FORM_TYPE)),
            (2, 400, lambda: ("POST", BASE, GARBAGE)),
            (4, 404, lambda: ("GET", f"/nothing/{random.getrandbits(64)}")),
            # Pages, and what belongs to them.
            (4, 404, lambda: ("GET", f"{PAGE}?{UNKNOWN}")),
            (2, 303, lambda: ("GET", f"{FORM}?t={UNKNOWN}")),
            (4, 200, self.login_page),
            (2, 400, lambda: ("GET", f"{AUTHORIZE}?client_id=x&response_type=code")),
            (1, 400, lambda: WRONG_CODE),
            (2, 200, lambda: ("GET", f"{VERIFY}?uuid=00000000-0000-4000-8000-000000000000")),
            (4, 200, lambda: ("GET", random.choice(ASSETS))),
            (1, 200, lambda: ("GET", oauth.REGISTER)),
        ]
        self.shares = [share for share, _, _ in self.kinds]

    def form(self, path, **fields):
        return "POST", path, urllib.parse.urlencode(fields), {**FORM_TYPE, **self.credentials}

    def login_page(self):
        """As far as a robot gets that follows a link: nobody logs in."""
        query = {"client_id": self.client.id, "redirect_uri": "https://app.example.com/redirect", "response_type": "code",
                 "scope": "openid xmpp", "code_challenge": s256(new_verifier()), "code_challenge_method": "S256"}
        return "GET", f"{AUTHORIZE}?{urllib.parse.urlencode(query)}"

    def ask(self, visitor):
        """One of the requests, each as often as its share says."""
        visitor.move()
        _, status, make = random.choices(self.kinds, self.shares)[0]
        self.check(visitor, make(), status)

    def ask_each(self, visitor):
        """All of them, once."""
        for _, status, make in self.kinds:
            self.check(visitor, make(), status)

    def check(self, visitor, request, status):  # noqa: PLR6301
        answer = visitor.request(*request)
        assert answer.status == status, (request[:2], status, answer.status, answer.body[:200])

    def fill(self, visitor, number):
        """A path that leads nowhere, a wrong password for a name that nobody has, a bad client and a wrong code of a device, each
        from one address.

        Prosody remembers the last 10000 paths, and limits of tries as many names and addresses: they are full after that.
        """
        visitor.move(number)
        self.check(visitor, ("GET", f"/nothing/{number}"), 404)
        fields = urllib.parse.urlencode({"username": f"nobody{number}", "password": "guessed"})
        self.check(visitor, ("POST", self.login_page()[1], fields, {**FORM_TYPE, **SAME_SITE}), 200)
        self.check(visitor, ("POST", oauth.REGISTER, GARBAGE, JSON), 400)
        self.check(visitor, WRONG_CODE, 400)
