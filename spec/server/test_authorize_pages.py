"""mod_http_oauth2: the pages on the way: their headers, what they reflect, and templates of operators."""

import urllib.parse

import pytest

from answers import (
    assert_private,
    code_on,
    scope_granted,
)
from authorization import (
    AUTHORIZE,
    REDIRECT_URI,
    Redirect,
    app,
    begin,
    consent_form,
    new_user,
    options,
    public_app,
)
from invitations import Page
from oauth import (
    LEFT_OUT,
    OUT_OF_BAND,
    register,
)

HOSTS = {
    "policy.localhost": {"oauth2_security_policy": "default-src 'self' https://cdn.example"},
}

MARKUP = "\"'><evil onx=1>&amp;"
TEMPLATE = "{site_name} {state.user.token} {client.client_name!} {say.login_title} %s %1 $name ${x} {{x}}"


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


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


def get(server, query, host="localhost", **headers):
    return server.get(f"{AUTHORIZE}?{query}", headers=headers, host=host)


# Headers of pages


def test_headers_of_pages(server, shared_client, shared_user):
    flow = begin(shared_client)
    for answer in (flow.open(), flow.try_login(shared_user, "wrong"), flow.try_login(shared_user)):
        assert_private(answer)
        policy = dict(
            part.strip().partition(" ")[::2] for part in answer.headers["content-security-policy"].split(";")
        )
        assert policy["frame-ancestors"] == "'none'"
        # Browsers apply it to all that the answer redirects to, also further on, and would stop there.
        assert "form-action" not in policy
        assert "unsafe" not in answer.headers["content-security-policy"]


def test_the_policy_of_the_operator(server):
    flow = begin(register(server, app(), "policy.localhost"))
    assert "https://cdn.example" in flow.open().headers["content-security-policy"]


@pytest.mark.parametrize("origin", ["https://app.example.com", "https://evil.example", "null"])
def test_other_websites_may_not_read_pages(server, shared_client, origin):
    flow = begin(shared_client)
    for answer in (
        flow.open(Origin=origin),
        get(server, "client_id=x", Origin=origin),
        begin(shared_client, scope="?").open(Origin=origin),
    ):
        assert not [name for name in answer.headers if name.startswith("access-control-")], answer.headers


@pytest.mark.parametrize("path", [AUTHORIZE, f"{AUTHORIZE}?client_id=x"])
def test_other_websites_need_not_ask(server, path):
    headers = {"Origin": "https://app.example.com", "Access-Control-Request-Method": "POST"}
    for asked in ({}, headers):
        answer = server.request("OPTIONS", path, headers=asked)
        assert answer.status == 403, answer
        assert not [name for name in answer.headers if name.startswith("access-control-")], answer.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods(server, shared_client, method):
    assert server.request(method, begin(shared_client).path, b"").status in (404, 405)


# What is reflected


def assert_harmless(answer, *texts):
    """Checks that what somebody sent is text on the page, and nothing else."""
    page = Page(answer)
    assert "<evil" not in answer.text and not page.all("evil"), answer.text
    for tag, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")], (tag, attributes)
        for name in ("href", "src", "action", "formaction"):
            link = (attributes.get(name) or "").strip().lower()
            assert not link.startswith(("javascript:", "data:", "vbscript:")), link
    assert all("src" in script for script in page.all("script")), answer.text
    values = " ".join((attributes.get("value") or "") for attributes in page.all("input"))
    for text in texts:
        assert text in page.text() or text in values, (text, page.text())
    return page


@pytest.mark.parametrize("text", [MARKUP, TEMPLATE, "</title></script></style><evil>", "\\u003cevil\\u003e"])
def test_a_name_of_a_client_is_text(server, shared_user, text):
    shown = " ".join(text.split())
    client = register(server, app(client_name=text))
    flow = begin(client)
    assert_harmless(flow.open(), shown)
    assert_harmless(flow.try_login(shared_user, "wrong"), shown)
    assert_harmless(flow.try_login(shared_user), shown)
    oob = begin(register(server, public_app(client_name=text, redirect_uris=[OUT_OF_BAND])))
    assert_harmless(oob.decide(oob.log_in(shared_user), "granted"))
    assert_harmless(oob.decide(oob.log_in(shared_user), "denied"))


@pytest.mark.parametrize("member", ["client_uri", "tos_uri", "policy_uri", "logo_uri"])
def test_an_address_of_a_client_is_text(server, shared_user, member):
    address = "https://app.example.com/?a='onx='1&b={site_name}&c=%22%3Cevil%3E".replace(
        "{site_name}", "%7Bsite_name%7D"
    )
    flow = begin(register(server, app(**{member: address})))
    for answer in (flow.open(), flow.try_login(shared_user)):
        page = assert_harmless(answer)
        shown = [found for _, found in page.elements if address in found.values()]
        assert shown or address not in answer.text


@pytest.mark.parametrize("text", [MARKUP, TEMPLATE])
def test_a_login_hint_is_text(server, shared_client, text):
    assert_harmless(begin(shared_client, login_hint=text).open())
    assert_harmless(begin(shared_client, login_hint=f"{text}@localhost").open())


@pytest.mark.parametrize("text", [MARKUP, TEMPLATE, "x\u202ey", "{username_hint}", "{user_token}"])
def test_a_name_that_was_typed_is_text(server, shared_client, text):
    assert_harmless(begin(shared_client).try_login(text, "wrong"))


@pytest.mark.parametrize("text", [MARKUP, TEMPLATE])
def test_what_is_in_the_query_is_text(server, shared_client, shared_user, text):
    for name in ("state", "nonce", "prompt", "display", "ui_locales", "x", text):
        flow = begin(shared_client, **{name: text})
        for answer in (flow.open(), flow.try_login(shared_user)):
            assert_harmless(answer)
    for changes in ({"client_id": text}, {"redirect_uri": text}, {"redirect_uri": "javascript:alert(1)"}):
        assert_harmless(begin(shared_client, **changes).open())
    assert_harmless(server.get(f"{AUTHORIZE}?{urllib.parse.quote(text)}"))


def test_unknown_scopes_are_not_shown(server, shared_client, shared_user):
    flow = begin(shared_client, scope="xmpp <evil> {site_name} %s 'onx=1")
    page = assert_harmless(flow.try_login(shared_user))
    assert "evil" not in page.text() and "onx" not in page.text()


@pytest.mark.parametrize("text", [MARKUP, TEMPLATE])
def test_a_login_token_is_text(server, shared_client, text):
    flow = begin(shared_client)
    answer = flow.send({"user_token": text, "consent": "granted", "scope": "xmpp"})
    assert_harmless(answer)
    assert text not in answer.text


@pytest.mark.parametrize("text", [MARKUP, TEMPLATE, "a\r\nb"])
def test_errors_do_not_repeat_what_was_sent(server, shared_client, text):
    for name in (
        "response_type",
        "response_mode",
        "scope",
        "code_challenge",
        "code_challenge_method",
        "prompt",
    ):
        changes = {"prompt": f"none {text}"} if name == "prompt" else {name: text}
        flow = begin(shared_client, state=LEFT_OUT, **changes)
        answer = flow.open()
        redirect = Redirect(answer)
        for word in ("evil", "site_name", "\r", "\n"):
            assert word not in urllib.parse.unquote(redirect.location), redirect.location


# Templates of operators, as those of the community module are

OWN_LOGIN = """<!DOCTYPE html><html><head><title>{site_name} - Sign in</title>
<style>body{color:red}</style></head><body>
{state.error&
	<dialog open="" class="error"><p>{state.error}</p>
	<form method="dialog"><button>dismiss</button></form></dialog>}
<h1>{client.client_name} of {client.client_uri}</h1>
<form method="post"><input type="text" name="username" {extra.username_hint&value="{extra.username_hint?}"} />
<input type="password" name="password" /><input type="submit" value="Sign in" /></form></body></html>"""
OWN_CONSENT = """<!DOCTYPE html><html><head><title>{site_name}</title></head><body>
<form method="post">{client.client_name} {client.tos_uri&<a href="{client.tos_uri}">terms</a>}
{scopes#<input type="checkbox" id="scope_{idx}" name="scope" value="{item.claim}" checked="" />{item.title}}
<em>{state.user.username}@{state.user.host}</em>
<input type="hidden" name="user_token" value="{state.user.token}" />
<button type="submit" name="consent" value="denied">Deny</button>
<button type="submit" name="consent" value="granted">Allow</button></form></body></html>"""
OWN_OOB = """<!DOCTYPE html><html><head><title>{site_name}</title></head><body>
Own page for {client.client_name}
<input readonly="" name="authorization_code" value="{authorization_code}" aria-label="Code"></body></html>"""
OWN_ERROR = """<!DOCTYPE html><html><head><title>{site_name}</title></head>
<body>Own page: {error.text}</body></html>"""


@pytest.fixture(scope="module")
def own_pages(start_server, tmp_path_factory):
    folder = tmp_path_factory.mktemp("html")
    for name, text in (
        ("login", OWN_LOGIN),
        ("consent", OWN_CONSENT),
        ("oob", OWN_OOB),
        ("error", OWN_ERROR),
    ):
        (folder / f"{name}.html").write_text(text)
    (folder / "style.css").write_text("body{}")
    return start_server(options(oauth2_template_path=str(folder)))


def test_templates_of_an_operator(own_pages):
    client, user = (
        register(own_pages, app(client_name="A <b>", tos_uri="https://app.example.com/tos")),
        new_user(own_pages),
    )
    flow = begin(client, scope="openid xmpp", login_hint="juliet")
    answer = flow.open()
    assert "A &lt;b&gt; of https://app.example.com/" in answer.text and "dialog" not in answer.text
    assert Page(answer).field("username")["value"] == "juliet" and "body{color:red}" in answer.text
    assert "<dialog" in flow.try_login(user, "wrong").text
    answer = flow.try_login(user)
    assert (
        f"{user}@localhost" in Page(answer).text() and "https://app.example.com/tos" in Page(answer).links()
    )
    consent = consent_form(answer, flow.path)
    assert consent.boxes == [("openid", True), ("xmpp", True)]
    assert scope_granted(flow, flow.allow(consent, ["xmpp"]).code) == "xmpp"


def test_templates_of_an_operator_for_the_rest(own_pages):
    client, user = register(own_pages, public_app(redirect_uris=[OUT_OF_BAND])), new_user(own_pages)
    flow = begin(client)
    answer = flow.decide(flow.log_in(user), "granted")
    assert "Own page for" in answer.text and flow.redeem(code_on(answer)).status == 200
    answer = own_pages.get(AUTHORIZE)
    assert answer.status == 400 and "Own page: Missing query parameters" in answer.text
    assert own_pages.get("/oauth2/style.css").status == 200
