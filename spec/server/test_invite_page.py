"""The page behind an invitation link."""

import re
import urllib.parse

import pytest

import invitations
import xmpp
from invitations import PAGE, UNKNOWN, Page, account_invite, invite_from, link, path_of, token_of
from registration import PASSWORD, new_name

ANDROID = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/131.0.0.0 Mobile Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile Safari/604.1"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:133.0) Gecko/20100101 Firefox/133.0"
LINUX = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"
HAIKU = "Mozilla/5.0 (Macintosh; Intel Haiku R1 x86_64) AppleWebKit/620.1 WebPositive/1.3 Safari/620.1"

APPS = [
    {
        "name": "Magic",
        "link": "https://magic.example/",
        "platforms": ["Android"],
        "supports_preauth_uri": True,
        "magic_link_format": "https://store.example/?id=magic&referrer={invite.uri}",
    },
    {"name": "Preauth", "link": "https://preauth.example/", "supports_preauth_uri": True},
    {"name": "Plain", "link": "https://plain.example/", "platforms": ["iOS"]},
]
ODD_IDS = ["two words", "a/b", "ümläut", 'quote"<b>', "a&b=c?d#e", "100%", "dots.and-dashes", "plus+sign"]

HOSTS = {
    "second.localhost": {"site_name": "The <Second> Place"},
    "apps.localhost": {"site_apps": APPS},
    "odd.localhost": {
        "site_apps": [{"id": name, "name": name, "link": "https://odd.example/"} for name in ODD_IDS]
    },
    "template.localhost": {"invites_page": "https://invite.example/{host}/?i={invite.token}"},
    "external.localhost": {
        "invites_page": "https://invite.example/{host}/?i={invite.token}",
        "invites_page_external": True,
    },
    "nowhere.localhost": {"invites_page_external": True},
    "form.localhost": {"invites_registration_page": "/signup?t={invite.token}&c={app.id}"},
    "elsewhere.localhost": {"invites_registration_page": "https://join.example/{invite.token}"},
    "failing.localhost": {},
    "proxied.localhost": {"http_external_url": "https://chat.example/xmpp/"},
}


@pytest.fixture(scope="module")
def server(start_server):
    options = {"modules_enabled": [*invitations.MODULES, "refuse"], "invites_register_limit": 0}
    started = start_server(options, HOSTS)
    started.expected_errors = ["Failed to load invite_token storage", "an invite: Error reading storage"]
    return started


def visit(server, token, **more):
    return server.get(f"{PAGE}?{token}", **more)


def page_of(server, token, **more):
    answer = visit(server, token, **more)
    assert answer.status == 200, answer
    return Page(answer)


def hint(platform):
    return {"Sec-CH-UA-Platform": f'"{platform}"'}


# Each kind of invite


def test_the_link_of_an_invite_leads_to_its_page(server):
    url = link(server, "create_account localhost")
    assert re.fullmatch(rf"http://localhost:{server.http_port}/invites_page\?[\w-]{{24}}", url)
    assert server.get(path_of(url)).status == 200


def test_an_account_invite_says_where_it_leads_to(server):
    page = page_of(server, account_invite(server))
    assert page.text("title") == "Invitation to localhost"
    assert page.text("h1") == "You are invited to chat on localhost"


def test_an_invite_of_somebody_says_who_invites(server):
    inviter = new_name("juliet")
    page = page_of(server, invite_from(server, inviter))
    assert page.text("title") == f"{inviter} invites you to localhost"
    assert page.text("h1") == f"{inviter} invites you to chat on localhost"
    assert "each other’s contacts" in page.text()


def test_an_invite_for_a_name_says_the_address(server):
    name = new_name("romeo")
    assert (
        f"{name}@localhost is kept for you"
        in page_of(server, invitations.reserved_invite(server, name)).text()
    )


@pytest.mark.parametrize("name", ["juliet", "\u00e9tienne", "\u674e\u96f7", "a.b-c_d+e", "100%", "a;b=c#d"])
def test_an_invite_that_only_makes_contacts_has_a_page(server, name):
    url = invitations.contact_link(server, name)
    answer = server.get(path_of(url))
    assert answer.status == 200, url
    page = Page(answer)
    assert page.text("h1") == f"{name} would like to chat with you"
    assert f"{name}@localhost" in page.text()
    uris = [href for href in page.links() if href.startswith("xmpp:")]
    assert uris == [f"xmpp:{name}@localhost?roster;preauth={token_of(url)}"]


def test_an_invite_that_only_makes_contacts_does_not_lead_to_the_form(server):
    page = Page(server.get(path_of(invitations.contact_link(server, "juliet"))))
    assert not [href for href in page.links() if "/register" in href or "/setup/" in href]


@pytest.mark.parametrize(
    "path",
    [
        "contact/romeo?{token}",
        "contact/?{token}",
        "contact/juliet",
        "contact/juliet?" + UNKNOWN,
        "contact/%FF?{token}",
    ]
    + [
        "contact/a%2Fb?{token}",
        "contact/juliet/x?{token}",
        f"contact/{'x' * 2000}?{{token}}",
        "contact/%00?{token}",
    ],
)
def test_a_contact_page_needs_the_inviter_and_the_token(server, path):
    token = token_of(invitations.contact_link(server, "juliet"))
    assert server.get(f"{PAGE}/{path.format(token=token)}").status == 404


def test_an_expired_invite_that_only_makes_contacts_is_gone(server):
    token = invitations.made(server, 'create_contact("juliet", false, nil, -10)')
    assert server.get(f"{PAGE}/contact/juliet?{token}").status == 410


def test_a_contact_invite_is_no_account_invite(server):
    token = token_of(invitations.contact_link(server, "juliet"))
    assert visit(server, token).status == 404


def test_a_reset_invite_leads_to_the_page_for_a_new_password(server):
    name = invitations.new_account(server)
    url = invitations.reset_link(server, name)
    answer = visit(server, token_of(url))
    assert (answer.status, answer.headers["location"]) == (303, url)
    assert Page(server.get(path_of(url))).text("h1") == "Choose a new password"


# Invites that cannot be used


@pytest.mark.parametrize(
    "token",
    [
        UNKNOWN,
        "",
        "x",
        "a" * 65,
        "not%20a%20token!",
        "..%2F..%2Fetc",
        "%00",
        "%FF" * 10,
        "a" * 5000,
        "=",
        "&&&",
        "<b>",
    ],
)
def test_an_unknown_or_malformed_token_is_not_found(server, token):
    answer = visit(server, urllib.parse.quote(token, safe="%&=") if token == "<b>" else token)
    assert answer.status == 404
    assert Page(answer).text("h1") == "This invitation does not exist"


def test_without_a_token_there_is_no_invite(server):
    assert server.get(PAGE).status == 404


def test_an_expired_invite_is_gone(server):
    answer = visit(server, invitations.expired_invite(server))
    assert answer.status == 410
    assert Page(answer).text("h1") == "This invitation has expired"


def test_an_invite_expires_by_itself(server):
    token = token_of(link(server, "create_account localhost --expires-after 1s"))
    stored = f"prosody.hosts.localhost.modules.invites.get_account_invite_info('{token}')"
    # What is seen of time is the server's.
    invitations.execute(server, f"while {stored} do end")
    assert visit(server, token).status == 410


def is_used(answer):
    return answer.status == 410 and Page(answer).text("h1") == "This invitation has been used"


def test_an_invite_used_in_the_form_is_gone(server):
    token = account_invite(server)
    invitations.use_up(server, token)
    assert is_used(visit(server, token))


def test_an_invite_used_by_an_app_is_gone(server):
    token = account_invite(server)
    xmpp.register_with_invite(server, token, new_name(), PASSWORD)
    assert is_used(visit(server, token))


def test_a_withdrawn_invite_is_not_found(server):
    token = account_invite(server)
    invitations.withdraw(server, token)
    assert visit(server, token).status == 404


def test_a_group_invite_stays_after_its_use(server):
    token = invitations.group_invite(server)
    invitations.use_up(server, token)
    assert visit(server, token).status == 200


def test_an_invite_of_one_host_is_unknown_on_another(server):
    token = account_invite(server)
    assert visit(server, token, host="second.localhost").status == 404


# The address


@pytest.mark.parametrize(
    "query",
    ["{}&utm_source=friend", "utm_source=friend&{}", "fbclid=IwAR0-abcDEF_123456789&{}", "{}="]
    + ["{}=&fbclid=IwAR0", "utm_source=a&utm_medium=b&{}&gclid=c", "&{}", "{}&", "t={}", "token={}"]
    + ["{}&utm_campaign=", "utm_campaign=&{}"],
)
@pytest.mark.parametrize("path", ["", "/setup/conversations", "/qr/"])
def test_what_others_add_to_the_link_is_harmless(server, query, path):
    answer = server.get(f"{PAGE}{path}?{query.format(account_invite(server))}")
    assert answer.status == 200


def test_the_query_of_a_tracker_is_not_on_the_page(server):
    answer = visit(server, account_invite(server) + "&utm_source=<script>tracker")
    assert "tracker" not in answer.text


@pytest.mark.parametrize("path", ["", "/setup/conversations", "/qr/", "/contact/juliet"])
def test_nothing_can_be_posted(server, path):
    assert server.post(f"{PAGE}{path}?{account_invite(server)}").status in (404, 405)


# Headers, and what messengers see


def test_clients_find_the_invite_in_a_header(server):
    token = account_invite(server)
    header = visit(server, token).headers["link"]
    assert header == f'<xmpp:localhost?register;preauth={token}>; rel="alternate"'


def test_the_page_depends_on_the_language_and_the_platform(server):
    vary = visit(server, account_invite(server)).headers["vary"].lower().split(", ")
    assert {"accept-language", "sec-ch-ua-platform", "user-agent"} <= set(vary)


def test_a_preview_has_a_title_and_no_token(server):
    token = invite_from(server, "juliet")
    metas = page_of(server, token).all("meta")
    preview = {
        meta["property"]: meta["content"] for meta in metas if meta.get("property", "").startswith("og:")
    }
    assert preview["og:title"] == "juliet invites you to localhost"
    assert preview["og:description"]
    assert not [meta for meta in metas if token in str(meta)]


# The apps


def headings(page, inside):
    return [text for tags, text in page.texts if tags[-1:] == ("h2",) and inside in tags]


@pytest.mark.parametrize(
    "headers, first",
    [
        (hint("Android"), "Conversations"),
        (hint("iOS"), "Monal"),
        (hint("macOS"), "Monal"),
        (hint("Linux"), "Dino"),
        (hint("Windows"), "Gajim"),
        ({"User-Agent": ANDROID}, "Conversations"),
        ({"User-Agent": IPHONE}, "Monal"),
        ({"User-Agent": MAC}, "Monal"),
        ({"User-Agent": WINDOWS}, "Gajim"),
        ({"User-Agent": LINUX}, "Dino"),
        ({"User-Agent": HAIKU}, "Renga"),
        ({**hint("iOS"), "User-Agent": ANDROID}, "Monal"),
        ({**hint("Fuchsia"), "User-Agent": ANDROID}, "Conversations"),
    ],
)
def test_the_app_for_the_visitors_platform_is_the_one_to_choose(server, headers, first):
    page = page_of(server, account_invite(server), headers=headers)
    assert "A good app for" in page.text()
    assert headings(page, "section") == [first]
    assert first not in headings(page, "li")


@pytest.mark.parametrize(
    "headers",
    [{}, hint("ChromeOS"), {"User-Agent": "curl/8"}, {"User-Agent": ""}, {"User-Agent": "x" * 5000}],
)
def test_without_a_known_platform_all_apps_are_there_to_choose(server, headers):
    page = page_of(server, account_invite(server), headers=headers)
    assert "A good app for" not in page.text()
    assert {"Conversations", "Monal", "Gajim"} <= set(headings(page, "li"))


@pytest.mark.parametrize("headers", [hint("Android"), hint("iOS"), {}])
def test_every_app_is_on_the_page_once(server, headers):
    page = page_of(server, account_invite(server), headers=headers)
    logos = [image["src"] for image in page.all("img") if "/logos/" in image["src"]]
    assert len(logos) == len(set(logos)) == 9


def proceed_links(server, token):
    return page_of(server, token, host="apps.localhost").links()


def test_an_app_with_a_magic_link_is_opened_by_it(server):
    token = account_invite(server, "apps.localhost")
    magic = next(href for href in proceed_links(server, token) if href.startswith("https://store.example/"))
    _, _, referrer = magic.partition("/?id=magic&referrer=")
    assert re.fullmatch(r"[\w%.-]+", referrer)
    assert urllib.parse.unquote(referrer) == f"xmpp:apps.localhost?register;preauth={token}"


def test_an_app_that_knows_invites_has_a_page_for_the_setup(server):
    token = account_invite(server, "apps.localhost")
    url = f"http://apps.localhost:{server.http_port}/invites_page/setup/preauth?{token}"
    assert url in proceed_links(server, token)
    page = Page(server.get(path_of(url), host="apps.localhost"))
    assert f"xmpp:apps.localhost?register;preauth={token}" in page.links()
    assert "https://preauth.example/" in page.links()


def test_any_other_app_leads_to_the_form(server):
    token = account_invite(server, "apps.localhost")
    url = f"http://apps.localhost:{server.http_port}/register?t={token}&c=plain"
    assert url in proceed_links(server, token)
    form = Page(server.get(path_of(url), host="apps.localhost"))
    assert form.field("app_id")["value"] == "plain"


@pytest.mark.parametrize("app", ["conversations", "monal", "dino", "gajim"])
def test_every_app_has_a_page_for_the_setup(server, app):
    token = account_invite(server)
    answer = server.get(f"{PAGE}/setup/{app}?{token}")
    assert answer.status == 200
    assert app in Page(answer).text("h1").lower()
    assert token in answer.headers["link"]


@pytest.mark.parametrize(
    "app", ["unknown", "", "Conversations", "1", "%00", "..%2F", "conversations/x", "%3Cb%3E", "#"]
)
def test_an_unknown_app_is_not_found(server, app):
    token = account_invite(server)
    answer = server.get(f"{PAGE}/setup/{urllib.parse.quote(app, safe='%/')}?{token}")
    assert answer.status == 404
    assert f"http://localhost:{server.http_port}{PAGE}?{token}" in Page(answer).links()


def test_a_bad_invite_is_said_before_an_unknown_app(server):
    assert server.get(f"{PAGE}/setup/conversations?{UNKNOWN}").status == 404
    assert server.get(f"{PAGE}/setup/conversations?{invitations.expired_invite(server)}").status == 410


@pytest.mark.parametrize("app", ODD_IDS)
def test_an_apps_id_may_have_odd_characters(server, app):
    token = account_invite(server, "odd.localhost")
    encoded = urllib.parse.quote(app, safe="~")
    setup = server.get(f"{PAGE}/setup/{encoded}?{token}", host="odd.localhost")
    assert (setup.status, Page(setup).text("h1")) == (200, f"Chat on odd.localhost with {app}")
    form = Page(invitations.open_form(server, token, c=app, host="odd.localhost"))
    assert form.field("app_id")["value"] == app
    links = [urllib.parse.urlsplit(href) for href in page_of(server, token, host="odd.localhost").links()]
    forms = [urllib.parse.parse_qs(url.query) for url in links if url.path == "/register"]
    assert {"t": [token], "c": [app]} in forms


# The QR code


def dark_modules(svg):
    """The dark squares of a picture: (column, row)."""
    x, y, dark = 0, 0, set()
    path = re.search(r' d="([^"]*)"', svg)[1]
    for command, numbers in re.findall(r"([Mmh])([\d. ]+)", path):
        values = [float(number) for number in numbers.split()]
        if command == "h":
            dark |= {(int(x + i), y) for i in range(int(values[0]))}
            x += values[0]
        else:
            x, y = (values[0], int(values[1])) if command == "M" else (x + values[0], y)
    return dark


def decoded(svg, scale=4):
    """What a phone reads. Where nothing can (pip install zxing-cpp numpy), the test is skipped."""
    zxingcpp, numpy = pytest.importorskip("zxingcpp"), pytest.importorskip("numpy")
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    image = numpy.full((side, side), 255, numpy.uint8)
    for x, y in dark_modules(svg):
        image[y, x] = 0
    return zxingcpp.read_barcodes(numpy.kron(image, numpy.ones((scale, scale), numpy.uint8)))[0].text


def qr_source(page):
    return next(image["src"] for image in page.all("img") if "/qr/" in image["src"])


@pytest.mark.parametrize(
    "make",
    ["create_account localhost", "create_contact juliet@localhost", "create_contact \u00e9tienne@localhost"]
    + ["create_contact 100%@localhost", "create_contact a;b=c#d@localhost"],
)
def test_the_page_has_its_own_address_as_a_picture(server, make):
    url = link(server, make)
    answer = server.get(path_of(qr_source(Page(server.get(path_of(url))))))
    assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.text == invitations.evaluate(server, f'require "frontdoor".web.qr_svg("{url}")')


def test_a_phone_can_read_the_picture(server):
    url = link(server, "create_account localhost")
    answer = server.get(path_of(qr_source(Page(server.get(path_of(url))))))
    assert decoded(answer.text) == url


@pytest.mark.parametrize("query", ["", "?", "?x", "?not%20a%20token", "?" + "a" * 5000])
@pytest.mark.parametrize("path", ["/qr/", "/qr/contact/juliet"])
def test_there_is_no_picture_without_a_token(server, path, query):
    assert server.get(f"{PAGE}{path}{query}").status == 404


@pytest.mark.parametrize("path", ["other", "contact", "contact/", "contact/a%2Fb", "contact/%FF", "../x"])
def test_there_is_no_picture_of_other_addresses(server, path):
    assert server.get(f"{PAGE}/qr/{path}?{UNKNOWN}").status in (301, 400, 404)


def test_a_name_too_long_for_a_picture_does_no_harm(server):
    assert server.get(f"{PAGE}/qr/contact/{'%C3%A9' * 500}?{UNKNOWN}").status in (200, 404)


# A storage that fails


@pytest.mark.parametrize(
    "path", [f"{PAGE}?", f"{PAGE}/setup/dino?", "/register?t=", "/password_reset/reset?"]
)
def test_what_cannot_be_read_is_not_said_to_be_unknown(server, path):
    host = "failing.localhost"
    token = account_invite(server, host)
    file = server.data / host.replace(".", "%2e") / "invite_token.dat"
    kept = file.read_text()
    file.write_text("return {")
    answer = server.get(path + token, host=host)
    if answer.status == 303:
        answer = invitations.follow(server, answer, host=host)
    file.write_text(kept)
    assert (answer.status, Page(answer).text("h1")) == (500, "Something went wrong")


# What operators set


def test_each_host_has_its_own_name(server):
    first, second = account_invite(server), account_invite(server, "second.localhost")
    for _ in range(2):  # once made, once remembered
        assert "chat on localhost" in page_of(server, first).text("h1")
        answer = visit(server, second, host="second.localhost")
        assert Page(answer).text("h1") == "You are invited to chat on The <Second> Place"
        assert "<Second>" not in answer.text


@pytest.mark.parametrize("host", ["template.localhost", "external.localhost"])
def test_the_link_of_invites_page_is_the_operators(server, host):
    url = link(server, f"create_account {host}")
    assert re.fullmatch(rf"https://invite\.example/{host}/\?i=[\w-]{{24}}", url)


def test_with_another_link_the_page_is_still_there(server):
    token = link(server, "create_account template.localhost").split("?i=")[1]
    assert visit(server, token, host="template.localhost").status == 200


def test_a_page_elsewhere_gets_no_contact_links_that_it_cannot_read(server):
    assert invitations.contact_link(server, "juliet", host="template.localhost").startswith("xmpp:")


@pytest.mark.parametrize("host", ["external.localhost", "nowhere.localhost"])
def test_with_an_external_page_there_is_none_here(server, host):
    token = invitations.made(server, "create_account()", host)
    assert visit(server, token, host=host).status == 404


def test_without_any_page_the_link_is_for_an_app(server):
    assert link(server, "create_account nowhere.localhost").startswith(
        "xmpp:nowhere.localhost?register;preauth="
    )


@pytest.mark.parametrize("host", ["external.localhost", "nowhere.localhost"])
def test_with_an_external_page_the_form_works(server, host):
    token = invitations.made(server, "create_account()", host)
    invitations.use_up(server, token, host=host)
    assert invitations.submit(server, token, new_name(), host=host).status in (404, 410)
    assert invitations.open_form(server, UNKNOWN, host=host).status == 404


@pytest.mark.parametrize("host", ["external.localhost", "nowhere.localhost"])
def test_with_an_external_page_no_link_leads_into_the_void(server, host):
    token = invitations.made(server, "create_account()", host)
    page = Page(invitations.submit(server, token, new_name("unwanted"), host=host))
    ours = [href for href in page.links() if f"//{host}" in href]
    assert [server.get(path_of(href), host=host).status for href in ours] == [200] * len(ours)


@pytest.mark.parametrize(
    "host, expected",
    [
        ("form.localhost", "http://form.localhost:{port}/signup?t={token}&c=gajim"),
        ("elsewhere.localhost", "https://join.example/{token}"),
    ],
)
def test_the_form_may_be_elsewhere(server, host, expected):
    token = account_invite(server, host)
    links = page_of(server, token, host=host).links()
    assert expected.format(port=server.http_port, token=token) in links


@pytest.mark.parametrize("headers", [{}, hint("Android")])
def test_a_form_elsewhere_is_given_no_app_where_none_is_chosen(server, headers):
    token = account_invite(server, "form.localhost")
    links = page_of(server, token, headers=headers, host="form.localhost").links()
    assert not [href for href in links if "{" in href or "%7B" in href]


def test_behind_a_proxy_all_links_have_its_address(server):
    url = link(server, "create_account proxied.localhost")
    assert url.startswith("https://chat.example/xmpp/invites_page?")
    page = page_of(server, token_of(url), host="proxied.localhost")
    ours = [
        href for href in page.links() + page.references() if "chat.example" in href or href.startswith("/")
    ]
    prefixes = ("https://chat.example/xmpp/", "/xmpp/")
    assert ours and not [href for href in ours if not href.startswith(prefixes)]


def test_behind_a_proxy_the_form_is_sent_to_its_address(server):
    token = account_invite(server, "proxied.localhost")
    form = Page(invitations.open_form(server, token, host="proxied.localhost"))
    assert form.one("form")["action"] == "/xmpp/register"
    bad = invitations.open_form(server, UNKNOWN, host="proxied.localhost")
    assert bad.headers["location"].startswith("https://chat.example/xmpp/invites_page?")


# The storage


@pytest.fixture(scope="module")
def reads(server):
    """Counts what is read from the store of invites while something is done."""
    invitations.execute(
        server,
        'local log = require "prosody.util.logger".init("spec"); '
        'local files = require "prosody.core.storagemanager".olddm; local load = files.load; '
        'function files.load(user, host, store) log("debug", "The store %s is read", store); '
        "return load(user, host, store); end",
    )

    def logged():
        return server.log().count("The store invite_token is read")

    def count(act):
        before = logged()
        act()
        return logged() - before

    return count


@pytest.mark.parametrize(
    "path", [f"{PAGE}?", f"{PAGE}/setup/conversations?", f"{PAGE}/setup/unknown?", "/register?t="]
)
@pytest.mark.parametrize(
    "make",
    [account_invite, invitations.expired_invite, lambda _: UNKNOWN],
    ids=["pending", "expired", "unknown"],
)
def test_a_page_costs_one_look_into_the_storage(server, reads, path, make):
    token = make(server)
    assert reads(lambda: server.get(path + token)) == 1


def test_a_page_of_somebodys_invite_costs_one_look(server, reads):
    token = invite_from(server, "juliet")
    assert reads(lambda: visit(server, token)) == 1


@pytest.mark.parametrize("path", [f"{PAGE}?", f"{PAGE}/setup/conversations?", f"{PAGE}/qr/?", "/register?t="])
@pytest.mark.parametrize("token", ["", "x", "a" * 65, "%00" * 10, "a.b.c.d.e", "not%20a%20token"])
def test_what_can_be_no_token_costs_none(server, reads, path, token):
    assert reads(lambda: server.get(path + token)) == 0
