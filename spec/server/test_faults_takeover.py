"""A second server takes over the database of the first, which was killed in the middle of everything."""

import pytest

import death
import invitations
import journeys
from invitations import submit
from journeys import in_postgres, options
from postgres import Postgres
from registration import new_name, person, register


@pytest.fixture(scope="module", autouse=True)
def postgres():
    server = Postgres().start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def shared(postgres):
    return options(**in_postgres(postgres))


@pytest.fixture(scope="module")
def started(start_server, shared):
    """A server, and what people have begun and ended on it."""
    server = start_server(shared)
    server.begun = {journey.name: journey.prepare(server) for journey in journeys.ALL}
    server.ended = {journey.name: journey.prepare(server) for journey in journeys.ALL}
    server.answers = {journey.name: journey.step(server, server.ended[journey.name]) for journey in journeys.ALL}
    for journey in journeys.INVITES:
        # The form has been opened, and is being filled in.
        assert invitations.open_form(server, server.begun[journey.name][0]).status == 200
    return server


@pytest.fixture(scope="module")
def second(start_server, started, shared):
    started.kill()
    return start_server(shared)


@pytest.mark.parametrize("journey", journeys.ALL, ids=str)
def test_what_was_begun_goes_on(started, second, fault_table, journey):
    case = started.begun[journey.name]
    fault_table("another server takes over", journey.name, journey.check(second, case, journey.step(second, case)))


@pytest.mark.parametrize(
    "journey", [journeys.CONFIRM, *journeys.INVITES, *journeys.RESETS], ids=str
)
def test_what_was_used_stays_used(started, second, fault_table, journey):
    case = started.ended[journey.name]
    said = journey.check(second, case, started.answers[journey.name])
    fault_table("another server takes over afterwards", journey.name, said)


def test_a_registration_waits_under_its_name_and_address(started, second):
    fields, _ = started.begun[journeys.CONFIRM.name]
    assert register(second, fields).status in (401, 409)
    assert register(second, person(mail=fields["mail"])).status == 409


@pytest.mark.parametrize("journey", [journeys.API_WITH_KEY, journeys.NEW_INVITE_WITH_KEY], ids=str)
def test_answers_are_remembered(started, second, journey):
    again, first = journey.step(second, started.ended[journey.name]), started.answers[journey.name]
    assert (again.status, again.body) == (first.status, first.body)
    assert again.headers.get("location") == first.headers.get("location")


def writes_until_account(server):
    """After which write of somebody with an invite there is the account."""
    case = journeys.prepare_invite_of_friend(server)
    death.arm(server, 0)
    assert invitations.is_success(submit(server, *case[:2]))
    return death.written(server).index("accounts") + 1


def test_it_finishes_what_the_power_cut_interrupted(start_server, shared, fault_table):
    first, second = start_server(shared), start_server(shared)
    friend, form = journeys.prepare_invite_of_friend(first), journeys.prepare_invite(first)
    death.arm(first, writes_until_account(second), "after")
    death.until_dead(first, lambda: submit(first, *friend[:2]))
    # The second server was there all the time, and is asked for the same invite.
    answer = submit(second, friend[0], new_name())
    assert not invitations.is_success(answer)
    said = journeys.check_invite_of_friend(second, friend, answer)
    fault_table("killed after writing accounts, and another server is asked", journeys.FRIEND.name, said)
    assert invitations.is_success(submit(second, *form))
