//! Mail addresses, so that two spellings of one address are the same.

use email_address::{EmailAddress, Options};
use unicode_normalization::UnicodeNormalization;

/// Longest address in bytes: the path of RFC 5321 §4.5.3.1.3 without its angle brackets.
pub const MAX_LEN: usize = 254;

/// A mail address in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    /// Reads an address (RFC 5321 §4.1.2, with the Unicode of RFC 6531) and brings it into its
    /// comparable form: trimmed, the local part case-folded and composed (NFC), the domain as
    /// UTS #46 maps it to ASCII.
    ///
    /// Whether mail reaches it is not checked. Display names and domain literals are refused.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() > MAX_LEN {
            return None;
        }
        let (local, domain) = text.rsplit_once('@')?;
        let domain = idna::domain_to_ascii_strict(domain).ok()?;
        let local: String = caseless::default_case_fold_str(local).nfc().collect();
        let address = format!("{local}@{domain}");
        let options = Options::default().without_domain_literal().without_display_text();
        EmailAddress::parse_with_options(&address, options).ok()?;
        Some(Self(address))
    }

    /// The comparable form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> String {
        MailAddress::parse(text).unwrap_or_else(|| panic!("{text:?} is an address")).0
    }

    #[test]
    fn spellings_of_one_address_are_the_same() {
        for spelling in
            ["John.Smith@mail.example.net", " john.smith@MAIL.example.NET\t", "JOHN.SMITH@Mail.Example.Net"]
        {
            assert_eq!(canonical(spelling), "john.smith@mail.example.net");
        }
    }

    #[test]
    fn rfc5890_2_3_2_3_a_domain_and_its_a_label_are_the_same() {
        assert_eq!(canonical("anna@Bücher.example"), "anna@xn--bcher-kva.example");
        assert_eq!(canonical("anna@XN--BCHER-KVA.example"), "anna@xn--bcher-kva.example");
        assert_eq!(canonical("anna@bu\u{308}cher.example"), "anna@xn--bcher-kva.example");
    }

    #[test]
    fn rfc6531_3_3_local_parts_fold_beyond_ascii() {
        assert_eq!(canonical("ÉLODIE@example.org"), canonical("e\u{301}lodie@example.org"));
        assert_eq!(canonical("STRASSE@example.org"), canonical("straße@example.org"));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let too_long = format!("{}@example.org", "a".repeat(MAX_LEN));
        for bad in [
            "",
            " ",
            "@",
            "john",
            "john@",
            "@example.org",
            "john smith@example.org",
            "john@exa mple.org",
            "john@example..org",
            "john@[192.0.2.1]",
            "John <john@example.org>",
            "john@example.org\0",
            "john\n@example.org",
            "a@b@example.org",
            "john@-example.org",
            &too_long,
        ] {
            assert_eq!(MailAddress::parse(bad), None, "{bad:?}");
        }
    }
}
