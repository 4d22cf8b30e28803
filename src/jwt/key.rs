//! A key with all that is known of it.

use super::algorithm::Algorithm;
use super::bad_key::BadKey;
use super::jwk::{Jwk, Material};
use super::mac::{MacAlgorithm, MacKey};
use super::public_key::PublicKey;
use super::signing::{self, CannotSign};

/// A key that verifies tokens of one algorithm and, if it is a secret, signs them.
#[derive(Debug, Clone)]
pub struct Key {
    kind: Kind,
    kid: Option<String>,
}

#[derive(Debug, Clone)]
enum Kind {
    Secret { key: MacKey, may_sign: bool },
    Public(PublicKey),
}

/// What a key is read from.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// The bytes of a secret for HMAC.
    Secret(&'a [u8]),
    /// A public key in PEM.
    Pem(&'a [u8]),
    /// The JSON text of a JWK with a secret or a public key.
    Jwk(&'a [u8]),
}

impl Key {
    /// Reads a key. What is said of it twice, here and in its JWK, must be the same.
    ///
    /// A secret needs an algorithm, in a JWK HS256 if none is named. A public key has only one.
    ///
    /// # Errors
    /// What is a [`BadKey`] about it.
    pub fn load(source: Source<'_>, algorithm: Option<&str>, kid: Option<&str>) -> Result<Self, BadKey> {
        let algorithm =
            algorithm.map(|name| Algorithm::by_name(name).ok_or(BadKey::UnknownAlgorithm)).transpose()?;
        let key = match source {
            Source::Secret(secret) => Self::from_secret(secret, algorithm.ok_or(BadKey::NoAlgorithm)?)?,
            Source::Pem(text) => Self { kind: Kind::Public(PublicKey::from_pem(text)?), kid: None },
            Source::Jwk(text) => Self::from_jwk(Jwk::read(text)?, algorithm)?,
        };
        key.agreeing_with(algorithm)?.named(kid)
    }

    fn from_secret(secret: &[u8], algorithm: Algorithm) -> Result<Self, BadKey> {
        if secret.trim_ascii_start().starts_with(b"-----BEGIN ") {
            return Err(BadKey::PemAsSecret);
        }
        let Algorithm::Hmac(algorithm) = algorithm else { return Err(BadKey::NoAlgorithm) };
        // RFC 7518 §3.2: "A key of the same size as the hash output … or larger MUST be used".
        if secret.len() < algorithm.length() {
            return Err(BadKey::ShortSecret { algorithm });
        }
        let kind = Kind::Secret { key: MacKey::new(algorithm, secret), may_sign: true };
        Ok(Self { kind, kid: None })
    }

    fn from_jwk(jwk: Jwk, algorithm: Option<Algorithm>) -> Result<Self, BadKey> {
        const USUAL: Algorithm = Algorithm::Hmac(MacAlgorithm::Hs256);
        let mut key = match jwk.material {
            Material::Secret(secret) => {
                Self::from_secret(&secret, jwk.algorithm.or(algorithm).unwrap_or(USUAL))?
            }
            Material::Public(key) => Self { kind: Kind::Public(key), kid: None },
        };
        if let Kind::Secret { may_sign, .. } = &mut key.kind {
            *may_sign = jwk.may_sign;
        }
        key.kid = jwk.kid;
        key.agreeing_with(jwk.algorithm)
    }

    fn agreeing_with(self, algorithm: Option<Algorithm>) -> Result<Self, BadKey> {
        match (algorithm, self.algorithm()) {
            (Some(algorithm), key) if algorithm != key => Err(BadKey::OtherAlgorithm { key }),
            _ => Ok(self),
        }
    }

    fn named(self, kid: Option<&str>) -> Result<Self, BadKey> {
        match (self.kid.as_deref(), kid) {
            (Some(has), Some(given)) if has != given => Err(BadKey::OtherKid),
            (None, Some(given)) => Ok(Self { kid: Some(given.to_owned()), ..self }),
            _ => Ok(self),
        }
    }

    /// The only algorithm that the key is for.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        match &self.kind {
            Kind::Secret { key, .. } => Algorithm::Hmac(key.algorithm()),
            Kind::Public(key) => key.algorithm(),
        }
    }

    /// Its name, to be found by.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// Whether this is its signature of the data.
    #[must_use]
    pub fn verify(&self, data: &[u8], signature: &[u8]) -> bool {
        match &self.kind {
            Kind::Secret { key, .. } => key.verify(&[data], signature),
            Kind::Public(key) => key.verify(data, signature),
        }
    }

    /// Signs claims, the JSON text of an object, as they are. What they say is not checked.
    ///
    /// # Errors
    /// [`CannotSign`]
    pub fn sign(&self, claims: &[u8]) -> Result<String, CannotSign> {
        let Kind::Secret { key, may_sign: true } = &self.kind else { return Err(CannotSign::Key) };
        signing::sign(self.algorithm(), self.kid(), claims, |input| Ok(key.tag(&[input])))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::jwt::tests::{Vector, load};
    use crate::jwt::{Expected, base64url, verify};

    const SECRET: &[u8] = &[7; 64];

    fn hmac(algorithm: &str, kid: Option<&str>) -> Key {
        Key::load(Source::Secret(SECRET), Some(algorithm), kid).unwrap()
    }

    fn parts(token: &str) -> Vec<String> {
        let texts = token.split('.').take(2).map(|part| base64url::decode(part).unwrap());
        texts.map(|text| String::from_utf8(text).unwrap()).collect()
    }

    #[test]
    fn signed_tokens_verify() {
        for algorithm in ["HS256", "HS384", "HS512"] {
            for kid in [None, Some("2024"), Some("\"\\ä\n")] {
                let key = hmac(algorithm, kid);
                let claims = " {\"iss\" : \"ä\"}\n";
                let token = key.sign(claims.as_bytes()).unwrap();
                let verified = verify(&[&key], token.as_bytes(), &Expected::default()).unwrap();
                assert_eq!(verified.json(), claims);
            }
        }
    }

    #[test]
    fn the_header_says_what_is_known() {
        let token = hmac("HS384", None).sign(b"{}").unwrap();
        assert_eq!(parts(&token), [r#"{"alg":"HS384","typ":"JWT"}"#, "{}"]);
        let token = hmac("HS256", Some("a\"b")).sign(b"{}").unwrap();
        assert_eq!(parts(&token), [r#"{"alg":"HS256","kid":"a\"b","typ":"JWT"}"#, "{}"]);
    }

    #[test]
    fn claims_must_be_an_object() {
        for claims in
            ["", "[]", "null", "\"x\"", "{", "{}{}", r#"{"exp":1,"exp":2}"#, r#"{"x":{"a":1,"a":1}}"#]
        {
            assert_eq!(hmac("HS256", None).sign(claims.as_bytes()), Err(CannotSign::Claims), "{claims}");
        }
        assert_eq!(hmac("HS256", None).sign(b"{\"\xff\":1}"), Err(CannotSign::Claims));
    }

    #[test]
    fn only_a_secret_signs_and_only_if_it_may() {
        for section in ["RFC 7515 A.2", "RFC 7515 A.3", "RFC 8037 A.4"] {
            assert_eq!(Vector::of(section).key().sign(b"{}"), Err(CannotSign::Key));
        }
        let k = base64url::encode(SECRET);
        let verifies = load(&json!({ "kty": "oct", "k": k, "key_ops": ["verify"] })).unwrap();
        assert_eq!(verifies.sign(b"{}"), Err(CannotSign::Key));
        let signs = load(&json!({ "kty": "oct", "k": k, "key_ops": ["verify", "sign"] })).unwrap();
        let token = signs.sign(b"{}").unwrap();
        assert!(verify(&[&verifies], token.as_bytes(), &Expected::default()).is_ok());
    }

    #[test]
    fn rfc7518_3_2_a_secret_is_as_long_as_the_hash() {
        for algorithm in MacAlgorithm::ALL {
            let name = Some(algorithm.name());
            let length = algorithm.length();
            assert!(Key::load(Source::Secret(&SECRET[..length]), name, None).is_ok());
            for short in [&SECRET[..length - 1], b"", b"secret"] {
                let error = Some(BadKey::ShortSecret { algorithm });
                assert_eq!(Key::load(Source::Secret(short), name, None).err(), error);
                let jwk = json!({ "kty": "oct", "k": base64url::encode(short), "alg": algorithm.name() });
                assert_eq!(load(&jwk).err(), error);
            }
        }
    }

    #[test]
    fn a_secret_needs_an_algorithm() {
        let load = |algorithm| Key::load(Source::Secret(SECRET), algorithm, None).err();
        assert_eq!(load(None), Some(BadKey::NoAlgorithm));
        for public in ["RS256", "ES256", "EdDSA", "Ed25519"] {
            assert_eq!(load(Some(public)), Some(BadKey::NoAlgorithm));
        }
        for unknown in ["none", "", "hs256", "HS1"] {
            assert_eq!(load(Some(unknown)), Some(BadKey::UnknownAlgorithm));
        }
    }

    #[test]
    fn a_secret_is_no_pem() {
        for section in ["RFC 7515 A.2", "RFC 7515 A.3"] {
            let pem = format!("\n{}", Vector::of(section).pem.unwrap());
            let key = Key::load(Source::Secret(pem.as_bytes()), Some("HS256"), None);
            assert_eq!(key.err(), Some(BadKey::PemAsSecret));
        }
    }

    #[test]
    fn an_oct_jwk_is_for_hs256_unless_it_says_otherwise() {
        let load = |alg: Option<&str>, given: Option<&str>| {
            let mut jwk = json!({ "kty": "oct", "k": base64url::encode(SECRET) });
            if let Some(alg) = alg {
                jwk["alg"] = alg.into();
            }
            let key = Key::load(Source::Jwk(jwk.to_string().as_bytes()), given, None);
            key.map(|key| key.algorithm().name())
        };
        assert_eq!(load(None, None), Ok("HS256"));
        assert_eq!(load(Some("HS512"), None), Ok("HS512"));
        assert_eq!(load(None, Some("HS384")), Ok("HS384"));
        assert_eq!(load(Some("HS512"), Some("HS512")), Ok("HS512"));
        let key = Algorithm::Hmac(MacAlgorithm::Hs512);
        assert_eq!(load(Some("HS512"), Some("HS256")), Err(BadKey::OtherAlgorithm { key }));
        assert_eq!(load(None, Some("ES256")), Err(BadKey::NoAlgorithm));
    }

    #[test]
    fn rfc8725_3_1_a_public_key_has_one_algorithm() {
        let algorithms = [("RFC 7515 A.2", "RS256"), ("RFC 7515 A.3", "ES256"), ("RFC 8037 A.4", "EdDSA")];
        for (section, right) in algorithms {
            let Vector { pem, jwk, .. } = Vector::of(section);
            let (pem, jwk) = (pem.unwrap(), jwk.to_string());
            for source in [Source::Pem(pem.as_bytes()), Source::Jwk(jwk.as_bytes())] {
                let key = Key::load(source, Some(right), None).unwrap().algorithm();
                assert_eq!(key.name(), right);
                for wrong in ["HS256", "RS256", "ES256", "Ed25519"]
                    .into_iter()
                    .filter(|name| Algorithm::by_name(name) != Some(key))
                {
                    let error = Key::load(source, Some(wrong), None).err();
                    assert_eq!(error, Some(BadKey::OtherAlgorithm { key }), "{section} {wrong}");
                }
            }
        }
    }

    #[test]
    fn a_kid_is_given_or_in_the_jwk() {
        let vector = Vector::of("RFC 7520 4.1");
        let jwk = vector.jwk.to_string();
        let load = |kid| Key::load(Source::Jwk(jwk.as_bytes()), None, kid);
        let kid = "bilbo.baggins@hobbiton.example";
        assert_eq!(load(None).unwrap().kid(), Some(kid));
        assert_eq!(load(Some(kid)).unwrap().kid(), Some(kid));
        assert_eq!(load(Some("frodo")).err(), Some(BadKey::OtherKid));
        assert_eq!(hmac("HS256", Some("")).kid(), Some(""));
        assert_eq!(hmac("HS256", None).kid(), None);
    }

    #[test]
    fn debug_shows_no_key() {
        let key = Key::load(Source::Secret(b"hunter2hunter2hunter2hunter2hunter2"), Some("HS256"), None);
        assert!(!format!("{key:?}").contains("hunter2"));
        assert!(format!("{key:?}").contains("HS256"));
    }
}
