"""Apps that an operator offers."""

import pytest

import registration
import xmpp
from prosody import wait_until
from registration import PASSWORD
from visitor import PHONE, Look, apart

HOST = "apps.localhost"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="30" fill="teal"/></svg>'
)


@pytest.fixture
def visitor(visit, neighbour):
    """Who can reach the neighbour, and the server with the pictures."""
    visitor = visit(Look(PHONE), allowed=[neighbour.url, "https://pictures.example"])
    visitor.context.route(
        "https://pictures.example/*", lambda route: route.fulfill(body=LOGO, content_type="image/svg+xml")
    )
    return visitor


def test_a_picture_on_another_server(visitor, links):
    visitor.open(links.account(HOST))
    visitor.unfold("app_others")
    picture = visitor.page.locator('img[src^="https://pictures.example"]')
    picture.scroll_into_view_if_needed()
    visitor.page.wait_for_function("(image) => image.complete", arg=picture.element_handle())
    assert picture.evaluate("(image) => image.naturalWidth") == 64
    visitor.screenshot("invite-with-own-apps")


def test_an_app_that_takes_the_account_over(server, visitor, links, neighbour):
    """The answer to the form leads to another website, which the policy of the page has to let through."""
    name = registration.new_name("juliet")
    neighbour.paths.clear()
    visitor.open(links.account(HOST))
    visitor.click("app_continue", app="Hosted Chat")
    visitor.register(name, PASSWORD)
    visitor.page.wait_for_url(neighbour.url + "/**")
    assert visitor.heading == "Elsewhere"
    assert [path for path in neighbour.paths if path.startswith("/login")] == [f"/login?name={name}&at={HOST}&secret="]
    apart(xmpp.log_in, server, name, PASSWORD, host=HOST)


def test_an_app_that_takes_the_account_over_after_a_mistake(visitor, links, neighbour):
    name, taken = registration.new_name("juliet"), links.somebody(host=HOST)
    visitor.open(links.account(HOST))
    visitor.click("app_continue", app="Hosted Chat")
    visitor.register(taken, PASSWORD)
    assert visitor.sees("problem_name_taken")
    visitor.register(name, PASSWORD)
    visitor.page.wait_for_url(neighbour.url + f"/login?name={name}*")


def test_an_app_on_the_device_that_takes_the_account_over(server, visitor, links):
    """This browser has no such app. What counts is that the policy of the page lets it ask for one."""
    name = registration.new_name("juliet")
    visitor.open(links.form(links.account(HOST)) + "&c=installed-chat")
    visitor.fill(name, PASSWORD)
    visitor.page.locator("button[type=submit]").click()
    wait_until(lambda: registration.probe(server, "account", HOST, username=name)["record"], server.story)
    visitor.page.wait_for_timeout(100)
    assert not [complaint for complaint in visitor.complaints if "Content Security Policy" in complaint]
