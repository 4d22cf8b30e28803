//! Clients that are nobody any more, although their ids go on being signed.

use std::collections::{HashMap, HashSet};

use super::client::Client;
use super::key_ring::UntrustedClientId;
use super::uri::Uri;
use crate::jwt::base64url;

/// What is revoked. Whether a client is among it costs the same however much it is.
#[derive(Debug, Clone, Default)]
pub struct Revocations {
    clients: HashSet<String>,
    software: HashSet<String>,
    issued_before: HashMap<String, i64>,
}

/// What can be revoked at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// One client, by its hash.
    Client,
    /// All clients of one `software_id`.
    Software,
    /// All clients whose `client_uri` has a host, or all there are (the host is then empty), issued before a time.
    IssuedBefore,
}

impl Kind {
    /// By the name that the configuration and the store have for it.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        match name {
            "client_hash" => Some(Self::Client),
            "software_id" => Some(Self::Software),
            "issued_before" => Some(Self::IssuedBefore),
            _ => None,
        }
    }

    /// What a text means that an operator gives: a client's id or hash, or else a `software_id`.
    #[must_use]
    pub fn guess(text: &str) -> (Self, String) {
        if UntrustedClientId::new(text).is_some_and(|id| id.looks_like_one()) {
            return (Self::Client, super::client::hash(text));
        }
        let is_hash = base64url::decode(text).is_some_and(|bytes| bytes.len() == 32);
        (if is_hash { Self::Client } else { Self::Software }, text.to_owned())
    }

    /// The name again.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Client => "client_hash",
            Self::Software => "software_id",
            Self::IssuedBefore => "issued_before",
        }
    }
}

impl Revocations {
    /// Revokes; `time`, in seconds since the epoch, is for [`Kind::IssuedBefore`], where the latest one counts.
    pub fn add(&mut self, kind: Kind, name: &str, time: i64) {
        match kind {
            Kind::Client => drop(self.clients.insert(name.into())),
            Kind::Software => drop(self.software.insert(name.into())),
            Kind::IssuedBefore => {
                let known = self.issued_before.entry(name.into()).or_insert(time);
                *known = time.max(*known);
            }
        }
    }

    /// Takes a revocation back.
    pub fn remove(&mut self, kind: Kind, name: &str) {
        match kind {
            Kind::Client => drop(self.clients.remove(name)),
            Kind::Software => drop(self.software.remove(name)),
            Kind::IssuedBefore => drop(self.issued_before.remove(name)),
        }
    }

    /// Whether this client is revoked.
    #[must_use]
    pub fn contains(&self, client: &Client) -> bool {
        self.clients.contains(client.hash())
            || client.metadata().text("software_id").is_some_and(|id| self.software.contains(id))
            || self.is_too_old(client)
    }

    fn is_too_old(&self, client: &Client) -> bool {
        let is_before = |host: &str| {
            self.issued_before.get(host).is_some_and(|time| client.issued_at().is_none_or(|at| at < *time))
        };
        if self.issued_before.is_empty() {
            return false;
        }
        is_before("")
            || Uri::parse(&client.metadata().client_uri).is_ok_and(|uri| uri.host().is_some_and(is_before))
    }
}
