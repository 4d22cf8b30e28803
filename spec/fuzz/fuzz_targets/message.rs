//! What people have chosen themselves, as a value in a message.
#![no_main]

use frontdoor::messages::{Catalogue, Value};
use libfuzzer_sys::fuzz_target;

const MESSAGES: &[u8] = b"invites = { $name } invites you, says { $name }\n\
    apps = { $count ->\n    [one] one app\n   *[other] { $count } apps\n } for { $name }\n";

thread_local! {
    static CATALOGUE: Catalogue = {
        let sources = ["ar", "en"].map(|locale| (locale.to_owned(), MESSAGES.to_vec()));
        Catalogue::new(sources, "en").expect("they are messages")
    };
}

fn text(locale: &str, id: &str, values: &[(String, Value)]) -> String {
    CATALOGUE.with(|catalogue| catalogue.text(locale, id, values)).expect("there is one")
}

fuzz_target!(|name: &str| {
    let number = name.bytes().take(8).fold(0, |number, byte| number << 8 | u64::from(byte));
    let values = [
        ("name".to_owned(), Value::Text(name.to_owned())),
        ("count".to_owned(), Value::Number(f64::from_bits(number))),
    ];
    // It is a value and never a part of the message: nothing in it is looked at.
    assert_eq!(text("en", "invites", &values), format!("{name} invites you, says {name}"));
    assert_eq!(
        text("ar", "invites", &values),
        format!("\u{2068}{name}\u{2069} invites you, says \u{2068}{name}\u{2069}")
    );
    assert!(text("en", "apps", &values).ends_with(&format!(" for {name}")));
    CATALOGUE.with(|catalogue| {
        assert!(catalogue.text("en", name, &values).is_none_or(|_| ["invites", "apps"].contains(&name)));
        assert!(catalogue.ids(name).is_none_or(|_| ["ar", "en"].contains(&name)));
    });
});
