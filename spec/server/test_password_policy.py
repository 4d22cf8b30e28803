"""The password policy, over XMPP: registration and password change, in both forms."""

import pytest

import xmpp
from registration import join, new_name, options, person, probe, register

GOOD = "purple monkey dishwasher"

HOSTS = {
    "default.localhost": {},
    "long.localhost": {"password_policy": {"length": 12}},
    "names.localhost": {"password_policy": {"exclude_username": False, "common": False}},
    "strong.localhost": {"site_name": "Xylophone Quarterly", "password_policy": {"strength": 3}},
    "short.localhost": {"password_policy": {"length": 4, "max_length": 10, "common": False}},
    "third.localhost": {
        "modules_enabled": ["password_policy", "policy_provider"],
        "password_policy": {"needs_sign": "!"},
    },
    "nobody.localhost": {"password_policy": {"no_such_policy": True}},
}


@pytest.fixture(scope="module")
def server(start_server):
    hosts = {name: {"modules_enabled": ["password_policy"], **own} for name, own in HOSTS.items()}
    server = start_server({}, hosts)
    server.expected_errors = ["no_such_policy"]
    return server


def as_fields(server, host, username, password):
    xmpp.register(server, xmpp.fields_query(username=username, password=password), host=host)


def as_form(server, host, username, password):
    xmpp.register(server, xmpp.form_query(username=username, password=password), host=host)


def as_both(server, host, username, password):
    """Whichever of the two the server reads, it reads a checked password."""
    query = xmpp.form_query(username=username, password=password)
    query.extend(xmpp.fields_query(username=username, password=GOOD))
    xmpp.register(server, query, host=host)


def as_both_the_other_way(server, host, username, password):
    query = xmpp.fields_query(username=username, password=password)
    query.extend(xmpp.form_query(username=username, password=GOOD))
    xmpp.register(server, query, host=host)


def as_change(server, host, username, password):
    change(server, host, username, password, of_server=True)


def as_change_at_own_account(server, host, username, password):
    change(server, host, username, password, of_server=False)


def change(server, host, username, password, of_server):
    # The account is Prosody's own doing, so that only the change meets the policy.
    if not probe(server, "account", host=host, username=username)["record"]:
        assert probe(server, "create_user", host=host, username=username, password="old")["ok"]
    query = xmpp.fields_query(username=username, password=password)
    xmpp.change_password(server, username, "old", query, host=host, of_server=of_server)


REGISTRATIONS = [as_fields, as_form]
WAYS = [*REGISTRATIONS, as_both, as_both_the_other_way, as_change, as_change_at_own_account]

every_way = pytest.mark.parametrize("send", WAYS)


def refusal(server, send, host, password, username=None):
    with pytest.raises(xmpp.Refused) as refused:
        send(server, host, username or new_name(), password)
    assert refused.value.condition == "not-acceptable"
    return refused.value.text


@pytest.mark.parametrize("send", [*REGISTRATIONS, as_change, as_change_at_own_account])
@pytest.mark.parametrize(
    "host", ["default.localhost", "long.localhost", "names.localhost", "strong.localhost"]
)
def test_a_good_password_is_taken(server, send, host):
    username = new_name()
    send(server, host, username, GOOD)
    xmpp.log_in(server, username, GOOD, host=host)


@every_way
def test_a_short_password_is_refused(server, send):
    assert (
        refusal(server, send, "default.localhost", "7 signs")
        == "Password is too short (minimum 8 characters)"
    )
    assert (
        refusal(server, send, "long.localhost", "eleven sign")
        == "Password is too short (minimum 12 characters)"
    )


@every_way
def test_characters_are_counted_and_not_bytes(server, send):
    # Seven characters in 21 bytes.
    assert "too short" in refusal(
        server, send, "default.localhost", "\u5bc6\u7801\u5f88\u957f\u5bc6\u7801\u5f88"
    )


@pytest.mark.parametrize("send", REGISTRATIONS)
def test_a_password_of_just_the_least_length_is_taken(server, send):
    send(server, "default.localhost", new_name(), "8 signs!")
    send(server, "short.localhost", new_name(), "\u5bc6\u7801\u5f88\u957f")


@every_way
def test_a_long_password_is_refused(server, send):
    assert (
        refusal(server, send, "short.localhost", "eleven sign")
        == "Password is too long (maximum 10 characters)"
    )


@every_way
def test_a_password_with_the_users_name_is_refused(server, send):
    username = new_name("Juliet").lower()
    text = refusal(server, send, "default.localhost", f"my name is {username.upper()}", username)
    assert text == "Password must not include your username"


@pytest.mark.parametrize("send", REGISTRATIONS)
def test_the_name_is_compared_as_it_will_be_stored(server, send):
    username = new_name("juliet")
    written = username.replace("j", "\uff2a", 1)  # a full-width J, which becomes a plain j in the account
    text = refusal(server, send, "default.localhost", f"my name is {username}", written)
    assert text == "Password must not include your username"


def test_the_name_that_counts_is_the_one_that_is_registered(server):
    username = new_name("juliet")
    password = f"my name is {username}"
    query = xmpp.form_query(username=username, password=password)
    query.extend(xmpp.fields_query(username="somebody", password=password))
    with pytest.raises(xmpp.Refused):
        xmpp.register(server, query, host="default.localhost")


@pytest.mark.parametrize("send", [*REGISTRATIONS, as_change])
def test_the_users_name_is_no_matter_if_the_operator_says_so(server, send):
    username = new_name("juliet")
    send(server, "names.localhost", username, f"my name is {username}")


@every_way
def test_a_common_password_is_refused(server, send):
    for password in ("password123", "PassWord123", "iloveyou", "qwertyuiop"):
        assert "many people use" in refusal(server, send, "default.localhost", password)


@pytest.mark.parametrize("send", [*REGISTRATIONS, as_change])
def test_a_common_password_is_taken_if_the_operator_says_so(server, send):
    send(server, "names.localhost", new_name(), "password123")


@every_way
def test_a_guessable_password_is_refused_when_strength_is_asked_for(server, send):
    assert "easy to guess" in refusal(server, send, "strong.localhost", "qwerfdsazxcv")


@pytest.mark.parametrize("send", REGISTRATIONS)
def test_what_is_known_about_person_and_server_does_not_make_a_password_strong(server, send):
    assert "easy to guess" in refusal(server, send, "strong.localhost", "Xylophone Quarterly")
    send(server, "default.localhost", new_name(), "Xylophone Quarterly")


@pytest.mark.parametrize("send", [as_fields, as_change, as_change_at_own_account])
def test_no_password_is_refused(server, send):
    refusal(server, send, "default.localhost", "")


@every_way
def test_a_third_partys_policy_counts(server, send):
    assert refusal(server, send, "third.localhost", "nothing of the kind") == "Password needs a !"
    assert (
        refusal(server, send, "third.localhost", "nothing either", "quiet")
        == "Password failed needs_sign check"
    )


@pytest.mark.parametrize("send", [*REGISTRATIONS, as_change])
def test_a_third_partys_policy_lets_pass(server, send):
    send(server, "third.localhost", new_name(), "now with a sign!")


@every_way
def test_without_its_provider_a_policy_refuses_all(server, send):
    assert "Internal error" in refusal(server, send, "nobody.localhost", GOOD)


def test_a_policy_that_goes_away_refuses_and_comes_back(server):
    host = "third.localhost"
    server.expected_errors.append("needs_sign")
    assert "OK" in server.shell(f"module unload policy_provider {host}")
    assert "Internal error" in refusal(server, as_fields, host, "now with a sign!")
    assert "OK" in server.shell(f"module load policy_provider {host}")
    as_fields(server, host, new_name(), "now with a sign!")
    server.reload("password_policy", host)
    as_fields(server, host, new_name(), "now with a sign!")
    assert "needs a !" in refusal(server, as_fields, host, "without one")


def test_other_modules_can_ask(server):
    def check(password, host="default.localhost", **more):
        return probe(server, "check_password", host=host, password=password, **more)

    assert check(GOOD) == {"ok": True, "text": None, "name": None}
    assert check("short") == {
        "ok": False,
        "text": "Password is too short (minimum 8 characters)",
        "name": "length",
    }
    assert check("x" * 1025)["name"] == "max_length"
    assert check("it is Juliet", username="juliet")["name"] == "username"
    assert check("password123")["name"] == "common"
    assert check("qwerfdsazxcv", host="strong.localhost")["name"] == "strength"
    assert check("nothing here", host="third.localhost")["name"] == "needs-!"
    assert check(GOOD, host="nobody.localhost")["name"] == "internal"


def test_removing_an_account_needs_no_password(server):
    username = new_name()
    as_fields(server, "default.localhost", username, GOOD)
    xmpp.delete_account(server, username, GOOD, host="default.localhost")
    assert probe(server, "account", host="default.localhost", username=username)["record"] is None


def test_a_weak_password_changes_nothing(server):
    username = new_name()
    as_fields(server, "default.localhost", username, GOOD)
    with pytest.raises(xmpp.Refused):
        query = xmpp.fields_query(username=username, password="weak")
        xmpp.change_password(server, username, GOOD, query, host="default.localhost")
    xmpp.log_in(server, username, GOOD, host="default.localhost")


def test_a_provider_is_no_error(server):
    # The community module said so at each start.
    assert not [
        line
        for line in server.log().splitlines()
        if "needs_sign" in line and "\terror\t" in line and "no module provides" not in line
    ]


def test_passwords_are_not_logged(server):
    for password in ("Plughword-7f3kq9", "2Xq!zw"):
        for send in REGISTRATIONS:
            try:
                send(server, "default.localhost", new_name(), password)
            except xmpp.Refused:
                pass
    assert "Plughword" not in server.log()
    assert "2Xq!zw" not in server.log()


@pytest.mark.parametrize(
    "policy, complaint",
    [
        ({"length": "8"}, "length"),
        ({"length": -1}, "length"),
        ({"strength": 5}, "strength"),
        ({"strength": 2.5}, "strength"),
        ({"exclude_username": "no"}, "exclude_username"),
        ({"common": 1}, "common"),
        ({"length": 20, "max_length": 10}, "max_length"),
    ],
    ids=repr,
)
def test_a_policy_that_makes_no_sense_is_named(broken_policies, policy, complaint):
    host = broken_policies.host_with[repr(policy)]
    errors = [
        line
        for line in broken_policies.server.log().splitlines()
        if "\terror\t" in line and f"'{host}'" in line
    ]
    assert len(errors) == 1
    assert f"password_policy.{complaint}" in errors[0]


class BrokenPolicies:
    """One server, one host for each policy that makes no sense."""

    POLICIES = [
        {"length": "8"},
        {"length": -1},
        {"strength": 5},
        {"strength": 2.5},
        {"exclude_username": "no"},
        {"common": 1},
        {"length": 20, "max_length": 10},
    ]

    def __init__(self, start_server):
        self.host_with = {
            repr(policy): f"broken{number}.localhost" for number, policy in enumerate(self.POLICIES)
        }
        self.server = start_server(
            {},
            {
                self.host_with[repr(policy)]: {
                    "modules_enabled": ["password_policy"],
                    "password_policy": policy,
                }
                for policy in self.POLICIES
            },
        )
        self.server.expected_errors = ["Error initializing module 'password_policy'"]


@pytest.fixture(scope="module")
def broken_policies(start_server):
    return BrokenPolicies(start_server)


def test_the_web_form_meets_the_same_policy(start_server):
    server = start_server(options(password_policy={"length": 30}))
    answer = register(server, person())
    assert (answer.status, answer.text) == (403, "Password is too short (minimum 30 characters)")
    join(server, person(password="a password of thirty signs or more"))
