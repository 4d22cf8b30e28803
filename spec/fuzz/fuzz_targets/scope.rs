//! Scopes (RFC 6749 §3.3): each line is one.
#![no_main]

use std::sync::LazyLock;

use frontdoor::oauth::scope::Scope;
use libfuzzer_sys::fuzz_target;
use regex::Regex;

/// The ABNF as a regex.
static SCOPE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\A[\x21\x23-\x5B\x5D-\x7E]+( [\x21\x23-\x5B\x5D-\x7E]+)*\z").expect("it is a regex")
});

fn read(text: &str) -> Option<Scope> {
    let scope = Scope::parse(text);
    assert_eq!(scope.is_ok(), SCOPE.is_match(text));
    let scope = scope.ok()?;
    assert_eq!(scope.as_str(), text);
    assert_eq!(scope.tokens().collect::<Vec<_>>().join(" "), text);
    Some(scope)
}

fuzz_target!(|text: &str| {
    let _ = read(text);
});
