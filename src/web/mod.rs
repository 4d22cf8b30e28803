//! What the pages need to know of a request, and what they show besides text.

mod accent;
mod form;
mod origin;
mod platform;
mod qr;

pub use accent::{Accent, BadColour, accent};
pub use form::{BadForm, fields};
pub use origin::{Origin, from_elsewhere};
pub use platform::platform;
pub use qr::qr_svg;
