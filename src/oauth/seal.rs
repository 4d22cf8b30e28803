//! Tokens that only this host can read, and nobody can change (XChaCha20-Poly1305).
//!
//! What one would otherwise have to remember travels with the user or the client instead, survives a restart and
//! needs no memory.

use std::fmt;

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::jwt::base64url;

/// Random bytes that each sealing needs.
pub const NONCE: usize = 24;

/// Longest token in characters that is opened.
const MAX_LEN: usize = 16 * 1024;

/// What a token is for; one for something else does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// An authorization code, bound to its client.
    Code,
    /// Who has logged in, bound to the authorization request.
    Login,
    /// A device code, bound to its client.
    DeviceCode,
    /// A user code on its way to the authorization endpoint, bound to its client.
    DeviceState,
    /// The private key of the host.
    SigningKey,
}

impl Purpose {
    const fn name(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Login => "login",
            Self::DeviceCode => "device code",
            Self::DeviceState => "device state",
            Self::SigningKey => "signing key",
        }
    }
}

/// The key of one host.
pub(super) struct Seal(XChaCha20Poly1305);

impl Seal {
    /// HKDF (RFC 5869) needs no slow hash under it: the registration key is random, or operators are warned. Whoever has
    /// the key and not the secret, or the secret and not the key, has nothing.
    #[allow(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8160 bytes (RFC 5869 §2.3)")]
    pub(super) fn new(host: &str, registration_key: &[u8], secret: &[u8]) -> Self {
        let material = Zeroizing::new([secret, registration_key].concat());
        let mut key = Zeroizing::new([0; 32]);
        Hkdf::<Sha256>::new(Some(host.as_bytes()), &material)
            .expand(b"frontdoor oauth seal v1", key.as_mut())
            .expect("32 bytes");
        Self(XChaCha20Poly1305::new((&*key).into()))
    }

    /// The sealed content in base64url. `nonce` is random, and so need not be counted.
    pub(super) fn seal(
        &self,
        purpose: Purpose,
        bound_to: &str,
        content: &[u8],
        nonce: &[u8; NONCE],
    ) -> String {
        let aad = associated_data(purpose, bound_to);
        let payload = Payload { msg: content, aad: aad.as_bytes() };
        // Only contents of many gigabytes cannot be sealed.
        let sealed = self.0.encrypt(&XNonce::from(*nonce), payload).unwrap_or_default();
        base64url::encode([&nonce[..], &sealed].concat())
    }

    /// The content, if this key has sealed it for this.
    pub(super) fn open(&self, purpose: Purpose, bound_to: &str, sealed: &str) -> Option<Vec<u8>> {
        if sealed.len() > MAX_LEN {
            return None;
        }
        let sealed = base64url::decode(sealed)?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let aad = associated_data(purpose, bound_to);
        self.0.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: aad.as_bytes() }).ok()
    }
}

/// No purpose contains a NUL byte.
fn associated_data(purpose: Purpose, bound_to: &str) -> String {
    [purpose.name(), "\0", bound_to].concat()
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(host: &str, key: &[u8]) -> Seal {
        Seal::new(host, key, b"secret")
    }

    #[test]
    fn what_is_sealed_opens_for_the_same_purpose_only() {
        let key = seal("capulet.example", b"key");
        let sealed = key.seal(Purpose::Code, "client", b"content", &[7; NONCE]);
        assert_eq!(key.open(Purpose::Code, "client", &sealed).as_deref(), Some(&b"content"[..]));
        assert_eq!(key.open(Purpose::Login, "client", &sealed), None);
        assert_eq!(key.open(Purpose::Code, "another", &sealed), None);
        assert_eq!(seal("montague.example", b"key").open(Purpose::Code, "client", &sealed), None);
        assert_eq!(seal("capulet.example", b"other").open(Purpose::Code, "client", &sealed), None);
        let other_secret = Seal::new("capulet.example", b"key", b"another");
        assert_eq!(other_secret.open(Purpose::Code, "client", &sealed), None);
    }

    #[test]
    fn every_change_is_noticed() {
        let key = seal("capulet.example", b"key");
        let sealed = key.seal(Purpose::Code, "client", b"content", &[7; NONCE]);
        for at in 0..sealed.len() {
            for other in ["A", "_", ".", "=", ""] {
                let changed = format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]);
                let opens = key.open(Purpose::Code, "client", &changed).is_some();
                assert_eq!(opens, changed == sealed, "{changed}");
            }
            assert_eq!(key.open(Purpose::Code, "client", &sealed[..at]), None);
        }
        for other in [String::new(), "A".repeat(40), "A".repeat(MAX_LEN + 1), format!("{sealed}=")] {
            assert_eq!(key.open(Purpose::Code, "client", &other), None);
        }
    }
}
