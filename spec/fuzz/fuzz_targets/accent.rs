//! Colours (CSS Color 4 §5.2): what is accepted goes into a stylesheet.
#![no_main]

use frontdoor::web::accent;
use libfuzzer_sys::fuzz_target;

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        digits.len() == 6 && digits.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
    })
}

fuzz_target!(|text: &str| {
    match accent(text) {
        Ok(shades) => {
            assert!(is_colour(&shades.light) && is_colour(&shades.dark));
            let again = accent(&shades.light).expect("it is good already");
            assert_eq!(again, shades);
        }
        Err(bad) => assert!(bad.to_string().starts_with("must be ")),
    }
});
