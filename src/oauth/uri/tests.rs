use super::*;
use proptest::prelude::*;
use regex::Regex;
use std::sync::LazyLock;

/// RFC 3986, appendix B.
static PARTS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?").unwrap());

#[track_caller]
fn refused(expected: BadUri, texts: &[&str]) {
    for text in texts {
        assert_eq!(Uri::parse(text).err(), Some(expected), "{text:?}");
    }
}

#[track_caller]
fn accepted(texts: &[&str]) {
    for text in texts {
        let uri = Uri::parse(text).unwrap_or_else(|bad| panic!("{text:?} {bad}"));
        assert_eq!(uri.as_str(), *text);
        assert_eq!(format!("{}{}", uri.origin(), uri.from_path()), *text);
    }
}

/// The characters up to U+00FF with which `make` makes a URI.
fn accepted_characters(make: impl Fn(char) -> String) -> String {
    (0..=255).map(char::from).filter(|c| Uri::parse(&make(*c)).is_ok()).collect()
}

#[test]
fn rfc3986_3_parts() {
    let uri = Uri::parse("https://app.example.com:8443/a/b?c=d#e").unwrap();
    assert_eq!((uri.scheme(), uri.host(), uri.port()), ("https", Some("app.example.com"), Some(8443)));
    assert_eq!((uri.origin(), uri.from_path()), ("https://app.example.com:8443", "/a/b?c=d#e"));
    assert!(uri.has_fragment());

    let uri = Uri::parse("com.example.app:callback?c").unwrap();
    assert_eq!((uri.scheme(), uri.host(), uri.port()), ("com.example.app", None, None));
    assert_eq!((uri.origin(), uri.from_path()), ("com.example.app:", "callback?c"));
    assert!(!uri.has_fragment());

    let uri = Uri::parse("http://[::1]:80").unwrap();
    assert_eq!((uri.host(), uri.port()), (Some("[::1]"), None));
    assert_eq!((uri.origin(), uri.from_path()), ("http://[::1]:80", ""));
}

#[test]
fn what_is_read_as_it_is_written() {
    accepted(&[
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com?x=1",
        "https://app.example.com#x",
        "https://app.example.com:443",
        "https://app.example.com:443/a",
        "https://app.example.com:443?x",
        "https://app.example.com:8443#x",
        "https://app.example.com:1/",
        "https://app.example.com:65535/",
        "https://app.example.com:80/",
        "http://app.example.com:80/",
        "http://app.example.com:443/",
        "https://app.example.com//",
        "https://app.example.com/a//b/",
        "https://app.example.com/.../.a/a./..b/b..",
        "https://app.example.com/%C3%A9%2F%252e%7E%20",
        "https://app.example.com/?a='b'&c=(d)!*;$,+[]@:/?",
        "https://app.example.com/?next=../../x",
        "https://app.example.com/a@b:c",
        "https://evil.example/https://app.example.com",
        "https://app.example.com/#",
        "https://app.example.com/?#",
        "https://app.example.com.evil.example/",
        "https://localhost/",
        "https://a/",
        "https://1.example/",
        "https://r3---sn-x.example/",
        "https://192.0.2.1/",
        "https://[2001:db8::1]:8443/",
        "https://[::ffff:7f00:1]/",
        "http://127.0.0.1:8080/callback",
        "com.example.app:/callback",
        "com.example.app:///callback",
        "com.example.app://callback",
        "com.example.app://OAuth.Callback:8080/x",
        "com.example.app:callback",
        "com.example.app:",
        "com.example.app:?x",
        "com.example.app:////x",
        "a+b-c.9:/",
        "urn:ietf:wg:oauth:2.0:oob",
        "mailto:anna@example.org",
        "xmpp:anna@example.org?message;body=hi",
    ]);
}

#[test]
fn empty() {
    refused(BadUri::Empty, &[""]);
}

#[test]
fn rfc3986_4_3_no_scheme() {
    refused(
        BadUri::NotAbsolute,
        &[
            "//app.example.com/",
            "/callback",
            "app.example.com",
            "app.example.com/callback",
            "?x",
            "#x",
            ":",
            "://app.example.com/",
            "1https://app.example.com/",
            "-a.b:/",
            ".a:/",
            "ht~tps://app.example.com/",
            "ht%74ps://app.example.com/",
            "a_b.c:/",
            "%20https://app.example.com/",
        ],
    );
}

#[test]
fn rfc3986_2_characters() {
    refused(
        BadUri::Character,
        &[
            " ",
            " https://app.example.com/",
            "https://app.example.com/ ",
            "https://app.example.com/a b",
            "https://app .example.com/",
            "\thttps://app.example.com/",
            "ht\ntps://app.example.com/",
            "https://app.exam\rple.com/",
            "\0https://app.example.com/",
            "https://app.example.com/\u{7f}",
            "https://app.example.com\\@evil.example",
            "https:\\\\app.example.com\\",
            "https://app.example.com/a\\b",
            "https://app.example.com/\"",
            "https://app.example.com/<script>",
            "https://app.example.com/{id}",
            "https://app.example.com/a|b^c`d",
            "https://app.example.com/?a b",
            "https://app.example.com/#a b",
            "https://[fe80::1%eth0 ]/",
        ],
    );
    refused(
        BadUri::NotAscii,
        &[
            "https://аpp.example.com/",
            "https://bücher.example/",
            "https://app。example。com/",
            "https://app.example.com／evil/",
            "https://app.example.com/é",
            "https://app.example.com/?é",
            "https://app.example.com/\u{202e}",
            "\u{feff}https://app.example.com/",
            "\u{a0}https://app.example.com/",
            "ｈttps://app.example.com/",
            "https：//app.example.com/",
            "https://a\u{ad}pp.example.com/",
            "https://app\u{200b}.example.com/",
            "https://app.example.com\u{ff03}/",
        ],
    );
}

#[test]
fn rfc3986_2_every_character_at_every_place() {
    let pchar = "!$&'()*+,-.0123456789:;=@ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
    // Brackets are of RFC 3986's characters, and no parser minds them here.
    let in_path = accepted_characters(|c| format!("https://app.example.com/a{c}b"));
    let expected: String = (' '..='~').filter(|c| pchar.contains(*c) || "/?#[]".contains(*c)).collect();
    assert_eq!(in_path, expected);
    assert_eq!(accepted_characters(|c| format!("https://app.example.com/?a{c}b")), expected);
    assert_eq!(accepted_characters(|c| format!("https://app.example.com/#a{c}b")), expected);
    assert_eq!(accepted_characters(|c| format!("com.example.app:a{c}b")), expected);

    let letters = "abcdefghijklmnopqrstuvwxyz";
    let in_host = accepted_characters(|c| format!("https://ap{c}p.example.com/"));
    assert_eq!(in_host, format!("#-./0123456789?{letters}"));
    let before_host = accepted_characters(|c| format!("https://{c}app.example.com/"));
    assert_eq!(before_host, format!("0123456789{letters}"));
    let behind_host = accepted_characters(|c| format!("https://app.example.com{c}/"));
    assert_eq!(behind_host, format!("#/0123456789?{letters}"));
    let in_scheme = accepted_characters(|c| format!("ht{c}tp://app.example.com/"));
    assert_eq!(in_scheme, format!("+-.0123456789:{letters}"));
    assert_eq!(accepted_characters(|c| format!("{c}http://app.example.com/")), letters);
    assert_eq!(accepted_characters(|c| format!("https://app.example.com:{c}/")), "123456789");
    assert_eq!(accepted_characters(|c| format!("https://app.example.com:8{c}3/")), "#/0123456789?");
    assert_eq!(accepted_characters(|c| format!("https:{c}//app.example.com/")), "");
    assert_eq!(accepted_characters(|c| format!("https:/{c}app.example.com/")), "/");
}

#[test]
fn rfc3986_2_1_percent_encoding() {
    refused(
        BadUri::PercentEncoding,
        &[
            "https://app.example.com/%",
            "https://app.example.com/%4",
            "https://app.example.com/%%41",
            "https://app.example.com/%4g",
            "https://app.example.com/%g4",
            "https://app.example.com/%41%",
            "https://app.example.com/%+1",
            "https://app.example.com/%u0041",
            "https://app.example.com/?%",
            "https://app.example.com/#%",
            "https://app.example.com%",
            "http://[::1%eth0]/",
        ],
    );
    refused(
        BadUri::ControlCharacter,
        &[
            "https://app.example.com/%00",
            "https://app.example.com/a%0d%0aSet-Cookie:%20x=y",
            "https://app.example.com/a%0D",
            "https://app.example.com/?x=%09",
            "https://app.example.com/?x=%7F",
            "https://app.example.com/#%1f",
            "https://app.example.com/%C2%85",
            "https://app.example.com%00.evil.example/",
            "https%0a://app.example.com/",
        ],
    );
    let hexdigits = "23456789ABCDEFabcdef";
    assert_eq!(accepted_characters(|c| format!("https://app.example.com/%{c}1")), hexdigits);
    assert_eq!(accepted_characters(|c| format!("https://app.example.com/%4{c}")), format!("01{hexdigits}"));
}

#[test]
fn rfc3986_3_1_a_scheme_is_in_lower_case() {
    refused(
        BadUri::Scheme,
        &[
            "HTTPS://app.example.com/",
            "Https://app.example.com/",
            "httpS://app.example.com/",
            "Com.example.app:/",
            "JavaScript:alert(1)",
            "URN:ietf:wg:oauth:2.0:oob",
        ],
    );
}

#[test]
fn rfc3986_3_2_1_user_information() {
    refused(
        BadUri::UserInfo,
        &[
            "https://anna@app.example.com/",
            "https://anna:secret@app.example.com/",
            "https://:secret@app.example.com/",
            "https://anna:@app.example.com/",
            "https://@app.example.com/",
            "https://:@app.example.com/",
            "https://app.example.com@evil.example/",
            "https://app.example.com:443@evil",
            "https://app.example.com%40@evil.example/",
            "https://app.example.com%2f@evil.example",
            "https://app.example.com&x=@evil.example/",
            "https://a@b@evil.example/",
            "http://127.0.0.1@evil.example/",
            "com.example.app://anna@host/",
            "com.example.app://@host/",
        ],
    );
}

#[test]
fn rfc3986_3_2_no_host() {
    refused(
        BadUri::NoHost,
        &[
            "https:",
            "https://",
            "https:///",
            "https://?x",
            "https://#",
            "https://:443/",
            "https:app.example.com/",
            "https:/app.example.com/",
            "http:127.0.0.1/",
            "https://anna@/",
            "http://::1/",
            "com.example.app://:80/",
        ],
    );
}

#[test]
fn rfc3986_3_2_2_hosts() {
    let long_label = format!("https://{}.example/", "a".repeat(64));
    let long_name = format!("https://{}example/", "a.".repeat(124));
    refused(
        BadUri::Host,
        &[
            "https:///app.example.com/",
            "https:////app.example.com/",
            "https://APP.example.com/",
            "https://app.example.COM/",
            "https://app%2eexample.com/",
            "https://app.example.com%2eevil.example/",
            "https://%61pp.example.com/",
            "https://app.example.com%23.evil.example/",
            "https://app.example.com./",
            "https://app.example.com..",
            "https://app..example.com/",
            "https://.app.example.com/",
            "https://./",
            "https://app.example.com,evil.example/",
            "https://app.example.com;evil.example/",
            "https://app.example.com&evil.example/",
            "https://app.example.com=evil.example/",
            "https://app_1.example.com/",
            "https://a'b.example/",
            "https://*.example.com/",
            "https://-app.example.com/",
            "https://app-.example.com/",
            "http://127.1/",
            "http://127.0.1/",
            "http://127.0.0.1./",
            "http://127.0.0.01/",
            "http://0177.0.0.1/",
            "http://0x7f000001/",
            "http://0x7f.1/",
            "http://2130706433/",
            "http://017700000001/",
            "http://256.0.0.1/",
            "http://1.2.3.4.5/",
            "http://127.0.0.0x1/",
            "http://127.0.0.1%2e/",
            "http://[0:0:0:0:0:0:0:1]/",
            "http://[::01]/",
            "http://[0::1]/",
            "http://[::ABCD]/",
            "http://[::127.0.0.1]/",
            "http://[::ffff:127.0.0.1]/",
            "http://[::1%25eth0]/",
            "http://[fe80::1%251]/",
            "http://[::1/",
            "http://[]/",
            "http://[127.0.0.1]/",
            "http://[v1.x]/",
            "http://[::1]x/",
            "http://x[::1]/",
            "com.example.app://[0:0::1]/",
            "com.example.app://a[b/",
            &long_label,
            &long_name,
        ],
    );
}

#[test]
fn rfc5890_2_3_2_1_a_labels() {
    accepted(&[
        "https://xn--bcher-kva.example/",
        "https://my-shop.xn--bcher-kva.example/",
        "https://xn--fiqs8s/",
        "https://xn--strae-oqa.example/",
        "https://xn--80ak6aa92e.example/",
    ]);
    refused(
        BadUri::Host,
        &[
            "https://xn--/",
            "https://xn--.example/",
            "https://xn--a.example/",
            "https://xn--a-.example/",
            "https://xn--app-.example/",
            "https://xn--99999999.example/",
            "https://xn--BCHER-KVA.example/",
            "https://XN--bcher-kva.example/",
            "https://xn--Bcher-kva.example/",
            "https://xn--bcher-2pa.example/",  // bÜcher, which mapping lowers
            "https://xn--bucher-xyd.example/", // bücher, decomposed
            "https://xn--app-gfa.example/",    // a soft hyphen
            "https://xn--app-5m0a.example/",   // a zero-width space
            "https://xn--appexample-ph3i.example/", // an ideographic full stop
            "https://xn--pp-bz3n.example/",    // a full-width a
        ],
    );
}

#[test]
fn uts39_5_2_labels_are_highly_restrictive() {
    let ascii = |name: &str| format!("https://{}/", idna::domain_to_ascii(name).unwrap());
    for one_script in [
        "bücher.example",
        "пример.example",
        "пример-2.example",
        "例え.テスト",
        "中文com.example",
        "한국a.example",
        "ελλάδα.gr",
    ] {
        accepted(&[&ascii(one_script)]);
    }
    for mixed in [
        "аpp.example.com", // Cyrillic а
        "app.exаmple.com", // Cyrillic а
        "gοοgle.example",  // Greek ο
        "appӏe.example",   // Cyrillic palochka
        "раураl.example",  // Latin l
        "my-пример.example",
        "αа.example", // Greek and Cyrillic
        "i❤.example",
        "ᴀpp.example",  // a phonetic letter
        "appꞌ.example", // a letter like an apostrophe
    ] {
        refused(BadUri::MixedScripts, &[&ascii(mixed)]);
    }
}

#[test]
fn rfc3986_3_2_3_ports() {
    refused(
        BadUri::Port,
        &[
            "https://app.example.com:/",
            "https://app.example.com:",
            "https://app.example.com:?x",
            "https://app.example.com:0/",
            "https://app.example.com:00/",
            "https://app.example.com:0443/",
            "https://app.example.com:08443/",
            "http://127.0.0.1:080/",
            "https://app.example.com:65536/",
            "http://localhost:99999/",
            "https://app.example.com:4294967739/",
            "https://app.example.com:-1/",
            "https://app.example.com:+443/",
            "https://app.example.com:443a/",
            "https://app.example.com:0x1bb/",
            "https://app.example.com:%34%34%33/",
            "https://app.example.com:443:443/",
            "https://app.example.com:443.evil.example/",
            "https://app.example.com::443/",
            "ftp://app.example.com:21/",
            "com.example.app://host:/",
            "com.example.app://host:080/",
        ],
    );
}

#[test]
fn rfc3986_3_3_paths() {
    refused(
        BadUri::Path,
        &[
            "https://app.example.com/.",
            "https://app.example.com/..",
            "https://app.example.com/./",
            "https://app.example.com/../",
            "https://app.example.com/a/../b",
            "https://app.example.com/a/./b",
            "https://app.example.com/a/..",
            "https://app.example.com/a/.?x",
            "https://app.example.com/a/..#x",
            "https://app.example.com/a/%2e%2e/b",
            "https://app.example.com/a/%2E./b",
            "https://app.example.com/a/.%2e",
            "https://app.example.com/%2e",
            "https://app.example.com:443/a/../b",
            "com.example.app:/a/../b",
            "com.example.app:/./b",
            "com.example.app://host/a/%2e%2e/b",
            "com.example.app:/.//host/",
            "com.example.app:/..//host/",
        ],
    );
}

#[test]
fn clauses_do_not_repeat_the_value() {
    let text = "https://secret:word@app.example.com/";
    let clause = Uri::parse(text).unwrap_err().to_string();
    assert_eq!(clause, "has a user name or password");
    assert!(
        Uri::parse("https://é").unwrap_err().to_string().contains("write the host in its ASCII form (xn--)")
    );
}

#[test]
fn what_is_plainly_below() {
    let home = Uri::parse("https://app.example.com/about?x#y").unwrap();
    for rest in ["/", "/cb", "/a/b.html?next=/x", "//x", "/~a_b-c", "/a@b:c"] {
        assert!(home.has_plainly_below(&format!("https://app.example.com{rest}")), "{rest}");
    }
    for rest in [
        "",
        "?x",
        ":8443/",
        "@evil.example/",
        ".evil.example/",
        "/%2e",
        "/.",
        "/a/..",
        "/.a",
        "/#",
        "/*",
        "/\\",
        "/ä",
        "/ ",
    ] {
        assert!(!home.has_plainly_below(&format!("https://app.example.com{rest}")), "{rest}");
    }
    assert!(!home.has_plainly_below("http://app.example.com/"));
}

proptest! {
    #[test]
    fn what_is_plainly_below_is_a_uri_of_that_origin(port in "(:[1-9][0-9]{0,3})?", rest in "[/.?:@a-z%*#\\\\ -]{0,20}") {
        let origin = format!("https://app.example.com{port}");
        let text = format!("{origin}{rest}");
        if Uri::parse(&origin).unwrap().has_plainly_below(&text) {
            let uri = Uri::parse(&text).unwrap();
            prop_assert_eq!(uri.origin(), origin);
            prop_assert_eq!(uri.from_path(), rest);
            prop_assert!(!uri.has_fragment());
        }
    }
    #[test]
    fn any_text_is_read_or_not(text: String, tail in "[!-~]{0,40}") {
        let _ = Uri::parse(&text);
        for text in [format!("https://{text}"), format!("https://{tail}"), format!("com.example.app:{tail}")] {
            let _ = Uri::parse(&text);
        }
    }

    #[test]
    fn what_is_read_reads_the_same_again(text in "[a-z.]{1,5}:/{0,3}[A-Za-z0-9.:@%\\[\\]-]{0,12}[/?#.%a-f0-9']{0,12}") {
        if let Ok(uri) = Uri::parse(&text) {
            let again = Url::parse(&text).unwrap();
            prop_assert_eq!(uri.host(), again.host_str());
            prop_assert_eq!(uri.port(), again.port());
            let canonical = again.to_string();
            let canonical = Uri::parse(&canonical).unwrap();
            prop_assert_eq!(uri.host(), canonical.host());
            prop_assert!(uri.origin().starts_with(canonical.origin()));
        }
    }

    #[test]
    fn rfc3986_b_another_parser_reads_the_same(
        start in "(https?|com\\.example\\.app):/{0,3}",
        rest in "[!-~]{0,3}(app\\.example|127\\.0\\.0\\.1|\\[::1\\])?[!-~]{0,12}",
    ) {
        let text = start + &rest;
        if let Ok(uri) = Uri::parse(&text) {
            let parts = PARTS.captures(&text).unwrap();
            prop_assert_eq!(uri.scheme(), &parts[2]);
            prop_assert_eq!(uri.origin().len(), parts.get(5).unwrap().start());
            let authority = parts.get(4).map(|part| part.as_str());
            let port = authority.and_then(|part| part.strip_prefix(uri.host().unwrap_or_default()));
            prop_assert_eq!(authority.is_some(), port.is_some());
            prop_assert!(port.is_none_or(|port| port.is_empty() || port.starts_with(':')));
            prop_assert_eq!(uri.has_fragment(), parts.get(8).is_some());
        }
    }

    #[test]
    fn labels_of_any_letters_are_read_or_not(label in "\\PC{1,8}") {
        if let Ok(name) = idna::domain_to_ascii_strict(&format!("{label}.example")) {
            let text = format!("https://{name}/");
            if let Ok(uri) = Uri::parse(&text) {
                prop_assert_eq!(uri.host(), Some(name.as_str()));
            }
        }
    }
}
