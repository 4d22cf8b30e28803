//! Strings of structured fields (RFC 8941 §3.3.3).
#![no_main]

use frontdoor::structured_field::string;
use frontdoor::web::platform;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(value) = string(text) {
        assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        let quoted = format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
        assert_eq!(string(&quoted), Some(value));
    }
    let _ = platform(Some(text), Some(text));
});
