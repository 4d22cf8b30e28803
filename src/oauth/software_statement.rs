//! Software statements (RFC 7591 §2.3): metadata that somebody vouches for.

use super::refusal::{Problem, Refusal};
use crate::json::{Object, Value};
use crate::jwt::{Expected, Key, Refusal as BadToken, UntrustedToken};

/// What a statement says about itself; everything else in it is metadata.
const ABOUT_ITSELF: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The keys of those whose statements count. Without any, statements are ignored (RFC 7591 §3.1.1).
#[derive(Debug, Default)]
pub struct StatementKeys(Vec<Publisher>);

/// Somebody whose statements count.
#[derive(Debug)]
pub struct Publisher {
    /// What the statement's `iss` must be; none takes whatever it is.
    pub issuer: Option<String>,
    /// What it is signed with.
    pub key: Key,
}

/// A statement that counts.
pub(super) struct Statement {
    /// The token itself, which the answer repeats (RFC 7591 §3.2.1).
    pub(super) token: String,
    claims: String,
}

impl StatementKeys {
    /// Those of these publishers.
    #[must_use]
    pub fn new(publishers: Vec<Publisher>) -> Self {
        Self(publishers)
    }

    /// Checks the statement in a request; none if there is none, or if statements are ignored.
    pub(super) fn check(&self, members: &Object<'_>, now: i64) -> Result<Option<Statement>, Refusal> {
        let token = match members.get("software_statement") {
            Some(Value::String(token)) if !self.0.is_empty() => token,
            Some(_) if !self.0.is_empty() => {
                return Err(Problem::new("software_statement", "type", "must be a string").into());
            }
            _ => return Ok(None),
        };
        let claims = self.claims(token, now).map_err(refusal)?;
        Ok(Some(Statement { token: token.as_ref().into(), claims }))
    }

    fn claims(&self, token: &str, now: i64) -> Result<String, BadToken> {
        let keys: Vec<_> = self.0.iter().map(|publisher| &publisher.key).collect();
        let authentic = UntrustedToken::read(token.as_bytes())?.authenticate(&keys)?;
        let issuer = issuer_of(authentic.payload());
        let is_known = self.0.iter().any(|publisher| {
            // The key must be that of the issuer it is named for, and not of another one we trust.
            publisher.issuer.as_deref().is_none_or(|expected| issuer.as_deref() == Some(expected))
                && UntrustedToken::read(token.as_bytes())
                    .and_then(|token| token.authenticate(&[&publisher.key]))
                    .is_ok()
        });
        if !is_known {
            return Err(BadToken::Key);
        }
        let now = u64::try_from(now).unwrap_or_default();
        // RFC 7591 §2.3: it must say who issued it.
        let expected = Expected { now, required: vec!["iss".into()], ..Expected::default() };
        Ok(expected.accept(authentic)?.into_json())
    }
}

fn issuer_of(payload: &[u8]) -> Option<String> {
    Object::read(payload).ok()?.string("iss").map(Into::into)
}

fn refusal(bad: BadToken) -> Refusal {
    match bad {
        BadToken::Key => Refusal::UnknownStatement,
        other => Refusal::Statement(other.to_string()),
    }
}

impl Statement {
    /// Puts the statement's values in the place of those that the client sent: they take precedence.
    pub(super) fn take_precedence<'a>(&'a self, members: &mut Object<'a>) -> Result<(), Refusal> {
        for (name, value) in Object::read(self.claims.as_bytes())? {
            if !ABOUT_ITSELF.contains(&name.as_ref()) {
                members.set(name, value);
            }
        }
        Ok(())
    }
}
