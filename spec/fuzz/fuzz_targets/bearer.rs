//! The token that a request presents (RFC 6750 §2): a line with the header `Authorization`, and the body.
#![no_main]

use frontdoor::oauth::access_token::{InitialAccessTokens, bearer, presented};
use frontdoor_fuzz::check_error;
use libfuzzer_sys::fuzz_target;

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

fuzz_target!(|input: &[u8]| {
    let mut lines = input.splitn(2, |byte| *byte == b'\n');
    let header = lines.next().and_then(|line| std::str::from_utf8(line).ok());
    let body = lines.next();
    for (header, body) in [(header, body), (header, None), (None, body)] {
        match presented(header, body, FORM) {
            Ok(Some(token)) => assert!(!token.is_empty()),
            Ok(None) => assert_eq!(header, None, "a header is a token or an error"),
            Err(error) => check_error(&error),
        }
        // Another content type makes the body nobody's business.
        assert_eq!(presented(header, body, Some("text/plain")), presented(header, None, None));
    }
    let Some(header) = header else { return };
    let tokens = InitialAccessTokens::new(vec!["one token".into(), "another-token".into()]);
    assert_eq!(tokens.admit(Some(header)), bearer(header) == Some("another-token"));
    if let Some(token) = bearer(header) {
        assert!(token.bytes().all(|byte| byte.is_ascii_graphic()));
        assert_eq!(bearer(&format!("Bearer {token}")), Some(token));
    }
});
