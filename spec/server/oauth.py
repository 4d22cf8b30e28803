"""OAuth clients: their authors who register them, and what an id is made of, computed a second time."""

import base64
import hashlib
import hmac
import itertools
import json
import re
import urllib.parse
from dataclasses import dataclass, field

import invitations
from api import bearer, store_of
from prosody import wait_until

REGISTER = "/oauth2/register"
DISCOVERY = "/.well-known/oauth-authorization-server"

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"

KEY = "uUkk7Jt0bGmJTpsrdZ4rTgkXq0b8cXg2Xy6oOeYzQ1hD5mNfV9wLsPaRtEiCjBxK"
OTHER_KEY = "3mQw9eRt7yUi1oPaSdFgHjKlZxCvBnM5qWeRtYuIoP2aSdFgHjKl4zXcVbNm6QwE"

OPTIONS = {
    "modules_enabled": ["http_oauth2"],
    "oauth2_registration_key": KEY,
    "oauth2_registration_limit": 0,
}

# RFC 6749 §5.2: what error_description may have in it.
DESCRIPTION = re.compile(r"[\x20-\x21\x23-\x5b\x5d-\x7e]+")

LEFT_OUT = object()

_numbers = itertools.count(1)


def options(**changes):
    """Options of a server with mod_http_oauth2 and, if given, further modules; None leaves one out."""
    modules = OPTIONS["modules_enabled"] + changes.pop("modules_enabled", [])
    both = {**OPTIONS, **changes, "modules_enabled": modules}
    return {name: value for name, value in both.items() if value is not None}


# Metadata


def new_name():
    return f"Client {next(_numbers)}"


def changed(members, changes):
    both = {**members, **changes}
    return {name: value for name, value in both.items() if value is not LEFT_OUT}


def web(**changes):
    """Metadata of a client with a server of its own."""
    members = {
        "client_name": new_name(),
        "client_uri": "https://app.example.com/",
        "redirect_uris": ["https://app.example.com/redirect"],
    }
    return changed(members, changes)


def native(**changes):
    """Metadata of an app on somebody's device."""
    return web(**{"redirect_uris": ["com.example.app:/redirect"], **changes})


def public(**changes):
    """The same, of one that keeps no secret."""
    return native(**{"token_endpoint_auth_method": "none", **changes})


def device(**changes):
    """Metadata of something without a browser."""
    return web(**{"redirect_uris": LEFT_OUT, "grant_types": [DEVICE_GRANT], **changes})


# Registering


@dataclass
class Registered:
    """A client that was registered, and the answer to that."""

    server: object
    host: str
    said: dict = field(repr=False)

    @property
    def id(self):
        return self.said["client_id"]

    @property
    def secret(self):
        return self.said["client_secret"]

    @property
    def token(self):
        return self.said["registration_access_token"]

    @property
    def hash(self):
        return hash_of(self.id)

    def ask(self, method="GET", body=None, token=None, client_id=None, **more):
        """Asks for something at the place of its registration (RFC 7592 §2); the answer."""
        headers = {**bearer(self.token if token is None else token), **more.pop("headers", {})}
        text = json.dumps(body) if isinstance(body, dict) else body
        path = place_of(self.id if client_id is None else client_id)
        return self.server.request(method, path, text, headers, more.get("host", self.host))

    def replace(self, **changes):
        """Asks for other metadata in the place of its own; the answer."""
        return self.ask("PUT", self.update(**changes))

    def update(self, **changes):
        """What it was told, less what it must not send (RFC 7592 §2.2), and with changes."""
        not_sent = (
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at",
        )
        return changed(self.said, {**dict.fromkeys(not_sent, LEFT_OUT), **changes})

    def is_known(self):
        answer = self.ask()
        assert answer.status in (200, 401), answer
        return answer.status == 200


def post(server, body, host="localhost", **headers):
    """Sends metadata, or any bytes; the answer."""
    text = json.dumps(body) if isinstance(body, (dict, list)) else body
    return server.post(
        REGISTER, as_bytes(text), headers={"Content-Type": "application/json", **headers}, host=host
    )


def register(server, metadata=None, host="localhost", **headers):
    """Registers a client; what it is told."""
    answer = post(server, web() if metadata is None else metadata, host, **headers)
    return Registered(server, host, content(answer, 201))


def place_of(client_id):
    return f"{REGISTER}?" + urllib.parse.urlencode({"client_id": client_id})


def content(answer, status=200):
    """The JSON of an answer that nobody may store (RFC 7591 §3.2.1)."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return json.loads(answer.body)


def assert_refused(answer, error, *members, status=400):
    """Checks that an answer is the error object, about these members if it is about metadata; the object."""
    said = content(answer, status)
    assert said["error"] == error, said
    assert DESCRIPTION.fullmatch(said["error_description"]), said
    if members:
        assert said["valid"] is False
        assert sorted(problem["instanceLocation"] for problem in said["errors"]) == sorted(members), said
        assert said["errors"][0]["error"] in said["error_description"], said
        for problem in said["errors"]:
            assert set(problem) == {"instanceLocation", "schemaLocation", "error"}
            assert problem["schemaLocation"].startswith("/") and problem["error"], problem
    else:
        assert "errors" not in said and "valid" not in said, said
    return said


def assert_unauthorized(answer, is_told_why=True, host="localhost"):
    """Checks that an answer is what one without a good token gets (RFC 6750 §3); the object."""
    said = content(answer, 401)
    challenge = answer.headers["www-authenticate"]
    assert challenge.startswith(f'Bearer realm="{host}"'), challenge
    assert ('error="invalid_token"' in challenge) == is_told_why, challenge
    assert DESCRIPTION.fullmatch(said["error_description"]), said
    return said


# What the identifiers are


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def mac(key, message, algorithm="sha256"):
    return hmac.digest(as_bytes(key), as_bytes(message), algorithm)


def as_bytes(text):
    return text.encode() if isinstance(text, str) else text


def host_key(key=KEY, host="localhost"):
    return mac(key, host)


def secret_of(client_id, key=KEY, host="localhost"):
    return mac(host_key(key, host), client_id).hex()


def token_of(client_id, key=KEY, host="localhost"):
    """The registration_access_token of an id, good or not."""
    return base64url(mac(host_key(key, host), "rat" + client_id))


def hash_of(client_id):
    return base64url(hashlib.sha256(client_id.encode()).digest())


def header_of(client_id):
    return json.loads(from_base64url(client_id.split(".")[0]))


def claims_of(client_id):
    return json.loads(from_base64url(client_id.split(".")[1]))


def signed(header, payload, key, algorithm="sha256"):
    """A JWS (RFC 7515 §7.1); header and payload are JSON texts, or what becomes one."""
    parts = [part if isinstance(part, (str, bytes)) else compact(part) for part in (header, payload)]
    text = ".".join(base64url(as_bytes(part)) for part in parts)
    return f"{text}.{base64url(mac(key, text, algorithm))}"


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def community_id(payload, key=KEY, algorithm="HS256"):
    """A client_id as the community module makes it: signed with the registration key itself."""
    return signed({"alg": algorithm, "typ": "JWT"}, payload, key, algorithm.replace("HS", "sha"))


def community_payload(**changes):
    """What it puts there: metadata with all defaults, and a time of expiry that it does not mean."""
    members = {
        "application_type": "web",
        "client_name": "An old friend",
        "client_uri": "https://app.example.com/",
        "exp": 1700003600,
        "grant_types": ["authorization_code", "refresh_token"],
        "iat": 1700000000,
        "nonce": "GAlXSJyoBPqC",
        "redirect_uris": ["https://app.example.com/redirect"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_basic",
    }
    return changed(members, changes)


# Operators


def shell(server, command, *arguments, host="localhost"):
    """Runs a command of `prosodyctl shell oauth2`; what it prints."""
    return server.shell(" ".join(["oauth2", command, host, *arguments]))


def known_to_operators(server, client_id, host="localhost"):
    """What `show_client` prints of an id: the members, and the sentence below them."""
    lines = shell(server, "show_client", client_id, host=host).strip().split("\n")
    members = dict(line.split(": ", 1) for line in lines[:-1])
    return members, lines[-1].removeprefix("OK: ")


def revocation_file(server, host="localhost"):
    return store_of(server, host) / "oauth2_revoked_clients.dat"


def stored_files(server):
    """All files in the data folder, with what is in them; but for when Prosody last ran its daily jobs."""
    files = [path for path in server.data.rglob("*") if path.is_file() and path.name != "cron.dat"]
    return {str(path.relative_to(server.data)): path.read_bytes() for path in files}


def grant(server, username, client, host="localhost", name="Some client", software_id=None):
    """What a user grants to a client, given by its hash, as mod_tokenauth stores it: the access token."""
    jid = f"{username}@{host}"
    named = f'name = "{name}", uri = "https://app.example.com/", hash = "{client}"'
    named += f', id = "{software_id}"' if software_id else ""
    data = f'{{ oauth2_scopes = "xmpp", oauth2_client = {{ {named} }} }}'
    return invitations.evaluate(
        server,
        f'(function (tokens) local grant = tokens.create_grant("{jid}", "{jid}", nil, {data}); '
        f'return (tokens.create_token("{jid}", grant, nil, 3600, "oauth2")); end)'
        f'(prosody.hosts["{host}"].modules.tokenauth)',
    )


def is_token_good(server, token, host="localhost"):
    tokens = f'prosody.hosts["{host}"].modules.tokenauth'
    return invitations.evaluate(server, f'({tokens}.get_token_info("{token}") ~= nil)') == "true"


def wait_until_gone(server, token):
    wait_until(
        lambda: not is_token_good(server, token), lambda: f"The token is still good.\n{server.story()}"
    )


# Whatever a client can be registered for.
ALL_ALLOWED = {
    "allowed_oauth2_grant_types": ["authorization_code", "refresh_token", "device_code", "password", "implicit"],
    "allowed_oauth2_response_types": ["code", "token"],
}
