//! Tokens of `mod_tokenauth`: what somebody sends as one, and the same as the inside of one.
#![no_main]

use std::sync::LazyLock;

use frontdoor::jwt::base64url;
use frontdoor::oauth::held_token::HeldToken;
use libfuzzer_sys::fuzz_target;
use regex::bytes::Regex;

/// As `mod_tokenauth` and `util.jid` match it, with the grant ids that there are.
static INSIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?s-u)\A2;([0-9A-Za-z_-]+);.{18};(?:([^@/]+)@)?([^@/]+)(?:/.+)?\z").expect("it is a regex")
});

/// base64 with padding, from the other alphabet.
fn token(inside: &[u8]) -> String {
    let encoded = base64url::encode(inside).replace('-', "+").replace('_', "/");
    format!("secret-token:{encoded}{}", "=".repeat((4 - encoded.len() % 4) % 4))
}

/// The bytes behind the grant id and the secret.
fn jid(inside: &[u8]) -> Option<&[u8]> {
    let id = inside.get(2..)?.iter().position(|byte| *byte == b';')?;
    inside.get(2 + id + 1 + 18 + 1..)
}

fn inside(text: &[u8]) -> Vec<u8> {
    let encoded = text.strip_prefix(b"secret-token:").expect("it has the prefix");
    let encoded = std::str::from_utf8(encoded).expect("it is ASCII").trim_end_matches('=');
    base64url::decode(encoded.replace('+', "-").replace('/', "_")).expect("it is base64")
}

fn check(read: Option<&HeldToken>, inside: &[u8]) {
    let found =
        INSIDE.captures(inside).filter(|_| jid(inside).is_some_and(|jid| std::str::from_utf8(jid).is_ok()));
    assert_eq!(read.is_some(), found.is_some());
    let Some((read, found)) = read.zip(found) else { return };
    let part = |at| found.get(at).map(|part| part.as_bytes());
    assert_eq!(Some(read.grant_id().as_bytes()), part(1));
    assert_eq!(read.username().map(str::as_bytes), part(2));
    assert_eq!(Some(read.host().as_bytes()), part(3));
    let hash = read.key().strip_prefix("sha256:").expect("it tells the hash");
    assert!(hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
}

fuzz_target!(|data: &[u8]| {
    let read = HeldToken::read(data);
    if read.is_some() {
        let inside = inside(data);
        assert_eq!(token(&inside).as_bytes(), data);
        check(read.as_ref(), &inside);
    }
    let token = token(data);
    if token.len() <= 4096 {
        check(HeldToken::read(token.as_bytes()).as_ref(), data);
    }
});
