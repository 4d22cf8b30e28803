//! Which signatures there are (RFC 7518 §3.1, RFC 8037 §3.1).

use super::mac::MacAlgorithm;

/// How a token is signed. "none" is not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// HMAC: whoever can verify can sign.
    Hmac(MacAlgorithm),
    /// ECDSA with the curve P-256 and SHA-256.
    Es256,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// `EdDSA` with the curve Ed25519.
    EdDsa,
}

impl Algorithm {
    /// The value of `alg`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hmac(algorithm) => algorithm.name(),
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The one of this name, in this very case (RFC 7515 §4.1.1).
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "ES256" => Some(Self::Es256),
            "RS256" => Some(Self::Rs256),
            // RFC 9864 §2.2 calls by its full name what RFC 8037 §3.1 leaves to the key's curve.
            "EdDSA" | "Ed25519" => Some(Self::EdDsa),
            _ => MacAlgorithm::by_name(name).map(Self::Hmac),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        let hmac = MacAlgorithm::ALL.map(Algorithm::Hmac);
        for algorithm in [Algorithm::Es256, Algorithm::Rs256, Algorithm::EdDsa].into_iter().chain(hmac) {
            assert_eq!(Algorithm::by_name(algorithm.name()), Some(algorithm));
        }
        assert_eq!(Algorithm::by_name("Ed25519"), Some(Algorithm::EdDsa));
    }

    #[test]
    fn there_are_no_others() {
        for name in ["none", "None", "NONE", "", "hs256", "HS256 ", "HS1", "PS256", "ES384", "Ed448", "EDDSA"]
        {
            assert_eq!(Algorithm::by_name(name), None, "{name}");
        }
    }
}
