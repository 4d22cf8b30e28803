"""mod_http_oauth2: who may register, how often, and from which websites."""

import pytest

from api import bearer
from oauth import (
    DISCOVERY,
    REGISTER,
    assert_refused,
    assert_unauthorized,
    content,
    options,
    post,
    register,
    web,
)

TOKEN, SECOND, THIRD = "initial-access-token_1.2~3+4/5==", "another-token", "third"

HOSTS = {
    "one.localhost": {"oauth2_registration_token": TOKEN},
    "many.localhost": {"oauth2_registration_token": [TOKEN, SECOND, THIRD]},
    "nobody.localhost": {"oauth2_registration_token": []},
    "limited.localhost": {"oauth2_registration_limit": 3},
    "default.localhost": {"oauth2_registration_limit": 30},
    "guarded.localhost": {"oauth2_registration_limit": 3, "oauth2_registration_token": TOKEN},
    "changes.localhost": {"oauth2_registration_limit": 3},
    "networks.localhost": {"oauth2_registration_limit": 2},
    "off.localhost": {"oauth2_registration_limit": 0},
    "closed.localhost": {"oauth2_registration_key": ""},
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


# Initial access tokens, RFC 7591 §3


@pytest.mark.parametrize("host, token", [("one", TOKEN), ("many", TOKEN), ("many", SECOND), ("many", THIRD)])
@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER  "])
def test_who_has_a_token_may_register(server, host, token, scheme):
    client = register(server, host=f"{host}.localhost", **{"Authorization": scheme + token})
    assert client.is_known()


WRONG = {
    "shorter": TOKEN[:-1],
    "longer": TOKEN + "=",
    "changed": "X" + TOKEN[1:],
    "upper case": TOKEN.upper(),
    "another": "guessed",
    "two": f"{TOKEN} {TOKEN}",
    "with a comma": TOKEN + ",",
    "quoted": f'"{TOKEN}"',
    "percent-encoded": TOKEN.replace("=", "%3D"),
    "all": ",".join([TOKEN, SECOND, THIRD]),
    "long": "x" * 5000,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
@pytest.mark.parametrize("host", ["one.localhost", "many.localhost"])
def test_who_has_a_wrong_one_may_not(server, host, wrong):
    assert_unauthorized(post(server, web(), host, **bearer(wrong)), host=host)


@pytest.mark.parametrize("host", ["one.localhost", "many.localhost"])
def test_who_has_none_may_not(server, host):
    assert_unauthorized(post(server, web(), host), is_told_why=False, host=host)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        f"Basic {TOKEN}",
        TOKEN,
        f"Bearer{TOKEN}",
        f"Bearer x {TOKEN}",
        f"Token {TOKEN}",
    ],
)
def test_a_header_of_another_form(server, header):
    content(post(server, web(), "one.localhost", Authorization=header), 401)


def test_a_token_elsewhere_does_not_count(server):
    headers = {"Content-Type": "application/json"}
    for query in (f"?access_token={SECOND}", f"?token={SECOND}"):
        answer = server.post(REGISTER + query, b"{}", headers=headers, host="many.localhost")
        assert answer.status == 401
    assert (
        post(server, web(access_token=SECOND, oauth2_registration_token=SECOND), "many.localhost").status
        == 401
    )


def test_what_is_sent_is_not_looked_at_before_the_token_is(server):
    for body in ("x", "{}", "[" * 60000):
        assert_unauthorized(post(server, body, "one.localhost", **bearer("guessed")), host="one.localhost")


def test_a_token_of_one_host_is_none_of_another(server):
    assert_unauthorized(post(server, web(), "one.localhost", **bearer(SECOND)), host="one.localhost")


def test_a_client_is_no_token(server):
    client = register(server, host="one.localhost", **bearer(TOKEN))
    for token in (client.token, client.secret, client.id):
        assert_unauthorized(post(server, web(), "one.localhost", **bearer(token)), host="one.localhost")


@pytest.mark.parametrize("host", ["localhost", "nobody.localhost"])
def test_without_such_an_option_anybody_may_register(server, host):
    for headers in ({}, bearer("whatever"), {"Authorization": "Basic eDp5"}):
        register(server, host=host, **headers)


# The limit


def from_network(address):
    """As a proxy on this machine tells whom it asks for."""
    return {"X-Forwarded-For": address}


def statuses(server, host, times, metadata=None, **headers):
    return [post(server, metadata or web(), host, **headers).status for _ in range(times)]


def assert_too_fast(answer, seconds):
    said = assert_refused(answer, "slow_down", status=429)
    assert 1 <= int(answer.headers["retry-after"]) <= seconds, answer.headers
    return said


def test_whoever_registers_too_often_waits(server):
    host, here = "limited.localhost", from_network("192.0.2.1")
    assert statuses(server, host, 3, **here) == [201] * 3
    for _ in range(3):
        assert_too_fast(post(server, web(), host, **here), 200)
    # Others do not.
    assert statuses(server, host, 1, **from_network("192.0.2.2")) == [201]


def test_the_limit_is_for_a_network(server):
    host = "networks.localhost"
    assert statuses(server, host, 2, **from_network("2001:db8:1:2::1")) == [201] * 2
    assert statuses(server, host, 1, **from_network("2001:db8:1:2:3:4:5:6")) == [429]
    assert statuses(server, host, 1, **from_network("2001:db8:ffff:2::1")) == [201]
    # One address in two spellings
    assert statuses(server, host, 2, **from_network("192.0.2.9")) == [201] * 2
    assert statuses(server, host, 1, **from_network("::ffff:192.0.2.9")) == [429]


def test_the_default_is_thirty(start_server):
    server = start_server(options(oauth2_registration_limit=None))
    assert statuses(server, "localhost", 31) == [201] * 30 + [429]
    assert_too_fast(post(server, web()), 20)


def test_what_is_refused_counts_too(server):
    host, here = "limited.localhost", from_network("192.0.2.3")
    assert statuses(server, host, 3, {"client_name": "A"}, **here) == [400] * 3
    assert_too_fast(post(server, web(), host, **here), 200)


def test_tokens_cannot_be_guessed_faster(server):
    host, here = "guarded.localhost", from_network("192.0.2.4")
    for _ in range(3):
        assert_unauthorized(post(server, web(), host, **bearer("guessed"), **here), host=host)
    assert_too_fast(post(server, web(), host, **bearer(TOKEN), **here), 200)


def test_updates_count_too(server):
    host = "changes.localhost"
    client = register(server, host=host)
    other = register(server, host=host)
    assert content(client.replace())["client_id"]
    assert_too_fast(other.replace(), 200)
    # Reading and deleting is free.
    for _ in range(5):
        assert other.is_known()
    assert other.ask("DELETE").status == 204


def test_looking_around_is_free(server):
    host, here = "limited.localhost", from_network("192.0.2.5")
    for _ in range(10):
        assert server.get(REGISTER, headers=here, host=host).status == 200
        assert server.get(DISCOVERY, headers=here, host=host).status == 200
        assert server.request("OPTIONS", REGISTER, headers=here, host=host).status == 200
    assert statuses(server, host, 3, **here) == [201] * 3


def test_no_limit_is_no_limit(server):
    assert set(statuses(server, "off.localhost", 70)) == {201}


def test_hosts_have_limits_of_their_own(server):
    here = from_network("192.0.2.6")
    assert statuses(server, "limited.localhost", 4, **here)[-1] == 429
    assert statuses(server, "default.localhost", 1, **here) == [201]


# Other websites (CORS)

ORIGIN = "https://app.example.com"


def assert_open(answer, *methods):
    headers = answer.headers
    assert headers["access-control-allow-origin"] in (ORIGIN, "*"), headers
    assert set(methods) <= set(headers["access-control-allow-methods"].split(", "))
    allowed = {name.lower() for name in headers["access-control-allow-headers"].split(", ")}
    assert {"authorization", "content-type"} <= allowed
    assert "access-control-allow-credentials" not in headers


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_a_browser_asks_whether_it_may(server, method):
    headers = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    for path in (REGISTER, f"{REGISTER}?client_id=x"):
        answer = server.request("OPTIONS", path, headers=headers)
        assert answer.status in (200, 204) and answer.body == b""
        assert_open(answer, method)


def test_a_browser_may_look_for_the_server(server):
    for host in ("localhost", "closed.localhost"):
        answer = server.request(
            "OPTIONS",
            DISCOVERY,
            headers={"Origin": ORIGIN, "Access-Control-Request-Method": "GET"},
            host=host,
        )
        assert answer.status in (200, 204)
        assert_open(answer, "GET")
        assert_open(server.get(DISCOVERY, headers={"Origin": ORIGIN}, host=host), "GET")


def test_a_website_may_read_every_answer(server):
    origin = {"Origin": ORIGIN}
    client = register(server)
    answers = {
        200: client.ask(headers=origin),
        201: post(server, web(), **origin),
        204: client.ask("DELETE", headers=origin),
        400: post(server, "x", **origin),
        401: client.ask(headers=origin),
        413: post(server, "x" * 70000, **origin),
    }
    here = from_network("192.0.2.7")
    statuses(server, "limited.localhost", 3, **here)
    answers[429] = post(server, web(), "limited.localhost", **here, **origin)
    for status, answer in answers.items():
        assert answer.status == status, answer
        assert_open(answer, "GET", "POST", "PUT", "DELETE")
    for path in (REGISTER, DISCOVERY):
        assert_open(server.get(path, headers=origin))
