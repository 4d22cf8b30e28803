//! Properties that hold for any input.
#![allow(clippy::unwrap_used, reason = "a test")]

use frontdoor::jwt::{Expected, Key, Source, base64url, verify};
use frontdoor::lua_pattern::{PatternSet, translate};
use frontdoor::mail::MailAddress;
use frontdoor::registration::confirmation::token_of;
use frontdoor::registration::pending::{Owner, Token};
use frontdoor::registration::{Body, Refusal};
use proptest::prelude::*;

fn key() -> Key {
    Key::load(Source::Secret(&[7; 32]), Some("HS256"), None).unwrap()
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused_with_a_4xx(body: Vec<u8>, content_type: Option<String>) {
        let refusal = Body::decode(&body, content_type.as_deref()).and_then(|body| body.read().map(drop));
        let refusal = refusal.expect_err("random bytes are no request");
        prop_assert!((400..500).contains(&refusal.status()));
    }

    #[test]
    fn any_json_body_is_refused_without_repeating_its_values(value in "[a-z]{12,40}") {
        let body = format!(r#"{{"username":"{value}","password":["{value}"],"mail":"{value}"}}"#);
        let refusal = Body::decode(body.as_bytes(), Some("application/json")).unwrap().read().map(drop);
        prop_assert_eq!(refusal.clone(), Err(Refusal::NotAString { member: "password" }));
        prop_assert!(!refusal.unwrap_err().to_string().contains(&value));
    }

    #[test]
    fn a_mail_address_in_its_comparable_form_stays_as_it_is(text in "\\PC{1,20}@\\PC{1,20}") {
        if let Some(mail) = MailAddress::parse(&text) {
            prop_assert_eq!(MailAddress::parse(mail.as_str()), Some(mail));
        }
    }

    #[test]
    fn any_lua_pattern_translates_to_a_regex_or_is_refused(pattern: Vec<u8>, subject: Vec<u8>) {
        if translate(&pattern).is_ok() {
            let _ = PatternSet::new([&pattern]).unwrap().is_match(&subject);
        }
    }

    #[test]
    fn any_form_has_a_token_or_not(form: Vec<u8>) {
        prop_assert!(token_of(&form).is_err());
    }

    #[test]
    fn whatever_is_sealed_opens(password in "\\PC*", username in "[a-z]+", uuid: [u8; 16]) {
        let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        let token = Token::parse(&text).unwrap();
        let owner = Owner { host: "example.org", username: &username };
        let sealed = token.seal(&password, owner).unwrap();
        let opened = token.open(&sealed, owner).unwrap();
        prop_assert_eq!(opened.expose(), password);
    }

    #[test]
    fn any_text_is_no_token(token: Vec<u8>, text: String) {
        for text in [&token[..], text.as_bytes()] {
            let refusal = verify(&[&key()], text, &Expected::default()).unwrap_err();
            prop_assert_eq!(refusal.name(), "malformed");
        }
    }

    #[test]
    fn any_three_parts_are_no_token(header in "\\PC*", payload: Vec<u8>, signature: Vec<u8>) {
        let header = format!(r#"{{"alg":"HS256","x":{header:?}}}"#);
        let parts = [header.as_bytes(), &payload, &signature].map(base64url::encode);
        let refusal = verify(&[&key()], parts.join(".").as_bytes(), &Expected::default()).unwrap_err();
        prop_assert!(["malformed", "signature"].contains(&refusal.name()));
    }

    #[test]
    fn a_signed_token_verifies_and_one_with_a_flipped_bit_does_not(name: String, value: String, bit: usize) {
        let claims = serde_json::json!({ "sub": value, format!("x{name}"): 1 }).to_string();
        let mut token = key().sign(claims.as_bytes()).unwrap().into_bytes();
        let verified = verify(&[&key()], &token, &Expected::default()).unwrap();
        prop_assert_eq!(verified.json(), claims);
        let bit = bit % (token.len() * 8);
        token[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify(&[&key()], &token, &Expected::default()).is_err());
    }

    #[test]
    fn any_jwk_or_pem_is_refused(text: Vec<u8>, k in "[A-Za-z0-9_-]{0,40}") {
        prop_assert!(Key::load(Source::Pem(&text), None, None).is_err());
        prop_assert!(Key::load(Source::Jwk(&text), None, None).is_err());
        let jwk = format!(r#"{{"kty":"oct","k":"{k}"}}"#); // of 30 bytes at most
        prop_assert!(Key::load(Source::Jwk(jwk.as_bytes()), None, None).is_err());
    }
}
