//! The parameters of a request (RFC 6749 §3.1, §3.2): a query string or the body of a form.

use std::borrow::Cow;
use std::fmt;

use percent_encoding::percent_decode;

use super::error::EndpointError;

/// Longest text in bytes.
const MAX_LEN: usize = 64 * 1024;

/// Most parameters; no standard knows half as many.
const MAX_COUNT: usize = 64;

/// Names and values, each name once. `Debug` shows the names only: there may be secrets among the values.
#[derive(Clone)]
pub struct Parameters<'a>(Vec<(Cow<'a, str>, Cow<'a, str>)>);

/// Why a text is not read. `Display`-like text comes from [`BadParameters::description`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadParameters {
    /// It is longer than 64 KiB, or has more than 64 parameters.
    TooLong,
    /// This one is there twice, is not UTF-8, or contains NUL.
    Parameter(String),
}

impl<'a> Parameters<'a> {
    /// Reads them all: "Request and response parameters MUST NOT be included more than once" (RFC 6749 §3.1).
    ///
    /// # Errors
    /// The first [`BadParameters`] met.
    pub fn read(text: &'a [u8]) -> Result<Self, BadParameters> {
        if text.len() > MAX_LEN {
            return Err(BadParameters::TooLong);
        }
        let mut parameters = Vec::with_capacity(12);
        for pair in text.split(|byte| *byte == b'&') {
            let Some((name, value)) = form_urlencoded::parse(pair).next() else { continue };
            let is_repeated = parameters.iter().any(|(known, _)| *known == name);
            if is_repeated || name.contains('\0') || value.contains('\0') || !is_utf8(pair) {
                return Err(BadParameters::Parameter(name.into_owned()));
            }
            if parameters.len() == MAX_COUNT {
                return Err(BadParameters::TooLong);
            }
            parameters.push((name, value));
        }
        Ok(Self(parameters))
    }

    /// A value. "Parameters sent without a value MUST be treated as if they were omitted from the request" (RFC 6749
    /// §3.1).
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| &**value)
            .filter(|value| !value.is_empty())
    }

    /// A value that has to be there.
    ///
    /// # Errors
    /// `invalid_request`
    pub fn require(&self, name: &str) -> Result<&str, EndpointError> {
        self.get(name).ok_or_else(|| EndpointError::missing(name))
    }
}

impl fmt::Debug for Parameters<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// The parser puts replacement characters where it is not.
fn is_utf8(pair: &[u8]) -> bool {
    pair.is_ascii() && !pair.contains(&b'%') || percent_decode(pair).decode_utf8().is_ok()
}

impl BadParameters {
    /// A clause for behind "the parameters " or the like, without values.
    #[must_use]
    pub fn description(&self) -> Cow<'static, str> {
        match self {
            Self::TooLong => "too long".into(),
            Self::Parameter(name) if is_harmless(name) => {
                format!("'{name}' is there twice or is no text").into()
            }
            Self::Parameter(_) => "a parameter is there twice or is no text".into(),
        }
    }
}

/// Whether a name that somebody sent may stand in an `error_description`.
fn is_harmless(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}

/// Whether a `Content-Type` is that of a form, with parameters or without (RFC 9110 §8.3.1).
#[must_use]
pub fn is_form(content_type: Option<&str>) -> bool {
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oauth::error::ErrorCode;
    use proptest::prelude::*;

    fn read(text: &[u8]) -> Result<Parameters<'_>, BadParameters> {
        Parameters::read(text)
    }

    #[test]
    fn values_come_decoded() {
        let parameters = read(b"a=b+c%2Bd&e=%C3%A4&&f&=x&g=1=2").unwrap();
        for (name, value) in
            [("a", Some("b c+d")), ("e", Some("ä")), ("f", None), ("g", Some("1=2")), ("h", None)]
        {
            assert_eq!(parameters.get(name), value, "{name}");
        }
    }

    #[test]
    fn rfc6749_3_1_a_parameter_without_a_value_is_missing() {
        let error = read(b"code=").unwrap().require("code").unwrap_err();
        assert_eq!(error, EndpointError::new(ErrorCode::InvalidRequest, "missing 'code'"));
        assert_eq!(read(b"code=1").unwrap().require("code"), Ok("1"));
    }

    #[test]
    fn rfc6749_3_1_no_parameter_is_there_twice() {
        for (text, name) in [
            (&b"a=1&a=1"[..], "a"),
            (b"a=&a=1", "a"),
            (b"a=1&b=2&%61=3", "a"),
            (b"b=%FF", "b"),
            (b"b=%00", "b"),
            (b"b%00=1", "b\0"),
            (b"b=\xff", "b"),
        ] {
            assert_eq!(
                read(text).unwrap_err(),
                BadParameters::Parameter(name.into()),
                "{}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn there_is_an_end() {
        assert_eq!(read(&vec![b'a'; MAX_LEN + 1]).unwrap_err(), BadParameters::TooLong);
        let many: Vec<_> = (0..=MAX_COUNT).map(|number| format!("p{number}=1")).collect();
        assert_eq!(read(many.join("&").as_bytes()).unwrap_err(), BadParameters::TooLong);
        assert!(read(many[1..].join("&").as_bytes()).is_ok());
    }

    #[test]
    fn debug_shows_no_values() {
        let shown = format!("{:?}", read(b"client_secret=hunter2&x").unwrap());
        assert_eq!(shown, r#"{"client_secret", "x"}"#);
    }

    #[test]
    fn a_description_has_no_odd_names() {
        assert_eq!(
            BadParameters::Parameter("scope".into()).description(),
            "'scope' is there twice or is no text"
        );
        for name in ["", "a\"", "a\\", "ä", "a b", "a\r\n"] {
            let description = BadParameters::Parameter(name.into()).description();
            assert_eq!(description, "a parameter is there twice or is no text");
        }
    }

    #[test]
    fn rfc9110_8_3_1_the_type_may_have_parameters() {
        for good in [
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=utf-8",
            "Application/X-WWW-Form-Urlencoded;charset=UTF-8",
        ] {
            assert!(is_form(Some(good)), "{good}");
        }
        for bad in [
            "application/json",
            "application/x-www-form-urlencodedx",
            "",
            "x;application/x-www-form-urlencoded",
        ] {
            assert!(!is_form(Some(bad)), "{bad}");
        }
        assert!(!is_form(None));
    }

    proptest! {
        #[test]
        fn what_is_encoded_comes_back(name in "[a-z]{1,9}", value in "[^\0]{1,40}") {
            let text = form_urlencoded::Serializer::new(String::new()).append_pair(&name, &value).finish();
            let parameters = Parameters::read(text.as_bytes()).unwrap();
            prop_assert_eq!(parameters.get(&name), Some(value.as_str()));
        }

        #[test]
        fn any_bytes_are_read_or_refused(text: Vec<u8>) {
            let _ = Parameters::read(&text);
        }
    }
}
