//! What people type as a password: a line with the name of the account, and the rest.
#![no_main]

use std::sync::LazyLock;

use frontdoor::password::{Known, Options, Policy, Refusal, score};
use libfuzzer_sys::fuzz_target;

static POLICY: LazyLock<Policy> =
    LazyLock::new(|| Policy::new(Options::default()).expect("they are the defaults"));

fuzz_target!(|text: &str| {
    let (username, password) = text.split_once('\n').unwrap_or(("juliet", text));
    let broken: Vec<Refusal> = POLICY.broken(password, Some(username)).collect();
    assert_eq!(POLICY.check(password, Some(username)).err(), broken.first().copied());
    for refusal in &broken {
        let told = refusal.to_string();
        assert!(password.len() < 16 || !told.contains(password), "it is not repeated");
    }
    let length = password.chars().count();
    assert!((8..=1024).contains(&length) || !broken.is_empty());
    // What takes long is what people make up to be strong: -timeout tells.
    let known = Known { username: Some(username.to_owned()), ..Known::default() };
    let score = score(password, &known);
    assert!(score <= 4 && (!password.is_empty() || score == 0));
});
