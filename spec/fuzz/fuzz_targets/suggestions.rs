//! Other names for somebody whose name is taken.
#![no_main]

use std::collections::HashSet;

use frontdoor::invite::suggestions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|name: &str| {
    let names = suggestions(name);
    assert!(names.len() <= 12);
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len(), "each once");
    for other in &names {
        // RFC 6122 appendix A.5: what no address can have in front of its @.
        assert!(!other.is_empty() && other != name);
        assert!(
            !other.contains(|c: char| "\"&'/:<>@".contains(c) || c.is_whitespace() || c.is_control()),
            "{other}"
        );
    }
    assert_eq!(suggestions(name), names);
});
