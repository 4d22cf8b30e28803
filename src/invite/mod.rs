//! Invitations: their tokens, and the HTTP API of `mod_invites_api` and `mod_invites_register_api`.

mod api_key;
mod idempotency;
mod registration;
mod suggestions;
mod token;

pub use api_key::{api_key, hash_secret, secret_matches};
pub use idempotency::is_idempotency_key;
pub use registration::{Refusal, Registration};
pub use suggestions::suggestions;
pub use token::{is_token, token_in};
