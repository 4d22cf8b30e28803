//! A client that has registered here: what its id says, and what follows from it.

use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use sha2::{Digest as _, Sha256};

use super::key_ring::{HostKey, KeyRing, Opened, UntrustedClientId};
use super::metadata::Metadata;
use crate::json::{Object, Value};
use crate::jwt::base64url;

/// A client whose id has a good signature. Whether it has expired or is revoked is another question.
#[derive(Debug, Clone)]
pub struct Client {
    id: String,
    hash: String,
    metadata: Metadata,
    nonce: Option<String>,
    issued_at: Option<i64>,
    expires_at: Option<i64>,
    is_community: bool,
    key: Arc<HostKey>,
}

/// How grants name a client: base64url of the SHA-256 of its id.
#[must_use]
pub fn hash(client_id: &str) -> String {
    base64url::encode(Sha256::digest(client_id))
}

impl Client {
    /// Makes an id for new metadata. `nonce` is random, and so no two ids are the same; times are seconds since the
    /// epoch.
    pub(super) fn issue(
        ring: &KeyRing,
        metadata: Metadata,
        nonce: &[u8],
        now: i64,
        ttl: Option<i64>,
    ) -> Self {
        let mut client = Self {
            id: String::new(),
            hash: String::new(),
            metadata,
            nonce: Some(base64url::encode(nonce)),
            issued_at: Some(now),
            expires_at: ttl.map(|ttl| now.saturating_add(ttl)),
            is_community: false,
            key: ring.current().clone(),
        };
        client.id = client.key.sign(&serde_json::to_vec(&Payload(&client)).unwrap_or_default());
        client.hash = hash(&client.id);
        client
    }

    /// Reads an id; none if its signature is not ours.
    pub(super) fn open(ring: &KeyRing, id: &UntrustedClientId<'_>) -> Option<Self> {
        let Opened { key, payload, is_community } = ring.open(id)?;
        let payload = Object::read(&payload).ok()?;
        Some(Self {
            id: id.untrusted_text().to_owned(),
            hash: hash(id.untrusted_text()),
            metadata: Metadata::restore(&payload)?,
            nonce: payload.string("nonce").map(Into::into),
            issued_at: seconds(&payload, "iat"),
            expires_at: seconds(&payload, "exp"),
            is_community,
            key: key.clone(),
        })
    }

    /// The `client_id`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its [`hash`].
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// What it has registered.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// When, in seconds since the epoch.
    #[must_use]
    pub fn issued_at(&self) -> Option<i64> {
        self.issued_at
    }

    /// When the id ends to be good. Ids of the community module say so even where that counts for nothing.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// Whether the community module has made the id.
    #[must_use]
    pub fn is_community(&self) -> bool {
        self.is_community
    }

    /// What its id says, with the defaults that it leaves out: metadata, `nonce`, `iat` and `exp`, as a JSON object.
    #[must_use]
    pub fn claims(&self) -> String {
        serde_json::to_string(&Claims(self)).unwrap_or_default()
    }

    pub(super) fn nonce(&self) -> Option<&str> {
        self.nonce.as_deref()
    }

    /// Its secret; a public client has none.
    pub(super) fn secret(&self) -> Option<String> {
        (!self.metadata.is_public()).then(|| self.key.client_secret(&self.id))
    }

    pub(super) fn registration_access_token(&self) -> String {
        self.key.registration_access_token(&self.id)
    }
}

/// A `NumericDate` (RFC 7519 §2), without its fraction.
#[allow(clippy::cast_possible_truncation, reason = "saturates")]
fn seconds(payload: &Object<'_>, claim: &str) -> Option<i64> {
    match payload.get(claim)? {
        Value::Number(number) => Some(*number as i64),
        _ => None,
    }
}

/// What a client id contains.
struct Payload<'a>(&'a Client);

impl Serialize for Payload<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.metadata.serialize_short(&mut map)?;
        self.0.serialize_rest(&mut map)?;
        map.end()
    }
}

/// The same in full.
struct Claims<'a>(&'a Client);

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.metadata.serialize_full(&mut map)?;
        self.0.serialize_rest(&mut map)?;
        map.end()
    }
}

impl Client {
    /// What makes it a client and not only metadata.
    fn serialize_rest<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(nonce) = &self.nonce {
            map.serialize_entry("nonce", nonce)?;
        }
        if let Some(iat) = self.issued_at {
            map.serialize_entry("iat", &iat)?;
        }
        if let Some(exp) = self.expires_at {
            map.serialize_entry("exp", &exp)?;
        }
        Ok(())
    }
}
