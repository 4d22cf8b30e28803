//! Metadata as a client sends it: reading members one by one, and noting what is wrong with each.

use std::collections::HashSet;

use super::choice::Choice;
use super::refusal::Problem;
use crate::json::{Object, Value};

/// As many problems as somebody can use; a hostile request could have thousands.
const MAX_PROBLEMS: usize = 20;

/// The members of a request, and the problems found so far.
pub(super) struct Wire<'a> {
    members: Object<'a>,
    problems: Vec<Problem>,
}

impl<'a> Wire<'a> {
    pub(super) fn new(members: Object<'a>) -> Self {
        Self { members, problems: Vec::new() }
    }

    /// Notes what is wrong.
    pub(super) fn note(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// What has been noted.
    pub(super) fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// Whether something is wrong with a member, or with an item of it: a rule about it might say what is not true.
    pub(super) fn is_wrong(&self, member: &str) -> bool {
        self.problems.iter().any(|problem| problem.member == member)
    }

    /// The names of the members, those that nobody knows too.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.members.iter().map(|(name, _)| name)
    }

    /// A text; none if it is missing, or wrong and noted.
    pub(super) fn text(&mut self, member: &str) -> Option<String> {
        match check_text(self.members.get(member)?) {
            Ok(text) => Some(text.to_owned()),
            Err((keyword, clause)) => {
                self.note(Problem::new(member.to_owned(), keyword, clause));
                None
            }
        }
    }

    /// A text that has to be there.
    pub(super) fn required(&mut self, member: &'static str) -> String {
        if self.members.get(member).is_none() {
            self.note(Problem::new(member, "required", "is missing"));
        }
        self.text(member).unwrap_or_default()
    }

    /// A list of texts, each with its place; none if it is missing. What is wrong with an item is noted, and the item
    /// is left out.
    fn list(&mut self, member: &'static str) -> Option<Vec<(usize, String)>> {
        let (texts, problems) = match self.members.get(member)? {
            Value::Array(items) => check_list(member, items),
            _ => (Vec::new(), vec![Problem::new(member, "type", "must be a list")]),
        };
        for problem in problems {
            self.note(problem);
        }
        Some(texts)
    }

    /// The texts of a list that has been read, each with its place.
    pub(super) fn items(&self, member: &'static str) -> Vec<(usize, String)> {
        match self.members.get(member) {
            Some(Value::Array(items)) => check_list(member, items).0,
            _ => Vec::new(),
        }
    }

    /// Notes it if the list is there and has no item.
    pub(super) fn filled(&mut self, member: &'static str) {
        let is_empty = matches!(self.members.get(member), Some(Value::Array(items)) if items.is_empty());
        if is_empty {
            self.note(Problem::new(member, "minItems", "is an empty list"));
        }
    }

    /// A list of texts with at least one item; no text if it is missing.
    pub(super) fn texts(&mut self, member: &'static str) -> Vec<String> {
        self.filled(member);
        self.list(member).unwrap_or_default().into_iter().map(|(_, text)| text).collect()
    }

    /// One of a few names; the first of them if it is missing.
    pub(super) fn choice<C: Choice>(&mut self, member: &'static str, default: C) -> C {
        let Some(name) = self.text(member) else { return default };
        C::by_name(&name).unwrap_or_else(|| {
            self.note(Problem::new(member, "enum", one_of(C::ALL.iter().map(|(value, _)| *value))));
            default
        })
    }

    /// A list of names, each of which must be one of the allowed; none if it is missing.
    pub(super) fn choices<C: Choice>(&mut self, member: &'static str, allowed: &[C]) -> Option<Vec<C>> {
        let mut choices = Vec::new();
        for (index, name) in self.list(member)? {
            let choice = C::by_name(&name).filter(|choice| allowed.contains(choice));
            choices.extend(choice);
            if choice.is_none() {
                let problem = Problem::new(member, "enum", one_of(allowed.iter().copied()));
                self.note(problem.at(index));
            }
        }
        Some(choices)
    }
}

/// The keyword and clause of what is wrong with a value.
type Wrong = (&'static str, &'static str);

fn check_text<'v>(value: &'v Value<'_>) -> Result<&'v str, Wrong> {
    match value.as_str() {
        None => Err(("type", "must be a string")),
        Some(text) if has_control_characters(text) => Err(("pattern", "has control characters in it")),
        Some(text) => Ok(text),
    }
}

/// Bytes are looked at faster than characters, and nearly always suffice.
fn has_control_characters(text: &str) -> bool {
    if text.is_ascii() {
        text.bytes().any(|byte| byte.is_ascii_control())
    } else {
        text.chars().any(char::is_control)
    }
}

/// Lists that are sets; of people, two may well have one address.
fn is_set(member: &str) -> bool {
    member != "contacts"
}

fn check_list(member: &'static str, items: &[Value<'_>]) -> (Vec<(usize, String)>, Vec<Problem>) {
    let (mut texts, mut problems, mut known) =
        (Vec::with_capacity(items.len()), Vec::new(), Known::default());
    for (index, item) in items.iter().enumerate() {
        match check_text(item) {
            Ok(text) if !is_set(member) || known.insert(text) => texts.push((index, text.to_owned())),
            Ok(_) => problems.push(Problem::new(member, "uniqueItems", "is there twice").at(index)),
            Err((keyword, clause)) => problems.push(Problem::new(member, keyword, clause).at(index)),
        }
    }
    (texts, problems)
}

/// Texts met so far. A few are compared one by one, which is faster; a hostile list of thousands is not.
#[derive(Default)]
struct Known<'a> {
    few: Vec<&'a str>,
    many: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    const FEW: usize = 16;

    /// Whether the text is a new one.
    fn insert(&mut self, text: &'a str) -> bool {
        if self.few.contains(&text) {
            return false;
        }
        if self.few.len() < Self::FEW {
            self.few.push(text);
            return true;
        }
        self.many.insert(text)
    }
}

pub(super) fn one_of<C: Choice>(allowed: impl Iterator<Item = C>) -> String {
    let names: Vec<_> = allowed.map(Choice::name).collect();
    let advice = if names.is_empty() { "" } else { ": use " };
    format!("is not allowed on this server{advice}{}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::choice::{AuthMethod, ResponseType};

    /// What a reader gives, and what is noted.
    fn read<T>(json: &str, reader: impl FnOnce(&mut Wire<'_>) -> T) -> (T, Vec<String>) {
        let mut wire = Wire::new(Object::read(json.as_bytes()).unwrap());
        let value = reader(&mut wire);
        (value, wire.problems().iter().map(|problem| format!("{problem} ({})", problem.keyword)).collect())
    }

    fn noted(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn texts() {
        for (json, text, problems) in [
            (r#"{"a":"x"}"#, Some("x"), noted(&[])),
            (r#"{"a":""}"#, Some(""), noted(&[])),
            (r#"{"a":"\u00e4\ud83c\udf39"}"#, Some("ä🌹"), noted(&[])),
            (r#"{"b":"x"}"#, None, noted(&[])),
            (r#"{"a":null}"#, None, noted(&["'a' must be a string (type)"])),
            (r#"{"a":["x"]}"#, None, noted(&["'a' must be a string (type)"])),
            (r#"{"a":"x\u0000"}"#, None, noted(&["'a' has control characters in it (pattern)"])),
        ] {
            assert_eq!(read(json, |wire| wire.text("a")), (text.map(str::to_owned), problems), "{json}");
        }
    }

    #[test]
    fn required_texts() {
        let required = |json| read(json, |wire| wire.required("a"));
        assert_eq!(required(r#"{"a":"x"}"#), ("x".into(), noted(&[])));
        assert_eq!(required("{}"), (String::new(), noted(&["'a' is missing (required)"])));
        assert_eq!(required(r#"{"a":1}"#), (String::new(), noted(&["'a' must be a string (type)"])));
    }

    #[test]
    fn lists() {
        let texts = |json| read(json, |wire| wire.texts("a"));
        assert_eq!(texts("{}"), (Vec::new(), noted(&[])));
        assert_eq!(texts(r#"{"a":["x",""]}"#), (noted(&["x", ""]), noted(&[])));
        assert_eq!(texts(r#"{"a":[]}"#), (Vec::new(), noted(&["'a' is an empty list (minItems)"])));
        assert_eq!(texts(r#"{"a":{}}"#), (Vec::new(), noted(&["'a' must be a list (type)"])));
        assert_eq!(
            texts(r#"{"a":["x",1,"x","y",null,"\n"]}"#),
            (
                noted(&["x", "y"]),
                noted(&[
                    "'a[1]' must be a string (type)",
                    "'a[2]' is there twice (uniqueItems)",
                    "'a[4]' must be a string (type)",
                    "'a[5]' has control characters in it (pattern)",
                ])
            )
        );
    }

    #[test]
    fn one_choice() {
        let choice = |json| read(json, |wire| wire.choice("a", AuthMethod::Post));
        let names = "use client_secret_basic, client_secret_post, none";
        assert_eq!(choice("{}"), (AuthMethod::Post, noted(&[])));
        assert_eq!(choice(r#"{"a":"none"}"#), (AuthMethod::None, noted(&[])));
        let unknown = format!("'a' is not allowed on this server: {names} (enum)");
        assert_eq!(choice(r#"{"a":"None"}"#), (AuthMethod::Post, vec![unknown]));
        assert_eq!(choice(r#"{"a":[]}"#), (AuthMethod::Post, noted(&["'a' must be a string (type)"])));
    }

    #[test]
    fn problems_name_the_place_in_the_list_that_was_sent() {
        let choices = |json, allowed: &[ResponseType]| read(json, |wire| wire.choices("a", allowed));
        let code = [ResponseType::Code];
        assert_eq!(choices("{}", &code), (None, noted(&[])));
        assert_eq!(choices(r#"{"a":["code"]}"#, &code), (Some(code.to_vec()), noted(&[])));
        assert_eq!(
            choices(r#"{"a":[1,"code","token","code","x"]}"#, &code),
            (
                Some(code.to_vec()),
                noted(&[
                    "'a[0]' must be a string (type)",
                    "'a[3]' is there twice (uniqueItems)",
                    "'a[2]' is not allowed on this server: use code (enum)",
                    "'a[4]' is not allowed on this server: use code (enum)",
                ])
            )
        );
        let (none, problems) = choices(r#"{"a":["code"]}"#, &[]);
        assert_eq!(
            (none, problems),
            (Some(Vec::new()), noted(&["'a[0]' is not allowed on this server (enum)"]))
        );
    }

    #[test]
    fn a_few_problems_are_enough() {
        let mut wire = Wire::new(Object::default());
        for _ in 0..100 {
            wire.note(Problem::new("a", "type", "is odd"));
        }
        assert_eq!(wire.problems().len(), MAX_PROBLEMS);
    }
}
