//! The sentences of the pages in every language there is, and which of the languages a browser asks for.
//!
//! Messages are written in Fluent (FTL, syntax 1.0). Their sources come with the modules and are trusted; what
//! is not trusted are a browser's header and the values that go into a message.

mod arguments;
mod bad_catalogue;
mod catalogue;
mod negotiation;

pub use bad_catalogue::BadCatalogue;
pub use catalogue::{Catalogue, Value};
