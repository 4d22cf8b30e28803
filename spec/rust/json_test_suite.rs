//! JSONTestSuite (spec/vectors/json): what a JSON parser must accept (`y_`), must refuse (`n_`) and may
//! treat as it likes (`i_`).
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use frontdoor::json::{JsonError, Malformed, Object, string_members};

fn vectors() -> impl Iterator<Item = (String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("spec/vectors/json");
    fs::read_dir(folder)
        .unwrap()
        .map(Result::unwrap)
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| Path::new(name).extension().is_some_and(|extension| extension == "json"))
}

/// As the value of a member, where any JSON text may stand.
fn as_member(text: &[u8]) -> Vec<u8> {
    [br#"{"ours":"1","other":"#, text, b"}"].concat()
}

fn has_duplicate(name: &str) -> bool {
    name.starts_with("y_object_duplicated")
}

#[test]
fn whatever_is_json_is_read() {
    let mut count = 0;
    for (name, text) in vectors().filter(|(name, _)| name.starts_with("y_")) {
        let object = as_member(&text);
        let result = string_members(&object, &["ours"]);
        // A nested object is nobody's business here: which of its members counts makes no difference.
        assert!(result.is_ok(), "{name}: {result:?}");
        let whole = Object::read(&object);
        assert_eq!(whole.is_ok(), !has_duplicate(&name), "{name}: {whole:?}");
        count += 1;
    }
    assert!(count > 90, "{count} vectors found");
}

#[test]
fn whatever_is_not_json_is_refused() {
    let mut count = 0;
    for (name, text) in vectors().filter(|(name, _)| name.starts_with("n_")) {
        let alone = string_members(&text, &["ours"]);
        assert!(alone.is_err(), "{name}: {alone:?}");
        assert!(Object::read(&text).is_err(), "{name}");
        let inside = as_member(&text);
        assert!(Object::read(&inside).is_err() && string_members(&inside, &["ours"]).is_err(), "{name}");
        count += 1;
    }
    assert!(count > 180, "{count} vectors found");
}

#[test]
fn objects_with_duplicate_members_are_refused_though_the_grammar_allows_them() {
    let mut count = 0;
    for (name, text) in vectors().filter(|(name, _)| has_duplicate(name)) {
        assert_eq!(string_members(&text, &["ours"]), Err(JsonError::Duplicate { member: None }), "{name}");
        assert_eq!(Object::read(&text), Err(Malformed::Duplicate("a".into())), "{name}");
        count += 1;
    }
    assert_eq!(count, 2);
}

/// Of what is left open, only numbers are read that no double has exactly. All else is refused: numbers that are infinite
/// as a double, halves of surrogate pairs, text that is not UTF-8 or begins with a byte order mark, and nesting without end.
const READ: [&str; 5] = [
    "i_number_double_huge_neg_exp.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
];

#[test]
fn of_what_is_left_open_only_this_is_read() {
    let mut count = 0;
    for (name, text) in vectors().filter(|(name, _)| name.starts_with("i_")) {
        let object = as_member(&text);
        let is_read = READ.contains(&name.as_str());
        assert_eq!(string_members(&object, &["ours"]).is_ok(), is_read, "{name}");
        count += 1;
    }
    assert!(count > 30, "{count} vectors found");
}
