//! The two tokens of a device's request (RFC 8628): the code that the device has, and the one that goes through the
//! browser of its user. Both stand for the user code, which people can read.

use std::fmt;

use super::client::Client;
use super::key_ring::KeyRing;
use super::lifetime::is_current;
use super::seal::{NONCE, Purpose};

/// Seconds for which all of them are good.
pub const LIFETIME: i64 = 600;

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `device_code`
    DeviceCode,
    /// `state` of the authorization request.
    State,
}

impl Kind {
    const fn purpose(self) -> Purpose {
        match self {
            Self::DeviceCode => Purpose::DeviceCode,
            Self::State => Purpose::DeviceState,
        }
    }
}

/// A user code and since when there is one. `Debug` does not show the code.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken {
    /// As it is shown.
    pub user_code: String,
    /// Seconds since the epoch.
    pub issued_at: i64,
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceToken").field("issued_at", &self.issued_at).finish_non_exhaustive()
    }
}

impl DeviceToken {
    /// The token for this client.
    #[must_use]
    pub fn seal(&self, ring: &KeyRing, kind: Kind, client: &Client, nonce: &[u8; NONCE]) -> String {
        let content = serde_json::to_vec(&(&self.user_code, self.issued_at)).unwrap_or_default();
        ring.seal(kind.purpose(), client.hash(), &content, nonce)
    }

    /// Reads a token made for this client, expired or not.
    #[must_use]
    pub fn open(ring: &KeyRing, kind: Kind, client: &Client, token: &str) -> Option<Self> {
        let content = ring.unseal(kind.purpose(), client.hash(), token)?;
        let (user_code, issued_at) = serde_json::from_slice(&content).ok()?;
        Some(Self { user_code, issued_at })
    }

    /// Whether its time is over, or has not come.
    #[must_use]
    pub fn has_expired(&self, now: i64) -> bool {
        !is_current(self.issued_at, LIFETIME, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::tests::{native, register, registrar, web};

    #[test]
    fn rfc8628_3_2_tokens_are_their_clients_and_of_one_kind() {
        let registrar = registrar();
        let (client, other) = (register(&registrar, &web()).client, register(&registrar, &native()).client);
        let token = DeviceToken { user_code: "BCDF-GHJK".into(), issued_at: 1000 };
        let sealed = token.seal(&registrar.ring, Kind::DeviceCode, &client, &[7; NONCE]);
        let open = |kind, client, text: &str| DeviceToken::open(&registrar.ring, kind, client, text);
        assert_eq!(open(Kind::DeviceCode, &client, &sealed), Some(token.clone()));
        assert_eq!(open(Kind::State, &client, &sealed), None);
        assert_eq!(open(Kind::DeviceCode, &other, &sealed), None);
        assert_eq!(open(Kind::DeviceCode, &client, "BCDF-GHJK"), None);
        assert!(
            token.has_expired(699)
                && !token.has_expired(700)
                && !token.has_expired(1599)
                && token.has_expired(1600)
        );
    }

    #[test]
    fn debug_does_not_show_the_code() {
        let token = DeviceToken { user_code: "BCDF-GHJK".into(), issued_at: 1000 };
        assert!(!format!("{token:?}").contains("BCDF"));
    }
}
