"""The apps that people can choose from."""

import pytest

import invitations
from invitations import PAGE, Page, account_invite

ASSETS = "/register_apps/assets/logos/"
DEFAULT = ["Conversations", "Cheogram", "yaxim", "Monal", "Siskin IM", "Beagle IM", "Dino", "Gajim", "Renga"]

OWN = [
    {
        "name": "Our Own App!",
        "text": "Made <here>.",
        "image": "assets/logos/dino.svg",
        "imagetext": "The & logo",
        "link": "https://own.example/",
        "platforms": ["Linux", "Toaster"],
        "select_text": "Take this",
        "supports_preauth_uri": True,
        "download": {
            "text": "Get it <soon>",
            "buttons": [{"text": "Shop & more", "url": "https://shop.example/?a=1&b=2", "target": "_blank"}],
        },
        "setup": {"text": "Turn it on."},
    },
    {"name": "Bare", "link": "https://bare.example/"},
    {"id": "bare", "name": "Second Bare", "link": "https://second.example/"},
    {"id": "given-id", "name": "With An Id", "link": "https://id.example/"},
]
FOREIGN = [
    {"name": "Foreign", "link": "https://foreign.example/", "image": "https://foreign.example/logo.png"}
]
FOREIGN_BUTTON = [
    {
        "name": "Button",
        "link": "https://button.example/",
        "download": {
            "buttons": [{"image": "https://foreign.example/badge.png", "url": "https://button.example/"}]
        },
    }
]

HOSTS = {
    "own.localhost": {"site_apps": OWN},
    "shown.localhost": {"site_apps_show": ["gajim", "dino", "unknown"]},
    "hidden.localhost": {"site_apps_hide": ["gajim", "dino", "unknown"]},
    "both.localhost": {"site_apps_show": ["gajim", "dino"], "site_apps_hide": ["dino"]},
    "none.localhost": {"site_apps": []},
    "double.localhost": {},
    "foreign.localhost": {"site_apps": FOREIGN},
    "button.localhost": {"site_apps": FOREIGN_BUTTON},
    "broken.localhost": {
        "site_apps": [{"link": "https://nameless.example/"}, {"name": "Good", "link": "https://g.example/"}]
    },
}


@pytest.fixture(scope="module")
def server(start_server):
    started = start_server({"modules_enabled": invitations.MODULES}, HOSTS)
    started.expected_errors = ["An app in site_apps has no name"]
    return started


def visit(server, host="localhost"):
    answer = server.get(f"{PAGE}?{account_invite(server, host)}", host=host)
    assert answer.status == 200, answer
    return answer


def names(server, host="localhost"):
    """The apps on the page, in their order."""
    page = Page(visit(server, host))
    return [text for tags, text in page.texts if tags[-1:] == ("h2",) and "li" in tags]


def setup_page(server, app, host="localhost"):
    answer = server.get(f"{PAGE}/setup/{app}?{account_invite(server, host)}", host=host)
    assert answer.status == 200, answer
    return Page(answer)


def may_show_foreign_images(answer):
    parts = answer.headers["content-security-policy"].split("; ")
    sources = next(part for part in parts if part.startswith("img-src ")).split()[1:]
    assert "'self'" in sources and "*" not in sources and "http:" not in sources
    return "https:" in sources


def test_the_apps_come_in_the_order_of_advice(server):
    assert names(server) == DEFAULT


def test_every_app_says_what_it_is_and_where_it_runs(server):
    text = Page(visit(server)).text()
    assert "A clean and friendly messenger for Linux" in text and "Windows, Linux, Mac" in text


# What operators set


def test_an_operators_apps_take_the_place_of_ours(server):
    assert names(server, "own.localhost") == ["Our Own App!", "Bare", "With An Id"]


def test_all_that_an_operator_says_of_an_app_is_shown(server):
    answer = visit(server, "own.localhost")
    page = Page(answer)
    for text in ("Made <here>.", "Linux, Toaster", "Take this"):
        assert text in page.text()
    assert page.one("img", alt="The & logo")["src"] == ASSETS + "dino.svg"
    assert "<here>" not in answer.text
    setup = setup_page(server, "our-own-app-", "own.localhost")
    assert "Get it <soon>" in setup.text()
    button = setup.one("a", href="https://shop.example/?a=1&b=2")
    assert (button["target"], button["rel"]) == ("_blank", "noopener")


def test_what_to_set_up_is_said_after_the_registration(server):
    host, token = "own.localhost", account_invite(server, "own.localhost")
    answer = invitations.submit(server, token, invitations.new_name(), app_id="our-own-app-", host=host)
    assert "Turn it on." in Page(answer).text()


def test_an_app_needs_a_name_and_a_link_only(server):
    assert "https://bare.example/" in setup_page(server, "bare", "own.localhost").links()
    page = Page(visit(server, "own.localhost"))
    assert [image["src"] for image in page.all("img")].count(ASSETS + "generic.svg") == 2


def test_of_two_apps_with_one_id_the_first_stays(server):
    assert "Second Bare" not in Page(visit(server, "own.localhost")).text()


@pytest.mark.parametrize("app", ["our-own-app-", "bare", "given-id"])
def test_an_id_is_given_or_made_of_the_name(server, app):
    assert setup_page(server, app, "own.localhost")


def test_an_app_without_a_name_is_left_out_and_logged(server):
    assert names(server, "broken.localhost") == ["Good"]
    assert "An app in site_apps has no name" in server.log()


@pytest.mark.parametrize(
    "host, expected",
    [
        ("shown.localhost", ["Dino", "Gajim"]),
        ("hidden.localhost", [name for name in DEFAULT if name not in ("Dino", "Gajim")]),
        ("both.localhost", ["Gajim"]),
        ("none.localhost", []),
    ],
)
def test_apps_can_be_shown_and_hidden(server, host, expected):
    assert names(server, host) == expected


@pytest.mark.parametrize(
    "host, app", [("hidden.localhost", "dino"), ("shown.localhost", "monal"), ("own.localhost", "dino")]
)
def test_an_app_that_is_not_shown_has_no_page(server, host, app):
    token = account_invite(server, host)
    assert server.get(f"{PAGE}/setup/{app}?{token}", host=host).status == 404
    form = Page(invitations.open_form(server, token, c=app, host=host))
    assert not form.all("input", name="app_id")


def test_without_any_app_one_can_register(server):
    page = Page(visit(server, "none.localhost"))
    assert [href for href in page.links() if "register?t=" in href]


# Other modules' apps


def other_module(host):
    return f'prosody.hosts["{host}"].modules.disco.module'


def add(server, host, name, app):
    invitations.execute(
        server,
        f"prosody.spec_apps = prosody.spec_apps or {{}}; prosody.spec_apps.{name} = {app}; "
        f'{other_module(host)}:add_item("site-app-provider", prosody.spec_apps.{name})',
    )


def remove(server, host, name):
    invitations.execute(
        server, f'{other_module(host)}:remove_item("site-app-provider", prosody.spec_apps.{name})'
    )


def test_a_modules_app_comes_and_goes_while_running(server):
    token = account_invite(server)
    for _ in range(2):
        assert names(server) == DEFAULT
        add(server, "localhost", "extra", '{ name = "Extra App", link = "https://extra.example/" }')
        assert names(server) == [*DEFAULT, "Extra App"]
        assert "https://extra.example/" in setup_page(server, "extra-app").links()
        assert (
            Page(invitations.open_form(server, token, c="extra-app")).field("app_id")["value"] == "extra-app"
        )
        remove(server, "localhost", "extra")
    assert server.get(f"{PAGE}/setup/extra-app?{token}").status == 404
    assert not Page(invitations.open_form(server, token, c="extra-app")).all("input", name="app_id")


@pytest.mark.parametrize("host", ["hidden.localhost", "shown.localhost"])
def test_a_modules_app_is_hidden_like_any_other(server, host):
    before = names(server, host)
    app = "dino" if host == "hidden.localhost" else "extra"
    add(server, host, "hidden", f'{{ id = "{app}", name = "Hidden", link = "https://x.example/" }}')
    assert names(server, host) == before
    remove(server, host, "hidden")
    assert names(server, host) == before


def test_a_modules_app_survives_a_reload(server):
    add(server, "localhost", "lasting", '{ name = "Lasting", link = "https://lasting.example/" }')
    server.reload("register_apps")
    assert names(server) == [*DEFAULT, "Lasting"]
    remove(server, "localhost", "lasting")
    assert names(server) == DEFAULT


def test_a_second_app_of_the_same_id_takes_nothing_with_it(server):
    host = "double.localhost"
    add(server, host, "double", '{ id = "gajim", name = "Another Gajim", link = "https://x.example/" }')
    assert names(server, host) == DEFAULT
    remove(server, host, "double")
    assert names(server, host) == DEFAULT


def test_apps_of_one_host_are_not_on_another(server):
    add(server, "own.localhost", "one", '{ name = "Local", link = "https://local.example/" }')
    assert "Local" not in names(server) and "Local" in names(server, "own.localhost")
    remove(server, "own.localhost", "one")


# Pictures


@pytest.mark.parametrize("host", ["localhost", "own.localhost", "none.localhost"])
def test_pictures_come_from_here_only(server, host):
    assert not may_show_foreign_images(visit(server, host))


@pytest.mark.parametrize("host", ["foreign.localhost", "button.localhost"])
def test_an_operators_pictures_may_be_elsewhere(server, host):
    app = host.split(".")[0]
    token = account_invite(server, host)
    setup = server.get(f"{PAGE}/setup/{app}?{token}", host=host)
    success = invitations.submit(server, token, invitations.new_name(), app_id=app, host=host)
    for answer in (visit(server, host), setup, success):
        assert may_show_foreign_images(answer)
    assert [image for image in Page(setup).all("img") if image["src"].startswith("https://foreign.example/")]


def test_a_modules_picture_may_be_elsewhere_as_long_as_it_is_there(server):
    app = '{ name = "Picture", link = "https://p.example/", image = "https://p.example/logo.svg" }'
    add(server, "localhost", "picture", app)
    assert may_show_foreign_images(visit(server))
    remove(server, "localhost", "picture")
    assert not may_show_foreign_images(visit(server))


def test_every_picture_on_the_page_is_there(server):
    for image in Page(visit(server)).all("img"):
        if image["src"].startswith(ASSETS):
            answer = server.get(image["src"])
            assert (answer.status, answer.headers["content-type"]) == (200, "image/svg+xml")


LOGOS = ["conversations", "yaxim", "dino", "gajim", "monal", "renga", "generic", "converse-js"]


@pytest.mark.parametrize("file", [f"{name}.svg" for name in LOGOS] + ["siskin-im.png", "beagle-im.png"])
def test_the_pictures_of_the_community_module_are_there(server, file):
    answer = server.get(ASSETS + file)
    expected = {"svg": "image/svg+xml", "png": "image/png"}[file[-3:]]
    assert (answer.status, answer.headers["content-type"]) == (200, expected)
    assert answer.body.startswith(b"\x89PNG" if file.endswith("png") else b"<")


@pytest.mark.parametrize("file", [f"{name}.svg" for name in LOGOS])
def test_a_picture_runs_and_loads_nothing(server, file):
    text = server.get(ASSETS + file).text
    for bad in ("<script", "href=", "url(http", "<image", "@import", "javascript:", "onload"):
        assert bad not in text


@pytest.mark.parametrize(
    "path",
    [
        "../mod_register_apps.lua",
        "../../mod_register_apps.lua",
        "%2e%2e/mod_register_apps.lua",
        "..%2fapps.lib.lua",
    ]
    + [
        "logos/../../apps.lib.lua",
        "..%5cmod_register_apps.lua",
        "/etc/passwd",
        "%00",
        "logos/%00.svg",
        "logos",
        "",
    ]
    + ["logos/dino.svg/", "logos/unknown.svg", "....//mod_register_apps.lua"],
)
def test_nothing_else_is_served(server, path):
    answer = server.get(f"/register_apps/assets/{path}")
    assert answer.status in (301, 400, 403, 404)
    assert b"module:" not in answer.body
