"""mod_http_oauth2: where people are sent back to (RFC 6749 §3.1.2, RFC 8252 §7, RFC 9700 §2.1)."""

import urllib.parse

import pytest

import oauth
from answers import (
    assert_error_page,
    assert_private,
    code_on,
    issuer_of,
)
from authorization import (
    REDIRECT_URI,
    Redirect,
    app,
    assert_error,
    begin,
    code_for,
    new_user,
    options,
    public_app,
)
from endpoints import community_client
from oauth import (
    LEFT_OUT,
    OUT_OF_BAND,
    content,
    register,
)


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options())


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


# RFC 6749 §3.1.2.3, RFC 9700 §2.1: redirect URIs are compared letter by letter

OTHERS = [
    "https://app.example.com/redirect/",
    "https://app.example.com/redirec",
    "https://app.example.com/redirect2",
    "https://app.example.com/redirect/x",
    "https://app.example.com/Redirect",
    "https://app.example.com/REDIRECT",
    "https://app.example.com//redirect",
    "https://app.example.com/x/../redirect",
    "https://app.example.com/./redirect",
    "https://app.example.com/%72edirect",
    "https://app.example.com/redirect%2f",
    "https://app.example.com/redirect?",
    "https://app.example.com/redirect?x=y",
    "https://app.example.com/redirect#",
    "https://app.example.com/redirect#x",
    "https://app.example.com/redirect;x",
    "https://app.example.com:443/redirect",
    "https://app.example.com:8443/redirect",
    "https://app.example.com:/redirect",
    "https://APP.example.com/redirect",
    "https://app.example.com./redirect",
    "https://www.app.example.com/redirect",
    "https://app.example.com.evil.example/redirect",
    "https://app.example.com@evil.example/redirect",
    "https://evil.example@app.example.com/redirect",
    "https://@app.example.com/redirect",
    "https://:@app.example.com/redirect",
    "https://app.example.com\\@evil.example/redirect",
    "https:\\\\app.example.com\\redirect",
    "https://evil.example/redirect",
    "https://evil.example/https://app.example.com/redirect",
    "http://app.example.com/redirect",
    "HTTPS://app.example.com/redirect",
    "//app.example.com/redirect",
    "app.example.com/redirect",
    "/redirect",
    "redirect",
    " https://app.example.com/redirect",
    "https://app.example.com/redirect ",
    "https://app.example.com/redirect\t",
    "https://app.example.com/redirect\r\nX: y",
    "https://app.example.com/redirect,https://evil.example/",
    "https://app.example.com/redirect https://evil.example/",
    "https://app.example.com/",
    "https://app.example.com",
    "https://*/redirect",
    "https://localhost/redirect",
    "http://127.0.0.1/redirect",
    "javascript:alert(1)",
    "data:text/html,x",
    "urn:ietf:wg:oauth:2.0:oob",
    "x" * 5000,
]


@pytest.mark.parametrize("uri", OTHERS, ids=lambda uri: ascii(uri[:60]))
def test_s3_1_2_3_another_redirect_uri(server, shared_client, uri):
    assert_error_page(begin(shared_client, redirect_uri=uri).open(), "Invalid 'redirect_uri' parameter")


OWN_QUERIES = [
    "https://app.example.com?x=1",
    "https://app.example.com/?x=1&y=%20&z='a'",
    "https://app.example.com/redirect?a",
    "https://app.example.com/redirect?a=&b=c+d&e=%2f%2F",
    "https://app.example.com/redirect?next=https://app.example.com/?x=y",
    "https://app.example.com/redirect?codes=own&State=own",
    "https://app.example.com/%7Euser/%2F;b=c,d!$+(a)",
    "https://app.example.com",
    "https://app.example.com:443/redirect",
]


@pytest.mark.parametrize("uri", OWN_QUERIES)
def test_s3_1_2_its_own_query_is_kept_byte_for_byte(server, user, uri):
    client = register(server, app(redirect_uris=[uri]))
    flow = begin(client)
    separator = "&" if "?" in uri else "?"
    for answer in (flow.decide(flow.log_in(user), "granted"), begin(client, response_type=LEFT_OUT).open()):
        assert answer.status == 303, answer
        added = answer.headers["location"].removeprefix(uri + separator)
        assert added != answer.headers["location"], answer.headers
        said = urllib.parse.parse_qs(added, strict_parsing=True)
        assert said.get("error", ["invalid_request"]) == ["invalid_request"] and said["iss"] == [
            issuer_of(server)
        ]
    code = parameters_behind(flow.decide(flow.log_in(user), "granted"), uri)["code"]
    assert flow.redeem(code).status == 200


def test_s3_1_a_query_of_the_answer_that_was_registered_elsewhere(server, user):
    """The community module has let clients have one. They go on, and what they find first is their own."""
    uri = "https://app.example.com/redirect?state=own"
    flow = begin(community_client(server, redirect_uris=[uri]))
    answer = flow.decide(flow.log_in(user), "granted")
    assert flow.redeem(parameters_behind(answer, uri)["code"]).status == 200


def parameters_behind(answer, uri):
    """What the server added to a redirect URI."""
    return dict(urllib.parse.parse_qsl(answer.headers["location"][len(uri) + 1 :]))


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.com/redirect?x=1",
        "https://app.example.com/redirect?x=1&y=2",
    ],
)
def test_s3_1_2_3_another_query(server, uri):
    client = register(server, app(redirect_uris=[uri]))
    for other in (
        uri + "&z=3",
        uri + "&",
        uri.replace("x=1", "x=2"),
        uri.partition("?")[0],
        uri.replace("=", "%3D"),
    ):
        assert_error_page(begin(client, redirect_uri=other).open(), "'redirect_uri'")
    swapped = register(server, app(redirect_uris=["https://app.example.com/redirect?b=1&a=2"]))
    answer = begin(swapped, redirect_uri="https://app.example.com/redirect?a=2&b=1").open()
    assert_error_page(answer, "'redirect_uri'")


def test_s3_1_2_2_each_of_several(server, user):
    uris = ["https://app.example.com/one", "https://app.example.com/two", "https://app.example.com/one?x=y"]
    client = register(server, app(redirect_uris=uris))
    for uri in uris:
        flow = begin(client, redirect_uri=uri)
        answer = flow.decide(flow.log_in(user), "granted")
        assert answer.headers["location"].startswith(uri + ("&" if "?" in uri else "?"))
    assert_error_page(begin(client, redirect_uri="https://app.example.com/three").open(), "'redirect_uri'")


@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_s3_1_2_3_left_out_the_only_one_is_meant(server, user, left_out):
    uri = "https://app.example.com/only?x=y"
    flow = begin(register(server, app(redirect_uris=[uri])), redirect_uri=left_out)
    answer = flow.decide(flow.log_in(user), "granted")
    assert answer.headers["location"].startswith(uri + "&")
    code = parameters_behind(answer, uri)["code"]
    assert flow.redeem(code, redirect_uri=LEFT_OUT).status == 200
    assert_error_page(begin(flow.client, redirect_uri=uri + "z").open(), "'redirect_uri'")


@pytest.mark.parametrize("left_out", [LEFT_OUT, ""])
def test_s3_1_2_3_left_out_one_of_several_is_not_guessed(server, left_out):
    client = register(server, app(redirect_uris=[REDIRECT_URI, "https://app.example.com/two"]))
    assert_error_page(begin(client, redirect_uri=left_out).open(), "'redirect_uri'")


# RFC 8252 §7: apps on somebody's device

LOOPBACK = ["http://127.0.0.1/cb", "http://[::1]/cb", "http://localhost/cb", "http://localhost:8080/cb"]


@pytest.mark.parametrize("registered", LOOPBACK)
def test_rfc8252_7_3_any_port_and_each_name_of_this_device(server, shared_user, registered):
    client = register(server, public_app(redirect_uris=[registered]))
    for host in ("127.0.0.1", "localhost", "[::1]"):
        for port in ("", ":80", ":1", ":8080", ":51004", ":65535"):
            answer = begin(client, redirect_uri=f"http://{host}{port}/cb", response_type=LEFT_OUT).open()
            assert Redirect(answer).target == f"http://{host}{port}/cb"
        flow = begin(client, redirect_uri=f"http://{host}:51004/cb")
        redirect = flow.allow(flow.log_in(shared_user))
        assert redirect.target == f"http://{host}:51004/cb" and flow.redeem(redirect.code).status == 200


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.2/cb",
        "http://127.1/cb",
        "http://2130706433/cb",
        "http://0.0.0.0/cb",
        "http://[::]/cb",
        "http://[0:0:0:0:0:0:0:1]/cb",
        "http://[::ffff:127.0.0.1]/cb",
        "http://LOCALHOST/cb",
        "http://localhost./cb",
        "http://evil.localhost/cb",
        "http://localhost.evil.example/cb",
        "http://localhost@evil.example/cb",
        "http://localhost:8080@evil.example/cb",
        "http://user@localhost/cb",
        "http://localhost\\@evil.example/cb",
        "https://localhost/cb",
        "https://127.0.0.1/cb",
        "http://localhost:/cb",
        "http://localhost:0/cb",
        "http://localhost:65536/cb",
        "http://localhost:080/cb",
        "http://localhost:+80/cb",
        "http://localhost:8o/cb",
        "http://localhost: 80/cb",
        "http://localhost:80:80/cb",
        "http://localhost/",
        "http://localhost/cb/",
        "http://localhost/CB",
        "http://localhost/cb?x",
        "http://localhost/cb?",
        "http://localhost/cb#x",
        "http://localhost/%63b",
        "http://localhost",
        "HTTP://localhost/cb",
        "//localhost/cb",
    ],
)
@pytest.mark.parametrize("registered", ["http://localhost/cb", "http://127.0.0.1:8080/cb"])
def test_rfc8252_7_3_what_is_not_the_same(server, registered, uri):
    client = register(server, public_app(redirect_uris=[registered]))
    assert_error_page(begin(client, redirect_uri=uri).open(), "Invalid 'redirect_uri' parameter")


def test_rfc8252_7_3_the_port_of_the_request_has_to_be_that_of_the_redemption(server, user):
    client = register(server, public_app(redirect_uris=["http://127.0.0.1/cb"]))
    code, flow = code_for(client, user, redirect_uri="http://127.0.0.1:51004/cb")
    assert_error(flow.redeem(code, redirect_uri="http://127.0.0.1:51005/cb"), "invalid_grant")
    assert_error(flow.redeem(code, redirect_uri="http://127.0.0.1/cb"), "invalid_grant")
    assert flow.redeem(code).status == 200


@pytest.mark.parametrize(
    "uri",
    [
        "com.example.app:/redirect",
        "com.example.app:/",
        "com.example.app:redirect",
        "com.example.app://redirect",
        "com.example.app:///redirect?x=y",
    ],
)
def test_rfc8252_7_1_private_use_schemes(server, user, uri):
    client = register(server, public_app(redirect_uris=[uri]))
    flow = begin(client)
    answer = flow.decide(flow.log_in(user), "granted")
    assert answer.headers["location"].startswith(uri + ("&" if "?" in uri else "?"))
    for other in (
        uri + "2",
        "com.example.evil" + uri[15:],
        "COM" + uri[3:],
        "com.example.app:/x",
        "com.example.app:",
        "com.example.app",
    ):
        assert_error_page(begin(client, redirect_uri=other).open(), "'redirect_uri'")


# Out of band: the person carries the code


@pytest.fixture(scope="module")
def oob_client(server):
    return register(server, public_app(redirect_uris=[OUT_OF_BAND]))


def test_out_of_band_the_code_is_on_a_page(server, oob_client, user):
    flow = begin(oob_client)
    answer = flow.decide(flow.log_in(user), "granted")
    assert answer.status == 200 and "location" not in answer.headers
    assert_private(answer)
    code = code_on(answer)
    assert content(flow.redeem(code))["scope"] == "xmpp"


@pytest.mark.parametrize(
    "changes",
    [{"response_type": LEFT_OUT}, {"scope": "unknown"}, {"code_challenge": LEFT_OUT}, {"prompt": "none"}],
)
def test_out_of_band_errors_are_on_a_page(server, oob_client, changes):
    assert_error_page(begin(oob_client, **changes).open())


def test_out_of_band_denied(server, oob_client, user):
    flow = begin(oob_client)
    assert_error_page(flow.decide(flow.log_in(user), "denied"))


@pytest.mark.parametrize(
    "uri", ["urn:ietf:wg:oauth:2.0:OOB", "urn:ietf:wg:oauth:2.0:oob:auto", "URN:ietf:wg:oauth:2.0:oob"]
)
def test_out_of_band_in_another_spelling(server, oob_client, uri):
    assert_error_page(begin(oob_client, redirect_uri=uri).open(), "'redirect_uri'")


@pytest.mark.parametrize("uri", [oauth.DEVICE_GRANT, "urn:ietf:params:oauth:grant-type:device_code:x"])
def test_the_devices_redirect_uri_is_for_devices(server, client, uri):
    assert_error_page(begin(client, redirect_uri=uri).open())
