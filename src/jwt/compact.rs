//! The compact serialization (RFC 7515 §7.1): header, payload and signature as base64url, with dots between them.

use super::algorithm::Algorithm;
use super::authentic::AuthenticToken;
use super::base64url;
use super::key::Key;
use super::refusal::Refusal;
use crate::json::{Malformed, Object, Value};

/// The greatest length of a token in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;

/// A token as it came, of which only the form is known to be right.
#[derive(Debug, Clone)]
pub struct UntrustedToken<'a> {
    header: Header,
    /// Header and payload with the dot between them, as they were signed.
    signing_input: &'a str,
    payload: &'a str,
    signature: Vec<u8>,
}

/// The members of the header that matter here; RFC 7515 §4 has the others ignored.
#[derive(Debug, Clone)]
struct Header {
    algorithm: String,
    kid: Option<String>,
    typ: Option<String>,
}

impl<'a> UntrustedToken<'a> {
    /// Reads the header and leaves the payload alone.
    ///
    /// # Errors
    /// [`Refusal::Malformed`] and [`Refusal::Critical`]
    pub fn read(text: &'a [u8]) -> Result<Self, Refusal> {
        if text.len() > MAX_LENGTH {
            return Err(Refusal::Malformed("is longer than 64 KiB"));
        }
        let (signing_input, payload, [header, signature]) =
            parts(text).ok_or(Refusal::Malformed("has not three parts"))?;
        let signature = decode(signature, "has a signature that is not base64url")?;
        let header = Header::read(&decode(header, "has a header that is not base64url")?)?;
        Ok(Self { header, signing_input, payload, signature })
    }

    /// What the token wants to be verified with.
    #[must_use]
    pub fn untrusted_algorithm(&self) -> &str {
        &self.header.algorithm
    }

    /// The name of the key that the token wants to be verified with.
    #[must_use]
    pub fn untrusted_kid(&self) -> Option<&str> {
        self.header.kid.as_deref()
    }

    /// Finds the key that has signed the token. Only then the payload is decoded.
    ///
    /// # Errors
    /// [`Refusal::Algorithm`], [`Refusal::Key`] or [`Refusal::Signature`], and [`Refusal::Malformed`] for a
    /// payload that is not base64url.
    pub fn authenticate(self, keys: &[&Key]) -> Result<AuthenticToken, Refusal> {
        let signed_by = |key: &&Key| key.verify(self.signing_input.as_bytes(), &self.signature);
        if !self.candidates(keys)?.iter().any(signed_by) {
            return Err(Refusal::Signature);
        }
        let payload = decode(self.payload, "has a payload that is not base64url")?;
        Ok(AuthenticToken::new(self.header.typ, payload))
    }

    /// The keys of the token's algorithm that may have its `kid`.
    fn candidates<'k>(&self, keys: &[&'k Key]) -> Result<Vec<&'k Key>, Refusal> {
        let algorithm = Algorithm::by_name(&self.header.algorithm).ok_or(Refusal::Algorithm)?;
        let fitting = keys.iter().copied().filter(|key| key.algorithm() == algorithm).collect::<Vec<_>>();
        if fitting.is_empty() && !keys.is_empty() {
            return Err(Refusal::Algorithm);
        }
        let named = fitting.into_iter().filter(|key| self.may_be_meant(key)).collect::<Vec<_>>();
        if named.is_empty() { Err(Refusal::Key) } else { Ok(named) }
    }

    fn may_be_meant(&self, key: &Key) -> bool {
        self.untrusted_kid().zip(key.kid()).is_none_or(|(asked, has)| asked == has)
    }
}

impl Header {
    fn read(json: &[u8]) -> Result<Self, Refusal> {
        let mut header = Object::read(json).map_err(|error| match error {
            Malformed::Duplicate(_) => Refusal::Malformed("has a header with a member twice"),
            Malformed::Syntax | Malformed::NotAnObject => {
                Refusal::Malformed("has a header that is not a JSON object")
            }
        })?;
        // Whatever is in it: no extension is known here, and RFC 7515 §4.1.11 forbids an empty one.
        if header.get("crit").is_some() {
            return Err(Refusal::Critical);
        }
        let mut text = |name, refusal| match header.remove(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.into_owned())),
            Some(_) => Err(Refusal::Malformed(refusal)),
        };
        Ok(Self {
            algorithm: text("alg", "has an 'alg' that is not a string")?
                .ok_or(Refusal::Malformed("has no 'alg'"))?,
            kid: text("kid", "has a 'kid' that is not a string")?,
            typ: text("typ", "has a 'typ' that is not a string")?,
        })
    }
}

/// What was signed; the payload in it; header and signature.
fn parts(text: &[u8]) -> Option<(&str, &str, [&str; 2])> {
    let (signing_input, signature) = std::str::from_utf8(text).ok()?.rsplit_once('.')?;
    let (header, payload) = signing_input.split_once('.')?;
    (!payload.contains('.')).then_some((signing_input, payload, [header, signature]))
}

fn decode(part: &str, refusal: &'static str) -> Result<Vec<u8>, Refusal> {
    base64url::decode(part).ok_or(Refusal::Malformed(refusal))
}
