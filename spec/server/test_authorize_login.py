"""mod_http_oauth2: people log in, and allow something (RFC 6749 §4.1.1, §4.1.2)."""

import re
import urllib.parse

import pytest

import oauth
from answers import (
    assert_error_page,
    assert_login_again,
    assert_nobody_is_logged_in,
    assert_private,
    assert_redirected,
    hostile,
    issuer_of,
    scope_granted,
)
from api import is_stored
from authorization import (
    Redirect,
    advance,
    app,
    assert_error,
    authentications,
    begin,
    consent_form,
    login_form,
    new_user,
    options,
    s256,
)
from endpoints import community_client
from invitations import Page
from oauth import (
    LEFT_OUT,
    content,
    register,
)
from registration import PASSWORD, new_name, probe

HOSTS = {
    "plain.localhost": {"authentication": "internal_plain"},
    "external.localhost": {"http_external_url": "https://chat.example/xmpp/"},
    "second.localhost": {},
    "few.localhost": {"oauth2_login_limit": 3},
}

MARKUP = "\"'><evil onx=1>&amp;"
TEMPLATE = "{site_name} {state.user.token} {client.client_name!} {say.login_title} %s %1 $name ${x} {{x}}"


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(modules_enabled=["auth_events"]), HOSTS)


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


def encoded(**parameters):
    return urllib.parse.urlencode(parameters)


# Logging in


def test_login_says_who_asks(server, user):
    client = register(server, app(client_name="Some Gadget"))
    flow = begin(client)
    for answer in (flow.open(), flow.try_login(user)):
        assert "Some Gadget" in Page(answer).text() and "app.example.com" in answer.text
    assert user in Page(flow.try_login(user)).text()


@pytest.mark.parametrize("write", ["{}", "{}@localhost", "{}@LOCALHOST"])
def test_login_with_the_name_or_the_address(server, shared_client, shared_user, write):
    flow = begin(shared_client)
    assert scope_granted(flow, flow.code(write.format(shared_user))) == "xmpp"
    assert scope_granted(flow, flow.code(write.format(shared_user.upper()))) == "xmpp"


def test_login_with_any_password(server, shared_client):
    for password in ("p\u00e4ssw\u00f6rt \u20ac\U0001f511", "a b+c%20&=d", "\"'><{x}%s"):
        user = new_user(server, password=password)
        flow = begin(shared_client)
        assert flow.redeem(flow.code(user, password=password)).status == 200


WRONG = {
    "password": ("{user}", "guessed"),
    "password in another case": ("{user}", PASSWORD.upper()),
    "password with a space": ("{user}", PASSWORD + " "),
    "unknown user": ("nobody", PASSWORD),
    "other host": ("{user}@second.localhost", PASSWORD),
    "unknown host": ("{user}@example.com", PASSWORD),
    "only a host": ("@localhost", PASSWORD),
    "host of nothing": ("{user}@", PASSWORD),
    "no name": ("a b", PASSWORD),
    "odd name": ("{user}\u202e", PASSWORD),
    "name with a NUL twin": ("{user}\u200b@", PASSWORD),
    "quotes": ('{user}"', PASSWORD),
    "long name": ("x" * 3000, PASSWORD),
    "long password": ("{user}", "x" * 10000),
}


@pytest.mark.parametrize("name, password", WRONG.values(), ids=WRONG)
def test_login_with_something_wrong(server, shared_client, shared_user, name, password):
    flow = begin(shared_client)
    answer = flow.try_login(name.format(user=shared_user), password)
    assert_nobody_is_logged_in(answer)
    assert_login_again(answer, flow)
    assert_private(answer)
    assert password not in answer.text


def test_login_does_not_tell_whether_there_is_such_an_account(server, shared_client, shared_user):
    flow = begin(shared_client)
    texts = {flow.try_login(name, "wrong").text.replace(name, "NAME") for name in (shared_user, "nobody")}
    assert len(texts) == 1


def test_login_again_keeps_the_name_and_not_the_password(server, shared_client):
    answer = begin(shared_client).try_login("juliet", "wrong-and-secret")
    page = Page(answer)
    assert page.field("username")["value"] == "juliet" and not page.field("password").get("value")
    assert "wrong-and-secret" not in answer.text


def test_login_works_after_a_mistake(server, shared_client, shared_user):
    flow = begin(shared_client)
    again = assert_login_again(flow.try_login(shared_user, "wrong"), flow)
    answer = flow.send({"username": shared_user, "password": PASSWORD}, again.path)
    assert flow.redeem(flow.allow(consent_form(answer, flow.path)).code).status == 200


def test_login_to_an_account_that_is_disabled(server, shared_client, user):
    assert probe(server, "disable_user", username=user)["ok"]
    flow = begin(shared_client)
    assert_login_again(flow.try_login(user), flow)


def test_login_to_an_account_that_was_deleted(server, shared_client, user):
    assert probe(server, "delete_user", username=user)["ok"]
    flow = begin(shared_client)
    assert_login_again(flow.try_login(user), flow)


def test_login_to_an_account_of_another_host(server, shared_client):
    user = new_user(server, "second.localhost")
    flow = begin(shared_client)
    assert_login_again(flow.try_login(user), flow)
    client = register(server, app(), "second.localhost")
    flow = begin(client)
    assert flow.redeem(flow.code(user)).status == 200


def test_login_where_passwords_are_kept_otherwise(server):
    host = "plain.localhost"
    user = new_user(server, host)
    flow = begin(register(server, app(), host))
    assert_login_again(flow.try_login(user, "wrong"), flow)
    assert flow.redeem(flow.code(user)).status == 200


def test_login_behind_another_address(server):
    host = "external.localhost"
    user = new_user(server, host)
    flow = begin(register(server, app(), host))
    redirect = flow.allow(flow.log_in(user))
    assert redirect.parameters["iss"] == issuer_of(server, host) == "https://chat.example/xmpp"
    assert flow.redeem(redirect.code).status == 200
    fields = {"username": user, "password": PASSWORD}
    consent_form(send_with(flow, fields, {"Origin": "https://chat.example"}), flow.path)
    assert_error_page(send_with(flow, fields, {"Origin": "https://evil.example"}), status=403)


def test_login_in_a_link_is_none(server, shared_client, shared_user):
    flow = begin(shared_client)
    flow.raw_query = flow.query + "&" + encoded(username=shared_user, password=PASSWORD)
    answer = flow.open()
    assert_nobody_is_logged_in(answer)
    login_form(answer)


def test_a_post_of_nothing_is_no_attempt(server, shared_client):
    for body in (b"", b"&", b"x=y"):
        answer = begin(shared_client).send(body)
        assert_nobody_is_logged_in(answer)
        assert answer.status in (200, 400)


@pytest.mark.parametrize(
    "kind",
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-8",
        "application/x-www-form-urlencoded;charset=UTF-8",
        'Application/X-WWW-Form-URLEncoded ; charset="utf-8"',
    ],
)
def test_login_with_a_content_type(server, shared_client, shared_user, kind):
    flow = begin(shared_client)
    answer = flow.send({"username": shared_user, "password": PASSWORD}, **{"Content-Type": kind})
    consent = consent_form(answer, flow.path)
    fields = {"user_token": consent.value("user_token"), "consent": "granted", "scope": "xmpp"}
    assert Redirect(flow.send(fields, **{"Content-Type": kind})).code


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/json", "multipart/form-data; boundary=x", "x"]
)
def test_login_with_another_content_type(server, shared_client, shared_user, kind):
    answer = begin(shared_client).send(
        {"username": shared_user, "password": PASSWORD}, **{"Content-Type": kind}
    )
    assert_nobody_is_logged_in(answer)


HOSTILE_LOGINS = {
    "name twice": ("username={user}&username={user}&password={password}", 400),
    "password twice": ("username={user}&password={password}&password={password}", 400),
    "name not UTF-8": ("username=%ff&password={password}", 400),
    "password not UTF-8": ("username={user}&password=%ff", 400),
    "name with a NUL": ("username={user}%00&password={password}", 400),
    "password with a NUL": ("username={user}&password={password}%00", 400),
    "too long": ("username={user}&password={password}&x=" + "y" * 70000, 400),
    "no name": ("password={password}", (200, 400)),
    "empty name": ("username=&password={password}", (200, 400)),
    "no password": ("username={user}", (200, 400)),
    "empty password": ("username={user}&password=", (200, 400)),
    "names only": ("username&password", (200, 400)),
    "list": ("username[]={user}&password={password}", (200, 400)),
    "broken escape": ("username=%&password=%zz", (200, 400)),
    "json": ('{{"username":"{user}","password":"{password}"}}', (200, 400)),
}


@pytest.mark.parametrize("body, status", HOSTILE_LOGINS.values(), ids=HOSTILE_LOGINS)
def test_login_with_odd_fields(server, shared_client, shared_user, body, status):
    body = body.format(user=shared_user, password=urllib.parse.quote_plus(PASSWORD))
    answer = begin(shared_client).send(body.encode())
    assert_nobody_is_logged_in(answer)
    if isinstance(status, int):
        assert answer.status in (status, 413), answer
        assert_private(answer)
    else:
        assert answer.status in status, answer


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example"},
    {"Origin": "https://localhost.evil.example"},
]
HERE = [
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Sec-Fetch-Site": "none"},
    {"Origin": "http://localhost"},
    {},
]


def send_with(flow, fields, headers):
    """Sends a form with just these headers."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    body = urllib.parse.urlencode(fields, doseq=True)
    return flow.server.post(flow.path, body, headers={**kind, **headers}, host=flow.client.host)


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_rfc9700_4_16_forms_of_other_websites(server, shared_client, shared_user, headers):
    flow = begin(shared_client)
    user_token = flow.log_in(shared_user).value("user_token")
    for fields in (
        {"username": shared_user, "password": PASSWORD},
        {"user_token": user_token, "consent": "granted", "scope": "xmpp"},
        {"user_token": user_token, "consent": "denied"},
    ):
        assert_error_page(send_with(flow, fields, headers), status=403)


@pytest.mark.parametrize("headers", HERE, ids=str)
def test_our_own_forms(server, shared_client, shared_user, headers):
    flow = begin(shared_client)
    fields = {"username": shared_user, "password": PASSWORD}
    consent = consent_form(send_with(flow, fields, headers), flow.path)
    fields = {"user_token": consent.value("user_token"), "consent": "granted", "scope": "xmpp"}
    assert Redirect(send_with(flow, fields, headers)).code


@pytest.mark.parametrize("site", ["cross-site", "same-site", "same-origin", "none"])
def test_links_of_other_websites_are_what_it_is_for(server, shared_client, site):
    login_form(begin(shared_client).open(**{"Sec-Fetch-Site": site, "Origin": "https://app.example.com"}))


# Too many attempts


def from_address(address):
    """As a proxy on this machine tells whom it asks for."""
    return {"X-Forwarded-For": address}


def attempts(flow, times, name, address, password="wrong"):
    return [flow.try_login(name, password, **from_address(address)).status for _ in range(times)]


def assert_throttled(answer, flow):
    form = login_form(answer, flow.path, 429)
    assert 1 <= int(answer.headers["retry-after"]) <= 3600, answer.headers
    assert Page(answer).all("div", role="alert"), answer.text
    assert_private(answer)
    return form


@pytest.fixture
def few(server):
    """A request on a host where three may fail."""
    return begin(register(server, app(), "few.localhost"))


def test_whoever_fails_too_often_waits(server, few):
    user = new_user(server, "few.localhost")
    assert attempts(few, 5, user, "192.0.2.1") == [200, 200, 200, 429, 429]
    # Nothing can be guessed any more.
    for password in ("wrong", PASSWORD):
        answer = few.try_login(user, password, **from_address("192.0.2.1"))
        assert_throttled(answer, few)
        assert password not in answer.text
    # Others get in, from elsewhere.
    other = new_user(server, "few.localhost")
    assert few.try_login(other, **from_address("192.0.2.2")).status == 200


def test_guesses_at_the_same_time_are_counted(server, few):
    user, here = new_user(server, "few.localhost"), from_address("192.0.2.20")
    opened = [few.begin_send({"username": user, "password": "wrong"}, **here) for _ in range(12)]
    assert sorted(each.answer().status for each in opened) == [200] * 3 + [429] * 9


def test_an_account_of_ones_own_buys_no_more_guesses(server, few):
    own, user = new_user(server, "few.localhost"), new_user(server, "few.localhost")
    statuses = []
    for _ in range(5):
        statuses += attempts(few, 1, user, "192.0.2.21")
        few.try_login(own, **from_address("192.0.2.21"))
    assert statuses == [200, 200, 200, 429, 429]


def test_waiting_does_not_depend_on_whether_there_is_such_an_account(server, few):
    assert attempts(few, 5, new_name("nobody"), "192.0.2.3") == [200, 200, 200, 429, 429]


def test_who_gets_in_need_not_wait(server, few):
    user = new_user(server, "few.localhost")
    assert attempts(few, 8, user, "192.0.2.4", PASSWORD) == [200] * 8


def test_one_address_cannot_try_many_accounts(server, few):
    statuses = [
        few.try_login(new_name("nobody"), "wrong", **from_address("192.0.2.5")).status for _ in range(200)
    ]
    assert statuses[:3] == [200] * 3 and statuses[-1] == 429, statuses


def test_one_network_cannot_try_many_accounts(server, few):
    """Somebody with IPv6 has more addresses than can be counted."""
    statuses = [
        few.try_login(new_name("nobody"), "wrong", **from_address(f"2001:db8:5::{number:x}")).status
        for number in range(200)
    ]
    assert statuses[:3] == [200] * 3 and statuses[-1] == 429, statuses
    assert few.try_login(new_name("nobody"), "wrong", **from_address("2001:db8:6::1")).status == 200


def test_the_name_in_other_spellings_is_the_same_account(server, few):
    user = new_user(server, "few.localhost")
    names = [user, user.upper(), f"{user}@few.localhost", f"{user.title()}@FEW.localhost", user]
    statuses = [few.try_login(name, "wrong", **from_address("192.0.2.6")).status for name in names]
    assert statuses == [200, 200, 200, 429, 429]


def test_looking_at_the_login_page_is_no_attempt(server, few):
    here = from_address("192.0.2.7")
    assert {few.open(**here).status for _ in range(20)} == {200}
    assert attempts(few, 3, new_user(server, "few.localhost"), "192.0.2.7") == [200] * 3


def test_operators_are_told_who_was_stopped(server, few):
    user = new_user(server, "few.localhost")
    assert attempts(few, 4, user, "192.0.2.77")[-1] == 429
    lines = [line for line in server.log().split("\n") if user in line and "192.0.2.77" in line]
    assert lines, "no line names both"


def test_no_limit_is_no_limit(server, shared_client):
    assert set(attempts(begin(shared_client), 40, "nobody", "192.0.2.8")) == {200}


def test_there_is_a_limit_unless_told(start_server):
    server = start_server(oauth.options())
    flow = begin(register(server, app()))
    assert attempts(flow, 100, "juliet", "192.0.2.9")[-1] == 429


# What other modules, and the log, are told


def test_events_of_a_login(server, shared_client, user):
    flow = begin(shared_client, headers={"X-Forwarded-For": "192.0.2.10", "User-Agent": "A browser"})
    flow.try_login(user, "wrong")
    flow.log_in(f"{user.upper()}@localhost")
    failure, success = authentications(server, user)
    assert (failure["name"], success["name"]) == ("authentication-failure", "authentication-success")
    for event in (failure, success):
        assert event["type"] in ("http", "oauth2") and event["has_connection"] and event["has_log"]
        assert (event["ip"], event["host"]) == ("192.0.2.10", "localhost")
        assert (event["username"], event["mechanism"]) == (user, "x-www-form")
        assert event["client_id"]


def test_only_a_login_is_an_event(server, shared_client, user):
    flow = begin(shared_client)
    flow.redeem(flow.allow(flow.log_in(user)).code)
    assert [event["name"] for event in authentications(server, user)] == ["authentication-success"]


def test_no_password_is_written_down(server, user):
    good, bad = "a good and secret Password 1", "a bad and secret Password 2"
    user = new_user(server, password=good)
    flow = begin(register(server, app()))
    flow.try_login(user, bad)
    flow.try_login(bad, bad)
    flow.try_login(f"{user}@second.localhost", bad)
    flow.send({"username": user, "password": [bad]})
    flow.send(encoded(username=user, password=bad).encode() + b"&password=x")
    consent = flow.log_in(user, good)
    code = flow.allow(consent).code
    tokens = content(flow.redeem(code))
    for secret in (
        good,
        bad.replace("bad", "b%61d"),
        code,
        consent.value("user_token"),
        tokens["access_token"],
    ):
        for written in (secret, urllib.parse.quote(secret), urllib.parse.quote_plus(secret)):
            assert not is_stored(server, written)
    assert flow.client.secret not in server.log()


def test_a_name_cannot_write_lines_into_the_log(server, shared_client):
    begin(shared_client).try_login("x\nJan 01 00:00:00 forged\terror\tline", "wrong")
    begin(shared_client, login_hint="x\nJan 01 00:00:00 forged\terror\tline").open()
    assert "\nJan 01 00:00:00 forged" not in server.log()


# The login token, between the pages


def send_consent(flow, user_token, **changes):
    fields = {"user_token": user_token, "consent": "granted", "scope": "xmpp", **changes}
    return flow.send(oauth.changed(fields, {}))


def test_the_login_token_is_for_one_query(server, shared_client, shared_user):
    flow = begin(shared_client, scope="openid xmpp")
    user_token = flow.log_in(shared_user).value("user_token")
    others = [
        {"scope": "xmpp"},
        {"scope": "xmpp openid"},
        {"state": "another"},
        {"redirect_uri": LEFT_OUT},
        {"code_challenge": s256("another")},
        {"response_mode": "fragment"},
        {"nonce": "x"},
        {"utm_source": "x"},
    ]
    for changes in others:
        other = begin(shared_client)
        other.parameters = oauth.changed(flow.parameters, changes)
        assert_login_again(send_consent(other, user_token), other)
    assert Redirect(send_consent(flow, user_token)).code


@pytest.mark.parametrize(
    "change",
    [
        lambda query: query + "&",
        lambda query: "&" + query,
        lambda query: "&".join(reversed(query.split("&"))),
        lambda query: query.replace("%2F", "%2f"),
        lambda query: query.replace("response_type", "%72esponse_type"),
    ],
    ids=["end", "beginning", "order", "case", "encoding"],
)
def test_the_login_token_is_for_the_very_query(server, shared_client, shared_user, change):
    flow = begin(shared_client)
    user_token = flow.log_in(shared_user).value("user_token")
    query = flow.query
    flow.raw_query = change(query)
    assert flow.raw_query != query
    assert_login_again(send_consent(flow, user_token), flow)
    flow.raw_query = query
    assert Redirect(send_consent(flow, user_token)).code


def test_the_login_token_is_for_one_client(server, shared_client, shared_user):
    flow = begin(shared_client)
    user_token = flow.log_in(shared_user).value("user_token")
    other = begin(register(server, app()))
    other.parameters = {**flow.parameters, "client_id": other.client.id}
    assert_login_again(send_consent(other, user_token), other)


def test_the_login_token_is_for_one_host(server):
    """The same id and the same query may be on two hosts: an old client's."""
    flow = begin(community_client(server))
    user = new_user(server)
    assert probe(server, "create_user", host="second.localhost", username=user, password=PASSWORD)["ok"]
    user_token = flow.log_in(user).value("user_token")
    other = begin(community_client(server, "second.localhost"))
    other.raw_query = flow.query
    assert_login_again(send_consent(other, user_token), other)


def test_the_login_token_damaged(server, shared_client, shared_user):
    flow = begin(shared_client)
    good = flow.log_in(shared_user).value("user_token")
    places = sorted({*range(0, len(good), max(1, len(good) // 30)), len(good) - 1})
    bad = [good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :] for at in places]
    bad += [
        good[:-1],
        good[1:],
        good[: len(good) // 2],
        good + "A",
        good + "=",
        "A" + good,
        good + " ",
        good + "\n",
        good + good,
    ]
    bad += [
        "x",
        ".",
        "..",
        "e30.e30.e30",
        good.swapcase(),
        good[::-1],
        "A" * len(good),
        "A" * 20000,
        "caf\u00e9",
    ]
    for user_token in bad:
        answer = send_consent(flow, user_token)
        assert_nobody_is_logged_in(answer)
        assert_login_again(answer, flow)
    assert Redirect(send_consent(flow, good)).code


def test_the_login_token_expires(server, shared_client, shared_user):
    flow = begin(shared_client)
    user_token = flow.log_in(shared_user).value("user_token")
    advance(server, 590)
    assert Redirect(send_consent(flow, user_token)).code
    advance(server, 11)
    answer = send_consent(flow, user_token)
    assert_nobody_is_logged_in(answer)
    assert_login_again(answer, flow)
    assert Page(answer).text() != Page(flow.try_login("nobody")).text()


def test_a_code_is_no_login_token(server, shared_client, shared_user):
    flow = begin(shared_client)
    consent = flow.log_in(shared_user)
    assert_login_again(send_consent(flow, flow.allow(consent).code), flow)
    assert_error(flow.redeem(consent.value("user_token")), "invalid_grant")


def test_the_login_token_over_a_restart(start_server):
    server = start_server(options())
    client, user = register(server, app()), new_user(server)
    flow = begin(client)
    consent = flow.log_in(user)
    server.restart()
    code = flow.allow(consent).code
    server.restart()
    assert content(flow.redeem(code))["scope"] == "xmpp"
    server.restart()
    assert_error(flow.redeem(code), "invalid_grant")


def test_the_login_token_over_a_reload(server, shared_client, shared_user):
    flow = begin(shared_client)
    consent = flow.log_in(shared_user)
    server.reload("http_oauth2")
    code = flow.allow(consent).code
    server.reload("http_oauth2")
    assert [flow.redeem(code).status for _ in range(2)] == [200, 400]


@pytest.mark.parametrize("change", ["disable_user", "delete_user"])
def test_an_account_that_goes_away_before_consent(server, shared_client, user, change):
    flow = begin(shared_client)
    consent = flow.log_in(user)
    assert probe(server, change, username=user)["ok"]
    answer = flow.decide(consent, "granted")
    assert answer.status < 500, answer
    if answer.status == 303 and "code" in Redirect(answer).parameters:
        assert_error(flow.redeem(Redirect(answer).code), "invalid_grant")


# Consent


@pytest.mark.parametrize(
    "asked, ticked, granted",
    [
        ("xmpp", ["xmpp", "openid"], "xmpp"),
        ("xmpp", ["xmpp", "xmpp"], "xmpp"),
        ("xmpp", ["xmpp", "openid", "offline_access", "prosody:admin", "unknown"], "xmpp"),
        ("openid", ["xmpp", "openid"], "openid"),
        ("openid xmpp", ["xmpp"], "xmpp"),
        ("openid xmpp", ["openid"], "openid"),
        ("openid xmpp offline_access", ["offline_access", "openid"], "openid offline_access"),
        ("openid xmpp", ["openid xmpp"], None),
        ("xmpp", [], None),
        ("openid xmpp offline_access", [], None),
        ("xmpp", ["openid", "offline_access"], None),
        ("xmpp", ["XMPP"], None),
        ("xmpp", [""], None),
        ("xmpp", [MARKUP], None),
    ],
    ids=str,
)
def test_consent_is_to_what_is_asked_and_ticked(server, shared_client, shared_user, asked, ticked, granted):
    flow = begin(shared_client, scope=asked)
    answer = flow.decide(flow.log_in(shared_user), "granted", ticked)
    if granted is None:
        assert_redirected(answer, "access_denied", flow)
    else:
        tokens = content(flow.redeem(Redirect(answer).code))
        assert tokens["scope"] == granted
        assert ("refresh_token" in tokens) == ("offline_access" in granted)
        assert ("id_token" in tokens) == ("openid" in granted)


@pytest.mark.parametrize("scopes", [[], ["xmpp"]])
def test_s4_1_2_1_denied(server, shared_client, shared_user, scopes):
    flow = begin(shared_client)
    consent = flow.log_in(shared_user)
    assert_redirected(flow.decide(consent, "denied", scopes), "access_denied", flow)


def test_cancelled_instead_of_logging_in(server, shared_client):
    flow = begin(shared_client)
    buttons = [button for button in login_form(flow.open()).buttons if button == ("consent", "denied")]
    for name, value in buttons:
        assert_redirected(flow.send({"username": "", "password": "", name: value}), "access_denied", flow)


HOSTILE_CONSENTS = {
    "consent twice": b"user_token={token}&consent=denied&consent=granted&scope=xmpp",
    "the same consent twice": b"user_token={token}&consent=granted&consent=granted&scope=xmpp",
    "token twice": b"user_token={token}&user_token={token}&consent=granted&scope=xmpp",
    "token not UTF-8": b"user_token={token}%ff&consent=granted&scope=xmpp",
    "token with a NUL": b"user_token={token}%00&consent=granted&scope=xmpp",
    "scope not UTF-8": b"user_token={token}&consent=granted&scope=%ff",
    "scope with a NUL": b"user_token={token}&consent=granted&scope=xmpp%00",
    "consent not UTF-8": b"user_token={token}&consent=%ff&scope=xmpp",
    "too long": b"user_token={token}&consent=granted&scope=xmpp&x=" + b"y" * 70000,
    "no token": b"consent=granted&scope=xmpp",
    "empty token": b"user_token=&consent=granted&scope=xmpp",
    "token without a value": b"user_token&consent=granted&scope=xmpp",
    "no consent": b"user_token={token}&scope=xmpp",
    "empty consent": b"user_token={token}&consent=&scope=xmpp",
    "another consent": b"user_token={token}&consent=maybe&scope=xmpp",
    "consent in capitals": b"user_token={token}&consent=GRANTED&scope=xmpp",
    "consent to be": b"user_token={token}&consent=true&scope=xmpp",
    "list": b"user_token={token}&consent[]=granted&scope=xmpp",
}


@pytest.mark.parametrize("body", HOSTILE_CONSENTS.values(), ids=HOSTILE_CONSENTS)
def test_consent_with_odd_fields(server, shared_client, shared_user, body):
    flow = begin(shared_client)
    user_token = flow.log_in(shared_user).value("user_token")
    answer = flow.send(body.replace(b"{token}", urllib.parse.quote(user_token).encode()))
    assert answer.status < 500, answer
    if answer.status == 303:
        assert Redirect(answer).error == "access_denied"
    else:
        assert answer.status in (200, 400, 413)
        assert_private(answer)
    if (
        any(part in body for part in (b"%ff", b"%00"))
        or body.count(b"consent=") > 1
        or body.count(b"_token=") > 1
    ):
        assert_error_page(answer)


@pytest.mark.parametrize("name", ["username", "password", "user_token", "consent", "scope"])
def test_no_value_is_too_much(server, shared_client, shared_user, name):
    flow = begin(shared_client)
    login = {"username": shared_user, "password": PASSWORD}
    consent = {
        "user_token": flow.log_in(shared_user).value("user_token"),
        "consent": "granted",
        "scope": "xmpp",
    }
    for body in hostile(login if name in login else consent, name):
        answer = flow.send(body)
        assert answer.status in (200, 303, 400), (body, answer)
        assert answer.status != 303 or Redirect(answer).error == "access_denied", (body, answer)


def test_many_scopes_are_no_burden(server, shared_client, shared_user):
    flow = begin(shared_client)
    answer = flow.decide(
        flow.log_in(shared_user), "granted", [f"s{number}" for number in range(3000)] + ["xmpp"]
    )
    assert scope_granted(flow, Redirect(answer).code) == "xmpp"


def test_consent_twice_gives_two_codes(server, shared_client, shared_user):
    """Somebody went back and pressed again: each code is good, once."""
    flow = begin(shared_client)
    consent = flow.log_in(shared_user)
    codes = [flow.allow(consent).code for _ in range(2)]
    assert codes[0] != codes[1]
    assert [flow.redeem(code).status for code in codes] == [200, 200]


def test_codes_tell_nothing(server, shared_client, shared_user):
    flow = begin(shared_client)
    consent = flow.log_in(shared_user)
    for secret in (flow.allow(consent).code, consent.value("user_token")):
        assert re.fullmatch(r"[A-Za-z0-9._~-]{24,1000}", secret)
        for part in re.split(r"[.]", secret):
            plain = oauth.from_base64url(part) if len(part) % 4 != 1 else b""
            assert shared_user.encode() not in plain and b"xmpp" not in plain
