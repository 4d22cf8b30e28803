//! Keys in PEM and as JWK.
#![no_main]

use frontdoor::jwt::{Algorithm, Expected, Key, Source, verify};
use libfuzzer_sys::fuzz_target;

fn check(key: &Key, source: Source<'_>) {
    let name = key.algorithm().name();
    assert_eq!(Algorithm::by_name(name), Some(key.algorithm()));
    let again = Key::load(source, Some(name), key.kid()).expect("it is what it says");
    assert!(!key.verify(b"text", b"") && !key.verify(b"text", &[0; 64]));
    match key.sign(b"{}") {
        Ok(token) => {
            assert!(matches!(key.algorithm(), Algorithm::Hmac(_)));
            assert!(verify(&[&again], token.as_bytes(), &Expected::default()).is_ok());
        }
        Err(_) => assert!(!format!("{key:?}").is_empty()),
    }
}

fuzz_target!(|text: &[u8]| {
    for source in [Source::Pem(text), Source::Jwk(text)] {
        if let Ok(key) = Key::load(source, None, None) {
            check(&key, source);
        }
        let _ = Key::load(source, Some("HS512"), Some("kid"));
    }
    let secret = Key::load(Source::Secret(text), Some("HS256"), None);
    let is_pem = text.trim_ascii_start().starts_with(b"-----BEGIN ");
    assert_eq!(secret.is_ok(), text.len() >= 32 && !is_pem);
});
