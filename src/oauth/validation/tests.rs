use serde_json::{Value, json};

use super::*;
use crate::oauth::redirect_uri::DEVICE_CODE;
use crate::oauth::tests::{answer, device, native, policy, problems, registrar, try_register, web, with};

const NEEDED: &str = "'redirect_uris' is missing: the grant type 'authorization_code' needs it";
const IMPLICIT_NEEDS: &str = "'redirect_uris' is missing: the grant type 'implicit' needs it";

/// RFC 6749 §5.2: `error_description` is of `%x20-21 / %x23-5B / %x5D-7E`.
fn is_description(text: &str) -> bool {
    text.chars().all(|c| matches!(c, ' '..='~') && !matches!(c, '"' | '\\'))
}

/// What is told of this metadata, with what must be true of all that is told.
fn told(metadata: &Value) -> Vec<String> {
    let told = problems(&registrar(), metadata);
    if let Err(refusal) = try_register(&registrar(), metadata) {
        assert_eq!(refusal.status(), 400);
        assert!(is_description(&refusal.to_string()), "{refusal}");
    }
    told
}

fn accepted(base: &Value, changes: &[Value]) {
    for change in changes {
        assert_eq!(told(&with(base.clone(), change)), [""; 0], "{change}");
    }
}

fn refused(base: &Value, table: &[(Value, &str)]) {
    for (change, expected) in table {
        assert_eq!(told(&with(base.clone(), change)), [*expected], "{change}");
    }
}

fn code(metadata: &Value) -> &'static str {
    try_register(&registrar(), metadata).err().unwrap().code().name()
}

#[test]
fn the_examples_are_accepted() {
    accepted(&web(), &[json!({})]);
    accepted(&native(), &[json!({})]);
    accepted(&device(), &[json!({})]);
}

#[test]
fn texts_are_strings_without_control_characters() {
    for member in [
        "client_name",
        "client_uri",
        "application_type",
        "token_endpoint_auth_method",
        "scope",
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "software_id",
        "software_version",
        "id_token_signed_response_alg",
        "client_name#de",
        "logo_uri#pt-br",
    ] {
        for value in [json!(1), json!(true), json!([]), json!(["x"]), json!({}), json!({ "x": "y" })] {
            let change = json!({ member: value });
            refused(&web(), &[(change, &format!("'{member}' must be a string"))]);
        }
        let null = with(web(), &json!({ member: null })).to_string();
        let null = null.replacen('{', &format!("{{\"{member}\":null,"), 1);
        assert_eq!(told(&serde_json::from_str(&null).unwrap()), [format!("'{member}' must be a string")]);
        for control in ["\0", "a\nb", "\u{7f}", "\u{85}", "https://app.example.com/\t", "none\r"] {
            let change = json!({ member: control });
            refused(&web(), &[(change, &format!("'{member}' has control characters in it"))]);
        }
    }
}

#[test]
fn lists_are_lists_of_different_strings() {
    for member in ["redirect_uris", "grant_types", "response_types", "contacts"] {
        for value in [json!(1), json!("code"), json!(false), json!({}), json!({ "0": "code" })] {
            refused(&web(), &[(json!({ member: value }), &format!("'{member}' must be a list"))]);
        }
    }
    for (member, good) in [
        ("redirect_uris", "https://app.example.com/"),
        ("grant_types", "authorization_code"),
        ("response_types", "code"),
        ("contacts", "nurse"),
    ] {
        for value in [json!(1), json!(null), json!([good]), json!({})] {
            let change = json!({ member: [good, value] });
            refused(&web(), &[(change, &format!("'{member}[1]' must be a string"))]);
        }
        let change = json!({ member: [good, "a\nb"] });
        refused(&web(), &[(change, &format!("'{member}[1]' has control characters in it"))]);
        let twice = json!({ member: [good, good] });
        if member == "contacts" {
            accepted(&web(), &[twice]);
        } else {
            refused(&web(), &[(twice, &format!("'{member}[1]' is there twice"))]);
        }
    }
    for member in ["redirect_uris", "contacts"] {
        refused(&web(), &[(json!({ member: [] }), &format!("'{member}' is an empty list"))]);
    }
    refused(&device(), &[(json!({ "grant_types": [] }), "'grant_types' is an empty list")]);
}

#[test]
fn a_client_has_a_name() {
    accepted(&web(), &[json!({ "client_name": "\u{1F339}" }), json!({ "client_name": " دانيال " })]);
    refused(
        &web(),
        &[
            (json!({ "client_name": null }), "'client_name' is missing"),
            (json!({ "client_name": "" }), "'client_name' is empty"),
            (json!({ "client_name": " \u{a0}\u{2003}" }), "'client_name' is empty"),
            (json!({ "client_name": "\u{200b}\u{feff} \u{3164}" }), "'client_name' is empty"),
            (json!({ "client_name#de": "" }), "'client_name#de' is empty"),
        ],
    );
    for invisible in ['\u{61c}', '\u{200e}', '\u{200f}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}'] {
        let clause = "has invisible characters in it that change its direction";
        for member in ["client_name", "client_name#pt-BR"] {
            let change = json!({ member: format!("Veron{invisible}a") });
            refused(&web(), &[(change.clone(), &format!("'{member}' {clause}"))]);
            assert_eq!(code(&with(web(), &change)), "invalid_client_name");
        }
    }
}

#[test]
fn rfc7591_2_a_client_has_a_home_page() {
    accepted(&device(), &[json!({ "client_uri": "https://192.0.2.1:8443/about?x#y" })]);
    refused(
        &device(),
        &[
            (json!({ "client_uri": null }), "'client_uri' is missing"),
            (json!({ "client_uri": "" }), "'client_uri' is empty"),
            (json!({ "client_uri": "tomb.example" }), "'client_uri' is not an absolute URI"),
            (json!({ "client_uri": "http://tomb.example/" }), "'client_uri' must be https"),
            (
                json!({ "client_uri": "https://localhost/" }),
                "'client_uri' must not have a host that is everybody's own device",
            ),
            (json!({ "client_uri": "https://x@tomb.example/" }), "'client_uri' has a user name or password"),
        ],
    );
    assert_eq!(code(&with(device(), &json!({ "client_uri": null }))), "invalid_client_metadata");
    // What depends on its host is not told as long as there is none.
    refused(&web(), &[(json!({ "client_uri": "http://a.example/" }), "'client_uri' must be https")]);
}

#[test]
fn rfc7591_2_redirect_uris_fit_the_application() {
    let web_only = "must be https and have the host of client_uri";
    for (bad, clause) in [
        ("http://app.example.com/", web_only),
        ("https://example.com/", web_only),
        ("https://app.example.com/#", "has a fragment"),
        ("https://app.example.com/*", "has a wildcard (*)"),
        ("https://app.example.com/a/../b", "has a path with . or .. segments"),
        ("https://app.example.com\\", "has a blank, a backslash or another character that no URI has"),
        ("", "is empty"),
    ] {
        let change = json!({ "redirect_uris": ["https://app.example.com/", bad] });
        refused(&web(), &[(change.clone(), &format!("'redirect_uris[1]' {clause}"))]);
        assert_eq!(code(&with(web(), &change)), "invalid_redirect_uri");
    }
    let told = told(&with(native(), &json!({ "redirect_uris": ["com.example:/", DEVICE_CODE] })));
    assert!(
        told.len() == 1
            && told[0].starts_with("'redirect_uris[1]' is not for a native app: it must be http on")
    );
}

#[test]
fn the_first_redirect_uri_tells_the_kind_of_application() {
    let registrar = registrar();
    let kind = |metadata: &Value| answer(&registrar, metadata)["application_type"].clone();
    assert_eq!(kind(&web()), "web");
    assert_eq!(kind(&native()), "native");
    assert_eq!(kind(&device()), "native");
    assert_eq!(kind(&with(device(), &json!({ "application_type": "web" }))), "web");
    let mixed = json!({ "redirect_uris": ["https://balcony.example/", "com.example:/"] });
    assert_eq!(told(&with(native(), &mixed)).len(), 1);
    let clause = "is not allowed on this server: use web, native";
    for other in ["", "Web", "service", "native "] {
        let change = json!({ "application_type": other });
        refused(&web(), &[(change, &format!("'application_type' {clause}"))]);
    }
}

#[test]
fn rfc7591_2_links_have_the_host_of_the_home_page() {
    for member in ["logo_uri", "tos_uri", "policy_uri", "logo_uri#de", "tos_uri#DE", "client_uri#pt-br"] {
        accepted(&web(), &[json!({ member: "https://app.example.com:8443/x?y#z" })]);
        for (bad, clause) in [
            ("", "is empty"),
            ("https://example.com/", "must have the host of client_uri"),
            ("https://www.app.example.com/", "must have the host of client_uri"),
            ("http://app.example.com/", "must be https"),
            ("//app.example.com/", "is not an absolute URI"),
            ("/logo.svg", "is not an absolute URI"),
            ("javascript:alert(1)", "must be https"),
        ] {
            let change = json!({ member: bad });
            refused(&web(), &[(change.clone(), &format!("'{member}' {clause}"))]);
            assert_eq!(code(&with(web(), &change)), "invalid_client_metadata");
        }
    }
    accepted(&web(), &[json!({ "logo_uri#fr": "http://other.example/" })]); // which is ignored
}

#[test]
fn grants_that_redirect_have_redirect_uris() {
    let nowhere = json!({ "redirect_uris": null });
    refused(&web(), &[(nowhere, NEEDED)]);
    let implicit = json!({ "grant_types": ["implicit"], "response_types": ["token"] });
    refused(&device(), &[(implicit.clone(), IMPLICIT_NEEDS)]);
    accepted(&web(), &[implicit]);
    for grant_type in [DEVICE_CODE, "refresh_token", "password"] {
        accepted(&device(), &[json!({ "grant_types": [grant_type] })]);
    }
    assert_eq!(code(&with(web(), &json!({ "redirect_uris": null }))), "invalid_redirect_uri");
}

#[test]
fn rfc7591_2_1_grants_have_their_response_types() {
    let lacks_code = "'response_types' lacks 'code', which belongs to the grant type 'authorization_code'";
    let lacks_token = "'response_types' lacks 'token', which belongs to the grant type 'implicit'";
    refused(
        &web(),
        &[
            (json!({ "response_types": [] }), lacks_code),
            (json!({ "response_types": ["token"] }), lacks_code),
            (json!({ "grant_types": ["implicit"] }), lacks_token),
            (json!({ "grant_types": ["implicit"], "response_types": [] }), lacks_token),
            (json!({ "grant_types": ["authorization_code", "implicit"] }), lacks_token),
        ],
    );
    let both = ["authorization_code", "implicit"];
    accepted(
        &web(),
        &[
            json!({ "grant_types": both, "response_types": ["token", "code"] }),
            json!({ "response_types": ["code", "token"] }),
            json!({ "grant_types": ["refresh_token"], "response_types": [] }),
        ],
    );
    let none = json!({ "grant_types": both, "response_types": [] });
    assert_eq!(told(&with(web(), &none)), [lacks_code, lacks_token]);
}

#[test]
fn names_are_those_that_are_known() {
    let use_grants = "use authorization_code, refresh_token, \
                      urn:ietf:params:oauth:grant-type:device_code, password, implicit";
    for name in ["", "device_code", "client_credentials", "Authorization_code", "authorization_code "] {
        let change = json!({ "grant_types": [DEVICE_CODE, name] });
        let text = format!("'grant_types[1]' is not allowed on this server: {use_grants}");
        refused(&device(), &[(change, &text)]);
    }
    for name in ["", "id_token", "code token", "none"] {
        let change = json!({ "response_types": ["code", name] });
        refused(&web(), &[(change, "'response_types[1]' is not allowed on this server: use code, token")]);
    }
    for name in ["", "private_key_jwt", "client_secret_jwt", "tls_client_auth", "None"] {
        let text = "'token_endpoint_auth_method' is not allowed on this server: \
                    use client_secret_basic, client_secret_post, none";
        refused(&web(), &[(json!({ "token_endpoint_auth_method": name }), text)]);
    }
}

#[test]
fn the_operator_chooses_what_is_allowed() {
    let mut registrar = registrar();
    registrar.policy =
        Policy { grant_types: vec![GrantType::DeviceCode], response_types: Vec::new(), locales: Vec::new() };
    assert_eq!(problems(&registrar, &device()), [""; 0]);
    let use_device = format!("is not allowed on this server: use {DEVICE_CODE}");
    let others = json!({ "grant_types": ["password", DEVICE_CODE, "implicit"], "response_types": ["code"] });
    assert_eq!(
        problems(&registrar, &with(device(), &others)),
        [
            format!("'grant_types[0]' {use_device}"),
            format!("'grant_types[2]' {use_device}"),
            "'response_types[0]' is not allowed on this server".into(),
        ]
    );
}

#[test]
fn a_default_must_be_allowed_too() {
    let mut registrar = registrar();
    registrar.policy.grant_types = vec![GrantType::DeviceCode];
    let text = "'grant_types' is missing: its default 'authorization_code' is not allowed on this server: \
                use urn:ietf:params:oauth:grant-type:device_code";
    assert_eq!(problems(&registrar, &web()), [text]);
    // A device needs no response type, and so gets none that is not allowed.
    registrar.policy.response_types = vec![ResponseType::Token];
    let silent = with(device(), &json!({ "response_types": null }));
    assert_eq!(answer(&registrar, &silent)["response_types"], json!([]));
    registrar.policy.grant_types = policy().grant_types;
    assert_eq!(
        problems(&registrar, &web()),
        ["'response_types' lacks 'code', which belongs to the grant type 'authorization_code'"]
    );
}

#[test]
fn public_clients_get_no_passwords() {
    let grants = json!({ "grant_types": ["password"], "token_endpoint_auth_method": "none" });
    let text = "'token_endpoint_auth_method' is 'none', with which there is no grant type 'password'";
    refused(&device(), &[(grants, text)]);
    for grant_type in ["authorization_code", "refresh_token", DEVICE_CODE, "implicit"] {
        accepted(&native(), &[json!({ "grant_types": [grant_type], "response_types": ["code", "token"] })]);
    }
}

#[test]
fn rfc6749_3_3_a_scope() {
    accepted(&web(), &[json!({ "scope": "xmpp" }), json!({ "scope": "openid xmpp" })]);
    assert_eq!(answer(&registrar(), &with(web(), &json!({ "scope": "" }))).get("scope"), None);
    let space = "'scope' must have one space between two words, and no other";
    for scope in [" ", " xmpp", "xmpp ", "openid  xmpp"] {
        refused(&web(), &[(json!({ "scope": scope }), space)]);
    }
    let character = "'scope' has a character that no scope has: only printable ASCII without quotation marks \
                     and backslashes is allowed";
    for scope in ["\"xmpp\"", "a\\b", "é"] {
        refused(&web(), &[(json!({ "scope": scope }), character)]);
    }
}

#[test]
fn oidc_registration_2_in_place_of_an_algorithm_that_there_is_not_another_is_told() {
    let registrar = registrar();
    let told = |base: Value, alg: &str| {
        let told = answer(&registrar, &with(base, &json!({ "id_token_signed_response_alg": alg })));
        told["id_token_signed_response_alg"].as_str().unwrap().to_owned()
    };
    for alg in ["ES256", "HS256"] {
        assert_eq!(told(web(), alg), alg);
    }
    for alg in ["", "RS256", "none", "es256", "EdDSA"] {
        assert_eq!(told(web(), alg), "ES256", "{alg}");
    }
    // OpenID Connect Core §10.1: whoever has no secret has no symmetric signature.
    assert_eq!(told(native(), "ES256"), "ES256");
    assert_eq!(told(native(), "HS256"), "ES256");
}

#[test]
fn everything_is_told_at_once_and_members_before_rules() {
    let types =
        json!({ "client_name": 1, "contacts": [], "scope": "ä", "redirect_uris": ["http://a.example/"] });
    assert_eq!(
        told(&with(web(), &types)).iter().map(|text| text.split('\'').nth(1).unwrap()).collect::<Vec<_>>(),
        ["client_name", "scope", "contacts", "redirect_uris[0]"]
    );
    let rules = json!({
        "client_name": " ", "redirect_uris": ["x", "y"], "grant_types": ["password", "implicit"],
        "token_endpoint_auth_method": "none", "logo_uri": "x",
    });
    assert_eq!(
        told(&with(web(), &rules)).iter().map(|text| text.split('\'').nth(1).unwrap()).collect::<Vec<_>>(),
        [
            "client_name",
            "redirect_uris[0]",
            "redirect_uris[1]",
            "logo_uri",
            "response_types",
            "token_endpoint_auth_method"
        ]
    );
}

#[test]
fn no_more_is_told_than_somebody_can_use() {
    let many =
        |count: usize| json!({ "redirect_uris": (0..count).map(|n| n.to_string()).collect::<Vec<_>>() });
    assert_eq!(told(&with(web(), &many(19))).len(), 19);
    for count in [20, 21, 5000] {
        assert_eq!(told(&with(web(), &many(count))).len(), 20);
    }
    let numbers = json!({ "contacts": (0..5000).collect::<Vec<_>>() });
    assert_eq!(told(&with(web(), &numbers)).len(), 20);
    let names = json!({ "grant_types": (0..5000).map(|n| n.to_string()).collect::<Vec<_>>() });
    assert_eq!(told(&with(web(), &names)).len(), 20);
}

#[test]
fn values_are_not_repeated() {
    for member in ["client_uri", "application_type", "token_endpoint_auth_method", "scope", "logo_uri"] {
        let metadata = with(web(), &json!({ member: "hunter2 \"" }));
        let refusal = try_register(&registrar(), &metadata).err().unwrap();
        assert!(!refusal.to_json().contains("hunter2"), "{refusal}");
    }
    for member in ["redirect_uris", "grant_types", "response_types"] {
        let metadata = with(web(), &json!({ member: ["hunter2", "hunter2", "hunter2\n"] }));
        let refusal = try_register(&registrar(), &metadata).err().unwrap();
        assert!(!refusal.to_json().contains("hunter2"), "{refusal}");
    }
}
