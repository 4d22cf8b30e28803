//! From metadata on the wire to metadata that can be registered: each rule a function, in the order in which
//! their problems are told.

use std::borrow::Cow;

use super::choice::{AuthMethod, Choice, GrantType, IdTokenAlg, ResponseType};
use super::metadata::{LINKS, Metadata, TEXTS, application_type, language_of};
use super::redirect_uri;
use super::refusal::{Problem, Refusal};
use super::scope::Scope;
use super::uri::Uri;
use super::web_uri;
use super::wire::{Wire, one_of};
use crate::json::Object;

/// What the operator allows.
#[derive(Debug, Clone)]
pub struct Policy {
    /// `allowed_oauth2_grant_types`
    pub grant_types: Vec<GrantType>,
    /// `allowed_oauth2_response_types`
    pub response_types: Vec<ResponseType>,
    /// `allowed_oauth2_locales`: the language tags in which members may be repeated.
    pub locales: Vec<String>,
}

/// Metadata, looked at together. What could not be read is missing in it, and is no rule's business any more.
struct Draft<'a> {
    metadata: &'a Metadata,
    /// `client_uri`; none if that is no good.
    home_page: Option<Uri<'a>>,
}

type Rule = fn(&Draft<'_>, &mut Wire<'_>);

const RULES: [Rule; 6] = [
    the_name_can_be_shown,
    redirect_uris_fit_the_application,
    links_stay_on_the_website,
    grants_that_redirect_have_redirect_uris,
    grants_have_their_response_types,
    public_clients_get_no_passwords,
];

/// Checks the members of a request; unknown ones are ignored (RFC 7591 §2).
///
/// # Errors
/// Everything that is wrong with them.
pub fn validate(members: Object<'_>, policy: &Policy) -> Result<Metadata, Refusal> {
    let mut wire = Wire::new(members);
    let mut metadata = read(&mut wire, policy);
    metadata.origin_length = apply_rules(&metadata, &mut wire);
    if wire.problems().is_empty() { Ok(metadata) } else { Err(Refusal::Metadata(wire.problems().to_vec())) }
}

/// Applies all rules, and tells how long the origin of `client_uri` is.
fn apply_rules(metadata: &Metadata, wire: &mut Wire<'_>) -> usize {
    let home_page = web_uri::client_uri(&metadata.client_uri);
    if let Err(reason) = &home_page
        && !wire.is_wrong("client_uri")
    {
        wire.note(Problem::new("client_uri", "format", reason.to_string()));
    }
    let draft = Draft { metadata, home_page: home_page.ok() };
    for rule in RULES {
        rule(&draft, wire);
    }
    draft.home_page.map_or(0, |uri| uri.origin().len())
}

fn read(wire: &mut Wire<'_>, policy: &Policy) -> Metadata {
    let client_name = wire.required("client_name");
    let client_uri = wire.required("client_uri");
    let redirect_uris = wire.texts("redirect_uris");
    let grant_types = read_grant_types(wire, policy);
    let response_types = read_response_types(wire, policy);
    let guessed_type = application_type(&redirect_uris, &grant_types);
    let token_endpoint_auth_method = wire.choice("token_endpoint_auth_method", AuthMethod::Basic);
    Metadata {
        client_name,
        client_uri,
        origin_length: 0,
        application_type: wire.choice("application_type", guessed_type),
        redirect_uris,
        token_endpoint_auth_method,
        grant_types,
        response_types,
        scope: read_scope(wire),
        contacts: wire.texts("contacts"),
        texts: read_texts(wire, policy),
        id_token_signed_response_alg: read_alg(wire, token_endpoint_auth_method),
    }
}

/// The grant types. That of clients which name none must be allowed too.
fn read_grant_types(wire: &mut Wire<'_>, policy: &Policy) -> Vec<GrantType> {
    wire.filled("grant_types");
    let named = wire.choices("grant_types", &policy.grant_types);
    named.unwrap_or_else(|| {
        if !policy.grant_types.contains(&GrantType::AuthorizationCode) {
            let clause = format!(
                "is missing: its default '{}' {}",
                GrantType::AuthorizationCode.name(),
                one_of(policy.grant_types.iter().copied())
            );
            wire.note(Problem::new("grant_types", "required", clause));
        }
        vec![GrantType::AuthorizationCode]
    })
}

/// The response types. Without any it is the default, if that is allowed: not every grant needs one.
fn read_response_types(wire: &mut Wire<'_>, policy: &Policy) -> Vec<ResponseType> {
    let named = wire.choices("response_types", &policy.response_types);
    let default = ResponseType::Code;
    named.unwrap_or_else(|| policy.response_types.contains(&default).then_some(default).into_iter().collect())
}

/// The algorithm, if we have it: others are dropped, and so the answer tells which one counts (RFC 7591 §3.2.1).
/// "Symmetric signatures MUST NOT be used by public (non-confidential) Clients" (`OpenID` Connect Core §10.1).
fn read_alg(wire: &mut Wire<'_>, auth_method: AuthMethod) -> Option<IdTokenAlg> {
    let alg = IdTokenAlg::by_name(&wire.text("id_token_signed_response_alg")?)?;
    (alg != IdTokenAlg::Hs256 || auth_method != AuthMethod::None).then_some(alg)
}

/// The scope; an empty one says as little as none.
fn read_scope(wire: &mut Wire<'_>) -> Option<String> {
    let scope = wire.text("scope").filter(|scope| !scope.is_empty())?;
    if let Err(reason) = Scope::parse(&scope) {
        wire.note(Problem::new("scope", "pattern", reason.to_string()));
    }
    Some(scope)
}

fn read_texts(wire: &mut Wire<'_>, policy: &Policy) -> Vec<(Cow<'static, str>, String)> {
    let mut names: Vec<Cow<'static, str>> = TEXTS.map(Cow::Borrowed).into();
    if !policy.locales.is_empty() {
        let is_allowed = |tag: &str| policy.locales.iter().any(|locale| locale.eq_ignore_ascii_case(tag));
        let translated = wire.names().filter(|name| language_of(name).is_some_and(is_allowed));
        names.extend(translated.map(|name| Cow::Owned(name.to_owned())));
    }
    names.into_iter().filter_map(|name| wire.text(&name).map(|text| (name, text))).collect()
}

/// Characters that take no room, or show nothing in it.
fn is_blank(character: char) -> bool {
    let shows_nothing = matches!(character,
        '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{200b}'..='\u{200d}' | '\u{2060}'..='\u{2064}' | '\u{2800}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}');
    character.is_whitespace() || shows_nothing
}

/// Invisible characters that turn the text around them: with them a name can look like another one.
fn turns_text(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn the_name_can_be_shown(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
    let translated = metadata.texts.iter().filter(|(name, _)| name.starts_with("client_name#"));
    let names = std::iter::once(("client_name", &metadata.client_name))
        .chain(translated.map(|(member, name)| (member.as_ref(), name)));
    for (member, name) in names {
        let clause = match name {
            name if name.chars().all(is_blank) => "is empty",
            name if name.chars().any(turns_text) => {
                "has invisible characters in it that change its direction"
            }
            _ => continue,
        };
        if !wire.is_wrong(member) {
            wire.note(Problem::new(member.to_owned(), "pattern", clause));
        }
    }
}

fn redirect_uris_fit_the_application(Draft { metadata, home_page }: &Draft<'_>, wire: &mut Wire<'_>) {
    if wire.is_wrong("application_type") {
        return;
    }
    for (index, uri) in wire.items("redirect_uris") {
        if let Err(reason) = redirect_uri::check(&uri, metadata.application_type, home_page.as_ref()) {
            wire.note(Problem::new("redirect_uris", "format", reason.to_string()).at(index));
        }
    }
}

fn links_stay_on_the_website(Draft { metadata, home_page }: &Draft<'_>, wire: &mut Wire<'_>) {
    for (member, uri) in &metadata.texts {
        let name = member.split_once('#').map_or(member.as_ref(), |(name, _)| name);
        if !LINKS.contains(&name) && name != "client_uri" {
            continue;
        }
        if let Err(reason) = web_uri::check_informative(uri, home_page.as_ref()) {
            wire.note(Problem::new(member.clone(), "format", reason.to_string()));
        }
    }
}

fn grants_that_redirect_have_redirect_uris(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
    let redirects = [GrantType::AuthorizationCode, GrantType::Implicit];
    let Some(grant_type) = redirects.into_iter().find(|grant| metadata.grant_types.contains(grant)) else {
        return;
    };
    if metadata.redirect_uris.is_empty() && !wire.is_wrong("redirect_uris") {
        let clause = format!("is missing: the grant type '{}' needs it", grant_type.name());
        wire.note(Problem::new("redirect_uris", "required", clause));
    }
}

/// RFC 7591 §2.1
fn grants_have_their_response_types(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
    if wire.is_wrong("grant_types") || wire.is_wrong("response_types") {
        return;
    }
    let pairs =
        [(GrantType::AuthorizationCode, ResponseType::Code), (GrantType::Implicit, ResponseType::Token)];
    for (grant_type, response_type) in pairs {
        let has_response_type = metadata.response_types.contains(&response_type);
        if metadata.grant_types.contains(&grant_type) && !has_response_type {
            let clause = format!(
                "lacks '{}', which belongs to the grant type '{}'",
                response_type.name(),
                grant_type.name()
            );
            wire.note(Problem::new("response_types", "contains", clause));
        }
    }
}

fn public_clients_get_no_passwords(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
    if !metadata.is_public() || wire.is_wrong("token_endpoint_auth_method") {
        return;
    }
    if let Some(grant_type) = metadata.grant_types.iter().find(|grant| !grant.is_for_public_clients()) {
        let clause = format!("is 'none', with which there is no grant type '{}'", grant_type.name());
        wire.note(Problem::new("token_endpoint_auth_method", "enum", clause));
    }
}

#[cfg(test)]
mod tests {
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
                (
                    json!({ "client_uri": "https://x@tomb.example/" }),
                    "'client_uri' has a user name or password",
                ),
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
        let lacks_code =
            "'response_types' lacks 'code', which belongs to the grant type 'authorization_code'";
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
            refused(
                &web(),
                &[(change, "'response_types[1]' is not allowed on this server: use code, token")],
            );
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
        registrar.policy = Policy {
            grant_types: vec![GrantType::DeviceCode],
            response_types: Vec::new(),
            locales: Vec::new(),
        };
        assert_eq!(problems(&registrar, &device()), [""; 0]);
        let use_device = format!("is not allowed on this server: use {DEVICE_CODE}");
        let others =
            json!({ "grant_types": ["password", DEVICE_CODE, "implicit"], "response_types": ["code"] });
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
            accepted(
                &native(),
                &[json!({ "grant_types": [grant_type], "response_types": ["code", "token"] })],
            );
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
    fn oidc_registration_2_an_algorithm_that_there_is_not_is_dropped() {
        let registrar = registrar();
        let told = |base: Value, alg: &str| {
            let told = answer(&registrar, &with(base, &json!({ "id_token_signed_response_alg": alg })));
            told.get("id_token_signed_response_alg").and_then(Value::as_str).map(str::to_owned)
        };
        for alg in ["ES256", "HS256"] {
            assert_eq!(told(web(), alg).as_deref(), Some(alg));
        }
        for alg in ["", "RS256", "none", "es256", "EdDSA"] {
            assert_eq!(told(web(), alg), None, "{alg}");
        }
        // OpenID Connect Core §10.1: whoever has no secret has no symmetric signature.
        assert_eq!(told(native(), "ES256").as_deref(), Some("ES256"));
        assert_eq!(told(native(), "HS256"), None);
    }

    #[test]
    fn everything_is_told_at_once_and_members_before_rules() {
        let types =
            json!({ "client_name": 1, "contacts": [], "scope": "ä", "redirect_uris": ["http://a.example/"] });
        assert_eq!(
            told(&with(web(), &types))
                .iter()
                .map(|text| text.split('\'').nth(1).unwrap())
                .collect::<Vec<_>>(),
            ["client_name", "scope", "contacts", "redirect_uris[0]"]
        );
        let rules = json!({
            "client_name": " ", "redirect_uris": ["x", "y"], "grant_types": ["password", "implicit"],
            "token_endpoint_auth_method": "none", "logo_uri": "x",
        });
        assert_eq!(
            told(&with(web(), &rules))
                .iter()
                .map(|text| text.split('\'').nth(1).unwrap())
                .collect::<Vec<_>>(),
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
}
