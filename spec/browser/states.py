"""Every page in every state, and how somebody gets there.

A state is a function of the visitor, the links and the neighbour that leaves the visitor on the page.
"""

import html

import asking
import registration
from hosts import LONG_NAME
from oauth import LEFT_OUT
from registration import PASSWORD

STATES = {}


def state(status=200, device=None):
    """Of a page that is answered with this status, on this device if one is given."""

    def add(go):
        STATES[go.__name__.replace("_", "-")] = (go, status, device)
        return go

    return add


# The invitation


@state()
def invite(visitor, links, _):
    visitor.open(links.friend())


@state(device="iOS")
def invite_on_an_iphone(visitor, links, _):
    visitor.open(links.account())


@state(device="unknown")
def invite_on_an_unknown_device(visitor, links, _):
    visitor.open(links.account())


@state()
def invite_for_a_name(visitor, links, _):
    visitor.open(links.account(username=registration.new_name("juliet")))


@state()
def invite_with_long_names(visitor, links, _):
    visitor.open(links.friend(LONG_NAME, host="long.localhost"))


@state()
def contact(visitor, links, _):
    visitor.open(links.contact())


@state()
def contact_with_long_names(visitor, links, _):
    visitor.open(links.contact(LONG_NAME, host="long.localhost"))


@state()
def setup(visitor, links, _):
    visitor.open(links.setup(links.friend(), "monal"))


@state()
def setup_of_an_app_that_only_logs_in(visitor, links, _):
    visitor.open(links.setup(links.friend(), "gajim"))


@state()
def setup_with_long_names(visitor, links, _):
    visitor.open(links.setup(links.friend(LONG_NAME, host="long.localhost"), "conversations"))


# Invitations that cannot be used


@state(404)
def unknown_app(visitor, links, _):
    visitor.open(links.setup(links.friend(), "no-such-app"))


@state(404)
def invite_unknown(visitor, links, _):
    visitor.open(links.account()[:-3] + "AAA")


@state(410)
def invite_expired(visitor, links, _):
    visitor.open(links.expired())


@state(410)
def invite_used(visitor, links, _):
    link = links.account()
    visitor.open(links.form(link))
    visitor.register(registration.new_name(), PASSWORD)
    visitor.open(link)


# The form


@state()
def form(visitor, links, _):
    visitor.open(links.form(links.account()))


@state()
def form_of_a_friend_with_an_app(visitor, links, _):
    visitor.open(links.form(links.friend()) + "&c=monal")


@state()
def form_for_a_name(visitor, links, _):
    visitor.open(links.form(links.account(username=registration.new_name("juliet"))))


@state()
def form_with_long_names(visitor, links, _):
    visitor.open(links.form(links.friend(LONG_NAME, host="long.localhost")))
    visitor.fill(LONG_NAME)


@state()
def form_filled_in(visitor, links, _):
    visitor.open(links.form(links.account()))
    visitor.fill("juliet", PASSWORD)


@state()
def form_with_everything_wrong(visitor, links, _):
    visitor.open(links.form(links.account(host="strict.localhost")))
    visitor.send_unchecked("juliet capulet", "juliet")


@state()
def form_left_empty(visitor, links, _):
    visitor.open(links.form(links.friend()))
    visitor.send_unchecked("", "")


@state()
def form_with_a_weak_password(visitor, links, _):
    visitor.open(links.form(links.account(host="strict.localhost")))
    visitor.register("juliet", "julietjuliet")


@state()
def form_with_a_taken_name(visitor, links, _):
    visitor.open(links.form(links.friend()))
    visitor.register("romeo", PASSWORD)


@state()
def form_with_a_long_taken_name(visitor, links, _):
    host = "long.localhost"
    name = links.somebody(registration.new_name(LONG_NAME), host)
    visitor.open(links.form(links.account(host)))
    visitor.register(name, PASSWORD)


@state()
def form_for_a_name_that_is_taken(visitor, links, _):
    link = links.account(username=registration.new_name("juliet"))
    visitor.open(links.form(link))
    links.somebody(visitor.page.locator("#user").input_value())
    visitor.register(password=PASSWORD)


# Registration did not work


@state(403)
def sent_from_elsewhere(visitor, links, neighbour):
    neighbour.pages["/trap"] = f"""
        <form method="post" action="{links.form(links.account()).partition("?")[0]}">
        <input name="token" value="x"><button type="submit">Win</button></form>"""
    visitor.allowed = (neighbour.url, "http://localhost:" + str(links.server.http_port))
    visitor.open(neighbour.url + "/trap")
    visitor.submit()


@state(429)
def throttled(visitor, links, _):
    visitor.open(links.form(links.account(host="throttled.localhost")))
    visitor.send_unchecked("", "")
    if visitor.status() == 200:  # the first of all tries
        visitor.send_unchecked("", "")


@state()
def denied(visitor, links, _):
    visitor.open(links.form(links.account()))
    visitor.register(registration.new_name("unwanted"), PASSWORD)


@state(500)
def failed(visitor, links, _):
    visitor.open(links.form(links.account()))
    visitor.register(registration.new_name("breaking"), PASSWORD)


# The account is there


@state()
def success(visitor, links, _):
    visitor.open(links.form(links.friend()))
    visitor.register(registration.new_name(), PASSWORD)


@state()
def success_with_an_app(visitor, links, _):
    visitor.open(links.form(links.friend()) + "&c=gajim")
    visitor.register(registration.new_name(), PASSWORD)


@state()
def success_with_web_chat(visitor, links, _):
    visitor.open(links.form(links.account(host="webchat.localhost")))
    visitor.register(registration.new_name(), PASSWORD)


@state()
def success_with_web_chat_and_app(visitor, links, _):
    visitor.open(links.form(links.account(host="webchat.localhost")) + "&c=conversations")
    visitor.register(registration.new_name(), PASSWORD)


@state()
def success_with_long_names(visitor, links, _):
    visitor.open(links.form(links.account(host="long.localhost")) + "&c=gajim")
    visitor.register(registration.new_name(LONG_NAME), PASSWORD)


# A new password


@state()
def reset(visitor, links, _):
    visitor.open(links.reset("romeo"))


@state()
def reset_with_long_names(visitor, links, _):
    host = "long.localhost"
    visitor.open(links.reset(links.somebody(registration.new_name(LONG_NAME), host), host))


@state()
def reset_with_a_weak_password(visitor, links, _):
    visitor.open(links.reset("romeo"))
    visitor.send_unchecked(password="romeo")


@state()
def reset_done(visitor, links, _):
    visitor.open(links.reset(links.somebody()))
    visitor.register(password="another " + PASSWORD)


@state(410)
def reset_used(visitor, links, _):
    link = links.reset(links.somebody())
    visitor.open(link)
    visitor.register(password="another " + PASSWORD)
    visitor.open(link)


@state(410)
def reset_expired(visitor, links, _):
    visitor.open(links.expired_reset("romeo"))


@state(404)
def reset_unknown(visitor, links, _):
    visitor.open(links.reset("romeo")[:-3] + "AAA")


# The confirmation page of mod_register_json


def _verify_link(links, token):
    return f"http://localhost:{links.server.http_port}{registration.VERIFY}?uuid={token}"


@state()
def verify(visitor, links, _):
    visitor.open(_verify_link(links, registration.token_for(links.server)))


@state()
def verify_done(visitor, links, _):
    visitor.open(_verify_link(links, registration.token_for(links.server)))
    visitor.submit()


@state()
def verify_unknown(visitor, links, _):
    visitor.open(_verify_link(links, "00000000-0000-4000-8000-000000000000"))
    visitor.submit()


# An app asks somebody to log in


def _consent(visitor, links, flow, host="localhost", name=None):
    visitor.open(asking.address(flow))
    visitor.log_in(links.somebody(name, host), PASSWORD)


def _long_names(links, ask, **more):
    return ask(
        links.server,
        "long.localhost",
        client_name=asking.LONG_CLIENT_NAME,
        client_uri=asking.LONG_CLIENT_URI,
        **more,
    )


@state()
def login(visitor, links, _):
    visitor.open(asking.address(asking.ask(links.server)))


@state()
def login_with_a_name(visitor, links, _):
    flow = asking.ask(links.server)
    flow.parameters["login_hint"] = "juliet@localhost"
    visitor.open(asking.address(flow))


@state()
def login_with_long_names(visitor, links, _):
    flow = _long_names(links, asking.ask_for_code)
    flow.parameters["login_hint"] = LONG_NAME
    visitor.open(asking.address(flow))


@state()
def login_with_a_wrong_password(visitor, links, _):
    visitor.open(asking.address(asking.ask(links.server)))
    visitor.log_in("romeo", "wrong")


@state()
def login_expired(visitor, links, _):
    _consent(visitor, links, asking.ask(links.server))
    visitor.page.locator("[name=user_token]").evaluate("(input) => { input.value = 'old'; }")
    visitor.press("consent_allow")


@state(429)
def login_throttled(visitor, links, _):
    visitor.open(asking.address(asking.ask(links.server, "throttled.localhost")))
    visitor.log_in("romeo", "wrong")
    if visitor.status() == 200:  # the first of all tries
        visitor.log_in("romeo", "wrong")


# What the app may do


@state()
def consent(visitor, links, _):
    _consent(visitor, links, asking.ask(links.server))


@state()
def consent_to_much(visitor, links, _):
    site = "https://app.example.com"
    scope = "openid address nickname offline_access prosody:registered"
    flow = asking.ask(links.server, scope=scope, tos_uri=site + "/terms", policy_uri=site + "/privacy")
    _consent(visitor, links, flow)


@state()
def consent_to_nothing(visitor, links, _):
    _consent(visitor, links, asking.ask(links.server, scope=LEFT_OUT))


@state()
def consent_with_long_names(visitor, links, _):
    flow = _long_names(links, asking.ask_for_code)
    _consent(visitor, links, flow, "long.localhost", registration.new_name(LONG_NAME))


@state()
def code_to_copy(visitor, links, _):
    _consent(visitor, links, asking.ask_for_code(links.server))
    visitor.press("consent_allow")


@state()
def code_to_copy_with_long_names(visitor, links, _):
    _consent(visitor, links, _long_names(links, asking.ask_for_code), "long.localhost")
    visitor.press("consent_allow")


# An app on another device


@state()
def device(visitor, links, _):
    visitor.open(asking.device_page(links.server))


@state(400)
def device_with_a_wrong_code(visitor, links, _):
    visitor.open(asking.device_page(links.server))
    visitor.page.locator("#user_code").fill("BCDF-GHJK")
    visitor.submit()


@state(429)
def device_throttled(visitor, links, _):
    page = asking.device_page(links.server, "throttled.localhost", user_code="BCDF-GHJK")
    while visitor.open(page).status == 400:
        pass


@state()
def device_confirm(visitor, links, _):
    visitor.open(asking.start_device(links.server)[1]["verification_uri_complete"])


@state()
def device_confirm_with_long_names(visitor, links, _):
    visitor.open(_long_names(links, asking.start_device)[1]["verification_uri_complete"])


@state()
def device_done(visitor, links, _):
    visitor.open(asking.start_device(links.server)[1]["verification_uri_complete"])
    visitor.submit()
    visitor.log_in(links.somebody(), PASSWORD)
    visitor.press("consent_allow")


@state()
def device_done_with_long_names(visitor, links, _):
    visitor.open(_long_names(links, asking.start_device)[1]["verification_uri_complete"])
    visitor.submit()
    visitor.log_in(links.somebody(host="long.localhost"), PASSWORD)
    visitor.press("consent_allow")


# The app cannot be let in


@state(400)
def app_unknown(visitor, links, _):
    flow = asking.ask(links.server)
    flow.parameters["client_id"] = "unknown"
    visitor.open(asking.address(flow))


@state(400)
def app_with_another_address(visitor, links, _):
    flow = asking.ask(links.server)
    flow.parameters["redirect_uri"] = "https://app.example.com/another"
    visitor.open(asking.address(flow))


@state(400)
def app_without_a_request(visitor, links, _):
    visitor.open(asking.origin(links.server) + "/oauth2/authorize")


@state(400)
def app_with_a_damaged_form(visitor, links, _):
    visitor.open(asking.address(asking.ask(links.server)))
    visitor.page.locator("form").evaluate(
        "(form) => form.insertAdjacentHTML('beforeend', '<input type=hidden name=username value=twice>')"
    )
    visitor.log_in("romeo", PASSWORD)


@state(403)
def app_from_elsewhere(visitor, links, neighbour):
    address = asking.address(asking.ask(links.server))
    neighbour.pages["/trap"] = f"""
        <form method="post" action="{html.escape(address)}"><button type="submit">Win</button></form>"""
    visitor.allowed = (neighbour.url, asking.origin(links.server))
    visitor.open(neighbour.url + "/trap")
    visitor.submit()


@state(400)
def app_refused(visitor, links, _):
    visitor.open(asking.address(asking.ask_for_code(links.server)))
    visitor.press("login_cancel")


@state(400)
def app_that_can_be_given_nothing(visitor, links, _):
    visitor.open(asking.address(asking.ask_for_code(links.server, scope="prosody:admin")))
    visitor.log_in("romeo", PASSWORD)
