//! Software statements (RFC 7591 §2.3): what somebody sends as one, and the same as the claims of one that is signed.
#![no_main]

use std::sync::LazyLock;

use frontdoor::jwt::{Key, Source};
use frontdoor::oauth::refusal::Refusal;
use frontdoor::oauth::registrar::{Registered, Registrar};
use frontdoor::oauth::software_statement::{Publisher, StatementKeys};
use frontdoor_fuzz::{check_refusal, registrar, request};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

static KEY: LazyLock<Key> =
    LazyLock::new(|| Key::load(Source::Secret(&[7; 32]), Some("HS256"), None).expect("it is a key"));

static REGISTRAR: LazyLock<Registrar> = LazyLock::new(|| {
    let issuer = Some("https://publisher.example/".into());
    registrar(StatementKeys::new(vec![Publisher { issuer, key: KEY.clone() }]))
});

fn register(statement: &str) -> Result<Registered, Refusal> {
    let body = json!({
        "client_name": "Verona Mail",
        "client_uri": "https://app.example.com/",
        "redirect_uris": ["https://app.example.com/callback"],
        "software_id": "unstated",
        "software_statement": statement,
    });
    let registered = REGISTRAR.register(request(body.to_string().as_bytes()));
    if let Err(refusal) = &registered {
        check_refusal(refusal);
    }
    registered
}

fuzz_target!(|text: &str| {
    assert!(register(text).is_err(), "nobody guesses a signature");

    let Ok(statement) = KEY.sign(text.as_bytes()) else { return };
    let Ok(Registered { client, answer }) = register(&statement) else { return };
    let told: Value = serde_json::from_str(&answer).expect("it is JSON");
    assert_eq!(told["software_statement"], statement);
    let claims: Value = serde_json::from_str(text).expect("only objects are signed");
    assert_eq!(claims["iss"], "https://publisher.example/");
    for member in ["client_name", "client_uri", "scope", "software_id", "logo_uri", "client_name#de"] {
        match claims[member].as_str() {
            Some("") if member == "scope" => assert_eq!(client.metadata().text(member), None),
            Some(stated) => assert_eq!(client.metadata().text(member), Some(stated)),
            None => assert!(claims.get(member).is_none()),
        }
    }
});
