//! A token whose signature was right.

/// A token that the owner of a key has signed. It may be expired, and meant for somebody else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthenticToken {
    typ: Option<String>,
    payload: Vec<u8>,
}

impl AuthenticToken {
    pub(super) fn new(typ: Option<String>, payload: Vec<u8>) -> Self {
        Self { typ, payload }
    }

    /// What was signed, of whatever form.
    #[must_use]
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The same.
    #[must_use]
    pub fn into_payload(self) -> Vec<u8> {
        self.payload
    }

    /// Whether the token says it is of this type.
    ///
    /// RFC 7515 §4.1.9: recipients treat a `typ` "as if `application/` were prepended to any `typ` value not
    /// containing a `/`"; media types are compared without regard to case.
    #[must_use]
    pub fn is_typ(&self, expected: &str) -> bool {
        self.typ.as_deref().is_some_and(|typ| short(typ).eq_ignore_ascii_case(short(expected)))
    }
}

/// A media type without the `application/` that may be left out.
fn short(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) && !rest.contains('/') => rest,
        _ => typ,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_typ(typ: &str, expected: &str) -> bool {
        AuthenticToken::new(Some(typ.into()), Vec::new()).is_typ(expected)
    }

    #[test]
    fn rfc7515_4_1_9_application_may_be_left_out() {
        for typ in ["at+jwt", "AT+JWT", "application/at+jwt", "APPLICATION/At+Jwt"] {
            for expected in ["at+jwt", "at+JWT", "application/at+jwt"] {
                assert!(is_typ(typ, expected), "{typ} {expected}");
            }
        }
        for typ in ["", "JWT", "at+jwt ", "at+jwtx", "t+jwt", "text/at+jwt", "/at+jwt", "application/"] {
            assert!(!is_typ(typ, "at+jwt"), "{typ}");
        }
        assert!(!is_typ("application/text/plain", "text/plain"));
        assert!(is_typ("text/plain", "text/plain"));
    }

    #[test]
    fn without_a_typ_it_is_of_no_type() {
        assert!(!AuthenticToken::new(None, Vec::new()).is_typ("JWT"));
        assert!(!AuthenticToken::new(None, Vec::new()).is_typ(""));
    }
}
