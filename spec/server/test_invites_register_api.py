"""mod_invites_register_api: programs with pages of their own look up invites and register accounts."""

import json
import re
import time

import pytest

import lua
import xmpp
from api import (
    MALFORMED_KEYS,
    Description,
    assert_refused,
    content,
    evaluate,
    invites,
    is_stored,
    make_invite,
    store_of,
)
from registration import new_name, probe

BASE = "/register_api"
REGISTER = BASE + "/register"
DESCRIPTION = Description("mod_invites_register_api")

PASSWORD = "a sunny day in may"
OTHER_PASSWORD = "a rainy day in june"

OPTIONS = {
    "modules_enabled": ["invites", "invites_register", "invites_page", "invites_register_api", "refuse"],
    "site_name": "Example Chat",
    "password_policy": {"length": 10},
}
HOSTS = {
    # Nobody but us uses up invites here, or remembers them.
    "bare.localhost": {
        "modules_disabled": ["invites_page", "invites_register"],
        "registration_invite_only": False,
    },
    "plain.localhost": {"authentication": "internal_plain"},
}

JSON = {"Content-Type": "application/json"}

EXPIRED = "create_account(nil, nil, -10)"
UNKNOWN = "wnsAEGj6sVU9IFaFZPoE0coX"
NO_TOKENS = ["", "x", "short12", "x" * 65, "wnsAEGj6%20sVU9", "caf%C3%A9caf%C3%A9", "..%2F..%2Finvite"]


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(OPTIONS, HOSTS)


@pytest.fixture
def token(server):
    """Of an invite for whoever has it."""
    return make_invite(server)


@pytest.fixture
def member(server):
    """The name of somebody who has an account."""
    username = new_name("member")
    assert probe(server, "create_user", username=username, password=PASSWORD)["ok"]
    return username


def look_up(server, token, **more):
    return DESCRIPTION.checked("GET", "/invite/{token}", server.get(f"{BASE}/invite/{token}", **more))


def decline(server, token, **more):
    answer = server.request("DELETE", f"{BASE}/invite/{token}", **more)
    return DESCRIPTION.checked("DELETE", "/invite/{token}", answer)


def begin(server, token, username, password=PASSWORD, host="localhost", **headers):
    fields = {"username": username, "password": password, "token": token}
    body = json.dumps({name: value for name, value in fields.items() if value is not None})
    return server.begin("POST", REGISTER, body, {**JSON, **headers}, host)


def register(server, token, username, *more, **headers):
    """Asks for an account, or for a new password; the answer. A name or password of None is left out."""
    return DESCRIPTION.checked("POST", "/register", begin(server, token, username, *more, **headers).answer())


def post(server, body, content_type="application/json"):
    answer = server.post(REGISTER, body, headers={"Content-Type": content_type} if content_type else {})
    return DESCRIPTION.checked("POST", "/register", answer)


def reset_invite(server, username):
    return make_invite(server, f"create_account_reset({lua.literal(username)})")


def is_registered(answer, username, host="localhost"):
    return content(answer) == {"jid": f"{username}@{host}"}


def account(server, username):
    return probe(server, "account", username=username)["record"]


def accounts(server, host="localhost"):
    return {path.stem for path in (store_of(server, host) / "accounts").glob("*.dat")}


# Looking up


@pytest.mark.parametrize("call", ["create_account()", "create_account(nil, nil, 3600)"])
def test_an_invite_for_an_account(server, call):
    token, now = make_invite(server, call), time.time()
    said = content(look_up(server, token))
    assert now - 60 < said.pop("created_at") <= now + 1 < said.pop("expires")
    assert said == {
        "site_name": "Example Chat",
        "domain": "localhost",
        "token": token,
        "uri": f"xmpp:localhost?register;preauth={token}",
        "type": "register",
        "jid": "localhost",
    }


def test_an_invite_from_somebody(server, member):
    token = make_invite(server, f'create_contact("{member}", true)')
    said = content(look_up(server, token))
    assert said["uri"] == f"xmpp:{member}@localhost?roster;preauth={token};ibr=y"
    assert (said["type"], said["jid"], said["inviter"]) == ("roster", f"{member}@localhost", member)
    assert "reset" not in said


def test_an_invite_for_one_name(server):
    said = content(look_up(server, make_invite(server, 'create_account("juliet")')))
    assert (said["type"], said["jid"]) == ("register", "juliet@localhost")
    assert "inviter" not in said and "reset" not in said


def test_an_invite_for_a_new_password(server, member):
    said = content(look_up(server, reset_invite(server, member)))
    assert (said["type"], said["jid"], said["reset"]) == ("register", f"{member}@localhost", member)
    assert "additional_data" not in said


def test_an_invite_tells_what_other_modules_know_less_what_is_private(server):
    public = 'roles = { "prosody:member" }; groups = { "family" }'
    private = 'note = "for my aunt"; source = "somewhere"'
    answer = look_up(server, make_invite(server, f"create_account(nil, {{ {public}; {private} }})"))
    assert content(answer)["additional_data"] == {"roles": ["prosody:member"], "groups": ["family"]}
    answer = look_up(server, make_invite(server, 'create_account(nil, { note = "for my aunt" })'))
    assert "additional_data" not in content(answer)
    assert "aunt" not in answer.text


def test_lists_are_lists(server):
    # As `prosodyctl shell invite create_account` makes it.
    answer = look_up(server, make_invite(server, "create_account(nil, { roles = {}; groups = {} })"))
    for name in content(answer).get("additional_data", {}).values():
        assert name == []


@pytest.mark.parametrize("ask", [look_up, decline])
def test_there_is_no_such_invite(server, ask):
    for unknown in [UNKNOWN, *NO_TOKENS]:
        assert_refused(ask(server, unknown), 404, "not_found")
    assert_refused(ask(server, make_invite(server, EXPIRED)), 404, "expired")


@pytest.mark.parametrize("ask", [look_up, decline])
def test_an_invite_is_of_one_host(server, token, ask):
    assert_refused(ask(server, token, host="bare.localhost"), 404, "not_found")


def test_an_invite_to_become_a_contact_is_none_to_register(server, member):
    token = make_invite(server, f'create_contact("{member}")')
    assert_refused(look_up(server, token), 404, "not_found")


# Declining


@pytest.mark.parametrize(
    "call", ["create_account()", 'create_account("juliet")', 'create_account_reset("juliet")']
)
def test_an_invite_can_be_declined(server, call):
    token, other = make_invite(server, call), make_invite(server)
    assert content(decline(server, token)) == {"deleted": True}
    assert_refused(decline(server, token), 404, "not_found")
    assert_refused(look_up(server, token), 404, "not_found")
    assert_refused(register(server, token, new_name()), 404, "not_found")
    assert other in invites(server)


@pytest.mark.parametrize(
    "call, error",
    [("create_group({}, nil, 3600)", "reusable"), ('create_contact("{member}", true)', "wrong_type")],
)
def test_what_others_may_need_cannot_be_declined(server, member, call, error):
    token = make_invite(server, call.replace("{member}", member))
    assert_refused(decline(server, token), 403, error)
    assert token in invites(server)


# Registering


@pytest.mark.parametrize("host", ["localhost", *HOSTS])
def test_an_invited_person_gets_an_account(server, host):
    token, username = make_invite(server, host=host), new_name()
    assert is_registered(register(server, token, username, host=host), username, host)
    xmpp.log_in(server, username, PASSWORD, host=host)
    assert token not in invites(server, host)
    assert_refused(register(server, token, new_name(), host=host), 404, "used")
    assert_refused(look_up(server, token, host=host), 404, "used")


@pytest.mark.parametrize(
    "content_type", ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
)
def test_json_is_known_with_parameters(server, token, content_type):
    username = new_name()
    assert is_registered(register(server, token, username, **{"Content-Type": content_type}), username)


def test_inviter_and_invited_become_contacts(server, member):
    username = new_name()
    token = make_invite(server, f'create_contact("{member}", true)')
    assert is_registered(register(server, token, username), username)
    assert xmpp.roster(server, username, PASSWORD) == [f"{member}@localhost"]
    assert xmpp.roster(server, member, PASSWORD) == [f"{username}@localhost"]
    for one, other in [(member, username), (username, member)]:
        load = f'require"prosody.core.rostermanager".load_roster("{one}", "localhost")'
        assert evaluate(server, f'{load}["{other}@localhost"].subscription') == "both"
    assert_refused(register(server, token, new_name()), 404, "used")


def test_an_account_gets_the_role_of_its_invite(server):
    username = new_name()
    token = make_invite(server, 'create_account(nil, { roles = { "prosody:admin" } })')
    assert is_registered(register(server, token, username), username)
    assert probe(server, "role", username=username)["name"] == "prosody:admin"


def test_an_invite_for_several_makes_several(server):
    token = make_invite(server, "create_group({}, nil, 3600)")
    for username in (new_name(), new_name()):
        assert is_registered(register(server, token, username), username)
    assert token in invites(server)


def test_other_modules_hear_of_it(server, token):
    username = new_name()
    register(server, token, username)
    [registering] = probe(server, "events", name="user-registering", username=username)
    [registered] = probe(server, "events", name="user-registered", username=username)
    assert registering["ip"] == registered["ip"] == "127.0.0.1"
    assert (registered["host"], registered["source"]) == ("localhost", "mod_invites_register_api")
    assert registered["session_type"] == "http"


@pytest.mark.parametrize("sent", [None, "", "same", "SAME"])
def test_the_name_of_an_invite_for_one_name_may_be_left_out(server, sent):
    username = new_name()
    token = make_invite(server, f'create_account("{username}")')
    sent = {"same": username, "SAME": username.upper()}.get(sent, sent)
    assert is_registered(register(server, token, sent), username)
    xmpp.log_in(server, username, PASSWORD)


def test_an_invite_for_one_name_is_for_no_other(server):
    username, other = new_name(), new_name()
    token = make_invite(server, f'create_account("{username}")')
    assert_refused(register(server, token, other), 400, "wrong_username")
    assert account(server, other) is None and account(server, username) is None
    assert token in invites(server)


def test_names_are_prepared(server, token):
    username = new_name()
    assert is_registered(register(server, token, username.upper()), username)


# Refusals


def members(**changes):
    """A body with these members changed, or without those that are None."""
    fields = {"username": "romeo", "password": PASSWORD, "token": UNKNOWN, **changes}
    return json.dumps({name: value for name, value in fields.items() if value is not None})


def assert_nothing_happened(server, token):
    assert token in invites(server)
    assert account(server, "romeo") is None


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"romeo"',
        "{",
        members() + "x",
        "username=romeo",
        b'{"username":"\xff"}',
        '{"password":"x",' + members()[1:],
        '{"x":1,"x":2,' + members()[1:],
    ],
)
def test_a_body_that_is_no_object_is_refused(server, body):
    assert_refused(post(server, body), 400, "invalid_request")


@pytest.mark.parametrize("member", ["username", "password", "token"])
@pytest.mark.parametrize("value", [1, True, [], ["x"], {}, "a\0b", "x" * 5000])
def test_each_member_is_a_string(server, member, value):
    said = assert_refused(post(server, members(**{member: value})), 400, "invalid_request", f"'{member}'")
    assert "xxx" not in said["error_description"]


@pytest.mark.parametrize("member", ["password", "token"])
@pytest.mark.parametrize("value", [None, ""])
def test_password_and_token_are_needed(server, member, value):
    assert_refused(post(server, members(**{member: value})), 400, "invalid_request", f"'{member}'")


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "application/jsonx"]
)
def test_another_content_type_is_refused(server, token, content_type):
    answer = post(server, members(token=token), content_type)
    assert_refused(answer, 415, "invalid_request", "application/json")
    assert_nothing_happened(server, token)


def test_a_body_may_have_64_kib(server, token):
    username = new_name()
    body = members(username=username, token=token)
    assert_refused(post(server, body.ljust(65537)), 413, "invalid_request")
    assert is_registered(post(server, body.ljust(65536)), username)


def test_no_account_without_an_invite(server):
    username = new_name()
    for unknown in [UNKNOWN, "short", "x" * 65, "wnsAEGj6 sVU9"]:
        assert_refused(register(server, unknown, username), 404, "not_found")
    assert_refused(register(server, make_invite(server, EXPIRED), username), 404, "expired")
    assert account(server, username) is None


@pytest.mark.parametrize(
    "name", ["a b", "a@b", "a/b", "a:b", 'a"b', "\u2028", "\u0378", "x" * 251, "\u00e4" * 100]
)
def test_an_impossible_name_is_refused(server, token, name):
    assert_refused(register(server, token, name), 400, "invalid_username")
    assert token in invites(server)


@pytest.mark.parametrize("name", [None, ""])
def test_a_name_is_needed_where_one_can_be_chosen(server, token, name):
    assert_refused(register(server, token, name), 400, "invalid_request", "'username'")
    assert token in invites(server)


def test_every_broken_rule_is_told(server, token):
    said = assert_refused_for_policy(register(server, token, "romeo", "romeo"))
    assert [problem["name"] for problem in said["errors"]] == ["length", "username", "common"]
    assert said["errors"][0]["text"] == "Password is too short (minimum 10 characters)"
    said = assert_refused_for_policy(register(server, token, "romeo", "qwertyuiop"))
    assert [problem["name"] for problem in said["errors"]] == ["common"]
    assert_nothing_happened(server, token)


def assert_refused_for_policy(answer):
    said = content(answer, 400)
    assert said["error"] == "password_policy"
    assert said["error_description"] == said["errors"][0]["text"]
    return said


@pytest.mark.parametrize("password", ["\u0007 is a bell, not a letter", "\u00fc" * 600, "x y" * 341 + "z"])
def test_an_impossible_password_is_refused(server, token, password):
    assert_refused(register(server, token, "romeo", password), 400, "invalid_password", "password")
    assert_nothing_happened(server, token)


@pytest.mark.parametrize("beginning", ["unwanted", "waitingunwanted"])
def test_another_module_can_refuse(server, token, beginning):
    username = new_name(beginning)
    said = content(register(server, token, username), 403)
    assert said == {"error": "forbidden", "error_description": "Nobody of this name is wanted here"}
    assert account(server, username) is None
    assert token in invites(server)


def test_a_module_that_fails_before_makes_no_account(server, token):
    server.expected_errors += ["a module that fails before"]
    username = new_name("breaking")
    assert begin(server, token, username).answer().status == 500
    assert account(server, username) is None
    assert is_registered(register(server, token, "waiting" + username), "waiting" + username)


def test_a_module_that_fails_after_does_no_harm(server, token):
    server.expected_errors += ["a module that fails after", "Another module failed when it was told"]
    username = new_name("crashing")
    assert is_registered(register(server, token, username), username)
    assert token not in invites(server)


def test_a_taken_name_is_a_conflict(server, token, member):
    assert_refused(register(server, token, member, OTHER_PASSWORD), 409, "conflict")
    xmpp.log_in(server, member, PASSWORD)
    username = new_name()
    assert is_registered(register(server, token, username), username)


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", BASE),
        ("GET", BASE + "/"),
        ("GET", REGISTER),
        ("POST", REGISTER + "/"),
        ("PUT", REGISTER),
        ("POST", BASE + "/invite/" + UNKNOWN),
        ("GET", BASE + "/invites/" + UNKNOWN),
        ("GET", BASE + "/invite/" + UNKNOWN + "/"),
        ("DELETE", BASE + "/invite/" + UNKNOWN + "/x"),
        ("GET", BASE + "/openapi.json/"),
    ],
)
def test_there_is_nothing_else(server, method, path):
    assert server.request(method, path, members(), JSON).status == 404


# A new password


@pytest.mark.parametrize("sent", [None, "", "same", "SAME"])
def test_a_reset_changes_the_password_once(server, member, sent):
    token, before = reset_invite(server, member), accounts(server)
    sent = {"same": member, "SAME": member.upper()}.get(sent, sent)
    assert is_registered(register(server, token, sent, OTHER_PASSWORD), member)
    xmpp.log_in(server, member, OTHER_PASSWORD)
    with pytest.raises(xmpp.Refused):
        xmpp.log_in(server, member, PASSWORD)
    assert token not in invites(server)
    assert_refused(register(server, token, sent, PASSWORD), 404, "used")
    xmpp.log_in(server, member, OTHER_PASSWORD)
    assert accounts(server) == before


def test_a_reset_is_for_one_account(server, member):
    token, before, username = reset_invite(server, member), accounts(server), new_name()
    assert_refused(register(server, token, username, OTHER_PASSWORD), 403, "wrong_username")
    assert accounts(server) == before
    assert token in invites(server)
    xmpp.log_in(server, member, PASSWORD)


def test_a_reset_never_makes_an_account(server, member):
    gone = reset_invite(server, member)
    assert probe(server, "delete_user", username=member)["ok"]
    for username, token in [(member, gone), ("nobody", reset_invite(server, "nobody"))]:
        assert_refused(register(server, token, username), 404, "not_found", "account")
        assert account(server, username) is None


def test_a_reset_keeps_to_the_policy(server, member):
    token = reset_invite(server, member)
    assert_refused_for_policy(register(server, token, None, "short"))
    assert_refused_for_policy(register(server, token, None, f"i am {member} of localhost"))
    assert_refused(register(server, token, None, "\u0007 is a bell, not a letter"), 400, "invalid_password")
    assert is_registered(register(server, token, None, OTHER_PASSWORD), member)


# At the same time


@pytest.fixture(scope="module")
def slow_server(start_server):
    """Takes long over a password, and over one at a time."""
    return start_server(
        {**OPTIONS, "default_iteration_count": 1_000_000, "frontdoor_workers": 1, "frontdoor_queue": 1}
    )


def answers_to(requests):
    return [DESCRIPTION.checked("POST", "/register", request.answer()) for request in requests]


def test_of_50_with_one_invite_one_gets_an_account(server, token):
    names = [new_name("racer") for _ in range(50)]
    answers = answers_to([begin(server, token, name) for name in names])
    [winner] = [name for name, answer in zip(names, answers) if answer.status == 200]
    assert {answer.status for answer in answers} == {200, 404}
    for answer in answers:
        if answer.status == 404:
            assert_refused(answer, 404, "used")
    assert accounts(server) & set(names) == {winner}
    xmpp.log_in(server, winner, PASSWORD)


def test_of_several_with_one_name_one_gets_it(server):
    username = new_name()
    tokens = [make_invite(server) for _ in range(4)]
    passwords = [f"password of number {number}" for number in range(4)]
    answers = answers_to([begin(server, *each) for each in zip(tokens, [username] * 4, passwords)])
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    for token, password, answer in zip(tokens, passwords, answers):
        assert (token in invites(server)) == (answer.status == 409)
        if answer.status == 200:
            xmpp.log_in(server, username, password)


def test_who_presses_twice_gets_one_account_and_two_good_answers(slow_server):
    username, token = new_name(), make_invite(slow_server)
    answers = answers_to([begin(slow_server, token, username) for _ in range(4)])
    assert all(is_registered(answer, username) for answer in answers)


def test_of_several_resets_with_one_invite_one_counts(server, member):
    token = reset_invite(server, member)
    passwords = [f"password of number {number}" for number in range(10)]
    answers = answers_to([begin(server, token, None, password) for password in passwords])
    [winner] = [password for password, answer in zip(passwords, answers) if answer.status == 200]
    assert {answer.status for answer in answers} == {200, 404}
    xmpp.log_in(server, member, winner)


def test_a_busy_server_says_so(slow_server):
    people = {new_name(): make_invite(slow_server) for _ in range(6)}
    answers = answers_to([begin(slow_server, token, name) for name, token in people.items()])
    assert {answer.status for answer in answers} == {200, 503}
    for (name, token), answer in zip(people.items(), answers):
        if answer.status == 503:
            assert_refused(answer, 503, "busy")
            assert int(answer.headers["retry-after"]) > 0
        is_left = token in invites(slow_server)
        assert (account(slow_server, name) is None) == is_left == (answer.status == 503)


# Idempotency-Key


def test_a_lost_answer_is_given_again(server, token):
    username, again = new_name(), {"Idempotency-Key": new_name("request")}
    begin(server, token, username, **again).abandon()
    for _ in range(2):
        assert is_registered(register(server, token, username, **again), username)
    assert_refused(register(server, token, username, **{"Idempotency-Key": "another"}), 404, "used")
    assert_refused(register(server, token, username), 404, "used")
    xmpp.log_in(server, username, PASSWORD)


def test_a_lost_answer_to_a_reset_is_given_again(server, member):
    token, again = reset_invite(server, member), {"Idempotency-Key": new_name("request")}
    for _ in range(2):
        assert is_registered(register(server, token, None, OTHER_PASSWORD, **again), member)


def test_one_idempotency_key_is_for_one_name(server, token):
    username, again = new_name(), {"Idempotency-Key": new_name("request")}
    assert is_registered(register(server, token, username, **again), username)
    assert_refused(register(server, token, new_name(), **again), 422, "invalid_request", "Idempotency-Key")


def test_others_may_use_the_same_idempotency_key(server):
    again = {"Idempotency-Key": new_name("request")}
    for username in (new_name(), new_name()):
        assert is_registered(register(server, make_invite(server), username, **again), username)


def test_a_refusal_is_not_repeated(server, token, member):
    username, again = new_name(), {"Idempotency-Key": new_name("request")}
    assert_refused(register(server, token, member, **again), 409, "conflict")
    assert is_registered(register(server, token, username, **again), username)


@pytest.mark.parametrize("malformed", MALFORMED_KEYS)
def test_a_malformed_idempotency_key_is_refused(server, token, malformed):
    answer = register(server, token, "romeo", **{"Idempotency-Key": malformed})
    assert_refused(answer, 400, "invalid_request", "Idempotency-Key")
    assert_nothing_happened(server, token)


def test_answers_survive_a_restart(start_server):
    server = start_server(OPTIONS)
    token, username, again = make_invite(server), new_name(), {"Idempotency-Key": new_name("request")}
    assert is_registered(register(server, token, username, **again), username)
    server.restart()
    assert is_registered(register(server, token, username, **again), username)


# What is left behind, and who may ask


def test_passwords_and_used_tokens_are_kept_nowhere(server, token, member):
    secrets = ["a password nobody else has", "a password nobody wanted"]
    username, again = new_name(), {"Idempotency-Key": new_name("request")}
    assert is_registered(register(server, token, username, secrets[0], **again), username)
    assert is_registered(register(server, reset_invite(server, member), None, secrets[0]), member)
    assert_refused(register(server, make_invite(server), new_name("unwanted"), secrets[1]), 403, "forbidden")
    for secret in secrets:
        assert not is_stored(server, secret)
    stored = [path for path in server.data.rglob("*.dat") if token in path.read_text()]
    assert stored == []


@pytest.mark.parametrize(
    "method, path",
    [("GET", f"{BASE}/invite/{UNKNOWN}"), ("DELETE", f"{BASE}/invite/{UNKNOWN}"), ("POST", REGISTER)],
)
def test_pages_of_other_sites_may_ask(server, method, path):
    headers = {"Origin": "https://join.example", "Access-Control-Request-Method": method}
    for each in (method, "OPTIONS"):
        answer = server.request(each, path, headers=headers)
        assert answer.headers["access-control-allow-origin"] in ("*", "https://join.example")
        assert "access-control-allow-credentials" not in answer.headers
    assert answer.status == 200
    assert method in answer.headers["access-control-allow-methods"]


@pytest.mark.parametrize("header", ["content-type", "idempotency-key"])
def test_pages_of_other_sites_may_send_our_headers(server, header):
    answer = server.request("OPTIONS", REGISTER, headers={"Origin": "https://join.example"})
    allowed = re.split(r",\s*", answer.headers["access-control-allow-headers"].lower())
    assert header in allowed
