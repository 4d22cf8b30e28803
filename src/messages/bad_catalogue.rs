//! What can be wrong with the sources of messages.

use std::fmt;

/// Why sources are no catalogue. `Display` is a sentence for whoever wrote them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadCatalogue {
    /// The name is no language tag such as `de` or `pt-BR`.
    NotALanguage {
        /// The name.
        locale: String,
    },
    /// Another name means the same language.
    SameLanguage {
        /// The later of the two names.
        locale: String,
    },
    /// The source is not UTF-8.
    NotUtf8 {
        /// Whose source.
        locale: String,
    },
    /// The source breaks the grammar.
    Syntax {
        /// Whose source.
        locale: String,
        /// The line, the first being 1.
        line: usize,
        /// What the parser says.
        reason: String,
    },
    /// A message or term is defined twice.
    Duplicate {
        /// Whose source.
        locale: String,
        /// Its name.
        id: String,
    },
    /// The default is not among the locales.
    NoDefault {
        /// Its name.
        locale: String,
    },
}

impl fmt::Display for BadCatalogue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotALanguage { locale } => {
                write!(f, "'{locale}' is no language tag, such as 'de' or 'pt-BR'")
            }
            Self::SameLanguage { locale } => write!(f, "the messages of '{locale}' are there twice"),
            Self::NotUtf8 { locale } => write!(f, "the messages of '{locale}' are not UTF-8"),
            Self::Syntax { locale, line, reason } => {
                write!(f, "the messages of '{locale}' have an error in line {line}: {reason}")
            }
            Self::Duplicate { locale, id } => {
                write!(f, "the messages of '{locale}' define '{id}' more than once")
            }
            Self::NoDefault { locale } => write!(f, "there are no messages of the default, '{locale}'"),
        }
    }
}
