"""Operators' own pages, made for the community module: the whole way through them."""

import html
import re

import pytest

import asking
from asking import address, ask_back_to, ask_for_code, poll, start_device
from authorization import advance, content, new_user, options
from invitations import new_account
from registration import PASSWORD, new_name
from test_oauth_journey import SCRIPTS, callback_of, refusal, tokens, username_of
from visitor import PHONE, Look

HEAD = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{site_name} - %s</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="style.css"></head><body><header><h1>{site_name}</h1></header><main>
"""
FOOT = "\n</main></body></html>\n"

BODIES = {
    "login": """{state.error&<p class="error" role="alert">{state.error}</p>}
<p>Log in to go on to <em>{client.client_name}</em> (<a href="{client.client_uri}">{client.client_uri}</a>)</p>
{client.logo_uri&<p>It has a logo</p>}{client.logo_uri~<p>It has no logo</p>}
<form method="post">
<p><label>Name <input name="username" autocomplete="username" value="{extra.username_hint?}" required></label></p>
<p><label>Password <input type="password" name="password" autocomplete="current-password" required></label></p>
<p><button type="submit">Sign in</button></p>
</form>""",
    "consent": """{state.error&<p class="error">{state.error}</p>}
<p id="client" data-hash="{client.client_hash}" data-exp="{client.exp?never}">{client.client_name}</p>
{client.tos_uri&<p><a href="{client.tos_uri}">Terms</a></p>}
{client.policy_uri&<p><a href="{client.policy_uri}">Privacy</a></p>}
<p id="who">{state.user.username}@{state.user.host}</p>
<form method="post"><input type="hidden" name="user_token" value="{state.user.token}">
<fieldset><legend>It asks for</legend>
{scopes#<p><label><input class="scope" type="checkbox" name="scope" value="{item.claim}" checked>
{idx}. {item.title?{item.claim}}</label>{item.description&<br>{item.description}}</p>
}</fieldset>
<button type="submit" name="consent" value="denied">No</button>
<button type="submit" name="consent" value="granted">Yes</button>
</form>""",
    "oob": """<p>For {client.client_name}</p>
<p><input name="authorization_code" readonly aria-label="Code" value="{authorization_code}"></p>""",
    "device": """{error&<p class="error">{error.code}: {error.text}</p>}
{client&<p id="done">{client.client_name} is connected</p>}
{client~<form method="get"><label>Code <input name="user_code" required></label>
<button type="submit">Go on</button></form>}""",
    "error": """<p class="error" id="{error.code}">{error.text}</p>
<p>{error.condition?} {error.type?}</p>""",
}
STYLE = "body { background: rgb(255, 250, 205); color: #222 } .error { color: #a00 }"

# What is left of a template that was not filled in.
PLACE = re.compile(r"{[\w.]+[^}]*}")


def template(name):
    return HEAD % name + BODIES[name] + FOOT


def folder_with(tmp_path_factory, *names):
    folder = tmp_path_factory.mktemp("templates")
    for name in names:
        (folder / f"{name}.html").write_text(template(name))
    (folder / "style.css").write_text(STYLE)
    return folder


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return folder_with(tmp_path_factory, *BODIES)


def own_options(folder, **more):
    return options(oauth2_template_path=str(folder), site_name="Chez <Nous>", **more)


@pytest.fixture(scope="module")
def server(start_server, folder):
    return start_server(own_options(folder), {"few.localhost": {"oauth2_login_limit": 1}})


def log_in(visitor, name, password=PASSWORD):
    visitor.page.get_by_label("Name").fill(name)
    visitor.page.get_by_label("Password").fill(password)
    press(visitor, "Sign in")


def press(visitor, name):
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name=name, exact=True).click()


def assert_own(visitor):
    """The operator's page, with its style, and all places filled in."""
    assert visitor.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 250, 205)"
    assert visitor.heading == "Chez <Nous>" and not PLACE.search(visitor.page.content()), visitor.page.content()


def assert_ours(visitor):
    assert visitor.page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgb(255, 250, 205)"
    assert not PLACE.search(visitor.text), visitor.text


def picture(visitor, name):
    visitor.screenshot("template-" + name)


@SCRIPTS
def test_the_whole_way(server, visit, neighbour, scripts):
    visitor = visit(Look(PHONE), scripts=scripts, allowed=[neighbour.url])
    flow, name = ask_back_to(server, callback_of(neighbour), client_name="A & <B>"), new_user(server)
    flow.parameters["login_hint"] = name

    assert visitor.open(address(flow)).status == 200
    assert_own(visitor)
    assert "A & <B>" in visitor.text and "https://app.example.com/" in visitor.text
    assert "It has no logo" in visitor.text
    assert visitor.page.get_by_label("Name").input_value() == name

    log_in(visitor, name, "wrong")
    assert_own(visitor)
    assert visitor.page.locator(".error").inner_text() == "Invalid username/password"
    assert visitor.page.get_by_label("Name").input_value() == name
    assert visitor.page.get_by_label("Password").input_value() == ""
    picture(visitor, "login")

    log_in(visitor, f"{name}@localhost")
    assert_own(visitor)
    assert visitor.page.locator("#who").inner_text() == f"{name}@localhost"
    assert visitor.page.locator("#client").get_attribute("data-hash") == flow.client.hash
    boxes = visitor.page.locator(".scope")
    assert [boxes.nth(i).get_attribute("value") for i in range(3)] == ["openid", "offline_access", "xmpp"]
    picture(visitor, "consent")
    boxes.nth(1).uncheck()
    press(visitor, "Yes")
    assert username_of(flow, tokens(flow, visitor.page, "openid xmpp")) == name


@SCRIPTS
def test_deny(server, visit, neighbour, scripts):
    visitor, flow = visit(scripts=scripts, allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour))
    visitor.open(address(flow))
    log_in(visitor, new_user(server))
    press(visitor, "No")
    refusal(flow, visitor.page)


def test_an_app_with_a_website(server, visit, app_site):
    visitor, base = visit(allowed=[app_site.url]), app_site.url
    flow = asking.ask(server, client_uri=base, redirect_uris=[callback_of(app_site)], tos_uri=base + "/t",
                      policy_uri=base + "/p", logo_uri=base + "/logo.png")
    visitor.open(address(flow))
    assert "It has a logo" in visitor.text
    log_in(visitor, new_user(server))
    links = visitor.page.get_by_role("link")
    assert [links.nth(i).get_attribute("href") for i in range(2)] == [base + "/t", base + "/p"]
    press(visitor, "Yes")
    tokens(flow, visitor.page, "openid offline_access xmpp")


def test_an_app_whose_website_sends_on_at_once(server, visit, app_site, neighbour):
    app_site.moved["/login/done"] = neighbour.url + "/inbox"
    visitor = visit(allowed=[app_site.url, neighbour.url])
    flow = asking.ask(server, client_uri=app_site.url, redirect_uris=[app_site.url + "/login/done"])
    visitor.open(address(flow))
    log_in(visitor, new_user(server))
    press(visitor, "Yes")
    assert visitor.page.url == neighbour.url + "/inbox", visitor.page.url


def test_a_code_to_copy(server, visit):
    visitor, flow = visit(), ask_for_code(server)
    visitor.open(address(flow))
    log_in(visitor, new_user(server))
    press(visitor, "Yes")
    assert_own(visitor)
    assert "For Gadget" in visitor.text
    picture(visitor, "oob")
    assert flow.redeem(visitor.page.locator("[name=authorization_code]").input_value()).status == 200


@SCRIPTS
def test_a_device(server, visit, scripts):
    visitor, (client, said) = visit(scripts=scripts), start_device(server)
    visitor.open(said["verification_uri"])
    assert_own(visitor)
    visitor.page.get_by_label("Code").fill("BCDF-GHJK")
    press(visitor, "Go on")
    assert_own(visitor)
    assert visitor.status() == 400
    assert visitor.page.locator(".error").inner_text() == "400: Incorrect or expired code"
    picture(visitor, "device")
    visitor.page.get_by_label("Code").fill(said["user_code"].lower().replace("-", " "))
    press(visitor, "Go on")
    assert said["user_code"] in visitor.text  # ours: the community module has no such page
    assert_ours(visitor)
    visitor.press("device_confirm_button")
    assert_own(visitor)
    log_in(visitor, new_user(server))
    press(visitor, "Yes")
    assert_own(visitor)
    assert visitor.page.locator("#done").inner_text() == "Television is connected"
    assert visitor.page.locator("form").count() == 0
    assert content(poll(client, said["device_code"]))["scope"] == "openid xmpp"


def test_errors(server, visit, neighbour):
    visitor, flow = visit(), ask_back_to(server, callback_of(neighbour))
    base = asking.origin(server) + "/oauth2/authorize"
    for link, text in {
        base: "Missing query parameters",
        base + "?response_type=code": "Missing 'client_id' parameter",
        address(flow).replace(flow.client.id, "x"): "Invalid 'client_id' parameter",
        address(flow).replace("callback", "elsewhere"): "Invalid 'redirect_uri' parameter",
    }.items():
        visitor.open(link)
        assert_own(visitor)
        assert visitor.page.locator(".error").inner_text() == text and visitor.status() == 400
    picture(visitor, "error")


def test_a_login_that_is_old(server, visit, neighbour):
    visitor, flow, name = visit(allowed=[neighbour.url]), ask_back_to(server, callback_of(neighbour)), new_user(server)
    visitor.open(address(flow))
    log_in(visitor, name)
    advance(server, 601)
    press(visitor, "Yes")
    assert_own(visitor)
    assert visitor.page.locator(".error").inner_text() == "Session expired - try again"
    log_in(visitor, name)
    press(visitor, "Yes")
    tokens(flow, visitor.page, "openid offline_access xmpp")


def test_too_many_tries(server, visit):
    host = "few.localhost"
    visitor, name = visit(), new_user(server, host)
    visitor.open(address(asking.ask(server, host)))
    log_in(visitor, name, "wrong")
    log_in(visitor, name)
    assert_own(visitor)
    assert visitor.status() == 429 and "Too many" in visitor.page.locator(".error").inner_text()


def test_not_sent_from_elsewhere(server, visit, neighbour):
    link = address(ask_back_to(server, callback_of(neighbour)))
    neighbour.pages["/trap"] = f'<form method="post" action="{html.escape(link)}"><button>Win</button></form>'
    visitor = visit(allowed=[neighbour.url, asking.origin(server)])
    visitor.open(neighbour.url + "/trap")
    press(visitor, "Win")
    assert visitor.status() == 403
    assert_own(visitor)


def test_in_a_frame(server, visit, neighbour):
    neighbour.pages["/frame"] = f'<iframe src="{html.escape(address(asking.ask(server)))}"></iframe>'
    visitor = visit(allowed=[asking.origin(server)])
    visitor.open(neighbour.url + "/frame")
    assert visitor.page.frames[1].locator("form").count() == 0
    assert visitor.complaints
    visitor.complaints.clear()


def test_without_an_error_page_ours_is_shown(start_server, tmp_path_factory, visit, neighbour):
    folder = folder_with(tmp_path_factory, "login", "consent", "oob", "device")
    own = start_server(own_options(folder))
    visitor, flow = visit(allowed=[neighbour.url]), ask_back_to(own, callback_of(neighbour))
    visitor.open(asking.origin(own) + "/oauth2/authorize")
    assert visitor.status() == 400 and visitor.heading_says("oauth_error_title")
    assert "Missing query parameters" in visitor.text
    assert_ours(visitor)
    visitor.open(address(flow))
    assert_own(visitor)
    log_in(visitor, new_user(own))
    press(visitor, "Yes")
    tokens(flow, visitor.page, "openid offline_access xmpp")


@pytest.mark.parametrize("name", BODIES)
def test_each_alone(start_server, tmp_path_factory, visit, neighbour, name):
    """The others are ours."""
    own = start_server(own_options(folder_with(tmp_path_factory, name)))
    visitor, flow, user = visit(allowed=[neighbour.url]), ask_for_code(own), new_user(own)

    def check(page):
        (assert_own if page == name else assert_ours)(visitor)

    visitor.open(asking.origin(own) + "/oauth2/authorize")
    check("error")
    visitor.open(asking.device_page(own))
    check("device")
    visitor.open(address(flow))
    check("login")
    log_in(visitor, user) if name == "login" else visitor.log_in(user, PASSWORD)
    check("consent")
    press(visitor, "Yes") if name == "consent" else visitor.press("consent_allow")
    check("oob")


def test_with_a_policy_of_the_operator(start_server, folder, visit, neighbour):
    """Which says nothing of forms, frames and scripts."""
    policy = "default-src 'self'; img-src 'self' https:"
    own = start_server(own_options(folder, oauth2_security_policy=policy))
    visitor, flow = visit(allowed=[neighbour.url]), ask_back_to(own, callback_of(neighbour))
    assert visitor.open(address(flow)).headers["content-security-policy"] == policy
    log_in(visitor, new_user(own))
    assert_own(visitor)
    press(visitor, "Yes")
    tokens(flow, visitor.page, "openid offline_access xmpp")


# Nothing of one person or app is on the page of another


def pages_of(visitor, server, flow, name, submit):
    """What somebody sees on the way, as HTML."""
    seen = []

    def look():
        seen.append(visitor.page.content())

    visitor.open(address(flow))
    look()
    submit(visitor, name, "wrong")
    look()
    submit(visitor, name, PASSWORD)
    look()
    button = visitor.page.locator("[name=consent][value=granted]")
    with visitor.page.expect_navigation():
        button.click()
    look()
    return seen


@pytest.mark.parametrize("is_own", [True, False], ids=["operators", "ours"])
def test_nothing_of_another(start_server, folder, visit, is_own):
    server = start_server(own_options(folder) if is_own else options(modules_enabled=["openid_claims"]))
    submit = log_in if is_own else (lambda visitor, name, password: visitor.log_in(name, password))
    secrets_of, seen_by = {}, {}
    for turn in range(2):
        for person in ("anna", "bertha"):
            name = new_account(server, new_name(f"{person}-account-"))
            site = f"https://{person}{turn}.example"
            flow = ask_for_code(server, client_name=f"App of {person} {turn}", client_uri=site + "/",
                                tos_uri=site + "/terms", scope="openid xmpp")
            pages = pages_of(visit(), server, flow, name, submit)
            token = re.search(r'name="user_token" value="([^"]+)"', pages[2])[1]
            code = re.search(r'value="([^"]{40,})"', pages[3])[1]
            assert flow.redeem(code).status == 200
            secrets_of[name] = [name, f"App of {person} {turn}", site, token, code]
            seen_by[name] = pages
    for name, pages in seen_by.items():
        for other, texts in secrets_of.items():
            if other != name:
                for text in texts:
                    assert not [page for page in pages if text in page], (name, text)
    tokens_seen = [texts[3] for texts in secrets_of.values()]
    assert len(set(tokens_seen)) == len(tokens_seen)
