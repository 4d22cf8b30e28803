use super::*;
use crate::oauth::code::RedirectUri;
use crate::oauth::device_token;
use crate::oauth::redirect_uri::DEVICE_CODE;
use crate::oauth::seal::{NONCE, Purpose};
use crate::oauth::tests::{
    HOST, KEY, NOW, community_id, community_payload, device, native, register, registrar, registrar_of,
    secret_of, web, with,
};
use serde_json::{Value, json};

const URI: &str = "https://app.example.com/callback";

/// A client for all grants.
fn versatile() -> Value {
    let grant_types = ["authorization_code", "refresh_token", DEVICE_CODE, "password", "implicit"];
    let changes =
        json!({ "application_type": "web", "grant_types": grant_types, "response_types": ["code", "token"] });
    with(web(), &changes)
}

/// The form with which a client authenticates and asks; what is empty is left out.
fn form(client: &Client, members: &[(&str, &str)]) -> String {
    let secret = if client.metadata().is_public() { String::new() } else { secret_of(client.id()) };
    let pairs = [("client_id", client.id()), ("client_secret", &secret)];
    let pairs = pairs.into_iter().chain(members.iter().copied()).filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn read(registrar: &Registrar, body: &str, now: i64) -> Result<TokenRequest, EndpointError> {
    let content_type = Some("application/x-www-form-urlencoded");
    TokenRequest::read(
        registrar,
        FormRequest { body: body.as_bytes(), content_type, authorization: None, now },
    )
}

fn ask(
    registrar: &Registrar,
    client: &Client,
    members: &[(&str, &str)],
) -> Result<TokenRequest, EndpointError> {
    read(registrar, &form(client, members), NOW)
}

/// Code and description of the error.
fn problem(registrar: &Registrar, client: &Client, members: &[(&str, &str)]) -> (&'static str, String) {
    told(ask(registrar, client, members))
}

fn told(request: Result<TokenRequest, EndpointError>) -> (&'static str, String) {
    let error = request.expect_err("it is refused");
    (error.code.name(), error.description.into_owned())
}

fn error(code: &'static str, text: &str) -> (&'static str, String) {
    (code, text.to_owned())
}

/// A code without PKCE.
fn code(registrar: &Registrar, client: &Client) -> String {
    let code = AuthorizationCode {
        username: "juliet".into(),
        scope: "openid xmpp".into(),
        redirect: RedirectUri::new(URI, true),
        challenge: None,
        nonce: None,
        auth_time: NOW,
        issued_at: NOW,
    };
    code.seal(&registrar.ring, client, &[7; NONCE])
}

fn device_code(registrar: &Registrar, client: &Client) -> String {
    let token = DeviceToken { user_code: "BCDF-GHJK".into(), issued_at: NOW };
    token.seal(&registrar.ring, Kind::DeviceCode, client, &[7; NONCE])
}

#[test]
fn rfc6749_5_2_the_client_comes_first() {
    let registrar = registrar();
    let client = register(&registrar, &web()).client;
    for (body, code) in [
        (String::new(), "invalid_client"),
        ("grant_type=x".into(), "invalid_client"),
        (format!("client_id={}", client.id()), "invalid_client"),
        (format!("client_id={}&client_secret=x&grant_type=x", client.id()), "invalid_client"),
        (format!("{}&grant_type=x&grant_type=x", form(&client, &[])), "invalid_request"),
        (form(&client, &[]), "invalid_request"),
        (form(&client, &[("grant_type", "x")]), "unsupported_grant_type"),
    ] {
        assert_eq!(told(read(&registrar, &body, NOW)).0, code, "{body}");
    }
}

#[test]
fn rfc6749_5_2_grant_types() {
    let registrar = registrar();
    let (client, all) = (register(&registrar, &web()).client, register(&registrar, &versatile()).client);
    let missing = error("invalid_request", "missing 'grant_type'");
    let unsupported = error("unsupported_grant_type", "'grant_type' not available");
    let not_registered = error("unauthorized_client", "'grant_type' not registered");
    for client in [&client, &all] {
        assert_eq!(problem(&registrar, client, &[]), missing);
        for unknown in [
            "x",
            "implicit",
            "code",
            "device_code",
            "client_credentials",
            "Authorization_code",
            "authorization_code ",
            "authorization_code,refresh_token",
            "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ] {
            assert_eq!(problem(&registrar, client, &[("grant_type", unknown)]), unsupported, "{unknown}");
        }
    }
    for (known, needed) in
        [("refresh_token", "refresh_token"), (DEVICE_CODE, "device_code"), ("password", "username")]
    {
        // Even with all that belongs to it.
        let members = [("grant_type", known), (needed, "x"), ("password", "x")];
        assert_eq!(problem(&registrar, &client, &members), not_registered, "{known}");
        let missing = error("invalid_request", &format!("missing '{needed}'"));
        assert_eq!(problem(&registrar, &all, &[("grant_type", known)]), missing);
    }
    let refreshing = register(&registrar, &with(web(), &json!({ "grant_types": ["refresh_token"] }))).client;
    assert_eq!(problem(&registrar, &refreshing, &[("grant_type", "authorization_code")]), not_registered);
}

#[test]
fn rfc6749_5_2_grant_types_that_are_switched_off() {
    let mut registrar = registrar();
    let client = register(&registrar, &versatile()).client;
    registrar.policy.grant_types = vec![GrantType::Implicit];
    for grant_type in ["authorization_code", "refresh_token", DEVICE_CODE, "password", "implicit"] {
        let members =
            [("grant_type", grant_type), ("refresh_token", "x"), ("username", "x"), ("password", "x")];
        assert_eq!(problem(&registrar, &client, &members).0, "unsupported_grant_type", "{grant_type}");
    }
}

#[test]
fn rfc6749_4_1_3_a_code() {
    let registrar = registrar();
    let client = register(&registrar, &web()).client;
    let sealed = code(&registrar, &client);
    let members = [("grant_type", "authorization_code"), ("code", &*sealed), ("redirect_uri", URI)];
    let request = ask(&registrar, &client, &members).unwrap();
    assert_eq!((request.client.id(), request.scope), (client.id(), None));
    let Grant::Code { code, id } = request.grant else { panic!("it is a code") };
    assert_eq!((code.username.as_str(), code.scope.as_str(), code.issued_at), ("juliet", "openid xmpp", NOW));
    assert_eq!(id, code::id(&sealed));

    let wrong = error("invalid_grant", "the code is wrong or has expired");
    for (sent, expected) in [
        ("", error("invalid_request", "missing 'code'")),
        ("x", wrong.clone()),
        (&sealed[1..], wrong.clone()),
        (&sealed.to_uppercase(), wrong.clone()),
        (&"A".repeat(30_000), wrong.clone()),
        (&device_code(&registrar, &client), wrong.clone()),
    ] {
        let members = [("grant_type", "authorization_code"), ("code", sent), ("redirect_uri", URI)];
        assert_eq!(problem(&registrar, &client, &members), expected, "{sent}");
    }
    assert_eq!(told(read(&registrar, &form(&client, &members), NOW + 600)), wrong);
    assert_eq!(problem(&registrar, &client, &members[..2]).0, "invalid_grant");
    let downgraded = [&members[..], &[("code_verifier", URI)]].concat();
    assert_eq!(
        problem(&registrar, &client, &downgraded),
        error("invalid_grant", "'code_verifier' does not fit")
    );
}

#[test]
fn rfc6749_4_1_3_a_code_of_another_client() {
    let registrar = registrar();
    let (client, other) = (register(&registrar, &web()).client, register(&registrar, &native()).client);
    let code = code(&registrar, &client);
    let members = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", URI)];
    assert_eq!(problem(&registrar, &other, &members).0, "invalid_grant");
    assert!(ask(&registrar, &client, &members).is_ok());
}

#[test]
fn a_code_survives_a_change_of_keys() {
    let old = registrar();
    let client = register(&old, &web()).client;
    let code = code(&old, &client);
    let members = [("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", URI)];
    let new = registrar_of(HOST, b"new", &[KEY.to_vec()]);
    assert!(ask(&new, &client, &members).is_ok());
    for other in [registrar_of(HOST, b"new", &[]), registrar_of("montague.example", KEY, &[])] {
        assert_eq!(problem(&other, &client, &members).0, "invalid_client");
    }
}

#[test]
fn rfc6749_6_a_refresh_token_is_handed_on() {
    let registrar = registrar();
    let client = register(&registrar, &native()).client;
    for token in ["x", "secret-token:MjtY", " ", "\u{e4}"] {
        let members = [("grant_type", "refresh_token"), ("refresh_token", token), ("scope", "openid")];
        let request = ask(&registrar, &client, &members).unwrap();
        assert_eq!(request.scope.as_deref(), Some("openid"));
        assert!(matches!(&request.grant, Grant::Refresh(sent) if sent.expose() == token));
        assert!(!format!("{request:?}").contains("secret-token"));
    }
    let missing = error("invalid_request", "missing 'refresh_token'");
    for members in [&[("grant_type", "refresh_token")][..], &[("grant_type", "refresh_token"), ("code", "x")]]
    {
        assert_eq!(problem(&registrar, &client, members), missing);
    }
}

#[test]
fn rfc8628_3_4_a_device_code() {
    let registrar = registrar();
    let client = register(&registrar, &device()).client;
    let sealed = device_code(&registrar, &client);
    let members = [("grant_type", DEVICE_CODE), ("device_code", &*sealed)];
    let body = form(&client, &members);
    let expired = error("expired_token", "the device code has expired");
    for (now, is_good) in [
        (NOW, true),
        (NOW + device_token::LIFETIME - 1, true),
        (NOW + device_token::LIFETIME, false),
        (i64::MAX, false),
    ] {
        match read(&registrar, &body, now) {
            Ok(TokenRequest { grant: Grant::Device(token), .. }) if is_good => {
                assert_eq!((token.user_code.as_str(), token.issued_at), ("BCDF-GHJK", NOW));
            }
            other => assert_eq!(told(other), expired, "{now}"),
        }
    }
    let other = register(&registrar, &with(device(), &json!({ "client_name": "Crypt" }))).client;
    let state = DeviceToken { user_code: "BCDF-GHJK".into(), issued_at: NOW };
    let state = state.seal(&registrar.ring, Kind::State, &client, &[7; NONCE]);
    let no_token = registrar.ring.seal(Purpose::DeviceCode, client.hash(), b"[]", &[7; NONCE]);
    let wrong = error("invalid_grant", "the device code is wrong");
    for sent in [
        "x",
        "BCDF-GHJK",
        &sealed[1..],
        &sealed[..sealed.len() - 1],
        &format!("{sealed}="),
        &state,
        &no_token,
        &device_code(&registrar, &other),
        &device_code(&registrar_of("montague.example", KEY, &[]), &client),
        &"A".repeat(30_000),
    ] {
        assert_eq!(
            problem(&registrar, &client, &[("grant_type", DEVICE_CODE), ("device_code", sent)]),
            wrong,
            "{sent}"
        );
    }
    for missing in [&[("grant_type", DEVICE_CODE)][..], &[("grant_type", DEVICE_CODE), ("code", "x")]] {
        assert_eq!(problem(&registrar, &client, missing), error("invalid_request", "missing 'device_code'"));
    }
}

#[test]
fn every_character_of_a_device_code_counts() {
    let registrar = registrar();
    let client = register(&registrar, &device()).client;
    let sealed = device_code(&registrar, &client);
    for at in 0..sealed.len() {
        let other = if &sealed[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{other}{}", &sealed[..at], &sealed[at + 1..]);
        let members = [("grant_type", DEVICE_CODE), ("device_code", &*changed)];
        assert_eq!(problem(&registrar, &client, &members).0, "invalid_grant", "{changed}");
    }
}

#[test]
fn rfc6749_4_3_2_a_password() {
    let registrar = registrar();
    let client = register(&registrar, &versatile()).client;
    let members = [("grant_type", "password"), ("username", "juliet"), ("password", " h\u{fc}nter2 ")];
    let request = ask(&registrar, &client, &members).unwrap();
    assert!(!format!("{request:?}").contains("nter2"));
    let Grant::Password { username, password } = request.grant else { panic!("it is a password") };
    assert_eq!((username.as_str(), password.expose()), ("juliet", " h\u{fc}nter2 "));
    for (left_out, expected) in [
        (&[("grant_type", "password")][..], "missing 'username'"),
        (&[("grant_type", "password"), ("password", "x")], "missing 'username'"),
        (&[("grant_type", "password"), ("username", "juliet")], "missing 'password'"),
    ] {
        assert_eq!(problem(&registrar, &client, left_out), error("invalid_request", expected));
    }
}

#[test]
fn rfc6749_3_3_a_scope_is_handed_on() {
    let registrar = registrar();
    let client = register(&registrar, &versatile()).client;
    let (code, device_code) = (code(&registrar, &client), device_code(&registrar, &client));
    for members in [
        &[("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", URI)][..],
        &[("grant_type", "refresh_token"), ("refresh_token", "x")],
        &[("grant_type", DEVICE_CODE), ("device_code", &device_code)],
        &[("grant_type", "password"), ("username", "juliet"), ("password", "x")],
    ] {
        for (sent, expected) in [("", None), ("openid xmpp", Some("openid xmpp")), ("  ", Some("  "))] {
            let request = ask(&registrar, &client, &[members, &[("scope", sent)]].concat()).unwrap();
            assert_eq!(request.scope.as_deref(), expected);
        }
    }
}

#[test]
fn clients_of_the_community_module_ask_as_ever() {
    let registrar = registrar();
    for metadata in
        [versatile(), with(native(), &json!({ "grant_types": ["authorization_code", "refresh_token"] }))]
    {
        let id = community_id(&community_payload(&metadata));
        let client = registrar.open(&id, NOW).unwrap();
        let code = code(&registrar, &client);
        for members in [
            &[("grant_type", "authorization_code"), ("code", &*code), ("redirect_uri", URI)][..],
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
        ] {
            assert_eq!(ask(&registrar, &client, members).unwrap().client.id(), id);
        }
    }
    let short = community_payload(&with(device(), &json!({ "grant_types": ["device_code"] })));
    let client = registrar.open(&community_id(&short), NOW).unwrap();
    let device_code = device_code(&registrar, &client);
    assert!(ask(&registrar, &client, &[("grant_type", DEVICE_CODE), ("device_code", &device_code)]).is_ok());
}

#[test]
fn what_is_no_form() {
    let registrar = registrar();
    let client = register(&registrar, &native()).client;
    let body = form(&client, &[("grant_type", "refresh_token"), ("refresh_token", "x")]);
    for (content_type, is_good) in [
        (Some("application/x-www-form-urlencoded; charset=utf-8"), true),
        (Some("application/json"), false),
        (None, false),
    ] {
        let request = FormRequest { body: body.as_bytes(), content_type, authorization: None, now: NOW };
        let request = TokenRequest::read(&registrar, request);
        assert_eq!(
            request.map(drop).map_err(|error| error.code),
            if is_good { Ok(()) } else { Err(ErrorCode::InvalidRequest) }
        );
    }
}
