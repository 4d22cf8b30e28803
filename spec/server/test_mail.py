"""One account for each mail address, for as long as there is the account."""

import pytest

import xmpp
from prosody import wait_until
from registration import (
    BASE,
    PASSWORD,
    confirm,
    encode,
    is_success,
    join,
    options,
    person,
    probe,
    register,
    token_for,
)


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), hosts={"other.localhost": {}})


def delete(server, fields, host="localhost"):
    assert probe(server, "delete_user", host=host, username=fields["username"])["ok"]


def test_deleting_the_account_frees_its_mail_address(server):
    fields = join(server)
    assert register(server, person(mail=fields["mail"])).status == 409
    delete(server, fields)
    join(server, person(mail=fields["mail"]))


def test_who_deletes_the_own_account_over_xmpp_frees_its_mail_address(server):
    fields = join(server)
    xmpp.delete_account(server, fields["username"], PASSWORD)
    join(server, person(mail=fields["mail"]))


def test_the_mail_address_is_free_after_a_restart_too(server):
    fields = join(server)
    delete(server, fields)
    server.restart()
    join(server, fields)


def test_an_account_that_was_there_before_the_restart_frees_its_mail_address(server):
    fields = join(server)
    server.restart()
    delete(server, fields)
    join(server, fields)


def test_deleting_another_account_frees_nothing(server):
    fields, other = join(server), join(server)
    delete(server, other)
    assert register(server, person(mail=fields["mail"])).status == 409


def test_deleting_an_account_of_this_name_on_another_host_frees_nothing(server):
    fields = join(server)
    join(server, fields, host="other.localhost")
    delete(server, fields, host="other.localhost")
    assert register(server, person(mail=fields["mail"])).status == 409
    join(server, fields, host="other.localhost")


def test_a_new_account_of_the_same_name_does_not_get_the_old_mail_address(server):
    fields = join(server)
    delete(server, fields)
    join(server, {**fields, "mail": "new." + fields["mail"]})
    join(server, person(mail=fields["mail"]))


@pytest.mark.parametrize(
    "different",
    [
        "first.last@mail.example",
        "firstlast+tag@mail.example",
        "firstlast@sub.mail.example",
        "firstlast@mail.example.org",
        "first-last@mail.example",
    ],
)
def test_addresses_that_are_different_are_different(server, different):
    register(server, person(mail="firstlast@mail.example"))
    assert register(server, person(mail=different)).status == 200


def test_of_many_requests_for_one_address_at_once_one_wins(server):
    requests = [server.begin("POST", BASE, encode(person(mail="many@mail.example"))) for _ in range(6)]
    assert sorted(request.answer().status for request in requests) == [200] + 5 * [409]


def test_who_does_not_wait_for_the_answer_does_not_register(server):
    # Nobody would have the token.
    fields = person()
    server.begin("POST", BASE, encode(fields)).abandon()
    server.wait_for_log(fields["username"])
    # The name and the address are free as soon as the server has noticed.
    answer = register(server, fields)
    while answer.status == 401:
        answer = register(server, fields)
    assert answer.status == 200
    assert token_for(server, person())


def test_when_the_mail_address_cannot_be_kept_the_account_is_made_and_the_log_says_so(start_server):
    server = start_server(options())
    server.expected_errors = ["register_json_owners", "could not be kept"]
    fields = person()
    token = token_for(server, fields)
    # A file where the folder of a store must go.
    owners = server.data / "localhost" / "register_json_owners"
    owners.write_text("in the way")
    assert is_success(confirm(server, token))
    owners.unlink()
    assert f"The mail address of {fields['username']} could not be kept" in server.log()
    assert register(server, person(mail=fields["mail"])).status == 409
    # It is tried again, at the next start at the latest.
    server.restart()
    wait_until(lambda: any(owners.glob("*.dat")), server.story)
    assert register(server, person(mail=fields["mail"])).status == 409


def test_a_salt_that_cannot_be_read_is_not_replaced(start_server):
    server = start_server(options())
    fields = join(server)
    server.stop()
    settings = server.data / "localhost" / "register_json_settings.dat"
    whole = settings.read_text()
    settings.write_text(whole[:20])
    server.expected_errors = ["register_json"]
    server.start()
    assert register(server, fields).status == 404
    assert settings.read_text() == whole[:20]
    server.stop()
    settings.write_text(whole)
    server.start()
    assert register(server, person(mail=fields["mail"])).status == 409
