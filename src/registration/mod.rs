//! Registration through the JSON servlet (`mod_register_json`).
//!
//! [`Rules::admit`] reads a request and applies what can be decided from it alone; the shell then asks
//! the server (is the name free, is the mail address known, does another module object) and names its
//! [`Refusal`] where the answer is no. Every status of the servlet stands in [`refusal`].

pub mod body;
pub mod confirmation;
pub mod pending;
pub mod refusal;
mod rules;
mod throttle;

pub use body::{Body, Request};
pub use refusal::Refusal;
pub use rules::{BadOption, Options, Rejected, Rules};
pub use throttle::Throttle;
