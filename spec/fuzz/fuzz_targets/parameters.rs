//! The parameters of a request (RFC 6749 §3.1).
#![no_main]

use frontdoor::oauth::parameters::{BadParameters, Parameters};
use libfuzzer_sys::fuzz_target;

/// As another parser reads them, character by character.
fn pairs(text: &[u8]) -> Option<Vec<(String, String)>> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let name = decoded(halves.next().unwrap_or_default())?;
            Some((name, decoded(halves.next().unwrap_or_default())?))
        })
        .collect()
}

fn decoded(text: &[u8]) -> Option<String> {
    let (mut bytes, mut rest) = (Vec::new(), text);
    while let [first, others @ ..] = rest {
        let digits = others.first_chunk::<2>().filter(|digits| digits.iter().all(u8::is_ascii_hexdigit));
        let (byte, length) = match (first, digits) {
            (b'+', _) => (b' ', 1),
            (b'%', Some(digits)) => {
                let digits = std::str::from_utf8(digits).expect("they are digits");
                (u8::from_str_radix(digits, 16).expect("they are hexadecimal"), 3)
            }
            _ => (*first, 1),
        };
        bytes.push(byte);
        rest = &rest[length..];
    }
    String::from_utf8(bytes).ok().filter(|text: &String| !text.contains('\0'))
}

fn has_repetition(pairs: &[(String, String)]) -> bool {
    (0..pairs.len()).any(|at| pairs[..at].iter().any(|(name, _)| *name == pairs[at].0))
}

fuzz_target!(|text: &[u8]| {
    let expected = pairs(text);
    match Parameters::read(text) {
        Ok(parameters) => {
            let expected = expected.expect("another parser reads it");
            assert!(!has_repetition(&expected));
            for (name, value) in &expected {
                let value = Some(value.as_str()).filter(|value| !value.is_empty());
                assert_eq!(parameters.get(name), value);
                assert_eq!(parameters.require(name).is_ok(), value.is_some());
            }
        }
        Err(bad) => {
            let is_long = text.len() > 64 * 1024 || text.split(|byte| *byte == b'&').count() > 64;
            assert!(is_long || bad != BadParameters::TooLong);
            assert!(is_long || expected.is_none_or(|pairs| has_repetition(&pairs)));
            // RFC 6749 §5.2
            let description = bad.description();
            assert!(description.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
        }
    }
});
