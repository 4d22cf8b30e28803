"""What all pages have in common: headers, languages, weight, and that they are whole."""

import functools
import re
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest

import invitations
import xmpp
from invitations import FORM, PAGE, RESET, UNKNOWN, Page, account_invite, invite_from, token_of
from prosody import REPOSITORY
from registration import PASSWORD, new_name

ANDROID = {"Sec-CH-UA-Platform": '"Android"'}
LANGUAGES = ["en", "de", "fr", "es", "ar"]

# Everything that the journey needs, loaded by this one name.
OPTIONS = {"modules_enabled": ["invites_register_web"], "invites_register_limit": 0}

HOSTS = {
    "named.localhost": {"site_name": "Caf\u00e9 & <Friends>", "site_color": "#006400"},
    "limited.localhost": {"invites_register_limit": 1},
    "refusing.localhost": {"modules_enabled": ["invites_register_web", "refuse"]},
    "prefixed.localhost": {"http_external_url": "https://chat.example/xmpp/"},
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(OPTIONS, HOSTS)


# Every page in every state: how a visitor with these headers gets there.


@functools.cache
def shared(make, server, *arguments):
    """An invite that nobody uses up, made once."""
    return make(server, *arguments)


def throttled(server, headers):
    for _ in range(2):
        answer = invitations.submit(server, UNKNOWN, "x", headers=headers, host="limited.localhost")
    return answer


def refused_by_a_module(server, headers):
    token = account_invite(server, "refusing.localhost")
    return invitations.submit(server, token, new_name("unwanted"), headers=headers, host="refusing.localhost")


def reset_token(server):
    return token_of(invitations.reset_link(server, invitations.new_account(server)))


def used_reset_token(server):
    token = reset_token(server)
    invitations.reset(server, token, PASSWORD + " 2")
    return token


def submitted(server, headers, user=None, **fields):
    return invitations.submit(server, account_invite(server), user or new_name(), headers=headers, **fields)


PAGES = {
    "invite": lambda server, headers: server.get(f"{PAGE}?{shared(account_invite, server)}", headers=headers),
    "invite from somebody": lambda server, headers: server.get(
        f"{PAGE}?{shared(invite_from, server, 'juliet')}", headers={**headers, **ANDROID}
    ),
    "invite for a name": lambda server, headers: server.get(
        f"{PAGE}?{shared(invitations.reserved_invite, server, 'romeo')}", headers={**headers, **ANDROID}
    ),
    "contact": lambda server, headers: server.get(
        invitations.path_of(shared(invitations.contact_link, server, "juliet")), headers=headers
    ),
    "setup with preauth": lambda server, headers: server.get(
        f"{PAGE}/setup/monal?{shared(account_invite, server)}", headers=headers
    ),
    "setup": lambda server, headers: server.get(
        f"{PAGE}/setup/gajim?{shared(account_invite, server)}", headers=headers
    ),
    "unknown app": lambda server, headers: server.get(
        f"{PAGE}/setup/x?{shared(account_invite, server)}", headers=headers
    ),
    "unknown invite": lambda server, headers: server.get(f"{PAGE}?{UNKNOWN}", headers=headers),
    "expired invite": lambda server, headers: server.get(
        f"{PAGE}?{shared(invitations.expired_invite, server)}", headers=headers
    ),
    "form": lambda server, headers: invitations.open_form(
        server, shared(account_invite, server), headers=headers
    ),
    "form from somebody": lambda server, headers: invitations.open_form(
        server, shared(invite_from, server, "juliet"), c="monal", headers=headers
    ),
    "form for a name": lambda server, headers: invitations.open_form(
        server, shared(invitations.reserved_invite, server, "romeo"), headers=headers
    ),
    "empty form": lambda server, headers: submitted(server, headers, user=" ", password=""),
    "form with problems": lambda server, headers: submitted(server, headers, user="a b", password="a b"),
    "taken name": lambda server, headers: submitted(server, headers, user=invitations.new_account(server)),
    "long name": lambda server, headers: submitted(server, headers, user="a" * 300, app_id="gajim"),
    "success": submitted,
    "success with an app": lambda server, headers: submitted(server, headers, app_id="gajim"),
    "from elsewhere": lambda server, headers: submitted(server, {**headers, "Sec-Fetch-Site": "cross-site"}),
    "throttled": throttled,
    "refused by a module": refused_by_a_module,
    "reset": lambda server, headers: server.get(f"{RESET}?{shared(reset_token, server)}", headers=headers),
    "reset with problems": lambda server, headers: invitations.reset(
        server, shared(reset_token, server), "short", headers=headers
    ),
    "reset done": lambda server, headers: invitations.reset(
        server, reset_token(server), PASSWORD + " 3", headers=headers
    ),
    "unknown reset": lambda server, headers: server.get(f"{RESET}?{UNKNOWN}", headers=headers),
    "used reset": lambda server, headers: server.get(
        f"{RESET}?{shared(used_reset_token, server)}", headers=headers
    ),
}

every_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def opened(server):
    """Each page in each language, asked for once."""
    known = {}

    def get(name, language="en"):
        key = (name, language)
        if key not in known:
            known[key] = PAGES[name](server, {"Accept-Language": language})
        return known[key]

    return get


# Headers


def policy_of(answer):
    parts = [part.split() for part in answer.headers["content-security-policy"].split(";")]
    return {part[0]: part[1:] for part in parts if part}


@every_page
def test_a_page_allows_no_more_than_it_needs(opened, name):
    policy = policy_of(opened(name))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    assert policy["form-action"] == ["'self'"]
    assert "unsafe" not in str(policy) and "*" not in str(policy) and "http" not in str(policy)


HEADERS = {
    "content-type": "text/html; charset=utf-8",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "content-language": "en",
}


@every_page
def test_a_page_has_its_headers(opened, name):
    headers = opened(name).headers
    assert {header: headers.get(header) for header in HEADERS} == HEADERS


@every_page
def test_nobody_stores_a_page(opened, name):
    assert "no-store" in opened(name).headers["cache-control"]


@every_page
def test_a_page_says_that_it_depends_on_the_language(opened, name):
    assert "accept-language" in opened(name).headers["vary"].lower()


@every_page
def test_no_other_site_may_read_a_page(opened, name):
    assert not [header for header in opened(name).headers if header.startswith("access-control")]


@pytest.mark.parametrize("path", [FORM, PAGE, RESET])
def test_no_other_site_is_told_that_it_may(server, path):
    answer = server.request("OPTIONS", path, headers={"Origin": "https://evil.example"})
    assert not [header for header in answer.headers if header.startswith("access-control")]


# What is on them


@every_page
def test_nothing_is_loaded_from_elsewhere(opened, server, name):
    ours = ("/", f"http://localhost:{server.http_port}/", "xmpp:")
    foreign = [
        url for url in Page(opened(name)).references() if not url.startswith(ours) or url.startswith("//")
    ]
    assert not foreign


@every_page
def test_there_are_no_inline_scripts_and_styles(opened, name):
    page = Page(opened(name))
    assert not [script for script in page.all("script") if not script.get("src")] and not page.all("style")
    attributes = {attribute for _, found in page.elements for attribute in found}
    assert not [attribute for attribute in attributes if attribute == "style" or attribute.startswith("on")]


@every_page
def test_a_page_is_named_for_people_and_hidden_from_search_engines(opened, name):
    page = Page(opened(name))
    assert page.text("title") and page.text("h1") and len(page.all("h1")) == 1
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert page.one("meta", name="viewport")


@every_page
def test_no_id_is_there_twice(opened, name):
    ids = [attributes["id"] for _, attributes in Page(opened(name)).elements if "id" in attributes]
    assert len(ids) == len(set(ids))


@every_page
def test_every_picture_has_an_alternative(opened, name):
    assert not [image for image in Page(opened(name)).all("img") if "alt" not in image]


def test_where_there_is_a_problem_the_title_says_so(opened):
    for name in ("form with problems", "taken name", "empty form", "reset with problems"):
        assert Page(opened(name)).text("title").startswith("Please look at this again: ")


# Languages


@every_page
def test_a_page_is_whole_in_every_language(opened, name):
    for language in LANGUAGES:
        answer = opened(name, language)
        assert not re.search(r"\{\s*[$\w]", answer.text), answer.text
        html = Page(answer).one("html")
        assert html["lang"] == answer.headers["content-language"] == language
        assert html["dir"] == ("rtl" if language == "ar" else "ltr")


# What stands at the foot of every page, after or before the name of the site.
FOOT = {
    language: max(re.search(r"^about_xmpp = (.*)$", text, re.M)[1].split("{ $site_name }"), key=len).strip()
    for language in LANGUAGES
    for text in [(REPOSITORY / "lua" / "frontdoor" / "locale" / f"{language}.ftl").read_text()]
}


@every_page
def test_a_page_is_in_the_visitors_language(opened, name):
    pages = {language: Page(opened(name, language)) for language in LANGUAGES}
    assert {language for language, page in pages.items() if FOOT[language] in page.text()} == set(LANGUAGES)
    assert len({page.text("h1") for page in pages.values()}) == len(LANGUAGES)


@pytest.mark.parametrize(
    "header, language",
    [
        ("de", "de"),
        ("de-AT, en;q=0.5", "de"),
        ("fr-CA", "fr"),
        ("en;q=0.5, es;q=0.9", "es"),
        ("es;q=0.4, ar;q=0.8, de;q=0.6", "ar"),
        ("ja, de;q=0.3", "de"),
        ("ja", "en"),
        ("tlh-x-klingon, *;q=0.1", "en"),
        ("de;q=0, fr;q=0.2", "fr"),
        ("de;q=0", "en"),
        ("*", "en"),
        ("AR-eg", "ar"),
        ("", "en"),
        ("de;q=2", "en"),
        ("../../etc/passwd", "en"),
        ("de\u00a0", "en"),
        ("x" * 5000, "en"),
        ("de," * 1000, "en"),
    ],
)
def test_the_language_is_the_one_most_wanted(server, header, language):
    answer = server.get(f"{PAGE}?{UNKNOWN}", headers={"Accept-Language": header})
    assert (answer.status, answer.headers["content-language"]) == (404, language)


def test_without_a_wish_it_is_english(server):
    assert server.get(f"{PAGE}?{UNKNOWN}").headers["content-language"] == "en"


def test_visitors_with_different_languages_do_not_get_each_others_page(server):
    token = account_invite(server)
    spoken = [server.get(f"{PAGE}?{token}", headers={"Accept-Language": each}).text for each in LANGUAGES * 2]
    assert spoken[:5] == spoken[5:] and len(set(spoken)) == 5


def test_visitors_with_different_invites_do_not_get_each_others_page(server):
    for _ in range(2):
        for make in (account_invite, lambda server: invite_from(server, new_name("juliet"))):
            tokens = [make(server), make(server)]
            texts = [server.get(f"{PAGE}?{token}").text for token in tokens]
            assert tokens[0] in texts[0] and tokens[1] in texts[1]
            assert tokens[0] not in texts[1] and tokens[1] not in texts[0]


# Weight


def needed(page):
    """What a browser loads besides logos, and besides pictures that wait behind a tap."""
    logos = [image["src"] for image in page.all("img") if "/logos/" in image["src"]]
    links = [link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon")]
    sources = [found["src"] for tag in ("script", "img") for found in page.all(tag)]
    return [url for url in links + sources if url not in logos]


@every_page
def test_a_page_is_light(opened, server, name):
    answer = opened(name)
    files = [server.get(invitations.path_of(url)) for url in needed(Page(answer))]
    assert {file.status for file in files} == {200}
    assert 1 + len(files) <= 4
    weight = sum(len(file.body) for file in files if "svg" not in file.headers["content-type"])
    assert len(answer.body) + weight < 30_000


@pytest.mark.parametrize(
    "tag, attribute, content_type",
    [
        ("link", "href", "text/css; charset=utf-8"),
        ("link", "href", "image/svg+xml"),
        ("script", "src", "text/javascript; charset=utf-8"),
    ],
)
def test_shared_files_are_kept_by_browsers(opened, server, tag, attribute, content_type):
    urls = [found[attribute] for found in Page(opened("form")).all(tag)]
    answers = [server.get(url) for url in urls]
    [answer] = [answer for answer in answers if answer.headers["content-type"] == content_type]
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path", ["", "unknown.css", "../mod_frontdoor_assets.lua", "%2e%2e/mod_frontdoor_assets.lua", "style"]
)
def test_no_other_files_are_shared(server, path):
    assert server.get(f"/frontdoor_assets/{path}").status in (301, 400, 404)


def test_a_stylesheet_and_a_script_load_nothing(opened, server):
    for url in needed(Page(opened("form"))):
        text = server.get(url).text.replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?://|@import|url\(", text), url


# What operators set


def test_a_sites_name_is_everywhere(server):
    for path in (
        f"{PAGE}?{account_invite(server, 'named.localhost')}",
        f"{PAGE}?{UNKNOWN}",
        f"{RESET}?{UNKNOWN}",
    ):
        answer = server.get(path, host="named.localhost")
        assert "Caf\u00e9 & <Friends>" in Page(answer).text()
        assert "<Friends>" not in answer.text


def test_a_sites_colour_is_in_its_stylesheet(server):
    page = Page(server.get(f"{PAGE}?{UNKNOWN}", host="named.localhost"))
    url = page.one("link", rel="stylesheet")["href"]
    assert "#006400" in server.get(url, host="named.localhost").text
    ours = Page(server.get(f"{PAGE}?{UNKNOWN}")).one("link", rel="stylesheet")["href"]
    assert url != ours and "#006400" not in server.get(ours).text


@pytest.mark.parametrize("path", [f"{PAGE}?{{}}", f"{FORM}?t={{}}", f"{PAGE}/setup/dino?{{}}"])
def test_behind_a_proxy_with_a_prefix_every_file_has_it(server, path):
    token = account_invite(server, "prefixed.localhost")
    page = Page(server.get(path.format(token), host="prefixed.localhost"))
    assert page.references()
    ours = [url for url in page.references() if not url.startswith("xmpp:")]
    assert not [url for url in ours if not url.startswith(("/xmpp/", "https://chat.example/xmpp/"))]


# One module is enough


def submit_as_a_browser(server, page, **typed):
    """Sends a form as it stands there, with what a person types."""
    fields = {field["name"]: field.get("value", "") for field in page.all("input") if field.get("name")}
    action = urllib.parse.urljoin(FORM, page.one("form")["action"])
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": "null"}
    return invitations.begin_post(server, action, {**fields, **typed}, headers).answer()


def test_one_module_is_enough_for_the_whole_journey(server):
    inviter = invitations.new_account(server)
    url = invitations.link(server, f"create_contact {inviter}@localhost --allow-registration")
    page = Page(server.get(invitations.path_of(url), headers={"Sec-CH-UA-Platform": '"Windows"'}))
    [chosen] = [anchor["href"] for anchor in page.all("a") if "c=gajim" in anchor["href"]]
    form = Page(server.get(invitations.path_of(chosen)))
    assert inviter in form.text()
    name = new_name()
    assert Page(submit_as_a_browser(server, form, user="a b", password="short")).problems()
    success = submit_as_a_browser(server, form, user=name, password=PASSWORD)
    assert invitations.is_success(success), success
    assert "Log in to Gajim" in Page(success).text()
    assert invitations.contacts(server, name) == {f"{inviter}@localhost": "both"}
    assert server.get(invitations.path_of(url)).status == 410


def test_one_module_is_enough_for_a_new_password(server):
    name = invitations.new_account(server)
    url = invitations.reset_link(server, name)
    form = Page(server.get(invitations.path_of(url)))
    assert submit_as_a_browser(server, form, password="another long password").status == 200
    xmpp.log_in(server, name, "another long password")


# Reloads

MODULES = [
    "register_apps",
    "password_policy",
    "password_reset",
    "invites_page",
    "invites_register_web",
    "frontdoor_assets",
]


@pytest.mark.parametrize("module", MODULES + ["invites", "invites_register"])
def test_a_module_can_be_reloaded_under_load(server, module):
    names = [new_name() for _ in range(8)]
    tokens = [account_invite(server) for _ in names]
    opened = [invitations.begin_submit(server, token, name) for token, name in zip(tokens, names)]
    with ThreadPoolExecutor() as pool:
        reloading = pool.submit(server.reload, module)
        looked = [invitations.open_form(server, tokens[0]).status for _ in range(10)]
        reloading.result()
    answers = [request.answer() for request in opened]
    assert {answer.status for answer in answers} <= {200, 503}, answers
    created = [name for name, answer in zip(names, answers) if invitations.is_success(answer)]
    assert created == [name for name in names if invitations.has_account(server, name)]
    assert set(looked) <= {200, 303}, looked
    xmpp.log_in(server, invitations.use_up(server, account_invite(server)), PASSWORD)
    assert server.get(f"{PAGE}?{account_invite(server)}").status == 200


def test_after_reloads_each_account_is_made_once(server):
    for module in MODULES:
        server.reload(module)
    name = new_name()
    assert invitations.is_success(invitations.submit(server, account_invite(server), name))
    assert server.log().count(f"User account created: {name}@localhost") == 1
