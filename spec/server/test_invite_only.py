"""Beside mod_invites_register, which lets nobody in without an invite."""

import pytest

import xmpp
from registration import PASSWORD, join, new_name, options, probe


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(modules_enabled=["invites", "invites_register"]))


def test_without_an_invite_nobody_registers_in_band(server):
    with pytest.raises(xmpp.Refused, match="through invitation only"):
        xmpp.register(server, xmpp.fields_query(username=new_name(), password=PASSWORD))


def test_the_secret_of_the_web_form_is_the_invitation(server):
    fields = join(server)
    xmpp.log_in(server, fields["username"], PASSWORD)


def test_no_invite_is_used_up(server):
    invite = probe(server, "create_invite")
    join(server)
    assert probe(server, "invite", token=invite["token"]) == invite
    # It still is what it was: good for one account.
    xmpp.register_with_invite(server, invite["token"], new_name(), PASSWORD)
    assert probe(server, "invite", token=invite["token"])["token"] is None


def test_the_new_account_has_nobody_on_its_roster(server):
    fields = join(server)
    assert xmpp.roster(server, fields["username"], PASSWORD) == []


def test_reloading_beside_it_does_no_harm(server):
    server.reload("register_json")
    server.reload("invites_register")
    join(server)
