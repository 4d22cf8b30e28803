use super::*;
use crate::oauth::choice::GrantType;
use crate::oauth::device_token;
use crate::oauth::login_token;
use crate::oauth::parameters::Parameters;
use crate::oauth::redirect_uri::{DEVICE_CODE, OUT_OF_BAND};
use crate::oauth::revocation::Kind as RevocationKind;
use crate::oauth::seal::Purpose;
use crate::oauth::tests::{
    HOST, KEY, NOW, community_id, community_payload, device, native, register, registrar, registrar_of, web,
    with,
};
use serde_json::{Value, json};
use url::Url;

const ISSUER: &str = "https://capulet.example";
const URI: &str = "https://app.example.com/callback";
// RFC 7636 appendix B
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

const PKCE_REQUIRED: (&str, &str) = ("invalid_request", "PKCE required");
const BAD_METHOD: (&str, &str) = ("invalid_request", "'code_challenge_method' not supported");
const BAD_CHALLENGE: (&str, &str) = ("invalid_request", "'code_challenge' is none of this method");
const NOT_REGISTERED: (&str, &str) = ("unauthorized_client", "'response_type' not registered");
const NOT_ALLOWED: (&str, &str) = ("unsupported_response_type", "'response_type' not allowed");
const BAD_MODE: (&str, &str) = ("invalid_request", "'response_mode' not supported");
const UNKNOWN_SCOPE: (&str, &str) = ("invalid_scope", "nothing in 'scope' is known here");
const MUST_LOG_IN: (&str, &str) = ("login_required", "the user must log in");
const BAD_STATE: (&str, &str) = ("invalid_request", "Invalid 'state' parameter");

/// A host with its settings.
struct Host {
    registrar: Registrar,
    policy: AuthorizationPolicy,
    scopes: KnownScopes,
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// As strict as it is without options.
fn host() -> Host {
    Host {
        registrar: registrar(),
        policy: AuthorizationPolicy {
            challenge_methods: vec![ChallengeMethod::S256],
            requires_challenge: true,
            respects_prompt: false,
        },
        scopes: KnownScopes {
            claims: strings(&["openid", "offline_access"]),
            roles: strings(&["prosody:registered"]),
        },
    }
}

/// One without PKCE.
fn lax() -> Host {
    let mut host = host();
    host.policy.requires_challenge = false;
    host.policy.challenge_methods.push(ChallengeMethod::Plain);
    host
}

impl Host {
    fn context(&self, now: i64) -> Context<'_> {
        Context { registrar: &self.registrar, policy: &self.policy, scopes: &self.scopes, now }
    }

    fn id(&self, metadata: &Value) -> String {
        register(&self.registrar, metadata).client.id().to_owned()
    }

    fn read(&self, query: &str) -> Result<AuthorizationRequest, Refused> {
        AuthorizationRequest::read(Some(query.as_bytes()), self.context(NOW))
    }

    fn request(&self, query: &str) -> AuthorizationRequest {
        self.read(query).unwrap_or_else(|refused| panic!("{refused:?}: {query}"))
    }

    /// What the user is told.
    fn to_user(&self, query: &str) -> (&'static str, String) {
        match self.read(query) {
            Err(Refused::ToUser(error)) => (error.code.name(), error.description.into_owned()),
            other => panic!("{other:?}: {query}"),
        }
    }

    /// What the client is told, which has to be where it wants it.
    fn to_client(&self, query: &str) -> (&'static str, String) {
        let Err(Refused::ToClient(error, address)) = self.read(query) else {
            panic!("not to the client: {query}")
        };
        let location = Url::parse(&address.refusal(ISSUER, &error).unwrap()).unwrap();
        let answer = location.fragment().or(location.query()).unwrap().to_owned();
        let answer = Parameters::read(answer.as_bytes()).unwrap();
        assert_eq!(answer.get("error"), Some(error.code.name()));
        assert_eq!(answer.get("error_description"), Some(&*error.description));
        assert_eq!(answer.get("iss"), Some(ISSUER));
        let sent = Parameters::read(query.as_bytes()).unwrap();
        assert_eq!(answer.get("state"), sent.get("state"));
        (error.code.name(), error.description.into_owned())
    }

    /// Where the client is sent with an error.
    fn refusal(&self, query: &str) -> Url {
        let Err(Refused::ToClient(error, address)) = self.read(query) else {
            panic!("not to the client: {query}")
        };
        Url::parse(&address.refusal(ISSUER, &error).unwrap()).unwrap()
    }

    /// Good, or what the client is told.
    fn check(&self, query: &str, expected: Option<(&str, &str)>) {
        match expected {
            None => drop(self.request(query)),
            Some((code, text)) => assert_eq!(self.to_client(query), (code, text.to_owned()), "{query}"),
        }
    }

    fn device_state(&self, client: &Client, issued_at: i64) -> String {
        let token = DeviceToken { user_code: "BCDF-GHJK".into(), issued_at };
        token.seal(&self.registrar.ring, Kind::State, client, &[7; NONCE])
    }
}

/// A good request, changed: what is empty is left out.
fn query(id: &str, changes: &[(&str, &str)]) -> String {
    let usual = [
        ("client_id", id),
        ("redirect_uri", URI),
        ("response_type", "code"),
        ("scope", "openid xmpp"),
        ("state", "af0ifjsldkj"),
        ("nonce", "n-0S6_WzA2Mj"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    let value =
        |name: &str, value| changes.iter().find(|(own, _)| *own == name).map_or(value, |(_, value)| *value);
    let new = changes.iter().copied().filter(|(name, _)| usual.iter().all(|(own, _)| own != name));
    let pairs = usual.map(|(name, usual)| (name, value(name, usual))).into_iter().chain(new);
    let pairs = pairs.filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn implicit() -> Value {
    with(web(), &json!({ "grant_types": ["implicit"], "response_types": ["token"] }))
}

fn device_query(id: &str, state: &str, changes: &[(&str, &str)]) -> String {
    let usual = [
        ("redirect_uri", DEVICE_CODE),
        ("state", state),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
        ("nonce", ""),
    ];
    let new = usual.iter().copied().filter(|(name, _)| changes.iter().all(|(own, _)| own != name));
    query(id, &[changes, &new.collect::<Vec<_>>()].concat())
}

fn login() -> Login {
    Login { username: "juliet".into(), auth_time: NOW }
}

#[test]
fn rfc6749_4_1_1_a_good_request() {
    let host = host();
    let id = host.id(&web());
    let request = host.request(&query(&id, &[("login_hint", "juliet"), ("unknown", "x")]));
    assert_eq!(request.client().id(), id);
    assert_eq!(request.response_type(), ResponseType::Code);
    assert_eq!(request.scope(), "openid xmpp");
    assert_eq!(request.login_hint(), Some("juliet"));
    assert!(request.asks_consent());
    assert_eq!(request.user_code(), None);
    assert_eq!(request.address().redirect_uri(), Some((URI, true)));
    let location = request.address().location(ISSUER, &[("code", "x")]).unwrap();
    assert_eq!(location, format!("{URI}?code=x&state=af0ifjsldkj&iss=https%3A%2F%2Fcapulet.example"));
}

#[test]
fn rfc6749_4_1_2_1_without_a_known_client_the_user_is_told() {
    let host = host();
    let (id, other) = (host.id(&web()), host.id(&native()));
    let missing = "Missing 'client_id' parameter";
    let invalid = "Invalid 'client_id' parameter";
    let changed = |id: &str| query(id, &[]);
    let both = format!("{}&client_id={other}", changed(&id));
    for (query, text) in [
        ("", "Missing query parameters"),
        ("&", missing),
        ("x", missing),
        (&changed(""), missing),
        ("client_id=", missing),
        ("client_id", missing),
        (&changed("x"), invalid),
        (&changed(&id[1..]), invalid),
        (&changed(&id[..id.len() - 1]), invalid),
        (&changed(&format!("{id}A")), invalid),
        (&changed(&format!("{id} ")), invalid),
        (&changed(&id.to_uppercase()), invalid),
        (&changed(&"x".repeat(60_000)), invalid),
        (&both, "Invalid query parameters"),
    ] {
        assert_eq!(host.to_user(query), ("invalid_request", text.into()), "{query}");
    }
    let nothing = AuthorizationRequest::read(None, host.context(NOW)).unwrap_err();
    assert_eq!(nothing, to_user("Missing query parameters"));
}

#[test]
fn rfc6749_3_1_no_parameter_is_there_twice() {
    let host = host();
    let query = query(&host.id(&web()), &[]);
    for extra in
        ["state=af0ifjsldkj", "redirect_uri=x", "scope=", "%73tate=x", "x=1&x=1", "x=%ff", "x=%00", "x%00=1"]
    {
        let told = host.to_user(&format!("{query}&{extra}"));
        assert_eq!(told, ("invalid_request", "Invalid query parameters".into()), "{extra}");
    }
    let raw = [query.as_bytes(), b"&x=\xff"].concat();
    let refused = AuthorizationRequest::read(Some(&raw), host.context(NOW)).unwrap_err();
    assert_eq!(refused, to_user("Invalid query parameters"));
    let padded = |length: usize| format!("{query}&x={}", "x".repeat(length - query.len() - 3));
    host.request(&padded(65_536));
    assert_eq!(host.to_user(&padded(65_537)).1, "Invalid query parameters");
}

#[test]
fn who_is_no_client_any_more() {
    let mut host = host();
    host.registrar.ttl = Some(60);
    let client = register(&host.registrar, &web()).client;
    let query = query(client.id(), &[]);
    let at =
        |host: &Host, now| AuthorizationRequest::read(Some(query.as_bytes()), host.context(now)).map(drop);
    let invalid = Err(to_user("Invalid 'client_id' parameter"));
    assert_eq!(at(&host, NOW + 59), Ok(()));
    assert_eq!(at(&host, NOW + 60), invalid);
    host.registrar.revocations.add(RevocationKind::Client, client.hash(), 0);
    assert_eq!(at(&host, NOW), invalid);
    for (name, key, previous, is_known) in [
        (HOST, &b"new"[..], vec![KEY.to_vec()], true),
        (HOST, b"new", vec![], false),
        ("montague.example", KEY, vec![], false),
    ] {
        let other = Host { registrar: registrar_of(name, key, &previous), ..self::host() };
        assert_eq!(at(&other, NOW), if is_known { Ok(()) } else { invalid.clone() }, "{name}");
    }
}

#[test]
fn rfc6749_3_1_2_4_without_a_good_redirect_uri_the_user_is_told() {
    let host = host();
    let two = with(web(), &json!({ "redirect_uris": [URI, "https://app.example.com/other"] }));
    let id = host.id(&two);
    for uri in [
        "",
        "x",
        "https://app.example.com/",
        "https://app.example.com/callback/",
        "https://app.example.com/callback?",
        "https://app.example.com/callback#",
        "https://app.example.com/callback?x",
        "https://app.example.com:443/callback",
        "https://app.example.com/Callback",
        "https://app.example.com/callback ",
        "https://app.example.com/callback\r\nx: y",
        "https://app.example.com\\@evil.example/callback",
        "https://app.example.com.evil.example/callback",
        "http://app.example.com/callback",
        "//app.example.com/callback",
        "/callback",
        "javascript:alert(1)",
        OUT_OF_BAND,
        DEVICE_CODE,
    ] {
        // Whatever else is wrong.
        for changes in [&[][..], &[("response_type", "")], &[("prompt", "none")], &[("scope", "unknown")]] {
            let changes = [changes, &[("redirect_uri", uri)]].concat();
            let told = host.to_user(&query(&id, &changes));
            assert_eq!(told, ("invalid_request", "Invalid 'redirect_uri' parameter".into()), "{uri}");
        }
    }
    host.request(&query(&id, &[("redirect_uri", "https://app.example.com/other")]));
}

#[test]
fn rfc6749_3_1_2_3_the_only_redirect_uri_may_be_left_out() {
    let host = host();
    let request = host.request(&query(&host.id(&web()), &[("redirect_uri", "")]));
    assert_eq!(request.address().redirect_uri(), Some((URI, false)));
    assert_eq!(host.to_user(&query(&host.id(&native()), &[("redirect_uri", "")])).0, "invalid_request");
}

#[test]
fn rfc8252_7_3_any_port_on_the_loopback_interface() {
    let host = host();
    let id = host.id(&native());
    for good in [
        "http://127.0.0.1/",
        "http://127.0.0.1:1/",
        "http://127.0.0.1:65535/",
        "http://[::1]:51004/",
        "http://localhost:51004/",
    ] {
        let request = host.request(&query(&id, &[("redirect_uri", good)]));
        assert_eq!(request.address().redirect_uri(), Some((good, true)));
        assert!(request.address().location(ISSUER, &[]).unwrap().starts_with(good));
    }
    for bad in [
        "http://127.0.0.1:0/",
        "http://127.0.0.1:65536/",
        "http://127.0.0.1:/",
        "http://127.0.0.1:80@evil.example/",
        "http://127.0.0.1:8080/x",
        "http://127.0.0.1:8080/?x",
        "http://127.0.0.2:8080/",
        "http://127.1/",
        "http://localhost.evil.example/",
        "https://127.0.0.1:8080/",
    ] {
        assert_eq!(
            host.to_user(&query(&id, &[("redirect_uri", bad)])).1,
            "Invalid 'redirect_uri' parameter",
            "{bad}"
        );
    }
    // Web applications have no such interface.
    assert_eq!(
        host.to_user(&query(&host.id(&web()), &[("redirect_uri", "https://app.example.com:8443/callback")]))
            .1,
        "Invalid 'redirect_uri' parameter"
    );
}

#[test]
fn rfc6749_4_1_2_1_response_types() {
    let host = host();
    let (id, token) = (host.id(&web()), host.id(&implicit()));
    for (id, response_type, expected) in [
        (&id, "code", None),
        (&token, "token", None),
        (&id, "", Some(("invalid_request", "missing 'response_type'"))),
        (&id, "token", Some(NOT_REGISTERED)),
        (&token, "code", Some(NOT_REGISTERED)),
        (&id, "x", Some(NOT_ALLOWED)),
        (&id, "Code", Some(NOT_ALLOWED)),
        (&id, " code", Some(NOT_ALLOWED)),
        (&id, "none", Some(NOT_ALLOWED)),
        (&id, "id_token", Some(NOT_ALLOWED)),
        (&id, "code token", Some(NOT_ALLOWED)),
        (&id, "code id_token token", Some(NOT_ALLOWED)),
    ] {
        host.check(&query(id, &[("response_type", response_type)]), expected);
    }
}

#[test]
fn rfc6749_4_1_2_1_response_types_that_are_switched_off() {
    let mut host = host();
    let (id, token) = (host.id(&web()), host.id(&implicit()));
    host.registrar.policy.response_types = vec![ResponseType::Code];
    host.check(&query(&token, &[("response_type", "token")]), Some(NOT_ALLOWED));
    host.check(&query(&id, &[("response_type", "token")]), Some(NOT_REGISTERED));
    host.registrar.policy.response_types = vec![];
    host.check(&query(&id, &[]), Some(NOT_ALLOWED));
}

#[test]
fn rfc7591_2_1_a_response_type_needs_its_grant_type() {
    let mut host = host();
    let refreshing = with(web(), &json!({ "grant_types": ["refresh_token"] }));
    let both = with(web(), &json!({ "response_types": ["code", "token"] }));
    host.check(&query(&host.id(&refreshing), &[]), Some(NOT_REGISTERED));
    host.check(&query(&host.id(&both), &[("response_type", "token")]), Some(NOT_REGISTERED));
    host.check(&query(&host.id(&both), &[]), None);
    let (id, token) = (host.id(&web()), host.id(&implicit()));
    host.registrar.policy.grant_types = vec![GrantType::DeviceCode];
    host.check(&query(&id, &[]), Some(NOT_ALLOWED));
    host.check(&query(&token, &[("response_type", "token")]), Some(NOT_ALLOWED));
}

#[test]
fn openid_core_3_1_2_6_what_is_not_supported_has_its_own_errors() {
    let host = host();
    let id = host.id(&web());
    for (name, code) in [
        ("request", "request_not_supported"),
        ("request_uri", "request_uri_not_supported"),
        ("registration", "registration_not_supported"),
    ] {
        let text = format!("'{name}' not supported");
        host.check(&query(&id, &[(name, "x")]), Some((code, &text)));
        host.request(&format!("{}&{name}=", query(&id, &[])));
    }
    for name in ["claims", "max_age", "display", "ui_locales", "id_token_hint", "acr_values"] {
        host.check(&query(&id, &[(name, "x")]), None);
    }
}

#[test]
fn multiple_response_types_2_1_response_modes() {
    let host = host();
    let (id, token) = (host.id(&web()), host.id(&implicit()));
    for (id, response_type, mode, expected, is_fragment) in [
        (&id, "code", "", None, false),
        (&id, "code", "query", None, false),
        (&id, "code", "fragment", None, true),
        (&id, "code", "form_post", Some(BAD_MODE), false),
        (&id, "code", "Query", Some(BAD_MODE), false),
        (&id, "code", "fragment ", Some(BAD_MODE), false),
        (&token, "token", "", None, true),
        (&token, "token", "fragment", None, true),
        (&token, "token", "query", Some(BAD_MODE), true),
        (&token, "token", "form_post", Some(BAD_MODE), true),
        // Where whoever asks for such expects its errors (OpenID Connect Core §3.2.2.6, §3.3.2.6).
        (&id, "id_token", "", Some(NOT_ALLOWED), true),
        (&id, "code id_token", "", Some(NOT_ALLOWED), true),
        (&id, "x", "", Some(NOT_ALLOWED), false),
        (&id, "x", "fragment", Some(NOT_ALLOWED), true),
    ] {
        let query = query(id, &[("response_type", response_type), ("response_mode", mode)]);
        host.check(&query, expected);
        let location = match host.read(&query) {
            Ok(request) => request.address().location(ISSUER, &[]),
            Err(Refused::ToClient(error, address)) => address.refusal(ISSUER, &error),
            Err(Refused::ToUser(_)) => None,
        };
        let location = Url::parse(&location.unwrap()).unwrap();
        let expected = if is_fragment { (None, true) } else { (location.query(), false) };
        assert_eq!((location.query(), location.fragment().is_some()), expected, "{response_type} {mode}");
    }
}

#[test]
fn rfc6749_3_3_scopes() {
    let host = host();
    let free = host.id(&web());
    let bound = host.id(&with(web(), &json!({ "scope": "xmpp openid unknown" })));
    for (id, asked, expected) in [
        (&free, "openid", "openid"),
        (&free, "xmpp unknown openid xmpp", "xmpp openid"),
        (&free, "prosody:registered", "prosody:registered"),
        (&free, "", ""),
        (&bound, "openid offline_access", "openid"),
        (&bound, "", "xmpp openid"),
    ] {
        assert_eq!(host.request(&query(id, &[("scope", asked)])).scope(), expected, "{asked}");
    }
    for (id, asked) in
        [(&free, "unknown"), (&free, "XMPP"), (&free, "unknown other"), (&bound, "offline_access")]
    {
        host.check(&query(id, &[("scope", asked)]), Some(UNKNOWN_SCOPE));
    }
    for malformed in [" ", " openid", "openid ", "openid  xmpp", "openid\txmpp", "\"", "openid\\", "\u{e4}"] {
        let (code, text) = host.to_client(&query(&free, &[("scope", malformed)]));
        assert!(code == "invalid_scope" && text.starts_with("'scope' "), "{malformed}: {text}");
        assert!(text.bytes().all(|byte| matches!(byte, b' '..=b'~') && !b"\"\\".contains(&byte)));
    }
}

#[test]
fn what_the_community_module_has_registered_as_a_scope() {
    let host = host();
    for (registered, expected) in
        [("", ""), (" openid  xmpp ", "openid xmpp"), ("\u{e4}", ""), ("\"openid\" xmpp", "xmpp")]
    {
        let id = community_id(&community_payload(&with(web(), &json!({ "scope": registered }))));
        assert_eq!(host.request(&query(&id, &[("scope", "")])).scope(), expected, "{registered}");
    }
}

#[test]
fn rfc7636_4_4_1_pkce() {
    let host = host();
    let (id, plain) = (host.id(&web()), "~".repeat(43));
    for (challenge, method, expected) in [
        (CHALLENGE, "S256", None),
        ("", "S256", Some(PKCE_REQUIRED)),
        ("", "", Some(PKCE_REQUIRED)),
        ("", "x", Some(PKCE_REQUIRED)),
        (CHALLENGE, "", Some(BAD_METHOD)),
        (CHALLENGE, "plain", Some(BAD_METHOD)),
        (CHALLENGE, "s256", Some(BAD_METHOD)),
        (CHALLENGE, "S512", Some(BAD_METHOD)),
        (CHALLENGE, " S256", Some(BAD_METHOD)),
        (&plain, "S256", Some(BAD_CHALLENGE)),
        (&CHALLENGE[1..], "S256", Some(BAD_CHALLENGE)),
        (&format!("{CHALLENGE}="), "S256", Some(BAD_CHALLENGE)),
        (&format!("{CHALLENGE}A"), "S256", Some(BAD_CHALLENGE)),
        (&format!("{}N", &CHALLENGE[..42]), "S256", Some(BAD_CHALLENGE)), // stray bits
        (&CHALLENGE.replace('-', "+"), "S256", Some(BAD_CHALLENGE)),
        (&"A".repeat(60_000), "S256", Some(BAD_CHALLENGE)),
        ("x", "x", Some(BAD_METHOD)),
    ] {
        host.check(
            &query(&id, &[("code_challenge", challenge), ("code_challenge_method", method)]),
            expected,
        );
    }
}

#[test]
fn rfc7636_4_2_plain_where_it_is_enabled() {
    let mut host = host();
    host.policy.challenge_methods = vec![ChallengeMethod::Plain];
    let id = host.id(&web());
    for (length, is_good) in [(42, false), (43, true), (128, true), (129, false)] {
        for method in ["", "plain"] {
            let changes = [("code_challenge", &*"~".repeat(length)), ("code_challenge_method", method)];
            host.check(&query(&id, &changes), (!is_good).then_some(BAD_CHALLENGE));
        }
    }
    host.check(&query(&id, &[]), Some(BAD_METHOD));
    host.policy.challenge_methods = vec![];
    host.check(&query(&id, &[("code_challenge_method", "plain")]), Some(BAD_METHOD));
}

#[test]
fn rfc9700_2_1_1_who_may_do_without_pkce() {
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let method_only = [("code_challenge", "")];
    let missing = ("invalid_request", "missing 'code_challenge'");
    let public = with(web(), &json!({ "token_endpoint_auth_method": "none" }));
    let (strict, lax) = (host(), lax());
    for (host, metadata, expected) in [
        (&strict, web(), Some(PKCE_REQUIRED)),
        (&strict, public.clone(), Some(PKCE_REQUIRED)),
        (&lax, web(), None),
        (&lax, public, Some(PKCE_REQUIRED)),
    ] {
        host.check(&query(&host.id(&metadata), &without), expected);
    }
    lax.check(&query(&lax.id(&web()), &method_only), Some(missing));
    // A challenge that is there has to be good, needed or not.
    lax.check(&query(&lax.id(&web()), &[("code_challenge", "x")]), Some(BAD_CHALLENGE));
}

#[test]
fn rfc6749_4_2_1_pkce_is_for_codes() {
    let host = host();
    let public = with(implicit(), &json!({ "token_endpoint_auth_method": "none" }));
    for metadata in [implicit(), public] {
        let id = host.id(&metadata);
        for challenge in ["", "x", CHALLENGE] {
            host.check(&query(&id, &[("response_type", "token"), ("code_challenge", challenge)]), None);
        }
    }
}

#[test]
fn openid_core_3_1_2_1_prompt() {
    let mut host = host();
    let id = host.id(&web());
    let alone = ("invalid_request", "'prompt' none stands alone");
    let account = ("account_selection_required", "the user must name the account");
    let consent = ("consent_required", "offline_access needs consent");
    for (prompt, hint, scope, lenient, strict) in [
        ("", "", "openid", None, None),
        ("none", "", "openid", Some(MUST_LOG_IN), Some(MUST_LOG_IN)),
        ("none", "juliet", "openid", Some(MUST_LOG_IN), Some(MUST_LOG_IN)),
        ("none login", "", "openid", Some(alone), Some(alone)),
        ("login none", "", "openid", Some(alone), Some(alone)),
        ("none none", "", "openid", Some(alone), Some(alone)),
        ("x", "", "openid", None, Some(MUST_LOG_IN)),
        ("consent", "", "openid", None, Some(MUST_LOG_IN)),
        ("login", "", "openid", None, Some(account)),
        ("login", "juliet", "openid", None, None),
        ("login select_account", "", "openid", None, None),
        ("login select_account", "", "openid offline_access", None, Some(consent)),
        ("login select_account consent", "", "openid offline_access", None, None),
        // It is not known to this client, and so nobody asks for it.
        ("login select_account", "", "openid offline_accessx", None, None),
    ] {
        let query = query(&id, &[("prompt", prompt), ("login_hint", hint), ("scope", scope)]);
        host.policy.respects_prompt = false;
        host.check(&query, lenient);
        host.policy.respects_prompt = true;
        host.check(&query, strict);
    }
    for (respects_prompt, prompt, expected) in [
        (false, "login select_account", true),
        (true, "", true),
        (true, "login select_account", false),
        (true, "login select_account consent", true),
    ] {
        host.policy.respects_prompt = respects_prompt;
        assert_eq!(host.request(&query(&id, &[("prompt", prompt)])).asks_consent(), expected, "{prompt}");
    }
}

#[test]
fn openid_core_3_1_2_1_a_nonce_that_a_code_can_carry() {
    let host = host();
    let id = host.id(&web());
    let client = host.registrar.open(&id, NOW).unwrap();
    for length in [0, 1, 1024] {
        let nonce = "\u{1}".repeat(length); // six characters each in JSON
        let request = host.request(&query(&id, &[("nonce", &nonce)]));
        let code = request.code(&host.registrar, login(), "openid".into(), NOW, &[7; NONCE]).unwrap();
        let form = format!("code={code}&code_verifier={VERIFIER}&redirect_uri={URI}");
        let form = Parameters::read(form.as_bytes()).unwrap();
        let code = AuthorizationCode::redeem(&host.registrar.ring, &client, &form, NOW).unwrap();
        assert_eq!(code.nonce.unwrap_or_default(), nonce);
    }
    for nonce in ["x".repeat(1025), "x".repeat(60_000)] {
        host.check(&query(&id, &[("nonce", &nonce)]), Some(("invalid_request", "'nonce' too long")));
    }
}

/// Changes of a request, each of which breaks one rule, in the order of the rules.
const BROKEN: [(&[(&str, &str)], &str); 11] = [
    (&[("response_type", "")], "missing 'response_type'"),
    (&[("response_type", "token")], "'response_type' not registered"),
    (&[("request", "x")], "'request' not supported"),
    (&[("request_uri", "x")], "'request_uri' not supported"),
    (&[("registration", "x")], "'registration' not supported"),
    (&[("response_mode", "x")], "'response_mode' not supported"),
    (&[("scope", "unknown")], "nothing in 'scope' is known here"),
    (&[("code_challenge_method", "plain")], "'code_challenge_method' not supported"),
    (&[("code_challenge", "x")], "'code_challenge' is none of this method"),
    (&[("prompt", "none")], "the user must log in"),
    (&[("nonce", LONG)], "'nonce' too long"),
];

const LONG: &str = match std::str::from_utf8(&[b'x'; MAX_NONCE + 1]) {
    Ok(text) => text,
    Err(_) => "",
};

#[test]
fn the_first_rule_that_is_broken_is_told() {
    let host = host();
    let id = host.id(&web());
    for (at, (changes, text)) in BROKEN.iter().enumerate() {
        assert_eq!(host.to_client(&query(&id, changes)).1, *text);
        for (later, _) in &BROKEN[at + 1..] {
            // With the same parameter in both, the earlier one counts.
            let both = [*changes, later].concat();
            assert_eq!(host.to_client(&query(&id, &both)).1, *text, "{both:?}");
        }
    }
}

#[test]
fn rfc6749_4_1_2_1_and_rfc9207_2_what_an_error_comes_with() {
    let host = host();
    let uri = "https://app.example.com/a?b=%20+c&b";
    let id = host.id(&with(web(), &json!({ "redirect_uris": [uri] })));
    for state in
        ["", "x", "a b&c=d#e", "\u{e4}\"\\", "\r\nLocation: https://evil.example/", &"x".repeat(9000)]
    {
        let location =
            host.refusal(&query(&id, &[("redirect_uri", uri), ("prompt", "none"), ("state", state)]));
        let rest = location.as_str().strip_prefix(uri).unwrap().strip_prefix('&').unwrap();
        assert!(rest.bytes().all(|byte| byte.is_ascii_graphic()), "{rest}");
        let pairs: Vec<_> = form_urlencoded::parse(rest.as_bytes()).into_owned().collect();
        let mut expected = vec![("error", "login_required"), ("error_description", "the user must log in")];
        if !state.is_empty() {
            expected.push(("state", state));
        }
        expected.push(("iss", ISSUER));
        assert!(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(expected), "{rest}");
    }
}

#[test]
fn rfc6749_4_1_2_1_errors_of_later() {
    let host = host();
    let request = host.request(&query(&host.id(&web()), &[]));
    for code in ErrorCode::ALL {
        let refusal = request.refusal(ISSUER, &EndpointError::new(code, "x"));
        let expected = format!(
            "{URI}?error={}&error_description=x&state=af0ifjsldkj&iss=https%3A%2F%2Fcapulet.example",
            code.name()
        );
        assert_eq!(refusal, code.is_for_redirect().then_some(expected));
    }
}

#[test]
fn out_of_band_errors_are_the_users() {
    let host = host();
    let id = host.id(&native());
    let query = |changes: &[(&str, &str)]| query(&id, &[changes, &[("redirect_uri", OUT_OF_BAND)]].concat());
    let request = host.request(&query(&[]));
    assert!(request.address().is_out_of_band());
    assert_eq!(request.address().redirect_uri(), Some((OUT_OF_BAND, true)));
    assert_eq!(request.address().location(ISSUER, &[("code", "x")]), None);
    for (changes, text) in BROKEN {
        assert_eq!(host.to_user(&query(changes)).1, text);
    }
    // There is no fragment that could be copied.
    let both = with(
        native(),
        &json!({
            "grant_types": ["authorization_code", "implicit"], "response_types": ["code", "token"],
        }),
    );
    let id = host.id(&both);
    let query = self::query(&id, &[("redirect_uri", OUT_OF_BAND), ("response_type", "token")]);
    assert_eq!(host.to_user(&query), (NOT_ALLOWED.0, NOT_ALLOWED.1.into()));
}

#[test]
fn rfc8628_3_3_devices() {
    let host = host();
    let client = register(&host.registrar, &device()).client;
    let state = host.device_state(&client, NOW);
    let query = |changes: &[(&str, &str)]| device_query(client.id(), &state, changes);
    let request = host.request(&query(&[]));
    assert!(request.address().is_device());
    assert_eq!(request.user_code(), Some("BCDF-GHJK"));
    assert_eq!((request.response_type(), request.scope()), (ResponseType::Code, "openid xmpp"));
    let denied = EndpointError::new(ErrorCode::AccessDenied, "x");
    assert_eq!((request.address().redirect_uri(), request.refusal(ISSUER, &denied)), (None, None));
    for (changes, (code, text)) in [
        (&[("response_type", "")][..], ("invalid_request", "missing 'response_type'")),
        (&[("response_type", "token")], NOT_ALLOWED),
        (&[("response_type", "x")], NOT_ALLOWED),
        (&[("request", "x")], ("request_not_supported", "'request' not supported")),
        (&[("response_mode", "x")], BAD_MODE),
        (&[("scope", "unknown")], UNKNOWN_SCOPE),
        (&[("prompt", "none")], MUST_LOG_IN),
        (&[("state", "")], ("invalid_request", "missing 'state'")),
        (&[("state", "x")], BAD_STATE),
        (&[("state", &state[1..])], BAD_STATE),
        (&[("state", &format!("{state}="))], BAD_STATE),
        (&[("state", "BCDF-GHJK")], BAD_STATE),
        (&[("prompt", "none"), ("state", "x")], MUST_LOG_IN),
    ] {
        assert_eq!(host.to_user(&query(changes)), (code, text.to_owned()), "{changes:?}");
    }
    // PKCE is not for devices.
    for challenge in ["x", CHALLENGE] {
        host.request(&query(&[("code_challenge", challenge)]));
    }
}

#[test]
fn rfc8628_3_2_the_state_of_a_device_is_its_clients_for_ten_minutes() {
    let host = host();
    let other = with(device(), &json!({ "client_name": "Crypt" }));
    let (client, other) =
        (register(&host.registrar, &device()).client, register(&host.registrar, &other).client);
    let ring = &host.registrar.ring;
    let token = DeviceToken { user_code: "BCDF-GHJK".into(), issued_at: NOW };
    let device_code = token.seal(ring, Kind::DeviceCode, &client, &[7; NONCE]);
    let elsewhere =
        token.seal(&registrar_of("montague.example", KEY, &[]).ring, Kind::State, &client, &[7; NONCE]);
    let no_token = ring.seal(Purpose::DeviceState, client.hash(), b"{}", &[7; NONCE]);
    for bad in [device_code, elsewhere, no_token, host.device_state(&other, NOW)] {
        assert_eq!(host.to_user(&device_query(client.id(), &bad, &[])).1, BAD_STATE.1);
    }
    for (issued_at, is_good) in [
        (NOW, true),
        (NOW - device_token::LIFETIME + 1, true),
        (NOW - device_token::LIFETIME, false),
        (i64::MIN, false),
    ] {
        let query = device_query(client.id(), &host.device_state(&client, issued_at), &[]);
        assert_eq!(host.read(&query).is_ok(), is_good, "{issued_at}");
    }
    let newer = Host { registrar: registrar_of(HOST, b"new", &[KEY.to_vec()]), ..self::host() };
    newer.request(&device_query(client.id(), &host.device_state(&client, NOW), &[]));
}

#[test]
fn rfc8628_3_4_only_who_has_registered_it_is_a_device() {
    let host = host();
    for metadata in [web(), native(), implicit()] {
        let client = register(&host.registrar, &metadata).client;
        let state = host.device_state(&client, NOW);
        let told = host.to_user(&device_query(client.id(), &state, &[]));
        assert_eq!(told.1, "Invalid 'redirect_uri' parameter");
    }
    // The others have a user code of nobody.
    assert_eq!(host.request(&query(&host.id(&web()), &[])).user_code(), None);
}

#[test]
fn a_login_counts_for_the_very_same_query() {
    let host = host();
    let id = host.id(&web());
    let query = query(&id, &[]);
    let request = host.request(&query);
    let token = request.login_token(&host.registrar, &login(), &[7; NONCE]);
    let read = |query: &str| host.request(query).read_login_token(&host.registrar, &token, NOW);
    assert_eq!(read(&query), Ok(login()));
    for other in [
        format!("{query}&"),
        format!("&{query}"),
        format!("{query}&x"),
        query.replace("scope=openid+xmpp", "scope=xmpp+openid"),
        query.replace("openid+xmpp", "openid%20xmpp"),
        query.replace("&state=af0ifjsldkj", ""),
        query.replace("state=a", "state=%61"),
        query.replace("&state=af0ifjsldkj", "") + "&state=af0ifjsldkj",
        query.replace("n-0S6", "n-0S7"),
        query.replace(CHALLENGE, &base64url::encode([0; 32])),
        query.replace(&id, &host.id(&with(web(), &json!({ "client_name": "Another" })))),
    ] {
        assert_ne!(other, query);
        assert_eq!(read(&other), Err(BadLogin::Invalid), "{other}");
    }
}

#[test]
fn a_login_lasts_for_ten_minutes_and_over_a_restart() {
    let before = host();
    let query = query(&before.id(&web()), &[]);
    let token = before.request(&query).login_token(&before.registrar, &login(), &[7; NONCE]);
    for (name, key, previous, expected) in [
        (HOST, KEY, vec![], Ok(login())),
        (HOST, &b"new"[..], vec![KEY.to_vec()], Ok(login())),
        (HOST, b"new", vec![], Err(BadLogin::Invalid)),
        ("montague.example", KEY, vec![], Err(BadLogin::Invalid)),
    ] {
        let other = registrar_of(name, key, &previous);
        let read = |now| before.request(&query).read_login_token(&other, &token, now);
        assert_eq!(read(NOW), expected);
        assert_eq!(read(NOW + login_token::LIFETIME - 1), expected);
        let expired = if expected.is_ok() { BadLogin::Expired } else { BadLogin::Invalid };
        assert_eq!(read(NOW + login_token::LIFETIME), Err(expired));
    }
}

#[test]
fn every_character_of_a_login_counts() {
    let host = host();
    let id = host.id(&web());
    let request = host.request(&query(&id, &[]));
    let token = request.login_token(&host.registrar, &login(), &[7; NONCE]);
    let read = |token: &str| request.read_login_token(&host.registrar, token, NOW);
    for at in 0..token.len() {
        for other in ["A", "B", "_", ".", "=", ""] {
            let changed = format!("{}{other}{}", &token[..at], &token[at + 1..]);
            assert_eq!(read(&changed).is_ok(), changed == token, "{changed}");
        }
    }
    let code = request.code(&host.registrar, login(), "openid".into(), NOW, &[7; NONCE]).unwrap();
    for other in ["", "juliet", &code, &id, &"A".repeat(20_000), &format!("{token}=")] {
        assert_eq!(read(other), Err(BadLogin::Invalid), "{other}");
    }
}

#[test]
fn rfc6749_4_1_2_the_code_says_what_was_asked_and_granted() {
    let host = lax();
    for (metadata, changes, redirect, challenge) in [
        (web(), &[][..], (URI, true), Some((ChallengeMethod::S256, CHALLENGE))),
        (web(), &[("redirect_uri", "")], (URI, false), Some((ChallengeMethod::S256, CHALLENGE))),
        (
            web(),
            &[("code_challenge", VERIFIER), ("code_challenge_method", "")],
            (URI, true),
            Some((ChallengeMethod::Plain, VERIFIER)),
        ),
        (web(), &[("code_challenge", ""), ("code_challenge_method", "")], (URI, true), None),
        (
            native(),
            &[("redirect_uri", "http://localhost:51004/")],
            ("http://localhost:51004/", true),
            Some((ChallengeMethod::S256, CHALLENGE)),
        ),
        (
            native(),
            &[("redirect_uri", OUT_OF_BAND)],
            (OUT_OF_BAND, true),
            Some((ChallengeMethod::S256, CHALLENGE)),
        ),
    ] {
        let client = register(&host.registrar, &metadata).client;
        let request = host.request(&query(client.id(), changes));
        let login = Login { username: "juliet".into(), auth_time: NOW - 9 };
        let code = request.code(&host.registrar, login, "openid".into(), NOW, &[7; NONCE]).unwrap();
        let verifier = challenge.map(|_| VERIFIER).unwrap_or_default();
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("code", &*code), ("code_verifier", verifier), ("redirect_uri", redirect.0)])
            .finish();
        let form = Parameters::read(form.as_bytes()).unwrap();
        let code = AuthorizationCode::redeem(&host.registrar.ring, &client, &form, NOW).unwrap();
        let expected = AuthorizationCode {
            username: "juliet".into(),
            scope: "openid".into(),
            redirect: RedirectUri::new(redirect.0, redirect.1),
            challenge: challenge.map(|(method, value)| Challenge { method, value: value.into() }),
            nonce: Some("n-0S6_WzA2Mj".into()),
            auth_time: NOW - 9,
            issued_at: NOW,
        };
        assert_eq!(code, expected, "{changes:?}");
    }
}

#[test]
fn clients_of_the_community_module_ask_as_ever() {
    let host = host();
    for (metadata, uri) in [
        (web(), URI),
        (native(), "com.example.balcony:/callback"),
        (native(), "http://127.0.0.1:51004/"),
        (native(), OUT_OF_BAND),
    ] {
        let id = community_id(&community_payload(&metadata));
        let request = host.request(&query(&id, &[("redirect_uri", uri)]));
        assert_eq!(request.client().id(), id);
        let is_public = request.client().metadata().is_public();
        let without = query(&id, &[("redirect_uri", uri), ("code_challenge", "")]);
        let told = if uri == OUT_OF_BAND { host.to_user(&without) } else { host.to_client(&without) };
        assert_eq!(told.1, PKCE_REQUIRED.1, "{is_public}");
    }
    let id = community_id(&community_payload(&with(device(), &json!({ "response_types": null }))));
    let client = host.registrar.open(&id, NOW).unwrap();
    host.request(&device_query(&id, &host.device_state(&client, NOW), &[]));
    // It has let clients be that have no response type, or a redirect URI that must not go into a header.
    let id = community_id(&community_payload(&with(web(), &json!({ "response_types": [] }))));
    host.check(&query(&id, &[]), Some(NOT_REGISTERED));
    for uri in
        ["https://app.example.com/\r\nx:y", "https://app.example.com/ ", "https://app.example.com/\u{e4}"]
    {
        let id = community_id(&community_payload(&with(web(), &json!({ "redirect_uris": [uri] }))));
        assert_eq!(host.to_user(&query(&id, &[("redirect_uri", uri)])).1, "Invalid 'redirect_uri' parameter");
        assert_eq!(host.to_user(&query(&id, &[("redirect_uri", "")])).1, "Invalid 'redirect_uri' parameter");
    }
}
