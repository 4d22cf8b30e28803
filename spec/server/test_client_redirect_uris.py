"""mod_http_oauth2: where people may be sent back to (RFC 6749 §3.1.2, RFC 8252 §7, §8, RFC 9700 §2.1)."""

import pytest

from oauth import DEVICE_GRANT, OUT_OF_BAND, assert_refused, content, native, options, post, register, web

HOME = "https://app.example.com/"


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options())


def ask(server, uri, application_type, **changes):
    return post(server, web(redirect_uris=[uri], application_type=application_type, **changes))


def assert_good(server, uri, application_type, **changes):
    said = content(ask(server, uri, application_type, **changes), 201)
    assert (said["redirect_uris"], said["application_type"]) == ([uri], application_type)


def assert_bad(server, uri, *types, **changes):
    for application_type in types or ("web", "native"):
        answer = ask(server, uri, application_type, **changes)
        said = assert_refused(answer, "invalid_redirect_uri", "/redirect_uris/0")
        assert "redirect_uris[0]" in said["error_description"]


# Web


@pytest.mark.parametrize(
    "uri",
    [
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com/redirect",
        "https://app.example.com/a//b/",
        "https://app.example.com/a.b/..c/d../...",
        "https://app.example.com?x=1",
        "https://app.example.com/?x=1&y=%20&z='a'",
        "https://app.example.com/caf%C3%A9",
        "https://app.example.com/%7Euser/%2F",
        "https://app.example.com:443/redirect",
        "https://app.example.com:8443/redirect",
        "https://app.example.com/redirect?next=https://app.example.com/",
        "https://app.example.com/@user",
        "https://app.example.com/(a);b=c,d!$+",
        "https://app.example.com/" + "a" * 1000,
    ],
)
def test_of_the_clients_website(server, uri):
    assert_good(server, uri, "web")
    assert_bad(server, uri, "native")


@pytest.mark.parametrize(
    "home, uri",
    [
        ("https://app.example.com:8443/about", "https://app.example.com/redirect"),
        ("https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/redirect"),
        ("https://192.0.2.1/", "https://192.0.2.1/redirect"),
        ("https://[2001:db8::1]/", "https://[2001:db8::1]:8443/redirect"),
        ("https://intranet/", "https://intranet/redirect"),
    ],
)
def test_the_host_is_that_of_client_uri(server, home, uri):
    assert_good(server, uri, "web", client_uri=home)
    assert_bad(server, "https://app.example.net/", "web", client_uri=home)


@pytest.mark.parametrize(
    "uri",
    [
        "http://app.example.com/",
        "http://app.example.com:443/",
        "https://example.com/",
        "https://com/",
        "https://www.app.example.com/",
        "https://evilapp.example.com/",
        "https://app.example.co/",
        "https://app.example.comm/",
        "https://app-example.com/",
        "https://app.example.com.evil.example/",
        "https://evil.example/https://app.example.com/",
        "https://evil.example/@app.example.com/",
        "https://evil.example?@app.example.com/",
        "https://evil.example?app.example.com",
        "https://evil.example:443/",
        "https://localhost/",
        "https://127.0.0.1/",
        "https://[::1]/",
    ],
)
def test_another_host_or_no_tls(server, uri):
    assert_bad(server, uri)


# Native


@pytest.mark.parametrize(
    "uri",
    [
        "http://127.0.0.1",
        "http://127.0.0.1/",
        "http://127.0.0.1/redirect?x=y",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:80/",
        "http://127.0.0.1:8080/redirect",
        "http://127.0.0.1:65535/",
        "http://[::1]",
        "http://[::1]/redirect",
        "http://[::1]:8080/redirect",
        "http://localhost",
        "http://localhost/redirect",
        "http://localhost:8080/redirect",
        "com.example.app:/redirect",
        "com.example.app:/",
        "com.example.app:redirect",
        "com.example.app://redirect",
        "com.example.app://redirect/?x=y",
        "com.example.app:///redirect",
        "com.example.my-app+2:/redirect",
        OUT_OF_BAND,
    ],
)
def test_of_an_app(server, uri):
    assert_good(server, uri, "native")
    assert_bad(server, uri, "web")


@pytest.mark.parametrize(
    "uri",
    [
        "https://localhost/",
        "https://127.0.0.1/",
        "http://127.0.0.2/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::2]/",
        "http://192.168.0.1/",
        "http://app.example.com/",
        "http://localhost.evil.example/",
        "http://evil.localhost/",
        "http://localhost.localdomain/",
        "http://localhostevil/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1.nip.io/",
        "http://evil.example/127.0.0.1",
        "http://evil.example?localhost",
        # The same address in other spellings
        "http://127.1/",
        "http://127.0.1/",
        "http://127.0.0.01/",
        "http://127.0.0.1./",
        "http://0177.0.0.1/",
        "http://0x7f.0.0.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://017700000001/",
        "http://%31%32%37.0.0.1/",
        "http://\uff11\uff12\uff17.0.0.1/",
        "http://127\u30020.0.1/",
        "http://[0:0:0:0:0:0:0:1]/",
        "http://[0000::1]/",
        "http://[::0001]/",
        "http://[::1%25lo]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://::1/",
        "http://LOCALHOST/",
        "http://Localhost/",
        "http://localhost./",
        "http://local%68ost/",
        "http://\u24dbocalhost/",
    ],
    ids=ascii,
)
def test_what_is_not_this_device(server, uri):
    assert_bad(server, uri)


@pytest.mark.parametrize(
    "uri",
    [
        "app:/redirect",
        "example:/redirect",
        "com-example-app:/redirect",
        "xmpp:anna@example.org",
        "mailto:anna@example.org",
        "tel:1",
        "urn:app.example.com",
        "urn:ietf:wg:oauth:2.0:oob:auto",
        "urn:ietf:wg:oauth:2.0:oob?x",
        "urn:ietf:wg:oauth:2.0:OOB",
        "URN:ietf:wg:oauth:2.0:oob",
        "urn:ietf:wg:oauth:2.0:%6Fob",
        DEVICE_GRANT,
        "COM.example.app:/redirect",
        "com.Example.app:/redirect",
    ],
)
def test_rfc8252_8_4_schemes_that_anybody_might_have(server, uri):
    assert_bad(server, uri)


# Everybody's rules

SCHEMES = [
    "javascript:alert(1)",
    "vbscript:x",
    "data:text/html,x",
    "file:///etc/passwd",
    "blob:https://app.example.com/0",
]
SCHEMES += [
    "about:blank",
    "intent://app.example.com/",
    "view-source:https://app.example.com/",
    "ws://127.0.0.1/",
]
SCHEMES += [
    "ftp://127.0.0.1/",
    "filesystem:https://app.example.com/x",
    "chrome://settings/",
    "javascript://127.0.0.1/%0aalert(1)",
]


def spellings(uri):
    scheme, _, rest = uri.partition(":")
    first, others = scheme[0], scheme[1:]
    return [
        uri,
        f"{scheme.upper()}:{rest}",
        f"{scheme.title()}:{rest}",
        f" {uri}",
        f"\t{uri}",
        f"\n{uri}",
        f"\0{uri}",
        f"\x01{uri}",
        f"\ufeff{uri}",
        f"\u00a0{uri}",
        f"{first}\t{others}:{rest}",
        f"{first}\n{others}:{rest}",
        f"{first}\0{others}:{rest}",
        f"{first}\u200b{others}:{rest}",
        f"{scheme} :{rest}",
        f"{scheme}\t:{rest}",
        f"{scheme}\uff1a{rest}",
        f"{scheme}%3a{rest}",
        f"%{ord(first):02x}{others}:{rest}",
        f"&#x{ord(first):x};{others}:{rest}",
        f"url:{uri}",
        f"//{uri}",
        f"{uri}\n//app.example.com/",
        f"{uri}#com.example.app:/",
    ]


@pytest.mark.parametrize("uri", SCHEMES)
def test_schemes_that_do_something_in_any_spelling(server, uri):
    for spelling in spellings(uri):
        assert_bad(server, spelling)


GOOD = {
    "web": "https://app.example.com/redirect",
    "native": "com.example.app:/redirect",
    "loopback": "http://127.0.0.1:8080/redirect",
}


@pytest.mark.parametrize(
    "uri", [*GOOD.values(), "https://app.example.com", "https://app.example.com/?x=1", OUT_OF_BAND]
)
@pytest.mark.parametrize("fragment", ["#", "#x", "#/", "?#", "?x#y"])
def test_rfc6749_3_1_2_a_fragment(server, uri, fragment):
    assert_bad(server, uri + fragment)


@pytest.mark.parametrize(
    "uri",
    [
        "https://anna@app.example.com/",
        "https://anna:secret@app.example.com/",
        "https://:secret@app.example.com/",
        "https://@app.example.com/",
        "https://:@app.example.com/",
        "https://app.example.com@evil.example/",
        "https://app.example.com:443@evil.example/",
        "https://app.example.com%2F@evil.example/",
        "https://app.example.com%40evil.example/",
        "http://anna@127.0.0.1/",
        "http://127.0.0.1@evil.example/",
        "http://localhost:8080@evil.example/",
        "http://@localhost/",
        "com.example.app://anna@redirect/",
    ],
)
def test_somebody_before_the_host(server, uri):
    assert_bad(server, uri)


OF_THE_ANSWER = ["code", "state=x", "a=b&iss=x", "error=x", "error_description=x", "error_uri=x", "%73tate=x"]


@pytest.mark.parametrize("query", OF_THE_ANSWER)
def test_s3_1_a_parameter_of_the_answer(server, query):
    assert_bad(server, f"https://app.example.com/?{query}", "web")
    assert_bad(server, f"com.example.app:/redirect?{query}", "native")


@pytest.mark.parametrize(
    "uri",
    [
        "*",
        "https://*",
        "https://*/",
        "https://*.example.com/",
        "https://app.example.*/",
        "https://app.example.com:*/",
        "https://app.example.com/*",
        "https://app.example.com/a*b",
        "https://app.example.com/?x=*",
        "http://127.0.0.1:*/redirect",
        "http://localhost/*",
        "com.example.app:/*",
        "com.example.*:/",
        "*://app.example.com/",
    ],
)
def test_a_wildcard(server, uri):
    assert_bad(server, uri)


@pytest.mark.parametrize(
    "uri",
    [
        "https:\\\\app.example.com\\",
        "https:/\\app.example.com/",
        "https://app.example.com\\@evil.example/",
        "https://evil.example\\@app.example.com/",
        "https://app.example.com\\.evil.example/",
        "https://app.example.com/a\\b",
        "https://app.example.com/a\\..\\b",
        "http://127.0.0.1\\@evil.example/",
        "com.example.app:\\redirect",
    ],
)
def test_a_backslash(server, uri):
    assert_bad(server, uri)


@pytest.mark.parametrize(
    "character",
    [
        "\0",
        "\x01",
        "\t",
        "\n",
        "\r",
        "\x1b",
        "\x7f",
        " ",
        '"',
        "<",
        ">",
        "^",
        "`",
        "{",
        "|",
        "}",
        "\u0080",
        "\u00a0",
        "\u00e9",
        "\u200b",
        "\u2028",
        "\u202e",
        "\uff0f",
        "\ufeff",
        "\U0001f680",
    ],
    ids=ascii,
)
@pytest.mark.parametrize("uri", GOOD.values(), ids=GOOD)
def test_a_character_that_no_uri_has(server, uri, character):
    place = uri.index("redirect")
    for bad in [
        character + uri,
        uri + character,
        uri[:place] + character + uri[place:],
        f"{uri}?{character}",
        uri[:2] + character + uri[2:],
    ]:
        assert_bad(server, bad)


@pytest.mark.parametrize(
    "encoded", ["%", "%4", "%zz", "%%41", "%u0041", "%00", "%0a", "%0D", "%09", "%1b", "%7f", "%c2%80"]
)
@pytest.mark.parametrize("uri", GOOD.values(), ids=GOOD)
def test_bad_percent_encoding_and_encoded_control_characters(server, uri, encoded):
    assert_bad(server, uri + encoded)
    assert_bad(server, f"{uri}?x={encoded}")


@pytest.mark.parametrize(
    "path",
    [
        "/.",
        "/..",
        "/./x",
        "/../x",
        "/a/./b",
        "/a/../b",
        "/a/..",
        "/a/.",
        "/%2e/x",
        "/%2E%2e/x",
        "/.%2e/x",
        "/a/%2e%2E/b",
        "/..?x",
        "/a/../../../b",
    ],
)
def test_segments_that_change_the_path(server, path):
    assert_bad(server, f"https://app.example.com{path}")
    assert_bad(server, f"http://127.0.0.1{path}")


@pytest.mark.parametrize(
    "host",
    [
        "APP.example.com",
        "app.Example.com",
        "app.example.com.",
        "app..example.com",
        ".app.example.com",
        "app%2eexample.com",
        "app%2Eexample%2Ecom",
        "%61pp.example.com",
        "app\u3002example.com",
        "app\uff0eexample.com",
        "\uff41pp.example.com",
        "app.ex\u00adample.com",
        "app.ex\u200dample.com",
        "\u0430pp.example.com",
        "xn--pp-6kc.example.com",
        "app_.example.com,evil.example",
        "app.example.com;evil.example",
        "app.example.com&evil.example",
        "app.example.com!evil.example",
        "app.example.com'",
        "app.example.com%00.evil.example",
        "app.example.com%23.evil.example",
        "app.example.com%2f.evil.example",
        "[app.example.com]",
        "",
    ],
    ids=ascii,
)
def test_a_host_that_is_written_otherwise(server, host):
    assert_bad(server, f"https://{host}/redirect")


@pytest.mark.parametrize(
    "host",
    [
        "b\u00fccher.example",
        "B\u00fccher.example",
        "XN--bcher-kva.example",
        "xn--Bcher-kva.example",
        "xn--bcher-kva8445foa.example",
        "xn--.example",
        "xn--a.example",
        "xn--pypal-4ve.example",
        "xn--80ak6aa92e-.example",
        "-app.example",
        "app-.example",
        "a" * 64 + ".example",
        ".".join(["a" * 60] * 5),
        "app_underscore.example",
    ],
    ids=lambda host: ascii(host)[:30],
)
def test_a_host_that_is_no_name_or_mixes_scripts(server, host):
    # Neither for web pages, nor for the client's own.
    answer = ask(server, f"https://{host}/redirect", "web", client_uri=f"https://{host}/")
    assert answer.status == 400
    assert "/client_uri" in [problem["instanceLocation"] for problem in content(answer, 400)["errors"]]


@pytest.mark.parametrize(
    "port",
    [
        "",
        "0",
        "00",
        "080",
        "0443",
        "65536",
        "99999999999",
        "-1",
        "+80",
        "8 0",
        "80a",
        "a",
        "%38",
        "443:443",
        "\u0664",
    ],
    ids=ascii,
)
def test_a_port_that_is_none(server, port):
    assert_bad(server, f"https://app.example.com:{port}/")
    assert_bad(server, f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "uri",
    [
        "",
        " ",
        "/",
        "/redirect",
        "redirect",
        "?x",
        "app.example.com",
        "app.example.com/redirect",
        "//app.example.com/redirect",
        "///app.example.com/redirect",
        ":",
        "://app.example.com/",
        "https",
        "https:",
        "https:/",
        "https://",
        "https:///",
        "https:app.example.com/redirect",
        "https:/app.example.com/redirect",
        "https:///app.example.com/redirect",
        "https:////app.example.com/redirect",
        "http:127.0.0.1",
        "http:/127.0.0.1/",
        "http:///127.0.0.1/",
        "https//app.example.com/",
        "https;//app.example.com/",
        "1com.example.app:/",
        ".com.example:/",
        "com.example_app:/",
        "null",
    ],
)
def test_what_is_no_uri(server, uri):
    assert_bad(server, uri)


# Lists


def test_several_of_one_kind(server):
    uris = ["https://app.example.com/a", "https://app.example.com/b", "https://app.example.com:8443/a?b"]
    assert register(server, web(redirect_uris=uris)).said["redirect_uris"] == uris
    uris = ["com.example.app:/a", "http://127.0.0.1/a", "http://[::1]/a", "http://localhost/a", OUT_OF_BAND]
    assert register(server, native(redirect_uris=uris)).said["redirect_uris"] == uris


def test_one_bad_one_spoils_them_all(server):
    uris = [
        "https://app.example.com/a",
        "https://evil.example/",
        "https://app.example.com/b",
        "https://app.example.com/#",
    ]
    assert_refused(
        post(server, web(redirect_uris=uris)), "invalid_redirect_uri", "/redirect_uris/1", "/redirect_uris/3"
    )


def test_each_reason_is_told(server):
    reasons = {
        "https://app.example.com/#x": "fragment",
        "https://app.example.com/*": "wildcard",
        "https://app.example.com/?state=x": "parameter of the answer",
        "https://evil.example/": "host of client_uri",
        "https://anna@app.example.com/": "user name",
        "https://app.example.com/a/../b": "segments",
        "https://app.example.com/%zz": "%",
        "https://app.example.com:0/": "port",
        "https://APP.example.com/": "lower-case",
        "app.example.com": "absolute",
    }
    answer = post(server, web(redirect_uris=list(reasons)))
    said = assert_refused(
        answer, "invalid_redirect_uri", *(f"/redirect_uris/{at}" for at in range(len(reasons)))
    )
    for problem, reason in zip(said["errors"], reasons.values(), strict=True):
        assert reason in problem["error"], (problem, reason)


def test_they_are_checked_also_where_no_grant_needs_them(server):
    body = web(grant_types=[DEVICE_GRANT], response_types=[], redirect_uris=["javascript:alert(1)"])
    assert_refused(post(server, body), "invalid_redirect_uri", "/redirect_uris/0")
