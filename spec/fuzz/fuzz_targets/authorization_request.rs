//! The query of an authorization request (RFC 6749 §4.1.1), behind the `client_id` of each of some clients.
#![no_main]

use std::sync::LazyLock;

use frontdoor::oauth::authorization::{AuthorizationPolicy, AuthorizationRequest, Context, Refused};
use frontdoor::oauth::choice::Choice as _;
use frontdoor::oauth::login_token::Login;
use frontdoor::oauth::parameters::Parameters;
use frontdoor::oauth::pkce::ChallengeMethod;
use frontdoor::oauth::registrar::Registrar;
use frontdoor::oauth::scope_choice::KnownScopes;
use frontdoor::oauth::seal::NONCE;
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor_fuzz::{CLIENTS, NOW, check_error, community_id, registrar};
use libfuzzer_sys::fuzz_target;

static REGISTRAR: LazyLock<Registrar> = LazyLock::new(|| registrar(StatementKeys::default()));

const ISSUER: &str = "https://capulet.example";

fn read(query: &[u8]) -> Result<AuthorizationRequest, Refused> {
    let policy = AuthorizationPolicy {
        challenge_methods: ChallengeMethod::ALL.iter().map(|(method, _)| *method).collect(),
        requires_challenge: false,
        respects_prompt: true,
    };
    let scopes = KnownScopes {
        claims: vec!["openid".into(), "offline_access".into()],
        roles: vec!["prosody:registered".into()],
    };
    let context = Context { registrar: &REGISTRAR, policy: &policy, scopes: &scopes, now: NOW };
    AuthorizationRequest::read(Some(query), context)
}

/// RFC 6749 §4.1.2.1, RFC 9207 §2: what was sent comes back, behind an address that was registered.
fn check_location(location: &str, query: &[u8]) {
    assert!(location.bytes().all(|byte| byte.is_ascii_graphic()), "{location}");
    let is_registered = CLIENTS.iter().any(|(_, uris)| uris.iter().any(|uri| location.starts_with(uri)));
    assert!(is_registered || location.starts_with("http://"), "{location}");
    let at = location.find("error=").expect("there is one");
    let answer = Parameters::read(&location.as_bytes()[at..]).expect("it can be read");
    let sent = Parameters::read(query).expect("it was read before");
    assert_eq!(answer.get("state"), sent.get("state"));
    assert_eq!(answer.get("iss"), Some(ISSUER));
}

fn check_request(request: &AuthorizationRequest) {
    assert_eq!(request.user_code(), None, "nobody has sealed a state");
    let login = Login { username: "juliet".into(), auth_time: NOW };
    let token = request.login_token(&REGISTRAR, &login, &[7; NONCE]);
    assert_eq!(request.read_login_token(&REGISTRAR, &token, NOW), Ok(login.clone()));
    // A code that nobody could redeem is worse than none.
    let code = request.code(&REGISTRAR, login, request.scope().to_owned(), NOW, &[7; NONCE]);
    assert!(code.is_none_or(|code| code.len() <= 16 * 1024));
}

fuzz_target!(|query: &[u8]| {
    if let Err(Refused::ToUser(error) | Refused::ToClient(error, _)) = read(query) {
        check_error(&error);
    }
    for (payload, _) in CLIENTS {
        let query = [b"client_id=", community_id(payload).as_bytes(), b"&", query].concat();
        match read(&query) {
            Ok(request) => check_request(&request),
            Err(Refused::ToUser(error)) => check_error(&error),
            Err(Refused::ToClient(error, address)) => {
                check_error(&error);
                check_location(&address.refusal(ISSUER, &error).expect("it can be told"), &query);
            }
        }
    }
});
