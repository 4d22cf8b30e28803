"""An XMPP client that logs in with an access token (RFC 7628), written out: our library does not know how."""

import base64
import itertools
import json
import socket
import xml.etree.ElementTree as ET

from prosody import PATIENCE

STREAM = "http://etherx.jabber.org/streams"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"

_numbers = itertools.count(1)


class Refused(Exception):
    """The server does not let us in.

    condition: of the <failure/>. said: what RFC 7628 §3.2.2 has before it, or None.
    """

    def __init__(self, condition, said=None):
        super().__init__(condition, said)
        self.condition = condition
        self.said = said


class Connection:
    """A stream to the server."""

    def __init__(self, server, host="localhost"):
        self.host = host
        self.address = None
        self.socket = socket.create_connection(("127.0.0.1", server.c2s_port), PATIENCE)
        self.error = None
        self._open()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def _open(self):
        self._parser = ET.XMLPullParser(["start", "end"])
        self._depth = 0
        self.send(
            f"<?xml version='1.0'?><stream:stream to='{self.host}' version='1.0' xmlns='jabber:client' "
            f"xmlns:stream='{STREAM}'>"
        )
        self.features = self.read()

    def send(self, text):
        self.socket.sendall(text.encode())

    def read(self):
        """The next element, or None if the stream has ended."""
        while True:
            for event, element in self._parser.read_events():
                self._depth += 1 if event == "start" else -1
                if event == "end" and self._depth == 1:
                    if element.tag == f"{{{STREAM}}}error":
                        self.error = [child.tag.partition("}")[2] for child in element]
                    return element
                if self._depth == 0:
                    return None
            try:
                data = self.socket.recv(4096)
            except ConnectionError:
                return None
            if not data:
                return None
            self._parser.feed(data)

    def mechanisms(self):
        return [found.text for found in self.features.iter(f"{{{SASL}}}mechanism")]

    # Logging in

    def _authenticate(self, mechanism, message):
        text = base64.b64encode(message.encode()).decode()
        self.send(f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{text}</auth>")
        answer, said = self.read(), None
        if answer.tag == f"{{{SASL}}}challenge":
            said = json.loads(base64.b64decode(answer.text))
            # RFC 7628 §3.2.3: the client acknowledges its failure.
            self.send(f"<response xmlns='{SASL}'>AQ==</response>")
            answer = self.read()
        if answer.tag != f"{{{SASL}}}success":
            raise Refused(answer[0].tag.partition("}")[2], said)
        self._open()
        return self

    def log_in_with_token(self, token, authzid=""):
        self._authenticate("OAUTHBEARER", f"n,{authzid},\x01auth=Bearer {token}\x01\x01")
        return self.bind()

    def log_in_with_password(self, username, password):
        self._authenticate("PLAIN", f"\0{username}\0{password}")
        return self.bind()

    # Once in

    def ask(self, kind, payload, to=None):
        """Sends an <iq/>; the answer, or None if the stream has ended."""
        number = next(_numbers)
        self.send(f"<iq type='{kind}' id='q{number}'{f' to={to!r}' if to else ''}>{payload}</iq>")
        while (answer := self.read()) is not None:
            if answer.get("id") == f"q{number}":
                return answer
        return None

    def bind(self):
        answer = self.ask("set", f"<bind xmlns='{BIND}'/>")
        self.address = answer.find(f".//{{{BIND}}}jid").text
        return self

    @property
    def resource(self):
        return self.address.partition("/")[2]

    def is_open(self):
        """Whether the server still answers."""
        try:
            answer = self.ask("get", "<ping xmlns='urn:xmpp:ping'/>", self.host)
        except OSError:
            return False
        return answer is not None and answer.get("type") == "result"

    def wait_until_closed(self):
        """Reads on until the server ends the stream; fails if it does not. What it said first: conditions."""
        try:
            while self.read() is not None:
                pass
        except TimeoutError:
            raise AssertionError("The server has not closed the session.") from None
        return self.error
