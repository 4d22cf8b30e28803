//! RFC 7591.

use super::*;
use crate::json::Malformed;
use crate::oauth::registrar::MAX_BODY;

#[test]
fn rfc7591_3_2_1_the_answer() {
    let metadata = with(
        web(),
        &json!({
            "redirect_uris": ["https://app.example.com/callback", "https://app.example.com:8443/"],
            "token_endpoint_auth_method": "client_secret_post",
            "grant_types": ["refresh_token", "authorization_code"],
            "response_types": ["code"],
            "scope": "openid xmpp",
            "contacts": ["mailto:nurse@app.example.com"],
            "logo_uri": "https://app.example.com/logo.svg",
            "tos_uri": "https://app.example.com/tos",
            "policy_uri": "https://app.example.com/privacy",
            "software_id": "32a0a8f3-4016-5478-905a-c373156eca73",
            "software_version": "1.0",
            "id_token_signed_response_alg": "ES256",
            "client_name#de": "Veroneser Post",
            "tos_uri#pt-br": "https://app.example.com/termos",
        }),
    );
    let registrar = registrar();
    let Registered { client, answer } = register(&registrar, &metadata);
    let verification_key = MacKey::new(MacAlgorithm::Hs256, KEY).tag(&[HOST.as_bytes()]);
    let token = MacKey::new(MacAlgorithm::Hs256, &verification_key).tag(&[b"rat", client.id().as_bytes()]);
    let expected = with(
        metadata,
        &json!({
            "application_type": "web",
            "client_id": client.id(),
            "client_id_issued_at": NOW,
            "client_secret": secret_of(client.id()),
            "client_secret_expires_at": 0,
            "nonce": "BwcHBwcHBwcH",
            "iat": NOW,
            "exp": NOW + 3600,
            "registration_access_token": base64url::encode(token),
            "registration_client_uri": format!("{ENDPOINT}?client_id={}", client.id()),
        }),
    );
    assert_eq!(read(&answer), expected);
}

#[test]
fn rfc7591_2_defaults() {
    let answer = answer(&registrar(), &web());
    assert_eq!(answer["application_type"], "web");
    assert_eq!(answer["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(answer["grant_types"], json!(["authorization_code"]));
    assert_eq!(answer["response_types"], json!(["code"]));
    assert_eq!(answer["id_token_signed_response_alg"], "ES256");
    for member in ["scope", "contacts", "logo_uri", "software_id"] {
        assert_eq!(answer.get(member), None, "{member}");
    }
}

#[test]
fn rfc7591_2_what_is_unknown_is_ignored() {
    let registrar = registrar();
    let others = json!({
        "jwks_uri": "https://app.example.com/jwks", "jwks": { "keys": [] }, "sector_identifier_uri": "x",
        "subject_type": "pairwise", "default_max_age": 1, "require_auth_time": true, "request_uris": [""],
        "userinfo_signed_response_alg": "none", "x": [[]], "": 1, "client_id": "x", "client_secret": "x",
        "client_id_issued_at": 1, "registration_access_token": "x", "nonce": "x", "iat": 1, "exp": 1,
        "client_name#fr": "Poste", "software_id#de": "x", "software_statement": "ignored, for there are no keys",
    });
    let registered = register(&registrar, &with(web(), &others));
    assert_eq!(registered.answer, register(&registrar, &web()).answer);
    let members: Vec<_> = payload(registered.client.id()).as_object().unwrap().keys().cloned().collect();
    assert_eq!(members, ["client_name", "client_uri", "iat", "nonce", "redirect_uris"]);
}

#[test]
fn rfc7591_2_2_languages_are_those_that_the_operator_allows() {
    let names = json!({
        "client_name#de": "Post", "client_name#DE": "Post", "client_name#pt-br": "Correio", "client_name#pt": "-",
        "client_name#": "-", "client_name#d": "-", "client_name#de#de": "-", "client_uri#de": "https://app.example.com/de",
    });
    let told = answer(&registrar(), &with(web(), &names));
    for (member, value) in names.as_object().unwrap() {
        let expected = (value != "-").then_some(value);
        assert_eq!(told.get(member), expected, "{member}");
    }
    let mut without = registrar();
    without.policy.locales = Vec::new();
    assert_eq!(answer(&without, &with(web(), &names)), answer(&without, &web()));
}

#[test]
fn rfc6749_2_1_public_clients_have_no_secret() {
    let told = answer(&registrar(), &native());
    for member in ["client_secret", "client_secret_expires_at"] {
        assert_eq!(told.get(member), None, "{member}");
    }
    assert_eq!(told["token_endpoint_auth_method"], "none");
    assert_eq!(told["application_type"], "native");
    // Clients of the community module expect these of everybody.
    assert_eq!(told["nonce"], "BwcHBwcHBwcH");
    assert_eq!((&told["iat"], &told["exp"]), (&json!(NOW), &json!(NOW + 3600)));
    assert_eq!(told["registration_access_token"].as_str().map(str::len), Some(43));
}

#[test]
fn an_id_expires_only_if_clients_do() {
    let mut registrar = registrar();
    for (ttl, in_payload, in_answer, of_secret) in
        [(None, None, NOW + 3600, 0), (Some(60), Some(NOW + 60), NOW + 60, NOW + 60)]
    {
        registrar.ttl = ttl;
        let told = answer(&registrar, &web());
        assert_eq!(
            payload(told["client_id"].as_str().unwrap()).get("exp"),
            in_payload.map(Value::from).as_ref()
        );
        assert_eq!(told["exp"], in_answer);
        assert_eq!(told["client_secret_expires_at"], of_secret);
    }
    registrar.ttl = Some(i64::MAX);
    assert_eq!(answer(&registrar, &web())["exp"], i64::MAX);
}

#[test]
fn the_header_says_algorithm_and_key() {
    for algorithm in MacAlgorithm::ALL {
        let mut registrar = registrar();
        registrar.ring = KeyRing::new(HOST, algorithm, KEY, &[]);
        let registered = register(&registrar, &web());
        let header = base64url::decode(registered.client.id().split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        assert_eq!(header["alg"], algorithm.name());
        assert_eq!(header["kid"].as_str().map(str::len), Some(8));
        assert_eq!(header.as_object().unwrap().len(), 2);
        assert_eq!(registered.client.metadata(), register(&self::registrar(), &web()).client.metadata());
    }
}

#[test]
fn no_two_clients_are_the_same() {
    for metadata in [web(), native(), device()] {
        let body = metadata.to_string();
        let told = |nonce: &[u8], now: i64| {
            let request = Request { nonce, now, ..request(body.as_bytes()) };
            read(&registrar().register(request).unwrap().answer)
        };
        let first = told(NONCE, NOW);
        assert_eq!(first, told(NONCE, NOW));
        for other in [told(&[8; 9], NOW), told(&[7; 10], NOW), told(NONCE, NOW + 1)] {
            for member in ["client_id", "registration_access_token", "registration_client_uri"] {
                assert_ne!(first[member], other[member], "{member}");
            }
            assert_eq!(first["client_secret"] == other["client_secret"], metadata == native());
        }
    }
}

#[test]
fn rfc7591_3_1_a_body_that_is_no_json_object() {
    let refusal = |body: &[u8]| registrar().register(request(body)).err().unwrap();
    let bomb = format!(r#"{{"x":{}{}}}"#, "[".repeat(30_000), "]".repeat(30_000));
    for body in
        [&b""[..], b"{", b"{}x", b"{}{}", b"{\"a\":\"\xff\"}", b"\xef\xbb\xbf{}", b"\0", bomb.as_bytes()]
    {
        assert_eq!(refusal(body), Refusal::NotJson(Malformed::Syntax), "{}", body.escape_ascii());
    }
    for body in ["[]", "null", "1", "\"{}\"", "[{}]"] {
        assert_eq!(refusal(body.as_bytes()), Refusal::NotJson(Malformed::NotAnObject), "{body}");
    }
    for body in [r#"{"client_name":"A","client_name":"A"}"#, r#"{"client_name":1,"\u0063lient_name":1}"#] {
        let expected = Refusal::NotJson(Malformed::Duplicate("client_name".into()));
        assert_eq!(refusal(body.as_bytes()), expected);
        assert_eq!((expected.status(), expected.code().name()), (400, "invalid_request"));
    }
}

#[test]
fn a_body_has_up_to_64_kib() {
    let body = web().to_string();
    let padded = |length: usize| format!("{body}{}", " ".repeat(length - body.len()));
    let registrar = registrar();
    assert!(registrar.register(request(padded(MAX_BODY).as_bytes())).is_ok());
    let refusal = registrar.register(request(padded(MAX_BODY + 1).as_bytes())).err().unwrap();
    assert_eq!(refusal, Refusal::BodyTooLarge { limit: 65536 });
    assert_eq!((refusal.status(), refusal.code().name()), (413, "invalid_request"));
}

#[test]
fn an_id_has_a_greatest_length() {
    let mut registrar = registrar();
    for metadata in [web(), native(), device()] {
        registrar.max_size = 4096;
        let length = register(&registrar, &metadata).client.id().len();
        registrar.max_size = length;
        assert_eq!(register(&registrar, &metadata).client.id().len(), length);
        registrar.max_size = length - 1;
        let refusal = try_register(&registrar, &metadata).err().unwrap();
        assert_eq!(refusal, Refusal::IdTooLong { length, limit: length - 1 });
        assert_eq!((refusal.status(), refusal.code().name()), (400, "invalid_client_metadata"));
        assert!(
            refusal.to_string().contains(&format!("{length} bytes long, and the limit is {}", length - 1))
        );
    }
}

#[test]
fn whatever_is_too_long_is_too_long_for_the_id() {
    let long = "x".repeat(4096);
    let uri = format!("https://app.example.com/{long}");
    for member in ["client_name", "client_name#de", "scope", "software_id", "software_version"] {
        let refusal = try_register(&registrar(), &with(web(), &json!({ member: long }))).err();
        assert!(matches!(refusal, Some(Refusal::IdTooLong { limit: 4096, .. })), "{member}");
    }
    for member in ["client_uri", "logo_uri", "tos_uri", "policy_uri"] {
        let refusal = try_register(&registrar(), &with(web(), &json!({ member: uri }))).err();
        assert!(matches!(refusal, Some(Refusal::IdTooLong { .. })), "{member}");
    }
    for member in ["redirect_uris", "contacts"] {
        let refusal = try_register(&registrar(), &with(web(), &json!({ member: [uri] }))).err();
        assert!(matches!(refusal, Some(Refusal::IdTooLong { .. })), "{member}");
    }
}

#[test]
fn no_id_is_longer_than_what_is_looked_at() {
    let mut registrar = registrar();
    registrar.max_size = usize::MAX;
    let named = |length: usize| with(web(), &json!({ "client_name": "x".repeat(length) }));
    let lengths = (12_000..12_300).rev().find_map(|length| try_register(&registrar, &named(length)).ok());
    let longest = lengths.unwrap().client;
    assert!((16_380..=16_384).contains(&longest.id().len()));
    assert_eq!(registrar.open(longest.id(), NOW).unwrap().id(), longest.id());
    let refusal = try_register(&registrar, &named(13_000)).err();
    assert!(matches!(refusal, Some(Refusal::IdTooLong { limit: 16_384, .. })));
}

#[test]
fn rfc7591_3_initial_access_tokens_are_asked_for_elsewhere() {
    let mut registrar = registrar();
    registrar.tokens = InitialAccessTokens::new(vec!["let me in".into()]);
    assert!(try_register(&registrar, &web()).is_ok());
    assert!(!registrar.tokens.admit(None));
}
