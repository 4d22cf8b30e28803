//! The fields of a form (`application/x-www-form-urlencoded`, WHATWG URL §5.1).

use percent_encoding::percent_decode;

/// Longest form in bytes.
const MAX_LEN: usize = 64 * 1024;

/// Why a form is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadForm {
    /// It is longer than 64 KiB.
    TooLong,
    /// This field, one of those asked for, is there twice, is not UTF-8, or contains NUL.
    Field(String),
}

/// The values of the named fields in the order of the names, `None` for one that is missing. Other fields may be
/// as they like.
///
/// # Errors
/// The first [`BadForm`] met. Values are never part of it.
pub fn fields(form: &[u8], names: &[String]) -> Result<Vec<Option<String>>, BadForm> {
    if form.len() > MAX_LEN {
        return Err(BadForm::TooLong);
    }
    let mut values = vec![None; names.len()];
    for pair in form.split(|byte| *byte == b'&') {
        let Some((name, value)) = form_urlencoded::parse(pair).next() else { continue };
        let Some((_, slot)) = names.iter().zip(&mut values).find(|(known, _)| **known == name) else {
            continue;
        };
        if slot.is_some() || value.contains('\0') || !is_utf8(pair) {
            return Err(BadForm::Field(name.into_owned()));
        }
        *slot = Some(value.into_owned());
    }
    Ok(values)
}

/// The parser puts replacement characters where it is not.
fn is_utf8(pair: &[u8]) -> bool {
    percent_decode(pair).decode_utf8().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(form: &[u8]) -> Result<[Option<String>; 2], BadForm> {
        let names = ["user", "password"].map(str::to_owned);
        fields(form, &names).map(|values| values.try_into().unwrap())
    }

    fn values(user: Option<&str>, password: Option<&str>) -> [Option<String>; 2] {
        [user, password].map(|value| value.map(str::to_owned))
    }

    #[test]
    fn values_come_decoded_in_the_order_of_the_names() {
        for (form, expected) in [
            (&b"password=a+b%2Bc%26%3D&user=juliet"[..], values(Some("juliet"), Some("a b+c&="))),
            (b"user=%C3%A4&other=1&other=%FF%00", values(Some("\u{e4}"), None)),
            (b"us%65r=1", values(Some("1"), None)),
            (b"user=%EF%BF%BD", values(Some("\u{fffd}"), None)),
            (b"user=\xc3\xa4", values(Some("\u{e4}"), None)),
            (b"user=%zz%", values(Some("%zz%"), None)),
            (b"user=a=b", values(Some("a=b"), None)),
            (b"user&&password=", values(Some(""), Some(""))),
            (b"User=x&user+=y&=z", values(None, None)),
            (b"", values(None, None)),
        ] {
            assert_eq!(read(form), Ok(expected), "{}", form.escape_ascii());
        }
    }

    #[test]
    fn a_bad_field_is_named() {
        for form in [
            &b"user=a&user=a"[..],
            b"user=&user=",
            b"user=a&%75ser=b",
            b"user=%FF",
            b"user=\xff",
            b"user=%C3&user=%A4",
            b"user=a%00b",
            b"user=\0",
        ] {
            assert_eq!(read(form), Err(BadForm::Field("user".into())), "{}", form.escape_ascii());
        }
    }

    #[test]
    fn forms_are_bounded() {
        let form = |length: usize| format!("user={}", "a".repeat(length - 5));
        assert!(read(form(64 * 1024).as_bytes()).is_ok());
        assert_eq!(read(form(64 * 1024 + 1).as_bytes()), Err(BadForm::TooLong));
    }

    proptest! {
        #[test]
        fn any_value_survives(user: String, password: String) {
            let form = form_urlencoded::Serializer::new(String::new())
                .append_pair("user", &user)
                .append_pair("password", &password)
                .finish();
            let expected = match [&user, &password].map(|value| value.contains('\0')) {
                [true, _] => Err(BadForm::Field("user".into())),
                [_, true] => Err(BadForm::Field("password".into())),
                _ => Ok(values(Some(&user), Some(&password))),
            };
            prop_assert_eq!(read(form.as_bytes()), expected);
        }

        #[test]
        fn any_bytes_are_a_form_or_not(form: Vec<u8>) {
            let _ = read(&form);
            let _ = read(&[b"user=", &form[..]].concat());
        }
    }
}
