//! Public keys: they verify, and cannot sign.

use std::fmt;

use ring::agreement::{self, ECDH_P256, EphemeralPrivateKey, agree_ephemeral};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ED25519_PUBLIC_KEY_LEN, RSA_PKCS1_2048_8192_SHA256,
    RsaPublicKeyComponents, UnparsedPublicKey,
};

use super::algorithm::Algorithm;
use super::bad_key::BadKey;
use super::pem;

/// A key for ES256, RS256 or `EdDSA`.
#[derive(Clone)]
pub struct PublicKey(Kind);

#[derive(Clone)]
enum Kind {
    P256([u8; P256_POINT]),
    Rsa(RsaPublicKeyComponents<Vec<u8>>),
    Ed25519([u8; ED25519_PUBLIC_KEY_LEN]),
}

/// SEC 1 §2.3.3: 4, and the two coordinates.
const P256_POINT: usize = 1 + 2 * 32;

impl PublicKey {
    /// Reads PEM: `PUBLIC KEY` (RFC 7468 §13) or `RSA PUBLIC KEY` (RFC 8017 §A.1.1), in lines of 64 characters.
    ///
    /// # Errors
    /// Each [`BadKey`] but those of secrets and JWKs.
    pub fn from_pem(text: &[u8]) -> Result<Self, BadKey> {
        pem::read(text)
    }

    /// A key for ES256: an uncompressed point (SEC 1 §2.3.3) of P-256.
    ///
    /// # Errors
    /// [`BadKey::Point`]
    pub fn p256(point: &[u8]) -> Result<Self, BadKey> {
        let point = point.try_into().map_err(|_| BadKey::Point)?;
        if is_on_p256(point) { Ok(Self(Kind::P256(*point))) } else { Err(BadKey::Point) }
    }

    /// A key for RS256: its modulus and its exponent, big-endian without leading zeros.
    ///
    /// Not checked: whether the modulus is the product of two great primes.
    ///
    /// # Errors
    /// [`BadKey::Modulus`] and [`BadKey::Exponent`]
    pub fn rsa(modulus: &[u8], exponent: &[u8]) -> Result<Self, BadKey> {
        if !(2048..=8192).contains(&bits(modulus)) || !is_odd(modulus) {
            return Err(BadKey::Modulus);
        }
        // What ring takes at each verification. Its upper bound is what makes that one cheap.
        if !(2..=33).contains(&bits(exponent)) || !is_odd(exponent) {
            return Err(BadKey::Exponent);
        }
        Ok(Self(Kind::Rsa(RsaPublicKeyComponents { n: modulus.to_vec(), e: exponent.to_vec() })))
    }

    /// A key for `EdDSA`: the 32 bytes of RFC 8032 §5.1.5.
    ///
    /// Not checked, for ring has no way to ask: whether they are a point. If they are none, nothing verifies.
    ///
    /// # Errors
    /// [`BadKey::Point`]
    pub fn ed25519(point: &[u8]) -> Result<Self, BadKey> {
        point.try_into().map(|point| Self(Kind::Ed25519(point))).map_err(|_| BadKey::Point)
    }

    /// What the key is for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match self.0 {
            Kind::P256(_) => Algorithm::Es256,
            Kind::Rsa(_) => Algorithm::Rs256,
            Kind::Ed25519(_) => Algorithm::EdDsa,
        }
    }

    /// Whether this is a signature of the data, in the form that RFC 7518 §3.3 and §3.4 and RFC 8037 §3.1 give it.
    #[must_use]
    pub fn verify(&self, data: &[u8], signature: &[u8]) -> bool {
        let verified = match &self.0 {
            Kind::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(data, signature)
            }
            Kind::Rsa(key) => key.verify(&RSA_PKCS1_2048_8192_SHA256, data, signature),
            Kind::Ed25519(point) => UnparsedPublicKey::new(&ED25519, point).verify(data, signature),
        };
        verified.is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.algorithm().name())
    }
}

/// Checks a point as ring does before a key agreement, which is the only way to have it checked before there is a
/// signature. The random number in it makes no difference: P-256 has no points of small order.
fn is_on_p256(point: &[u8; P256_POINT]) -> bool {
    let theirs = agreement::UnparsedPublicKey::new(&ECDH_P256, point);
    EphemeralPrivateKey::generate(&ECDH_P256, &SystemRandom::new())
        .and_then(|ours| agree_ephemeral(ours, &theirs, |_| ()))
        .is_ok()
}

/// The length of a big-endian number in bits; 0 if it has leading zeros.
fn bits(number: &[u8]) -> usize {
    match number.first() {
        None | Some(0) => 0,
        Some(first) => number.len() * 8 - first.leading_zeros() as usize,
    }
}

fn is_odd(number: &[u8]) -> bool {
    number.last().is_some_and(|last| last % 2 == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reason(key: Result<PublicKey, BadKey>) -> Option<BadKey> {
        key.err()
    }

    /// SEC 2 §2.4.2: the base point of P-256.
    const G: &str = "046B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C2964\
                     FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5";

    fn unhex(text: &str) -> Vec<u8> {
        let digits = text.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap());
        digits.collect::<Vec<_>>().chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    #[test]
    fn a_point_must_be_on_its_curve() {
        let good = unhex(G);
        assert_eq!(PublicKey::p256(&good).unwrap().algorithm(), Algorithm::Es256);
        for at in [1, 32, 33, 64] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            assert_eq!(reason(PublicKey::p256(&bad)), Some(BadKey::Point), "{at}");
        }
        let zeros = [&[4][..], &[0; 64]].concat();
        let greatest = [&[4][..], &[255; 64]].concat();
        let compressed = [&[2 + good[64] % 2], &good[1..33]].concat();
        let hybrid = [&[6 + good[64] % 2], &good[1..]].concat();
        let extended = [&good[..], &[0]].concat();
        for bad in
            [&zeros[..], &greatest, &compressed, &hybrid, &extended, &good[1..], &good[..64], &[0], &[]]
        {
            assert_eq!(reason(PublicKey::p256(bad)), Some(BadKey::Point), "{bad:?}");
        }
    }

    /// An odd number of so many bits.
    fn number(bits: usize) -> Vec<u8> {
        let mut number = vec![0; bits.div_ceil(8)];
        number[0] = 1 << ((bits - 1) % 8);
        *number.last_mut().unwrap() |= 1;
        number
    }

    #[test]
    fn rfc7518_3_3_a_modulus_has_2048_bits_or_more() {
        for length in [2048, 2049, 3072, 4096, 8191, 8192] {
            let key = PublicKey::rsa(&number(length), &[1, 0, 1]).unwrap();
            assert_eq!(key.algorithm(), Algorithm::Rs256);
        }
        for length in [1, 512, 1024, 2040, 2041, 2047, 8193, 16384] {
            assert_eq!(
                reason(PublicKey::rsa(&number(length), &[1, 0, 1])),
                Some(BadKey::Modulus),
                "{length}"
            );
        }
        let mut even = number(2048);
        even[255] = 2;
        let padded = [&[0][..], &number(2048)].concat();
        for bad in [&even[..], &padded, &[0; 256], &[]] {
            assert_eq!(reason(PublicKey::rsa(bad, &[1, 0, 1])), Some(BadKey::Modulus));
        }
    }

    #[test]
    fn an_exponent_is_odd_and_short() {
        let modulus = number(2048);
        for exponent in [&[3][..], &[17], &[1, 0, 1], &[1, 255, 255, 255, 255]] {
            assert!(PublicKey::rsa(&modulus, exponent).is_ok(), "{exponent:?}");
        }
        for exponent in
            [&[][..], &[0], &[1], &[2], &[4], &[0, 3], &[1, 0, 0], &[2, 0, 0, 0, 1], &[1, 0, 0, 0, 0, 1]]
        {
            assert_eq!(reason(PublicKey::rsa(&modulus, exponent)), Some(BadKey::Exponent), "{exponent:?}");
        }
    }

    #[test]
    fn an_ed25519_key_has_32_bytes() {
        assert_eq!(PublicKey::ed25519(&[7; 32]).unwrap().algorithm(), Algorithm::EdDsa);
        for length in [0, 31, 33, 64] {
            assert_eq!(reason(PublicKey::ed25519(&vec![7; length])), Some(BadKey::Point));
        }
    }
}
