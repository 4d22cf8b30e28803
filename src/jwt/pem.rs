//! Public keys in PEM (RFC 7468).

use spki::der::asn1::UintRef;
use spki::der::{Decode as _, Reader as _, SliceReader, pem};
use spki::{ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::bad_key::BadKey;
use super::public_key::PublicKey;

/// RFC 5480 §2.1.1: id-ecPublicKey, and §2.1.1.1: secp256r1.
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
/// RFC 3279 §2.3.1: rsaEncryption.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
/// RFC 8410 §3: id-Ed25519.
const ED25519: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.101.112");

pub(super) fn read(text: &[u8]) -> Result<PublicKey, BadKey> {
    if is_private(text) {
        return Err(BadKey::Private);
    }
    match pem::decode_vec(text.trim_ascii()) {
        Ok(("PUBLIC KEY", der)) => subject_public_key(&der),
        Ok(("RSA PUBLIC KEY", der)) => rsa_public_key(&der),
        _ => Err(BadKey::Pem),
    }
}

/// Whether there is a private key in the text, of whatever kind, also beside something else.
fn is_private(text: &[u8]) -> bool {
    String::from_utf8_lossy(text).contains("PRIVATE KEY-----")
}

/// RFC 5280 §4.1.2.7: `SubjectPublicKeyInfo ::= SEQUENCE { algorithm, subjectPublicKey BIT STRING }`
fn subject_public_key(der: &[u8]) -> Result<PublicKey, BadKey> {
    let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| BadKey::Pem)?;
    let key = info.subject_public_key.as_bytes().ok_or(BadKey::Pem)?;
    match info.algorithm.oids() {
        Ok((EC, Some(P256))) => PublicKey::p256(key),
        Ok((RSA, None)) => rsa_public_key(key),
        // RFC 8410 §3: "the parameters MUST be absent", also as NULL.
        Ok((ED25519, None)) if info.algorithm.parameters.is_none() => PublicKey::ed25519(key),
        _ => Err(BadKey::UnknownType),
    }
}

/// RFC 8017 §A.1.1: `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }`
fn rsa_public_key(der: &[u8]) -> Result<PublicKey, BadKey> {
    let (modulus, exponent) = two_integers(der).map_err(|_| BadKey::Pem)?;
    PublicKey::rsa(modulus.as_bytes(), exponent.as_bytes())
}

fn two_integers(der: &[u8]) -> spki::der::Result<(UintRef<'_>, UintRef<'_>)> {
    let mut reader = SliceReader::new(der)?;
    let both = reader.sequence(|reader| Ok::<_, spki::der::Error>((reader.decode()?, reader.decode()?)))?;
    reader.finish()?;
    Ok(both)
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    use super::*;
    use crate::jwt::tests::Vector;

    fn reason(text: impl AsRef<[u8]>) -> Option<BadKey> {
        read(text.as_ref()).err()
    }

    fn pem(label: &str, der: &[u8]) -> String {
        let base64 = STANDARD.encode(der);
        let lines: Vec<_> =
            base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
        format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
    }

    fn der(section: &str) -> Vec<u8> {
        pem::decode_vec(Vector::of(section).pem.unwrap().trim().as_bytes()).unwrap().1
    }

    const SECTIONS: [&str; 3] = ["RFC 7515 A.2", "RFC 7515 A.3", "RFC 8037 A.4"];

    #[test]
    fn line_ends_and_blanks_around_do_not_matter() {
        for section in SECTIONS {
            let text = Vector::of(section).pem.unwrap();
            assert_eq!(reason(&text), None);
            assert_eq!(reason(text.trim()), None);
            assert_eq!(reason(format!("\n  {text}\n\n")), None);
            assert_eq!(reason(text.replace('\n', "\r\n")), None);
            assert_eq!(pem("PUBLIC KEY", &der(section)), text);
        }
    }

    #[test]
    fn rfc8017_a_1_1_an_rsa_key_may_stand_alone() {
        let info = der("RFC 7515 A.2");
        let key = SubjectPublicKeyInfoRef::from_der(&info).unwrap().subject_public_key.raw_bytes();
        assert_eq!(reason(pem("RSA PUBLIC KEY", key)), None);
        assert_eq!(reason(pem("RSA PUBLIC KEY", &info)), Some(BadKey::Pem));
        assert_eq!(reason(pem("PUBLIC KEY", key)), Some(BadKey::Pem));
    }

    #[test]
    fn private_keys_are_refused() {
        let public = Vector::of("RFC 7515 A.3").pem.unwrap();
        for label in [
            "PRIVATE KEY",
            "RSA PRIVATE KEY",
            "EC PRIVATE KEY",
            "ENCRYPTED PRIVATE KEY",
            "OPENSSH PRIVATE KEY",
        ] {
            let private = pem(label, &[0x30, 0]);
            assert_eq!(reason(&private), Some(BadKey::Private));
            assert_eq!(reason(format!("{public}{private}")), Some(BadKey::Private));
        }
    }

    #[test]
    fn tampering_with_the_text_is_found() {
        for section in SECTIONS {
            let text = Vector::of(section).pem.unwrap();
            for bad in [
                String::new(),
                text.replace("-----BEGIN PUBLIC KEY-----\n", ""),
                text.replace("-----END PUBLIC KEY-----\n", ""),
                text.replace("-----END PUBLIC KEY-----", "-----END CERTIFICATE-----"),
                text.replace("PUBLIC KEY", "CERTIFICATE"),
                text.replace("PUBLIC KEY", "SSH2 PUBLIC KEY"),
                text.replacen('M', "*", 1),
                text.replacen('M', "", 1),
                text.replace('\n', " "),
                format!("{text}{text}"),
                format!("{text}x"),
            ] {
                assert_eq!(reason(&bad), Some(BadKey::Pem), "{bad}");
            }
        }
        assert_eq!(reason(b"\xff"), Some(BadKey::Pem));
    }

    #[test]
    fn tampering_with_the_structure_is_found() {
        for section in SECTIONS {
            let der = der(section);
            for length in 0..der.len() {
                assert!(reason(pem("PUBLIC KEY", &der[..length])).is_some(), "{section} {length}");
            }
            assert_eq!(reason(pem("PUBLIC KEY", &[&der[..], &[0]].concat())), Some(BadKey::Pem));
            // All that stands before the key itself: lengths, types and object identifiers.
            for at in 0..if section == "RFC 8037 A.4" { 12 } else { 26 } {
                let mut bad = der.clone();
                bad[at] ^= 1;
                assert!(reason(pem("PUBLIC KEY", &bad)).is_some(), "{section} {at}");
            }
        }
    }

    #[test]
    fn other_keys_are_refused() {
        // RFC 8410 §10.1, but with NULL for parameters, and with the numbers of X25519 and Ed448.
        let ed25519 = der("RFC 8037 A.4");
        let null = [&[0x30, 44, 0x30, 7, 6, 3, 0x2b, 0x65, 0x70, 5, 0], &ed25519[9..]].concat();
        assert_eq!(reason(pem("PUBLIC KEY", &null)), Some(BadKey::UnknownType));
        for other in [0x6e, 0x71] {
            let mut bad = ed25519.clone();
            bad[8] = other;
            assert_eq!(reason(pem("PUBLIC KEY", &bad)), Some(BadKey::UnknownType));
        }
        // RFC 5480 §2.1.1.1: secp192r1 is 1.2.840.10045.3.1.1.
        let mut p192 = der("RFC 7515 A.3");
        p192[22] = 1;
        assert_eq!(reason(pem("PUBLIC KEY", &p192)), Some(BadKey::UnknownType));
    }
}
