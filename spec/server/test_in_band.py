"""Invited people who register in their app (XEP-0445) get what the invite is for, and nothing else."""

import pytest

import invitations
import xmpp
from invitations import (
    MODULES,
    account_invite,
    has_account,
    is_pending,
    is_success,
    new_account,
    reserved_invite,
    reset_link,
    submit,
    token_of,
)
from registration import PASSWORD, new_name, options

OTHER_PASSWORD = "another correct horse"


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(modules_enabled=[*MODULES, "invites_register"], invites_register_limit=0))


def assert_refused(server, token, username, condition, between=None):
    had_account = has_account(server, username)
    with pytest.raises(xmpp.Refused) as refused:
        xmpp.register_with_invite(server, token, username, OTHER_PASSWORD, between=between)
    assert refused.value.condition == condition, refused.value
    assert has_account(server, username) == had_account


def test_an_invited_person_registers(server):
    token, name = account_invite(server), new_name()
    xmpp.register_with_invite(server, token, name, PASSWORD)
    xmpp.log_in(server, name, PASSWORD)
    assert not is_pending(server, token)


def test_an_invite_for_a_name_is_for_that_name_only(server):
    name = new_name()
    token = reserved_invite(server, name)
    assert_refused(server, token, new_name(), "not-acceptable")
    assert is_pending(server, token)
    xmpp.register_with_invite(server, token, name, PASSWORD)
    xmpp.log_in(server, name, PASSWORD)


def test_a_link_for_a_new_password_is_for_that_account_only(server):
    name = new_account(server)
    token = token_of(reset_link(server, name))
    assert_refused(server, token, new_name(), "not-acceptable")
    assert_refused(server, token, new_account(server), "not-acceptable")
    xmpp.register_with_invite(server, token, name, OTHER_PASSWORD)
    xmpp.log_in(server, name, OTHER_PASSWORD)
    assert not is_pending(server, token)


def test_a_link_for_a_new_password_makes_no_account(server):
    """The account is deleted, and its name free, before the link is used."""
    name = new_account(server)
    token = token_of(reset_link(server, name))
    xmpp.delete_account(server, name, PASSWORD)
    assert_refused(server, token, name, "item-not-found")


def test_an_invite_that_the_form_has_used_meanwhile(server):
    token, by_form = account_invite(server), new_name()

    def use_it():
        assert is_success(submit(server, token, by_form))

    assert_refused(server, token, new_name(), "forbidden", between=use_it)
    assert has_account(server, by_form)


def test_an_invite_that_two_apps_present_at_once(server):
    token, first = account_invite(server), new_name()
    assert_refused(server, token, new_name(), "forbidden",
                   between=lambda: xmpp.register_with_invite(server, token, first, PASSWORD))
    assert has_account(server, first)


def test_an_invite_that_was_withdrawn_meanwhile(server):
    token = account_invite(server)
    assert_refused(server, token, new_name(), "forbidden", between=lambda: invitations.withdraw(server, token))


@pytest.mark.parametrize("typed", [str.upper, str.title])
def test_an_invite_for_a_name_with_capital_letters(server, typed):
    """Prosody's shell makes it for the name as it was typed; names of accounts have none."""
    name = new_name()
    token = reserved_invite(server, typed(name))
    assert invitations.Page(invitations.open_form(server, token)).field("user")["value"] == name
    assert is_success(submit(server, token, name))
    again = new_name()
    xmpp.register_with_invite(server, reserved_invite(server, typed(again)), again, PASSWORD)
    assert has_account(server, again)


@pytest.mark.parametrize("typed", [str.upper, str.title])
def test_a_link_for_a_new_password_of_a_name_with_capital_letters(server, typed):
    name = new_account(server)
    assert invitations.reset(server, token_of(reset_link(server, typed(name))), OTHER_PASSWORD).status == 200
    xmpp.log_in(server, name, OTHER_PASSWORD)


def test_an_invite_that_was_used_and_could_not_be_removed(server):
    """It was noted first that it was used."""
    token, first = account_invite(server), new_name()
    store = 'prosody.hosts.localhost.modules.invites.module:open_store("invite_token", "map")'
    invitations.execute(server, f'prosody.kept_invite = {store}:get(nil, "{token}")')
    assert is_success(submit(server, token, first))
    invitations.execute(server, f'{store}:set(nil, "{token}", prosody.kept_invite)')
    assert is_pending(server, token)
    second = new_name()
    answer = submit(server, token, second)
    assert not is_success(answer) and not has_account(server, second), answer
    assert_refused(server, token, second, "forbidden")
