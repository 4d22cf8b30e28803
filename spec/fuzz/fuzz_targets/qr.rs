//! Texts as a picture: nothing of a text stands in it.
#![no_main]

use frontdoor::web::qr_svg;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let svg = qr_svg(text);
    assert_eq!(svg.is_some(), text.len() <= 1024);
    let Some(svg) = svg else { return };
    let (before, rest) = svg.split_once(" d=\"").expect("there is a path");
    let (path, after) = rest.split_once('"').expect("it ends");
    assert!(path.bytes().all(|byte| byte.is_ascii_digit() || b"Mmh. -".contains(&byte)));
    assert!(before.starts_with("<svg ") && after == "/></svg>");
});
