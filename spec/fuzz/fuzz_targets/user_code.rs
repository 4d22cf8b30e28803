//! User codes (RFC 8628 §6.1): what somebody types, and random bytes.
#![no_main]

use frontdoor::oauth::user_code::UserCode;
use libfuzzer_sys::fuzz_target;

const ALPHABET: &str = "BCDFGHJKLMNPQRSTVWXZ";

fn check(code: &UserCode) {
    let (letters, shown) = (code.letters(), code.to_string());
    assert!(letters.len() == 8 && letters.chars().all(|letter| ALPHABET.contains(letter)));
    assert_eq!(shown, format!("{}-{}", &letters[..4], &letters[4..]));
    for text in [letters, &shown, &shown.to_lowercase(), &format!(" {shown}\n")] {
        assert_eq!(UserCode::parse(text).as_ref(), Some(code));
    }
}

fuzz_target!(|data: &[u8]| {
    let code = UserCode::from_random(data);
    assert_eq!(code.is_some(), data.iter().filter(|byte| **byte < 240).count() >= 8);
    code.iter().for_each(check);

    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(code) = UserCode::parse(text) else { return };
    check(&code);
    let typed: String = text.chars().filter(char::is_ascii_alphabetic).collect();
    assert_eq!(typed.to_ascii_uppercase(), code.letters());
});
