//! Forms (`application/x-www-form-urlencoded`).
#![no_main]

use frontdoor::registration::confirmation::token_of;
use frontdoor::web::{BadForm, fields};
use libfuzzer_sys::fuzz_target;

fn encoded(names: &[String], values: &[Option<String>]) -> String {
    let pairs = names.iter().zip(values).filter_map(|(name, value)| Some((name, value.as_deref()?)));
    let pairs = pairs.map(|(name, value)| {
        let value: String = value.bytes().map(|byte| format!("%{byte:02x}")).collect();
        format!("{name}={value}")
    });
    pairs.collect::<Vec<_>>().join("&")
}

fuzz_target!(|form: &[u8]| {
    let names = ["user", "password", "uuid"].map(str::to_owned);
    match fields(form, &names) {
        Ok(values) => {
            assert_eq!(values.len(), names.len());
            assert!(values.iter().flatten().all(|value| !value.contains('\0')));
            assert_eq!(fields(encoded(&names, &values).as_bytes(), &names), Ok(values));
        }
        Err(BadForm::Field(name)) => assert!(names.contains(&name)),
        Err(BadForm::TooLong) => assert!(form.len() > 64 * 1024),
    }
    if let Ok(token) = token_of(form) {
        let again = token_of(format!("uuid={}", token.text()).as_bytes()).expect("it is one");
        assert_eq!(again.id(), token.id());
    }
});
