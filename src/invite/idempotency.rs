//! The `Idempotency-Key` header (draft-ietf-httpapi-idempotency-key-header §2.1).

use crate::structured_field;

/// Whether the header's value can be used: 1 to 255 printable characters of ASCII, in quotes (RFC 8941 §3.3.3),
/// as the draft has it, or bare, as most programs send them.
#[must_use]
pub fn is_idempotency_key(header: &str) -> bool {
    if header.starts_with('"') {
        structured_field::string(header).is_some_and(|key| is_usable(&key))
    } else {
        is_usable(header)
    }
}

fn is_usable(key: &str) -> bool {
    (1..=255).contains(&key.len()) && key.chars().all(|character| matches!(character, ' '..='~'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_bare_and_in_quotes() {
        for key in ["8e03978e-40d5-43dd-bc93-6894a57f9324", "x", "a b", &"x".repeat(255)] {
            assert!(is_idempotency_key(key), "{key}");
            assert!(is_idempotency_key(&format!("\"{key}\"")), "{key}");
        }
        for key in ["", "é", "a\nb", "\u{7f}", "\0", &"x".repeat(256)] {
            assert!(!is_idempotency_key(key), "{key}");
            assert!(!is_idempotency_key(&format!("\"{key}\"")), "{key}");
        }
        assert!(is_idempotency_key(r#""a\"b""#));
        assert!(!is_idempotency_key("\"x") && !is_idempotency_key("\"x\";a=b") && !is_idempotency_key("\""));
    }

    proptest! {
        #[test]
        fn any_text_is_a_key_or_not(text: String) {
            let _ = is_idempotency_key(&text);
        }
    }
}
