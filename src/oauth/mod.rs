//! OAuth 2.0 (RFC 6749): clients that register themselves (RFC 7591) and are not stored.
//!
//! Metadata on the wire becomes [`Metadata`](metadata::Metadata) by passing every rule of [`validation`]. The
//! [`KeyRing`](key_ring::KeyRing) signs it into a client id; whoever sends the id later sends an
//! [`UntrustedClientId`](key_ring::UntrustedClientId), from which only the key ring gets a
//! [`Client`](client::Client) back. The [`Registrar`](registrar::Registrar) does it all.

pub mod access_token;
pub mod choice;
pub mod client;
pub mod key_ring;
pub mod key_strength;
pub mod metadata;
pub mod redirect_uri;
pub mod refusal;
pub mod registrar;
pub mod revocation;
pub mod schema;
pub mod scope;
pub mod software_statement;
pub mod uri;
pub mod validation;
pub mod web_uri;
mod wire;

#[cfg(test)]
mod tests;
