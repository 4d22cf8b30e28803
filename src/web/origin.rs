//! Whether a form was sent by a page of somebody else (cross-site request forgery).

use url::Url;

/// What a request and we ourselves say of where it comes from and where it goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct Origin<'a> {
    /// The `Sec-Fetch-Site` header (Fetch Metadata §2.3).
    pub sec_fetch_site: Option<&'a str>,
    /// The `Origin` header (RFC 6454 §7).
    pub origin: Option<&'a str>,
    /// The `Host` header (RFC 9110 §7.2).
    pub host: Option<&'a str>,
    /// The address of our page, absolute, as browsers know it.
    pub own_url: Option<&'a str>,
}

/// Whether the page that sent this request is not one of ours.
///
/// `Sec-Fetch-Site` decides where it is, `Origin` where it is not. A request with neither is no browser's, and
/// nobody else's page can have sent it.
#[must_use]
pub fn from_elsewhere(request: &Origin) -> bool {
    match (request.sec_fetch_site, request.origin) {
        (Some(site), _) => !matches!(site.trim(), "same-origin" | "none"),
        // What browsers without Sec-Fetch-Site send for our own forms, too, as our pages send no Referer.
        (None, None | Some("null")) => false,
        (None, Some(origin)) => !is_ours(origin, request),
    }
}

fn is_ours(origin: &str, request: &Origin) -> bool {
    let Some(origin) = web_origin(origin) else { return false };
    // A Host header has no scheme; a port that is left out is that of the scheme the browser used.
    let host = request.host.and_then(|host| web_origin(&format!("{}://{host}", origin.scheme())));
    let own = request.own_url.and_then(|url| Url::parse(url).ok());
    [host, own].iter().flatten().any(|ours| host_and_port(ours) == host_and_port(&origin))
}

/// One `scheme "://" host [ ":" port ]` (RFC 6454 §6.2) of the web, and nothing more.
fn web_origin(text: &str) -> Option<Url> {
    let (scheme, authority) = text.split_once("://")?;
    if authority.contains(|c: char| c.is_whitespace() || c.is_control() || "/\\?#@".contains(c)) {
        return None;
    }
    // Parsers of URLs pass over blanks before the scheme.
    let is_web = ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web));
    if is_web { Url::parse(text).ok() } else { None }
}

fn host_and_port(url: &Url) -> Option<(&str, Option<u16>)> {
    Some((url.host_str()?, url.port_or_known_default()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_origin(origin: &str, host: Option<&str>, own_url: Option<&str>) -> bool {
        from_elsewhere(&Origin { sec_fetch_site: None, origin: Some(origin), host, own_url })
    }

    #[test]
    fn sec_fetch_site_decides() {
        let site = |site| {
            let origin = Some("https://example.org");
            from_elsewhere(&Origin {
                sec_fetch_site: Some(site),
                origin,
                host: Some("example.org"),
                own_url: None,
            })
        };
        assert!(!site("same-origin") && !site("none"));
        for foreign in ["same-site", "cross-site", "", "Same-Origin", "\"same-origin\"", "same-origin, none"]
        {
            assert!(site(foreign), "{foreign}");
        }
        let ours = Origin {
            sec_fetch_site: Some("same-origin"),
            origin: Some("https://evil.example"),
            ..Origin::default()
        };
        assert!(!from_elsewhere(&ours));
    }

    #[test]
    fn no_origin_and_null_are_not_foreign() {
        assert!(!from_elsewhere(&Origin::default()));
        assert!(!by_origin("null", Some("example.org"), None));
    }

    #[test]
    fn the_host_header_is_ours() {
        for (origin, host) in [
            ("https://example.org", "example.org"),
            ("https://example.org", "example.org:443"),
            ("https://example.org:443", "example.org"),
            ("http://example.org", "example.org:80"),
            ("https://example.org:5281", "example.org:5281"),
            ("https://EXAMPLE.org", "example.ORG"),
            ("https://xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("http://[2001:db8::1]:5280", "[2001:db8::1]:5280"),
            ("http://192.0.2.1", "192.0.2.1"),
        ] {
            assert!(!by_origin(origin, Some(host), None), "{origin} {host}");
        }
    }

    #[test]
    fn our_address_is_ours() {
        let own_url = Some("https://chat.example.org:443/register?x=y#z");
        assert!(!by_origin("https://chat.example.org", Some("127.0.0.1:5280"), own_url));
        assert!(!by_origin("https://chat.example.org", None, own_url));
        assert!(by_origin("http://chat.example.org", Some("127.0.0.1:5280"), own_url));
        assert!(by_origin("https://example.org", Some("127.0.0.1:5280"), own_url));
        assert!(by_origin("https://chat.example.org", None, Some("/register")));
    }

    #[test]
    fn all_else_is_foreign() {
        for origin in [
            "https://evil.example",
            "https://example.org.evil.example",
            "https://evil-example.org",
            "https://www.example.org",
            "https://example.org:8443",
            "https://example.org, https://example.org",
            "https://example.org https://evil.example",
            "https://example.org/",
            "https://evil.example/example.org",
            "https://example.org@evil.example",
            "https://evil.example@example.org",
            "https://example.org?x",
            "https://example.org#x",
            "https://example.org\\x",
            " https://example.org",
            "https://example.org\n",
            "moz-extension://example.org",
            "file://example.org",
            "example.org",
            "//example.org",
            "https:example.org",
            "https://",
            "https://example.org:65536",
            "NULL",
            "",
        ] {
            assert!(by_origin(origin, Some("example.org"), None), "{origin}");
        }
        for host in
            ["", "evil@example.org", "example.org/", "example.org:x", "example.org, example.org", "null"]
        {
            assert!(by_origin("https://example.org", Some(host), None), "{host}");
        }
    }

    proptest! {
        #[test]
        fn any_other_origin_is_foreign(origin: String, tail in "[a-z0-9.:/@?#-]{0,12}") {
            prop_assert!(by_origin(&origin, Some("example.org"), Some("https://example.org/")));
            let url = format!("https://{tail}example.org{tail}");
            let expected = !matches!(tail.as_str(), "");
            prop_assert_eq!(by_origin(&url, Some("example.org"), None), expected);
        }

        #[test]
        fn any_headers_are_judged(site: Option<String>, origin: Option<String>, host: Option<String>, own: Option<String>) {
            let _ = from_elsewhere(&Origin {
                sec_fetch_site: site.as_deref(),
                origin: origin.as_deref(),
                host: host.as_deref(),
                own_url: own.as_deref(),
            });
        }
    }
}
