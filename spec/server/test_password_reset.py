"""The page on which somebody with a link chooses a new password."""

import asyncio
import re
import time
import xml.etree.ElementTree as ET

import pytest

import invitations
import lua
import xmpp
from invitations import RESET, UNKNOWN, Page, begin_reset, new_account, reset, token_of
from prosody import PATIENCE
from registration import PASSWORD, new_name, probe

NEW = "purple monkey dishwasher"
COMMANDS = "http://jabber.org/protocol/commands"

HOSTS = {
    "plain.localhost": {"authentication": "internal_plain"},
    "brief.localhost": {"password_reset_validity": 1},
    "strict.localhost": {"password_policy": {"length": 12}},
}
HASHED_AND_PLAIN = ["localhost", "plain.localhost"]


@pytest.fixture(scope="module")
def server(start_server):
    admins = [f"admin@{host}" for host in ["localhost", *HOSTS]]
    started = start_server(
        {"modules_enabled": [*invitations.MODULES, "password_reset"], "admins": admins}, HOSTS
    )
    for host in ["localhost", *HOSTS]:
        new_account(started, "admin", host=host)
    return started


# Links


def command(server, address, username="admin", host="localhost"):
    """Runs the ad-hoc command; the texts of its notes."""

    async def visit():
        async with xmpp.Client(server, username, PASSWORD, host=host) as client:
            asked = await client.ask("set", ET.Element(f"{{{COMMANDS}}}command", node="password_reset"))
            session = asked.xml.find(f"{{{COMMANDS}}}command").get("sessionid")
            form = ET.Element(
                f"{{{COMMANDS}}}command", node="password_reset", action="complete", sessionid=session
            )
            fields = {
                "FORM_TYPE": "http://prosody.im/protocol/adhoc/mod_password_reset",
                "accountjid": address,
            }
            form.append(xmpp.form_query(**fields).find(f"{{{xmpp.DATA_FORM}}}x"))
            answer = await client.ask("set", form)
            return [note.text for note in answer.xml.iter(f"{{{COMMANDS}}}note")]

    return asyncio.run(visit())


def link_by_command(server, username, host="localhost"):
    [note] = command(server, f"{username}@{host}", host=host)
    return note


def link_by_shell(server, username, host="localhost"):
    return invitations.reset_link(server, username, host)


KINDS = [link_by_command, link_by_shell]
either_kind = pytest.mark.parametrize("make", KINDS)


def legacy_token(server, username, age=0):
    """A link that the community module made: its record is under the token itself."""
    token = f"legacy-{new_name()}-token"
    file = server.data / "localhost" / "password_reset" / (token.replace("-", "%2d") + ".dat")
    file.parent.mkdir(parents=True, exist_ok=True)
    record = {"generated_at": int(time.time()) - age, "user": username}
    file.write_text(f"return {lua.literal(record)};")
    return token


def page_at(server, token, **more):
    return server.get(f"{RESET}?{token}", **more)


def is_done(answer):
    return answer.status == 200 and Page(answer).text("h1") == "Your password has been changed"


def is_refused(server, username, password, host="localhost"):
    try:
        xmpp.log_in(server, username, password, host=host)
    except xmpp.Refused:
        return True
    return False


@either_kind
def test_a_link_leads_to_the_form(server, make):
    name = new_account(server)
    url = make(server, name)
    assert re.fullmatch(rf"http://localhost:{server.http_port}/password_reset/reset\?[\w-]{{24,64}}", url)
    page = Page(page_at(server, token_of(url)))
    assert f"{name}@localhost" in page.text()
    assert "At least 8 characters" in page.text() and page.field("password")["minlength"] == "8"
    assert page.field("token")["value"] == token_of(url)
    assert page.one("form")["action"] == RESET


def test_the_command_of_prosodys_own_module_makes_such_a_link_too(server):
    # mod_invites_adhoc's, by the function that it calls.
    name = new_account(server)
    expression = f'prosody.hosts.localhost.modules.invites.create_account_reset("{name}").landing_page'
    assert is_done(reset(server, token_of(invitations.evaluate(server, expression)), NEW))


@pytest.mark.parametrize(
    "address",
    ["nobody-here@localhost", "juliet@elsewhere.example", "localhost", "admin@plain.localhost", "a b@x"],
)
def test_the_command_makes_links_for_accounts_of_its_host_only(server, address):
    notes = command(server, address)
    assert notes and not [note for note in notes if "://" in note]


def test_the_command_is_for_admins(server):
    name = new_account(server)
    with pytest.raises(xmpp.Refused):
        command(server, f"{name}@localhost", username=name)


@either_kind
@pytest.mark.parametrize("query", ["{}&utm_source=x", "fbclid=IwAR0123&{}", "{}="])
def test_what_others_add_to_the_link_is_harmless(server, make, query):
    assert page_at(server, query.format(token_of(make(server, new_account(server))))).status == 200


# The new password


@either_kind
@pytest.mark.parametrize("host", HASHED_AND_PLAIN)
def test_the_new_password_takes_the_place_of_the_old_one(server, make, host):
    name = new_account(server, host=host)
    assert is_done(reset(server, token_of(make(server, name, host)), NEW, host=host))
    xmpp.log_in(server, name, NEW, host=host)
    assert is_refused(server, name, PASSWORD, host)


@either_kind
@pytest.mark.parametrize("host", HASHED_AND_PLAIN)
def test_whoever_is_logged_in_is_logged_out(server, make, host):
    name = new_account(server, host=host)
    token = token_of(make(server, name, host))

    async def stay():
        async with xmpp.Client(server, name, PASSWORD, host=host) as client:
            gone = asyncio.ensure_future(client.wait_until("disconnected", PATIENCE))
            answer = await asyncio.get_running_loop().run_in_executor(
                None, lambda: reset(server, token, NEW, host=host)
            )
            assert is_done(answer)
            await asyncio.wait_for(gone, PATIENCE)

    asyncio.run(stay())


@either_kind
def test_a_password_is_taken_as_it_was_typed(server, make):
    name, password = new_account(server), " \u5bc6\u7801 &=+%20 \"'<b> "
    assert is_done(reset(server, token_of(make(server, name)), password))
    xmpp.log_in(server, name, password)


@either_kind
@pytest.mark.parametrize(
    "password, text",
    [
        ("short", "Password is too short (minimum 8 characters)"),
        ("", "Choose a password."),
        ("password123", "used by many people"),
        ("\u00e9" * 1000, "too long"),
        ("long enough \u0007", "characters that a password cannot have"),
        ("my name is {}", "Password must not include your username"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays(server, make, password, text):
    name = new_account(server)
    token = token_of(make(server, name))
    answer = reset(server, token, password.format(name))
    page = Page(answer)
    assert answer.status == 200 and text in page.problems()
    assert "value" not in page.field("password") and page.field("password")["aria-invalid"] == "true"
    assert page.field("token")["value"] == token
    assert is_done(reset(server, token, NEW))


def test_every_broken_rule_is_said_at_once(server):
    host = "strict.localhost"
    name = new_account(server, "juliet", host=host)
    page = Page(reset(server, token_of(link_by_command(server, name, host)), "juliet", host=host))
    assert "minimum 12 characters" in page.problems() and "must not include your username" in page.problems()


# Links that do not work


@pytest.mark.parametrize(
    "token", [UNKNOWN, "", "x", "a" * 65, "not%20a%20token", "%00", "..%2F..%2Fx", "a" * 5000]
)
@pytest.mark.parametrize("send", [page_at, lambda server, token: reset(server, token, NEW)])
def test_an_unknown_link_is_not_found(server, send, token):
    assert send(server, token).status == 404


@either_kind
def test_a_used_link_is_gone(server, make):
    name = new_account(server)
    token = token_of(make(server, name))
    assert is_done(reset(server, token, NEW))
    for answer in (page_at(server, token), reset(server, token, "another long password")):
        assert (answer.status, Page(answer).text("h1")) == (410, "This link has been used")
    xmpp.log_in(server, name, NEW)


def test_an_expired_invite_is_gone(server):
    name = new_account(server)
    token = invitations.made(server, f'create_account_reset("{name}", -10)')
    for answer in (page_at(server, token), reset(server, token, NEW)):
        assert (answer.status, Page(answer).text("h1")) == (410, "This link has expired")
    assert not is_refused(server, name, PASSWORD)


def test_an_expired_link_is_gone(server):
    host = "brief.localhost"
    name = new_account(server, host=host)
    token = token_of(link_by_command(server, name, host))
    invitations.execute(server, "local now = os.time(); while os.time() < now + 2 do end")
    for answer in (page_at(server, token, host=host), reset(server, token, NEW, host=host)):
        assert (answer.status, Page(answer).text("h1")) == (410, "This link has expired")


def test_an_invite_to_register_resets_nothing(server):
    token = invitations.account_invite(server)
    assert page_at(server, token).status == 404
    assert reset(server, token, NEW).status == 404
    assert invitations.is_pending(server, token)


def test_an_invite_to_register_a_name_does_not_reset_that_account(server):
    name = new_name()
    token = invitations.reserved_invite(server, name)
    new_account(server, name)
    assert reset(server, token, NEW).status == 404
    assert not is_refused(server, name, PASSWORD)


def test_a_link_of_one_host_is_unknown_on_another(server):
    token = token_of(link_by_command(server, new_account(server)))
    assert page_at(server, token, host="plain.localhost").status == 404


@either_kind
@pytest.mark.parametrize("host", HASHED_AND_PLAIN)
def test_an_account_that_was_deleted_is_not_made_again(server, make, host):
    name = new_account(server, host=host)
    token = token_of(make(server, name, host))
    assert probe(server, "delete_user", host=host, username=name)["ok"]
    answer = reset(server, token, NEW, host=host)
    assert (answer.status, Page(answer).text("h1")) == (410, "This account does not exist any more")
    assert not invitations.has_account(server, name, host)


@either_kind
def test_a_link_is_not_for_whoever_has_the_name_next(server, make):
    name = new_account(server)
    token = token_of(make(server, name))
    assert probe(server, "delete_user", username=name)["ok"]
    time.sleep(2)  # the storage knows the second of both
    new_account(server, name)
    for answer in (page_at(server, token), reset(server, token, NEW)):
        assert (answer.status, Page(answer).text("h1")) == (410, "This account does not exist any more")
    xmpp.log_in(server, name, PASSWORD)


@either_kind
def test_a_disabled_account_stays_disabled(server, make):
    name = new_account(server)
    token = token_of(make(server, name))
    assert probe(server, "disable_user", username=name)["ok"]
    assert reset(server, token, NEW).status < 500
    assert is_refused(server, name, NEW) and is_refused(server, name, PASSWORD)
    assert probe(server, "account", username=name)["record"]["disabled"]


# Links of the community module


def test_a_link_of_the_community_module_works_once(server):
    name = new_account(server)
    token = legacy_token(server, name)
    assert f"{name}@localhost" in Page(page_at(server, token)).text()
    assert is_done(reset(server, token, NEW))
    xmpp.log_in(server, name, NEW)
    assert page_at(server, token).status == reset(server, token, "another long password").status == 410
    assert token not in stored(server)


def test_an_old_link_of_the_community_module_has_expired(server):
    name = new_account(server)
    token = legacy_token(server, name, age=86401 + 60)
    assert page_at(server, token).status == reset(server, token, NEW).status == 410
    assert page_at(server, legacy_token(server, name, age=86400 - 60)).status == 200


def stored(server):
    """Everything in the stores of password reset: names and contents of the files."""
    files = [path for path in server.data.glob("*/password_reset/*") if path.is_file()]
    return " ".join(
        f"{path.name.replace('%2d', '-').replace('%5f', '_')} {path.read_text()}" for path in files
    )


def test_no_link_can_be_read_in_the_storage(server):
    token = token_of(link_by_command(server, new_account(server)))
    assert "sha256" in stored(server) and token not in stored(server)
    assert reset(server, token, NEW).status == 200
    assert token not in stored(server)


def test_the_hash_in_the_storage_is_no_link(server):
    link_by_command(server, new_account(server))
    for name in re.findall(r"sha256-[0-9a-f]{64}", stored(server)):
        assert page_at(server, name).status == 404
        assert page_at(server, name.removeprefix("sha256-")).status == 404


# At the same time, from other sites, and hostile


def all_kinds(server, name):
    return [
        token_of(link_by_command(server, name)),
        token_of(link_by_shell(server, name)),
        legacy_token(server, name),
    ]


@pytest.mark.parametrize("kind", range(3), ids=["command", "shell", "legacy"])
def test_of_many_at_once_one_wins(server, kind):
    name = new_account(server)
    token = all_kinds(server, name)[kind]
    passwords = [f"{NEW} {number}" for number in range(10)]
    opened = [begin_reset(server, token, password) for password in passwords]
    answers = [request.answer() for request in opened]
    won = [password for password, answer in zip(passwords, answers) if is_done(answer)]
    assert len(won) == 1
    assert {answer.status for answer in answers if not is_done(answer)} == {410}
    xmpp.log_in(server, name, won[0])


@either_kind
def test_a_form_sent_twice_is_no_failure(server, make):
    name = new_account(server)
    token = token_of(make(server, name))
    opened = [begin_reset(server, token, NEW) for _ in range(5)]
    assert any(is_done(request.answer()) for request in opened)
    xmpp.log_in(server, name, NEW)


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
def test_a_form_on_another_site_is_refused(server, headers):
    name = new_account(server)
    token = token_of(link_by_command(server, name))
    assert reset(server, token, NEW, headers=headers).status == 403
    assert is_done(reset(server, token, NEW, headers={"Sec-Fetch-Site": "same-origin", "Origin": "null"}))


@pytest.mark.parametrize(
    "change",
    [
        lambda form: form + b"&password=another+password",
        lambda form: form + b"&" + form.split(b"&")[0],
        lambda form: form.replace(b"password=", b"password=%FF"),
        lambda form: form.replace(b"password=", b"password=%00"),
        lambda form: b"",
        lambda form: bytes(range(256)),
        lambda form: form + b"&x=" + b"a" * 100_000,
        lambda form: b'{"token":"x","password":"y"}',
    ],
    ids=["two passwords", "two tokens", "invalid UTF-8", "NUL", "nothing", "noise", "long", "JSON"],
)
def test_a_hostile_form_changes_nothing(server, change):
    name = new_account(server)
    token = token_of(link_by_command(server, name))
    body = change(f"token={token}&password=purple+monkey+dishwasher".encode())
    answer = invitations.begin_post(server, RESET, body).answer()
    assert answer.status in (200, 400, 404, 413) and not is_done(answer)
    assert not is_refused(server, name, PASSWORD)


def test_nothing_else_is_served(server):
    for path in (
        "/password_reset",
        "/password_reset/",
        "/password_reset/password_reset.html",
        "/password_reset/x",
    ):
        assert server.get(path).status == 404


def test_the_password_is_in_no_log(server):
    secret = "a very secret password"
    name = new_account(server)
    assert is_done(reset(server, token_of(link_by_command(server, name)), secret))
    assert secret not in server.log() and "very+secret" not in server.log()


def test_a_busy_server_survives_a_reload_of_the_module(server):
    name = new_account(server)
    token = token_of(link_by_command(server, name))
    opened = begin_reset(server, token, NEW)
    server.reload("password_reset")
    answer = opened.answer()
    assert is_done(answer) or answer.status == 503
    assert page_at(server, token).status == (410 if is_done(answer) else 200)
