"""A clock that jumps, under everything that leads to an account."""

import contextlib

import pytest

import invitations
import journeys
import registration
from journeys import evaluate, exists, knows, let_pass, options
from registration import PASSWORD, new_name, person, register

DAY = 86400
YEARS = 3650 * DAY

RUN_JOBS = """(function ()
	for _, task in ipairs(module:get_host_items("task")) do task.run(task, os.time()); end
	return true;
end)()"""

# What lives for a while.
LIVING = [journeys.CONFIRM, *journeys.INVITES, *journeys.RESETS]


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(reg_servlet_ttime=3600, reg_servlet_wl=["192.0.2.0/24"]))


@contextlib.contextmanager
def clock_off(server, seconds):
    let_pass(server, seconds)
    try:
        yield
    finally:
        let_pass(server, -seconds)


def run_jobs(server):
    assert evaluate(server, RUN_JOBS)


def is_refused(journey, case, answer, server):
    """Whether nothing came of a step, and whoever took it was told so."""
    if journey in journeys.RESETS:
        return answer.status in (404, 410) and knows(server, case[1], PASSWORD)
    username = case[0]["username"] if journey is journeys.CONFIRM else case[1]
    return not registration.is_success(answer) and answer.status < 500 and not exists(server, username)


@pytest.mark.parametrize("journey", LIVING, ids=str)
def test_what_was_begun_by_a_clock_that_was_ahead_does_not_live_longer(server, fault_table, journey):
    with clock_off(server, 30 * DAY):
        case = journey.prepare(server)
    assert is_refused(journey, case, journey.step(server, case), server)
    run_jobs(server)
    assert is_refused(journey, case, journey.step(server, case), server)
    fault_table("begun by a clock that was 30 days ahead", journey.name, "it counts as expired until that day")


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
@pytest.mark.parametrize("off", [-YEARS, YEARS], ids=["behind", "ahead"])
def test_a_clock_that_was_wrong_for_a_moment(server, fault_table, journey, off):
    case = journey.prepare(server)
    with clock_off(server, off):
        if off < 0:
            run_jobs(server)
        if journey in LIVING:
            assert is_refused(journey, case, journey.step(server, case), server)
    said = journey.check(server, case, journey.step(server, case))
    years = "ten years behind" if off < 0 else "ten years ahead"
    fault_table(f"the clock is {years} for a moment", journey.name, said)


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
@pytest.mark.parametrize("off", [-YEARS, YEARS], ids=["behind", "ahead"])
def test_by_a_wrong_clock_all_goes_its_way(server, journey, off):
    with clock_off(server, off):
        case = journey.prepare(server)
        journey.check(server, case, journey.step(server, case))
        run_jobs(server)


def test_a_name_and_an_address_that_were_registered_by_a_clock_ahead_are_free(server):
    fields = person()
    with clock_off(server, 30 * DAY):
        token = registration.token_for(server, fields)
    assert not registration.is_success(registration.confirm(server, token))
    assert register(server, person(mail=fields["mail"])).status == 200


@pytest.mark.parametrize("off", [-YEARS, YEARS], ids=["behind", "ahead"])
def test_a_limit_does_not_depend_on_the_clock(server, off):
    ip = "198.51.100.1" if off < 0 else "198.51.100.2"
    assert register(server, person(ip=ip)).status == 200
    with clock_off(server, off):
        assert register(server, person(ip=ip)).status == 503
    assert register(server, person(ip=ip)).status == 503


def test_an_answer_from_the_future_is_not_given_again(server):
    case = journeys.NEW_INVITE_WITH_KEY.prepare(server)
    with clock_off(server, 30 * DAY):
        first = journeys.ask_for_invite(server, case)
    second = journeys.ask_for_invite(server, case)
    assert first.headers["location"] != second.headers["location"]
    assert journeys.ask_for_invite(server, case).headers["location"] == second.headers["location"]


def test_a_used_invite_stays_used(server):
    token = journeys.made(server, "create_account()")
    invitations.use_up(server, token)
    for off in (-YEARS, -DAY, DAY):
        with clock_off(server, off):
            username = new_name()
            assert not invitations.is_success(invitations.submit(server, token, username))
            assert not exists(server, username)
