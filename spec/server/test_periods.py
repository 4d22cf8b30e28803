"""Options that are a period, where what stands there says none."""

import pytest

import invitations
import journeys
import registration
import xmpp
from authorization import app, new_user, options, tokens_for
from oauth import DISCOVERY, register
from registration import confirm, is_success, token_for

VAGUE = "a while"
NEW_PASSWORD = "purple monkey dishwasher"


@pytest.fixture
def start_vague(start_server):
    def start(**changes):
        server = start_server(changes)
        server.expected_errors += ["not understood"]
        return server

    return start


def test_tokens_do_not_live_for_ever(start_vague):
    server = start_vague(**options(oauth2_access_token_ttl=VAGUE, oauth2_refresh_token_ttl=VAGUE))
    tokens = tokens_for(register(server, app()), new_user(server))
    assert tokens["expires_in"] == 3600
    assert "'oauth2_access_token_ttl' not understood" in server.log()


def test_clients_do_not_live_for_ever(start_vague):
    server = start_vague(**options(oauth2_registration_ttl=VAGUE))
    server.expected_errors += ["Failed to load|Error initializing module|Unable to load|oauth2_registration_ttl: must be"]
    assert server.get(DISCOVERY).status == 404
    assert 'oauth2_registration_ttl: must be a number of seconds, or a text such as "90 days"' in server.log()


def test_registrations_can_be_confirmed(start_vague):
    server = start_vague(**registration.options(reg_servlet_pending_ttl=VAGUE))
    assert is_success(confirm(server, token_for(server)))


def test_reset_links_work(start_vague):
    modules = [*invitations.MODULES, "password_reset", "test_lua", "test_clock"]
    server = start_vague(modules_enabled=modules, password_reset_validity=VAGUE)
    token, username = journeys.prepare_reset_link(server)
    assert invitations.reset(server, token, NEW_PASSWORD).status == 200
    xmpp.log_in(server, username, NEW_PASSWORD)
