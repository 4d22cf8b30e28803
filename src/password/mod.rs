//! Whether a password is good enough.

mod common;
mod policy;
mod rule;
mod strength;

pub use policy::{BadOption, Options, Policy};
pub use rule::Refusal;
pub use strength::{Known, score};
