"""mod_http_oauth2: tokens without a code, where operators want that (RFC 6749 §4.2)."""

import pytest

import oauth
from answers import (
    assert_redirected,
    discovery_of,
    issuer_of,
)
from authorization import (
    ALL_SCOPES,
    REDIRECT_URI,
    TOKEN,
    Redirect,
    assert_error,
    begin,
    implicit_app,
    login_form,
    new_user,
    options,
    post_as,
)
from oauth import (
    LEFT_OUT,
    OUT_OF_BAND,
    is_token_good,
    register,
)

GRANTS = ["authorization_code", "refresh_token", "implicit"]
IMPLICIT = {"allowed_oauth2_grant_types": GRANTS, "allowed_oauth2_response_types": ["code", "token"]}

HOSTS = {
    "implicit.localhost": IMPLICIT,
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture(scope="module")
def token_client(server):
    """May use the implicit grant, where it is allowed."""
    return register(server, implicit_app(), "implicit.localhost")


# Implicit grant, RFC 6749 §4.2


@pytest.mark.parametrize(
    "changes", [{}, {"token_endpoint_auth_method": "none"}], ids=["confidential", "public"]
)
def test_s4_2_2_a_token_in_the_fragment(server, changes):
    host = "implicit.localhost"
    client, user = register(server, implicit_app(**changes), host), new_user(server, host)
    flow = begin(client, response_type="token", scope=ALL_SCOPES, code_challenge=LEFT_OUT)
    answer = flow.decide(flow.log_in(user), "granted")
    redirect = Redirect(answer)
    said = redirect.parameters
    assert redirect.has_fragment and redirect.target == REDIRECT_URI and not redirect.query
    assert set(said) == {"access_token", "token_type", "expires_in", "scope", "state", "iss"}
    assert said["token_type"] == "bearer" and 3595 <= int(said["expires_in"]) <= 3600
    assert said["state"] == flow.parameters["state"] and said["iss"] == issuer_of(server, host)
    assert said["scope"] == ALL_SCOPES
    assert is_token_good(server, said["access_token"], host)
    assert "no-store" in answer.headers["cache-control"]


def test_s4_2_2_1_errors_are_in_the_fragment(server, token_client):
    user = new_user(server, "implicit.localhost")
    flow = begin(token_client, response_type="token", code_challenge=LEFT_OUT)
    assert_redirected(flow.decide(flow.log_in(user), "denied"), "access_denied", flow, in_fragment=True)
    for changes, error in (
        ({"scope": "unknown"}, "invalid_scope"),
        ({"scope": "a  b"}, "invalid_scope"),
        ({"prompt": "none"}, "login_required"),
        ({"request": "x"}, "request_not_supported"),
    ):
        flow = begin(token_client, response_type="token", code_challenge=LEFT_OUT, **changes)
        assert_redirected(flow.open(), error, flow, in_fragment=True)


def test_s4_2_response_modes(server, token_client):
    changes = {"response_type": "token", "code_challenge": LEFT_OUT}
    login_form(begin(token_client, response_mode="fragment", **changes).open())
    for mode in ("query", "form_post", "x"):
        flow = begin(token_client, response_mode=mode, **changes)
        said = Redirect(flow.open())
        assert said.error == "invalid_request" and "response_mode" in said.parameters["error_description"]


def test_s4_2_its_own_query_is_kept(server):
    host, uri = "implicit.localhost", "https://app.example.com/redirect?x=%2f&y"
    client, user = register(server, implicit_app(redirect_uris=[uri]), host), new_user(server, host)
    flow = begin(client, response_type="token", code_challenge=LEFT_OUT)
    assert flow.decide(flow.log_in(user), "granted").headers["location"].startswith(uri + "#")


def test_s4_2_consent_narrows_it_too(server, token_client):
    user = new_user(server, "implicit.localhost")
    flow = begin(token_client, response_type="token", scope="openid xmpp", code_challenge=LEFT_OUT)
    consent = flow.log_in(user)
    assert flow.allow(consent, ["openid", "offline_access"]).parameters["scope"] == "openid"
    assert flow.allow(consent, []).error == "access_denied"


def test_s4_2_out_of_band_there_is_no_fragment(server):
    host = "implicit.localhost"
    client = register(server, implicit_app(redirect_uris=[OUT_OF_BAND], application_type="native"), host)
    user = new_user(server, host)
    flow = begin(client, response_type="token", code_challenge=LEFT_OUT)
    answer = flow.open()
    if answer.status == 200:
        answer = flow.decide(flow.log_in(user), "granted")
    assert answer.status in (200, 400) and "location" not in answer.headers


def test_s4_2_it_is_no_grant_at_the_token_endpoint(server, token_client):
    answer = post_as(token_client, TOKEN, {"grant_type": "implicit"})
    assert_error(answer, "unsupported_grant_type")


def test_s4_2_is_off_unless_told(server):
    discovery = discovery_of(server, "localhost")
    assert (
        "token" not in discovery["response_types_supported"]
        and "implicit" not in discovery["grant_types_supported"]
    )
    assert oauth.post(server, implicit_app()).status == 400
