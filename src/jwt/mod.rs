//! JSON Web Tokens (RFC 7519), signed (RFC 7515, compact serialization).
//!
//! Which algorithm a token may have is a property of the key (RFC 8725 §3.1), never of the token's header.
//!
//! A text becomes an [`UntrustedToken`], which nobody believes; with a key that has signed it an
//! [`AuthenticToken`], whose signer meant every word, whenever and for whomever; and with claims that are
//! [`Expected`] here and now [`VerifiedClaims`]. [`verify`] goes all the way.

mod algorithm;
mod authentic;
mod bad_key;
pub mod base64url;
mod claims;
mod compact;
mod jwk;
mod key;
pub mod mac;
mod pem;
mod public_key;
mod refusal;
mod signing;
mod signing_key;
#[cfg(test)]
mod tests;

pub use algorithm::Algorithm;
pub use authentic::AuthenticToken;
pub use bad_key::BadKey;
pub use claims::{Expected, VerifiedClaims};
pub use compact::{MAX_LENGTH, UntrustedToken};
pub use key::{Key, Source};
pub use public_key::PublicKey;
pub use refusal::Refusal;
pub use signing::CannotSign;
pub use signing_key::{NoRandomness, SigningKey};

/// The claims of a token that one of the keys has signed, and that is valid here and now.
///
/// # Errors
/// The first [`Refusal`], asked for in this order: the token's form, its algorithm and key, its signature, its
/// type, its claims.
pub fn verify(keys: &[&Key], token: &[u8], expected: &Expected) -> Result<VerifiedClaims, Refusal> {
    let authentic = UntrustedToken::read(token)?.authenticate(keys)?;
    expected.accept(authentic)
}
