//! Redirect URIs (RFC 6749 §3.1.2): where people are sent with an authorization code in hand.

use std::fmt;

use super::uri::{BadUri, Uri};

/// A native app that takes its code from a page, copied by hand; its redirect URI goes nowhere.
pub const OUT_OF_BAND: &str = "urn:ietf:wg:oauth:2.0:oob";

/// The grant type of devices (RFC 8628 §3.4). Prosody's module uses it as a redirect URI of its own, which nobody
/// may register.
pub const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// `application_type` (`OpenID` Connect Dynamic Client Registration 1.0 §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApplicationType {
    /// A client with a server and an address of its own.
    Web,
    /// A client on a device of its user (RFC 8252).
    Native,
}

/// What the answer to an authorization request may have in its query (RFC 6749 §4.1.2, RFC 9207 §2).
const ANSWER: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

/// Why a redirect URI is refused. `Display` is a clause for behind "`redirect_uris/0`: ".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadRedirectUri {
    /// It is no URI, or can be misread.
    Uri(BadUri),
    /// A fragment, be it empty.
    Fragment,
    /// A `*`: there are no patterns, and nobody shall believe so.
    Wildcard,
    /// A parameter that the answer has too.
    Parameter,
    /// It is not one of a web application.
    NotWeb,
    /// It is not one of a native application.
    NotNative,
}

impl fmt::Display for BadRedirectUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uri(bad) => return bad.fmt(f),
            Self::Fragment => "has a fragment",
            Self::Wildcard => "has a wildcard (*)",
            Self::Parameter => {
                "has a parameter of the answer in its query: code, state, iss, error, error_description or error_uri"
            }
            Self::NotWeb => "must be https and have the host of client_uri",
            Self::NotNative => {
                "is not for a native app: it must be http on 127.0.0.1, [::1] or localhost, have a scheme of its own \
                 with a dot in it such as com.example.app:/callback, or be urn:ietf:wg:oauth:2.0:oob"
            }
        })
    }
}

impl From<BadUri> for BadRedirectUri {
    fn from(bad: BadUri) -> Self {
        Self::Uri(bad)
    }
}

/// Checks a redirect URI of a client that registers. `client_uri` is one that [`client_uri`](super::web_uri::client_uri) has read;
/// without one, hosts are not compared.
///
/// A query is welcome, but not with what the answer adds to it: "Request and response parameters MUST NOT be included
/// more than once." (RFC 6749 §3.1)
///
/// # Errors
/// The first rule that it breaks.
pub fn check(
    uri: &str,
    application_type: ApplicationType,
    client_uri: Option<&Uri<'_>>,
) -> Result<(), BadRedirectUri> {
    let is_plainly_below = client_uri.is_some_and(|client_uri| client_uri.has_plainly_below(uri));
    if application_type == ApplicationType::Web && is_plainly_below && !uri.contains('?') {
        return Ok(());
    }
    let uri = parse(uri)?;
    if uri.query_names().any(|name| ANSWER.contains(&&*name)) {
        return Err(BadRedirectUri::Parameter);
    }
    match application_type {
        ApplicationType::Web if is_web(&uri, client_uri) => Ok(()),
        ApplicationType::Web => Err(BadRedirectUri::NotWeb),
        ApplicationType::Native if is_native_uri(&uri) => Ok(()),
        ApplicationType::Native => Err(BadRedirectUri::NotNative),
    }
}

/// Whether a native application may register this redirect URI.
#[must_use]
pub fn is_native(uri: &str) -> bool {
    !uri.starts_with("https:") && parse(uri).is_ok_and(|uri| is_native_uri(&uri))
}

/// Whether a request's redirect URI is one of those that the client registered.
///
/// "Authorization servers MUST utilize exact string matching except for port numbers in localhost redirection URIs
/// of native apps" (RFC 9700 §2.1). Beyond that, the three names of the loopback host stand for each other: an app
/// may find that its system has only one of IPv4 and IPv6.
#[must_use]
pub fn matches(registered: &[impl AsRef<str>], requested: &str) -> bool {
    let is_exact = registered.iter().any(|uri| uri.as_ref() == requested);
    is_exact || matches_on_loopback(registered, requested)
}

fn matches_on_loopback(registered: &[impl AsRef<str>], requested: &str) -> bool {
    let Some(requested) = loopback(requested) else { return false };
    registered
        .iter()
        .filter_map(|uri| loopback(uri.as_ref()))
        .any(|registered| registered.from_path() == requested.from_path())
}

fn loopback(uri: &str) -> Option<Uri<'_>> {
    parse(uri).ok().filter(is_loopback)
}

/// What holds for every application. "The endpoint URI MUST NOT include a fragment component." (RFC 6749 §3.1.2)
fn parse(uri: &str) -> Result<Uri<'_>, BadRedirectUri> {
    let uri = Uri::parse(uri)?;
    if uri.has_fragment() {
        Err(BadRedirectUri::Fragment)
    } else if uri.as_str().contains('*') {
        Err(BadRedirectUri::Wildcard)
    } else {
        Ok(uri)
    }
}

fn is_web(uri: &Uri, client_uri: Option<&Uri>) -> bool {
    uri.scheme() == "https" && client_uri.is_none_or(|client_uri| uri.host() == client_uri.host())
}

fn is_native_uri(uri: &Uri) -> bool {
    is_loopback(uri) || is_private_use(uri) || uri.as_str() == OUT_OF_BAND
}

/// RFC 8252 §7.3, and `localhost`, which §8.3 does not recommend but many apps use.
fn is_loopback(uri: &Uri) -> bool {
    uri.scheme() == "http" && matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

/// "Any private-use URI scheme that doesn't contain a period character ("."), SHOULD be rejected." (RFC 8252 §8.4)
///
/// Schemes that a browser acts upon (`javascript`, `data`, `file` …) have none.
fn is_private_use(uri: &Uri) -> bool {
    uri.scheme().contains('.')
}

#[cfg(test)]
mod tests;
