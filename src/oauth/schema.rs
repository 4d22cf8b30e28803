//! What can be registered, as a JSON Schema (draft 2020-12): what it refuses, the server refuses too. That URIs share
//! a host is told in the descriptions only, because no schema can say it.

use serde_json::{Value, json};

use super::choice::Choice;
use super::metadata::SHOWN;
use super::validation::Policy;

/// The schema but for what operators choose.
const TEMPLATE: &str = include_str!("client_metadata.schema.json");

/// The schema for what an operator allows, as JSON.
#[must_use]
pub fn schema(policy: &Policy) -> String {
    let mut schema: Value = serde_json::from_str(TEMPLATE).unwrap_or_default();
    allow(&mut schema, "grant_types", &policy.grant_types);
    allow(&mut schema, "response_types", &policy.response_types);
    if let Some(properties) = schema.pointer_mut("/properties").and_then(Value::as_object_mut) {
        for locale in &policy.locales {
            for member in SHOWN {
                let reference = json!({ "$ref": format!("#/properties/{member}") });
                properties.insert(format!("{member}#{locale}"), reference);
            }
        }
    }
    schema.to_string()
}

fn allow<C: Choice>(schema: &mut Value, member: &str, allowed: &[C]) {
    if let Some(names) = schema.pointer_mut(&format!("/properties/{member}/items/enum")) {
        *names = allowed.iter().map(|choice| Value::from(choice.name())).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::choice::{AuthMethod, GrantType, IdTokenAlg, ResponseType};
    use crate::oauth::redirect_uri::{ApplicationType, DEVICE_CODE};

    fn names<C: Choice>() -> Value {
        C::ALL.iter().map(|(_, name)| Value::from(*name)).collect()
    }

    #[test]
    fn the_template_has_our_names() {
        let schema: Value = serde_json::from_str(TEMPLATE).unwrap();
        let at = |pointer: &str| schema.pointer(&format!("/properties/{pointer}")).unwrap().clone();
        assert_eq!(at("application_type/enum"), names::<ApplicationType>());
        assert_eq!(at("token_endpoint_auth_method/enum"), names::<AuthMethod>());
        assert_eq!(at("redirect_uris/items/not/const"), DEVICE_CODE);
        for (_, name) in IdTokenAlg::ALL {
            assert!(at("id_token_signed_response_alg/description").as_str().unwrap().contains(name));
        }
    }

    #[test]
    fn it_follows_the_operator() {
        let policy = Policy {
            grant_types: vec![GrantType::DeviceCode],
            response_types: vec![ResponseType::Token],
            locales: vec!["de".into()],
        };
        let schema: Value = serde_json::from_str(&schema(&policy)).unwrap();
        assert_eq!(schema["properties"]["grant_types"]["items"]["enum"], json!([DEVICE_CODE]));
        assert_eq!(schema["properties"]["response_types"]["items"]["enum"], json!(["token"]));
        assert_eq!(schema["properties"]["tos_uri#de"]["$ref"], "#/properties/tos_uri");
    }
}
