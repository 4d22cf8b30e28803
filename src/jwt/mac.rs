//! HMAC (RFC 2104) as RFC 7518 §3.2 uses it: HS256, HS384 and HS512.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Sha256, Sha384, Sha512};

/// Which of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MacAlgorithm {
    /// HMAC with SHA-256.
    Hs256,
    /// HMAC with SHA-384.
    Hs384,
    /// HMAC with SHA-512.
    Hs512,
}

impl MacAlgorithm {
    /// All of them, the usual one first.
    pub const ALL: [Self; 3] = [Self::Hs256, Self::Hs384, Self::Hs512];

    /// The value of `alg` (RFC 7518 §3.1).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hs256 => "HS256",
            Self::Hs384 => "HS384",
            Self::Hs512 => "HS512",
        }
    }

    /// The one of this name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }

    /// The length of a tag in bytes, and the least of a key (RFC 7518 §3.2).
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Hs256 => 32,
            Self::Hs384 => 48,
            Self::Hs512 => 64,
        }
    }
}

/// A key for one algorithm. The secret itself is not kept, only what it does to the hash's state.
#[derive(Clone)]
pub struct MacKey(State);

#[derive(Clone)]
enum State {
    Hs256(Box<Hmac<Sha256>>),
    Hs384(Box<Hmac<Sha384>>),
    Hs512(Box<Hmac<Sha512>>),
}

/// One arm for each algorithm, with the MAC that has been given the parts as `$mac`.
macro_rules! with_parts {
    ($key:expr, $parts:expr, $mac:ident => $result:expr) => {
        match &$key.0 {
            State::Hs256(state) => with_parts!(@fed state, $parts, $mac => $result),
            State::Hs384(state) => with_parts!(@fed state, $parts, $mac => $result),
            State::Hs512(state) => with_parts!(@fed state, $parts, $mac => $result),
        }
    };
    (@fed $state:expr, $parts:expr, $mac:ident => $result:expr) => {{
        let mut $mac = (**$state).clone();
        for part in $parts {
            $mac.update(part);
        }
        $result
    }};
}

impl MacKey {
    /// Prepares a secret of any length (RFC 2104 §3 keeps short ones and hashes long ones).
    #[must_use]
    #[allow(clippy::missing_panics_doc, clippy::expect_used, reason = "HMAC takes keys of every length")]
    pub fn new(algorithm: MacAlgorithm, secret: &[u8]) -> Self {
        const ANY_LENGTH: &str = "HMAC takes keys of every length";
        Self(match algorithm {
            MacAlgorithm::Hs256 => State::Hs256(Box::new(Hmac::new_from_slice(secret).expect(ANY_LENGTH))),
            MacAlgorithm::Hs384 => State::Hs384(Box::new(Hmac::new_from_slice(secret).expect(ANY_LENGTH))),
            MacAlgorithm::Hs512 => State::Hs512(Box::new(Hmac::new_from_slice(secret).expect(ANY_LENGTH))),
        })
    }

    /// What the key is for.
    #[must_use]
    pub fn algorithm(&self) -> MacAlgorithm {
        match self.0 {
            State::Hs256(_) => MacAlgorithm::Hs256,
            State::Hs384(_) => MacAlgorithm::Hs384,
            State::Hs512(_) => MacAlgorithm::Hs512,
        }
    }

    /// The tag of the parts, one behind the other.
    #[must_use]
    pub fn tag(&self, parts: &[&[u8]]) -> Vec<u8> {
        with_parts!(self, parts, mac => mac.finalize().into_bytes().to_vec())
    }

    /// The same in hexadecimal digits, in lower case.
    #[must_use]
    pub fn hex_tag(&self, parts: &[&[u8]]) -> String {
        with_parts!(self, parts, mac => base16ct::lower::encode_string(&mac.finalize().into_bytes()))
    }

    /// Whether this is the tag of the parts. The time it takes does not tell where two tags differ.
    #[must_use]
    pub fn verify(&self, parts: &[&[u8]], tag: &[u8]) -> bool {
        with_parts!(self, parts, mac => mac.verify_slice(tag).is_ok())
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MacKey({})", self.algorithm().name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc4231_4_3_test_case_2() {
        let expected = [
            (MacAlgorithm::Hs256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
            (
                MacAlgorithm::Hs384,
                "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e\
                 8e2240ca5e69e2c78b3239ecfab21649",
            ),
            (
                MacAlgorithm::Hs512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554\
                 9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
            ),
        ];
        for (algorithm, tag) in expected {
            let key = MacKey::new(algorithm, b"Jefe");
            let made = key.tag(&[b"what do ya want ", b"for nothing?"]);
            assert_eq!(base16ct::lower::encode_string(&made), tag);
            assert_eq!(key.hex_tag(&[b"what do ya want for nothing?"]), tag);
            assert_eq!(made.len(), algorithm.length());
            assert!(key.verify(&[b"what do ya want for nothing?"], &made));
        }
    }

    #[test]
    fn only_the_whole_tag_matches() {
        let key = MacKey::new(MacAlgorithm::Hs256, b"key");
        let tag = key.tag(&[b"text"]);
        let mut extra = tag.clone();
        extra.push(0);
        for other in [&tag[..31], &tag[1..], &[], &extra, &[0; 32]] {
            assert!(!key.verify(&[b"text"], other));
        }
        assert!(!key.verify(&[b"texT"], &tag));
        assert!(!MacKey::new(MacAlgorithm::Hs256, b"kez").verify(&[b"text"], &tag));
    }

    #[test]
    fn debug_shows_no_key() {
        assert_eq!(format!("{:?}", MacKey::new(MacAlgorithm::Hs512, b"hunter2")), "MacKey(HS512)");
    }
}
