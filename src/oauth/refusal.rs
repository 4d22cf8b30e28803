//! Why a registration is refused (RFC 7591 §3.2.2), and what the client's author is told.

use std::borrow::Cow;
use std::fmt;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::error::ErrorCode;
use super::metadata::untagged;
use crate::json::Malformed;

/// What is wrong with one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The member's name.
    pub member: Cow<'static, str>,
    /// Which item of its list, counted from 0.
    pub index: Option<usize>,
    /// The keyword of the JSON Schema that says so, or would if it could.
    pub keyword: &'static str,
    /// A clause whose subject is the member, such as "is missing". In ASCII without quotation marks and backslashes
    /// (RFC 6749 §5.2), and without the value.
    pub clause: Cow<'static, str>,
}

impl Problem {
    /// One with a whole member.
    pub fn new(
        member: impl Into<Cow<'static, str>>,
        keyword: &'static str,
        clause: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { member: member.into(), index: None, keyword, clause: clause.into() }
    }

    /// The same with one item of its list.
    #[must_use]
    pub fn at(mut self, index: usize) -> Self {
        self.index = Some(index);
        self
    }

    fn instance_location(&self) -> String {
        self.index.map_or_else(|| format!("/{}", self.member), |index| format!("/{}/{index}", self.member))
    }

    fn schema_location(&self) -> String {
        let items = if self.index.is_some() { "/items" } else { "" };
        match self.keyword {
            "required" => "/required".into(),
            keyword => format!("/properties/{}{items}/{keyword}", self.member),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.index {
            Some(index) => write!(f, "'{}[{index}]' {}", self.member, self.clause),
            None => write!(f, "'{}' {}", self.member, self.clause),
        }
    }
}

/// As the basic output of a JSON Schema validator.
impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("instanceLocation", &self.instance_location())?;
        map.serialize_entry("schemaLocation", &self.schema_location())?;
        map.serialize_entry("error", &self.clause)?;
        map.end()
    }
}

/// Why there is no answer but this. `Display` is the `error_description`: it names members and never repeats values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The body is longer than this many bytes.
    BodyTooLarge {
        /// The limit.
        limit: usize,
    },
    /// The body is no JSON object.
    NotJson(Malformed),
    /// The metadata cannot be registered.
    Metadata(Vec<Problem>),
    /// The client id would be longer than the operator wants.
    IdTooLong {
        /// How long it would be, in bytes.
        length: usize,
        /// The limit.
        limit: usize,
    },
    /// The software statement is no good, for this reason.
    Statement(String),
    /// Nobody whose statements count has signed the software statement.
    UnknownStatement,
    /// No access token, or a wrong one.
    Token,
}

impl From<Malformed> for Refusal {
    fn from(malformed: Malformed) -> Self {
        Self::NotJson(malformed)
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Metadata(vec![problem])
    }
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::BodyTooLarge { .. } => 413,
            _ => self.code().status(),
        }
    }

    /// The value of `error`.
    #[must_use]
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::BodyTooLarge { .. } | Self::NotJson(_) => ErrorCode::InvalidRequest,
            Self::Metadata(problems) => problems
                .first()
                .map_or(ErrorCode::InvalidClientMetadata, |problem| of_member(&problem.member)),
            Self::IdTooLong { .. } => ErrorCode::InvalidClientMetadata,
            Self::Statement(_) => ErrorCode::InvalidSoftwareStatement,
            Self::UnknownStatement => ErrorCode::UnapprovedSoftwareStatement,
            Self::Token => ErrorCode::InvalidToken,
        }
    }

    /// What is wrong with the metadata, if it is that.
    pub(super) fn problems(&self) -> &[Problem] {
        if let Self::Metadata(problems) = self { problems } else { &[] }
    }

    /// The body of the answer: `error`, `error_description` and, if it is the metadata, `valid` and `errors`.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("error", self.code().name())?;
        map.serialize_entry("error_description", &self.to_string())?;
        if !self.problems().is_empty() {
            map.serialize_entry("valid", &false)?;
            map.serialize_entry("errors", self.problems())?;
        }
        map.end()
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BodyTooLarge { limit } => write!(f, "The body is longer than {limit} bytes."),
            Self::NotJson(Malformed::Syntax) => f.write_str("Invalid JSON."),
            Self::NotJson(Malformed::NotAnObject) => f.write_str("Invalid JSON: it must be an object."),
            Self::NotJson(Malformed::Duplicate(name)) => match harmless(name) {
                Some(name) => write!(f, "Invalid JSON: '{name}' appears twice."),
                None => f.write_str("Invalid JSON: a member appears twice."),
            },
            Self::Metadata(problems) => match problems.as_slice() {
                [] => f.write_str("The metadata is invalid."),
                [problem] => write!(f, "{problem}."),
                [problem, ..] => write!(f, "{problem}. There is more: see 'errors'."),
            },
            Self::IdTooLong { length, limit } => write!(
                f,
                "With this metadata the client_id would be {length} bytes long, and the limit is {limit}. \
                 Register fewer or shorter values."
            ),
            Self::Statement(reason) => write!(f, "'software_statement' {reason}."),
            Self::UnknownStatement => {
                f.write_str("'software_statement' is not signed by anybody this server trusts.")
            }
            Self::Token => f.write_str("The access token is missing or wrong."),
        }
    }
}

fn of_member(member: &str) -> ErrorCode {
    match untagged(member) {
        "redirect_uris" => ErrorCode::InvalidRedirectUri,
        "client_name" => ErrorCode::InvalidClientName,
        _ => ErrorCode::InvalidClientMetadata,
    }
}

/// A member's name as it may stand in an `error_description`.
fn harmless(name: &str) -> Option<&str> {
    let is_harmless = |byte: u8| byte.is_ascii_alphanumeric() || b"_-#.".contains(&byte);
    (name.len() <= 64 && name.bytes().all(is_harmless)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc7591_3_2_2_the_answer_has_error_and_description() {
        let problems = vec![
            Problem::new("redirect_uris", "format", "has a fragment").at(1),
            Problem::new("client_name", "required", "is missing"),
        ];
        assert_eq!(
            Refusal::Metadata(problems).to_json(),
            concat!(
                r#"{"error":"invalid_redirect_uri","#,
                r#""error_description":"'redirect_uris[1]' has a fragment. There is more: see 'errors'.","#,
                r#""valid":false,"errors":[{"instanceLocation":"/redirect_uris/1","#,
                r#""schemaLocation":"/properties/redirect_uris/items/format","error":"has a fragment"},"#,
                r#"{"instanceLocation":"/client_name","schemaLocation":"/required","error":"is missing"}]}"#,
            )
        );
        assert_eq!(
            Refusal::NotJson(Malformed::Syntax).to_json(),
            r#"{"error":"invalid_request","error_description":"Invalid JSON."}"#
        );
    }

    #[test]
    fn rfc6749_5_2_descriptions_keep_to_their_characters() {
        for name in ["a\"b", "a\\b", "ä", "a\nb", "'", &"a".repeat(65)] {
            let text = Refusal::NotJson(Malformed::Duplicate(name.into())).to_string();
            assert_eq!(text, "Invalid JSON: a member appears twice.");
        }
        let text = Refusal::NotJson(Malformed::Duplicate("client_name#de".into())).to_string();
        assert_eq!(text, "Invalid JSON: 'client_name#de' appears twice.");
    }

    #[test]
    fn the_code_follows_the_first_problem() {
        for (member, code) in [
            ("redirect_uris", ErrorCode::InvalidRedirectUri),
            ("client_name", ErrorCode::InvalidClientName),
            ("client_name#de", ErrorCode::InvalidClientName),
            ("client_uri", ErrorCode::InvalidClientMetadata),
        ] {
            assert_eq!(Refusal::from(Problem::new(member, "type", "is odd")).code(), code);
        }
    }
}
