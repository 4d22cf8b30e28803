//! What an operator allows, applied to a request.

use std::net::IpAddr;

use super::body::{Body, Request};
use super::{Refusal, Throttle};
use crate::address::{AddressSet, NotAnAddress};
use crate::lua_pattern::PatternSet;
use crate::secret::Secret;

/// The `reg_servlet_*` options as they are written.
#[derive(Debug, Default)]
pub struct Options {
    /// `reg_servlet_auth_token`; several while one is being replaced.
    pub auth_tokens: Vec<Vec<u8>>,
    /// `reg_servlet_bl`: addresses and ranges that may not register.
    pub blocked: Vec<String>,
    /// `reg_servlet_wl`: addresses and ranges that are not throttled.
    pub unthrottled: Vec<String>,
    /// `reg_servlet_ttime`: seconds between two registrations of one address; 0 does not throttle.
    pub throttle_seconds: u64,
    /// `reg_servlet_filtered_mails`: Lua patterns.
    pub filtered_mails: Vec<Vec<u8>>,
}

/// An option that cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct BadOption {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What is wrong with it.
    pub reason: String,
}

/// A request that was refused, for the answer and for the log.
#[derive(Debug, PartialEq, Eq)]
pub struct Rejected {
    /// Why.
    pub refusal: Refusal,
    /// The `username` and `ip` of the request, if it could be read.
    pub from: Option<(String, IpAddr)>,
}

impl From<Refusal> for Rejected {
    /// A request that could not be read comes from nobody known.
    fn from(refusal: Refusal) -> Self {
        Self { refusal, from: None }
    }
}

/// The options, checked.
#[derive(Debug)]
pub struct Rules {
    auth_tokens: Vec<Secret>,
    blocked: AddressSet,
    unthrottled: AddressSet,
    throttle: Throttle,
    filtered_mails: PatternSet,
}

impl Rules {
    /// Checks the options.
    ///
    /// # Errors
    /// The first [`BadOption`].
    pub fn new(options: Options) -> Result<Self, BadOption> {
        Ok(Self {
            auth_tokens: auth_tokens(options.auth_tokens)?,
            blocked: addresses("reg_servlet_bl", &options.blocked)?,
            unthrottled: addresses("reg_servlet_wl", &options.unthrottled)?,
            throttle: Throttle::new(options.throttle_seconds),
            filtered_mails: PatternSet::new(options.filtered_mails).map_err(|bad| BadOption {
                name: "reg_servlet_filtered_mails",
                reason: format!("pattern {} is malformed: {}", bad.index + 1, bad.reason),
            })?,
        })
    }

    /// Reads a request and applies what needs nothing but the request, in this order.
    ///
    /// # Errors
    /// The first [`Refusal`], and whom it meets as far as that is known.
    pub fn admit<'a>(&self, body: &'a Body) -> Result<Request<'a>, Rejected> {
        let request = body.read()?;
        let verdict = self
            .check_auth_token(&request)
            .and_then(|()| self.check_address(&request))
            .and_then(|()| self.check_mail(&request));
        match verdict {
            Ok(()) => Ok(request),
            Err(refusal) => {
                Err(Rejected { refusal, from: Some((request.username.into_owned(), request.ip)) })
            }
        }
    }

    fn check_auth_token(&self, request: &Request) -> Result<(), Refusal> {
        // Every token is compared, so that the duration does not tell which one matched.
        let known =
            self.auth_tokens.iter().fold(false, |known, token| known | token.matches(&request.auth_token));
        if known { Ok(()) } else { Err(Refusal::WrongAuthToken) }
    }

    fn check_address(&self, request: &Request) -> Result<(), Refusal> {
        if self.blocked.contains(request.ip) { Err(Refusal::AddressBlocked) } else { Ok(()) }
    }

    /// As it was typed, and in its comparable form, so that no spelling slips through.
    fn check_mail(&self, request: &Request) -> Result<(), Refusal> {
        let filtered = [&*request.mail_as_typed, request.mail.as_str()]
            .iter()
            .any(|mail| self.filtered_mails.is_match(mail.as_bytes()));
        if filtered { Err(Refusal::MailFiltered) } else { Ok(()) }
    }

    /// The patterns of `reg_servlet_filtered_mails` that only Lua can match.
    #[must_use]
    pub fn untranslatable_patterns(&self) -> &[Vec<u8>] {
        self.filtered_mails.untranslatable()
    }

    /// Whether a registration from this address is allowed `now` (seconds since the epoch).
    pub fn allow(&mut self, ip: IpAddr, now: u64) -> bool {
        self.unthrottled.contains(ip) || self.throttle.allow(ip, now)
    }
}

fn auth_tokens(tokens: Vec<Vec<u8>>) -> Result<Vec<Secret>, BadOption> {
    let bad = |reason: &str| BadOption { name: "reg_servlet_auth_token", reason: reason.into() };
    if tokens.is_empty() || tokens.iter().any(Vec::is_empty) {
        return Err(bad(
            "must be a secret text, or a list of them, that your web form sends with each request",
        ));
    }
    tokens
        .into_iter()
        .map(|token| String::from_utf8(token).map(Secret::new).map_err(|_| bad("must be UTF-8")))
        .collect()
}

fn addresses(name: &'static str, entries: &[String]) -> Result<AddressSet, BadOption> {
    AddressSet::parse(entries).map_err(|NotAnAddress(entry)| BadOption {
        name,
        reason: format!("{entry:?} is neither an IP address nor a CIDR range"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options { auth_tokens: vec![b"old".to_vec(), b"new".to_vec()], ..Options::default() }
    }

    fn admit(options: Options, ip: &str, mail: &str, auth_token: &str) -> Result<(), Refusal> {
        let body = format!(
            r#"{{"username":"u","password":"p","ip":"{ip}","mail":"{mail}","auth_token":"{auth_token}"}}"#
        );
        let rules = Rules::new(options).unwrap();
        let body = Body::decode(body.as_bytes(), Some("application/json"))?;
        rules.admit(&body).map(drop).map_err(|rejected| rejected.refusal)
    }

    #[test]
    fn each_of_several_auth_tokens_is_good() {
        for token in ["old", "new"] {
            assert!(admit(options(), "192.0.2.1", "a@example.org", token).is_ok());
        }
        for token in ["", "ol", "oldnew", "OLD"] {
            let refusal = admit(options(), "192.0.2.1", "a@example.org", token).unwrap_err();
            assert!(matches!(refusal, Refusal::WrongAuthToken | Refusal::Empty { .. }), "{token}");
        }
    }

    #[test]
    fn blocked_addresses_and_mails_are_refused_after_the_token() {
        let blocking = || Options {
            blocked: vec!["192.0.2.0/24".into()],
            filtered_mails: vec![b"@banned%.example$".to_vec()],
            ..options()
        };
        let of = |ip, mail, token| admit(blocking(), ip, mail, token).unwrap_err();
        assert_eq!(of("192.0.2.9", "a@banned.example", "x"), Refusal::WrongAuthToken);
        assert_eq!(of("::ffff:192.0.2.9", "a@banned.example", "new"), Refusal::AddressBlocked);
        assert_eq!(of("198.51.100.1", "a@banned.example", "new"), Refusal::MailFiltered);
        assert_eq!(of("198.51.100.1", "a@Banned.EXAMPLE", "new"), Refusal::MailFiltered);
        assert!(admit(blocking(), "198.51.100.1", "a@unbanned.example.org", "new").is_ok());
    }

    #[test]
    fn unthrottled_addresses_never_wait() {
        let throttling =
            Options { throttle_seconds: 60, unthrottled: vec!["2001:db8::/32".into()], ..options() };
        let mut rules = Rules::new(throttling).unwrap();
        let (free, other) = ("2001:db8::1".parse().unwrap(), "192.0.2.1".parse().unwrap());
        assert!(rules.allow(free, 1) && rules.allow(free, 1));
        assert!(rules.allow(other, 1) && !rules.allow(other, 1));
    }

    #[test]
    fn bad_options_are_named() {
        let name = |options| Rules::new(options).unwrap_err().name;
        assert_eq!(name(Options::default()), "reg_servlet_auth_token");
        for token in [&b""[..], b"\xff"] {
            let tokens = vec![b"good".to_vec(), token.to_vec()];
            assert_eq!(name(Options { auth_tokens: tokens, ..options() }), "reg_servlet_auth_token");
        }
        assert_eq!(name(Options { blocked: vec!["x".into()], ..options() }), "reg_servlet_bl");
        assert_eq!(name(Options { unthrottled: vec!["x".into()], ..options() }), "reg_servlet_wl");
        assert_eq!(
            name(Options { filtered_mails: vec![b"[".to_vec()], ..options() }),
            "reg_servlet_filtered_mails"
        );
    }
}
