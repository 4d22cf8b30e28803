"""Other websites: what they may do in somebody's browser, and what not."""

import html
import json

import pytest

import asking
from asking import address, ask, ask_back_to, origin
from authorization import app, basic
from oauth import register
from registration import PASSWORD

HIDING = ["", '<meta name="referrer" content="no-referrer">', '<meta name="referrer" content="unsafe-url">']


def trap(neighbour, target, fields, head=""):
    """A page that sends a form by itself."""
    inputs = "".join(f'<input name="{name}" value="{html.escape(value)}">' for name, value in fields)
    neighbour.pages["/trap"] = f"""{head}<form method="post" action="{html.escape(target)}">{inputs}</form>
        <script>document.forms[0].submit()</script>"""



@pytest.mark.parametrize("head", HIDING, ids=["as-it-is", "no-referrer", "unsafe-url"])
@pytest.mark.parametrize("host", ["localhost", "plain.example"])
def test_a_form_that_logs_in(server, links, visit, neighbour, head, host):
    flow, name = ask_back_to(server, neighbour.url + "/callback", host), links.somebody(host=host)
    trap(neighbour, address(flow), [("username", name), ("password", PASSWORD)], head)
    visitor = visit(allowed=[neighbour.url, origin(server, host)])
    visitor.page.goto(neighbour.url + "/trap")
    visitor.page.wait_for_url("**/oauth2/**")
    if host == "plain.example" and "no-referrer" in head:
        pytest.skip("without TLS, browsers do not tell our own form from that of a page which hides itself")
    assert visitor.status() == 403 and visitor.sees("oauth_error_elsewhere"), visitor.text
    assert visitor.page.locator("form").count() == 0


def test_a_form_that_consents(server, links, visit, neighbour):
    """Even with the token of a login, such as the attacker's own."""
    flow, visitor = ask_back_to(server, neighbour.url + "/callback"), visit()
    visitor.open(address(flow))
    visitor.log_in(links.somebody(), PASSWORD)
    token = visitor.page.locator("[name=user_token]").input_value()
    trap(neighbour, address(flow), [("user_token", token), ("consent", "granted"), ("scope", "xmpp")])
    victim = visit(allowed=[neighbour.url, origin(server)])
    victim.page.goto(neighbour.url + "/trap")
    victim.page.wait_for_url("**/oauth2/**")
    assert victim.status() == 403 and victim.sees("oauth_error_elsewhere")
    assert not [path for path in neighbour.paths if path.startswith("/callback?code=")
                and flow.parameters["state"] in path]


def test_a_form_of_a_host_beside(server, links, visit, neighbour):
    """The same site is not the same origin."""
    flow = ask_back_to(server, neighbour.url + "/callback")
    beside = f"http://beside.localhost:{neighbour.server_port}"
    trap(neighbour, address(flow), [("username", "romeo"), ("password", PASSWORD)])
    visitor = visit(allowed=[beside, origin(server)])
    visitor.page.goto(beside + "/trap")
    visitor.page.wait_for_url("**/oauth2/**")
    assert visitor.status() == 403 and visitor.sees("oauth_error_elsewhere")


def pages_to_frame(server, links):
    return {
        "login": address(ask(server)),
        "device": asking.device_page(server),
        "confirm": asking.start_device(server)[1]["verification_uri_complete"],
        "error": origin(server) + "/oauth2/authorize",
    }


@pytest.mark.parametrize("page", ["login", "device", "confirm", "error"])
def test_in_a_frame(server, links, visit, neighbour, page):
    link = pages_to_frame(server, links)[page]
    neighbour.pages["/frame"] = f'<iframe src="{html.escape(link)}"></iframe>'
    visitor = visit(allowed=[origin(server)])
    visitor.open(neighbour.url + "/frame")
    frame = visitor.page.frames[1]
    assert frame.locator("form").count() == 0 and frame.locator("main").count() == 0
    assert any("frame-ancestors" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


def test_a_window_that_it_opened(server, visit, neighbour):
    """It cannot look into it."""
    link = address(ask(server))
    visitor = visit(allowed=[origin(server)])
    visitor.open(neighbour.url + "/")
    with visitor.context.expect_page() as opened:
        visitor.page.evaluate("(link) => { window.other = window.open(link); }", link)
    opened.value.wait_for_load_state()
    with pytest.raises(Exception, match="SecurityError|cross-origin"):
        visitor.page.evaluate("window.other.document.title")


# fetch()

FETCH = """async ([url, options]) => {
    try {
        const answer = await fetch(url, options);
        return { type: answer.type, status: answer.status, text: await answer.text() };
    } catch (error) {
        return { error: String(error) };
    }
}"""


@pytest.fixture
def website(server, visit, neighbour):
    """A page of another website in a browser, which may call fetch."""
    visitor = visit(allowed=[origin(server)])
    visitor.open(neighbour.url + "/")
    yield lambda url, **options: visitor.page.evaluate(FETCH, [url, options])
    visitor.complaints[:] = [each for each in visitor.complaints if "CORS policy" not in each
                             and "net::ERR_FAILED" not in each]


def fetched(said, status=200):
    assert "error" not in said and said["type"] == "cors" and said["status"] == status, said
    return json.loads(said["text"])


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"method": "POST", "headers": FORM, "body": "username=romeo&password=x"},
        {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": "{}"},
        {"headers": {"Authorization": "Bearer x"}},
        {"credentials": "include"},
    ],
    ids=["get", "form", "json", "authorization", "credentials"],
)
@pytest.mark.parametrize("page", ["login", "device", "confirm", "error"])
def test_pages_cannot_be_read(server, links, website, page, options):
    said = website(pages_to_frame(server, links)[page], **options)
    if page in ("device", "confirm") and options.get("method") == "POST":
        # The endpoint of devices, not the page.
        assert said["status"] in (400, 401) and json.loads(said["text"])["error"], said
    else:
        assert "error" in said, said


def test_an_app_that_is_a_website(server, links, website, visit, neighbour):
    """Registers, sends somebody to log in, and gets tokens and what they are for, all in the browser."""
    base = origin(server)
    found = fetched(website(base + "/.well-known/oauth-authorization-server"))
    assert fetched(website(base + "/.well-known/openid-configuration")) == found
    metadata = app(redirect_uris=[neighbour.url + "/callback"], token_endpoint_auth_method="none")
    body = {"method": "POST", "headers": {"Content-Type": "application/json"}, "body": json.dumps(metadata)}
    registered = fetched(website(found["registration_endpoint"], **body), 201)

    flow = ask_back_to(server, neighbour.url + "/callback")
    flow.client.said.update(registered)
    flow.parameters["client_id"] = registered["client_id"]
    person, name = visit(allowed=[neighbour.url]), links.somebody()
    person.open(address(flow))
    person.log_in(name, PASSWORD)
    person.press("consent_allow")
    code = asking.returned(person.page.url)["code"]

    fields = asking.urlencode({**flow.redemption(code), "client_id": registered["client_id"]})
    issued = fetched(website(found["token_endpoint"], method="POST", headers=FORM, body=fields))
    bearer = {"Authorization": "Bearer " + issued["access_token"]}
    assert fetched(website(found["userinfo_endpoint"], headers=bearer))["sub"] == f"xmpp:{name}@localhost"
    assert fetched(website(found["userinfo_endpoint"], method="POST", headers=bearer))["sub"]
    assert fetched(website(found["jwks_uri"]))["keys"]

    managed = {"Authorization": "Bearer " + registered["registration_access_token"]}
    described = fetched(website(registered["registration_client_uri"], headers=managed))
    assert described["client_id"] == registered["client_id"]
    said = website(found["revocation_endpoint"], method="POST", headers=FORM,
                   body=asking.urlencode({"token": issued["access_token"], "client_id": registered["client_id"]}))
    assert said["status"] == 200, said
    said = website(registered["registration_client_uri"], method="DELETE", headers=managed)
    assert said.get("status") == 204, said


def test_an_app_with_a_secret_that_is_a_website(server, website):
    """Its credentials are in a header, which a browser asks for first."""
    client = register(server, app())
    headers = {**FORM, **basic(client.id, client.secret)}
    for path, body, status in (
        ("token", "grant_type=authorization_code&code=x", 400),
        ("introspect", "token=x", 200),
        ("revoke", "token=x", 200),
        ("device", "scope=xmpp", 400),
    ):
        said = website(f"{origin(server)}/oauth2/{path}", method="POST", headers=headers, body=body)
        assert said.get("type") == "cors" and said["status"] == status, (path, said)


def test_refusals_can_be_read(server, website):
    said = website(origin(server) + "/oauth2/userinfo", headers={"Authorization": "Bearer x"})
    assert said.get("status") == 401, said
    said = website(origin(server) + "/oauth2/token", method="POST", headers=FORM, body="grant_type=x&client_id=y")
    assert fetched(said, 401)["error"] == "invalid_client"
