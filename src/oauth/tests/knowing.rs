//! Ids, secrets and who is nobody any more.

use super::*;
use crate::oauth::client::{Client, hash};
use crate::oauth::registrar::Unknown;
use crate::oauth::revocation::Kind;

const YEARS_LATER: i64 = NOW + 10 * 366 * 86_400;

fn is_unknown(client: Result<Client, Unknown>) -> Option<Unknown> {
    client.err()
}

#[test]
fn what_registers_opens_again() {
    let registrar = registrar();
    for metadata in [web(), native(), device()] {
        let issued = register(&registrar, &metadata).client;
        let opened = registrar.open(issued.id(), YEARS_LATER).unwrap();
        assert_eq!(opened.metadata(), issued.metadata());
        assert_eq!(opened.claims(), issued.claims());
        assert_eq!(opened.hash(), issued.hash());
        assert_eq!(opened.hash(), hash(issued.id()));
        assert_eq!((opened.issued_at(), opened.expires_at()), (Some(NOW), None));
        assert!(!opened.is_community());
    }
}

#[test]
fn an_id_is_good_on_its_host_with_its_key() {
    let id = register(&registrar(), &web()).client.id().to_owned();
    assert!(registrar().open(&id, NOW).is_ok());
    for (host, key) in [("montague.example", KEY), ("Capulet.example", KEY), ("", KEY), (HOST, b"another")] {
        let other = registrar_of(host, key, &[]);
        assert_eq!(is_unknown(other.open(&id, NOW)), Some(Unknown::Signature), "{host}");
    }
}

#[test]
fn an_id_is_taken_whole() {
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let parts: Vec<_> = id.split('.').collect();
    let other = register(&registrar, &native()).client.id().to_owned();
    let others: Vec<_> = other.split('.').collect();
    for bad in [
        String::new(),
        ".".into(),
        "..".into(),
        parts[..2].join("."),
        format!("{}.", parts[..2].join(".")),
        parts[1..].join("."),
        format!("{}..{}", parts[0], parts[2]),
        [parts[1], parts[0], parts[2]].join("."),
        [others[0], others[1], parts[2]].join("."),
        [parts[0], others[1], parts[2]].join("."),
        format!("{id}."),
        format!("{id}.x"),
        format!("{id}="),
        format!(" {id}"),
        format!("{id}\0"),
        format!("{id}{id}"),
        id.to_uppercase(),
        "x".repeat(100_000),
    ] {
        assert_eq!(is_unknown(registrar.open(&bad, NOW)), Some(Unknown::Signature), "{bad}");
        assert_eq!(is_unknown(registrar.authenticate(&bad, None, NOW)), Some(Unknown::Signature), "{bad}");
        assert!(registrar.read(&bad, NOW).is_none());
    }
}

#[test]
fn a_secret_is_no_signature() {
    // With HS256 both come from the same key: an id with its secret behind it is signed, and still no id.
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let secret = secret_of(&id);
    let bytes = base16ct::lower::decode_vec(&secret).unwrap();
    for forged in [format!("{id}.{}", base64url::encode(bytes)), format!("{id}.{secret}")] {
        assert_eq!(is_unknown(registrar.open(&forged, NOW)), Some(Unknown::Signature));
    }
}

#[test]
fn clients_survive_a_change_of_keys() {
    let old = registrar();
    let new = registrar_of(HOST, b"a new registration key", &[b"an older one".to_vec(), KEY.to_vec()]);
    let told = answer(&old, &web());
    let (id, secret) = (told["client_id"].as_str().unwrap(), told["client_secret"].as_str());
    assert_eq!(new.authenticate(id, secret, NOW).unwrap().hash(), hash(id));
    let header = format!("Bearer {}", told["registration_access_token"].as_str().unwrap());
    assert!(new.manage(id, Some(&header), NOW).is_ok());
    assert_eq!(read(&new.describe(&new.open(id, NOW).unwrap(), ENDPOINT)), told);

    let theirs = community_id(&community_payload(&web()));
    assert!(new.authenticate(&theirs, Some(&secret_of(&theirs)), NOW).is_ok());

    let newer = register(&new, &web()).client;
    assert_eq!(is_unknown(old.open(newer.id(), NOW)), Some(Unknown::Signature));
    let without = registrar_of(HOST, b"a new registration key", &[]);
    assert!(without.open(newer.id(), NOW).is_ok());
    assert_eq!(is_unknown(without.open(id, NOW)), Some(Unknown::Signature));
}

#[test]
fn rfc7519_4_1_4_a_client_ends_at_its_exp() {
    let mut registrar = registrar();
    registrar.ttl = Some(60);
    let told = answer(&registrar, &web());
    let (id, secret) = (told["client_id"].as_str().unwrap(), told["client_secret"].as_str());
    for ttl in [Some(60), Some(1), None] {
        registrar.ttl = ttl; // what it was when the client registered counts
        assert!(registrar.authenticate(id, secret, NOW + 59).is_ok());
        for now in [NOW + 60, NOW + 61, YEARS_LATER, i64::MAX] {
            assert_eq!(is_unknown(registrar.open(id, now)), Some(Unknown::Expired));
            assert_eq!(is_unknown(registrar.authenticate(id, secret, now)), Some(Unknown::Expired));
        }
    }
}

#[test]
fn without_an_exp_a_client_never_ends() {
    let mut registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    for ttl in [None, Some(1)] {
        registrar.ttl = ttl;
        assert!(registrar.open(&id, i64::MAX).is_ok());
    }
}

#[test]
fn the_exp_of_the_community_module_counts_if_clients_expire() {
    let mut registrar = registrar();
    let id = community_id(&community_payload(&web()));
    let secret = secret_of(&id);
    for now in [NOW, NOW + 3600, YEARS_LATER] {
        assert!(registrar.authenticate(&id, Some(&secret), now).is_ok());
    }
    registrar.ttl = Some(60);
    assert!(registrar.open(&id, NOW + 3599).is_ok());
    assert_eq!(is_unknown(registrar.open(&id, NOW + 3600)), Some(Unknown::Expired));
    let without_exp = community_id(&with(community_payload(&web()), &json!({ "exp": null })));
    assert!(registrar.open(&without_exp, YEARS_LATER).is_ok());
}

#[test]
fn clients_of_the_community_module_are_who_they_were() {
    let registrar = registrar();
    for metadata in [web(), native(), device()] {
        let payload = community_payload(&metadata);
        let id = community_id(&payload);
        let client = registrar.open(&id, NOW).unwrap();
        assert!(client.is_community());
        assert_eq!(client.hash(), hash(&id));
        // Its exp was never meant.
        assert_eq!(read(&client.claims()), with(payload, &json!({ "exp": null })));
        let told = read(&registrar.describe(&client, ENDPOINT));
        assert_eq!(told["client_secret_expires_at"].as_i64(), (!client.metadata().is_public()).then_some(0));
        assert_eq!((&told["client_id"], &told["exp"]), (&json!(id), &json!(NOW + 3600)));
    }
}

#[test]
fn rfc6749_2_3_clients_authenticate() {
    let registrar = registrar();
    let id = register(&registrar, &web()).client.id().to_owned();
    let secret = secret_of(&id);
    assert_eq!(registrar.authenticate(&id, Some(&secret), NOW).unwrap().id(), id);
    let other = register(&registrar, &device()).client.id().to_owned();
    for wrong in [
        None,
        Some(String::new()),
        Some(secret[..63].into()),
        Some(format!("{secret}0")),
        Some(secret.to_uppercase()),
        Some(format!(" {secret}")),
        Some(secret.replace(|c: char| c.is_ascii_digit(), "x")),
        Some(secret_of(&other)),
        Some(id.clone()),
    ] {
        let authenticated = registrar.authenticate(&id, wrong.as_deref(), NOW);
        assert_eq!(is_unknown(authenticated), Some(Unknown::Secret), "{wrong:?}");
    }
}

#[test]
fn rfc6749_2_1_public_clients_send_no_secret() {
    let registrar = registrar();
    let id = register(&registrar, &native()).client.id().to_owned();
    assert!(registrar.authenticate(&id, None, NOW).is_ok());
    for secret in [String::new(), secret_of(&id)] {
        assert_eq!(is_unknown(registrar.authenticate(&id, Some(&secret), NOW)), Some(Unknown::Secret));
    }
}

#[test]
fn revoked_clients_are_unknown() {
    let mut registrar = registrar();
    let (revoked, kept) = (register(&registrar, &web()).client, register(&registrar, &native()).client);
    registrar.revocations.add(Kind::Client, revoked.hash(), 0);
    assert_eq!(is_unknown(registrar.open(revoked.id(), NOW)), Some(Unknown::Revoked));
    let authenticated = registrar.authenticate(revoked.id(), Some(&secret_of(revoked.id())), NOW);
    assert_eq!(is_unknown(authenticated), Some(Unknown::Revoked));
    assert!(registrar.open(kept.id(), NOW).is_ok());
    registrar.revocations.remove(Kind::Client, revoked.hash());
    assert!(registrar.open(revoked.id(), NOW).is_ok());
}

#[test]
fn operators_see_what_nobody_else_opens() {
    let mut registrar = registrar();
    registrar.ttl = Some(60);
    let id = register(&registrar, &web()).client.id().to_owned();
    let standing = |registrar: &Registrar, now| registrar.read(&id, now).map(|(_, standing)| standing);
    assert_eq!(standing(&registrar, NOW), Some(Ok(())));
    registrar.revocations.add(Kind::IssuedBefore, "", NOW + 1);
    assert_eq!(standing(&registrar, NOW), Some(Err(Unknown::Revoked)));
    assert_eq!(standing(&registrar, NOW + 60), Some(Err(Unknown::Expired)));
    assert_eq!(registrar.read(&id, NOW).unwrap().0.id(), id);
    assert_eq!(standing(&registrar_of(HOST, b"another", &[]), NOW), None);
}

#[test]
fn each_reason_has_a_name() {
    let reasons = [Unknown::Signature, Unknown::Expired, Unknown::Revoked, Unknown::Secret];
    assert_eq!(reasons.map(Unknown::name), ["signature", "expired", "revoked", "secret"]);
    assert!(reasons.iter().all(|reason| reason.to_string().ends_with('.')));
}

#[test]
fn debug_shows_no_secret() {
    let mut registrar = registrar_of(HOST, KEY, &[b"hunter2hunter2hunter2".to_vec()]);
    registrar.tokens = InitialAccessTokens::new(vec!["hunter2".into()]);
    let registered = register(&registrar, &web());
    let told = read(&registered.answer);
    let shown = format!("{registrar:?} {registered:?} {:?} {:?}", registered.client, registrar.ring);
    assert!(shown.contains("HostKey(…)") && shown.contains(registered.client.id()));
    let verification_key = MacKey::new(MacAlgorithm::Hs256, KEY).tag(&[HOST.as_bytes()]);
    for secret in [
        String::from_utf8(KEY.to_vec()).unwrap(),
        format!("{KEY:?}"),
        format!("{verification_key:?}"),
        base16ct::lower::encode_string(&verification_key),
        base64url::encode(&verification_key),
        "hunter2".into(),
        told["client_secret"].as_str().unwrap().into(),
        told["registration_access_token"].as_str().unwrap().into(),
    ] {
        assert!(!shown.contains(&secret), "{secret}");
    }
}
