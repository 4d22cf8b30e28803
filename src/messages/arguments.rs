//! Which `$variables` a message needs, so that translations can be compared.

use std::collections::{BTreeSet, HashSet};

use fluent_syntax::ast::{CallArguments, Expression, InlineExpression, Pattern, PatternElement};

/// Collects names while it walks through a message and the messages that it refers to. What a term uses is
/// not among them: a term sees only what it is called with.
pub(super) struct Arguments<'a, F> {
    names: BTreeSet<&'a str>,
    seen: HashSet<&'a str>,
    message: F,
}

impl<'a, F: Fn(&str) -> Option<&'a Pattern<&'a str>>> Arguments<'a, F> {
    /// The sorted names in a pattern; `message` finds the patterns of other messages.
    pub(super) fn of(pattern: &'a Pattern<&'a str>, message: F) -> BTreeSet<&'a str> {
        let mut walk = Self { names: BTreeSet::new(), seen: HashSet::new(), message };
        walk.pattern(pattern);
        walk.names
    }

    fn pattern(&mut self, pattern: &'a Pattern<&'a str>) {
        for element in &pattern.elements {
            if let PatternElement::Placeable { expression } = element {
                self.expression(expression);
            }
        }
    }

    fn expression(&mut self, expression: &'a Expression<&'a str>) {
        match expression {
            Expression::Inline(inline) => self.inline(inline),
            Expression::Select { selector, variants } => {
                self.inline(selector);
                for variant in variants {
                    self.pattern(&variant.value);
                }
            }
        }
    }

    fn inline(&mut self, inline: &'a InlineExpression<&'a str>) {
        match inline {
            InlineExpression::VariableReference { id } => {
                self.names.insert(id.name);
            }
            InlineExpression::MessageReference { id, attribute: None } => self.reference(id.name),
            InlineExpression::FunctionReference { arguments, .. }
            | InlineExpression::TermReference { arguments: Some(arguments), .. } => self.call(arguments),
            InlineExpression::Placeable { expression } => self.expression(expression),
            InlineExpression::StringLiteral { .. }
            | InlineExpression::NumberLiteral { .. }
            | InlineExpression::MessageReference { .. }
            | InlineExpression::TermReference { arguments: None, .. } => {}
        }
    }

    fn reference(&mut self, id: &'a str) {
        if self.seen.insert(id) {
            if let Some(pattern) = (self.message)(id) {
                self.pattern(pattern);
            }
        }
    }

    fn call(&mut self, arguments: &'a CallArguments<&'a str>) {
        arguments.positional.iter().for_each(|argument| self.inline(argument));
        arguments.named.iter().for_each(|argument| self.inline(&argument.value));
    }
}
