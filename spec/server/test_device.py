"""mod_http_oauth2: something without a browser asks, and a person allows it on another device (RFC 8628)."""

import itertools
import re
import urllib.parse

import pytest

from authorization import (
    DEVICE,
    INTROSPECT,
    TOKEN,
    Flow,
    advance,
    app,
    assert_error,
    assert_unauthorized,
    basic,
    begin_post_as,
    consent_form,
    new_user,
    post_as,
    post_form,
    refresh,
)
from devices import Waiting, ask, assert_done, assert_page, open_page, wait
from endpoints import (
    DEVICE_GRANT,
    FORM,
    GOOD_CREDENTIALS,
    GOOD_TYPES,
    NO_FORMS,
    ORIGIN,
    TWO_CREDENTIALS,
    WRONG_CREDENTIALS,
    Parties,
    ask_as,
    assert_no_forms,
    assert_open,
    assert_preflight,
    assert_twice,
    every_app,
    grant_id,
    new_network,
    oauth_probe,
    options,
    send,
)
from invitations import Page
from oauth import LEFT_OUT, changed, content, device, public, register, stored_files
from registration import probe

HOSTS = {
    "b.localhost": {},
    "closed.localhost": {"oauth2_registration_key": ""},
    "off.localhost": {"allowed_oauth2_grant_types": ["authorization_code", "refresh_token"]},
    "proxied.localhost": {"http_external_url": "https://chat.example.com/"},
}
B, CLOSED, OFF, PROXIED = HOSTS

ALPHABET = "BCDFGHJKLMNPQRSTVWXZ"
USER_CODE = re.compile(f"[{ALPHABET}]{{4}}-[{ALPHABET}]{{4}}")

# A code of the right form; that a device has just this one is as likely as to guess it.
WRONG_CODE = "BCDF-GHJK"

_wrong_codes = itertools.product(ALPHABET, repeat=8)


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture(scope="module")
def client(server):
    return register(server, every_app())


@pytest.fixture(scope="module")
def parties(server):
    return Parties(server, B)


@pytest.fixture
def user(server):
    return new_user(server)


@pytest.fixture
def waiting(client):
    return wait(client)


def test_rfc8628_s3_4_a_scope_sent_with_the_device_code_is_ignored(client, user):
    """There is none in this request; some libraries send what they first asked for."""
    waiting = wait(client, scope="openid xmpp unknown")
    waiting.approve(user)
    tokens = content(waiting.poll(scope="openid xmpp unknown"))
    assert tokens["scope"] == "openid xmpp"


def assert_entry(answer, status):
    """Checks that an answer is the page where a code is typed; the page."""
    page = assert_page(answer, status)
    form = page.one("form")
    assert form.get("method", "get").lower() == "get"
    assert urllib.parse.urlsplit(urllib.parse.urljoin(DEVICE, form.get("action") or DEVICE)).path == DEVICE
    assert page.field("user_code").get("type", "text") == "text"
    assert bool(page.problems()) == (status != 200), page.text()
    return page


def assert_pending(waiting):
    assert_error(waiting.poll(), "authorization_pending")


def is_active(client, token):
    return content(post_as(client, INTROSPECT, {"token": token}))["active"]


# RFC 8628 §3.1: the device asks


@pytest.mark.parametrize("name", GOOD_CREDENTIALS)
def test_s3_1_a_client_says_who_it_is(parties, name):
    answer = ask_as(parties, GOOD_CREDENTIALS, name, DEVICE)
    if name.startswith("of the community module"):
        # That client is known, and registered for something else.
        assert_error(answer, "unauthorized_client")
    else:
        assert content(answer)["user_code"]


@pytest.mark.parametrize("name", WRONG_CREDENTIALS)
def test_s3_1_who_does_not_gets_no_code(parties, name):
    assert_unauthorized(ask_as(parties, WRONG_CREDENTIALS, name, DEVICE))


def test_s3_1_nobody_gets_no_code(server):
    assert_unauthorized(post_form(server, DEVICE))
    assert_unauthorized(post_form(server, DEVICE, {"scope": "xmpp"}))


@pytest.mark.parametrize("name", TWO_CREDENTIALS)
def test_s3_1_one_way_at_a_time(parties, name):
    assert_error(ask_as(parties, TWO_CREDENTIALS, name, DEVICE), "invalid_request")


@pytest.mark.parametrize(
    "metadata, auth",
    [
        (device(), "basic"),
        (device(), "post"),
        (device(token_endpoint_auth_method="client_secret_post"), "basic"),
        (device(token_endpoint_auth_method="client_secret_post"), "post"),
        (device(token_endpoint_auth_method="none", application_type="native"), "none"),
        (public(grant_types=[DEVICE_GRANT], redirect_uris=LEFT_OUT), "none"),
    ],
    ids=str,
)
def test_s3_1_the_whole_way_however_a_client_authenticates(server, user, metadata, auth):
    waiting = wait(register(server, metadata), auth)
    assert_error(waiting.poll(auth), "authorization_pending")
    waiting.approve(user)
    advance(server, 6)
    assert content(waiting.poll(auth))["access_token"]


def test_s3_1_without_a_body(server, client):
    headers = {**new_network(), **basic(client.id, client.secret)}
    assert content(server.post(DEVICE, b"", headers=headers))["user_code"]


@pytest.mark.parametrize("content_type", GOOD_TYPES)
def test_s3_1_the_type_of_the_body(server, client, content_type):
    headers = {**new_network(), **basic(client.id, client.secret)}
    assert content(send(server, DEVICE, content_type, b"scope=xmpp", headers))["user_code"]


@pytest.mark.parametrize("name", NO_FORMS)
def test_s3_1_what_is_no_form(client, name):
    assert_no_forms(client, DEVICE, name)


@pytest.mark.parametrize("name", ["x", "scope"])
def test_s3_1_a_parameter_twice(client, name):
    assert_twice(client, DEVICE, name)


@pytest.mark.parametrize("make", [app, lambda: public(grant_types=["authorization_code", "refresh_token"])])
def test_s3_1_a_client_that_registered_for_something_else(server, make):
    client = register(server, make())
    assert_error(ask(client, {"scope": "xmpp"}), "unauthorized_client")


@pytest.mark.parametrize("scope", ["a  b", " ", 'a"b', "a\\b", "caf\u00e9", "a\tb", "unknown", "unknown other"])
def test_s3_1_a_scope_that_is_none(client, scope):
    assert_error(ask(client, {"scope": scope}), "invalid_scope")


def test_s3_1_codes_in_the_address_are_not_credentials(server, client):
    assert_unauthorized(post_form(server, f"{DEVICE}?client_id={client.id}&client_secret={client.secret}"))


def test_s3_1_other_parameters_do_no_harm(client, user):
    waiting = wait(client, user_code="BBBB-BBBB", device_code="x", interval="0", expires_in="9999999")
    assert waiting.user_code != "BBBB-BBBB" and waiting.said["expires_in"] == 600


# RFC 8628 §3.2: the answer


def test_s3_2_what_the_device_is_told(server, client):
    answer = ask(client, {"scope": "xmpp"})
    said = content(answer)
    assert answer.headers["pragma"] == "no-cache"
    device_code, user_code = said.pop("device_code"), said.pop("user_code")
    address = f"http://localhost:{server.http_port}{DEVICE}"
    assert said == {
        "verification_uri": address,
        "verification_uri_complete": f"{address}?user_code={user_code}",
        "expires_in": 600,
        "interval": 5,
    }
    assert USER_CODE.fullmatch(user_code)
    # RFC 8628 §5.2: "a high-entropy code"; what has 128 bits has at least this many characters.
    assert re.fullmatch(r"[\x21-\x7e]{22,}", device_code)
    assert user_code not in device_code and user_code.replace("-", "") not in device_code


def test_s3_2_addresses_are_those_in_front_of_the_proxy(server):
    waiting = wait(register(server, device(), PROXIED))
    assert waiting.said["verification_uri"] == f"https://chat.example.com{DEVICE}"
    assert waiting.said["verification_uri_complete"].startswith(f"https://chat.example.com{DEVICE}?user_code=")


def test_s3_2_codes_are_all_different(client):
    said = [wait(client).said for _ in range(60)]
    for name in ("user_code", "device_code"):
        assert len({each[name] for each in said}) == 60
    letters = "".join(each["user_code"].replace("-", "") for each in said)
    # 480 letters: that one of twenty is not among them is as likely as 1 to 10^9.
    assert set(letters) == set(ALPHABET)


def test_s3_2_one_of_two_hosts_does_not_know_the_other(server):
    there = wait(register(server, device(), B))
    assert_entry(open_page(server, there.user_code), 400)
    assert open_page(server, there.user_code, host=B).status == 200


# RFC 8628 §3.3: the person


@pytest.mark.parametrize("query", ["", "?", "?user_code=", "?utm_source=x", "?user_code=&x=y"])
def test_s3_3_the_page_where_a_code_is_typed(server, query):
    assert_entry(server.get(DEVICE + query), 200)


def typed(code):
    """As people type XXXX-XXXX."""
    letters = code.replace("-", "")
    return {
        "as shown": code,
        "without the hyphen": letters,
        "in lower case": code.lower(),
        "in lower case, without the hyphen": letters.lower(),
        "in mixed case": code[:4].lower() + code[4:],
        "with a space": code.replace("-", " "),
        "spaces around": f"  {code}  ",
        "hyphen between spaces": code.replace("-", " - "),
        "hyphens everywhere": "-".join(letters),
        "spaces everywhere": " ".join(letters.lower()),
        "two hyphens": code.replace("-", "--"),
        "hyphens around": f"-{code}-",
        "hyphen elsewhere": f"{letters[:2]}-{letters[2:]}",
    }


@pytest.mark.parametrize("how", typed(WRONG_CODE))
def test_s3_3_a_code_as_people_type_it(waiting, how):
    page = assert_page(waiting.visit(typed(waiting.user_code)[how]))
    assert waiting.user_code in page.text()


def mistyped(code):
    letters = code.replace("-", "")
    other = "B" if letters[-1] != "B" else "C"
    return {
        "one letter too many": code + "B",
        "one letter too few": code[:-1],
        "another letter": code[:-1] + other,
        "other order": code[5:] + "-" + code[:4],
        "twice": code + code,
        "dot": code.replace("-", "."),
        "slash": code.replace("-", "/"),
        "vowel": code[:-1] + "A",
        "digit": code[:-1] + "0",
        "letters of full width": "".join(chr(ord(c) + 0xFEE0) for c in letters),
        "Cyrillic letter": "\u0412" + code[1:],
        "asterisk": "*",
        "percent": "%",
        "Lua pattern": "%a%a%a%a-%a%a%a%a",
        "hyphens": "----",
        "only a space": " ",
    }


@pytest.mark.parametrize("how", mistyped(WRONG_CODE))
def test_s3_3_a_code_that_is_wrong(waiting, how):
    answer = waiting.visit(mistyped(waiting.user_code)[how])
    if how in ("hyphens", "only a space") and answer.status == 200:
        assert_entry(answer, 200)
    else:
        assert_entry(answer, 400)
    assert waiting.client.said["client_name"] not in answer.text
    assert waiting.visit().status == 200


def test_s3_3_the_device_code_is_not_for_people(waiting):
    assert_entry(waiting.visit(waiting.said["device_code"]), 400)


HOSTILE = {
    "script": "<script>alert(1)</script>",
    "attribute": '"><img src=x onerror=alert(1)>',
    "event": "\" autofocus onfocus=alert(1) x=\"",
    "single quotes": "' onmouseover='alert(1)",
    "end of the field": "</input></form></body><script>alert(1)</script>",
    "template": "{site_name} {user_code!} {error.text} {say.x} {client.client_name}",
    "template of Prosody": "%{x} {x!} {x?y} {x#y}",
    "entity": "&lt;script&gt;&#60;b&#62;",
    "right to left": "\u202eABCD",
    "control characters": "\x07\x1b[0m\x7f",
    "line break": "a\r\nSet-Cookie: x=y",
    "javascript": "javascript:alert(1)",
    "null character's name": "%00",
    "long": "<b>" * 700,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_s3_3_hostile_codes_are_only_text(server, name):
    answer = open_page(server, HOSTILE[name])
    page = assert_entry(answer, 400)
    assert "set-cookie" not in answer.headers
    assert page.field("user_code").get("value", "").strip() in ("", HOSTILE[name].strip())
    assert not page.all("img", src="x") and not page.all("b")
    handlers = [key for _, found in page.elements for key in found if key.startswith("on")]
    assert handlers == []
    scripts = [text for tags, text in page.texts if tags and tags[-1] == "script"]
    assert not any("alert" in text for text in scripts)
    assert "javascript:" not in "".join(page.references() + page.links())


@pytest.mark.parametrize(
    "query",
    [
        "user_code=%ff",
        "user_code=a%00b",
        "user_code=%ed%a0%80",
        "user_code={0}&user_code={0}",
        "user_code={0}&user_code=BCDFGHJK",
    ],
)
def test_s3_3_malformed_queries(server, waiting, query):
    path = f"{DEVICE}?" + query.format(waiting.user_code)
    assert_page(server.get(path, headers=new_network()), 400)
    assert waiting.visit().status == 200


def test_s3_3_what_is_asked_is_shown(server):
    client = register(server, device(client_name="Caf\u00e9 <TV> & \"Radio\" {say.x}"))
    waiting = wait(client)
    page = assert_page(waiting.visit())
    text = page.text()
    assert client.said["client_name"] in text
    assert "app.example.com" in text
    assert waiting.user_code in text
    assert not page.problems()


def test_s3_3_what_the_form_asks_for(client, waiting):
    parameters = waiting.confirm().parameters
    assert parameters.pop("state")
    assert parameters == {
        "client_id": client.id,
        "redirect_uri": DEVICE_GRANT,
        "response_type": "code",
        "scope": "openid xmpp",
    }


def test_s3_3_neither_page_gives_the_device_code_away(waiting, user):
    flow = waiting.confirm()
    login = flow.open()
    answers = [waiting.visit(), login, flow.try_login(user)]
    answers.append(flow.decide(consent_form(answers[-1], flow.path), "granted"))
    for answer in answers:
        assert waiting.said["device_code"] not in answer.text
    assert waiting.said["device_code"] not in flow.query


def test_s3_3_the_login_and_consent_pages_name_the_client(client, waiting, user):
    flow = waiting.confirm()
    assert client.said["client_name"] in Page(flow.open()).text()
    answer = flow.try_login(user)
    assert client.said["client_name"] in Page(answer).text()
    assert set(consent_form(answer, flow.path).scopes()) == {"openid", "xmpp"}


# RFC 8628 §3.3.1: a link, which others than people open too

PREVIEWS = {
    "chat server": {"User-Agent": "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)"},
    "browser ahead of time": {"Sec-Purpose": "prefetch;prerender", "Purpose": "prefetch"},
    "scanner": {"User-Agent": "curl/8.0", "Accept": "*/*"},
    "other website": {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},
}


@pytest.mark.parametrize("how", PREVIEWS)
def test_s3_3_1_nothing_is_used_up_by_looking(server, client, user, how):
    waiting = wait(client)
    before = stored_files(server)
    for _ in range(12):
        assert waiting.visit(**PREVIEWS[how]).status == 200
        waiting.visit(method="HEAD", **PREVIEWS[how])
    flow = waiting.confirm()
    for _ in range(12):
        assert flow.open(**PREVIEWS[how]).status == 200
        server.request("HEAD", flow.path, headers=PREVIEWS[how])
    assert stored_files(server) == before
    assert_pending(waiting)
    waiting.approve(user)
    advance(server, 6)
    assert content(waiting.poll())["scope"] == "openid xmpp"


def test_s3_3_1_the_link_is_the_page(server, waiting):
    address = f"http://localhost:{server.http_port}"
    answer = server.get(waiting.said["verification_uri_complete"].removeprefix(address), headers=new_network())
    assert waiting.user_code in assert_page(answer).text()


def test_s3_3_1_two_visits_are_one_request(waiting, user):
    """Opened in two browsers, and gone on with in the first."""
    first, second = waiting.confirm(), waiting.confirm()
    assert second.open().status == 200
    assert_done(first.decide(first.log_in(user), "granted"))
    assert content(waiting.poll())["access_token"]


def test_s3_3_1_whoever_allows_first_counts(server, client, user):
    waiting, second_user = wait(client), new_user(server)
    flows = [(flow := waiting.confirm(), flow.log_in(name)) for name in (user, second_user)]
    assert_done(flows[0][0].decide(flows[0][1], "granted"))
    late = flows[1][0].decide(flows[1][1], "granted")
    assert late.status < 500
    token = content(waiting.poll())["access_token"]
    assert content(post_as(client, INTROSPECT, {"token": token}))["username"] == user


@pytest.mark.parametrize("first, second", [("granted", "denied"), ("denied", "granted")])
def test_s3_3_1_a_decision_stands(waiting, user, first, second):
    flows = [(flow := waiting.confirm(), flow.log_in(user)) for _ in range(2)]
    for (flow, consent), decision in zip(flows, (first, second), strict=True):
        assert flow.decide(consent, decision).status < 500
    answer = waiting.poll()
    if first == "granted":
        assert content(answer)["access_token"]
    else:
        assert_error(answer, "access_denied")


@pytest.mark.parametrize("decide", [Waiting.approve, Waiting.deny])
def test_s3_3_a_code_that_was_decided_about_is_done_with(server, waiting, user, decide):
    decide(waiting, user)
    assert_entry(waiting.visit(), 400)
    waiting.poll()
    assert_entry(waiting.visit(), 400)


# The authorization request that is made of it


def changed_state(state):
    middle = len(state) // 2
    other = "A" if state[middle] != "A" else "B"
    return {
        "changed in the middle": state[:middle] + other + state[middle + 1 :],
        "changed at the beginning": ("A" if state[0] != "A" else "B") + state[1:],
        "shorter": state[:-4],
        "longer": state + "AAAA",
        "of letters": "x",
        "empty": "",
        "missing": LEFT_OUT,
        "long": "A" * 4000,
        "not of this alphabet": "caf\u00e9 <b>",
    }


@pytest.mark.parametrize("how", changed_state("0123456789"))
def test_a_damaged_state(waiting, how):
    flow = waiting.confirm()
    state = changed_state(flow.parameters["state"])[how]
    broken = Flow(flow.client, changed(flow.parameters, {"state": state}))
    answer = broken.open()
    page = assert_page(answer, 400)
    assert not page.all("input", type="password")
    assert_pending(waiting)


def test_the_user_code_for_a_state(waiting):
    flow = waiting.confirm()
    for code in (waiting.user_code, waiting.user_code.replace("-", ""), waiting.said["device_code"]):
        assert_page(Flow(flow.client, {**flow.parameters, "state": code}).open(), 400)


def test_a_state_of_another_client(server, client, waiting):
    other = register(server, every_app())
    flow = waiting.confirm()
    assert_page(Flow(other, {**flow.parameters, "client_id": other.id}).open(), 400)
    theirs = wait(other).confirm().parameters["state"]
    assert_page(Flow(client, {**flow.parameters, "state": theirs}).open(), 400)


def test_a_state_for_another_way(client, waiting, user):
    """Nor is it good for anything else than the device's request."""
    flow = waiting.confirm()
    parameters = {**flow.parameters, "redirect_uri": client.said["redirect_uris"][0]}
    answer = Flow(client, parameters).open()
    # A request like any other, which lacks PKCE; its state is the client's own matter.
    assert answer.status == 303 and "error=invalid_request" in answer.headers["location"]
    assert_pending(waiting)


def test_a_client_that_did_not_register_for_it(server, waiting):
    other = register(server, app())
    flow = waiting.confirm()
    assert_page(Flow(other, {**flow.parameters, "client_id": other.id}).open(), 400)


@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"response_type": LEFT_OUT},
        {"prompt": "none"},
        {"response_mode": "x"},
        {"request": "x"},
    ],
    ids=str,
)
def test_an_error_is_shown_and_not_sent_anywhere(waiting, changes):
    flow = waiting.confirm()
    answer = Flow(flow.client, changed(flow.parameters, changes)).open()
    assert_page(answer, 400)
    assert "location" not in answer.headers


def test_consent_of_another_request_does_not_count(client, user):
    """The login token is of one request."""
    first, second = wait(client), wait(client)
    consent = first.confirm().log_in(user)
    flow = second.confirm()
    answer = flow.decide(consent, "granted") if consent.path == flow.path else flow.send(
        [*consent.fields, ("consent", "granted"), ("scope", "openid")], flow.path
    )
    assert answer.status < 500
    assert_pending(second)
    assert_pending(first)


# Scope


def test_scope_is_what_was_asked_for_claims_first(client, user):
    tokens = wait(client, scope="xmpp openid").tokens(user)
    assert tokens["scope"].split() == ["openid", "xmpp"]


def test_scope_is_what_was_ticked(client, user):
    tokens = wait(client, scope="openid xmpp").tokens(user, ["openid"])
    assert tokens["scope"] == "openid"


def test_scope_is_not_more_than_was_asked_for(client, user):
    tokens = wait(client, scope="openid").tokens(user, ["openid", "xmpp", "offline_access"])
    assert tokens["scope"] == "openid" and "refresh_token" not in tokens


@pytest.mark.parametrize("scope", ["openid xmpp", "openid offline_access xmpp prosody:admin"])
def test_scope_is_not_what_somebody_makes_of_the_link(client, user, scope):
    waiting = wait(client, scope="openid")
    flow = waiting.confirm()
    wider = Flow(client, {**flow.parameters, "scope": scope})
    answer = wider.open()
    if answer.status == 200:
        answer = wider.decide(wider.log_in(user), "granted", scope.split())
    polled = waiting.poll()
    assert polled.status == 400 or content(polled)["scope"] == "openid"
    assert answer.status == (400 if polled.status == 400 else 200)


def test_scope_is_bounded_by_the_registration(server, user):
    client = register(server, every_app(scope="openid"))
    waiting = wait(client, scope="openid xmpp")
    assert waiting.confirm().parameters["scope"] == "openid"
    assert waiting.tokens(user)["scope"] == "openid"


def test_scope_left_out_is_what_was_registered(server, user):
    client = register(server, every_app(scope="openid xmpp"))
    assert wait(client, scope=LEFT_OUT).tokens(user)["scope"] == "openid xmpp"


def test_no_scope_at_all(client, user):
    tokens = wait(client, scope=LEFT_OUT).tokens(user)
    assert tokens.get("scope", "") == "" and "id_token" not in tokens


def test_nothing_ticked_is_a_denial(waiting, user):
    flow = waiting.confirm()
    answer = flow.decide(flow.log_in(user), "granted", [])
    assert answer.status in (200, 400)
    assert_error(waiting.poll(), "access_denied")


# RFC 8628 §3.4 and §3.5: the device asks again and again


def test_s3_5_success(server, client, user):
    waiting = wait(client, scope="openid offline_access xmpp")
    assert_pending(waiting)
    waiting.approve(user)
    advance(server, 6)
    tokens = content(waiting.poll())
    assert tokens["token_type"] == "bearer" and tokens["expires_in"] == 3600
    assert tokens["scope"] == "openid offline_access xmpp"
    assert tokens["id_token"].count(".") == 2
    said = content(post_as(client, INTROSPECT, {"token": tokens["access_token"]}))
    assert (said["active"], said["username"], said["client_id"]) == (True, user, client.id)
    assert content(refresh(client, tokens["refresh_token"]))["access_token"]


def test_s3_5_without_refresh_tokens(server, user):
    client = register(server, device())
    tokens = wait(client, scope="openid offline_access").tokens(user)
    assert "refresh_token" not in tokens


def test_s3_5_pending_until_somebody_decides(server, waiting, user):
    assert_pending(waiting)
    steps = [
        lambda: waiting.visit(),
        lambda: waiting.confirm().open(),
        lambda: waiting.confirm().try_login(user),
        lambda: waiting.confirm().try_login(user, "wrong"),
    ]
    for step in steps:
        step()
        advance(server, 6)
        assert_pending(waiting)


def test_s3_5_denied(server, waiting, user):
    waiting.deny(user)
    assert_error(waiting.poll(), "access_denied")
    advance(server, 6)
    assert waiting.poll().status == 400


def test_s3_5_slow_down(server, waiting, user):
    """RFC 8628 §3.5: "the interval MUST be increased by 5 seconds for this and all subsequent requests"."""
    assert_pending(waiting)
    assert_error(waiting.poll(), "slow_down")
    advance(server, 6)
    # Ten seconds it should have been.
    assert_error(waiting.poll(), "slow_down")
    advance(server, 20)
    assert_pending(waiting)
    advance(server, 6)
    assert_error(waiting.poll(), "slow_down")
    advance(server, 60)
    waiting.approve(user)
    assert content(waiting.poll())["access_token"]


def test_s3_5_just_fast_enough(server, waiting):
    for _ in range(4):
        assert_pending(waiting)
        advance(server, 6)


def test_s3_5_each_device_has_an_interval_of_its_own(client):
    first, second = wait(client), wait(client)
    assert_pending(first)
    assert_pending(second)
    assert_error(first.poll(), "slow_down")
    assert_pending(wait(client))


def test_s3_5_others_do_not_slow_a_device_down(server, client, waiting):
    other = register(server, every_app())
    for _ in range(3):
        assert_error(post_as(other, TOKEN, waiting.fields()), "invalid_grant")
        assert_unauthorized(post_form(server, TOKEN, waiting.fields()))
    assert_pending(waiting)


def test_s3_5_expired(server, waiting, user):
    advance(server, 590)
    assert_pending(waiting)
    assert waiting.visit().status == 200
    advance(server, 15)
    assert_error(waiting.poll(), "expired_token")
    assert_entry(waiting.visit(), 400)


def test_s3_5_expired_while_somebody_decides(server, waiting, user):
    flow = waiting.confirm()
    consent = flow.log_in(user)
    advance(server, 601)
    answer = flow.decide(consent, "granted")
    assert answer.status < 500
    assert_error(waiting.poll(), "expired_token")


def test_s3_5_expired_on_the_page(server, waiting, user):
    flow = waiting.confirm()
    advance(server, 601)
    answer = flow.open()
    if answer.status == 200:
        answer = flow.decide(flow.log_in(user), "granted")
    assert answer.status == 400
    assert_error(waiting.poll(), "expired_token")


def test_s3_5_expired_after_it_was_allowed(server, waiting, user):
    waiting.approve(user)
    advance(server, 605)
    assert_error(waiting.poll(), "expired_token")


def test_s3_5_redeemed_twice(server, client, user):
    waiting = wait(client, scope="openid offline_access xmpp")
    tokens = waiting.tokens(user)
    assert is_active(client, tokens["access_token"])
    advance(server, 10)
    assert_error(waiting.poll(), "invalid_grant")
    assert not is_active(client, tokens["access_token"])
    assert_error(refresh(client, tokens["refresh_token"]), "invalid_grant")


def test_s3_5_another_client_does_not_end_what_it_has_found(server, client, user):
    waiting = wait(client)
    tokens = waiting.tokens(user)
    other = register(server, every_app())
    assert_error(post_as(other, TOKEN, waiting.fields()), "invalid_grant")
    assert is_active(client, tokens["access_token"])


def test_s3_5_parallel_polls_give_one_set_of_tokens(server, client, user):
    for _ in range(3):
        waiting = wait(client)
        waiting.approve(user)
        advance(server, 6)
        polls = [begin_post_as(client, TOKEN, waiting.fields()) for _ in range(8)]
        answers = [poll.answer() for poll in polls]
        assert [answer.status for answer in answers].count(200) == 1, answers
        for answer in answers:
            if answer.status != 200:
                assert content(answer, 400)["error"] in ("invalid_grant", "slow_down")


def test_s3_5_parallel_decisions_are_one(server, client, user):
    for _ in range(3):
        waiting, others = wait(client), [user, new_user(server)]
        flows = [(flow := waiting.confirm(), flow.log_in(name)) for name in others * 2]
        sent = [
            flow.begin_send([*consent.fields, ("consent", "granted"), ("scope", "openid")], consent.path)
            for flow, consent in flows
        ]
        assert all(each.answer().status < 500 for each in sent)
        token = content(waiting.poll())["access_token"]
        assert content(post_as(client, INTROSPECT, {"token": token}))["username"] in others


@pytest.mark.parametrize("value", [LEFT_OUT, ""])
def test_s3_4_the_device_code_is_required(waiting, value):
    assert_error(waiting.poll(device_code=value), "invalid_request", parameter="device_code")


def test_s3_4_a_device_code_that_is_none(client, waiting):
    good = waiting.said["device_code"]
    flipped = good[:10] + ("A" if good[10] != "A" else "B") + good[11:]
    for wrong in (
        flipped,
        good[:-3],
        good + "AAAA",
        good.swapcase(),
        "x",
        " " + good,
        "caf\u00e9",
        "A" * 3000,
        waiting.user_code,
        waiting.confirm().parameters["state"],
        client.id,
        client.secret,
    ):
        assert_error(waiting.poll(device_code=wrong), "invalid_grant")
    assert_pending(waiting)


def test_s3_4_a_device_code_of_another_client(server, client, waiting, user):
    other = register(server, every_app())
    waiting.approve(user)
    assert_error(post_as(other, TOKEN, waiting.fields()), "invalid_grant")
    assert content(waiting.poll())["access_token"]


def test_s3_4_a_device_code_of_another_host(server):
    there = wait(register(server, device(), B))
    assert_unauthorized(post_as(register(server, device()), TOKEN, there.fields(), headers=basic("x", "y")))
    assert_error(post_as(register(server, device()), TOKEN, there.fields()), "invalid_grant")
    assert_error(there.poll(), "authorization_pending")


def test_s3_4_a_client_that_registered_for_something_else(server, waiting):
    other = register(server, app())
    assert_error(post_as(other, TOKEN, waiting.fields()), "unauthorized_client")


def test_s3_4_the_client_says_who_it_is(server, client, waiting, user):
    waiting.approve(user)
    assert_unauthorized(post_form(server, TOKEN, waiting.fields()))
    assert_unauthorized(post_form(server, TOKEN, waiting.fields(client_id=client.id)))
    assert content(waiting.poll())["access_token"]


@pytest.mark.parametrize("grant_type", ["device_code", "authorization_code"])
def test_s3_4_another_grant_type(waiting, user, grant_type):
    waiting.approve(user)
    answer = waiting.poll(grant_type=grant_type, code=waiting.said["device_code"])
    error = "unsupported_grant_type" if grant_type == "device_code" else "invalid_grant"
    assert_error(answer, error)
    assert content(waiting.poll())["access_token"]


@pytest.mark.parametrize("question", ["disable_user", "delete_user"])
def test_an_account_that_is_gone_in_between(server, waiting, user, question):
    waiting.approve(user)
    assert probe(server, question, username=user)["ok"]
    answer = waiting.poll()
    assert content(answer, 400)["error"] in ("invalid_grant", "access_denied")


def test_a_password_that_is_changed_in_between(server, waiting, user):
    """Whoever knew the old one shall be out."""
    waiting.approve(user)
    advance(server, 10)
    assert oauth_probe(server, "set_password", username=user, password="another password")["ok"]
    assert_error(waiting.poll(), "invalid_grant")


def test_a_client_that_is_gone_in_between(server, user):
    client = register(server, every_app())
    waiting, late = wait(client), wait(client)
    flow = late.confirm()
    waiting.approve(user)
    assert client.ask("DELETE").status == 204
    assert_unauthorized(waiting.poll())
    assert waiting.visit().status == 400
    assert_page(flow.open(), 400)


# RFC 8628 §5.1: guessing


def wrong_guess():
    return "".join(next(_wrong_codes))


def assert_throttled(answer):
    page = assert_page(answer, 429)
    assert page.problems() or page.text()
    assert 1 <= int(answer.headers["retry-after"]) <= 600


def guess(server, network, times):
    return [open_page(server, wrong_guess(), **network).status for _ in range(times)]


def test_s5_1_guessing_is_limited(server, client, user):
    network, waiting = new_network(), wait(client)
    assert guess(server, network, 10) == [400] * 10
    for _ in range(3):
        assert_throttled(open_page(server, wrong_guess(), **network))
    # What is right by now would be no less of a guess.
    assert_throttled(waiting.visit(**network))
    assert waiting.visit(**new_network()).status == 200


def test_s5_1_what_is_right_does_not_count(waiting):
    network = new_network()
    assert {waiting.visit(**network).status for _ in range(30)} == {200}


def test_s5_1_a_network_is_one_guesser(server):
    def address(last):
        return {"X-Forwarded-For": f"2001:db8:5:1{last}"}

    assert [open_page(server, wrong_guess(), **address(f"::{n}")).status for n in range(1, 11)] == [400] * 10
    assert_throttled(open_page(server, wrong_guess(), **address(":a:b:c:d")))
    assert open_page(server, wrong_guess(), **{"X-Forwarded-For": "2001:db8:6::1"}).status == 400


# A server that is restarted


def test_it_survives_restarts(start_server):
    server = start_server(options())
    user = new_user(server)
    waiting = wait(register(server, every_app()), scope="openid offline_access")
    server.restart()
    assert_pending(waiting)
    server.restart()
    flow = waiting.confirm()
    server.restart()
    answer = flow.try_login(user)
    server.restart()
    assert_done(flow.decide(consent_form(answer, flow.path), "granted"))
    server.restart()
    tokens = content(waiting.poll())
    server.restart()
    assert is_active(waiting.client, tokens["access_token"])
    # That it has been redeemed is not forgotten either.
    assert_error(waiting.poll(), "invalid_grant")
    assert not is_active(waiting.client, tokens["access_token"])


def test_a_denial_survives_a_restart(start_server):
    server = start_server(options())
    waiting = wait(register(server, every_app()))
    waiting.deny(new_user(server))
    server.restart()
    assert_error(waiting.poll(), "access_denied")


def test_it_survives_a_power_cut(start_server):
    server = start_server(options())
    user, client = new_user(server), register(server, every_app())
    first, second = wait(client), wait(client)
    first.approve(user)
    server.kill()
    server.start()
    assert content(first.poll())["access_token"]
    assert content(second.poll(), 400)["error"] == "authorization_pending"


def test_it_survives_a_reload(server, waiting, user):
    flow = waiting.confirm()
    server.reload("http_oauth2")
    assert_done(flow.decide(flow.log_in(user), "granted"))
    server.reload("http_oauth2")
    assert content(waiting.poll())["access_token"]


# Other websites


def test_another_website_may_ask_for_a_code(server, client):
    assert_preflight(server, DEVICE, "POST")
    headers = {"Origin": ORIGIN, **new_network()}
    for answer, status in [
        (post_as(client, DEVICE, {"scope": "xmpp"}, headers=headers), 200),
        (post_as(client, DEVICE, {"scope": "unknown"}, headers=headers), 400),
        (post_form(server, DEVICE, {}, headers), 401),
    ]:
        assert answer.status == status
        assert_open(answer, "POST")


def test_another_website_may_not_read_the_pages(server, waiting):
    for path in (DEVICE, f"{DEVICE}?user_code={waiting.user_code}", f"{DEVICE}?user_code={WRONG_CODE}"):
        answer = server.get(path, headers={"Origin": ORIGIN, **new_network()})
        assert not [name for name in answer.headers if name.startswith("access-control-")]


# What is stored and logged


def test_codes_are_in_no_log(server, client, user):
    waiting = wait(client)
    tokens = waiting.tokens(user)
    grant = grant_id(tokens["access_token"])
    assert grant
    log = server.log()
    for secret in (waiting.said["device_code"], tokens["access_token"]):
        assert secret not in log


def test_device_codes_are_not_stored_readably(server, client, user):
    waiting = wait(client)
    waiting.approve(user)
    code = waiting.said["device_code"].encode()
    assert not [name for name, text in stored_files(server).items() if code in text]


# Other hosts


def test_without_a_key_there_is_nothing(server, client):
    assert server.get(DEVICE, host=CLOSED).status == 404
    assert server.get(f"{DEVICE}?user_code={WRONG_CODE}", host=CLOSED).status == 404
    assert post_form(server, DEVICE, {"client_id": client.id}, host=CLOSED).status == 404


def test_where_it_is_switched_off(server, waiting):
    client = register(server, app(), OFF)
    answer = post_as(client, TOKEN, waiting.fields())
    assert_error(answer, "unsupported_grant_type")
    assert ask(client, {"scope": "xmpp"}).status in (400, 404)


def test_a_form_as_it_is_sent_by_hand(server, client):
    """As with curl -d."""
    body = urllib.parse.urlencode({"client_id": client.id, "client_secret": client.secret, "scope": "xmpp"})
    assert content(send(server, DEVICE, FORM, body.encode(), new_network()))["user_code"]
