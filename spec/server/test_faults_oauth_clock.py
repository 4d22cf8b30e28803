"""mod_http_oauth2 and a clock that was wrong for a while: nothing counts longer for it, and what is over stays so."""

import pytest

from authorization import (
    REVOKE,
    advance,
    app,
    assert_error,
    begin,
    code_for,
    login_form,
    new_user,
    post_as,
    refresh,
    tokens_for,
)
from devices import wait
from endpoints import grant_id, options
from oauth import content, device, register, shell
from test_faults_oauth_kill import run_jobs
from test_oauth_faults import end_grant_elsewhere, grants_of, is_active, kids, store_path, userinfo
from test_openid import verified

HOUR, DAY = 3600, 86400

# Seconds by which a clock may be wrong without anybody's minding.
SKEW = 300


@pytest.fixture(scope="module")
def start_clock_server(start_server):
    """Jobs are done when a test does them."""
    return lambda **changes: start_server(options(cron_initial_delay=10 * DAY, **changes))


@pytest.fixture(scope="module")
def server(start_clock_server):
    return start_clock_server()


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture
def user(server):
    return new_user(server)


@pytest.fixture
def clock(server):
    """Sets the clock ahead, or back; after the test it is right again."""
    ahead = []

    def move(seconds):
        ahead.append(seconds)
        advance(server, seconds)

    yield move
    advance(server, -sum(ahead))


# It was ahead when something was made


@pytest.mark.parametrize("seconds", [SKEW + 60, HOUR, DAY])
def test_a_code_of_the_future(server, client, user, clock, seconds):
    """It counts when its time comes, and no longer than any other."""
    clock(seconds)
    code, flow = code_for(client, user)
    clock(-seconds)
    assert_error(flow.redeem(code), "invalid_grant")
    assert not grants_of(server, user)
    clock(seconds)
    assert flow.redeem(code).status == 200


@pytest.mark.parametrize("seconds", [SKEW + 60, HOUR, DAY])
def test_a_consent_page_of_the_future(client, user, clock, seconds):
    flow = begin(client)
    clock(seconds)
    consent = flow.log_in(user)
    clock(-seconds)
    answer = flow.decide(consent, "granted")
    login_form(answer, flow.path, answer.status)
    assert flow.redeem(flow.code(user)).status == 200


def test_a_code_of_a_moment_ago(client, user, clock):
    clock(SKEW - 60)
    code, flow = code_for(client, user)
    clock(60 - SKEW)
    assert flow.redeem(code).status == 200


@pytest.mark.parametrize("seconds", [SKEW + 60, HOUR, DAY])
def test_what_a_device_asked_for_in_the_future(server, user, clock, seconds):
    clock(seconds)
    waiting = wait(register(server, device()))
    approved = wait(waiting.client)
    approved.approve(user)
    clock(-seconds)
    for each in (waiting, approved):
        assert_error(each.poll(), "expired_token")
        assert each.visit().status >= 400
    assert wait(waiting.client).tokens(user)


def test_what_a_device_asked_for_a_moment_ago(server, clock):
    waiting = wait(register(server, device()))
    clock(60 - SKEW)
    assert waiting.tokens(new_user(server))


@pytest.mark.parametrize("seconds", [100, HOUR, DAY])
def test_the_grace_of_a_refresh_token_is_not_longer(server, client, user, clock, seconds):
    tokens = tokens_for(client, user)
    clock(seconds)
    again = content(refresh(client, tokens["refresh_token"]))
    clock(-seconds)
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")
    assert not grants_of(server, user) and not is_active(client, again["access_token"])


def test_what_was_given_in_the_future_can_be_used_and_revoked(server, client, user, clock):
    """Whoever has it does not have to log in again; it lives longer by as much as the clock was ahead."""
    clock(DAY)
    tokens = tokens_for(client, user)
    clock(-DAY)
    assert userinfo(server, tokens["access_token"]).status == 200
    again = content(refresh(client, tokens["refresh_token"]))
    assert verified(server, again["id_token"])
    assert post_as(client, REVOKE, {"token": again["refresh_token"]}).status == 200
    assert userinfo(server, tokens["access_token"]).status == 401


# It is ahead for a while


def test_who_has_a_refresh_token_goes_on(server, client, user, clock):
    tokens = tokens_for(client, user)
    clock(DAY)
    assert userinfo(server, tokens["access_token"]).status == 401
    tokens = content(refresh(client, tokens["refresh_token"]))
    clock(-DAY)
    assert content(refresh(client, tokens["refresh_token"]))


@pytest.mark.parametrize("seconds", [DAY, 365 * DAY])
def test_a_used_code_stays_used(server, client, user, clock, seconds):
    """Also if the jobs are done meanwhile, and there is no grant any more that knows of the code."""
    code, flow = code_for(client, user)
    tokens = content(flow.redeem(code))
    end_grant_elsewhere(server, user, grant_id(tokens["access_token"]))
    clock(seconds)
    run_jobs(server)
    clock(-seconds)
    assert_error(flow.redeem(code), "invalid_grant")
    assert not grants_of(server, user)


def test_codes_are_forgotten_at_last(server, client, user, clock):
    """What has expired for an hour, by whatever clock, cannot come back."""
    before = used_codes(server)
    code, flow = code_for(client, user)
    assert flow.redeem(code).status == 200
    (used,) = used_codes(server) - before
    clock(HOUR)
    run_jobs(server)
    assert used.exists()
    run_jobs(server)
    assert not used.exists()


def used_codes(server):
    return set(store_path(server, "oauth2_used_codes", "x").parent.glob("*.dat"))


def test_a_revoked_client_stays_revoked(start_clock_server):
    """Also one that had expired by the wrong clock, whose revocation need not be known any more."""
    server = start_clock_server(oauth2_registration_ttl=DAY)
    client = register(server, app())
    assert client.ask("DELETE").status == 204
    advance(server, 2 * DAY)
    run_jobs(server)
    server.restart()
    assert not client.is_known()
    advance(server, 2 * DAY)
    run_jobs(server)
    run_jobs(server)
    assert "0 revocations" in shell(server, "revocations")


def test_a_key_that_signed_is_still_published(server, client, user, clock):
    signed = tokens_for(client, user)["id_token"]
    assert "OK: " in shell(server, "rotate_keys")
    clock(DAY)
    run_jobs(server)
    clock(-DAY)
    assert verified(server, signed)
    clock(DAY)
    run_jobs(server)
    run_jobs(server)
    assert len(kids(server)) == 1


def test_a_key_that_was_made_in_the_future(server, client, user, clock):
    signed = tokens_for(client, user)["id_token"]
    clock(DAY)
    assert "OK: " in shell(server, "rotate_keys")
    clock(-DAY)
    run_jobs(server)
    assert verified(server, signed) and verified(server, tokens_for(client, user)["id_token"])
    server.restart()
    assert verified(server, signed)
