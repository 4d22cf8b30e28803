use super::*;
use crate::oauth::revocation::Kind;
use crate::oauth::tests::{
    HOST, KEY, NOW, community_id, community_payload, native, register, registrar, registrar_of, secret_of,
    web, with,
};
use base64::prelude::BASE64_STANDARD;
use serde_json::json;

const FORM: Option<&str> = Some("application/x-www-form-urlencoded");

/// What is answered: the id of the client, or code and description of the error.
type Answer = Result<String, (ErrorCode, String)>;

fn error_of(error: EndpointError) -> (ErrorCode, String) {
    (error.code, error.description.into_owned())
}

fn ask(registrar: &Registrar, request: FormRequest<'_>) -> Answer {
    let parameters = request.parameters().map_err(error_of)?;
    let client = request.client(&parameters, registrar).map_err(error_of)?;
    Ok(client.id().to_owned())
}

fn send(registrar: &Registrar, body: &str, authorization: Option<&str>) -> Answer {
    ask(registrar, FormRequest { body: body.as_bytes(), content_type: FORM, authorization, now: NOW })
}

fn basic_header(pair: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

fn invalid_client(text: &str) -> Answer {
    Err((ErrorCode::InvalidClient, text.into()))
}

fn incorrect() -> Answer {
    invalid_client("incorrect credentials")
}

fn twice() -> Answer {
    let text = "the client must authenticate either in the header or in the body";
    Err((ErrorCode::InvalidRequest, text.into()))
}

/// Every character percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[test]
fn rfc6749_2_3_1_the_secret_in_the_header() {
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let secret = secret_of(&id);
    let plain = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    for header in [
        format!("Basic {plain}"),
        format!("basic {plain}"),
        format!("BASIC  {plain} "),
        format!("Basic {}", plain.trim_end_matches('=')),
        basic_header(&format!("{}:{}", encoded(&id), encoded(&secret))),
    ] {
        for body in
            ["", &format!("client_id={id}"), "client_id=", "client_secret=", "client_id=&client_secret="]
        {
            assert_eq!(send(&registrar, body, Some(&header)), Ok(id.clone()), "{header} {body}");
        }
    }
}

#[test]
fn rfc6749_2_3_1_a_header_that_is_no_basic_one() {
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let secret = secret_of(&id);
    let pair = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    let in_body = format!("client_id={id}&client_secret={secret}");
    for header in [
        String::new(),
        " ".into(),
        "Basic".into(),
        "Basic ".into(),
        pair.clone(),
        format!("Basic{pair}"),
        format!("Basic\t{pair}"),
        format!(" Basic {pair}"),
        format!("Bearer {pair}"),
        format!("Digest {pair}"),
        format!("Basic {pair}, Basic {pair}"),
        format!("Basic {pair} {pair}"),
        format!("Basic {pair}=="),
        format!("Basic {}", &pair[1..]),
        format!("Basic *{}", &pair[1..]),
        basic_header(&id),
        format!("Basic {}", BASE64_STANDARD.encode(b"\xff:\xff")),
    ] {
        let expected = invalid_client("only Basic authentication is known here");
        assert_eq!(send(&registrar, "", Some(&header)), expected, "{header}");
        assert_eq!(send(&registrar, &in_body, Some(&header)), expected, "{header}");
    }
}

#[test]
fn rfc6749_5_2_wrong_in_the_header() {
    let registrar = registrar();
    let (id, other) = (register(&registrar, &web()).client, register(&registrar, &native()).client);
    let (id, other) = (id.id(), other.id());
    let secret = secret_of(id);
    for pair in [
        ":".to_owned(),
        format!(":{secret}"),
        format!("{id}:"),
        format!("{id}:{}", &secret[1..]),
        format!("{id}:{secret}0"),
        format!("{id}: {secret}"),
        format!("{id}:+{secret}"),
        format!("{id}:{secret}%00"),
        format!("{id}:{secret}%ff"),
        format!("{id}:{secret}:"),
        format!("{id}:{}", secret.to_uppercase()),
        format!("{id}:{}", secret_of(other)),
        format!(" {id}:{secret}"),
        format!("{id}%20:{secret}"),
        format!("{}:{secret}", &id[1..]),
        format!("{secret}:{id}"),
        format!("{other}:{}", secret_of(other)),
        format!("{other}:{secret}"),
    ] {
        assert_eq!(send(&registrar, "", Some(&basic_header(&pair))), incorrect(), "{pair}");
    }
}

#[test]
fn rfc6749_2_3_1_the_secret_in_the_body() {
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let secret = secret_of(&id);
    for body in [
        format!("client_id={id}&client_secret={secret}"),
        format!("client_secret={secret}&x=&client_id={id}"),
        format!("client_id={}&client_secret={}", encoded(&id), encoded(&secret)),
    ] {
        assert_eq!(send(&registrar, &body, None), Ok(id.clone()), "{body}");
    }
    for body in [
        format!("client_id={id}"),
        format!("client_id={id}&client_secret="),
        format!("client_id={id}&client_secret={}", &secret[1..]),
        format!("client_id={id}&client_secret={secret}+"),
        format!("client_id={id}&client_secret={}", "0".repeat(60_000)),
        format!("client_id={}&client_secret={secret}", &id[1..]),
        format!("client_id={id}+&client_secret={secret}"),
        format!("client_id={}&client_secret={secret}", "a".repeat(60_000)),
        format!("client_id={secret}&client_secret={id}"),
    ] {
        assert_eq!(send(&registrar, &body, None), incorrect(), "{body}");
    }
    for body in ["", "client_id=", "client_id", "client_secret=x", "Client_id=x", "client_id[]=x"] {
        assert_eq!(send(&registrar, body, None), invalid_client("missing 'client_id'"), "{body}");
    }
}

#[test]
fn rfc6749_2_3_not_more_than_one_method() {
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let other = register(&registrar, &native()).client.id().to_owned();
    let secret = secret_of(&id);
    let (right, wrong) = (basic_header(&format!("{id}:{secret}")), basic_header(&format!("{id}:x")));
    for header in [&right, &wrong] {
        for body in [
            format!("client_secret={secret}"),
            "client_secret=x".into(),
            format!("client_id={id}&client_secret={secret}"),
            format!("client_id={other}"),
            "client_id=x".into(),
            format!("client_id={}", id.to_uppercase()),
        ] {
            assert_eq!(send(&registrar, &body, Some(header)), twice(), "{body}");
        }
    }
    assert_eq!(send(&registrar, &format!("client_id={id}"), Some(&wrong)), incorrect());
}

#[test]
fn rfc6749_2_1_public_clients_send_no_secret() {
    let registrar = registrar();
    let id = register(&registrar, &native()).client.id().to_owned();
    let in_body = format!("client_id={id}");
    let in_header = basic_header(&format!("{id}:"));
    assert_eq!(send(&registrar, &in_body, None), Ok(id.clone()));
    assert_eq!(send(&registrar, &format!("{in_body}&client_secret="), None), Ok(id.clone()));
    assert_eq!(send(&registrar, "", Some(&in_header)), Ok(id.clone()));
    assert_eq!(send(&registrar, &in_body, Some(&in_header)), Ok(id.clone()));
    for secret in ["x", &secret_of(&id), "+"] {
        assert_eq!(send(&registrar, &format!("{in_body}&client_secret={secret}"), None), incorrect());
        assert_eq!(send(&registrar, "", Some(&basic_header(&format!("{id}:{secret}")))), incorrect());
    }
}

#[test]
fn rfc7591_2_how_a_client_authenticates_is_not_held_against_it() {
    let registrar = registrar();
    for method in ["client_secret_basic", "client_secret_post"] {
        let metadata = with(web(), &json!({ "token_endpoint_auth_method": method }));
        for id in [
            register(&registrar, &metadata).client.id().to_owned(),
            community_id(&community_payload(&metadata)),
        ] {
            let secret = secret_of(&id);
            let in_body = format!("client_id={id}&client_secret={secret}");
            assert_eq!(send(&registrar, &in_body, None), Ok(id.clone()), "{method}");
            let in_header = basic_header(&format!("{id}:{secret}"));
            assert_eq!(send(&registrar, "", Some(&in_header)), Ok(id.clone()), "{method}");
        }
    }
}

#[test]
fn clients_of_another_host_another_key_or_another_time() {
    let id = register(&registrar(), &web()).client.id().to_owned();
    let in_body = format!("client_id={id}&client_secret={}", secret_of(&id));
    for (host, key, previous, is_known) in [
        (HOST, KEY, vec![], true),
        (HOST, &b"new"[..], vec![b"older".to_vec(), KEY.to_vec()], true),
        (HOST, b"new", vec![], false),
        ("montague.example", KEY, vec![], false),
        ("montague.example", b"new", vec![KEY.to_vec()], false),
    ] {
        let expected = if is_known { Ok(id.clone()) } else { incorrect() };
        assert_eq!(send(&registrar_of(host, key, &previous), &in_body, None), expected, "{host}");
    }

    let mut registrar = registrar();
    registrar.ttl = Some(60);
    let short = register(&registrar, &native()).client;
    let in_body = format!("client_id={}", short.id());
    let at = |registrar: &Registrar, now| {
        let request =
            FormRequest { body: in_body.as_bytes(), content_type: FORM, authorization: None, now: NOW + now };
        ask(registrar, request)
    };
    assert_eq!(at(&registrar, 59), Ok(short.id().to_owned()));
    assert_eq!(at(&registrar, 60), incorrect());
    registrar.revocations.add(Kind::Client, short.hash(), 0);
    assert_eq!(at(&registrar, 0), incorrect());
}

#[test]
fn rfc6749_3_2_what_is_no_form() {
    let registrar = registrar();
    let id = register(&registrar, &native()).client.id().to_owned();
    let body = format!("client_id={id}");
    let with_type = |content_type, body: &[u8]| {
        ask(&registrar, FormRequest { body, content_type, authorization: None, now: NOW })
    };
    for good in [FORM, Some("Application/x-www-form-urlencoded ; charset=UTF-8")] {
        assert_eq!(with_type(good, body.as_bytes()), Ok(id.clone()));
    }
    let text = "Could not parse request body as 'application/x-www-form-urlencoded'";
    let expected = |why: &str| Err((ErrorCode::InvalidRequest, format!("{text}{why}")));
    for bad in [
        None,
        Some(""),
        Some("application/json"),
        Some("multipart/form-data; boundary=x"),
        Some("text/plain"),
    ] {
        assert_eq!(with_type(bad, body.as_bytes()), expected(""), "{bad:?}");
        assert_eq!(with_type(bad, b""), invalid_client("missing 'client_id'"), "{bad:?}");
    }
    for (bad, why) in [
        (&b"code=1&code=2"[..], ": 'code' is there twice or is no text"),
        (b"client_secret=%ff", ": 'client_secret' is there twice or is no text"),
        (b"client_secret=\xff", ": 'client_secret' is there twice or is no text"),
        (b"client_secret=%00", ": 'client_secret' is there twice or is no text"),
        (b"%22=1&%22=2", ": a parameter is there twice or is no text"),
        (&vec![b'a'; 65_537], ": too long"),
    ] {
        assert_eq!(with_type(FORM, bad), expected(why), "{}", bad.escape_ascii());
    }
}

#[test]
fn rfc6749_5_2_the_form_is_read_before_the_header() {
    let request = FormRequest { body: b"a&a", content_type: FORM, authorization: Some("x"), now: NOW };
    assert_eq!(request.parameters().unwrap_err().code, ErrorCode::InvalidRequest);
}

#[test]
fn rfc7009_2_1_whether_somebody_says_who_he_is() {
    for (body, authorization, expected) in [
        ("", None, false),
        ("token=x", None, false),
        ("client_id=", None, false),
        ("client_id=x", None, true),
        ("", Some(""), true),
        ("", Some("Bearer x"), true),
    ] {
        let request = FormRequest { body: body.as_bytes(), content_type: FORM, authorization, now: NOW };
        let parameters = request.parameters().unwrap();
        assert_eq!(request.has_credentials(&parameters), expected, "{body} {authorization:?}");
    }
}
