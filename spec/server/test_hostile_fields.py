"""Every field of every route, and what comes of markup, templates and control characters in it."""

import fnmatch
import itertools
import json

import pytest

import api
import hostile
from authorization import ALL_SCOPES, SAME_SITE
from hostile import HERE, JSON, PAYLOADS, Place, World, assert_harmless, each, each_member


@pytest.fixture(scope="module")
def server(start_server):
    server = hostile.start(start_server)
    yield server
    hostile.assert_nothing_logged(server)


@pytest.fixture(scope="module")
def world(server):
    return World(server)


def get(target, **headers):
    return Place("GET", target, headers=headers)


def post(target, body, content_type=hostile.FORM, method="POST", **headers):
    return Place(method, target, body, content_type, headers)


# Pages: what people open


def invite_pages(w):
    page, headers = "/invites_page", ["Accept-Language", "User-Agent", "Sec-CH-UA-Platform"]
    yield from (get(f"{page}?{HERE}"), get(f"{page}?t={HERE}"), get(f"{page}?{w.invite}&utm={HERE}"))
    yield from (get(f"{page}?{w.invite}", **{name: HERE}) for name in headers)


def contact_pages(w):
    path, _, token = w.contact.partition("?")
    yield from (get(f"/invites_page/contact/{HERE}?{token}"), get(f"{path}?{HERE}"))


def setup_pages(w):
    yield from (get(f"/invites_page/setup/{HERE}?{w.invite}"), get(f"/invites_page/setup/dino?{HERE}"))


def qr_codes(w):
    yield from (get(f"/invites_page/qr/{HERE}?{w.invite}"), get(f"/invites_page/qr/?{HERE}"))


def registration_form(w):
    yield from (get(f"/register?{query}") for query in each({"t": w.invite, "c": "dino", "user": "x", "r": "x"}))


def registration(w):
    fields = {"token": w.invite, "user": "juliet", "password": "short", "app_id": "dino"}
    yield from (post("/register", body) for body in each(fields))
    # A name that is good enough is in the page about what comes next.
    numbers = itertools.count()
    fields["password"] = "correct horse battery staple"
    yield post("/register", f"token={w.invite}&password={fields['password']}&app_id=dino&user={next(numbers)}{HERE}")


def reset_form(w):
    yield from (get(f"/password_reset/reset?{HERE}"), get(f"/password_reset/reset?{w.reset()}&x={HERE}"))


def reset(w):
    yield from (post("/password_reset/reset", body) for body in each({"token": w.reset(), "password": "short"}))


def verification_page(w):
    yield from (get(f"/register_account/verify/?uuid={HERE}"), get(f"/register_account/verify/{HERE}"))


def verification(w):
    yield from (post("/register_account/verify/", body) for body in each({"uuid": "x"}))
    yield post(f"/register_account/verify/{HERE}", f"uuid={w.waiting}")


def login_page(w):
    parameters = {**w.flow().parameters, "login_hint": "x", "nonce": "x", "prompt": "login", "response_mode": "query"}
    parameters = {**parameters, "ui_locales": "de", "request": "x", "claims": "{}", "id_token_hint": "x"}
    yield from (get(f"/oauth2/authorize?{query}") for query in each(parameters))


def login(w):
    target = w.flow().path
    yield from (post(target, body, **SAME_SITE) for body in each({"username": w.user, "password": "x"}))
    yield from (post(target, body, **SAME_SITE) for body in each({"user_token": "x", "consent": "granted", "scope": "x"}))


def device_page(w):
    yield get(f"/oauth2/device?user_code={HERE}")


# Programs


def invite_api(w):
    for method, path in itertools.product(("GET", "POST"), ("/invites_api", "/invites_api/")):
        yield Place(method, f"{path}?redirect={HERE}", headers=w.api)
        yield Place(method, f"{path}?key={HERE}")
        yield Place(method, path, headers={"Authorization": f"Bearer {HERE}"})
        yield Place(method, path, headers={**w.api, "Idempotency-Key": HERE})


def registration_api(w):
    yield from (Place(method, f"/register_api/invite/{HERE}") for method in ("GET", "DELETE"))
    members = {"username": "juliet", "password": "short", "token": w.invite}
    yield from (post("/register_api/register", body, JSON) for body in each_member(members))
    yield post("/register_api/register", json.dumps(members), JSON, **{"Idempotency-Key": HERE})


def web_form_server(w):
    yield get(f"/register_account/?x={HERE}")
    members = {"username": "juliet", "password": "x", "ip": "192.0.2.1", "mail": "x@mail.example", "auth_token": "x"}
    for token in ("x", hostile.OPTIONS["reg_servlet_auth_token"]):
        fields = {**members, "auth_token": token}
        yield from (post("/register_account/", body, JSON) for body in each_member(fields))


def client_registration(w):
    metadata = {key: value for key, value in w.client.said.items() if isinstance(value, str)}
    members = {**metadata, "redirect_uris": ["https://app.example.com/redirect"], "logo_uri": "x", "tos_uri": "x"}
    yield from (post("/oauth2/register", body, JSON) for body in each_member(members))
    yield post("/oauth2/register", json.dumps({**members, "redirect_uris": [HERE]}), JSON)
    yield post("/oauth2/register", json.dumps({**members, HERE: "x"}), JSON)


def client_management(w):
    token = {"Authorization": f"Bearer {w.client.token}"}
    for method, body in (("GET", None), ("PUT", "{}"), ("DELETE", None)):
        yield Place(method, f"/oauth2/register?client_id={HERE}", body, JSON, token)
        yield Place(method, f"/oauth2/register?client_id={w.client.id}", body, JSON, {"Authorization": f"Bearer {HERE}"})
    yield post(f"/oauth2/register?client_id={w.client.id}", json.dumps({"client_name": HERE}), JSON, "PUT", **token)


def token_endpoint(w):
    redemption = w.flow().redemption("x")
    refreshing = {"grant_type": "refresh_token", "refresh_token": "x", "scope": "x"}
    password = {"grant_type": "password", "username": w.user, "password": "x", "scope": "xmpp"}
    for fields in (redemption, refreshing, password, {"grant_type": "urn:x", "device_code": "x"}):
        yield from (post("/oauth2/token", body) for body in each({**w.secret, **fields}))
    yield post("/oauth2/token", "grant_type=refresh_token", Authorization=f"Basic {HERE}")


def introspection(w):
    fields = {**w.secret, "token": w.tokens["access_token"], "token_type_hint": "x"}
    yield from (post(f"/oauth2/{name}", body) for name in ("introspect", "revoke") for body in list(each(fields))[:3])
    yield post("/oauth2/introspect", f"token={HERE}", Authorization=f"Bearer {HERE}")


def userinfo(w):
    yield from (Place(method, "/oauth2/userinfo", headers={"Authorization": f"Bearer {HERE}"}) for method in ("GET", "POST"))
    yield post("/oauth2/userinfo", f"access_token={HERE}")


def device_endpoint(w):
    yield from (post("/oauth2/device", body) for body in each({**w.secret, "scope": ALL_SCOPES}))


# What is the same for all


def files(w):
    folders = ["/invites_page/static", "/frontdoor_assets", "/register_apps/assets"]
    yield from (get(f"{folder}/{HERE}") for folder in folders)


def without_fields(w):
    for path in ("/oauth2/jwks", "/oauth2/style.css", "/oauth2/script.js", "/invites_api/openapi.json", "/register_api/openapi.json"):
        yield get(f"{path}?{HERE}")
    for path in ("/oauth2/token", "/oauth2/introspect", "/oauth2/revoke", "/oauth2/register"):
        yield get(f"{path}?x={HERE}")
    for name in ("oauth-authorization-server", "openid-configuration"):
        yield get(f"/.well-known/{name}?x={HERE}", **{"If-None-Match": HERE})
    yield Place("OPTIONS", f"/oauth2/authorize?x={HERE}", headers={"Access-Control-Request-Headers": HERE})


TABLE = {function.__name__: function for function in (
    invite_pages, contact_pages, setup_pages, qr_codes, registration_form, registration, reset_form, reset,
    verification_page, verification, login_page, login, device_page, invite_api, registration_api, web_form_server,
    client_registration, client_management, token_endpoint, introspection, userinfo, device_endpoint, files, without_fields,
)}


@pytest.mark.parametrize("name", TABLE)
def test_what_is_sent_is_text_or_nothing(server, world, name):
    for place in TABLE[name](world):
        for payload in PAYLOADS:
            assert_harmless(place.send(server, payload), f"{place} {payload!r}")


def test_no_route_is_missing_here(server, world):
    asked = {f"{place.method} {place.target.partition('?')[0]}" for places in TABLE.values() for place in places(world)}
    missing = [route for route in routes_of(server) if not fnmatch.filter(asked, route)]
    assert not missing, missing


ROUTES = """(function ()
    local all = {};
    for name, loaded in pairs(prosody.hosts.localhost.modules) do
        for _, app in ipairs(loaded.module:get_host_items("http-provider")) do
            for route in pairs(app.route) do
                all[("%s %s %s"):format(app._provided_by, app.default_path or app.name, route)] = true;
            end
        end
    end
    return all;
end)()"""


def routes_of(server):
    """What our modules answer, such as "GET /invites_page/contact/*"."""
    for route in api.evaluate(server, " ".join(ROUTES.split())):
        module, path, method, *rest = route.split()
        if module not in ("probe", "test_clock"):
            yield f"{method} /{path.strip('/')}{'/' if rest else ''}{''.join(rest).lstrip('/')}"
