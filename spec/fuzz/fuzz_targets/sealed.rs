//! What is sealed and given away: a line with the text, and what else it is bound to. The whole is also sealed.
#![no_main]

use std::sync::LazyLock;

use frontdoor::oauth::client::Client;
use frontdoor::oauth::code::AuthorizationCode;
use frontdoor::oauth::device_token::{DeviceToken, Kind};
use frontdoor::oauth::error::ErrorCode;
use frontdoor::oauth::parameters::Parameters;
use frontdoor::oauth::registrar::Registrar;
use frontdoor::oauth::seal::{NONCE, Purpose};
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor_fuzz::{NOW, community_id, registrar};
use libfuzzer_sys::fuzz_target;

static REGISTRAR: LazyLock<Registrar> = LazyLock::new(|| registrar(StatementKeys::default()));

const PURPOSES: [Purpose; 5] =
    [Purpose::Code, Purpose::Login, Purpose::DeviceCode, Purpose::DeviceState, Purpose::SigningKey];

fn client() -> Client {
    let id = community_id(r#"{"client_name":"A","client_uri":"https://a.example/"}"#);
    REGISTRAR.open(&id, NOW).expect("it is one")
}

/// Nobody seals without the key.
fn never_opens(text: &str) {
    let (sealed, bound_to) = text.split_once('\n').unwrap_or((text, ""));
    for purpose in PURPOSES {
        assert_eq!(REGISTRAR.ring.unseal(purpose, bound_to, sealed), None);
    }
    let client = client();
    for kind in [Kind::DeviceCode, Kind::State] {
        assert_eq!(DeviceToken::open(&REGISTRAR.ring, kind, &client, sealed), None);
    }
}

/// Contents that this host has sealed once, in another version perhaps.
fn opens_to_what_it_says(content: &str) {
    let (client, ring) = (client(), &REGISTRAR.ring);
    for purpose in PURPOSES {
        let sealed = ring.seal(purpose, client.hash(), content.as_bytes(), &[7; NONCE]);
        let is_short = sealed.len() <= 16 * 1024;
        for other in PURPOSES {
            let opened = ring.unseal(other, client.hash(), &sealed);
            assert_eq!(opened.as_deref(), Some(content.as_bytes()).filter(|_| is_short && other == purpose));
        }
    }
    let sealed = |purpose| ring.seal(purpose, client.hash(), content.as_bytes(), &[7; NONCE]);
    if let Some(token) = DeviceToken::open(ring, Kind::State, &client, &sealed(Purpose::DeviceState)) {
        let again = token.seal(ring, Kind::State, &client, &[8; NONCE]);
        assert_eq!(DeviceToken::open(ring, Kind::State, &client, &again), Some(token));
    }
    let form = format!("code={}", sealed(Purpose::Code));
    let parameters = Parameters::read(form.as_bytes()).expect("it is a form");
    match AuthorizationCode::redeem(ring, &client, &parameters, NOW) {
        Ok(code) => {
            let form = format!("code={}", code.seal(ring, &client, &[8; NONCE]));
            let parameters = Parameters::read(form.as_bytes()).expect("it is a form");
            assert_eq!(AuthorizationCode::redeem(ring, &client, &parameters, NOW), Ok(code));
        }
        Err(error) => assert_eq!(error.code, ErrorCode::InvalidGrant),
    }
}

fuzz_target!(|text: &str| {
    never_opens(text);
    opens_to_what_it_says(text);
});
