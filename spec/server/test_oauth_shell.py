"""mod_http_oauth2: what operators see and can do: commands about grants, metrics, and events for modules."""

import re

import pytest

from authorization import (
    DEVICE,
    INTROSPECT,
    REVOKE,
    TOKEN,
    advance,
    app,
    begin,
    code_for,
    new_user,
    post_as,
    post_form,
    refresh,
    tokens_for,
)
from devices import wait
from endpoints import every_app, foreign_token, grant_id, named, new_network, oauth_probe, options
from oauth import content, is_token_good, register, shell, web
from registration import PASSWORD

HOSTS = {"b.localhost": {}, "closed.localhost": {"oauth2_registration_key": ""}}
B, CLOSED = HOSTS


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture
def user(server):
    return new_user(server)


def assert_explained(printed):
    """Checks that a command has not worked, and says so to people."""
    assert "OK" not in printed, printed
    assert not re.search(r"traceback|\.lua:|runtime error|attempt to|bad argument", printed), printed


# prosodyctl shell oauth2 user_grants


def user_grants(server, named, host="localhost"):
    """What the command prints: rows as dicts, and the sentence below them."""
    printed = shell(server, "user_grants", named, host=host)
    lines = printed.strip().split("\n")
    titles, *rows = [[cell.strip() for cell in line.split("|")] for line in lines[:-1]]
    return [dict(zip(titles, row, strict=True)) for row in rows], lines[-1]


DATE = re.compile(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.mark.parametrize("name_it", ["{0}", "{0}@localhost"])
def test_what_a_user_has_granted(server, client, user, name_it):
    other = register(server, app(client_name="Another app"))
    granted = [tokens_for(client, user, scope="openid xmpp"), tokens_for(other, user, scope="offline_access")]
    rows, sentence = user_grants(server, name_it.format(user))
    assert "OK" in sentence and "2 grants" in sentence
    assert {row["Grant"]: (row["Client"], row["Scopes"]) for row in rows} == {
        grant_id(granted[0]["access_token"]): (client.said["client_name"], "openid xmpp"),
        grant_id(granted[1]["access_token"]): ("Another app", "offline_access"),
    }
    for row in rows:
        assert row["Home page"] == "https://app.example.com/"
        assert DATE.fullmatch(row["Granted"]) and DATE.fullmatch(row["Last used"])


def test_a_refresh_is_no_grant_of_its_own(server, client, user):
    tokens = tokens_for(client, user)
    for _ in range(3):
        tokens = content(refresh(client, tokens["refresh_token"]))
    rows, sentence = user_grants(server, user)
    assert [row["Grant"] for row in rows] == [grant_id(tokens["access_token"])] and "1 grant" in sentence


def test_nothing_was_granted(server, client, user):
    tokens_for(client, new_user(server))
    assert user_grants(server, user)[0] == []
    assert "0 grants" in user_grants(server, user)[1]


def test_grants_that_have_ended_are_not_listed(server, client, user):
    tokens, rest = tokens_for(client, user), tokens_for(client, user)
    assert post_as(client, REVOKE, {"token": tokens["refresh_token"]}).status == 200
    rows, _ = user_grants(server, user)
    assert [row["Grant"] for row in rows] == [grant_id(rest["access_token"])]


def test_grants_before_a_new_password_are_not_listed(server, client, user):
    tokens_for(client, user)
    advance(server, 10)
    assert oauth_probe(server, "set_password", username=user, password="another password")["ok"]
    assert user_grants(server, user)[0] == []


def test_grants_of_other_modules_are_not_listed(server, user):
    foreign_token(server, user, purpose="", hash="")
    assert user_grants(server, user)[0] == []


def test_a_client_with_an_odd_name(server, user):
    """A name cannot forge a row."""
    client = register(server, app(client_name="A | B; rm -rf \u00e9 %s %d {0}"))
    tokens_for(client, user)
    printed = shell(server, "user_grants", user)
    assert "1 grant" in printed and "traceback" not in printed


def test_grants_of_another_host(server, client, user):
    tokens_for(client, user)
    assert_explained(shell(server, "user_grants", f"{user}@localhost", host=B))
    assert_explained(shell(server, "user_grants", user, host=B))


# prosodyctl shell oauth2 revoke_grant


@pytest.mark.parametrize("name_it", ["{0}", "{0}@localhost"])
def test_ending_a_grant(server, client, user, name_it):
    tokens, rest = tokens_for(client, user), tokens_for(client, user)
    grant = grant_id(tokens["access_token"])
    printed = shell(server, "revoke_grant", name_it.format(user), grant)
    assert "OK" in printed and grant in printed
    for token, active in [
        (tokens["access_token"], False),
        (tokens["refresh_token"], False),
        (rest["access_token"], True),
        (rest["refresh_token"], True),
    ]:
        assert content(post_as(client, INTROSPECT, {"token": token}))["active"] is active
    assert refresh(client, tokens["refresh_token"]).status == 400
    assert [row["Grant"] for row in user_grants(server, user)[0]] == [grant_id(rest["access_token"])]


def test_ending_a_grant_twice(server, client, user):
    grant = grant_id(tokens_for(client, user)["access_token"])
    assert "OK" in shell(server, "revoke_grant", user, grant)
    assert_explained(shell(server, "revoke_grant", user, grant))


def test_ending_a_grant_of_somebody_else(server, client, user):
    token = tokens_for(client, user)["access_token"]
    assert_explained(shell(server, "revoke_grant", new_user(server), grant_id(token)))
    assert is_token_good(server, token)


def test_ending_a_grant_of_another_module(server, user):
    token = foreign_token(server, user, purpose="", hash="")
    assert_explained(shell(server, "revoke_grant", user, grant_id(token)))
    assert is_token_good(server, token)


def test_ending_a_grant_forbids_nothing(server, client, user):
    """The client may ask again."""
    shell(server, "revoke_grant", user, grant_id(tokens_for(client, user)["access_token"]))
    assert is_token_good(server, tokens_for(client, user)["access_token"])


def test_a_code_from_before_is_good_for_another_grant(server, client, user):
    code, flow = code_for(client, user)
    shell(server, "revoke_grant", user, grant_id(tokens_for(client, user)["access_token"]))
    assert flow.redeem(code).status == 200


# Commands that are called wrongly


@pytest.mark.parametrize("command", ["user_grants", "revoke_grant", "rotate_keys"])
def test_commands_explain_themselves(server, command):
    for arguments in ("nowhere.example", "nowhere.example x y", ""):
        assert_explained(server.shell(f"oauth2 {command} {arguments}".strip()))
    assert command in server.shell("help oauth2")


@pytest.mark.parametrize(
    "arguments",
    ["user_grants", "revoke_grant", "revoke_grant juliet", "user_grants nobody", "revoke_grant nobody x"],
)
def test_arguments_that_are_missing_or_wrong(server, arguments):
    command, *rest = arguments.split()
    assert_explained(shell(server, command, *rest))


@pytest.mark.parametrize("odd", ["../x", "%", "@", "@localhost", "a@", "'", "a\u00e9", "A" * 100])
def test_odd_names(server, odd):
    assert_explained(shell(server, "user_grants", odd))
    assert_explained(shell(server, "revoke_grant", odd, odd))


def test_without_a_registration_key(server):
    user = new_user(server, CLOSED)
    token = foreign_token(server, user, CLOSED, hash="x")
    assert [row["Grant"] for row in user_grants(server, user, CLOSED)[0]] == [grant_id(token)]
    assert "OK" in shell(server, "revoke_grant", user, grant_id(token), host=CLOSED)
    assert not is_token_good(server, token, CLOSED)
    assert_explained(shell(server, "rotate_keys", host=CLOSED))


# The older commands know the new grants


def test_grants_of_a_client(server, user):
    client = register(server, app(client_name="Listed", software_id="listed-here"))
    tokens = tokens_for(client, user, scope="openid xmpp")
    for name in (client.id, client.hash, "listed-here"):
        printed = shell(server, "grants", name)
        assert grant_id(tokens["access_token"]) in printed and "openid xmpp" in printed
    assert client.hash in shell(server, "clients")


# Metrics


@pytest.fixture(scope="module")
def counted(start_server):
    """A server that counts."""
    return start_server(
        options(
            modules_enabled=["http_openmetrics"],
            statistics="internal",
            statistics_interval="manual",
            allowed_oauth2_grant_types=["authorization_code", "refresh_token", "device_code", "password"],
        ),
        {B: {}},
    )


SAMPLE = re.compile(r"prosody_mod_http_oauth2__(\w+?)(?:_total)?\{([^}]*)\} (\S+)")


def counts(server):
    """The module's counters: { (name, label values without the host …): how many }, of localhost."""
    answer = server.get("/metrics")
    assert answer.status == 200, answer
    found = {}
    for name, labels, value in SAMPLE.findall(answer.text):
        known = dict(re.findall(r'(\w+)="([^"]*)"', labels))
        if name.endswith("_created") or known.pop("host") != "localhost":
            continue
        found[(name, *(known[label] for label in sorted(known)))] = float(value)
    return found


class Change:
    """What has been counted while something was done."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        self.before = counts(self.server)
        return self

    def __exit__(self, *_):
        after = counts(self.server)
        self.counted = {
            name: value - self.before.get(name, 0)
            for name, value in after.items()
            if value != self.before.get(name, 0)
        }


def test_registrations_are_counted(counted):
    with Change(counted) as change:
        for _ in range(3):
            register(counted, web())
        register(counted, web(), host=B)
    assert change.counted == {("registrations",): 3}


def test_grants_are_counted(counted):
    client, user = register(counted, every_app()), new_user(counted)
    with Change(counted) as change:
        tokens = tokens_for(client, user)
        for _ in range(2):
            tokens = content(refresh(client, tokens["refresh_token"]))
        wait(client).tokens(user)
    grants = {name: value for name, value in change.counted.items() if name[0] == "grants"}
    assert grants == {
        ("grants", "authorization_code"): 1,
        ("grants", "urn:ietf:params:oauth:grant-type:device_code"): 1,
    }


def test_a_password_is_counted_as_such(counted):
    client = register(counted, web(grant_types=["password"], response_types=[]))
    user = new_user(counted)
    fields = {"grant_type": "password", "username": f"{user}@localhost", "password": PASSWORD}
    with Change(counted) as change:
        assert post_as(client, TOKEN, fields).status == 200
        assert post_as(client, TOKEN, {**fields, "password": "wrong"}).status == 400
    assert change.counted[("grants", "password")] == 1
    assert change.counted[("refusals", "token", "invalid_grant")] == 1


def test_logins_are_counted(counted):
    client, user = register(counted, app()), new_user(counted)
    flow = begin(client)
    with Change(counted) as change:
        flow.log_in(user)
        flow.try_login(user, "wrong")
        flow.try_login("nobody-there", "wrong")
    logins = {name: value for name, value in change.counted.items() if name[0] == "logins"}
    assert logins == {("logins", "success"): 1, ("logins", "failure"): 2}


REFUSALS = {
    ("token", "invalid_client"): lambda s, c: post_form(s, TOKEN, {"grant_type": "refresh_token"}),
    ("token", "invalid_request"): lambda s, c: post_as(c, TOKEN, {}),
    ("token", "invalid_grant"): lambda s, c: refresh(c, "x"),
    ("token", "unsupported_grant_type"): lambda s, c: post_as(c, TOKEN, {"grant_type": "x"}),
    ("introspect", "invalid_client"): lambda s, c: post_form(s, INTROSPECT, {"token": "x"}),
    ("introspect", "invalid_request"): lambda s, c: post_as(c, INTROSPECT, {}),
    ("revoke", "invalid_request"): lambda s, c: post_as(c, REVOKE, {}),
    ("device", "invalid_client"): lambda s, c: post_form(s, DEVICE, {}, new_network()),
    ("userinfo", "invalid_token"): lambda s, c: s.get(
        "/oauth2/userinfo", headers={"Authorization": "Bearer x"}
    ),
    ("register", "invalid_client_metadata"): lambda s, c: s.post(
        "/oauth2/register", b'{"client_name":"A","client_uri":"x","redirect_uris":["https://a.example/"]}'
    ),
    ("authorize", "invalid_scope"): lambda s, c: begin(c, scope="unknown").open(),
}


@pytest.mark.parametrize("refusal", REFUSALS, ids=" ".join)
def test_refusals_are_counted_by_reason(counted, refusal):
    client = register(counted, app())
    with Change(counted) as change:
        assert REFUSALS[refusal](counted, client).status >= 300
    assert change.counted == {("refusals", *refusal): 1}


def test_what_is_asked_makes_no_new_labels(counted):
    """Or whoever asks could fill the memory."""
    client = register(counted, app())
    before = len(counts(counted))
    for number in range(5):
        post_as(client, TOKEN, {"grant_type": f"x{number}"})
        begin(client, scope=f"unknown{number}", response_type=f"y{number}").open()
        post_form(counted, TOKEN, {**named(client), "grant_type": f"z{number}"})
    assert len(counts(counted)) <= before + 3


def test_metrics_tell_no_secrets(counted):
    client, user = register(counted, app()), new_user(counted)
    tokens = tokens_for(client, user)
    text = counted.get("/metrics").text
    for secret in (client.id, client.hash, user, tokens["access_token"], grant_id(tokens["access_token"])):
        assert secret not in text


# Events for modules that keep an audit log


def events(server, name, user):
    found = oauth_probe(server, "events", name=name)
    return [event["grant"] for event in found if event.get("username") == user]


def test_modules_are_told_of_grants(server, client, user):
    tokens = tokens_for(client, user)
    grant = grant_id(tokens["access_token"])
    assert events(server, "token-grant-created", user) == [grant]
    refresh(client, tokens["refresh_token"])
    assert events(server, "token-grant-created", user) == [grant]
    assert events(server, "token-grant-revoked", user) == []
    shell(server, "revoke_grant", user, grant)
    assert events(server, "token-grant-revoked", user) == [grant]


def test_modules_are_told_of_grants_that_a_replay_ends(server, client, user):
    code, flow = code_for(client, user, scope="xmpp offline_access")
    first = grant_id(content(flow.redeem(code))["access_token"])
    assert flow.redeem(code).status == 400
    assert events(server, "token-grant-revoked", user) == [first]
    tokens = tokens_for(client, user)
    refresh(client, tokens["refresh_token"])
    advance(server, 31)
    assert refresh(client, tokens["refresh_token"]).status == 400
    assert events(server, "token-grant-revoked", user) == [first, grant_id(tokens["access_token"])]


def test_modules_are_told_of_registrations(server):
    network = new_network()
    client = register(server, app(), **network)
    told = oauth_probe(server, "events", name="oauth2-client-registered")[-1]
    assert told["ip"] == network["X-Forwarded-For"]
    assert told["client"]["hash"] == client.hash


def authorizations(server, user):
    found = oauth_probe(server, "events", name="oauth2-authorized")
    return [event for event in found if event["username"] == user]


def test_modules_are_told_of_consent(server, client, user):
    network = new_network()
    flow = begin(client, scope="openid xmpp", headers=network)
    flow.allow(flow.log_in(user), ["xmpp"])
    (told,) = authorizations(server, user)
    assert (told["host"], told["ip"], told["scope"]) == ("localhost", network["X-Forwarded-For"], "xmpp")
    assert told["client"]["name"] == client.said["client_name"]
    assert told["client"]["hash"] == client.hash


def test_modules_are_told_of_consent_to_a_device(server, user):
    client = register(server, every_app())
    waiting = wait(client)
    waiting.approve(user)
    (told,) = authorizations(server, user)
    assert told["client"]["hash"] == client.hash


@pytest.mark.parametrize(
    "decide",
    [lambda flow, page: flow.deny(page), lambda flow, page: flow.allow(page, [])],
    ids=["denied", "nothing"],
)
def test_modules_are_not_told_of_what_was_not_allowed(server, client, user, decide):
    flow = begin(client)
    assert decide(flow, flow.log_in(user)).error == "access_denied"
    flow.try_login(user, "wrong")
    assert authorizations(server, user) == []


def test_what_modules_are_told_of_the_client(server, user):
    client = register(server, app(software_id="an-app", software_version="1.2"))
    tokens_for(client, user, scope="openid xmpp")
    (grant,) = oauth_probe(server, "grants", username=user)
    # As the community module stores it, for modules that list it, such as mod_client_management.
    assert grant["client"] == {
        "name": client.said["client_name"],
        "uri": "https://app.example.com/",
        "id": "an-app",
        "version": "1.2",
        "hash": client.hash,
    }
    assert grant["scopes"] == "openid xmpp"
    assert set(grant["purposes"]) <= {"oauth2", "oauth2-refresh"}


def test_what_is_stored_of_tokens(server, client, user):
    """Purposes tell apart what each is good for."""
    tokens = tokens_for(client, user)
    (grant,) = oauth_probe(server, "grants", username=user)
    assert grant["purposes"] == ["oauth2", "oauth2-refresh"]
    content(refresh(client, tokens["refresh_token"], scope="openid"))
    (grant,) = oauth_probe(server, "grants", username=user)
    assert grant["purposes"] == ["oauth2", "oauth2-limited", "oauth2-refresh", "oauth2-refresh-spent"]
