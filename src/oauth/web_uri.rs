//! The URIs that a client shows to people: its home page, logo, terms and privacy policy (RFC 7591 §2).

use std::fmt;

use url::Host;

use super::uri::{BadUri, Uri};

/// Why a text is no URI to show. `Display` is a clause for behind "`client_uri`: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadWebUri {
    /// It is no URI, or can be misread.
    Uri(BadUri),
    /// Its scheme is another one.
    NotHttps,
    /// Its host is the reader's own device.
    Loopback,
    /// Its host is not that of the client.
    OtherHost,
}

impl fmt::Display for BadWebUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Uri(bad) => bad.fmt(f),
            Self::NotHttps => f.write_str("must be https"),
            Self::Loopback => f.write_str("must not have a host that is everybody's own device"),
            Self::OtherHost => f.write_str("must have the host of client_uri"),
        }
    }
}

impl From<BadUri> for BadWebUri {
    fn from(bad: BadUri) -> Self {
        Self::Uri(bad)
    }
}

/// Reads a `client_uri`: https, and not on the loopback interface. Its host, which it always has, is what all
/// other URIs of the client are held against. Whether it exists, and whose it is, is not checked.
///
/// # Errors
/// The first rule that it breaks.
pub fn client_uri(text: &str) -> Result<Uri<'_>, BadWebUri> {
    let uri = https(text)?;
    if is_loopback(&uri) { Err(BadWebUri::Loopback) } else { Ok(uri) }
}

/// Checks a `logo_uri`, `tos_uri` or `policy_uri`: https, and the host of [`client_uri`], on any port. Without one,
/// hosts are not compared.
///
/// # Errors
/// The first rule that it breaks.
pub fn check_informative(text: &str, client_uri: Option<&Uri<'_>>) -> Result<(), BadWebUri> {
    if client_uri.is_some_and(|client_uri| client_uri.has_plainly_below(text)) {
        return Ok(());
    }
    let uri = https(text)?;
    if client_uri.is_none_or(|client_uri| uri.host() == client_uri.host()) {
        Ok(())
    } else {
        Err(BadWebUri::OtherHost)
    }
}

fn https(text: &str) -> Result<Uri<'_>, BadWebUri> {
    let uri = Uri::parse(text)?;
    if uri.scheme() == "https" { Ok(uri) } else { Err(BadWebUri::NotHttps) }
}

/// `localhost` and below (RFC 6761 §6.3), 127.0.0.0/8 (RFC 1122 §3.2.1.3) and `::1` (RFC 4291 §2.5.3); also the
/// unspecified addresses, which many systems connect to themselves.
fn is_loopback(uri: &Uri) -> bool {
    match uri.typed_host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_unspecified(),
        Some(Host::Ipv6(ip)) => {
            let ip = ip.to_canonical();
            ip.is_loopback() || ip.is_unspecified()
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn below(text: &str) -> Result<(), BadWebUri> {
        check_informative(text, Some(&client_uri("https://app.example.com/about").unwrap()))
    }

    #[test]
    fn rfc7591_2_client_uri() {
        for (text, host) in [
            ("https://app.example.com", "app.example.com"),
            ("https://app.example.com/", "app.example.com"),
            ("https://app.example.com:8443/about?lang=en#team", "app.example.com"),
            ("https://app.example.com:443/", "app.example.com"),
            ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
            ("https://192.0.2.1/", "192.0.2.1"),
            ("https://[2001:db8::1]/", "[2001:db8::1]"),
            ("https://localhost.example/", "localhost.example"),
            ("https://mylocalhost/", "mylocalhost"),
            ("https://128.0.0.1/", "128.0.0.1"),
            ("https://127.0.0.1.example/", "127.0.0.1.example"),
            ("https://[::2]/", "[::2]"),
            ("https://app.example.com/*", "app.example.com"),
        ] {
            assert_eq!(client_uri(text).unwrap().host(), Some(host), "{text}");
        }
    }

    #[test]
    fn client_uri_is_https() {
        for text in [
            "http://app.example.com/",
            "com.example.app://app.example.com/",
            "wss://app.example.com/",
            "ftp://app.example.com/",
            "file:///app.example.com/",
            "xmpp:app.example.com",
            "javascript:alert(1)",
            "data:text/html,x",
            "blob:https://app.example.com/x",
            "view-source:https://app.example.com/",
            "httpss://app.example.com/",
            "urn:ietf:wg:oauth:2.0:oob",
        ] {
            assert_eq!(client_uri(text).err(), Some(BadWebUri::NotHttps), "{text}");
            assert_eq!(below(text), Err(BadWebUri::NotHttps), "{text}");
        }
    }

    #[test]
    fn client_uri_is_not_on_the_loopback_interface() {
        for text in [
            "https://localhost",
            "https://localhost:8443/",
            "https://app.localhost/",
            "https://a.b.localhost/",
            "https://127.0.0.1/",
            "https://127.0.0.1:8443/",
            "https://127.0.0.2/",
            "https://127.255.255.255/",
            "https://[::1]/",
            "https://[::ffff:7f00:1]/",
            "https://[::ffff:7fff:ffff]:8443/",
            "https://0.0.0.0/",
            "https://[::]/",
            "https://[::ffff:0:0]/",
        ] {
            assert_eq!(client_uri(text).err(), Some(BadWebUri::Loopback), "{text}");
        }
    }

    #[test]
    fn client_uri_cannot_be_misread() {
        for (text, bad) in [
            ("", BadUri::Empty),
            ("app.example.com", BadUri::NotAbsolute),
            ("//app.example.com/", BadUri::NotAbsolute),
            ("https:app.example.com/", BadUri::NoHost),
            ("https://", BadUri::NoHost),
            ("https:///app.example.com/", BadUri::Host),
            ("HTTPS://app.example.com/", BadUri::Scheme),
            ("https://App.example.com/", BadUri::Host),
            ("https://LOCALHOST/", BadUri::Host),
            ("https://localhost./", BadUri::Host),
            ("https://127.1/", BadUri::Host),
            ("https://[::ffff:127.0.0.1]/", BadUri::Host),
            ("https://anna@app.example.com/", BadUri::UserInfo),
            ("https://app.example.com\\@evil.example", BadUri::Character),
            ("https://app.example.com/\"onclick=", BadUri::Character),
            ("https://app.example.com:0/", BadUri::Port),
            ("https://app.example.com/../", BadUri::Path),
            ("https://аpp.example.com/", BadUri::NotAscii),
            ("https://xn--pp-6kc.example.com/", BadUri::MixedScripts),
        ] {
            assert_eq!(client_uri(text).err(), Some(BadWebUri::Uri(bad)), "{text}");
            assert_eq!(below(text), Err(BadWebUri::Uri(bad)), "{text}");
        }
    }

    #[test]
    fn rfc7591_2_informative_uris_have_the_host_of_client_uri() {
        for text in [
            "https://app.example.com",
            "https://app.example.com/logo.png",
            "https://app.example.com:8443/tos?lang=en#liability",
        ] {
            assert_eq!(below(text), Ok(()), "{text}");
        }
        for text in [
            "https://example.com/",
            "https://www.app.example.com/",
            "https://app.example.com.evil.example/",
            "https://evil.example/app.example.com",
            "https://evil.example/?app.example.com",
            "https://evil.example/#@app.example.com",
            "https://app.example.co/",
            "https://app-example.com/",
            "https://localhost/",
        ] {
            assert_eq!(below(text), Err(BadWebUri::OtherHost), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_accepted_or_refused(text: String, tail in "[!-~]{0,40}") {
            let _ = client_uri(&text);
            let _ = below(&text);
            if let Ok(uri) = client_uri(&format!("https://{tail}")) {
                prop_assert!(!uri.host().unwrap().is_empty());
                prop_assert_eq!(check_informative(uri.as_str(), Some(&uri)), Ok(()));
            }
        }
    }
}
