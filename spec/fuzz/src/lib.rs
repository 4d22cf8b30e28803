//! What several targets need.

use frontdoor::jwt::base64url;
use frontdoor::jwt::mac::{MacAlgorithm, MacKey};
use frontdoor::oauth::access_token::InitialAccessTokens;
use frontdoor::oauth::choice::{GrantType, ResponseType};
use frontdoor::oauth::error::EndpointError;
use frontdoor::oauth::key_ring::KeyRing;
use frontdoor::oauth::recent_clients::RecentClients;
use frontdoor::oauth::refusal::Refusal;
use frontdoor::oauth::registrar::{Registrar, Request};
use frontdoor::oauth::revocation::Revocations;
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor::oauth::uri::Uri;
use frontdoor::oauth::validation::Policy;
use regex::Regex;
use std::sync::LazyLock;

pub const KEY: &[u8] = b"a registration key of some length";
pub const NOW: i64 = 1_700_000_000;

/// One that allows everything.
#[must_use]
pub fn registrar(statements: StatementKeys) -> Registrar {
    use GrantType::{AuthorizationCode, DeviceCode, Implicit, Password, RefreshToken};
    let policy = Policy {
        grant_types: vec![AuthorizationCode, RefreshToken, DeviceCode, Password, Implicit],
        response_types: vec![ResponseType::Code, ResponseType::Token],
        locales: vec!["de".into(), "pt-BR".into()],
    };
    Registrar {
        ring: KeyRing::new("capulet.example", MacAlgorithm::Hs256, KEY, &[b"an older key".to_vec()]),
        policy,
        ttl: None,
        max_size: 4096,
        tokens: InitialAccessTokens::default(),
        statements,
        revocations: Revocations::default(),
        recent: RecentClients::default(),
    }
}

#[must_use]
pub fn request(body: &[u8]) -> Request<'_> {
    Request { body, nonce: &[7; 9], now: NOW, endpoint: "https://capulet.example/oauth2/register" }
}

/// What must be true of every refusal of a registration.
pub fn check_refusal(refusal: &Refusal) {
    assert!([400, 413].contains(&refusal.status()));
    // RFC 6749 §5.2
    let description = refusal.to_string();
    assert!(description.chars().all(|c| matches!(c, ' '..='~') && c != '"' && c != '\\'), "{description}");
    serde_json::from_str::<serde_json::Value>(&refusal.to_json()).expect("it is JSON");
}

/// A client id as the community module signs it.
#[must_use]
pub fn community_id(payload: &str) -> String {
    let header = base64url::encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let signed = format!("{header}.{}", base64url::encode(payload));
    let tag = MacKey::new(MacAlgorithm::Hs256, KEY).tag(&[signed.as_bytes()]);
    format!("{signed}.{}", base64url::encode(tag))
}

/// RFC 3986 appendix B
static PARTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(([^:/?#]+):)?(//([^/?#]*))?([^?#]*)(\?([^#]*))?(#(.*))?").expect("it is a regex")
});

/// What must be true of a URI that was accepted for a website.
pub fn check_web(text: &str, home_page: &Uri<'_>) {
    let host = home_page.host().expect("there is a host");
    let uri = Uri::parse(text).expect("what is accepted is a URI");
    assert_eq!((uri.scheme(), uri.host()), ("https", Some(host)));
    let parts = PARTS.captures(text).expect("it matches anything");
    assert_eq!(&parts[2], "https");
    let port = parts[4].strip_prefix(host).expect("another parser finds the same host");
    assert!(port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok()));
}

/// What clients of the community module have registered, and their redirect URIs.
pub const CLIENTS: &[(&str, &[&str])] = &[
    (
        r#"{"client_name":"A","client_uri":"https://a.example/","redirect_uris":["https://a.example/cb?x=y"],
            "grant_types":["authorization_code","refresh_token","password"]}"#,
        &["https://a.example/cb?x=y"],
    ),
    (
        r#"{"client_name":"B","client_uri":"https://b.example/","token_endpoint_auth_method":"none",
            "redirect_uris":["http://localhost/cb","example.b:/cb","urn:ietf:wg:oauth:2.0:oob"],
            "grant_types":["authorization_code","implicit","urn:ietf:params:oauth:grant-type:device_code"],
            "response_types":["code","token"],"scope":" openid  xmpp"}"#,
        &["http://localhost", "example.b:/cb"],
    ),
];

/// What must be true of every error that an endpoint answers with.
pub fn check_error(error: &EndpointError) {
    // RFC 6749 §5.2
    let is_allowed = |byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(error.description.bytes().all(is_allowed), "{error:?}");
    assert!([400, 401].contains(&error.code.status()));
    serde_json::from_str::<serde_json::Value>(&error.to_json()).expect("it is JSON");
}
