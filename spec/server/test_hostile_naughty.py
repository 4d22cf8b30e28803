"""The Big List of Naughty Strings, each in every field that people and programs have."""

import json
import urllib.parse

import pytest

import hostile
import naughty
import oauth
from authorization import SAME_SITE, begin
from endpoints import new_network
from hostile import World
from invitations import FORM_TYPE, Page, new_account
from oauth import register
from registration import AUTH_TOKEN, BASE, new_name, person

SECRET = "\u00a7 nobody shows this"


@pytest.fixture(scope="module")
def server(start_server):
    server = hostile.start(start_server)
    yield server
    hostile.assert_nothing_logged(server)


@pytest.fixture(scope="module")
def world(server):
    return World(server)


def parts(answer):
    """What a page is made of: its elements, each with the names of its attributes."""
    return {(tag, *sorted(attributes)) for tag, attributes in Page(answer).elements}


def assert_text_only(send, usual):
    """Sends each string; checks that no page has anything in it that those do not have which `usual` texts bring."""
    known = set().union(*(parts(send(text)) for text in usual))
    for text in naughty.strings():
        answer = send(text)
        hostile.assert_harmless(answer, repr(text))
        assert SECRET not in answer.text, repr(text)
        assert parts(answer) <= known, (text, parts(answer) - known)
        yield text, answer


def typed(text):
    """A name as the form has it back: without the blanks around it."""
    return text.strip(" \t\r\n\v\f")


def test_registration_form(server, world):
    taken = new_account(server)

    def send(text):
        fields = {"token": world.invite, "user": text, "password": SECRET if text else "", "app_id": "gajim"}
        return server.post("/register", urllib.parse.urlencode(fields), headers=FORM_TYPE)

    for text, answer in assert_text_only(send, ["", new_name(), "a b", taken]):
        assert answer.status == 200, (text, answer)
        if Page(answer).all("input", name="user"):
            assert Page(answer).field("user")["value"] == typed(text), text


def test_reset_form(server, world):
    token = world.reset()

    def send(text):
        fields = {"token": token, "password": world.user + text + SECRET}
        return server.post("/password_reset/reset", urllib.parse.urlencode(fields), headers=FORM_TYPE)

    for text, answer in assert_text_only(send, ["", "juliet"]):
        assert answer.status == 200 and Page(answer).all("input", name="password"), (text, answer)


def test_reset_and_verification_codes(server):
    for path, name in (("/password_reset/reset", "token"), ("/register_account/verify/", "uuid"), ("/register", "token")):
        for text in naughty.strings():
            hostile.assert_harmless(server.post(path, urllib.parse.urlencode({name: text}), headers=FORM_TYPE), repr(text))


def test_login_page(server, world):
    flow = world.flow()

    def send(text):
        return flow.send({"username": text, "password": "not " + SECRET}, **SAME_SITE)

    for text, answer in assert_text_only(send, ["", "juliet", "a b"]):
        assert answer.status == 200 and "user_token" not in answer.text, (text, answer)


def test_what_an_app_sends_comes_back_as_it_was(server, world):
    for text in naughty.strings():
        answer = begin(world.client, state=text or "x", prompt="none").open()
        hostile.assert_harmless(answer, repr(text))
        if answer.status == 303:
            query = urllib.parse.urlsplit(answer.headers["location"]).query
            assert urllib.parse.parse_qs(query)["state"] == [text or "x"], text


def test_device_page(server, world):
    def send(text):
        return server.get("/oauth2/device?" + urllib.parse.urlencode({"user_code": text}), headers=new_network())

    for _ in assert_text_only(send, ["", "x", "BCDF-GHJK"]):
        pass


def test_names_of_apps(server):
    usual = parts(begin(register(server, oauth.web())).open())
    for text in naughty.strings():
        answer = oauth.post(server, oauth.web(client_name=text))
        assert answer.status in (201, 400), (text, answer)
        if answer.status == 201:
            page = begin(oauth.Registered(server, "localhost", json.loads(answer.body))).open()
            hostile.assert_harmless(page, repr(text))
            assert parts(page) <= usual, text
            assert " ".join(text.split()) in Page(page).text(), text


def test_registrations_by_a_web_form(server):
    for text in naughty.strings():
        for member in ("username", "mail", "ip", "auth_token"):
            fields = person(**{"auth_token": AUTH_TOKEN, member: text})
            answer = server.post(BASE, json.dumps(fields), headers={"Content-Type": "application/json"})
            hostile.assert_harmless(answer, repr(text))
            assert answer.status != 200 or member == "username", text

