"""Somebody has forgotten the password, and got a link."""

import pytest

import xmpp
from registration import PASSWORD
from visitor import PHONE, Look, apart

NEW = "a different horse, another battery"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_from_the_link_to_the_login(server, links, visit, scripts):
    visitor, name = visit(Look(PHONE, language="de"), scripts=scripts), links.somebody()
    link = links.reset(name)
    visitor.open(link)
    assert visitor.sees("reset_lead", address=f"{name}@localhost", site_name="Chat am See")
    visitor.register(password="password")
    assert visitor.sees("problem_password_common")
    visitor.register(password=NEW)
    assert visitor.heading_says("reset_done")

    apart(xmpp.log_in, server, name, NEW)
    with pytest.raises(xmpp.Refused):
        apart(xmpp.log_in, server, name, PASSWORD)

    visitor.open(link)
    assert visitor.status() == 410 and visitor.heading_says("reset_used")


def test_a_link_to_the_page_of_invitations(links, visit):
    """Where other modules' links lead to."""
    visitor = visit()
    visitor.open(links.reset("romeo").replace("/password_reset/reset", "/invites_page"))
    assert visitor.heading_says("reset_heading")
