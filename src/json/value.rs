//! Any JSON value, read strictly, with its strings borrowed from the input where they can be.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// A value no part of which can be understood in two ways: no object in it has two members of one name.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as precise as a double.
    Number(f64),
    /// A string without its escapes.
    String(Cow<'a, str>),
    /// A list.
    Array(Vec<Value<'a>>),
    /// An object.
    Object(Object<'a>),
}

/// The members of an object in their order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

/// Why a text is no such value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Malformed {
    /// It breaks the grammar, is not UTF-8, nests deeper than 128, or goes on after its end.
    Syntax,
    /// It is JSON, but no object.
    NotAnObject,
    /// This name appears twice in one object (RFC 8259 §4 leaves open which value counts).
    Duplicate(String),
}

impl<'a> Object<'a> {
    /// Reads a text that must be one object and nothing else.
    ///
    /// # Errors
    /// What is [`Malformed`] about it.
    pub fn read(text: &'a [u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(text).map_err(|_| Malformed::Syntax)?;
        match serde_json::from_str(text) {
            Ok(Value::Object(object)) => Ok(object),
            Ok(_) => Err(Malformed::NotAnObject),
            Err(error) => Err(explain(&error)),
        }
    }

    /// The value of a member.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// The string of a member; none if it is missing or no string.
    #[must_use]
    pub fn string(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// Takes a member out.
    pub fn remove(&mut self, name: &str) -> Option<Value<'a>> {
        let at = self.0.iter().position(|(known, _)| known == name)?;
        Some(self.0.remove(at).1)
    }

    /// Puts a value in the place of a member's, or adds the member.
    pub fn set(&mut self, name: Cow<'a, str>, value: Value<'a>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// The members in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.0.iter().map(|(name, value)| (name.as_ref(), value))
    }
}

impl<'a> IntoIterator for Object<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl Value<'_> {
    /// The text, if it is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }
}

/// How a duplicate is told apart from what the reader itself finds: serde's errors are texts.
const DUPLICATE: &str = "duplicate member ";

fn explain(error: &serde_json::Error) -> Malformed {
    let text = error.to_string();
    let name = text.strip_prefix(DUPLICATE).and_then(|rest| rest.rsplit_once(" at line "));
    name.map_or(Malformed::Syntax, |(name, _)| Malformed::Duplicate(name.to_owned()))
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    #[allow(clippy::cast_precision_loss, reason = "as precise as a double")]
    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(value as f64))
    }

    #[allow(clippy::cast_precision_loss, reason = "as precise as a double")]
    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element()? {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        let mut names = Names::default();
        while let Some(super::Name(name)) = map.next_key()? {
            if !names.is_new(&members, &name) {
                return Err(A::Error::custom(format_args!("{DUPLICATE}{name}")));
            }
            members.push((name, map.next_value()?));
        }
        Ok(Value::Object(Object(members)))
    }
}

/// The names met so far. A few are compared one by one, which is faster; of many a set is kept, so that a hostile
/// object costs no more than its length.
#[derive(Default)]
struct Names<'a>(HashSet<Cow<'a, str>>);

impl<'a> Names<'a> {
    const FEW: usize = 16;

    #[allow(clippy::ptr_arg, reason = "cloned without copying")]
    fn is_new(&mut self, members: &[(Cow<'a, str>, Value<'a>)], name: &Cow<'a, str>) -> bool {
        if members.len() < Self::FEW {
            return members.iter().all(|(known, _)| known != name);
        }
        if self.0.is_empty() {
            self.0.extend(members.iter().map(|(known, _)| known.clone()));
        }
        self.0.insert(name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Object<'_>, Malformed> {
        Object::read(text.as_bytes())
    }

    #[test]
    fn every_kind_of_value_is_read() {
        let object =
            read(r#" {"s":"a\u00e4","n":-1.5,"i":7,"b":true,"z":null,"l":[1,"x"],"o":{"s":""}} "#).unwrap();
        assert_eq!(object.string("s"), Some("aä"));
        assert_eq!(object.get("n"), Some(&Value::Number(-1.5)));
        assert_eq!(object.get("i"), Some(&Value::Number(7.0)));
        assert_eq!(object.get("b"), Some(&Value::Bool(true)));
        assert_eq!(object.get("z"), Some(&Value::Null));
        let list = vec![Value::Number(1.0), Value::String("x".into())];
        assert_eq!(object.get("l"), Some(&Value::Array(list)));
        assert!(matches!(object.get("o"), Some(Value::Object(inner)) if inner.string("s") == Some("")));
        assert_eq!(object.get("missing"), None);
        assert_eq!(object.iter().count(), 7);
    }

    #[test]
    fn rfc8259_4_duplicate_members_are_refused_at_every_depth() {
        for text in [r#"{"a":1,"a":1}"#, r#"{"a":1,"\u0061":2}"#, r#"{"x":[{"a":1,"b":2,"a":3}]}"#] {
            assert_eq!(read(text), Err(Malformed::Duplicate("a".into())), "{text}");
        }
        let many = (0..100).map(|n| format!("\"m{n}\":{n},")).collect::<String>();
        assert!(read(&format!("{{{many}\"a\":0}}")).is_ok());
        for twice in ["m0", "m16", "m99"] {
            let text = format!("{{{many}\"{twice}\":0}}");
            assert_eq!(read(&text), Err(Malformed::Duplicate(twice.into())));
        }
    }

    #[test]
    fn rfc8259_8_1_text_is_utf8() {
        for text in
            [&b"{\"a\":\"\xff\"}"[..], b"{\"\xff\":1}", b"\xef\xbb\xbf{}", b"{\"a\":\"\xed\xa0\x80\"}"]
        {
            assert_eq!(Object::read(text), Err(Malformed::Syntax));
        }
        assert_eq!(read(r#"{"a":"\ud800"}"#), Err(Malformed::Syntax));
    }

    #[test]
    fn nesting_bombs_are_refused() {
        let bomb = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read(&format!("{{\"a\":{bomb}}}")), Err(Malformed::Syntax));
        assert_eq!(read(&"{\"a\":".repeat(100_000)), Err(Malformed::Syntax));
    }

    #[test]
    fn it_must_be_one_object() {
        for text in ["[]", "null", "1", "\"{}\"", "true"] {
            assert_eq!(read(text), Err(Malformed::NotAnObject), "{text}");
        }
        for text in ["", " ", "{", "{}x", "{} {}", "{\"a\":01}", "{a:1}", "{\"a\":1,}", "{}\0"] {
            assert_eq!(read(text), Err(Malformed::Syntax), "{text}");
        }
    }
}
