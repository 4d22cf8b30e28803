"""mod_adhoc_oauth2_client: a user registers a client from a chat app (XEP-0050)."""

import asyncio
import re
import xml.etree.ElementTree as ET

import pytest

import xmpp
from oauth import KEY, Registered, content, hash_of, known_to_operators, options, secret_of, token_of
from registration import new_name, probe

NODE = "urn:uuid:ff0d55ed-2187-4ee0-820a-ab633a911c14#create"
CREATED = "urn:uuid:ff0d55ed-2187-4ee0-820a-ab633a911c14#created"

COMMANDS = "http://jabber.org/protocol/commands"
COMMAND = f"{{{COMMANDS}}}command"
FORM = f"{{{xmpp.DATA_FORM}}}"

PASSWORD = "a sunny day in may"

FIELDS = {
    "client_name": "Example",
    "client_uri": "https://app.example.com/",
    "redirect_uri": "https://app.example.com/redirect",
}


@pytest.fixture(scope="module")
def server(start_server):
    hosts = {"closed.localhost": {"oauth2_registration_key": ""}}
    return start_server(options(modules_enabled=["adhoc", "adhoc_oauth2_client"]), hosts)


@pytest.fixture(scope="module")
def users(server):
    """A user of each host: their names."""
    names = {host: new_name("user") for host in server.hosts}
    for host, name in names.items():
        assert probe(server, "create_user", host=host, username=name, password=PASSWORD)["ok"]
    return names


def command_of(answer):
    command = answer.xml.find(COMMAND)
    assert command is not None, answer
    return command


def values_of(command):
    """The form's fields with their values."""
    form = command.find(f"{FORM}x")
    return {
        field.get("var"): [value.text for value in field.iter(f"{FORM}value")]
        for field in form.iter(f"{FORM}field")
    }


def submission(fields, session=None, action="complete"):
    command = ET.Element(COMMAND, node=NODE, action=action)
    if session:
        command.set("sessionid", session)
    form = ET.SubElement(command, f"{FORM}x", type="submit")
    for name, value in {"FORM_TYPE": NODE, **fields}.items():
        field = ET.SubElement(form, f"{FORM}field", var=name)
        ET.SubElement(field, f"{FORM}value").text = value
    return command


def visit(server, users, ask, host="localhost"):
    """Logs in, and does something with the connection."""

    async def run():
        async with xmpp.Client(server, users[host], PASSWORD, host=host) as client:
            return await ask(client)

    return asyncio.run(run())


def run_command(server, users, host="localhost", **changes):
    """Opens the form, fills it in and sends it; the command's last answer."""
    fields = {name: value for name, value in {**FIELDS, **changes}.items() if value is not None}

    async def ask(client):
        begun = command_of(await client.ask("set", ET.Element(COMMAND, node=NODE, action="execute")))
        return command_of(await client.ask("set", submission(fields, begun.get("sessionid"))))

    return visit(server, users, ask, host)


def created(server, users, **changes):
    """The client's id and secret."""
    command = run_command(server, users, **changes)
    assert command.get("status") == "completed"
    values = values_of(command)
    assert set(values) == {"FORM_TYPE", "client_id", "client_secret"}
    assert values["FORM_TYPE"] == [CREATED]
    return values["client_id"][0], values["client_secret"][0]


def test_the_command_is_listed(server, users):
    async def ask(client):
        client.register_plugin("xep_0050")
        return await client.plugin["xep_0050"].get_commands("localhost")

    items = visit(server, users, ask)["disco_items"]["items"]
    assert ("localhost", NODE, "Create OAuth2 client") in items


def test_the_form_asks_for_what_it_needs(server, users):
    async def ask(client):
        return command_of(await client.ask("set", ET.Element(COMMAND, node=NODE, action="execute")))

    command = visit(server, users, ask)
    assert command.get("status") == "executing" and command.get("sessionid")
    form = command.find(f"{FORM}x")
    assert form.get("type") == "form" and form.find(f"{FORM}title").text == "Create OAuth2 client"
    fields = {field.get("var"): field for field in form.iter(f"{FORM}field")}
    assert set(fields) == {"FORM_TYPE", *FIELDS}
    assert values_of(command)["FORM_TYPE"] == [NODE]
    for name in FIELDS:
        assert fields[name].get("type") == "text-single" and fields[name].get("label")
        assert fields[name].find(f"{FORM}required") is not None


def test_the_client_can_be_used(server, users):
    client_id, secret = created(server, users)
    assert re.fullmatch(r"[0-9a-f]{64}", secret) and secret == secret_of(client_id)
    client = Registered(
        server, "localhost", {"client_id": client_id, "registration_access_token": token_of(client_id)}
    )
    said = content(client.ask())
    assert said["client_secret"] == secret
    assert (said["client_name"], said["client_uri"]) == ("Example", "https://app.example.com/")
    assert said["redirect_uris"] == ["https://app.example.com/redirect"]
    assert (said["grant_types"], said["application_type"]) == (["authorization_code"], "web")
    assert "good" in known_to_operators(server, client_id)[1]
    assert hash_of(client_id) in server.log()


def test_each_time_it_is_another_client(server, users):
    assert len({created(server, users) for _ in range(3)}) == 3


@pytest.mark.parametrize(
    "uri", ["com.example.app:/redirect", "http://localhost:8080/", "urn:ietf:wg:oauth:2.0:oob"]
)
def test_it_may_be_an_app(server, users, uri):
    client_id, _ = created(server, users, redirect_uri=uri)
    said, _ = known_to_operators(server, client_id)
    assert (said["application_type"], said["redirect_uris"]) == ("native", f'["{uri}"]')


def test_names_are_kept_as_they_are(server, users):
    name = "B\u00fccher & <Caf\u00e9> \U0001f680"
    client_id, _ = created(server, users, client_name=name)
    assert known_to_operators(server, client_id)[0]["client_name"] == name


@pytest.mark.parametrize("missing", FIELDS)
@pytest.mark.parametrize("value", [None, ""])
def test_a_field_is_missing(server, users, missing, value):
    with pytest.raises(xmpp.Refused) as refused:
        run_command(server, users, **{missing: value})
    assert refused.value.condition == "bad-request"
    assert missing in refused.value.text


@pytest.mark.parametrize(
    "changes, member",
    [
        ({"client_name": " "}, "client_name"),
        ({"client_uri": "http://app.example.com/"}, "client_uri"),
        ({"client_uri": "x"}, "client_uri"),
        ({"redirect_uri": "https://evil.example/"}, "redirect_uri"),
        ({"redirect_uri": "javascript:alert(1)"}, "redirect_uri"),
        ({"redirect_uri": "https://app.example.com/#x"}, "redirect_uri"),
    ],
)
def test_what_http_refuses_is_refused_here(server, users, changes, member):
    with pytest.raises(xmpp.Refused) as refused:
        run_command(server, users, **changes)
    assert refused.value.condition == "bad-request"
    assert member in refused.value.text


def test_it_can_be_cancelled(server, users):
    async def ask(client):
        begun = command_of(await client.ask("set", ET.Element(COMMAND, node=NODE, action="execute")))
        cancel = ET.Element(COMMAND, node=NODE, action="cancel", sessionid=begun.get("sessionid"))
        return command_of(await client.ask("set", cancel))

    assert visit(server, users, ask).get("status") == "canceled"


def test_without_a_key_it_says_so(server, users):
    with pytest.raises(xmpp.Refused) as refused:
        run_command(server, users, host="closed.localhost")
    assert refused.value.condition == "not-allowed"
    assert "register" in refused.value.text


def test_it_is_for_the_users_of_the_host(server, users):
    """There is a user of another host, on the same server."""

    async def ask(client):
        iq = client.make_iq(itype="set", ito="localhost")
        iq.append(submission(FIELDS))
        try:
            await iq.send(timeout=30)
        except xmpp.slixmpp.exceptions.IqError as refused:
            return refused.condition
        return None

    assert visit(server, users, ask, host="closed.localhost") == "forbidden"


def test_the_secret_is_in_no_log(server, users):
    _, secret = created(server, users)
    assert secret not in server.log() and KEY not in server.log()
