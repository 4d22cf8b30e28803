//! Lua patterns: a line with the pattern, the rest is the subject.
#![no_main]

use frontdoor::lua_pattern::{PatternError, PatternSet, translate};
use libfuzzer_sys::fuzz_target;

fn contains(subject: &[u8], text: &[u8]) -> bool {
    text.is_empty() || subject.windows(text.len()).any(|window| window == text)
}

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(2, |byte| *byte == b'\n');
    let (pattern, subject) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let set = PatternSet::new([pattern]);
    match (translate(pattern), &set) {
        (Ok(_), Ok(set)) => assert!(set.untranslatable().is_empty()),
        (Ok(_), Err(bad)) => assert!(bad.reason.contains("too large")),
        (Err(PatternError::Untranslatable), Ok(set)) => assert_eq!(set.untranslatable(), [pattern]),
        (Err(PatternError::Malformed(reason)), Err(bad)) => assert_eq!((bad.index, bad.reason), (0, reason)),
        (translated, set) => panic!("{translated:?} {set:?}"),
    }
    let Ok(set) = set else { return };
    let is_match = set.is_match(subject);
    if pattern.iter().all(u8::is_ascii_alphanumeric) {
        assert_eq!(is_match, contains(subject, pattern));
    }
});
