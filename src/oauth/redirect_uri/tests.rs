use super::*;
use proptest::prelude::*;
use url::Url;

const HOST: &str = "app.example.com";

fn check_for(host: &str, uri: &str, application_type: ApplicationType) -> Result<(), BadRedirectUri> {
    check(uri, application_type, Some(&Uri::parse(&format!("https://{host}/about")).unwrap()))
}

fn web(uri: &str) -> Result<(), BadRedirectUri> {
    check_for(HOST, uri, ApplicationType::Web)
}

fn native(uri: &str) -> Result<(), BadRedirectUri> {
    check_for(HOST, uri, ApplicationType::Native)
}

/// What no browser may be sent to, in its plainest spelling.
const SCHEMES: &[&str] = &[
    "javascript:alert(1)",
    "javascript://app.example.com/alert(1)",
    "javascript://127.0.0.1/alert(1)",
    "javascript:/a.b",
    "vbscript:msgbox(1)",
    "livescript:x",
    "data:text/html,x",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data://app.example.com/x",
    "file:///etc/passwd",
    "file:/etc/passwd",
    "file://localhost/etc/passwd",
    "file://app.example.com/x",
    "blob:https://app.example.com/0",
    "blob:http://127.0.0.1/0",
    "filesystem:https://app.example.com/x",
    "about:blank",
    "about:srcdoc",
    "intent://app.example.com/",
    "intent:x",
    "ftp://app.example.com/",
    "ftp://127.0.0.1/",
    "ftps://app.example.com/",
    "sftp://app.example.com/",
    "ws://app.example.com/",
    "ws://127.0.0.1/",
    "wss://app.example.com/",
    "view-source:https://app.example.com/",
    "feed:https://app.example.com/",
    "jar:https://app.example.com!/",
    "chrome://settings/",
    "resource://app/",
    "moz-extension://app.example.com/",
    "chrome-extension://app.example.com/",
    "ms-settings:x",
    "search-ms:x",
    "ms-msdt:x",
    "mailto:anna@example.org",
    "tel:1",
    "sms:1",
    "ssh://app.example.com/",
    "git://app.example.com/",
    "smb://app.example.com/x",
    "ldap://app.example.com/",
    "gopher://app.example.com/",
    "dict://app.example.com/",
    "xmpp:anna@example.org",
    "app:/callback",
    "com-example-app:/callback",
    "httpss://app.example.com/",
    "shttp://app.example.com/",
    "h://app.example.com/",
    "urn:app.example.com",
];

#[test]
fn rfc7591_2_web() {
    for uri in [
        "https://app.example.com",
        "https://app.example.com/",
        "https://app.example.com/callback",
        "https://app.example.com/a//b/?x=1&y='2'",
        "https://app.example.com?x=1",
        "https://app.example.com:443/callback",
        "https://app.example.com:8443/callback",
        "https://app.example.com/callback?next=https://app.example.com/",
    ] {
        assert_eq!(web(uri), Ok(()), "{uri}");
        assert_eq!(native(uri), Err(BadRedirectUri::NotNative), "{uri}");
    }
    for host in ["[2001:db8::1]", "192.0.2.1", "xn--bcher-kva.example"] {
        assert_eq!(check_for(host, &format!("https://{host}/x"), ApplicationType::Web), Ok(()));
        assert_eq!(check_for(host, &format!("https://{host}:8443/%7E"), ApplicationType::Web), Ok(()));
    }
}

#[test]
fn web_is_https_and_the_host_of_client_uri() {
    for uri in [
        "http://app.example.com/",
        "http://app.example.com:443/",
        "https://example.com/",
        "https://www.app.example.com/",
        "https://evilapp.example.com/",
        "https://app.example.co/",
        "https://app-example.com/",
        "https://app.example.com.evil.example/",
        "https://evil.example/https://app.example.com",
        "https://evil.example/app.example.com",
        "https://evil.example/@app.example.com/",
        "https://evil.example?@app.example.com/",
        "https://evil.example:443/",
        "https://localhost/",
        "https://127.0.0.1/",
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "com.example.app:/callback",
        "com.example.app://app.example.com/",
        OUT_OF_BAND,
        DEVICE_CODE,
    ] {
        assert_eq!(web(uri), Err(BadRedirectUri::NotWeb), "{uri}");
    }
    for host in ["example.com", "app.example.co", "app.example.com.example", "xapp.example.com"] {
        let refused = Err(BadRedirectUri::NotWeb);
        assert_eq!(check_for(host, "https://app.example.com/", ApplicationType::Web), refused, "{host}");
    }
}

#[test]
fn rfc8252_7_native() {
    for uri in [
        "http://127.0.0.1",
        "http://127.0.0.1/",
        "http://127.0.0.1?x",
        "http://127.0.0.1:80/",
        "http://127.0.0.1:8080/callback",
        "http://127.0.0.1:65535/",
        "http://[::1]",
        "http://[::1]:8080/callback",
        "http://localhost",
        "http://localhost:8080/callback?x=y",
        "com.example.app:/callback",
        "com.example.app:/",
        "com.example.app:",
        "com.example.app:callback",
        "com.example.app://callback",
        "com.example.app://callback/?x=y",
        "com.example.app:///callback",
        "com.example.my-app+2:/callback",
        "a.b:/",
        OUT_OF_BAND,
    ] {
        assert_eq!(native(uri), Ok(()), "{uri}");
        assert!(is_native(uri), "{uri}");
        assert_eq!(web(uri), Err(BadRedirectUri::NotWeb), "{uri}");
    }
}

#[test]
fn rfc8252_7_what_is_not_native() {
    for uri in [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "http://app.example.com/",
        "http://127.0.0.2/",
        "http://128.0.0.1/",
        "http://0.0.0.0/",
        "http://[::]/",
        "http://[::2]/",
        "http://[::ffff:7f00:1]/",
        "http://[::7f00:1]/",
        "http://192.168.0.1/",
        "http://localhost.evil.example/",
        "http://evil.localhost/",
        "http://localhost-evil.example/",
        "http://evillocalhost/",
        "http://localhost.localdomain/",
        "http://ip6-localhost/",
        "http://127.0.0.1.evil.example/",
        "http://127.0.0.1.nip.io/",
        "http://evil.example/127.0.0.1",
        "http://evil.example?127.0.0.1",
        DEVICE_CODE,
        "urn:ietf:wg:oauth:2.0:oob:",
        "urn:ietf:wg:oauth:2.0:oob:auto",
        "urn:ietf:wg:oauth:2.0:oo",
        "urn:ietf:wg:oauth:2.0:OOB",
        "urn:ietf:wg:oauth:2.0:oob?x",
        "urn:ietf:wg:oauth:2.0:%6fob",
    ] {
        assert_eq!(native(uri), Err(BadRedirectUri::NotNative), "{uri}");
        assert!(!is_native(uri), "{uri}");
    }
}

#[test]
fn rfc8252_8_4_schemes_of_others() {
    for uri in SCHEMES {
        assert!(web(uri).is_err() && native(uri).is_err() && !is_native(uri), "{uri}");
    }
}

#[test]
fn rfc8252_8_4_schemes_of_others_in_other_spellings() {
    let disguises: [fn(&str, &str) -> String; 20] = [
        |scheme, rest| format!("{}:{rest}", scheme.to_uppercase()),
        |scheme, rest| format!("{}{}:{rest}", scheme[..1].to_uppercase(), &scheme[1..]),
        |scheme, rest| format!(" {scheme}:{rest}"),
        |scheme, rest| format!("\t{scheme}:{rest}"),
        |scheme, rest| format!("\u{1}{scheme}:{rest}"),
        |scheme, rest| format!("\0{scheme}:{rest}"),
        |scheme, rest| format!("\u{feff}{scheme}:{rest}"),
        |scheme, rest| format!("{}\t{}:{rest}", &scheme[..1], &scheme[1..]),
        |scheme, rest| format!("{}\n{}:{rest}", &scheme[..1], &scheme[1..]),
        |scheme, rest| format!("{}\r\n{}:{rest}", &scheme[..1], &scheme[1..]),
        |scheme, rest| format!("{scheme} :{rest}"),
        |scheme, rest| format!("{scheme}\n:{rest}"),
        |scheme, rest| format!("{scheme}%3a{rest}"),
        |scheme, rest| format!("%{:02x}{}:{rest}", scheme.as_bytes()[0], &scheme[1..]),
        |scheme, rest| format!("%09{scheme}:{rest}"),
        |scheme, rest| format!("{scheme}&colon;{rest}"),
        |scheme, rest| format!("{scheme}：{rest}"),
        |scheme, rest| format!("url:{scheme}:{rest}"),
        |scheme, rest| format!("/{scheme}:{rest}"),
        |scheme, rest| format!("{scheme}:{rest}\n//app.example.com/com.example.app:/"),
    ];
    for uri in SCHEMES {
        let (scheme, rest) = uri.split_once(':').unwrap();
        for disguise in disguises {
            let uri = disguise(scheme, rest);
            assert!(web(&uri).is_err() && native(&uri).is_err(), "{uri:?}");
        }
    }
}

#[test]
fn rfc6749_3_1_2_no_fragment() {
    for uri in ["https://app.example.com/", "https://app.example.com", "https://app.example.com/?x"] {
        assert_eq!(web(&format!("{uri}#")), Err(BadRedirectUri::Fragment));
        assert_eq!(web(&format!("{uri}#x")), Err(BadRedirectUri::Fragment));
    }
    for uri in
        ["http://127.0.0.1/", "com.example.app:/", "com.example.app:x", "com.example.app:", OUT_OF_BAND]
    {
        assert_eq!(native(&format!("{uri}#")), Err(BadRedirectUri::Fragment));
        assert_eq!(native(&format!("{uri}#x")), Err(BadRedirectUri::Fragment));
    }
}

#[test]
fn rfc9700_2_1_no_wildcards() {
    for uri in ["https://app.example.com/*", "https://app.example.com/?*", "https://app.example.com/a*b"] {
        assert_eq!(web(uri), Err(BadRedirectUri::Wildcard), "{uri}");
    }
    for uri in ["http://127.0.0.1/*", "com.example.app:*", "com.example.app://*/", "com.example.*:/"] {
        assert!(native(uri).is_err(), "{uri}");
    }
    for uri in ["https://*", "https://*/", "https://*.example.com/", "https://app.example.com:*/", "*"] {
        assert!(web(uri).is_err(), "{uri}");
    }
}

#[test]
fn rfc6749_3_1_nothing_of_the_answer_is_there_before() {
    for name in ["code", "state", "iss", "error", "error_description", "error_uri", "st%61te", "%63ode"] {
        for query in [format!("{name}=x"), name.to_owned(), format!("{name}="), format!("a=b&{name}=x&c")] {
            for uri in
                ["https://app.example.com/", "https://app.example.com", "https://app.example.com:8443/a"]
            {
                assert_eq!(web(&format!("{uri}?{query}")), Err(BadRedirectUri::Parameter), "{query}");
            }
            for uri in ["http://127.0.0.1/", "com.example.app:/a", "com.example.app://a"] {
                assert_eq!(native(&format!("{uri}?{query}")), Err(BadRedirectUri::Parameter), "{query}");
            }
        }
    }
    for query in
        ["", "Code=x", "codes=x", "x=code", "x=%26code=x", "co%64=x", "+state=x", "x=1;state=x", "?iss=x"]
    {
        assert_eq!(web(&format!("https://app.example.com/?{query}")), Ok(()), "{query}");
        assert_eq!(native(&format!("com.example.app:/?{query}")), Ok(()), "{query}");
    }
    assert_eq!(web("https://app.example.com/code=x&state=x"), Ok(()));
}

#[test]
fn what_can_be_misread_is_refused() {
    for (uri, bad) in [
        ("", BadUri::Empty),
        ("//app.example.com/", BadUri::NotAbsolute),
        ("/callback", BadUri::NotAbsolute),
        ("app.example.com/", BadUri::NotAbsolute),
        ("https:app.example.com/", BadUri::NoHost),
        ("https:/app.example.com/", BadUri::NoHost),
        ("https:///app.example.com/", BadUri::Host),
        ("https://app.example.com@evil.example/", BadUri::UserInfo),
        ("https://app.example.com\\@evil.example", BadUri::Character),
        ("https://app.example.com%2eevil.example/", BadUri::Host),
        ("https://app.example.com:443@evil", BadUri::UserInfo),
        ("https://@app.example.com/", BadUri::UserInfo),
        ("https://аpp.example.com/", BadUri::NotAscii),
        ("https://xn--pp-6kc.example.com/", BadUri::MixedScripts),
        ("https://app。example。com/", BadUri::NotAscii),
        ("https://APP.example.com/", BadUri::Host),
        ("https://app.example.com./", BadUri::Host),
        ("https://app.example.com:/", BadUri::Port),
        ("https://app.example.com:0/", BadUri::Port),
        ("https://app.example.com/a/../b", BadUri::Path),
        ("https://app.example.com/%2e%2e/b", BadUri::Path),
        ("https://app.example.com/%0d%0aX:y", BadUri::ControlCharacter),
        ("https://app.example.com/%zz", BadUri::PercentEncoding),
        ("http://[::1%25eth0]/", BadUri::Host),
        ("http://[::ffff:127.0.0.1]/", BadUri::Host),
        ("http://[0:0:0:0:0:0:0:1]/", BadUri::Host),
        ("http://127.1/", BadUri::Host),
        ("http://0x7f000001/", BadUri::Host),
        ("http://2130706433/", BadUri::Host),
        ("http://LOCALHOST/", BadUri::Host),
        ("http://localhost./", BadUri::Host),
        ("http://localhost:99999/", BadUri::Port),
        ("http://localhost@evil.example/", BadUri::UserInfo),
        ("http://anna@localhost/", BadUri::UserInfo),
        ("com.example.app:/a/../b", BadUri::Path),
        ("com.example.App:/a", BadUri::Scheme),
    ] {
        assert_eq!(web(uri), Err(BadRedirectUri::Uri(bad)), "{uri}");
        assert_eq!(native(uri), Err(BadRedirectUri::Uri(bad)), "{uri}");
        assert!(!is_native(uri), "{uri}");
    }
}

#[test]
fn every_character_at_every_place() {
    let accepted = |make: &dyn Fn(char) -> String| -> String {
        let is_accepted = |c: &char| web(&make(*c)).is_ok() || native(&make(*c)).is_ok();
        (0..=255).map(char::from).filter(is_accepted).collect()
    };
    let anywhere = "!$%&'()+,-./0123456789:;=?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz~";
    let letters = "abcdefghijklmnopqrstuvwxyz";
    assert_eq!(accepted(&|c| format!("https://app.example.com/a{c}41")), anywhere);
    assert_eq!(accepted(&|c| format!("https://app.example.com/?a{c}41")), anywhere);
    assert_eq!(accepted(&|c| format!("com.example.app:a{c}41")), anywhere);
    assert_eq!(accepted(&|c| format!("https://app{c}example.com/")), ".");
    assert_eq!(accepted(&|c| format!("https://{c}app.example.com/")), "");
    assert_eq!(accepted(&|c| format!("https://app.example.com{c}/")), "/?");
    assert_eq!(accepted(&|c| format!("https{c}//app.example.com/")), ":");
    assert_eq!(accepted(&|c| format!("{c}https://app.example.com/")), "");
    assert_eq!(accepted(&|c| format!("http{c}://app.example.com/")), ".s");
    assert_eq!(accepted(&|c| format!("http://localhost{c}/")), "/?");
    assert_eq!(accepted(&|c| format!("http://127.0.0.{c}/")), "1");
    assert_eq!(accepted(&|c| format!("http://[::{c}]/")), "1");
    assert_eq!(accepted(&|c| format!("com{c}example:/")), ".");
    assert_eq!(accepted(&|c| format!("com.{c}:/")), format!("+-.0123456789:{letters}"));
    assert_eq!(accepted(&|c| format!("{OUT_OF_BAND}{c}")), "");
}

#[test]
fn rfc9700_2_1_registered_uris_match_exactly() {
    let registered = ["https://app.example.com/callback", "com.example.app:/callback", OUT_OF_BAND];
    for uri in registered {
        assert!(matches(&registered, uri), "{uri}");
    }
    for uri in [
        "",
        "https://app.example.com/callback/",
        "https://app.example.com/callback?",
        "https://app.example.com/callback#",
        "https://app.example.com/callback?x",
        "https://app.example.com:443/callback",
        "https://app.example.com:8443/callback",
        "https://app.example.com/Callback",
        "https://app.example.com/%63allback",
        "https://app.example.com/./callback",
        "https://APP.example.com/callback",
        "https://app.example.com/callbac",
        "http://app.example.com/callback",
        "https://evil.example/callback",
        "com.example.app:/callback?x",
        "com.example.app://callback",
        "com.example.app:/Callback",
        "com.example.app:80/callback",
        "urn:ietf:wg:oauth:2.0:oob:auto",
        DEVICE_CODE,
    ] {
        assert!(!matches(&registered, uri), "{uri}");
    }
    assert!(!matches(&[""; 0], "https://app.example.com/callback"));
    assert!(matches(&["https://app.example.com/callback".to_owned()], "https://app.example.com/callback"));
}

#[test]
fn rfc8252_7_3_loopback_matches_on_any_port() {
    for registered in
        ["http://127.0.0.1/callback", "http://[::1]:8080/callback", "http://localhost:80/callback"]
    {
        for requested in [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:51004/callback",
            "http://[::1]/callback",
            "http://[::1]:51004/callback",
            "http://localhost/callback",
            "http://localhost:65535/callback",
            "http://localhost:80/callback",
        ] {
            assert!(
                matches(&["https://app.example.com/", registered], requested),
                "{registered} {requested}"
            );
        }
    }
    assert!(matches(&["http://localhost"], "http://127.0.0.1:8080"));
    assert!(matches(&["http://localhost?x"], "http://127.0.0.1:8080?x"));
}

#[test]
fn rfc8252_7_3_all_but_the_port_is_compared() {
    for requested in [
        "http://127.0.0.1:8080",
        "http://127.0.0.1:8080/",
        "http://127.0.0.1:8080/callbac",
        "http://127.0.0.1:8080/callback/",
        "http://127.0.0.1:8080/Callback",
        "http://127.0.0.1:8080/%63allback",
        "http://127.0.0.1:8080//callback",
        "http://127.0.0.1:8080/x/../callback",
        "http://127.0.0.1:8080/callback?",
        "http://127.0.0.1:8080/callback?x",
        "http://127.0.0.1:8080/callback#",
        "http://127.0.0.1:8080/callback#x",
        "http://127.0.0.1:8080/callback*",
        "http://anna@127.0.0.1:8080/callback",
        "http://127.0.0.1:8080@evil.example/callback",
        "http://127.0.0.1\\@evil.example/callback",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:/callback",
        "http://127.0.0.1:08080/callback",
        "http://127.0.0.1:65536/callback",
        "http://127.0.0.1:8080\n/callback",
        "http://127.0.0.2:8080/callback",
        "http://127.1:8080/callback",
        "http://LOCALHOST:8080/callback",
        "http://localhost.:8080/callback",
        "http://localhost.evil.example:8080/callback",
        "http://evil.localhost:8080/callback",
        "http://[::ffff:127.0.0.1]:8080/callback",
        "http://0.0.0.0:8080/callback",
        "http://evil.example/callback",
        "https://127.0.0.1:8080/callback",
        "https://localhost/callback",
        "HTTP://127.0.0.1:8080/callback",
        "com.example.app://127.0.0.1:8080/callback",
        "//127.0.0.1:8080/callback",
        "127.0.0.1:8080/callback",
    ] {
        assert!(!matches(&["http://127.0.0.1/callback"], requested), "{requested}");
    }
}

#[test]
fn rubbish_that_is_registered_matches_nothing_else() {
    let rubbish = ["", "http://", "http://127.0.0.1/*", "http://127.0.0.1/#x", "https://127.0.0.1/", "\0"];
    for requested in ["http://127.0.0.1:8080/", "http://localhost/*", "http://localhost/#x", "http://"] {
        assert!(!matches(&rubbish[..1], requested) && !matches(&rubbish[2..], requested), "{requested}");
    }
}

#[test]
fn clauses_name_the_reason() {
    let native_clause = native("https://x.example/secret").unwrap_err().to_string();
    assert!(native_clause.contains("com.example.app:/callback") && !native_clause.contains("secret"));
    assert_eq!(
        web("https://x.example/").unwrap_err().to_string(),
        "must be https and have the host of client_uri"
    );
    assert_eq!(web("https://a@app.example.com").unwrap_err().to_string(), "has a user name or password");
}

proptest! {
    #[test]
    fn any_text_is_accepted_or_refused(text: String, registered: Vec<String>) {
        let _ = web(&text);
        prop_assert_eq!(native(&text).is_ok(), is_native(&text));
        let _ = matches(&registered, &text);
        let _ = matches(&registered, &format!("http://localhost{text}"));
    }

    #[test]
    fn what_is_accepted_goes_to_the_host_of_client_uri(
        between in "[/:@?#\\\\%.a-z0-9-]{0,6}",
        behind in "[/:@?#\\\\%.a-z0-9-]{0,6}[!-~]{0,12}",
    ) {
        let text = format!("https://{between}app.example.com{behind}");
        if web(&text).is_ok() {
            let url = Url::parse(&text).unwrap();
            prop_assert_eq!(url.host_str(), Some(HOST));
            prop_assert_eq!(url.scheme(), "https");
            prop_assert!(text.starts_with("https://app.example.com"));
        }
    }

    #[test]
    fn what_is_native_stays_on_the_device(text in "(http|https|a.b|javascript|data):/{0,3}[!-~]{0,6}(127\\.0\\.0\\.1|localhost|\\[::1\\])[!-~]{0,12}") {
        if native(&text).is_ok() {
            let url = Url::parse(&text).unwrap();
            let is_loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
            prop_assert!(url.scheme() == "a.b" || url.scheme() == "http" && is_loopback);
        }
    }

    #[test]
    fn loopback_uris_match_where_their_paths_do(port in 1u16.., path in "(/[a-z]{0,3}){0,2}", other in "(/[a-z]{0,3}){0,2}") {
        let registered = [format!("http://localhost{path}")];
        let (same, maybe) = (format!("http://127.0.0.1:{port}{path}"), format!("http://[::1]:{port}{other}"));
        prop_assert!(matches(&registered, &same));
        prop_assert_eq!(matches(&registered, &maybe), path == other);
    }
}
