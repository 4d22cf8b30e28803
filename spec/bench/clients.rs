//! What registering and knowing a client costs in the core, beside what cannot be saved: HMAC-SHA-256 of the id, and
//! reading its JSON.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on stops")]

use std::hint::black_box;
use std::time::Instant;

use frontdoor::jwt::mac::{MacAlgorithm, MacKey};
use frontdoor::oauth::access_token::InitialAccessTokens;
use frontdoor::oauth::choice::{GrantType, ResponseType};
use frontdoor::oauth::key_ring::KeyRing;
use frontdoor::oauth::recent_clients::RecentClients;
use frontdoor::oauth::registrar::{Registrar, Request};
use frontdoor::oauth::revocation::Revocations;
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor::oauth::validation::Policy;

const BODY: &[u8] = br#"{"client_name":"Example App","client_uri":"https://app.example.com/","redirect_uris":["https://app.example.com/redirect"],"grant_types":["authorization_code","refresh_token"],"logo_uri":"https://app.example.com/icon.png","tos_uri":"https://app.example.com/terms","policy_uri":"https://app.example.com/privacy","scope":"openid xmpp offline_access","software_id":"32a0a8f3-4016-5478-905a-c373156eca73","software_version":"2.3.1"}"#;

/// Of the fastest of many short rounds: other work on the machine can only slow one down.
fn microseconds<T>(mut act: impl FnMut() -> T) -> f64 {
    let calls = 1000;
    let rounds = (0..200).map(|_| {
        let start = Instant::now();
        for _ in 0..calls {
            black_box(act());
        }
        start.elapsed().as_secs_f64() / f64::from(calls) * 1e6
    });
    rounds.fold(f64::INFINITY, f64::min)
}

fn main() {
    let registrar = Registrar {
        ring: KeyRing::new("localhost", MacAlgorithm::Hs256, b"a key for benchmarks", &[]),
        policy: Policy {
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            response_types: vec![ResponseType::Code],
            locales: Vec::new(),
        },
        ttl: None,
        max_size: 4096,
        tokens: InitialAccessTokens::default(),
        statements: StatementKeys::default(),
        revocations: Revocations::default(),
        recent: RecentClients::default(),
    };
    let request = Request {
        body: BODY,
        nonce: b"123456789",
        now: 1_700_000_000,
        endpoint: "https://chat.example.com/oauth2/register",
    };
    let registered = registrar.register(request).expect("it can be registered");
    let answer: serde_json::Value = serde_json::from_str(&registered.answer).expect("it is JSON");
    let (id, secret) =
        (answer["client_id"].as_str().expect("text"), answer["client_secret"].as_str().expect("text"));

    let key = MacKey::new(MacAlgorithm::Hs256, b"a key for benchmarks");
    let hmac = microseconds(|| key.tag(&[id.as_bytes()]));
    let parse = microseconds(|| serde_json::from_slice::<serde_json::Value>(BODY));
    let floor = hmac + parse;
    let register = microseconds(|| registrar.register(request).expect("it can be registered"));
    let open = microseconds(|| registrar.authenticate(id, Some(secret), 1_700_000_001).expect("it is known"));

    println!("clients, in the core: {} bytes of metadata, a client_id of {}", BODY.len(), id.len());
    println!("  HMAC-SHA-256 of the id {hmac:5.2} us + serde_json {parse:5.2} us = {floor:5.2} us");
    println!("  register               {register:5.2} us   {:4.1} times that", register / floor);
    println!("  open and authenticate  {open:5.2} us   {:4.1} times that", open / floor);
}
