"""Every status with which the servlet answers a registration request."""

import base64
import json

import pytest

from registration import (
    AUTH_TOKEN,
    BASE,
    PASSWORD,
    VERIFY,
    begin_confirm,
    confirm,
    encode,
    form,
    is_success,
    join,
    new_name,
    options,
    person,
    probe,
    register,
    token_for,
)

FIELDS = ["username", "password", "ip", "mail", "auth_token"]

JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(
        options(
            modules_enabled=["register_limits", "mimicking", "tombstones", "refuse"],
            reg_servlet_bl=["192.0.2.66", "198.51.100.0/24", "2001:db8::dead", "2001:db8:bad::/48"],
            reg_servlet_filtered_mails=["@spam%.example$", "^postmaster@", "^%bxy@balanced%.example$"],
            registration_blocklist=["203.0.113.5"],
        ),
        hosts={
            "rotating.localhost": {"reg_servlet_auth_token": ["the old secret", "the new secret"]},
            "secure.localhost": {"reg_servlet_secure": True},
            "throttled.localhost": {
                "reg_servlet_ttime": 3600,
                "reg_servlet_wl": ["198.18.0.0/15", "2001:db8:1::/64"],
            },
            "elsewhere.localhost": {"reg_servlet_base": "/a/form/"},
            "unslashed.localhost": {"reg_servlet_base": "/form"},
            "root.localhost": {"reg_servlet_base": "/"},
        },
    )


def stored_files(server):
    """What is stored, less what Prosody itself notes at its own times."""
    return sorted(
        path for path in server.data.rglob("*.dat") if path.stem != "cron" and "cron" not in path.parts
    )


def assert_refused(answer, status, sentence=""):
    assert answer.status == status, answer
    assert sentence in answer.text
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"


# 200


def test_a_registration_is_answered_with_its_token(server):
    answer = register(server)
    assert answer.status == 200
    assert len(answer.text) == 36
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["cache-control"] == "no-store"


def as_standard(text):
    return base64.b64encode(text)


def as_url_safe(text):
    return base64.urlsafe_b64encode(text)


def as_unpadded(text):
    return base64.b64encode(text).rstrip(b"=")


def as_url_safe_unpadded(text):
    return base64.urlsafe_b64encode(text).rstrip(b"=")


def as_lines(text):
    return base64.encodebytes(text)


def as_lines_for_mail(text):
    return base64.encodebytes(text).replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    "spelling",
    [
        as_standard,
        as_url_safe,
        as_unpadded,
        as_url_safe_unpadded,
        as_lines,
        as_lines_for_mail,
    ],
)
def test_every_spelling_of_base64_is_read(server, spelling):
    # The password makes "+" and "/" (or "-" and "_") appear at each offset, the padding has each length.
    for filling in range(3):
        fields = person(password="ÿþ~~~???>>>ûûû¿¿¿" + "x" * filling)
        text = json.dumps(fields, ensure_ascii=False).encode()
        assert register_raw(server, spelling(text)).status == 200


def register_raw(server, body, headers=None):
    return server.post(BASE, body, headers=headers)


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
        "application/json ; a=b",
    ],
)
def test_plain_json_is_read_when_the_content_type_says_so(server, content_type):
    body = json.dumps(person())
    assert register_raw(server, body, {"Content-Type": content_type}).status == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonlines",
        "application/octet-stream",
    ],
)
def test_any_other_content_type_means_base64(server, content_type):
    headers = {"Content-Type": content_type}
    assert register_raw(server, encode(person()), headers).status == 200
    assert_refused(register_raw(server, json.dumps(person()), headers), 400, "not base64")


def test_unknown_members_are_ignored(server):
    assert register(server, person(source="a web form", age=7, more={"a": [None]})).status == 200


@pytest.mark.parametrize(
    "host, base",
    [("elsewhere.localhost", "/a/form/"), ("unslashed.localhost", "/form/"), ("root.localhost", "/")],
)
def test_the_address_of_the_servlet_can_be_chosen(server, host, base):
    answer = server.post(base, encode(person()), host=host)
    assert answer.status == 200
    assert server.get(base + "verify/", host=host).status == 200
    assert is_success(server.post(base + "verify/", form(answer.text), host=host))
    assert register(server, host=host).status == 404


def test_both_secrets_are_taken_while_they_are_rotated(server):
    def try_with(secret):
        return register(server, person(auth_token=secret), host="rotating.localhost").status

    assert try_with("the old secret") == 200
    assert try_with("the new secret") == 200
    assert try_with(AUTH_TOKEN) == 401
    assert try_with("the old secretthe new secret") == 401


# 301


@pytest.mark.parametrize("path", [BASE, VERIFY])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_the_last_slash_there_is_a_redirection(server, method, path):
    answer = server.request(method, path.rstrip("/"))
    assert answer.status == 301
    assert answer.headers["location"] == path


# 400, for each field


def assert_names_field(server, body, field, status=400):
    before = stored_files(server)
    answer = register_raw(server, body)
    assert_refused(answer, status, f"'{field}'")
    assert stored_files(server) == before
    return answer


def without(fields, field):
    return {name: value for name, value in fields.items() if name != field}


@pytest.mark.parametrize("field", FIELDS)
def test_a_missing_field_is_named(server, field):
    answer = assert_names_field(server, encode(without(person(), field)), field)
    assert "missing" in answer.text


@pytest.mark.parametrize("field", FIELDS)
def test_an_empty_field_is_named(server, field):
    answer = assert_names_field(server, encode(person() | {field: ""}), field)
    assert "empty" in answer.text


@pytest.mark.parametrize(
    "value", [None, True, False, 7, 7.5, ["text"], {"text": "text"}, [], {}], ids=json.dumps
)
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_of_the_wrong_type_is_named(server, field, value):
    answer = assert_names_field(server, encode(person() | {field: value}), field)
    assert "string" in answer.text


@pytest.mark.parametrize(
    "field, limit",
    [
        ("username", 1023),
        ("password", 4096),
        ("ip", 45),
        ("mail", 254),
        ("auth_token", 1024),
    ],
)
def test_a_field_that_is_too_long_is_named(server, field, limit):
    answer = assert_names_field(server, encode(person() | {field: "z" * (limit + 1)}), field)
    assert "too long" in answer.text
    assert "zzz" not in answer.text


@pytest.mark.parametrize("value", ["\0", "before\0after", "\0after", "before\0"])
@pytest.mark.parametrize("field", FIELDS)
def test_a_field_with_nul_is_named(server, field, value):
    answer = assert_names_field(server, encode(person() | {field: value}), field)
    assert "NUL" in answer.text


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_that_appears_twice_is_named(server, field):
    text = json.dumps(person())
    for second in ['"something else"', json.dumps(person()[field]), "null", "7", "[[]]"]:
        duplicate = text[:-1] + f', "{field}": {second}' + "}"
        answer = assert_names_field(server, base64.b64encode(duplicate.encode()), field)
        assert "twice" in answer.text


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("rubbish", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\\ud800", b"\\x", b"\\u12", b"\n"])
def test_a_field_that_is_no_text_is_refused(server, field, rubbish):
    text = json.dumps(person() | {field: "RUBBISH"}).encode().replace(b"RUBBISH", rubbish)
    before = stored_files(server)
    answer = register_raw(server, base64.b64encode(text))
    assert_refused(answer, 400)
    assert field in answer.text or "JSON" in answer.text
    assert stored_files(server) == before


@pytest.mark.parametrize(
    "ip",
    [
        "localhost",
        "192.0.2",
        "192.0.2.256",
        "192.0.2.1/32",
        "192.0.2.01",
        " 192.0.2.1",
        "[::1]",
        "::1%lo",
        "1:2:3",
        "0x7f.1",
    ],
)
def test_what_is_no_address_is_refused(server, ip):
    assert_names_field(server, encode(person(ip=ip)), "ip")


@pytest.mark.parametrize(
    "mail",
    [
        "nobody",
        "@mail.example",
        "nobody@",
        "two@signs@mail.example",
        "Nobody <nobody@mail.example>",
        "a b@mail.example",
        "nobody@mail..example",
        "a@b@c",
        "nobody@-mail.example",
        "nobody@[192.0.2.1]",
    ],
)
def test_what_is_no_mail_address_is_refused(server, mail):
    assert_names_field(server, encode(person(mail=mail)), "mail")


def test_a_password_that_saslprep_refuses_is_refused(server):
    answer = assert_names_field(server, encode(person(password="bell \u0007 in the middle")), "password")
    assert "SASLprep" in answer.text


def test_a_user_name_that_no_storage_takes_is_refused(server):
    assert_names_field(server, encode(person(username="a" * 300, mail="long@mail.example")), "username")


# 400, for the whole


def bomb(character, closing, times=20000):
    return character * times + closing * times


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b" ",
        b"{",
        b"}",
        b"[]",
        b"null",
        b"7",
        b'"text"',
        b"{}x",
        b"{} {}",
        b"{'a': 1}",
        b'{"a" 1}',
        b'{"a": }',
        b'{"a": NaN}',
        b'{"a": 01}',
        b'{"a": "b",}',
        b'{"username": "a"',
        b"\xef\xbb\xbf{}",
        b"\x00",
        b"\xff\xfe{\x00}\x00",
        bomb(b"[", b"]"),
        bomb(b'{"a":', b"}", 8000),
        b"[" * 40000,
        b'{"username": ' + bomb(b"[", b"]", 20000) + b"}",
        b'{"x": ' + bomb(b"[", b"]", 20000) + b"}",
        b'{"a": 1' + b"0" * 30000 + b"}",
        b'{"a": 1e999999999}',
    ],
    ids=lambda text: text[:12].decode(errors="replace"),
)
def test_what_is_no_json_object_with_the_fields_is_refused(server, text):
    before = stored_files(server)
    assert_refused(register_raw(server, base64.b64encode(text)), 400)
    assert_refused(register_raw(server, text, JSON), 400)
    assert stored_files(server) == before


@pytest.mark.parametrize(
    "body",
    [
        b"%%%",
        b"a",
        b"abc=d",
        b"=",
        b"====",
        b"YQ==YQ==",
        b"YQ=",
        b"\xff\xff",
        b"+-/_",
        b"e30\x00",
        b"data:text/plain;base64,e30=",
    ],
    ids=repr,
)
def test_what_is_no_base64_is_refused(server, body):
    assert_refused(register_raw(server, body), 400)


# 401


@pytest.mark.parametrize(
    "secret",
    [
        "wrong",
        AUTH_TOKEN[:-1],
        AUTH_TOKEN + "x",
        AUTH_TOKEN.upper(),
        AUTH_TOKEN + " ",
        " " + AUTH_TOKEN,
    ],
)
def test_a_wrong_secret_is_refused(server, secret):
    answer = register(server, person(auth_token=secret))
    assert_refused(answer, 401, "'auth_token'")
    assert AUTH_TOKEN not in answer.text


def test_the_wrong_secret_hides_everything_else(server):
    taken = join(server)
    for change in [
        {},
        {"ip": "192.0.2.66"},
        {"mail": "x@spam.example"},
        {"username": "@"},
        {"password": "x"},
    ]:
        assert_refused(register(server, {**taken, **change, "auth_token": "wrong"}), 401, "'auth_token'")


def test_a_name_that_waits_for_its_confirmation_is_refused(server):
    fields = person()
    token = token_for(server, fields)
    assert_refused(register(server, fields), 401, "'username'")
    assert_refused(register(server, person(username=fields["username"].upper())), 401, "'username'")
    # The first one is not harmed.
    assert is_success(confirm(server, token))


def test_one_of_two_requests_for_a_name_at_once_wins(server):
    name = new_name()
    requests = [
        server.begin("POST", BASE, encode(person(username=name, mail=f"{new_name()}@mail.example")))
        for _ in range(4)
    ]
    assert sorted(request.answer().status for request in requests) == [200, 401, 401, 401]


def test_a_refused_request_does_not_hold_its_name(server):
    name = new_name()
    assert register(server, person(username=name, ip="203.0.113.5")).status == 403
    assert register(server, person(username=name)).status == 200


# 403


@pytest.mark.parametrize(
    "ip",
    [
        "192.0.2.66",
        "::ffff:192.0.2.66",
        "::ffff:c000:242",
        "0:0:0:0:0:ffff:c000:0242",
        "198.51.100.0",
        "198.51.100.255",
        "::ffff:198.51.100.7",
        "2001:db8::dead",
        "2001:DB8:0:0:0:0:0:DEAD",
        "2001:0db8:0000::dead",
        "2001:db8:bad::",
        "2001:db8:bad:ffff:ffff:ffff:ffff:ffff",
    ],
)
def test_a_blocked_address_is_refused_however_it_is_spelt(server, ip):
    answer = register(server, person(ip=ip))
    assert_refused(answer, 403, "'ip'")


@pytest.mark.parametrize(
    "ip",
    [
        "192.0.2.6",
        "192.0.2.67",
        "198.51.101.0",
        "198.51.99.255",
        "2001:db8::dea",
        "2001:db8:bae::",
        "::192.0.2.66",
    ],
)
def test_its_neighbours_are_not_blocked(server, ip):
    assert register(server, person(ip=ip)).status == 200


@pytest.mark.parametrize(
    "mail",
    [
        "someone@spam.example",
        "Someone@SPAM.Example",
        " someone@spam.example ",
        "postmaster@mail.example",
        "Postmaster@mail.example",
        "xaay@balanced.example",
        "xaxbyay@balanced.example",
    ],
)
def test_a_filtered_mail_address_is_refused(server, mail):
    answer = register(server, person(mail=mail))
    assert_refused(answer, 403, "'mail'")
    assert mail.strip() not in answer.text


@pytest.mark.parametrize(
    "mail",
    [
        "someone@notspam.example.org",
        "someone@spamxexample",
        "apostmaster@mail.example",
        "xaxby@balanced.example",
        "a.xaay@balanced.example",
    ],
)
def test_other_mail_addresses_are_not_filtered(server, mail):
    assert register(server, person(mail=mail)).status == 200


def test_a_pattern_that_only_lua_can_match_is_reported_once(server):
    # Once for each host.
    assert server.log().count("'^%bxy@balanced%.example$' has") == len(server.hosts)


def test_another_module_can_refuse_with_its_reason(server):
    answer = register(server, person(username=new_name("unwanted")))
    assert_refused(answer, 403, "Nobody of this name is wanted here")


def test_another_module_may_take_its_time(server):
    unwanted = server.begin("POST", BASE, encode(person(username=new_name("waitingunwanted"))))
    name = new_name("waiting")
    first = server.begin("POST", BASE, encode(person(username=name)))
    second = server.begin("POST", BASE, encode(person(username=name, mail="second@mail.example")))
    assert_refused(unwanted.answer(), 403, "Nobody of this name is wanted here")
    assert sorted([first.answer().status, second.answer().status]) == [200, 401]


def test_when_another_module_fails_the_name_is_not_held(server):
    server.expected_errors.append("a module that fails before")
    fields = person(username=new_name("breaking"))
    # Not 401 the second time.
    assert [register(server, fields).status for _ in range(2)] == [500, 500]


def test_the_limits_of_prosody_refuse_with_their_reason(server):
    assert_refused(register(server, person(ip="203.0.113.5")), 403, "Your IP address is blocklisted")


def test_a_name_that_looks_like_another_is_refused(server):
    join(server, person(username="paypal"))
    cyrillic = person(username="p\u0430yp\u0430l", mail="lookalike@mail.example")
    assert_refused(register(server, cyrillic), 403, "This server does not allow this registration.")


def test_the_name_of_a_deleted_account_is_refused_when_there_are_tombstones(server):
    fields = person()
    # mod_tombstones remembers whom it was asked about, so this one has never been asked about.
    assert probe(server, "create_user", username=fields["username"], password=PASSWORD)["ok"]
    assert probe(server, "delete_user", username=fields["username"])["ok"]
    assert_refused(register(server, fields), 403, "This server does not allow this registration.")


@pytest.mark.parametrize(
    "password, reason",
    [
        ("2Xq!", "too short"),
        ("password123", "many people use"),
        ("I am NAME indeed", "your username"),
        ("x" * 1025, "too long"),
    ],
)
def test_a_password_against_the_policy_is_refused_with_the_reason(server, password, reason):
    fields = person()
    fields["password"] = password.replace("NAME", fields["username"].upper())
    answer = register(server, fields)
    assert_refused(answer, 403, reason)
    assert fields["password"] not in answer.text


# 404


def test_on_plain_http_there_is_nothing_unless_the_operator_says_so(server):
    secure = {"host": "secure.localhost"}
    assert register(server, **secure).status == 404
    assert server.get(BASE, **secure).status == 404
    assert server.get(VERIFY, **secure).status == 404
    assert server.post(VERIFY, "uuid=", **secure).status == 404


def test_behind_a_proxy_that_speaks_tls_it_answers(server):
    proxied = {
        "host": "secure.localhost",
        "headers": {"X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"},
    }
    answer = register(server, **proxied)
    assert answer.status == 200
    assert server.get(VERIFY, **proxied).status == 200
    assert server.post(VERIFY, "uuid=" + answer.text, **proxied).status == 200


# 405


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_reading_is_answered_with_what_to_do_instead(server, method):
    answer = server.request(method, BASE)
    assert_refused(answer, 405)
    assert answer.headers["allow"] == "POST"


# 406


@pytest.mark.parametrize(
    "username", ["with space", "at@sign", "sl/ash", "a\u0007bell", "quote'", "<tag>", "\u00a0", "a\u200eb"]
)
def test_a_name_that_nodeprep_refuses_is_refused(server, username):
    assert_refused(
        register(server, person(username=username, mail=f"{new_name()}@mail.example")), 406, "'username'"
    )


# 409


def test_a_name_that_has_an_account_is_refused(server):
    fields = join(server)
    again = person(username=fields["username"].upper(), mail="another@mail.example")
    assert_refused(register(server, again), 409, "'username'")


@pytest.mark.parametrize(
    "first, second",
    [
        ("same@mail.example", "same@mail.example"),
        ("Upper@Mail.Example", " upper@mail.example "),
        ("straße@mail.example", "STRASSE@mail.example"),
        ("idn@bücher.example", "idn@xn--bcher-kva.example"),
        ("idn2@BÜCHER.example", "Idn2@bücher.EXAMPLE"),
        ("\u00e9t\u00e9@mail.example", "e\u0301te\u0301@mail.example"),
    ],
)
def test_a_mail_address_that_has_an_account_is_refused_however_it_is_spelt(server, first, second):
    join(server, person(mail=first))
    answer = register(server, person(mail=second))
    assert_refused(answer, 409, "'mail'")
    assert second.strip() not in answer.text


def test_a_mail_address_that_waits_for_its_confirmation_is_refused(server):
    token_for(server, person(mail="waits@mail.example"))
    assert_refused(register(server, person(mail="waits@mail.example")), 409, "'mail'")


def test_one_of_two_requests_for_a_mail_address_at_once_wins(server):
    requests = [server.begin("POST", BASE, encode(person(mail="both@mail.example"))) for _ in range(4)]
    assert sorted(request.answer().status for request in requests) == [200, 409, 409, 409]


def test_hosts_do_not_share_names_and_addresses(server):
    fields = person()
    join(server, fields)
    assert register(server, fields, host="throttled.localhost").status == 200


# 413


@pytest.mark.parametrize("headers", [{}, JSON], ids=["base64", "json"])
@pytest.mark.parametrize("byte", [b"A", b" ", b"[", b"{", b"\x00", b"\xff", b"\n"], ids=repr)
def test_a_mebibyte_of_anything_is_refused(server, byte, headers):
    before = stored_files(server)
    assert_refused(register_raw(server, byte * 1024 * 1024, headers), 413, "too large")
    assert stored_files(server) == before


# 500


def test_when_nothing_can_be_stored_nothing_is_registered(start_server):
    server = start_server(options())
    server.expected_errors = ["Could not store the registration", r"datamanager", r"storage"]
    # A file where the folder of a store must go.
    store = server.data / "localhost" / "register_json_pending"
    assert not store.exists()
    store.parent.mkdir(parents=True, exist_ok=True)
    store.write_text("in the way")
    fields = person()
    assert_refused(register(server, fields), 500, "Nothing was registered")

    # Neither the name nor the mail address is held afterwards.
    store.unlink()
    assert is_success(confirm(server, token_for(server, fields)))


# 503


def test_an_address_that_comes_again_too_soon_has_to_wait(server):
    throttled = {"host": "throttled.localhost"}
    assert register(server, person(ip="192.0.2.77"), **throttled).status == 200
    answer = register(server, person(ip="::ffff:192.0.2.77"), **throttled)
    assert_refused(answer, 503, "'ip'")
    assert answer.headers["retry-after"] == "3600"
    assert register(server, person(ip="192.0.2.78"), **throttled).status == 200


@pytest.mark.parametrize("ip", ["198.18.0.1", "198.19.255.255", "::ffff:198.18.0.1", "2001:db8:1::5"])
def test_addresses_of_the_operators_choice_need_not_wait(server, ip):
    for _ in range(3):
        assert register(server, person(ip=ip), host="throttled.localhost").status == 200


def test_a_busy_server_says_when_to_come_again(start_server):
    # One worker, kept busy by a confirmation for much longer than requests take, and one job that may wait.
    server = start_server(options(frontdoor_workers=1, frontdoor_queue=1, default_iteration_count=5_000_000))
    long_job = begin_confirm(server, token_for(server))
    people = [person() for _ in range(8)]
    requests = [server.begin("POST", BASE, encode(fields)) for fields in people]
    answers = [request.answer() for request in requests]
    refused = [answer for answer in answers if answer.status != 200]
    assert refused
    for answer in refused:
        assert_refused(answer, 503, "busy")
        assert answer.headers["retry-after"] == "5"
    assert is_success(long_job.answer())
    # Neither their names nor their mail addresses are held.
    for fields, answer in zip(people, answers):
        assert register(server, fields).status == (401 if answer.status == 200 else 200)


# Configuration


@pytest.mark.parametrize(
    "option, value, complaint",
    [
        ("reg_servlet_auth_token", None, "reg_servlet_auth_token"),
        ("reg_servlet_auth_token", "", "reg_servlet_auth_token"),
        ("reg_servlet_auth_token", ["good", ""], "reg_servlet_auth_token"),
        ("reg_servlet_bl", ["192.0.2.0/33"], "reg_servlet_bl"),
        ("reg_servlet_wl", ["somewhere"], "reg_servlet_wl"),
        ("reg_servlet_filtered_mails", ["[a"], "reg_servlet_filtered_mails"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(broken_configurations, option, value, complaint):
    host = broken_configurations.host_with[option, repr(value)]
    assert register(broken_configurations.server, host=host).status == 404
    errors = [
        line
        for line in broken_configurations.server.log().splitlines()
        if "\terror\t" in line and host in line and complaint in line
    ]
    assert errors


class BrokenConfigurations:
    """One server, one host for each option that makes no sense."""

    CASES = [
        ("reg_servlet_auth_token", None),
        ("reg_servlet_auth_token", ""),
        ("reg_servlet_auth_token", ["good", ""]),
        ("reg_servlet_bl", ["192.0.2.0/33"]),
        ("reg_servlet_wl", ["somewhere"]),
        ("reg_servlet_filtered_mails", ["[a"]),
    ]

    def __init__(self, start_server):
        hosts, self.host_with = {}, {}
        for number, (option, value) in enumerate(self.CASES):
            host = f"broken{number}.localhost"
            self.host_with[option, repr(value)] = host
            hosts[host] = {
                "modules_enabled": ["register_json"],
                "reg_servlet_auth_token": AUTH_TOKEN,
                option: value,
            }
        self.server = start_server({"reg_servlet_secure": False}, hosts)
        self.server.expected_errors = ["reg_servlet_", "Error initializing module"]


@pytest.fixture(scope="module")
def broken_configurations(start_server):
    return BrokenConfigurations(start_server)
