"""Every page in every state, and how somebody gets there.

A state is a function of the visitor, the links and the neighbour that leaves the visitor on the page.
"""

import registration
from hosts import LONG_NAME
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
