//! Clients that are nobody any more, although their ids go on being signed.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::client::Client;
use super::key_ring::UntrustedClientId;
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
    /// All clients whose `client_uri` has a host, in whatever case, or all there are (the host is then empty), issued
    /// before a time.
    IssuedBefore,
}

/// What a grant says about the client that it was made to.
#[derive(Debug, Clone, Copy)]
pub struct Grantee<'a> {
    /// Its hash.
    pub client_hash: &'a str,
    /// Its `software_id`.
    pub software_id: Option<&'a str>,
    /// Its `client_uri`.
    pub client_uri: Option<&'a str>,
    /// When the grant was made, in seconds since the epoch.
    pub granted_at: Option<i64>,
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
                let known = self.issued_before.entry(name.to_ascii_lowercase()).or_insert(time);
                *known = time.max(*known);
            }
        }
    }

    /// Takes a revocation back.
    pub fn remove(&mut self, kind: Kind, name: &str) {
        match kind {
            Kind::Client => drop(self.clients.remove(name)),
            Kind::Software => drop(self.software.remove(name)),
            Kind::IssuedBefore => drop(self.issued_before.remove(&name.to_ascii_lowercase())),
        }
    }

    /// Whether this client is revoked.
    #[must_use]
    pub fn contains(&self, client: &Client) -> bool {
        // Without revoked clients their hashes need not be known.
        (!self.clients.is_empty() && self.clients.contains(client.hash()))
            || client.metadata().text("software_id").is_some_and(|id| self.software.contains(id))
            || self.is_too_old(client)
    }

    /// Whether the client that something was granted to is revoked, as far as a grant tells.
    #[must_use]
    pub fn contains_grantee(&self, grantee: &Grantee<'_>) -> bool {
        self.clients.contains(grantee.client_hash)
            || grantee.software_id.is_some_and(|id| self.software.contains(id))
            // Whoever was granted something had been issued before.
            || self.was_before(grantee.granted_at, grantee.client_uri)
    }

    fn is_too_old(&self, client: &Client) -> bool {
        self.was_before(client.issued_at(), Some(&client.metadata().client_uri))
    }

    fn was_before(&self, time: Option<i64>, client_uri: Option<&str>) -> bool {
        let is_before = |host: &str| {
            self.issued_before.get(host).is_some_and(|limit| time.is_none_or(|time| time < *limit))
        };
        if self.issued_before.is_empty() {
            return false;
        }
        // Ids of the community module may have it in a spelling that is none of ours.
        let url = client_uri.and_then(|uri| Url::parse(uri).ok());
        is_before("") || url.is_some_and(|url| url.host_str().is_some_and(is_before))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::oauth::tests::{NOW, community_id, community_payload, native, register, registrar, web, with};

    fn client(metadata: &Value) -> Client {
        register(&registrar(), metadata).client
    }

    /// Of all revocations of one kind and name, which of the clients are revoked.
    fn revoked<const N: usize>(kind: Kind, name: &str, time: i64, clients: [&Client; N]) -> [bool; N] {
        let mut revocations = Revocations::default();
        revocations.add(kind, name, time);
        let revoked = clients.map(|client| revocations.contains(client));
        revocations.remove(kind, name);
        assert_eq!(clients.map(|client| revocations.contains(client)), [false; N]);
        revoked
    }

    #[test]
    fn one_client() {
        let (one, other) = (client(&web()), client(&native()));
        assert_eq!(revoked(Kind::Client, one.hash(), 0, [&one, &other]), [true, false]);
        for name in ["", one.id(), &one.hash()[1..], &one.hash().to_uppercase()] {
            assert_eq!(revoked(Kind::Client, name, 0, [&one, &other]), [false, false], "{name}");
        }
    }

    #[test]
    fn all_clients_of_a_software() {
        let with_id = |base: Value, id: &str| client(&with(base, &json!({ "software_id": id })));
        let clients = [with_id(web(), "a"), with_id(native(), "a"), with_id(web(), "b"), client(&web())];
        assert_eq!(revoked(Kind::Software, "a", 0, clients.each_ref()), [true, true, false, false]);
        for name in ["", "A", "aa"] {
            assert_eq!(revoked(Kind::Software, name, 0, clients.each_ref()), [false; 4], "{name}");
        }
    }

    #[test]
    fn all_clients_before_a_time() {
        let client = client(&web());
        for (time, expected) in
            [(0, false), (NOW, false), (NOW + 1, true), (i64::MAX, true), (i64::MIN, false)]
        {
            assert_eq!(revoked(Kind::IssuedBefore, "", time, [&client]), [expected], "{time}");
        }
        // Whose time nobody knows was issued before.
        let timeless = community_id(&with(community_payload(&web()), &json!({ "iat": null })));
        let timeless = registrar().open(&timeless, NOW).unwrap();
        assert_eq!(revoked(Kind::IssuedBefore, "", 1, [&timeless]), [true]);
    }

    #[test]
    fn all_clients_of_a_website_before_a_time() {
        let port = json!({ "client_uri": "https://app.example.com:8443/", "redirect_uris": ["https://app.example.com/"] });
        let clients = [client(&web()), client(&with(web(), &port)), client(&native())];
        let later = NOW + 1;
        let revoked = |host, time| revoked(Kind::IssuedBefore, host, time, clients.each_ref());
        assert_eq!(revoked("app.example.com", later), [true, true, false]);
        assert_eq!(revoked("App.Example.com", later), [true, true, false]);
        assert_eq!(revoked("app.example.com", NOW), [false, false, false]);
        assert_eq!(revoked("balcony.example", later), [false, false, true]);
        for host in ["example.com", "app.example.com:8443", "https://app.example.com/"] {
            assert_eq!(revoked(host, later), [false, false, false], "{host}");
        }
    }

    #[test]
    fn ids_of_the_community_module_have_hosts_in_other_spellings() {
        for uri in ["https://APP.Example.com/", "HTTPS://app.example.com", "https://app.example.com/ä"] {
            let id = community_id(&with(community_payload(&web()), &json!({ "client_uri": uri })));
            let client = registrar().open(&id, NOW).unwrap();
            assert_eq!(revoked(Kind::IssuedBefore, "app.example.com", NOW + 1, [&client]), [true], "{uri}");
        }
        let id = community_id(&with(community_payload(&web()), &json!({ "client_uri": "nowhere" })));
        let client = registrar().open(&id, NOW).unwrap();
        assert_eq!(revoked(Kind::IssuedBefore, "nowhere", NOW + 1, [&client]), [false]);
        assert_eq!(revoked(Kind::IssuedBefore, "", NOW + 1, [&client]), [true]);
    }

    #[test]
    fn the_latest_time_counts() {
        let client = client(&web());
        let mut revocations = Revocations::default();
        for time in [NOW + 1, NOW - 1, 0] {
            revocations.add(Kind::IssuedBefore, "", time);
            assert!(revocations.contains(&client));
        }
    }

    #[test]
    fn revocations_are_taken_back_one_by_one() {
        let client = client(&with(web(), &json!({ "software_id": "a" })));
        let mut revocations = Revocations::default();
        let all = [(Kind::Client, client.hash()), (Kind::Software, "a"), (Kind::IssuedBefore, "")];
        for (kind, name) in all {
            revocations.add(kind, name, NOW + 1);
            revocations.add(kind, name, NOW + 1);
        }
        for (kind, name) in all {
            assert!(revocations.contains(&client));
            revocations.remove(kind, "another");
            revocations.remove(kind, name);
        }
        assert!(!revocations.contains(&client));
    }

    fn grantee<'a>(client_hash: &'a str, software_id: Option<&'a str>) -> Grantee<'a> {
        Grantee {
            client_hash,
            software_id,
            client_uri: Some("https://app.example.com/"),
            granted_at: Some(NOW),
        }
    }

    #[test]
    fn grants_are_revoked_by_hash_and_software_id() {
        let mut revocations = Revocations::default();
        revocations.add(Kind::Client, "hash", 0);
        revocations.add(Kind::Software, "software", 0);
        let is_revoked = |hash, software| revocations.contains_grantee(&grantee(hash, software));
        assert!(is_revoked("hash", None) && is_revoked("hash", Some("x")));
        assert!(is_revoked("x", Some("software")));
        for (hash, software) in [("", None), ("x", None), ("software", Some("hash")), ("Hash", Some(""))] {
            assert!(!is_revoked(hash, software), "{hash}");
        }
    }

    #[test]
    fn what_was_granted_before_was_granted_to_a_client_issued_before() {
        for (host, time, expected) in [
            ("", NOW + 1, true),
            ("", NOW, false),
            ("app.example.com", NOW + 1, true),
            ("app.example.com", NOW, false),
            ("example.com", NOW + 1, false),
        ] {
            let mut revocations = Revocations::default();
            revocations.add(Kind::IssuedBefore, host, time);
            assert_eq!(revocations.contains_grantee(&grantee("x", None)), expected, "{host} {time}");
            let nowhere = Grantee { client_uri: None, ..grantee("x", None) };
            assert_eq!(revocations.contains_grantee(&nowhere), expected && host.is_empty());
        }
    }

    #[test]
    fn kinds_have_names() {
        for kind in [Kind::Client, Kind::Software, Kind::IssuedBefore] {
            assert_eq!(Kind::by_name(kind.name()), Some(kind));
        }
        for name in ["", "client", "Client_hash", "issued_before "] {
            assert_eq!(Kind::by_name(name), None);
        }
    }

    #[test]
    fn what_an_operator_names() {
        let client = client(&web());
        let hash = client.hash().to_owned();
        assert_eq!(Kind::guess(client.id()), (Kind::Client, hash.clone()));
        assert_eq!(Kind::guess(&hash), (Kind::Client, hash.clone()));
        // The id of another host too: it is revoked wherever it comes.
        let broken = format!("{}x", client.id());
        assert_eq!(Kind::guess(&broken), (Kind::Client, super::super::client::hash(&broken)));
        for software in ["", "a.b.c", "32a0a8f3-4016-5478-905a-c373156eca73", &hash[1..], &format!("{hash}=")]
        {
            assert_eq!(Kind::guess(software), (Kind::Software, software.to_owned()));
        }
    }
}
