//! Client ids: a line with the id, one with a secret, one with a header `Authorization`. The whole is also read as
//! the payload of an id that is signed.
#![no_main]

use std::sync::LazyLock;

use frontdoor::oauth::client::hash;
use frontdoor::oauth::registrar::Registrar;
use frontdoor::oauth::revocation::Kind;
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor_fuzz::{NOW, community_id, registrar};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static REGISTRAR: LazyLock<Registrar> = LazyLock::new(|| registrar(StatementKeys::default()));

/// Nobody guesses a signature.
fn never_opens(text: &str) {
    let mut lines = text.splitn(3, '\n');
    let id = lines.next().unwrap_or_default();
    let (secret, authorization) = (lines.next(), lines.next());
    assert!(REGISTRAR.read(id, NOW).is_none());
    assert!(REGISTRAR.open(id, NOW).is_err());
    assert!(REGISTRAR.authenticate(id, secret, NOW).is_err());
    assert!(REGISTRAR.manage(id, authorization, NOW).is_err());
    let _ = REGISTRAR.tokens.admit(authorization);
    let (kind, name) = Kind::guess(id);
    assert!(kind == Kind::Software && name == id || kind == Kind::Client && (name == id || name == hash(id)));
}

fn opens_to_what_it_says(payload: &str) {
    let id = community_id(payload);
    let Some((client, _)) = REGISTRAR.read(&id, NOW) else { return };
    assert!(client.is_community());
    assert_eq!(client.hash(), hash(&id));
    let claims = client.claims();
    let again = REGISTRAR.open(&community_id(&claims), NOW).expect("what it says is a client");
    assert_eq!(again.metadata(), client.metadata());
    assert_eq!(again.claims(), claims);

    let told: Value = serde_json::from_str(&REGISTRAR.describe(&client, "")).expect("it is JSON");
    let secret = told["client_secret"].as_str();
    assert_eq!(secret.is_none(), client.metadata().is_public());
    assert!(REGISTRAR.authenticate(&id, secret, NOW).is_ok());
    let token = told["registration_access_token"].as_str().expect("there is one");
    assert!(REGISTRAR.manage(&id, Some(&format!("Bearer {token}")), NOW).is_ok());
    let _ = REGISTRAR.revocations.contains(&client);
}

fuzz_target!(|text: &str| {
    never_opens(text);
    opens_to_what_it_says(text);
});
