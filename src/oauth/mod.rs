//! OAuth 2.0 (RFC 6749) and `OpenID` Connect: what its endpoints decide.
//!
//! Clients register themselves (RFC 7591) and are not stored.
//!
//! Metadata on the wire becomes [`Metadata`](metadata::Metadata) by passing every rule of [`validation`]. The
//! [`KeyRing`](key_ring::KeyRing) signs it into a client id; whoever sends the id later sends an
//! [`UntrustedClientId`](key_ring::UntrustedClientId), from which only the key ring gets a
//! [`Client`](client::Client) back. The [`Registrar`](registrar::Registrar) does it all.
//!
//! The query of a browser becomes an [`AuthorizationRequest`](authorization::AuthorizationRequest), the form of a
//! client a [`TokenRequest`](token_request::TokenRequest), each by rules in order; what breaks one is an
//! [`EndpointError`](error::EndpointError). Whatever has to be known later is [sealed](seal) and given away.
//!
//! Of what is given out to clients, these have a form of their own: [`id_token`], [`user_code`], and the tokens that
//! Prosody makes, [`held_token`].

pub mod access_token;
pub mod authorization;
pub mod choice;
pub mod client;
pub mod code;
pub mod credentials;
pub mod device_token;
pub mod error;
pub mod held_token;
pub mod id_token;
pub mod key_ring;
pub mod key_strength;
mod lifetime;
pub mod login_token;
pub mod metadata;
pub mod parameters;
pub mod pkce;
mod prompt;
pub mod recent_clients;
pub mod redirect_uri;
pub mod refusal;
pub mod registrar;
pub mod return_address;
pub mod revocation;
pub mod schema;
pub mod scope;
pub mod scope_choice;
pub mod seal;
pub mod software_statement;
pub mod token_request;
pub mod uri;
pub mod user_code;
pub mod validation;
pub mod web_uri;
mod wire;

#[cfg(test)]
mod tests;
