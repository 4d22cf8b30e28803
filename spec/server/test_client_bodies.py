"""mod_http_oauth2: what is no metadata at all, and what is sent to do harm."""

import json
import re

import pytest

import api
from oauth import DESCRIPTION, assert_refused, content, options, post, register, stored_files, web

LIMIT = 64 * 1024


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), {"locales.localhost": {"allowed_oauth2_locales": ["de"]}})


def text(**changes):
    return json.dumps(web(**changes))


def with_more(more):
    """Good metadata as a text, with more members, given as a text."""
    return text()[:-1] + f",{more}}}"


def filled(length):
    """Good metadata of this length, with a member that nobody knows."""
    rest = length - len(with_more('"x":""'))
    return with_more(f'"x":"{"a" * rest}"')


# No JSON object


@pytest.mark.parametrize(
    "body",
    [
        "",
        " ",
        "null",
        "true",
        "1",
        "-0.5e3",
        '""',
        '"client_name"',
        "[]",
        f"[{text()}]",
        "{",
        "}",
        "{}}",
        "{}{}",
        f"{text()}{text()}",
        f"{text()}x",
        f"{text()}\0",
        f"\0{text()}",
        f"// comment\n{text()}",
        text()[:-1],
        text()[1:],
        text().replace('"', "'"),
        text().replace(":", "="),
        text()[:-1] + ",}",
        with_more('"x":'),
        with_more('"x":01'),
        with_more('"x":+1'),
        with_more('"x":.5'),
        with_more('"x":1.'),
        with_more('"x":0x10'),
        with_more('"x":NaN'),
        with_more('"x":Infinity'),
        with_more('"x":undefined'),
        with_more('"x":True'),
        with_more("x:1"),
        with_more('1:"x"'),
        with_more('"x":"\n"'),
        with_more('"x":"\0"'),
        with_more('"x":"\\x41"'),
        with_more('"x":"\\u12"'),
        with_more('"x":"\\ud800"'),
        with_more('"x":"\\udc00\\ud800"'),
        with_more('"x":"\\ud800\\u0041"'),
        with_more('"\\ud800":1'),
        with_more('"x":[1,]'),
        with_more('"x":[1 2]'),
        "client_name=A&client_uri=https%3A%2F%2Fapp.example.com%2F",
        "<client/>",
        "%7B%7D",
        'while(1);{"client_name":"A"}',
    ],
    ids=lambda body: re.sub(r"[^ -~]", "?", body)[-40:] or "empty",
)
def test_what_is_no_json_object(server, body):
    said = assert_refused(post(server, body), "invalid_request")
    assert "JSON" in said["error_description"]


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
def test_another_encoding_or_a_byte_order_mark(server, encoding):
    assert_refused(post(server, text().encode(encoding)), "invalid_request")


@pytest.mark.parametrize(
    "invalid",
    [
        b"\xff",
        b"\xfe",
        b"\x80",
        b"\xc3",
        b"\xc3(",
        b"\xc0\xaf",
        b"\xe0\x80\xaf",
        b"\xf0\x80\x80\xaf",
        b"\xed\xa0\x80",
        b"\xed\xa0\xbd\xed\xb8\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        "caf\u00e9".encode("latin-1"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("where", ["in a value", "in a name", "in an unknown member", "between"])
def test_what_is_not_utf8(server, invalid, where):
    body = {
        "in a value": text(client_name="@"),
        "in a name": with_more('"@":1'),
        "in an unknown member": with_more('"x":["@"]'),
        "between": with_more('@"x":1'),
    }[where]
    assert_refused(post(server, body.encode().replace(b"@", invalid)), "invalid_request")


# Members that are there twice


@pytest.mark.parametrize(
    "more",
    [
        '"client_name":"Another"',
        '"client_name":null',
        '"client\\u005fname":"Another"',
        '"\\u0063lient_name":"Another"',
        '"redirect_uris":["https://evil.example/"]',
        '"x":1,"x":1',
        '"x":1,"x":2',
        '"x":1,"\\u0078":2',
        '"":1,"":2',
        '"x":{"a":1,"a":2}',
        '"x":[{"a":1},{"b":[{"c":1,"c":1}]}]',
        '"x":{"\\/":1,"/":2}',
        '"\\ud83d\\ude80":1,"\U0001f680":2',
        ",".join(f'"m{number}":0' for number in [*range(40), 3]),
    ],
    ids=lambda more: ascii(more)[-50:],
)
def test_a_member_that_is_there_twice(server, more):
    said = assert_refused(post(server, with_more(more)), "invalid_request")
    assert "twice" in said["error_description"]


def test_the_member_is_named_if_it_can_be(server):
    assert "'x'" in assert_refused(post(server, '{"x":1,"x":1}'), "invalid_request")["error_description"]
    for name in ['\\"', "\\\\", "\u00e4", "\\n", "a" * 5000, "</b>"]:
        body = json.dumps({"x": 0})[:-1] + f',"{name}":1,"{name}":2}}'
        said = assert_refused(post(server, body), "invalid_request")
        assert len(said["error_description"]) < 200


@pytest.mark.parametrize(
    "more", ['"CLIENT_NAME":"x"', '"client_name ":"x"', '"a":{"x":1},"b":{"x":1}', '"x":[{"a":1},{"a":1}]']
)
def test_members_that_are_no_duplicates(server, more):
    register(server, with_more(more))


# Nesting


@pytest.mark.parametrize(
    "body",
    [
        "[" * 60000,
        '{"a":' * 12000,
        '[{"a":' * 10000,
        "[" * 30000 + "]" * 30000,
        with_more('"x":' + "[" * 30000 + "]" * 30000),
        with_more('"x":' + '{"a":' * 8000 + "1" + "}" * 8000),
        with_more('"redirect_uris":' + "[" * 30000),
        '{"client_name":' * 4000,
    ],
    ids=lambda body: f"{body[:12]}...{len(body)}",
)
def test_a_nesting_bomb(server, body):
    assert_refused(post(server, body), "invalid_request")


def test_moderate_nesting_is_no_bomb(server):
    register(server, with_more('"x":' + "[" * 50 + "]" * 50))


# Length


def test_the_longest_body(server):
    register(server, filled(LIMIT))


@pytest.mark.parametrize("length", [LIMIT + 1, LIMIT + 2, 100_000, 1_000_000])
@pytest.mark.parametrize(
    "make", [filled, "{".ljust, lambda length: "[" * length], ids=["good", "blank", "brackets"]
)
def test_a_body_that_is_too_long(server, make, length):
    said = assert_refused(post(server, make(length)), "invalid_request", status=413)
    assert str(LIMIT) in said["error_description"]


def test_blanks_count_too(server):
    body = text()
    register(server, body + " " * (LIMIT - len(body)))
    assert_refused(post(server, body + " " * (LIMIT - len(body) + 1)), "invalid_request", status=413)


# Numbers, and much of everything


@pytest.mark.parametrize(
    "value",
    [
        "1e400",
        "-1e400",
        "1e-400",
        "9" * 400,
        "0." + "9" * 400,
        "1e99999999999999999999",
        "18446744073709551616",
    ],
    ids=lambda value: value[:12],
)
def test_numbers_beyond_all_bounds(server, value):
    answer = post(server, with_more(f'"x":{value}'))
    assert answer.status in (201, 400)
    assert post(server, with_more(f'"software_id":{value}')).status == 400


def names(count):
    return [f"a{number:x}" for number in range(count)]


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uris": names(6000)},
        {"redirect_uris": ["x"] * 12000},
        {"redirect_uris": [0] * 20000},
        {"redirect_uris": [[]] * 15000},
        {"redirect_uris": [f"https://app.example.com/{name}" for name in names(1500)]},
        {"grant_types": names(6000)},
        {"grant_types": ["authorization_code"] * 2500},
        {"response_types": names(6000)},
        {"response_types": ["code"] * 6000},
        {"contacts": names(6000)},
        {"contacts": ["x"] * 12000},
        {"contacts": [None] * 10000},
        {"scope": " ".join(names(6000))},
        {"scope": "a " * 30000},
        {"client_name": "\u202e" * 9000},
        {"client_uri": "https://" + "a." * 30000 + "example"},
        {"client_uri": "https://app.example.com/" + "../" * 20000},
        {"client_uri": "https://xn--" + "a" * 60000},
        {"redirect_uris": ["https://app.example.com/" + "%41" * 20000]},
    ],
    ids=lambda changes: f"{next(iter(changes))}-{str(next(iter(changes.values())))[:20]}",
)
def test_much_of_something_is_refused_briefly(server, changes):
    body = text(**changes)
    assert len(body) <= LIMIT
    answer = post(server, body)
    said = content(answer, 400)
    assert DESCRIPTION.fullmatch(said["error_description"])
    # Whoever sends 64 KiB of nonsense is not sent megabytes of it back.
    assert len(answer.body) <= LIMIT, len(answer.body)


def test_many_members_that_nobody_knows(server):
    more = {f"m{number}": number for number in range(5000)}
    body = json.dumps(web(**more))
    assert len(body) <= LIMIT * 2
    body = json.dumps(web(**dict(list(more.items())[:3500])))
    assert "m1" not in register(server, body).said


def test_many_languages_that_nobody_asked_for(server):
    more = {f"client_name#x-{number}": "A" for number in range(2000)}
    said = register(server, web(**more), host="locales.localhost").said
    assert not any("#" in name for name in said)


def test_it_goes_on_working(server):
    before = stored_files(server)
    for body in ["[" * 60000, "x", "", "{}", b"\xff" * 60000, filled(LIMIT + 1)]:
        post(server, body)
    register(server)
    assert stored_files(server) == before
    assert not server.unexpected_errors()


# What is echoed


def test_nothing_of_what_was_sent_is_repeated_in_a_refusal(server):
    secret = "d0n0trepeatme"
    for changes in [
        {"client_uri": f"http://{secret}.example/"},
        {"redirect_uris": [f"https://{secret}.example/"]},
        {"grant_types": [secret]},
        {"scope": f"{secret}  {secret}"},
        {"application_type": secret},
        {"logo_uri": secret},
        {"contacts": [secret + "\n"]},
        {"client_name": secret + "\n"},
    ]:
        answer = post(server, web(**changes))
        assert answer.status == 400
        assert secret not in answer.text
    assert not api.is_stored(server, secret)
