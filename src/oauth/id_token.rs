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
    /// [`CannotSign::TooLong`] and [`CannotSign::NoRandomness`]
    pub fn sign(&self, client: &Client, key: &SigningKey) -> Result<String, CannotSign> {
        match client.id_token_alg() {
            IdTokenAlg::Es256 => key.sign(self.claims().as_bytes()),
            IdTokenAlg::Hs256 => key_of(client)?.sign(self.claims().as_bytes()),
        }
    }
}

/// §10.1: "The MAC key used is the octets of the UTF-8 representation of the `client_secret` value."
fn key_of(client: &Client) -> Result<Key, CannotSign> {
    let secret = Secret::new(client.secret().ok_or(CannotSign::Key)?);
    let source = Source::Secret(secret.expose().as_bytes());
    Key::load(source, Some(IdTokenAlg::Hs256.name()), None).map_err(|_| CannotSign::Key)
}

/// §3.1.3.6: "the base64url encoding of the left-most half of the hash of the octets of the ASCII representation of
/// the `access_token` value, where the hash algorithm used is the hash algorithm used in the `alg` Header Parameter" -
/// for both it is SHA-256.
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jwt::{Expected, verify};
    use crate::oauth::tests::{
        NOW, community_id, community_payload, native, read, register, registrar, secret_of, web, with,
    };

    fn id_token(audience: &str) -> IdToken<'_> {
        IdToken {
            issuer: "https://capulet.example/oauth2",
            subject: "xmpp:juliet@capulet.example",
            audience,
            issued_at: NOW,
            auth_time: None,
            nonce: None,
            access_token: None,
        }
    }

    fn new_key() -> SigningKey {
        SigningKey::load(&SigningKey::generate().unwrap()).unwrap()
    }

    fn verified(token: &str, key: &Key, audience: &str) -> String {
        let expected = Expected {
            now: NOW.try_into().unwrap(),
            issuer: Some("https://capulet.example/oauth2".into()),
            audience: Some(audience.into()),
            typ: Some("JWT".into()),
            ..Expected::default()
        };
        verify(&[key], token.as_bytes(), &expected).unwrap().into_json()
    }

    #[test]
    fn oidc_core_2_what_is_always_there() {
        let expected = json!({
            "iss": "https://capulet.example/oauth2",
            "sub": "xmpp:juliet@capulet.example",
            "aud": "a client",
            "exp": NOW + 3600,
            "iat": NOW,
            "amr": ["pwd"],
        });
        assert_eq!(read(&id_token("a client").claims()), expected);
    }

    #[test]
    fn oidc_core_2_what_may_be_there() {
        let token = IdToken {
            auth_time: Some(NOW - 60),
            nonce: Some("\"n\\é\n"),
            access_token: Some("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"),
            ..id_token("a client")
        };
        let more = json!({ "auth_time": NOW - 60, "nonce": "\"n\\é\n", "at_hash": "77QmUPtjPfzWtF2AnpK9RQ" });
        assert_eq!(read(&token.claims()), with(read(&id_token("a client").claims()), &more));
    }

    #[test]
    fn oidc_core_a_3_at_hash() {
        assert_eq!(at_hash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"), "77QmUPtjPfzWtF2AnpK9RQ");
    }

    #[test]
    fn an_end_beyond_all_time_is_not_in_the_past() {
        let token = IdToken { issued_at: i64::MAX, ..id_token("") };
        assert_eq!(read(&token.claims())["exp"], i64::MAX);
    }

    #[test]
    fn the_servers_key_signs_for_those_who_did_not_ask() {
        let (registrar, key) = (registrar(), new_key());
        for metadata in [web(), native()] {
            let client = register(&registrar, &metadata).client;
            let token = id_token(client.id()).sign(&client, &key).unwrap();
            let public = Key::load(Source::Jwk(key.jwk().as_bytes()), None, None).unwrap();
            assert_eq!(verified(&token, &public, client.id()), id_token(client.id()).claims());
        }
    }

    #[test]
    fn oidc_core_10_1_the_secret_signs_for_those_who_asked() {
        let registrar = registrar();
        let asks = with(web(), &json!({ "id_token_signed_response_alg": "HS256" }));
        let ours = register(&registrar, &asks).client;
        let community = registrar.open(&community_id(&community_payload(&web())), NOW).unwrap();
        for client in [ours, community] {
            let token = id_token(client.id()).sign(&client, &new_key()).unwrap();
            let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
            assert_eq!(header, br#"{"alg":"HS256","typ":"JWT"}"#);
            let secret = secret_of(client.id());
            let key = Key::load(Source::Secret(secret.as_bytes()), Some("HS256"), None).unwrap();
            assert_eq!(verified(&token, &key, client.id()), id_token(client.id()).claims());
        }
    }

    #[test]
    fn one_that_is_too_long_is_not_signed() {
        let client = register(&registrar(), &web()).client;
        let long = "n".repeat(64 * 1024);
        let token = IdToken { nonce: Some(&long), ..id_token(client.id()) };
        assert_eq!(token.sign(&client, &new_key()), Err(CannotSign::TooLong));
    }
}
