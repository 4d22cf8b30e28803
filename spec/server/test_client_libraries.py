"""Clients register as the libraries and programs do it that people use, with nothing done to help them."""

import json
import re
import shlex
import subprocess

import pytest
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7591 import ClientMetadataClaims
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oidc.registration import ClientMetadataClaims as OpenIDClaims

import node
from prosody import PATIENCE

TOKEN = "the-operator-gave-this-to-juliet"

OPTIONS = {
    "modules_enabled": ["http_oauth2"],
    "oauth2_registration_key": "BpPYQKmWzg3NUvYvSkrVnVLdKqzLrqMD2SJHKBUXJ4RZ6jvfc0nTtQb1hEoW8iCy",
    "oauth2_registration_limit": 0,
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

# What is wrong with a registration, and the code that RFC 7591 §3.2.2 and we have for it.
MISTAKES = {
    "redirect to another host": ({"redirect_uris": ["https://tybalt.example/"]}, "invalid_redirect_uri"),
    "no redirect URI": ({"redirect_uris": None}, "invalid_redirect_uri"),
    "insecure home page": ({"client_uri": "http://notes.example/"}, "invalid_client_metadata"),
    "unknown grant type": ({"grant_types": ["carrier_pigeon"]}, "invalid_client_metadata"),
    "no name": ({"client_name": None}, "invalid_client_name"),
    "statement by nobody": ({"software_statement": "e30.e30.e30"}, "invalid_software_statement"),
}

# Rules for the discovery document that it will keep only with the endpoints for authorization and tokens.
NOT_YET = {"authorization_endpoint", "token_endpoint", "response_types_supported"}


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
    for member in AuthorizationServerMetadata.REGISTRY_KEYS:
        try:
            getattr(metadata, f"validate_{member}")()
        except ValueError:
            broken.add(member)
    return broken


def test_authlib_reads_the_discovery_document(server):
    metadata = authlib_discovers(server)
    assert metadata.issuer == issuer(server)
    assert metadata.registration_endpoint == f"{issuer(server)}/oauth2/register"
    assert broken_rules(metadata) == NOT_YET


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


# openid-client and oauth4webapi


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


def test_the_web_portal_of_snikket_registers(server):
    """As in its version of April 2026, which puts two slashes into the address and asks the host 127.0.0.1."""
    metadata = {
        "client_name": "Snikket web portal",
        "client_uri": "https://snikket.example",
        "redirect_uris": ["https://snikket.example/login_result"],
        "application_type": "web",
        "grant_types": ["password"],
        "response_types": [],
        "token_endpoint_auth_method": "client_secret_post",
        "scope": "prosody:restricted prosody:registered prosody:admin",
        "software_id": "22aa246e-4373-51cb-bcaa-9f73bb235b84",
        "software_version": "beta 20260428",
    }
    client = register(server, metadata, path="//oauth2/register", host=f"127.0.0.1:{server.http_port}")
    assert_registered(client, metadata)
    assert client["registration_client_uri"].startswith("https://snikket.example/oauth2/register?")
    # They are its name and password in HTTP Basic, as they are.
    assert re.fullmatch(r"[\w.-]+", client["client_id"]) and re.fullmatch(r"\w+", client["client_secret"])


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


def test_the_api_of_prose_registers(server):
    """As in its version of May 2026, which reads the answer into a Rust struct."""
    metadata = {
        "client_name": "Prose Pod API",
        "client_uri": "https://prose-pod-api:8080",
        "redirect_uris": ["https://prose-pod-api:8080/redirect"],
        "grant_types": ["authorization_code", "refresh_token", "password"],
        "software_version": "c673b0b55abab04271eca710f0b44fd5aa01003f",
    }
    client = register(server, metadata, host="prose-pod-server:5280")
    assert_registered(client, {**metadata, "response_types": ["code"]})
    assert {member: type(client[member]) for member in PROSE_NEEDS} == PROSE_NEEDS
    assert all(type(client[member]) in types for member, types in PROSE_MAY_HAVE.items() if member in client)


def test_the_example_of_mod_rest_registers(server):
    """The client in Python of the community modules, which people have copied."""
    metadata = {
        "client_name": "Prosody mod_rest OAuth 2 example",
        "client_uri": "https://modules.prosody.im/mod_rest",
        "redirect_uris": ["urn:ietf:wg:oauth:2.0:oob"],
        "application_type": "native",
    }
    assert_registered(register(server, metadata), metadata)
