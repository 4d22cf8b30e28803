//! From the bytes of a request to its five fields.

use std::borrow::Cow;
use std::fmt;
use std::net::IpAddr;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroize;

use super::Refusal;
use crate::address;
use crate::json::{self, JsonError};
use crate::mail::{self, MailAddress};

/// Longest body in bytes. The longest fields allowed fit into a tenth of it.
pub const MAX_LEN: usize = 64 * 1024;

/// The members of the request, all required, each with its greatest length in bytes.
const FIELDS: [(&str, usize); 5] = [
    ("username", 1023), // a localpart, RFC 7622 §3.3
    ("password", 4096), // 1024 characters, which the password policy counts
    ("ip", 45),         // the longest form of an IPv6 address, RFC 4291 §2.2
    ("mail", mail::MAX_LEN),
    ("auth_token", 1024),
];

/// The JSON of a request, decoded and not yet read. It holds a password, so it is wiped when dropped.
pub struct Body<'a>(Cow<'a, [u8]>);

/// A request whose fields are what they claim to be. Whether it may be granted is another question.
pub struct Request<'a> {
    /// As sent; nodeprep is the shell's.
    pub username: Cow<'a, str>,
    /// As sent; `SASLprep` is the shell's.
    pub password: Cow<'a, str>,
    /// The address of the person at the web form.
    pub ip: IpAddr,
    /// The same in its one canonical spelling (RFC 5952 §4 for IPv6).
    pub ip_text: Cow<'a, str>,
    /// The person's mail address.
    pub mail: MailAddress,
    /// The same as it was typed.
    pub mail_as_typed: Cow<'a, str>,
    /// What the web form proves itself with.
    pub auth_token: Cow<'a, str>,
}

impl fmt::Debug for Request<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("username", &self.username)
            .field("ip", &self.ip)
            .finish_non_exhaustive()
    }
}

impl<'a> Body<'a> {
    /// Takes JSON as it is if the content type says so, otherwise decodes base64 in any of its spellings.
    ///
    /// # Errors
    /// [`Refusal::BodyTooLarge`], [`Refusal::NotBase64`]
    pub fn decode(body: &'a [u8], content_type: Option<&str>) -> Result<Self, Refusal> {
        if body.len() > MAX_LEN {
            Err(Refusal::BodyTooLarge { limit: MAX_LEN })
        } else if content_type.is_some_and(is_json) {
            Ok(Self(Cow::Borrowed(body)))
        } else {
            decode_base64(body).map(|json| Self(Cow::Owned(json))).ok_or(Refusal::NotBase64)
        }
    }

    /// Reads and checks the five fields.
    ///
    /// # Errors
    /// A [`Refusal`] of status 400 that names the field.
    pub fn read(&self) -> Result<Request<'_>, Refusal> {
        let members = json::string_members(&self.0, &FIELDS.map(|(name, _)| name))?;
        for ((member, limit), value) in FIELDS.iter().zip(&members) {
            check_field(member, *limit, value.as_deref())?;
        }
        let [username, password, ip, mail_as_typed, auth_token] = members.map(Option::unwrap_or_default);
        let (ip, ip_text) = address::canonical(ip).ok_or(Refusal::NotAnAddress)?;
        let mail = MailAddress::parse(&mail_as_typed).ok_or(Refusal::NotAMailAddress)?;
        Ok(Request { username, password, ip, ip_text, mail, mail_as_typed, auth_token })
    }
}

impl Drop for Body<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(json) = &mut self.0 {
            json.zeroize();
        }
    }
}

/// Parameters such as `; charset=utf-8` do not matter (RFC 9110 §8.3.1).
pub(crate) fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().eq_ignore_ascii_case("application/json")
}

/// Whether an account of this name can be stored. Prosody's file storage makes a file name of it, every
/// byte other than a letter or digit as three; the longest file name is 255 bytes, less an ending.
#[must_use]
pub fn username_fits(prepared: &str) -> bool {
    let encoded =
        prepared.bytes().map(|byte| if byte.is_ascii_alphanumeric() { 1 } else { 3 }).sum::<usize>();
    encoded <= 255 - ".dat~".len()
}

const ANY_PADDING: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, ANY_PADDING);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, ANY_PADDING);

/// RFC 4648 §4 and §5, with or without padding, wrapped into lines or not (RFC 2045 §6.8).
fn decode_base64(text: &[u8]) -> Option<Vec<u8>> {
    // Most bodies are in the plainest of these spellings.
    STANDARD.decode(text).ok().or_else(|| {
        let text: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
        let is_url_safe = text.iter().any(|byte| matches!(byte, b'-' | b'_'));
        let engine = if is_url_safe { URL_SAFE } else { STANDARD };
        engine.decode(text).ok()
    })
}

/// Whether a member is there, and neither empty, too long, nor with a NUL in it.
pub(crate) fn check_field(member: &'static str, limit: usize, value: Option<&str>) -> Result<(), Refusal> {
    match value {
        None => Err(Refusal::Missing { member }),
        Some("") => Err(Refusal::Empty { member }),
        Some(value) if value.len() > limit => Err(Refusal::TooLong { member, limit }),
        Some(value) if value.as_bytes().contains(&0) => Err(Refusal::Nul { member }),
        Some(_) => Ok(()),
    }
}

impl From<JsonError> for Refusal {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Syntax { member } => Self::NotJson { member },
            JsonError::NotAnObject => Self::NotAnObject,
            JsonError::NotAString { member } => Self::NotAString { member },
            JsonError::Duplicate { member } => Self::Duplicate { member },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

    // "ÿ~?" makes both characters in which the two alphabets differ.
    const EXAMPLE: &str = r#"{"username":"john.smith","password":"secret-ÿ~?ÿ~?","ip":"192.168.0.0","mail":"John.Smith@mail.example.net","auth_token":"yourauthtokenofchoice","form":{"lang":"de"}}"#;

    fn with(member: &str, value: &str) -> String {
        let mut object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(EXAMPLE).unwrap();
        object.insert(member.into(), serde_json::from_str(value).unwrap());
        serde_json::to_string(&object).unwrap()
    }

    /// The username of the request, or why there is none.
    fn read(body: &[u8], content_type: Option<&str>) -> Result<String, Refusal> {
        Body::decode(body, content_type)?.read().map(|request| request.username.into_owned())
    }

    fn read_plain(json: &str) -> Result<String, Refusal> {
        read(json.as_bytes(), Some("application/json"))
    }

    #[test]
    fn rfc4648_every_spelling_of_base64_is_read() {
        let wrapped =
            BASE64_STANDARD.encode(EXAMPLE).as_bytes().chunks(76).collect::<Vec<_>>().join(&b"\r\n"[..]);
        let bodies = [
            BASE64_STANDARD.encode(EXAMPLE).into_bytes(),
            BASE64_STANDARD_NO_PAD.encode(EXAMPLE).into_bytes(),
            BASE64_URL_SAFE.encode(EXAMPLE).into_bytes(),
            BASE64_URL_SAFE_NO_PAD.encode(EXAMPLE).into_bytes(),
            [&wrapped[..], b"\n"].concat(),
        ];
        for body in bodies {
            let body = Body::decode(&body, Some("application/encoded")).unwrap();
            let request = body.read().unwrap();
            assert_eq!(request.username, "john.smith");
            assert_eq!(request.password, "secret-ÿ~?ÿ~?");
            assert_eq!(request.ip, "192.168.0.0".parse::<IpAddr>().unwrap());
            assert_eq!(request.mail.as_str(), "john.smith@mail.example.net");
            assert_eq!(request.mail_as_typed, "John.Smith@mail.example.net");
            assert_eq!(request.auth_token, "yourauthtokenofchoice");
        }
    }

    #[test]
    fn rfc9110_8_3_1_json_is_json_with_parameters_too() {
        for content_type in ["application/json", "Application/JSON; charset=utf-8", "application/json ;x=y"] {
            assert!(read(EXAMPLE.as_bytes(), Some(content_type)).is_ok(), "{content_type}");
        }
        for content_type in [None, Some("text/plain"), Some("application/jsonx"), Some("")] {
            assert_eq!(read(EXAMPLE.as_bytes(), content_type).unwrap_err(), Refusal::NotBase64);
        }
    }

    #[test]
    fn what_is_not_base64_is_refused() {
        for body in ["", "e30", "!!!!", "e30=x", "e-3/", "=", "a"] {
            let refusal = read(body.as_bytes(), None).unwrap_err();
            assert_eq!(refusal.status(), 400, "{body}: {refusal}");
        }
    }

    #[test]
    fn every_field_is_required_and_checked() {
        for (member, limit) in FIELDS {
            let long = serde_json::to_string(&"x".repeat(limit + 1)).unwrap();
            for (value, expected) in [
                ("1", Refusal::NotAString { member }),
                ("null", Refusal::NotAString { member }),
                ("[\"x\"]", Refusal::NotAString { member }),
                ("\"\"", Refusal::Empty { member }),
                (long.as_str(), Refusal::TooLong { member, limit }),
                ("\"a\\u0000b\"", Refusal::Nul { member }),
            ] {
                let refusal = read_plain(&with(member, value)).unwrap_err();
                assert_eq!(refusal, expected);
                assert_eq!(refusal.status(), 400);
                assert!(refusal.to_string().contains(&format!("'{member}'")), "{refusal}");
            }
            let mut object: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(EXAMPLE).unwrap();
            object.remove(member);
            let missing = serde_json::to_string(&object).unwrap();
            assert_eq!(read_plain(&missing).unwrap_err(), Refusal::Missing { member });
            let twice = format!("{{\"{member}\":\"x\",{}", &EXAMPLE[1..]);
            assert_eq!(read_plain(&twice).unwrap_err(), Refusal::Duplicate { member: Some(member) });
        }
    }

    #[test]
    fn names_that_no_file_can_have_do_not_fit() {
        assert!(username_fits(&"a".repeat(250)) && !username_fits(&"a".repeat(251)));
        assert!(username_fits(&"ä".repeat(41)) && !username_fits(&"ä".repeat(42)));
    }

    #[test]
    fn ip_and_mail_are_addresses() {
        for ip in ["localhost", "192.168.0", "192.168.0.0/24", "192.168.0.256", "::g"] {
            assert_eq!(read_plain(&with("ip", &format!("{ip:?}"))).unwrap_err(), Refusal::NotAnAddress);
        }
        for mail in ["john.smith", "@example.org", "john@", "a b@example.org"] {
            assert_eq!(
                read_plain(&with("mail", &format!("{mail:?}"))).unwrap_err(),
                Refusal::NotAMailAddress
            );
        }
    }

    #[test]
    fn rubbish_of_any_size_is_refused_at_once() {
        let mebibyte = vec![b'A'; 1024 * 1024];
        assert_eq!(read(&mebibyte, None).unwrap_err().status(), 413);
        for body in ["[]", "null", "1", "\"x\"", "{", "{}x", "\u{feff}{}", "[[[["] {
            let encoded = BASE64_STANDARD.encode(body);
            assert_eq!(read(encoded.as_bytes(), None).unwrap_err().status(), 400, "{body}");
        }
    }
}
