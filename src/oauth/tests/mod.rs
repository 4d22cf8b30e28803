//! Clients as a whole: registered, known again, managed. What the parts decide is tested beside them.

mod knowing;
mod management;
mod registration;
mod sizes;

use serde_json::{Value, json};

use super::access_token::InitialAccessTokens;
use super::choice::{GrantType, ResponseType};
use super::key_ring::KeyRing;
use super::recent_clients::RecentClients;
use super::redirect_uri::{DEVICE_CODE, OUT_OF_BAND};
use super::refusal::{Problem, Refusal};
use super::registrar::{Registered, Registrar, Request};
use super::revocation::Revocations;
use super::software_statement::StatementKeys;
use super::validation::Policy;
use crate::jwt::base64url;
use crate::jwt::mac::{MacAlgorithm, MacKey};

pub(super) const HOST: &str = "capulet.example";
pub(super) const KEY: &[u8] = b"a registration key of some length";
pub(super) const ENDPOINT: &str = "https://capulet.example/oauth2/register";
pub(super) const NOW: i64 = 1_700_000_000;
pub(super) const NONCE: &[u8] = &[7; 9];

/// Everything is allowed.
pub(super) fn policy() -> Policy {
    use GrantType::{AuthorizationCode, DeviceCode, Implicit, Password, RefreshToken};
    Policy {
        grant_types: vec![AuthorizationCode, RefreshToken, DeviceCode, Password, Implicit],
        response_types: vec![ResponseType::Code, ResponseType::Token],
        locales: vec!["de".into(), "pt-BR".into()],
    }
}

pub(super) fn registrar() -> Registrar {
    registrar_of(HOST, KEY, &[])
}

pub(super) fn registrar_of(host: &str, key: &[u8], previous: &[Vec<u8>]) -> Registrar {
    Registrar {
        ring: KeyRing::new(host, MacAlgorithm::Hs256, key, previous),
        policy: policy(),
        ttl: None,
        max_size: 4096,
        tokens: InitialAccessTokens::default(),
        statements: StatementKeys::default(),
        revocations: Revocations::default(),
        recent: RecentClients::default(),
    }
}

/// A client with a website.
pub(super) fn web() -> Value {
    json!({
        "client_name": "Verona Mail",
        "client_uri": "https://app.example.com/",
        "redirect_uris": ["https://app.example.com/callback"],
    })
}

/// An app that people install; it is public.
pub(super) fn native() -> Value {
    json!({
        "client_name": "Balcony",
        "client_uri": "https://balcony.example/",
        "redirect_uris": ["com.example.balcony:/callback", "http://127.0.0.1/", OUT_OF_BAND],
        "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "refresh_token"],
    })
}

/// A device without a browser.
pub(super) fn device() -> Value {
    json!({
        "client_name": "Tomb",
        "client_uri": "https://tomb.example/",
        "grant_types": [DEVICE_CODE],
        "response_types": [],
    })
}

/// The same with other members; null takes one out.
pub(super) fn with(mut metadata: Value, changes: &Value) -> Value {
    for (member, value) in changes.as_object().unwrap() {
        let members = metadata.as_object_mut().unwrap();
        members.remove(member);
        if !value.is_null() {
            members.insert(member.clone(), value.clone());
        }
    }
    metadata
}

pub(super) fn request(body: &[u8]) -> Request<'_> {
    Request { body, nonce: NONCE, now: NOW, endpoint: ENDPOINT }
}

pub(super) fn try_register(registrar: &Registrar, metadata: &Value) -> Result<Registered, Refusal> {
    registrar.register(request(metadata.to_string().as_bytes()))
}

pub(super) fn register(registrar: &Registrar, metadata: &Value) -> Registered {
    try_register(registrar, metadata).unwrap_or_else(|refusal| panic!("{refusal}: {metadata}"))
}

/// The metadata's client, and what it was told.
pub(super) fn answer(registrar: &Registrar, metadata: &Value) -> Value {
    serde_json::from_str(&register(registrar, metadata).answer).unwrap()
}

/// Why the metadata is refused, each problem as a sentence.
pub(super) fn problems(registrar: &Registrar, metadata: &Value) -> Vec<String> {
    let refusal = try_register(registrar, metadata).err();
    refusal.iter().flat_map(Refusal::problems).map(Problem::to_string).collect()
}

pub(super) fn read(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// What an id contains.
pub(super) fn payload(client_id: &str) -> Value {
    let payload = client_id.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64url::decode(payload).unwrap()).unwrap()
}

/// An id as util.jwt makes it for the community module, with the registration key itself.
pub(super) fn community_id(payload: &Value) -> String {
    let header = base64url::encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{header}.{}", base64url::encode(payload.to_string()));
    let tag = MacKey::new(MacAlgorithm::Hs256, KEY).tag(&[signed.as_bytes()]);
    format!("{signed}.{}", base64url::encode(tag))
}

/// What the community module signs: all metadata, with the defaults written out.
pub(super) fn community_payload(metadata: &Value) -> Value {
    let defaults = json!({
        "application_type": "web",
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "nonce": "Ay5GYW1pbGlh",
        "iat": NOW,
        "exp": NOW + 3600,
    });
    with(defaults, metadata)
}

/// `client_secret`, computed from nothing but the registration key.
pub(super) fn secret_of(client_id: &str) -> String {
    let verification_key = MacKey::new(MacAlgorithm::Hs256, KEY).tag(&[HOST.as_bytes()]);
    MacKey::new(MacAlgorithm::Hs256, &verification_key).hex_tag(&[client_id.as_bytes()])
}
