//! Mail addresses.
#![no_main]

use frontdoor::mail::MailAddress;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let Some(mail) = MailAddress::parse(text) else { return };
    let (local, domain) = mail.as_str().rsplit_once('@').expect("there is an @");
    assert!(!local.is_empty() && !domain.is_empty() && domain.is_ascii());
    assert!(!mail.as_str().contains(|c: char| c.is_whitespace() || c.is_control()));
    // Folded, a few letters become longer than an address may be.
    if let Some(again) = MailAddress::parse(mail.as_str()) {
        assert_eq!(again, mail);
    }
    assert_eq!(MailAddress::parse(&text.to_ascii_uppercase()), Some(mail));
});
