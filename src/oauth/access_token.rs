//! Bearer tokens in requests (RFC 6750).

use super::error::{EndpointError, ErrorCode};
use super::parameters::{Parameters, is_form};
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

/// The token that a request presents in its header or in its form (RFC 6750 §2.1, §2.2), if there is one. A body with
/// another `Content-Type` than that of a form says nothing.
///
/// # Errors
/// `invalid_request` if there are two, or the form makes no sense; `invalid_token` for a header that has none.
pub fn presented(
    authorization: Option<&str>,
    body: Option<&[u8]>,
    content_type: Option<&str>,
) -> Result<Option<String>, EndpointError> {
    let refused = |code, text: &str| EndpointError::new(code, text.to_owned());
    let body = body.filter(|_| is_form(content_type)).unwrap_or_default();
    let form = Parameters::read(body)
        .map_err(|bad| EndpointError::new(ErrorCode::InvalidRequest, bad.description()))?;
    let in_body = form.get("access_token").map(str::to_owned);
    match (authorization, in_body) {
        (Some(_), Some(_)) => {
            Err(refused(ErrorCode::InvalidRequest, "the token must be either in the header or in the body"))
        }
        (Some(header), None) => match bearer(header) {
            Some(token) => Ok(Some(token.to_owned())),
            None => Err(refused(ErrorCode::InvalidToken, "this is no token")),
        },
        (None, in_body) => Ok(in_body),
    }
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
    fn rfc6750_2_there_is_one_token() {
        const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
        let code = |authorization, body: &[u8], content_type| {
            presented(authorization, Some(body), content_type).unwrap_err().code
        };
        assert_eq!(presented(Some("Bearer abc"), None, None), Ok(Some("abc".into())));
        assert_eq!(presented(None, Some(b"access_token=abc"), FORM), Ok(Some("abc".into())));
        for (body, content_type) in [
            (&b"access_token=abc"[..], None),
            (b"access_token=abc", Some("text/plain")),
            (b"access_token=", FORM),
            (b"", FORM),
        ] {
            assert_eq!(presented(None, Some(body), content_type), Ok(None), "{}", body.escape_ascii());
        }
        assert_eq!(code(Some("Bearer abc"), b"access_token=abc", FORM), ErrorCode::InvalidRequest);
        for body in [&b"access_token=a&access_token=a"[..], b"access_token=%ff", b"x=1&x=2"] {
            assert_eq!(code(None, body, FORM), ErrorCode::InvalidRequest, "{}", body.escape_ascii());
        }
        assert_eq!(code(Some("Basic abc"), b"", None), ErrorCode::InvalidToken);
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
