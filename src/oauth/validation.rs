//! From metadata on the wire to metadata that can be registered: each rule a function, in the order in which
//! their problems are told.

use super::choice::{AuthMethod, Choice, GrantType, IdTokenAlg, ResponseType};
use super::metadata::{LINKS, Metadata, TEXTS, application_type, language_of};
use super::redirect_uri;
use super::refusal::{Problem, Refusal};
use super::scope::Scope;
use super::uri::Uri;
use super::web_uri;
use super::wire::Wire;
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

/// Metadata of which every member is what it must be, looked at together.
struct Draft<'a> {
    metadata: &'a Metadata,
    /// The host of `client_uri`; none if that is no good.
    host: Option<&'a str>,
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
    let metadata = read(&mut wire, policy);
    // A rule about a member that could not even be read would say nothing true.
    if wire.problems().is_empty() {
        apply_rules(&metadata, &mut wire);
    }
    if wire.problems().is_empty() { Ok(metadata) } else { Err(Refusal::Metadata(wire.problems().to_vec())) }
}

fn apply_rules(metadata: &Metadata, wire: &mut Wire<'_>) {
    let home_page = web_uri::client_uri(&metadata.client_uri);
    if let Err(reason) = &home_page {
        wire.note(Problem::new("client_uri", "format", reason.to_string()));
    }
    let host = home_page.as_ref().ok().and_then(Uri::host);
    let draft = Draft { metadata, host };
    for rule in RULES {
        rule(&draft, wire);
    }
}

fn read(wire: &mut Wire<'_>, policy: &Policy) -> Metadata {
    let client_name = wire.required("client_name");
    let client_uri = wire.required("client_uri");
    let redirect_uris = wire.filled_list("redirect_uris").unwrap_or_default();
    let grant_types = match wire.filled_list("grant_types") {
        None => vec![GrantType::AuthorizationCode],
        Some(names) => wire.choices("grant_types", &names, &policy.grant_types),
    };
    let response_types = match wire.list("response_types") {
        None => vec![ResponseType::Code],
        Some(names) => wire.choices("response_types", &names, &policy.response_types),
    };
    let guessed_type = application_type(&redirect_uris, &grant_types);
    Metadata {
        client_name,
        client_uri,
        application_type: wire.choice("application_type", guessed_type),
        redirect_uris,
        token_endpoint_auth_method: wire.choice("token_endpoint_auth_method", AuthMethod::Basic),
        grant_types,
        response_types,
        scope: read_scope(wire),
        contacts: wire.filled_list("contacts").unwrap_or_default(),
        texts: read_texts(wire, policy),
        // An algorithm we do not have is dropped, and so the answer tells which one counts (RFC 7591 §3.2.1).
        id_token_signed_response_alg: wire
            .text("id_token_signed_response_alg")
            .and_then(|name| IdTokenAlg::by_name(&name)),
    }
}

/// The scope; an empty one says as little as none.
fn read_scope(wire: &mut Wire<'_>) -> Option<String> {
    let scope = wire.text("scope").filter(|scope| !scope.is_empty())?;
    if let Err(reason) = Scope::parse(&scope) {
        wire.note(Problem::new("scope", "pattern", reason.to_string()));
    }
    Some(scope)
}

fn read_texts(wire: &mut Wire<'_>, policy: &Policy) -> Vec<(String, String)> {
    let mut names: Vec<_> = TEXTS.iter().map(|name| (*name).to_owned()).collect();
    if !policy.locales.is_empty() {
        let is_allowed = |name: &&str| {
            language_of(name)
                .is_some_and(|tag| policy.locales.iter().any(|locale| locale.eq_ignore_ascii_case(tag)))
        };
        names.extend(wire.names().filter(is_allowed).map(str::to_owned));
    }
    names.into_iter().filter_map(|name| wire.text(&name).map(|text| (name, text))).collect()
}

/// Invisible characters that turn the text around them: with them a name can look like another one.
fn turns_text(character: char) -> bool {
    matches!(character, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn the_name_can_be_shown(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
    let translated = metadata.texts.iter().filter(|(name, _)| name.starts_with("client_name#"));
    let names = std::iter::once(("client_name", &metadata.client_name))
        .chain(translated.map(|(member, name)| (member.as_str(), name)));
    for (member, name) in names {
        let clause = match name {
            name if name.trim().is_empty() => "is empty",
            name if name.chars().any(turns_text) => {
                "has invisible characters in it that change its direction"
            }
            _ => continue,
        };
        wire.note(Problem::new(member.to_owned(), "pattern", clause));
    }
}

fn redirect_uris_fit_the_application(Draft { metadata, host }: &Draft<'_>, wire: &mut Wire<'_>) {
    let Some(host) = host else { return };
    for (index, uri) in metadata.redirect_uris.iter().enumerate() {
        if let Err(reason) = redirect_uri::check(uri, metadata.application_type, host) {
            wire.note(Problem::new("redirect_uris", "format", reason.to_string()).at(index));
        }
    }
}

fn links_stay_on_the_website(Draft { metadata, host }: &Draft<'_>, wire: &mut Wire<'_>) {
    let Some(host) = host else { return };
    for (member, uri) in &metadata.texts {
        let name = member.split_once('#').map_or(member.as_str(), |(name, _)| name);
        if !LINKS.contains(&name) && name != "client_uri" {
            continue;
        }
        if let Err(reason) = web_uri::check_informative(uri, host) {
            wire.note(Problem::new(member.clone(), "format", reason.to_string()));
        }
    }
}

fn grants_that_redirect_have_redirect_uris(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
    let redirects = [GrantType::AuthorizationCode, GrantType::Implicit];
    let Some(grant_type) = redirects.into_iter().find(|grant| metadata.grant_types.contains(grant)) else {
        return;
    };
    if metadata.redirect_uris.is_empty() {
        let clause = format!("is missing: the grant type '{}' needs it", grant_type.name());
        wire.note(Problem::new("redirect_uris", "required", clause));
    }
}

/// RFC 7591 §2.1
fn grants_have_their_response_types(Draft { metadata, .. }: &Draft<'_>, wire: &mut Wire<'_>) {
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
    if !metadata.is_public() {
        return;
    }
    if let Some(grant_type) = metadata.grant_types.iter().find(|grant| !grant.is_for_public_clients()) {
        let clause = format!("is 'none', with which there is no grant type '{}'", grant_type.name());
        wire.note(Problem::new("token_endpoint_auth_method", "enum", clause));
    }
}
