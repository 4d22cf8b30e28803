//! Scopes (RFC 6749 §3.3): what a token is good for.

use std::fmt;

/// A list of scope tokens, in the order in which they were written, with their repetitions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope(String);

/// Why a text is no [`Scope`]. `Display` is a clause for behind "scope: ", without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadScope {
    /// There is no token.
    Empty,
    /// A space at the beginning or at the end, or two in a row.
    Space,
    /// A character that no token has.
    Character,
}

impl fmt::Display for BadScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::Space => "must have one space between two words, and no other",
            Self::Character => {
                "has a character that no scope has: only printable ASCII without quotation marks and backslashes is allowed"
            }
        })
    }
}

impl Scope {
    /// Reads a scope. Whether anybody knows its tokens is not checked.
    ///
    /// RFC 6749 §3.3:
    ///
    /// ```abnf
    /// scope       = scope-token *( SP scope-token )
    /// scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
    /// ```
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(text: &str) -> Result<Self, BadScope> {
        if text.is_empty() {
            Err(BadScope::Empty)
        } else if !text.bytes().all(|byte| byte == b' ' || is_scope_character(byte)) {
            Err(BadScope::Character)
        } else if text.split(' ').any(str::is_empty) {
            Err(BadScope::Space)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its tokens, in order; at least one.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// Whether this is one of its tokens. Case matters.
    #[must_use]
    pub fn contains(&self, token: &str) -> bool {
        self.tokens().any(|own| own == token)
    }
}

fn is_scope_character(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scope(text: &str) -> Scope {
        Scope::parse(text).unwrap()
    }

    #[test]
    fn rfc6749_3_3_scopes() {
        for (text, tokens) in [
            ("xmpp", &["xmpp"][..]),
            ("openid xmpp", &["openid", "xmpp"]),
            ("xmpp openid xmpp", &["xmpp", "openid", "xmpp"]),
            ("a b c", &["a", "b", "c"]),
            ("prosody:operator urn:a/b?c=d,e", &["prosody:operator", "urn:a/b?c=d,e"]),
            ("! # [ ] ~", &["!", "#", "[", "]", "~"]),
        ] {
            assert_eq!(scope(text).as_str(), text);
            assert_eq!(scope(text).tokens().collect::<Vec<_>>(), tokens, "{text}");
        }
    }

    #[test]
    fn rfc6749_3_3_what_is_no_scope() {
        for (bad, texts) in [
            (BadScope::Empty, &[""][..]),
            (BadScope::Space, &[" ", "  ", " xmpp", "xmpp ", "openid  xmpp"]),
            (
                BadScope::Character,
                &[
                    "\"",
                    "\\",
                    "\"xmpp\"",
                    "openid\txmpp",
                    "openid\nxmpp",
                    "xmpp\0",
                    "xmpp\u{7f}",
                    "é",
                    "openid\u{a0}xmpp",
                    "openid\u{3000}xmpp",
                    " \"",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(Scope::parse(text), Err(bad), "{text:?}");
            }
        }
    }

    #[test]
    fn rfc6749_3_3_every_character() {
        let accepted = (0..=255).map(char::from).filter(|c| Scope::parse(&format!("a{c}b")).is_ok());
        assert_eq!(
            accepted.collect::<String>(),
            (' '..='~').filter(|c| !"\"\\".contains(*c)).collect::<String>()
        );
        let alone = (0..=255).map(char::from).filter(|c| Scope::parse(&c.to_string()).is_ok());
        assert_eq!(
            alone.collect::<String>(),
            ('!'..='~').filter(|c| !"\"\\".contains(*c)).collect::<String>()
        );
    }

    #[test]
    fn rfc6749_3_3_tokens_are_compared_case_sensitively() {
        let scope = scope("openid xmpp");
        assert!(scope.contains("openid") && scope.contains("xmpp"));
        for other in ["", " ", "Openid", "open", "openid xmpp", "xmp", "xmppp"] {
            assert!(!scope.contains(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_scope_or_not(text: String) {
            let _ = Scope::parse(&text);
        }
    }
}
