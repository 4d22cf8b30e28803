//! What is kept of a registration until it is confirmed: nothing readable without its token.
//!
//! The token goes to the person; the server keeps an id derived from it, to find the record, and the
//! password sealed under a key derived from it. Who reads the store can do neither.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{ChaCha20Poly1305, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::secret::Secret;

/// The token of a pending registration: a random UUID (RFC 9562 §5.4) in its 36-character form.
#[derive(Debug, Clone)]
pub struct Token(Secret);

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.0.matches(other.0.expose())
    }
}

/// To whom a sealed password belongs; opening fails for anybody else.
#[derive(Debug, Clone, Copy)]
pub struct Owner<'a> {
    /// The server's domain.
    pub host: &'a str,
    /// The prepared user name.
    pub username: &'a str,
}

impl Owner<'_> {
    /// Neither part can contain a NUL byte, so no two owners read the same.
    fn associated_data(&self) -> String {
        format!("{}\0{}", self.username, self.host)
    }
}

impl Token {
    /// Reads a token as people send it back: with spaces around it, in either case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_uuid = text.len() == 36
            && text.bytes().enumerate().all(|(at, byte)| match at {
                8 | 13 | 18 | 23 => byte == b'-',
                _ => byte.is_ascii_hexdigit(),
            });
        is_uuid.then(|| Self(Secret::new(text.to_ascii_lowercase())))
    }

    /// The token as the person gets it.
    #[must_use]
    pub fn text(&self) -> &str {
        self.0.expose()
    }

    /// The name under which the registration is stored: 64 hexadecimal digits that tell nothing of the token.
    #[must_use]
    pub fn id(&self) -> String {
        base16ct::lower::encode_string(&*self.derive("id"))
    }

    /// Seals the password (ChaCha20-Poly1305, RFC 8439), as text.
    ///
    /// # Errors
    /// Only for passwords of many gigabytes.
    pub fn seal(&self, password: &str, owner: Owner) -> Result<String, NotSealed> {
        let aad = owner.associated_data();
        let payload = Payload { msg: password.as_bytes(), aad: aad.as_bytes() };
        let sealed = self.cipher().encrypt(&Self::nonce(), payload).map_err(|_| NotSealed)?;
        Ok(BASE64_STANDARD_NO_PAD.encode(sealed))
    }

    /// Opens what [`Token::seal`] made.
    ///
    /// # Errors
    /// [`NotSealed`] if it was made with another token or for another owner, or is damaged.
    pub fn open(&self, sealed: &str, owner: Owner) -> Result<Secret, NotSealed> {
        let sealed = BASE64_STANDARD_NO_PAD.decode(sealed).map_err(|_| NotSealed)?;
        let aad = owner.associated_data();
        let payload = Payload { msg: &sealed, aad: aad.as_bytes() };
        let password = self.cipher().decrypt(&Self::nonce(), payload).map_err(|_| NotSealed)?;
        String::from_utf8(password).map(Secret::new).map_err(|_| NotSealed)
    }

    /// Each token is random and seals one password, so each key is used once and a fixed nonce is safe.
    fn nonce() -> Nonce {
        Nonce::default()
    }

    fn cipher(&self) -> ChaCha20Poly1305 {
        ChaCha20Poly1305::new((&*self.derive("key")).into())
    }

    /// HKDF (RFC 5869) needs no slow hash under it: a token has 122 random bits.
    #[allow(clippy::expect_used, reason = "HKDF-SHA-256 gives up to 8160 bytes (RFC 5869 §2.3)")]
    fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        let mut output = Zeroizing::new([0; 32]);
        let info = format!("frontdoor pending registration v1 {purpose}");
        Hkdf::<Sha256>::new(None, self.0.expose().as_bytes())
            .expand(info.as_bytes(), output.as_mut())
            .expect("32 bytes");
        output
    }
}

/// The text is not what this token sealed for this owner.
#[derive(Debug, PartialEq, Eq)]
pub struct NotSealed;

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c11";
    const OWNER: Owner = Owner { host: "example.org", username: "juliet" };

    fn token(text: &str) -> Token {
        Token::parse(text).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_with_its_token_for_its_owner_only() {
        let sealed = token(UUID).seal("pässword", OWNER).unwrap();
        assert_eq!(token(UUID).open(&sealed, OWNER).unwrap().expose(), "pässword");
        assert_eq!(token(&UUID.to_uppercase()).open(&sealed, OWNER).unwrap().expose(), "pässword");
        assert!(token(&UUID.replace('0', "1")).open(&sealed, OWNER).is_err());
        assert!(token(UUID).open(&sealed, Owner { username: "romeo", ..OWNER }).is_err());
        assert!(token(UUID).open(&sealed, Owner { host: "example.com", ..OWNER }).is_err());
    }

    #[test]
    fn rfc8439_2_8_damage_is_noticed() {
        let sealed = token(UUID).seal("password", OWNER).unwrap();
        for at in 0..sealed.len() {
            let mut damaged = sealed.clone().into_bytes();
            damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
            let damaged = String::from_utf8(damaged).unwrap();
            assert!(token(UUID).open(&damaged, OWNER).is_err(), "{at}");
        }
        assert!(token(UUID).open("", OWNER).is_err());
        assert!(token(UUID).open(&sealed[..8], OWNER).is_err());
    }

    #[test]
    fn the_id_tells_nothing_of_the_token() {
        let id = token(UUID).id();
        assert_eq!(id.len(), 64);
        assert_eq!(id, token(&UUID.to_uppercase()).id());
        assert_ne!(id, token(&UUID.replace('0', "1")).id());
        for part in UUID.split('-') {
            assert!(!id.contains(part), "{part}");
        }
    }

    #[test]
    fn rfc9562_4_only_uuids_are_tokens() {
        assert!(Token::parse(&format!(" {UUID}\n")).is_some());
        for bad in [
            "",
            "0b2d4a3e7c624b5e9d590d9e4a5f3c11",
            &UUID[1..],
            &format!("{UUID}0"),
            &UUID.replace('b', "g"),
            &UUID.replace('-', "0"),
        ] {
            assert!(Token::parse(bad).is_none(), "{bad}");
        }
    }
}
