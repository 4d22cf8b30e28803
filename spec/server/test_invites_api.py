"""mod_invites_api: programs that create invites, and the keys they do it with."""

import itertools
import re

import pytest

import invitations
import lua
from api import (
    MALFORMED_KEYS,
    Description,
    assert_refused,
    bearer,
    invites,
    is_stored,
    prosodyctl,
    store_of,
)

BASE = "/invites_api"
DESCRIPTION = Description("mod_invites_api")

OPTIONS = {
    "modules_enabled": ["invites", "invites_register", "invites_page", "invites_api"],
    "invites_api_limit": 0,
}
HOSTS = {
    "bare.localhost": {"modules_disabled": ["invites_page"]},
    "throttled.localhost": {"invites_api_limit": 3},
    "old.localhost": {},
    "listed.localhost": {},
}

# Of the community module.
OLD_KEY = "jDpKLzvQxsbA/3lPxEk2-vFJ7bYqmnRw_05TsUzXoHcGdZ1iW"

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(OPTIONS, HOSTS)


@pytest.fixture(scope="module")
def key(server):
    return new_key(server)


def control(server, *arguments):
    return prosodyctl(server, "mod_invites_api", *arguments)


def new_key(server, *arguments, host="localhost"):
    """Has prosodyctl make a key; the key."""
    done = control(server, "create", host, *arguments)
    assert done.returncode == 0, done
    return done.stdout.strip()


def ask(server, key, query="", method="POST", host="localhost", **headers):
    """Asks for an invite, with the key in the header."""
    answer = server.request(method, BASE + query, headers=bearer(key, **headers), host=host)
    return DESCRIPTION.checked(method, "/", answer)


def request_key():
    return f"request number {next(_numbers)}"


def token_of(answer):
    return answer.headers["location"].partition("?")[2]


def key_file(server, host):
    return store_of(server, host) / "invite_api_keys.dat"


def store_keys(server, host, **records):
    """Stores keys as Prosody's file storage does."""
    file = key_file(server, host)
    file.parent.mkdir(exist_ok=True)
    file.write_text(f"return {lua.literal(records)};\n")


def old_record(key, **changes):
    """A key as the community module stores it."""
    key_id, token = key.split("/")
    methods = {"GET": True, "POST": True}
    record = {"id": key_id, "token": token, "name": "website", "created_at": 1700000000}
    return {**record, "allowed_methods": methods, **changes}


# Invites


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("place", ["header", "query"])
def test_a_key_gets_a_link_to_a_new_invite(server, key, method, place):
    if place == "header":
        answer = ask(server, key, method=method)
    else:
        answer = server.request(method, f"{BASE}?key={key}")
    assert (answer.status, answer.body) == (201, b"")
    assert "content-type" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert server.get(invitations.path_of(answer.headers["location"])).status == 200
    assert token_of(answer) in invites(server)


def test_the_invite_tells_which_key_made_it(server, key):
    token = token_of(ask(server, key))
    invite = invites(server)[token]
    assert invite["additional_data"]["source"] == "api/token/" + key.split("/")[0]
    assert (invite["type"], invite["jid"]) == ("register", "localhost")


def test_without_invite_pages_the_link_is_for_apps(server):
    answer = ask(server, new_key(server, host="bare.localhost"), host="bare.localhost")
    assert re.fullmatch(r"xmpp:bare\.localhost\?register;preauth=[\w-]{24}", answer.headers["location"])


def test_what_is_posted_does_not_matter(server, key):
    headers = bearer(key, **{"Content-Type": "application/json"})
    assert server.post(BASE, b"{\xff", headers=headers).status == 201


@pytest.mark.parametrize(
    "query",
    ["redirect", "redirect=", "redirect=1", "a&redirect=no&b=c", "redirect=1&redirect=2", "redirect=%FF"],
)
def test_with_redirect_one_is_sent_there(server, key, query):
    answer = ask(server, key, f"?{query}", method="GET")
    assert (answer.status, answer.body) == (303, b"")
    assert server.get(invitations.path_of(answer.headers["location"])).status == 200
    assert server.post(f"{BASE}?{query}&key={key}").status == 303


@pytest.mark.parametrize("query", ["", "?", "?utm_source=mail&x", "?Redirect=1", "?redirected"])
def test_other_queries_do_not_matter(server, key, query):
    assert ask(server, key, query).status == 201


@pytest.mark.parametrize(
    "method, path, status",
    [
        ("PUT", BASE, 404),
        ("DELETE", BASE, 404),
        ("HEAD", BASE, 405),
        ("GET", BASE + "/other", 404),
        ("POST", BASE + "/openapi.json", 404),
    ],
)
def test_there_is_nothing_else(server, key, method, path, status):
    before = invites(server)
    assert server.request(method, path, headers=bearer(key)).status == status
    assert invites(server) == before


# Keys


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer  "])
def test_the_scheme_is_known_in_any_case(server, key, scheme):
    assert server.get(BASE, headers={"Authorization": scheme + key}).status == 201


def wrong_keys(key):
    key_id, secret = key.split("/")
    return [
        key_id,
        f"{key_id}/",
        f"/{secret}",
        secret,
        f"{key_id}/{secret[:-1]}",
        f"{key_id}/{secret}x",
        f"{key_id}/{secret.swapcase()}",
        f"{key_id}x/{secret}",
        f"{secret}/{key_id}",
        f"{key}/{key}",
        f"{key_id}.{secret}",
        f"../{key}",
        "\u00e4/\u00f6",
        "x" * 5000,
        "",
    ]


def test_a_wrong_key_is_refused(server, key):
    before = invites(server)
    for wrong in wrong_keys(key):
        assert_refused(ask(server, wrong.encode().decode("latin-1")), 403, "invalid_token", "wrong")
    for query in ["", "?key", "?key=", "?Key=" + key, f"?key={key}&key={key}", f"?key={key}%00"]:
        assert_refused(server.get(BASE + query), 403, "invalid_token", "missing")
    assert invites(server) == before


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic {key}", "{key}", "Bearer {key} x", "Bearer{key}"]
)
def test_a_header_of_another_form_is_refused(server, key, value):
    headers = {"Authorization": value.format(key=key)}
    assert_refused(server.get(BASE, headers=headers), 403, "invalid_token")
    # One header is enough for one key.
    assert_refused(server.get(f"{BASE}?key={key}", headers=headers), 403, "invalid_token")


def test_a_key_is_of_one_host(server, key):
    assert_refused(ask(server, key, host="bare.localhost"), 403, "invalid_token")


def test_secrets_are_not_stored(server, key):
    key_id, secret = key.split("/")
    assert ask(server, key).status == 201
    assert_refused(ask(server, f"{key_id}/another-secret"), 403, "invalid_token")
    assert server.get(f"{BASE}?key={key}").status == 201
    assert "sha256:" in key_file(server, "localhost").read_text()
    assert not is_stored(server, secret)
    assert not is_stored(server, "another-secret")


def test_a_hash_is_no_key(server, key):
    stored = key_file(server, "localhost").read_text()
    for stolen in re.findall(r"sha256:\w{64}", stored):
        for secret in (stolen, stolen.removeprefix("sha256:")):
            assert_refused(ask(server, f"{key.split('/')[0]}/{secret}"), 403, "invalid_token")


def test_an_expired_key_is_refused(server):
    key = new_key(server, "--expires-after=1h", host="old.localhost")
    assert ask(server, key, host="old.localhost").status == 201
    file = key_file(server, "old.localhost")
    file.write_text(re.sub(r'(\["expires"\] = )\d+', r"\g<1>1700000000", file.read_text()))
    assert_refused(ask(server, key, host="old.localhost"), 403, "invalid_token", "expired")
    # Only who has the key learns that.
    assert_refused(ask(server, key + "x", host="old.localhost"), 403, "invalid_token", "wrong")


@pytest.mark.parametrize("allowed, other", [("GET", "POST"), ("POST", "GET")])
def test_a_key_can_be_for_one_method(server, allowed, other):
    key = new_key(server, f"--methods={allowed}")
    assert ask(server, key, method=allowed).status == 201
    answer = ask(server, key, method=other)
    assert_refused(answer, 405, "method_not_allowed", other)
    assert answer.headers["allow"] == allowed
    assert_refused(ask(server, key + "x", method=other), 403, "invalid_token")


def test_too_many_invites_are_slowed_down(server):
    host = "throttled.localhost"
    key, another = new_key(server, host=host), new_key(server, host=host)
    for _ in range(5):
        assert_refused(ask(server, key + "x", host=host), 403, "invalid_token")
    assert [ask(server, key, host=host).status for _ in range(3)] == [201] * 3
    answer = ask(server, key, host=host)
    assert_refused(answer, 429, "slow_down")
    assert 1 <= int(answer.headers["retry-after"]) <= 200
    assert len(invites(server, host)) == 3
    assert ask(server, another, host=host).status == 201


def test_no_limit_is_no_limit(server, key):
    # There are 60 in 10 minutes if nothing is said.
    assert {ask(server, key).status for _ in range(70)} == {201}


# Keys of the community module


def test_an_old_key_works_and_is_hashed(server):
    key_id, secret = OLD_KEY.split("/")
    unused = old_record("unusedunused/unused-secret")
    store_keys(server, "old.localhost", **{key_id: old_record(OLD_KEY), unused["id"]: unused})
    assert_refused(ask(server, OLD_KEY + "x", host="old.localhost"), 403, "invalid_token")
    assert secret in key_file(server, "old.localhost").read_text()

    assert server.get(f"{BASE}?key={OLD_KEY}", host="old.localhost").status == 201
    stored = key_file(server, "old.localhost").read_text()
    assert secret not in stored and stored.count("sha256:") == 1
    assert "unused-secret" in stored

    assert ask(server, OLD_KEY, host="old.localhost").status == 201
    assert_refused(ask(server, OLD_KEY + "x", host="old.localhost"), 403, "invalid_token")
    listed = control(server, "list", "old.localhost").stdout
    assert listed == f"{key_id}\twebsite\nunusedunused\twebsite\n"


def test_an_old_key_is_for_its_methods(server):
    key_id = OLD_KEY.split("/")[0]
    store_keys(server, "old.localhost", **{key_id: old_record(OLD_KEY, allowed_methods={"GET": True})})
    for _ in range(2):
        assert_refused(ask(server, OLD_KEY, host="old.localhost"), 405, "method_not_allowed")
        assert ask(server, OLD_KEY, method="GET", host="old.localhost").status == 201


# Idempotency-Key


@pytest.mark.parametrize("method, query", [("GET", ""), ("POST", ""), ("POST", "?redirect")])
def test_a_request_sent_again_gets_the_same_invite(server, key, method, query):
    before, again = invites(server), {"Idempotency-Key": request_key()}
    answers = [ask(server, key, query, method, **again) for _ in range(3)]
    assert len({(answer.status, answer.headers["location"]) for answer in answers}) == 1
    assert answers[0].status == (303 if query else 201)
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
    assert len(invites(server)) == len(before) + 1


def test_another_request_is_another_invite(server, key):
    another = new_key(server)
    again, other = {"Idempotency-Key": request_key()}, {"Idempotency-Key": request_key()}
    answers = [ask(server, key, **again), ask(server, key, **other), ask(server, another, **again)]
    assert len({answer.headers["location"] for answer in answers}) == 3


@pytest.mark.parametrize("change", [{"method": "GET"}, {"query": "?redirect"}])
def test_one_idempotency_key_is_for_one_request(server, key, change):
    again = {"Idempotency-Key": request_key()}
    assert ask(server, key, **again).status == 201
    before = invites(server)
    assert_refused(ask(server, key, **change, **again), 422, "invalid_request", "Idempotency-Key")
    assert ask(server, key, **again).status == 201
    assert invites(server) == before


@pytest.mark.parametrize("malformed", MALFORMED_KEYS)
def test_a_malformed_idempotency_key_is_refused(server, key, malformed):
    before = invites(server)
    answer = ask(server, key, **{"Idempotency-Key": malformed})
    assert_refused(answer, 400, "invalid_request", "Idempotency-Key")
    assert invites(server) == before


def test_a_refusal_is_not_repeated(server):
    key, again = new_key(server, "--methods=GET"), {"Idempotency-Key": request_key()}
    assert ask(server, key, **again).status == 405
    assert ask(server, key, method="GET", **again).status == 201


def test_answers_survive_a_restart(start_server):
    server = start_server(OPTIONS)
    key, again = new_key(server), {"Idempotency-Key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}
    location = ask(server, key, **again).headers["location"]
    server.restart()
    answer = ask(server, key, **again)
    assert (answer.status, answer.headers["location"]) == (201, location)
    assert len(invites(server)) == 1


# prosodyctl


def test_a_key_is_printed_once(server):
    done = control(server, "create", "localhost", "the website")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"[\w-]{12}/[\w-]{32,}\n", done.stdout)


def test_keys_are_listed(server):
    host = "listed.localhost"
    done = control(server, "list", host)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    words = [["zoo"], ["a name"], [], ["--expires-after=30d", "b"]]
    zoo, name, nameless, brief = [new_key(server, *each, host=host).split("/")[0] for each in words]
    done = control(server, "list", host)
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    lines.remove(f"{nameless}\t<unknown>")
    assert lines[::2] == [f"{name}\ta name", f"{zoo}\tzoo"]
    assert re.fullmatch(rf"{brief}\tb\texpires \d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines[1])


def test_a_far_expiry_can_be_listed(server):
    control(server, "create", "listed.localhost", "far", "--expires-after=999999999999y")
    assert control(server, "list", "listed.localhost").returncode == 0


def test_a_deleted_key_is_refused(server):
    key, other = new_key(server), new_key(server)
    assert ask(server, key).status == 201
    done = control(server, "delete", "localhost", key.split("/")[0])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert_refused(ask(server, key), 403, "invalid_token")
    assert key.split("/")[0] not in control(server, "list", "localhost").stdout
    assert ask(server, other).status == 201
    assert control(server, "delete", "localhost", key.split("/")[0]).returncode == 1


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["create", "--help"], ["list", "localhost", "-h"]])
def test_help_is_no_error(server, arguments):
    done = control(server, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    for command in ("create HOST [NAME]", "list HOST", "delete HOST KEY_ID"):
        assert f"prosodyctl mod_invites_api {command}" in done.stdout


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ([], "What"),
        (["frobnicate"], "'frobnicate'"),
        (["frobnicate", "localhost"], "'frobnicate'"),
        (["create"], "host"),
        (["list"], "host"),
        (["delete"], "host"),
        (["delete", "localhost"], "key"),
        (["create", "localhost", "--frobnicate"], "--frobnicate"),
        (["list", "localhost", "-x"], "-x"),
        (["create", "localhost", "--expires-after"], "--expires-after"),
        (["create", "localhost", "--expires-after="], "--expires-after"),
        (["create", "localhost", "--expires-after=soon"], "'soon'"),
        (["create", "localhost", "--expires-after=-3d"], "'-3d'"),
        (["create", "localhost", "--expires-after=0d"], "'0d'"),
        (["create", "localhost", "--methods=GET,PUT"], "'PUT'"),
        (["create", "localhost", "--methods="], "--methods"),
    ],
)
def test_who_calls_it_wrongly_is_told_how(server, arguments, complaint):
    done = control(server, *arguments)
    assert (done.returncode, done.stdout) == (2, ""), done
    first, _, usage = done.stderr.partition("\n")
    assert first.startswith("Error: ") and complaint in first
    assert "Usage:" in usage


@pytest.mark.parametrize(
    "arguments, complaint",
    [
        (["create", "nowhere.example"], "'nowhere.example'"),
        (["list", "nowhere.example"], "'nowhere.example'"),
        (["delete", "nowhere.example", "x"], "'nowhere.example'"),
        (["delete", "localhost", "unknown"], "'unknown'"),
    ],
)
def test_what_is_not_there_is_an_error(server, arguments, complaint):
    done = control(server, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ") and complaint in done.stderr


def test_options_stand_anywhere(server):
    key = new_key(server, "--methods", "get", "--expires-after", "2 weeks", "some name")
    key_id = key.split("/")[0]
    assert f"{key_id}\tsome name\texpires 2" in control(server, "list", "localhost").stdout
    assert ask(server, key).status == 405
