//! The body of a registration with `mod_register_json`: JSON, or base64 of it.
#![no_main]

use frontdoor::registration::{Body, Refusal};
use libfuzzer_sys::fuzz_target;

fn check(body: &[u8], content_type: Option<&str>) -> Result<(), Refusal> {
    let body = Body::decode(body, content_type)?;
    let request = body.read()?;
    assert!(!request.username.is_empty() && !request.auth_token.is_empty());
    assert_eq!(request.ip_text.parse(), Ok(request.ip));
    assert!(request.mail.as_str().contains('@'));
    Ok(())
}

fuzz_target!(|body: &[u8]| {
    for content_type in [None, Some("application/json")] {
        if let Err(refusal) = check(body, content_type) {
            assert!([400, 413].contains(&refusal.status()), "{refusal}");
        }
    }
});
