"""mod_http_oauth2: what programs find out before they register (RFC 8414, and a JSON Schema)."""

import json
import re
import urllib.parse

import jsonschema_rs
import pytest

from oauth import (
    ALL_ALLOWED,
    DEVICE_GRANT,
    DISCOVERY,
    LEFT_OUT,
    OUT_OF_BAND,
    REGISTER,
    changed,
    content,
    device,
    native,
    options,
    post,
    public,
    register,
    web,
)

HOSTS = {
    "b.localhost": {},
    "moved.localhost": {"http_paths": {"oauth2": "/accounts/oauth"}},
    "proxied.localhost": {"http_external_url": "https://chat.example.com/"},
    "below.localhost": {"http_external_url": "https://example.com/chat/"},
    "texts.localhost": {
        "oauth2_service_documentation": "https://chat.example.com/developers",
        "oauth2_policy_url": "https://chat.example.com/privacy",
        "oauth2_terms_url": "https://chat.example.com/terms",
        "allowed_oauth2_locales": ["de", "fr-CA"],
    },
    "all.localhost": {
        **ALL_ALLOWED,
        "allowed_oauth2_locales": ["de"],
    },
    "closed.localhost": {"oauth2_registration_key": ""},
    "guarded.localhost": {"oauth2_registration_token": "secret"},
}

ALL = "all.localhost"


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


# Discovery


def find(server, host="localhost"):
    answer = server.get(DISCOVERY, host=host)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/json"), answer
    return json.loads(answer.body)


def own_address(server, host="localhost"):
    return f"http://{host}:{server.http_port}"


@pytest.mark.parametrize("host", ["localhost", "b.localhost"])
def test_rfc8414_2_who_the_server_is(server, host):
    found = find(server, host)
    assert found["issuer"] == own_address(server, host)
    assert found["registration_endpoint"] == own_address(server, host) + REGISTER
    assert found["response_types_supported"] == ["code"]


def test_rfc8414_2_values_are_of_their_types(server):
    for host in ["localhost", "texts.localhost", "closed.localhost", "proxied.localhost", ALL]:
        for name, value in find(server, host).items():
            if name.endswith("parameter_supported"):
                assert isinstance(value, bool), name
            elif name.endswith("_supported"):
                assert isinstance(value, list), name
                assert all(isinstance(each, str) for each in value) and len(set(value)) == len(value), name
            elif name.endswith(("_endpoint", "_uri", "_documentation")) or name == "issuer":
                parts = urllib.parse.urlsplit(value)
                assert parts.scheme in ("http", "https") and parts.hostname and not parts.fragment, (
                    name,
                    value,
                )
            else:
                raise AssertionError(f"what is {name}?")
        # "Claims with zero elements MUST be omitted" holds of all but what is required (RFC 8414 §3.2).
        empty = [name for name, value in find(server, host).items() if value in ([], "", None)]
        assert empty == [] or (empty, host) == (["response_types_supported"], "closed.localhost")


def test_rfc8414_2_the_issuer_has_no_query_and_no_slash(server):
    for host in ("localhost", "proxied.localhost", "below.localhost"):
        assert re.fullmatch(r"https?://[^?#]*[^/?#]", find(server, host)["issuer"])


def test_what_is_advertised_answers(server):
    for name in ("", "b.", "moved.", "all.", "guarded.", "closed."):
        host = f"{name}localhost"
        found = find(server, host)
        endpoints = {
            name: value for name, value in found.items() if name.endswith("_endpoint") or name == "jwks_uri"
        }
        assert endpoints
        for name, value in endpoints.items():
            assert value.startswith(own_address(server, host))
            path = value.removeprefix(own_address(server, host))
            statuses = {method: server.request(method, path, host=host).status for method in ("GET", "POST")}
            assert not set(statuses.values()) <= {404, 405, 500, 501}, (name, statuses)


ENDPOINTS = {
    "authorization_endpoint": "/oauth2/authorize",
    "token_endpoint": "/oauth2/token",
    "registration_endpoint": REGISTER,
    "device_authorization_endpoint": "/oauth2/device",
    "introspection_endpoint": "/oauth2/introspect",
    "revocation_endpoint": "/oauth2/revoke",
    "userinfo_endpoint": "/oauth2/userinfo",
    "jwks_uri": "/oauth2/jwks",
}
# What needs clients, which there are none of without a key.
OF_CLIENTS = {"authorization_endpoint", "registration_endpoint", "device_authorization_endpoint"}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_where_everything_is(server, name):
    assert find(server)[name] == own_address(server) + ENDPOINTS[name]


@pytest.mark.parametrize("name", ENDPOINTS)
@pytest.mark.parametrize("host", ["localhost", "closed.localhost"])
def test_what_is_not_there_is_not_advertised(server, host, name):
    # Of the place of registration the schema is there in any case.
    methods = ["POST"] if name == "registration_endpoint" else ["GET", "POST"]
    answers = [server.request(method, ENDPOINTS[name], host=host).status for method in methods]
    is_there = any(status not in (404, 405) for status in answers)
    assert (name in find(server, host)) == is_there
    assert is_there or (host, name in OF_CLIENTS | {"jwks_uri"}) == ("closed.localhost", True)


def test_both_addresses_have_the_same_document(server):
    """That of RFC 8414, and that of OpenID Connect Discovery."""
    for host in ("localhost", ALL, "closed.localhost", "moved.localhost"):
        answer = server.get("/.well-known/openid-configuration", host=host)
        assert (answer.status, answer.body) == (200, server.get(DISCOVERY, host=host).body)


def test_without_a_key_registration_is_not_advertised(server):
    assert not OF_CLIENTS & set(find(server, "closed.localhost"))
    assert find(server, "closed.localhost")["issuer"] == own_address(server, "closed.localhost")


def test_an_operators_texts(server):
    found = find(server, "texts.localhost")
    assert found["service_documentation"] == "https://chat.example.com/developers"
    assert found["op_policy_uri"] == "https://chat.example.com/privacy"
    assert found["op_tos_uri"] == "https://chat.example.com/terms"
    assert found["ui_locales_supported"] == ["de", "fr-CA"]
    assert not {"op_policy_uri", "op_tos_uri", "ui_locales_supported"} & set(find(server))


def test_the_path_is_the_operators(server):
    host = "moved.localhost"
    found = find(server, host)
    for name, path in ENDPOINTS.items():
        assert found[name] == own_address(server, host) + path.replace("/oauth2/", "/accounts/oauth/")
    assert post(server, web(), host).status == 404
    answer = server.post("/accounts/oauth/register", json.dumps(web()), host=host)
    place = content(answer, 201)["registration_client_uri"]
    assert place.startswith(found["registration_endpoint"] + "?client_id=")


@pytest.mark.parametrize(
    "host, address",
    [("proxied.localhost", "https://chat.example.com"), ("below.localhost", "https://example.com/chat")],
)
def test_addresses_are_those_in_front_of_the_proxy(server, host, address):
    found = find(server, host)
    assert found["issuer"] == address
    assert {name: found[name] for name in ENDPOINTS} == {
        name: address + path for name, path in ENDPOINTS.items()
    }
    said = register(server, host=host).said
    assert said["registration_client_uri"] == f"{address}{REGISTER}?client_id={said['client_id']}"


def test_whoever_fails_to_log_in_is_told_where_to_ask(server):
    shared = 'prosody.hosts["localhost"].modules.http_oauth2.module:shared("tokenauth/oauthbearer_config")'
    printed = server.shell(f"> {shared}.oidc_discovery_url")
    assert printed.strip() == f"Result: {own_address(server)}{DISCOVERY}"


# Caching, RFC 9110 §13.1.2


def test_it_may_be_kept_for_a_while(server):
    for path in (DISCOVERY, REGISTER):
        assert re.fullmatch(r"(public, *)?max-age=[1-9]\d*", server.get(path).headers["cache-control"])


@pytest.mark.parametrize("path", [DISCOVERY, REGISTER, "/oauth2/jwks"])
def test_rfc9110_12_5_5_a_cache_gives_no_website_the_answer_to_another(server, path):
    """It names the website that may read it (Fetch, CORS protocol and HTTP caches)."""
    answer = server.get(path, headers={"Origin": "https://chat.example.com"})
    assert answer.headers["access-control-allow-origin"] == "https://chat.example.com"
    assert "origin" in answer.headers["vary"].lower()


def ask_again(server, etag, host="localhost"):
    return server.get(DISCOVERY, headers={"If-None-Match": etag}, host=host)


def test_what_is_known_already_is_not_sent_again(server):
    first = server.get(DISCOVERY)
    etag = first.headers["etag"]
    assert re.fullmatch(r'(W/)?"[^"]+"', etag)
    assert server.get(DISCOVERY).headers["etag"] == etag
    answer = ask_again(server, etag)
    assert (answer.status, answer.body) == (304, b"")
    assert (answer.headers["etag"], answer.headers["cache-control"]) == (etag, first.headers["cache-control"])


@pytest.mark.parametrize("form", ["W/{}", '"x", {}', '{}, "x"', '"x",{},"y"', "*"])
def test_rfc9110_13_1_2_other_forms_of_the_same_question(server, form):
    """A proxy that compresses makes a weak tag of ours."""
    etag = server.get(DISCOVERY).headers["etag"]
    assert ask_again(server, form.format(etag)).status == 304


@pytest.mark.parametrize("wrong", ['"x"', '""', "", "x", 'W/"x"'])
def test_what_is_not_known_is_sent(server, wrong):
    answer = ask_again(server, wrong)
    assert (answer.status, answer.body) == (200, server.get(DISCOVERY).body)


def test_a_tag_is_of_one_answer(server):
    etag = server.get(DISCOVERY).headers["etag"]
    assert ask_again(server, etag, "b.localhost").status == 200


# The schema


@pytest.fixture(scope="module")
def schemas(server):
    """The schemas of a host with the default settings, and of one that allows everything."""
    return {host: fetch_schema(server, host) for host in ("localhost", ALL)}


def fetch_schema(server, host="localhost"):
    answer = server.get(REGISTER, host=host)
    assert (answer.status, answer.headers["content-type"]) == (200, "application/schema+json")
    return json.loads(answer.body)


def is_valid(schema, body):
    return jsonschema_rs.Draft202012Validator(schema).is_valid(body)


def test_it_is_a_schema(schemas):
    for schema in schemas.values():
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
        jsonschema_rs.meta.validate(schema)
        assert not is_valid(schema, []) and not is_valid(schema, {})


def test_it_is_there_without_a_key(server, schemas):
    assert fetch_schema(server, "closed.localhost") == schemas["localhost"]


@pytest.mark.parametrize("query", ["", "utm_source=mail", "v=2&x", "client=x"])
def test_other_queries_do_no_harm(server, schemas, query):
    answer = server.get(f"{REGISTER}?{query}")
    assert (answer.status, json.loads(answer.body)) == (200, schemas["localhost"])


def test_it_says_what_the_operator_allows(schemas):
    names = {host: schema["properties"]["grant_types"]["items"]["enum"] for host, schema in schemas.items()}
    assert names["localhost"] == ["authorization_code", "refresh_token", DEVICE_GRANT]
    assert names[ALL] == [*names["localhost"], "password", "implicit"]
    assert schemas["localhost"]["properties"]["response_types"]["items"]["enum"] == ["code"]
    assert schemas[ALL]["properties"]["response_types"]["items"]["enum"] == ["code", "token"]
    assert (
        "client_name#de" in schemas[ALL]["properties"]
        and "client_name#de" not in schemas["localhost"]["properties"]
    )


def test_every_member_is_explained(schemas):
    for name, member in schemas[ALL]["properties"].items():
        if "#" not in name:
            assert member["title"] and member["description"], name


def test_its_examples_are_good(server, schemas):
    for name, member in schemas["localhost"]["properties"].items():
        for example in member.get("examples", []):
            body = web(**{name: example})
            assert is_valid(schemas["localhost"], body), (name, example)
            assert post(server, body).status == 201, (name, example)


def test_its_defaults_are_those_of_the_server(server, schemas):
    said = register(server).said
    defaults = {
        name: member["default"]
        for name, member in schemas["localhost"]["properties"].items()
        if "default" in member
    }
    assert defaults and {name: said[name] for name in defaults} == defaults


FULL = {
    "scope": "openid xmpp",
    "contacts": ["mailto:anna@app.example.com"],
    "logo_uri": "https://app.example.com/logo.png",
    "tos_uri": "https://app.example.com/terms?lang=en",
    "policy_uri": "https://app.example.com:8443/privacy#data",
    "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    "software_version": "2.3.1",
    "id_token_signed_response_alg": "RS256",
    "application_type": "web",
    "token_endpoint_auth_method": "client_secret_post",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
}

GOOD = {
    "web": web(),
    "native": native(),
    "public": public(),
    "device": device(),
    "device without response types": device(response_types=[]),
    "full": web(**FULL),
    "out of band": native(redirect_uris=[OUT_OF_BAND]),
    "loopback": native(redirect_uris=["http://127.0.0.1/", "http://[::1]:8080/", "http://localhost"]),
    "slashes": native(redirect_uris=["com.example.app:///redirect", "com.example.app:redirect"]),
    "no path": web(client_uri="https://app.example.com", redirect_uris=["https://app.example.com"]),
    "query": web(
        client_uri="https://app.example.com?x=1", redirect_uris=["https://app.example.com/?x='1'&y=[]"]
    ),
    "IPv6": web(client_uri="https://[2001:db8::1]/", redirect_uris=["https://[2001:db8::1]/redirect"]),
    "unicode": web(client_name="B\u00fccher \U0001f680 \u65e5\u672c"),
    "joiners": web(client_name="\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\U0001f680"),
    "empty scope": web(scope=""),
    "scope characters": web(scope="!#$[]~ a:b/c"),
    "contacts": web(contacts=["a", "b", "caf\u00e9"]),
    "unknown members": web(x=None, jwks={"keys": []}, **{"client_name#it": 5}),
}
GOOD_WITH_ALL = {
    "password": web(grant_types=["password"], response_types=[]),
    "password without places": device(grant_types=["password"], response_types=[]),
    "implicit": web(grant_types=["implicit"], response_types=["token"]),
    "both": web(grant_types=["implicit", "authorization_code"], response_types=["token", "code"]),
    "German": web(**{"client_name#de": "Beispiel", "tos_uri#de": "https://app.example.com/agb"}),
}


@pytest.mark.parametrize("body", GOOD.values(), ids=GOOD)
def test_what_the_server_takes_the_schema_takes(server, schemas, body):
    for host, schema in schemas.items():
        assert post(server, body, host).status == 201
        assert is_valid(schema, body)


@pytest.mark.parametrize("body", GOOD_WITH_ALL.values(), ids=GOOD_WITH_ALL)
def test_what_more_may_be_allowed(server, schemas, body):
    assert post(server, body, ALL).status == 201
    assert is_valid(schemas[ALL], body)


BAD = {
    "nothing": {},
    "no name": web(client_name=LEFT_OUT),
    "no home page": web(client_uri=LEFT_OUT),
    "no places": web(redirect_uris=LEFT_OUT),
    "no places for a code": web(redirect_uris=LEFT_OUT, grant_types=["refresh_token", "authorization_code"]),
    "empty name": web(client_name=""),
    "blank name": web(client_name=" \u00a0\u3000"),
    "control character": web(client_name="a\x07"),
    "C1 control character": web(client_name="a\x85"),
    "right to left": web(client_name="a\u202eb"),
    "isolate": web(client_name="a\u2067b"),
    "only a byte order mark": web(client_name="\ufeff"),
    "http": web(client_uri="http://app.example.com/"),
    "HTTPS": web(client_uri="HTTPS://app.example.com/"),
    "no scheme": web(client_uri="app.example.com"),
    "no host": web(client_uri="https:///x"),
    "user name": web(client_uri="https://anna@app.example.com/"),
    "space": web(client_uri="https://app.example.com/a b"),
    "backslash": web(client_uri="https://app.example.com\\x"),
    "quotation mark": web(logo_uri='https://app.example.com/"x'),
    "brace": web(tos_uri="https://app.example.com/{x}"),
    "caret": web(policy_uri="https://app.example.com/^"),
    "relative link": web(logo_uri="/logo.png"),
    "empty list": web(redirect_uris=[]),
    "twice": web(redirect_uris=["https://app.example.com/"] * 2),
    "fragment": web(redirect_uris=["https://app.example.com/#x"]),
    "empty fragment": web(redirect_uris=["https://app.example.com/#"]),
    "wildcard": web(redirect_uris=["https://app.example.com/*"]),
    "relative": web(redirect_uris=["/redirect"]),
    "upper case": native(redirect_uris=["COM.example.app:/x"]),
    "scheme alone": native(redirect_uris=["com.example.app"]),
    "device URN": native(redirect_uris=[DEVICE_GRANT]),
    "space in a place": web(redirect_uris=["https://app.example.com/ "]),
    "no grants": web(grant_types=[]),
    "unknown grant": web(grant_types=["magic"]),
    "short name of a grant": device(grant_types=["device_code"]),
    "grant twice": web(grant_types=["authorization_code"] * 2),
    "unknown response type": web(response_types=["code", "id_token"]),
    "response type twice": web(response_types=["code", "code"]),
    "no code": web(response_types=[]),
    "no code though asked for": web(grant_types=["authorization_code"], response_types=[]),
    "unknown application": web(application_type="mobile"),
    "unknown method": web(token_endpoint_auth_method="private_key_jwt"),
    "double space": web(scope="a  b"),
    "space at the end": web(scope="a "),
    "quotation mark in scope": web(scope='a"b'),
    "letters beyond ASCII in scope": web(scope="caf\u00e9"),
    "tab in scope": web(scope="a\tb"),
    "no contacts": web(contacts=[]),
    "line break in contact": web(contacts=["a\nb"]),
    "control character in software_id": web(software_id="a\0"),
    "control character in version": web(software_version="\x1b[0m"),
    "control character in algorithm": web(id_token_signed_response_alg="\n"),
    "public with password": public(grant_types=["password"], response_types=[]),
    "implicit without token": web(grant_types=["implicit"]),
    "implicit with code": web(grant_types=["implicit"], response_types=["code"]),
    "implicit without places": web(
        grant_types=["implicit"], response_types=["token"], redirect_uris=LEFT_OUT
    ),
    "German of another type": web(**{"client_name#de": 5}),
    "German link": web(**{"tos_uri#de": "http://app.example.com/"}),
    "blank German": web(**{"client_name#de": " "}),
}
# What is allowed, or unknown, without the settings of the host that allows everything.
IN_ALL_ONLY = {"German of another type", "German link", "blank German"}


@pytest.mark.parametrize("name", BAD)
def test_what_the_schema_refuses_the_server_refuses(server, schemas, name):
    for host in [ALL] if name in IN_ALL_ONLY else [ALL, "localhost"]:
        assert not is_valid(schemas[host], BAD[name]), "The schema takes it."
        assert post(server, BAD[name], host).status == 400


@pytest.mark.parametrize("body", [5, None, True, "x", [], [web()]], ids=repr)
def test_what_is_no_object_is_refused_by_both(server, schemas, body):
    assert not is_valid(schemas["localhost"], body)
    assert post(server, json.dumps(body)).status == 400


VALUES = [
    LEFT_OUT,
    None,
    True,
    False,
    0,
    1.5,
    "",
    " ",
    "x",
    "\n",
    "code",
    "web",
    "https://app.example.com/x",
    "https://",
    "a b",
]
VALUES += [
    [],
    {},
    [1],
    [None],
    [""],
    ["x"],
    ["x", "x"],
    ["code"],
    ["authorization_code"],
    ["https://app.example.com/x"],
    [[]],
    [{}],
    {"x": 1},
]


@pytest.mark.parametrize("member", [*FULL, "client_name", "client_uri", "redirect_uris"])
def test_mutations_that_the_schema_refuses_the_server_refuses(server, schemas, member):
    """Any value for any member of a body with all of them."""
    refused = 0
    for value in VALUES:
        body = changed(web(**FULL), {member: value})
        for host, schema in schemas.items():
            if is_valid(schema, body):
                continue
            refused += 1
            assert post(server, body, host).status == 400, (member, value)
    assert refused
