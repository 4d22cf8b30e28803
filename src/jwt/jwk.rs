//! Keys in JSON (RFC 7517), as RFC 7518 §6 and RFC 8037 §2 have them.

use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::bad_key::BadKey;
use super::base64url;
use super::public_key::PublicKey;
use crate::json::{Object, Value};

/// What a JWK says.
pub(super) struct Jwk {
    pub material: Material,
    /// `alg`
    pub algorithm: Option<Algorithm>,
    pub kid: Option<String>,
    /// Whether `key_ops` allows it; whether the key can do it is another question.
    pub may_sign: bool,
}

pub(super) enum Material {
    /// `oct`: a secret.
    Secret(Zeroizing<Vec<u8>>),
    Public(PublicKey),
}

impl Jwk {
    pub(super) fn read(text: &[u8]) -> Result<Self, BadKey> {
        let jwk = Object::read(text).map_err(|_| BadKey::Json)?;
        // The private member of all asymmetric keys: RFC 7518 §6.2.2.1 and §6.3.2.1, RFC 8037 §2.
        if jwk.get("d").is_some() {
            return Err(BadKey::Private);
        }
        if optional(&jwk, "use")?.is_some_and(|usage| usage != "sig") {
            return Err(BadKey::Member { name: "use", must: "be 'sig'" });
        }
        Ok(Self {
            material: material(&jwk)?,
            algorithm: algorithm(&jwk)?,
            kid: optional(&jwk, "kid")?.map(str::to_owned),
            may_sign: may_sign(&jwk)?,
        })
    }
}

fn material(jwk: &Object<'_>) -> Result<Material, BadKey> {
    match (required(jwk, "kty")?, jwk.string("crv")) {
        ("oct", _) => bytes(jwk, "k").map(Zeroizing::new).map(Material::Secret),
        ("RSA", _) => rsa(jwk).map(Material::Public),
        ("EC", Some("P-256")) => p256(jwk).map(Material::Public),
        ("OKP", Some("Ed25519")) => ed25519(jwk).map(Material::Public),
        _ => Err(BadKey::UnknownType),
    }
}

/// RFC 7518 §6.2.1: "The length of this octet string MUST be the full size of a coordinate for the curve".
fn p256(jwk: &Object<'_>) -> Result<PublicKey, BadKey> {
    let (x, y) = (bytes_32(jwk, "x")?, bytes_32(jwk, "y")?);
    PublicKey::p256(&[&[4][..], &x, &y].concat())
}

fn ed25519(jwk: &Object<'_>) -> Result<PublicKey, BadKey> {
    PublicKey::ed25519(&bytes_32(jwk, "x")?)
}

/// RFC 7518 §6.3.1.1 on leading zeros: "will need to take care to omit the extra octet".
fn rsa(jwk: &Object<'_>) -> Result<PublicKey, BadKey> {
    PublicKey::rsa(&bytes(jwk, "n")?, &bytes(jwk, "e")?)
}

fn algorithm(jwk: &Object<'_>) -> Result<Option<Algorithm>, BadKey> {
    optional(jwk, "alg")?.map(|name| Algorithm::by_name(name).ok_or(BadKey::UnknownAlgorithm)).transpose()
}

/// RFC 7517 §4.3: `key_ops` "identifies the operation(s) for which the key is intended to be used".
fn may_sign(jwk: &Object<'_>) -> Result<bool, BadKey> {
    const NAME: &str = "key_ops";
    let operations = match jwk.get(NAME) {
        None => return Ok(true),
        Some(Value::Array(operations)) => operations.iter().map(Value::as_str).collect(),
        Some(_) => None,
    };
    let operations: Vec<&str> =
        operations.ok_or(BadKey::Member { name: NAME, must: "be a list of strings" })?;
    if !operations.contains(&"verify") {
        return Err(BadKey::Member { name: NAME, must: "contain 'verify'" });
    }
    Ok(operations.contains(&"sign"))
}

fn bytes_32(jwk: &Object<'_>, name: &'static str) -> Result<Vec<u8>, BadKey> {
    let bytes = bytes(jwk, name)?;
    if bytes.len() == 32 { Ok(bytes) } else { Err(BadKey::Member { name, must: "have 32 bytes" }) }
}

fn bytes(jwk: &Object<'_>, name: &'static str) -> Result<Vec<u8>, BadKey> {
    base64url::decode(required(jwk, name)?).ok_or(BadKey::Member { name, must: "be base64url" })
}

fn required<'a>(jwk: &'a Object<'_>, name: &'static str) -> Result<&'a str, BadKey> {
    optional(jwk, name)?.ok_or(BadKey::Member { name, must: "be there" })
}

fn optional<'a>(jwk: &'a Object<'_>, name: &'static str) -> Result<Option<&'a str>, BadKey> {
    match jwk.get(name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(BadKey::Member { name, must: "be a string" }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::jwt::tests::{Vector, load};

    const P256: &str = "RFC 7515 A.3";
    const RSA: &str = "RFC 7515 A.2";
    const ED25519: &str = "RFC 8037 A.4";
    const OCT: &str = "RFC 7515 A.1";

    fn with(section: &str, name: &str, value: Value) -> Option<BadKey> {
        let mut jwk = Vector::of(section).jwk;
        jwk[name] = value;
        load(&jwk).err()
    }

    fn without(section: &str, name: &str) -> Option<BadKey> {
        let mut jwk = Vector::of(section).jwk;
        jwk.as_object_mut().unwrap().remove(name).unwrap();
        load(&jwk).err()
    }

    #[test]
    fn members_must_be_there_and_strings() {
        let members: [(&str, &[&str]); 4] = [
            (P256, &["kty", "x", "y"]),
            (RSA, &["kty", "n", "e"]),
            (ED25519, &["kty", "x"]),
            (OCT, &["kty", "k"]),
        ];
        for (section, names) in members {
            for &name in names {
                assert_eq!(without(section, name), Some(BadKey::Member { name, must: "be there" }));
                for value in [json!(null), json!(1), json!([]), json!({})] {
                    assert_eq!(
                        with(section, name, value),
                        Some(BadKey::Member { name, must: "be a string" })
                    );
                }
            }
        }
    }

    #[test]
    fn rfc7518_2_numbers_are_base64url() {
        for (section, name) in [(P256, "x"), (P256, "y"), (RSA, "n"), (RSA, "e"), (ED25519, "x"), (OCT, "k")]
        {
            let jwk = Vector::of(section).jwk;
            let text = jwk[name].as_str().unwrap();
            for bad in
                [format!("{text}="), format!(" {text}"), format!("{text}\n"), format!("+{text}"), "ä".into()]
            {
                assert_eq!(
                    with(section, name, json!(bad)),
                    Some(BadKey::Member { name, must: "be base64url" })
                );
            }
        }
    }

    #[test]
    fn rfc7518_6_2_1_coordinates_have_their_full_length() {
        for (section, name) in [(P256, "x"), (P256, "y"), (ED25519, "x")] {
            for length in [0, 31, 33, 64] {
                let value = json!(base64url::encode(vec![1; length]));
                assert_eq!(with(section, name, value), Some(BadKey::Member { name, must: "have 32 bytes" }));
            }
        }
        assert_eq!(with(P256, "y", json!(base64url::encode([1; 32]))), Some(BadKey::Point));
        assert_eq!(with(P256, "x", Vector::of(P256).jwk["y"].clone()), Some(BadKey::Point));
    }

    #[test]
    fn rfc7518_6_3_1_rsa_keys_are_long_and_without_leading_zeros() {
        let modulus = base64url::decode(Vector::of(RSA).jwk["n"].as_str().unwrap()).unwrap();
        for bad in [&[&[0], &modulus[..]].concat()[..], &modulus[1..], &modulus[..255], &[]] {
            assert_eq!(with(RSA, "n", json!(base64url::encode(bad))), Some(BadKey::Modulus));
        }
        for bad in ["", "AA", "AQ", "Ag", "AAEAAQ", "AQAA"] {
            assert_eq!(with(RSA, "e", json!(bad)), Some(BadKey::Exponent), "{bad}");
        }
    }

    #[test]
    fn other_types_and_curves_are_refused() {
        for kty in ["", "ec", "Oct", "AKP", "OKP"] {
            assert_eq!(with(P256, "kty", json!(kty)), Some(BadKey::UnknownType), "{kty}");
        }
        for crv in [json!("P-384"), json!("secp256k1"), json!("Ed25519"), json!(""), json!(1), json!(null)] {
            assert_eq!(with(P256, "crv", crv), Some(BadKey::UnknownType));
        }
        for crv in [json!("Ed448"), json!("X25519"), json!("P-256")] {
            assert_eq!(with(ED25519, "crv", crv), Some(BadKey::UnknownType));
        }
        assert_eq!(without(P256, "crv"), Some(BadKey::UnknownType));
        assert_eq!(without(ED25519, "crv"), Some(BadKey::UnknownType));
    }

    #[test]
    fn private_keys_are_refused() {
        for section in [P256, RSA, ED25519] {
            for d in [json!("AAAA"), json!(""), json!(null)] {
                assert_eq!(with(section, "d", d), Some(BadKey::Private));
            }
        }
    }

    #[test]
    fn rfc7517_4_2_use_must_be_sig() {
        for section in [P256, RSA, ED25519, OCT] {
            assert_eq!(with(section, "use", json!("sig")), None);
            for usage in ["enc", "", "SIG"] {
                let error = BadKey::Member { name: "use", must: "be 'sig'" };
                assert_eq!(with(section, "use", json!(usage)), Some(error));
            }
            assert_eq!(
                with(section, "use", json!(1)),
                Some(BadKey::Member { name: "use", must: "be a string" })
            );
        }
    }

    #[test]
    fn rfc7517_4_3_key_ops_must_contain_verify() {
        for section in [P256, RSA, ED25519, OCT] {
            assert_eq!(with(section, "key_ops", json!(["verify"])), None);
            assert_eq!(with(section, "key_ops", json!(["sign", "verify", "x"])), None);
            for operations in [json!([]), json!(["sign"]), json!(["Verify"])] {
                let error = BadKey::Member { name: "key_ops", must: "contain 'verify'" };
                assert_eq!(with(section, "key_ops", operations), Some(error));
            }
            for operations in [json!("verify"), json!(null), json!(["verify", 1])] {
                let error = BadKey::Member { name: "key_ops", must: "be a list of strings" };
                assert_eq!(with(section, "key_ops", operations), Some(error));
            }
        }
    }

    #[test]
    fn rfc7517_4_4_alg_must_be_that_of_the_key() {
        for (section, alg) in [(P256, "ES256"), (RSA, "RS256"), (ED25519, "EdDSA"), (OCT, "HS512")] {
            assert_eq!(with(section, "alg", json!(alg)), None);
        }
        for (section, alg) in [(P256, "RS256"), (RSA, "HS256"), (ED25519, "ES256")] {
            let key = Vector::of(section).key().algorithm();
            assert_eq!(with(section, "alg", json!(alg)), Some(BadKey::OtherAlgorithm { key }));
        }
        assert_eq!(with(OCT, "alg", json!("RS256")), Some(BadKey::NoAlgorithm));
        for alg in ["none", "PS256", "RSA-OAEP", ""] {
            assert_eq!(with(RSA, "alg", json!(alg)), Some(BadKey::UnknownAlgorithm));
        }
    }

    #[test]
    fn it_must_be_one_object() {
        for text in ["", "[]", "null", "{", r#"{"kty":"oct","k":"AA","k":"AA"}"#, r#"{"keys":[]}x"#] {
            assert_eq!(Jwk::read(text.as_bytes()).err(), Some(BadKey::Json), "{text}");
        }
    }
}
