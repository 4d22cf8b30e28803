//! User codes (RFC 8628 §6.1): what a device shows, and somebody types elsewhere.

use std::fmt;

/// "BCDFGHJKLMNPQRSTVWXZ": no vowels, so that there are no words.
const ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";

/// How many letters there are. "20^8 … equals 34.5 bits of entropy", with a limit on attempts.
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
    /// A code from random bytes; none if too many of them had to be skipped. Of 32 bytes that is one of 10^20 tries.
    #[must_use]
    pub fn from_random(bytes: &[u8]) -> Option<Self> {
        let letters = bytes.iter().filter(|byte| **byte < LIMIT).filter_map(|byte| letter(*byte));
        Self::of(letters.take(LENGTH).collect())
    }

    /// Reads what somebody has typed or pasted: in either case, with blanks and dashes anywhere.
    ///
    /// "the server should … ignore any characters like dashes that are not in the character set … case-insensitive"
    /// goes for what people add; another letter is a mistake, and not to be guessed away.
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
