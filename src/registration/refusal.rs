//! Every way in which a registration request is refused, with its status and its sentence.

use std::fmt;

/// Why a registration request is refused. `Display` is the sentence in the answer: it names fields and
/// never repeats their values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "each variant is explained by its sentence below")]
pub enum Refusal {
    NotBase64,
    NotJson { member: Option<&'static str> },
    NotAnObject,
    Duplicate { member: Option<&'static str> },
    Missing { member: &'static str },
    NotAString { member: &'static str },
    Empty { member: &'static str },
    TooLong { member: &'static str, limit: usize },
    Nul { member: &'static str },
    NotAnAddress,
    NotAMailAddress,
    PasswordCharacters,
    WrongAuthToken,
    NamePending,
    AddressBlocked,
    MailFiltered,
    PasswordPolicy(String),
    Forbidden(Option<String>),
    Method,
    Username,
    UsernameLength,
    NameTaken,
    MailKnown,
    BodyTooLarge { limit: usize },
    Failed,
    Throttled,
    Busy,
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotBase64
            | Self::NotJson { .. }
            | Self::NotAnObject
            | Self::Duplicate { .. }
            | Self::Missing { .. }
            | Self::NotAString { .. }
            | Self::Empty { .. }
            | Self::TooLong { .. }
            | Self::Nul { .. }
            | Self::NotAnAddress
            | Self::NotAMailAddress
            | Self::UsernameLength
            | Self::PasswordCharacters => 400,
            Self::WrongAuthToken | Self::NamePending => 401,
            Self::AddressBlocked | Self::MailFiltered | Self::PasswordPolicy(_) | Self::Forbidden(_) => 403,
            Self::Method => 405,
            Self::Username => 406,
            Self::NameTaken | Self::MailKnown => 409,
            Self::BodyTooLarge { .. } => 413,
            Self::Failed => 500,
            Self::Throttled | Self::Busy => 503,
        }
    }

    /// The refusals that only the server can find, by the names the shell has for them. `detail` is the
    /// reason that a password policy or another module gave.
    #[must_use]
    pub fn by_name(name: &str, detail: Option<String>) -> Option<Self> {
        Some(match name {
            "password_characters" => Self::PasswordCharacters,
            // What a login takes: max_password_length of lua/frontdoor/accounts.lua.
            "password_length" => Self::TooLong { member: "password", limit: 1023 },
            "name_pending" => Self::NamePending,
            "mail_filtered" => Self::MailFiltered,
            "password_policy" => Self::PasswordPolicy(detail?),
            "forbidden" => Self::Forbidden(detail),
            "method" => Self::Method,
            "username" => Self::Username,
            "username_length" => Self::UsernameLength,
            "name_taken" => Self::NameTaken,
            "mail_known" => Self::MailKnown,
            "failed" => Self::Failed,
            "throttled" => Self::Throttled,
            "busy" => Self::Busy,
            _ => return None,
        })
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotBase64 => f.write_str(
                "The body is not base64. Send base64-encoded JSON, or JSON as Content-Type application/json.",
            ),
            Self::NotJson { member: None } => f.write_str("The body is not valid JSON."),
            Self::NotJson { member: Some(member) } => write!(f, "The value of '{member}' is not valid JSON."),
            Self::NotAnObject => f.write_str("The body is JSON, but not a JSON object."),
            Self::Duplicate { member: None } => f.write_str("A member appears twice in the JSON object."),
            Self::Duplicate { member: Some(member) } => write!(f, "'{member}' appears twice."),
            Self::Missing { member } => write!(f, "'{member}' is missing."),
            Self::NotAString { member } => write!(f, "'{member}' must be a string."),
            Self::Empty { member } => write!(f, "'{member}' must not be empty."),
            Self::TooLong { member, limit } => write!(f, "'{member}' is too long (maximum {limit} bytes)."),
            Self::Nul { member } => write!(f, "'{member}' must not contain the NUL character."),
            Self::NotAnAddress => f.write_str("'ip' must be an IPv4 or IPv6 address."),
            Self::NotAMailAddress => f.write_str("'mail' must be a mail address."),
            Self::PasswordCharacters => f.write_str(
                "'password' contains characters that a password cannot have (SASLprep, RFC 4013).",
            ),
            Self::WrongAuthToken => f.write_str("'auth_token' is wrong. The attempt has been logged."),
            Self::NamePending => {
                f.write_str("Another registration of this 'username' waits for its confirmation.")
            }
            Self::AddressBlocked => f.write_str("Registration from this 'ip' is forbidden."),
            Self::MailFiltered => f.write_str("Registration with this 'mail' address is forbidden."),
            Self::PasswordPolicy(reason) | Self::Forbidden(Some(reason)) => f.write_str(reason),
            Self::Forbidden(None) => f.write_str("This server does not allow this registration."),
            Self::Method => f.write_str("Send a POST request."),
            Self::Username => f.write_str(
                "'username' contains characters that a user name cannot have (nodeprep, RFC 6122).",
            ),
            Self::UsernameLength => f.write_str("'username' is too long for this server."),
            Self::NameTaken => f.write_str("An account of this 'username' exists already."),
            Self::MailKnown => f.write_str("An account with this 'mail' address exists already."),
            Self::BodyTooLarge { limit } => write!(f, "The body is too large (maximum {limit} bytes)."),
            Self::Failed => {
                f.write_str("Something went wrong on the server; its log says what. Nothing was registered.")
            }
            Self::Throttled => {
                f.write_str("Too many registrations from this 'ip'. Wait a bit and try again.")
            }
            Self::Busy => f.write_str("The server is busy. Try again in a few seconds."),
        }
    }
}
