//! Proof Key for Code Exchange (RFC 7636): a line with the verifier, one with the method, and the challenge.
#![no_main]

use frontdoor::oauth::choice::Choice as _;
use frontdoor::oauth::error::ErrorCode;
use frontdoor::oauth::pkce::{Challenge, ChallengeMethod};
use libfuzzer_sys::fuzz_target;

const RFC7636_APPENDIX_B: (&str, &str) =
    ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

fuzz_target!(|text: &str| {
    let mut lines = text.splitn(3, '\n');
    let verifier = lines.next().unwrap_or_default();
    let method = lines.next().filter(|method| !method.is_empty());
    let value = lines.next().unwrap_or(verifier);
    let all: Vec<_> = ChallengeMethod::ALL.iter().map(|(method, _)| *method).collect();
    match Challenge::read(value, method, &all) {
        Ok(challenge) => {
            let is_plain = challenge.method == ChallengeMethod::Plain;
            assert!((43..=128).contains(&value.len()) && value.is_ascii());
            assert_eq!(is_plain, method.is_none_or(|method| method == "plain"));
            // Nobody finds what a hash is of; of one it is known.
            let is_known = (verifier, value) == RFC7636_APPENDIX_B;
            assert_eq!(
                challenge.is_answered_by(verifier),
                if is_plain { verifier == value } else { is_known }
            );
            assert!(!format!("{challenge:?}").contains(value));
        }
        Err(error) => assert_eq!(error.code, ErrorCode::InvalidRequest),
    }
    // Who is allowed only the hash does not get by without.
    let hashed = Challenge::read(value, method, &[ChallengeMethod::S256]);
    assert!(hashed.is_err() || method == Some("S256"));
});
