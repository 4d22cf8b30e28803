//! The policy: which rules there are, in which order, and what they are asked about.

use super::rule::{self, Refusal, Rule};

/// The rules in the order in which they are asked. Strength is not among them: it takes too long to find.
const RULES: [Rule; 5] =
    [rule::provided, rule::minimum_length, rule::maximum_length, rule::excludes_username, rule::uncommon];

/// What an operator may set, with the defaults of the `password_policy` option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Least length in characters. Default 8.
    pub length: usize,
    /// Greatest length in characters. Default 1024.
    pub max_length: usize,
    /// Refuse a password that contains the user's name. Default true.
    pub exclude_username: bool,
    /// Refuse a commonly used password. Default true.
    pub common: bool,
    /// Least zxcvbn score, 0 to 4; 0 (default) does not ask.
    pub strength: u8,
}

impl Default for Options {
    fn default() -> Self {
        Self { length: 8, max_length: 1024, exclude_username: true, common: true, strength: 0 }
    }
}

/// An option has a value with which no password, or no sense, is left.
#[derive(Debug, PartialEq, Eq)]
pub struct BadOption {
    /// The option's name.
    pub name: &'static str,
    /// What it must be.
    pub must: &'static str,
}

/// A checked set of options.
#[derive(Debug, Clone)]
pub struct Policy(Options);

impl Policy {
    /// Checks the options against each other.
    ///
    /// # Errors
    /// The first [`BadOption`].
    pub fn new(options: Options) -> Result<Self, BadOption> {
        if options.max_length < options.length {
            return Err(BadOption { name: "max_length", must: "be at least as large as length" });
        }
        if options.strength > 4 {
            return Err(BadOption { name: "strength", must: "be a whole number from 0 to 4" });
        }
        Ok(Self(options))
    }

    /// Asks every rule, in order.
    ///
    /// # Errors
    /// What the first broken rule says.
    pub fn check(&self, password: &str, username: Option<&str>) -> Result<(), Refusal> {
        self.broken(password, username).next().map_or(Ok(()), Err)
    }

    /// What every broken rule says, in order. No password breaks just the rule that there must be one.
    pub fn broken(&self, password: &str, username: Option<&str>) -> impl Iterator<Item = Refusal> {
        let rules = if password.is_empty() { 1 } else { RULES.len() };
        RULES.iter().take(rules).filter_map(move |rule| rule(&self.0, password, username).err())
    }

    /// Whether the password's [score](super::score) is to be checked, too.
    #[must_use]
    pub fn wants_score(&self) -> bool {
        self.0.strength > 0
    }

    /// Judges a score.
    ///
    /// # Errors
    /// [`Refusal::TooWeak`]
    pub fn check_score(&self, score: u8) -> Result<(), Refusal> {
        if score < self.0.strength { Err(Refusal::TooWeak) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: Options, password: &str, username: &str) -> Result<(), Refusal> {
        Policy::new(options).unwrap().check(password, Some(username))
    }

    #[test]
    fn the_defaults() {
        let of = |password: &str| check(Options::default(), password, "juliet");
        assert_eq!(of(""), Err(Refusal::NoPassword));
        assert_eq!(of("7 chars"), Err(Refusal::TooShort { minimum: 8 }));
        assert_eq!(of("8  chars"), Ok(()));
        assert_eq!(of(&"x".repeat(1024)), Ok(()));
        assert_eq!(of(&"x".repeat(1025)), Err(Refusal::TooLong { maximum: 1024 }));
        assert_eq!(of("oh-JuliEt-oh"), Err(Refusal::ContainsUsername));
        assert_eq!(of("Password123"), Err(Refusal::Common));
    }

    #[test]
    fn every_broken_rule_is_named_in_order() {
        let broken = |options: Options, password: &str| -> Vec<&str> {
            let policy = Policy::new(options).unwrap();
            policy.broken(password, Some("pass")).map(Refusal::name).collect()
        };
        assert_eq!(broken(Options::default(), "a good one"), [""; 0]);
        assert_eq!(broken(Options::default(), "pass"), ["length", "username", "common"]);
        let tiny = Options { length: 2, max_length: 4, ..Options::default() };
        assert_eq!(broken(tiny, "password"), ["max_length", "username", "common"]);
        assert_eq!(broken(Options::default(), ""), ["no-password"]);
        assert_eq!(broken(Options { length: 0, ..Options::default() }, ""), ["no-password"]);
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(check(Options::default(), "пароль-д", "j"), Ok(()));
        assert_eq!(check(Options::default(), "пароль!", "j"), Err(Refusal::TooShort { minimum: 8 }));
        let short = Options { max_length: 8, ..Options::default() };
        assert_eq!(check(short, "пароль-д", "j"), Ok(()));
    }

    #[test]
    fn exclude_username_is_honoured_both_ways() {
        let off = Options { exclude_username: false, ..Options::default() };
        assert_eq!(check(off, "oh-juliet-oh", "juliet"), Ok(()));
        assert_eq!(check(Options::default(), "mein-ÄNNCHEN", "ännchen"), Err(Refusal::ContainsUsername));
        assert_eq!(check(Options::default(), "anything else", ""), Ok(()));
    }

    #[test]
    fn common_is_honoured_both_ways() {
        let off = Options { common: false, ..Options::default() };
        assert_eq!(check(off, "password123", "j"), Ok(()));
    }

    #[test]
    fn strength_is_asked_for_only_if_it_is_set() {
        assert!(!Policy::new(Options::default()).unwrap().wants_score());
        let strong = Policy::new(Options { strength: 3, ..Options::default() }).unwrap();
        assert!(strong.wants_score());
        assert_eq!(strong.check_score(2), Err(Refusal::TooWeak));
        assert_eq!(strong.check_score(3), Ok(()));
    }

    #[test]
    fn senseless_options_are_refused() {
        let inverted = Options { length: 10, max_length: 9, ..Options::default() };
        assert_eq!(Policy::new(inverted).unwrap_err().name, "max_length");
        let too_strong = Options { strength: 5, ..Options::default() };
        assert_eq!(Policy::new(too_strong).unwrap_err().name, "strength");
    }
}
