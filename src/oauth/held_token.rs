//! Tokens of Prosody's `mod_tokenauth`, taken apart: `secret-token:` (RFC 8959), and base64 of
//! `2;GRANT;SECRET;JID`.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

/// RFC 8959 §2
const PREFIX: &[u8] = b"secret-token:";

/// What `mod_tokenauth` writes into the second version of its tokens.
const VERSION: &[u8] = b"2;";

/// The length of the secret in bytes.
const SECRET: usize = 18;

/// Longest token that is looked at, in bytes.
const MAX_LENGTH: usize = 4 * 1024;

/// A token that somebody holds. Whether it is known, and still good, is in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldToken {
    grant_id: String,
    username: Option<String>,
    host: String,
    key: String,
}

impl HeldToken {
    /// Reads a token; none if Prosody has made no such text. Its JID is not prepared: the caller compares it with what
    /// there is.
    ///
    /// Prosody's own reader takes any base64, padded or not, with blanks in it. There is one spelling here, the one that
    /// it writes.
    #[must_use]
    pub fn read(text: &[u8]) -> Option<Self> {
        let encoded = text.strip_prefix(PREFIX).filter(|_| text.len() <= MAX_LENGTH)?;
        let token = BASE64_STANDARD.decode(encoded).map(Zeroizing::new).ok()?;
        let (grant_id, rest) = split_at_semicolon(token.strip_prefix(VERSION)?)?;
        let (secret, rest) = rest.split_at_checked(SECRET)?;
        let (username, host) = split_jid(std::str::from_utf8(rest.strip_prefix(b";")?).ok()?)?;
        Some(Self {
            grant_id: read_grant_id(grant_id)?,
            username: username.map(str::to_owned),
            host: host.to_owned(),
            key: format!("sha256:{}", base16ct::lower::encode_string(&Sha256::digest(secret))),
        })
    }

    /// Under which name the grant is stored.
    #[must_use]
    pub fn grant_id(&self) -> &str {
        &self.grant_id
    }

    /// Whose grant it is; none where the JID is only a host.
    #[must_use]
    pub fn username(&self) -> Option<&str> {
        self.username.as_deref()
    }

    /// On which host.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Under which name the grant has the token: `sha256:` and the hash of the secret, which itself is not kept.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

fn split_at_semicolon(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = bytes.iter().position(|byte| *byte == b';')?;
    let (before, from) = bytes.split_at_checked(at)?;
    Some((before, from.strip_prefix(b";")?))
}

/// One that `util.id` could have made. Nothing else is ever asked of a store.
fn read_grant_id(id: &[u8]) -> Option<String> {
    let is_id = !id.is_empty() && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte));
    is_id.then(|| String::from_utf8_lossy(id).into_owned())
}

/// User name and host, as `util.jid` finds them: the resource is from the first slash on, the user name up to the first
/// `@` before that. No part that is there is empty, and no host has an `@`.
fn split_jid(jid: &str) -> Option<(Option<&str>, &str)> {
    let (bare, resource) = jid.split_once('/').map_or((jid, None), |(bare, resource)| (bare, Some(resource)));
    let (username, host) =
        bare.split_once('@').map_or((None, bare), |(username, host)| (Some(username), host));
    let is_empty = host.is_empty() || username == Some("") || resource == Some("");
    (!is_empty && !host.contains('@')).then_some((username, host))
}
