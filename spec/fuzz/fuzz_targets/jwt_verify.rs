//! JSON Web Tokens, with a key of each kind. The input is also taken for claims, and signed.
#![no_main]

use std::sync::LazyLock;

use frontdoor::json::Object;
use frontdoor::jwt::{Expected, Key, Source, base64url, verify};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// The keys of the RFCs' examples.
static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let vectors: Value = serde_json::from_str(include_str!("../../vectors/jws.json")).expect("it is JSON");
    let jwks = vectors.as_array().expect("a list").iter().map(|vector| vector["jwk"].to_string());
    jwks.map(|jwk| Key::load(Source::Jwk(jwk.as_bytes()), None, None).expect("a key")).collect()
});

/// Names that no other kind of refusal has.
const OF_CLAIMS: [&str; 6] = ["malformed", "claim", "expired", "not_yet_valid", "issuer", "audience"];

fuzz_target!(|data: &[u8]| {
    let keys: Vec<&Key> = KEYS.iter().collect();
    let expected = Expected { now: 1_300_819_379, leeway: 60, ..Expected::default() };
    if let Ok(claims) = verify(&keys, data, &expected) {
        assert!(Object::read(claims.json().as_bytes()).is_ok());
        let parts: Vec<_> = data.split(|byte| *byte == b'.').collect();
        assert_eq!(parts.len(), 3);
        assert_eq!(base64url::decode(parts[1]).as_deref(), Some(claims.json().as_bytes()));
        assert!(keys.iter().any(|key| verify(&[key], data, &expected).is_ok()));
    }
    let Ok(token) = KEYS[0].sign(data) else { return };
    match verify(&keys, token.as_bytes(), &expected) {
        Ok(claims) => assert_eq!(claims.json().as_bytes(), data),
        Err(refusal) => assert!(OF_CLAIMS.contains(&refusal.name()), "{refusal}"),
    }
    assert_eq!(
        verify(&keys[1..2], token.as_bytes(), &expected).map_err(|refusal| refusal.name()),
        Err("algorithm")
    );
});
