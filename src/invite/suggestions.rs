//! Other names for somebody whose name is taken.

use crate::registration::body::username_fits;

/// At most so many.
const LIMIT: usize = 12;

/// What becomes of a name, `{}`, that does not end in a number.
const PLAIN: [&str; 14] = [
    "{}2",
    "{}.chat",
    "the.{}",
    "{}-1",
    "hey.{}",
    "{}3",
    "its.{}",
    "{}.here",
    "{}22",
    "dear.{}",
    "{}.online",
    "{}99",
    "{}_1",
    "{}4",
];

/// The same for one that does, when the next three numbers have been counted.
const NUMBERED: [&str; 9] =
    ["{}.chat", "the.{}", "{}-1", "hey.{}", "its.{}", "{}.here", "dear.{}", "{}.online", "{}.2"];

/// Up to 12 names like a taken one, the best first: for `juliet` they are `juliet2`, `juliet.chat`, `the.juliet` …,
/// for `juliet7` `juliet8`, `juliet9` …. The same name gives the same names. Whether they are free is not known here.
///
/// The name must have been prepared (nodeprep, RFC 6122 appendix A). There are none for a name that no address can
/// have, for one too long to be added to, and for one written from right to left: nodeprep wants nothing else in it.
#[must_use]
pub fn suggestions(name: &str) -> Vec<String> {
    if name.is_empty() || !name.chars().all(takes_additions) {
        return Vec::new();
    }
    let mut names: Vec<String> = Vec::with_capacity(LIMIT);
    for candidate in candidates(name).filter(|candidate| username_fits(candidate)) {
        if candidate != name && !names.contains(&candidate) {
            names.push(candidate);
        }
    }
    names.truncate(LIMIT);
    names
}

fn candidates(name: &str) -> impl Iterator<Item = String> {
    let next = next_numbers(name);
    let patterns: &[&str] = if next.is_empty() { &PLAIN } else { &NUMBERED };
    // "juliet." and "the." would make "the.juliet.".
    let bare = match name.trim_matches(['.', '-', '_']) {
        "" => name,
        bare => bare,
    };
    next.into_iter().chain(patterns.iter().map(move |pattern| pattern.replace("{}", bare)))
}

/// `juliet08` goes on with `juliet09`, `juliet10`, `juliet11`. A number alone, and one of more than six digits, is
/// a name and no count.
fn next_numbers(name: &str) -> Vec<String> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = name.strip_prefix(stem).unwrap_or_default();
    match digits.parse::<u32>() {
        Ok(number) if !stem.is_empty() && digits.len() <= 6 => {
            let width = digits.len();
            (1..=3).map(|more| format!("{stem}{:0width$}", number + more)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether an address can have the character (RFC 6122 appendix A.5), and Latin letters beside it (RFC 3454 §6).
fn takes_additions(character: char) -> bool {
    !character.is_whitespace()
        && !character.is_control()
        && !"\"&'/:<>@".contains(character)
        && !is_right_to_left(character)
}

/// The blocks of Unicode that are set aside for scripts written from right to left.
fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{590}'..='\u{8ff}'
        | '\u{fb1d}'..='\u{fdff}'
        | '\u{fe70}'..='\u{feff}'
        | '\u{10800}'..='\u{10fff}'
        | '\u{1e800}'..='\u{1efff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_name_gets_company() {
        assert_eq!(
            suggestions("juliet"),
            [
                "juliet2",
                "juliet.chat",
                "the.juliet",
                "juliet-1",
                "hey.juliet",
                "juliet3",
                "its.juliet",
                "juliet.here",
                "juliet22",
                "dear.juliet",
                "juliet.online",
                "juliet99"
            ]
        );
        assert_eq!(suggestions("ännchen")[..2], ["ännchen2", "ännchen.chat"]);
    }

    #[test]
    fn numbers_count_up() {
        for (name, expected) in [
            ("juliet7", ["juliet8", "juliet9", "juliet10"]),
            ("juliet08", ["juliet09", "juliet10", "juliet11"]),
            ("juliet1999", ["juliet2000", "juliet2001", "juliet2002"]),
            ("j-999999", ["j-1000000", "j-1000001", "j-1000002"]),
            ("1234", ["12342", "1234.chat", "the.1234"]),
            ("j1234567", ["j12345672", "j1234567.chat", "the.j1234567"]),
        ] {
            assert_eq!(suggestions(name)[..3], expected, "{name}");
        }
        assert_eq!(suggestions("juliet7")[3..5], ["juliet7.chat", "the.juliet7"]);
        assert_eq!(suggestions("juliet7").len(), 12);
    }

    #[test]
    fn punctuation_at_an_edge_is_not_doubled() {
        assert_eq!(suggestions("juliet.")[..3], ["juliet2", "juliet.chat", "the.juliet"]);
        assert_eq!(suggestions("..")[0], "..2");
    }

    #[test]
    fn long_names_have_fewer_or_none() {
        assert_eq!(suggestions(&"a".repeat(249)), ["2", "3", "4"].map(|n| format!("{}{n}", "a".repeat(249))));
        assert!(suggestions(&"a".repeat(250)).is_empty());
    }

    #[test]
    fn names_that_no_address_can_have_have_none() {
        for name in ["", "a b", "a@b", "a/b", "a\"b", "a&b", "a'b", "a:b", "a<b", "a>b", "a\0", "a\u{3000}b"]
        {
            assert!(suggestions(name).is_empty(), "{name}");
        }
        for name in ["יוליה", "جولييت", "ab\u{5d0}"] {
            assert!(suggestions(name).is_empty(), "{name}");
        }
    }

    proptest! {
        #[test]
        fn suggestions_are_distinct_and_fit(name: String) {
            let names = suggestions(&name);
            prop_assert!(names.len() <= 12);
            for (at, suggestion) in names.iter().enumerate() {
                prop_assert!(*suggestion != name && username_fits(suggestion));
                prop_assert!(!names[..at].contains(suggestion));
            }
        }

        #[test]
        fn any_short_plain_name_has_many(name in "[a-z0-9._-]{1,60}") {
            prop_assert!(suggestions(&name).len() >= 8, "{name}");
        }
    }
}
