//! Whether the time that it takes to refuse a secret tells how much of it was right: Welch's t-test between secrets that
//! are wrong in their first byte and such that are wrong only in their last one (after "Dude, is my code constant
//! time?", Reparaz, Balasch and Verbauwhede 2017).

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on stops")]
#![allow(clippy::cast_precision_loss, reason = "of counts and nanoseconds")]

use std::hint::black_box;
use std::time::Instant;

use frontdoor::invite::{hash_secret, secret_matches};
use frontdoor::jwt::mac::MacAlgorithm;
use frontdoor::oauth::access_token::InitialAccessTokens;
use frontdoor::oauth::choice::GrantType;
use frontdoor::oauth::key_ring::KeyRing;
use frontdoor::oauth::pkce::{Challenge, ChallengeMethod};
use frontdoor::oauth::recent_clients::RecentClients;
use frontdoor::oauth::registrar::{Registrar, Request};
use frontdoor::oauth::revocation::Revocations;
use frontdoor::oauth::seal::{NONCE, Purpose};
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor::oauth::validation::Policy;
use frontdoor::registration::{Body, Options, Rules};
use serde_json::Value;

const NOW: i64 = 1_700_000_000;
const MEASUREMENTS: usize = 20_000;
/// In each measurement, so that the clock's own steps do not count.
const CALLS: u32 = 8;
/// What is longer than nine tenths of all has been interrupted.
const KEPT: (usize, usize) = (9, 10);

/// Above it a difference is no chance; below these nanoseconds nobody can make use of it over a network.
const CERTAIN: f64 = 4.5;
const USEFUL: f64 = 10.0;

/// The order of measurements must follow no pattern, and need not surprise anybody (Marsaglia, "Xorshift RNGs").
struct Coin(u64);

impl Coin {
    fn toss(&mut self) -> bool {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 & 1 == 1
    }
}

/// Nanoseconds of a call with a secret of each class. Both are put into the same memory first.
fn measure(secret: &str, mut refuse: impl FnMut(&str)) -> [Vec<f64>; 2] {
    let wrong = [changed_at(secret, 0), changed_at(secret, secret.len() - 1)];
    let (mut coin, mut sent) = (Coin(0x9e37_79b9_7f4a_7c15), String::with_capacity(secret.len()));
    let mut classes = [Vec::new(), Vec::new()];
    for _ in 0..MEASUREMENTS {
        let class = usize::from(coin.toss());
        sent.clear();
        sent.push_str(&wrong[class]);
        let start = Instant::now();
        for _ in 0..CALLS {
            refuse(black_box(&sent));
        }
        classes[class].push(start.elapsed().as_nanos() as f64 / f64::from(CALLS));
    }
    classes
}

fn changed_at(secret: &str, at: usize) -> String {
    let by = if secret.as_bytes()[at] == b'0' { "1" } else { "0" };
    [&secret[..at], by, &secret[at + 1..]].concat()
}

/// Without those that were interrupted, whichever class they are of.
fn cropped(classes: [Vec<f64>; 2]) -> [Vec<f64>; 2] {
    let mut all = classes.concat();
    all.sort_by(f64::total_cmp);
    let limit = all[all.len() * KEPT.0 / KEPT.1];
    classes.map(|class| class.into_iter().filter(|time| *time <= limit).collect())
}

fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0))
}

fn report(name: &str, secret: &str, refuse: impl FnMut(&str)) {
    let classes = cropped(measure(secret, refuse));
    let [(first, first_variance), (last, last_variance)] =
        [0, 1].map(|class| mean_and_variance(&classes[class]));
    let [first_count, last_count] = [0, 1].map(|class| classes[class].len() as f64);
    let difference = last - first;
    let t = difference / (first_variance / first_count + last_variance / last_count).sqrt();
    let verdict = if t.abs() >= CERTAIN && difference.abs() >= USEFUL { "IT TELLS" } else { "tells nothing" };
    println!(
        "  {name:26} {first:8.1} ns   {difference:+7.2} ns if only the end is wrong   t {t:+7.1}   {verdict}"
    );
}

fn registrar() -> Registrar {
    Registrar {
        ring: KeyRing::new("localhost", MacAlgorithm::Hs256, b"a key for benchmarks", &[]),
        policy: Policy {
            grant_types: vec![GrantType::AuthorizationCode],
            response_types: vec![frontdoor::oauth::choice::ResponseType::Code],
            locales: Vec::new(),
        },
        ttl: None,
        max_size: 4096,
        tokens: InitialAccessTokens::default(),
        statements: StatementKeys::default(),
        revocations: Revocations::default(),
        recent: RecentClients::default(),
    }
}

/// What a client is told when it registers.
fn registered(registrar: &Registrar) -> Value {
    let body =
        br#"{"client_name":"A","client_uri":"https://a.example/","redirect_uris":["https://a.example/cb"]}"#;
    let request =
        Request { body, nonce: b"123456789", now: NOW, endpoint: "https://chat.example/oauth2/register" };
    let registered = registrar.register(request).expect("it can be registered");
    serde_json::from_str(&registered.answer).expect("it is JSON")
}

fn of_clients() {
    let registrar = registrar();
    let told = registered(&registrar);
    let text = |name: &str| told[name].as_str().expect("it is told").to_owned();
    let (id, secret, token) = (text("client_id"), text("client_secret"), text("registration_access_token"));
    report("client_secret", &secret, |secret| {
        black_box(registrar.authenticate(&id, Some(secret), NOW).is_err());
    });
    report("registration_access_token", &token, |token| {
        black_box(registrar.manage(&id, Some(&format!("Bearer {token}")), NOW).is_err());
    });
    let signature = id.rsplit_once('.').expect("it is signed").1;
    let unsigned = id.strip_suffix(signature).expect("it is at the end");
    // Of the last character of 43 some bits mean nothing.
    report("signature of a client_id", &signature[..42], |changed| {
        black_box(registrar.open(&format!("{unsigned}{changed}{}", &signature[42..]), NOW).is_err());
    });
    let code = registrar.ring.seal(Purpose::Code, "", &[7; 80], &[7; NONCE]);
    report("authorization code", &code[..code.len() - 4], |changed| {
        black_box(registrar.ring.unseal(Purpose::Code, "", &format!("{changed}{}", &code[code.len() - 4..])));
    });
}

fn of_others() {
    let secret = "0bN8vQ2sZ4yT6wR1xU3mK5pL7hJ9gF0d-0bN8vQ2sZ4yT6wR1xU3mK5pL7hJ9gF0d";
    let stored = hash_secret(secret.as_bytes());
    report("key of the invites' API", secret, |secret| {
        black_box(secret_matches(secret.as_bytes(), stored.as_bytes()));
    });
    let tokens = InitialAccessTokens::new(vec![secret.to_owned()]);
    report("initial access token", secret, |secret| {
        black_box(tokens.admit(Some(&format!("Bearer {secret}"))));
    });
    let challenge = Challenge::read(secret, None, &[ChallengeMethod::Plain]).expect("it is one");
    report("code_verifier, plain", secret, |verifier| {
        black_box(challenge.is_answered_by(verifier));
    });
    let auth_tokens = vec![secret.as_bytes().to_vec()];
    let rules = Rules::new(Options { auth_tokens, ..Options::default() }).expect("they are good");
    report("auth_token of a web form", secret, |token| {
        let body = format!(
            r#"{{"username":"a","password":"b","ip":"192.0.2.1","mail":"a@b.example","auth_token":"{token}"}}"#
        );
        let body = Body::decode(body.as_bytes(), Some("application/json")).expect("it is JSON");
        black_box(rules.admit(&body).is_err());
    });
}

fn main() {
    println!("secrets, in the core: {MEASUREMENTS} measurements each, of {CALLS} calls");
    of_clients();
    of_others();
    let long = "0bN8vQ2sZ4yT6wR1xU3mK5pL7hJ9gF0d".repeat(64);
    // If this one does not tell, none of the others would.
    report("for comparison: a plain ==", &long, |text| {
        black_box(text.bytes().zip(long.bytes()).all(|(one, other)| one == other));
    });
}
