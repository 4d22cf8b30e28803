//! Lua patterns: the translation matches exactly where `string.match` of a real Lua does.
//!
//! `LUA` names the Lua to ask; `SEED` varies the cases.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::env;
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};

use frontdoor::lua_pattern::{PatternError, PatternSet, translate};
use proptest::prelude::RngCore;
use proptest::test_runner::{RngAlgorithm, TestRng};

const CASES: usize = 20_000;

/// What patterns are made of, odd pieces included, so that they meet in every order.
const PIECES: [&str; 44] = [
    "a", "b", "-", ".", "*", "+", "?", "^", "$", "(", ")", "()", "[", "]", "[^", "[]", "[^]", "[a-",
    "[%a-z]", "[a-%]]", "[b-a]", "[a-c]", "[^%]]", "%a", "%A", "%s", "%S", "%d", "%p", "%c", "%g", "%x",
    "%w", "%W", "%z", "%.", "%%", "%]", "%-", "%b()", "%f[a]", "%1", "\0", "\u{e4}",
];

/// Subjects are made of what those pieces tell apart.
const BYTES: &[u8] = b"aabbcczAZ09 .-*+?^$()[]%\t\x0b\x00\x7f\x80\xc3\xa4\xff";

/// Reads lines of a pattern and a subject in hexadecimal digits; answers each with yes, no or error.
const ORACLE: &str = r#"
local function bytes(hex) return (hex:gsub("..", function (digits) return string.char(tonumber(digits, 16)) end)) end
for line in io.lines() do
    local pattern, subject = line:match("^(%x*) (%x*)$")
    local ok, found = pcall(string.match, bytes(subject), bytes(pattern))
    print(not ok and "error" or found ~= nil and "yes" or "no")
end
"#;

struct Cases(TestRng);

impl Cases {
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap() % limit
    }

    fn pattern(&mut self) -> Vec<u8> {
        let length = self.below(7);
        (0..length).flat_map(|_| PIECES[self.below(PIECES.len())].bytes()).collect()
    }

    fn subject(&mut self) -> Vec<u8> {
        let length = self.below(9);
        (0..length).map(|_| BYTES[self.below(BYTES.len())]).collect()
    }
}

fn cases() -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut seed = [0; 32];
    let number: u64 = env::var("SEED").map_or(1, |seed| seed.parse().unwrap());
    seed[..8].copy_from_slice(&number.to_le_bytes());
    let mut cases = Cases(TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
    (0..CASES).map(|_| (cases.pattern(), cases.subject())).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

fn ask_lua(cases: &[(Vec<u8>, Vec<u8>)]) -> Vec<String> {
    let lua = env::var("LUA").unwrap_or_else(|_| "lua5.4".into());
    let mut oracle = Command::new(&lua)
        .args(["-e", ORACLE])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("this test asks a real Lua, and {lua} does not start: {error}"));
    let questions: String =
        cases.iter().map(|(pattern, subject)| format!("{} {}\n", hex(pattern), hex(subject))).collect();
    let mut stdin = oracle.stdin.take().unwrap();
    let asking = std::thread::spawn(move || stdin.write_all(questions.as_bytes()).unwrap());
    let answers = oracle.wait_with_output().unwrap();
    asking.join().unwrap();
    String::from_utf8(answers.stdout).unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn the_translation_matches_exactly_where_lua_does() {
    let cases = cases();
    let answers = ask_lua(&cases);
    assert_eq!(answers.len(), cases.len());
    let (mut yes, mut no, mut malformed) = (0, 0, 0);
    for ((pattern, subject), answer) in cases.iter().zip(&answers) {
        let case =
            format!("{:?} on {:?}", pattern.escape_ascii().to_string(), subject.escape_ascii().to_string());
        match (translate(pattern), answer.as_str()) {
            (Ok(_), "error") => panic!("{case}: Lua refuses what we translate"),
            (Ok(_), verdict) => {
                let matches = PatternSet::new([pattern]).unwrap().is_match(subject);
                assert_eq!(matches, verdict == "yes", "{case}");
                if matches { yes += 1 } else { no += 1 }
            }
            (Err(PatternError::Malformed(reason)), "yes") => {
                panic!("{case}: we refuse what Lua matches: {reason}")
            }
            // Lua finds a fault only when it gets there: "no" is no contradiction.
            (Err(PatternError::Malformed(_)), _) => malformed += 1,
            (Err(PatternError::Untranslatable), _) => (),
        }
    }
    // Otherwise the cases would show little.
    assert!(yes > CASES / 20 && no > CASES / 20 && malformed > CASES / 20, "{yes} {no} {malformed}");
}
