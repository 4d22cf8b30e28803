//! What waits for a confirmation: a line with what somebody sends as its code, and what a damaged store has for it.
#![no_main]

use frontdoor::registration::pending::{Owner, Token};
use libfuzzer_sys::fuzz_target;

const OWNER: Owner = Owner { host: "capulet.example", username: "juliet" };

fuzz_target!(|text: &str| {
    let (code, stored) = text.split_once('\n').unwrap_or((text, ""));
    if let Some(token) = Token::parse(code) {
        assert_eq!((token.text().len(), token.id().len()), (36, 64));
        assert_eq!(Token::parse(&format!(" {}\r\n", token.text().to_uppercase())), Some(token.clone()));
        assert!(token.open(stored, OWNER).is_err(), "nobody seals without the code");
        let sealed = token.seal(stored, OWNER).expect("it is short");
        assert_eq!(token.open(&sealed, OWNER).expect("it is whole").expose(), stored);
        for (host, username) in [("montague.example", "juliet"), ("capulet.example", "romeo")] {
            assert!(token.open(&sealed, Owner { host, username }).is_err());
        }
    }
});
