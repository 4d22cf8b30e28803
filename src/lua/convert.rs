//! From Lua values to Rust values and back, with errors that say what was expected.

use mlua::{Error, Lua, Result, String as LuaString, Table, Value};

/// Text from Lua. Lua strings are bytes; what is not UTF-8 gets replacement characters, which no rule lets
/// through as something else.
pub(super) fn text(string: &LuaString) -> String {
    string.to_string_lossy()
}

/// The same, unless the string is not UTF-8: for what means nothing then.
pub(super) fn whole(string: &LuaString) -> Option<String> {
    string.to_str().ok().map(|text| text.to_owned())
}

/// Misuse of the API: raised, not returned.
pub(super) fn misuse(message: impl Into<String>) -> Error {
    Error::RuntimeError(message.into())
}

/// A whole number, of whatever type Lua keeps it in; other than Lua we do not take text for one.
pub(super) fn whole_number<N: TryFrom<i64>>(lua: &Lua, value: Value) -> Option<N> {
    if !matches!(value, Value::Integer(_) | Value::Number(_)) {
        return None;
    }
    lua.coerce_integer(value).ok().flatten().and_then(|number| N::try_from(number).ok())
}

/// A list of byte strings in a field; a missing field is an empty list.
pub(super) fn list(options: &Table, name: &str) -> Result<Vec<Vec<u8>>> {
    match options.get::<Value>(name)? {
        Value::Nil => Ok(Vec::new()),
        Value::Table(entries) => entries
            .sequence_values::<LuaString>()
            .map(|entry| entry.map(|entry| entry.as_bytes().to_vec()))
            .collect(),
        _ => Err(misuse(format!("{name} must be a list of strings"))),
    }
}

/// A list of texts in a field.
pub(super) fn texts(options: &Table, name: &str) -> Result<Vec<String>> {
    Ok(list(options, name)?.iter().map(|entry| String::from_utf8_lossy(entry).into_owned()).collect())
}
