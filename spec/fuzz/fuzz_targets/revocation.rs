//! What a damaged store may say of a grant, when clients are revoked: a line each with the client's hash, its
//! `software_id` and its `client_uri`.
#![no_main]

use frontdoor::oauth::revocation::{Grantee, Kind, Revocations};
use libfuzzer_sys::fuzz_target;

const LIMIT: i64 = 1_700_000_000;

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n').map(|line| Some(line).filter(|line| !line.is_empty()));
    let [hash, software_id, client_uri] = [(); 3].map(|()| lines.next().flatten());
    let client_hash = hash.unwrap_or_default();
    let grantee = |granted_at| Grantee { client_hash, software_id, client_uri, granted_at };
    let mut revocations = Revocations::default();
    assert!(!revocations.contains_grantee(&grantee(None)));

    revocations.add(Kind::Client, "another", 0);
    revocations.add(Kind::Software, "another", 0);
    let is_named = client_hash == "another" || software_id == Some("another");
    assert_eq!(revocations.contains_grantee(&grantee(None)), is_named);

    revocations.add(Kind::IssuedBefore, "", LIMIT);
    assert!(revocations.contains_grantee(&grantee(None)), "who does not say when was before");
    assert!(revocations.contains_grantee(&grantee(Some(LIMIT - 1))));
    assert_eq!(revocations.contains_grantee(&grantee(Some(LIMIT))), is_named);
    revocations.remove(Kind::IssuedBefore, "");

    revocations.add(Kind::IssuedBefore, "A.example", LIMIT);
    let is_there = client_uri.is_some_and(|uri| uri.to_ascii_lowercase().contains("a.example"));
    // A host that is not ASCII can have this name by another spelling.
    if revocations.contains_grantee(&grantee(Some(0))) && text.is_ascii() && !text.contains(['%', '\t', '\r'])
    {
        assert!(is_named || is_there);
    }
});
