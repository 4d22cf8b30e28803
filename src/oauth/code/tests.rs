use super::*;
use crate::oauth::registrar::Registrar;
use crate::oauth::seal::Purpose;
use crate::oauth::tests::{HOST, KEY, NOW, native, register, registrar, registrar_of, web};

// RFC 7636 appendix B
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const URI: &str = "https://app.example.com/callback";

const WRONG: &str = "the code is wrong or has expired";
const NO_PROOF: &str = "'code_verifier' does not fit";
const OTHER_URI: &str = "'redirect_uri' is not that of the authorization request";

fn challenge(method: ChallengeMethod, value: &str) -> Challenge {
    Challenge { method, value: value.into() }
}

fn code() -> AuthorizationCode {
    AuthorizationCode {
        username: "juliet".into(),
        scope: "openid xmpp".into(),
        redirect: RedirectUri::new(URI, true),
        challenge: Some(challenge(ChallengeMethod::S256, CHALLENGE)),
        nonce: Some("n-0S6_WzA2Mj".into()),
        auth_time: NOW - 5,
        issued_at: NOW,
    }
}

fn without_pkce() -> AuthorizationCode {
    AuthorizationCode { challenge: None, ..code() }
}

fn client(registrar: &Registrar) -> Client {
    register(registrar, &web()).client
}

fn seal(registrar: &Registrar, code: &AuthorizationCode) -> String {
    code.seal(&registrar.ring, &client(registrar), &[7; NONCE])
}

/// The form of a request; what is empty is left out.
fn form(members: &[(&str, &str)]) -> String {
    let members = members.iter().filter(|(_, value)| !value.is_empty());
    form_urlencoded::Serializer::new(String::new()).extend_pairs(members).finish()
}

fn redeem(
    registrar: &Registrar,
    client: &Client,
    form: &str,
    now: i64,
) -> Result<AuthorizationCode, EndpointError> {
    AuthorizationCode::redeem(&registrar.ring, client, &Parameters::read(form.as_bytes()).unwrap(), now)
}

/// Why a code is refused that is redeemed with these; an empty text if it is not.
fn problem(code: &AuthorizationCode, verifier: &str, uri: &str) -> String {
    let registrar = registrar();
    let sealed = seal(&registrar, code);
    let form = form(&[("code", &sealed), ("code_verifier", verifier), ("redirect_uri", uri)]);
    refusal(redeem(&registrar, &client(&registrar), &form, NOW))
}

fn refusal(redeemed: Result<AuthorizationCode, EndpointError>) -> String {
    let Err(error) = redeemed else { return String::new() };
    assert_eq!(error.code, ErrorCode::InvalidGrant, "{error:?}");
    error.description.into_owned()
}

#[test]
fn rfc6749_4_1_3_what_was_granted_comes_back() {
    let registrar = registrar();
    let odd = AuthorizationCode {
        username: "j\u{fc}l\u{ee}et\"\\".into(),
        scope: String::new(),
        nonce: None,
        auth_time: i64::MIN,
        ..code()
    };
    let plain = AuthorizationCode { challenge: Some(challenge(ChallengeMethod::Plain, VERIFIER)), ..code() };
    for code in [code(), odd, plain] {
        let form =
            form(&[("code", &seal(&registrar, &code)), ("code_verifier", VERIFIER), ("redirect_uri", URI)]);
        assert_eq!(redeem(&registrar, &client(&registrar), &form, NOW), Ok(code));
    }
}

#[test]
fn rfc6749_4_1_3_a_code_is_required() {
    let registrar = registrar();
    for form in ["", "code=", "code", "Code=x", "code_verifier=x"] {
        let error = redeem(&registrar, &client(&registrar), form, NOW).unwrap_err();
        assert_eq!(error, EndpointError::new(ErrorCode::InvalidRequest, "missing 'code'"), "{form}");
    }
}

#[test]
fn rfc6749_4_1_2_a_code_lives_for_ten_minutes() {
    let registrar = registrar();
    let form = form(&[("code", &seal(&registrar, &code())), ("code_verifier", VERIFIER)]);
    for (now, expected) in [
        (i64::MIN, WRONG),
        (NOW - 301, WRONG),
        (NOW - 300, ""),
        (NOW, ""),
        (NOW + 599, ""),
        (NOW + 600, WRONG),
        (NOW + 601, WRONG),
        (i64::MAX, WRONG),
    ] {
        assert_eq!(refusal(redeem(&registrar, &client(&registrar), &form, now)), expected, "{now}");
    }
}

#[test]
fn rfc6749_4_1_2_a_code_is_the_clients_to_which_it_was_issued() {
    let registrar = registrar();
    let form = form(&[("code", &seal(&registrar, &without_pkce())), ("redirect_uri", URI)]);
    assert!(redeem(&registrar, &client(&registrar), &form, NOW).is_ok());
    let other = register(&registrar, &native()).client;
    assert_eq!(refusal(redeem(&registrar, &other, &form, NOW)), WRONG);
    // The same metadata, registered again, is another client.
    let body = web().to_string();
    let request =
        crate::oauth::registrar::Request { nonce: &[8; 9], ..crate::oauth::tests::request(body.as_bytes()) };
    let twin = registrar.register(request).unwrap().client;
    assert_eq!(refusal(redeem(&registrar, &twin, &form, NOW)), WRONG);
}

#[test]
fn a_code_is_good_on_its_host_with_its_key() {
    let registrar = registrar();
    let client = client(&registrar);
    let form = form(&[("code", &seal(&registrar, &code())), ("code_verifier", VERIFIER)]);
    for (host, key, previous, expected) in [
        (HOST, KEY, vec![], ""),
        (HOST, &b"new"[..], vec![KEY.to_vec()], ""),
        (HOST, b"new", vec![b"older".to_vec(), KEY.to_vec()], ""),
        (HOST, b"new", vec![], WRONG),
        (HOST, b"new", vec![b"older".to_vec()], WRONG),
        ("montague.example", KEY, vec![], WRONG),
        ("montague.example", b"new", vec![KEY.to_vec()], WRONG),
        ("", KEY, vec![], WRONG),
    ] {
        let other = registrar_of(host, key, &previous);
        assert_eq!(refusal(redeem(&other, &client, &form, NOW)), expected, "{host}");
    }
}

#[test]
fn every_character_counts() {
    let registrar = registrar();
    let client = client(&registrar);
    let sealed = seal(&registrar, &without_pkce());
    let redeem = |code: &str| refusal(redeem(&registrar, &client, &form(&[("code", code)]), NOW));
    for at in 0..sealed.len() {
        let own = &sealed[at..=at];
        let other = if own == "A" { "B" } else { "A" };
        let case: String = own
            .chars()
            .map(|c| if c.is_ascii_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
            .collect();
        for new in [other, &case, "_", ".", "=", "+", " ", "\u{e4}", ""] {
            let changed = format!("{}{new}{}", &sealed[..at], &sealed[at + 1..]);
            assert_eq!(redeem(&changed), if changed == sealed { OTHER_URI } else { WRONG }, "{changed}");
        }
        let longer = format!("{}A{}", &sealed[..at], &sealed[at..]);
        assert_eq!(redeem(&longer), WRONG);
        if at > 0 {
            assert_eq!(redeem(&sealed[..at]), WRONG);
            assert_eq!(redeem(&sealed[at..]), WRONG);
        }
    }
    for other in [
        format!("{sealed}="),
        format!(" {sealed}"),
        format!("{sealed}{sealed}"),
        "A".repeat(60_000),
        "x".into(),
    ] {
        assert_eq!(redeem(&other), WRONG);
    }
}

#[test]
fn what_is_sealed_for_something_else_is_no_code() {
    let registrar = registrar();
    let client = client(&registrar);
    let form = |sealed: &str| form(&[("code", sealed), ("code_verifier", VERIFIER)]);
    let good = registrar.ring.unseal(Purpose::Code, client.hash(), &seal(&registrar, &code())).unwrap();
    let sealed = |purpose, content: &[u8]| registrar.ring.seal(purpose, client.hash(), content, &[9; NONCE]);
    assert!(redeem(&registrar, &client, &form(&sealed(Purpose::Code, &good)), NOW).is_ok());
    for purpose in [Purpose::Login, Purpose::DeviceCode, Purpose::DeviceState, Purpose::SigningKey] {
        assert_eq!(refusal(redeem(&registrar, &client, &form(&sealed(purpose, &good)), NOW)), WRONG);
    }
    let unknown_method = String::from_utf8(good.clone()).unwrap().replace("S256", "S512");
    for bad in
        [&b""[..], b"{}", b"[]", b"null", &good[1..], &[&good[..], b"x"].concat(), unknown_method.as_bytes()]
    {
        let form = form(&sealed(Purpose::Code, bad));
        assert_eq!(refusal(redeem(&registrar, &client, &form, NOW)), WRONG, "{}", bad.escape_ascii());
    }
}

#[test]
fn rfc7636_4_6_the_verifier_has_to_fit() {
    let other = "e".repeat(43);
    for (method, value, verifier, expected) in [
        (ChallengeMethod::S256, CHALLENGE, VERIFIER, ""),
        (ChallengeMethod::S256, CHALLENGE, "", NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, CHALLENGE, NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, &VERIFIER[1..], NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, &format!("{VERIFIER}="), NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, &format!("{VERIFIER} "), NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, &VERIFIER.to_uppercase(), NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, &other, NO_PROOF),
        (ChallengeMethod::S256, CHALLENGE, &"e".repeat(60_000), NO_PROOF),
        (ChallengeMethod::Plain, VERIFIER, VERIFIER, ""),
        (ChallengeMethod::Plain, VERIFIER, "", NO_PROOF),
        (ChallengeMethod::Plain, VERIFIER, &VERIFIER[1..], NO_PROOF),
        (ChallengeMethod::Plain, CHALLENGE, VERIFIER, NO_PROOF),
        (ChallengeMethod::Plain, VERIFIER, &other, NO_PROOF),
    ] {
        let code = AuthorizationCode { challenge: Some(challenge(method, value)), ..code() };
        assert_eq!(problem(&code, verifier, URI), expected, "{method:?} {verifier}");
        assert_eq!(problem(&code, verifier, ""), expected, "{method:?} {verifier}");
    }
}

#[test]
fn rfc7636_4_1_verifiers_have_43_to_128_characters() {
    for (length, expected) in [(42, NO_PROOF), (43, ""), (128, ""), (129, NO_PROOF)] {
        let verifier = "~".repeat(length);
        let hash = base64url::encode(Sha256::digest(&verifier));
        for challenge in
            [challenge(ChallengeMethod::S256, &hash), challenge(ChallengeMethod::Plain, &verifier)]
        {
            assert_eq!(
                problem(&AuthorizationCode { challenge: Some(challenge), ..code() }, &verifier, URI),
                expected,
                "{length}"
            );
        }
    }
}

#[test]
fn rfc9700_2_1_1_a_verifier_needs_a_challenge() {
    for verifier in [VERIFIER, "x", CHALLENGE] {
        assert_eq!(problem(&without_pkce(), verifier, URI), NO_PROOF, "{verifier}");
    }
    assert_eq!(problem(&without_pkce(), "", URI), "");
}

#[test]
fn rfc6749_4_1_3_the_redirect_uri_is_that_of_the_authorization_request() {
    let other = "https://app.example.com/callback/";
    for (is_explicit, has_challenge, sent, expected) in [
        (true, true, URI, ""),
        (true, true, "", ""), // OAuth 2.1
        (true, true, other, OTHER_URI),
        (true, false, URI, ""),
        (true, false, "", OTHER_URI),
        (true, false, other, OTHER_URI),
        (false, true, URI, ""),
        (false, true, "", ""),
        (false, true, other, OTHER_URI),
        (false, false, URI, ""),
        (false, false, "", ""),
        (false, false, other, OTHER_URI),
    ] {
        let challenge = code().challenge.filter(|_| has_challenge);
        let code = AuthorizationCode { redirect: RedirectUri::new(URI, is_explicit), challenge, ..code() };
        let verifier = if has_challenge { VERIFIER } else { "" };
        assert_eq!(problem(&code, verifier, sent), expected, "{is_explicit} {has_challenge} {sent}");
    }
}

#[test]
fn rfc6749_4_1_3_redirect_uris_are_compared_letter_by_letter() {
    for (uri, sent) in [
        (URI, "HTTPS://app.example.com/callback"),
        (URI, "https://app.example.com:443/callback"),
        (URI, "https://app.example.com/callback?"),
        (URI, "https://app.example.com/%63allback"),
        (URI, "x"),
        // What the authorization endpoint takes for the same is not the same here.
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8081/"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1/"),
        ("http://127.0.0.1:8080/", "http://localhost:8080/"),
        ("http://127.0.0.1:8080/", "http://[::1]:8080/"),
    ] {
        let code = AuthorizationCode { redirect: RedirectUri::new(uri, true), ..code() };
        assert_eq!(problem(&code, VERIFIER, uri), "", "{uri}");
        assert_eq!(problem(&code, VERIFIER, sent), OTHER_URI, "{sent}");
    }
}

#[test]
fn rfc6749_5_2_the_code_is_looked_at_first_then_the_proof() {
    assert_eq!(problem(&code(), "x", "x"), NO_PROOF);
    let registrar = registrar();
    let form = form(&[("code", &seal(&registrar, &code())), ("code_verifier", "x"), ("redirect_uri", "x")]);
    assert_eq!(refusal(redeem(&registrar, &client(&registrar), &form, NOW + LIFETIME)), WRONG);
}

#[test]
fn a_failed_attempt_leaves_the_code_as_good_as_it_was() {
    let registrar = registrar();
    let (client, sealed) = (client(&registrar), seal(&registrar, &code()));
    let with = |verifier| form(&[("code", &sealed), ("code_verifier", verifier)]);
    assert_eq!(refusal(redeem(&registrar, &client, &with("x"), NOW)), NO_PROOF);
    assert!(redeem(&registrar, &client, &with(VERIFIER), NOW).is_ok());
}

#[test]
fn the_name_of_a_code_does_not_tell_it() {
    // SHA-256 of "abc" (FIPS 180-4), its first half, in base64url.
    assert_eq!(id("abc"), "ungWv48Bz-pBQUDeXa4iIw");
    let registrar = registrar();
    let code = |nonce| code().seal(&registrar.ring, &client(&registrar), &[nonce; NONCE]);
    assert_ne!(id(&code(1)), id(&code(2)));
    assert_eq!(id(&code(1)), id(&code(1)));
}

#[test]
fn a_code_tells_nothing_and_is_short_enough_to_be_copied() {
    let sealed = seal(&registrar(), &code());
    assert!(sealed.len() < 400, "{}", sealed.len());
    let bytes = base64url::decode(&sealed).unwrap();
    for text in ["juliet", "openid", CHALLENGE] {
        assert!(!bytes.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
}
