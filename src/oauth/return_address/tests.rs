use super::*;
use crate::oauth::tests::{NOW, community_id, community_payload, native, register, registrar, web, with};
use serde_json::{Value, json};

const ISSUER: &str = "https://capulet.example";

fn metadata(registration: &Value) -> Metadata {
    register(&registrar(), registration).client.metadata().clone()
}

fn with_uris(uris: &Value) -> Metadata {
    metadata(&with(web(), &json!({ "redirect_uris": uris })))
}

fn find(metadata: &Metadata, requested: Option<&str>) -> Option<ReturnAddress> {
    ReturnAddress::find(metadata, requested, Mode::Query, Some("a b&c"))
}

#[test]
fn rfc6749_3_1_2_3_without_one_the_only_one_counts() {
    let one = with_uris(&json!(["https://app.example.com/a"]));
    assert_eq!(find(&one, None).unwrap().redirect_uri(), Some(("https://app.example.com/a", false)));
    let two = with_uris(&json!(["https://app.example.com/a", "https://app.example.com/b"]));
    assert_eq!(find(&two, None), None);
    assert!(find(&two, Some("https://app.example.com/b")).unwrap().redirect_uri().unwrap().1);
    assert_eq!(find(&two, Some("https://app.example.com/c")), None);
}

#[test]
fn rfc6749_3_1_2_the_query_is_kept() {
    for (uri, expected) in [
        ("https://app.example.com/a", "https://app.example.com/a?code=x%2B&"),
        ("https://app.example.com/a?", "https://app.example.com/a?code=x%2B&"),
        ("https://app.example.com/a?b=%20+c&b", "https://app.example.com/a?b=%20+c&b&code=x%2B&"),
        ("https://app.example.com/a?b&", "https://app.example.com/a?b&code=x%2B&"),
        ("https://app.example.com/a&", "https://app.example.com/a&?code=x%2B&"),
        ("https://app.example.com/a?b?", "https://app.example.com/a?b?&code=x%2B&"),
    ] {
        let address = find(&with_uris(&json!([uri])), Some(uri)).unwrap();
        let rest = "state=a+b%26c&iss=https%3A%2F%2Fcapulet.example";
        assert_eq!(address.location(ISSUER, &[("code", "x+")]), Some(format!("{expected}{rest}")));
    }
}

#[test]
fn a_fragment_that_the_community_module_has_let_be_stays_where_it_is() {
    let registrar = registrar();
    let find = |uri: &str, mode| {
        let payload = community_payload(&with(web(), &json!({ "redirect_uris": [uri] })));
        let client = registrar.open(&community_id(&payload), NOW).unwrap();
        let address = ReturnAddress::find(client.metadata(), None, mode, None).unwrap();
        address.location(ISSUER, &[("code", "x")]).unwrap()
    };
    let rest = "code=x&iss=https%3A%2F%2Fcapulet.example";
    for (uri, in_query, in_fragment) in [
        (
            "https://app.example.com/#/a?b",
            "https://app.example.com/?REST#/a?b",
            "https://app.example.com/#REST",
        ),
        (
            "https://app.example.com/?b#",
            "https://app.example.com/?b&REST#",
            "https://app.example.com/?b#REST",
        ),
    ] {
        assert_eq!(find(uri, Mode::Query), in_query.replace("REST", rest));
        assert_eq!(find(uri, Mode::Fragment), in_fragment.replace("REST", rest));
    }
}

#[test]
fn in_a_fragment() {
    let metadata = with_uris(&json!(["https://app.example.com/a?b=c"]));
    let address = ReturnAddress::find(&metadata, None, Mode::Fragment, None).unwrap();
    let location = address.location(ISSUER, &[("access_token", "t")]).unwrap();
    assert_eq!(location, "https://app.example.com/a?b=c#access_token=t&iss=https%3A%2F%2Fcapulet.example");
}

#[test]
fn rfc8628_devices_and_people_are_not_redirected() {
    let device = json!({
        "client_name": "TV", "client_uri": "https://app.example.com/", "response_types": [],
        "grant_types": [DEVICE_CODE],
    });
    let address = find(&metadata(&device), Some(DEVICE_CODE)).unwrap();
    assert!(address.is_device() && address.location(ISSUER, &[]).is_none());
    assert_eq!(find(&metadata(&web()), Some(DEVICE_CODE)), None);
    let out_of_band = metadata(&with(native(), &json!({ "redirect_uris": [OUT_OF_BAND] })));
    let address = find(&out_of_band, None).unwrap();
    assert!(address.is_out_of_band() && address.location(ISSUER, &[]).is_none());
}
