//! Proof Key for Code Exchange (RFC 7636): whoever redeems a code is who asked for it.

use std::fmt;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use super::choice::Choice;
use super::error::{EndpointError, ErrorCode};
use crate::jwt::base64url;

/// `code_challenge_method`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChallengeMethod {
    /// SHA-256 of the verifier.
    S256,
    /// The verifier itself: no protection from who can read the request.
    Plain,
}

impl Choice for ChallengeMethod {
    const ALL: &'static [(Self, &'static str)] = &[(Self::S256, "S256"), (Self::Plain, "plain")];
}

/// `code_challenge` with its method. `Debug` does not show the value: if plain, it is the secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Challenge {
    /// How it was made.
    pub method: ChallengeMethod,
    /// `code_challenge`
    pub value: String,
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").field("method", &self.method).finish_non_exhaustive()
    }
}

impl Challenge {
    /// Reads a challenge. A client that names no method means `plain` (RFC 7636 §4.3).
    ///
    /// # Errors
    /// `invalid_request` (RFC 7636 §4.4.1)
    pub fn read(
        value: &str,
        method: Option<&str>,
        allowed: &[ChallengeMethod],
    ) -> Result<Self, EndpointError> {
        let refused = |text| EndpointError::new(ErrorCode::InvalidRequest, text);
        let method = match method {
            None => Some(ChallengeMethod::Plain),
            Some(name) => ChallengeMethod::by_name(name),
        };
        let method = method
            .filter(|method| allowed.contains(method))
            .ok_or_else(|| refused("'code_challenge_method' not supported"))?;
        if !is_challenge(method, value) {
            return Err(refused("'code_challenge' is none of this method"));
        }
        Ok(Self { method, value: value.to_owned() })
    }

    /// Whether this is the verifier (RFC 7636 §4.6).
    #[must_use]
    pub fn is_answered_by(&self, verifier: &str) -> bool {
        let answer = match self.method {
            ChallengeMethod::S256 => base64url::encode(Sha256::digest(verifier)),
            ChallengeMethod::Plain => verifier.to_owned(),
        };
        is_verifier(verifier) && answer.as_bytes().ct_eq(self.value.as_bytes()).into()
    }
}

/// RFC 7636 §4.2: "code-challenge = 43*128unreserved", and that of S256 is 32 bytes in base64url.
fn is_challenge(method: ChallengeMethod, value: &str) -> bool {
    match method {
        ChallengeMethod::S256 => base64url::decode(value).is_some_and(|hash| hash.len() == 32),
        ChallengeMethod::Plain => is_verifier(value),
    }
}

/// RFC 7636 §4.1: "code-verifier = 43*128unreserved".
fn is_verifier(text: &str) -> bool {
    let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    const BOTH: &[ChallengeMethod] = &[ChallengeMethod::S256, ChallengeMethod::Plain];

    fn read(value: &str, method: Option<&str>) -> Result<Challenge, EndpointError> {
        Challenge::read(value, method, BOTH)
    }

    #[test]
    fn rfc7636_b_the_example() {
        let challenge = read(CHALLENGE, Some("S256")).unwrap();
        assert!(challenge.is_answered_by(VERIFIER));
        assert!(!challenge.is_answered_by(CHALLENGE));
        assert!(!challenge.is_answered_by(""));
    }

    #[test]
    fn rfc7636_4_1_verifiers_have_43_to_128_characters() {
        for (length, is_good) in [(42, false), (43, true), (128, true), (129, false)] {
            let verifier = "~".repeat(length);
            assert_eq!(read(&verifier, None).is_ok(), is_good, "{length}");
            let challenge = Challenge {
                method: ChallengeMethod::S256,
                value: base64url::encode(Sha256::digest(&verifier)),
            };
            assert_eq!(challenge.is_answered_by(&verifier), is_good, "{length}");
        }
        for bad in ["+", "/", "=", " ", "%", "\u{e4}"] {
            assert!(read(&bad.repeat(43), None).is_err(), "{bad}");
        }
    }

    #[test]
    fn rfc7636_4_2_a_hash_has_43_characters() {
        for bad in [&CHALLENGE[1..], &format!("{CHALLENGE}A"), &format!("{CHALLENGE}="), "", &"+".repeat(43)]
        {
            assert!(read(bad, Some("S256")).is_err(), "{bad}");
        }
    }

    #[test]
    fn rfc7636_4_3_no_method_means_plain() {
        assert_eq!(read(VERIFIER, None).unwrap().method, ChallengeMethod::Plain);
        let error = Challenge::read(VERIFIER, None, &[ChallengeMethod::S256]).unwrap_err();
        assert_eq!(error.code, ErrorCode::InvalidRequest);
        for unknown in ["s256", "S512", "PLAIN", "none"] {
            assert!(read(VERIFIER, Some(unknown)).is_err(), "{unknown}");
        }
        assert!(read(VERIFIER, Some("plain")).unwrap().is_answered_by(VERIFIER));
    }

    #[test]
    fn debug_does_not_show_the_value() {
        assert!(!format!("{:?}", read(VERIFIER, None).unwrap()).contains(VERIFIER));
    }
}
