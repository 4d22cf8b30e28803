"""Mail hashes that the community module stored are taken over."""

import base64
import hashlib

import pytest

import lua
from prosody import Prosody
from registration import BASE, encode, join, options, person, probe, register


def community_hash(mail):
    return base64.b64encode(hashlib.sha1(mail.encode()).digest()).decode()


# As the community module wrote them: as typed, in upper case too.
OLD = {f"old{number}": f"Old.{number}@Mail.Example" for number in range(12)}


# Prosody writes "_" as "%5f", and has not always done so.
ENCODED_NAME, PLAIN_NAME = "register%5fjson.dat", "register_json.dat"


def community_file(server, host="localhost", name=ENCODED_NAME):
    return server.data / host / "hashes" / name


def write_community_file(server, accounts, host="localhost", name=ENCODED_NAME):
    hashes = {community_hash(mail): name for name, mail in accounts.items()}
    index = {name: community_hash(mail) for name, mail in accounts.items()}
    file = community_file(server, host, name)
    file.parent.mkdir(parents=True)
    file.write_text("return " + lua.literal({"_index": index, **hashes}) + ";\n")


@pytest.fixture(scope="module")
def new_server(tree, tmp_path_factory):
    """Servers that find the file of the community module when they start."""
    servers = []

    def start(accounts=None, name=ENCODED_NAME, **more):
        server = Prosody(tmp_path_factory.mktemp("server"), tree, options(**more))
        servers.append(server)
        server.data.mkdir()
        write_community_file(server, accounts or OLD, name=name)
        return server.start()

    yield start
    for server in servers:
        if server.is_running():
            assert server.stop() == 0
        assert server.unexpected_errors() == []


@pytest.fixture(scope="module")
def server(new_server):
    return new_server()


@pytest.fixture(scope="module")
def imported(server):
    server.wait_for_log(f"Imported {len(OLD)} mail hashes")
    return server


def is_refused(server, mail):
    answer = register(server, person(mail=mail))
    return answer.status == 409 and "'mail'" in answer.text


# The first test of this file: the import may still be under way.
def test_they_count_from_the_first_moment(server):
    assert all(is_refused(server, mail) for mail in OLD.values())


def test_they_count_whatever_the_file_is_called(new_server):
    server = new_server({"old1": "old.1@mail.example"}, name=PLAIN_NAME)
    assert is_refused(server, "old.1@mail.example")
    server.wait_for_log("Imported 1 mail hashes")
    assert is_refused(server, "old.1@mail.example")
    assert not list((server.data / "localhost" / "hashes").iterdir())


def test_they_count_once_they_are_imported(imported):
    for mail in OLD.values():
        assert is_refused(imported, mail)


def test_they_count_with_spaces_around_them(imported):
    assert is_refused(imported, f" {OLD['old1']} ")


def test_other_addresses_do_not_count(imported):
    assert register(imported, person(mail="somebody.else@mail.example")).status == 200


def test_an_address_stored_in_lower_case_counts_in_any(new_server):
    server = new_server({"lower": "lower@mail.example"})
    server.wait_for_log("Imported 1 mail hashes")
    assert is_refused(server, "LOWER@Mail.Example")


def test_no_sha1_is_left(imported):
    everything = b"".join(
        str(path).encode() + path.read_bytes() for path in imported.data.rglob("*") if path.is_file()
    )
    assert b"old1" in everything
    for mail in OLD.values():
        digest = hashlib.sha1(mail.encode()).digest()
        for spelling in (base64.b64encode(digest), digest.hex().encode()):
            assert spelling not in everything
    assert not community_file(imported).exists()


def test_they_count_after_a_restart_and_a_reload(imported):
    imported.restart()
    assert is_refused(imported, OLD["old1"])
    imported.reload("register_json")
    assert is_refused(imported, OLD["old1"])


def test_deleting_the_account_frees_the_address(imported):
    for name in ("old2", "old3"):
        probe(imported, "create_user", username=name, password="a long password")
        assert is_refused(imported, OLD[name])
        assert probe(imported, "delete_user", username=name)["ok"]
    join(imported, person(mail=OLD["old2"]))
    imported.restart()
    join(imported, person(mail=OLD["old3"]))
    assert is_refused(imported, OLD["old4"])


def test_an_address_of_the_old_kind_is_taken_over_by_its_next_owner(imported):
    probe(imported, "create_user", username="old5", password="a long password")
    probe(imported, "delete_user", username="old5")
    fields = join(imported, person(mail=OLD["old5"]))
    assert is_refused(imported, OLD["old5"].upper())
    probe(imported, "delete_user", username=fields["username"])
    join(imported, person(mail=OLD["old5"]))


def many(count):
    return {f"many{number}": f"many{number}@mail.example" for number in range(count)}


@pytest.mark.parametrize("interrupt", ["kill", "stop", "reload"])
def test_an_interrupted_import_goes_on(new_server, interrupt):
    server = new_server(many(60), frontdoor_workers=1)
    if interrupt == "reload":
        server.reload("register_json")
    else:
        getattr(server, interrupt)()
        server.start()
    server.wait_for_log("mail hashes of the community module")
    assert not community_file(server).exists()
    for number in range(0, 60, 17):
        assert is_refused(server, f"many{number}@mail.example")


def test_an_account_deleted_before_an_interruption_stays_deleted(new_server):
    server = new_server(many(60), frontdoor_workers=1)
    # The import has only begun.
    probe(server, "create_user", username="many59", password="a long password")
    probe(server, "delete_user", username="many59")
    probe(server, "create_user", username="many50", password="a long password")
    probe(server, "delete_user", username="many50")
    server.kill()
    server.start()
    server.wait_for_log("mail hashes of the community module")
    statuses = [register(server, person(mail=f"{name}@mail.example")).status for name in ("many50", "many59")]
    assert statuses == [200, 200]


def test_a_mail_address_asked_for_twice_at_once_is_given_once(imported):
    # With imported hashes an address is looked up twice, so there is more time to come in between.
    requests = [imported.begin("POST", BASE, encode(person(mail="twice@mail.example"))) for _ in range(4)]
    assert sorted(request.answer().status for request in requests) == [200, 409, 409, 409]


def test_the_file_is_imported_into_a_database_too(new_server):
    server = new_server(storage="sql", sql={"driver": "SQLite3", "database": "spec.sqlite"})
    server.wait_for_log(f"Imported {len(OLD)} mail hashes")
    assert is_refused(server, OLD["old1"])
    assert not community_file(server).exists()
    server.restart()
    assert is_refused(server, OLD["old1"])
