//! Which scopes a host knows, and what of a request they make a grant.

use super::error::{EndpointError, ErrorCode};
use super::scope::Scope;

/// The scope that stands for whatever role the user has.
pub const XMPP: &str = "xmpp";

/// The scope that asks for a refresh token (`OpenID` Connect Core §11).
pub const OFFLINE_ACCESS: &str = "offline_access";

/// What may be asked for on this host.
#[derive(Debug, Clone, Default)]
pub struct KnownScopes {
    /// Facts about the user, `openid` and `offline_access`.
    pub claims: Vec<String>,
    /// Names of roles; `xmpp` need not be among them.
    pub roles: Vec<String>,
}

/// What a token is good for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Granted {
    /// Claims first, then roles; may be empty.
    pub scope: String,
    /// The first role in the order of the request, possibly [`XMPP`].
    pub role: Option<String>,
}

impl KnownScopes {
    fn is_claim(&self, token: &str) -> bool {
        self.claims.iter().any(|claim| claim == token)
    }

    fn is_role(&self, token: &str) -> bool {
        token == XMPP || self.roles.iter().any(|role| role == token)
    }

    fn is_known(&self, token: &str) -> bool {
        self.is_claim(token) || self.is_role(token)
    }

    /// What counts of the parameter `scope` of a client that has registered one or not. Who asks for nothing means
    /// what he has registered, if that is anything.
    ///
    /// # Errors
    /// `invalid_scope`, if it is malformed or nothing of it is known. What is registered is not the request's fault.
    pub fn requested(&self, asked: Option<&str>, registered: Option<&str>) -> Result<String, EndpointError> {
        let Some(asked) = asked else { return Ok(self.usual(registered)) };
        let refused = |text| EndpointError::new(ErrorCode::InvalidScope, text);
        let asked = Scope::parse(asked).map_err(|bad| refused(format!("'scope' {bad}")))?;
        let scope = self.acceptable(&asked, registered);
        if scope.is_empty() { Err(refused("nothing in 'scope' is known here".into())) } else { Ok(scope) }
    }

    fn usual(&self, registered: Option<&str>) -> String {
        joined(words(registered.unwrap_or_default()).filter(|token| self.is_known(token)))
    }

    /// What of a request the host and the client's registration have, in its order; the rest is passed over.
    fn acceptable(&self, asked: &Scope, registered: Option<&str>) -> String {
        let is_registered =
            |token: &str| registered.is_none_or(|registered| words(registered).any(|own| own == token));
        // Few are known, and so few have to be looked for in what may be long.
        let known = joined(asked.tokens().filter(|token| self.is_known(token)));
        joined(words(&known).filter(|token| is_registered(token)))
    }

    /// What comes of a request for a user who may assume these roles, and who has ticked these scopes, if asked.
    #[must_use]
    pub fn grant(&self, asked: &str, assumable: &[String], ticked: Option<&[String]>) -> Granted {
        let is_ticked = |token: &str| ticked.is_none_or(|ticked| ticked.iter().any(|own| own == token));
        let asked: Vec<_> = words(asked).filter(|token| is_ticked(token)).collect();
        let claims = asked.iter().copied().filter(|token| self.is_claim(token));
        let is_granted = |token: &&str| self.is_role(token) && assumable.iter().any(|role| role == token);
        let roles: Vec<_> =
            asked.iter().copied().filter(|token| !self.is_claim(token)).filter(is_granted).collect();
        Granted {
            scope: joined(claims.chain(roles.iter().copied())),
            role: roles.first().map(|role| (*role).to_owned()),
        }
    }

    /// What a client asks of what it has, as [`narrowed`] has it. What this host does not know is passed over, as where it
    /// was first asked for: many libraries send that again with each refresh.
    #[must_use]
    pub fn narrowed(&self, granted: &str, requested: Option<&str>) -> Option<String> {
        let Some(requested) = requested else { return Some(granted.to_owned()) };
        let requested = Scope::parse(requested).ok()?;
        let counts = |token: &&str| self.is_known(token) || words(granted).any(|own| own == *token);
        narrowed(granted, Some(&joined(requested.tokens().filter(counts))))
    }
}

/// What a client asks of what it has (RFC 6749 §6): "The requested scope MUST NOT include any scope not originally
/// granted by the resource owner, and if omitted is treated as equal". None if it does.
#[must_use]
pub fn narrowed(granted: &str, requested: Option<&str>) -> Option<String> {
    let Some(requested) = requested else { return Some(granted.to_owned()) };
    let requested = Scope::parse(requested).ok()?;
    let is_granted = |token: &str| words(granted).any(|own| own == token);
    requested.tokens().all(is_granted).then(|| joined(requested.tokens()))
}

/// The words of a scope that has been checked before, possibly by the community module.
fn words(scope: &str) -> impl Iterator<Item = &str> {
    scope.split_ascii_whitespace()
}

/// Each word once.
fn joined<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for word in words {
        if !kept.contains(&word) {
            kept.push(word);
        }
    }
    kept.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    fn known() -> KnownScopes {
        KnownScopes {
            claims: strings(&["openid", "offline_access", "email"]),
            roles: strings(&["prosody:registered", "prosody:admin"]),
        }
    }

    fn acceptable(asked: &str, registered: Option<&str>) -> String {
        known().acceptable(&Scope::parse(asked).unwrap(), registered)
    }

    #[test]
    fn rfc6749_3_3_unknown_scopes_are_passed_over() {
        assert_eq!(acceptable("xmpp openid unknown xmpp email", None), "xmpp openid email");
        assert_eq!(acceptable("unknown", None), "");
        assert_eq!(acceptable("XMPP", None), "");
    }

    #[test]
    fn rfc6749_3_3_what_is_asked_for() {
        let requested = |asked, registered| known().requested(asked, registered).map_err(|error| error.code);
        assert_eq!(requested(Some("openid"), None).as_deref(), Ok("openid"));
        assert_eq!(requested(None, Some("openid unknown")).as_deref(), Ok("openid"));
        for (registered, expected) in [
            (None, ""),
            (Some(""), ""),
            (Some("unknown"), ""),
            (Some(" email  openid email"), "email openid"),
        ] {
            assert_eq!(requested(None, registered).as_deref(), Ok(expected), "{registered:?}");
        }
        for bad in [" openid", "openid  xmpp", "\"", "", "unknown"] {
            assert_eq!(requested(Some(bad), None), Err(ErrorCode::InvalidScope), "{bad}");
        }
    }

    #[test]
    fn rfc7591_2_the_registered_scope_is_the_upper_bound() {
        assert_eq!(acceptable("openid xmpp email", Some("email  xmpp unknown")), "xmpp email");
        assert_eq!(acceptable("openid", Some("xmpp")), "");
    }

    #[test]
    fn claims_come_first_and_the_first_role_counts() {
        let roles = strings(&["xmpp", "prosody:registered"]);
        let asked = "prosody:admin prosody:registered openid xmpp email";
        let granted = known().grant(asked, &roles, None);
        assert_eq!(granted.scope, "openid email prosody:registered xmpp");
        assert_eq!(granted.role.as_deref(), Some("prosody:registered"));
    }

    #[test]
    fn only_what_was_ticked_of_what_was_asked() {
        let roles = strings(&["xmpp", "prosody:admin"]);
        let ticked = strings(&["prosody:admin", "email", "xmpp"]);
        let granted = known().grant("openid xmpp", &roles, Some(&ticked));
        assert_eq!(granted, Granted { scope: "xmpp".into(), role: Some("xmpp".into()) });
        assert_eq!(known().grant("openid xmpp", &roles, Some(&[])), Granted::default());
    }

    #[test]
    fn rfc6749_6_narrowing() {
        assert_eq!(narrowed("openid xmpp", None).as_deref(), Some("openid xmpp"));
        assert_eq!(narrowed("openid xmpp", Some("xmpp")).as_deref(), Some("xmpp"));
        for beyond in ["email", "xmpp email", "", "xmpp  openid", "XMPP"] {
            assert_eq!(narrowed("openid xmpp", Some(beyond)), None, "{beyond}");
        }
        assert_eq!(narrowed("", Some("xmpp")), None);
        assert_eq!(narrowed("", None).as_deref(), Some(""));
    }

    #[test]
    fn rfc6749_3_3_what_is_unknown_is_passed_over_when_narrowing() {
        let narrowed = |granted, requested| known().narrowed(granted, requested);
        assert_eq!(narrowed("openid xmpp old", None).as_deref(), Some("openid xmpp old"));
        for requested in ["openid xmpp", "openid profile xmpp", "profile openid xmpp profile"] {
            assert_eq!(narrowed("openid xmpp", Some(requested)).as_deref(), Some("openid xmpp"));
        }
        // What was granted counts, whatever is known by now.
        assert_eq!(narrowed("openid old", Some("old profile")).as_deref(), Some("old"));
        for beyond in ["email", "xmpp email profile", "profile", "", "a  b", "prosody:admin xmpp"] {
            assert_eq!(narrowed("openid xmpp", Some(beyond)), None, "{beyond}");
        }
    }
}
