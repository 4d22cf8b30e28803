//! How tokens are signed, whatever the key.

use std::fmt;

use super::algorithm::Algorithm;
use super::base64url;
use super::compact::MAX_LENGTH;
use super::signing_key::NoRandomness;
use crate::json::Object;

/// Why a key does not sign claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CannotSign {
    /// It can only verify, or its JWK says that it is not to sign.
    Key,
    /// The claims are no JSON object, or have a member twice.
    Claims,
    /// The token would be longer than [`MAX_LENGTH`].
    TooLong,
    /// The system has no random numbers, and the key signs with none but new ones.
    NoRandomness,
}

/// Writes a token (RFC 7515 §7.1) with claims as they are; `signature` is that of header and payload.
pub(super) fn sign<S: AsRef<[u8]>>(
    algorithm: Algorithm,
    kid: Option<&str>,
    claims: &[u8],
    signature: impl FnOnce(&[u8]) -> Result<S, CannotSign>,
) -> Result<String, CannotSign> {
    Object::read(claims).map_err(|_| CannotSign::Claims)?;
    let mut token = base64url::encode(header(algorithm, kid));
    token.push('.');
    base64url::encode_to(claims, &mut token);
    let signature = signature(token.as_bytes())?;
    token.push('.');
    base64url::encode_to(signature, &mut token);
    if token.len() > MAX_LENGTH { Err(CannotSign::TooLong) } else { Ok(token) }
}

fn header(algorithm: Algorithm, kid: Option<&str>) -> String {
    let alg = algorithm.name();
    match kid {
        None => format!(r#"{{"alg":"{alg}","typ":"JWT"}}"#),
        Some(kid) => {
            let kid = serde_json::Value::from(kid); // which prints itself in quotes
            format!(r#"{{"alg":"{alg}","kid":{kid},"typ":"JWT"}}"#)
        }
    }
}

impl fmt::Display for CannotSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Key => "this key cannot sign",
            Self::Claims => "the claims must be a JSON object without duplicate members",
            Self::TooLong => "the token would be longer than 64 KiB",
            Self::NoRandomness => return NoRandomness.fmt(f),
        })
    }
}

impl std::error::Error for CannotSign {}
