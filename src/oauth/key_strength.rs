//! Whether `oauth2_registration_key` is worth its name. Whoever guesses it can make clients, and their secrets.

use std::collections::HashSet;
use std::fmt;

/// Least length in bytes that does not earn a warning.
const LENGTH: usize = 16;

/// Least number of different bytes.
const VARIETY: usize = 8;

/// What is weak about a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WeakKey {
    /// It is short.
    Short,
    /// It repeats few characters.
    Monotonous,
}

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short => write!(f, "is shorter than {LENGTH} bytes"),
            Self::Monotonous => write!(f, "has fewer than {VARIETY} different characters"),
        }
    }
}

/// What is weak about this key, if anything.
#[must_use]
pub fn weakness(key: &[u8]) -> Option<WeakKey> {
    if key.len() < LENGTH {
        return Some(WeakKey::Short);
    }
    (key.iter().collect::<HashSet<_>>().len() < VARIETY).then_some(WeakKey::Monotonous)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weak_keys_are_noticed() {
        assert_eq!(weakness(b""), Some(WeakKey::Short));
        assert_eq!(weakness(b"0123456789abcde"), Some(WeakKey::Short));
        assert_eq!(weakness(b"0123456789abcdef"), None);
        assert_eq!(weakness(&[b'x'; 64]), Some(WeakKey::Monotonous));
        assert_eq!(weakness(b"12345671234567123456712345671234567"), Some(WeakKey::Monotonous));
    }
}
