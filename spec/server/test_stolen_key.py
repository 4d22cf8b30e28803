"""What whoever has stolen the configuration, and the registration key in it, cannot do."""

from dataclasses import replace

import pytest

from authorization import app, assert_error, begin, login_form, new_user, options
from devices import wait
from invitations import new_account
from oauth import device, register
from test_oauth_faults import store_path


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options())


@pytest.fixture(scope="module")
def thief(start_server):
    """Another server with the same configuration. It knows the clients, and makes codes for whom it likes."""
    return start_server(options())


@pytest.fixture(scope="module")
def user(server, thief):
    """Somebody of this name has an account on both."""
    new_account(thief, "romeo")
    return new_account(server, "romeo")


def test_a_code_of_the_thief(server, thief, user):
    client = register(server, app())
    flow = begin(replace(client, server=thief))
    code = flow.code(user)
    assert_error(replace(flow, client=client).redeem(code), "invalid_grant")
    assert flow.redeem(code).status == 200


def test_a_login_of_the_thief(server, thief, user):
    flow = begin(replace(register(server, app()), server=thief))
    consent = flow.log_in(user)
    here = replace(flow, client=replace(flow.client, server=server))
    answer = here.decide(consent, "granted")
    login_form(answer, here.path, answer.status)
    assert flow.allow(consent).code


def test_a_device_of_the_thief(server, thief, user):
    waiting = wait(replace(register(server, device()), server=thief))
    here = replace(waiting, client=replace(waiting.client, server=server))
    assert_error(here.poll(), "invalid_grant")


@pytest.mark.parametrize("stored", ["return 5;", "return { secret = 5 };", 'return { secret = "!" };', "return {};"])
def test_a_damaged_secret_is_replaced(start_server, stored):
    """Who is logging in has to begin again, and that is all."""
    server = start_server(options())
    user, flow = new_user(server), begin(register(server, app()))
    code = flow.code(user)
    server.stop()
    store_path(server, "oauth2_host_secret").write_text(stored)
    server.start()
    server.wait_for_log("The stored secret of this host is damaged")
    assert_error(flow.redeem(code), "invalid_grant")
    assert flow.redeem(flow.code(user)).status == 200
    server.restart()
    assert server.log().count("The stored secret of this host is damaged") == 1
