//! JSONTestSuite (spec/vectors/json): what a JSON parser must accept (`y_`), must refuse (`n_`) and may
//! treat as it likes (`i_`).
#![allow(clippy::unwrap_used, reason = "a test")]

use std::fs;
use std::path::Path;

use frontdoor::json::{JsonError, string_members};

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

#[test]
fn whatever_is_json_is_read() {
    let mut count = 0;
    for (name, text) in vectors().filter(|(name, _)| name.starts_with("y_")) {
        let object = as_member(&text);
        let result = string_members(&object, &["ours"]);
        // A nested object is nobody's business here: which of its members counts makes no difference.
        assert!(result.is_ok(), "{name}: {result:?}");
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
        count += 1;
    }
    assert!(count > 180, "{count} vectors found");
}

#[test]
fn objects_with_duplicate_members_are_refused_though_the_grammar_allows_them() {
    let mut count = 0;
    for (name, text) in vectors().filter(|(name, _)| name.starts_with("y_object_duplicated")) {
        assert_eq!(string_members(&text, &["ours"]), Err(JsonError::Duplicate { member: None }), "{name}");
        count += 1;
    }
    assert_eq!(count, 2);
}

#[test]
fn whatever_is_left_open_does_no_harm() {
    for (_, text) in vectors().filter(|(name, _)| name.starts_with("i_")) {
        let _ = string_members(&text, &["ours"]);
        let _ = string_members(&as_member(&text), &["ours"]);
    }
}
