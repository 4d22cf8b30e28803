//! The keys that a server stores for SCRAM (RFC 5802 §3), from a password.

use hmac::{EagerHash, Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use zeroize::Zeroizing;

/// The hash function of a SCRAM mechanism.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// SCRAM-SHA-1 (RFC 5802).
    Sha1,
    /// SCRAM-SHA-256 (RFC 7677).
    Sha256,
}

impl Hash {
    /// By its name in the IANA registry of hash function textual names: `SHA-1` or `SHA-256`.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "SHA-1" => Some(Self::Sha1),
            "SHA-256" => Some(Self::Sha256),
            _ => None,
        }
    }
}

/// What a server keeps of a password; as long as the output of the hash function.
#[derive(Debug, PartialEq, Eq)]
pub struct Keys {
    /// `StoredKey := H(ClientKey)`, with which a client's proof is checked.
    pub stored_key: Vec<u8>,
    /// `ServerKey := HMAC(SaltedPassword, "Server Key")`, with which the server proves itself.
    pub server_key: Vec<u8>,
}

/// Derives both keys. The password must have gone through `SASLprep` (RFC 4013) before.
///
/// This takes as long as `iterations` says: milliseconds to seconds.
#[must_use]
pub fn keys(hash: Hash, password: &[u8], salt: &[u8], iterations: u32) -> Keys {
    match hash {
        Hash::Sha1 => derive::<Sha1>(password, salt, iterations),
        Hash::Sha256 => derive::<Sha256>(password, salt, iterations),
    }
}

fn derive<D: EagerHash>(password: &[u8], salt: &[u8], iterations: u32) -> Keys {
    let mut salted_password = Zeroizing::new(vec![0; <D as hmac::digest::Digest>::output_size()]);
    pbkdf2::pbkdf2_hmac::<D>(password, salt, iterations, &mut salted_password);
    let client_key = Zeroizing::new(hmac::<D>(&salted_password, b"Client Key"));
    Keys {
        stored_key: D::digest(&client_key).to_vec(),
        server_key: hmac::<D>(&salted_password, b"Server Key"),
    }
}

#[allow(clippy::expect_used, reason = "HMAC takes a key of any length (RFC 2104 §2)")]
fn hmac<D: EagerHash>(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = Hmac::<D>::new_from_slice(key).expect("a key of any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        base16ct::lower::encode_string(bytes)
    }

    /// The exchange of RFC 5802 §5: these keys verify its proof and make its server signature.
    #[test]
    fn rfc5802_5_example() {
        let salt = b"\x41\x25\xc2\x47\xe4\x3a\xb1\xe9\x3c\x6d\xff\x76";
        let keys = keys(Hash::Sha1, b"pencil", salt, 4096);
        assert_eq!(hex(&keys.stored_key), "e9d94660c39d65c38fbad91c358f14da0eef2bd6");
        let auth_message = b"n=user,r=fyko+d2lbbFgONRv9qkxdawL,\
            r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,\
            c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";
        let signature = hmac::<Sha1>(&keys.server_key, auth_message);
        assert_eq!(hex(&signature), "ae617da6a57c4bbb2e0286568dae1d251905b0a4");
    }

    /// The exchange of RFC 7677 §3.
    #[test]
    fn rfc7677_3_example() {
        let salt = b"\x5b\x6d\x99\x68\x9d\x12\x35\x8e\xec\xa0\x4b\x14\x12\x36\xfa\x81";
        let keys = keys(Hash::Sha256, b"pencil", salt, 4096);
        let auth_message = b"n=user,r=rOprNGfwEbeRWgbNEkqO,\
            r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,\
            c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let signature = hmac::<Sha256>(&keys.server_key, auth_message);
        // 6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=
        assert_eq!(hex(&signature), "eabae24d1062db75a9451ff0b6ea7e98c8546549ff741e672d3251b2397de46e");
    }

    #[test]
    fn only_registered_names() {
        assert_eq!(Hash::by_name("SHA-1"), Some(Hash::Sha1));
        assert_eq!(Hash::by_name("SHA-256"), Some(Hash::Sha256));
        for other in ["sha-1", "SHA1", "SHA-512", ""] {
            assert_eq!(Hash::by_name(other), None, "{other}");
        }
    }
}
