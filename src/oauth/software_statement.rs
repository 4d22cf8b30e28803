//! Software statements (RFC 7591 §2.3): metadata that somebody vouches for.

use super::refusal::{Problem, Refusal};
use crate::json::{Object, Value};
use crate::jwt::{Expected, Key, Refusal as BadToken, UntrustedToken};

/// What a statement says about itself; everything else in it is metadata.
const ABOUT_ITSELF: [&str; 7] = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

/// The keys of those whose statements count. Without any, statements are ignored (RFC 7591 §3.1.1).
#[derive(Debug, Default)]
pub struct StatementKeys(Vec<Publisher>);

/// Somebody whose statements count.
#[derive(Debug)]
pub struct Publisher {
    /// What the statement's `iss` must be; none takes whatever it is.
    pub issuer: Option<String>,
    /// What it is signed with.
    pub key: Key,
}

/// A statement that counts.
pub(super) struct Statement {
    /// The token itself, which the answer repeats (RFC 7591 §3.2.1).
    pub(super) token: String,
    claims: String,
}

impl StatementKeys {
    /// Those of these publishers.
    #[must_use]
    pub fn new(publishers: Vec<Publisher>) -> Self {
        Self(publishers)
    }

    /// Checks the statement in a request; none if there is none, or if statements are ignored.
    pub(super) fn check(&self, members: &Object<'_>, now: i64) -> Result<Option<Statement>, Refusal> {
        let token = match members.get("software_statement") {
            Some(Value::String(token)) if !self.0.is_empty() => token,
            Some(_) if !self.0.is_empty() => {
                return Err(Problem::new("software_statement", "type", "must be a string").into());
            }
            _ => return Ok(None),
        };
        let claims = self.claims(token, now).map_err(refusal)?;
        Ok(Some(Statement { token: token.as_ref().into(), claims }))
    }

    fn claims(&self, token: &str, now: i64) -> Result<String, BadToken> {
        let keys: Vec<_> = self.0.iter().map(|publisher| &publisher.key).collect();
        let authentic = UntrustedToken::read(token.as_bytes())?.authenticate(&keys)?;
        let issuer = issuer_of(authentic.payload());
        let is_known = self.0.iter().any(|publisher| {
            // The key must be that of the issuer it is named for, and not of another one we trust.
            publisher.issuer.as_deref().is_none_or(|expected| issuer.as_deref() == Some(expected))
                && UntrustedToken::read(token.as_bytes())
                    .and_then(|token| token.authenticate(&[&publisher.key]))
                    .is_ok()
        });
        if !is_known {
            return Err(BadToken::Key);
        }
        let now = u64::try_from(now).unwrap_or_default();
        // RFC 7591 §2.3: it must say who issued it.
        let expected = Expected { now, required: vec!["iss".into()], ..Expected::default() };
        Ok(expected.accept(authentic)?.into_json())
    }
}

fn issuer_of(payload: &[u8]) -> Option<String> {
    Object::read(payload).ok()?.string("iss").map(Into::into)
}

fn refusal(bad: BadToken) -> Refusal {
    match bad {
        BadToken::Key => Refusal::UnknownStatement,
        other => Refusal::Statement(other.to_string()),
    }
}

impl Statement {
    /// Puts the statement's values in the place of those that the client sent: they take precedence.
    pub(super) fn take_precedence<'a>(&'a self, members: &mut Object<'a>) -> Result<(), Refusal> {
        for (name, value) in Object::read(self.claims.as_bytes())? {
            if !ABOUT_ITSELF.contains(&name.as_ref()) {
                members.set(name, value);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::jwt::Source;
    use crate::oauth::client::Client;
    use crate::oauth::registrar::Registrar;
    use crate::oauth::tests::{NOW, answer, register, registrar, request, try_register, web, with};

    const ISSUER: &str = "https://publisher.example/";

    fn key(byte: u8, kid: Option<&str>) -> Key {
        Key::load(Source::Secret(&[byte; 32]), Some("HS256"), kid).unwrap()
    }

    fn trusting(publishers: &[(Option<&str>, u8)]) -> Registrar {
        let publishers = publishers
            .iter()
            .map(|(issuer, byte)| Publisher { issuer: issuer.map(Into::into), key: key(*byte, None) });
        Registrar { statements: StatementKeys::new(publishers.collect()), ..registrar() }
    }

    fn signed(byte: u8, claims: &Json) -> String {
        key(byte, None).sign(claims.to_string().as_bytes()).unwrap()
    }

    /// A web client's metadata with a statement of the trusted publisher that claims this too.
    fn stated(claims: &Json) -> Json {
        let claims = with(json!({ "iss": ISSUER }), claims);
        with(web(), &json!({ "software_statement": signed(1, &claims) }))
    }

    fn refusal(registrar: &Registrar, metadata: &Json) -> (&'static str, String) {
        let refusal = try_register(registrar, metadata).err().unwrap();
        assert_eq!(refusal.status(), 400);
        (refusal.code().name(), refusal.to_string())
    }

    fn invalid(reason: &str) -> (&'static str, String) {
        ("invalid_software_statement", format!("'software_statement' {reason}."))
    }

    fn unapproved() -> (&'static str, String) {
        let text = "'software_statement' is not signed by anybody this server trusts.";
        ("unapproved_software_statement", text.into())
    }

    #[test]
    fn rfc7591_2_3_what_is_stated_takes_precedence() {
        let registrar = trusting(&[(Some(ISSUER), 1)]);
        let claims = json!({
            "client_name": "Verona Mail, vouched for", "software_id": "a",
            "redirect_uris": ["https://app.example.com/stated"], "scope": "xmpp",
        });
        let metadata = with(stated(&claims), &json!({ "scope": "openid", "software_version": "1.0" }));
        let told = answer(&registrar, &metadata);
        for (member, value) in claims.as_object().unwrap() {
            assert_eq!(&told[member], value, "{member}");
        }
        assert_eq!(told["software_version"], "1.0");
        assert_eq!(told["client_uri"], web()["client_uri"]);
        // RFC 7591 §3.2.1: "its value MUST be returned in the response as a top-level member".
        assert_eq!(told["software_statement"], metadata["software_statement"]);
        for member in ["iss", "sub", "aud", "jti", "nbf"] {
            assert_eq!(told.get(member), None, "{member}");
        }
    }

    #[test]
    fn the_statement_is_not_kept() {
        let registrar = trusting(&[(None, 1)]);
        let client = register(&registrar, &stated(&json!({ "software_id": "a" }))).client;
        assert!(!client.claims().contains("statement"));
        let opened: Client = registrar.open(client.id(), NOW).unwrap();
        assert_eq!(opened.metadata().text("software_id"), Some("a"));
        assert!(!registrar.describe(&opened, "").contains("statement"));
    }

    #[test]
    fn what_is_stated_keeps_to_the_rules() {
        let registrar = trusting(&[(Some(ISSUER), 1)]);
        for (claims, code) in [
            (json!({ "redirect_uris": ["http://app.example.com/"] }), "invalid_redirect_uri"),
            (json!({ "client_name": 1 }), "invalid_client_name"),
            (json!({ "grant_types": ["client_credentials"] }), "invalid_client_metadata"),
            (json!({ "client_uri": "https://elsewhere.example/" }), "invalid_redirect_uri"),
        ] {
            assert_eq!(refusal(&registrar, &stated(&claims)).0, code, "{claims}");
        }
    }

    #[test]
    fn rfc7591_3_1_1_without_keys_statements_are_ignored() {
        let metadata = stated(&json!({ "client_name": "Other" }));
        let told = answer(&registrar(), &metadata);
        assert_eq!(told, answer(&registrar(), &web()));
        for value in [json!(1), json!(null), json!([]), json!(""), json!("x")] {
            let body = with(web(), &json!({})).to_string();
            let body = body.replacen('{', &format!(r#"{{"software_statement":{value},"#), 1);
            assert!(registrar().register(request(body.as_bytes())).is_ok(), "{value}");
        }
    }

    #[test]
    fn a_statement_is_optional() {
        let registrar = trusting(&[(Some(ISSUER), 1)]);
        assert_eq!(answer(&registrar, &web()), answer(&self::registrar(), &web()));
    }

    #[test]
    fn a_statement_is_a_string() {
        let registrar = trusting(&[(Some(ISSUER), 1)]);
        for value in
            [json!(1), json!(true), json!([]), json!({}), json!([signed(1, &json!({ "iss": ISSUER }))])]
        {
            let (code, text) = refusal(&registrar, &with(web(), &json!({ "software_statement": value })));
            assert_eq!(
                (code, text.as_str()),
                ("invalid_client_metadata", "'software_statement' must be a string.")
            );
        }
    }

    #[test]
    fn a_statement_is_a_token_that_is_signed() {
        let registrar = trusting(&[(Some(ISSUER), 1)]);
        let good = signed(1, &json!({ "iss": ISSUER }));
        let (signing_input, signature) = good.rsplit_once('.').unwrap();
        let payload = good.split('.').nth(1).unwrap();
        for (statement, expected) in [
            (String::new(), invalid("the token has not three parts")),
            ("a.b".into(), invalid("the token has not three parts")),
            (good.replace('.', ""), invalid("the token has not three parts")),
            (format!("{good}="), invalid("the token has a signature that is not base64url")),
            (
                format!("eyJhbGciOiJub25lIn0.{payload}."),
                invalid("the token's algorithm is not that of a key"),
            ),
            (format!("{signing_input}."), invalid("the token's signature is wrong")),
            (format!("{signing_input}.{}", &signature[..40]), invalid("the token's signature is wrong")),
            (signed(2, &json!({ "iss": ISSUER })), invalid("the token's signature is wrong")),
        ] {
            let metadata = with(web(), &json!({ "software_statement": statement }));
            assert_eq!(refusal(&registrar, &metadata), expected, "{statement}");
        }
    }

    #[test]
    fn rfc7591_2_3_a_statement_says_who_issued_it() {
        let unbound = trusting(&[(None, 1)]);
        assert_eq!(
            refusal(&unbound, &stated(&json!({ "iss": null }))),
            invalid("the token has no claim 'iss'")
        );
        assert!(try_register(&unbound, &stated(&json!({ "iss": "whoever" }))).is_ok());
        let bound = trusting(&[(Some(ISSUER), 1)]);
        for iss in [json!(null), json!(""), json!("https://publisher.example"), json!(1), json!([ISSUER])] {
            assert_eq!(refusal(&bound, &stated(&json!({ "iss": iss }))), unapproved(), "{iss}");
        }
    }

    #[test]
    fn nobody_states_in_the_name_of_another() {
        let other = "https://other.example/";
        let registrar = trusting(&[(Some(ISSUER), 1), (Some(other), 2)]);
        let by = |byte, issuer: &str| {
            let statement = signed(byte, &json!({ "iss": issuer, "client_name": "Stated" }));
            try_register(&registrar, &with(web(), &json!({ "software_statement": statement })))
        };
        assert!(by(1, ISSUER).is_ok() && by(2, other).is_ok());
        assert_eq!(by(1, other).err(), Some(Refusal::UnknownStatement));
        assert_eq!(by(2, ISSUER).err(), Some(Refusal::UnknownStatement));
    }

    #[test]
    fn a_key_that_is_not_known() {
        let registrar = Registrar {
            statements: StatementKeys::new(vec![Publisher { issuer: None, key: key(1, Some("2024")) }]),
            ..registrar()
        };
        let by = |key: &Key| {
            let statement = key.sign(json!({ "iss": ISSUER }).to_string().as_bytes()).unwrap();
            try_register(&registrar, &with(web(), &json!({ "software_statement": statement }))).err()
        };
        assert_eq!(by(&key(1, Some("2024"))), None);
        assert_eq!(by(&key(1, None)), None);
        assert_eq!(by(&key(1, Some("2025"))), Some(Refusal::UnknownStatement));
    }

    #[test]
    fn rfc7519_4_1_a_statement_has_its_time_and_its_audience() {
        let registrar = trusting(&[(Some(ISSUER), 1)]);
        for claims in [
            json!({ "exp": NOW + 1 }),
            json!({ "nbf": NOW, "iat": NOW }),
            json!({ "exp": NOW + 1, "nbf": NOW - 1, "jti": "x", "sub": "y" }),
        ] {
            assert!(try_register(&registrar, &stated(&claims)).is_ok(), "{claims}");
        }
        for (claims, reason) in [
            (json!({ "exp": NOW }), "the token has expired"),
            (json!({ "exp": 0 }), "the token has expired"),
            (json!({ "exp": "never" }), "the token's claim 'exp' is of a wrong type"),
            (json!({ "nbf": NOW + 1 }), "the token is not valid yet"),
            (json!({ "iat": NOW + 1 }), "the token is not valid yet"),
            (json!({ "aud": "https://elsewhere.example/" }), "the token is meant for somebody else"),
        ] {
            assert_eq!(refusal(&registrar, &stated(&claims)), invalid(reason), "{claims}");
        }
    }

    #[test]
    fn debug_shows_no_key() {
        let shown = format!("{:?}", trusting(&[(Some(ISSUER), 1)]).statements);
        assert!(shown.contains("HS256") && !shown.contains("1, 1, 1"), "{shown}");
    }
}
