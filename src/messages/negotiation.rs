//! Which language answers an `Accept-Language` header (RFC 9110 §12.5.4).

use fluent_langneg::negotiate::{NegotiationStrategy, filter_matches};
use unic_langid::LanguageIdentifier;

/// Longest header in bytes. Browsers send less than 100.
const MAX_LEN: usize = 1024;

/// How many of a header's ranges count.
const MAX_RANGES: usize = 32;

/// A language range with its weight in thousandths.
struct Range {
    language: Language,
    weight: u16,
}

enum Language {
    Any,
    One(LanguageIdentifier),
}

/// The most wanted of the languages there are. Without one that is wanted, and of those among which the header
/// does not choose, it is the default.
pub(super) fn negotiate<'a, L>(header: &str, available: &'a [L], default: &'a L) -> &'a L
where
    L: AsRef<LanguageIdentifier>,
{
    let ranges = ranges(header);
    let allowed: Vec<&L> =
        available.iter().filter(|locale| !is_named(locale.as_ref(), refused(&ranges))).collect();
    ranges
        .iter()
        .filter(|range| range.weight > 0)
        .find_map(|range| match &range.language {
            Language::One(language) => closest(language, &allowed),
            Language::Any => unnamed(&allowed, &ranges, default),
        })
        .unwrap_or(default)
}

/// What the header says, the most wanted first. What breaks the grammar is left out.
///
/// `Accept-Language = #( language-range [ weight ] )`
fn ranges(header: &str) -> Vec<Range> {
    if header.len() > MAX_LEN {
        return Vec::new();
    }
    let mut ranges: Vec<Range> = header.split(',').take(MAX_RANGES).filter_map(range).collect();
    ranges.sort_by_key(|range| std::cmp::Reverse(range.weight));
    ranges
}

fn range(text: &str) -> Option<Range> {
    let (language, weight) = match text.split_once(';') {
        Some((language, parameter)) => (language, weight(parameter)?),
        None => (text, 1000),
    };
    Some(Range { language: language_range(language.trim())?, weight })
}

/// RFC 4647 §2.1: `language-range = (1*8ALPHA *("-" 1*8alphanum)) / "*"`
fn language_range(text: &str) -> Option<Language> {
    if text == "*" {
        return Some(Language::Any);
    }
    let language = LanguageIdentifier::from_bytes(text.as_bytes()).ok()?;
    // "und" would match whatever there is.
    (!language.language.is_empty()).then_some(Language::One(language))
}

/// RFC 9110 §12.4.2, in thousandths:
///
/// ```abnf
/// weight = OWS ";" OWS "q=" qvalue
/// qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
/// ```
fn weight(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.trim().split_once('=')?;
    let (whole, digits) = value.split_once('.').unwrap_or((value, ""));
    if !name.eq_ignore_ascii_case("q") || digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let thousandths = format!("{digits:0<3}").parse().ok()?;
    match (whole, thousandths) {
        ("0", thousandths) => Some(thousandths),
        ("1", 0) => Some(1000),
        _ => None,
    }
}

fn refused(ranges: &[Range]) -> impl Iterator<Item = &Range> {
    ranges.iter().filter(|range| range.weight == 0)
}

/// RFC 4647 §3.3.1: a range matches the language itself and all that is more specific.
fn is_named<'r>(language: &LanguageIdentifier, mut ranges: impl Iterator<Item = &'r Range>) -> bool {
    ranges
        .any(|range| matches!(&range.language, Language::One(named) if language.matches(named, false, true)))
}

/// The language itself, or what somebody who reads it reads best: `de` for `de-AT`, `pt-BR` for `pt-PT`.
fn closest<'a, L: AsRef<LanguageIdentifier>>(
    wanted: &LanguageIdentifier,
    allowed: &[&'a L],
) -> Option<&'a L> {
    filter_matches(&[wanted], allowed, NegotiationStrategy::Lookup).into_iter().next().copied()
}

/// RFC 9110 §12.5.4: `*` stands for each language that no other range names.
fn unnamed<'a, L>(allowed: &[&'a L], ranges: &[Range], default: &'a L) -> Option<&'a L>
where
    L: AsRef<LanguageIdentifier>,
{
    let unnamed = |locale: &&&'a L| !is_named((**locale).as_ref(), ranges.iter());
    let is_default = |locale: &&&'a L| std::ptr::eq(**locale, default);
    let mut rest = allowed.iter().filter(unnamed);
    rest.clone().find(is_default).or_else(|| rest.next()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn negotiated(header: &str, available: &[&str]) -> String {
        let available: Vec<LanguageIdentifier> =
            available.iter().map(|locale| locale.parse().unwrap()).collect();
        negotiate(header, &available, &available[0]).to_string()
    }

    fn assert_negotiated(cases: &[(&str, &str)]) {
        for (header, expected) in cases {
            assert_eq!(negotiated(header, &["en", "de", "fr", "pt-BR", "zh-TW"]), *expected, "{header}");
        }
    }

    #[test]
    fn what_browsers_send() {
        assert_negotiated(&[
            ("de,en-US;q=0.7,en;q=0.3", "de"),
            ("de-AT,de;q=0.9,en-US;q=0.8,en;q=0.7", "de"),
            ("en-US,en;q=0.9,de;q=0.8", "en"),
            ("ja,fr;q=0.5", "fr"),
            ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"),
            ("pt", "pt-BR"),
            ("pt-PT", "pt-BR"),
            ("zh-TW", "zh-TW"),
            ("ja", "en"),
            ("*", "en"),
        ]);
    }

    #[test]
    fn rfc9110_12_4_2_weights_decide_and_order_breaks_ties() {
        assert_negotiated(&[
            ("fr;q=0.001,de;q=0.002", "de"),
            ("fr;q=0.9,de", "de"),
            ("fr;q=1.000,de;q=1", "fr"),
            ("fr;q=0.5,de;q=0.5", "fr"),
            ("fr ; Q=0.2 ,\tde; q=0.30", "de"),
            ("fr;q=0.,de;q=1.", "de"),
        ]);
    }

    #[test]
    fn a_weight_of_0_excludes() {
        assert_negotiated(&[
            ("de-AT, de;q=0, fr;q=0.1", "fr"),
            ("de;q=0.000, *", "en"),
            ("en;q=0, *", "de"),
            ("en;q=0", "en"),
            ("pt;q=0, pt-BR, fr;q=0.1", "fr"),
            ("*;q=0", "en"),
        ]);
    }

    #[test]
    fn a_star_is_what_is_not_named() {
        assert_negotiated(&[
            ("*;q=0.8, en;q=0.5", "de"),
            ("en;q=0.5, de;q=0.5, *;q=0.8", "fr"),
            ("ja, *;q=0.5", "en"),
        ]);
    }

    #[test]
    fn garbage_is_the_default() {
        for header in [
            "",
            ",",
            ";",
            ";q=1",
            "de;q=2",
            "de;q=1.001",
            "de;q=0.1234",
            "de;q=-1",
            "de;q=",
            "de;x=1",
            "de;q=1;q=1",
        ] {
            assert_eq!(negotiated(header, &["en", "de"]), "en", "{header}");
        }
        for header in ["und", "d", "deutschland", "de_", "d\u{e9}", "**", "de-*", "\0"] {
            assert_eq!(negotiated(header, &["en", "de"]), "en", "{header}");
        }
        assert_eq!(negotiated("x-?, ,de;q=, fr", &["en", "de", "fr"]), "fr", "the rest counts");
    }

    #[test]
    fn headers_are_bounded() {
        let padded = |length: usize| format!("{:>length$}", "de");
        assert_eq!(negotiated(&padded(1024), &["en", "de"]), "de");
        assert_eq!(negotiated(&padded(1025), &["en", "de"]), "en");
        let after = |ranges: usize| format!("{}de", "ja,".repeat(ranges));
        assert_eq!(negotiated(&after(31), &["en", "de"]), "de");
        assert_eq!(negotiated(&after(32), &["en", "de"]), "en");
    }
}
