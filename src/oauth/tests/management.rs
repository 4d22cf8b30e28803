//! RFC 7592.

use super::*;
use crate::oauth::client::Client;
use crate::oauth::registrar::MAX_BODY;
use crate::oauth::revocation::Kind;

/// A client, and the header with which it manages its registration.
fn managed(registrar: &Registrar, metadata: &Value) -> (Client, String) {
    let Registered { client, answer } = register(registrar, metadata);
    let token = read(&answer)["registration_access_token"].as_str().unwrap().to_owned();
    (client, format!("Bearer {token}"))
}

fn replace(registrar: &Registrar, old: &Client, body: &Value) -> Result<Value, Refusal> {
    let body = body.to_string();
    let request = Request { nonce: &[8; 9], now: NOW + 5, ..request(body.as_bytes()) };
    registrar.replace(old, request).map(|registered| read(&registered.answer))
}

/// What a client sends that wants other metadata.
fn update(old: &Client, changes: &Value) -> Value {
    with(with(web(), &json!({ "client_id": old.id() })), changes)
}

fn problem(registrar: &Registrar, old: &Client, body: &Value) -> String {
    let refusal = replace(registrar, old, body).unwrap_err();
    assert_eq!((refusal.status(), refusal.code().name()), (400, "invalid_client_metadata"));
    refusal.to_string()
}

#[test]
fn rfc7592_2_the_token_of_the_client() {
    let registrar = registrar();
    for metadata in [web(), native(), device()] {
        let (client, header) = managed(&registrar, &metadata);
        let token = header.strip_prefix("Bearer ").unwrap();
        for header in [&header, &format!("bearer {token}"), &format!("BEARER  {token} ")] {
            assert_eq!(registrar.manage(client.id(), Some(header), NOW).unwrap().id(), client.id());
        }
        for header in [
            String::new(),
            "Bearer".into(),
            "Bearer ".into(),
            token.into(),
            format!("Basic {token}"),
            format!("Bearer {}", &token[1..]),
            format!("Bearer {token}A"),
            format!("Bearer {token}="),
            format!("Bearer {token} {token}"),
            format!("Bearer {token}, Bearer {token}"),
            format!("Bearer {}", token.to_uppercase()),
            format!("Bearer {}", secret_of(client.id())),
            format!("Bearer {}", client.id()),
        ] {
            let refusal = registrar.manage(client.id(), Some(&header), NOW).unwrap_err();
            assert_eq!(refusal, Refusal::Token, "{header}");
            assert_eq!((refusal.status(), refusal.code().name()), (401, "invalid_token"));
        }
        assert_eq!(registrar.manage(client.id(), None, NOW).unwrap_err(), Refusal::Token);
        assert!(registrar.authenticate(client.id(), Some(token), NOW).is_err(), "it is no secret");
    }
}

#[test]
fn rfc7592_2_the_token_of_nobody_else() {
    let registrar = registrar();
    let (client, header) = managed(&registrar, &web());
    let (public, public_header) = managed(&registrar, &native());
    let montague = registrar_of("montague.example", KEY, &[]);
    let (stranger, strange_header) = managed(&montague, &web());
    for (id, header) in [
        (client.id(), &public_header),
        (client.id(), &strange_header),
        (public.id(), &header),
        (stranger.id(), &strange_header),
        (stranger.id(), &header),
        ("", &header),
        ("x.y.z", &header),
    ] {
        assert_eq!(registrar.manage(id, Some(header), NOW).unwrap_err(), Refusal::Token);
    }
    assert!(montague.manage(stranger.id(), Some(&strange_header), NOW).is_ok());
}

#[test]
fn rfc7592_2_1_a_client_that_is_over_has_no_token() {
    let mut registrar = registrar();
    registrar.ttl = Some(60);
    let (client, header) = managed(&registrar, &web());
    assert!(registrar.manage(client.id(), Some(&header), NOW + 59).is_ok());
    assert_eq!(registrar.manage(client.id(), Some(&header), NOW + 60).unwrap_err(), Refusal::Token);
    registrar.revocations.add(Kind::Client, client.hash(), 0);
    assert_eq!(registrar.manage(client.id(), Some(&header), NOW).unwrap_err(), Refusal::Token);
    registrar.revocations.remove(Kind::Client, client.hash());
    assert!(registrar.manage(client.id(), Some(&header), NOW).is_ok());
}

#[test]
fn rfc7592_2_1_a_client_reads_what_it_was_told() {
    let mut registrar = registrar();
    for ttl in [None, Some(60)] {
        registrar.ttl = ttl;
        for metadata in [web(), native(), device()] {
            let Registered { client, answer } = register(&registrar, &metadata);
            let opened = registrar.open(client.id(), NOW + 1).unwrap();
            assert_eq!(registrar.describe(&opened, ENDPOINT), answer);
        }
    }
}

#[test]
fn rfc7592_2_2_metadata_is_replaced_and_not_added_to() {
    let mut registrar = registrar();
    registrar.ttl = Some(60);
    let links = json!({ "logo_uri": "https://app.example.com/logo.svg", "scope": "xmpp" });
    let (old, header) = managed(&registrar, &with(web(), &links));
    let changes = json!({ "client_name": "Verona Post", "contacts": ["mailto:a@app.example.com"] });
    let told = replace(&registrar, &old, &update(&old, &changes)).unwrap();
    for (member, expected) in changes.as_object().unwrap() {
        assert_eq!(&told[member], expected);
    }
    for member in ["logo_uri", "scope"] {
        assert_eq!(told.get(member), None, "{member}");
    }
    assert_eq!((&told["iat"], &told["exp"]), (&json!(NOW + 5), &json!(NOW + 65)));
    let id = told["client_id"].as_str().unwrap();
    assert_ne!(id, old.id());
    assert_eq!(told["client_secret"], secret_of(id));
    let new_header = format!("Bearer {}", told["registration_access_token"].as_str().unwrap());
    assert!(registrar.manage(id, Some(&new_header), NOW).is_ok());
    assert!(registrar.manage(id, Some(&header), NOW).is_err());
    // That it is over is for the caller to store.
    assert!(registrar.manage(old.id(), Some(&header), NOW).is_ok());
}

#[test]
fn rfc7592_2_2_the_client_is_named() {
    let registrar = registrar();
    let (old, _) = managed(&registrar, &web());
    let (other, _) = managed(&registrar, &native());
    let text = "'client_id' must be that of the client.";
    assert_eq!(problem(&registrar, &old, &web()), text);
    for id in [
        json!(""),
        json!("x"),
        json!(other.id()),
        json!([old.id()]),
        json!(1),
        json!(format!("{} ", old.id())),
    ] {
        assert_eq!(problem(&registrar, &old, &update(&old, &json!({ "client_id": id }))), text, "{id}");
    }
}

#[test]
fn rfc7592_2_2_what_only_the_server_sets() {
    let registrar = registrar();
    let Registered { client: old, answer } = register(&registrar, &web());
    let answer = read(&answer);
    for member in [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ] {
        for value in [&answer[member], &json!(""), &json!([])] {
            let body = update(&old, &json!({ member: value }));
            assert_eq!(problem(&registrar, &old, &body), format!("'{member}' must not be sent."));
        }
    }
}

#[test]
fn rfc7592_2_2_a_secret_is_that_of_the_client() {
    let registrar = registrar();
    let text = "'client_secret' must be that of the client.";
    let (old, _) = managed(&registrar, &web());
    let secret = secret_of(old.id());
    assert!(replace(&registrar, &old, &update(&old, &json!({ "client_secret": secret }))).is_ok());
    for wrong in
        [json!(""), json!(secret[1..]), json!(format!("{secret}0")), json!([secret]), json!(1), json!(false)]
    {
        let body = update(&old, &json!({ "client_secret": wrong }));
        assert_eq!(problem(&registrar, &old, &body), text, "{wrong}");
    }
    let (public, _) = managed(&registrar, &native());
    for wrong in [json!(""), json!(secret_of(public.id()))] {
        let body = update(&public, &json!({ "client_secret": wrong }));
        assert_eq!(problem(&registrar, &public, &body), text, "{wrong}");
    }
}

#[test]
fn rfc7592_2_2_new_metadata_keeps_to_the_rules() {
    let mut registrar = registrar();
    let (old, _) = managed(&registrar, &web());
    let body = update(&old, &json!({ "redirect_uris": ["http://app.example.com/"] }));
    let refusal = replace(&registrar, &old, &body).unwrap_err();
    assert_eq!(refusal.code().name(), "invalid_redirect_uri");
    let padding = " ".repeat(MAX_BODY);
    for (body, status) in [("[]", 400), ("", 400), (padding.as_str(), 400), (&format!("{padding} "), 413)] {
        let refusal = registrar.replace(&old, request(body.as_bytes())).err().unwrap();
        assert_eq!(refusal.status(), status);
    }
    registrar.max_size = old.id().len();
    let longer = update(&old, &json!({ "client_name": "Verona Mail and More" }));
    assert!(matches!(replace(&registrar, &old, &longer), Err(Refusal::IdTooLong { .. })));
    assert!(replace(&registrar, &old, &update(&old, &json!({}))).is_ok());
}

#[test]
fn rfc7592_2_2_a_client_of_the_community_module_gets_an_id_of_ours() {
    let registrar = registrar();
    let old = registrar.open(&community_id(&community_payload(&web())), NOW).unwrap();
    let told =
        replace(&registrar, &old, &update(&old, &json!({ "client_secret": secret_of(old.id()) }))).unwrap();
    let new = registrar.open(told["client_id"].as_str().unwrap(), NOW).unwrap();
    assert!(!new.is_community());
    assert_eq!(new.metadata(), old.metadata());
}
