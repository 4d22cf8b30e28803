//! The query of an invite link, API keys, idempotency keys, and registration with an invitation.
#![no_main]

use frontdoor::invite::{Registration, api_key, is_idempotency_key, is_token, token_in};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Some(token) = token_in(data) {
        assert!(is_token(&token));
        assert_eq!(token_in(token.as_bytes()).as_ref(), Some(&token));
        assert_eq!(token_in(format!("fbclid=x&t={token}").as_bytes()), Some(token));
    }
    match Registration::read(data, Some("application/json")) {
        Ok(registration) => assert!(is_token(&registration.token) && !registration.password.is_empty()),
        Err(refusal) => assert!([400, 404, 413].contains(&refusal.status())),
    }
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some((id, secret)) = api_key(text) {
        assert_eq!(format!("{id}/{secret}"), text);
        assert!(!secret.is_empty() && text.len() <= 64 + 1 + 256);
    }
    if is_idempotency_key(text) {
        assert!(!text.is_empty() && text.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    }
});
