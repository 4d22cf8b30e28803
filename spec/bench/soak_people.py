"""Whole ways through the front door, from the invitation to the deleted account: whatever somebody makes is gone afterwards."""

import base64
import hashlib
import hmac
import itertools
import json
import secrets
import time

import authorization
import devices
import invitations
import oauth
import registration
from api import bearer
from endpoints import EVERY_GRANT, every_app
from oauthbearer import SASL, Connection, Refused

PASSWORD = registration.PASSWORD
WEAK = "short"

# Seconds after which a form has been dealt with, whether or not somebody waits for the answer.
LONG_ENOUGH = 1
JSON = {"Content-Type": "application/json"}


class Chat(Connection):
    """A connection to the server, which has nothing to hash when somebody logs in on it (RFC 5802)."""

    def log_in(self, username, password=PASSWORD):
        nonce = secrets.token_hex(12)
        first = f"n={username},r={nonce}"
        challenge = self._step(f"<auth xmlns='{SASL}' mechanism='SCRAM-SHA-1'>", f"n,,{first}", "</auth>")
        said = dict(part.split("=", 1) for part in challenge.split(","))
        assert said["r"].startswith(nonce), challenge
        salted = hashlib.pbkdf2_hmac("sha1", password.encode(), base64.b64decode(said["s"]), int(said["i"]))
        last = f"c=biws,r={said['r']}"
        message = f"{first},{challenge},{last}".encode()
        key = hmac.digest(salted, b"Client Key", "sha1")
        signature = hmac.digest(hashlib.sha1(key).digest(), message, "sha1")
        proof = base64.b64encode(bytes(a ^ b for a, b in zip(key, signature))).decode()
        signed = self._step(f"<response xmlns='{SASL}'>", f"{last},p={proof}", "</response>")
        expected = hmac.digest(hmac.digest(salted, b"Server Key", "sha1"), message, "sha1")
        assert base64.b64decode(signed.removeprefix("v=")) == expected, signed
        self._open()
        return self.bind()

    def _step(self, begin, text, end):
        self.send(begin + base64.b64encode(text.encode()).decode() + end)
        answer = self.read()
        if answer.tag == f"{{{SASL}}}failure":
            raise Refused(answer[0].tag.partition("}")[2])
        return base64.b64decode(answer.text).decode()

    def delete_account(self):
        """The server may close the connection before it answers."""
        try:
            answer = self.ask("set", "<query xmlns='jabber:iq:register'><remove/></query>")
            assert answer is None or answer.get("type") == "result", answer
        except ConnectionError:
            pass


class People:
    """The journeys of one process: `visitor` asks for all of them."""

    JOURNEYS = ["by_invitation", "by_mail", "by_program", "with_an_app", "with_a_device", "declined", "turned_away", "hung_up"]

    def __init__(self, visitor, name, api_key):
        self.visitor, self.name, self.api_key = visitor, name, api_key
        self.numbers = itertools.count(1)

    def go(self, number):
        """One journey after the other, each as somebody else."""
        journey = self.JOURNEYS[number % len(self.JOURNEYS)]
        self.visitor.move()
        self.visitor.close()
        getattr(self, journey)()
        self.visitor.tally.journeys[journey] += 1

    def new_name(self):
        return f"{self.name}-{next(self.numbers)}"

    def expect(self, status, *asked, **more):
        answer = self.visitor.request(*asked, **more)
        assert answer.status == status, (status, asked[:2], answer.status, answer.body[:300])
        return answer

    def invite(self):
        """A new invite: its link and token. The program that asks for it asks twice, as if the first answer had been lost."""
        headers = bearer(self.api_key, **{"Idempotency-Key": secrets.token_hex(16)})
        link, again = (self.expect(201, "POST", "/invites_api", b"", headers).headers["location"] for _ in range(2))
        assert link == again, (link, again)
        return link, invitations.token_of(link)

    def chat_and_leave(self, username, password=PASSWORD):
        """What the account was for; then it is deleted."""
        with Chat(self.visitor) as chat:
            chat.log_in(username, password)
            assert chat.is_open()
            chat.delete_account()

    # Becoming somebody

    def by_invitation(self):
        link, token = self.invite()
        self.expect(200, "GET", invitations.path_of(link))
        self.expect(200, "GET", f"{invitations.FORM}?t={token}")
        name = self.new_name()
        refused = invitations.submit(self.visitor, token, name, WEAK)
        assert refused.status == 200 and not invitations.is_success(refused), refused
        accepted = invitations.submit(self.visitor, token, name, PASSWORD)
        assert invitations.is_success(accepted), accepted
        late = invitations.submit(self.visitor, token, self.new_name(), PASSWORD)
        assert not invitations.is_success(late), late
        self.chat_and_leave(name)

    def by_mail(self):
        fields = registration.person(username=self.new_name())
        token = registration.token_for(self.visitor, fields)
        assert registration.register(self.visitor, fields).status == 401, "registered twice"
        self.expect(200, "GET", f"{registration.VERIFY}?{registration.form(token)}")
        assert registration.is_success(registration.confirm(self.visitor, token))
        assert registration.register(self.visitor, fields).status == 409, "registered again"
        self.chat_and_leave(fields["username"])

    def by_program(self):
        token, name = self.invite()[1], self.new_name()
        self.expect(200, "GET", f"/register_api/invite/{token}")
        body = json.dumps({"username": name, "password": PASSWORD, "token": token})
        headers = {**JSON, "Idempotency-Key": secrets.token_hex(16)}
        for _ in range(2):
            answer = self.expect(200, "POST", "/register_api/register", body, headers)
            assert json.loads(answer.body)["jid"] == f"{name}@localhost", answer
        self.chat_and_leave(name)

    def declined(self):
        token = self.invite()[1]
        self.expect(200, "DELETE", f"/register_api/invite/{token}")
        self.expect(404, "GET", f"/register_api/invite/{token}")

    # Apps

    def new_account(self):
        fields = registration.person(username=self.new_name())
        registration.join(self.visitor, fields)
        return fields["username"]

    def with_an_app(self):
        client, user = oauth.register(self.visitor, every_app()), self.new_account()
        flow = authorization.begin(client, scope=authorization.ALL_SCOPES)
        wrong = flow.try_login(user, "a wrong password")
        authorization.login_form(wrong, status=wrong.status)
        code = flow.code(user)
        tokens = oauth.content(flow.redeem(code))
        self.use(client, user, tokens["access_token"])
        fresh = oauth.content(authorization.refresh(client, tokens["refresh_token"]))
        self.use(client, user, fresh["access_token"])
        self.revoke(client, fresh["refresh_token"])
        authorization.assert_error(flow.redeem(code), "invalid_grant")
        self.chat_and_leave(user)

    def use(self, client, user, token):
        info = oauth.content(self.visitor.get(authorization.USERINFO, headers=bearer(token)))
        assert info["sub"].endswith(f"{user}@localhost"), info
        seen = oauth.content(authorization.post_as(client, authorization.INTROSPECT, {"token": token}))
        assert seen["active"] is True, seen
        with Chat(self.visitor) as chat:
            chat.log_in_with_token(token)
            assert chat.is_open()

    def revoke(self, client, token):
        answer = authorization.post_as(client, authorization.REVOKE, {"token": token})
        assert answer.status == 200, answer
        authorization.assert_error(authorization.refresh(client, token), "invalid_grant")

    def with_a_device(self):
        client, user = oauth.register(self.visitor, every_app(grant_types=EVERY_GRANT)), self.new_account()
        waiting = devices.wait(client, scope=authorization.ALL_SCOPES)
        authorization.assert_error(waiting.poll(), "authorization_pending")
        authorization.assert_error(waiting.poll(), "slow_down")
        tokens = waiting.tokens(user)
        self.use(client, user, tokens["access_token"])
        self.revoke(client, tokens["refresh_token"])
        self.chat_and_leave(user)

    # Getting nowhere

    def turned_away(self):
        """Wrong names and passwords, at every door there is."""
        client, nobody = oauth.register(self.visitor, every_app()), self.new_name()
        flow = authorization.begin(client)
        wrong = flow.try_login(nobody, PASSWORD)
        authorization.login_form(wrong, status=wrong.status)
        with Chat(self.visitor) as chat:
            try:
                chat.log_in(nobody)
            except Refused as refused:
                assert refused.condition == "not-authorized", refused
            else:
                raise AssertionError("somebody without an account has logged in")

    def hung_up(self):
        """Those who leave in the middle: of nothing, of a header, of a body, before the answer, of a stream."""
        beginnings = [b"", b"GET / HT", b"POST /oauth2/token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\ngrant"]
        for sent in beginnings:
            self.visitor.close()
            self.visitor.connect().sendall(sent)
        self.visitor.close()
        Chat(self.visitor).socket.close()
        token, name = self.invite()[1], self.new_name()
        invitations.begin_submit(self.visitor, token, name)
        self.visitor.close()
        time.sleep(LONG_ENOUGH)
        if self.visitor.request("DELETE", f"/register_api/invite/{token}").status == 404:
            self.chat_and_leave(name)
