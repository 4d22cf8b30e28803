//! Where a form comes from: a line each of `Sec-Fetch-Site`, `Origin` and `Host`; an empty one is no header.
#![no_main]

use frontdoor::web::{Origin, from_elsewhere};
use libfuzzer_sys::fuzz_target;

const OURS: &str = "https://chat.example.org/register";

fn is_foreign(sec_fetch_site: Option<&str>, origin: Option<&str>, host: Option<&str>) -> bool {
    from_elsewhere(&Origin { sec_fetch_site, origin, host, own_url: Some(OURS) })
}

/// What a browser says of a page of this host (RFC 6454 §6.2), and nothing else.
fn names(origin: &str, authority: &str) -> bool {
    let origin = origin.to_ascii_lowercase();
    ["http://", "https://"].iter().any(|scheme| {
        origin.strip_prefix(scheme).is_some_and(|rest| rest.starts_with(&authority.to_ascii_lowercase()))
    })
}

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n').map(|line| Some(line).filter(|line| !line.is_empty()));
    let [site, origin, host] = [(); 3].map(|()| lines.next().flatten());
    let foreign = is_foreign(site, origin, host);
    if let Some(site) = site {
        assert_eq!(foreign, is_foreign(Some(site), None, None), "it decides alone");
        assert!(foreign || ["same-origin", "none"].contains(&site.trim()));
    }
    // Without a Host header from us, an origin is ours only if it is spelled as ours is.
    if let Some(origin) =
        origin.filter(|origin| *origin != "null" && origin.is_ascii() && !origin.contains('%'))
    {
        assert!(is_foreign(None, Some(origin), None) || names(origin, "chat.example.org"), "{origin}");
    }
    assert!(!is_foreign(None, None, host), "it is no browser's");
    assert!(!is_foreign(Some("same-origin"), origin, host));
});
