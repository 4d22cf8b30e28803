"""The verification page: how a person confirms a registration."""

import html.parser
import re
import time
import urllib.parse

import pytest

from prosody import wait_until
from registration import (
    PASSWORD,
    VERIFY,
    begin_confirm,
    confirm,
    form,
    is_success,
    join,
    new_name,
    options,
    person,
    probe,
    register,
    token_for,
)

# A token of the right form that nobody has been given.
UNKNOWN = "01234567-89ab-4cde-8f01-23456789abcd"

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def server(start_server, operators_template):
    return start_server(
        options(modules_enabled=["refuse"]),
        hosts={
            "brief.localhost": {"reg_servlet_pending_ttl": 1},
            "named.localhost": {"site_name": "<b>Tom & Jerry's</b>"},
            "templated.localhost": {"reg_servlet_template_path": str(operators_template)},
            "behind.localhost": {
                "reg_servlet_template_path": str(operators_template),
                "http_external_url": "https://chat.example.org/xmpp/",
            },
        },
    )


@pytest.fixture(scope="module")
def operators_template(tmp_path_factory):
    """A template folder as the community module has them, and one page short."""
    folder = tmp_path_factory.mktemp("template")
    (folder / "form_t.html").write_text(
        "<form action='%REG-URL' method='post'>{ verbatim } 100%<input name='uuid'></form>"
    )
    (folder / "success_t.html").write_text("<p>Bienvenue, {username}</p>")
    return folder


class Page(html.parser.HTMLParser):
    """What a browser makes of a page."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.text = [], ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_data(self, data):
        self.text += data

    def find(self, tag, **attributes):
        return [own for name, own in self.elements if name == tag and attributes.items() <= own.items()]


def input_of(answer):
    [field] = Page(answer.text).find("input", name="uuid")
    return field


def exists(server, name, host="localhost"):
    return probe(server, "account", host=host, username=name)["record"] is not None


def is_failure(page, status=200):
    return page.status == status and "That did not work" in page.text


# The form


def test_the_form_asks_for_the_code(server):
    answer = server.get(VERIFY)
    page = Page(answer.text)
    assert answer.status == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert input_of(answer)["value"] == ""
    assert page.find("label", **{"for": input_of(answer)["id"]})
    assert page.find("form", method="post")
    assert page.find("meta", name="viewport")
    assert page.find("html", lang="en")


def test_a_link_with_the_code_fills_it_in(server):
    token = token_for(server)
    assert input_of(server.get(f"{VERIFY}?uuid={token}"))["value"] == token
    assert input_of(server.get(f"{VERIFY}?utm_source=mail&uuid={token.upper()}&x"))["value"] == token


def test_looking_confirms_nothing(server):
    fields = person()
    token = token_for(server, fields)
    for _ in range(3):
        server.get(f"{VERIFY}?uuid={token}")
        server.request("HEAD", f"{VERIFY}?uuid={token}")
    assert not exists(server, fields["username"])
    assert is_success(confirm(server, token))


@pytest.mark.parametrize(
    "uuid",
    [
        "%3Cscript%3Ealert(1)%3C/script%3E",
        "%22%3E%3Cb%3E",
        "'onfocus='x",
        "%00",
        "%ff",
        UNKNOWN + "x",
        "{host}",
        "%7Bhost%7D",
    ],
)
def test_what_cannot_be_a_code_is_not_filled_in(server, uuid):
    assert input_of(server.get(f"{VERIFY}?uuid={uuid}"))["value"] == ""


def test_head_has_the_headers_and_no_body(server):
    answer = server.request("HEAD", VERIFY)
    assert answer.status == 200
    assert answer.body == b""
    assert answer.headers["cache-control"] == "no-store"


# Confirming


def test_confirming_makes_the_account_and_shows_its_address(server):
    fields = person()
    page = confirm(server, token_for(server, fields))
    assert is_success(page)
    assert f"{fields['username']}@localhost" in Page(page.text).text
    assert exists(server, fields["username"])


def test_the_name_is_stored_as_prosody_prepares_it(server):
    join(server, person(username="MixedCase", mail="mixed@mail.example"))
    assert exists(server, "mixedcase")
    assert not exists(server, "MixedCase")


def test_a_code_works_once(server):
    fields = person()
    token = token_for(server, fields)
    assert is_success(confirm(server, token))
    before = probe(server, "account", username=fields["username"])
    assert is_failure(confirm(server, token))
    assert probe(server, "account", username=fields["username"]) == before


@pytest.mark.parametrize(
    "spelling", [str.upper, lambda token: f"  {token}\r\n"], ids=["upper case", "spaces"]
)
def test_the_code_may_be_typed(server, spelling):
    token = token_for(server)
    assert is_success(confirm(server, spelling(token)))


@pytest.mark.parametrize(
    "body", ["uuid=TOKEN", "uuid=TOKEN&submit=Go", "submit=Go&uuid=TOKEN", "uuid=&uuid=TOKEN", "uuid=+TOKEN+"]
)
def test_the_form_may_have_more_in_it(server, body):
    token = token_for(server)
    assert is_success(server.post(VERIFY, body.replace("TOKEN", token), headers=FORM))


def test_the_content_type_does_not_matter(server):
    # As with the community module, whose clients do not all send one.
    for headers in [{}, {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}]:
        assert is_success(server.post(VERIFY, form(token_for(server)), headers=headers))


def test_pressing_the_button_twice_gives_the_same_answer_twice(start_server):
    # Hashing takes long enough for both to be under way together.
    server = start_server(options(default_iteration_count=2_000_000))
    fields = person()
    token = token_for(server, fields)
    both = [begin_confirm(server, token), begin_confirm(server, token)]
    first, second = [request.answer() for request in both]
    assert is_success(first)
    assert first.text == second.text
    assert len(probe(server, "events", name="user-registered", username=fields["username"])) == 1
    assert is_failure(confirm(server, token))


def test_who_closes_the_window_has_an_account_all_the_same(start_server):
    server = start_server(options(default_iteration_count=2_000_000))
    fields = person()
    token = token_for(server, fields)
    begin_confirm(server, token).abandon()
    server.wait_for_log(f"Registration of {fields['username']} from 192.0.2.1 was confirmed")
    assert exists(server, fields["username"])


def test_other_modules_are_told(server):
    fields = person(ip="2001:DB8::7")
    join(server, fields)
    [asked] = probe(server, "events", name="user-registering", username=fields["username"])
    [told] = probe(server, "events", name="user-registered", username=fields["username"])
    assert asked["host"] == told["host"] == "localhost"
    assert asked["ip"] == told["ip"] == "2001:db8::7"
    assert told["source"] == "mod_register_json"
    assert told["session_type"] == "http"


def test_nobody_is_told_before_the_confirmation(server):
    fields = person()
    token_for(server, fields)
    assert probe(server, "events", name="user-registered", username=fields["username"]) == []


def test_when_another_module_fails_afterwards_the_account_is_ready_all_the_same(server):
    server.expected_errors.append("a module that fails after")
    fields = person(username=new_name("crashing"))
    assert is_success(confirm(server, token_for(server, fields)))


# Failing


@pytest.mark.parametrize(
    "uuid",
    [
        UNKNOWN,
        "x",
        UNKNOWN[:-1],
        UNKNOWN.replace("-", ""),
        "../../etc/passwd",
        "{host}",
        "\0",
        "é" * 18,
        "0" * 60000,
    ],
    ids=lambda uuid: uuid[:10],
)
def test_an_unknown_code_is_answered_kindly(server, uuid):
    page = confirm(server, uuid)
    assert is_failure(page)
    assert "not valid" in page.text
    assert uuid == "x" or uuid not in page.text


@pytest.mark.parametrize(
    "body",
    ["", "uuid", "uuid=", "uuid=+", "uuid=%20%0a", "UUID=" + UNKNOWN, "token=" + UNKNOWN, "&&=&", "\0", "%"],
)
def test_without_a_code_the_form_says_what_is_missing(server, body):
    answer = server.post(VERIFY, body, headers=FORM)
    assert answer.status == 400
    [problem] = Page(answer.text).find("p", role="alert")
    assert input_of(answer)["aria-describedby"] == problem["id"]
    assert "Please enter the code" in answer.text


def test_when_the_name_is_taken_meanwhile_the_other_account_is_left_alone(server):
    fields = person()
    token = token_for(server, fields)
    assert probe(server, "create_user", username=fields["username"], password="of somebody else")["ok"]
    before = probe(server, "account", username=fields["username"])

    page = confirm(server, token)
    assert is_failure(page, 409)
    assert "taken this name" in page.text
    assert probe(server, "account", username=fields["username"]) == before
    assert probe(server, "provider_test", username=fields["username"], password="of somebody else")["ok"]
    assert not probe(server, "provider_test", username=fields["username"], password=PASSWORD)["ok"]
    assert probe(server, "events", name="user-registered", username=fields["username"]) == []

    # The mail address is free for another name.
    assert register(server, person(mail=fields["mail"])).status == 200


def test_when_the_name_is_taken_while_it_is_hashed_the_other_account_is_left_alone(start_server):
    server = start_server(options(default_iteration_count=2_000_000))
    fields = person()
    token = token_for(server, fields)
    confirmation = begin_confirm(server, token)
    assert probe(server, "store_account", username=fields["username"], salt="of somebody else")["ok"]
    page = confirmation.answer()
    assert is_failure(page, 409)
    assert probe(server, "account", username=fields["username"])["record"]["salt"] == "of somebody else"


def test_a_busy_server_says_when_to_come_again_and_keeps_the_registration(start_server):
    server = start_server(options(frontdoor_workers=1, frontdoor_queue=1, default_iteration_count=1_000_000))
    tokens = [token_for(server) for _ in range(6)]
    confirmations = [begin_confirm(server, token) for token in tokens]
    pages = [confirmation.answer() for confirmation in confirmations]
    turned_away = [(token, page) for token, page in zip(tokens, pages) if not is_success(page)]
    assert turned_away
    for token, page in turned_away:
        assert page.status == 503
        assert page.headers["retry-after"] == "5"
        assert input_of(page)["value"] == token
        assert is_success(confirm(server, token))


def test_when_the_account_cannot_be_stored_the_registration_goes_on_waiting(start_server):
    server = start_server(options())
    server.expected_errors = ["was confirmed, but not stored", r"accounts storage"]
    fields = person()
    token = token_for(server, fields)
    # A file where the folder of the accounts must go.
    accounts = server.data / "localhost" / "accounts"
    assert not accounts.exists()
    accounts.write_text("in the way")
    page = confirm(server, token)
    assert page.status == 500
    assert input_of(page)["value"] == token
    accounts.unlink()
    assert is_success(confirm(server, token))


# Expiry


def test_an_expired_code_is_unknown_and_frees_name_and_mail_address(server):
    brief = {"host": "brief.localhost"}
    fields = person()
    token = token_for(server, fields, **brief)
    wait_until_expired()
    assert is_failure(confirm(server, token, **brief))
    assert not exists(server, fields["username"], **brief)

    assert register(server, fields, **brief).status == 200
    # The old code does not confirm the new registration.
    assert is_failure(confirm(server, token, **brief))


def wait_until_expired():
    """The clock has to move on; the time to live is one second, and whole seconds are counted."""
    time.sleep(2.1)


def test_name_and_mail_address_are_free_apart_from_each_other_after_expiry(server):
    brief = {"host": "brief.localhost"}
    first, second = person(), person()
    for fields in (first, second):
        token_for(server, fields, **brief)
    wait_until_expired()
    assert register(server, person(username=first["username"], mail=second["mail"]), **brief).status == 200


def test_expired_registrations_are_removed_from_the_store(start_server):
    server = start_server(options(reg_servlet_pending_ttl=1))
    token_for(server)
    pending = server.data / "localhost" / "register_json_pending"
    assert list(pending.glob("*.dat"))
    wait_until_expired()
    # Housekeeping comes a second after a start, unless it is noted that it came in the last hour.
    for note in (server.data / "localhost").glob("cron*"):
        note.unlink()
    server.restart()
    wait_until(lambda: not list(pending.glob("*.dat")), server.story)


# What the browser is told, and what it can load


@pytest.mark.parametrize(
    "make_page",
    [
        lambda server: server.get(VERIFY),
        lambda server: confirm(server, UNKNOWN),
        lambda server: confirm(server, token_for(server)),
        lambda server: server.post(VERIFY, ""),
    ],
    ids=["form", "fail", "success", "form again"],
)
def test_no_page_is_stored_framed_or_talks_to_others(server, make_page):
    headers = make_page(server).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["form-action"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "make_page",
    [
        lambda server: server.get(VERIFY),
        lambda server: confirm(server, UNKNOWN),
        lambda server: confirm(server, token_for(server)),
    ],
    ids=["form", "fail", "success"],
)
def test_a_page_loads_only_what_is_there(server, make_page):
    page = Page(make_page(server).text)
    links = [
        own.get("href") or own.get("src") for tag, own in page.elements if tag in ("link", "img", "script")
    ]
    assert links
    for link in links:
        assert "//" not in link
        assert server.get(urllib.parse.urljoin(VERIFY, link)).status == 200
    assert not page.find("script")
    assert not [
        own for _, own in page.elements if "style" in own or any(name.startswith("on") for name in own)
    ]


@pytest.mark.parametrize(
    "path, content_type",
    [
        ("css/style.css", "text/css; charset=utf-8"),
        ("images/header.png", "image/png"),
        ("images/tile.png", "image/png"),
    ],
)
def test_the_files_of_the_page_are_served(server, path, content_type):
    answer = server.get(VERIFY + path)
    assert answer.status == 200
    assert answer.headers["content-type"] == content_type
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert len(answer.body) == int(answer.headers["content-length"]) > 0


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "css/",
        "css",
        "css/style.css/",
        "../mod_register_json.lua",
        "..%2fmod_register_json.lua",
        "css/../nothing",
        "%2e%2e/confirm.lib.lua",
        "css/style.css%00",
        "form_t.html",
        "success_t.html",
        "fail_t.html",
    ],
)
def test_nothing_else_is_served(server, path):
    assert server.get(VERIFY + path).status == 404
    assert server.post(VERIFY + path, f"uuid={UNKNOWN}").status == 404


def test_a_post_beside_the_page_confirms_nothing(server):
    fields = person()
    token = token_for(server, fields)
    assert server.post(VERIFY + "x", form(token)).status == 404
    assert not exists(server, fields["username"])


# Templates


def test_the_name_of_the_site_is_escaped(server):
    answer = server.get(VERIFY, host="named.localhost")
    assert "<b>Tom" not in answer.text
    assert "<b>Tom & Jerry's</b>" in Page(answer.text).text


def test_a_name_is_escaped_on_the_page(server):
    fields = person(username="r\u00e9my&co", mail=f"{new_name()}@mail.example")
    answer = register(server, fields)
    # "&" is no character of a user name, so that nothing of the kind gets as far as a page.
    assert answer.status == 406
    page = confirm(server, token_for(server, {**fields, "username": "r\u00e9my"}))
    assert "r\u00e9my@localhost" in Page(page.text).text


def test_an_operators_template_replaces_ours(server):
    answer = server.get(VERIFY, host="templated.localhost")
    assert answer.status == 200
    [form_element] = Page(answer.text).find("form")
    assert form_element["action"] == VERIFY
    assert "{ verbatim } 100%" in answer.text
    fields = person()
    page = confirm(server, token_for(server, fields, host="templated.localhost"), host="templated.localhost")
    assert page.text == f"<p>Bienvenue, {fields['username']}</p>"


def test_what_an_operators_template_does_not_have_is_ours(server):
    assert is_failure(confirm(server, UNKNOWN, host="templated.localhost"))
    assert (
        server.get(VERIFY + "css/style.css", host="templated.localhost").body
        == server.get(VERIFY + "css/style.css").body
    )


def test_the_address_in_a_template_is_the_one_outside(server):
    answer = server.get(VERIFY, host="behind.localhost")
    [form_element] = Page(answer.text).find("form")
    assert form_element["action"] == "/xmpp" + VERIFY


def test_every_part_of_the_form_fits_a_phone(server):
    css = server.get(VERIFY + "css/style.css").text
    assert re.search(r"prefers-color-scheme:\s*dark", css)
    assert "://" not in css
