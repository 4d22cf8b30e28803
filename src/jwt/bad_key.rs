//! Why a key cannot be used.

use std::fmt;

use super::algorithm::Algorithm;
use super::mac::MacAlgorithm;

/// What is wrong with a key. Nothing of the key is part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadKey {
    /// No algorithm has the name given, or that in the JWK.
    UnknownAlgorithm,
    /// A secret alone does not tell what it is for.
    NoAlgorithm,
    /// It is for another algorithm than the one given, or the one its JWK names.
    OtherAlgorithm {
        /// What it is for.
        key: Algorithm,
    },
    /// Its JWK has another `kid` than the one given.
    OtherKid,
    /// It is shorter than its hash (RFC 7518 §3.2).
    ShortSecret {
        /// What it is for.
        algorithm: MacAlgorithm,
    },
    /// The secret is a key in PEM. With a public key in its place everybody could sign.
    PemAsSecret,
    /// It can sign, and only the one that verifies has any business here.
    Private,
    /// It is no PEM text (RFC 7468, strict) of a public key (RFC 5280 §4.1.2.7).
    Pem,
    /// The JWK is no JSON object, or has a member twice.
    Json,
    /// A member of the JWK is missing or is not what it must be.
    Member {
        /// Its name.
        name: &'static str,
        /// What it must be.
        must: &'static str,
    },
    /// There is no algorithm for this type of key, or for its curve.
    UnknownType,
    /// It is no point of its curve, or not an uncompressed one.
    Point,
    /// An RSA modulus has less than 2048 or more than 8192 bits, or is even.
    Modulus,
    /// An RSA exponent is less than 3, has more than 33 bits, or is even.
    Exponent,
    /// It is no private key that signs: PKCS#8 (RFC 5958) of P-256 with its public key in it, in DER.
    Pkcs8,
}

impl fmt::Display for BadKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::OtherAlgorithm { key } => return write!(f, "this is a key for {}", key.name()),
            Self::ShortSecret { algorithm } => {
                let (name, length) = (algorithm.name(), algorithm.length());
                return write!(f, "a secret for {name} must have at least {length} bytes");
            }
            Self::Member { name, must } => return write!(f, "the JWK's '{name}' must {must}"),
            Self::UnknownAlgorithm => {
                "the algorithm must be HS256, HS384, HS512, ES256, RS256, EdDSA or Ed25519"
            }
            Self::NoAlgorithm => "a secret needs an algorithm: HS256, HS384 or HS512",
            Self::OtherKid => "the JWK has another kid",
            Self::PemAsSecret => "this secret is a key in PEM; give it as one",
            Self::Private => "this is a private key; give the public one",
            Self::Pem => "this is not the PEM text of a public key",
            Self::Json => "the JWK must be a JSON object without duplicate members",
            Self::UnknownType => "the key must be one of P-256, RSA, Ed25519 or HMAC",
            Self::Point => "the key must be an uncompressed point of its curve",
            Self::Modulus => "an RSA key must have 2048 to 8192 bits, and an odd modulus",
            Self::Exponent => "an RSA key must have an odd exponent from 3 to 8589934591",
            Self::Pkcs8 => "the signing key must be PKCS#8, in DER, of P-256, with its public key",
        };
        f.write_str(text)
    }
}

impl std::error::Error for BadKey {}
