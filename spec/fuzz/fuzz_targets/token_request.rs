//! Requests to the token endpoint (RFC 6749 §3.2): a line with the header `Authorization`, and the body.
#![no_main]

use std::sync::LazyLock;

use frontdoor::oauth::credentials::FormRequest;
use frontdoor::oauth::error::EndpointError;
use frontdoor::oauth::registrar::Registrar;
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor::oauth::token_request::{Grant, TokenRequest};
use frontdoor_fuzz::{CLIENTS, NOW, check_error, community_id, registrar};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static REGISTRAR: LazyLock<Registrar> = LazyLock::new(|| registrar(StatementKeys::default()));

/// Id and secret of each client, as a form.
static CREDENTIALS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let credentials = |(payload, _): &(&str, _)| {
        let id = community_id(payload);
        let client = REGISTRAR.open(&id, NOW).expect("it is one");
        let told: Value = serde_json::from_str(&REGISTRAR.describe(&client, "")).expect("it is JSON");
        let secret = told["client_secret"].as_str().map(|secret| format!("&client_secret={secret}"));
        let form = format!("client_id={id}{}&", secret.unwrap_or_default());
        (id, form)
    };
    CLIENTS.iter().map(credentials).collect()
});

fn read(body: &[u8], authorization: Option<&str>) -> Result<TokenRequest, EndpointError> {
    let content_type = Some("application/x-www-form-urlencoded");
    TokenRequest::read(&REGISTRAR, FormRequest { body, content_type, authorization, now: NOW })
}

/// Good as far as can be told without a store.
fn check(request: &TokenRequest, id: &str) {
    assert_eq!(request.client.id(), id);
    assert!(request.scope.as_deref() != Some(""));
    match &request.grant {
        Grant::Code { .. } | Grant::Device(_) => panic!("nobody has sealed a code"),
        Grant::Refresh(token) => assert!(!token.expose().is_empty()),
        Grant::Password { username, password } => {
            assert!(!username.is_empty() && !password.expose().is_empty());
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let header = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let body = lines.next().unwrap_or_default();
    // Nobody guesses a secret; public clients have none.
    match read(body, header) {
        Ok(request) => assert!(request.client.metadata().is_public()),
        Err(error) => check_error(&error),
    }
    for (id, form) in &*CREDENTIALS {
        let whole = [form.as_bytes(), body].concat();
        match read(&whole, None) {
            Ok(request) => check(&request, id),
            Err(error) => check_error(&error),
        }
    }
});
