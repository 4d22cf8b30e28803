//! All messages there are, each in some languages.

use fluent_bundle::{FluentArgs, FluentBundle, FluentError, FluentResource, FluentValue};
use fluent_syntax::ast::{Entry, Pattern};
use fluent_syntax::parser::ParserError;
use unic_langid::{CharacterDirection, LanguageIdentifier};

use super::arguments::Arguments;
use super::bad_catalogue::BadCatalogue;
use super::negotiation::negotiate;

/// The messages of some languages, one of which is the default.
pub struct Catalogue {
    /// Sorted by name.
    locales: Vec<Locale>,
    default: usize,
}

struct Locale {
    name: String,
    language: LanguageIdentifier,
    messages: FluentBundle<FluentResource>,
    /// Of the messages that have a text, sorted.
    ids: Vec<String>,
}

/// What is put into a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Goes in as it is.
    Text(String),
    /// Can also choose between singular and plural.
    Number(f64),
}

impl Catalogue {
    /// Reads the messages of each locale, of which the default must be one.
    ///
    /// Whether the locales have the same messages is not checked.
    ///
    /// # Errors
    /// The first [`BadCatalogue`] met.
    pub fn new(
        sources: impl IntoIterator<Item = (String, Vec<u8>)>,
        default: &str,
    ) -> Result<Self, BadCatalogue> {
        let mut sources: Vec<_> = sources.into_iter().collect();
        sources.sort();
        let mut locales: Vec<Locale> = Vec::with_capacity(sources.len());
        for (name, source) in sources {
            let locale = Locale::new(name, source)?;
            if locales.iter().any(|other| other.language == locale.language) {
                return Err(BadCatalogue::SameLanguage { locale: locale.name });
            }
            locales.push(locale);
        }
        let default = locales
            .iter()
            .position(|locale| locale.name == default)
            .ok_or_else(|| BadCatalogue::NoDefault { locale: default.to_owned() })?;
        Ok(Self { locales, default })
    }

    /// The names of the locales, sorted.
    pub fn locales(&self) -> impl Iterator<Item = &str> {
        self.locales.iter().map(|locale| locale.name.as_str())
    }

    /// The locale that answers an `Accept-Language` header (RFC 9110 §12.5.4); the default where the header is
    /// missing, is longer than 1 KiB, or asks for nothing that is there. Its first 32 ranges count.
    #[must_use]
    pub fn negotiate(&self, accept_language: Option<&str>) -> &str {
        let Some(default) = self.default() else { return "" };
        let locale = accept_language.map(|header| negotiate(header, &self.locales, default));
        &locale.unwrap_or(default).name
    }

    /// The message in this locale, or else in the default one.
    ///
    /// What the message asks for and does not get stays in it as `{$name}`. In languages written from right to left,
    /// values stand between the characters FSI and PDI (Unicode UAX #9 §2.4.2): most names are written the other
    /// way, and have to leave the rest in order.
    #[must_use]
    pub fn text(&self, locale: &str, id: &str, values: &[(String, Value)]) -> Option<String> {
        let arguments: FluentArgs =
            values.iter().map(|(name, value)| (name.as_str(), FluentValue::from(value))).collect();
        [self.locale(locale), self.default()]
            .into_iter()
            .flatten()
            .find_map(|locale| locale.text(id, &arguments))
    }

    /// The names of the messages of this very locale, sorted.
    #[must_use]
    pub fn ids(&self, locale: &str) -> Option<&[String]> {
        self.locale(locale).map(|locale| locale.ids.as_slice())
    }

    /// The names of the `$variables` of the message in this very locale, sorted, with those of the messages
    /// that it refers to.
    #[must_use]
    pub fn arguments(&self, locale: &str, id: &str) -> Option<Vec<String>> {
        let locale = self.locale(locale)?;
        let names = Arguments::of(locale.pattern(id)?, |id| locale.pattern(id));
        Some(names.into_iter().map(str::to_owned).collect())
    }

    fn locale(&self, name: &str) -> Option<&Locale> {
        self.locales.iter().find(|locale| locale.name == name)
    }

    /// There always is one, [`new`](Self::new) has looked.
    fn default(&self) -> Option<&Locale> {
        self.locales.get(self.default)
    }
}

impl Locale {
    fn new(name: String, source: Vec<u8>) -> Result<Self, BadCatalogue> {
        let Ok(language) = name.parse::<LanguageIdentifier>() else {
            return Err(BadCatalogue::NotALanguage { locale: name });
        };
        let Ok(source) = String::from_utf8(source) else {
            return Err(BadCatalogue::NotUtf8 { locale: name });
        };
        let resource = FluentResource::try_new(source)
            .map_err(|(resource, errors)| syntax_error(&name, resource.source(), &errors))?;
        let mut ids: Vec<String> = resource.entries().filter_map(id_of_a_text).map(str::to_owned).collect();
        ids.sort();
        let mut messages = FluentBundle::new(vec![language.clone()]);
        messages.set_use_isolating(language.character_direction() == CharacterDirection::RTL);
        messages.add_resource(resource).map_err(|errors| duplicate(&name, &errors))?;
        Ok(Self { name, language, messages, ids })
    }

    fn pattern<'a>(&'a self, id: &str) -> Option<&'a Pattern<&'a str>> {
        self.messages.get_message(id)?.value()
    }

    fn text(&self, id: &str, arguments: &FluentArgs) -> Option<String> {
        // What is missing shows in the text; there is nobody here to be told.
        let mut errors = Vec::new();
        let text = self.messages.format_pattern(self.pattern(id)?, Some(arguments), &mut errors);
        Some(text.into_owned())
    }
}

impl AsRef<LanguageIdentifier> for Locale {
    fn as_ref(&self) -> &LanguageIdentifier {
        &self.language
    }
}

/// The numbers of which Fluent can tell the plural.
const COUNTABLE: std::ops::Range<f64> = -9_007_199_254_740_992.0..9_007_199_254_740_992.0;

impl<'a> From<&'a Value> for FluentValue<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Text(text) => text.as_str().into(),
            Value::Number(number) if COUNTABLE.contains(number) => (*number).into(),
            Value::Number(number) => number.to_string().into(),
        }
    }
}

fn id_of_a_text<'a>(entry: &Entry<&'a str>) -> Option<&'a str> {
    match entry {
        Entry::Message(message) if message.value.is_some() => Some(message.id.name),
        _ => None,
    }
}

fn syntax_error(locale: &str, source: &str, errors: &[ParserError]) -> BadCatalogue {
    let (position, reason) =
        errors.first().map_or((0, String::new()), |error| (error.pos.start, error.to_string()));
    let line = 1 + source.bytes().take(position).filter(|byte| *byte == b'\n').count();
    BadCatalogue::Syntax { locale: locale.to_owned(), line, reason }
}

fn duplicate(locale: &str, errors: &[FluentError]) -> BadCatalogue {
    let id = errors.iter().find_map(|error| match error {
        FluentError::Overriding { id, .. } => Some(id.clone()),
        _ => None,
    });
    BadCatalogue::Duplicate { locale: locale.to_owned(), id: id.unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EN: &str = "\
-app = Snikket
hello = Hello { $name }!
days = { $count ->
    [one] one day
   *[other] { $count } days
}
greeting = { hello } You have { days }, { -app(case: \"x\") }.
only-english = Only here
loop = { loop }
";

    const DE: &str = "hello = Hallo { $name }!\ndays = { $count } Tage\n";

    fn catalogue(sources: &[(&str, &str)], default: &str) -> Result<Catalogue, BadCatalogue> {
        let owned = sources.iter().map(|(name, source)| ((*name).to_owned(), source.as_bytes().to_vec()));
        Catalogue::new(owned, default)
    }

    fn both() -> Catalogue {
        catalogue(&[("en", EN), ("de", DE)], "en").unwrap()
    }

    fn name(text: &str) -> [(String, Value); 1] {
        [("name".to_owned(), Value::Text(text.to_owned()))]
    }

    fn count(number: f64) -> [(String, Value); 1] {
        [("count".to_owned(), Value::Number(number))]
    }

    #[test]
    fn a_text_is_that_of_the_locale() {
        let all = both();
        assert_eq!(all.text("de", "hello", &name("Jule")).unwrap(), "Hallo Jule!");
        assert_eq!(all.text("en", "hello", &name("Jule")).unwrap(), "Hello Jule!");
    }

    #[test]
    fn from_right_to_left_values_are_isolated() {
        for language in ["ar", "he", "fa-IR", "ar-EG"] {
            let messages = catalogue(&[(language, "hello = X { $name }!\n")], language).unwrap();
            let text = messages.text(language, "hello", &name("Jule")).unwrap();
            assert_eq!(text, "X \u{2068}Jule\u{2069}!", "{language}");
        }
    }

    #[test]
    fn numbers_choose_the_plural() {
        let all = both();
        for (number, expected) in [(1.0, "one day"), (0.0, "0 days"), (7.0, "7 days"), (1.5, "1.5 days")] {
            assert_eq!(all.text("en", "days", &count(number)).unwrap(), expected);
        }
        let text = [("count".to_owned(), Value::Text("1".into()))];
        assert_eq!(all.text("en", "days", &text).unwrap(), "1 days", "a text is no number");
    }

    #[test]
    fn numbers_without_a_plural_are_text() {
        let all = both();
        for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 9e15, 1e16, -1e16] {
            let expected = format!("{number} days");
            assert_eq!(all.text("en", "days", &count(number)).unwrap(), expected);
        }
        for number in [f64::MIN_POSITIVE, 5e-324, 0.1 + 0.2, -0.0, 1e-7, 123_456.789_012_345] {
            assert!(all.text("en", "days", &count(number)).is_some());
        }
    }

    #[test]
    fn what_is_missing_comes_from_the_default_or_not_at_all() {
        let all = both();
        for locale in ["de", "en", "fr", ""] {
            assert_eq!(all.text(locale, "only-english", &[]).unwrap(), "Only here");
            assert_eq!(all.text(locale, "nowhere", &[]), None);
            assert_eq!(all.text(locale, "app", &[]), None);
        }
        assert_eq!(all.text("de", "hello", &[]).unwrap(), "Hallo {$name}!");
        assert_eq!(all.text("en", "loop", &[]).unwrap(), "{loop}");
    }

    #[test]
    fn a_value_is_no_source() {
        let all = both();
        assert_eq!(all.text("de", "hello", &name("{ $name }")).unwrap(), "Hallo { $name }!");
    }

    #[test]
    fn a_locale_tells_what_it_has() {
        let all = both();
        assert_eq!(all.locales().collect::<Vec<_>>(), ["de", "en"]);
        assert_eq!(all.ids("de").unwrap(), ["days", "hello"]);
        assert_eq!(all.ids("en").unwrap(), ["days", "greeting", "hello", "loop", "only-english"]);
        assert_eq!(all.ids("fr"), None);
        let attribute = catalogue(&[("en", "title =\n    .tooltip = x\n")], "en").unwrap();
        assert!(attribute.ids("en").unwrap().is_empty());
        assert_eq!(attribute.text("en", "title", &[]), None);
    }

    #[test]
    fn a_message_tells_what_it_needs() {
        let all = both();
        assert_eq!(all.arguments("en", "days").unwrap(), ["count"]);
        assert_eq!(all.arguments("en", "greeting").unwrap(), ["count", "name"]);
        assert!(all.arguments("en", "loop").unwrap().is_empty());
        assert_eq!(all.arguments("de", "greeting"), None);
        assert_eq!(all.arguments("fr", "days"), None);
        let calls = "-t = { $inner }\na = { -t(b: 1) } { F($x, y: 2) } { { $z } } { $s ->\n *[a] { $v }\n }";
        let calls = catalogue(&[("en", calls)], "en").unwrap();
        assert_eq!(calls.arguments("en", "a").unwrap(), ["s", "v", "x", "z"]);
    }

    #[test]
    fn negotiation_gives_a_locale_by_its_name() {
        let all = catalogue(&[("en", EN), ("de-at", DE)], "en").unwrap();
        assert_eq!(all.negotiate(Some("de-AT")), "de-at");
        assert_eq!(all.negotiate(Some("fr")), "en");
        assert_eq!(all.negotiate(None), "en");
    }

    #[test]
    fn bad_sources_say_where() {
        let refused = |sources: &[(&str, &str)], default| {
            catalogue(sources, default).map(drop).map_err(|error| error.to_string())
        };
        for (source, line) in [
            ("a", 1),
            ("a = x\r\nb\r\n", 2),
            ("a = x\n\nb = { $c ->\n  [x] y\n }\n", 5),
            ("a = { $b", 1),
            ("# c\n\na = }\n", 3),
        ] {
            let error = refused(&[("en", EN), ("de", source)], "en").unwrap_err();
            let start = format!("the messages of 'de' have an error in line {line}: ");
            assert!(error.starts_with(&start), "{source:?}: {error}");
        }
        assert_eq!(
            refused(&[("en", "a = 1\nb = 2\na = 3")], "en").unwrap_err(),
            "the messages of 'en' define 'a' more than once"
        );
        assert_eq!(
            refused(&[("en", ""), ("eng lish", "")], "en").unwrap_err(),
            "'eng lish' is no language tag, such as 'de' or 'pt-BR'"
        );
        assert_eq!(
            refused(&[("en-US", ""), ("en-us", "")], "en-US").unwrap_err(),
            "the messages of 'en-us' are there twice"
        );
        assert_eq!(refused(&[("de", "")], "en").unwrap_err(), "there are no messages of the default, 'en'");
        assert_eq!(refused(&[], "en").unwrap_err(), "there are no messages of the default, 'en'");
        let bytes = Catalogue::new([("en".to_owned(), vec![0xff])], "en").map(drop);
        assert_eq!(bytes.unwrap_err().to_string(), "the messages of 'en' are not UTF-8");
    }

    proptest! {
        #[test]
        fn any_bytes_are_messages_or_not(locale in "[a-z]{0,4}", source: Vec<u8>, id: String, header: String) {
            if let Ok(catalogue) = Catalogue::new([(locale.clone(), source)], &locale) {
                prop_assert_eq!(catalogue.negotiate(Some(&header)), locale.as_str());
                let _ = catalogue.text(&locale, &id, &[]);
            }
        }

        #[test]
        fn any_header_is_answered(header in "([a-z]{1,3}(-[A-Z]{2})?|\\*)?(;q=[0-9.]{0,4})?[, ;\\PC]{0,4}", ) {
            let catalogue = both();
            prop_assert!(["de", "en"].contains(&catalogue.negotiate(Some(&header))));
        }

        #[test]
        fn any_value_goes_into_a_message(number: f64, text: String) {
            let catalogue = both();
            prop_assert!(catalogue.text("en", "days", &count(number)).is_some());
            prop_assert!(catalogue.text("de", "hello", &name(&text)).unwrap().contains(&text));
        }
    }
}
