"""mod_http_oauth2: a power cut at every write of every journey. What was promised is kept; nothing counts twice."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import pytest

import death
from authorization import (
    ALL_SCOPES,
    REVOKE,
    Redirect,
    advance,
    app,
    assert_error,
    begin,
    code_for,
    implicit_app,
    new_user,
    post_as,
    refresh,
    tokens_for,
)
from death import NO_ANSWER, Journey, die_at, for_each_death
from devices import ask, wait
from endpoints import DEVICE_GRANT, grant_id, options
from oauth import ALL_ALLOWED, LEFT_OUT, OTHER_KEY, content, device, register, revocation_file, shell
from prosody import wait_until
from test_oauth_faults import GRACE, grants_of, is_active, kids, server_time, store_path, userinfo, write_record
from test_openid import verified
from test_token import ask_password

LONG_AGO = 1700000000

_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def server(start_server):
    """Nothing is written but by what a test does."""
    return start_server(options(modules_enabled=death.MODULES, cron_initial_delay=86400, **ALL_ALLOWED))


@dataclass
class Case:
    """Somebody, the program that acts for them, and what is done: its answer comes back."""

    client: object
    user: str
    act: Callable
    before: dict = None


def act(_, case):
    return case.act()


def is_usable(client, token):
    """Whether an access token is good; everybody must agree."""
    said = [is_active(client, token), userinfo(client.server, token).status == 200]
    assert said[0] == said[1], said
    return said[0]


def assert_usable(client, tokens):
    assert is_usable(client, tokens["access_token"])
    assert "refresh_token" not in tokens or is_active(client, tokens["refresh_token"])
    assert "id_token" not in tokens or verified(client.server, tokens["id_token"])


def assert_can_be_revoked(server, case):
    """Whatever is stored, the operator can see it and end it."""
    for grant in grants_of(server, case.user):
        assert "OK: " in shell(server, "revoke_grant", case.user, grant["id"])
    assert not grants_of(server, case.user)


# What is good once


def redemption(server):
    client, user = register(server, app()), new_user(server)
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    return Case(client, user, lambda: flow.redeem(code))


def redemption_without_refresh_token(server):
    client, user = register(server, app(grant_types=["authorization_code"])), new_user(server)
    code, flow = code_for(client, user, scope="xmpp openid")
    return Case(client, user, lambda: flow.redeem(code))


def fetching(server):
    client, user = register(server, device(grant_types=[DEVICE_GRANT, "refresh_token"])), new_user(server)
    waiting = wait(client, scope=ALL_SCOPES)
    waiting.approve(user)
    return Case(client, user, waiting.poll)


def check_once(server, case, answer):
    """There is one grant at most. Who has no tokens is told so, and may ask the user again."""
    grants = grants_of(server, case.user)
    assert len(grants) <= 1, grants
    if answer is NO_ANSWER:
        return "no answer"
    if answer.status == 200:
        assert_usable(case.client, content(answer))
        return "tokens"
    assert_error(answer, "invalid_grant")
    assert not grants
    return "invalid_grant, and no grant is left"


# What can be asked for again


def refreshing(server):
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    return Case(client, user, lambda: refresh(client, tokens["refresh_token"]), tokens)


def check_refreshed(server, case, answer):
    (grant,) = grants_of(server, case.user)
    assert grant["id"] == grant_id(case.before["access_token"])
    if answer is NO_ANSWER:
        return "no answer"
    assert_usable(case.client, content(answer))
    assert is_usable(case.client, case.before["access_token"])
    return "new tokens"


def asking_for_a_device(server):
    client = register(server, device())
    return Case(client, new_user(server), lambda: ask(client, {"scope": "openid xmpp"}))


def check_codes(server, _, answer):
    if answer is NO_ANSWER:
        return "no answer"
    assert content(answer)["user_code"]
    return "codes"


def allowing_a_device(server):
    client, user = register(server, device()), new_user(server)
    waiting = wait(client)
    flow = waiting.confirm()
    consent = flow.log_in(user)
    return Case(client, user, lambda: flow.decide(consent, "granted"), waiting)


def check_allowed(server, case, answer):
    assert not grants_of(server, case.user)
    if answer is NO_ANSWER:
        return "no answer"
    tokens = content(case.before.poll())
    assert_usable(case.client, tokens)
    assert_can_be_revoked(server, case)
    if answer.status == 200:
        return "the device has tokens"
    assert 400 <= answer.status < 500, answer
    return "the page says that nobody waits any more; the device has tokens"


def with_password(server):
    client = register(server, app(grant_types=["password", "refresh_token"], response_types=[]))
    user = new_user(server)
    return Case(client, user, lambda: ask_password(client, user, scope=ALL_SCOPES))


def check_each_time(server, case, answer):
    """Whoever logs in again is granted something again; what nobody heard of can be revoked."""
    if answer is NO_ANSWER:
        return "no answer"
    assert_usable(case.client, content(answer))
    assert_can_be_revoked(server, case)
    return "tokens"


def in_the_address(server):
    client, user = register(server, implicit_app()), new_user(server)
    flow = begin(client, response_type="token", scope=ALL_SCOPES, code_challenge=LEFT_OUT)
    consent = flow.log_in(user)
    return Case(client, user, lambda: flow.decide(consent, "granted"))


def check_in_the_address(server, case, answer):
    if answer is NO_ANSWER:
        return "no answer"
    assert is_usable(case.client, Redirect(answer).parameters["access_token"])
    assert_can_be_revoked(server, case)
    return "a token"


# What ends


def ending(name):
    """Revoking a token; without its refresh token a grant is of no use."""

    def prepare(server):
        client, user = register(server, app()), new_user(server)
        tokens = tokens_for(client, user)
        return Case(client, user, lambda: post_as(client, REVOKE, {"token": tokens[name]}), tokens)

    return prepare


def check_ended(server, case, answer):
    if answer is NO_ANSWER:
        return "no answer"
    assert answer.status == 200
    assert not is_usable(case.client, case.before["access_token"])
    return "revoked"


def stealing(server):
    """A refresh token is used again long after it was."""
    client, user = register(server, app()), new_user(server)
    stolen = tokens_for(client, user)
    tokens, used_at = content(refresh(client, stolen["refresh_token"])), server_time(server)

    def use():
        # A restart takes back what the clock was ahead.
        advance(server, used_at + GRACE + 1 - server_time(server))
        return refresh(client, stolen["refresh_token"])

    return Case(client, user, use, tokens)


def check_nothing_left(server, case, answer):
    if answer is NO_ANSWER:
        return "no answer"
    assert_error(answer, "invalid_grant")
    assert not grants_of(server, case.user)
    assert not is_usable(case.client, case.before["access_token"])
    return "invalid_grant, and the grant has ended"


def managing(method):
    """A client removes or replaces itself, and somebody has granted something to it."""

    def prepare(server):
        client, user = register(server, app()), new_user(server)
        tokens = tokens_for(client, user)
        return Case(client, user, lambda: client.replace() if method == "PUT" else client.ask("DELETE"), tokens)

    return prepare


def check_gone(server, case, answer):
    if answer is NO_ANSWER:
        return "no answer"
    assert answer.status in (200, 204, 401), answer
    assert not case.client.is_known()
    assert userinfo(server, case.before["access_token"]).status == 401
    assert_error(refresh(case.client, case.before["refresh_token"]), "invalid_client", 401)
    wait_until(lambda: not grants_of(server, case.user), lambda: f"The grant is still there.\n{server.story()}")
    if answer.status == 401:
        return "it is unknown, and its grants have ended"
    return "done, and its grants have ended"


# Operators


def is_done(text):
    """What a command has printed: whether it has worked."""
    return "OK: " in text


def commanding(*command):
    """A command of the shell; {client} and {user} are those that have something."""

    def prepare(server):
        client, user = register(server, app()), new_user(server)
        tokens = tokens_for(client, user)
        values = {"client": client.hash, "user": user, "grant": grant_id(tokens["access_token"])}
        words = [word.format(**values) for word in command]
        return Case(client, user, lambda: shell(server, *words), tokens)

    return prepare


def revoking_a_website(server):
    host = f"app{next(_numbers)}.example.com"
    home = {"client_uri": f"https://{host}/", "redirect_uris": [f"https://{host}/redirect"]}
    client, user = register(server, app(**home)), new_user(server)
    tokens = tokens_for(client, user)
    return Case(client, user, lambda: shell(server, "revoke_issued_before", "2099-01-01", host), tokens)


def check_revoked(server, case, printed):
    if not is_done(printed):
        return "no answer"
    assert not grants_of(server, case.user)
    assert userinfo(server, case.before["access_token"]).status == 401
    return "revoked"


def check_grant_revoked(server, case, printed):
    assert userinfo(server, case.before["access_token"]).status == 200 or not grants_of(server, case.user)
    if not is_done(printed):
        return "it says that there is no such grant" if "has no grant" in printed else "no answer"
    assert not grants_of(server, case.user)
    return "revoked"


def restoring(server):
    case = commanding("restore", "{client}")(server)
    assert is_done(shell(server, "revoke_client", case.client.hash))
    return case


def check_restored(server, case, printed):
    if not is_done(printed):
        return "it says that nothing was revoked" if "Nothing like this" in printed else "no answer"
    assert_usable(case.client, tokens_for(case.client, case.user))
    return "restored"


def check_signed(server, case, _):
    """Whatever has been signed can be verified, and what is signed now."""
    assert verified(server, case.before["id_token"])
    assert_usable(case.client, tokens_for(case.client, case.user))
    return "all that was signed can be verified"


JOURNEYS = [
    Journey("code to tokens", redemption, act, check_once),
    Journey("code to tokens without a refresh token", redemption_without_refresh_token, act, check_once),
    Journey("device code to tokens", fetching, act, check_once),
    Journey("refresh", refreshing, act, check_refreshed),
    Journey("codes for a device", asking_for_a_device, act, check_codes),
    Journey("allowing a device", allowing_a_device, act, check_allowed),
    Journey("password to tokens", with_password, act, check_each_time),
    Journey("token in the address (implicit)", in_the_address, act, check_in_the_address),
    Journey("revoking an access token", ending("access_token"), act, check_ended),
    Journey("revoking a refresh token", ending("refresh_token"), act, check_ended),
    Journey("a stolen refresh token", stealing, act, check_nothing_left),
    Journey("a client removes itself", managing("DELETE"), act, check_gone),
    Journey("a client replaces itself", managing("PUT"), act, check_gone),
    Journey("oauth2 revoke_client", commanding("revoke_client", "{client}"), act, check_revoked),
    Journey("oauth2 revoke_issued_before", revoking_a_website, act, check_revoked),
    Journey("oauth2 revoke_grant", commanding("revoke_grant", "{user}", "{grant}"), act, check_grant_revoked),
    Journey("oauth2 restore", restoring, act, check_restored),
    Journey("oauth2 rotate_keys", commanding("rotate_keys"), act, check_signed),
]


@pytest.mark.parametrize("journey", JOURNEYS, ids=str)
def test_a_power_cut_at_each_write(server, fault_table, journey):
    for_each_death(server, journey, fault_table)


def test_logging_in_and_registering_write_nothing(server):
    """So there is nothing to lose: what is known later is in what was given away."""
    user = new_user(server)
    death.arm(server, 0)
    client = register(server, app())
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    assert not death.written(server)
    server.kill()
    server.start()
    assert_usable(client, content(flow.redeem(code)))


def test_what_was_answered_is_in_force(server):
    """Revocations that a client or the operator has been told of outlive a power cut right after."""
    ends = [ending("access_token"), ending("refresh_token"), managing("DELETE"), managing("PUT")]
    ends += [commanding("revoke_client", "{client}")]
    cases = [prepare(server) for prepare in [*ends, redemption, refreshing]]
    *revoked, redeemed, refreshed = cases
    for case in cases:
        case.act()
    server.kill()
    server.start()
    for case in revoked:
        assert userinfo(server, case.before["access_token"]).status == 401
    assert_error(redeemed.act(), "invalid_grant")
    advance(server, GRACE + 1)
    assert_error(refreshed.act(), "invalid_grant")


# The first start, and other keys


MADE_AT_FIRST = ["oauth2_host_secret", "oauth2_signing_keys"]


@pytest.mark.parametrize("moment", death.MOMENTS)
@pytest.mark.parametrize("name", MADE_AT_FIRST)
def test_the_first_start(start_server, fault_table, name, moment):
    """The host's secret and the key that signs are made and stored then."""
    both = options(modules_enabled=death.MODULES, cron_initial_delay=86400)
    without = [name for name in both["modules_enabled"] if name != "http_oauth2"]
    server = start_server({**both, "modules_enabled": without})
    death.arm(server, MADE_AT_FIRST.index(name) + 1, moment)
    death.until_dead(server, lambda: server.shell("module load http_oauth2 localhost"))
    stored = store_path(server, name).exists()
    assert stored == (moment == "after")
    server.options = both
    server.start()
    (kid,) = kids(server)
    assert "id_token" in tokens_for(register(server, app()), new_user(server))
    server.restart()
    assert kids(server) == [kid]
    fault_table(f"killed {moment} writing {name}", "first start", "one key, which signs")


def test_another_registration_key_and_a_power_cut(start_server):
    """What was made with the one before goes on: clients, codes, tokens."""
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    code, flow = code_for(client, user, scope=ALL_SCOPES)
    tokens = tokens_for(client, user)
    waiting = wait(register(server, device()))
    server.kill()
    server.options["oauth2_registration_previous_keys"] = [server.options["oauth2_registration_key"]]
    server.options["oauth2_registration_key"] = OTHER_KEY
    server.start()
    assert_usable(client, content(flow.redeem(code)))
    assert_usable(client, tokens)
    assert_usable(client, content(refresh(client, tokens["refresh_token"])))
    assert_error(waiting.poll(), "expired_token")
    assert client.ask("DELETE").status == 204


# What is forgotten


RUN_JOBS = (
    "(function () for _, task in ipairs(prosody.hosts.localhost.modules.http_oauth2.module.items.task) do "
    "task:run(os.time()) end return 'done' end)()"
)


def run_jobs(server):
    """All that is done hourly and daily, at once."""
    assert "Result: done" in server.shell(f"> {RUN_JOBS}")


def write_old_things(server):
    """A record of each kind that is forgotten at some time."""
    expired = {"expires": LONG_AGO}
    write_record(server, expired, "oauth2_used_codes", "abc")
    write_record(server, {**expired, "client_id": "x", "scope": "xmpp"}, "oauth2_device_codes", "abc")
    revocation = {"kind": "client_hash", "name": "x", "revoked_at": LONG_AGO, **expired}
    write_record(server, {"client_hash:x": revocation}, "oauth2_revoked_clients")


def old_things(server):
    """Those that are still there."""
    records = [store_path(server, store, "abc").exists() for store in ("oauth2_used_codes", "oauth2_device_codes")]
    return [*records, "client_hash:x" in revocation_file(server).read_text()].count(True)


def test_a_power_cut_while_old_things_are_forgotten(server, fault_table):
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    code, flow = code_for(client, user)
    assert flow.redeem(code).status == 200
    for number, moment in [(1, "before"), (1, "after"), (2, "before"), (2, "after"), (3, "before"), (3, "after")]:
        write_old_things(server)
        gone = register(server, app())
        assert gone.ask("DELETE").status == 204
        run_jobs(server)  # some is old only if it was so the last time
        write_record(server, {"expires": LONG_AGO}, "oauth2_device_codes", "abc")
        assert old_things(server) == 3
        die_at(server, number, moment, lambda: server.shell(f"> {RUN_JOBS}"))
        assert old_things(server) == (4 if moment == "before" else 3) - number
        for _ in range(2):
            run_jobs(server)
        assert old_things(server) == 0 and not gone.is_known()
    assert_usable(client, tokens)
    assert_error(flow.redeem(code), "invalid_grant")
    outcome = "the rest goes the next time, and nothing else"
    fault_table("killed before or after a write", "what is old is forgotten", outcome)
