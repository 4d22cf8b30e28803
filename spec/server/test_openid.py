"""mod_http_oauth2: who has logged in, and how that is proved (OpenID Connect Core 1.0 and Discovery 1.0)."""

import base64
import hashlib
import json
import re

import pytest
from cryptography.exceptions import InvalidKey, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jws, jwt
from joserfc.errors import BadSignatureError
from joserfc.jwk import KeySet, OctKey

import oauth
from api import bearer
from authorization import (
    DEVICE,
    INTROSPECT,
    REVOKE,
    TOKEN,
    USERINFO,
    Redirect,
    advance,
    app,
    assert_error,
    begin,
    code_for,
    new_user,
    post_as,
    post_form,
    public_app,
    refresh,
    tokens_for,
)
from devices import Waiting
from endpoints import (
    DEVICE_GRANT,
    FORM,
    ORIGIN,
    assert_open,
    assert_preflight,
    community_client,
    every_app,
    foreign_token,
    grant_id,
    oauth_probe,
    options,
)
from invitations import Page
from oauth import ALL_ALLOWED, DISCOVERY, LEFT_OUT, content, register, stored_files
from registration import probe

OPENID_DISCOVERY = "/.well-known/openid-configuration"
JWKS = "/oauth2/jwks"

HOSTS = {
    "b.localhost": {},
    "all.localhost": {**ALL_ALLOWED, "allowed_oauth2_code_challenge_methods": ["S256", "plain"]},
    "closed.localhost": {"oauth2_registration_key": ""},
    "proxied.localhost": {"http_external_url": "https://chat.example.com/"},
    "moved.localhost": {"http_paths": {"oauth2": "/accounts/oauth"}},
    "claims.localhost": {"modules_enabled": [*oauth.OPTIONS["modules_enabled"], "openid_claims"]},
}
B, ALL, CLOSED, PROXIED, MOVED, CLAIMS = HOSTS


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture(scope="module")
def client(server):
    return register(server, app())


@pytest.fixture
def user(server):
    return new_user(server)


def own_address(server, host="localhost"):
    return f"http://{host}:{server.http_port}"


def find(server, host="localhost", path=OPENID_DISCOVERY):
    answer = server.get(path, host=host)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer
    return json.loads(answer.body)


def keys_of(server, host="localhost"):
    """What the server publishes."""
    answer = server.get(JWKS, host=host)
    assert answer.status == 200, answer
    assert answer.headers["content-type"] in ("application/json", "application/jwk-set+json")
    return json.loads(answer.body)["keys"]


def kids(server, host="localhost"):
    return [key["kid"] for key in keys_of(server, host)]


def header_of(id_token):
    return jws.extract_compact(id_token.encode()).headers()


def verified(server, id_token, host="localhost"):
    """The claims of an id_token that is signed with a published key; the library finds the key by its kid."""
    keys = KeySet.import_key_set({"keys": keys_of(server, host)})
    return jwt.decode(id_token, keys, algorithms=["ES256"]).claims


def verified_with_secret(id_token, secret):
    """The claims of an id_token that is signed with a client's secret (OpenID Connect Core §10.1)."""
    return jwt.decode(id_token, OctKey.import_key(secret), algorithms=["HS256"]).claims


def half_hash(text):
    """OpenID Connect Core §3.1.3.6: the left half of the hash of the access token."""
    return oauth.base64url(hashlib.sha256(text.encode()).digest()[:16])


# OpenID Connect Discovery §4: where


@pytest.mark.parametrize("host", ["localhost", *HOSTS])
def test_discovery_s4_both_documents_are_one(server, host):
    answers = [server.get(path, host=host) for path in (DISCOVERY, OPENID_DISCOVERY)]
    assert answers[0].status == answers[1].status == 200
    assert answers[0].body == answers[1].body
    assert answers[0].headers["content-type"] == answers[1].headers["content-type"] == "application/json"


def test_discovery_s4_1_another_website_may_read_it(server):
    for path in (OPENID_DISCOVERY, JWKS):
        assert_preflight(server, path, "GET")
        assert_open(server.get(path, headers={"Origin": ORIGIN}), "GET")


def test_discovery_s4_it_may_be_kept_for_a_while(server):
    for path in (OPENID_DISCOVERY, JWKS):
        assert re.fullmatch(r"(public, *)?max-age=[1-9]\d*", server.get(path).headers["cache-control"])


def test_discovery_s4_what_is_known_already_is_not_sent_again(server):
    etag = server.get(OPENID_DISCOVERY).headers["etag"]
    answer = server.get(OPENID_DISCOVERY, headers={"If-None-Match": etag})
    assert (answer.status, answer.body) == (304, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_discovery_s4_1_only_get(server, method):
    for path in (OPENID_DISCOVERY, JWKS):
        assert server.request(method, path).status in (404, 405)


# OpenID Connect Discovery §3 and RFC 8414 §2: what

ENDPOINTS = {
    "authorization_endpoint": "/authorize",
    "token_endpoint": "/token",
    "registration_endpoint": "/register",
    "userinfo_endpoint": "/userinfo",
    "jwks_uri": "/jwks",
    "introspection_endpoint": "/introspect",
    "revocation_endpoint": "/revoke",
    "device_authorization_endpoint": "/device",
}


@pytest.mark.parametrize(
    "host, base",
    [
        ("localhost", None),
        (B, None),
        (ALL, None),
        (MOVED, "/accounts/oauth"),
        (PROXIED, "https://chat.example.com/oauth2"),
    ],
)
def test_discovery_s3_where_everything_is(server, host, base):
    found = find(server, host)
    base = base or "/oauth2"
    base = base if base.startswith("http") else own_address(server, host) + base
    assert {name: found.get(name) for name in ENDPOINTS} == {
        name: base + path for name, path in ENDPOINTS.items()
    }


def test_discovery_s3_required_members(server):
    for host in ("localhost", B, ALL, PROXIED):
        found = find(server, host)
        assert found["issuer"] and not found["issuer"].endswith("/")
        assert "code" in found["response_types_supported"]
        assert found["subject_types_supported"] == ["public"]
        assert "ES256" in found["id_token_signing_alg_values_supported"]
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            assert found[name].startswith(("http://", "https://"))


def test_discovery_s3_all_that_is_supported(server):
    found = find(server)
    assert set(found["id_token_signing_alg_values_supported"]) == {"ES256", "HS256"}
    assert found["response_types_supported"] == ["code"]
    assert "query" in found["response_modes_supported"]
    assert set(found["grant_types_supported"]) == {"authorization_code", "refresh_token", DEVICE_GRANT}
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert {"openid", "offline_access", "xmpp", "prosody:registered"} <= set(found["scopes_supported"])
    assert found["authorization_response_iss_parameter_supported"] is True
    methods = {"client_secret_basic", "client_secret_post", "none"}
    assert set(found["token_endpoint_auth_methods_supported"]) == methods
    for endpoint in ("introspection", "revocation"):
        name = f"{endpoint}_endpoint_auth_methods_supported"
        # RFC 8414 §2: if omitted, the default is client_secret_basic.
        assert set(found.get(name, [])) in (methods, methods - {"none"})


def test_discovery_s3_defaults_that_would_be_wrong(server):
    """What is omitted counts as true."""
    assert find(server)["request_uri_parameter_supported"] is False
    assert find(server).get("request_parameter_supported", False) is False
    assert find(server).get("claims_parameter_supported", False) is False


def test_discovery_s3_claims(server):
    supported = find(server).get("claims_supported", [])
    assert not supported or {"sub", "iss"} <= set(supported)


def test_discovery_s3_where_everything_is_allowed(server):
    found = find(server, ALL)
    assert set(found["grant_types_supported"]) == {
        "authorization_code",
        "refresh_token",
        DEVICE_GRANT,
        "password",
        "implicit",
    }
    assert set(found["response_types_supported"]) == {"code", "token"}
    assert set(found["response_modes_supported"]) == {"query", "fragment"}
    assert set(found["code_challenge_methods_supported"]) == {"S256", "plain"}


def test_discovery_s3_without_a_registration_key(server):
    found = find(server, CLOSED)
    for name in ("authorization_endpoint", "registration_endpoint", "device_authorization_endpoint"):
        assert name not in found
    assert found["issuer"] == own_address(server, CLOSED)


def test_discovery_s3_nothing_is_empty(server):
    """RFC 8414 §3.2: "Claims with zero elements MUST be omitted from the response"."""
    for host in ("localhost", B, ALL, PROXIED, MOVED, CLAIMS):
        assert not [name for name, value in find(server, host).items() if value in ([], "", None, {})]


# RFC 8414 §2 against what the endpoints do


@pytest.mark.parametrize(
    "grant_type", ["authorization_code", "refresh_token", DEVICE_GRANT, "password", "implicit", "x"]
)
@pytest.mark.parametrize("host", ["localhost", ALL])
def test_rfc8414_grant_types_are_those_that_work(server, host, grant_type):
    client = register(server, app(), host)
    said = content(post_as(client, TOKEN, {"grant_type": grant_type}), 400)
    # Tokens by the implicit grant are never had here.
    is_there = grant_type in find(server, host)["grant_types_supported"] and grant_type != "implicit"
    assert (said["error"] == "unsupported_grant_type") == (not is_there), said


@pytest.mark.parametrize("method", ["S256", "plain", "s256", "S512"])
@pytest.mark.parametrize("host", ["localhost", ALL])
def test_rfc8414_challenge_methods_are_those_that_work(server, host, method):
    flow = begin(register(server, app(), host), code_challenge_method=method)
    works = method in find(server, host)["code_challenge_methods_supported"]
    assert flow.open().status == (200 if works else 303)


@pytest.mark.parametrize("response_type", ["code", "token", "id_token", "code id_token", "none"])
@pytest.mark.parametrize("host", ["localhost", ALL])
def test_rfc8414_response_types_are_those_that_work(server, host, response_type):
    supported = find(server, host)["response_types_supported"]
    changes = {"grant_types": ["implicit", "authorization_code"], "response_types": ["token", "code"]}
    client = register(server, app(**changes) if host == ALL else app(), host)
    answer = begin(client, response_type=response_type).open()
    if response_type in supported:
        assert answer.status == 200
    else:
        assert Redirect(answer).error in ("unsupported_response_type", "unauthorized_client")


@pytest.mark.parametrize("mode", ["query", "fragment", "form_post", "query.jwt"])
def test_rfc8414_response_modes_are_those_that_work(server, client, mode):
    answer = begin(client, response_mode=mode).open()
    works = mode in find(server)["response_modes_supported"]
    assert answer.status == (200 if works else 303)


@pytest.mark.parametrize("endpoint", ["token", "introspection", "revocation"])
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post", "none"])
def test_rfc8414_authentication_methods_work(server, endpoint, method):
    found = find(server)
    methods = found.get(f"{endpoint}_endpoint_auth_methods_supported", ["client_secret_basic"])
    if method not in methods:
        pytest.skip("not advertised")
    client = register(server, public_app() if method == "none" else app(token_endpoint_auth_method=method))
    path = {"token": TOKEN, "introspection": INTROSPECT, "revocation": REVOKE}[endpoint]
    fields = {"token": "x", "grant_type": "authorization_code", "code": "x"}
    answer = post_as(client, path, fields, method.removeprefix("client_secret_"))
    assert answer.status == (400 if endpoint == "token" else 200), answer


def test_rfc8414_scopes_can_be_had(server, client, user):
    role = probe(server, "role", username=user)["name"]
    for scope in ("openid", "offline_access", "xmpp", role):
        assert scope in find(server)["scopes_supported"]
        assert tokens_for(client, user, scope=scope)["scope"] == scope


def test_rfc9207_2_the_issuer_is_in_the_answer(server, client, user):
    flow = begin(client)
    consent = flow.log_in(user)
    assert flow.deny(consent).parameters["iss"] == find(server)["issuer"]
    assert flow.allow(flow.log_in(user)).parameters["iss"] == find(server)["issuer"]


def test_rfc8628_4_the_device_endpoint(server):
    client = register(server, every_app())
    path = find(server)["device_authorization_endpoint"].removeprefix(own_address(server))
    assert path == DEVICE and content(post_as(client, path))["device_code"]


# OpenID Connect Core §10.1.1, RFC 7517: keys


@pytest.mark.parametrize("host", ["localhost", B, ALL, PROXIED])
def test_jwks_has_what_is_needed_to_verify(server, host):
    keys = keys_of(server, host)
    assert keys and len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert (key["kty"], key["crv"]) == ("EC", "P-256")
        assert key.get("alg", "ES256") == "ES256" and key.get("use", "sig") == "sig"
        assert key["kid"]
        # RFC 7518 §6.2.1.2: 32 bytes each, also if they begin with zeros.
        assert all(len(oauth.from_base64url(key[name])) == 32 for name in ("x", "y"))


@pytest.mark.parametrize("host", ["localhost", B, ALL])
def test_jwks_has_nothing_that_is_private(server, host):
    for key in keys_of(server, host):
        # RFC 7518 §6.2.2 and §6.4.1
        assert set(key) <= {"kty", "crv", "x", "y", "kid", "alg", "use", "key_ops"}
        assert key.get("key_ops", ["verify"]) == ["verify"]


def test_jwks_without_a_registration_key(server):
    answer = server.get(JWKS, host=CLOSED)
    assert answer.status in (200, 404)
    assert ("jwks_uri" in find(server, CLOSED)) == (answer.status == 200)


def test_keys_are_of_one_host(server):
    assert not set(kids(server)) & set(kids(server, B))
    points = [{key["x"] for key in keys_of(server, host)} for host in ("localhost", B)]
    assert not points[0] & points[1]


# OpenID Connect Core §2: the ID token


def test_core_s2_claims(server, client, user):
    before = oauth_probe(server, "now")["now"]
    tokens = tokens_for(client, user, nonce="n-0S6_WzA2Mj")
    now = oauth_probe(server, "now")["now"]
    claims = verified(server, tokens["id_token"])
    times = {name: claims.pop(name) for name in ("exp", "iat", "auth_time")}
    assert claims == {
        "iss": own_address(server),
        "sub": f"xmpp:{user}@localhost",
        "aud": client.id,
        "nonce": "n-0S6_WzA2Mj",
        "amr": ["pwd"],
        "at_hash": half_hash(tokens["access_token"]),
    }
    assert all(type(value) is int for value in times.values()), times
    assert before <= times["auth_time"] <= times["iat"] <= now
    assert times["exp"] == times["iat"] + 3600


def test_core_s2_header(server, client, user):
    header = header_of(tokens_for(client, user)["id_token"])
    assert header["alg"] == "ES256" and header["kid"] in kids(server)
    assert set(header) <= {"alg", "kid", "typ"}


def test_core_s2_the_signature_is_checked(server, client, user):
    """That the specs would notice."""
    id_token = tokens_for(client, user)["id_token"]
    head, body, signature = id_token.split(".")
    forged = json.loads(oauth.from_base64url(body))
    forged["sub"] = "xmpp:admin@localhost"
    other = oauth.base64url(json.dumps(forged).encode())
    for wrong in (f"{head}.{other}.{signature}", f"{head}.{body}.{signature[:-8]}AAAAAAAA"):
        with pytest.raises(BadSignatureError):
            verified(server, wrong)


def test_core_s2_no_nonce_no_claim(server, client, user):
    assert "nonce" not in verified(server, tokens_for(client, user)["id_token"])


@pytest.mark.parametrize("nonce", ["x", "a b", "caf\u00e9 \U0001f600", "\"\\/<>&'", "%00 {0}", "a" * 1000])
def test_core_s2_a_nonce_is_passed_on_unmodified(server, client, user, nonce):
    tokens = tokens_for(client, user, nonce=nonce)
    assert verified(server, tokens["id_token"])["nonce"] == nonce


def test_core_s2_an_empty_nonce_is_none(server, client, user):
    assert "nonce" not in verified(server, tokens_for(client, user, nonce="")["id_token"])


def test_core_s2_auth_time_is_that_of_the_login(server, client, user):
    flow = begin(client, scope="openid")
    before = oauth_probe(server, "now")["now"]
    consent = flow.log_in(user)
    after = oauth_probe(server, "now")["now"]
    advance(server, 200)
    code = flow.allow(consent).code
    advance(server, 200)
    claims = verified(server, content(flow.redeem(code))["id_token"])
    assert before <= claims["auth_time"] <= after
    assert claims["iat"] >= before + 400


@pytest.mark.parametrize("scope", ["xmpp", "xmpp offline_access", LEFT_OUT], ids=str)
def test_core_s3_1_2_1_without_openid_there_is_none(client, user, scope):
    assert "id_token" not in tokens_for(client, user, scope=scope)


def test_core_s3_1_2_1_openid_not_ticked(client, user):
    flow = begin(client, scope="openid xmpp")
    tokens = content(flow.redeem(flow.code(user, ["xmpp"])))
    assert tokens["scope"] == "xmpp" and "id_token" not in tokens


def test_core_s3_1_3_a_code_redeemed_for_less(server, client, user):
    for scope, is_there in [("openid", True), ("xmpp", False)]:
        code, flow = code_for(client, user, scope="openid xmpp")
        tokens = content(flow.redeem(code, scope=scope))
        assert ("id_token" in tokens) == is_there


def test_core_s2_the_audience_is_one_client(server, client, user):
    other = register(server, app())
    audiences = [verified(server, tokens_for(each, user)["id_token"])["aud"] for each in (client, other)]
    assert audiences == [client.id, other.id]


def test_core_s2_a_client_without_a_secret(server, user):
    client = register(server, public_app())
    tokens = tokens_for(client, user, nonce="n")
    claims = verified(server, tokens["id_token"])
    assert (claims["aud"], claims["nonce"]) == (client.id, "n")
    assert claims["at_hash"] == half_hash(tokens["access_token"])


def test_core_s2_in_front_of_a_proxy(server):
    client, user = register(server, app(), PROXIED), new_user(server, PROXIED)
    claims = verified(server, tokens_for(client, user)["id_token"], PROXIED)
    assert claims["iss"] == "https://chat.example.com"
    assert claims["sub"] == f"xmpp:{user}@{PROXIED}"


def test_core_s2_one_of_another_host(server):
    client, user = register(server, app(), B), new_user(server, B)
    id_token = tokens_for(client, user)["id_token"]
    assert verified(server, id_token, B)["iss"] == own_address(server, B)
    assert header_of(id_token)["kid"] not in kids(server)


def test_core_s2_of_a_device(server, user):
    client = register(server, every_app())
    said = content(post_as(client, DEVICE, {"scope": "openid"}))
    tokens = Waiting(client, said).tokens(user)
    claims = verified(server, tokens["id_token"])
    assert (claims["sub"], claims["aud"]) == (f"xmpp:{user}@localhost", client.id)
    assert "nonce" not in claims and claims["auth_time"] <= claims["iat"]
    assert claims["at_hash"] == half_hash(tokens["access_token"])


# HS256: OpenID Connect Core §10.1, "the client_secret is used as the MAC key"


def hs256_app(**changes):
    return app(**{"id_token_signed_response_alg": "HS256", **changes})


def test_core_s10_1_who_registered_for_it(server, user):
    client = register(server, hs256_app())
    assert client.said["id_token_signed_response_alg"] == "HS256"
    tokens = tokens_for(client, user, nonce="n")
    assert header_of(tokens["id_token"])["alg"] == "HS256"
    claims = verified_with_secret(tokens["id_token"], client.secret)
    assert (claims["aud"], claims["nonce"], claims["amr"]) == (client.id, "n", ["pwd"])
    assert claims["at_hash"] == half_hash(tokens["access_token"])
    assert claims["exp"] == claims["iat"] + 3600


def test_core_s10_1_another_secret_does_not_do(server, user):
    client, other = register(server, hs256_app()), register(server, hs256_app())
    id_token = tokens_for(client, user)["id_token"]
    for secret in (other.secret, client.secret.upper(), client.id, client.token):
        with pytest.raises(BadSignatureError):
            verified_with_secret(id_token, secret)


def test_core_s10_1_clients_of_the_community_module(server, user):
    """Which knew nothing else."""
    client = community_client(server)
    code, flow = code_for(client, user, scope="openid")
    tokens = content(flow.redeem(code))
    assert verified_with_secret(tokens["id_token"], client.secret)["aud"] == client.id


def test_core_s10_1_also_at_a_refresh(server, user):
    client = register(server, hs256_app())
    tokens = tokens_for(client, user)
    again = content(refresh(client, tokens["refresh_token"]))
    assert verified_with_secret(again["id_token"], client.secret)["sub"] == f"xmpp:{user}@localhost"


@pytest.mark.parametrize("algorithm", ["ES256", LEFT_OUT])
def test_core_s10_1_who_registered_for_es256(server, user, algorithm):
    client = register(server, app(id_token_signed_response_alg=algorithm))
    assert verified(server, tokens_for(client, user)["id_token"])["aud"] == client.id


def test_core_s10_1_who_has_no_secret_cannot_have_hs256(server, user):
    answer = oauth.post(server, public_app(id_token_signed_response_alg="HS256"))
    if answer.status == 201:
        client = oauth.Registered(server, "localhost", content(answer, 201))
        assert verified(server, tokens_for(client, user)["id_token"])["aud"] == client.id
    else:
        assert answer.status == 400


def test_core_s2_never_unsigned(server, user):
    answer = oauth.post(server, app(id_token_signed_response_alg="none"))
    if answer.status == 201:
        client = oauth.Registered(server, "localhost", content(answer, 201))
        assert verified(server, tokens_for(client, user)["id_token"])["aud"] == client.id
    else:
        assert answer.status == 400


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "EdDSA", "ES384", "HS512", "none", "es256", "x"])
def test_registration_s2_what_is_registered_is_what_is_used(server, user, algorithm):
    """RFC 7591 §3.2.1: what the server has put in its place, it says. Libraries go by that."""
    answer = oauth.post(server, app(id_token_signed_response_alg=algorithm))
    if answer.status == 400:
        return
    client = oauth.Registered(server, "localhost", content(answer, 201))
    used = header_of(tokens_for(client, user)["id_token"])["alg"]
    assert client.said["id_token_signed_response_alg"] == used


# OpenID Connect Core §12.2: at a refresh


def test_core_s12_2_at_a_refresh(server, client, user):
    tokens = tokens_for(client, user, nonce="n")
    first = verified(server, tokens["id_token"])
    advance(server, 1000)
    again = content(refresh(client, tokens["refresh_token"]))
    second = verified(server, again["id_token"])
    assert all(second[name] == first[name] for name in ("iss", "sub", "aud", "auth_time", "amr"))
    assert second.get("nonce", "n") == "n"
    assert second["iat"] >= first["iat"] + 1000 and second["exp"] == second["iat"] + 3600
    assert second["at_hash"] == half_hash(again["access_token"]) != first["at_hash"]


def test_core_s12_2_and_at_the_next_ones(server, client, user):
    tokens = tokens_for(client, user)
    first = verified(server, tokens["id_token"])
    for _ in range(4):
        advance(server, 5000)
        tokens = content(refresh(client, tokens["refresh_token"]))
        claims = verified(server, tokens["id_token"])
        assert (claims["auth_time"], claims["sub"]) == (first["auth_time"], first["sub"])


def test_core_s12_2_a_narrowed_one(server, client, user):
    tokens = tokens_for(client, user)
    narrowed = content(refresh(client, tokens["refresh_token"], scope="xmpp"))
    assert "id_token" not in narrowed
    again = content(refresh(client, narrowed["refresh_token"]))
    assert verified(server, again["id_token"])["sub"] == f"xmpp:{user}@localhost"
    only = content(refresh(client, again["refresh_token"], scope="openid"))
    assert verified(server, only["id_token"])["at_hash"] == half_hash(only["access_token"])


def test_core_s12_2_after_a_restart(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    first = verified(server, tokens["id_token"])
    server.restart()
    claims = verified(server, content(refresh(client, tokens["refresh_token"]))["id_token"])
    assert (claims["auth_time"], claims["sub"], claims["aud"]) == tuple(
        first[name] for name in ("auth_time", "sub", "aud")
    )


def test_a_refresh_of_what_was_granted_without_openid(client, user):
    tokens = tokens_for(client, user, scope="offline_access xmpp")
    assert "id_token" not in content(refresh(client, tokens["refresh_token"]))


def test_a_refresh_of_what_the_community_module_granted(server, user):
    client = community_client(server)
    old = foreign_token(
        server, user, purpose="oauth2-refresh", hash=client.hash, scopes="openid offline_access xmpp"
    )
    tokens = content(refresh(client, old))
    claims = verified_with_secret(tokens["id_token"], client.secret)
    assert (claims["sub"], claims["aud"]) == (f"xmpp:{user}@localhost", client.id)
    assert claims["at_hash"] == half_hash(tokens["access_token"])
    assert claims.get("auth_time", 0) <= claims["iat"]
    assert userinfo(server, tokens["access_token"], "localhost")["sub"] == claims["sub"]


# Keys that last, and keys that change


def rotate(server, host="localhost"):
    printed = server.shell(f"oauth2 rotate_keys {host}")
    assert "OK" in printed, printed
    return printed


def test_a_key_survives_restarts(start_server):
    server = start_server(options(), {B: {}})
    client, user = register(server, app()), new_user(server)
    id_token = tokens_for(client, user)["id_token"]
    before = keys_of(server), keys_of(server, B)
    server.reload("http_oauth2")
    assert (keys_of(server), keys_of(server, B)) == before
    server.restart()
    assert (keys_of(server), keys_of(server, B)) == before
    server.kill()
    server.start()
    assert (keys_of(server), keys_of(server, B)) == before
    assert verified(server, id_token)["aud"] == client.id
    assert header_of(tokens_for(client, user)["id_token"]) == header_of(id_token)


def test_a_key_that_nobody_has_used_survives_a_restart(start_server):
    server = start_server(options())
    before = keys_of(server)
    server.restart()
    assert keys_of(server) == before


def test_rotating_keys(start_server):
    server = start_server(options(), {B: {}})
    client, user = register(server, app()), new_user(server)
    others = keys_of(server, B)
    id_tokens = [tokens_for(client, user)["id_token"]]
    for _ in range(2):
        old = keys_of(server)
        rotate(server)
        id_tokens.append(tokens_for(client, user)["id_token"])
        assert header_of(id_tokens[-1])["kid"] not in [key["kid"] for key in old]
        assert all(key in keys_of(server) for key in old)
    assert len({header_of(id_token)["kid"] for id_token in id_tokens}) == 3
    for id_token in id_tokens:
        assert verified(server, id_token)["aud"] == client.id
    assert keys_of(server, B) == others
    server.restart()
    for id_token in id_tokens:
        assert verified(server, id_token)["aud"] == client.id
    assert header_of(tokens_for(client, user)["id_token"])["kid"] == header_of(id_tokens[-1])["kid"]


def test_rotating_keys_leaves_tokens_and_clients_alone(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    code, flow = code_for(client, user, scope="openid")
    rotate(server)
    assert client.is_known()
    assert content(server.get(USERINFO, headers=bearer(tokens["access_token"])))["sub"]
    again = content(refresh(client, tokens["refresh_token"]))
    late = content(flow.redeem(code))
    assert header_of(again["id_token"])["kid"] == header_of(late["id_token"])["kid"]
    for each in (tokens, again, late):
        assert verified(server, each["id_token"])["sub"] == f"xmpp:{user}@localhost"


def test_rotating_keys_of_no_host(server):
    for host in ("nowhere.example", ""):
        printed = server.shell(f"oauth2 rotate_keys {host}".strip())
        assert "OK" not in printed and "traceback" not in printed
    assert "rotate_keys" in server.shell("help oauth2")


def unescaped(text):
    """Lua's \\ddd and its like, undone."""
    text = re.sub(rb"\\(\d{1,3})", lambda found: bytes([int(found[1]) & 255]), text)
    return text.replace(b"\\n", b"\n").replace(b"\\\n", b"\n").replace(b"\\\\", b"\\").replace(b'\\"', b'"')


def readings(text):
    """Everything that a text can stand for: itself, and what is in it in base64 or hexadecimal digits."""
    yield text
    for raw in (text, unescaped(text)):
        yield raw
        for found in re.findall(rb"[A-Za-z0-9+/_-]{40,}", raw):
            plain = found.replace(b"-", b"+").replace(b"_", b"/")
            for start in range(4):
                part = plain[start:]
                yield base64.b64decode(part + b"=" * (-len(part) % 4) if len(part) % 4 != 1 else part[:-1])
            if re.fullmatch(rb"[0-9a-fA-F]+", found):
                yield bytes.fromhex(found[: len(found) // 2 * 2].decode())


def is_private_key(candidate, points):
    try:
        key = ec.derive_private_key(int.from_bytes(candidate, "big"), ec.SECP256R1())
    except (ValueError, InvalidKey, UnsupportedAlgorithm):
        return False
    return key.public_key().public_numbers().x.to_bytes(32, "big") in points


def test_private_keys_are_stored_sealed(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    tokens_for(client, user)
    rotate(server)
    tokens_for(client, user)
    points = {oauth.from_base64url(key["x"]) for key in keys_of(server)}
    assert len(points) == 2
    seen = set()
    for name, text in stored_files(server).items():
        assert b"PRIVATE KEY" not in text and b'"d"' not in text, name
        for reading in readings(text):
            # RFC 5208 and RFC 5915 as DER: the identifier of the curve, or the beginning of the structure
            assert b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07" not in reading, name
            for at in range(len(reading) - 31):
                seen.add(reading[at : at + 32])
    assert not [each for each in seen if is_private_key(each, points)]


def test_keys_that_somebody_has_damaged(start_server):
    """Without an ID token, everything else goes on; and what is not asked for is not missed."""
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    tokens_for(client, user)
    before = stored_files(server)
    server.stop()
    names = [name for name in before if "key" in name.lower()]
    assert names, list(before)
    for name in names:
        path = server.data / name
        path.write_bytes(re.sub(rb"[A-Za-z0-9+/_-]{30,}", lambda found: b"A" * len(found[0]), path.read_bytes()))
    server.expected_errors.append("key")
    server.start()
    assert tokens_for(client, user, scope="xmpp")["access_token"]
    answer = server.get(JWKS)
    assert answer.status in (200, 500, 503)
    code, flow = code_for(client, user, scope="openid")
    answer = flow.redeem(code)
    if answer.status == 200:
        assert verified(server, content(answer)["id_token"])["aud"] == client.id
    else:
        assert answer.status >= 500


def test_a_new_registration_key_beside_the_old_one(start_server):
    """Whoever has an ID token can go on verifying it, and clients go on getting them."""
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user)
    before = keys_of(server)
    server.stop()
    server.options["oauth2_registration_key"] = oauth.OTHER_KEY
    server.options["oauth2_registration_previous_keys"] = [oauth.KEY]
    server.start()
    assert all(key in keys_of(server) for key in before)
    assert verified(server, tokens["id_token"])["aud"] == client.id
    again = content(refresh(client, tokens["refresh_token"]))
    assert verified(server, again["id_token"])["aud"] == client.id
    late = tokens_for(register(server, app()), user)
    # And on, when the old key is taken away at last.
    server.stop()
    server.options["oauth2_registration_previous_keys"] = []
    server.expected_errors.append("key")
    server.start()
    assert content(server.get(USERINFO, headers=bearer(late["access_token"])))["sub"]
    assert tokens_for(register(server, app()), user)["id_token"]


def test_another_registration_key_does_not_open_them(start_server):
    """What was sealed with another one is of no use perhaps, and the server goes on with what it has."""
    server = start_server(options())
    server.stop()
    server.options["oauth2_registration_key"] = oauth.OTHER_KEY
    server.expected_errors.append("key")
    server.start()
    client, user = register(server, app()), new_user(server)
    id_token = tokens_for(client, user)["id_token"]
    assert verified(server, id_token)["aud"] == client.id


# OpenID Connect Core §5.4: claims of other modules


def events(server):
    return json.loads(server.get("/openid_claims", host=CLAIMS).body)


@pytest.fixture(scope="module")
def claims_client(server):
    return register(server, app(), CLAIMS)


@pytest.fixture
def claims_user(server):
    return new_user(server, CLAIMS)


def userinfo(server, token, host=CLAIMS):
    return content(server.get(USERINFO, headers=bearer(token), host=host))


def test_core_s5_4_claims_are_advertised(server):
    assert {"nickname", "address", "openid"} <= set(find(server, CLAIMS)["scopes_supported"])
    assert not {"nickname", "address"} & set(find(server)["scopes_supported"])


@pytest.mark.parametrize(
    "scope, names",
    [
        ("openid nickname", {"nickname"}),
        ("openid address xmpp", {"address"}),
        ("nickname openid address", {"nickname", "address"}),
        ("openid", set()),
        ("openid xmpp offline_access", set()),
    ],
)
def test_core_s5_4_claims_that_were_granted(server, claims_client, claims_user, scope, names):
    tokens = tokens_for(claims_client, claims_user, scope=scope)
    assert set(tokens["scope"].split()) == set(scope.split())
    said = userinfo(server, tokens["access_token"])
    values = {
        "nickname": f'{claims_user.upper()} "<&>" \u00e9',
        "address": {"locality": "Verona", "postal_code": "37121"},
    }
    assert said == {
        "iss": own_address(server, CLAIMS),
        "sub": f"xmpp:{claims_user}@{CLAIMS}",
        **{name: values[name] for name in names},
    }


def test_core_s5_4_claims_are_asked_for_on_the_page(server, claims_client, claims_user):
    flow = begin(claims_client, scope="openid nickname address")
    answer = flow.try_login(claims_user)
    text = Page(answer).text()
    assert "Where <you> live" in text and "nickname" in text.lower()
    assert "<you>" not in answer.text


def test_core_s5_4_a_claim_that_was_not_ticked(server, claims_client, claims_user):
    flow = begin(claims_client, scope="openid nickname address")
    tokens = content(flow.redeem(flow.code(claims_user, ["openid", "address"])))
    assert "nickname" not in userinfo(server, tokens["access_token"])


def test_core_s5_4_without_openid_claims_are_not_told(server, claims_client, claims_user):
    token = tokens_for(claims_client, claims_user, scope="nickname")["access_token"]
    assert server.get(USERINFO, headers=bearer(token), host=CLAIMS).status == 403


def test_core_s5_4_a_narrowed_token(server, claims_client, claims_user):
    tokens = tokens_for(claims_client, claims_user, scope="openid nickname address offline_access")
    narrowed = content(refresh(claims_client, tokens["refresh_token"], scope="openid address"))
    assert set(userinfo(server, narrowed["access_token"])) == {"iss", "sub", "address"}


def test_the_event_has_what_modules_need(server, claims_client, claims_user):
    token = tokens_for(claims_client, claims_user, scope="xmpp openid nickname")["access_token"]
    before = len(events(server))
    userinfo(server, token)
    (event,) = events(server)[before:]
    assert event["claims"] == ["nickname"]
    assert {name: event[name] for name in ("username", "grant", "sub", "iss")} == {
        "username": claims_user,
        "grant": grant_id(token),
        "sub": f"xmpp:{claims_user}@{CLAIMS}",
        "iss": own_address(server, CLAIMS),
    }


def test_the_event_is_for_claims_beside_openid(server, claims_client, claims_user):
    token = tokens_for(claims_client, claims_user, scope="openid xmpp")["access_token"]
    before = events(server)
    userinfo(server, token)
    assert events(server) == before


def test_a_claim_goes_with_its_module(start_server):
    server = start_server(options(modules_enabled=["openid_claims"]))
    client, user = register(server, app()), new_user(server)
    tokens = tokens_for(client, user, scope="openid nickname offline_access")
    assert "OK" in server.shell("module unload openid_claims localhost")
    assert "nickname" not in find(server)["scopes_supported"]
    assert set(userinfo(server, tokens["access_token"], "localhost")) == {"iss", "sub"}
    assert "nickname" not in begin(client, scope="openid nickname").log_in(user).scopes()
    assert "OK" in server.shell("module load openid_claims localhost")
    assert "nickname" in find(server)["scopes_supported"]
    assert "nickname" in userinfo(server, tokens["access_token"], "localhost")


# What is signed is no token


def test_an_id_token_is_not_good_for_anything_else(client, user):
    id_token = tokens_for(client, user)["id_token"]
    assert_error(refresh(client, id_token), "invalid_grant")
    assert content(post_as(client, INTROSPECT, {"token": id_token})) == {"active": False}
    fields = {"grant_type": "authorization_code", "code": id_token}
    assert_error(post_as(client, TOKEN, fields), "invalid_grant")
    fields = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": id_token}
    assert_error(post_as(client, TOKEN, fields), "unsupported_grant_type")


def test_jwks_does_not_ask_for_anything(server):
    """Whatever is sent along."""
    plain = server.get(JWKS).body
    for headers in (bearer("x"), {"Authorization": "Basic eDp5"}, {"Content-Type": FORM}):
        assert server.get(JWKS, headers=headers).body == plain
    assert server.get(f"{JWKS}?kid=x&utm_source=y").body == plain
    assert post_form(server, JWKS, {}).status in (404, 405)
