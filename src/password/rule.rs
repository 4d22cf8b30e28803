//! The rules, one function each, and what they say when they are broken.

use std::fmt;

use super::common;
use super::policy::Options;

/// Asks one thing of a password; the last argument is the user's name.
pub(super) type Rule = fn(&Options, &str, Option<&str>) -> Result<(), Refusal>;

/// Which rule is broken. `Display` is the sentence for the person who typed the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// There is none.
    NoPassword,
    /// Fewer characters than asked for.
    TooShort {
        /// How many are asked for.
        minimum: usize,
    },
    /// More characters than allowed.
    TooLong {
        /// How many are allowed.
        maximum: usize,
    },
    /// The user's name is part of it.
    ContainsUsername,
    /// It is on the list of commonly used passwords.
    Common,
    /// Its zxcvbn score is too low.
    TooWeak,
}

impl Refusal {
    /// A name for programs; these do not change.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::NoPassword => "no-password",
            Self::TooShort { .. } => "length",
            Self::TooLong { .. } => "max_length",
            Self::ContainsUsername => "username",
            Self::Common => "common",
            Self::TooWeak => "strength",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPassword => f.write_str("No password provided"),
            Self::TooShort { minimum } => write!(f, "Password is too short (minimum {minimum} characters)"),
            Self::TooLong { maximum } => write!(f, "Password is too long (maximum {maximum} characters)"),
            Self::ContainsUsername => f.write_str("Password must not include your username"),
            Self::Common => f.write_str("Password is one that many people use; please choose another"),
            Self::TooWeak => f.write_str("Password is too easy to guess; try a few unrelated words"),
        }
    }
}

fn refuse_if(broken: bool, refusal: Refusal) -> Result<(), Refusal> {
    if broken { Err(refusal) } else { Ok(()) }
}

pub(super) fn provided(_: &Options, password: &str, _: Option<&str>) -> Result<(), Refusal> {
    refuse_if(password.is_empty(), Refusal::NoPassword)
}

pub(super) fn minimum_length(options: &Options, password: &str, _: Option<&str>) -> Result<(), Refusal> {
    let minimum = options.length;
    refuse_if(password.chars().count() < minimum, Refusal::TooShort { minimum })
}

pub(super) fn maximum_length(options: &Options, password: &str, _: Option<&str>) -> Result<(), Refusal> {
    let maximum = options.max_length;
    refuse_if(password.chars().count() > maximum, Refusal::TooLong { maximum })
}

pub(super) fn excludes_username(
    options: &Options,
    password: &str,
    username: Option<&str>,
) -> Result<(), Refusal> {
    let included =
        |username: &str| !username.is_empty() && password.to_lowercase().contains(&username.to_lowercase());
    refuse_if(options.exclude_username && username.is_some_and(included), Refusal::ContainsUsername)
}

pub(super) fn uncommon(options: &Options, password: &str, _: Option<&str>) -> Result<(), Refusal> {
    refuse_if(options.common && common::contains(password), Refusal::Common)
}
