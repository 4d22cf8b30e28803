//! How long a client id is, beside that of the community module for the same metadata.

use super::*;

/// The example of a web client with all links; a native app; a device.
fn examples() -> [(&'static str, Value); 3] {
    let links = json!({
        "logo_uri": "https://app.example.com/logo.svg",
        "tos_uri": "https://app.example.com/terms",
        "policy_uri": "https://app.example.com/privacy",
    });
    [("web client", with(web(), &links)), ("native client", native()), ("device client", device())]
}

/// What each writes for what the client does not say.
fn of_the_community_module(metadata: &Value) -> String {
    let application_type = if metadata["client_name"] == "Verona Mail" { "web" } else { "native" };
    let mut payload =
        community_payload(&with(metadata.clone(), &json!({ "application_type": application_type })));
    if metadata["token_endpoint_auth_method"] == "none" {
        payload = with(payload, &json!({ "nonce": null })); // which it gives to confidential clients only
    }
    community_id(&payload)
}

#[test]
fn ids_are_shorter_than_the_community_modules() {
    let registrar = registrar();
    for (name, metadata) in examples() {
        let community_id = of_the_community_module(&metadata);
        let theirs = registrar.open(&community_id, NOW).unwrap();
        let ours = register(&registrar, &metadata).client;
        assert_eq!(ours.metadata().client_uri, theirs.metadata().client_uri);
        assert_eq!(ours.metadata().grant_types, theirs.metadata().grant_types);
        assert_eq!(ours.metadata().redirect_uris, theirs.metadata().redirect_uris);
        println!("{name}: {} bytes, the community module's {}", ours.id().len(), community_id.len());
        assert!(ours.id().len() < community_id.len(), "{name}");
    }
}
