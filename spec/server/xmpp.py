"""A real XMPP client: slixmpp, over a plain connection on this machine."""

import asyncio
import xml.etree.ElementTree as ET

import slixmpp

from prosody import PATIENCE

REGISTER = "jabber:iq:register"
DATA_FORM = "jabber:x:data"


class Refused(Exception):
    """The server answered with an error."""

    def __init__(self, condition, text=""):
        super().__init__(f"{condition}: {text}")
        self.condition = condition
        self.text = text


class Client(slixmpp.ClientXMPP):
    """Logs in, or stays a stranger who can only register."""

    def __init__(self, server, username, password, host="localhost", mechanism=None, log_in=True):
        super().__init__(
            f"{username}@{host}/spec",
            password,
            sasl_mech=mechanism,
            plugin_config={
                "feature_mechanisms": {"unencrypted_scram": True},
            },
        )
        self.port = server.c2s_port
        self.enable_starttls = self.enable_direct_tls = False
        self.enable_plaintext = True
        self.arrived = asyncio.get_event_loop().create_future()
        if log_in:
            self.add_event_handler("session_start", lambda _: self._arrive(True))
            self.add_event_handler("failed_all_auth", lambda _: self._arrive(Refused("not-authorized")))
        else:
            self.unregister_feature("mechanisms", 100)
            self.unregister_feature("bind", 10000)
            # slixmpp keeps stanzas back until a session starts; a stranger's never does.
            self._always_send_everything = True
            self.add_event_handler("stream_negotiated", lambda _: self._arrive(True))
        self.add_event_handler("connection_failed", lambda why: self._arrive(ConnectionError(why)))

    def _arrive(self, result):
        if self.arrived.done():
            return
        if isinstance(result, Exception):
            self.arrived.set_exception(result)
        else:
            self.arrived.set_result(result)

    async def __aenter__(self):
        self.connect("127.0.0.1", self.port)
        try:
            await asyncio.wait_for(self.arrived, PATIENCE)
        except BaseException:
            self.abort()
            raise
        return self

    async def __aexit__(self, *_):
        await self.disconnect(wait=1)

    async def ask(self, kind, payload, of_server=True):
        """Sends an IQ with this element, to the server or to the own account; the answer."""
        iq = self.make_iq(itype=kind, ito=self.requested_jid.domain if of_server else None)
        iq.append(payload)
        try:
            return await iq.send(timeout=PATIENCE)
        except slixmpp.exceptions.IqError as refused:
            raise Refused(refused.condition, refused.text) from None

    async def ping(self):
        await self.ask("get", ET.Element("{urn:xmpp:ping}ping"))


def log_in(server, username, password, **more):
    """Logs in and asks something; raises Refused if the server does not let us. Returns the mechanism."""

    async def visit():
        async with Client(server, username, password, **more) as client:
            await client.ping()
            return client.plugin["feature_mechanisms"].mech.name

    return asyncio.run(visit())


def fields_query(**values):
    """A registration in its plain form: <query><username/><password/></query>."""
    query = ET.Element(f"{{{REGISTER}}}query")
    for name, value in values.items():
        ET.SubElement(query, f"{{{REGISTER}}}{name}").text = value
    return query


def form_query(**values):
    """The same as a data form (XEP-0077 §4)."""
    query = ET.Element(f"{{{REGISTER}}}query")
    form = ET.SubElement(query, f"{{{DATA_FORM}}}x", type="submit")
    for name, value in {"FORM_TYPE": REGISTER, **values}.items():
        field = ET.SubElement(form, f"{{{DATA_FORM}}}field", var=name)
        ET.SubElement(field, f"{{{DATA_FORM}}}value").text = value
    return query


def register(server, query, host="localhost"):
    """Registers in-band, as a stranger."""

    async def visit():
        async with Client(server, "stranger", "", host=host, log_in=False) as client:
            return await client.ask("set", query)

    return asyncio.run(visit())


def change_password(server, username, old, query, host="localhost", of_server=True):
    """Sends this query on an authenticated connection."""

    async def visit():
        async with Client(server, username, old, host=host) as client:
            return await client.ask("set", query, of_server)

    return asyncio.run(visit())


def delete_account(server, username, password, host="localhost"):
    """Deletes the own account. The server may close the connection before it answers."""

    async def visit():
        async with Client(server, username, password, host=host) as client:
            gone = client.wait_until("disconnected", PATIENCE)
            query = fields_query()
            ET.SubElement(query, f"{{{REGISTER}}}remove")
            asking = asyncio.ensure_future(client.ask("set", query))
            await asyncio.wait([asking, asyncio.ensure_future(gone)], return_when=asyncio.FIRST_COMPLETED)

    asyncio.run(visit())


def roster(server, username, password, host="localhost"):
    """The addresses on somebody's roster."""

    async def visit():
        async with Client(server, username, password, host=host) as client:
            answer = await client.ask("get", ET.Element("{jabber:iq:roster}query"), of_server=False)
            return [item.get("jid") for item in answer.xml.iter("{jabber:iq:roster}item")]

    return asyncio.run(visit())


def register_with_invite(server, token, username, password, host="localhost", between=None):
    """Registers in-band with an invite (XEP-0445); `between` happens after its token was accepted."""

    async def visit():
        async with Client(server, "stranger", "", host=host, log_in=False) as client:
            await client.ask("set", ET.Element("{urn:xmpp:pars:0}preauth", token=token))
            if between:
                await asyncio.to_thread(between)
            return await client.ask("set", fields_query(username=username, password=password))

    return asyncio.run(visit())
