"""mod_http_oauth2: software statements (RFC 7591 §2.3), metadata that somebody vouches for."""

import json
import time

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from oauth import (
    KEY,
    assert_refused,
    base64url,
    compact,
    content,
    from_base64url,
    known_to_operators,
    native,
    options,
    post,
    register,
    signed,
    web,
)

PUBLISHER = "https://publisher.example"
SECRET = "a shared secret of more than thirty-two bytes"
OTHER_SECRET = "another shared secret, also more than thirty-two bytes"

EC_KEY, OTHER_EC_KEY = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)


def pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def number(value, length):
    return base64url(value.to_bytes(length, "big"))


def ec_jwk(key, **more):
    numbers = key.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": number(numbers.x, 32), "y": number(numbers.y, 32), **more}


def rsa_jwk(key, **more):
    numbers = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(numbers.n, 256), "e": number(numbers.e, 3), **more}


HOSTS = {
    "none.localhost": {},
    "empty.localhost": {"oauth2_software_statement_keys": []},
    "secret.localhost": {"oauth2_software_statement_keys": [SECRET]},
    "alone.localhost": {"oauth2_software_statement_keys": SECRET},
    "es256.localhost": {"oauth2_software_statement_keys": [pem(EC_KEY)]},
    "rs256.localhost": {"oauth2_software_statement_keys": [pem(RSA_KEY)]},
    "jwk.localhost": {"oauth2_software_statement_keys": [ec_jwk(EC_KEY)]},
    "json.localhost": {"oauth2_software_statement_keys": [json.dumps(rsa_jwk(RSA_KEY, alg="RS256"))]},
    "kid.localhost": {
        "oauth2_software_statement_keys": [ec_jwk(OTHER_EC_KEY, kid="one"), ec_jwk(EC_KEY, kid="two")],
    },
    "several.localhost": {
        "oauth2_software_statement_keys": [OTHER_SECRET, pem(RSA_KEY), pem(EC_KEY), SECRET]
    },
    "issuers.localhost": {
        "oauth2_software_statement_keys": {
            PUBLISHER: SECRET,
            "https://ec.example": pem(EC_KEY),
            "https://other.example": {"secret": OTHER_SECRET, "algorithm": "HS256"},
        },
    },
    "hs512.localhost": {"oauth2_software_statement_keys": [{"secret": SECRET * 2, "algorithm": "HS512"}]},
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


def claims(**more):
    return {"iss": PUBLISHER, "software_id": "vouched-for", **more}


def hs256(payload, secret=SECRET, **header):
    return signed({"alg": "HS256", "typ": "JWT", **header}, payload, secret)


def hs512(payload, secret=SECRET * 2):
    return signed({"alg": "HS512", "typ": "JWT"}, payload, secret, "sha512")


def es256(payload, key=EC_KEY, **header):
    text = ".".join(base64url(compact(part).encode()) for part in ({"alg": "ES256", **header}, payload))
    r, s = decode_dss_signature(key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{base64url(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def rs256(payload, key=RSA_KEY):
    text = ".".join(base64url(compact(part).encode()) for part in ({"alg": "RS256"}, payload))
    return f"{text}.{base64url(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def ask(server, statement, host="secret.localhost", **changes):
    return post(server, web(software_statement=statement, **changes), host)


def assert_accepted(server, statement, host="secret.localhost", **changes):
    """What a client is told whose statement counts."""
    said = content(ask(server, statement, host, **changes), 201)
    assert said["software_statement"] == statement
    return said


# Who may vouch


@pytest.mark.parametrize(
    "host, sign",
    [
        ("secret", hs256),
        ("alone", hs256),
        ("es256", es256),
        ("rs256", rs256),
        ("jwk", es256),
        ("json", rs256),
        ("hs512", hs512),
        ("several", hs256),
        ("several", es256),
        ("several", rs256),
        ("issuers", hs256),
    ],
)
def test_a_statement_counts(server, host, sign):
    statement = sign(claims(client_name="Vouched for"))
    said = assert_accepted(
        server, statement, f"{host}.localhost", client_name="Claimed", software_id="claimed"
    )
    assert (said["client_name"], said["software_id"]) == ("Vouched for", "vouched-for")


def test_a_key_is_found_by_its_name(server):
    host = "kid.localhost"
    assert_accepted(server, es256(claims(), kid="two"), host)
    assert_accepted(server, es256(claims(), OTHER_EC_KEY, kid="one"), host)
    assert ask(server, es256(claims(), kid="one"), host).status == 400
    assert ask(server, es256(claims(), kid="three"), host).status == 400


def test_whoever_it_is_from_it_says_so(server):
    for statement in (hs256({"software_id": "x"}), hs256({"iss": None, "software_id": "x"})):
        assert_refused(ask(server, statement), "invalid_software_statement")


@pytest.mark.parametrize(
    "statement",
    [
        hs256(claims(iss="https://unknown.example")),
        # Keys that we trust, for others.
        hs256(claims(iss="https://ec.example")),
        hs256(claims(iss="https://other.example")),
        hs256(claims(), OTHER_SECRET),
        es256(claims()),
        hs256(claims(iss=PUBLISHER + "/")),
        hs256(claims(iss=PUBLISHER.upper())),
        hs256(claims(iss=[PUBLISHER])),
        hs256(claims(iss="")),
    ],
)
def test_a_key_counts_for_its_issuer_only(server, statement):
    assert_refused(ask(server, statement, "issuers.localhost"), "unapproved_software_statement")


def test_each_issuer_has_its_key(server):
    assert_accepted(server, es256(claims(iss="https://ec.example")), "issuers.localhost")
    assert_accepted(server, hs256(claims(iss="https://other.example"), OTHER_SECRET), "issuers.localhost")


# What is wrong with a statement


def flip(text, at):
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


GOOD = hs256(claims())
HEADER, PAYLOAD, SIGNATURE = GOOD.split(".")


@pytest.mark.parametrize(
    "statement",
    [
        "",
        "x",
        "..",
        "a.b.c",
        f"{HEADER}.{PAYLOAD}",
        f"{HEADER}.{PAYLOAD}.",
        f"{HEADER}..{SIGNATURE}",
        GOOD[:-1],
        GOOD + "=",
        GOOD + " ",
        GOOD + ".x",
        flip(GOOD, len(HEADER) // 2),
        f"{HEADER}.{flip(PAYLOAD, 12)}.{SIGNATURE}",
        f"{HEADER}.{PAYLOAD}.{flip(SIGNATURE, 3)}",
        hs256(claims(), OTHER_SECRET),
        hs256(claims(), KEY),
        signed({"alg": "none"}, claims(), ""),
        base64url(b'{"alg":"none"}') + "." + PAYLOAD + ".",
        signed({"alg": "HS512"}, claims(), SECRET, "sha512"),
        signed({"alg": "HS256", "crit": ["x"], "x": 1}, claims(), SECRET),
        signed('{"alg":"HS256","alg":"HS256"}', claims(), SECRET),
        signed({"alg": "HS256"}, '{"iss":"x","iss":"x"}', SECRET),
        signed({"alg": "HS256"}, "[]", SECRET),
        signed({"alg": "HS256"}, b'{"iss":"\xff"}', SECRET),
        es256(claims()),
        rs256(claims()),
        hs256(claims(exp=1700000000)),
        hs256(claims(nbf=4102444800)),
        hs256(claims(exp="soon")),
        hs256(claims(aud="https://another-server.example")),
    ],
    ids=range(30),
)
def test_a_statement_that_is_no_good(server, statement):
    answer = ask(server, statement)
    error = content(answer, 400)["error"]
    assert error in ("invalid_software_statement", "unapproved_software_statement")
    assert_refused(answer, error)


def test_an_expired_statement_is_said_to_be_expired(server):
    said = assert_refused(ask(server, hs256(claims(exp=1700000000))), "invalid_software_statement")
    assert "expired" in said["error_description"]
    assert_accepted(server, hs256(claims(exp=int(time.time()) + 600, iat=1700000000, nbf=1700000000)))


@pytest.mark.parametrize(
    "sign", [lambda payload: hs256(payload, OTHER_SECRET), lambda payload: es256(payload, OTHER_EC_KEY)]
)
def test_a_signature_of_nobody_we_know(server, sign):
    for host in ("secret.localhost", "es256.localhost", "jwk.localhost", "hs512.localhost"):
        assert ask(server, sign(claims()), host).status == 400


def test_a_public_key_is_no_secret(server):
    for key, host in ((pem(EC_KEY), "es256.localhost"), (pem(RSA_KEY), "rs256.localhost")):
        assert ask(server, hs256(claims(), key), host).status == 400


@pytest.mark.parametrize("value", [1, None, True, [], {}, ["x"]], ids=repr)
def test_a_statement_is_a_string(server, value):
    assert_refused(ask(server, value), "invalid_client_metadata", "/software_statement")


# RFC 7591 §2.3: "the values conveyed in the software statement MUST take precedence over those values
# conveyed using plain JSON elements"


def test_its_values_take_precedence(server):
    vouched = {
        "client_name": "Vouched for",
        "client_uri": "https://vouched.example/",
        "redirect_uris": ["https://vouched.example/redirect"],
        "scope": "xmpp",
        "token_endpoint_auth_method": "client_secret_post",
        "grant_types": ["authorization_code", "refresh_token"],
        "logo_uri": "https://vouched.example/logo.png",
        "contacts": ["mailto:anna@vouched.example"],
        "software_version": "1",
    }
    claimed = {
        "logo_uri": "https://app.example.com/logo.png",
        "scope": "openid xmpp",
        "tos_uri": "https://vouched.example/tos",
    }
    said = assert_accepted(server, hs256(claims(**vouched)), **claimed)
    assert {name: said[name] for name in vouched} == vouched
    assert said["tos_uri"] == claimed["tos_uri"]


def test_it_may_say_all_there_is_to_say(server):
    metadata = native(iss=PUBLISHER, software_id="x")
    answer = post(server, {"software_statement": hs256(metadata)}, "secret.localhost")
    assert content(answer, 201)["client_name"] == metadata["client_name"]


@pytest.mark.parametrize(
    "vouched, error, member",
    [
        ({"client_name": ""}, "invalid_client_name", "/client_name"),
        ({"client_name": None}, "invalid_client_name", "/client_name"),
        ({"redirect_uris": ["https://evil.example/"]}, "invalid_redirect_uri", "/redirect_uris/0"),
        ({"redirect_uris": "https://app.example.com/"}, "invalid_redirect_uri", "/redirect_uris"),
        ({"grant_types": ["password"]}, "invalid_client_metadata", "/grant_types/0"),
        ({"scope": 5}, "invalid_client_metadata", "/scope"),
    ],
)
def test_its_values_have_the_same_rules(server, vouched, error, member):
    assert_refused(ask(server, hs256(claims(**vouched))), error, member)


def test_what_it_says_about_itself_is_no_metadata(server):
    about = {
        "sub": "x",
        "iat": 1700000000,
        "jti": "x",
        "exp": 4102444800,
        "nonce": "x",
        "client_id": "x",
        "client_secret": "x",
    }
    said = assert_accepted(server, hs256(claims(**about)))
    assert not {"iss", "sub", "jti"} & set(said)
    for name in ("iat", "exp", "nonce", "client_id", "client_secret"):
        assert said[name] != about.get(name)
    assert "sub" not in known_to_operators(server, said["client_id"], "secret.localhost")[0]


# RFC 7591 §3.2.1: "its value MUST be returned unmodified"


def test_it_is_returned_unmodified(server):
    payload = f'  {{ "iss" : "{PUBLISHER}",\n"software_id":"caf\\u00e9 \u00e9 /" }} '
    statement = hs256(payload)
    assert from_base64url(statement.split(".")[1]).decode() == payload
    said = assert_accepted(server, statement)
    assert said["software_id"] == "caf\u00e9 \u00e9 /"


# RFC 7591 §3.1.1: a server may ignore statements


@pytest.mark.parametrize("host", ["none.localhost", "empty.localhost"])
@pytest.mark.parametrize(
    "statement", [hs256(claims(client_name="Vouched for")), "nonsense", 5, None], ids=repr
)
def test_without_keys_statements_are_ignored(server, host, statement):
    said = content(ask(server, statement, host, client_name="Claimed"), 201)
    assert said["client_name"] == "Claimed"
    assert "software_statement" not in said and "software_id" not in said


def test_nobody_has_to_have_one(server):
    assert "software_statement" not in register(server, host="secret.localhost").said


def test_updates_have_them_too(server):
    client = register(server, web(software_statement=GOOD), host="secret.localhost")
    assert content(client.replace(software_statement=GOOD))["software_id"] == "vouched-for"


def test_a_bad_one_stops_an_update(server):
    client = register(server, web(software_statement=GOOD), host="secret.localhost")
    assert_refused(client.replace(software_statement=flip(GOOD, len(GOOD) - 5)), "invalid_software_statement")
    assert client.is_known()
