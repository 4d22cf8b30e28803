//! JSON, read strictly, beside a reader that is less so.
#![no_main]

use frontdoor::json::{Malformed, Object, Value, string_members};
use libfuzzer_sys::fuzz_target;
use serde_json::Value as Other;

/// Whether both have read the same. The other keeps numbers more precisely.
fn is_same(value: &Value<'_>, other: &Other) -> bool {
    match (value, other) {
        (Value::Null, Other::Null) => true,
        (Value::Bool(value), Other::Bool(other)) => value == other,
        (Value::Number(value), Other::Number(other)) => Some(*value) == other.as_f64(),
        (Value::String(value), Other::String(other)) => value == other,
        (Value::Array(items), Other::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| is_same(item, other))
        }
        (Value::Object(object), Other::Object(_)) => is_same_object(object, other),
        _ => false,
    }
}

fn is_same_object(object: &Object<'_>, other: &Other) -> bool {
    let Other::Object(others) = other else { return false };
    object.iter().count() == others.len()
        && object.iter().all(|(name, value)| others.get(name).is_some_and(|other| is_same(value, other)))
}

fuzz_target!(|text: &[u8]| {
    let other = serde_json::from_slice::<Other>(text);
    match Object::read(text) {
        Ok(object) => {
            assert!(is_same_object(&object, &other.expect("it is JSON")));
            let name = "a";
            match string_members(text, &[name]) {
                Ok([value]) => assert_eq!(value.as_deref(), object.string(name)),
                Err(_) => assert!(object.get(name).is_some_and(|value| value.as_str().is_none())),
            }
        }
        Err(Malformed::NotAnObject) => assert!(!other.expect("it is JSON").is_object()),
        Err(Malformed::Duplicate(_)) => assert!(string_members(text, &["a"]).is_err() || other.is_ok()),
        Err(Malformed::Syntax) => assert!(other.is_err()),
    }
});
