//! The keys with which other programs use the HTTP API.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::token::is_base64url;

/// How a stored hash begins.
const HASHED: &str = "sha256:";

/// The two parts of a key, `ID/SECRET`: 1 to 64 characters of base64url (RFC 4648 §5), and 1 to 256 printable
/// characters of ASCII without spaces.
#[must_use]
pub fn api_key(text: &str) -> Option<(&str, &str)> {
    let (id, secret) = text.split_once('/')?;
    let id_is_good = (1..=64).contains(&id.len()) && id.bytes().all(is_base64url);
    let secret_is_good =
        (1..=256).contains(&secret.len()) && secret.bytes().all(|byte| byte.is_ascii_graphic());
    (id_is_good && secret_is_good).then_some((id, secret))
}

/// How a secret is kept: `sha256:` and its hash in lower-case hexadecimal.
///
/// There is no salt and no deliberate slowness: a secret is made by a machine, and long.
#[must_use]
pub fn hash_secret(secret: &[u8]) -> String {
    format!("{HASHED}{}", hash(secret))
}

/// Whether this is the secret of which the hash, or which itself, is stored. How long that takes tells nothing of
/// the secret. Nothing matches an empty one.
#[must_use]
pub fn secret_matches(secret: &[u8], stored: &[u8]) -> bool {
    let expected = match stored.strip_prefix(HASHED.as_bytes()) {
        Some(hash) => hash.to_ascii_lowercase(),
        None => hash(stored).into_bytes(),
    };
    !secret.is_empty() && bool::from(hash(secret).as_bytes().ct_eq(&expected))
}

fn hash(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    // FIPS 180-4 example "abc"
    const ABC: &str = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    #[test]
    fn a_key_has_two_parts() {
        assert_eq!(api_key("website/s3cret!"), Some(("website", "s3cret!")));
        assert_eq!(api_key("a/b/c"), Some(("a", "b/c")));
        let (id, secret) = ("i".repeat(64), "s".repeat(256));
        assert_eq!(api_key(&format!("{id}/{secret}")), Some((id.as_str(), secret.as_str())));
        for bad in [
            "",
            "/",
            "website",
            "website/",
            "/secret",
            "web site/x",
            "wéb/x",
            "web.site/x",
            "a/b c",
            "a/é",
            "a/b\n",
            "a/\x7f",
        ] {
            assert_eq!(api_key(bad), None, "{bad}");
        }
        assert_eq!(api_key(&format!("i{id}/{secret}")), None);
        assert_eq!(api_key(&format!("{id}/{secret}s")), None);
    }

    #[test]
    fn a_secret_matches_its_hash_and_itself() {
        assert_eq!(hash_secret(b"abc"), ABC);
        assert!(secret_matches(b"abc", ABC.as_bytes()));
        assert!(secret_matches(b"abc", ABC.to_uppercase().replace("SHA", "sha").as_bytes()));
        assert!(secret_matches(b"abc", b"abc"));
    }

    #[test]
    fn nothing_else_matches() {
        for stored in [
            "",
            "ab",
            "abcd",
            "ABC",
            "sha256:",
            "sha256:abc",
            &ABC[7..],
            &ABC[..70],
            &format!("{ABC}0"),
            &ABC.to_uppercase(),
        ] {
            assert!(!secret_matches(b"abc", stored.as_bytes()), "{stored}");
        }
        assert!(!secret_matches(ABC.as_bytes(), ABC.as_bytes()), "the hash is not the secret");
        assert!(!secret_matches(b"", b"") && !secret_matches(b"", hash_secret(b"").as_bytes()));
    }

    proptest! {
        #[test]
        fn any_secret_matches_only_itself(secret in "[!-~]{1,256}", other in "[!-~]{1,256}") {
            prop_assert!(secret_matches(secret.as_bytes(), hash_secret(secret.as_bytes()).as_bytes()));
            prop_assert_eq!(secret_matches(other.as_bytes(), hash_secret(secret.as_bytes()).as_bytes()), secret == other);
        }

        #[test]
        fn any_text_is_a_key_or_not(text: String, secret: Vec<u8>) {
            let _ = (api_key(&text), secret_matches(&secret, text.as_bytes()));
        }
    }
}
