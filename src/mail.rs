//! Mail addresses, so that two spellings of one address are the same.

use std::borrow::Cow;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use unicode_normalization::UnicodeNormalization;

/// Longest address in bytes: the path of RFC 5321 §4.5.3.1.3 without its angle brackets.
pub const MAX_LEN: usize = 254;

/// A mail address in the form in which it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress(String);

impl MailAddress {
    /// Reads an address and brings it into its comparable form: trimmed, the local part case-folded and
    /// composed (NFC), the domain as UTS #46 maps it to ASCII.
    ///
    /// Whether mail reaches it is not checked. Display names, quoted local parts and domain literals are
    /// refused: web forms do not get them, and they have too many spellings.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        if text.len() > MAX_LEN || !is_dot_string(local) {
            return None;
        }
        let mut address = String::with_capacity(text.len());
        fold(local, &mut address);
        address.push('@');
        address.push_str(&to_ascii(domain)?);
        Some(Self(address))
    }

    /// The comparable form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same, to keep.
    #[must_use]
    pub fn into_string(self) -> String {
        self.0
    }
}

/// `Dot-string = Atom *("." Atom)` of at most 64 octets (RFC 5321 §4.1.2, §4.5.3.1.1).
fn is_dot_string(local: &str) -> bool {
    local.len() <= 64 && local.split('.').all(|atom| !atom.is_empty() && atom.chars().all(is_atext))
}

/// `atext` (RFC 5322 §3.2.3), and every character beyond ASCII (RFC 6531 §3.3) that is no space or control.
fn is_atext(c: char) -> bool {
    if c.is_ascii() {
        c.is_ascii_alphanumeric()
            || matches!(c, '!' | '#'..='\'' | '*' | '+' | '-' | '/' | '=' | '?' | '^'..='`' | '{'..='~')
    } else {
        !c.is_whitespace() && !c.is_control()
    }
}

fn fold(local: &str, folded: &mut String) {
    if local.is_ascii() {
        folded.push_str(local);
        folded.make_ascii_lowercase();
    } else {
        folded.extend(caseless::default_case_fold_str(local).nfc());
    }
}

/// Upper and lower case, composed and decomposed, Unicode and A-labels (RFC 5890 §2.3.2.1) become one.
fn to_ascii(domain: &str) -> Option<Cow<'_, str>> {
    Uts46::new()
        .to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()
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
    fn rfc5322_3_2_3_every_atext_is_allowed() {
        assert_eq!(canonical("!#$%&'*+-/=?^_`{|}~@example.org"), "!#$%&'*+-/=?^_`{|}~@example.org");
        assert_eq!(canonical("john+tag@localhost"), "john+tag@localhost");
    }

    #[test]
    fn rfc5321_4_5_3_1_1_a_local_part_has_at_most_64_octets() {
        assert!(MailAddress::parse(&format!("{}@example.org", "a".repeat(64))).is_some());
        assert!(MailAddress::parse(&format!("{}@example.org", "a".repeat(65))).is_none());
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
            "\"john smith\"@example.org",
            ".john@example.org",
            "john.@example.org",
            "jo..hn@example.org",
            "john,smith@example.org",
            "john\u{a0}smith@example.org",
            "john@exa_mple.org",
            "john@example.org.",
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
