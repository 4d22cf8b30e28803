//! Registration with an invitation, through the HTTP API.

use std::borrow::Cow;
use std::fmt;

use super::token::is_token;
use crate::json;
use crate::registration::Refusal as BadBody;
use crate::registration::body::{MAX_LEN, check_field, is_json};

/// The members of the request, each with its greatest length in bytes. The first may be missing: an invitation
/// can be for one name.
const MEMBERS: [(&str, usize); 3] = [
    ("username", 1023), // a localpart, RFC 7622 §3.3
    ("password", 4096), // 1024 characters, which the password policy counts
    ("token", 4096),    // is_token() has the last word
];

/// A request whose members are what they claim to be. Whether there is such an invitation is another question.
#[derive(PartialEq, Eq)]
pub struct Registration<'a> {
    /// As sent, or empty; nodeprep is the shell's.
    pub username: Cow<'a, str>,
    /// As sent; `SASLprep` is the shell's.
    pub password: Cow<'a, str>,
    /// [Could be](is_token) one.
    pub token: Cow<'a, str>,
}

/// Why a request is refused. `Display` is the sentence in the answer: it names members and never repeats their
/// values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The content type is another one.
    NotJson,
    /// The body is not what it must be.
    Body(BadBody),
    /// There can be no invitation with such a token.
    NoInvitation,
}

impl Refusal {
    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::NotJson => 415,
            Self::Body(refusal) => refusal.status(),
            Self::NoInvitation => 404,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotJson => f.write_str("Send JSON as Content-Type application/json."),
            Self::Body(refusal) => refusal.fmt(f),
            Self::NoInvitation => {
                f.write_str("There is no invitation with this 'token', or it has been used or has expired.")
            }
        }
    }
}

impl From<BadBody> for Refusal {
    fn from(refusal: BadBody) -> Self {
        Self::Body(refusal)
    }
}

impl<'a> Registration<'a> {
    /// Reads and checks the members; others are ignored.
    ///
    /// # Errors
    /// A [`Refusal`] of status 415, 413, 400 or 404, looked for in this order.
    pub fn read(body: &'a [u8], content_type: Option<&str>) -> Result<Self, Refusal> {
        if !content_type.is_some_and(is_json) {
            return Err(Refusal::NotJson);
        }
        if body.len() > MAX_LEN {
            return Err(BadBody::BodyTooLarge { limit: MAX_LEN }.into());
        }
        let members = json::string_members(body, &MEMBERS.map(|(name, _)| name)).map_err(BadBody::from)?;
        for ((member, limit), value) in MEMBERS.iter().zip(&members) {
            let may_be_missing = *member == "username";
            if !(may_be_missing && value.as_deref().unwrap_or_default().is_empty()) {
                check_field(member, *limit, value.as_deref())?;
            }
        }
        let [username, password, token] = members.map(Option::unwrap_or_default);
        if is_token(&token) { Ok(Self { username, password, token }) } else { Err(Refusal::NoInvitation) }
    }
}

impl fmt::Debug for Registration<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").field("username", &self.username).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXAMPLE: &str = r#"{"username":"juliet","password":"p\u00e4ss","token":"Abc-_xyz1","x":[1]}"#;

    fn read(json: &str) -> Result<Registration<'_>, Refusal> {
        Registration::read(json.as_bytes(), Some("application/json"))
    }

    fn with(member: &str, value: Option<&str>) -> String {
        let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(EXAMPLE).unwrap();
        object.remove(member);
        if let Some(value) = value {
            object.insert(member.into(), serde_json::from_str(value).unwrap());
        }
        serde_json::to_string(&object).unwrap()
    }

    #[test]
    fn a_registration_has_three_members() {
        let expected = Registration {
            username: "juliet".into(),
            password: "p\u{e4}ss".into(),
            token: "Abc-_xyz1".into(),
        };
        assert_eq!(read(EXAMPLE).unwrap(), expected);
        assert!(!format!("{expected:?}").contains("p\u{e4}ss"));
    }

    #[test]
    fn the_content_type_must_be_json() {
        for content_type in ["application/json", "Application/JSON; charset=utf-8"] {
            assert!(Registration::read(EXAMPLE.as_bytes(), Some(content_type)).is_ok(), "{content_type}");
        }
        for content_type in [None, Some(""), Some("text/plain"), Some("application/x-www-form-urlencoded")] {
            let refusal = Registration::read(EXAMPLE.as_bytes(), content_type).unwrap_err();
            assert_eq!((refusal.status(), refusal), (415, Refusal::NotJson));
        }
    }

    #[test]
    fn the_username_may_be_missing() {
        for value in [None, Some("\"\"")] {
            assert_eq!(read(&with("username", value)).unwrap().username, "");
        }
    }

    #[test]
    fn every_member_is_checked() {
        for (member, limit) in MEMBERS {
            let long = serde_json::to_string(&"x".repeat(limit + 1)).unwrap();
            for (value, expected) in [
                (None, BadBody::Missing { member }),
                (Some("1"), BadBody::NotAString { member }),
                (Some("null"), BadBody::NotAString { member }),
                (Some("[\"x\"]"), BadBody::NotAString { member }),
                (Some("\"\""), BadBody::Empty { member }),
                (Some(long.as_str()), BadBody::TooLong { member, limit }),
                (Some("\"a\\u0000b\""), BadBody::Nul { member }),
            ] {
                if member == "username" && matches!(expected, BadBody::Missing { .. } | BadBody::Empty { .. })
                {
                    continue;
                }
                let refusal = read(&with(member, value)).map(drop).unwrap_err();
                assert!(refusal.to_string().contains(&format!("'{member}'")), "{refusal}");
                assert_eq!((refusal.status(), refusal), (400, Refusal::Body(expected)));
            }
            let twice = format!("{{\"{member}\":\"x\",{}", &EXAMPLE[1..]);
            let expected = BadBody::Duplicate { member: Some(member) };
            assert_eq!(read(&twice).unwrap_err(), Refusal::Body(expected));
        }
    }

    #[test]
    fn a_token_that_can_be_none_is_unknown() {
        for token in ["\"short\"", "\"Abc-_xyz1 \"", "\"Abc-_xyz1=\""] {
            let refusal = read(&with("token", Some(token))).map(drop).unwrap_err();
            assert_eq!((refusal.status(), refusal), (404, Refusal::NoInvitation));
        }
    }

    #[test]
    fn bodies_are_bounded_and_objects() {
        let padded = |length: usize| format!("{EXAMPLE}{}", " ".repeat(length - EXAMPLE.len()));
        assert!(read(&padded(MAX_LEN)).is_ok());
        assert_eq!(read(&padded(MAX_LEN + 1)).unwrap_err().status(), 413);
        for body in ["", "[]", "null", "{", "{}x", "{\"x\":1,\"x\":1}"] {
            assert_eq!(read(body).unwrap_err().status(), 400, "{body}");
        }
        let bytes = Registration::read(b"{\"username\":\"\xff\"}", Some("application/json"));
        assert_eq!(bytes.unwrap_err(), Refusal::Body(BadBody::NotJson { member: Some("username") }));
    }

    proptest! {
        #[test]
        fn any_body_is_refused_with_a_4xx(body: Vec<u8>, content_type: Option<String>) {
            for content_type in [content_type.as_deref(), Some("application/json")] {
                let refusal = Registration::read(&body, content_type).unwrap_err();
                prop_assert!((400..500).contains(&refusal.status()));
            }
        }
    }
}
