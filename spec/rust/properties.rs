//! Properties that hold for any input.
#![allow(clippy::unwrap_used, reason = "a test")]

use frontdoor::lua_pattern::{PatternSet, translate};
use frontdoor::mail::MailAddress;
use frontdoor::registration::confirmation::token_of;
use frontdoor::registration::pending::{Owner, Token};
use frontdoor::registration::{Body, Refusal};
use proptest::prelude::*;

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
}
