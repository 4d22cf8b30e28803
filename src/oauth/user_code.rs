//! User codes (RFC 8628 §6.1): what a device shows, and somebody types elsewhere.

use std::fmt;

/// "removing vowels to avoid randomly creating words results in the base 20 character set"
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many letters there are: 34.5 bits, enough where attempts are limited (§5.1).
const LENGTH: usize = 8;

/// Behind how many letters the hyphen stands.
const GROUP: usize = 4;

/// Bytes from here on are skipped: with them, some letters would come more often than others.
const LIMIT: u8 = 240;

/// Longest text that is read, in bytes.
const MAX_TYPED: usize = 64;

/// Eight letters. `Display` puts a hyphen in their middle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// A code from random bytes; none if too many of them had to be skipped. With 32 of them that never happens (once in
    /// 10^23 times).
    #[must_use]
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let letters = bytes.iter().filter(|byte| **byte < LIMIT).filter_map(|byte| letter(*byte));
        Self::of(letters.take(LENGTH).collect())
    }

    /// Reads what somebody has typed or pasted: in either case, with blanks and dashes anywhere.
    ///
    /// "the server should strip dashes and other punctuation that it added for readability", and "the user's input should
    /// be uppercased before a comparison". Other letters are mistakes: what is left without them would be another code.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > MAX_TYPED {
            return None;
        }
        Self::of(text.chars().filter(|c| !is_added(*c)).map(|c| c.to_ascii_uppercase()).collect())
    }

    fn of(letters: String) -> Option<Self> {
        let is_code = letters.len() == LENGTH && letters.bytes().all(|letter| ALPHABET.contains(&letter));
        is_code.then_some(Self(letters))
    }

    /// The letters alone.
    #[must_use]
    pub fn letters(&self) -> &str {
        &self.0
    }
}

fn letter(byte: u8) -> Option<char> {
    ALPHABET.get(usize::from(byte) % ALPHABET.len()).copied().map(char::from)
}

/// Blanks, and what keyboards and word processors take for a hyphen.
fn is_added(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at_checked(GROUP).unwrap_or((&self.0, ""));
        write!(f, "{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Option<String> {
        UserCode::parse(text).map(|code| code.to_string())
    }

    fn random(bytes: &[u8]) -> Option<String> {
        UserCode::from_random(bytes).map(|code| code.to_string())
    }

    #[test]
    fn rfc8628_6_1_the_example() {
        let code = UserCode::parse("WDJB-MJHT").unwrap();
        assert_eq!((code.to_string().as_str(), code.letters()), ("WDJB-MJHT", "WDJBMJHT"));
    }

    #[test]
    fn rfc8628_6_1_every_letter() {
        for letter in '\0'..='\u{ff}' {
            let is_letter = "BCDFGHJKLMNPQRSTVWXZbcdfghjklmnpqrstvwxz".contains(letter);
            assert_eq!(UserCode::parse(&format!("WDJBMJH{letter}")).is_some(), is_letter, "{letter:?}");
        }
        // Which are a K and an S to those who fold case.
        for letter in ['\u{212a}', '\u{17f}'] {
            assert_eq!(UserCode::parse(&format!("WDJBMJH{letter}")), None);
        }
    }

    #[test]
    fn rfc8628_6_1_case_blanks_and_dashes_do_not_matter() {
        for text in [
            "WDJBMJHT",
            "wdjb-mjht",
            " WdJb - mJhT\r\n",
            "W D J B M J H T",
            "--WDJB--MJHT--",
            "WDJB\u{2010}MJHT",
            "WDJB\u{2011}MJHT",
            "WDJB\u{2012}MJHT",
            "WDJB\u{2013}MJHT",
            "WDJB\u{2014}MJHT",
            "WDJB\u{2015}MJHT",
            "WDJB\u{2212}MJHT",
            "WDJB\u{a0}MJHT",
            "WDJB\u{3000}\tMJHT",
        ] {
            assert_eq!(shown(text).as_deref(), Some("WDJB-MJHT"), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_code() {
        for text in [
            "",
            "-",
            "WDJB-MJH",
            "WDJB-MJHTW",
            "WDJB_MJHT",
            "WDJB.MJHT",
            "WDJB\0MJHT",
            "WDJB-MJHA",
            "WDJB-MJH1",
            "WDJB-MJHÄ",
            "ẂDJBMJHT",
            "WDJB\u{200b}MJHT",
        ] {
            assert_eq!(UserCode::parse(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_typed_has_64_bytes_at_most() {
        assert!(UserCode::parse(&format!("{}WDJBMJHT", " ".repeat(56))).is_some());
        assert_eq!(UserCode::parse(&format!("{}WDJBMJHT", " ".repeat(57))), None);
    }

    #[test]
    fn each_letter_comes_as_often_as_the_others() {
        let mut letters: Vec<_> =
            (0..=u8::MAX).map(|byte| random(&[byte; 8]).map(|mut code| code.remove(0))).collect();
        assert!(letters.split_off(240).iter().all(Option::is_none));
        for letter in "BCDFGHJKLMNPQRSTVWXZ".chars() {
            assert_eq!(letters.iter().filter(|other| **other == Some(letter)).count(), 12, "{letter}");
        }
    }

    #[test]
    fn a_code_of_random_bytes() {
        assert_eq!(random(&[0, 1, 2, 3, 4, 5, 6, 7]).as_deref(), Some("BCDF-GHJK"));
        assert_eq!(random(&[255, 19, 240, 18, 17, 239, 20, 0, 1, 2, 3, 4]).as_deref(), Some("ZXWZ-BBCD"));
        for few in [&[][..], &[0; 7], &[240; 100], &[0, 0, 0, 0, 255, 255, 0, 0, 0]] {
            assert_eq!(random(few), None, "{few:?}");
        }
    }
}
