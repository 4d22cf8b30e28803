"""mod_http_oauth2: a client registers with metadata (RFC 7591), and nothing of it is stored."""

import re
import time

import pytest

from oauth import (
    ALL_ALLOWED,
    DEVICE_GRANT,
    LEFT_OUT,
    OUT_OF_BAND,
    REGISTER,
    assert_refused,
    assert_unauthorized,
    claims_of,
    community_id,
    content,
    device,
    known_to_operators,
    native,
    options,
    post,
    public,
    register,
    stored_files,
    web,
)
from prosody import wait_until

HOSTS = {
    "all.localhost": ALL_ALLOWED,
    "device.localhost": {"allowed_oauth2_grant_types": ["device_code"]},
    "token.localhost": {
        "allowed_oauth2_grant_types": ["authorization_code", "implicit"],
        "allowed_oauth2_response_types": ["token"],
    },
    "locales.localhost": {"allowed_oauth2_locales": ["de", "fr-CA"]},
    "short.localhost": {"oauth2_registration_max_size": 600},
    "brief.localhost": {"oauth2_registration_ttl": 3},
    "day.localhost": {"oauth2_registration_ttl": "1 day"},
    "old.localhost": {"oauth2_registration_options": {"default_ttl": 7200, "accept_expired": False}},
}

ALL = "all.localhost"

# What the server adds to the metadata of a client with a secret.
ADDED = {
    "client_id",
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "nonce",
    "iat",
    "exp",
    "registration_access_token",
    "registration_client_uri",
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


def metadata_of(client):
    """What it was told of what it sent."""
    return {name: value for name, value in client.said.items() if name not in ADDED}


# RFC 7591 §3.2.1: the answer


def test_a_client_is_told_who_it_is(server):
    before = int(time.time())
    client = register(server, web(client_name="Example"))
    assert set(client.said) == ADDED | {
        "client_name",
        "client_uri",
        "redirect_uris",
        "application_type",
        "token_endpoint_auth_method",
        "grant_types",
        "response_types",
        "id_token_signed_response_alg",
    }
    issued_at = client.said["client_id_issued_at"]
    assert before <= issued_at <= time.time()
    assert re.fullmatch(r"[0-9a-f]{64}", client.secret)
    assert client.said["client_secret_expires_at"] == 0
    assert (client.said["iat"], client.said["exp"]) == (issued_at, issued_at + 3600)
    assert re.fullmatch(r"[\w-]{12,}", client.said["nonce"])
    assert re.fullmatch(r"[\w-]{43}", client.token)
    place = f"http://localhost:{server.http_port}{REGISTER}?client_id={client.id}"
    assert client.said["registration_client_uri"] == place


def test_what_is_left_out_has_its_default(server):
    client = register(server, web(client_name="Example"))
    assert metadata_of(client) == {
        "client_name": "Example",
        "client_uri": "https://app.example.com/",
        "redirect_uris": ["https://app.example.com/redirect"],
        "application_type": "web",
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "id_token_signed_response_alg": "ES256",
    }


def test_no_answer_is_stored_on_its_way(server):
    for answer in (post(server, web()), post(server, {}), post(server, "x")):
        assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")


@pytest.mark.parametrize("make", [web, native, public, device])
def test_no_two_clients_are_one(server, make):
    metadata = make(client_name="Twin")
    twins = [register(server, metadata) for _ in range(20)]
    assert len({twin.id for twin in twins}) == 20
    assert len({twin.token for twin in twins}) == 20
    if "client_secret" in twins[0].said:
        assert len({twin.secret for twin in twins}) == 20
    assert len({str(metadata_of(twin)) for twin in twins}) == 1


def test_nothing_is_stored(server):
    register(server)
    before = stored_files(server)
    for _ in range(200):
        register(server, web())
    assert stored_files(server) == before


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "text/plain",
        "application/x-www-form-urlencoded",
        "",
    ],
)
def test_the_content_type_does_not_matter(server, content_type):
    register(server, web(), **{"Content-Type": content_type})


# RFC 7591 §2, OpenID Connect Registration §2: members


FULL = {
    "redirect_uris": ["https://app.example.com/redirect", "https://app.example.com:8443/other?x=y"],
    "token_endpoint_auth_method": "client_secret_post",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "client_name": "Example App",
    "client_uri": "https://app.example.com/about",
    "logo_uri": "https://app.example.com/logo.png",
    "scope": "openid xmpp",
    "contacts": ["mailto:anna@app.example.com", "xmpp:berta@app.example.com"],
    "tos_uri": "https://app.example.com/terms",
    "policy_uri": "https://app.example.com:8443/privacy#data",
    "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    "software_version": "2.3.1",
    "application_type": "web",
    "id_token_signed_response_alg": "ES256",
}


def test_every_member_that_is_honoured_comes_back(server):
    assert metadata_of(register(server, FULL)) == FULL


def test_what_comes_back_is_what_counts_later(server):
    client = register(server, FULL)
    assert content(client.ask()) == client.said
    members, _ = known_to_operators(server, client.id)
    assert members["policy_uri"] == FULL["policy_uri"] and members["client_name"] == FULL["client_name"]


@pytest.mark.parametrize("member", FULL)
def test_each_member_comes_back_alone(server, member):
    asked = web(**{member: FULL[member]})
    assert metadata_of(register(server, asked))[member] == FULL[member]


@pytest.mark.parametrize(
    "member, value",
    [
        ("token_endpoint_auth_method", "client_secret_basic"),
        ("token_endpoint_auth_method", "none"),
        ("grant_types", ["authorization_code"]),
        ("grant_types", ["authorization_code", "refresh_token"]),
        ("application_type", "web"),
        ("id_token_signed_response_alg", "HS256"),
        ("scope", "prosody:operator urn:example:a/b?c=d"),
        ("software_id", "a software with spaces & <signs>"),
        ("software_version", "0"),
        ("client_uri", "https://app.example.com"),
        ("client_uri", "https://app.example.com:8443/"),
        ("client_uri", "https://app.example.com/?page=about#team"),
        ("logo_uri", "https://app.example.com"),
    ],
)
def test_other_values_that_are_honoured(server, member, value):
    assert metadata_of(register(server, web(**{member: value})))[member] == value


@pytest.mark.parametrize(
    "member, value",
    [
        # RFC 7591 §2
        ("jwks_uri", "https://app.example.com/keys"),
        ("jwks", {"keys": [{"kty": "oct", "k": "AA"}]}),
        ("jwks", "wrong type"),
        # OpenID Connect Registration §2
        ("sector_identifier_uri", "https://app.example.com/sector"),
        ("subject_type", "pairwise"),
        ("id_token_encrypted_response_alg", "RSA1_5"),
        ("id_token_encrypted_response_enc", "A128CBC-HS256"),
        ("userinfo_signed_response_alg", "RS256"),
        ("userinfo_encrypted_response_alg", "RSA1_5"),
        ("userinfo_encrypted_response_enc", "A128CBC-HS256"),
        ("request_object_signing_alg", "RS256"),
        ("request_object_encryption_alg", "RSA1_5"),
        ("request_object_encryption_enc", "A128CBC-HS256"),
        ("token_endpoint_auth_signing_alg", "HS256"),
        ("default_max_age", 60),
        ("require_auth_time", True),
        ("default_acr_values", ["1"]),
        ("initiate_login_uri", "https://app.example.com/login"),
        ("request_uris", ["https://app.example.com/request"]),
        # Of other standards, or of none
        ("backchannel_logout_uri", "https://app.example.com/logout"),
        ("post_logout_redirect_uris", ["https://evil.example/"]),
        ("require_pushed_authorization_requests", True),
        ("tls_client_auth_subject_dn", "cn=x"),
        ("example_extension_parameter", {"deeply": [{"nested": None}]}),
        ("client_hash", "x"),
        ("is_admin", True),
        ("", ""),
        ("client_name#de", "Beispiel"),
        ("client_name#", "x"),
        ("scope#de", "openid"),
        # Without keys, RFC 7591 §3.1.1
        ("software_statement", "eyJhbGciOiJub25lIn0.e30."),
        ("software_statement", 1),
    ],
)
def test_what_is_not_honoured_is_absent(server, member, value):
    plain, more = (
        register(server, web(client_name="A")),
        register(server, web(**{"client_name": "A", member: value})),
    )
    assert metadata_of(more) == metadata_of(plain)
    assert member not in claims_of(more.id) and member not in content(more.ask())


@pytest.mark.parametrize("member", sorted(ADDED))
@pytest.mark.parametrize("value", ["chosen", 12345, None, {}])
def test_what_the_server_sets_cannot_be_chosen(server, member, value):
    client = register(server, web(**{member: value}))
    assert client.said[member] != value
    assert client.is_known()


@pytest.mark.parametrize("asked", [LEFT_OUT, "RS256", "none", ""])
def test_openid_registration_s2_an_algorithm_that_we_do_not_have(server, asked):
    """RFC 7591 §3.2.1: the answer names what counts. Libraries that find nothing in it expect RS256."""
    client = register(server, web(id_token_signed_response_alg=asked))
    assert client.said["id_token_signed_response_alg"] == "ES256"
    assert content(client.ask()) == client.said


def test_a_public_client_gets_no_signature_made_with_a_secret(server):
    client = register(server, public(id_token_signed_response_alg="HS256"))
    assert client.said["id_token_signed_response_alg"] == "ES256"


# What is wrong with members


@pytest.mark.parametrize(
    "member, error",
    [
        ("client_name", "invalid_client_name"),
        ("client_uri", "invalid_client_metadata"),
        ("redirect_uris", "invalid_redirect_uri"),
    ],
)
def test_what_is_required_is_missing(server, member, error):
    said = assert_refused(post(server, web(**{member: LEFT_OUT})), error, f"/{member}")
    assert member in said["error_description"] and "missing" in said["error_description"]
    assert said["errors"][0]["schemaLocation"] == "/required"


TEXTS = [
    "client_name",
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "scope",
    "software_id",
    "software_version",
    "application_type",
    "token_endpoint_auth_method",
    "id_token_signed_response_alg",
]
LISTS = ["redirect_uris", "grant_types", "response_types", "contacts"]
ERRORS = {"client_name": "invalid_client_name", "redirect_uris": "invalid_redirect_uri"}


@pytest.mark.parametrize("value", [0, 1.5, True, False, None, [], {}, ["web"], {"a": "b"}], ids=repr)
@pytest.mark.parametrize("member", TEXTS)
def test_a_text_of_another_type(server, member, value):
    error = ERRORS.get(member, "invalid_client_metadata")
    said = assert_refused(post(server, web(**{member: value})), error, f"/{member}")
    assert said["errors"][0]["schemaLocation"] == f"/properties/{member}/type"


@pytest.mark.parametrize("value", [0, True, None, "", "code", {}, {"1": "code"}], ids=repr)
@pytest.mark.parametrize("member", LISTS)
def test_a_list_of_another_type(server, member, value):
    error = ERRORS.get(member, "invalid_client_metadata")
    said = assert_refused(post(server, web(**{member: value})), error, f"/{member}")
    assert said["errors"][0]["schemaLocation"] == f"/properties/{member}/type"


@pytest.mark.parametrize("item", [0, True, None, [], {}, ["code"]], ids=repr)
@pytest.mark.parametrize("member", LISTS)
def test_an_item_of_another_type(server, member, item):
    values = [*FULL[member][:1], item]
    error = ERRORS.get(member, "invalid_client_metadata")
    said = assert_refused(post(server, web(**{member: values})), error, f"/{member}/1")
    assert said["errors"][0]["schemaLocation"] == f"/properties/{member}/items/type"


@pytest.mark.parametrize("member", ["redirect_uris", "grant_types", "contacts"])
def test_a_list_without_items(server, member):
    error = ERRORS.get(member, "invalid_client_metadata")
    assert_refused(post(server, web(**{member: []})), error, f"/{member}")


@pytest.mark.parametrize("member", ["redirect_uris", "grant_types", "response_types"])
def test_an_item_that_is_there_twice(server, member):
    values = FULL[member][:1] * 2
    error = ERRORS.get(member, "invalid_client_metadata")
    assert_refused(post(server, web(**{member: values})), error, f"/{member}/1")


def test_contacts_may_be_there_twice_as_ever(server):
    contacts = ["mailto:anna@app.example.com"] * 2
    assert set(register(server, web(contacts=contacts)).said["contacts"]) == set(contacts)


@pytest.mark.parametrize("character", ["\0", "\t", "\n", "\r", "\x1f", "\x7f", "\x80", "\x9f"], ids=repr)
@pytest.mark.parametrize("member", TEXTS)
def test_a_control_character_in_a_text(server, member, character):
    value = FULL[member][:1] + character + FULL[member][1:]
    error = ERRORS.get(member, "invalid_client_metadata")
    assert_refused(post(server, web(**{member: value})), error, f"/{member}")


@pytest.mark.parametrize(
    "member, value",
    [
        ("application_type", "Web"),
        ("application_type", "browser"),
        ("application_type", ""),
        ("token_endpoint_auth_method", "private_key_jwt"),
        ("token_endpoint_auth_method", "client_secret_jwt"),
        ("token_endpoint_auth_method", "NONE"),
        ("token_endpoint_auth_method", ""),
    ],
)
def test_a_choice_that_there_is_not(server, member, value):
    said = assert_refused(post(server, web(**{member: value})), "invalid_client_metadata", f"/{member}")
    # Which ones there are is said.
    assert ("client_secret_basic" if "auth" in member else "native") in said["error_description"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "app.example.com",
        "//app.example.com/",
        "http://app.example.com/",
        "ftp://app.example.com/",
        "javascript:alert(1)",
        "https://",
        "https:app.example.com",
        "https://localhost/",
        "https://app.localhost/",
        "https://127.0.0.1/",
        "https://127.1.2.3:8443/",
        "https://[::1]/",
        "https://[::ffff:7f00:1]/",
        "https://0.0.0.0/",
        "https://anna@app.example.com/",
        "https://@app.example.com/",
        "https://APP.example.com/",
        "HTTPS://app.example.com/",
        "https://app.example.com./",
        "https://app.example.com:0/",
        "https://app.example.com:65536/",
        "https://app.example.com/ ",
        "https://app.example.com\\@evil.example/",
        "https://app.example.com/a/../b",
        "https://app.example.com/%",
        "https://\u0430pp.example.com/",
        "https://xn--pp-6kc.example.com/",
        'https://app.example.com/"onclick="x',
    ],
)
def test_a_home_page_that_is_none(server, value):
    said = assert_refused(post(server, web(client_uri=value)), "invalid_client_metadata", "/client_uri")
    assert "client_uri" in said["error_description"]


@pytest.mark.parametrize(
    "value",
    [
        "",
        "/logo.png",
        "http://app.example.com/x",
        "https://example.com/x",
        "https://www.app.example.com/x",
        "https://app.example.com.evil.example/x",
        "https://evil.example/app.example.com",
        "https://evil.example\\@app.example.com/",
        "https://app.example.com@evil.example/",
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
    ],
)
@pytest.mark.parametrize("member", ["logo_uri", "tos_uri", "policy_uri"])
def test_a_link_to_elsewhere(server, member, value):
    assert_refused(post(server, web(**{member: value})), "invalid_client_metadata", f"/{member}")


@pytest.mark.parametrize(
    "body, members",
    [
        ({}, ["/client_name", "/client_uri", "/redirect_uris"]),
        (
            web(client_name=1, scope=2, contacts=[3, 4]),
            ["/client_name", "/scope", "/contacts/0", "/contacts/1"],
        ),
        (web(redirect_uris=["x", "https://evil.example/", 5]), [f"/redirect_uris/{at}" for at in range(3)]),
        (web(client_name="", client_uri="http://x.example/"), ["/client_name", "/client_uri"]),
        (web(client_name=" ", logo_uri="x", tos_uri="y"), ["/client_name", "/logo_uri", "/tos_uri"]),
        (web(client_name="", scope="a  b"), ["/client_name", "/scope"]),
        (web(logo_uri="x", software_id=1), ["/logo_uri", "/software_id"]),
        (
            web(client_uri="x", redirect_uris=["https://app.example.com/#x"]),
            ["/client_uri", "/redirect_uris/0"],
        ),
        (
            web(grant_types=["magic"], response_types=["magic"], application_type="magic"),
            ["/grant_types/0", "/response_types/0", "/application_type"],
        ),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_all_that_is_wrong_is_told_at_once(server, body, members):
    answer = post(server, body)
    error = content(answer, 400)["error"]
    assert_refused(answer, error, *members)


# Grants, RFC 7591 §2.1


@pytest.mark.parametrize(
    "metadata",
    [
        web(grant_types=["authorization_code"]),
        web(grant_types=["refresh_token", "authorization_code"]),
        native(grant_types=["authorization_code", "refresh_token", DEVICE_GRANT]),
        native(grant_types=[DEVICE_GRANT, "authorization_code"], response_types=["code"]),
        device(),
        device(response_types=[]),
        device(grant_types=[DEVICE_GRANT, "refresh_token"]),
        device(grant_types=["refresh_token"], response_types=[]),
    ],
    ids=lambda metadata: "+".join(metadata["grant_types"]).rpartition(":")[2],
)
def test_grants_that_a_client_may_have(server, metadata):
    said = register(server, metadata).said
    assert set(said["grant_types"]) == set(metadata["grant_types"])
    if "response_types" in metadata:
        assert said["response_types"] == metadata["response_types"]


@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "implicit",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
        "urn:ietf:params:oauth:grant-type:saml2-bearer",
        "device_code",
        "Authorization_code",
        "authorization_code ",
        "",
    ],
)
def test_a_grant_that_there_is_not(server, grant_type):
    body = web(grant_types=["authorization_code", grant_type], response_types=["code"])
    said = assert_refused(post(server, body), "invalid_client_metadata", "/grant_types/1")
    assert "authorization_code" in said["error_description"]


@pytest.mark.parametrize(
    "metadata",
    [
        web(grant_types=["implicit"], response_types=["token"]),
        web(grant_types=["implicit", "authorization_code"], response_types=["token", "code"]),
        web(grant_types=["password"], response_types=[]),
        device(grant_types=["password"]),
        device(grant_types=["password", "refresh_token"], response_types=[]),
        public(grant_types=["implicit"], response_types=["token"]),
    ],
    ids=lambda metadata: "+".join(metadata["grant_types"]),
)
def test_an_operator_may_allow_more_grants(server, metadata):
    assert_refused(post(server, metadata), "invalid_client_metadata", *locations_of_disallowed(metadata))
    said = register(server, metadata, host=ALL).said
    assert set(said["grant_types"]) == set(metadata["grant_types"])
    if "response_types" in metadata:
        assert set(said["response_types"]) == set(metadata["response_types"])


def locations_of_disallowed(metadata):
    """Where a server without special settings finds something in it."""
    allowed = {
        "grant_types": ["authorization_code", "refresh_token", DEVICE_GRANT],
        "response_types": ["code"],
    }
    return [
        f"/{member}/{at}"
        for member in allowed
        for at, value in enumerate(metadata.get(member, []))
        if value not in allowed[member]
    ]


def test_a_client_like_the_snikket_portal(server):
    metadata = {
        "client_name": "Snikket",
        "client_uri": "https://chat.example.com/",
        "redirect_uris": ["https://chat.example.com/"],
        "grant_types": ["password"],
        "response_types": [],
        "token_endpoint_auth_method": "client_secret_post",
        "application_type": "web",
        "scope": "prosody:operator xmpp",
    }
    assert metadata_of(register(server, metadata, host=ALL)) == {**metadata, "id_token_signed_response_alg": "ES256"}


@pytest.mark.parametrize(
    "grant_types, response_types",
    [
        (LEFT_OUT, []),
        (LEFT_OUT, ["token"]),
        (["authorization_code"], []),
        (["authorization_code"], ["token"]),
        (["authorization_code", "refresh_token"], []),
        (["implicit"], LEFT_OUT),
        (["implicit"], []),
        (["implicit"], ["code"]),
        (["implicit", "authorization_code"], ["code"]),
        (["implicit", "authorization_code"], ["token"]),
    ],
)
def test_a_grant_without_its_response_type(server, grant_types, response_types):
    body = web(grant_types=grant_types, response_types=response_types)
    said = content(post(server, body, ALL), 400)
    assert said["error"] == "invalid_client_metadata"
    assert {problem["instanceLocation"] for problem in said["errors"]} == {"/response_types"}


@pytest.mark.parametrize("response_type", ["token", "id_token", "code token", "none", "Code", ""])
def test_a_response_type_that_there_is_not(server, response_type):
    body = web(response_types=["code", response_type])
    assert_refused(post(server, body), "invalid_client_metadata", "/response_types/1")


@pytest.mark.parametrize("grant_types", [["authorization_code"], ["implicit"], LEFT_OUT])
def test_grants_that_redirect_need_a_place_to_go(server, grant_types):
    response_types = ["token" if grant_types == ["implicit"] else "code"]
    body = web(redirect_uris=LEFT_OUT, grant_types=grant_types, response_types=response_types)
    assert_refused(post(server, body, ALL), "invalid_redirect_uri", "/redirect_uris")


def test_a_default_that_the_operator_does_not_allow_is_not_given(server):
    assert register(server, device(), host="device.localhost").said["grant_types"] == [DEVICE_GRANT]
    assert post(server, native(grant_types=["authorization_code"]), "device.localhost").status == 400
    answer = post(server, native(), "device.localhost")
    assert_refused(answer, "invalid_client_metadata", "/grant_types")
    answer = post(server, web(), "token.localhost")
    assert_refused(answer, "invalid_client_metadata", "/response_types")


# Public clients


@pytest.mark.parametrize(
    "grant_types",
    [
        ["authorization_code"],
        ["authorization_code", "refresh_token"],
        [DEVICE_GRANT],
        ["authorization_code", "refresh_token", DEVICE_GRANT],
    ],
    ids=len,
)
def test_a_public_client_has_no_secret(server, grant_types):
    client = register(server, public(grant_types=grant_types))
    assert client.said["token_endpoint_auth_method"] == "none"
    assert set(client.said) & {"client_secret", "client_secret_expires_at"} == set()
    assert client.is_known()
    assert set(content(client.ask())) == set(client.said)


def test_a_web_client_may_be_public(server):
    assert "client_secret" not in register(server, web(token_endpoint_auth_method="none")).said


def test_a_public_client_takes_no_passwords(server):
    body = public(grant_types=["password"], response_types=[])
    assert_refused(post(server, body, ALL), "invalid_client_metadata", "/token_endpoint_auth_method")
    register(server, {**body, "token_endpoint_auth_method": "client_secret_basic"}, host=ALL)


# Application type


@pytest.mark.parametrize(
    "metadata, application_type",
    [
        (web(), "web"),
        (web(redirect_uris=["com.example.app:/redirect"]), "native"),
        (web(redirect_uris=["http://127.0.0.1/redirect", "com.example.app:/redirect"]), "native"),
        (web(redirect_uris=["http://[::1]:8080/"]), "native"),
        (web(redirect_uris=["http://localhost"]), "native"),
        (web(redirect_uris=[OUT_OF_BAND]), "native"),
        (device(), "native"),
        (native(grant_types=["authorization_code", DEVICE_GRANT]), "native"),
        (web(grant_types=["authorization_code", DEVICE_GRANT], application_type="web"), "web"),
        (device(application_type="web"), "web"),
        (device(grant_types=["refresh_token"]), "web"),
    ],
)
def test_the_application_type_is_guessed(server, metadata, application_type):
    assert register(server, metadata).said["application_type"] == application_type


@pytest.mark.parametrize(
    "metadata, wrong",
    [
        (web(redirect_uris=["https://app.example.com/", "com.example.app:/"]), 1),
        (web(redirect_uris=["com.example.app:/", "https://app.example.com/"]), 1),
        (web(application_type="native"), 0),
        (native(application_type="web"), 0),
        (web(grant_types=["authorization_code", DEVICE_GRANT]), 0),
    ],
)
def test_redirect_uris_of_both_types_do_not_mix(server, metadata, wrong):
    assert_refused(post(server, metadata), "invalid_redirect_uri", f"/redirect_uris/{wrong}")


# Languages, RFC 7591 §2.2


TRANSLATED = {
    "client_name#de": "Beispiel",
    "client_uri#de": "https://app.example.com/de",
    "logo_uri#de": "https://app.example.com/de.png",
    "tos_uri#fr-CA": "https://app.example.com/fr/conditions",
    "policy_uri#fr-CA": "https://app.example.com/fr/donnees",
}
UNTRANSLATED = {"client_name#it": "Esempio", "client_name#fr": "Exemple", "contacts#de": ["x"], "#de": "x"}


def test_members_in_the_languages_of_the_operator(server):
    client = register(server, web(**TRANSLATED, **UNTRANSLATED), host="locales.localhost")
    known = set(metadata_of(register(server, web())))
    assert {name: value for name, value in metadata_of(client).items() if name not in known} == TRANSLATED
    assert content(client.ask()) == client.said


@pytest.mark.parametrize(
    "member, value, error",
    [
        ("client_name#de", "", "invalid_client_name"),
        ("client_name#de", " ", "invalid_client_name"),
        ("client_name#de", 1, "invalid_client_name"),
        ("client_name#fr-CA", "a\u202eb", "invalid_client_name"),
        ("client_uri#de", "https://evil.example/", "invalid_client_metadata"),
        ("client_uri#de", "http://app.example.com/", "invalid_client_metadata"),
        ("tos_uri#de", "https://evil.example/", "invalid_client_metadata"),
        ("policy_uri#fr-CA", "/privacy", "invalid_client_metadata"),
        ("logo_uri#de", None, "invalid_client_metadata"),
    ],
)
def test_translations_have_the_same_rules(server, member, value, error):
    assert_refused(post(server, web(**{member: value}), "locales.localhost"), error, f"/{member}")
    register(server, web(**{member: value}))


# Scopes, RFC 6749 §3.3


@pytest.mark.parametrize(
    "scope",
    [
        "xmpp",
        "openid xmpp",
        "a b c d e f",
        "!",
        "#$%&'()*+,-./:;<=>?@[]^_`{|}~",
        "xmpp xmpp",
        "0",
        "prosody:operator",
    ],
)
def test_a_scope(server, scope):
    assert register(server, web(scope=scope)).said["scope"] == scope


def test_an_empty_scope_is_none(server):
    assert "scope" not in register(server, web(scope="")).said


@pytest.mark.parametrize(
    "scope",
    [
        " ",
        " xmpp",
        "xmpp ",
        "openid  xmpp",
        "xmpp\tother",
        "xmpp\n",
        'a"b',
        "a\\b",
        "caf\u00e9",
        "\u00a0",
        "\0",
    ],
    ids=repr,
)
def test_what_is_no_scope(server, scope):
    assert_refused(post(server, web(scope=scope)), "invalid_client_metadata", "/scope")


# Names


@pytest.mark.parametrize(
    "name",
    [
        "A",
        "B\u00fccher \u2013 caf\u00e9",
        "e\u0301",
        "\u65e5\u672c\u8a9e\u30a2\u30d7\u30ea",
        "\u05d0\u05e4\u05dc\u05d9\u05e7\u05e6\u05d9\u05d4",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\U0001f469\u200d\U0001f680 rocket",
        "<script>alert(1)</script>",
        'quote " and \\ and / and {v} and %s',
        "'; DROP TABLE clients; --",
        " space around ",
        "null",
    ],
)
def test_names_come_back_as_they_are(server, name):
    client = register(server, web(client_name=name))
    assert client.said["client_name"] == name
    assert content(client.ask())["client_name"] == name


def test_a_name_in_escapes(server):
    body = b'{"client_name":"\\u0042\\u00fc\\ud83d\\ude80\\/","client_uri":"https:\\/\\/app.example.com\\/",'
    client = register(server, body + b'"redirect_\\u0075ris":["https://app.example.com/\\u0078"]}')
    assert client.said["client_name"] == "B\u00fc\U0001f680/"
    assert client.said["redirect_uris"] == ["https://app.example.com/x"]


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "  \u00a0\u3000",
        "\u2028",
        "a\u202eb",
        "\u200eadmin",
        "\u200fadmin",
        "a\u2066b\u2069",
        "a\u061cb",
        "line\nbreak",
        "bell\x07",
        # Nobody sees anything of these.
        "\u200b",
        "\u2060\u200d",
        "\ufeff",
        "\u00ad",
    ],
    ids=repr,
)
def test_a_name_that_cannot_be_shown(server, name):
    assert_refused(post(server, web(client_name=name)), "invalid_client_name", "/client_name")


# The size of an id


def test_an_id_has_a_bound(server):
    for name, host, limit in [("a" * 4000, "localhost", 4096), ("a" * 400, "short.localhost", 600)]:
        said = assert_refused(post(server, web(client_name=name), host), "invalid_client_metadata")
        assert str(limit) in said["error_description"] and "client_id" in said["error_description"]


def test_ids_reach_their_bound(server):
    def length(size):
        answer = post(server, web(client_name="a" * size), "short.localhost")
        return len(content(answer, 201)["client_id"]) if answer.status == 201 else None

    lengths = [length(size) for size in range(150, 350)]
    accepted = [each for each in lengths if each]
    assert 596 <= max(accepted) <= 600
    assert lengths == accepted + [None] * (200 - len(accepted))


@pytest.mark.parametrize(
    "metadata", [web(), native(), public(), device(), FULL], ids=["web", "native", "public", "device", "full"]
)
def test_ids_are_shorter_than_the_community_modules(server, metadata):
    client = register(server, metadata)
    payload = {**metadata_of(client), "nonce": "GAlXSJyoBPqC", "iat": 1700000000, "exp": 1700003600}
    assert len(client.id) < len(community_id(payload))


def test_an_id_has_no_defaults_in_it(server):
    asked = web(
        grant_types=["authorization_code"],
        response_types=["code"],
        application_type="web",
        token_endpoint_auth_method="client_secret_basic",
    )
    client = register(server, asked)
    assert set(claims_of(client.id)) == {"client_name", "client_uri", "redirect_uris", "nonce", "iat"}


# Lifetime


def test_a_client_can_have_a_lifetime(server):
    client = register(server, host="day.localhost")
    issued_at = client.said["iat"]
    assert client.said["exp"] == client.said["client_secret_expires_at"] == issued_at + 86400
    assert claims_of(client.id)["exp"] == issued_at + 86400
    assert client.is_known()


def test_options_of_the_community_module_count(server):
    client = register(server, host="old.localhost")
    assert client.said["exp"] == client.said["client_secret_expires_at"] == client.said["iat"] + 7200
    assert claims_of(client.id)["exp"] == client.said["exp"]


def test_a_client_whose_time_is_over_is_unknown(server):
    client = register(server, host="brief.localhost")
    assert client.is_known()
    wait_until(lambda: time.time() >= client.said["exp"] + 0.1, lambda: "The time does not pass.")
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, client.update()), host="brief.localhost")
    assert "expired" in known_to_operators(server, client.id, "brief.localhost")[1]
    assert register(server, host="brief.localhost").is_known()
