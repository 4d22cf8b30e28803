//! Published tokens, and what becomes of one that somebody has tampered with.

use serde_json::{Value, json};

use super::mac::{MacAlgorithm, MacKey};
use super::*;

/// A token of an RFC, and the key to verify it.
pub(super) struct Vector {
    pub section: String,
    pub jwk: Value,
    pub pem: Option<String>,
    pub token: String,
}

impl Vector {
    pub fn all() -> Vec<Self> {
        let vectors: Value = serde_json::from_str(include_str!("../../spec/vectors/jws.json")).unwrap();
        let vectors = vectors.as_array().unwrap().iter().map(|vector| Self {
            section: vector["section"].as_str().unwrap().into(),
            jwk: vector["jwk"].clone(),
            pem: vector["pem"].as_str().map(str::to_owned),
            token: vector["token"].as_str().unwrap().into(),
        });
        vectors.collect()
    }

    pub fn of(section: &str) -> Self {
        Self::all().into_iter().find(|vector| vector.section == section).unwrap()
    }

    pub fn key(&self) -> Key {
        load(&self.jwk).unwrap()
    }

    /// The key in all its forms.
    fn keys(&self) -> Vec<Key> {
        let pem = self.pem.as_ref().map(|pem| Key::load(Source::Pem(pem.as_bytes()), None, None).unwrap());
        pem.into_iter().chain([self.key()]).collect()
    }
}

pub(super) fn load(jwk: &Value) -> Result<Key, BadKey> {
    Key::load(Source::Jwk(jwk.to_string().as_bytes()), None, None)
}

/// When the tokens of RFC 7515 are valid.
fn then() -> Expected {
    Expected { now: 1_300_819_379, issuer: Some("joe".into()), ..Expected::default() }
}

fn payload(key: &Key, token: &str) -> Result<Vec<u8>, Refusal> {
    UntrustedToken::read(token.as_bytes())?.authenticate(&[key]).map(AuthenticToken::into_payload)
}

fn claims(key: &Key, token: &str) -> Result<String, Refusal> {
    verify(&[key], token.as_bytes(), &then()).map(VerifiedClaims::into_json)
}

#[test]
fn rfc7515_a_1_a_2_and_a_3() {
    for (section, algorithm) in
        [("RFC 7515 A.1", "HS256"), ("RFC 7515 A.2", "RS256"), ("RFC 7515 A.3", "ES256")]
    {
        let vector = Vector::of(section);
        for key in vector.keys() {
            assert_eq!(key.algorithm().name(), algorithm);
            let json = "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}";
            assert_eq!(claims(&key, &vector.token).as_deref(), Ok(json));
            let later = Expected { now: 1_300_819_380, ..then() };
            assert_eq!(verify(&[&key], vector.token.as_bytes(), &later), Err(Refusal::Expired));
        }
    }
}

#[test]
fn rfc7515_a_5_unsecured_tokens_are_refused() {
    let payload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let token = format!("eyJhbGciOiJub25lIn0.{payload}.");
    for vector in Vector::all() {
        assert_eq!(claims(&vector.key(), &token), Err(Refusal::Algorithm));
        let (_, signature) = vector.token.rsplit_once('.').unwrap();
        assert_eq!(claims(&vector.key(), &format!("{token}{signature}")), Err(Refusal::Algorithm));
    }
}

#[test]
fn rfc7520_4_1_and_4_4() {
    for (section, algorithm) in [("RFC 7520 4.1", "RS256"), ("RFC 7520 4.4", "HS256")] {
        let vector = Vector::of(section);
        let key = vector.key();
        assert_eq!(key.algorithm().name(), algorithm);
        assert_eq!(key.kid(), vector.jwk["kid"].as_str());
        let text = payload(&key, &vector.token).unwrap();
        assert!(text.starts_with("It’s a dangerous business, Frodo".as_bytes()));
        assert_eq!(claims(&key, &vector.token).unwrap_err().name(), "malformed");
    }
}

#[test]
fn rfc8037_a_4_ed25519() {
    let vector = Vector::of("RFC 8037 A.4");
    for key in vector.keys() {
        assert_eq!(key.algorithm().name(), "EdDSA");
        assert_eq!(payload(&key, &vector.token).unwrap(), b"Example of Ed25519 signing");
    }
}

#[test]
fn a_key_verifies_its_own_tokens_only() {
    for signed in Vector::all() {
        for other in Vector::all().iter().filter(|other| other.section != signed.section) {
            let refusal = payload(&other.key(), &signed.token).unwrap_err();
            let expected = match (&signed.jwk["kid"], &other.jwk["kid"]) {
                _ if signed.key().algorithm() != other.key().algorithm() => Refusal::Algorithm,
                (Value::Null, _) | (_, Value::Null) => Refusal::Signature,
                _ => Refusal::Key,
            };
            assert_eq!(refusal, expected, "{} {}", signed.section, other.section);
        }
    }
}

const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The text with another character at a place.
fn replaced(text: &str, at: usize, by: char) -> String {
    text.char_indices().map(|(place, old)| if place == at { by } else { old }).collect()
}

#[test]
fn tampering_every_character_is_found() {
    let secret = Vector::of("RFC 7515 A.1");
    let key = secret.key();
    for at in 0..secret.token.len() {
        for by in ALPHABET.chars().chain(['.', '=', ' ', '+', '/', '\0', 'ä']) {
            let token = replaced(&secret.token, at, by);
            assert!(token == secret.token || claims(&key, &token).is_err(), "{token}");
        }
    }
}

#[test]
fn tampering_every_character_of_what_is_signed_with_a_private_key_is_found() {
    for section in ["RFC 7515 A.2", "RFC 7515 A.3", "RFC 8037 A.4"] {
        let vector = Vector::of(section);
        let key = vector.key();
        for (at, old) in vector.token.char_indices() {
            let token = replaced(&vector.token, at, if old == 'A' { 'B' } else { 'A' });
            assert!(payload(&key, &token).is_err(), "{section} at {at}");
        }
    }
}

fn parts(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

/// Everything that is done to a part, by what it is called.
fn tampered(part: &str, foreign: &str) -> Vec<(&'static str, String)> {
    let last = part.len() - 1;
    vec![
        ("empty", String::new()),
        ("truncated at its end", part[..last].into()),
        ("truncated at its beginning", part[1..].into()),
        ("of half the length", part[..part.len() / 2].into()),
        ("extended by a character", format!("{part}A")),
        ("extended by four", format!("{part}AAAA")),
        ("extended at its beginning", format!("AAAA{part}")),
        ("twice", format!("{part}{part}")),
        ("from another token", foreign.into()),
        ("padded", format!("{part}=")),
        ("padded twice", format!("{part}==")),
        ("with a blank before", format!(" {part}")),
        ("with a blank behind", format!("{part} ")),
        ("with a line break", format!("{}\n{}", &part[..4], &part[4..])),
        ("with a NUL", format!("{part}\0")),
        ("with a character of base64", format!("+{}", &part[1..])),
    ]
}

#[test]
fn tampering_each_part_is_found() {
    let foreign = Key::load(Source::Secret(&[9; 48]), Some("HS384"), None).unwrap();
    let foreign = foreign.sign(br#"{"iss":"joe"}"#).unwrap();
    for section in ["RFC 7515 A.1", "RFC 7515 A.2", "RFC 7515 A.3"] {
        let vector = Vector::of(section);
        let key = vector.key();
        for at in 0..3 {
            for (name, part) in tampered(parts(&vector.token)[at], parts(&foreign)[at]) {
                let mut parts = parts(&vector.token);
                parts[at] = &part;
                assert!(claims(&key, &parts.join(".")).is_err(), "{section}, part {at} {name}");
            }
        }
    }
}

#[test]
fn there_are_three_parts() {
    let Vector { token, .. } = Vector::of("RFC 7515 A.1");
    let key = Vector::of("RFC 7515 A.1").key();
    let [header, payload, signature] = parts(&token);
    for text in [
        String::new(),
        ".".into(),
        "..".into(),
        "...".into(),
        header.into(),
        format!("{header}.{payload}"),
        format!("{header}.{signature}"),
        format!("{token}."),
        format!(".{token}"),
        format!("{token}.{signature}"),
        format!("{header}..{payload}.{signature}"),
        format!("{header}.{payload}.{payload}.{signature}.{signature}"),
        format!("{token}\n"),
        format!(" {token}"),
        format!("{token},{token}"),
    ] {
        assert_eq!(claims(&key, &text).unwrap_err().name(), "malformed", "{text:?}");
    }
    assert_eq!(claims(&key, &format!("{header}.{payload}.")), Err(Refusal::Signature));
    assert_eq!(verify(&[&key], b"\xff.e30.AA", &then()).unwrap_err().name(), "malformed");
}

#[test]
fn a_token_has_64_kib_at_most() {
    let key = Key::load(Source::Secret(&[1; 32]), Some("HS256"), None).unwrap();
    // Header and dots have 37 bytes, the signature has 43.
    let claims_of = |length: usize| format!(r#"{{"x":"{}"}}"#, "x".repeat(length - 8));
    let longest = (MAX_LENGTH - 37 - 1 - 43) * 3 / 4;
    let token = key.sign(claims_of(longest).as_bytes()).unwrap();
    assert!((MAX_LENGTH - 3..=MAX_LENGTH).contains(&token.len()));
    assert!(verify(&[&key], token.as_bytes(), &Expected::default()).is_ok());
    assert_eq!(key.sign(claims_of(longest + 3).as_bytes()), Err(CannotSign::TooLong));
    let long = format!("{token}AAAA");
    assert_eq!(claims(&key, &long), Err(Refusal::Malformed("is longer than 64 KiB")));
}

/// A token with this header that the secret of RFC 7515 A.1 has signed.
fn with_header(header: &str) -> String {
    with_header_and_secret(header, MacAlgorithm::Hs256, &secret())
}

fn secret() -> Vec<u8> {
    base64url::decode(Vector::of("RFC 7515 A.1").jwk["k"].as_str().unwrap()).unwrap()
}

fn with_header_and_secret(header: &str, algorithm: MacAlgorithm, secret: &[u8]) -> String {
    let input = format!("{}.{}", base64url::encode(header), base64url::encode(r#"{"iss":"joe"}"#));
    let tag = MacKey::new(algorithm, secret).tag(&[input.as_bytes()]);
    format!("{input}.{}", base64url::encode(tag))
}

#[test]
fn rfc7515_4_1_1_alg_must_be_that_of_the_key() {
    let key = Vector::of("RFC 7515 A.1").key();
    assert!(claims(&key, &with_header(r#"{"alg":"HS256"}"#)).is_ok());
    for alg in
        ["none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS384", "HS512", "RS256", "ES256", "EdDSA"]
    {
        let token = with_header(&json!({ "alg": alg }).to_string());
        assert_eq!(claims(&key, &token), Err(Refusal::Algorithm), "{alg}");
    }
    for header in
        [r#"{"typ":"JWT"}"#, r#"{"alg":null}"#, r#"{"alg":1}"#, r#"{"alg":["HS256"]}"#, r#"{"alg":{}}"#]
    {
        assert_eq!(claims(&key, &with_header(header)).unwrap_err().name(), "malformed", "{header}");
    }
}

#[test]
fn rfc8725_2_1_a_public_key_is_no_secret() {
    for section in ["RFC 7515 A.2", "RFC 7515 A.3", "RFC 8037 A.4"] {
        let vector = Vector::of(section);
        let pem = vector.pem.clone().unwrap();
        for secret in [pem.as_str(), pem.trim(), &vector.jwk.to_string()] {
            let forged = with_header_and_secret(r#"{"alg":"HS256"}"#, MacAlgorithm::Hs256, secret.as_bytes());
            assert_eq!(claims(&vector.key(), &forged), Err(Refusal::Algorithm), "{section}");
            let alg = vector.key().algorithm().name();
            let forged = with_header_and_secret(
                &json!({ "alg": alg }).to_string(),
                MacAlgorithm::Hs256,
                secret.as_bytes(),
            );
            assert_eq!(claims(&vector.key(), &forged), Err(Refusal::Signature), "{section}");
        }
    }
}

#[test]
fn rfc7515_4_1_11_no_extension_is_known() {
    let key = Vector::of("RFC 7515 A.1").key();
    for crit in [r#"["b64"]"#, r#"["exp"]"#, r#"["alg"]"#, "[]", "null", "{}", r#""b64""#] {
        let header = format!(r#"{{"alg":"HS256","crit":{crit},"b64":true,"exp":1}}"#);
        assert_eq!(claims(&key, &with_header(&header)), Err(Refusal::Critical), "{crit}");
    }
}

#[test]
fn rfc7515_4_a_header_is_an_object_without_duplicates() {
    let key = Vector::of("RFC 7515 A.1").key();
    for header in [
        "",
        " ",
        "{",
        "[]",
        "null",
        r#""HS256""#,
        r#"["alg","HS256"]"#,
        r#"{"alg":"HS256"}{}"#,
        r#"{"alg":"HS256"}x"#,
        r#"{"alg":"HS256","alg":"HS256"}"#,
        r#"{"alg":"none","alg":"HS256"}"#,
        r#"{"alg":"HS256","\u0061lg":"none"}"#,
        r#"{"alg":"HS256","x":1,"x":1}"#,
        r#"{"alg":"HS256","jwk":{"k":1,"k":2}}"#,
        r#"{"alg":"HS256","kid":1}"#,
        r#"{"alg":"HS256","kid":null}"#,
        r#"{"alg":"HS256","typ":["JWT"]}"#,
        "\u{feff}{\"alg\":\"HS256\"}",
    ] {
        assert_eq!(claims(&key, &with_header(header)).unwrap_err().name(), "malformed", "{header}");
    }
}

#[test]
fn rfc7515_4_other_members_of_a_header_are_ignored() {
    let key = Vector::of("RFC 7515 A.1").key();
    for header in [
        r#" {"alg" : "HS256"} "#,
        r#"{"alg":"HS256","ALG":"none","x":[{"alg":"none"}]}"#,
        r#"{"alg":"HS256","jku":"https://evil.example","x5u":"https://evil.example"}"#,
        r#"{"jwk":{"kty":"oct","k":"AAAA"},"alg":"HS256"}"#,
        r#"{"alg":"HS256","typ":"JOSE","cty":"JWT","b64":false,"zip":"DEF","enc":"A256GCM"}"#,
    ] {
        assert!(claims(&key, &with_header(header)).is_ok(), "{header}");
    }
}

#[test]
fn a_payload_is_read_after_its_signature() {
    let key = Vector::of("RFC 7515 A.1").key();
    let sign = |input: String| {
        let tag = MacKey::new(MacAlgorithm::Hs256, &secret()).tag(&[input.as_bytes()]);
        format!("{input}.{}", base64url::encode(tag))
    };
    for payload in ["", "e30=", "e3", "*", "W10", "bnVsbA", "e30gZTMw"] {
        let token = sign(format!("{}.{payload}", base64url::encode(r#"{"alg":"HS256"}"#)));
        assert_eq!(claims(&key, &token).unwrap_err().name(), "malformed", "{payload}");
        let (input, _) = token.rsplit_once('.').unwrap();
        assert_eq!(claims(&key, &format!("{input}.AAAA")), Err(Refusal::Signature), "{payload}");
    }
}

fn named(kid: Option<&str>, secret: u8) -> Key {
    Key::load(Source::Secret(&[secret; 32]), Some("HS256"), kid).unwrap()
}

#[test]
fn keys_are_chosen_by_algorithm_and_kid() {
    let [one, two, nameless] = [named(Some("1"), 1), named(Some("2"), 2), named(None, 3)];
    let public = Vector::of("RFC 7515 A.3").key();
    let all = [&public, &one, &two, &nameless];
    let ok = |keys: &[&Key], token: &str| verify(keys, token.as_bytes(), &Expected::default()).map(drop);
    for key in [&one, &two, &nameless] {
        assert_eq!(ok(&all, &key.sign(b"{}").unwrap()), Ok(()));
    }
    // A key without a name may be the one that is asked for, a token without one may be anybody's.
    assert_eq!(ok(&[&named(None, 1)], &one.sign(b"{}").unwrap()), Ok(()));
    assert_eq!(ok(&[&two, &one], &named(None, 1).sign(b"{}").unwrap()), Ok(()));
    // The right key under another name.
    assert_eq!(ok(&[&one], &named(Some("2"), 1).sign(b"{}").unwrap()), Err(Refusal::Key));
    assert_eq!(ok(&all, &named(Some("2"), 1).sign(b"{}").unwrap()), Err(Refusal::Signature));
    assert_eq!(ok(&all, &named(Some("1"), 9).sign(b"{}").unwrap()), Err(Refusal::Signature));
    assert_eq!(ok(&[&one, &two], &named(Some(""), 1).sign(b"{}").unwrap()), Err(Refusal::Key));
    assert_eq!(ok(&[&public], &one.sign(b"{}").unwrap()), Err(Refusal::Algorithm));
    assert_eq!(ok(&[], &one.sign(b"{}").unwrap()), Err(Refusal::Key));
    assert_eq!(ok(&[], &with_header(r#"{"alg":"none"}"#)), Err(Refusal::Algorithm));
}

#[test]
fn rfc9864_2_2_ed25519_may_go_by_its_full_name() {
    use ring::signature::{Ed25519KeyPair, KeyPair as _};
    let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
    let x = base64url::encode(pair.public_key());
    let key = load(&json!({ "kty": "OKP", "crv": "Ed25519", "x": x, "alg": "Ed25519" })).unwrap();
    let sign = |alg: &str| {
        let header = base64url::encode(json!({ "alg": alg }).to_string());
        let input = format!("{header}.{}", base64url::encode(r#"{"iss":"joe"}"#));
        format!("{input}.{}", base64url::encode(pair.sign(input.as_bytes())))
    };
    for alg in ["EdDSA", "Ed25519"] {
        assert!(claims(&key, &sign(alg)).is_ok(), "{alg}");
    }
    for alg in ["Ed448", "eddsa", "ES256", "HS256", "none"] {
        assert_eq!(claims(&key, &sign(alg)), Err(Refusal::Algorithm), "{alg}");
    }
}

#[test]
fn rfc7518_3_4_an_es256_signature_has_64_bytes() {
    use ring::rand::SystemRandom;
    use ring::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    };
    let random = SystemRandom::new();
    let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let verdict = |form| {
        let pair = EcdsaKeyPair::from_pkcs8(form, document.as_ref(), &random).unwrap();
        let key = PublicKey::p256(pair.public_key().as_ref()).unwrap();
        key.verify(b"text", pair.sign(&random, b"text").unwrap().as_ref())
    };
    assert!(verdict(&ECDSA_P256_SHA256_FIXED_SIGNING));
    assert!(!verdict(&ECDSA_P256_SHA256_ASN1_SIGNING));
}

#[test]
fn refusals_tell_nothing_of_the_token() {
    let key = Vector::of("RFC 7515 A.1").key();
    for header in [r#"{"alg":"hunter2"}"#, r#"{"alg":"HS256","hunter2":1,"hunter2":1}"#, "hunter2"] {
        let refusal = claims(&key, &with_header(header)).unwrap_err();
        assert!(!format!("{refusal} {refusal:?}").contains("hunter2"), "{refusal:?}");
    }
}
