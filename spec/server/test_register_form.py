"""The registration form behind an invitation."""

import os
import re
import urllib.parse

import pytest

import invitations
import xmpp
from invitations import FORM, UNKNOWN, Page, account_invite, has_account, is_pending, is_success, submit
from prosody import TEST_MODULES
from registration import PASSWORD, new_name, probe

LOGIN_APPS = [
    {
        "name": "Login",
        "login_link_format": "https://login.example:8443/start?u={username}&h={domain}&p={password}#{app.id}",
    },
    {"name": "Own", "login_link_format": "https://{domain}/login/{username}"},
    {"name": "Scheme", "login_link_format": "chat-app:{username}@{domain}"},
]
MARKUP = "\"'><script>alert(1)</script>&amp;"

# Templates as those of the community module are.
OWN_FORM = """<!DOCTYPE html>
<html><head><title>{site_name}</title>
<style>body{color:red} .user{background:#fff} @media print{p{display:none}}</style>
<script>function check(e) { if (e) { return {user: e}; } } var o = {token}; var t = "{token}";</script>
</head><body>
<p>{inviter&{inviter} invites you{app& to use {app.name}}}, {type}, {uri}</p>
{message&<div class="alert {msg_class?alert-info}">{message}</div>}
<form method="post">
<input name="user"><span>@{domain}</span>
<input name="password" type="password" minlength="{password_policy.length}">
<input type="hidden" name="token" value="{token}">
{app&<input type="hidden" name="app_id" value="{app.id}">}
</form><script src="https://cdn.example/x.js"></script></body></html>
"""
OWN_SUCCESS = """<html><head><title>{site_name}</title></head><body>Welcome, {username}@{domain}!
<input type="password" readonly value="{password}">{webchat_url&<a href="{webchat_url}">chat</a>}
<a href="https://x.example/?u={username|urlescape}">x</a></body></html>
"""


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    folder = tmp_path_factory.mktemp("templates")
    (folder / "register.html").write_text(OWN_FORM)
    (folder / "register_success.html").write_text(OWN_SUCCESS)
    return folder


@pytest.fixture(scope="module")
def third_party(tmp_path_factory):
    """A folder with a stand-in for mod_conversejs."""
    folder = tmp_path_factory.mktemp("modules")
    lua = 'module:depends("http"); module:provides("http", { route = { GET = "A web chat" } });'
    (folder / "mod_conversejs.lua").write_text(lua)
    return folder


@pytest.fixture(scope="module")
def server(start_server, templates, third_party):
    modules = [*invitations.MODULES, "refuse"]
    hosts = {
        "web.localhost": {"site_name": f"Bob{MARKUP}", "webchat_url": "https://web.example/chat?a=1&b=2"},
        "login.localhost": {"site_apps": LOGIN_APPS},
        "handover.localhost": {"site_apps": LOGIN_APPS, "invites_login_link_password": True},
        "limited.localhost": {"invites_register_limit": 20},
        "few.localhost": {"invites_register_limit": 2},
        "strict.localhost": {"password_policy": {"length": 12, "max_length": 30}},
        "strong.localhost": {"password_policy": {"strength": 3}},
        "plain.localhost": {"authentication": "internal_plain"},
        "converse.localhost": {"modules_enabled": [*modules, "conversejs"]},
        "template.localhost": {"invites_register_template_path": str(templates)},
    }
    options = {
        "modules_enabled": modules,
        "plugin_paths": [str(TEST_MODULES), str(third_party)],
        "invites_register_limit": 0,
    }
    started = start_server(options, hosts)
    started.expected_errors = ["a module that fails", "Another module failed", "Registration failed"]
    return started


def form_page(server, token, **more):
    answer = invitations.open_form(server, token, **more)
    assert answer.status == 200, answer
    return Page(answer)


def refused(server, token, user, *password, **more):
    """The form as it comes back."""
    answer = submit(server, token, user, *password, **more)
    assert answer.status == 200 and not is_success(answer), answer
    page = Page(answer)
    assert page.problems(), answer.text
    return page


# The form


def test_the_form_says_who_invites(server):
    inviter = new_name("juliet")
    assert (
        f"you and {inviter} are in each other’s contacts"
        in form_page(server, invitations.invite_from(server, inviter)).text()
    )


def test_a_reserved_name_is_filled_in_and_locked(server):
    name = new_name("romeo")
    field = form_page(server, invitations.reserved_invite(server, name)).field("user")
    assert field["value"] == name and "readonly" in field


def test_a_free_name_is_empty_and_open(server):
    field = form_page(server, account_invite(server)).field("user")
    assert field["value"] == "" and "readonly" not in field
    assert (field["autocomplete"], field["autocapitalize"]) == ("username", "none")


@pytest.mark.parametrize("host, length", [("localhost", 8), ("strict.localhost", 12)])
def test_the_rules_for_passwords_are_said_before_typing(server, host, length):
    page = form_page(server, account_invite(server, host), host=host)
    assert f"At least {length} characters" in page.text() and "Your name is not part of it" in page.text()
    assert page.field("password")["minlength"] == str(length)


def test_labels_are_tied_to_their_fields(server):
    page = form_page(server, account_invite(server))
    assert {label["for"] for label in page.all("label")} == {
        page.field(name)["id"] for name in ("user", "password")
    }


def test_the_form_is_sent_to_where_it_came_from(server):
    assert form_page(server, account_invite(server)).one("form")["action"] == FORM


def test_the_chosen_app_is_kept(server):
    assert form_page(server, account_invite(server), c="dino").field("app_id")["value"] == "dino"


@pytest.mark.parametrize("app", ["unknown", "", MARKUP, "1"])
def test_an_unknown_app_is_left_out(server, app):
    assert not form_page(server, account_invite(server), c=app).all("input", name="app_id")


@pytest.mark.parametrize(
    "query", ["t=" + UNKNOWN, "t=", "", "x=1", "t=a&t=b", "t=%FF%00", UNKNOWN, "t=" + "a" * 5000]
)
def test_a_bad_invite_leads_to_the_page_that_says_so(server, query):
    answer = server.get(f"{FORM}?{query}")
    target = urllib.parse.urlsplit(answer.headers["location"])
    assert (answer.status, target.path) == (303, invitations.PAGE)
    assert target.query in (query, query.removeprefix("t="))
    assert invitations.follow(server, answer).status == 404


def test_trackers_do_no_harm(server):
    assert server.get(f"{FORM}?utm_source=a&t={account_invite(server)}&fbclid=b").status == 200


@pytest.mark.parametrize("make, status", [(invitations.expired_invite, 410), (lambda _: UNKNOWN, 404)])
@pytest.mark.parametrize(
    "send", [invitations.open_form, lambda server, token: submit(server, token, new_name())]
)
def test_a_bad_invite_is_explained(server, send, make, status):
    assert invitations.follow(server, send(server, make(server))).status == status


def test_a_post_without_a_token_keeps_the_query_of_the_link(server):
    answer = server.post(f"{FORM}?t={UNKNOWN}&c=dino", b"user=a&password=b")
    assert answer.headers["location"].endswith(f"/invites_page?t={UNKNOWN}&c=dino")


@pytest.mark.parametrize(
    "query",
    [
        "user=a&user=b",
        "user=%FF",
        "user=%00",
        "user=" + "a" * 5000,
        "c=dino&c=gajim",
        "c=%FF",
        "c=%00",
        "user=%",
        "&&&=&",
    ],
)
def test_odd_parameters_of_the_form_do_no_harm(server, query):
    assert server.get(f"{FORM}?t={account_invite(server)}&{query}").status == 200


# Success


@pytest.mark.parametrize("host", ["localhost", "plain.localhost"])
def test_the_new_account_logs_in(server, host):
    name = invitations.use_up(server, account_invite(server, host), host=host)
    xmpp.log_in(server, name, PASSWORD, host=host)


def test_inviter_and_invited_are_contacts_of_each_other(server):
    inviter = invitations.new_account(server)
    name = invitations.use_up(server, invitations.invite_from(server, inviter))
    assert invitations.contacts(server, name) == {f"{inviter}@localhost": "both"}
    assert invitations.contacts(server, inviter) == {f"{name}@localhost": "both"}


def test_an_invite_makes_one_account(server):
    token = account_invite(server)
    invitations.use_up(server, token)
    other = new_name()
    assert invitations.follow(server, submit(server, token, other)).status == 410
    assert not has_account(server, other)


def test_the_role_is_that_of_anybody_who_registers(server):
    ours = invitations.use_up(server, account_invite(server))
    theirs = new_name()
    xmpp.register_with_invite(server, account_invite(server), theirs, PASSWORD)
    assert probe(server, "role", username=ours) == probe(server, "role", username=theirs)


def test_the_role_in_an_invite_is_given(server):
    token = invitations.token_of(invitations.link(server, "create_account localhost --role prosody:member"))
    name = invitations.use_up(server, token)
    assert probe(server, "role", username=name)["name"] == "prosody:member"


def test_other_modules_hear_of_it(server):
    name = invitations.use_up(server, account_invite(server), headers={"X-Forwarded-For": "192.0.2.7"})
    [before] = probe(server, "events", name="user-registering", username=name)
    [after] = probe(server, "events", name="user-registered", username=name)
    assert after["source"] == "mod_invites_register_web"
    assert before["ip"] == after["ip"] == "192.0.2.7"
    assert before["host"] == after["host"] == "localhost"


def test_the_answer_to_success_says_what_to_do_next(server):
    name = new_name()
    answer = submit(server, account_invite(server), name)
    page = Page(answer)
    assert f"{name}@localhost" in page.text() and f"xmpp:{name}@localhost" in page.links()
    assert page.all("svg") and page.all("div", role="img")
    assert answer.headers["cache-control"] == "no-cache, no-store, must-revalidate"
    assert (answer.headers["pragma"], answer.headers["expires"]) == ("no-cache", "0")
    assert PASSWORD not in answer.text


def test_with_an_app_it_says_how_to_install_that(server):
    page = Page(submit(server, account_invite(server), new_name(), app_id="gajim"))
    assert "Get Gajim" in page.text("h2") and "Log in to Gajim" in page.text("h2")
    assert "https://gajim.org/download/" in page.links()


@pytest.mark.parametrize("app", [{}, {"app_id": "gajim"}])
def test_the_web_chat_is_offered_where_there_is_one(server, app):
    page = Page(
        submit(server, account_invite(server, "web.localhost"), new_name(), host="web.localhost", **app)
    )
    assert "https://web.example/chat?a=1&b=2" in page.links()
    assert "browser" not in Page(submit(server, account_invite(server), new_name(), **app)).text().lower()


def test_the_web_chat_of_mod_conversejs_is_found(server):
    host = "converse.localhost"
    page = Page(submit(server, account_invite(server, host), new_name(), host=host))
    assert f"http://{host}:{server.http_port}/conversejs" in page.links()


@pytest.mark.parametrize("app_id", ["unknown", "", MARKUP])
def test_an_unknown_app_does_not_stop_a_registration(server, app_id):
    assert is_success(submit(server, account_invite(server), new_name(), app_id=app_id))


def test_a_group_invite_makes_many_accounts(server):
    token = invitations.group_invite(server)
    names = [invitations.use_up(server, token) for _ in range(3)]
    assert all(has_account(server, name) for name in names)


# Names


@pytest.mark.parametrize("typed", ["{} ", "  {}\t", "{}@localhost", " {}@LOCALHOST ", "\r\n{}"])
def test_a_name_may_be_typed_in_many_ways(server, typed):
    name = new_name()
    assert is_success(submit(server, account_invite(server), typed.format(name)))
    xmpp.log_in(server, name, PASSWORD)


@pytest.mark.parametrize(
    "typed, stored", [("CAPITAL{}", "capital{}"), ("\u00c9mile{}", "\u00e9mile{}"), ("\uff21{}", "a{}")]
)
def test_a_name_is_folded_as_addresses_are(server, typed, stored):
    number = new_name("")
    assert is_success(submit(server, account_invite(server), typed.format(number)))
    assert has_account(server, stored.format(number))


BAD_NAMES = [
    "a b",
    "a/b",
    "a@b",
    "juliet@other.example",
    'a"b',
    "<b>",
    "a:b",
    "a&b",
    "\u200f\u05d0a",
    "a\u0007b",
    "@",
]


@pytest.mark.parametrize("typed", BAD_NAMES)
def test_a_name_that_no_address_can_have_is_refused(server, typed):
    token = account_invite(server)
    page = refused(server, token, typed)
    assert "This username contains invalid characters." in page.problems()
    assert page.field("user")["value"] == typed.strip()
    assert is_pending(server, token)


@pytest.mark.parametrize("typed", ["a" * 251, "\u00e9" * 42, "a" * 1100])
def test_a_name_that_cannot_be_stored_is_refused(server, typed):
    page = refused(server, account_invite(server), typed)
    assert "too long" in page.problems() or "invalid characters" in page.problems()


@pytest.mark.parametrize("name", ["a" * 243, "\u674e" * 26])
def test_the_longest_names_have_a_page_without_holes(server, name):
    answer = submit(server, account_invite(server), name + new_name(""))
    assert is_success(answer) and not re.search(r"\{\w", answer.text)


def test_a_taken_name_has_three_free_ones_beside_it(server):
    name = invitations.new_account(server, new_name("taken") + "x")
    for taken in (f"{name}2", f"the.{name}"):
        invitations.new_account(server, taken)
    token = account_invite(server)
    page = refused(server, token, name)
    assert "This username is already in use." in page.problems()
    suggestions = page.suggestions()
    assert len(suggestions) == len(set(suggestions)) == 3
    assert not [suggestion for suggestion in suggestions if has_account(server, suggestion)]
    for suggestion in suggestions:
        assert is_success(submit(server, account_invite(server), suggestion))


def test_a_suggestion_leads_to_the_form_with_that_name_and_the_app(server):
    name = invitations.new_account(server, new_name("taken") + "x")
    page = refused(server, account_invite(server), name, app_id="dino")
    href = next(href for href in page.links() if "user=" in href)
    again = Page(server.get(href))
    assert again.field("user")["value"] == page.suggestions()[0]
    assert again.field("app_id")["value"] == "dino"


def test_a_name_taken_otherwise_spelt_is_taken(server):
    name = invitations.new_account(server, new_name("taken"))
    assert (
        "already in use" in refused(server, account_invite(server), f" {name.upper()}@localhost").problems()
    )


@pytest.mark.parametrize("typed", ["somebody-else", "a b", "x" * 300, "{}.", "x{}"])
def test_a_reserved_name_is_the_only_one(server, typed):
    name = new_name("romeo")
    token = invitations.reserved_invite(server, name)
    page = refused(server, token, typed.format(name))
    assert page.field("user")["value"] == name and "readonly" in page.field("user")
    assert not page.suggestions()
    assert is_pending(server, token)
    assert not has_account(server, typed.format(name)[:60]) and not has_account(server, name)


@pytest.mark.parametrize("typed", ["{}", "", " {} ", "{}@localhost"])
def test_a_reserved_name_needs_not_be_typed(server, typed):
    name = new_name("romeo")
    assert is_success(submit(server, invitations.reserved_invite(server, name), typed.format(name)))
    assert has_account(server, name)


def test_a_form_without_a_field_for_the_reserved_name_works(server):
    name = new_name("romeo")
    fields = {"token": invitations.reserved_invite(server, name), "password": PASSWORD}
    assert is_success(invitations.submit_fields(server, fields))


def test_a_reserved_name_that_is_taken_is_said(server):
    name = invitations.new_account(server, new_name("romeo"))
    page = refused(server, invitations.reserved_invite(server, name), name)
    assert "already in use" in page.problems() and not page.suggestions()


def test_a_reset_invite_never_creates_an_account(server):
    name = new_name("nobody")
    # Newer versions of the shell make none for an account that is not there.
    made = f'prosody.hosts["localhost"].modules.invites.create_account_reset("{name}").landing_page'
    url = invitations.evaluate(server, made)
    token = invitations.token_of(url)
    for answer in (
        invitations.open_form(server, token),
        submit(server, token, name),
        submit(server, token, "other"),
    ):
        assert (answer.status, answer.headers["location"]) == (303, url)
    assert not has_account(server, name) and not has_account(server, "other")
    assert is_pending(server, token)


# What is wrong with the form


@pytest.mark.parametrize("missing", ["user", "password", "user password"])
@pytest.mark.parametrize("left_out", [True, False])
def test_missing_fields_are_asked_for(server, missing, left_out):
    token = account_invite(server)
    fields = {"token": token, "user": new_name(), "password": PASSWORD}
    for name in missing.split():
        fields.update({name: ""})
        if left_out:
            del fields[name]
    answer = invitations.submit_fields(server, fields)
    page = Page(answer)
    assert answer.status == 200 and "Please fill in all fields." in page.problems()
    assert is_pending(server, token)


@pytest.mark.parametrize("make", [account_invite, lambda server: invitations.invite_from(server, "juliet")])
def test_what_was_typed_is_kept_but_for_the_password(server, make):
    token, name, password = make(server), new_name("Typed Name "), "short-x"
    answer = submit(server, token, name, password, app_id="dino")
    page = Page(answer)
    assert page.field("user")["value"] == name
    assert page.field("app_id")["value"] == "dino"
    assert page.field("token")["value"] == token
    assert "value" not in page.field("password")
    assert password not in answer.text
    assert ("juliet" in page.text()) == (make is not account_invite)


def test_every_broken_rule_is_said_at_once(server):
    page = refused(
        server, account_invite(server, "strict.localhost"), "juliet", "Juliet", host="strict.localhost"
    )
    assert "Password is too short (minimum 12 characters)" in page.problems()
    assert "Password must not include your username" in page.problems()


def test_problems_of_name_and_password_are_said_at_once(server):
    page = refused(server, account_invite(server), "a b", "short")
    assert "invalid characters" in page.problems() and "too short" in page.problems()
    for name in ("user", "password"):
        assert page.field(name)["aria-invalid"] == "true"
        described = page.field(name)["aria-describedby"].split()
        assert f"{name}-problem" in described
        assert {element.get("id") for _, element in page.elements} >= set(described)


@pytest.mark.parametrize(
    "host, password, text",
    [
        ("localhost", "password123", "used by many people"),
        ("strict.localhost", "x" * 31, "too long (maximum 30 characters)"),
        ("strong.localhost", "aaaaaaaaaaaa", "easy to guess"),
        ("localhost", "long enough \u0007", "characters that a password cannot have"),
        ("localhost", "\u00e9" * 1000, "too long"),
    ],
)
def test_a_password_that_breaks_a_rule_is_refused(server, host, password, text):
    page = refused(server, account_invite(server, host), new_name(), password, host=host)
    assert text in page.problems()
    assert page.field("password")["aria-invalid"] == "true" and "aria-invalid" not in page.field("user")


@pytest.mark.parametrize(
    "password", [" spaces around it ", "\u5bc6\u7801\u5f88\u957f\u5f88\u957f\u5f88\u957f", "&=+%20 \"'<b>"]
)
def test_a_password_is_taken_as_it_was_typed(server, password):
    name = new_name()
    assert is_success(submit(server, account_invite(server), name, password))
    xmpp.log_in(server, name, password)


# Hostile forms


def hostile(token, name):
    fields = f"token={token}&user={name}&password=correct+horse+battery".encode()
    return {
        "two users": fields + b"&user=other",
        "two passwords": fields + b"&password=another+password",
        "two tokens": fields + f"&token={token}".encode(),
        "invalid UTF-8 in the name": fields.replace(b"user=", b"user=%FF%FE"),
        "invalid UTF-8 in the password": fields.replace(b"password=", b"password=\xff"),
        "NUL in the name": fields.replace(b"user=", b"user=%00"),
        "NUL in the password": fields.replace(b"password=", b"password=%00"),
        "NUL in the token": fields.replace(b"token=", b"token=%00"),
        "huge": fields + b"&x=" + b"a" * 200_000,
        "nothing": b"",
        "noise": bytes(range(256)) * 20,
        "JSON": b'{"token":"%s","user":"%s","password":"correct horse"}' % (token.encode(), name.encode()),
        "many fields": b"&".join(b"a%d=1" % i for i in range(20_000)) + b"&" + fields,
    }


@pytest.mark.parametrize("kind", hostile("", ""))
def test_a_hostile_form_is_refused(server, kind):
    token, name = account_invite(server), new_name()
    answer = invitations.submit_fields(server, hostile(token, name)[kind])
    assert answer.status in (200, 303, 400, 413) and not is_success(answer)
    assert not has_account(server, name) and is_pending(server, token)


def test_a_body_that_never_ends_is_refused(server):
    body = f"token={account_invite(server)}&x=".encode() + b"a" * 11_000_000
    try:
        assert invitations.submit_fields(server, body).status == 413
    except (BrokenPipeError, ConnectionResetError):
        pass  # It was refused before all of it was sent.
    assert server.get(FORM).status == 303


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded; charset=utf-8",
        "Application/X-WWW-Form-Urlencoded;charset=UTF-8",
        "",
    ],
)
def test_the_content_type_may_have_parameters(server, content_type):
    headers = {"Content-Type": content_type}
    assert is_success(submit(server, account_invite(server), new_name(), headers=headers))


def test_a_form_in_parts_is_refused(server):
    boundary = b"--x\r\nContent-Disposition: form-data; name="
    parts = [b'"token"\r\n\r\n' + account_invite(server).encode(), b'"user"\r\n\r\na', b'"password"\r\n\r\nb']
    body = b"".join(boundary + part + b"\r\n" for part in parts) + b"--x--"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert invitations.submit_fields(server, body, headers=headers).status in (303, 400, 415)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused(server, method):
    assert server.request(method, FORM).status in (404, 405)


@pytest.mark.parametrize("path", ["?t={}&c={}", "?t={}&user={}"])
def test_markup_in_the_address_stays_text(server, path):
    answer = server.get(FORM + path.format(account_invite(server), urllib.parse.quote(MARKUP)))
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "fields", [{"user": MARKUP}, {"user": "a b", "app_id": MARKUP}, {"user": f"{MARKUP}@localhost"}]
)
def test_markup_in_the_form_stays_text(server, fields):
    page = submit(server, account_invite(server), **fields)
    assert page.status == 200 and "<script>alert" not in page.text and "\"'>" not in page.text
    assert Page(page).field("user")["value"] in (MARKUP, "a b")


def test_markup_in_the_name_of_the_site_stays_text(server):
    answer = invitations.open_form(server, account_invite(server, "web.localhost"), host="web.localhost")
    assert f"Bob{MARKUP}" in Page(answer).text() and "<script>alert" not in answer.text


def test_markup_in_the_name_of_the_inviter_stays_text(server):
    token = invitations.made(server, "create_contact('<script>alert(1)', true)")
    for path in (f"{FORM}?t=", f"{invitations.PAGE}?", f"{invitations.PAGE}/setup/dino?"):
        answer = server.get(path + token)
        assert answer.status == 200 and "<script>alert" not in answer.text


# From other sites, and too often


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:1"},
        {"Origin": "garbage"},
    ],
)
def test_a_form_on_another_site_is_refused(server, headers):
    token, name = account_invite(server), new_name()
    assert submit(server, token, name, headers=headers).status == 403
    assert not has_account(server, name) and is_pending(server, token)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://localhost"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "null"},
    ],
)
def test_our_own_form_is_not(server, headers):
    headers = {name: value.format(port=server.http_port) for name, value in headers.items()}
    assert is_success(submit(server, account_invite(server), new_name(), headers=headers))


def attempt(server, address, host, token=UNKNOWN):
    return submit(server, token, new_name(), headers={"X-Forwarded-For": address}, host=host)


def test_after_twenty_tries_one_has_to_wait(server):
    tries = [attempt(server, "192.0.2.20", "limited.localhost").status for _ in range(20)]
    assert tries == [303] * 20
    token = account_invite(server, "limited.localhost")
    refused = attempt(server, "192.0.2.20", "limited.localhost", token)
    assert refused.status == 429 and 1 <= int(refused.headers["retry-after"]) <= 600
    assert is_pending(server, token, host="limited.localhost")
    assert is_success(attempt(server, "192.0.2.21", "limited.localhost", token))


def test_a_small_limit_is_kept(server):
    tries = [attempt(server, "192.0.2.30", "few.localhost").status for _ in range(4)]
    assert tries == [303, 303, 429, 429]


def test_a_network_with_ipv6_is_one_visitor(server):
    tries = [attempt(server, f"2001:db8::{number}", "few.localhost").status for number in range(1, 4)]
    assert tries == [303, 303, 429]
    assert attempt(server, "2001:db8:0:1::1", "few.localhost").status == 303


def test_looking_at_the_form_is_no_try(server):
    token = account_invite(server, "few.localhost")
    headers = {"X-Forwarded-For": "192.0.2.40"}
    answers = [invitations.open_form(server, token, host="few.localhost", headers=headers) for _ in range(5)]
    assert [answer.status for answer in answers] == [200] * 5


def test_without_a_limit_nobody_waits(server):
    assert {attempt(server, "192.0.2.50", "localhost").status for _ in range(30)} == {303}


# Other modules, and an invite that goes away


@pytest.mark.parametrize("name", ["unwanted", "waitingunwanted"])
def test_another_module_may_refuse(server, name):
    token, name = account_invite(server), new_name(name)
    answer = submit(server, token, name)
    page = Page(answer)
    assert answer.status == 200 and "Nobody of this name is wanted here" in page.text()
    assert f"http://localhost:{server.http_port}/invites_page?{token}" in page.links()
    assert not has_account(server, name)
    assert is_success(submit(server, token, new_name()))


def test_another_module_may_take_its_time(server):
    assert is_success(submit(server, account_invite(server), new_name("waiting")))


def test_a_module_that_fails_before_leaves_the_invite(server):
    token = account_invite(server)
    assert submit(server, token, new_name("breaking")).status == 500
    assert is_success(submit(server, token, new_name()))


def test_a_module_that_fails_after_does_not_undo_the_account(server):
    token, name = account_invite(server), new_name("crashing")
    assert is_success(submit(server, token, name))
    assert has_account(server, name) and not is_pending(server, token)


def test_an_invite_withdrawn_meanwhile_makes_no_account(server):
    token, name = account_invite(server), new_name()
    assert invitations.open_form(server, token).status == 200
    invitations.withdraw(server, token)
    assert invitations.follow(server, submit(server, token, name)).status == 404
    assert not has_account(server, name)


# At the same time


def test_fifty_at_once_get_one_account(server):
    token = account_invite(server)
    names = [new_name() for _ in range(50)]
    opened = [invitations.begin_submit(server, token, name) for name in names]
    answers = [request.answer() for request in opened]
    assert [is_success(answer) for answer in answers].count(True) == 1
    created = [name for name in names if has_account(server, name)]
    assert created == [name for name, answer in zip(names, answers) if is_success(answer)]
    others = [answer for answer in answers if not is_success(answer)]
    assert {answer.status for answer in others} == {303}
    assert invitations.follow(server, others[0]).status == 410
    xmpp.log_in(server, created[0], PASSWORD)


@pytest.mark.parametrize("make", [account_invite, invitations.group_invite])
def test_a_form_sent_twenty_times_makes_one_account_and_no_confusion(server, make):
    token, name = make(server), new_name()
    opened = [invitations.begin_submit(server, token, name) for _ in range(20)]
    answers = [request.answer() for request in opened]
    assert any(is_success(answer) for answer in answers)
    for answer in answers:
        if answer.status == 303:
            assert "This invitation has been used" in invitations.follow(server, answer).text
        else:
            assert is_success(answer) or Page(answer).problems()
    xmpp.log_in(server, name, PASSWORD)


def test_twenty_invites_for_one_name_make_one_account(server):
    tokens, name = [account_invite(server) for _ in range(20)], new_name()
    opened = [invitations.begin_submit(server, token, name) for token in tokens]
    answers = [request.answer() for request in opened]
    assert [is_success(answer) for answer in answers].count(True) == 1
    others = [answer for answer in answers if not is_success(answer)]
    assert ["already in use" in Page(answer).problems() for answer in others] == [True] * 19
    assert [is_pending(server, token) for token in tokens].count(True) == 19


def test_form_and_app_at_once_make_one_account(server):
    token, names = account_invite(server), [new_name(), new_name()]
    opened = invitations.begin_submit(server, token, names[0])
    try:
        xmpp.register_with_invite(server, token, names[1], PASSWORD)
    except xmpp.Refused:
        pass
    opened.answer()
    assert [has_account(server, name) for name in names].count(True) == 1


# The link of an app with a login page


@pytest.mark.parametrize("host, password", [("login.localhost", ""), ("handover.localhost", PASSWORD)])
def test_the_login_link_has_the_password_only_if_the_operator_wants_it(server, host, password):
    name = new_name()
    answer = submit(server, account_invite(server, host), name, app_id="login", host=host)
    url = urllib.parse.urlsplit(answer.headers["location"])
    assert (answer.status, url.scheme, url.netloc, url.path) == (303, "https", "login.example:8443", "/start")
    expected = {"u": [name], "h": [host], "p": [password]}
    assert (urllib.parse.parse_qs(url.query, keep_blank_values=True), url.fragment) == (expected, "login")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    xmpp.log_in(server, name, PASSWORD, host=host)


@pytest.mark.parametrize(
    "app, source",
    [("login", "https://login.example:8443"), ("own", "https://login.localhost"), ("scheme", "chat-app:")],
)
@pytest.mark.parametrize("send", ["open", "submit"])
def test_the_policy_of_the_form_lets_it_lead_to_the_app(server, app, source, send):
    token = account_invite(server, "login.localhost")
    if send == "open":
        answer = invitations.open_form(server, token, c=app, host="login.localhost")
    else:
        answer = submit(server, token, "a b", app_id=app, host="login.localhost")
    assert answer.status == 200
    form_action = re.search(r"form-action ([^;]*)", answer.headers["content-security-policy"])[1]
    assert form_action.split() == ["'self'", source]


def test_no_password_is_anywhere_but_in_the_account(server):
    host, secret = "plain.localhost", "a very secret password"
    name = new_name()
    for token, typed in [(account_invite(server), "a b"), (account_invite(server), name)]:
        submit(server, token, typed, secret)
        submit(server, token, typed, secret, app_id="dino")
    submit(server, account_invite(server), new_name("unwanted"), secret)
    submit(
        server,
        account_invite(server, "login.localhost"),
        new_name(),
        secret,
        app_id="login",
        host="login.localhost",
    )
    kept = {path: path.read_bytes() for path in server.data.rglob("*") if path.is_file()}
    spellings = [
        secret.encode(),
        urllib.parse.quote(secret).encode(),
        urllib.parse.quote_plus(secret).encode(),
    ]
    for path, content in [*kept.items(), (server.log_file, server.log_file.read_bytes())]:
        assert not [spelling for spelling in spellings if spelling in content], path
    assert is_success(submit(server, account_invite(server, host), new_name(), host=host))


# Templates of operators


def own_form(server, token, **more):
    answer = invitations.open_form(server, token, host="template.localhost", **more)
    assert answer.status == 200, answer
    return answer


def test_an_operators_form_is_filled_in(server):
    inviter = new_name("juliet")
    token = invitations.invite_from(server, inviter, host="template.localhost")
    answer = own_form(server, token, c="dino")
    page = Page(answer)
    assert page.text("title") == "template.localhost"
    uri = f"xmpp:{inviter}@template.localhost?roster;preauth={token};ibr=y"
    assert f"{inviter} invites you to use Dino, roster, {uri}" in page.text()
    assert (page.field("token")["value"], page.field("app_id")["value"]) == (token, "dino")
    assert page.field("password")["minlength"] == "8"


def test_braces_in_an_operators_styles_and_scripts_stay(server):
    text = own_form(server, account_invite(server, "template.localhost")).text
    for kept in [
        "body{color:red} .user{background:#fff} @media print{p{display:none}}",
        "{ return {user: e}; } }",
    ]:
        assert kept in text


def test_an_operators_inline_scripts_are_allowed_to_run(server):
    policy = own_form(server, account_invite(server, "template.localhost")).headers["content-security-policy"]
    assert "'unsafe-inline'" in policy and "https:" in policy
    assert "frame-ancestors 'none'" in policy and "form-action 'self'" in policy


def test_an_operators_form_says_what_is_wrong(server):
    token = account_invite(server, "template.localhost")
    answer = submit(server, token, "a b", app_id="dino", host="template.localhost")
    assert '<div class="alert alert-warning">This username contains invalid characters.</div>' in answer.text


def test_an_operators_form_registers(server):
    name, host = new_name(), "template.localhost"
    answer = submit(server, account_invite(server, host), name, "purple & monkey", host=host)
    assert f"Welcome, {name}@{host}!" in answer.text
    assert Page(answer).one("input")["value"] == "purple & monkey"
    assert answer.headers["cache-control"] == "no-cache, no-store, must-revalidate"


def test_what_an_operator_does_not_have_is_ours(server):
    host = "template.localhost"
    answer = submit(server, account_invite(server, host), new_name(), app_id="dino", host=host)
    assert is_success(answer)


def test_an_edited_template_is_seen_while_running(server, templates):
    token, file = account_invite(server, "template.localhost"), templates / "register.html"
    own_form(server, token)
    file.write_text(OWN_FORM.replace("<body>", "<body><p>Edited for {site_name}</p>"))
    os.utime(file, (1, 1))  # whatever the clock says
    invitations.execute(server, "local now = os.time(); while os.time() == now do end")
    assert "Edited for template.localhost" in own_form(server, token).text
    file.unlink()
    invitations.execute(server, "local now = os.time(); while os.time() == now do end")
    assert "Edited for template.localhost" in own_form(server, token).text
