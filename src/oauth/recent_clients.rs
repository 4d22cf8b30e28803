//! Clients that have proven lately who they are: to see so once more takes a fraction of the time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::client::Client;

/// How many there are, at most; few clients ask all the time.
const MOST: usize = 16;

/// SHA-256 of id and secret: nothing secret is kept, and nothing secret decides how long a comparison takes.
type Credentials = [u8; 32];

/// The latest come first. Whether a client has expired or been revoked since is another question.
#[derive(Debug, Default)]
pub struct RecentClients(Mutex<VecDeque<(Credentials, Client)>>);

impl RecentClients {
    /// The client that has come with just these credentials before.
    pub(super) fn get(&self, client_id: &str, secret: Option<&str>) -> Option<Client> {
        let credentials = hash(client_id, secret);
        let clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.iter().find(|(known, _)| *known == credentials).map(|(_, client)| client.clone())
    }

    /// Remembers a client whose secret was right.
    pub(super) fn add(&self, secret: Option<&str>, client: &Client) {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        clients.truncate(MOST - 1);
        clients.push_front((hash(client.id(), secret), client.clone()));
    }
}

/// Neither part can contain a NUL byte and be right.
fn hash(client_id: &str, secret: Option<&str>) -> Credentials {
    let hash = Sha256::new().chain_update(client_id).chain_update(if secret.is_some() { "\0" } else { "" });
    hash.chain_update(secret.unwrap_or_default()).finalize().into()
}

#[cfg(test)]
mod tests {
    use crate::oauth::registrar::Unknown;
    use crate::oauth::revocation::Kind;
    use crate::oauth::tests::{NOW, read, register, registrar, web};

    #[test]
    fn who_was_right_before_is_right_again_until_revoked() {
        let mut registrar = registrar();
        registrar.ttl = Some(100);
        let registered = register(&registrar, &web());
        let told = read(&registered.answer);
        let (id, secret) = (told["client_id"].as_str().unwrap(), told["client_secret"].as_str().unwrap());
        for _ in 0..3 {
            assert_eq!(registrar.authenticate(id, Some(secret), NOW).unwrap().id(), id);
            for wrong in [None, Some(""), Some("x"), Some(&secret[1..])] {
                assert_eq!(registrar.authenticate(id, wrong, NOW).unwrap_err(), Unknown::Secret);
            }
            assert_eq!(registrar.authenticate(&id[1..], Some(secret), NOW).unwrap_err(), Unknown::Signature);
        }
        assert_eq!(registrar.authenticate(id, Some(secret), NOW + 100).unwrap_err(), Unknown::Expired);
        registrar.revocations.add(Kind::Client, registered.client.hash(), 0);
        assert_eq!(registrar.authenticate(id, Some(secret), NOW).unwrap_err(), Unknown::Revoked);
    }

    #[test]
    fn there_are_only_so_many() {
        let registrar = registrar();
        for _ in 0..3 * super::MOST {
            let told = read(&register(&registrar, &web()).answer);
            let (id, secret) = (told["client_id"].as_str().unwrap(), told["client_secret"].as_str().unwrap());
            assert!(registrar.authenticate(id, Some(secret), NOW).is_ok());
        }
        assert!(registrar.recent.0.lock().unwrap().len() <= super::MOST);
    }
}
