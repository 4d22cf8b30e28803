//! What an invitation is known by.

/// Longest query in bytes.
const MAX_QUERY: usize = 4096;

/// Parameters in which links of other modules carry the token.
const NAMES: [&str; 2] = ["t", "token"];

/// Whether a text can be a token: 8 to 64 characters of base64url (RFC 4648 §5), as Prosody's `util.id` makes
/// them. Whether there is such an invitation is another question.
#[must_use]
pub fn is_token(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(is_base64url)
}

/// RFC 4648 §5, table 2
pub(super) fn is_base64url(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// The token in the query of an invite link: the first parameter that can be one and has no equals sign, or else
/// nothing behind it; else the first such value of `t` or `token`. What apps and trackers add to links is skipped.
///
/// `None` if there is none, or if the query is longer than 4 KiB.
#[must_use]
pub fn token_in(query: &[u8]) -> Option<String> {
    if query.len() > MAX_QUERY {
        return None;
    }
    let alone = query.split(|byte| *byte == b'&').filter(|part| !part.contains(&b'='));
    let alone = alone.flat_map(form_urlencoded::parse).map(|(name, _)| name);
    let empty = form_urlencoded::parse(query).filter(|(_, value)| value.is_empty()).map(|(name, _)| name);
    let named = form_urlencoded::parse(query)
        .filter(|(name, _)| NAMES.contains(&name.as_ref()))
        .map(|(_, value)| value);
    alone.chain(empty).chain(named).find(|text| is_token(text)).map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rfc4648_5_tokens() {
        for token in ["12345678", "Abc-_xyz", &"a".repeat(64), "________"] {
            assert!(is_token(token), "{token}");
        }
        for other in
            ["", "1234567", &"a".repeat(65), "1234567+", "1234567/", "1234567=", "1234567 ", "1234567é"]
        {
            assert!(!is_token(other), "{other}");
        }
    }

    #[test]
    fn the_token_is_found_among_other_parameters() {
        for query in [
            "Abc-_xyz1",
            "Abc-_xyz1=",
            "Abc-_xyz1&utm_source=elsewhere",
            "utm_campaign=&Abc-_xyz1",
            "fbclid=IwAR0123456789&Abc-_xyz1",
            "&&x&Abc-_xyz1&another-token",
            "%41bc-_xyz1",
            "t=Abc-_xyz1",
            "token=Abc-_xyz1",
            "t=short&token=Abc-_xyz1",
            "t=Abc-_xyz1&token=another-token",
            "token=Abc-_xyz1&t=another-token",
            "t=another-token&Abc-_xyz1",
        ] {
            assert_eq!(token_in(query.as_bytes()).as_deref(), Some("Abc-_xyz1"), "{query}");
        }
    }

    #[test]
    fn what_is_no_token_is_not_found() {
        for query in [
            "",
            "=",
            "short",
            "x=Abc-_xyz1",
            "T=Abc-_xyz1",
            "Abc-_xyz1=x",
            "Abc-_xyz1%00",
            "%ff%ff%ff%ff%ff%ff%ff%ff",
        ] {
            assert_eq!(token_in(query.as_bytes()), None, "{query}");
        }
        let long = |length: usize| format!("Abc-_xyz1&x={}", "y".repeat(length - 12));
        assert!(token_in(long(4096).as_bytes()).is_some());
        assert!(token_in(long(4097).as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn whatever_is_found_is_a_token(query: Vec<u8>) {
            prop_assert!(token_in(&query).is_none_or(|token| is_token(&token)));
        }

        #[test]
        fn any_token_is_found(token in "[A-Za-z0-9_-]{8,64}", name in "(t=|token=|)") {
            prop_assert_eq!(token_in(format!("a=b&{name}{token}").as_bytes()), Some(token));
        }
    }
}
