//! Bearer tokens (RFC 6750), as far as registration needs them.

use crate::secret::Secret;

/// The token of an `Authorization` header (RFC 6750 §2.1); none if it has another scheme.
#[must_use]
pub fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer")
        && !token.is_empty()
        && token.bytes().all(|byte| byte.is_ascii_graphic()))
    .then_some(token)
}

/// The initial access tokens of an operator (RFC 7591 §3), any of which lets a client register.
#[derive(Debug, Clone, Default)]
pub struct InitialAccessTokens(Vec<Secret>);

impl InitialAccessTokens {
    /// Takes the tokens; without any, everybody may register.
    #[must_use]
    pub fn new(tokens: Vec<String>) -> Self {
        Self(tokens.into_iter().map(Secret::new).collect())
    }

    /// Whether a request with this header may register a client.
    #[must_use]
    pub fn admit(&self, authorization: Option<&str>) -> bool {
        let sent = authorization.and_then(bearer);
        // All are compared, so that the time tells nothing of which one it was.
        self.0.is_empty()
            || sent.is_some_and(|sent| self.0.iter().filter(|token| token.matches(sent)).count() > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6750_2_1_the_header() {
        for header in ["Bearer abc", "bearer abc", "BEARER   abc "] {
            assert_eq!(bearer(header), Some("abc"), "{header}");
        }
        for header in
            ["", "Bearer", "Bearer ", "Basic abc", "Bearerabc", "Bearer a b", "Bearer ä", " Bearer abc"]
        {
            assert_eq!(bearer(header), None, "{header}");
        }
    }

    #[test]
    fn rfc7591_3_initial_access_tokens() {
        assert!(InitialAccessTokens::default().admit(None));
        let tokens = InitialAccessTokens::new(vec!["one".into(), "two".into()]);
        assert!(tokens.admit(Some("Bearer one")) && tokens.admit(Some("Bearer two")));
        for header in
            [None, Some("Bearer thr"), Some("Bearer on"), Some("Bearer onee"), Some("Basic one"), Some("one")]
        {
            assert!(!tokens.admit(header), "{header:?}");
        }
    }
}
