"""Apps that ask for something, and the addresses that they send people to."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import oauth
from authorization import DEVICE, app, begin, content, post_as, public_app
from hosts import LONG_SITE_NAME
from oauth import OUT_OF_BAND, register

LONG_CLIENT_NAME = LONG_SITE_NAME + " " + "Verbindungsassistent für alle " * 2
LONG_CLIENT_URI = "https://donaudampfschifffahrtselektrizitaeten.hauptbetriebswerkbauunterbeamtengesellschaft.example/"


def origin(server, host="localhost"):
    return f"http://{host}:{server.http_port}"


def address(flow):
    """Where an authorization request sends the person."""
    return origin(flow.server, flow.client.host) + flow.path


def ask(server, host="localhost", scope="openid offline_access xmpp", **metadata):
    """A new app with a website, and its request."""
    return begin(register(server, app(**{"client_name": "Gadget", **metadata}), host), scope=scope)


def ask_back_to(server, redirect_uri, host="localhost", scope="openid offline_access xmpp", **metadata):
    """A new app without a secret that wants people back at this address, and its request."""
    metadata = {"client_name": "Gadget", "redirect_uris": [redirect_uri], **metadata}
    return begin(register(server, public_app(**metadata), host), scope=scope)


def ask_for_code(server, host="localhost", **metadata):
    """The same for an app that the person copies a code into."""
    return ask_back_to(server, OUT_OF_BAND, host, **metadata)


def start_device(server, host="localhost", scope="openid xmpp", **metadata):
    """A new app on a device without a keyboard, and what it is told."""
    metadata = {"client_name": "Television", "token_endpoint_auth_method": "none", **metadata}
    client = register(server, oauth.device(**metadata), host)
    return client, content(post_as(client, DEVICE, {"scope": scope}))


def poll(client, device_code):
    """The device asks for its tokens; the answer."""
    return post_as(client, "/oauth2/token", {"grant_type": oauth.DEVICE_GRANT, "device_code": device_code})


def returned(url):
    """What an app is told in the address that somebody came back to."""
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


def device_page(server, host="localhost", **query):
    return origin(server, host) + DEVICE + ("?" + urlencode(query) if query else "")
