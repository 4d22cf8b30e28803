//! The server's own key, with which it signs what others verify.

use std::fmt;

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::bad_key::BadKey;
use super::base64url;
use super::signing::{self, CannotSign};

/// A private key for ES256.
///
/// This is the one place of the core where what comes out depends on the system's random numbers. An ECDSA signature
/// needs a new one, and one that is used twice gives the key away: ring takes none from its callers, for good reason.
///
/// Not done: wiping it when it is dropped, which ring has no way to do.
pub struct SigningKey {
    pair: EcdsaKeyPair,
    kid: String,
    jwk: String,
}

/// The system has no random numbers to make a key of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoRandomness;

impl SigningKey {
    /// Makes a new key, as PKCS#8 (RFC 5958) in DER.
    ///
    /// # Errors
    /// [`NoRandomness`]
    pub fn generate() -> Result<Zeroizing<Vec<u8>>, NoRandomness> {
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
        document.map(|document| Zeroizing::new(document.as_ref().to_vec())).map_err(|_| NoRandomness)
    }

    /// Reads what [`generate`](Self::generate) made, or another PKCS#8 document that has the public key in it, too.
    ///
    /// # Errors
    /// [`BadKey::Pkcs8`]
    pub fn load(pkcs8: &[u8]) -> Result<Self, BadKey> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new())
            .map_err(|_| BadKey::Pkcs8)?;
        let [x, y] = coordinates(pair.public_key().as_ref()).ok_or(BadKey::Pkcs8)?;
        let kid = thumbprint(&x, &y);
        let jwk = format!(
            r#"{{"kty":"EC","crv":"P-256","x":"{x}","y":"{y}","use":"sig","alg":"ES256","kid":"{kid}"}}"#
        );
        Ok(Self { pair, kid, jwk })
    }

    /// Its name: the thumbprint of its public key (RFC 7638), with SHA-256.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// Its public key, as the JSON text of a JWK (RFC 7517).
    #[must_use]
    pub fn jwk(&self) -> &str {
        &self.jwk
    }

    /// Signs claims, the JSON text of an object, as they are. What they say is not checked.
    ///
    /// # Errors
    /// Each [`CannotSign`] but [`Key`](CannotSign::Key)
    pub fn sign(&self, claims: &[u8]) -> Result<String, CannotSign> {
        signing::sign(Algorithm::Es256, Some(&self.kid), claims, |input| {
            self.pair.sign(&SystemRandom::new(), input).map_err(|_| CannotSign::NoRandomness)
        })
    }
}

/// The coordinates of an uncompressed point (SEC 1 §2.3.3) in base64url (RFC 7518 §6.2.1).
fn coordinates(point: &[u8]) -> Option<[String; 2]> {
    let (x, y) = point.strip_prefix(&[4])?.split_at_checked(32)?;
    (y.len() == 32).then(|| [x, y].map(base64url::encode))
}

/// RFC 7638 §3: the hash of "only the required members of a JWK representing the key and with no whitespace or line
/// breaks before or after any syntactic elements and with the required members ordered lexicographically"; §3.2 names
/// those of an elliptic curve.
fn thumbprint(x: &str, y: &str) -> String {
    let members = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    base64url::encode(Sha256::digest(members))
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl fmt::Display for NoRandomness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the system has no random numbers")
    }
}

impl std::error::Error for NoRandomness {}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jwt::compact::MAX_LENGTH;
    use crate::jwt::tests::Vector;
    use crate::jwt::{Expected, Key, Refusal, Source, verify};

    /// The key of RFC 7515 A.3.1 as OpenSSL, through Python's `cryptography`, writes it in PKCS#8.
    const RFC7515_A_3: &str = "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420\
                               8e9b109e719098bf980487df1f5d77e9cb29606ebed2263b5f57c213df84f4b2a14403420004\
                               7fcdce2770f6c45d4183cbee6fdb4b7b580733357be9ef13bacf6e3c7bd15445\
                               c7f144cd1bbd9b7e872cdfedb9eeb9f4b3695d6ea90b24ad8a4623288588e5ad";

    fn rfc7515_a_3() -> Vec<u8> {
        base16ct::lower::decode_vec(RFC7515_A_3).unwrap()
    }

    fn new() -> SigningKey {
        SigningKey::load(&SigningKey::generate().unwrap()).unwrap()
    }

    /// The key for those who verify.
    fn public(key: &SigningKey) -> Key {
        Key::load(Source::Jwk(key.jwk().as_bytes()), None, None).unwrap()
    }

    fn jwk(key: &SigningKey) -> Value {
        serde_json::from_str(key.jwk()).unwrap()
    }

    #[test]
    fn rfc9449_6_1_a_thumbprint_of_p256() {
        let (x, y) =
            ("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs", "9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");
        assert_eq!(thumbprint(x, y), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    #[test]
    fn rfc7515_a_3_the_key() {
        let key = SigningKey::load(&rfc7515_a_3()).unwrap();
        // As joserfc computes it.
        assert_eq!(key.kid(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
        let mut expected = Vector::of("RFC 7515 A.3").jwk;
        for (member, value) in [("use", "sig"), ("alg", "ES256"), ("kid", key.kid())] {
            expected[member] = value.into();
        }
        assert_eq!(jwk(&key), expected);
    }

    #[test]
    fn the_jwk_has_no_private_part() {
        let jwk = jwk(&new());
        let members: Vec<_> = jwk.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    }

    #[test]
    fn what_it_signs_verifies_with_its_jwk() {
        let key = new();
        let claims = " {\"iss\" : \"ä\"}\n";
        let token = key.sign(claims.as_bytes()).unwrap();
        let verified = verify(&[&public(&key)], token.as_bytes(), &Expected::default()).unwrap();
        assert_eq!(verified.json(), claims);
        let other = public(&new());
        assert_eq!(verify(&[&other], token.as_bytes(), &Expected::default()), Err(Refusal::Key));
    }

    #[test]
    fn the_header_names_the_key() {
        let key = new();
        let token = key.sign(b"{}").unwrap();
        let header = base64url::decode(token.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header, json!({ "alg": "ES256", "kid": key.kid(), "typ": "JWT" }));
    }

    #[test]
    fn no_signature_is_made_twice() {
        let key = new();
        assert_ne!(key.sign(b"{}"), key.sign(b"{}"));
    }

    #[test]
    fn claims_are_an_object_and_not_too_long() {
        let key = new();
        for claims in ["", "[]", "null", "{", "{}{}", r#"{"exp":1,"exp":2}"#] {
            assert_eq!(key.sign(claims.as_bytes()), Err(CannotSign::Claims), "{claims}");
        }
        let long = format!(r#"{{"x":"{}"}}"#, "x".repeat(MAX_LENGTH));
        assert_eq!(key.sign(long.as_bytes()), Err(CannotSign::TooLong));
    }

    #[test]
    fn a_generated_key_loads_as_itself() {
        let pkcs8 = SigningKey::generate().unwrap();
        let kid = || SigningKey::load(&pkcs8).unwrap().kid;
        assert_eq!(kid(), kid());
        assert_ne!(*SigningKey::generate().unwrap(), *pkcs8);
    }

    #[test]
    fn what_is_no_pkcs8_of_p256() {
        let good = rfc7515_a_3();
        for length in 0..good.len() {
            assert_eq!(SigningKey::load(&good[..length]).err(), Some(BadKey::Pkcs8), "{length}");
        }
        let [mut version, mut curve, mut private, mut public] = [(); 4].map(|()| good.clone());
        version[5] = 1;
        curve[26] = 6;
        private[40] ^= 1;
        public[100] ^= 1;
        let extended = [&good[..], &[0]].concat();
        let ed25519 = ring::signature::Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
        for bad in
            [&version, &curve, &private, &public, &extended, ed25519.as_ref(), b"-----BEGIN PRIVATE KEY-----"]
        {
            assert_eq!(SigningKey::load(bad).err(), Some(BadKey::Pkcs8));
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let key = SigningKey::load(&rfc7515_a_3()).unwrap();
        assert_eq!(format!("{key:?}"), format!("SigningKey {{ kid: {:?}, .. }}", key.kid()));
    }
}
