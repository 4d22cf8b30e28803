"""mod_http_oauth2: what an authorization request may be (RFC 6749 §3.1, §3.3, §4.1, RFC 7636 §4.3)."""

import re
import urllib.parse

import pytest

from answers import (
    assert_error_page,
    assert_redirected,
    discovery_of,
    hostile,
    scope_granted,
)
from authorization import (
    AUTHORIZE,
    REDIRECT_URI,
    SAME_SITE,
    Redirect,
    app,
    assert_error,
    begin,
    code_for,
    consent_form,
    implicit_app,
    login_form,
    new_user,
    new_verifier,
    options,
    public_app,
    s256,
)
from endpoints import community_client
from invitations import Page, evaluate
from oauth import (
    LEFT_OUT,
    OTHER_KEY,
    Registered,
    content,
    is_token_good,
    register,
)
from registration import probe

GRANTS = ["authorization_code", "refresh_token", "implicit"]
IMPLICIT = {"allowed_oauth2_grant_types": GRANTS, "allowed_oauth2_response_types": ["code", "token"]}

HOSTS = {
    "second.localhost": {},
    "other-key.localhost": {"oauth2_registration_key": OTHER_KEY},
    "closed.localhost": {"oauth2_registration_key": ""},
    "lax.localhost": {"oauth2_require_code_challenge": False},
    "plain.localhost": {"allowed_oauth2_code_challenge_methods": ["S256", "plain"]},
    "only-plain.localhost": {"allowed_oauth2_code_challenge_methods": ["plain"]},
    "oidc.localhost": {"oauth2_respect_oidc_prompt": True},
    "implicit.localhost": IMPLICIT,
}

MARKUP = "\"'><evil onx=1>&amp;"
TEMPLATE = "{site_name} {state.user.token} {client.client_name!} {say.login_title} %s %1 $name ${x} {{x}}"


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture
def client(server):
    return register(server, app())


@pytest.fixture
def user(server):
    return new_user(server)


@pytest.fixture(scope="module")
def shared_client(server):
    """For tests that change nothing."""
    return register(server, app())


@pytest.fixture(scope="module")
def shared_user(server):
    """Logs in, and nothing else happens to them."""
    return new_user(server)


# RFC 6749 §4.1.2.1, §3.1.2.4: before the redirect URI is known to be good, the person is told and nobody else

UNTRUSTED = {
    "no query": ("", "Missing query parameters"),
    "a parameter twice": ("{good}&client_id={id}", "Invalid query parameters"),
    "another twice": ("{good}&scope=xmpp&scope=xmpp", "Invalid query parameters"),
    "the state twice": ("{good}&state=a&state=b", "Invalid query parameters"),
    "the redirect URI twice": ("{good}&redirect_uri={uri}", "Invalid query parameters"),
    "no UTF-8": ("{good}&state=%ff", "Invalid query parameters"),
    "half a character": ("{good}&state=%c3", "Invalid query parameters"),
    "a surrogate": ("{good}&state=%ed%a0%80", "Invalid query parameters"),
    "a NUL": ("{good}&state=a%00", "Invalid query parameters"),
    "no client_id": ("response_type=code&redirect_uri={uri}", "Missing 'client_id' parameter"),
    "an empty client_id": ("client_id=&redirect_uri={uri}", "Missing 'client_id' parameter"),
    "client_id without a value": ("client_id&redirect_uri={uri}", "Missing 'client_id' parameter"),
    "its name in another case": ("Client_Id={id}&redirect_uri={uri}", "Missing 'client_id' parameter"),
    "an unknown client": ("client_id=x&redirect_uri={uri}", "Invalid 'client_id' parameter"),
    "a client cut short": ("client_id={short}&redirect_uri={uri}", "Invalid 'client_id' parameter"),
    "a client with more": ("client_id={id}x&redirect_uri={uri}", "Invalid 'client_id' parameter"),
    "a client with a space": ("client_id={id}+&redirect_uri={uri}", "Invalid 'client_id' parameter"),
    "another redirect URI": (
        "client_id={id}&redirect_uri=https%3A%2F%2Fevil.example%2F",
        "Invalid 'redirect_uri'",
    ),
    "the same with an error behind": (
        "client_id={id}&redirect_uri=x&response_type=x",
        "Invalid 'redirect_uri'",
    ),
}


@pytest.mark.parametrize("query, text", UNTRUSTED.values(), ids=UNTRUSTED)
def test_s4_1_2_1_an_error_page(server, client, query, text):
    uri = urllib.parse.quote(REDIRECT_URI, "")
    good = f"client_id={client.id}&redirect_uri={uri}&response_type=code"
    query = query.format(good=good, id=client.id, short=client.id[:-1], uri=uri)
    path = f"{AUTHORIZE}?{query}" if query else AUTHORIZE
    assert_error_page(server.get(path), text)
    fields = {"username": "x", "password": "y"}
    flow = begin(client)
    assert_error_page(flow.send(fields, path), text)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "&",
        "=",
        "&&&=&",
        "%",
        "%zz",
        "?",
        "a",
        "client_id",
        "%00",
        "%ff=%ff",
        "client_id[]=x",
        "x=" + "a" * 6000,
    ],
    ids=lambda query: query[:12] or "nothing",
)
def test_s4_1_2_1_rubbish(server, query):
    assert_error_page(server.get(f"{AUTHORIZE}?{query}"))
    assert_error_page(server.post(f"{AUTHORIZE}?{query}", b"%", headers=SAME_SITE))


def test_s4_1_2_1_a_client_that_was_revoked(server, client):
    flow = begin(client)
    login_form(flow.open())
    assert client.ask("DELETE").status == 204
    assert_error_page(flow.open(), "Invalid 'client_id' parameter")


def test_s4_1_2_1_a_client_of_another_host(server, client):
    for host in ("second.localhost", "other-key.localhost"):
        stranger = Registered(server, host, client.said)
        assert_error_page(begin(stranger).open(), "Invalid 'client_id' parameter")


def test_a_client_of_the_community_module(server, user):
    client = community_client(server)
    flow = begin(client, scope="xmpp")
    assert scope_granted(flow, flow.code(user)) == "xmpp"


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_without_a_key_there_is_no_such_place(server, method):
    path = f"{AUTHORIZE}?client_id=x"
    answer = server.request(method, path, headers=SAME_SITE, host="closed.localhost")
    assert answer.status == 404, answer


def test_further_parameters_change_nothing(server, client, user):
    """RFC 6749 §3.1: unrecognized request parameters are ignored."""
    flow = begin(client)
    flow.raw_query = f"utm_source=%21&{flow.query}&lang=de&x[]=y&nonce=1&display=page&max_age=3&ui_locales=de"
    assert flow.redeem(flow.code(user)).status == 200


@pytest.mark.parametrize("name", ["client_id", "redirect_uri", "response_type", "scope", "state", "nonce"])
@pytest.mark.parametrize("host", ["localhost", "oidc.localhost"])
def test_no_value_is_too_much(server, host, name):
    assert_no_failure(begin(register(server, app(), host)), name)


@pytest.mark.parametrize(
    "name", ["code_challenge", "code_challenge_method", "prompt", "login_hint", "response_mode"]
)
@pytest.mark.parametrize("host", ["localhost", "oidc.localhost"])
def test_no_value_is_too_much_for_extensions(server, host, name):
    assert_no_failure(begin(register(server, app(), host)), name)


def assert_no_failure(flow, name):
    for query in hostile(flow.parameters, name):
        flow.raw_query = query.decode()
        for answer in (flow.open(), flow.send({"username": "x", "password": "y"})):
            assert answer.status in (200, 303, 400), (query, answer)


# RFC 6749 §4.1.2.1: the client is told


FAULTS = {
    "response_type": ({"response_type": LEFT_OUT}, "invalid_request", "response_type"),
    "empty response_type": ({"response_type": ""}, "invalid_request", "response_type"),
    "response_type token": (
        {"response_type": "token"},
        ("unauthorized_client", "unsupported_response_type"),
        "",
    ),
    "unknown response_type": (
        {"response_type": "x"},
        ("unauthorized_client", "unsupported_response_type"),
        "",
    ),
    "two response_types": (
        {"response_type": "code token"},
        ("unauthorized_client", "unsupported_response_type"),
        "",
    ),
    "response_type in capitals": (
        {"response_type": "CODE"},
        ("unauthorized_client", "unsupported_response_type"),
        "",
    ),
    "request": ({"request": "e30.e30."}, "request_not_supported", ""),
    "request_uri": ({"request_uri": "https://app.example.com/x"}, "request_uri_not_supported", ""),
    "registration": ({"registration": "{}"}, "registration_not_supported", ""),
    "response_mode": ({"response_mode": "form_post"}, "invalid_request", "response_mode"),
    "unknown response_mode": ({"response_mode": "x"}, "invalid_request", "response_mode"),
    "malformed scope": ({"scope": 'a"b'}, "invalid_scope", ""),
    "unknown scope": ({"scope": "unknown"}, "invalid_scope", ""),
    "no challenge": ({"code_challenge": LEFT_OUT}, "invalid_request", "PKCE required"),
    "challenge method": ({"code_challenge_method": "plain"}, "invalid_request", "code_challenge_method"),
    "no challenge method": ({"code_challenge_method": LEFT_OUT}, "invalid_request", "code_challenge_method"),
    "challenge": ({"code_challenge": "x"}, "invalid_request", "code_challenge"),
    "prompt": ({"prompt": "none"}, "login_required", ""),
    "prompt of contradictions": ({"prompt": "none login"}, "invalid_request", "prompt"),
}


@pytest.mark.parametrize("changes, error, parameter", FAULTS.values(), ids=FAULTS)
@pytest.mark.parametrize("state", ["xyz", LEFT_OUT], ids=["state", "no state"])
def test_s4_1_2_1_a_redirected_error(server, shared_client, changes, error, parameter, state):
    flow = begin(shared_client, state=state, **changes)
    # RFC 6749 §4.2.2.1: where a token was asked for, the fragment is the place.
    in_fragment = "token" in str(changes.get("response_type")).split()
    for answer in (flow.open(), flow.send({"username": "x", "password": "y"}), flow.send(b"")):
        said = Redirect(answer).parameters["error"]
        assert said in error if isinstance(error, tuple) else said == error
        assert_redirected(answer, said, flow, parameter, in_fragment=in_fragment)


def test_s4_1_2_1_response_type_that_this_client_did_not_register(server):
    host = "implicit.localhost"
    coder, implicit = register(server, app(), host), register(server, implicit_app(), host)
    flow = begin(coder, response_type="token")
    assert_redirected(
        flow.open(), "unauthorized_client", flow, in_fragment=Redirect(flow.open()).has_fragment
    )
    flow = begin(implicit, response_type="code")
    assert_redirected(flow.open(), "unauthorized_client", flow)


def test_s4_1_2_1_response_type_that_is_switched_off(server):
    client = community_client(server, grant_types=["implicit"], response_types=["token"])
    flow = begin(client, response_type="token")
    assert_redirected(
        flow.open(), "unsupported_response_type", flow, in_fragment=Redirect(flow.open()).has_fragment
    )


@pytest.mark.parametrize(
    "names",
    [
        ("response_type", "request"),
        ("unknown response_type", "request"),
        ("request", "request_uri"),
        ("request_uri", "registration"),
        ("registration", "response_mode"),
        ("response_mode", "malformed scope"),
        ("malformed scope", "no challenge"),
        ("unknown scope", "no challenge"),
        ("no challenge", "prompt"),
        ("no challenge method", "challenge"),
        ("challenge method", "prompt"),
        ("challenge", "prompt"),
        ("response_type", "prompt"),
    ],
    ids="-".join,
)
def test_the_first_rule_that_is_broken_is_told(server, shared_client, names):
    changes = {}
    for name in reversed(names):
        changes.update(FAULTS[name][0])
    flow = begin(shared_client, **changes)
    error = FAULTS[names[0]][1]
    said = Redirect(flow.open()).parameters
    assert said["error"] in error if isinstance(error, tuple) else said["error"] == error, said
    assert FAULTS[names[0]][2] in said.get("error_description", "")


STATES = [
    "a b+c%20d",
    "&error=x&code=y",
    "#fragment?query",
    "/../\\;,:@!$'()*[]",
    "caf\u00e9 \U0001f680",
    MARKUP,
    "a\r\nSet-Cookie: evil=1",
    "a\nb",
    "\t",
    "0",
    "x" * 2000,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: ascii(state[:20]))
def test_s4_1_2_the_state_comes_back_as_it_is(server, shared_client, shared_user, state):
    flow = begin(shared_client, state=state)
    answers = [begin(shared_client, state=state, prompt="none").open()]
    answers += [flow.decide(flow.log_in(shared_user), button) for button in ("granted", "denied")]
    for answer in answers:
        assert Redirect(answer).parameters["state"] == state
        assert "set-cookie" not in answer.headers
        assert re.fullmatch(r"[\x21-\x7e]+", answer.headers["location"])


def test_rfc9207_2_the_issuer_is_told_in_every_answer(server, shared_client, shared_user):
    discovery = discovery_of(server, "localhost")
    assert discovery["authorization_response_iss_parameter_supported"] is True
    flow = begin(shared_client)
    consent = flow.log_in(shared_user)
    for redirect in (flow.allow(consent), flow.deny(consent)):
        assert redirect.parameters["iss"] == discovery["issuer"]


def test_s4_1_2_nothing_else_is_told(server, shared_client, shared_user):
    flow = begin(shared_client)
    answer = flow.decide(flow.log_in(shared_user), "granted")
    redirect = Redirect(answer)
    assert redirect.target == REDIRECT_URI and not redirect.has_fragment
    assert set(redirect.parameters) == {"code", "state", "iss"}
    assert (
        "no-store" in answer.headers["cache-control"] and answer.headers["referrer-policy"] == "no-referrer"
    )
    assert not [name for name in answer.headers if name.startswith("access-control-")]


# RFC 7636 §4.3, §4.4.1: PKCE

PLAIN = "A" * 43


@pytest.mark.parametrize("make", [app, public_app])
def test_rfc7636_4_4_1_pkce_is_required(server, make):
    flow = begin(register(server, make()), code_challenge=LEFT_OUT)
    assert_redirected(flow.open(), "invalid_request", flow, "PKCE required")
    flow = begin(flow.client, code_challenge="")
    assert_redirected(flow.open(), "invalid_request", flow, "PKCE required")


def test_rfc9700_2_1_1_public_clients_need_it_in_any_case(server):
    host = "lax.localhost"
    flow = begin(register(server, public_app(), host), code_challenge=LEFT_OUT)
    assert_redirected(flow.open(), "invalid_request", flow, "PKCE required")


def test_confidential_clients_do_not_where_the_operator_says_so(server):
    host = "lax.localhost"
    client, user = register(server, app(), host), new_user(server, host)
    code, flow = code_for(client, user, code_challenge=LEFT_OUT)
    assert flow.verifier is None and flow.redeem(code).status == 200
    # Who uses it has to use it well.
    code, flow = code_for(client, user)
    assert_error(flow.redeem(code, code_verifier=new_verifier()), "invalid_grant")
    assert flow.redeem(code).status == 200


@pytest.mark.parametrize(
    "host, method, is_good",
    [
        ("localhost", "S256", True),
        ("localhost", "plain", False),
        ("localhost", LEFT_OUT, False),
        ("localhost", "", False),
        ("localhost", "s256", False),
        ("localhost", "S512", False),
        ("localhost", "S256 ", False),
        ("localhost", "sha256", False),
        ("plain.localhost", "S256", True),
        ("plain.localhost", "plain", True),
        ("plain.localhost", LEFT_OUT, True),
        ("plain.localhost", "", True),
        ("plain.localhost", "PLAIN", False),
        ("only-plain.localhost", "plain", True),
        ("only-plain.localhost", "S256", False),
        ("lax.localhost", "plain", False),
    ],
)
def test_rfc7636_4_3_methods(server, host, method, is_good):
    flow = begin(register(server, app(), host), code_challenge=PLAIN, code_challenge_method=method)
    if is_good:
        login_form(flow.open())
    else:
        assert_redirected(flow.open(), "invalid_request", flow, "code_challenge_method")


@pytest.mark.parametrize(
    "host, method, challenge, is_good",
    [
        ("localhost", "S256", s256("x"), True),
        ("localhost", "S256", "A" * 42, False),
        ("localhost", "S256", "A" * 44, False),
        ("localhost", "S256", "A" * 128, False),
        ("localhost", "S256", s256("x") + "=", False),
        ("localhost", "S256", "-" * 21 + "_" * 21 + "A", True),
        ("localhost", "S256", "A" * 42 + "+", False),
        ("localhost", "S256", "A" * 42 + "/", False),
        ("localhost", "S256", "A" * 42 + "~", False),
        ("localhost", "S256", "." + "A" * 42, False),
        ("localhost", "S256", "A" * 42 + "\u00e9", False),
        ("localhost", "S256", " " + "A" * 42, False),
        ("plain.localhost", "plain", "A" * 42, False),
        ("plain.localhost", "plain", "A" * 43, True),
        ("plain.localhost", "plain", "A" * 128, True),
        ("plain.localhost", "plain", "A" * 129, False),
        ("plain.localhost", "plain", "-._~" * 11, True),
        ("plain.localhost", "plain", "A" * 43 + "=", False),
        ("plain.localhost", "plain", "A" * 43 + "+", False),
        ("plain.localhost", "plain", "A" * 43 + " ", False),
        ("plain.localhost", "plain", "A" * 43 + "%", False),
        ("plain.localhost", "plain", "A" * 43 + "\u00e9", False),
        ("plain.localhost", "plain", "A" * 43 + "\n", False),
        ("plain.localhost", LEFT_OUT, "A" * 42, False),
    ],
    ids=lambda value: ascii(value)[:20],
)
def test_rfc7636_4_2_challenges(server, host, method, challenge, is_good):
    client = register(server, app(), host)
    flow = begin(client, code_challenge=challenge, code_challenge_method=method)
    if is_good:
        login_form(flow.open())
    else:
        assert_redirected(flow.open(), "invalid_request", flow, "code_challenge")


@pytest.mark.parametrize("method", ["plain", LEFT_OUT])
def test_rfc7636_4_6_plain_works_where_it_is_allowed(server, method):
    host, verifier = "plain.localhost", new_verifier()
    client, user = register(server, public_app(), host), new_user(server, host)
    code, flow = code_for(client, user, code_challenge=verifier, code_challenge_method=method)
    assert_error(flow.redeem(code, code_verifier=s256(verifier)), "invalid_grant")
    assert_error(flow.redeem(code, code_verifier=verifier[:-1]), "invalid_grant")
    assert flow.redeem(code, code_verifier=verifier).status == 200


def test_rfc7636_4_6_a_hash_is_not_taken_for_plain(server):
    host = "plain.localhost"
    code, flow = code_for(register(server, public_app(), host), new_user(server, host))
    assert_error(flow.redeem(code, code_verifier=flow.parameters["code_challenge"]), "invalid_grant")
    assert flow.redeem(code).status == 200


# RFC 6749 §3.3: scopes


@pytest.mark.parametrize(
    "scope",
    [" ", " xmpp", "xmpp ", "openid  xmpp", "xmpp\topenid", "xmpp\n", 'a"b', "a\\b", "caf\u00e9", "\x7f"],
    ids=ascii,
)
def test_s3_3_malformed(server, shared_client, scope):
    flow = begin(shared_client, scope=scope)
    assert_redirected(flow.open(), "invalid_scope", flow)


@pytest.mark.parametrize(
    "scope", ["unknown", "XMPP", "openid,xmpp", "profile email", "prosody:unknown", "xmpp;"]
)
def test_s3_3_nothing_known(server, shared_client, scope):
    flow = begin(shared_client, scope=scope)
    assert_redirected(flow.open(), "invalid_scope", flow)


@pytest.mark.parametrize(
    "asked, granted",
    [
        ("xmpp", "xmpp"),
        ("xmpp unknown", "xmpp"),
        ("unknown openid another xmpp", "openid xmpp"),
        ("openid xmpp", "openid xmpp"),
        ("xmpp openid", "openid xmpp"),
        ("xmpp xmpp openid xmpp", "openid xmpp"),
        ("openid", "openid"),
        ("offline_access xmpp openid", "offline_access openid xmpp"),
    ],
)
def test_s3_3_what_is_asked_and_known_is_granted_claims_first(
    server, shared_client, shared_user, asked, granted
):
    flow = begin(shared_client, scope=asked)
    consent = flow.log_in(shared_user)
    assert sorted(consent.scopes()) == sorted(granted.split())
    assert scope_granted(flow, flow.allow(consent, list(reversed(consent.scopes()))).code) == granted


@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_s3_3_asked_for_nothing_gets_what_was_registered(server, shared_user, left_out):
    client = register(server, app(scope="openid xmpp"))
    flow = begin(client, scope=left_out)
    assert scope_granted(flow, flow.code(shared_user)) == "openid xmpp"


@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_s3_3_asked_for_nothing_and_nothing_registered(server, shared_client, shared_user, left_out):
    flow = begin(shared_client, scope=left_out)
    consent = flow.log_in(shared_user)
    assert consent.scopes() == []
    assert content(flow.redeem(flow.allow(consent).code)).get("scope", "") == ""


def test_s3_3_no_more_than_was_registered(server, shared_user):
    client = register(server, app(scope="openid"))
    flow = begin(client, scope="xmpp openid offline_access")
    consent = flow.log_in(shared_user)
    assert consent.scopes() == ["openid"]
    redirect = flow.allow(consent, ["openid", "xmpp", "offline_access"])
    tokens = content(flow.redeem(redirect.code))
    assert tokens["scope"] == "openid" and "refresh_token" not in tokens
    flow = begin(client, scope="xmpp")
    assert_redirected(flow.open(), "invalid_scope", flow)


def role_of(server, user):
    return probe(server, "role", username=user)["name"]


def test_roles_that_the_user_has(server, client, user):
    role = role_of(server, user)
    flow = begin(client, scope=f"openid {role}")
    consent = flow.log_in(user)
    assert consent.scopes() == ["openid", role]
    assert scope_granted(flow, flow.allow(consent).code) == f"openid {role}"


@pytest.mark.parametrize("role", ["prosody:admin", "prosody:operator"])
def test_roles_that_the_user_may_not_assume(server, client, user, role):
    flow = begin(client, scope=f"{role} xmpp")
    consent = flow.log_in(user)
    assert consent.scopes() == ["xmpp"]
    assert scope_granted(flow, flow.allow(consent, [role, "xmpp"]).code) == "xmpp"


def test_no_role_that_the_user_may_assume(server, client, user):
    flow = begin(client, scope="prosody:admin")
    answer = flow.try_login(user)
    if answer.status == 200:
        consent = consent_form(answer, flow.path)
        assert consent.scopes() == []
        answer = flow.decide(consent, "granted", ["prosody:admin"])
    assert Redirect(answer).error in ("access_denied", "invalid_scope")


def test_a_role_that_was_given_to_the_user(server, client, user):
    evaluate(
        server, f'require"prosody.core.usermanager".set_user_role("{user}", "localhost", "prosody:admin")'
    )
    flow = begin(client, scope="prosody:admin")
    tokens = content(flow.redeem(flow.code(user)))
    assert tokens["scope"] == "prosody:admin" and is_token_good(server, tokens["access_token"])


# OpenID Connect Core §3.1.2.1: prompt, login_hint and the like


@pytest.mark.parametrize(
    "prompt", ["login", "consent", "select_account", "login consent", "create", "x", "", " "]
)
def test_prompt_is_not_respected_unless_told(server, shared_client, prompt):
    login_form(begin(shared_client, prompt=prompt).open())


@pytest.mark.parametrize("host", ["localhost", "oidc.localhost"])
@pytest.mark.parametrize(
    "prompt, error",
    [("none", "login_required"), ("none login", "invalid_request"), ("consent none", "invalid_request")],
)
def test_prompt_none_is_more_than_we_can_do(server, host, prompt, error):
    flow = begin(register(server, app(), host), prompt=prompt)
    assert_redirected(flow.open(), error, flow)


@pytest.mark.parametrize(
    "prompt, hint, error",
    [
        (LEFT_OUT, LEFT_OUT, None),
        ("", LEFT_OUT, None),
        ("login consent select_account", LEFT_OUT, None),
        ("select_account login", LEFT_OUT, None),
        ("login", "juliet", None),
        ("login consent", "juliet", None),
        ("consent", LEFT_OUT, "login_required"),
        ("consent select_account", LEFT_OUT, "login_required"),
        ("select_account", "juliet", "login_required"),
        ("login", LEFT_OUT, "account_selection_required"),
        ("login consent", LEFT_OUT, "account_selection_required"),
    ],
)
def test_prompt_is_respected_if_told(server, prompt, hint, error):
    flow = begin(register(server, app(), "oidc.localhost"), prompt=prompt, login_hint=hint)
    if error:
        assert_redirected(flow.open(), error, flow)
    else:
        login_form(flow.open())


def test_prompt_without_consent_needs_that_of_before(server):
    host = "oidc.localhost"
    client, user = register(server, app(), host), new_user(server, host)
    changes = {"prompt": "login select_account"}
    flow = begin(client, **changes)
    assert_redirected(flow.try_login(user), "consent_required", flow)
    # A grant of these very scopes to this very client is consent enough.
    code, first = code_for(client, user)
    assert first.redeem(code).status == 200
    flow = begin(client, **changes)
    assert flow.redeem(Redirect(flow.try_login(user)).code).status == 200
    for other in ({"scope": "xmpp openid"}, {"scope": "openid"}):
        flow = begin(client, **changes, **other)
        assert_redirected(flow.try_login(user), "consent_required", flow)
    flow = begin(register(server, app(), host), **changes)
    assert_redirected(flow.try_login(user), "consent_required", flow)


@pytest.mark.parametrize(
    "hint", ["juliet", "juliet@localhost", "JULIET", "Juliet@LOCALHOST", "juliet@localhost/phone"]
)
def test_login_hint_is_filled_in(server, shared_client, hint):
    field = Page(begin(shared_client, login_hint=hint).open()).field("username")
    assert field["value"].lower() in ("juliet", "juliet@localhost")


@pytest.mark.parametrize(
    "hint", [LEFT_OUT, "", " ", "@", "@localhost", "a b", "\u202e", "x" * 3000, "a\nb", "juliet@localhost@x"]
)
def test_login_hints_that_are_none(server, shared_client, hint):
    login_form(begin(shared_client, login_hint=hint).open())


def test_response_modes(server, shared_client, shared_user):
    """OAuth 2.0 Multiple Response Type Encoding Practices §2.1"""
    for mode, in_fragment in (("query", False), ("fragment", True), ("", False)):
        flow = begin(shared_client, response_mode=mode)
        consent = flow.log_in(shared_user)
        redirect = flow.allow(consent)
        assert redirect.has_fragment == in_fragment and set(redirect.parameters) == {"code", "state", "iss"}
        assert flow.redeem(redirect.code).status == 200
        assert_redirected(flow.decide(consent, "denied"), "access_denied", flow, in_fragment=in_fragment)
    flow = begin(shared_client, response_mode="fragment", scope="unknown")
    assert_redirected(flow.open(), "invalid_scope", flow, in_fragment=True)


@pytest.mark.parametrize("mode", ["form_post", "query.jwt", "jwt", "web_message", "Query", "query fragment"])
def test_response_modes_that_there_are_not(server, shared_client, mode):
    flow = begin(shared_client, response_mode=mode)
    assert_redirected(flow.open(), "invalid_request", flow, "response_mode")
