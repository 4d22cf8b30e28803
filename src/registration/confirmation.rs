//! Confirming a registration on the verification page: what comes in, and every way it ends.

use super::pending::Token;

/// How a confirmation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The account exists now.
    Created,
    /// No registration waits under this token: never heard of, expired or used.
    Unknown,
    /// The form came without a token.
    NoToken,
    /// Somebody else has the name by now.
    NameTaken,
    /// The server cannot take the work now; the registration goes on waiting.
    Busy,
    /// The account could not be stored; the registration goes on waiting.
    Failed,
}

impl Outcome {
    const ALL: [Self; 6] =
        [Self::Created, Self::Unknown, Self::NoToken, Self::NameTaken, Self::Busy, Self::Failed];

    /// The name that the shell has for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Unknown => "unknown",
            Self::NoToken => "no_token",
            Self::NameTaken => "name_taken",
            Self::Busy => "busy",
            Self::Failed => "failed",
        }
    }

    /// By its [name](Self::name).
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.name() == name)
    }

    /// The HTTP status. An unknown token is answered 200, as clients of this servlet know it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Created | Self::Unknown => 200,
            Self::NoToken => 400,
            Self::NameTaken => 409,
            Self::Failed => 500,
            Self::Busy => 503,
        }
    }

    /// Which template shows it: `form`, `fail` or `success`.
    #[must_use]
    pub fn page(self) -> &'static str {
        match self {
            Self::Created => "success",
            Self::NoToken | Self::Busy | Self::Failed => "form",
            Self::Unknown | Self::NameTaken => "fail",
        }
    }
}

/// Finds the token in a form (`application/x-www-form-urlencoded`) or query: the first `uuid` that is not blank.
///
/// # Errors
/// [`Outcome::NoToken`] if there is none, [`Outcome::Unknown`] if what is there cannot be a token.
pub fn token_of(form: &[u8]) -> Result<Token, Outcome> {
    let (_, value) = form_urlencoded::parse(form)
        .find(|(name, value)| name == "uuid" && !value.trim().is_empty())
        .ok_or(Outcome::NoToken)?;
    Token::parse(&value).ok_or(Outcome::Unknown)
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c11";

    #[test]
    fn the_token_is_found_among_other_parameters() {
        let expected = Token::parse(UUID).unwrap();
        for form in [
            format!("uuid={UUID}"),
            format!("a=b&uuid=+%20{UUID}%0D%0A&c"),
            format!("uuid=&uuid={UUID}"),
            format!("uuid={}", UUID.to_uppercase()),
        ] {
            assert_eq!(token_of(form.as_bytes()), Ok(expected.clone()), "{form}");
        }
    }

    #[test]
    fn nothing_is_not_something_wrong() {
        for form in ["", "uuid", "uuid=", "uuid=+", "a=b", "UUID=x"] {
            assert_eq!(token_of(form.as_bytes()), Err(Outcome::NoToken), "{form}");
        }
        for form in ["uuid=x", "uuid=%00", "uuid=%ff", "uuid=0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c1"] {
            assert_eq!(token_of(form.as_bytes()), Err(Outcome::Unknown), "{form}");
        }
    }
}
