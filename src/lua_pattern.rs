//! Lua patterns (Lua 5.4 Reference Manual §6.4.1) matched in linear time.
//!
//! `string.match` backtracks: `.-.-.-.-.-x` on a long subject stalls a server. A pattern is translated
//! to a regular expression instead, which answers the same question - does it match anywhere? - in time
//! linear in the subject. `%b`, `%f` and back-references have no such translation.

use regex::bytes::RegexSet;
use std::fmt::Write as _;

/// Why a pattern cannot be translated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PatternError {
    /// It uses `%b`, `%f` or a back-reference: a good pattern, for Lua itself to match.
    Untranslatable,
    /// Lua itself refuses it, for this reason.
    Malformed(&'static str),
}

/// A list of patterns, matched together.
#[derive(Debug)]
pub struct PatternSet {
    translated: RegexSet,
    untranslatable: Vec<Vec<u8>>,
}

/// An entry of a list of patterns that cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct BadPattern {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl PatternSet {
    /// Translates what can be translated.
    ///
    /// # Errors
    /// The first pattern that Lua would refuse too, or that is too large.
    pub fn new<P: AsRef<[u8]>>(patterns: impl IntoIterator<Item = P>) -> Result<Self, BadPattern> {
        let mut regexes = Vec::new();
        let mut untranslatable = Vec::new();
        for (index, pattern) in patterns.into_iter().enumerate() {
            match translate(pattern.as_ref()) {
                Ok(regex) => regexes.push(regex),
                Err(PatternError::Untranslatable) => untranslatable.push(pattern.as_ref().to_vec()),
                Err(PatternError::Malformed(reason)) => return Err(BadPattern { index, reason }),
            }
        }
        let translated = RegexSet::new(&regexes).map_err(|_| BadPattern {
            index: regexes.len() - 1,
            reason: "the patterns are too large together",
        })?;
        Ok(Self { translated, untranslatable })
    }

    /// Whether one of the translated patterns matches somewhere in the subject.
    #[must_use]
    pub fn is_match(&self, subject: &[u8]) -> bool {
        !self.translated.is_empty() && self.translated.is_match(subject)
    }

    /// The patterns that are left for `string.match`.
    #[must_use]
    pub fn untranslatable(&self) -> &[Vec<u8>] {
        &self.untranslatable
    }
}

/// The regular expression, for [`regex::bytes`], that matches somewhere in a subject exactly when
/// `string.match` finds the pattern there.
///
/// # Errors
/// [`PatternError`]
pub fn translate(pattern: &[u8]) -> Result<String, PatternError> {
    let mut regex = String::from("(?s-u)");
    let mut rest = pattern;
    if let Some(anchored) = pattern.strip_prefix(b"^") {
        regex.push_str(r"\A");
        rest = anchored;
    }
    let mut captures = Captures::default();
    let mut is_translatable = true;
    loop {
        rest = match rest {
            [] => break,
            [b'$'] => {
                regex.push_str(r"\z");
                break;
            }
            [b'(', b')', rest @ ..] => {
                captures.open()?;
                captures.close()?;
                rest
            }
            [b'(', rest @ ..] => {
                captures.open()?;
                rest
            }
            [b')', rest @ ..] => {
                captures.close()?;
                rest
            }
            // Lua will match the whole pattern, but whether it can is still to be found out.
            [b'%', b'b' | b'f' | b'0'..=b'9', ..] => {
                is_translatable = false;
                skip_untranslatable(rest, &captures)?
            }
            _ => {
                let (class, rest) = single_class(rest)?;
                push_class(&mut regex, &class);
                push_quantifier(&mut regex, rest)
            }
        }
    }
    captures.finish()?;
    if is_translatable { Ok(regex) } else { Err(PatternError::Untranslatable) }
}

/// Captures do not change whether a pattern matches; they can only make it malformed.
#[derive(Default)]
struct Captures {
    is_open: Vec<bool>,
}

impl Captures {
    /// `LUA_MAXCAPTURES`
    const MAX: usize = 32;

    fn open(&mut self) -> Result<(), PatternError> {
        if self.is_open.len() == Self::MAX {
            return Err(PatternError::Malformed("too many captures"));
        }
        self.is_open.push(true);
        Ok(())
    }

    /// Closes the one that was opened last.
    fn close(&mut self) -> Result<(), PatternError> {
        let last = self.is_open.iter_mut().rfind(|is_open| **is_open);
        *last.ok_or(PatternError::Malformed("invalid pattern capture"))? = false;
        Ok(())
    }

    /// Whether `%1` to `%9` refers to something.
    fn is_complete(&self, digit: u8) -> bool {
        let index = usize::from(digit).checked_sub(usize::from(b'1'));
        index.and_then(|index| self.is_open.get(index)) == Some(&false)
    }

    fn finish(&self) -> Result<(), PatternError> {
        if self.is_open.contains(&true) { Err(PatternError::Malformed("unfinished capture")) } else { Ok(()) }
    }
}

/// Skips `%bxy`, `%f[set]` or a back-reference.
fn skip_untranslatable<'a>(pattern: &'a [u8], captures: &Captures) -> Result<&'a [u8], PatternError> {
    match pattern {
        [b'%', b'b', _, _, rest @ ..] => Ok(rest),
        [b'%', b'b', ..] => Err(PatternError::Malformed("missing arguments to '%b'")),
        [b'%', b'f', b'[', rest @ ..] => set(rest).map(|(_, rest)| rest),
        [b'%', b'f', ..] => Err(PatternError::Malformed("missing '[' after '%f'")),
        [b'%', digit, rest @ ..] if captures.is_complete(*digit) => Ok(rest),
        _ => Err(PatternError::Malformed("invalid capture index")),
    }
}

/// The bytes that a single-character class stands for.
struct Class([bool; 256]);

impl Class {
    fn of(contains: impl Fn(u8) -> bool) -> Self {
        Self(std::array::from_fn(|byte| u8::try_from(byte).is_ok_and(&contains)))
    }

    fn add(&mut self, contains: impl Fn(u8) -> bool) {
        for (byte, member) in (0..=u8::MAX).zip(&mut self.0) {
            *member |= contains(byte);
        }
    }

    fn negate(&mut self) {
        self.0 = self.0.map(|member| !member);
    }
}

/// Reads one single-character class: a byte, `.`, `%x` or a set.
fn single_class(pattern: &[u8]) -> Result<(Class, &[u8]), PatternError> {
    match pattern {
        [b'%', letter, rest @ ..] => Ok((Class::of(|byte| escaped(*letter, byte)), rest)),
        [b'%'] => Err(PatternError::Malformed("ends with '%'")),
        [b'[', rest @ ..] => set(rest),
        [b'.', rest @ ..] => Ok((Class::of(|_| true), rest)),
        [literal, rest @ ..] => Ok((Class::of(|byte| byte == *literal), rest)),
        [] => Err(PatternError::Malformed("is empty")),
    }
}

/// Reads a set after its `[`, in two steps as Lua does: they disagree about `[a-%]]`.
fn set(pattern: &[u8]) -> Result<(Class, &[u8]), PatternError> {
    let (negated, pattern) = match pattern.strip_prefix(b"^") {
        Some(pattern) => (true, pattern),
        None => (false, pattern),
    };
    let (members, rest) = split_set(pattern).ok_or(PatternError::Malformed("missing ']'"))?;
    let mut class = set_members(members);
    if negated {
        class.negate();
    }
    Ok((class, rest))
}

/// What stands in the set, and what follows its `]`. The first member never closes it, nor does one after `%`.
fn split_set(pattern: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut end = 0;
    loop {
        end += if *pattern.get(end)? == b'%' { 2 } else { 1 };
        if *pattern.get(end)? == b']' {
            return Some((pattern.get(..end)?, pattern.get(end + 1..)?));
        }
    }
}

fn set_members(mut members: &[u8]) -> Class {
    let mut class = Class::of(|_| false);
    loop {
        members = match members {
            [] => return class,
            [b'%', letter, rest @ ..] => {
                class.add(|byte| escaped(*letter, byte));
                rest
            }
            // Only after a range that ends in `%`: Lua then reads on into the closing bracket.
            [b'%'] => {
                class.add(|byte| byte == b']');
                &[]
            }
            [from, b'-', to, rest @ ..] => {
                class.add(|byte| (*from..=*to).contains(&byte));
                rest
            }
            [literal, rest @ ..] => {
                class.add(|byte| byte == *literal);
                rest
            }
        }
    }
}

/// Whether `%letter` stands for the byte, in the C locale.
fn escaped(letter: u8, byte: u8) -> bool {
    let member = match letter.to_ascii_lowercase() {
        b'a' => byte.is_ascii_alphabetic(),
        b'c' => byte.is_ascii_control(),
        b'd' => byte.is_ascii_digit(),
        b'g' => byte.is_ascii_graphic(),
        b'l' => byte.is_ascii_lowercase(),
        b'p' => byte.is_ascii_punctuation(),
        // C's isspace() counts the vertical tab, Rust's is_ascii_whitespace() does not.
        b's' => byte.is_ascii_whitespace() || byte == 0x0b,
        b'u' => byte.is_ascii_uppercase(),
        b'w' => byte.is_ascii_alphanumeric(),
        b'x' => byte.is_ascii_hexdigit(),
        // Deprecated since Lua 5.2 and still there.
        b'z' => byte == 0,
        _ => return byte == letter,
    };
    member != letter.is_ascii_uppercase()
}

fn push_class(regex: &mut String, class: &Class) {
    if !class.0.contains(&true) {
        // A set may be empty (`[b-a]`); an empty class of the regex crate says so.
        regex.push_str(r"[^\x00-\xff]");
        return;
    }
    regex.push('[');
    for (byte, _) in class.0.iter().enumerate().filter(|(_, member)| **member) {
        let _ = write!(regex, r"\x{byte:02x}"); // writing to a String cannot fail
    }
    regex.push(']');
}

/// Which repetitions are tried first changes what matches, not whether it matches: `-` is `*`.
fn push_quantifier<'a>(regex: &mut String, rest: &'a [u8]) -> &'a [u8] {
    match rest {
        [b'*' | b'-', rest @ ..] => {
            regex.push('*');
            rest
        }
        [quantifier @ (b'+' | b'?'), rest @ ..] => {
            regex.push(char::from(*quantifier));
            rest
        }
        _ => rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, subject: &str) -> bool {
        PatternSet::new([pattern]).unwrap().is_match(subject.as_bytes())
    }

    #[test]
    fn the_patterns_of_the_community_documentation() {
        assert!(matches(".*banneddomain.tld", "john@banneddomain.tld"));
        assert!(matches(".*banneddomain.tld", "john@banneddomain-tld"));
        assert!(!matches(".*banneddomain%.tld", "john@banneddomain-tld"));
        assert!(matches("@banned%.", "john@banned.example"));
    }

    #[test]
    fn anchors_count_only_at_the_ends() {
        assert!(matches("^a$", "a"));
        assert!(!matches("^a$", "ab"));
        assert!(matches("a^b$c", "a^b$c"));
    }

    #[test]
    fn what_follows_a_capture_is_no_quantifier() {
        assert!(matches("(ab)*$", "ab*"));
        assert!(!matches("^(ab)*$", "abab"));
    }

    #[test]
    fn sets_as_lua_reads_them() {
        assert!(matches("^[]]$", "]"));
        assert!(matches("^[^]]$", "a"));
        assert!(matches("^[a-]$", "-"));
        assert!(matches("^[%a-z]$", "-"));
        assert!(matches("^[a-%]]$", "]"));
        assert!(!matches("[a-%]]", "%a-"));
        assert!(!matches("[b-a]", "ab"));
        assert!(matches("^[^b-a]$", "x"));
    }

    #[test]
    fn what_lua_must_match_itself() {
        for pattern in ["%b()", "%f[%w]%w", "(a)%1"] {
            assert_eq!(translate(pattern.as_bytes()), Err(PatternError::Untranslatable), "{pattern}");
        }
        let set = PatternSet::new(["a", "%b()"]).unwrap();
        assert_eq!(set.untranslatable(), [b"%b()".to_vec()]);
    }

    #[test]
    fn what_lua_refuses_is_named() {
        for (pattern, reason) in [
            ("a%", "ends with '%'"),
            ("[a", "missing ']'"),
            ("[]", "missing ']'"),
            ("[%]", "missing ']'"),
            ("(a", "unfinished capture"),
            ("a)", "invalid pattern capture"),
            ("%b", "missing arguments to '%b'"),
            ("%fa", "missing '[' after '%f'"),
            ("%f[a", "missing ']'"),
            ("%1", "invalid capture index"),
            ("%0", "invalid capture index"),
            ("(%1)", "invalid capture index"),
            ("(a)%2", "invalid capture index"),
            ("%b()(", "unfinished capture"),
            ("%b()%", "ends with '%'"),
        ] {
            assert_eq!(
                PatternSet::new(["x", pattern]).unwrap_err(),
                BadPattern { index: 1, reason },
                "{pattern}"
            );
        }
    }

    #[test]
    fn time_is_linear_where_lua_backtracks() {
        let subject = "a".repeat(100_000);
        assert!(!matches(&format!("{}x$", ".-".repeat(20)), &subject));
    }

    #[test]
    fn no_patterns_match_nothing() {
        assert!(!PatternSet::new::<&str>([]).unwrap().is_match(b"a"));
    }
}
