//! Properties that hold for any input.
#![allow(clippy::unwrap_used, reason = "a test")]

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use frontdoor::jwt::mac::MacAlgorithm;
use frontdoor::jwt::{Expected, Key, Source, base64url, verify};
use frontdoor::lua_pattern::{PatternSet, translate};
use frontdoor::mail::MailAddress;
use frontdoor::oauth::access_token::InitialAccessTokens;
use frontdoor::oauth::authorization::{AuthorizationPolicy, AuthorizationRequest, Context, Refused};
use frontdoor::oauth::choice::{Choice as _, GrantType, ResponseType};
use frontdoor::oauth::client::Client;
use frontdoor::oauth::credentials::FormRequest;
use frontdoor::oauth::device_token::{self, DeviceToken};
use frontdoor::oauth::error::{EndpointError, ErrorCode};
use frontdoor::oauth::held_token::HeldToken;
use frontdoor::oauth::key_ring::KeyRing;
use frontdoor::oauth::login_token::Login;
use frontdoor::oauth::parameters::Parameters;
use frontdoor::oauth::pkce::ChallengeMethod;
use frontdoor::oauth::recent_clients::RecentClients;
use frontdoor::oauth::redirect_uri::DEVICE_CODE;
use frontdoor::oauth::registrar::{Registered, Registrar, Request};
use frontdoor::oauth::revocation::{Kind, Revocations};
use frontdoor::oauth::scope_choice::KnownScopes;
use frontdoor::oauth::seal::{NONCE, Purpose};
use frontdoor::oauth::software_statement::StatementKeys;
use frontdoor::oauth::token_request::TokenRequest;
use frontdoor::oauth::user_code::UserCode;
use frontdoor::oauth::validation::Policy;
use frontdoor::registration::confirmation::token_of;
use frontdoor::registration::pending::{Owner, Token};
use frontdoor::registration::{Body, Refusal};
use proptest::prelude::*;
use serde_json::{Value, json};
use url::Url;

fn key() -> Key {
    Key::load(Source::Secret(&[7; 32]), Some("HS256"), None).unwrap()
}

fn registrar(algorithm: MacAlgorithm) -> Registrar {
    let policy = Policy {
        grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken, GrantType::DeviceCode],
        response_types: vec![ResponseType::Code],
        locales: vec!["de".into()],
    };
    Registrar {
        ring: KeyRing::new("capulet.example", algorithm, &[7; 32], &[]),
        policy,
        ttl: None,
        max_size: 4096,
        tokens: InitialAccessTokens::default(),
        statements: StatementKeys::default(),
        revocations: Revocations::default(),
        recent: RecentClients::default(),
    }
}

fn request<'a>(body: &'a [u8], nonce: &'a [u8]) -> Request<'a> {
    Request { body, nonce, now: 1_700_000_000, endpoint: "https://capulet.example/oauth2/register" }
}

const NOW: i64 = 1_700_000_000;
const ISSUER: &str = "https://capulet.example";

fn client_of(registrar: &Registrar, metadata: &Value) -> Client {
    registrar.register(request(metadata.to_string().as_bytes(), &[7; 9])).unwrap().client
}

/// A client that may do everything.
fn versatile() -> Value {
    json!({
        "client_name": "Verona Mail", "client_uri": "https://a.example/", "redirect_uris": ["https://a.example/cb"],
        "application_type": "web", "grant_types": ["authorization_code", "refresh_token", DEVICE_CODE],
    })
}

fn authorize(registrar: &Registrar, query: &[u8]) -> Result<AuthorizationRequest, Refused> {
    let policy = AuthorizationPolicy {
        challenge_methods: ChallengeMethod::ALL.iter().map(|(method, _)| *method).collect(),
        requires_challenge: false,
        respects_prompt: true,
    };
    let scopes = KnownScopes { claims: vec!["openid".into()], roles: vec!["prosody:registered".into()] };
    let context = Context { registrar, policy: &policy, scopes: &scopes, now: NOW };
    AuthorizationRequest::read(Some(query), context)
}

/// RFC 6749 §5.2: "Values for the `error_description` parameter MUST NOT include characters outside the set
/// %x20-21 / %x23-5B / %x5D-7E." Nor is anything in it that was sent as a value, if that is long enough to tell.
fn is_harmless(error: &EndpointError, values: &[String]) -> bool {
    error.description.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e))
        && !values.iter().any(|value| value.len() > 15 && error.description.contains(value.as_str()))
        && error.to_json().contains(error.code.name())
}

/// Parameters of any endpoint.
const NAMES: &[&str] = &[
    "client_id",
    "client_secret",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "login_hint",
    "request",
    "grant_type",
    "code",
    "code_verifier",
    "refresh_token",
    "device_code",
    "username",
    "password",
    "x",
];

/// What is good for one of them.
const VALUES: &[&str] = &[
    "",
    "code",
    "token",
    "https://a.example/cb",
    DEVICE_CODE,
    "openid",
    "S256",
    "plain",
    "login",
    "none",
    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "authorization_code",
    "refresh_token",
    "fragment",
];

/// Some parameters, some of which make sense.
fn pairs() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = prop_oneof![
        9 => prop::sample::select(NAMES).prop_map(str::to_owned),
        1 => any::<String>(),
    ];
    let value = prop_oneof![
        3 => prop::sample::select(VALUES).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => "[a-z]{16,40}",
    ];
    prop::collection::vec((name, value), 0..10)
}

fn encoded(pairs: &[(String, String)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// Values that are not constants of ours, and so must not come back.
fn values(pairs: &[(String, String)]) -> Vec<String> {
    pairs.iter().map(|(_, value)| value.clone()).filter(|value| !VALUES.contains(&value.as_str())).collect()
}

/// Each purpose.
fn purpose() -> impl Strategy<Value = Purpose> {
    prop::sample::select(vec![
        Purpose::Code,
        Purpose::Login,
        Purpose::DeviceCode,
        Purpose::DeviceState,
        Purpose::SigningKey,
    ])
}

/// A token as `mod_tokenauth` writes it, with padding.
fn held_token(inside: &[u8]) -> String {
    let encoded = base64url::encode(inside).replace('-', "+").replace('_', "/");
    let padding = "=".repeat((4 - encoded.len() % 4) % 4);
    format!("secret-token:{encoded}{padding}")
}

/// Any JSON that is not too deep.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".*".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..3).prop_map(|members| json!(members)),
        ]
    })
}

/// Metadata that is good, but perhaps for one member.
fn metadata() -> impl Strategy<Value = Value> {
    let good =
        ("\\PC{0,20}", "[a-z]{1,8}\\.example(:[1-9][0-9]{0,3})?", "(/[a-z0-9._~%'-]{0,8}){0,3}", 0..3_usize);
    let members = prop::sample::select(vec![
        "client_name",
        "client_uri",
        "redirect_uris",
        "application_type",
        "token_endpoint_auth_method",
        "grant_types",
        "response_types",
        "scope",
        "contacts",
        "logo_uri",
        "software_id",
        "id_token_signed_response_alg",
        "client_name#de",
        "software_statement",
        "x",
    ]);
    (good, prop::option::of((members, any_json()))).prop_map(|((name, host, path, kind), odd)| {
        let uri = format!("https://{host}{path}");
        let (redirect_uri, grant_types, auth_method) = match kind {
            0 => (uri.clone(), json!(["authorization_code"]), "client_secret_post"),
            1 => (format!("com.example:{path}"), json!(["authorization_code", "refresh_token"]), "none"),
            _ => (format!("http://[::1]{path}"), json!(["urn:ietf:params:oauth:grant-type:device_code"]), "none"),
        };
        let mut metadata = json!({
            "client_name": name, "client_uri": format!("https://{host}"), "redirect_uris": [redirect_uri],
            "grant_types": grant_types, "token_endpoint_auth_method": auth_method, "logo_uri": uri, "tos_uri#de": uri,
            "software_id": path,
        });
        if let Some((member, value)) = odd {
            metadata.as_object_mut().unwrap().insert(member.to_owned(), value);
        }
        metadata
    })
}

proptest! {
    #[test]
    fn any_body_is_read_or_refused_with_a_4xx(body: Vec<u8>, content_type: Option<String>) {
        let refusal = Body::decode(&body, content_type.as_deref()).and_then(|body| body.read().map(drop));
        let refusal = refusal.expect_err("random bytes are no request");
        prop_assert!((400..500).contains(&refusal.status()));
    }

    #[test]
    fn any_json_body_is_refused_without_repeating_its_values(value in "[a-z]{12,40}") {
        let body = format!(r#"{{"username":"{value}","password":["{value}"],"mail":"{value}"}}"#);
        let refusal = Body::decode(body.as_bytes(), Some("application/json")).unwrap().read().map(drop);
        prop_assert_eq!(refusal.clone(), Err(Refusal::NotAString { member: "password" }));
        prop_assert!(!refusal.unwrap_err().to_string().contains(&value));
    }

    #[test]
    fn a_mail_address_in_its_comparable_form_stays_as_it_is(text in "\\PC{1,20}@\\PC{1,20}") {
        if let Some(mail) = MailAddress::parse(&text) {
            prop_assert_eq!(MailAddress::parse(mail.as_str()), Some(mail));
        }
    }

    #[test]
    fn any_lua_pattern_translates_to_a_regex_or_is_refused(pattern: Vec<u8>, subject: Vec<u8>) {
        if translate(&pattern).is_ok() {
            let _ = PatternSet::new([&pattern]).unwrap().is_match(&subject);
        }
    }

    #[test]
    fn any_form_has_a_token_or_not(form: Vec<u8>) {
        prop_assert!(token_of(&form).is_err());
    }

    #[test]
    fn whatever_is_sealed_opens(password in "\\PC*", username in "[a-z]+", uuid: [u8; 16]) {
        let hex: String = uuid.iter().map(|byte| format!("{byte:02x}")).collect();
        let text = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-");
        let token = Token::parse(&text).unwrap();
        let owner = Owner { host: "example.org", username: &username };
        let sealed = token.seal(&password, owner).unwrap();
        let opened = token.open(&sealed, owner).unwrap();
        prop_assert_eq!(opened.expose(), password);
    }

    #[test]
    fn any_text_is_no_token(token: Vec<u8>, text: String) {
        for text in [&token[..], text.as_bytes()] {
            let refusal = verify(&[&key()], text, &Expected::default()).unwrap_err();
            prop_assert_eq!(refusal.name(), "malformed");
        }
    }

    #[test]
    fn any_three_parts_are_no_token(header in "\\PC*", payload: Vec<u8>, signature: Vec<u8>) {
        let header = format!(r#"{{"alg":"HS256","x":{header:?}}}"#);
        let parts = [header.as_bytes(), &payload, &signature].map(base64url::encode);
        let refusal = verify(&[&key()], parts.join(".").as_bytes(), &Expected::default()).unwrap_err();
        prop_assert!(["malformed", "signature"].contains(&refusal.name()));
    }

    #[test]
    fn a_signed_token_verifies_and_one_with_a_flipped_bit_does_not(name: String, value: String, bit: usize) {
        let claims = serde_json::json!({ "sub": value, format!("x{name}"): 1 }).to_string();
        let mut token = key().sign(claims.as_bytes()).unwrap().into_bytes();
        let verified = verify(&[&key()], &token, &Expected::default()).unwrap();
        prop_assert_eq!(verified.json(), claims);
        let bit = bit % (token.len() * 8);
        token[bit / 8] ^= 1 << (bit % 8);
        prop_assert!(verify(&[&key()], &token, &Expected::default()).is_err());
    }

    #[test]
    fn any_jwk_or_pem_is_refused(text: Vec<u8>, k in "[A-Za-z0-9_-]{0,40}") {
        prop_assert!(Key::load(Source::Pem(&text), None, None).is_err());
        prop_assert!(Key::load(Source::Jwk(&text), None, None).is_err());
        let jwk = format!(r#"{{"kty":"oct","k":"{k}"}}"#); // of 30 bytes at most
        prop_assert!(Key::load(Source::Jwk(jwk.as_bytes()), None, None).is_err());
    }

    #[test]
    fn any_bytes_are_no_client(body: Vec<u8>) {
        let refusal = registrar(MacAlgorithm::Hs256).register(request(&body, &[7; 9])).unwrap_err();
        prop_assert_eq!((refusal.status(), refusal.code().name()), (400, "invalid_request"));
    }

    #[test]
    fn any_json_is_no_client(value in any_json()) {
        let body = value.to_string();
        let refusal = registrar(MacAlgorithm::Hs256).register(request(body.as_bytes(), &[7; 9])).unwrap_err();
        prop_assert_eq!(refusal.status(), 400);
        prop_assert!(serde_json::from_str::<Value>(&refusal.to_json()).is_ok());
    }

    #[test]
    fn what_registers_opens_again(metadata in metadata(), nonce: [u8; 9], algorithm in 0..3_usize) {
        let registrar = registrar(MacAlgorithm::ALL[algorithm]);
        let body = metadata.to_string();
        match registrar.register(request(body.as_bytes(), &nonce)) {
            Err(refusal) => prop_assert_eq!(refusal.status(), 400),
            Ok(Registered { client, answer }) => {
                let opened = registrar.open(client.id(), 0).unwrap();
                prop_assert_eq!(opened.metadata(), client.metadata());
                prop_assert_eq!((opened.claims(), opened.hash()), (client.claims(), client.hash()));
                let told: Value = serde_json::from_str(&answer).unwrap();
                for member in ["client_name", "client_uri", "redirect_uris", "software_id", "tos_uri#de"] {
                    prop_assert_eq!(&told[member], &metadata[member]);
                }
                prop_assert!(registrar.authenticate(client.id(), told["client_secret"].as_str(), 0).is_ok());
            }
        }
    }

    #[test]
    fn good_metadata_registers(name in "[^\\p{C}\\p{Z}]{1,20}", host in "[a-z]{1,8}\\.example", path in "(/[a-z0-9_~-]{1,8}){0,3}") {
        let uri = format!("https://{host}{path}");
        let body = json!({ "client_name": name, "client_uri": uri, "redirect_uris": [format!("{uri}?a=%20")] });
        let registrar = registrar(MacAlgorithm::Hs256);
        let registered = registrar.register(request(body.to_string().as_bytes(), &[7; 9])).unwrap();
        prop_assert_eq!(registered.client.metadata().text("client_name"), Some(name.as_str()));
    }

    #[test]
    fn an_id_with_another_character_never_opens(metadata in metadata(), at: prop::sample::Index, by: char) {
        let registrar = registrar(MacAlgorithm::Hs256);
        if let Ok(Registered { client, answer }) = registrar.register(request(metadata.to_string().as_bytes(), &[7; 9])) {
            let told: Value = serde_json::from_str(&answer).unwrap();
            let header = format!("Bearer {}", told["registration_access_token"].as_str().unwrap());
            let mut changed: Vec<char> = client.id().chars().collect();
            let at = at.index(changed.len());
            let is_same = changed[at] == by;
            changed[at] = by;
            let replaced: String = changed.iter().collect();
            changed.remove(at);
            let shorter: String = changed.iter().collect();
            for id in [replaced, shorter] {
                let is_same = is_same && id == client.id();
                prop_assert_eq!(registrar.read(&id, 0).is_some(), is_same);
                prop_assert_eq!(registrar.authenticate(&id, told["client_secret"].as_str(), 0).is_ok(), is_same);
                prop_assert_eq!(registrar.manage(&id, Some(&header), 0).is_ok(), is_same);
            }
        }
    }

    #[test]
    fn any_text_is_no_id_no_secret_and_no_token(id: String, secret: Option<String>, header: Option<String>) {
        let registrar = registrar(MacAlgorithm::Hs512);
        let dotted = format!("{id}.{}.{}", base64url::encode(&id), secret.clone().unwrap_or_default());
        for id in [&id, &dotted] {
            prop_assert!(registrar.read(id, 0).is_none());
            prop_assert!(registrar.open(id, 0).is_err());
            prop_assert!(registrar.authenticate(id, secret.as_deref(), 0).is_err());
            prop_assert!(registrar.manage(id, header.as_deref(), 0).is_err());
            let _ = Kind::guess(id);
        }
        let bearer = header.as_ref().map(|header| format!("Bearer {header}"));
        prop_assert!(registrar.manage(&dotted, bearer.as_deref(), 0).is_err());
        prop_assert!(registrar.tokens.admit(header.as_deref()));
        let guarded = InitialAccessTokens::new(vec!["an initial access token".into()]);
        prop_assert!(!guarded.admit(header.as_deref()) && !guarded.admit(bearer.as_deref()));
    }

    #[test]
    fn any_query_is_a_request_or_an_error(query: Vec<u8>) {
        if let Err(Refused::ToUser(error) | Refused::ToClient(error, _)) = authorize(&registrar(MacAlgorithm::Hs256), &query) {
            prop_assert!(is_harmless(&error, &[]), "{error:?}");
        }
    }

    #[test]
    fn rfc6749_4_1_2_1_any_parameters_are_a_request_or_an_error(pairs in pairs(), names_client: bool) {
        let registrar = registrar(MacAlgorithm::Hs256);
        let mut sent = pairs.clone();
        if names_client {
            sent.retain(|(name, _)| name != "client_id");
            sent.push(("client_id".into(), client_of(&registrar, &versatile()).id().into()));
        }
        match authorize(&registrar, encoded(&sent).as_bytes()) {
            Ok(request) => prop_assert!(names_client && !request.address().is_out_of_band()),
            Err(Refused::ToUser(error)) => {
                prop_assert!(is_harmless(&error, &values(&pairs)), "{error:?}");
            }
            Err(Refused::ToClient(error, address)) => {
                prop_assert!(names_client && is_harmless(&error, &values(&pairs)), "{error:?}");
                let location = address.refusal(ISSUER, &error).unwrap();
                prop_assert!(location.starts_with("https://a.example/cb"), "{location}");
            }
        }
    }

    #[test]
    fn any_body_is_no_token_request(body: Vec<u8>, content_type: Option<String>, authorization: Option<String>) {
        let form = Some("application/x-www-form-urlencoded");
        for content_type in [form, content_type.as_deref()] {
            let request = FormRequest { body: &body, content_type, authorization: authorization.as_deref(), now: NOW };
            let error = TokenRequest::read(&registrar(MacAlgorithm::Hs256), request).unwrap_err();
            prop_assert!([ErrorCode::InvalidRequest, ErrorCode::InvalidClient].contains(&error.code));
            prop_assert!(is_harmless(&error, &[]), "{error:?}");
        }
    }

    #[test]
    fn rfc6749_5_2_any_parameters_are_a_token_request_or_an_error(pairs in pairs(), header in ".{0,40}", kind in 0..4_usize) {
        let registrar = registrar(MacAlgorithm::Hs256);
        let client = client_of(&registrar, &versatile());
        let told: Value = serde_json::from_str(&registrar.describe(&client, "")).unwrap();
        let pair = format!("{}:{}", client.id(), told["client_secret"].as_str().unwrap());
        let authorization = match kind {
            0 => None,
            1 => Some(header.clone()),
            2 => Some(format!("Basic {}", BASE64_STANDARD.encode(&header))),
            _ => Some(format!("Basic {}", BASE64_STANDARD.encode(&pair))),
        };
        let body = encoded(&pairs);
        let content_type = Some("application/x-www-form-urlencoded");
        let request = FormRequest { body: body.as_bytes(), content_type, authorization: authorization.as_deref(), now: NOW };
        match TokenRequest::read(&registrar, request) {
            Ok(request) => prop_assert!(kind == 3 && request.client.id() == client.id()),
            Err(error) => {
                let values = [values(&pairs), vec![pair, header]].concat();
                prop_assert!(is_harmless(&error, &values) && [400, 401].contains(&error.code.status()), "{error:?}");
            }
        }
    }

    #[test]
    fn rfc6749_3_1_what_is_encoded_comes_back(pairs in pairs()) {
        let text = encoded(&pairs);
        match Parameters::read(text.as_bytes()) {
            Ok(parameters) => {
                for (name, value) in &pairs {
                    prop_assert_eq!(parameters.get(name), Some(value.as_str()).filter(|value| !value.is_empty()));
                }
            }
            Err(bad) => {
                let is_repeated = |(at, (name, _)): (usize, &(String, String))| pairs[..at].iter().any(|(own, _)| own == name);
                let has_nul = pairs.iter().any(|(name, value)| name.contains('\0') || value.contains('\0'));
                prop_assert!(has_nul || pairs.iter().enumerate().any(is_repeated), "{bad:?}");
            }
        }
    }

    #[test]
    fn rfc6749_4_1_2_a_location_says_what_it_was_given(
        uri in "(https://a\\.example|com\\.example:|http://127\\.0\\.0\\.1)(/[a-zA-Z0-9._~!$&'()+,;=:@-]{0,6}){1,3}(\\?([a-z0-9=&+/?:@!$'();,~-]|%[2-6][0-9]){0,12})?",
        state in "[^\\x00]+", code: String, is_fragment: bool,
    ) {
        let registrar = registrar(MacAlgorithm::Hs256);
        let metadata = json!({ "client_name": "A", "client_uri": "https://a.example/", "redirect_uris": [uri] });
        let registered = registrar.register(request(metadata.to_string().as_bytes(), &[7; 9]));
        // A few are misread or have dot segments.
        let Ok(Registered { client, .. }) = registered else { return Ok(()) };
        let mode = if is_fragment { "fragment" } else { "query" };
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("client_id", client.id()), ("redirect_uri", &uri)])
            .extend_pairs([("response_type", "code"), ("response_mode", mode), ("state", &state)])
            .finish();
        let location = authorize(&registrar, query.as_bytes()).unwrap().address().location(ISSUER, &[("code", &code)]).unwrap();
        prop_assert!(location.bytes().all(|byte| byte.is_ascii_graphic()), "{location}");
        let (own, parsed) = (Url::parse(&uri).unwrap(), Url::parse(&location).unwrap());
        prop_assert_eq!((own.scheme(), own.host(), own.port(), own.path()), (parsed.scheme(), parsed.host(), parsed.port(), parsed.path()));
        let given = [("code", code.as_str()), ("state", &state), ("iss", ISSUER)].map(|(name, value)| (name.into(), value.into()));
        let own: Vec<_> = own.query_pairs().collect();
        let all: Vec<_> = parsed.query_pairs().collect();
        if is_fragment {
            let fragment: Vec<_> = form_urlencoded::parse(parsed.fragment().unwrap().as_bytes()).collect();
            prop_assert_eq!((all, fragment.as_slice()), (own, &given[..]));
        } else {
            prop_assert_eq!(parsed.fragment(), None);
            prop_assert_eq!(all, [own.as_slice(), &given].concat());
        }
    }

    #[test]
    fn what_is_sealed_opens_for_the_same_only(
        content: Vec<u8>, bound_to: String, other: String, nonce: [u8; NONCE], purpose in purpose(), another in purpose(),
    ) {
        let ring = |host: &str, key: &[u8], previous: &[Vec<u8>]| KeyRing::new(host, MacAlgorithm::Hs256, key, previous);
        let old = ring("capulet.example", &[7; 32], &[]);
        let sealed = old.seal(purpose, &bound_to, &content, &nonce);
        prop_assert_eq!(old.unseal(purpose, &bound_to, &sealed), Some(content.clone()));
        let new = ring("capulet.example", &[8; 32], &[vec![7; 32]]);
        prop_assert_eq!(new.unseal(purpose, &bound_to, &sealed), Some(content));
        prop_assert!(old.unseal(purpose, &bound_to, &new.seal(purpose, &bound_to, b"", &nonce)).is_none());
        prop_assert!(ring("montague.example", &[7; 32], &[]).unseal(purpose, &bound_to, &sealed).is_none());
        prop_assert_eq!(old.unseal(another, &bound_to, &sealed).is_some(), another == purpose);
        prop_assert_eq!(old.unseal(purpose, &other, &sealed).is_some(), other == bound_to);
    }

    #[test]
    fn what_is_sealed_with_another_character_never_opens(content: Vec<u8>, nonce: [u8; NONCE], at: prop::sample::Index, by: char) {
        let ring = registrar(MacAlgorithm::Hs256).ring;
        let sealed = ring.seal(Purpose::Code, "", &content, &nonce);
        let at = at.index(sealed.len());
        let shorter = format!("{}{}", &sealed[..at], &sealed[at + 1..]);
        let replaced = format!("{}{by}{}", &sealed[..at], &sealed[at + 1..]);
        prop_assert_eq!(ring.unseal(Purpose::Code, "", &replaced).is_some(), replaced == sealed);
        for other in [shorter, format!("{sealed}{by}"), format!("{by}{sealed}")] {
            prop_assert!(ring.unseal(Purpose::Code, "", &other).is_none());
        }
    }

    #[test]
    fn a_login_and_a_user_code_survive_their_journey(username: String, user_code: String, time: i64, nonce: [u8; NONCE]) {
        let registrar = registrar(MacAlgorithm::Hs256);
        let client = client_of(&registrar, &versatile());
        let query = format!("client_id={}&response_type=code", client.id());
        let request = authorize(&registrar, query.as_bytes()).unwrap();
        let login = Login { username, auth_time: time };
        let token = request.login_token(&registrar, &login, &nonce);
        prop_assert_eq!(request.read_login_token(&registrar, &token, time), Ok(login));
        let token = DeviceToken { user_code, issued_at: time };
        for kind in [device_token::Kind::DeviceCode, device_token::Kind::State] {
            let sealed = token.seal(&registrar.ring, kind, &client, &nonce);
            prop_assert_eq!(DeviceToken::open(&registrar.ring, kind, &client, &sealed), Some(token.clone()));
        }
    }

    #[test]
    fn random_bytes_are_a_user_code_that_is_read_however_it_is_typed(
        random in prop::collection::vec(any::<u8>(), 0..32),
        between in prop::collection::vec("[ \t\u{a0}\u{2010}-\u{2015}\u{2212}-]?", 8),
        lower: [bool; 8],
    ) {
        let enough = random.iter().filter(|byte| **byte < 240).count() >= 8;
        let code = UserCode::from_random(&random);
        prop_assert_eq!(code.is_some(), enough);
        if let Some(code) = code {
            let letters = code.letters().chars().zip(lower).map(|(c, lower)| if lower { c.to_ascii_lowercase() } else { c });
            let typed: String = between.iter().zip(letters).map(|(blank, letter)| format!("{blank}{letter}")).collect();
            for text in [&typed, &code.to_string()] {
                prop_assert_eq!(UserCode::parse(text), Some(code.clone()));
            }
        }
    }

    #[test]
    fn any_text_is_a_user_code_or_not(text: String, letters in "[a-zA-Z -]{7,10}") {
        for text in [text, letters] {
            if let Some(code) = UserCode::parse(&text) {
                prop_assert_eq!(UserCode::parse(code.letters()), Some(code));
            }
        }
    }

    #[test]
    fn any_bytes_are_no_held_token(text: Vec<u8>, inside: Vec<u8>) {
        prop_assert_eq!(HeldToken::read(&text), None);
        prop_assert_eq!(HeldToken::read(held_token(&inside).as_bytes()), None);
    }

    #[test]
    fn a_held_token_tells_what_was_put_in(
        grant_id in "[A-Za-z0-9_-]{1,20}",
        secret: [u8; 18],
        username in prop::option::of("[^@/]{1,20}"),
        host in "[^@/]{1,20}",
        resource in prop::option::of("(?s).{1,20}"),
    ) {
        let username_at = username.as_ref().map(|username| format!("{username}@")).unwrap_or_default();
        let slash_resource = resource.map(|resource| format!("/{resource}")).unwrap_or_default();
        let jid = format!("{username_at}{host}{slash_resource}");
        let inside = [b"2;", grant_id.as_bytes(), b";", &secret, b";", jid.as_bytes()].concat();
        let token = HeldToken::read(held_token(&inside).as_bytes()).unwrap();
        prop_assert_eq!((token.grant_id(), token.username(), token.host()), (grant_id.as_str(), username.as_deref(), host.as_str()));
        prop_assert_eq!(token.key().len(), "sha256:".len() + 64);
    }
}
