//! A client that has registered here: what its id says, and what follows from it.

use std::cell::OnceCell;
use std::sync::Arc;

use serde::ser::{Serialize, SerializeMap, Serializer};
use sha2::{Digest as _, Sha256};

use super::choice::{AuthMethod, Choice as _, IdTokenAlg};
use super::key_ring::{HostKey, KeyRing, Opened, UntrustedClientId};
use super::metadata::Metadata;
use super::uri::Uri;
use crate::json::{Object, Value};
use crate::jwt::base64url;

/// A client whose id has a good signature. Whether it has expired or is revoked is another question.
#[derive(Debug, Clone)]
pub struct Client {
    id: String,
    hash: OnceCell<String>,
    /// Read when it is asked for: to know that a client is good takes less.
    registration: OnceCell<Registration>,
    is_public: bool,
    issued_at: Option<i64>,
    expires_at: Option<i64>,
    is_community: bool,
    key: Arc<HostKey>,
}

/// What a client has said about itself, and what sets it apart from others who say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Registration {
    metadata: Metadata,
    nonce: Option<String>,
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
            hash: OnceCell::new(),
            is_public: metadata.is_public(),
            registration: Registration { metadata, nonce: Some(base64url::encode(nonce)) }.into(),
            issued_at: Some(now),
            expires_at: ttl.map(|ttl| now.saturating_add(ttl)),
            is_community: false,
            key: ring.current().clone(),
        };
        let mut payload = Vec::with_capacity(512);
        let _ = serde_json::to_writer(&mut payload, &Payload(&client)); // writing to memory cannot fail
        client.id = client.key.sign(&payload);
        client
    }

    /// Reads an id; none if its signature is not ours. `community_means_exp` tells whether ids of the community module
    /// expire.
    pub(super) fn open(
        ring: &KeyRing,
        id: &UntrustedClientId<'_>,
        community_means_exp: bool,
    ) -> Option<Self> {
        let Opened { key, payload, is_community } = ring.open(id)?;
        let payload = Object::read(&payload).ok().filter(Metadata::is_in)?;
        Some(Self {
            id: id.untrusted_text().to_owned(),
            hash: OnceCell::new(),
            registration: OnceCell::new(),
            is_public: payload.string("token_endpoint_auth_method") == Some(AuthMethod::None.name()),
            issued_at: seconds(&payload, "iat"),
            expires_at: seconds(&payload, "exp").filter(|_| !is_community || community_means_exp),
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
        self.hash.get_or_init(|| hash(&self.id))
    }

    /// What it has registered.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.registration().metadata
    }

    fn registration(&self) -> &Registration {
        self.registration.get_or_init(|| {
            let payload = UntrustedClientId::new(&self.id).and_then(|id| id.untrusted_payload());
            let payload = payload.unwrap_or_default();
            let payload = Object::read(&payload).unwrap_or_default();
            let nonce = payload.string("nonce").map(Into::into);
            Registration { metadata: Metadata::restore(&payload), nonce }
        })
    }

    /// When, in seconds since the epoch.
    #[must_use]
    pub fn issued_at(&self) -> Option<i64> {
        self.issued_at
    }

    /// When the id ends to be good.
    #[must_use]
    pub fn expires_at(&self) -> Option<i64> {
        self.expires_at
    }

    /// Whether the community module has made the id.
    #[must_use]
    pub fn is_community(&self) -> bool {
        self.is_community
    }

    /// How its `id_token`s are signed. The community module has HS256 for all that did not say otherwise, and its clients
    /// go on getting what they know; without a secret there is nothing to sign with but the server's key.
    #[must_use]
    pub fn id_token_alg(&self) -> IdTokenAlg {
        let usual = if self.is_community { IdTokenAlg::Hs256 } else { IdTokenAlg::Es256 };
        let registered = self.metadata().id_token_signed_response_alg.unwrap_or(usual);
        if self.is_public { IdTokenAlg::Es256 } else { registered }
    }

    /// The host of its home page, which is what people can trust of all that it says about itself.
    #[must_use]
    pub fn host(&self) -> &str {
        let client_uri = &self.metadata().client_uri;
        let origin = Uri::parse(client_uri).map_or(client_uri.as_str(), |uri| uri.origin());
        origin.split_once("://").map_or(origin, |(_, host)| host)
    }

    /// What its id says, with the defaults that it leaves out: metadata, `nonce`, `iat` and `exp`, as a JSON object.
    #[must_use]
    pub fn claims(&self) -> String {
        serde_json::to_string(&Claims(self)).unwrap_or_default()
    }

    pub(super) fn nonce(&self) -> Option<&str> {
        self.registration().nonce.as_deref()
    }

    /// Its secret; a public client has none.
    pub(super) fn secret(&self) -> Option<String> {
        (!self.is_public).then(|| self.key.client_secret(&self.id))
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
        self.0.metadata().serialize_short(&mut map)?;
        self.0.serialize_rest(&mut map)?;
        map.end()
    }
}

/// The same in full.
struct Claims<'a>(&'a Client);

impl Serialize for Claims<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.metadata().serialize_full(&mut map)?;
        self.0.serialize_rest(&mut map)?;
        map.end()
    }
}

impl Client {
    /// What makes it a client and not only metadata.
    fn serialize_rest<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        if let Some(nonce) = self.nonce() {
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oauth::tests::{
        NOW, community_id, community_payload, native, payload, read, register, registrar, web, with,
    };

    #[test]
    fn an_id_contains_no_defaults() {
        let registrar = registrar();
        let metadata =
            with(web(), &json!({ "application_type": "web", "grant_types": ["authorization_code"] }));
        let client = register(&registrar, &metadata).client;
        let expected = json!({
            "client_name": "Verona Mail",
            "client_uri": "https://app.example.com/",
            "redirect_uris": ["/callback"],
            "nonce": "BwcHBwcHBwcH",
            "iat": NOW,
        });
        assert_eq!(payload(client.id()), expected);
    }

    #[test]
    fn the_host_is_that_of_the_home_page() {
        let registrar = registrar();
        assert_eq!(register(&registrar, &web()).client.host(), "app.example.com");
        let odd = json!({ "client_uri": "https://App.example.com/a b" });
        let id = community_id(&with(community_payload(&web()), &odd));
        assert_eq!(registrar.open(&id, NOW).unwrap().host(), "App.example.com/a b");
    }

    #[test]
    fn claims_are_there_in_full() {
        let registrar = registrar();
        let client = register(&registrar, &native()).client;
        let rest = json!({
            "application_type": "native", "response_types": ["code"], "nonce": "BwcHBwcHBwcH", "iat": NOW,
        });
        assert_eq!(read(&client.claims()), with(native(), &rest));
    }

    #[test]
    fn grants_name_a_client_by_its_hash() {
        // SHA-256 of "abc" (FIPS 180-4), in base64url.
        assert_eq!(hash("abc"), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        let client = register(&registrar(), &web()).client;
        assert_eq!(client.hash(), hash(client.id()));
    }

    #[test]
    fn the_server_signs_id_tokens_but_for_those_with_a_secret_who_ask() {
        let registrar = registrar();
        for (alg, ours, community) in [
            (json!(null), IdTokenAlg::Es256, IdTokenAlg::Hs256),
            (json!("ES256"), IdTokenAlg::Es256, IdTokenAlg::Es256),
            (json!("HS256"), IdTokenAlg::Hs256, IdTokenAlg::Hs256),
        ] {
            let alg = json!({ "id_token_signed_response_alg": alg });
            for (metadata, has_secret) in [(web(), true), (native(), false)] {
                let expected = |alg| if has_secret { alg } else { IdTokenAlg::Es256 };
                let metadata = with(metadata, &alg);
                let client = register(&registrar, &metadata).client;
                assert_eq!(client.id_token_alg(), expected(ours), "{metadata}");
                let opened = registrar.open(client.id(), NOW).unwrap();
                assert_eq!(opened.id_token_alg(), expected(ours), "{metadata}");
                let id = community_id(&community_payload(&metadata));
                let client = registrar.open(&id, NOW).unwrap();
                assert_eq!(client.id_token_alg(), expected(community), "{metadata}");
            }
        }
    }

    #[test]
    fn rfc7519_2_times_are_numbers() {
        let registrar = registrar();
        for (iat, expected) in [
            (json!(0), Some(0)),
            (json!(-1), Some(-1)),
            (json!(1.9), Some(1)),
            (json!(1e300), Some(i64::MAX)),
            (json!(-1e300), Some(i64::MIN)),
            (json!("1"), None),
            (json!([]), None),
            (json!(null), None),
        ] {
            let id = community_id(&with(community_payload(&web()), &json!({ "iat": iat })));
            let client = registrar.open(&id, NOW).unwrap();
            assert_eq!(client.issued_at(), expected, "{iat}");
            assert_eq!(client.expires_at(), None);
        }
    }

    #[test]
    fn an_exp_beyond_all_time_is_no_exp_in_the_past() {
        let mut registrar = registrar();
        registrar.ttl = Some(i64::MAX);
        let client = register(&registrar, &web()).client;
        assert_eq!(client.expires_at(), Some(i64::MAX));
        assert!(registrar.open(client.id(), NOW).is_ok());
    }

    #[test]
    fn a_signed_payload_that_is_no_client() {
        let registrar = registrar();
        for payload in [json!([]), json!(1), json!({}), json!({ "client_name": "A" }), json!("x")] {
            assert!(registrar.open(&community_id(&payload), NOW).is_err(), "{payload}");
        }
        let metadata = community_payload(&web());
        for (member, value) in
            [("client_name", json!(1)), ("client_uri", json!(null)), ("redirect_uris", json!("x"))]
        {
            let id = community_id(&with(metadata.clone(), &json!({ member: value })));
            assert!(registrar.open(&id, NOW).is_err(), "{member}");
        }
        assert!(registrar.open(&community_id(&metadata), NOW).is_ok());
    }
}
