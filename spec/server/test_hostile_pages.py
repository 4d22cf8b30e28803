"""What one person has chosen, and another one sees: names of users, apps and sites, and what is attached to invites."""

import json

import pytest

import hostile
import invitations
import lua
import oauth
from authorization import ALL_SCOPES, Redirect, app, begin, consent_form, options
from hostile import MARKUP, PAYLOADS, TEMPLATES
from invitations import Page, new_account
from oauth import OUT_OF_BAND, register

MODULES = hostile.MODULES
TRICKY_HOST = "tricky.localhost"
TRICKY_NAME = "<hostile onhostile=1>{domain}%head%{ $site_name }"

HOSTS = {
    TRICKY_HOST: {
        "site_name": TRICKY_NAME,
        "site_apps": [{"name": text, "id": f"app{at}", "text": text, "platforms": ["Linux"]} for at, text in enumerate(PAYLOADS)],
    }
}


@pytest.fixture(scope="module")
def server(start_server):
    server = start_server(options(modules_enabled=MODULES, **hostile.OPTIONS), HOSTS)
    yield server
    hostile.assert_nothing_logged(server)


def possible_names():
    """Payloads that nodeprep (RFC 6122) leaves as they are."""
    return [text for text in TEMPLATES if not set(text) & set("\"&'/:<>@ ") and text == text.lower()]


@pytest.fixture(scope="module", params=possible_names())
def user(server, request):
    return new_account(server, request.param)


def test_there_are_such_names():
    assert len(possible_names()) > 8


def test_the_name_of_who_invites(server, user):
    token = invitations.made(server, f"create_contact({lua.literal(user)}, true)")
    contact = invitations.made(server, f"create_contact({lua.literal(user)}, false)")
    for path in (f"/invites_page?{token}", f"/register?t={token}", f"/invites_page/setup/dino?{token}"):
        page = hostile.assert_harmless(server.get(path), path)
        assert user in page.text() or not path.startswith("/invites_page?"), path
    link = invitations.evaluate(server, f'require"prosody.util.http".urlencode({lua.literal(user)})')
    answer = server.get(f"/invites_page/contact/{link}?{contact}")
    assert answer.status == 200 and user in hostile.assert_harmless(answer).text(), answer


def test_the_name_of_who_resets_a_password(server, user):
    token = invitations.made(server, f"create_account_reset({lua.literal(user)}, 3600)")
    assert user in hostile.assert_harmless(server.get(f"/password_reset/reset?{token}")).text()


def test_the_name_of_who_logs_in(server, user):
    flow = begin(register(server, app()), scope=ALL_SCOPES)
    consent = flow.try_login(user)
    assert f"{user}@localhost" in hostile.assert_harmless(consent).text()
    code = Redirect(flow.decide(consent_form(consent, flow.path), "granted")).code
    tokens = oauth.content(flow.redeem(code))
    said = server.get("/oauth2/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert json.loads(said.body)["sub"] == f"xmpp:{user}@localhost"


@pytest.mark.parametrize("text", [text for text in MARKUP + TEMPLATES if text.isprintable()])
def test_the_name_of_an_app(server, text):
    public = {"token_endpoint_auth_method": "none", "redirect_uris": [OUT_OF_BAND]}
    flow = begin(register(server, app(client_name=text, **public)))
    user = new_account(server)
    pages = [flow.open(), flow.try_login(user, "wrong"), flow.try_login(user)]
    pages.append(flow.decide(consent_form(pages[-1], flow.path), "granted"))
    for answer in pages:
        assert answer.status == 200 and " ".join(text.split()) in hostile.assert_harmless(answer).text(), answer


def test_what_is_attached_to_an_invite_is_data_and_never_on_a_page(server):
    data = {f"x{at}": text for at, text in enumerate(PAYLOADS)} | {"note": "hostile", "site_name": "hostile{domain}"}
    token = invitations.made(server, f"create_account(nil, {lua.literal(data)})")
    for path in (f"/invites_page?{token}", f"/register?t={token}", f"/invites_page/setup/dino?{token}"):
        answer = server.get(path)
        assert answer.status == 200 and "hostile" not in answer.text.lower(), answer
    answer = server.get(f"/register_api/invite/{token}")
    said = json.loads(answer.body)
    assert said["site_name"] == hostile.SITE_NAME and "note" not in said["additional_data"]
    assert all(said["additional_data"][name] == text for name, text in data.items() if name.startswith("x"))


def test_the_name_of_a_site_and_of_its_apps(server):
    token = invitations.account_invite(server, TRICKY_HOST)
    linux = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64)"}
    pages = ["/invites_page?{}", "/register?t={}", "/invites_page?AAAAAAAAAAAA{}", "/register_account/verify/?uuid={}"]
    pages += [f"/invites_page/setup/app{at}?{{}}" for at in range(len(PAYLOADS))]
    for path in pages:
        answer = server.get(path.format(token), headers=linux, host=TRICKY_HOST)
        page = Page(answer)
        assert not [tag for tag, attributes in page.elements if "hostile" in tag or "onhostile" in attributes], answer
        assert "tricky.localhost%head" not in answer.text and hostile.SITE_NAME not in answer.text, answer
    assert TRICKY_NAME in Page(server.get(f"/invites_page?{token}", host=TRICKY_HOST)).text("title")
