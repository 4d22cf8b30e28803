//! Why a token is refused.

use std::fmt;

/// The first thing that is wrong with a token. What the token says is never part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is no JWS in compact serialization with a JSON object in it. What it has or is instead.
    Malformed(&'static str),
    /// It must not be accepted without extensions that there are none of here (RFC 7515 §4.1.11).
    Critical,
    /// Its algorithm is none of the keys'.
    Algorithm,
    /// No key of its algorithm has its `kid`, or there is no key at all.
    Key,
    /// None of the keys has signed it.
    Signature,
    /// It is another type of token than expected, or does not say which (RFC 8725 §3.11).
    Typ,
    /// A claim that is required is missing.
    NoClaim {
        /// Its name, as the caller has it.
        name: String,
    },
    /// A claim has a value of another type than it must have.
    ClaimType {
        /// Its name.
        name: &'static str,
    },
    /// Its time is over (RFC 7519 §4.1.4).
    Expired,
    /// Its time is to come (RFC 7519 §4.1.5), or it comes from the future (§4.1.6).
    NotYetValid,
    /// It has another issuer than expected, or none (RFC 7519 §4.1.1).
    Issuer,
    /// The audience expected is not among those it is for, or it is for somebody where nobody is expected
    /// (RFC 7519 §4.1.3).
    Audience,
}

impl Refusal {
    /// A short name that stays, whatever the sentence will be.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "malformed",
            Self::Critical => "crit",
            Self::Algorithm => "algorithm",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Typ => "typ",
            Self::NoClaim { .. } | Self::ClaimType { .. } => "claim",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Malformed(what) => return write!(f, "the token {what}"),
            Self::NoClaim { name } => return write!(f, "the token has no claim '{name}'"),
            Self::ClaimType { name } => return write!(f, "the token's claim '{name}' is of a wrong type"),
            Self::Critical => "the token needs extensions that are not known here",
            Self::Algorithm => "the token's algorithm is not that of a key",
            Self::Key => "there is no key for the token",
            Self::Signature => "the token's signature is wrong",
            Self::Typ => "the token is not of the type expected",
            Self::Expired => "the token has expired",
            Self::NotYetValid => "the token is not valid yet",
            Self::Issuer => "the token is not from the issuer expected",
            Self::Audience => "the token is meant for somebody else",
        };
        f.write_str(text)
    }
}

impl std::error::Error for Refusal {}
