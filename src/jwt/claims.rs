//! What is asked of a token's claims (RFC 7519 §4.1, RFC 8725 §3).

use super::authentic::AuthenticToken;
use super::refusal::Refusal;
use crate::json::{Object, Value};

/// What a token must say. The default is at the start of 1970, and expects nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expected {
    /// The time, in seconds since the epoch.
    pub now: u64,
    /// By how many seconds the clocks may differ. RFC 7519 §4.1.4: "usually no more than a few minutes".
    pub leeway: u64,
    /// `iss`, compared as it is; none does not ask.
    pub issuer: Option<String>,
    /// Who we are, one of those in `aud`. None refuses tokens with an `aud`.
    pub audience: Option<String>,
    /// `typ` of the header; none does not ask.
    pub typ: Option<String>,
    /// The names of claims that must be there, with a value other than null.
    pub required: Vec<String>,
}

/// The claims of a token that is valid here and now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedClaims(String);

impl VerifiedClaims {
    /// The JSON text of an object, as signed.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.0
    }

    /// The same.
    #[must_use]
    pub fn into_json(self) -> String {
        self.0
    }
}

type Rule = fn(&Object<'_>, &Expected) -> Result<(), Refusal>;

/// What is asked of the claims, in order.
const RULES: [Rule; 6] =
    [has_required, has_not_expired, is_valid_already, is_not_from_the_future, issuer, audience];

impl Expected {
    /// Asks whether this is the type of token, and these are the claims.
    ///
    /// # Errors
    /// The first [`Refusal`]: of the type, of a payload that is no JSON object, of the claims.
    pub fn accept(&self, token: AuthenticToken) -> Result<VerifiedClaims, Refusal> {
        if self.typ.as_deref().is_some_and(|typ| !token.is_typ(typ)) {
            return Err(Refusal::Typ);
        }
        let json = String::from_utf8(token.into_payload()).map_err(|_| NOT_AN_OBJECT)?;
        let claims = Object::read(json.as_bytes()).map_err(|_| NOT_AN_OBJECT)?;
        RULES.iter().try_for_each(|rule| rule(&claims, self))?;
        Ok(VerifiedClaims(json))
    }

    /// The latest time it may be elsewhere.
    fn latest(&self) -> f64 {
        seconds(self.now) + seconds(self.leeway)
    }
}

const NOT_AN_OBJECT: Refusal =
    Refusal::Malformed("has a payload that is not a JSON object, or has a member twice");

fn has_required(claims: &Object<'_>, expected: &Expected) -> Result<(), Refusal> {
    let missing = |name: &&String| matches!(claims.get(name), None | Some(Value::Null));
    match expected.required.iter().find(missing) {
        Some(name) => Err(Refusal::NoClaim { name: name.clone() }),
        None => Ok(()),
    }
}

/// RFC 7519 §4.1.4: "the expiration time on or after which the JWT MUST NOT be accepted".
fn has_not_expired(claims: &Object<'_>, expected: &Expected) -> Result<(), Refusal> {
    match date(claims, "exp")? {
        Some(exp) if seconds(expected.now) >= exp + seconds(expected.leeway) => Err(Refusal::Expired),
        _ => Ok(()),
    }
}

/// RFC 7519 §4.1.5: "the time before which the JWT MUST NOT be accepted".
fn is_valid_already(claims: &Object<'_>, expected: &Expected) -> Result<(), Refusal> {
    match date(claims, "nbf")? {
        Some(nbf) if expected.latest() < nbf => Err(Refusal::NotYetValid),
        _ => Ok(()),
    }
}

/// RFC 7519 §4.1.6 has `iat` tell a token's age. One that is not born yet comes from a clock that goes wrong.
fn is_not_from_the_future(claims: &Object<'_>, expected: &Expected) -> Result<(), Refusal> {
    match date(claims, "iat")? {
        Some(iat) if expected.latest() < iat => Err(Refusal::NotYetValid),
        _ => Ok(()),
    }
}

/// RFC 7519 §4.1.1; compared as §7.3 says, code point by code point.
fn issuer(claims: &Object<'_>, expected: &Expected) -> Result<(), Refusal> {
    match &expected.issuer {
        Some(issuer) if claims.string("iss") != Some(issuer) => Err(Refusal::Issuer),
        _ => Ok(()),
    }
}

/// RFC 7519 §4.1.3: "If the principal processing the claim does not identify itself with a value in the `aud` claim
/// when this claim is present, then the JWT MUST be rejected."
fn audience(claims: &Object<'_>, expected: &Expected) -> Result<(), Refusal> {
    match (audiences(claims)?, &expected.audience) {
        (None, None) => Ok(()),
        (Some(audiences), Some(us)) if audiences.contains(&us.as_str()) => Ok(()),
        _ => Err(Refusal::Audience),
    }
}

/// "an array of case-sensitive strings … In the special case when the JWT has one audience, … a single
/// case-sensitive string"
fn audiences<'a>(claims: &'a Object<'_>) -> Result<Option<Vec<&'a str>>, Refusal> {
    let audiences = match claims.get("aud") {
        None => return Ok(None),
        Some(Value::Array(audiences)) => audiences.iter().map(Value::as_str).collect(),
        Some(audience) => audience.as_str().map(|audience| vec![audience]),
    };
    audiences.map(Some).ok_or(Refusal::ClaimType { name: "aud" })
}

/// A `NumericDate` (RFC 7519 §2): seconds since the epoch, "non-integer values can be represented".
fn date(claims: &Object<'_>, name: &'static str) -> Result<Option<f64>, Refusal> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Number(date)) => Ok(Some(*date)),
        Some(_) => Err(Refusal::ClaimType { name }),
    }
}

#[allow(clippy::cast_precision_loss, reason = "exact for the next 285 million years")]
fn seconds(seconds: u64) -> f64 {
    seconds as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: u64 = 1_700_000_000;

    fn judge(claims: &str, expected: &Expected) -> Result<(), Refusal> {
        expected.accept(AuthenticToken::new(Some("JWT".into()), claims.into())).map(|accepted| {
            assert_eq!(accepted.json(), claims);
            assert_eq!(accepted.into_json(), claims);
        })
    }

    fn at(now: u64, leeway: u64) -> Expected {
        Expected { now, leeway, ..Expected::default() }
    }

    #[test]
    fn rfc7519_4_all_claims_are_optional() {
        for claims in ["{}", " {\"x\":null}\n", r#"{"iss":1,"sub":[]}"#] {
            assert_eq!(judge(claims, &at(NOW, 0)), Ok(()));
        }
    }

    #[test]
    fn rfc7519_4_1_4_not_on_or_after_exp() {
        let claims = format!(r#"{{"exp":{NOW}}}"#);
        assert_eq!(judge(&claims, &at(NOW - 1, 0)), Ok(()));
        assert_eq!(judge(&claims, &at(NOW, 0)), Err(Refusal::Expired));
        assert_eq!(judge(&claims, &at(NOW + 59, 60)), Ok(()));
        assert_eq!(judge(&claims, &at(NOW + 60, 60)), Err(Refusal::Expired));
        assert_eq!(judge(r#"{"exp":1e300}"#, &at(NOW, 0)), Ok(()));
        for long_ago in ["-1", "0", "-1e300", "1", "1.5"] {
            assert_eq!(judge(&format!(r#"{{"exp":{long_ago}}}"#), &at(NOW, 60)), Err(Refusal::Expired));
        }
    }

    #[test]
    fn rfc7519_4_1_5_not_before_nbf_and_4_1_6_iat() {
        for name in ["nbf", "iat"] {
            let claims = format!(r#"{{"{name}":{NOW}}}"#);
            assert_eq!(judge(&claims, &at(NOW, 0)), Ok(()));
            assert_eq!(judge(&claims, &at(NOW - 1, 0)), Err(Refusal::NotYetValid));
            assert_eq!(judge(&claims, &at(NOW - 60, 60)), Ok(()));
            assert_eq!(judge(&claims, &at(NOW - 61, 60)), Err(Refusal::NotYetValid));
            assert_eq!(judge(&format!(r#"{{"{name}":-5}}"#), &at(0, 0)), Ok(()));
        }
    }

    #[test]
    fn rfc7519_2_dates_may_be_fractions() {
        assert_eq!(judge(&format!(r#"{{"exp":{NOW}.5}}"#), &at(NOW, 0)), Ok(()));
        assert_eq!(judge(&format!(r#"{{"exp":{NOW}.5}}"#), &at(NOW + 1, 0)), Err(Refusal::Expired));
        assert_eq!(judge(&format!(r#"{{"nbf":{NOW}.5}}"#), &at(NOW, 0)), Err(Refusal::NotYetValid));
        assert_eq!(judge(&format!(r#"{{"nbf":{NOW}.5}}"#), &at(NOW + 1, 0)), Ok(()));
    }

    #[test]
    fn dates_must_be_numbers() {
        for name in ["exp", "nbf", "iat"] {
            for value in [r#""1700000000""#, "null", "true", "[1]", "{}", r#""""#] {
                let claims = format!(r#"{{"{name}":{value}}}"#);
                assert_eq!(judge(&claims, &at(NOW, 0)), Err(Refusal::ClaimType { name }), "{claims}");
            }
        }
    }

    #[test]
    fn rfc7519_4_1_1_issuer() {
        let expected = Expected { issuer: Some("https://a.example".into()), ..at(NOW, 0) };
        assert_eq!(judge(r#"{"iss":"https:\/\/a.example"}"#, &expected), Ok(()));
        for claims in [
            "{}",
            r#"{"iss":"https://a.example/"}"#,
            r#"{"iss":"https://A.example"}"#,
            r#"{"iss":""}"#,
            r#"{"iss":null}"#,
            r#"{"iss":1}"#,
            r#"{"iss":["https://a.example"]}"#,
        ] {
            assert_eq!(judge(claims, &expected), Err(Refusal::Issuer), "{claims}");
        }
    }

    #[test]
    fn rfc7519_4_1_3_audience() {
        let us = Expected { audience: Some("us".into()), ..at(NOW, 0) };
        for claims in [r#"{"aud":"us"}"#, r#"{"aud":["us"]}"#, r#"{"aud":["them","us"]}"#] {
            assert_eq!(judge(claims, &us), Ok(()), "{claims}");
            assert_eq!(judge(claims, &at(NOW, 0)), Err(Refusal::Audience), "{claims}");
        }
        for claims in [r#"{"aud":"them"}"#, r#"{"aud":["them"]}"#, r#"{"aud":[]}"#, r#"{"aud":"US"}"#] {
            assert_eq!(judge(claims, &us), Err(Refusal::Audience), "{claims}");
            assert_eq!(judge(claims, &at(NOW, 0)), Err(Refusal::Audience), "{claims}");
        }
        assert_eq!(judge("{}", &us), Err(Refusal::Audience));
    }

    #[test]
    fn rfc7519_4_1_3_audiences_must_be_strings() {
        let us = Expected { audience: Some("us".into()), ..at(NOW, 0) };
        for value in ["null", "1", "{}", r#"{"us":1}"#, r#"["us",1]"#, r#"[["us"]]"#, r#"["us",null]"#] {
            let claims = format!(r#"{{"aud":{value}}}"#);
            for expected in [&us, &at(NOW, 0)] {
                assert_eq!(judge(&claims, expected), Err(Refusal::ClaimType { name: "aud" }), "{claims}");
            }
        }
    }

    #[test]
    fn required_claims_must_be_there() {
        let expected = Expected { required: vec!["exp".into(), "sub".into()], ..at(NOW, 0) };
        let missing = |name: &str| Err(Refusal::NoClaim { name: name.into() });
        assert_eq!(judge(r#"{"exp":1e10,"sub":""}"#, &expected), Ok(()));
        assert_eq!(judge("{}", &expected), missing("exp"));
        assert_eq!(judge(r#"{"sub":"x"}"#, &expected), missing("exp"));
        assert_eq!(judge(r#"{"exp":null,"sub":"x"}"#, &expected), missing("exp"));
        assert_eq!(judge(r#"{"exp":1e10,"x":{"sub":1}}"#, &expected), missing("sub"));
    }

    #[test]
    fn rfc8725_3_11_typ() {
        let of = |typ: &str| Expected { typ: Some(typ.into()), ..at(NOW, 0) };
        assert_eq!(judge("{}", &of("application/jwt")), Ok(()));
        assert_eq!(judge("{}", &of("at+jwt")), Err(Refusal::Typ));
    }

    #[test]
    fn rfc7519_7_2_claims_must_be_an_object() {
        for payload in ["", "[]", "null", "\"x\"", "{", "{}{}", r#"{"exp":1e10,"exp":1}"#] {
            assert_eq!(judge(payload, &at(NOW, 0)), Err(NOT_AN_OBJECT), "{payload}");
        }
        let payload = AuthenticToken::new(None, b"{\"a\":\"\xff\"}".to_vec());
        assert_eq!(at(NOW, 0).accept(payload), Err(NOT_AN_OBJECT));
    }
}
