//! URIs that people are shown: a line with `client_uri`, one with a link.
#![no_main]

use std::net::IpAddr;

use frontdoor::oauth::web_uri::{check_informative, client_uri};
use frontdoor_fuzz::check_web;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (home_page, link) = text.split_once('\n').unwrap_or((text, text));
    let Ok(home_page) = client_uri(home_page) else { return };
    check_web(home_page.as_str(), &home_page);
    let host = home_page.host().expect("there is one");
    assert!(host != "localhost" && !host.ends_with(".localhost"));
    let ip = host.trim_matches(['[', ']']).parse::<IpAddr>().map(|ip| ip.to_canonical());
    assert!(ip.is_err() || ip.is_ok_and(|ip| !ip.is_loopback() && !ip.is_unspecified()));
    assert!(check_informative(home_page.as_str(), Some(&home_page)).is_ok());
    if check_informative(link, Some(&home_page)).is_ok() {
        check_web(link, &home_page);
    }
});
