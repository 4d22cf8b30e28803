//! Redirect URIs: a line with `client_uri`, one with what is registered, one with what is requested.
#![no_main]

use frontdoor::oauth::redirect_uri::{ApplicationType, check, is_native, matches};
use frontdoor::oauth::uri::Uri;
use frontdoor::oauth::web_uri;
use frontdoor_fuzz::check_web;
use libfuzzer_sys::fuzz_target;

/// The path of a redirect URI on the loopback interface, and what follows it.
fn loopback(uri: &str) -> Option<String> {
    let uri = Uri::parse(uri).ok()?;
    let is_loopback = uri.scheme() == "http" && ["127.0.0.1", "[::1]", "localhost"].contains(&uri.host()?);
    is_loopback.then(|| uri.from_path().to_owned())
}

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let (client_uri, uri) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let requested = lines.next().unwrap_or(uri);
    if let Ok(home_page) = web_uri::client_uri(client_uri) {
        if check(uri, ApplicationType::Web, Some(&home_page)).is_ok() {
            check_web(uri, &home_page);
            assert!(!uri.contains(['#', '*']));
            assert!(!is_native(uri));
        }
        assert_eq!(check(uri, ApplicationType::Native, Some(&home_page)).is_ok(), is_native(uri));
    }
    if is_native(uri) {
        let scheme = uri.split(':').next().unwrap_or_default();
        assert!(loopback(uri).is_some() || scheme.contains('.') || uri == "urn:ietf:wg:oauth:2.0:oob");
        assert!(!uri.contains(['#', '*', '\\', ' ']));
    }
    assert!(matches(&[uri], uri));
    if matches(&[uri], requested) && uri != requested {
        assert!(loopback(uri).is_some());
        assert_eq!(loopback(uri), loopback(requested));
    }
});
