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

    /// A list of texts without repetition; none if it is missing. What is wrong with an item is noted, and the item
    /// is left out.
    pub(super) fn list(&mut self, member: &'static str) -> Option<Vec<String>> {
        let (texts, problems) = match self.members.get(member)? {
            Value::Array(items) => check_list(member, items),
            _ => (Vec::new(), vec![Problem::new(member, "type", "must be a list")]),
        };
        for problem in problems {
            self.note(problem);
        }
        Some(texts)
    }

    /// The same, with at least one item.
    pub(super) fn filled_list(&mut self, member: &'static str) -> Option<Vec<String>> {
        let is_empty = matches!(self.members.get(member), Some(Value::Array(items)) if items.is_empty());
        if is_empty {
            self.note(Problem::new(member, "minItems", "is an empty list"));
        }
        self.list(member)
    }

    /// One of a few names; the first of them if it is missing.
    pub(super) fn choice<C: Choice>(&mut self, member: &'static str, default: C) -> C {
        let Some(name) = self.text(member) else { return default };
        C::by_name(&name).unwrap_or_else(|| {
            self.note(Problem::new(member, "enum", one_of(C::ALL.iter().map(|(value, _)| *value))));
            default
        })
    }

    /// Those of some names, each of which must be one of the allowed.
    pub(super) fn choices<C: Choice>(
        &mut self,
        member: &'static str,
        names: &[String],
        allowed: &[C],
    ) -> Vec<C> {
        let mut choices = Vec::with_capacity(names.len());
        for (index, name) in names.iter().enumerate() {
            let choice = C::by_name(name).filter(|choice| allowed.contains(choice));
            choices.extend(choice);
            if choice.is_none() {
                let problem = Problem::new(member, "enum", one_of(allowed.iter().copied()));
                self.note(problem.at(index));
            }
        }
        choices
    }
}

/// The keyword and clause of what is wrong with a value.
type Wrong = (&'static str, &'static str);

fn check_text<'v>(value: &'v Value<'_>) -> Result<&'v str, Wrong> {
    match value.as_str() {
        None => Err(("type", "must be a string")),
        Some(text) if text.chars().any(char::is_control) => Err(("pattern", "has control characters in it")),
        Some(text) => Ok(text),
    }
}

fn check_list(member: &'static str, items: &[Value<'_>]) -> (Vec<String>, Vec<Problem>) {
    let (mut texts, mut problems, mut known) = (Vec::with_capacity(items.len()), Vec::new(), HashSet::new());
    for (index, item) in items.iter().enumerate() {
        match check_text(item) {
            Ok(text) if known.insert(text) => texts.push(text.to_owned()),
            Ok(_) => problems.push(Problem::new(member, "uniqueItems", "is there twice").at(index)),
            Err((keyword, clause)) => problems.push(Problem::new(member, keyword, clause).at(index)),
        }
    }
    (texts, problems)
}

fn one_of<C: Choice>(allowed: impl Iterator<Item = C>) -> String {
    let names: Vec<_> = allowed.map(Choice::name).collect();
    format!("is not allowed on this server: use {}", names.join(", "))
}
