//! ID tokens (`OpenID` Connect Core §2): who has logged in, told to the client.

use serde::ser::{Serialize, SerializeMap, Serializer};
use sha2::{Digest as _, Sha256};

use super::choice::{Choice as _, IdTokenAlg};
use super::client::Client;
use crate::jwt::{CannotSign, Key, SigningKey, Source, base64url};
use crate::secret::Secret;

/// For how long an ID token is good, in seconds.
pub const LIFETIME: i64 = 3600;

/// How people prove who they are (RFC 8176 §2): with their password.
const METHODS: [&str; 1] = ["pwd"];

/// What an ID token says. Times are seconds since the epoch.
#[derive(Debug, Clone, Copy)]
pub struct IdToken<'a> {
    /// `iss`: the base URL of the server.
    pub issuer: &'a str,
    /// `sub`: who has logged in.
    pub subject: &'a str,
    /// `aud`: the `client_id`.
    pub audience: &'a str,
    /// `iat`
    pub issued_at: i64,
    /// When the password was typed.
    pub auth_time: Option<i64>,
    /// What the client has sent, to know its own request again.
    pub nonce: Option<&'a str>,
    /// The access token that is given out at the same time.
    pub access_token: Option<&'a str>,
}

impl IdToken<'_> {
    /// What is signed, as the JSON text of an object.
    #[must_use]
    pub fn claims(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() // writing to memory cannot fail
    }

    /// Signs it as the client wants it: with its own secret, or with the server's key.
    ///
    /// # Errors
    /// [`CannotSign`]; with claims of some length only for want of random numbers.
    pub fn sign(&self, client: &Client, key: &SigningKey) -> Result<String, CannotSign> {
        match client.id_token_alg() {
            IdTokenAlg::Es256 => key.sign(self.claims().as_bytes()),
            IdTokenAlg::Hs256 => key_of(client)?.sign(self.claims().as_bytes()),
        }
    }
}

/// `OpenID` Connect Core §10.1: "the octets of the UTF-8 representation of the `client_secret` value are used as the
/// key".
fn key_of(client: &Client) -> Result<Key, CannotSign> {
    let secret = Secret::new(client.secret().ok_or(CannotSign::Key)?);
    let source = Source::Secret(secret.expose().as_bytes());
    Key::load(source, Some(IdTokenAlg::Hs256.name()), None).map_err(|_| CannotSign::Key)
}

/// §3.1.3.6: "the base64url encoding of the left-most half of the hash of the octets of the ASCII representation of
/// the `access_token` value, where the hash algorithm used is the hash algorithm used in the `alg`" - SHA-256, of both.
fn at_hash(access_token: &str) -> String {
    let left_half: Vec<u8> = Sha256::digest(access_token).into_iter().take(16).collect();
    base64url::encode(left_half)
}

impl Serialize for IdToken<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("iss", self.issuer)?;
        map.serialize_entry("sub", self.subject)?;
        map.serialize_entry("aud", self.audience)?;
        map.serialize_entry("exp", &self.issued_at.saturating_add(LIFETIME))?;
        map.serialize_entry("iat", &self.issued_at)?;
        if let Some(auth_time) = self.auth_time {
            map.serialize_entry("auth_time", &auth_time)?;
        }
        if let Some(nonce) = self.nonce {
            map.serialize_entry("nonce", nonce)?;
        }
        map.serialize_entry("amr", &METHODS)?;
        if let Some(access_token) = self.access_token {
            map.serialize_entry("at_hash", &at_hash(access_token))?;
        }
        map.end()
    }
}
