//! Who has logged in, on its way from the login page through the consent page: no session, and nothing to keep.

use super::key_ring::KeyRing;
use super::lifetime::is_current;
use super::seal::{NONCE, Purpose};

/// Seconds that people have to decide.
pub const LIFETIME: i64 = 600;

/// A user who has proven who he is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The part of the address before the `@`.
    pub username: String,
    /// When, in seconds since the epoch.
    pub auth_time: i64,
}

/// Why a login does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadLogin {
    /// Not made here, or not for this request.
    Invalid,
    /// Too long ago, or not yet.
    Expired,
}

impl Login {
    /// The token for one authorization request.
    pub(super) fn seal(&self, ring: &KeyRing, request: &str, nonce: &[u8; NONCE]) -> String {
        let content = serde_json::to_vec(&(&self.username, self.auth_time)).unwrap_or_default();
        ring.seal(Purpose::Login, request, &content, nonce)
    }

    /// Reads a token made for this authorization request.
    pub(super) fn open(ring: &KeyRing, request: &str, token: &str, now: i64) -> Result<Self, BadLogin> {
        let content = ring.unseal(Purpose::Login, request, token).ok_or(BadLogin::Invalid)?;
        let (username, auth_time) = serde_json::from_slice(&content).map_err(|_| BadLogin::Invalid)?;
        let login = Self { username, auth_time };
        if is_current(login.auth_time, LIFETIME, now) { Ok(login) } else { Err(BadLogin::Expired) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::tests::registrar;

    #[test]
    fn a_login_is_for_one_request_and_some_time() {
        let ring = registrar().ring;
        let login = Login { username: "juliet".into(), auth_time: 1000 };
        let token = login.seal(&ring, "request", &[7; NONCE]);
        assert_eq!(Login::open(&ring, "request", &token, 1599), Ok(login.clone()));
        assert_eq!(Login::open(&ring, "request", &token, 700), Ok(login));
        assert_eq!(Login::open(&ring, "request", &token, 699), Err(BadLogin::Expired));
        assert_eq!(Login::open(&ring, "request", &token, 1600), Err(BadLogin::Expired));
        assert_eq!(Login::open(&ring, "another", &token, 1000), Err(BadLogin::Invalid));
        assert_eq!(Login::open(&ring, "request", "", 1000), Err(BadLogin::Invalid));
        assert_eq!(Login::open(&ring, "request", &token[1..], 1000), Err(BadLogin::Invalid));
    }
}
