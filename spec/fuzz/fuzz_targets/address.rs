//! Addresses and ranges (RFC 4632 §3.1, RFC 4291 §2.3): a line with an address, and lines of a list.
#![no_main]

use frontdoor::address::{AddressSet, canonical, network, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (first, list) = text.split_once('\n').unwrap_or((text, ""));
    let entries: Vec<&str> = list.lines().collect();
    let set = AddressSet::parse(&entries);
    if let Err(bad) = &set {
        assert!(entries.contains(&bad.0.as_str()));
    }
    let Some(ip) = parse(first) else {
        assert!(canonical(first.into()).is_none());
        return;
    };
    let (same, spelling) = canonical(first.into()).expect("it is an address");
    assert_eq!((same, parse(&spelling)), (ip, Some(ip)));
    assert!(AddressSet::parse([first]).expect("it is an entry").contains(ip));
    // Who is counted under a network is in it.
    assert!(AddressSet::parse([network(ip)]).expect("it is an entry").contains(ip));
    if let Ok(set) = set {
        let covered =
            entries.iter().any(|entry| AddressSet::parse([entry]).is_ok_and(|one| one.contains(ip)));
        assert_eq!(set.contains(ip), covered);
    }
});
