//! Authorization codes (RFC 6749 §4.1.2): sealed, so that nobody has to keep them.

use sha2::{Digest as _, Sha256};

use super::choice::Choice as _;
use super::client::Client;
use super::error::{EndpointError, ErrorCode};
use super::key_ring::KeyRing;
use super::lifetime::is_current;
use super::parameters::Parameters;
use super::pkce::{Challenge, ChallengeMethod};
use super::seal::{NONCE, Purpose};
use crate::jwt::base64url;

/// Seconds for which a code is good.
pub const LIFETIME: i64 = 600;

/// What a user has granted, on its way through the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthorizationCode {
    /// Who has granted it; the part of the address before the `@`.
    pub username: String,
    /// What was granted.
    pub scope: String,
    /// Where the code was sent.
    pub redirect: RedirectUri,
    /// How the client proves that it has asked for the code.
    pub challenge: Option<Challenge>,
    /// `nonce` of the request, for the `id_token`.
    pub nonce: Option<String>,
    /// When the user logged in, in seconds since the epoch.
    pub auth_time: i64,
    /// When the code was made.
    pub issued_at: i64,
}

/// As much of a redirect URI as is needed to compare it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedirectUri {
    hash: String,
    /// Whether the authorization request had it.
    is_explicit: bool,
}

impl RedirectUri {
    /// Remembers a URI.
    #[must_use]
    pub fn new(uri: &str, is_explicit: bool) -> Self {
        Self { hash: short_hash(uri), is_explicit }
    }
}

/// The sealed content, without names to be short: people copy codes by hand.
type Content = (String, String, (String, bool), Option<(String, String)>, Option<String>, i64, i64);

impl AuthorizationCode {
    /// The code for this client. `nonce` is random.
    #[must_use]
    pub fn seal(&self, ring: &KeyRing, client: &Client, nonce: &[u8; NONCE]) -> String {
        let challenge = self.challenge.as_ref().map(|challenge| (challenge.method.name(), &challenge.value));
        let redirect = (&self.redirect.hash, self.redirect.is_explicit);
        let content =
            (&self.username, &self.scope, redirect, challenge, &self.nonce, self.auth_time, self.issued_at);
        let content = serde_json::to_vec(&content).unwrap_or_default();
        ring.seal(Purpose::Code, client.hash(), &content, nonce)
    }

    /// Reads a code that this host has made for this client.
    fn open(ring: &KeyRing, client: &Client, code: &str) -> Option<Self> {
        let content = ring.unseal(Purpose::Code, client.hash(), code)?;
        let (username, scope, (hash, is_explicit), challenge, nonce, auth_time, issued_at): Content =
            serde_json::from_slice(&content).ok()?;
        let challenge = match challenge {
            None => None,
            Some((method, value)) => Some(Challenge { method: ChallengeMethod::by_name(&method)?, value }),
        };
        let redirect = RedirectUri { hash, is_explicit };
        Some(Self { username, scope, redirect, challenge, nonce, auth_time, issued_at })
    }

    /// What the code in a request is for, if whoever sends it may have it (RFC 6749 §4.1.3). Whether it has been used
    /// before is for the caller to know.
    ///
    /// # Errors
    /// `invalid_grant`; `invalid_request` if there is none.
    pub fn redeem(
        ring: &KeyRing,
        client: &Client,
        parameters: &Parameters<'_>,
        now: i64,
    ) -> Result<Self, EndpointError> {
        let refused = |text| EndpointError::new(ErrorCode::InvalidGrant, text);
        let code = Self::open(ring, client, parameters.require("code")?)
            .filter(|code| is_current(code.issued_at, LIFETIME, now))
            .ok_or_else(|| refused("the code is wrong or has expired"))?;
        if !code.is_proven_by(parameters.get("code_verifier")) {
            return Err(refused("'code_verifier' does not fit"));
        }
        if !code.goes_to(parameters.get("redirect_uri")) {
            return Err(refused("'redirect_uri' is not that of the authorization request"));
        }
        Ok(code)
    }

    /// A verifier without a challenge is refused as well: somebody has taken the challenge out of the authorization
    /// request (RFC 9700 §2.1.1).
    fn is_proven_by(&self, verifier: Option<&str>) -> bool {
        match (&self.challenge, verifier) {
            (Some(challenge), Some(verifier)) => challenge.is_answered_by(verifier),
            (None, None) => true,
            _ => false,
        }
    }

    /// RFC 6749 §4.1.3; with PKCE it may be missing, as OAuth 2.1 wants it.
    fn goes_to(&self, redirect_uri: Option<&str>) -> bool {
        match redirect_uri {
            Some(uri) => short_hash(uri) == self.redirect.hash,
            None => self.challenge.is_some() || !self.redirect.is_explicit,
        }
    }
}

/// A name for a code that does not tell it.
#[must_use]
pub fn id(code: &str) -> String {
    short_hash(code)
}

/// 128 bits of SHA-256 in base64url.
fn short_hash(text: &str) -> String {
    base64url::encode(Sha256::digest(text).iter().copied().take(16).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
