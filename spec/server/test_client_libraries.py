"""Clients do what they do with the libraries and programs that people use, with nothing done to help them."""

import base64
import json
import re
import secrets
import shlex
import subprocess
import types
import urllib.parse

import pytest
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7591 import ClientMetadataClaims
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from authlib.oidc.registration import ClientMetadataClaims as OpenIDClaims
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey

import node
from authorization import DEVICE, Flow, Form, new_user
from invitations import Page
from oauth import DEVICE_GRANT
from prosody import PATIENCE
from registration import PASSWORD

TOKEN = "the-operator-gave-this-to-juliet"

OPTIONS = {
    "modules_enabled": ["http_oauth2"],
    "oauth2_registration_key": "BpPYQKmWzg3NUvYvSkrVnVLdKqzLrqMD2SJHKBUXJ4RZ6jvfc0nTtQb1hEoW8iCy",
    "oauth2_registration_limit": 0,
    "oauth2_login_limit": 0,
    "oauth2_software_statement_keys": {"https://escalus.example": "friar-laurence-signs-with-this-key"},
    "allowed_oauth2_locales": ["de"],
    "http_default_host": "snikket.example",
}
HOSTS = {
    # As these projects configure their servers.
    "snikket.example": {
        "allowed_oauth2_grant_types": ["password"],
        "allowed_oauth2_response_types": [],
        "http_external_url": "https://snikket.example/",
    },
    "prose.example": {
        "allowed_oauth2_grant_types": ["authorization_code", "password", "refresh_token"],
        "oauth2_refresh_token_ttl": 0,
        "http_host": "prose-pod-server",
    },
}

CONFIDENTIAL = {
    "client_name": "Verona Notes",
    "client_name#de": "Notizen aus Verona",
    "client_uri": "https://notes.example/",
    "redirect_uris": ["https://notes.example/callback", "https://notes.example:8443/callback?from=xmpp"],
    "application_type": "web",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
    "scope": "openid offline_access xmpp",
    "contacts": ["mailto:juliet@notes.example"],
    "logo_uri": "https://notes.example/logo.svg",
    "tos_uri": "https://notes.example/terms",
    "policy_uri": "https://notes.example/privacy",
    "software_id": "4be3f7c0-9ae2-4b5c-a2f2-58ea54ee8d91",
    "software_version": "2.1",
}
PUBLIC = {
    "client_name": "Verona Pocket",
    "client_uri": "https://pocket.example/",
    # Authlib finds a scheme of one's own valid only with two slashes.
    "redirect_uris": ["http://127.0.0.1/callback", "example.pocket://callback"],
    "application_type": "native",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "none",
}
CLIENTS = {"confidential": CONFIDENTIAL, "public": PUBLIC}
# Whoever uses a code: by each way to authenticate.
CODE_CLIENTS = {
    "basic": CONFIDENTIAL,
    "post": {**CONFIDENTIAL, "token_endpoint_auth_method": "client_secret_post"},
    "none": {**PUBLIC, "scope": "openid offline_access xmpp"},
}
DEVICE_CLIENT = {
    "client_name": "Verona Television",
    "client_uri": "https://television.example/",
    "grant_types": [DEVICE_GRANT, "refresh_token"],
    "response_types": [],
    "token_endpoint_auth_method": "client_secret_basic",
    "scope": "openid offline_access xmpp",
}

# What is wrong with a registration, and the code that RFC 7591 §3.2.2 and we have for it.
MISTAKES = {
    "redirect to another host": ({"redirect_uris": ["https://tybalt.example/"]}, "invalid_redirect_uri"),
    "no redirect URI": ({"redirect_uris": None}, "invalid_redirect_uri"),
    "insecure home page": ({"client_uri": "http://notes.example/"}, "invalid_client_metadata"),
    "unknown grant type": ({"grant_types": ["carrier_pigeon"]}, "invalid_client_metadata"),
    "no name": ({"client_name": None}, "invalid_client_name"),
    "statement by nobody": ({"software_statement": "e30.e30.e30"}, "invalid_software_statement"),
}

# Rules for the discovery document that it breaks on purpose: "The algorithm RS256 MUST be included" (OpenID
# Connect Discovery 1.0 §3). Libraries take what the document says; ES256 has shorter keys and signatures.
BROKEN = {"id_token_signing_alg_values_supported"}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(OPTIONS, HOSTS)


@pytest.fixture(scope="module")
def gated_server(start_server):
    """Where only those can register whom the operator has given a token."""
    return start_server({**OPTIONS, "oauth2_registration_token": TOKEN})


@pytest.fixture(params=CLIENTS)
def metadata(request):
    return CLIENTS[request.param]


def issuer(server):
    return f"http://localhost:{server.http_port}"


def with_mistake(mistake):
    changed = {**CONFIDENTIAL, **MISTAKES[mistake][0]}
    return {member: value for member, value in changed.items() if value is not None}


def assert_registered(answer, metadata):
    """Checks that an answer is about a client with all of this metadata, and has what is its own."""
    assert {**answer, **metadata} == answer
    assert answer["client_id"] and answer["client_id_issued_at"] == answer["iat"]
    assert answer["registration_access_token"] and answer["registration_client_uri"]
    is_public = metadata.get("token_endpoint_auth_method") == "none"
    assert ("client_secret" in answer) is not is_public


# Authlib, which reads and checks what is exchanged and leaves the requests to its sessions


def authlib_session(token=None):
    return OAuth2Session(token=token and {"access_token": token, "token_type": "Bearer"})


def authlib_discovers(server):
    url = get_well_known_url(issuer(server), external=True)
    answer = authlib_session().get(url, withhold_token=True)
    answer.raise_for_status()
    return AuthorizationServerMetadata(answer.json())


def authlib_registers(server, metadata, token=None):
    endpoint = authlib_discovers(server).registration_endpoint
    return authlib_session(token).post(endpoint, json=metadata, withhold_token=token is None)


def authlib_manages(client, method="GET", **more):
    """A request of RFC 7592 §2."""
    session = authlib_session(client["registration_access_token"])
    return session.request(method, client["registration_client_uri"], **more)


def assert_valid_for_authlib(answer):
    for claims in (ClientMetadataClaims, OpenIDClaims):
        claims(answer, header={}).validate()


def broken_rules(metadata):
    """The names of Authlib's rules for discovery documents that one does not keep."""
    broken = set()
    for member in metadata.REGISTRY_KEYS:
        try:
            getattr(metadata, f"validate_{member}", lambda: None)()
        except ValueError:
            broken.add(member)
    return broken


def test_authlib_reads_the_discovery_document(server):
    metadata = authlib_discovers(server)
    assert metadata.issuer == issuer(server)
    assert metadata.registration_endpoint == f"{issuer(server)}/oauth2/register"
    assert broken_rules(metadata) == set()


def test_authlib_reads_the_openid_configuration(server):
    answer = authlib_session().get(f"{issuer(server)}/.well-known/openid-configuration", withhold_token=True)
    metadata = OpenIDProviderMetadata(answer.json())
    assert metadata == authlib_discovers(server)
    assert broken_rules(metadata) == BROKEN


def test_authlib_registers(server, metadata):
    answer = authlib_registers(server, metadata)
    assert answer.status_code == 201
    assert_registered(answer.json(), metadata)
    assert_valid_for_authlib(answer.json())


def test_authlib_registers_with_defaults(server):
    few = {member: CONFIDENTIAL[member] for member in ("client_name", "client_uri", "redirect_uris")}
    answer = authlib_registers(server, few)
    assert_registered(answer.json(), few)
    assert_valid_for_authlib(answer.json())


@pytest.mark.parametrize("token, status", [(TOKEN, 201), (TOKEN[:-1], 401), (None, 401)])
def test_authlib_registers_where_a_token_is_needed(gated_server, token, status):
    answer = authlib_registers(gated_server, CONFIDENTIAL, token=token)
    assert answer.status_code == status


@pytest.mark.parametrize("mistake", MISTAKES)
def test_authlib_is_told_of_a_mistake(server, mistake):
    answer = authlib_registers(server, with_mistake(mistake))
    assert (answer.status_code, answer.json()["error"]) == (400, MISTAKES[mistake][1])


def test_authlib_reads_a_registration(server, metadata):
    client = authlib_registers(server, metadata).json()
    answer = authlib_manages(client)
    assert answer.status_code == 200
    assert answer.json() == client
    assert_valid_for_authlib(answer.json())


def test_authlib_changes_a_registration(server, metadata):
    old = authlib_registers(server, metadata).json()
    # RFC 7592 §2.2: all of it, with the client_id, and without what only the server can say.
    changed = {**metadata, "client_name": "Mantua Notes", "client_id": old["client_id"]}
    if "client_secret" in old:
        changed["client_secret"] = old["client_secret"]
    answer = authlib_manages(old, "PUT", json=changed)
    assert answer.status_code == 200
    new = answer.json()
    assert new["client_id"] != old["client_id"]
    assert_registered(new, {**metadata, "client_name": "Mantua Notes"})
    assert_valid_for_authlib(new)
    assert authlib_manages(new).json() == new
    assert authlib_manages(old).status_code == 401


def test_authlib_removes_a_registration(server, metadata):
    client, other = (authlib_registers(server, metadata).json() for _ in range(2))
    assert authlib_manages(client, "DELETE").status_code == 204
    assert [authlib_manages(each).status_code for each in (client, other)] == [401, 200]


def test_authlib_needs_the_token_of_the_registration(server):
    client, other = (authlib_registers(server, CONFIDENTIAL).json() for _ in range(2))
    client["registration_access_token"] = other["registration_access_token"]
    for method in ("GET", "PUT", "DELETE"):
        assert authlib_manages(client, method, json=CONFIDENTIAL).status_code == 401


# People who allow what a library asks for, in their browser


def browser_at(server, url, host="localhost"):
    """Somebody's browser at an authorization request, given by its address."""
    parts = urllib.parse.urlsplit(url)
    client = types.SimpleNamespace(server=server, host=host)
    return Flow(client, {}, raw_query=parts.query)


def decide(server, url, user, button="granted"):
    """Follows a link to the server, logs in, and decides; where the browser is sent to."""
    browser = browser_at(server, url)
    answer = browser.decide(browser.log_in(user), button)
    assert answer.status == 303, answer
    return answer.headers["location"]


def decide_for_device(server, address, user, button="granted"):
    """The same for a device that shows this address."""
    path = address.removeprefix(issuer(server))
    form = Form(Page(server.get(path)), DEVICE)
    browser = browser_at(server, f"?{urllib.parse.urlencode(form.fields)}")
    return browser.decide(browser.log_in(user), button)


@pytest.fixture
def user(server):
    return new_user(server)


@pytest.fixture(params=CODE_CLIENTS)
def code_metadata(request):
    return CODE_CLIENTS[request.param]


SCOPE = "openid offline_access xmpp"


def assert_tokens(tokens, user, client_id, server):
    assert tokens["token_type"] == "bearer" and tokens["expires_in"] == 3600
    assert tokens["scope"] == SCOPE and tokens["refresh_token"]
    claims = tokens["claims"]
    assert (claims["sub"], claims["aud"], claims["iss"]) == (
        f"xmpp:{user}@localhost",
        client_id,
        issuer(server),
    )


# Authlib: whole flows


def authlib_client(registered, **more):
    return OAuth2Session(
        registered["client_id"],
        registered.get("client_secret"),
        token_endpoint_auth_method=registered["token_endpoint_auth_method"],
        revocation_endpoint_auth_method=registered["token_endpoint_auth_method"],
        redirect_uri=registered.get("redirect_uris", [None])[0],
        scope=SCOPE,
        code_challenge_method="S256",
        **more,
    )


def authlib_verifies(server, id_token, keys=None, algorithm="ES256", **params):
    """What Authlib takes an ID token for, after it has checked all there is to check; and the claims."""
    if keys is None:
        answer = authlib_session().get(authlib_discovers(server)["jwks_uri"], withhold_token=True)
        keys = KeySet.import_key_set(answer.json())
    token = jwt.decode(id_token, keys, algorithms=[algorithm])
    options = {"iss": {"value": issuer(server)}, "aud": {"value": params["client_id"]}}
    claims = CodeIDToken(token.claims, token.header, options, params)
    claims.validate(leeway=5)
    return claims


def authlib_asks(server, session):
    """Sends the browser to the server: address, and what has to be remembered."""
    verifier, nonce = secrets.token_urlsafe(48), secrets.token_urlsafe(12)
    endpoint = authlib_discovers(server)["authorization_endpoint"]
    url, state = session.create_authorization_url(endpoint, code_verifier=verifier, nonce=nonce)
    return url, state, verifier, nonce


def authlib_redeems(server, session, url, state, verifier, user):
    return session.fetch_token(
        authlib_discovers(server)["token_endpoint"],
        authorization_response=decide(server, url, user),
        state=state,
        code_verifier=verifier,
    )


def test_authlib_goes_the_whole_way(server, user, code_metadata):
    found = authlib_discovers(server)
    registered = authlib_registers(server, code_metadata).json()
    session = authlib_client(registered)
    url, state, verifier, nonce = authlib_asks(server, session)
    tokens = authlib_redeems(server, session, url, state, verifier, user)
    known = {"client_id": registered["client_id"]}
    claims = authlib_verifies(
        server, tokens["id_token"], access_token=tokens["access_token"], nonce=nonce, **known
    )
    assert_tokens({**tokens, "claims": claims}, user, registered["client_id"], server)
    # It sends the token by itself.
    assert session.get(found["userinfo_endpoint"]).json()["sub"] == claims["sub"]
    again = session.refresh_token(found["token_endpoint"])
    assert again["access_token"] != tokens["access_token"]
    assert again["refresh_token"] != tokens["refresh_token"]
    refreshed = authlib_verifies(server, again["id_token"], access_token=again["access_token"], **known)
    assert (refreshed["sub"], refreshed["auth_time"]) == (claims["sub"], claims["auth_time"])
    assert session.get(found["userinfo_endpoint"]).json()["sub"] == claims["sub"]
    said = session.introspect_token(found["introspection_endpoint"], again["access_token"]).json()
    assert (said["active"], said["username"], said["scope"]) == (True, user, SCOPE)
    assert session.revoke_token(found["revocation_endpoint"], again["refresh_token"]).status_code == 200
    for token in (again["access_token"], again["refresh_token"]):
        assert session.introspect_token(found["introspection_endpoint"], token).json() == {"active": False}
    assert session.get(found["userinfo_endpoint"]).status_code == 401


def test_authlib_verifies_with_the_secret(server, user):
    """HS256, for who asks for it."""
    metadata = {**CONFIDENTIAL, "id_token_signed_response_alg": "HS256"}
    registered = authlib_registers(server, metadata).json()
    session = authlib_client(registered)
    url, state, verifier, nonce = authlib_asks(server, session)
    tokens = authlib_redeems(server, session, url, state, verifier, user)
    claims = authlib_verifies(
        server,
        tokens["id_token"],
        OctKey.import_key(registered["client_secret"]),
        "HS256",
        client_id=registered["client_id"],
        nonce=nonce,
        access_token=tokens["access_token"],
    )
    assert claims["sub"] == f"xmpp:{user}@localhost"


@pytest.mark.parametrize("mistake", ["code twice", "verifier", "secret"])
def test_authlib_is_told_of_a_mistake_with_a_code(server, user, mistake):
    registered = authlib_registers(server, CONFIDENTIAL).json()
    if mistake == "secret":
        registered["client_secret"] = registered["client_secret"][::-1]
    session = authlib_client(registered)
    url, state, verifier, _ = authlib_asks(server, session)
    given = {
        "url": authlib_discovers(server)["token_endpoint"],
        "authorization_response": decide(server, url, user),
        "state": state,
        "code_verifier": verifier[::-1] if mistake == "verifier" else verifier,
    }
    if mistake == "code twice":
        session.fetch_token(**given)
    with pytest.raises(OAuthError) as raised:
        session.fetch_token(**given)
    assert raised.value.error == ("invalid_client" if mistake == "secret" else "invalid_grant")


def test_authlib_on_a_device(server, user):
    found = authlib_discovers(server)
    registered = authlib_registers(server, DEVICE_CLIENT).json()
    session = authlib_client(registered)
    both = (registered["client_id"], registered["client_secret"])
    asked = session.post(found["device_authorization_endpoint"], {"scope": SCOPE}, auth=both, withhold_token=True)
    asked = asked.json()
    given = {"grant_type": DEVICE_GRANT, "device_code": asked["device_code"]}
    with pytest.raises(OAuthError) as raised:
        session.fetch_token(found["token_endpoint"], **given)
    assert raised.value.error == "authorization_pending"
    assert decide_for_device(server, asked["verification_uri_complete"], user).status == 200
    tokens = session.fetch_token(found["token_endpoint"], **given)
    claims = authlib_verifies(server, tokens["id_token"], client_id=registered["client_id"])
    assert_tokens({**tokens, "claims": claims}, user, registered["client_id"], server)


# openid-client and oauth4webapi: registration


@pytest.fixture(scope="module")
def node_packages():
    node.install()


@pytest.fixture(params=["openid-client", "oauth4webapi"])
def library(request, node_packages):
    return request.param


def library_registers(library, server, metadata, token=None):
    """What the library knows of the server and of the client then."""
    known = node.call(
        library, "register", issuer=issuer(server), metadata=metadata, initialAccessToken=token
    )
    return known["server"], known["client"]


def test_libraries_register(server, library, metadata):
    known, client = library_registers(library, server, metadata)
    assert known["issuer"] == issuer(server)
    assert_registered(client, metadata)


def test_libraries_register_where_a_token_is_needed(gated_server, library):
    _, client = library_registers(library, gated_server, CONFIDENTIAL, token=TOKEN)
    assert_registered(client, CONFIDENTIAL)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_libraries_are_told_of_a_mistake(server, library, mistake):
    with pytest.raises(node.LibraryError) as raised:
        library_registers(library, server, with_mistake(mistake))
    assert raised.value.name == "ResponseBodyError"
    said = raised.value.said
    assert (said["status"], said["error"]) == (400, MISTAKES[mistake][1])
    assert said["error_description"]


@pytest.mark.parametrize("token", [None, TOKEN[:-1]])
def test_libraries_are_told_that_a_token_is_needed(gated_server, library, token):
    with pytest.raises(node.LibraryError) as raised:
        library_registers(library, gated_server, CONFIDENTIAL, token=token)
    assert raised.value.name == "WWWAuthenticateChallengeError"
    assert raised.value.said["status"] == 401
    (challenge,) = raised.value.said["challenges"]
    assert challenge["scheme"] == "bearer"
    # RFC 6750 §3: who has sent none is told of no error.
    assert challenge["parameters"].get("error") == (token and "invalid_token")


# openid-client and oauth4webapi: whole flows


class Library:
    """A client as it is written with one of the libraries; each call is a program of its own."""

    def __init__(self, name, server, metadata):
        self.name, self.server = name, server
        _, self.registered = library_registers(name, server, metadata)

    def __call__(self, function, **given):
        return node.call(
            self.name, function, issuer=issuer(self.server), registered=self.registered, **given
        )

    def ask(self, **parameters):
        redirect_uri = self.registered["redirect_uris"][0]
        return self("ask", parameters={"redirect_uri": redirect_uri, "scope": SCOPE, **parameters})

    def log_in(self, user):
        asked = self.ask()
        return self("redeem", callback=decide(self.server, asked["url"], user), checks=asked["checks"])


def test_libraries_go_the_whole_way(server, library, user, code_metadata):
    client = Library(library, server, code_metadata)
    client_id = client.registered["client_id"]
    tokens = client.log_in(user)
    assert_tokens(tokens, user, client_id, server)
    sub = tokens["claims"]["sub"]
    assert client("userinfo", accessToken=tokens["access_token"], sub=sub)["sub"] == sub
    again = client("refresh", refreshToken=tokens["refresh_token"])
    assert_tokens(again, user, client_id, server)
    assert again["claims"]["auth_time"] == tokens["claims"]["auth_time"]
    said = client("introspect", token=again["access_token"])
    assert (said["active"], said["client_id"], said["username"]) == (True, client_id, user)
    client("revoke", token=again["refresh_token"])
    assert client("introspect", token=again["access_token"]) == {"active": False}
    with pytest.raises(node.LibraryError) as raised:
        client("userinfo", accessToken=again["access_token"], sub=sub)
    assert raised.value.name == "WWWAuthenticateChallengeError"
    (challenge,) = raised.value.said["challenges"]
    assert (challenge["scheme"], challenge["parameters"]["error"]) == ("bearer", "invalid_token")


def test_libraries_narrow_a_scope(server, library, user):
    client = Library(library, server, CONFIDENTIAL)
    tokens = client.log_in(user)
    narrowed = client("refresh", refreshToken=tokens["refresh_token"], parameters={"scope": "xmpp"})
    assert narrowed["scope"] == "xmpp" and "id_token" not in narrowed
    assert client("refresh", refreshToken=narrowed["refresh_token"])["scope"] == SCOPE


def test_libraries_are_told_that_the_user_said_no(server, library, user):
    client = Library(library, server, CONFIDENTIAL)
    asked = client.ask()
    with pytest.raises(node.LibraryError) as raised:
        client("redeem", callback=decide(server, asked["url"], user, "denied"), checks=asked["checks"])
    assert raised.value.name == "AuthorizationResponseError"
    assert raised.value.said["error"] == "access_denied"


def test_libraries_are_told_that_a_code_is_used(server, library, user):
    client = Library(library, server, CONFIDENTIAL)
    asked = client.ask()
    given = {"callback": decide(server, asked["url"], user), "checks": asked["checks"]}
    tokens = client("redeem", **given)
    with pytest.raises(node.LibraryError) as raised:
        client("redeem", **given)
    assert (raised.value.name, raised.value.said["error"]) == ("ResponseBodyError", "invalid_grant")
    assert client("introspect", token=tokens["access_token"]) == {"active": False}


def test_libraries_are_told_that_a_secret_is_wrong(server, library, user):
    client = Library(library, server, CONFIDENTIAL)
    client.registered["client_secret"] = client.registered["client_secret"][::-1]
    asked = client.ask()
    callback = decide(server, asked["url"], user)
    for function, given in [
        ("redeem", {"callback": callback, "checks": asked["checks"]}),
        ("introspect", {"token": "x"}),
        ("revoke", {"token": "x"}),
    ]:
        with pytest.raises(node.LibraryError) as raised:
            client(function, **given)
        assert raised.value.name == "WWWAuthenticateChallengeError", function
        (challenge,) = raised.value.said["challenges"]
        assert challenge["scheme"] == "basic"
        assert challenge["parameters"]["realm"] == "localhost/http_oauth2"


def test_libraries_on_a_device(server, library, user):
    client = Library(library, server, DEVICE_CLIENT)
    asked = client("askFromDevice", parameters={"scope": SCOPE})
    assert (asked["expires_in"], asked["interval"]) == (600, 5)
    assert decide_for_device(server, asked["verification_uri_complete"], user).status == 200
    tokens = client("redeemOnDevice", asked=asked)
    assert_tokens(tokens, user, client.registered["client_id"], server)
    assert "nonce" not in tokens["claims"]


def test_libraries_are_told_that_a_device_has_to_wait(server, node_packages, user):
    client = Library("oauth4webapi", server, DEVICE_CLIENT)
    asked = client("askFromDevice", parameters={"scope": SCOPE})
    for error in ("authorization_pending", "slow_down"):
        with pytest.raises(node.LibraryError) as raised:
            client("redeemOnDevice", asked=asked)
        assert (raised.value.said["status"], raised.value.said["error"]) == (400, error)


def test_libraries_are_told_that_the_user_said_no_to_a_device(server, library, user):
    client = Library(library, server, DEVICE_CLIENT)
    asked = client("askFromDevice", parameters={"scope": SCOPE})
    decide_for_device(server, asked["verification_uri_complete"], user, "denied")
    with pytest.raises(node.LibraryError) as raised:
        client("redeemOnDevice", asked=asked)
    assert raised.value.said["error"] == "access_denied"


# curl, as somebody types it


def curl(server, arguments):
    """Runs it with arguments as they are typed, in which BASE is the server; the status and the text."""
    typed = arguments.replace("BASE", issuer(server))
    command = ["curl", "-sS", "-w", "\n%{http_code}", *shlex.split(typed)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
    text, _, status = done.stdout.rpartition("\n")
    return int(status), text


TYPED = """-d '{
    "client_name": "Verona Notes",
    "client_uri": "https://notes.example",
    "redirect_uris": ["https://notes.example/callback"]
}'"""


@pytest.mark.parametrize("options", ["", "-H 'Content-Type: application/json'"])
def test_curl_registers(server, options):
    status, text = curl(server, f"{options} {TYPED} BASE/oauth2/register")
    assert status == 201
    assert_registered(json.loads(text), {"client_name": "Verona Notes"})


def test_curl_manages_a_registration(server):
    client = json.loads(curl(server, f"{TYPED} BASE/oauth2/register")[1])
    managed = f"-H 'Authorization: Bearer {client['registration_access_token']}' '{client['registration_client_uri']}'"
    status, text = curl(server, managed)
    assert (status, json.loads(text)) == (200, client)
    assert curl(server, f"-X DELETE {managed}") == (204, "")
    assert curl(server, managed)[0] == 401


def test_curl_is_told_of_a_mistake(server):
    status, text = curl(server, "-d 'client_name=Verona' BASE/oauth2/register")
    assert (status, json.loads(text)["error"]) == (400, "invalid_request")


# Programs that there are


def register(server, metadata, path="/oauth2/register", host="localhost"):
    body, headers = json.dumps(metadata), {"Content-Type": "application/json"}
    answer = server.post(path, body, headers=headers, host=host)
    assert answer.status == 201, answer
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.body)


SNIKKET_SCOPES = "prosody:restricted prosody:registered prosody:admin"


def snikket_registers(server):
    metadata = {
        "client_name": "Snikket web portal",
        "client_uri": "https://snikket.example",
        "redirect_uris": ["https://snikket.example/login_result"],
        "application_type": "web",
        "grant_types": ["password"],
        "response_types": [],
        "token_endpoint_auth_method": "client_secret_post",
        "scope": SNIKKET_SCOPES,
        "software_id": "22aa246e-4373-51cb-bcaa-9f73bb235b84",
        "software_version": "beta 20260428",
    }
    client = register(server, metadata, path="//oauth2/register", host=f"127.0.0.1:{server.http_port}")
    assert_registered(client, metadata)
    return client


def test_the_web_portal_of_snikket_registers(server):
    """As in its version of April 2026, which puts two slashes into the address and asks the host 127.0.0.1."""
    client = snikket_registers(server)
    assert client["registration_client_uri"].startswith("https://snikket.example/oauth2/register?")
    # They are its name and password in HTTP Basic, as they are.
    assert re.fullmatch(r"[\w.-]+", client["client_id"]) and re.fullmatch(r"\w+", client["client_secret"])


def password_grant(server, client, username, password, scope, path="/oauth2/token", host="localhost"):
    """Name and password of the client in HTTP Basic as they are, whatever was registered."""
    both = base64.b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    fields = {"grant_type": "password", "username": username, "password": password, "scope": scope}
    headers = {"Authorization": f"Basic {both}", "Content-Type": "application/x-www-form-urlencoded"}
    return server.post(path, urllib.parse.urlencode(fields).encode(), headers=headers, host=host)


def set_role(server, username, role, host):
    assert role in server.shell(f"user set_role {username}@{host} {role}")


@pytest.mark.parametrize("role", ["prosody:registered", "prosody:admin"])
def test_the_web_portal_of_snikket_logs_in(server, role):
    client, host = snikket_registers(server), "snikket.example"
    username = new_user(server, host)
    set_role(server, username, role, host)
    address = {"path": "//oauth2/token", "host": f"127.0.0.1:{server.http_port}"}
    answer = password_grant(server, client, f"{username}@{host}", PASSWORD, SNIKKET_SCOPES, **address)
    assert answer.status == 200 and answer.headers["content-type"] == "application/json", answer
    said = json.loads(answer.body)
    assert said["token_type"] == "bearer"
    assert said["scope"].split() == [role]
    assert said["access_token"].startswith("secret-token:") and type(said["expires_in"]) is int
    assert "refresh_token" not in said
    # It reads both of these as "wrong name or password".
    wrong = password_grant(server, client, f"{username}@{host}", "wrong", SNIKKET_SCOPES, **address)
    assert wrong.status in (400, 401)
    assert json.loads(wrong.body)["error"] == "invalid_grant"


# The members that it cannot do without, and those that may be missing and may not be null.
PROSE_NEEDS = {
    **dict.fromkeys(["client_name", "client_uri", "client_id", "client_secret", "nonce"], str),
    **dict.fromkeys(["redirect_uris", "grant_types", "response_types"], list),
    **dict.fromkeys(["iat", "exp", "client_id_issued_at", "client_secret_expires_at"], int),
}
PROSE_MAY_HAVE = {
    "contacts": [list],
    **dict.fromkeys(["logo_uri", "tos_uri", "policy_uri", "scope", "application_type"], [str, type(None)]),
    **dict.fromkeys(["token_endpoint_auth_method", "software_id", "software_version"], [str, type(None)]),
}


PROSE = "prose-pod-server:5280"


def prose_registers(server):
    metadata = {
        "client_name": "Prose Pod API",
        "client_uri": "https://prose-pod-api:8080",
        "redirect_uris": ["https://prose-pod-api:8080/redirect"],
        "grant_types": ["authorization_code", "refresh_token", "password"],
        "software_version": "c673b0b55abab04271eca710f0b44fd5aa01003f",
    }
    client = register(server, metadata, host=PROSE)
    assert_registered(client, {**metadata, "response_types": ["code"]})
    return client


def test_the_api_of_prose_registers(server):
    """As in its version of May 2026, which reads the answer into a Rust struct."""
    client = prose_registers(server)
    assert {member: type(client[member]) for member in PROSE_NEEDS} == PROSE_NEEDS
    assert all(type(client[member]) in types for member, types in PROSE_MAY_HAVE.items() if member in client)


def test_the_api_of_prose_logs_in(server):
    client = prose_registers(server)
    username = new_user(server, PROSE)
    answer = password_grant(server, client, f"{username}@prose.example", PASSWORD, "xmpp", host=PROSE)
    assert answer.status == 200, answer
    said = json.loads(answer.body)
    assert (said["token_type"], said["scope"], said["expires_in"]) == ("bearer", "xmpp", 3600)
    # Its servers have oauth2_refresh_token_ttl = 0.
    assert "refresh_token" not in said
    wrong = password_grant(server, client, f"{username}@prose.example", "wrong", "xmpp", host=PROSE)
    assert json.loads(wrong.body)["error"] == "invalid_grant"


def test_the_example_of_mod_rest_registers(server):
    """The client in Python of the community modules, which people have copied."""
    metadata = {
        "client_name": "Prosody mod_rest OAuth 2 example",
        "client_uri": "https://modules.prosody.im/mod_rest",
        "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"],
        "application_type": "native",
    }
    assert_registered(register(server, metadata), metadata)
