//! The body of a registration (RFC 7591 §3.1).
#![no_main]

use std::sync::LazyLock;

use frontdoor::oauth::registrar::Registrar;
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor_fuzz::{NOW, check_refusal, registrar, request};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static REGISTRAR: LazyLock<Registrar> = LazyLock::new(|| registrar(StatementKeys::default()));

fuzz_target!(|body: &[u8]| {
    let registered = match REGISTRAR.register(request(body)) {
        Ok(registered) => registered,
        Err(refusal) => return check_refusal(&refusal),
    };
    let client = registered.client;
    assert!(client.id().len() <= REGISTRAR.max_size);
    let opened = REGISTRAR.open(client.id(), NOW).expect("what registers opens again");
    assert_eq!(opened.metadata(), client.metadata());
    assert_eq!((opened.claims(), opened.hash()), (client.claims(), client.hash()));

    // What it is told can be registered again, and says the same.
    assert_eq!(REGISTRAR.describe(&opened, request(b"").endpoint), registered.answer);
    let again = REGISTRAR.register(request(registered.answer.as_bytes())).expect("it is good metadata");
    assert_eq!(again.client.metadata(), client.metadata());

    let told: Value = serde_json::from_str(&registered.answer).expect("it is JSON");
    assert!(REGISTRAR.authenticate(client.id(), told["client_secret"].as_str(), NOW).is_ok());
    // RFC 7592 §2.2: the body would have to name the client.
    check_refusal(&REGISTRAR.replace(&client, request(body)).expect_err("it names another one"));
});
