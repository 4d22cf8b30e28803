"""Something without a browser, and the person who types its code on another device (RFC 8628)."""

import urllib.parse
from dataclasses import dataclass

from authorization import AUTHORIZE, DEVICE, TOKEN, Flow, Form, post_as
from endpoints import DEVICE_GRANT, new_network
from invitations import Page
from oauth import changed, content


@dataclass
class Waiting:
    """A device that shows a code, and the person who types it elsewhere."""

    client: object
    said: dict

    @property
    def server(self):
        return self.client.server

    @property
    def user_code(self):
        return self.said["user_code"]

    def visit(self, user_code=None, method="GET", **headers):
        """Opens the page with the code already in it; the answer."""
        return open_page(self.server, user_code or self.user_code, method, self.client.host, **headers)

    def confirm(self, user_code=None):
        """Goes on from the page that shows what is asked: the authorization request."""
        return request_from(self.client, self.visit(user_code))

    def approve(self, user, scopes=None):
        flow = self.confirm()
        answer = flow.decide(flow.log_in(user), "granted", scopes)
        assert_done(answer)
        return answer

    def deny(self, user):
        flow = self.confirm()
        answer = flow.decide(flow.log_in(user), "denied")
        assert answer.status in (200, 400), answer
        assert "location" not in answer.headers
        return answer

    def fields(self, **changes):
        return changed({"grant_type": DEVICE_GRANT, "device_code": self.said["device_code"]}, changes)

    def poll(self, auth=None, **changes):
        """Asks whether it may; the answer."""
        return post_as(self.client, TOKEN, self.fields(**changes), auth)

    def tokens(self, user, scopes=None):
        """Whatever the device gets once this user has allowed it."""
        self.approve(user, scopes)
        return content(self.poll())


def open_page(server, user_code=None, method="GET", host="localhost", **headers):
    """The page for codes, as somebody whom nobody has seen before; the answer."""
    query = "" if user_code is None else "?" + urllib.parse.urlencode({"user_code": user_code})
    return server.request(method, DEVICE + query, headers={**new_network(), **headers}, host=host)


def request_from(client, page):
    """The authorization request that the form of a page makes."""
    assert page.status == 200, page
    form = Form(Page(page), DEVICE)
    assert (form.method, urllib.parse.urlsplit(form.path).path) == ("get", AUTHORIZE)
    return Flow(client, dict(form.fields))


def wait(client, auth=None, **fields):
    """A device asks for codes."""
    answer = ask(client, changed({"scope": "openid xmpp"}, fields), auth)
    return Waiting(client, content(answer))


def ask(client, fields=(), auth=None):
    """The same, from where nobody else has asked; the answer."""
    return post_as(client, DEVICE, fields, auth, new_network())


def assert_page(answer, status=200):
    """Checks that an answer is a page with what all pages need that show a form; the page."""
    assert answer.status == status, answer
    assert answer.headers["content-type"].startswith("text/html")
    assert "no-store" in answer.headers["cache-control"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-frame-options"] == "DENY"
    assert "default-src" in answer.headers["content-security-policy"]
    assert not [name for name in answer.headers if name.startswith("access-control-")]
    page = Page(answer)
    # Nothing is loaded from elsewhere, and no form leads there.
    assert {urllib.parse.urlsplit(found).hostname for found in page.references()} <= {None, "localhost"}
    return page


def assert_done(answer):
    """Checks that an answer is the page after consent: nothing is left to do here."""
    page = assert_page(answer)
    assert not page.all("form") and not page.problems()
    assert "location" not in answer.headers
