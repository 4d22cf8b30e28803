"""A confirmed account is one that XMPP clients can log in to, and one that Prosody could have made."""

import pytest

import xmpp
from registration import PASSWORD, join, new_name, options, person, probe

# The same password to everybody who prepares it with SASLprep (RFC 4013): soft hyphen, non-breaking space,
# Roman numeral, ligature, full-width letters, composed and decomposed letters.
TYPED = "\u00adna\u00efve\u00a0\u2168 \uff21\uff22 \ufb01ne"
TYPED_ELSEWHERE = "nai\u0308ve IX AB fine"

HASHES = {"sha1.localhost": "SHA-1", "sha256.localhost": "SHA-256"}
PROVIDERS = {"plain.localhost": "internal_plain"}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(
        options(default_iteration_count=5000),
        hosts={
            **{host: {"password_hash": name} for host, name in HASHES.items()},
            **{host: {"authentication": name} for host, name in PROVIDERS.items()},
        },
    )


def other_than_by_chance(record):
    """A record without what is different each time: what is in each field, and how long it is."""
    return {
        name: len(value) if isinstance(value, str) else value
        for name, value in record.items()
        if name not in ("created", "updated")
    }


@pytest.mark.parametrize(
    "host, mechanism",
    [
        ("localhost", "SCRAM-SHA-1"),
        ("sha1.localhost", "SCRAM-SHA-1"),
        ("sha256.localhost", "SCRAM-SHA-256"),
        ("plain.localhost", "SCRAM-SHA-1"),
        ("plain.localhost", "SCRAM-SHA-256"),
    ],
)
def test_a_confirmed_account_logs_in(server, host, mechanism):
    fields = join(server, host=host)
    assert xmpp.log_in(server, fields["username"], PASSWORD, host=host, mechanism=mechanism) == mechanism


@pytest.mark.parametrize("host", ["localhost", *HASHES, *PROVIDERS])
def test_a_wrong_password_does_not_log_in(server, host):
    fields = join(server, host=host)
    for wrong in [PASSWORD + "x", PASSWORD.upper(), " " + PASSWORD]:
        with pytest.raises(xmpp.Refused):
            xmpp.log_in(server, fields["username"], wrong, host=host)


@pytest.mark.parametrize("host", ["localhost", *HASHES, *PROVIDERS])
@pytest.mark.parametrize("typed", [TYPED, TYPED_ELSEWHERE])
def test_a_password_is_the_same_however_it_is_typed(server, host, typed):
    fields = join(server, person(password=typed), host=host)
    for spelling in (TYPED, TYPED_ELSEWHERE):
        xmpp.log_in(server, fields["username"], spelling, host=host)
        assert probe(server, "provider_test", host=host, username=fields["username"], password=spelling)["ok"]


@pytest.mark.parametrize(
    "password",
    [
        "\u5bc6\u7801\u5f88\u957f\u5f88\u957f\u5f88\u957f",
        "\U0001f600\U0001f601\U0001f602 and more",
        'quotes " and \\ and ,=3D',
        "x" * 1000,
    ],
    ids=["Chinese", "emoji", "signs", "long"],
)
def test_passwords_of_many_kinds_log_in(server, password):
    fields = join(server, person(password=password))
    xmpp.log_in(server, fields["username"], password)


@pytest.mark.parametrize("username", ["\u00e9tienne", "\u674e\u96f7", "a.b-c_d+e"])
def test_names_of_many_kinds_log_in(server, username):
    join(server, person(username=username, mail=f"{new_name()}@mail.example"))
    xmpp.log_in(server, username, PASSWORD)


@pytest.mark.parametrize("host", ["localhost", *HASHES, *PROVIDERS])
def test_the_record_is_the_one_that_prosody_writes(server, host):
    ours, theirs = join(server, host=host)["username"], new_name()
    assert probe(server, "create_user", host=host, username=theirs, password=PASSWORD)["ok"]
    our_record = probe(server, "account", host=host, username=ours)["record"]
    their_record = probe(server, "account", host=host, username=theirs)["record"]
    assert set(our_record) == set(their_record)
    assert other_than_by_chance(our_record) == other_than_by_chance(their_record)
    for name in ("created", "updated"):
        assert type(our_record[name]) is type(their_record[name])
        assert abs(our_record[name] - their_record[name]) < 3600


@pytest.mark.parametrize("host", HASHES)
def test_the_number_of_iterations_is_the_operators(server, host):
    record = probe(server, "account", host=host, username=join(server, host=host)["username"])["record"]
    assert record["iteration_count"] == 5000


def test_two_accounts_with_one_password_do_not_look_alike(server):
    first, second = [probe(server, "account", username=join(server)["username"])["record"] for _ in range(2)]
    for field in ("salt", "stored_key", "server_key"):
        assert first[field] != second[field]


@pytest.mark.parametrize("host", ["localhost", *HASHES, *PROVIDERS])
def test_the_password_can_be_changed_like_any_other(server, host):
    fields = join(server, host=host)
    query = xmpp.fields_query(username=fields["username"], password="another long password")
    xmpp.change_password(server, fields["username"], PASSWORD, query, host=host)
    xmpp.log_in(server, fields["username"], "another long password", host=host)
    with pytest.raises(xmpp.Refused):
        xmpp.log_in(server, fields["username"], PASSWORD, host=host)


def test_the_account_has_the_role_of_any_registered_user(server):
    ours, theirs = join(server)["username"], new_name()
    xmpp.register(server, xmpp.fields_query(username=theirs, password=PASSWORD))
    assert probe(server, "role", username=ours) == probe(server, "role", username=theirs)
    assert probe(server, "role", username=ours)["name"] == "prosody:registered"
