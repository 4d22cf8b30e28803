//! JSON Web Tokens (RFC 7519), signed (RFC 7515, compact serialization).
//!
//! Which algorithm a token may have is a property of the key (RFC 8725 §3.1), never of the token's header.

pub mod base64url;
pub mod mac;
