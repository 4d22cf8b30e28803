"""Records that somebody has damaged by hand: one costs that record, and nothing else."""

import itertools
import re

import pytest

import invitations
import journeys
import lua
from api import prosodyctl, store_of
from journeys import evaluate, made, options
from registration import BASE
from test_faults_clock import run_jobs

FIELD = re.compile(rb'(\["?\w+"?\]) = ("[^"]*"|-?[\d.]+);')


def of_other_types(content):
    return FIELD.sub(lambda field: field[1] + (b" = 7;" if field[2].startswith(b'"') else b' = "x";'), content)


def without_every_other_field(content):
    fields = itertools.count()
    return FIELD.sub(lambda field: b"" if next(fields) % 2 else field[0], content)


DAMAGES = {
    "a number": lambda _: b"return 5;",
    "a text": lambda _: b'return "x";',
    "empty": lambda _: b"return {};",
    "a list": lambda _: b'return { "x", "y" };',
    "of fields of other types": of_other_types,
    "without every other field": without_every_other_field,
    "cut off": lambda content: content[: len(content) // 2],
    "no Lua": lambda _: b"\0return }{ \xff",
}


@pytest.fixture
def server(start_server):
    server = start_server(options())
    server.expected_errors += ["[Ff]ailed to load|[Uu]nable to load|[Cc]ould not|damaged|Registration failed"]
    return server


def records_of(server, store):
    return set((store_of(server) / store).glob("*.dat"))


def new_records(server, store, act):
    """What something writes into a store: the files."""
    before = records_of(server, store)
    act()
    found = records_of(server, store) - before
    assert found, store
    return found


def taken(server, journey):
    """A case whose step has been taken."""
    case = journey.prepare(server)
    journey.check(server, case, journey.step(server, case))
    return case


# store: what has a record in it, as (journey, whether its step has been taken); it is asked for again afterwards
VICTIMS = {
    "register_json_pending": (journeys.CONFIRM, False),
    "register_json_mails": (journeys.CONFIRM, True),
    "register_json_owners": (journeys.CONFIRM, True),
    "invites_used": (journeys.FORM, True),
    "invites_register_api_answers": (journeys.API_WITH_KEY, True),
    "invites_api_answers": (journeys.NEW_INVITE_WITH_KEY, True),
    "password_reset": (journeys.RESETS[1], False),
    "accounts": (journeys.RESETS[1], False),
}


def make_victim(server, store):
    journey, has_ended = VICTIMS[store]
    cases = []
    prepare = taken if has_ended else lambda server, journey: journey.prepare(server)
    files = new_records(server, store, lambda: cases.append(prepare(server, journey)))
    return journey, cases[0], files


def assert_others_go_on(server):
    for journey in journeys.ALL:
        case = journey.prepare(server)
        journey.check(server, case, journey.step(server, case))


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda name: name.replace(" ", "_"))
def test_a_damaged_record_costs_that_record_only(server, fault_table, damage):
    victims = {store: make_victim(server, store) for store in VICTIMS}
    (store_of(server) / "invites_begun").mkdir(exist_ok=True)
    (store_of(server) / "invites_begun" / "x.dat").write_text('return { ["username"] = "x"; ["at"] = 5; };')
    files = [file for _, _, files in victims.values() for file in files]
    for file in [*files, *records_of(server, "invites_begun")]:
        file.write_bytes(DAMAGES[damage](file.read_bytes()))
    server.restart()
    run_jobs(server)
    for store, (journey, case, _) in victims.items():
        answer = journeys.seen(server, journey.step(server, case))
        assert answer.status in (200, 201, 404, 409, 410, 500), (store, answer)
        fault_table(f"its record in {store} is {damage}", journey.name, f"{answer.status}; all others go on")
    assert_others_go_on(server)
    assert "Traceback" not in server.log()


# Stores with one file for many records: Prosody's invites, and the keys of programs

VALUES = ["5", '"x"', "{}", '{ expires = "x"; jid = 7; uri = {} }', "{ expires = 1e12; additional_data = 5 }"]


def damage(server, store, key, value, user=None):
    key, user = lua.literal(key), lua.literal(user) if user else "nil"
    assert evaluate(server, f'module:open_store("{store}", "map"):set({user}, {key}, {value})')


@pytest.fixture(scope="module")
def long_server(start_server):
    server = start_server(options())
    server.expected_errors += ["damaged", "Could not find out about an invite"]
    return server


@pytest.mark.parametrize("value", VALUES)
def test_a_damaged_invite_costs_that_invite_only(long_server, fault_table, value):
    server = long_server
    case = journeys.prepare_invite(server)
    damage(server, "invite_token", case[0], value)
    answers = [server.get(f"{invitations.PAGE}?{case[0]}"), server.get(f"/register_api/invite/{case[0]}")]
    answers += [journeys.seen(server, journeys.submit_form(server, case)), journeys.ask_api(server, case)]
    for answer in answers:
        journeys.assert_says_sorry(answer)
    run_jobs(server)
    case = journeys.FORM.prepare(server)
    journeys.FORM.check(server, case, journeys.FORM.step(server, case))
    fault_table("its record in invite_token is damaged", journeys.FORM.name, "500; all others go on")
    assert "Traceback" not in server.log()


@pytest.mark.parametrize("value", ["5", '"x"', "{}", '{ id = 7; token_hash = "x" }', '{ expires = "x" }'])
def test_a_damaged_key_costs_that_key_only(long_server, fault_table, value):
    server = long_server
    good, bad = journeys.key_for(server), journeys.new_key(server)
    damage(server, "invite_api_keys", bad.partition("/")[0], value)
    assert journeys.ask_for_invite(server, (bad, None)).status == 403
    assert journeys.ask_for_invite(server, (good, None)).status == 201
    listed = prosodyctl(server, "mod_invites_api", "list", "localhost")
    assert listed.returncode == 0 and good.partition("/")[0] in listed.stdout, listed
    fault_table("its record in invite_api_keys is damaged", journeys.NEW_INVITE.name, "403; other keys go on")


@pytest.mark.parametrize("value", ['"x"', "{}", "true"])
def test_a_damaged_link_to_a_contact_costs_that_link_only(long_server, value):
    server = long_server
    inviter = invitations.new_account(server)
    bad, good = (made(server, f"create_contact({lua.literal(inviter)})") for _ in range(2))
    damage(server, "invite_token", bad, value, inviter)
    journeys.assert_says_sorry(server.get(f"{invitations.PAGE}/contact/{inviter}?{bad}"))
    assert server.get(f"{invitations.PAGE}/contact/{inviter}?{good}").status == 200


# What cannot be made anew: by another salt, everybody's mail address would be free.


@pytest.mark.parametrize("content", ["return {};", "return 5;", 'return { ["salt"] = 5; };', "return }{"])
def test_without_its_salt_the_module_does_not_load_and_says_so(start_server, fault_table, content):
    server = start_server(options())
    (store_of(server) / "register_json_settings.dat").write_text(content)
    server.expected_errors += ["salt of the mail addresses", "storage", "Error initializing module"]
    server.restart()
    assert "salt of the mail addresses" in server.log()
    assert server.post(BASE, b"").status == 404
    case = journeys.FORM.prepare(server)
    journeys.FORM.check(server, case, journeys.FORM.step(server, case))
    fault_table("the salt in register_json_settings is damaged", journeys.REGISTER.name, "404, and the log says why")
