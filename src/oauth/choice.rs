//! Metadata members that take one of a few names.

use super::redirect_uri::{ApplicationType, DEVICE_CODE};

/// A value that a standard gives a name.
pub trait Choice: Copy + Eq + 'static {
    /// The values and their names; the first is the default, where there is one.
    const ALL: &'static [(Self, &'static str)];

    /// The name of this value.
    fn name(self) -> &'static str {
        Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, name)| name)
    }

    /// The value of this name.
    fn by_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(value, _)| *value)
    }
}

/// How a client proves who it is (RFC 7591 §2, `token_endpoint_auth_method`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMethod {
    /// The secret in the header `Authorization` (RFC 6749 §2.3.1).
    Basic,
    /// The secret in the body.
    Post,
    /// A public client has no secret.
    None,
}

impl Choice for AuthMethod {
    const ALL: &'static [(Self, &'static str)] =
        &[(Self::Basic, "client_secret_basic"), (Self::Post, "client_secret_post"), (Self::None, "none")];
}

/// How a client gets tokens (RFC 7591 §2, `grant_types`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantType {
    /// RFC 6749 §4.1
    AuthorizationCode,
    /// RFC 6749 §6
    RefreshToken,
    /// RFC 8628
    DeviceCode,
    /// RFC 6749 §4.3
    Password,
    /// RFC 6749 §4.2
    Implicit,
}

impl Choice for GrantType {
    const ALL: &'static [(Self, &'static str)] = &[
        (Self::AuthorizationCode, "authorization_code"),
        (Self::RefreshToken, "refresh_token"),
        (Self::DeviceCode, DEVICE_CODE),
        (Self::Password, "password"),
        (Self::Implicit, "implicit"),
    ];
}

impl GrantType {
    /// What operators may write for the longest of these names, and what a client id has in its place.
    pub const DEVICE_CODE_ALIAS: &'static str = "device_code";

    /// The value of a name or of the alias.
    #[must_use]
    pub fn by_name_or_alias(name: &str) -> Option<Self> {
        if name == Self::DEVICE_CODE_ALIAS { Some(Self::DeviceCode) } else { Self::by_name(name) }
    }

    pub(super) fn short_name(self) -> &'static str {
        if self == Self::DeviceCode { Self::DEVICE_CODE_ALIAS } else { self.name() }
    }

    /// Whether a client without a secret may have it: whoever steals nothing but its `client_id` gets nothing.
    #[must_use]
    pub fn is_for_public_clients(self) -> bool {
        self != Self::Password
    }
}

/// What the authorization endpoint answers with (RFC 7591 §2, `response_types`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseType {
    /// A code, for the grant type `authorization_code`.
    Code,
    /// A token, for the grant type `implicit`.
    Token,
}

impl Choice for ResponseType {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Code, "code"), (Self::Token, "token")];
}

impl ResponseType {
    /// The grant type that it is part of (RFC 7591 §2.1).
    #[must_use]
    pub fn grant_type(self) -> GrantType {
        match self {
            Self::Code => GrantType::AuthorizationCode,
            Self::Token => GrantType::Implicit,
        }
    }
}

/// How an `id_token` is signed (`OpenID` Connect Registration §2, `id_token_signed_response_alg`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IdTokenAlg {
    /// With the server's key.
    Es256,
    /// With the client's secret.
    Hs256,
}

impl Choice for IdTokenAlg {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Es256, "ES256"), (Self::Hs256, "HS256")];
}

impl Choice for ApplicationType {
    const ALL: &'static [(Self, &'static str)] = &[(Self::Web, "web"), (Self::Native, "native")];
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for (value, name) in GrantType::ALL {
            assert_eq!((value.name(), GrantType::by_name(name)), (*name, Some(*value)));
            assert_eq!(GrantType::by_name_or_alias(value.short_name()), Some(*value));
        }
        assert_eq!(GrantType::by_name("device_code"), None);
        assert_eq!(AuthMethod::by_name("private_key_jwt"), None);
    }
}
