"""frontdoor.accounts: making accounts and testing passwords, with each provider."""

import pytest

import xmpp
from registration import new_name, probe

PASSWORD = "purple monkey dishwasher"

HOSTS = {
    "sha1.localhost": {"authentication": "internal_hashed", "password_hash": "SHA-1"},
    "sha256.localhost": {"authentication": "internal_hashed", "password_hash": "SHA-256"},
    "plain.localhost": {"authentication": "internal_plain"},
}
HASHED = [host for host, own in HOSTS.items() if own["authentication"] == "internal_hashed"]

on_each_host = pytest.mark.parametrize("host", HOSTS)
on_each_hashed_host = pytest.mark.parametrize("host", HASHED)


@pytest.fixture(scope="module")
def server(start_server):
    return start_server({"default_iteration_count": 5000}, HOSTS)


def create(server, host, username, password=PASSWORD):
    return probe(server, "create", host=host, username=username, password=password)


def test_password(server, host, username, password=PASSWORD):
    return probe(server, "test", host=host, username=username, password=password)


# A name that pytest takes for a test.
test_password.__test__ = False

DONE = {"ok": True, "condition": None, "code": None}


def refused(condition, code):
    return {"ok": False, "condition": condition, "code": code}


@on_each_host
def test_a_new_account_knows_its_password(server, host):
    username = new_name()
    assert create(server, host, username) == DONE
    assert test_password(server, host, username) == DONE
    assert probe(server, "provider_test", host=host, username=username, password=PASSWORD)["ok"]
    xmpp.log_in(server, username, PASSWORD, host=host)


@on_each_host
def test_an_account_that_prosody_made_is_known(server, host):
    username = new_name()
    assert probe(server, "create_user", host=host, username=username, password=PASSWORD)["ok"]
    assert test_password(server, host, username) == DONE
    assert create(server, host, username, "another password") == refused("conflict", 409)
    assert test_password(server, host, username) == DONE


@on_each_host
def test_of_two_at_once_one_wins(server, host):
    username = new_name()
    passwords = [f"password number {number}" for number in range(4)]
    requests = [
        server.begin(
            "GET", f"/probe/create?username={username}&password={password.replace(' ', '+')}", host=host
        )
        for password in passwords
    ]
    answers = [request.answer() for request in requests]
    winners = [password for password, answer in zip(passwords, answers) if b'"ok":true' in answer.body]
    losers = [answer for answer in answers if b'"ok":true' not in answer.body]
    assert len(winners) == 1
    assert all(b'"conflict"' in answer.body for answer in losers)
    assert test_password(server, host, username, winners[0]) == DONE
    for password in set(passwords) - set(winners):
        assert test_password(server, host, username, password) == refused("not-authorized", 401)


@on_each_host
def test_a_wrong_password_is_wrong(server, host):
    username = new_name()
    create(server, host, username)
    for wrong in (PASSWORD + "x", PASSWORD[:-1], PASSWORD.upper(), "x", ""):
        assert test_password(server, host, username, wrong) == refused("not-authorized", 401)


@on_each_hashed_host
def test_nobody_has_a_password(server, host):
    assert test_password(server, host, new_name()) == refused("not-authorized", 401)


def test_nobody_has_a_password_in_plain_storage(server):
    server.expected_errors += ["Traceback"]
    assert test_password(server, "plain.localhost", new_name()) == refused("not-authorized", 401)


@on_each_host
def test_a_deleted_account_has_no_password_and_its_name_is_free(server, host):
    username = new_name()
    create(server, host, username)
    probe(server, "delete_user", host=host, username=username)
    if host in HASHED:
        assert test_password(server, host, username) == refused("not-authorized", 401)
    assert create(server, host, username, "another password") == DONE
    assert test_password(server, host, username) == refused("not-authorized", 401)


@on_each_hashed_host
def test_a_disabled_account_is_disabled(server, host):
    username = new_name()
    create(server, host, username)
    assert probe(server, "disable_user", host=host, username=username)["ok"]
    assert test_password(server, host, username) == refused("account-disabled", 403)
    # Only who knows the password learns that.
    assert test_password(server, host, username, "wrong") == refused("not-authorized", 401)
    assert create(server, host, username, "another password") == refused("conflict", 409)


@on_each_hashed_host
def test_an_account_without_a_password_has_none(server, host):
    # As `prosodyctl shell user create` and invites make them: disabled, with no keys.
    username = new_name()
    assert probe(server, "create_user", host=host, username=username)["ok"]
    assert test_password(server, host, username, "") == refused("not-authorized", 401)
    assert test_password(server, host, username) == refused("not-authorized", 401)
    assert create(server, host, username) == refused("conflict", 409)


@on_each_hashed_host
def test_an_account_from_the_time_of_plain_storage_is_known(server, host):
    username = new_name()
    assert probe(server, "store_account", host=host, username=username, password=PASSWORD)["ok"]
    assert test_password(server, host, username) == DONE
    assert test_password(server, host, username, "wrong") == refused("not-authorized", 401)


@on_each_host
def test_a_password_is_prepared_before_it_is_stored_or_compared(server, host):
    username = new_name()
    assert create(server, host, username, "na\u00efve\u00a0\u2168") == DONE
    assert test_password(server, host, username, "nai\u0308ve IX") == DONE


@on_each_host
def test_a_password_that_cannot_be_one_makes_no_account(server, host):
    for impossible, condition in {
        "": "not-acceptable",
        "\u0007": "not-acceptable",
        "\u00ad": "not-acceptable",
        "x" * 1024: "policy-violation",
    }.items():
        username = new_name()
        assert create(server, host, username, impossible) == refused(condition, 400)
        assert probe(server, "account", host=host, username=username)["record"] is None
        assert test_password(server, host, "somebody", impossible) == refused("not-authorized", 401)


@on_each_host
def test_the_longest_password_that_a_login_takes_is_taken(server, host):
    username, longest = new_name(), "x" * 1023
    assert create(server, host, username, longest) == DONE
    assert test_password(server, host, username, longest) == DONE
    assert probe(server, "provider_test", host=host, username=username, password=longest)["ok"]


@on_each_hashed_host
def test_a_raised_number_of_iterations_does_not_lock_out_old_accounts(server, start_server, host):
    own = start_server({"default_iteration_count": 5000}, HOSTS)
    old = new_name()
    create(own, host, old)
    own.options["default_iteration_count"] = 6000
    own.restart()
    new = new_name()
    create(own, host, new)
    assert test_password(own, host, old) == test_password(own, host, new) == DONE
    counts = [
        probe(own, "account", host=host, username=name)["record"]["iteration_count"] for name in (old, new)
    ]
    assert counts == [5000, 6000]


def seconds(server, host, username, password):
    """The server's own measure of one answer, the least of several: what else runs only adds."""
    return min(
        probe(server, "seconds", host=host, username=username, password=password)["seconds"] for _ in range(3)
    )


@on_each_hashed_host
def test_an_unknown_user_costs_what_a_wrong_password_costs(start_server, host):
    server = start_server({"default_iteration_count": 300_000}, HOSTS)
    username = new_name()
    create(server, host, username)
    wrong = seconds(server, host, username, "wrong")
    unknown = seconds(server, host, new_name(), "wrong")
    # Without the hash it would be a hundredth.
    assert wrong / 3 < unknown < wrong * 3


def test_a_busy_pool_is_said(start_server):
    server = start_server(
        {"default_iteration_count": 1_000_000, "frontdoor_workers": 1, "frontdoor_queue": 1}, HOSTS
    )
    names = [new_name() for _ in range(6)]
    requests = [
        server.begin("GET", f"/probe/create?username={name}&password=long+enough", host="sha1.localhost")
        for name in names
    ]
    answers = [request.answer().text for request in requests]
    assert any('"resource-constraint"' in answer and "503" in answer for answer in answers)
    for name, answer in zip(names, answers):
        is_created = '"ok":true' in answer
        assert (
            probe(server, "account", host="sha1.localhost", username=name)["record"] is not None
        ) == is_created


def test_a_store_that_cannot_be_read_is_no_free_name(start_server):
    server = start_server({"default_iteration_count": 5000}, HOSTS)
    server.expected_errors = ["Failed to load accounts storage"]
    username = new_name()
    create(server, "sha1.localhost", username)
    file = server.data / "sha1%2elocalhost" / "accounts" / f"{username}.dat"
    content = file.read_text()
    file.write_text("return {")
    assert create(server, "sha1.localhost", username) == refused("internal-server-error", 500)
    assert test_password(server, "sha1.localhost", username) == refused("internal-server-error", 500)
    assert file.read_text() == "return {"
    file.write_text(content)
    assert test_password(server, "sha1.localhost", username) == DONE
