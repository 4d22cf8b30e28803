//! Where the answer to an authorization request goes (RFC 6749 §3.1.2).

use form_urlencoded::Serializer;

use super::choice::GrantType;
use super::error::EndpointError;
use super::metadata::Metadata;
use super::redirect_uri::{self, DEVICE_CODE, OUT_OF_BAND};

/// A place the client has registered, and what it wants to hear there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnAddress {
    target: Target,
    mode: Mode,
    state: Option<String>,
    is_explicit: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Target {
    Uri(String),
    OutOfBand,
    Device,
}

/// `response_mode` (OAuth 2.0 Multiple Response Type Encoding Practices §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Behind a `?`.
    Query,
    /// Behind a `#`.
    Fragment,
}

impl ReturnAddress {
    /// The address that a request means, if the client has registered it. A request that names none means the only one
    /// there is (RFC 6749 §3.1.2.3).
    pub(super) fn find(
        metadata: &Metadata,
        requested: Option<&str>,
        mode: Mode,
        state: Option<&str>,
    ) -> Option<Self> {
        let uri = match (requested, metadata.redirect_uris.as_slice()) {
            (Some(DEVICE_CODE), _) if metadata.grant_types.contains(&GrantType::DeviceCode) => DEVICE_CODE,
            (Some(requested), registered) if redirect_uri::matches(registered, requested) => requested,
            (None, [only]) => only,
            _ => return None,
        };
        let target = match uri {
            DEVICE_CODE => Target::Device,
            OUT_OF_BAND => Target::OutOfBand,
            // Nothing else goes into a header, whatever has been registered elsewhere.
            uri if uri.bytes().all(|byte| byte.is_ascii_graphic()) => Target::Uri(uri.to_owned()),
            _ => return None,
        };
        Some(Self { target, mode, state: state.map(str::to_owned), is_explicit: requested.is_some() })
    }

    /// Whether a person carries the code to the client.
    #[must_use]
    pub fn is_out_of_band(&self) -> bool {
        self.target == Target::OutOfBand
    }

    /// Whether the client is a device that asks the token endpoint (RFC 8628).
    #[must_use]
    pub fn is_device(&self) -> bool {
        self.target == Target::Device
    }

    /// The `redirect_uri`, and whether the request had it.
    pub(super) fn redirect_uri(&self) -> Option<(&str, bool)> {
        match &self.target {
            Target::Uri(uri) => Some((uri, self.is_explicit)),
            Target::OutOfBand => Some((OUT_OF_BAND, self.is_explicit)),
            Target::Device => None,
        }
    }

    /// The address with these parameters, `state` and `iss` (RFC 9207 §2); none where nothing can be sent to. The
    /// query of the address is kept as it is: "When adding parameters the authorization server MUST retain it"
    /// (RFC 6749 §3.1.2).
    #[must_use]
    pub fn location(&self, issuer: &str, parameters: &[(&str, &str)]) -> Option<String> {
        let Target::Uri(uri) = &self.target else { return None };
        let mut encoded = Serializer::new(String::new());
        encoded.extend_pairs(parameters);
        if let Some(state) = &self.state {
            encoded.append_pair("state", state);
        }
        encoded.append_pair("iss", issuer);
        // None may be registered here. The community module has let them be, and wrote the query before them.
        let (uri, fragment) = uri.split_at(uri.find('#').unwrap_or(uri.len()));
        let fragment = if self.mode == Mode::Query { fragment } else { "" };
        Some([uri, self.separator(uri), &encoded.finish(), fragment].concat())
    }

    /// The address with an error (RFC 6749 §4.1.2.1); none where nothing can be sent to, or not this.
    #[must_use]
    pub fn refusal(&self, issuer: &str, error: &EndpointError) -> Option<String> {
        let parameters = [("error", error.code.name()), ("error_description", &error.description)];
        if error.code.is_for_redirect() { self.location(issuer, &parameters) } else { None }
    }

    fn separator(&self, uri: &str) -> &'static str {
        let query = uri.split_once('?').map(|(_, query)| query);
        match (self.mode, query) {
            (Mode::Fragment, _) => "#",
            (Mode::Query, None) => "?",
            (Mode::Query, Some(query)) if query.is_empty() || query.ends_with('&') => "",
            (Mode::Query, Some(_)) => "&",
        }
    }
}

#[cfg(test)]
mod tests;
