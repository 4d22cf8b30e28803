//! Every error code that an endpoint answers with: its name, its status, and whether the client is told by redirect.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

/// The value of `error`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// RFC 6749 §4.1.2.1, §5.2
    InvalidRequest,
    /// RFC 6749 §4.1.2.1, §5.2
    UnauthorizedClient,
    /// RFC 6749 §4.1.2.1
    AccessDenied,
    /// RFC 6749 §4.1.2.1
    UnsupportedResponseType,
    /// RFC 6749 §4.1.2.1, §5.2
    InvalidScope,
    /// RFC 6749 §4.1.2.1
    ServerError,
    /// RFC 6749 §4.1.2.1
    TemporarilyUnavailable,
    /// `OpenID` Connect Core §3.1.2.6
    LoginRequired,
    /// `OpenID` Connect Core §3.1.2.6
    AccountSelectionRequired,
    /// `OpenID` Connect Core §3.1.2.6
    ConsentRequired,
    /// `OpenID` Connect Core §3.1.2.6
    RequestNotSupported,
    /// `OpenID` Connect Core §3.1.2.6
    RequestUriNotSupported,
    /// `OpenID` Connect Core §3.1.2.6
    RegistrationNotSupported,
    /// RFC 6749 §5.2
    InvalidClient,
    /// RFC 6749 §5.2
    InvalidGrant,
    /// RFC 6749 §5.2
    UnsupportedGrantType,
    /// RFC 8628 §3.5
    AuthorizationPending,
    /// RFC 8628 §3.5; of whoever else asks too often, too.
    SlowDown,
    /// RFC 8628 §3.5
    ExpiredToken,
    /// RFC 6750 §3.1
    InvalidToken,
    /// RFC 6750 §3.1
    InsufficientScope,
    /// RFC 7591 §3.2.2
    InvalidRedirectUri,
    /// RFC 7591 §3.2.2
    InvalidClientMetadata,
    /// Ours: `client_name` is missing or nothing that people could be shown.
    InvalidClientName,
    /// RFC 7591 §3.2.2
    InvalidSoftwareStatement,
    /// RFC 7591 §3.2.2
    UnapprovedSoftwareStatement,
}

/// What the table has on a code.
struct Entry {
    name: &'static str,
    status: u16,
    /// Whether the client at a redirect URI may be told, as an answer to an authorization request.
    is_for_redirect: bool,
}

const fn redirected(name: &'static str) -> Entry {
    Entry { name, status: 400, is_for_redirect: true }
}

const fn answered(status: u16, name: &'static str) -> Entry {
    Entry { name, status, is_for_redirect: false }
}

impl ErrorCode {
    /// Every code.
    pub const ALL: [Self; 26] = [
        Self::InvalidRequest,
        Self::UnauthorizedClient,
        Self::AccessDenied,
        Self::UnsupportedResponseType,
        Self::InvalidScope,
        Self::ServerError,
        Self::TemporarilyUnavailable,
        Self::LoginRequired,
        Self::AccountSelectionRequired,
        Self::ConsentRequired,
        Self::RequestNotSupported,
        Self::RequestUriNotSupported,
        Self::RegistrationNotSupported,
        Self::InvalidClient,
        Self::InvalidGrant,
        Self::UnsupportedGrantType,
        Self::AuthorizationPending,
        Self::SlowDown,
        Self::ExpiredToken,
        Self::InvalidToken,
        Self::InsufficientScope,
        Self::InvalidRedirectUri,
        Self::InvalidClientMetadata,
        Self::InvalidClientName,
        Self::InvalidSoftwareStatement,
        Self::UnapprovedSoftwareStatement,
    ];

    /// The code of a name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.name() == name)
    }

    const fn entry(self) -> Entry {
        match self {
            Self::InvalidRequest => redirected("invalid_request"),
            Self::UnauthorizedClient => redirected("unauthorized_client"),
            Self::AccessDenied => redirected("access_denied"),
            Self::UnsupportedResponseType => redirected("unsupported_response_type"),
            Self::InvalidScope => redirected("invalid_scope"),
            Self::ServerError => redirected("server_error"),
            Self::TemporarilyUnavailable => redirected("temporarily_unavailable"),
            Self::LoginRequired => redirected("login_required"),
            Self::AccountSelectionRequired => redirected("account_selection_required"),
            Self::ConsentRequired => redirected("consent_required"),
            Self::RequestNotSupported => redirected("request_not_supported"),
            Self::RequestUriNotSupported => redirected("request_uri_not_supported"),
            Self::RegistrationNotSupported => redirected("registration_not_supported"),
            Self::InvalidClient => answered(401, "invalid_client"),
            Self::InvalidGrant => answered(400, "invalid_grant"),
            Self::UnsupportedGrantType => answered(400, "unsupported_grant_type"),
            Self::AuthorizationPending => answered(400, "authorization_pending"),
            Self::SlowDown => answered(400, "slow_down"),
            Self::ExpiredToken => answered(400, "expired_token"),
            Self::InvalidToken => answered(401, "invalid_token"),
            Self::InsufficientScope => answered(403, "insufficient_scope"),
            Self::InvalidRedirectUri => answered(400, "invalid_redirect_uri"),
            Self::InvalidClientMetadata => answered(400, "invalid_client_metadata"),
            Self::InvalidClientName => answered(400, "invalid_client_name"),
            Self::InvalidSoftwareStatement => answered(400, "invalid_software_statement"),
            Self::UnapprovedSoftwareStatement => answered(400, "unapproved_software_statement"),
        }
    }

    /// On the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.entry().name
    }

    /// The HTTP status of an answer that has it in its body.
    #[must_use]
    pub const fn status(self) -> u16 {
        self.entry().status
    }

    /// Whether it answers authorization requests.
    #[must_use]
    pub const fn is_for_redirect(self) -> bool {
        self.entry().is_for_redirect
    }
}

/// Why an endpoint refuses a request, and what the client's author is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointError {
    /// What programs read.
    pub code: ErrorCode,
    /// What people read: ASCII without quotation marks and backslashes (RFC 6749 §5.2), and without values.
    pub description: Cow<'static, str>,
}

impl EndpointError {
    /// One with a description.
    pub fn new(code: ErrorCode, description: impl Into<Cow<'static, str>>) -> Self {
        Self { code, description: description.into() }
    }

    /// One for a parameter that is not there.
    #[must_use]
    pub fn missing(parameter: &str) -> Self {
        Self::new(ErrorCode::InvalidRequest, format!("missing '{parameter}'"))
    }

    /// The body of an answer.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for EndpointError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("error", self.code.name())?;
        map.serialize_entry("error_description", &self.description)?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rfc6749_5_2_only_invalid_client_and_tokens_are_401() {
        assert_eq!(ErrorCode::InvalidClient.status(), 401);
        assert_eq!(ErrorCode::InvalidToken.status(), 401);
        assert_eq!(ErrorCode::InvalidGrant.status(), 400);
    }

    #[test]
    fn rfc6749_4_1_2_1_what_concerns_the_token_endpoint_is_not_redirected() {
        assert!(ErrorCode::AccessDenied.is_for_redirect());
        assert!(!ErrorCode::InvalidClient.is_for_redirect());
        assert!(!ErrorCode::InvalidGrant.is_for_redirect());
    }

    #[test]
    fn every_code_is_found_by_its_name() {
        for code in ErrorCode::ALL {
            assert_eq!(ErrorCode::by_name(code.name()), Some(code));
        }
        assert_eq!(ErrorCode::by_name("invalid"), None);
    }

    #[test]
    fn the_body_has_code_and_description() {
        let error = EndpointError::new(ErrorCode::InvalidGrant, "incorrect credentials");
        assert_eq!(
            error.to_json(),
            r#"{"error":"invalid_grant","error_description":"incorrect credentials"}"#
        );
    }
}
