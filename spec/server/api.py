"""The programs that use the HTTP APIs, and the operator who makes invites and keys."""

import json
import subprocess

import jsonschema_rs

import invitations
import lua
from prosody import PATIENCE, PROSODYCTL, REPOSITORY

# What cannot be an Idempotency-Key.
MALFORMED_KEYS = ["", "x" * 256, "caf\u00e9", '"not closed', '"two" "strings"']


def prosodyctl(server, *arguments):
    """Runs it beside the server, as an operator does."""
    command = [PROSODYCTL, "--config", str(server.config_file), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, cwd=server.folder)


def evaluate(server, expression):
    """What a Lua expression is in the server."""
    return json.loads(invitations.evaluate(server, f'require"prosody.util.json".encode({expression})'))


def make_invite(server, call="create_account()", host="localhost"):
    """Calls a function of mod_invites, in Lua; the token."""
    return invitations.made(server, call, host)


def invites(server, host="localhost"):
    """All invites that can be used, by token."""
    return evaluate(
        server,
        "(function () local all = {}; for token, invite in "
        f"prosody.hosts[{lua.literal(host)}].modules.invites.pending_account_invites() do "
        "all[token] = invite; end return all; end)()",
    )


def store_of(server, host="localhost"):
    """The folder of what the server stores of a host."""
    return server.data / host.replace(".", "%2e")


def is_stored(server, text):
    """Whether a text is in any file that the server has written, its log among them."""
    files = [path for path in server.data.rglob("*") if path.is_file()] + [server.log_file]
    return any(text.encode() in path.read_bytes() for path in files)


def bearer(key, **headers):
    return {"Authorization": f"Bearer {key}", **headers}


def content(answer, status=200):
    """The JSON of an answer."""
    assert answer.status == status, answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return json.loads(answer.body)


def assert_refused(answer, status, error, sentence=""):
    """Checks that an answer is the error object; the object."""
    said = content(answer, status)
    assert said["error"] == error, said
    assert said["error_description"] and sentence in said["error_description"], said
    return said


class Description:
    """The openapi.json of a module."""

    def __init__(self, module):
        self.whole = json.loads((REPOSITORY / "lua" / module / "openapi.json").read_text())

    def resolved(self, part):
        """What a reference refers to; anything else as it is."""
        if "$ref" not in part:
            return part
        found = self.whole
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        return found

    def validator(self, schema):
        return jsonschema_rs.Draft202012Validator({**schema, "components": self.whole["components"]})

    def checked(self, method, path, answer):
        """An answer that is as described; fails for one that is not."""
        described = self.whole["paths"][path][method.lower()]["responses"].get(str(answer.status))
        assert described, f"not described: {method} {path}: {answer}"
        described = self.resolved(described)
        for name, header in described.get("headers", {}).items():
            self._check_header(answer.headers[name.lower()], self.resolved(header)["schema"])
        if "content" in described:
            schema = described["content"][answer.headers["content-type"]]["schema"]
            self.validator(schema).validate(json.loads(answer.body))
        else:
            assert answer.body == b"", answer
        return answer

    def _check_header(self, value, schema):
        self.validator(schema).validate(int(value) if schema.get("type") == "integer" else value)
