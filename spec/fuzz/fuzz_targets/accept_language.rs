//! `Accept-Language` headers.
#![no_main]

use frontdoor::messages::Catalogue;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static CATALOGUE: Catalogue = {
        let locales = ["ar", "de", "en", "pt", "pt-BR", "zh-Hant"];
        let sources = locales.map(|locale| (locale.to_owned(), Vec::new()));
        Catalogue::new(sources, "en").expect("they are locales")
    };
}

fuzz_target!(|header: &str| {
    CATALOGUE.with(|catalogue| {
        let locale = catalogue.negotiate(Some(header));
        assert!(catalogue.locales().any(|known| known == locale));
        // What is wanted is what is got, and goes on being so behind what nobody has.
        assert_eq!(catalogue.negotiate(Some(locale)), locale);
        assert_eq!(catalogue.negotiate(Some(&format!("tlh, {locale};q=0.5"))), locale);
    });
});
