"""The power is cut at every write of every way to an account, and the people go on as people do."""

import pytest

import journeys
import lua
from death import MOMENTS, Journey, for_each_death
from journeys import IN_SQLITE, in_postgres, options
from postgres import Postgres
from prosody import wait_until
from registration import new_name, person, register
from test_community_import import PLAIN_NAME, community_hash

AFTER = ["after"]


@pytest.fixture(scope="module", autouse=True)
def postgres():
    server = Postgres().start()
    yield server
    server.stop()


@pytest.fixture(scope="module", params=["files", "SQLite", "PostgreSQL"])
def server(request, start_server, postgres):
    storage = {"files": {}, "SQLite": IN_SQLITE, "PostgreSQL": in_postgres(postgres)}
    server = start_server(options(**storage[request.param]))
    server.storage = request.param
    return server


@pytest.fixture(scope="module")
def file_server(start_server):
    return start_server(options())


# Right before a write there is in files what was there right after the one before it. In a database a write is begun,
# and not committed.


@pytest.mark.parametrize("journey", [journeys.CONFIRM, journeys.FORM], ids=str)
def test_in_each_storage(server, fault_table, journey):
    for_each_death(server, journey, fault_table, AFTER if server.storage == "files" else MOMENTS)


OTHERS = [journey for journey in journeys.ALL if journey not in (journeys.CONFIRM, journeys.FORM)]


@pytest.mark.parametrize("journey", [*OTHERS, journeys.DELETE], ids=str)
def test_in_files(file_server, fault_table, journey):
    for_each_death(file_server, journey, fault_table, AFTER)


# What the community module stored is taken over when the module is loaded.


def hashes_of(server):
    return server.data / "localhost" / "hashes"


def prepare_import(server):
    mails = {new_name("old"): f"{new_name()}@mail.example" for _ in range(2)}
    hashes_of(server).mkdir(parents=True, exist_ok=True)
    content = lua.literal({community_hash(mail): name for name, mail in mails.items()})
    (hashes_of(server) / PLAIN_NAME).write_text(f"return {content};\n")
    return mails.values()


def load_module(server, _):
    assert journeys.evaluate(server, 'require "prosody.core.modulemanager".reload(module.host, "register_json") ~= nil')
    wait_until(lambda: not server.is_running() or not list(hashes_of(server).iterdir()), server.story)


def check_import(server, mails, _):
    assert [register(server, person(mail=mail)).status for mail in mails] == [409, 409]
    return "the mail addresses are taken"


IMPORT = Journey("importing mail hashes of the community module", prepare_import, load_module, check_import)


def test_the_import(file_server, fault_table):
    for_each_death(file_server, IMPORT, fault_table, AFTER)
    assert not list(hashes_of(file_server).iterdir())
