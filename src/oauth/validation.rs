//! From metadata on the wire to metadata that can be registered: each rule a function, in the order in which
//! their problems are told.

use std::borrow::Cow;

use super::choice::{AuthMethod, Choice, GrantType, IdTokenAlg, ResponseType};
use super::metadata::{Metadata, TEXTS, application_type, is_link, language_of, untagged};
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
    if let Err(reason) = &home_page {
        if !wire.is_wrong("client_uri") {
            wire.note(Problem::new("client_uri", "format", reason.to_string()));
        }
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
    let translated = metadata.texts.iter().filter(|(name, _)| untagged(name) == "client_name");
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
        if !is_link(member) && untagged(member) != "client_uri" {
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
    for response_type in [ResponseType::Code, ResponseType::Token] {
        let grant_type = response_type.grant_type();
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
mod tests;
