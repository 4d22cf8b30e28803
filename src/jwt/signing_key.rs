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
