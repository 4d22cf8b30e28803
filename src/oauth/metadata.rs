//! What is known about a client (RFC 7591 §2, `OpenID` Connect Registration §2), once it has been checked.
//!
//! It is written in two ways: in full for the answer, and short for the client id, without what can be restored.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::choice::{AuthMethod, Choice, GrantType, IdTokenAlg, ResponseType};
use super::redirect_uri::{self, ApplicationType};
use super::uri::Uri;
use crate::json::{Object, Value};

/// Metadata that has passed every rule, or comes from a client id whose signature is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Metadata {
    /// What people are shown.
    pub client_name: String,
    /// The client's home page, whose host is that of its other URIs.
    pub client_uri: String,
    /// How much of `client_uri` stands before its path.
    pub(super) origin_length: usize,
    /// Where the authorization endpoint may send people back to.
    pub redirect_uris: Vec<String>,
    /// What kind of redirect URIs these are.
    pub application_type: ApplicationType,
    /// How the client proves who it is.
    pub token_endpoint_auth_method: AuthMethod,
    /// How it gets tokens.
    pub grant_types: Vec<GrantType>,
    /// What it asks the authorization endpoint for; may be empty.
    pub response_types: Vec<ResponseType>,
    /// What it may ask for at most (RFC 6749 §3.3).
    pub scope: Option<String>,
    /// Whom to tell about trouble with it.
    pub contacts: Vec<String>,
    /// Its texts by member name, see [`TEXTS`]; and those names, and [`SHOWN`], with `#` and a language tag
    /// (RFC 7591 §2.2).
    pub texts: Vec<(Cow<'static, str>, String)>,
    /// How it wants its `id_token`, if it said so.
    pub id_token_signed_response_alg: Option<IdTokenAlg>,
}

/// Members that are kept as they are.
pub(super) const TEXTS: [&str; 5] = ["logo_uri", "tos_uri", "policy_uri", "software_id", "software_version"];

/// Members that people see, and so may be there in several languages.
pub(super) const SHOWN: [&str; 5] = ["client_name", "client_uri", "logo_uri", "tos_uri", "policy_uri"];

/// Members that are links to pages of the client's.
const LINKS: [&str; 3] = ["logo_uri", "tos_uri", "policy_uri"];

impl Metadata {
    /// A text by the member's name, such as `client_name`, `software_id` or `client_name#de`.
    #[must_use]
    pub fn text(&self, member: &str) -> Option<&str> {
        match member {
            "client_name" => Some(&self.client_name),
            "client_uri" => Some(&self.client_uri),
            "scope" => self.scope.as_deref(),
            _ => self.texts.iter().find(|(name, _)| name == member).map(|(_, text)| text.as_str()),
        }
    }

    /// Whether the client has no secret (RFC 6749 §2.1).
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.token_endpoint_auth_method == AuthMethod::None
    }

    /// Writes all of it, defaults too.
    pub(super) fn serialize_full<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("client_name", &self.client_name)?;
        map.serialize_entry("client_uri", &self.client_uri)?;
        if !self.redirect_uris.is_empty() {
            map.serialize_entry("redirect_uris", &self.redirect_uris)?;
        }
        map.serialize_entry("application_type", self.application_type.name())?;
        map.serialize_entry("token_endpoint_auth_method", self.token_endpoint_auth_method.name())?;
        map.serialize_entry("grant_types", &Names(&self.grant_types, Choice::name))?;
        map.serialize_entry("response_types", &Names(&self.response_types, Choice::name))?;
        self.serialize_rest(map, |text| text)
    }

    /// Writes what [`restore`](Self::restore) needs.
    pub(super) fn serialize_short<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        map.serialize_entry("client_name", &self.client_name)?;
        map.serialize_entry("client_uri", &self.client_uri)?;
        let origin = self.client_uri.get(..self.origin_length).unwrap_or_default();
        let short = |uri| without_origin(uri, origin);
        if !self.redirect_uris.is_empty() {
            map.serialize_entry("redirect_uris", &Texts(&self.redirect_uris, short))?;
        }
        if self.application_type != application_type(&self.redirect_uris, &self.grant_types) {
            map.serialize_entry("application_type", self.application_type.name())?;
        }
        if self.token_endpoint_auth_method != AuthMethod::Basic {
            map.serialize_entry("token_endpoint_auth_method", self.token_endpoint_auth_method.name())?;
        }
        if self.grant_types != [GrantType::AuthorizationCode] {
            map.serialize_entry("grant_types", &Names(&self.grant_types, GrantType::short_name))?;
        }
        if self.response_types != [ResponseType::Code] {
            map.serialize_entry("response_types", &Names(&self.response_types, Choice::name))?;
        }
        self.serialize_rest(map, short)
    }

    /// Writes what has no default.
    fn serialize_rest<'a, M: SerializeMap>(
        &'a self,
        map: &mut M,
        link: impl Fn(&'a str) -> &'a str,
    ) -> Result<(), M::Error> {
        if let Some(scope) = &self.scope {
            map.serialize_entry("scope", scope)?;
        }
        if !self.contacts.is_empty() {
            map.serialize_entry("contacts", &self.contacts)?;
        }
        for (name, text) in &self.texts {
            map.serialize_entry(name, if is_link(name) { link(text) } else { text })?;
        }
        if let Some(alg) = self.id_token_signed_response_alg {
            map.serialize_entry("id_token_signed_response_alg", alg.name())?;
        }
        Ok(())
    }

    /// Whether the payload of a client id, ours or the community module's, has what every client has.
    pub(super) fn is_in(payload: &Object<'_>) -> bool {
        let is_method = |name| AuthMethod::by_name(name).is_some();
        let lists = ["redirect_uris", "grant_types", "response_types", "contacts"];
        payload.string("client_name").is_some()
            && payload.string("client_uri").is_some()
            && payload.string("token_endpoint_auth_method").is_none_or(is_method)
            && lists.into_iter().all(|member| items(payload, member).is_some())
    }

    /// Reads a payload that [`is_in`](Self::is_in) has found good. Nothing else is checked again: the rules of the
    /// day it was signed count.
    pub(super) fn restore(payload: &Object<'_>) -> Self {
        let client_uri = payload.string("client_uri").unwrap_or_default();
        let origin = origin(client_uri);
        let redirect_uris: Vec<_> =
            strings(payload, "redirect_uris").map(|uri| with_origin(uri, origin)).collect();
        let grant_types = match payload.get("grant_types") {
            None => vec![GrantType::AuthorizationCode],
            Some(_) => strings(payload, "grant_types").filter_map(GrantType::by_name_or_alias).collect(),
        };
        Self {
            client_name: payload.string("client_name").unwrap_or_default().into(),
            application_type: payload
                .string("application_type")
                .and_then(ApplicationType::by_name)
                .unwrap_or_else(|| application_type(&redirect_uris, &grant_types)),
            token_endpoint_auth_method: payload
                .string("token_endpoint_auth_method")
                .and_then(AuthMethod::by_name)
                .unwrap_or(AuthMethod::Basic),
            response_types: match payload.get("response_types") {
                None => vec![ResponseType::Code],
                Some(_) => strings(payload, "response_types").filter_map(ResponseType::by_name).collect(),
            },
            scope: payload.string("scope").map(Into::into),
            contacts: strings(payload, "contacts").map(Into::into).collect(),
            texts: restore_texts(payload, origin),
            id_token_signed_response_alg: payload
                .string("id_token_signed_response_alg")
                .and_then(IdTokenAlg::by_name),
            client_uri: client_uri.into(),
            origin_length: origin.len(),
            redirect_uris,
            grant_types,
        }
    }
}

/// What a client that does not say so is: native if its first redirect URI is a native app's, or if it has no
/// browser at hand.
pub(super) fn application_type<S: AsRef<str>>(
    redirect_uris: &[S],
    grant_types: &[GrantType],
) -> ApplicationType {
    let is_native = redirect_uris.first().is_some_and(|uri| redirect_uri::is_native(uri.as_ref()));
    if is_native || grant_types.contains(&GrantType::DeviceCode) {
        ApplicationType::Native
    } else {
        ApplicationType::Web
    }
}

/// The items of a list that may be missing; none if it is something else.
fn items<'o, 'a>(payload: &'o Object<'a>, member: &str) -> Option<&'o [Value<'a>]> {
    match payload.get(member) {
        None => Some(&[]),
        Some(Value::Array(items)) => Some(items),
        // How Prosody's JSON library may write a list without items.
        Some(Value::Object(object)) if object.iter().next().is_none() => Some(&[]),
        Some(_) => None,
    }
}

fn strings<'o>(payload: &'o Object<'_>, member: &str) -> impl Iterator<Item = &'o str> {
    items(payload, member).unwrap_or_default().iter().filter_map(Value::as_str)
}

fn restore_texts(payload: &Object<'_>, origin: &str) -> Vec<(Cow<'static, str>, String)> {
    let texts = payload.iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    texts
        .filter(|(name, _)| TEXTS.contains(name) || language_of(name).is_some())
        .map(|(name, text)| {
            (name.to_owned().into(), if is_link(name) { with_origin(text, origin) } else { text.into() })
        })
        .collect()
}

/// The language tag of a member that people see.
pub(super) fn language_of(member: &str) -> Option<&str> {
    member.split_once('#').filter(|(name, _)| SHOWN.contains(name)).map(|(_, tag)| tag)
}

/// The name of a member without its language tag.
pub(super) fn untagged(member: &str) -> &str {
    member.split_once('#').map_or(member, |(name, _)| name)
}

/// Whether a member, in whatever language, is a link that has the origin of `client_uri` in most clients.
pub(super) fn is_link(member: &str) -> bool {
    LINKS.contains(&untagged(member))
}

/// The part of `client_uri` before its path; empty if it has been registered elsewhere and is none of ours.
fn origin(client_uri: &str) -> &str {
    Uri::parse(client_uri).map(|uri| uri.origin()).unwrap_or_default()
}

/// A URI beginning with a slash stands for one with this origin: a whole URI begins with its scheme.
fn without_origin<'a>(uri: &'a str, origin: &str) -> &'a str {
    match uri.strip_prefix(origin) {
        Some(rest) if rest.starts_with('/') && !origin.is_empty() => rest,
        _ => uri,
    }
}

fn with_origin(uri: &str, origin: &str) -> String {
    if uri.starts_with('/') { format!("{origin}{uri}") } else { uri.into() }
}

/// A list of choices by what they are called.
struct Names<'a, C>(&'a [C], fn(C) -> &'static str);

impl<C: Copy> Serialize for Names<'_, C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|choice| (self.1)(*choice)))
    }
}

/// A list of texts, each as a function shows it.
struct Texts<'a, F>(&'a [String], F);

impl<'a, F: Fn(&'a str) -> &'a str> Serialize for Texts<'a, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(|text| (self.1)(text)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Short<'a>(&'a Metadata);

    impl Serialize for Short<'_> {
        fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            let mut map = serializer.serialize_map(None)?;
            self.0.serialize_short(&mut map)?;
            map.end()
        }
    }

    fn short(metadata: &Metadata) -> String {
        serde_json::to_string(&Short(metadata)).unwrap()
    }

    fn restored(payload: &str) -> Option<Metadata> {
        let payload = Object::read(payload.as_bytes()).unwrap();
        Metadata::is_in(&payload).then(|| Metadata::restore(&payload))
    }

    fn simple() -> Metadata {
        restored(r#"{"client_name":"A","client_uri":"https://a.example/","redirect_uris":["/cb"]}"#).unwrap()
    }

    #[test]
    fn defaults_and_the_origin_are_not_stored() {
        let mut metadata = simple();
        assert_eq!(metadata.redirect_uris, ["https://a.example/cb"]);
        assert_eq!(metadata.application_type, ApplicationType::Web);
        assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
        assert_eq!(metadata.response_types, [ResponseType::Code]);
        assert_eq!(metadata.token_endpoint_auth_method, AuthMethod::Basic);
        metadata.texts.push(("tos_uri#de".into(), "https://a.example/agb".into()));
        metadata.texts.push(("software_id".into(), "https://a.example/x".into()));
        assert_eq!(
            short(&metadata),
            concat!(
                r#"{"client_name":"A","client_uri":"https://a.example/","redirect_uris":["/cb"],"#,
                r#""tos_uri#de":"/agb","software_id":"https://a.example/x"}"#
            )
        );
        assert_eq!(restored(&short(&metadata)), Some(metadata));
    }

    #[test]
    fn whatever_is_stored_comes_back() {
        let uris = [
            "https://a.example",
            "https://a.example//x",
            "https://a.example:8443/cb",
            "https://a.example?x=/",
        ];
        for uri in uris {
            let metadata = Metadata { redirect_uris: vec![uri.into()], ..simple() };
            assert_eq!(restored(&short(&metadata)), Some(metadata), "{uri}");
        }
        let others = Metadata {
            client_uri: "https://a.example:444".into(),
            origin_length: "https://a.example:444".len(),
            redirect_uris: vec!["com.example.app:/cb".into(), "https://a.example:444/cb".into()],
            application_type: ApplicationType::Web,
            token_endpoint_auth_method: AuthMethod::None,
            grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
            response_types: Vec::new(),
            scope: Some("openid xmpp".into()),
            contacts: vec!["mailto:a@a.example".into()],
            id_token_signed_response_alg: Some(IdTokenAlg::Hs256),
            ..simple()
        };
        assert!(short(&others).contains(r#""grant_types":["device_code","refresh_token"]"#));
        assert_eq!(restored(&short(&others)), Some(others));
    }

    #[test]
    fn ids_of_the_community_module_are_understood() {
        let metadata = restored(
            r#"{"client_name":"A","client_uri":"https://a.example/","redirect_uris":["https://a.example/cb"],
                "grant_types":["authorization_code","urn:ietf:params:oauth:grant-type:device_code","client_credentials"],
                "response_types":{},"token_endpoint_auth_method":"client_secret_post","application_type":"web",
                "nonce":"x","iat":1,"exp":2,"software_id":"s"}"#,
        )
        .unwrap();
        assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode, GrantType::DeviceCode]);
        assert_eq!(metadata.response_types, []);
        assert_eq!(metadata.token_endpoint_auth_method, AuthMethod::Post);
        assert_eq!(metadata.text("software_id"), Some("s"));
        assert_eq!(metadata.text("nonce"), None);
    }

    #[test]
    fn what_is_no_client_is_none() {
        for payload in [
            "{}",
            r#"{"client_name":"A"}"#,
            r#"{"client_uri":"https://a.example/"}"#,
            r#"{"client_name":1,"client_uri":"https://a.example/"}"#,
            r#"{"client_name":"A","client_uri":"https://a.example/","redirect_uris":"x"}"#,
            r#"{"client_name":"A","client_uri":"https://a.example/","token_endpoint_auth_method":"magic"}"#,
        ] {
            assert_eq!(restored(payload), None, "{payload}");
        }
    }
}
