//! The policy: which rules there are, in which order, and what they are asked about.

use super::rule::{self, Refusal, Rule};

/// The rules in the order in which they are asked; the costly ones come last.
const RULES: [Rule; 6] = [
    rule::provided,
    rule::minimum_length,
    rule::maximum_length,
    rule::excludes_username,
    rule::uncommon,
    rule::strong,
];

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

/// What is known about the person whose password it is.
#[derive(Debug, Default, Clone, Copy)]
pub struct Context<'a> {
    /// The user's name, the part before the `@`.
    pub username: Option<&'a str>,
    /// The mail address.
    pub mail: Option<&'a str>,
    /// The server's domain.
    pub host: Option<&'a str>,
    /// The server's name as people see it.
    pub site_name: Option<&'a str>,
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
    pub fn check(&self, password: &str, context: &Context) -> Result<(), Refusal> {
        RULES.iter().try_for_each(|rule| rule(&self.0, password, context))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(options: Options, password: &str, username: &str) -> Result<(), Refusal> {
        let context = Context { username: Some(username), ..Context::default() };
        Policy::new(options).unwrap().check(password, &context)
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
    fn strength_knows_the_person() {
        let strong = Policy::new(Options { strength: 3, ..Options::default() }).unwrap();
        let nobody = Context::default();
        assert_eq!(strong.check("correct horse battery staple", &nobody), Ok(()));
        assert_eq!(strong.check("abcabcabcabc", &nobody), Err(Refusal::TooWeak));
        let phrase = "kapuletzka99";
        assert_eq!(strong.check(phrase, &nobody), Ok(()));
        let known = Context { mail: Some("montagusch@kapuletzka.example"), ..nobody };
        assert_eq!(strong.check(phrase, &known), Err(Refusal::TooWeak));
        let site = Context { host: Some("kapuletzka.example"), site_name: Some("Montagusch"), ..nobody };
        assert_eq!(strong.check(phrase, &site), Err(Refusal::TooWeak));
    }

    #[test]
    fn senseless_options_are_refused() {
        let inverted = Options { length: 10, max_length: 9, ..Options::default() };
        assert_eq!(Policy::new(inverted).unwrap_err().name, "max_length");
        let too_strong = Options { strength: 5, ..Options::default() };
        assert_eq!(Policy::new(too_strong).unwrap_err().name, "strength");
    }
}
