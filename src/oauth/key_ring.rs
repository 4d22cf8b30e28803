//! The keys of one host, and what is derived from them. No key is kept anywhere: all come from
//! `oauth2_registration_key`, and those that could log somebody in from a secret of the host, too.

use std::fmt;
use std::sync::Arc;

use super::seal::{NONCE, Purpose, Seal};
use crate::jwt::base64url;
use crate::jwt::mac::{MacAlgorithm, MacKey};

/// Longest client id that is looked at, in bytes. Those that we make have a limit of their own.
pub(super) const MAX_LEN: usize = 16 * 1024;

/// The header of ids of the community module, but for the algorithm.
const COMMUNITY_HEADER: (&str, &str) = (r#"{"alg":""#, r#"","typ":"JWT"}"#);

/// A text that somebody sent as a `client_id`. What it contains cannot be had without the signature's being checked.
#[derive(Debug, Clone, Copy)]
pub struct UntrustedClientId<'a> {
    text: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> UntrustedClientId<'a> {
    /// Takes it apart (RFC 7515 §3.1); none if it has not three parts or is longer than 16 KiB.
    #[must_use]
    pub fn new(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.').filter(|_| text.len() <= MAX_LEN)?;
        let (header, payload) = signed.split_once('.')?;
        Some(Self { text, header, payload, signature })
    }

    /// The whole text.
    #[must_use]
    pub fn untrusted_text(&self) -> &'a str {
        self.text
    }

    /// What it says, signed by whomever.
    pub(super) fn untrusted_payload(&self) -> Option<Vec<u8>> {
        base64url::decode(self.payload)
    }

    /// Whether somebody who pastes it means a client id, good or not: its header begins as JSON does.
    pub(super) fn looks_like_one(&self) -> bool {
        self.header.starts_with("eyJ")
    }

    fn signed(&self) -> &'a [u8] {
        let length = self.text.len() - self.signature.len() - 1;
        self.text.as_bytes().get(..length).unwrap_or_default()
    }
}

/// A payload whose signature is good, and the key it is good for.
pub(super) struct Opened<'r> {
    pub(super) key: &'r Arc<HostKey>,
    pub(super) payload: Vec<u8>,
    /// Signed with the registration key itself, as the community module does.
    pub(super) is_community: bool,
}

/// The first key signs; all of them verify.
#[derive(Debug, Clone)]
pub struct KeyRing {
    current: Arc<HostKey>,
    previous: Vec<Arc<HostKey>>,
    community_header: String,
}

impl KeyRing {
    /// Derives the keys of a host. `algorithm` is that of all signatures, old and new.
    #[must_use]
    pub fn new(host: &str, algorithm: MacAlgorithm, key: &[u8], previous: &[Vec<u8>]) -> Self {
        Self::with_secret(host, b"", algorithm, key, previous)
    }

    /// The same, of a host that has a secret which stands in no configuration: without it the keys open no code, login or
    /// device code, and make none.
    #[must_use]
    pub fn with_secret(
        host: &str,
        secret: &[u8],
        algorithm: MacAlgorithm,
        key: &[u8],
        previous: &[Vec<u8>],
    ) -> Self {
        let (before, after) = COMMUNITY_HEADER;
        let derive = |key: &[u8]| Arc::new(HostKey::new(host, secret, algorithm, key));
        Self {
            current: derive(key),
            previous: previous.iter().map(|key| derive(key)).collect(),
            community_header: base64url::encode([before, algorithm.name(), after].concat()),
        }
    }

    /// Seals something for later, so that it opens as often as one likes.
    #[must_use]
    pub fn seal(&self, purpose: Purpose, bound_to: &str, content: &[u8], nonce: &[u8; NONCE]) -> String {
        self.current.seal_for(purpose).seal(purpose, bound_to, content, nonce)
    }

    /// Opens what one of the keys has sealed for this purpose and this text.
    #[must_use]
    pub fn unseal(&self, purpose: Purpose, bound_to: &str, sealed: &str) -> Option<Vec<u8>> {
        let mut keys = std::iter::once(&self.current).chain(&self.previous);
        keys.find_map(|key| key.seal_for(purpose).open(purpose, bound_to, sealed))
    }

    /// How a store names what belongs to a user code: it does not tell the code.
    #[must_use]
    pub fn user_code_id(&self, user_code: &str) -> String {
        // No client id begins like this, so it is nobody's secret.
        self.current.secrets.hex_tag(&[b"user code ", user_code.as_bytes()])
    }

    /// The key for new ids.
    pub(super) fn current(&self) -> &Arc<HostKey> {
        &self.current
    }

    /// Checks the signature; none if no key of ours made it.
    ///
    /// The header must be, letter for letter, one that this host or the community module writes. So it chooses
    /// nothing, and there is no second spelling of an id.
    pub(super) fn open(&self, id: &UntrustedClientId<'_>) -> Option<Opened<'_>> {
        let is_community = id.header == self.community_header;
        let mut keys = std::iter::once(&self.current).chain(&self.previous);
        let key =
            keys.find(|key| (is_community || key.header == id.header) && key.has_signed(id, is_community))?;
        Some(Opened { key, payload: id.untrusted_payload()?, is_community })
    }
}

/// What comes of one `oauth2_registration_key` on one host.
pub(super) struct HostKey {
    /// The header of ids that it signs, in base64url.
    header: String,
    /// HMAC(`registration_key`, host) with the hash of the algorithm: as long as RFC 7518 §3.2 wants it.
    signing: MacKey,
    /// HMAC-SHA-256(`registration_key`, host), from which secrets come.
    secrets: MacKey,
    /// The registration key itself.
    community: MacKey,
    /// What hides what we give away to be given back. Somebody could log in with it.
    seal: Seal,
    /// What hides what we store; the host's secret is stored beside it and would add nothing.
    storage_seal: Seal,
}

impl HostKey {
    fn new(host: &str, secret: &[u8], algorithm: MacAlgorithm, registration_key: &[u8]) -> Self {
        let derive = |algorithm| MacKey::new(algorithm, registration_key).tag(&[host.as_bytes()]);
        let signing = MacKey::new(algorithm, &derive(algorithm));
        let kid: Vec<_> = signing.tag(&[b"kid"]).into_iter().take(6).collect();
        let header = format!(r#"{{"alg":"{}","kid":"{}"}}"#, algorithm.name(), base64url::encode(kid));
        Self {
            header: base64url::encode(header),
            signing,
            secrets: MacKey::new(MacAlgorithm::Hs256, &derive(MacAlgorithm::Hs256)),
            community: MacKey::new(algorithm, registration_key),
            seal: Seal::new(host, registration_key, secret),
            storage_seal: Seal::new(host, registration_key, b""),
        }
    }

    fn seal_for(&self, purpose: Purpose) -> &Seal {
        if purpose == Purpose::SigningKey { &self.storage_seal } else { &self.seal }
    }

    /// A JWS of this payload (RFC 7515 §7.1).
    pub(super) fn sign(&self, payload: &[u8]) -> String {
        let mut id = String::with_capacity(self.header.len() + payload.len() * 4 / 3 + 96);
        id.push_str(&self.header);
        id.push('.');
        base64url::encode_to(payload, &mut id);
        let signature = self.signing.tag(&[id.as_bytes()]);
        id.push('.');
        base64url::encode_to(signature, &mut id);
        id
    }

    fn has_signed(&self, id: &UntrustedClientId<'_>, is_community: bool) -> bool {
        let key = if is_community { &self.community } else { &self.signing };
        base64url::decode(id.signature).is_some_and(|signature| key.verify(&[id.signed()], &signature))
    }

    /// `client_secret`: 64 hexadecimal digits in lower case.
    pub(super) fn client_secret(&self, client_id: &str) -> String {
        self.secrets.hex_tag(&[client_id.as_bytes()])
    }

    /// `registration_access_token` (RFC 7592 §3): 43 characters of base64url. No client id begins with "rat", so it
    /// is nobody's secret.
    pub(super) fn registration_access_token(&self, client_id: &str) -> String {
        base64url::encode(self.secrets.tag(&[b"rat", client_id.as_bytes()]))
    }
}

impl fmt::Debug for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HostKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"a registration key of some length";
    const HOST: &str = "capulet.example";

    fn ring(algorithm: MacAlgorithm) -> KeyRing {
        KeyRing::new(HOST, algorithm, KEY, &[])
    }

    fn opens(ring: &KeyRing, id: &str) -> Option<Vec<u8>> {
        ring.open(&UntrustedClientId::new(id)?).map(|opened| opened.payload)
    }

    /// As util.jwt does it, with the registration key itself.
    fn community_id(algorithm: MacAlgorithm, key: &[u8], payload: &str) -> String {
        let header = format!(r#"{{"alg":"{}","typ":"JWT"}}"#, algorithm.name());
        let signed = format!("{}.{}", base64url::encode(header), base64url::encode(payload));
        let signature = MacKey::new(algorithm, key).tag(&[signed.as_bytes()]);
        format!("{signed}.{}", base64url::encode(signature))
    }

    #[test]
    fn what_it_signs_it_opens() {
        for algorithm in MacAlgorithm::ALL {
            let ring = ring(algorithm);
            let id = ring.current().sign(b"{\"a\":1}");
            assert_eq!(opens(&ring, &id).as_deref(), Some(&b"{\"a\":1}"[..]));
            assert_eq!(opens(&KeyRing::new("montague.example", algorithm, KEY, &[]), &id), None);
            assert_eq!(opens(&KeyRing::new(HOST, algorithm, b"another", &[]), &id), None);
        }
    }

    #[test]
    fn the_secret_is_the_community_modules() {
        // HMAC-SHA-256(HMAC-SHA-256("key", "capulet.example"), "id"), computed with Python's hmac.
        let secret = "e7924fa0ae74b1f49d730753d2867436b356e5fb508a04ef30ba15c34ed50827";
        let ring = KeyRing::new(HOST, MacAlgorithm::Hs512, b"key", &[]);
        assert_eq!(ring.current().client_secret("id"), secret);
        assert_ne!(ring.current().registration_access_token("id"), secret);
    }

    #[test]
    fn ids_of_the_community_module_open() {
        for algorithm in MacAlgorithm::ALL {
            let id = community_id(algorithm, KEY, "{}");
            assert!(opens(&ring(algorithm), &id).is_some());
            assert!(opens(&KeyRing::new(HOST, algorithm, b"new", &[KEY.to_vec()]), &id).is_some());
            assert!(opens(&KeyRing::new(HOST, algorithm, b"new", &[]), &id).is_none());
        }
        assert!(opens(&ring(MacAlgorithm::Hs256), &community_id(MacAlgorithm::Hs512, KEY, "{}")).is_none());
    }

    #[test]
    fn previous_keys_open_and_do_not_sign() {
        let old = ring(MacAlgorithm::Hs256);
        let new = KeyRing::new(HOST, MacAlgorithm::Hs256, b"new", &[b"older".to_vec(), KEY.to_vec()]);
        let id = old.current().sign(b"{}");
        assert!(opens(&new, &id).is_some());
        assert!(opens(&old, &new.current().sign(b"{}")).is_none());
        let opened = new.open(&UntrustedClientId::new(&id).unwrap()).unwrap();
        assert_eq!(opened.key.client_secret(&id), old.current().client_secret(&id));
    }

    #[test]
    fn the_keys_alone_log_nobody_in() {
        let with = |secret| KeyRing::with_secret(HOST, secret, MacAlgorithm::Hs256, KEY, &[]);
        for purpose in [Purpose::Code, Purpose::Login, Purpose::DeviceCode, Purpose::DeviceState] {
            let sealed = with(b"secret").seal(purpose, "", b"content", &[7; NONCE]);
            assert_eq!(with(b"secret").unseal(purpose, "", &sealed).as_deref(), Some(&b"content"[..]));
            assert_eq!(with(b"another").unseal(purpose, "", &sealed), None);
            assert_eq!(ring(MacAlgorithm::Hs256).unseal(purpose, "", &sealed), None);
        }
        let stored = with(b"secret").seal(Purpose::SigningKey, "", b"content", &[7; NONCE]);
        assert!(with(b"another").unseal(Purpose::SigningKey, "", &stored).is_some());
        assert!(opens(&with(b"another"), &with(b"secret").current().sign(b"{}")).is_some());
    }

    #[test]
    fn every_change_is_noticed() {
        let ring = ring(MacAlgorithm::Hs256);
        let id = ring.current().sign(br#"{"client_name":"A"}"#);
        for at in 0..id.len() {
            for other in ["A", "_", ".", "=", "%", ""] {
                let changed = format!("{}{other}{}", &id[..at], &id[at + 1..]);
                assert_eq!(opens(&ring, &changed).is_some(), changed == id, "{changed}");
            }
            assert_eq!(opens(&ring, &id[..at]), None);
            assert_eq!(opens(&ring, &id[at + 1..]), None);
            let inserted = format!("{}A{}", &id[..at], &id[at..]);
            assert_eq!(opens(&ring, &inserted), None);
        }
        for around in
            [format!("{id}."), format!(".{id}"), format!("{id}="), format!("{id} "), format!("{id}\n")]
        {
            assert_eq!(opens(&ring, &around), None);
        }
    }

    #[test]
    fn rfc8725_3_1_the_header_chooses_nothing() {
        let ring = ring(MacAlgorithm::Hs256);
        let id = ring.current().sign(b"{}");
        let kid = String::from_utf8(base64url::decode(id.split('.').next().unwrap()).unwrap()).unwrap();
        let resigned = |header: &str| {
            let signed = format!("{}.{}", base64url::encode(header), base64url::encode("{}"));
            let tags = [
                ring.current().signing.tag(&[signed.as_bytes()]),
                MacKey::new(MacAlgorithm::Hs256, KEY).tag(&[signed.as_bytes()]),
            ];
            tags.map(|tag| format!("{signed}.{}", base64url::encode(tag)))
        };
        assert!(opens(&ring, &resigned(&kid)[0]).is_some());
        for header in [
            r#"{"alg":"none"}"#,
            r#"{"alg":"HS512","typ":"JWT"}"#,
            r#"{"alg":"RS256","typ":"JWT"}"#,
            r#"{"alg":"HS256","alg":"HS256","typ":"JWT"}"#,
            r#"{"typ":"JWT","alg":"HS256"}"#,
            r#"{"alg":"HS256","typ":"JWT","kid":"x"}"#,
            r#"{"alg":"HS256"}"#,
            "{}",
            "",
        ] {
            for id in resigned(header) {
                assert_eq!(opens(&ring, &id), None, "{header}");
            }
        }
        let unsigned = format!("{}.{}.", base64url::encode(r#"{"alg":"none"}"#), base64url::encode("{}"));
        assert_eq!(opens(&ring, &unsigned), None);
    }

    #[test]
    fn ids_have_a_bound() {
        assert!(UntrustedClientId::new(&format!("a.{}.b", "c".repeat(MAX_LEN))).is_none());
        for text in ["", ".", "a.b", "a"] {
            assert!(
                UntrustedClientId::new(text).is_none_or(|id| ring(MacAlgorithm::Hs256).open(&id).is_none())
            );
        }
    }
}
