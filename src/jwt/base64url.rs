//! base64url without padding (RFC 7515 §2): one spelling for each byte string.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Writes bytes.
#[must_use]
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Appends bytes to a text.
pub fn encode_to(bytes: impl AsRef<[u8]>, text: &mut String) {
    URL_SAFE_NO_PAD.encode_string(bytes, text);
}

/// Reads bytes; none for padding, other alphabets, blanks and stray bits at the end.
#[must_use]
pub fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7515_appendix_c_example() {
        assert_eq!(encode([3, 236, 255, 224, 193]), "A-z_4ME");
        assert_eq!(decode("A-z_4ME"), Some(vec![3, 236, 255, 224, 193]));
    }

    #[test]
    fn there_is_one_spelling() {
        for other in ["A-z_4ME=", "A+z/4ME", "A-z_4MF", "A-z_4ME ", "A-z_4ME\n", "A-z_4MEA-", "ä"] {
            assert_eq!(decode(other), None, "{other:?}");
        }
        assert_eq!(decode(""), Some(Vec::new()));
    }
}
