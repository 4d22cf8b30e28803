//! JSON (RFC 8259) read strictly: what two parsers could understand differently is refused.
//!
//! Over `serde_json` this adds: a member that appears twice is an error, and so is nesting deeper than
//! 128 in members nobody asked for.

mod value;

pub use value::{Malformed, Object, Value};

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

/// Why a text is not the object that was asked for. `member` is one of the names asked for, never a name
/// that came with the input.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JsonError {
    /// It breaks the grammar, is not UTF-8, nests too deep, or goes on after its end.
    Syntax {
        /// The member whose value is broken.
        member: Option<&'static str>,
    },
    /// The text is JSON, but no object.
    NotAnObject,
    /// The member's value is not a string.
    NotAString {
        /// Its name.
        member: &'static str,
    },
    /// A name appears twice (RFC 8259 §4 leaves open which value counts).
    Duplicate {
        /// Its name, if it is one of those asked for.
        member: Option<&'static str>,
    },
}

/// Reads an object whose members of the given names are strings; the others are skipped.
///
/// Returns the values in the order of `names`, `None` for a member that is missing.
///
/// # Errors
/// The first [`JsonError`] met. Values are never part of it.
pub fn string_members<'a, const N: usize>(
    text: &'a [u8],
    names: &[&'static str; N],
) -> Result<[Option<Cow<'a, str>>; N], JsonError> {
    match std::str::from_utf8(text) {
        Ok(text) => read(serde_json::Deserializer::from_str(text), names),
        // This reader checks each string for itself, and so finds out which one is broken.
        Err(_) => read(serde_json::Deserializer::from_slice(text), names),
    }
}

fn read<'a, R: serde_json::de::Read<'a>, const N: usize>(
    mut deserializer: serde_json::Deserializer<R>,
    names: &[&'static str; N],
) -> Result<[Option<Cow<'a, str>>; N], JsonError> {
    let mut at = At::default();
    let members = deserializer
        .deserialize_map(Members { names, at: &mut at })
        .and_then(|members| deserializer.end().map(|()| members));
    members.map_err(|error| at.explain(error.is_data()))
}

/// Where the reader is, to name the member when it fails.
#[derive(Default)]
struct At {
    inside: bool,
    member: Option<&'static str>,
    duplicate: bool,
}

impl At {
    fn explain(self, is_data: bool) -> JsonError {
        match (self.member, is_data) {
            (member, true) if self.duplicate => JsonError::Duplicate { member },
            (Some(member), true) => JsonError::NotAString { member },
            (None, true) if !self.inside => JsonError::NotAnObject,
            (member, _) => JsonError::Syntax { member },
        }
    }
}

struct Members<'n, const N: usize> {
    names: &'n [&'static str; N],
    at: &'n mut At,
}

impl<'de, const N: usize> Visitor<'de> for Members<'_, N> {
    type Value = [Option<Cow<'de, str>>; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        self.at.inside = true;
        let mut values = [const { None }; N];
        let mut others = HashSet::new();
        while let Some(name) = map.next_key_seed(Text)? {
            let known = self.names.iter().zip(&mut values).find(|(known, _)| **known == name);
            if let Some((known, value)) = known {
                self.at.member = Some(known);
                self.at.duplicate = value.is_some();
                if self.at.duplicate {
                    return Err(A::Error::custom("duplicate member"));
                }
                *value = Some(map.next_value_seed(Text)?);
                self.at.member = None;
            } else {
                self.at.duplicate = others.contains(&name);
                if self.at.duplicate {
                    return Err(A::Error::custom("duplicate member"));
                }
                map.next_value_seed(Skip)?;
                others.insert(name);
            }
        }
        Ok(values)
    }
}

/// A string, borrowed from the input unless it has escapes.
struct Text;

/// The same as a member's name.
struct Name<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Name<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text).map(Name)
    }
}

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// Any value. Unlike `IgnoredAny` it reads strings as strings, and so refuses what is not UTF-8, and it
/// counts nesting.
#[derive(Clone, Copy)]
struct Skip;

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Skip)?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while map.next_key::<IgnoredAny>()?.is_some() {
            map.next_value_seed(Skip)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 2] = ["a", "b"];

    fn read(text: &str) -> Result<[Option<Cow<'_, str>>; 2], JsonError> {
        string_members(text.as_bytes(), &NAMES)
    }

    #[test]
    fn values_come_in_the_order_of_the_names() {
        let read = read(r#" {"b":"2","x":{"a":[1,2.5,-3,null,true,"s"]},"a":"\u00e4\n"} "#).unwrap();
        assert_eq!(read, [Some("ä\n".into()), Some("2".into())]);
    }

    #[test]
    fn missing_members_are_none() {
        assert_eq!(read("{}").unwrap(), [None, None]);
    }

    #[test]
    fn wrong_types_name_the_member() {
        for value in ["1", "null", "true", "[]", "{}", "-0.5"] {
            assert_eq!(
                read(&format!(r#"{{"a":"1","b":{value}}}"#)),
                Err(JsonError::NotAString { member: "b" })
            );
        }
    }

    #[test]
    fn rfc8259_4_duplicate_members_are_refused() {
        assert_eq!(read(r#"{"a":"1","a":"1"}"#), Err(JsonError::Duplicate { member: Some("a") }));
        assert_eq!(read(r#"{"a":"1","\u0061":"1"}"#), Err(JsonError::Duplicate { member: Some("a") }));
        assert_eq!(read(r#"{"x":1,"a":"1","x":1}"#), Err(JsonError::Duplicate { member: None }));
    }

    #[test]
    fn rfc8259_8_1_text_is_utf8() {
        assert_eq!(string_members(b"{\"b\":\"\xff\"}", &NAMES), Err(JsonError::Syntax { member: Some("b") }));
        for text in [&b"{\"\xff\":1}"[..], b"{\"x\":\"\xff\"}", b"{\"x\":{\"\xff\":1}}", b"\xef\xbb\xbf{}"] {
            let error = string_members(text, &NAMES).unwrap_err();
            assert!(matches!(error, JsonError::Syntax { member: None } | JsonError::NotAnObject), "{text:?}");
        }
    }

    #[test]
    fn nesting_bombs_are_refused_wherever_they_are() {
        let bomb = "[".repeat(100_000);
        let closed = format!("{bomb}{}", "]".repeat(100_000));
        assert_eq!(read(&bomb), Err(JsonError::NotAnObject));
        assert_eq!(read(&format!(r#"{{"a":{closed}}}"#)), Err(JsonError::NotAString { member: "a" }));
        assert_eq!(read(&format!(r#"{{"x":{closed}}}"#)), Err(JsonError::Syntax { member: None }));
        let objects = format!("{}1{}", r#"{"x":"#.repeat(1000), "}".repeat(1000));
        assert_eq!(read(&objects), Err(JsonError::Syntax { member: None }));
    }

    #[test]
    fn nothing_may_follow() {
        assert_eq!(read("{} {}"), Err(JsonError::Syntax { member: None }));
        assert_eq!(read("{}\0"), Err(JsonError::Syntax { member: None }));
    }
}
