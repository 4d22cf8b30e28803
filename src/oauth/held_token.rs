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
    /// Prosody's own reader takes base64 with blanks, stray bits, and more behind its padding. There is one spelling here,
    /// the one that it writes.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// As Prosody's `util.encodings` writes it.
    fn token(inside: impl AsRef<[u8]>) -> String {
        format!("secret-token:{}", BASE64_STANDARD.encode(inside))
    }

    fn of(jid: &str) -> Option<HeldToken> {
        HeldToken::read(token(format!("2;AbCd-_012345;secret of 18 bytes;{jid}")).as_bytes())
    }

    /// Made with Python's base64 and hashlib: `2;AbCd-_012345;`, bytes from 0xee to 0xff, `;juliet@capulet.example`.
    const MADE: &str =
        "secret-token:MjtBYkNkLV8wMTIzNDU77u/w8fLz9PX29/j5+vv8/f7/O2p1bGlldEBjYXB1bGV0LmV4YW1wbGU=";

    #[test]
    fn a_token_of_prosodys() {
        let token = HeldToken::read(MADE.as_bytes()).unwrap();
        assert_eq!(token.grant_id(), "AbCd-_012345");
        assert_eq!(token.username(), Some("juliet"));
        assert_eq!(token.host(), "capulet.example");
        assert_eq!(token.key(), "sha256:57aa8472f66778e13690060672e5bc05833097d717c844489050d3575cfca804");
    }

    #[test]
    fn the_secret_is_any_18_bytes() {
        let of = |secret: &[u8]| HeldToken::read(token([b"2;id;", secret, b";a@b"].concat()).as_bytes());
        for secret in [
            b"secret of 18 bytes",
            b";;;;;;;;;;;;;;;;;;",
            b"\n\0\r\n\0\r\n\0\r\n\0\r\n\0\r\n\0\r",
            &[0xff; 18],
        ] {
            assert_eq!(of(secret).unwrap().host(), "b");
        }
        for length in [0, 1, 17, 19, 36] {
            assert_eq!(of(&vec![b'x'; length]), None, "{length}");
        }
        assert_ne!(of(&[0; 18]).unwrap().key(), of(&[1; 18]).unwrap().key());
    }

    #[test]
    fn rfc7622_3_1_the_parts_of_a_jid() {
        for (jid, username, host) in [
            ("juliet@capulet.example", Some("juliet"), "capulet.example"),
            ("capulet.example", None, "capulet.example"),
            ("juliet@capulet.example/balcony", Some("juliet"), "capulet.example"),
            ("capulet.example/balcony", None, "capulet.example"),
            ("capulet.example/romeo@montague.example", None, "capulet.example"),
            ("juliet@capulet.example/a/b@c;d", Some("juliet"), "capulet.example"),
            ("julia;romeo@capulet.example", Some("julia;romeo"), "capulet.example"),
            ("Jülia@Capulet.Example.", Some("Jülia"), "Capulet.Example."),
        ] {
            let token = of(jid).unwrap();
            assert_eq!((token.username(), token.host()), (username, host), "{jid}");
        }
    }

    #[test]
    fn rfc7622_3_1_what_is_no_jid() {
        for jid in [
            "",
            "@",
            "/",
            "@capulet.example",
            "juliet@",
            "juliet@/x",
            "a@b@c",
            "a@b@c/d",
            "a@b/",
            "b/",
            "/b",
            "@/",
        ] {
            assert_eq!(of(jid), None, "{jid}");
        }
        let bytes = [&b"2;AbCd-_012345;secret of 18 bytes;a@b"[..], &[0xff]].concat();
        assert_eq!(HeldToken::read(token(bytes).as_bytes()), None);
    }

    #[test]
    fn a_grants_id_is_base64url() {
        let of = |id: &str| HeldToken::read(token(format!("2;{id};secret of 18 bytes;a@b")).as_bytes());
        for id in ["x", "-_", "AbCd-_012345"] {
            assert_eq!(of(id).unwrap().grant_id(), id);
        }
        for id in ["", " ", "a b", "a/b", "a+b", "a.b", "ä", "\0", "a\n", ";"] {
            assert_eq!(of(id), None, "{id:?}");
        }
    }

    #[test]
    fn each_part_must_be_there() {
        for inside in [
            "",
            "2",
            "2;",
            "2;id",
            "2;id;",
            "2;id;secret of 18 bytes",
            "2;id;secret of 18 bytes;",
            "2;id;secret of 18 bytes,a@b",
            "1;id;secret of 18 bytes;a@b",
            "3;id;secret of 18 bytes;a@b",
            "22;id;secret of 18 bytes;a@b",
            ";id;secret of 18 bytes;a@b",
            " 2;id;secret of 18 bytes;a@b",
            "id;secret of 18 bytes;a@b",
            "2;secret of 18 bytes;a@b",
        ] {
            assert_eq!(HeldToken::read(token(inside).as_bytes()), None, "{inside}");
        }
    }

    #[test]
    fn there_is_one_spelling() {
        let (prefix, encoded) = MADE.split_once(':').unwrap();
        assert!(encoded.ends_with("bGU=") && encoded.contains('/') && encoded.contains('+'));
        for text in [
            encoded.to_owned(),
            format!("{prefix}{encoded}"),
            format!(" {MADE}"),
            format!("{MADE} "),
            format!("{MADE}\n"),
            format!("{MADE}="),
            format!("{MADE}\0"),
            format!("Secret-Token:{encoded}"),
            format!("secret-token: {encoded}"),
            MADE.trim_end_matches('=').to_owned(),
            MADE.replace("bGU=", "bGV="),
            MADE.replace('/', "_").replace('+', "-"),
            format!("secret-token:{}\n{}", &encoded[..4], &encoded[4..]),
            "secret-token:".to_owned(),
            String::new(),
        ] {
            assert_eq!(HeldToken::read(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(HeldToken::read(b"secret-token:\xff"), None);
    }

    #[test]
    fn a_token_has_4_kib_at_most() {
        let of = |length| token(format!("2;id;secret of 18 bytes;a@{}", "b".repeat(length)));
        // Base64 of 3060 bytes, behind the prefix of 13, and three more.
        let (longest, longer) = (of(3060 - 26), of(3063 - 26));
        assert_eq!((longest.len(), longer.len()), (4093, 4097));
        assert!(HeldToken::read(longest.as_bytes()).is_some());
        assert_eq!(HeldToken::read(longer.as_bytes()), None);
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", of("a@b")).contains("secret of"));
    }
}
