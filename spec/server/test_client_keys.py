"""mod_http_oauth2: what a client_id is signed with, and what comes of changing it."""

import json
import re

import pytest

import lua
from api import prosodyctl
from oauth import (
    DISCOVERY,
    KEY,
    OPTIONS,
    OTHER_KEY,
    REGISTER,
    Registered,
    assert_unauthorized,
    base64url,
    claims_of,
    community_id,
    community_payload,
    compact,
    content,
    from_base64url,
    hash_of,
    header_of,
    host_key,
    known_to_operators,
    mac,
    options,
    post,
    public,
    register,
    secret_of,
    shell,
    signed,
    token_of,
    web,
)

ALGORITHMS = {"HS256": "sha256", "HS384": "sha384", "HS512": "sha512"}
LENGTHS = {"HS256": 32, "HS384": 48, "HS512": 64}

HOSTS = {
    "same-key.localhost": {},
    "other-key.localhost": {"oauth2_registration_key": OTHER_KEY},
    "hs256.localhost": {"oauth2_registration_algorithm": "HS256"},
    "hs384.localhost": {"oauth2_registration_algorithm": "HS384"},
    "hs512.localhost": {"oauth2_registration_algorithm": "HS512"},
    "lasting.localhost": {"oauth2_registration_ttl": 3600},
    "binary.localhost": {"oauth2_registration_key": "\u00e4\u0000\u00ff" * 12},
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


def is_known(server, client_id, key=KEY, host="localhost"):
    """Whether the server takes it for a client, asked with the token that it would have."""
    client = Registered(
        server, host, {"client_id": client_id, "registration_access_token": token_of(client_id, key, host)}
    )
    return client.is_known()


# What is made of the key


def test_the_secret_and_the_token(server):
    for host in ("localhost", "same-key.localhost"):
        client = register(server, host=host)
        assert client.secret == mac(mac(KEY, host), client.id).hex()
        assert client.token == base64url(mac(mac(KEY, host), "rat" + client.id))
    client = register(server, host="other-key.localhost")
    assert client.secret == secret_of(client.id, OTHER_KEY, "other-key.localhost")


def test_the_id_is_signed_with_the_key_of_the_host(server):
    client = register(server)
    text, _, signature = client.id.rpartition(".")
    assert signature == base64url(mac(host_key(), text))
    assert signature != base64url(mac(KEY, text))
    assert header_of(client.id)["alg"] == "HS256"


def test_the_id_has_the_metadata_and_what_makes_it_one(server):
    client = register(server, web(scope="xmpp"))
    claims = claims_of(client.id)
    for name in ("client_name", "client_uri", "scope", "nonce", "iat"):
        assert claims[name] == client.said[name]
    assert "exp" not in claims


def test_nobody_but_the_client_is_told_the_secret(server):
    client = register(server)
    said, sentence = known_to_operators(server, client.id)
    assert client.secret not in json.dumps(said) and client.token not in json.dumps(said)
    assert said["hash"] == hash_of(client.id) and "good" in sentence


def test_the_key_is_named_and_not_shown(server):
    kid = header_of(register(server).id)["kid"]
    assert header_of(register(server).id)["kid"] == kid
    others = {
        header_of(register(server, host=host).id)["kid"]
        for host in ("same-key.localhost", "other-key.localhost")
    }
    assert len(others | {kid}) == 3
    assert kid not in KEY and KEY[:8] not in kid


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_an_algorithm(server, algorithm):
    host = f"{algorithm.lower()}.localhost"
    client = register(server, host=host)
    assert header_of(client.id)["alg"] == algorithm
    assert len(from_base64url(client.id.split(".")[2])) == LENGTHS[algorithm]
    assert content(client.ask()) == client.said
    # Whatever signs the id, secrets are as they ever were.
    assert (client.secret, client.token) == (secret_of(client.id, host=host), token_of(client.id, host=host))
    for other in ALGORITHMS:
        assert is_known(server, community_id(community_payload(), algorithm=other), host=host) == (
            other == algorithm
        )


def test_a_key_may_have_any_bytes(server):
    host, key = "binary.localhost", HOSTS["binary.localhost"]["oauth2_registration_key"]
    client = register(server, host=host)
    assert client.secret == secret_of(client.id, key, host)
    assert client.is_known()


# Ids that the community module has made


OLD = {
    "web": community_payload(),
    "native": community_payload(
        application_type="native", redirect_uris=["http://localhost:8080/", "com.example.app:/"]
    ),
    "full": community_payload(
        scope="openid xmpp",
        contacts=["mailto:anna@app.example.com"],
        logo_uri="https://app.example.com/logo.png",
        software_id="4NRB1-0XZABZI9E6-5SM3R",
        software_version="1.0",
    ),
    "post": community_payload(token_endpoint_auth_method="client_secret_post"),
    "device": community_payload(
        application_type="native", grant_types=["urn:ietf:params:oauth:grant-type:device_code"]
    ),
    "without a nonce": {name: value for name, value in community_payload().items() if name != "nonce"},
    "without exp": {name: value for name, value in community_payload().items() if name != "exp"},
    "unicode": community_payload(client_name="Caf\u00e9 \U0001f680"),
    "expired long ago": community_payload(iat=1600000000, exp=1600003600),
    "not tidy": community_payload(
        client_uri="https://app.example.com/a/../b", redirect_uris=["https://app.example.com/x#y"]
    ),
}


@pytest.mark.parametrize("payload", OLD.values(), ids=OLD)
def test_an_id_of_the_community_module_is_known(server, payload):
    client_id = community_id(payload)
    client = Registered(
        server, "localhost", {"client_id": client_id, "registration_access_token": token_of(client_id)}
    )
    said = content(client.ask())
    assert (said["client_id"], said["client_secret"]) == (client_id, secret_of(client_id))
    for name, value in payload.items():
        if name != "exp":
            assert said[name] == value, name
    assert (said["client_id_issued_at"], said["client_secret_expires_at"]) == (payload["iat"], 0)


def test_an_old_public_client_has_no_secret(server):
    payload = community_payload(
        token_endpoint_auth_method="none", grant_types=["implicit"], response_types=["token"]
    )
    client_id = community_id(payload)
    client = Registered(
        server, "localhost", {"client_id": client_id, "registration_access_token": token_of(client_id)}
    )
    assert "client_secret" not in content(client.ask())


def test_operators_see_what_an_old_id_contains(server):
    client_id = community_id(OLD["full"])
    said, sentence = known_to_operators(server, client_id)
    assert said["hash"] == hash_of(client_id)
    assert (said["client_name"], said["software_id"]) == ("An old friend", "4NRB1-0XZABZI9E6-5SM3R")
    assert sentence == "The client is good, and registered 2023-11-14T22:13:20Z"


def test_an_old_id_is_replaced_by_one_of_this_host(server):
    client_id = community_id(OLD["web"])
    client = Registered(
        server, "localhost", {"client_id": client_id, "registration_access_token": token_of(client_id)}
    )
    metadata = {name: value for name, value in OLD["web"].items() if name not in ("iat", "exp", "nonce")}
    new = Registered(server, "localhost", content(client.ask("PUT", {**metadata, "client_id": client_id})))
    assert header_of(new.id)["kid"] and new.is_known() and not client.is_known()


def test_an_old_id_counts_on_all_hosts_of_its_key_as_ever(server):
    # It does not say for which host it was made; its secret is another one on each.
    client_id = community_id(OLD["web"])
    assert is_known(server, client_id, host="same-key.localhost")
    assert not is_known(server, client_id, OTHER_KEY, "other-key.localhost")
    assert is_known(server, community_id(OLD["web"], OTHER_KEY), OTHER_KEY, "other-key.localhost")
    assert not is_known(server, community_id(OLD["web"], OTHER_KEY))


def test_where_clients_have_a_lifetime_old_ones_have_it_too(server):
    host = "lasting.localhost"
    assert not is_known(server, community_id(OLD["web"]), host=host)
    payload = community_payload(exp=4102444800)
    assert is_known(server, community_id(payload), host=host)


@pytest.mark.parametrize(
    "payload",
    [
        "{}",
        "[]",
        "null",
        "",
        "x",
        '{"client_name":"A"}',
        '{"client_uri":"https://app.example.com/"}',
        compact(community_payload(client_name=1)),
        compact(community_payload(redirect_uris="x")),
        compact(community_payload())[:-1] + ',"client_name":"B"}',
        compact(community_payload()) + "x",
    ],
)
def test_what_is_signed_and_still_no_client(server, payload):
    assert not is_known(server, community_id(payload))


# Tampering. Every id is asked for with the token that belongs to it, so that only its signature can be wrong.


def flip(text, at):
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def tampered(client, other):
    """Ids made of those of two clients."""
    header, payload, signature = client.id.split(".")
    _, other_payload, other_signature = other.id.split(".")
    claims, head = claims_of(client.id), header_of(client.id)
    evil = {**claims, "redirect_uris": ["https://evil.example/"], "client_uri": "https://evil.example/"}
    bad = {
        "the header modified": f"{flip(header, 10)}.{payload}.{signature}",
        "the payload modified": f"{header}.{flip(payload, 40)}.{signature}",
        "the signature modified": f"{header}.{payload}.{flip(signature, 5)}",
        "the payload's end modified": f"{header}.{flip(payload, -1 + len(payload))}.{signature}",
        "other metadata": f"{header}.{base64url(compact(evil).encode())}.{signature}",
        "other metadata without a signature": f"{header}.{base64url(compact(evil).encode())}.",
        "no signature": f"{header}.{payload}.",
        "no signature and no dot": f"{header}.{payload}",
        "no payload": f"{header}..{signature}",
        "no header": f".{payload}.{signature}",
        "the payload of another": f"{header}.{other_payload}.{signature}",
        "the signature of another": f"{header}.{payload}.{other_signature}",
        "parts swapped": f"{payload}.{header}.{signature}",
        "signature first": f"{signature}.{header}.{payload}",
        "five parts": f"{header}.{payload}.{signature}.{payload}.{signature}",
        "an empty part more": f"{client.id}.",
        "an empty part before": f".{client.id}",
        "two dots": client.id.replace(".", "..", 1),
        "truncated by one": client.id[:-1],
        "truncated by half": client.id[: len(client.id) // 2],
        "the beginning truncated": client.id[1:],
        "data behind it": client.id + "A",
        "padded": client.id + "=",
        "each part padded": ".".join(part + "=" * (-len(part) % 4 or 4) for part in client.id.split(".")),
        "a space behind it": client.id + " ",
        "a space before it": " " + client.id,
        "a line break behind it": client.id + "\n",
        "a line break in it": client.id.replace(".", ".\n", 1),
        "a null character behind it": client.id + "\0",
        "upper case": client.id.upper(),
        "the other base64": ".".join([header, payload, signature.replace("-", "+").replace("_", "/")]) + "=",
        "a byte that is not UTF-8": client.id + "\xff",
        "another id behind it": client.id + client.id,
        "JSON serialization": compact(
            {"payload": payload, "signatures": [{"protected": header, "signature": signature}]}
        ),
        "empty": "",
        "dots": "..",
        "long": f"{header}.{'A' * 7000}.{signature}",
    }
    # Another spelling of the same signature: its last character has bits that mean nothing.
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for bit in (1, 2, 3):
        last = alphabet[alphabet.index(signature[-1]) ^ bit]
        bad[f"bits behind the end, {bit}"] = f"{header}.{payload}.{signature[:-1]}{last}"
    # Signed by who has the keys, but with a header that nobody writes.
    claims_text = compact(claims)
    headers = {
        "alg none": {**head, "alg": "none"},
        "alg NONE": {**head, "alg": "NONE"},
        "alg HS512": {**head, "alg": "HS512"},
        "alg HS384": {**head, "alg": "HS384"},
        "alg RS256": {**head, "alg": "RS256"},
        "alg ES256": {**head, "alg": "ES256"},
        "alg hs256": {**head, "alg": "hs256"},
        "alg empty": {**head, "alg": ""},
        "alg null": {**head, "alg": None},
        "alg a list": {**head, "alg": ["HS256"]},
        "no alg": {"kid": head["kid"]},
        "no kid": {"alg": "HS256"},
        "another kid": {**head, "kid": "AAAAAAAA"},
        "a kid that is a path": {**head, "kid": "../../../../dev/null"},
        "crit": {**head, "crit": ["exp"], "exp": 1},
        "b64": {**head, "b64": False, "crit": ["b64"]},
        "jwk": {**head, "jwk": {"kty": "oct", "k": base64url(b"x" * 32)}},
        "jku": {**head, "jku": "https://evil.example/keys"},
        "typ": {**head, "typ": "JWT"},
        "members in another order": dict(reversed(head.items())),
        "blanks": json.dumps(head),
        "alg twice": compact(head)[:-1] + ',"alg":"HS256"}',
        "alg twice, none first": '{"alg":"none",' + compact(head)[1:],
        "no object": "[]",
        "no JSON": "HS256",
        "nothing": "",
    }
    for what, written in headers.items():
        name = written.get("alg") if isinstance(written, dict) else None
        digest = ALGORITHMS.get(name, "sha256") if isinstance(name, str) else "sha256"
        bad[f"header: {what}"] = signed(written, claims_text, host_key(), digest)
        if what != "typ":
            bad[f"header: {what}, with the registration key"] = signed(written, claims_text, KEY, digest)
    own_header = from_base64url(header)
    none = base64url(compact({"alg": "none"}).encode())
    bad |= {
        "alg none, unsigned": f"{none}.{payload}.",
        "alg none, with the signature": f"{none}.{payload}.{signature}",
        "signed with the registration key": signed(own_header, claims_text, KEY),
        "signed with the key of another host": signed(
            own_header, claims_text, host_key(host="same-key.localhost")
        ),
        "signed with another registration key": signed(own_header, claims_text, host_key(OTHER_KEY)),
        "signed with nothing": signed(own_header, claims_text, ""),
        "signed with the host's name": signed(own_header, claims_text, "localhost"),
        "signed with the secret": signed(own_header, claims_text, client.secret),
        "signed with the token": signed(own_header, claims_text, client.token),
        "signed with SHA-512": signed(own_header, claims_text, host_key(), "sha512"),
        "half a signature": client.id[: -len(signature)] + base64url(from_base64url(signature)[:16]),
        "as the community module, with the key of the host": signed(
            {"alg": "HS256", "typ": "JWT"}, claims_text, host_key()
        ),
        "as the community module, with another key": community_id(community_payload(), OTHER_KEY),
        "as the community module, with HS512": community_id(community_payload(), algorithm="HS512"),
        "as the community module, alg none": signed({"alg": "none", "typ": "JWT"}, community_payload(), KEY),
        "as the community module, members in another order": signed(
            {"typ": "JWT", "alg": "HS256"}, community_payload(), KEY
        ),
    }
    return bad


def test_whatever_is_tampered_with_is_refused(server):
    client, other = register(server), register(server, public(scope="xmpp"))
    assert is_known(server, client.id)
    # What is signed here as the server does it is good: the others fail for what they say.
    assert is_known(
        server, signed(from_base64url(client.id.split(".")[0]), compact(claims_of(client.id)), host_key())
    )
    for what, client_id in tampered(client, other).items():
        for token in (token_of(client_id), client.token):
            for method in ("GET", "PUT", "DELETE"):
                answer = client.ask(method, {**web(), "client_id": client_id}, token, client_id)
                assert answer.status == 401, (what, answer)
                assert_unauthorized(answer)
    assert client.is_known() and other.is_known()


def test_each_character_of_an_id_counts(server):
    client = register(server)
    for at in range(len(client.id)):
        changed = flip(client.id, at)
        assert not is_known(server, changed), at


def test_operators_are_told_that_it_was_not_made_here(server):
    foreign = register(server, host="same-key.localhost").id
    for wrong in (
        "x",
        "a.b.c",
        register(server).id + "A",
        foreign,
        community_id(community_payload(), OTHER_KEY),
    ):
        assert "not made by this host" in shell(server, "show_client", wrong)


def test_the_other_host_knows_only_its_own(server):
    ours, theirs = register(server), register(server, host="same-key.localhost")
    assert not is_known(server, ours.id, host="same-key.localhost")
    assert not is_known(server, theirs.id)
    assert ours.is_known() and theirs.is_known()


# Changing the key


def with_key(server, **changes):
    server.options = options(**changes)
    return server.restart()


def test_clients_outlive_a_restart(start_server):
    server = start_server(options())
    clients = [register(server, make()) for make in (web, public)]
    server.restart()
    assert [content(client.ask()) for client in clients] == [client.said for client in clients]


def test_a_new_key_with_the_old_one_beside_it(start_server):
    server = start_server(options())
    old_id = community_id(community_payload())
    first = register(server)
    assert is_known(server, old_id)

    with_key(server, oauth2_registration_key=OTHER_KEY, oauth2_registration_previous_keys=[KEY])
    second = register(server)
    assert header_of(second.id)["kid"] != header_of(first.id)["kid"]
    assert (second.secret, second.token) == (secret_of(second.id, OTHER_KEY), token_of(second.id, OTHER_KEY))
    # Old clients go on with what they have.
    assert content(first.ask()) == first.said
    assert is_known(server, old_id, KEY) and not is_known(server, old_id, OTHER_KEY)
    assert is_known(server, community_id(community_payload(), OTHER_KEY), OTHER_KEY)
    # A new id is always signed with the new key.
    new = content(first.replace(client_name="Updated"))
    assert header_of(new["client_id"])["kid"] == header_of(second.id)["kid"]

    third_key = "x3hK9" + KEY
    third = register(server)
    with_key(server, oauth2_registration_key=third_key, oauth2_registration_previous_keys=[OTHER_KEY, KEY])
    assert second.is_known() and third.is_known() and is_known(server, old_id, KEY)
    assert not first.is_known()

    with_key(server, oauth2_registration_key=third_key, oauth2_registration_previous_keys=[OTHER_KEY])
    assert second.is_known() and not is_known(server, old_id, KEY)
    with_key(server, oauth2_registration_key=third_key)
    assert not second.is_known() and not third.is_known()
    # Nothing is lost if the old key is put back.
    with_key(server, oauth2_registration_key=third_key, oauth2_registration_previous_keys=OTHER_KEY)
    assert second.is_known() and third.is_known()


def test_a_new_algorithm_is_a_new_key(start_server):
    server = start_server(options())
    client = register(server)
    with_key(server, oauth2_registration_algorithm="HS512")
    assert not client.is_known()
    assert header_of(register(server).id)["alg"] == "HS512"


# Keys that are none, or weak


def test_without_a_key_nobody_registers(start_server):
    server = start_server(
        options(oauth2_registration_key=None), {"empty.localhost": {"oauth2_registration_key": ""}}
    )
    for host in ("localhost", "empty.localhost"):
        assert post(server, web(), host).status in (404, 405)
        for method in ("PUT", "DELETE"):
            assert server.request(method, f"{REGISTER}?client_id=x", host=host).status in (404, 405)
        answer = server.get(REGISTER, host=host)
        assert (answer.status, answer.headers["content-type"]) == (200, "application/schema+json")
        found = json.loads(server.get(DISCOVERY, host=host).body)
        assert "registration_endpoint" not in found and found["issuer"]
    lines = [line for line in server.log().split("\n") if "oauth2_registration_key" in line]
    assert (
        len(
            [line for line in lines if line.startswith(tuple("JFMASOND")) and "localhost:http_oauth2" in line]
        )
        == 2
    )
    for line in lines:
        assert "\tinfo\t" in line and "prosodyctl mod_http_oauth2 generate_key" in line


WEAK = {
    "one.localhost": ("x" * 15, "shorter than 16"),
    "two.localhost": ("secret", "shorter than 16"),
    "three.localhost": ("x" * 64, "fewer than 8"),
    "four.localhost": ("ab" * 20, "fewer than 8"),
}


def test_a_weak_key_is_warned_of(start_server):
    hosts = {host: {"oauth2_registration_key": key} for host, (key, _) in WEAK.items()}
    hosts["five.localhost"] = {"oauth2_registration_previous_keys": ["y" * 30]}
    server = start_server(options(), hosts)
    warnings = [line for line in server.log().split("\n") if "\twarn\t" in line and "http_oauth2" in line]
    for host, (key, weakness) in WEAK.items():
        mine = [line for line in warnings if f"{host}:http_oauth2" in line]
        assert len(mine) == 1 and weakness in mine[0] and "oauth2_registration_key" in mine[0], mine
        assert key not in mine[0] and "generate_key" in mine[0]
        assert register(server, host=host).is_known()
    mine = [line for line in warnings if "five.localhost:http_oauth2" in line]
    assert len(mine) == 1 and "oauth2_registration_previous_keys" in mine[0]
    assert len(warnings) == len(WEAK) + 1


# prosodyctl


def test_generate_key_prints_the_line_for_the_configuration(server):
    lines = []
    for _ in range(2):
        done = prosodyctl(server, "mod_http_oauth2", "generate_key")
        assert (done.returncode, done.stderr) == (0, "")
        lines.append(done.stdout)
    assert lines[0] != lines[1]
    for line in lines:
        assert re.fullmatch(r'oauth2_registration_key = "[A-Za-z0-9+/=_-]{43,}"\n', line)


def test_the_line_works(start_server):
    server = start_server(options(oauth2_registration_key=None))
    line = prosodyctl(server, "mod_http_oauth2", "generate_key").stdout
    name, value = re.fullmatch(r'(\w+) = "(.*)"\n', line).groups()
    assert f"{name} = {lua.literal(value)}\n" == line
    server.options = {**OPTIONS, name: value}
    before = len(server.log())
    server.restart()
    client = register(server)
    assert client.secret == secret_of(client.id, value)
    assert not re.search(r"http_oauth2\twarn\t", server.log()[before:])


@pytest.mark.parametrize(
    "arguments", [[], ["frobnicate"], ["generate_key", "localhost"], ["generate_key", "--frobnicate"]]
)
def test_who_calls_it_wrongly_is_told_how(server, arguments):
    done = prosodyctl(server, "mod_http_oauth2", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "prosodyctl mod_http_oauth2 generate_key" in done.stderr


@pytest.mark.parametrize("argument", ["--help", "-h"])
def test_help_is_no_error(server, argument):
    done = prosodyctl(server, "mod_http_oauth2", argument)
    assert (done.returncode, done.stderr) == (0, "")
    assert "generate_key" in done.stdout


# Settings that are no good

REFUSED = {
    "rs256": (
        {"oauth2_registration_algorithm": "RS256"},
        ["oauth2_registration_algorithm", "HS256, HS384 or HS512", "asymmetric"],
    ),
    "es256": ({"oauth2_registration_algorithm": "ES256"}, ["oauth2_registration_algorithm", "asymmetric"]),
    "none": ({"oauth2_registration_algorithm": "none"}, ["oauth2_registration_algorithm", "HS256"]),
    "hs1": ({"oauth2_registration_algorithm": "hs256"}, ["oauth2_registration_algorithm", "HS256"]),
    "previous": ({"oauth2_registration_previous_keys": [KEY, ""]}, ["oauth2_registration_previous_keys"]),
    "numbers": ({"oauth2_registration_previous_keys": [1]}, ["oauth2_registration_previous_keys"]),
    "token": ({"oauth2_registration_token": ""}, ["oauth2_registration_token"]),
    "tokens": ({"oauth2_registration_token": ["x", ""]}, ["oauth2_registration_token"]),
    "statement": ({"oauth2_software_statement_keys": ["too short"]}, ["oauth2_software_statement_keys"]),
    "pem": (
        {"oauth2_software_statement_keys": ["-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"]},
        ["oauth2_software_statement_keys"],
    ),
    "jwk": (
        {"oauth2_software_statement_keys": {"https://a.example": {"kty": "oct"}}},
        ["oauth2_software_statement_keys", "https://a.example"],
    ),
    "revoked": (
        {"oauth2_revoked_clients": [{"issued_before": "yesterday"}]},
        ["oauth2_revoked_clients", "1"],
    ),
    "revoked2": ({"oauth2_revoked_clients": ["x", {"client_name": "x"}]}, ["oauth2_revoked_clients", "2"]),
    "revoked3": ({"oauth2_revoked_clients": [1]}, ["oauth2_revoked_clients", "1"]),
    "revoked4": ({"oauth2_revoked_clients": {"softwareid": "x"}}, ["oauth2_revoked_clients", "softwareid"]),
    "token2": ({"oauth2_registration_token": {"token": "x"}}, ["oauth2_registration_token"]),
    "previous2": ({"oauth2_registration_previous_keys": {"old": "x"}}, ["oauth2_registration_previous_keys"]),
}


@pytest.fixture(scope="module")
def refusing(start_server):
    server = start_server(options(), {f"{name}.localhost": setting for name, (setting, _) in REFUSED.items()})
    server.expected_errors.append("http_oauth2")
    return server


@pytest.mark.parametrize("name", REFUSED)
def test_settings_that_are_no_good_are_told(refusing, name):
    host = f"{name}.localhost"
    errors = [
        line
        for line in refusing.log().split("\n")
        if "\terror\t" in line and host in line and "http_oauth2" in line
    ]
    assert errors, f"nothing is said of {REFUSED[name][0]}"
    for word in REFUSED[name][1]:
        assert word in errors[0]
    assert "stack traceback" not in errors[0] and ".lua:" not in errors[0], errors[0]
    # Registration is off rather than other than meant.
    assert post(refusing, web(), host).status in (404, 405)


def test_others_are_served_still(refusing):
    assert register(refusing).is_known()


@pytest.mark.parametrize("setting", ["allowed_oauth2_grant_types", "allowed_oauth2_response_types"])
def test_what_there_is_not_is_warned_of_and_left_out(start_server, setting):
    known = "authorization_code" if "grant" in setting else "code"
    server = start_server(options(**{setting: [known, "magic"]}))
    warnings = [line for line in server.log().split("\n") if "\twarn\t" in line and setting in line]
    assert len(warnings) == 1 and '"magic"' in warnings[0]
    assert register(server).is_known()
    member = setting.removeprefix("allowed_oauth2_")
    assert post(server, web(**{member: [known, "magic"]})).status == 400
