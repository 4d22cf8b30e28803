"""What people and programs do on the way to an account, for specs in which something goes wrong: see death.Journey."""

import hashlib
import json
import urllib.parse

import death
import invitations
import lua
import registration
from api import prosodyctl
from death import NO_ANSWER, Journey
from invitations import reset, submit
from registration import PASSWORD, confirm, new_name, person, probe, register

NEW_PASSWORD = "another horse another battery"
MODULES = ["invites_register_web", "invites_register_api", "invites_api", "test_clock", "test_lua"]
TTL = 100  # seconds in which a registration has to be confirmed

IN_SQLITE = {"storage": "sql", "sql": {"driver": "SQLite3", "database": "spec.sqlite"}}


def options(**changes):
    """Of a server with everything; Prosody's own jobs do not get their turn."""
    modules = MODULES + death.MODULES + changes.pop("modules_enabled", [])
    limits = {"invites_register_limit": 0, "invites_api_limit": 0, "cron_initial_delay": 86400}
    limits["reg_servlet_pending_ttl"] = TTL
    return registration.options(modules_enabled=modules, **limits, **changes)


def in_postgres(postgres):
    return {"storage": "sql", "sql": postgres.options()}


# What can be asked of a server


def evaluate(server, expression):
    answer = server.post("/test_lua", expression)
    assert answer.status == 200, f"{expression}\n{server.story()}"
    return json.loads(answer.body).get("value")


def let_pass(server, seconds):
    assert server.post("/test_clock", str(seconds)).status == 200


def made(server, call):
    return evaluate(server, f'module:depends("invites").{call}.token')


def knows(server, username, password):
    """Whether somebody can log in."""
    return probe(server, "provider_test", username=username, password=password)["ok"]


def exists(server, username):
    return bool(probe(server, "account", username=username)["record"])


def is_good(server, token):
    """Whether an invite can be used."""
    return invitations.is_pending(server, token)


def account_of(server, username):
    """An account that is as it has to be, or none."""
    assert exists(server, username) == knows(server, username, PASSWORD)
    return exists(server, username)


def seen(server, answer):
    """What a browser shows in the end."""
    return invitations.follow(server, answer) if answer.status == 303 else answer


def assert_says_sorry(answer):
    """Checks that whoever asked is told, in their own language, that it is the server's fault."""
    assert answer.status in (500, 503), answer
    kind = answer.headers["content-type"].partition(";")[0]
    if kind == "application/json":
        said = json.loads(answer.body)
        assert said["error"] in ("server_error", "busy") and said["error_description"], said
    elif kind == "text/html":
        assert len(invitations.Page(answer).text()) > 20, answer
        assert "traceback" not in answer.text and ".lua" not in answer.text
    else:
        assert kind == "text/plain" and answer.text.endswith("."), answer


# mod_register_json


def check_registration(server, fields, answer):
    assert answer is NO_ANSWER or answer.status == 200, answer
    assert not exists(server, fields["username"])
    if answer is NO_ANSWER:
        return "no code came"
    assert registration.is_success(confirm(server, answer.text))
    return "the code that came works"


def register_later(server, fields):
    """Until what was lost has expired, the name may wait."""
    assert register(server, fields).status in (200, 401)
    let_pass(server, TTL + 1)
    answer = register(server, fields)
    let_pass(server, -TTL - 1)
    return answer


REGISTER = Journey("registering", lambda _: person(), register, check_registration, register_later)


def prepare_confirmation(server):
    fields = person()
    return fields, registration.token_for(server, fields)


def check_confirmation(server, case, answer):
    fields, token = case
    if account_of(server, fields["username"]):
        assert register(server, person(mail=fields["mail"])).status == 409
        assert register(server, fields).status == 409
        assert not registration.is_success(confirm(server, token))
        return "account and mail address are theirs"
    assert answer is NO_ANSWER
    assert register(server, fields).status == 401
    return "the registration waits"


CONFIRM = Journey(
    "confirming", prepare_confirmation, lambda server, case: confirm(server, case[1]), check_confirmation
)


def prepare_deletion(server):
    return registration.join(server)


def delete(server, fields):
    return server.get("/probe/delete_user?" + urllib.parse.urlencode({"username": fields["username"]}))


def check_deletion(server, fields, _):
    if account_of(server, fields["username"]):
        assert register(server, person(mail=fields["mail"])).status == 409
        return "the account is as it was"
    registration.join(server, fields)
    assert json.loads(delete(server, fields).body)["ok"]
    return "name and mail address are free"


DELETE = Journey("deleting an account", prepare_deletion, delete, check_deletion)


# Invites


def check_invite(server, case, _):
    """An invite is good for an account as long as it has not made one."""
    token, username = case
    has_account = account_of(server, username)
    assert is_good(server, token) != has_account
    if not has_account:
        return "the invite is as good as before"
    other = new_name()
    assert not invitations.is_success(submit(server, token, other))
    assert not exists(server, other)
    return "there is the account, and the invite is used"


def prepare_invite(server):
    return made(server, "create_account()"), new_name()


def submit_form(server, case):
    return submit(server, *case)


FORM = Journey("registering with an invite", prepare_invite, submit_form, check_invite)


def ask_api(server, case, **headers):
    token, username = case
    body = json.dumps({"token": token, "username": username, "password": PASSWORD})
    return server.post(
        "/register_api/register", body, headers={"Content-Type": "application/json", **headers}
    )


def ask_api_with_key(server, case):
    return ask_api(server, case, **{"Idempotency-Key": f"key of {case[1]}"})


API = Journey("registering over the HTTP API", prepare_invite, ask_api, check_invite)
API_WITH_KEY = Journey(
    "registering over the HTTP API with an Idempotency-Key", prepare_invite, ask_api_with_key, check_invite
)

MEMBER = 'roles = { "prosody:admin" }'


def prepare_invite_of_friend(server):
    inviter = invitations.new_account(server)
    token = made(server, f"create_contact({lua.literal(inviter)}, true, {{ {MEMBER} }})")
    return token, new_name(), inviter


def subscription(server, user, contact):
    roster = f'require "prosody.core.rostermanager".load_roster({lua.literal(user)}, module.host)'
    item = f'{roster}[{lua.literal(contact + "@localhost")}]'
    return evaluate(server, f"({item} or {{}}).subscription")


def check_invite_of_friend(server, case, answer):
    token, username, inviter = case
    said = check_invite(server, (token, username), answer)
    if exists(server, username):
        assert subscription(server, username, inviter) == subscription(server, inviter, username) == "both"
        assert probe(server, "role", username=username)["name"] == "prosody:admin"
        said += ", with contact and role"
    return said


FRIEND = Journey(
    "registering with a friend's invite that has a role",
    prepare_invite_of_friend,
    lambda server, case: submit(server, *case[:2]),
    check_invite_of_friend,
)


def prepare_group(server):
    return made(server, f'create_group({{ "group" }}, {{ {MEMBER} }}, 3600)'), new_name()


def check_group(server, case, _):
    token, username = case
    assert is_good(server, token)
    if not account_of(server, username):
        return "there is no account"
    assert probe(server, "role", username=username)["name"] == "prosody:admin"
    assert invitations.is_success(submit(server, token, new_name()))
    return "there is the account, with its role"


GROUP = Journey("registering with a group's invite", prepare_group, submit_form, check_group)


# Links to choose a new password


def old_account(server):
    let_pass(server, -60)
    username = invitations.new_account(server)
    let_pass(server, 60)
    return username


def prepare_reset_invite(server):
    username = old_account(server)
    return made(server, f"create_account_reset({lua.literal(username)})"), username


def prepare_reset_link(server):
    username, token = old_account(server), new_name("abcdefghijklmnopqrst")
    key = "sha256-" + hashlib.sha256(token.encode()).hexdigest()
    record = f"{{ user = {lua.literal(username)}; generated_at = os.time() }}"
    assert evaluate(server, f'module:open_store("password_reset"):set({lua.literal(key)}, {record})')
    return token, username


def check_reset(server, case, _):
    token, username = case
    assert knows(server, username, PASSWORD) != knows(server, username, NEW_PASSWORD)
    if knows(server, username, PASSWORD):
        assert server.get(f"{invitations.RESET}?{token}").status == 200
        return "the old password works, and so does the link"
    assert reset(server, token, PASSWORD).status == 410
    assert knows(server, username, NEW_PASSWORD)
    return "the new password works, and the link is used"


def choose_password(server, case):
    return reset(server, case[0], NEW_PASSWORD)


def reset_by_api(server, case):
    token, username = case
    body = json.dumps({"token": token, "username": username, "password": NEW_PASSWORD})
    return server.post("/register_api/register", body, headers={"Content-Type": "application/json"})


RESETS = [
    Journey("a new password with a reset invite", prepare_reset_invite, choose_password, check_reset),
    Journey("a new password with a reset link", prepare_reset_link, choose_password, check_reset),
    Journey("a new password over the HTTP API", prepare_reset_invite, reset_by_api, check_reset),
]


# Programs that create invites

_keys = {}


def ask_for_invite(server, case):
    key, request_key = case
    headers = {"Authorization": f"Bearer {key}"}
    if request_key:
        headers["Idempotency-Key"] = request_key
    return server.post("/invites_api", headers=headers)


def check_new_invite(server, case, answer):
    if answer is NO_ANSWER:
        return "no invite came"
    assert answer.status == 201, answer
    assert is_good(server, answer.headers["location"].partition("?")[2])
    if case[1]:
        assert ask_for_invite(server, case).headers["location"] == answer.headers["location"]
    return "there is the invite"


def key_for(server):
    """The key of a program; prosodyctl takes its time, so there is one for each server."""
    if server.folder not in _keys:
        _keys[server.folder] = new_key(server)
    return _keys[server.folder]


def new_key(server):
    return prosodyctl(server, "mod_invites_api", "create", "localhost").stdout.split()[-1]


def prepare_api_key(server):
    return key_for(server), None


def prepare_idempotent(server):
    return key_for(server), new_name("request")


NEW_INVITE = Journey("creating an invite over the HTTP API", prepare_api_key, ask_for_invite, check_new_invite)
NEW_INVITE_WITH_KEY = Journey(
    "creating an invite over the HTTP API with an Idempotency-Key",
    prepare_idempotent,
    ask_for_invite,
    check_new_invite,
)

INVITES = [FORM, API, API_WITH_KEY, FRIEND, GROUP]
ALL = [REGISTER, CONFIRM, *INVITES, *RESETS, NEW_INVITE, NEW_INVITE_WITH_KEY]
