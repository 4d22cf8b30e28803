//! URIs (RFC 3986) of strangers: as they were written, *and* as the `url` crate understood them.
//!
//! Whoever gets such a URI later (a browser, a proxy, a page that shows its host) has a parser of its own. So only
//! those are taken whose parts read the same before and after parsing; there is nothing left to disagree about.

use std::borrow::Cow;
use std::fmt;

use idna::AsciiDenyList;
use idna::uts46::{DnsLength, Hyphens, Uts46};
use percent_encoding::percent_decode_str;
use unicode_security::{RestrictionLevel, RestrictionLevelDetection as _};
use url::{Host, ParseError, Position, Url};

/// An absolute URI whose scheme, host, port and path are written as the parser understood them.
#[derive(Debug, Clone)]
pub struct Uri<'a> {
    text: &'a str,
    /// What is written behind scheme and authority.
    from_path: &'a str,
    url: Url,
}

/// Why a text is no [`Uri`]. `Display` is a clause for behind "`redirect_uris/0`: ", without the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadUri {
    /// There is no text.
    Empty,
    /// It has no scheme, or is too long for the parser.
    NotAbsolute,
    /// A character beyond ASCII.
    NotAscii,
    /// A character of ASCII that no URI has (RFC 3986 §2).
    Character,
    /// A `%` without two hexadecimal digits (RFC 3986 §2.1).
    PercentEncoding,
    /// A control character, percent-encoded.
    ControlCharacter,
    /// A scheme in upper case.
    Scheme,
    /// Something before an `@` in the authority, be it empty.
    UserInfo,
    /// A scheme of the web without `//` and a host.
    NoHost,
    /// A host that is not spelled as the parser does, or is no name of the DNS.
    Host,
    /// A label of the host that is not "highly restrictive" (UTS #39 §5.2).
    MixedScripts,
    /// A port that is 0, empty, too large or has leading zeros.
    Port,
    /// A path that the parser changes.
    Path,
}

impl fmt::Display for BadUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "is empty",
            Self::NotAbsolute => "is not an absolute URI",
            Self::NotAscii => {
                "has a character beyond ASCII: write the host in its ASCII form (xn--), percent-encode all else"
            }
            Self::Character => "has a blank, a backslash or another character that no URI has",
            Self::PercentEncoding => "has a % without two hexadecimal digits",
            Self::ControlCharacter => "has a percent-encoded control character",
            Self::Scheme => "must have its scheme in lower case",
            Self::UserInfo => "has a user name or password",
            Self::NoHost => "needs :// and a host behind its scheme",
            Self::Host => "has a host that is not a lower-case DNS name or an IP address in its usual form",
            Self::MixedScripts => "has a host with letters of several scripts, or with unusual characters",
            Self::Port => "has a port that is not a number from 1 to 65535 without leading zeros",
            Self::Path => "has a path with . or .. segments",
        })
    }
}

impl From<ParseError> for BadUri {
    fn from(error: ParseError) -> Self {
        match error {
            ParseError::EmptyHost => Self::NoHost,
            ParseError::InvalidPort => Self::Port,
            ParseError::IdnaError
            | ParseError::InvalidIpv4Address
            | ParseError::InvalidIpv6Address
            | ParseError::InvalidDomainCharacter => Self::Host,
            _ => Self::NotAbsolute,
        }
    }
}

impl<'a> Uri<'a> {
    /// Reads a URI. Query and fragment are checked for their characters only; which schemes and hosts are
    /// welcome is for the caller to say.
    ///
    /// # Errors
    /// The first rule that it breaks.
    pub fn parse(text: &'a str) -> Result<Self, BadUri> {
        check_characters(text)?;
        check_percent_encoding(text)?;
        let url = Url::parse(text)?;
        let rest = after_scheme(text, &url)?;
        let from_path = if url.has_authority() { after_authority(rest, &url)? } else { rest };
        check_path(from_path, &url)?;
        Ok(Self { text, from_path, url })
    }

    /// As it was written.
    #[must_use]
    pub fn as_str(&self) -> &'a str {
        self.text
    }

    /// The scheme, without its colon.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.url.scheme()
    }

    /// The host, IPv6 addresses in brackets. URIs of the web always have one.
    #[must_use]
    pub fn host(&self) -> Option<&str> {
        self.url.host_str()
    }

    /// The host as what it is: name, IPv4 or IPv6 address.
    #[must_use]
    pub fn typed_host(&self) -> Option<Host<&str>> {
        self.url.host()
    }

    /// The port, unless it is that of the scheme anyway.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.url.port()
    }

    /// Whether there is a fragment, be it empty.
    #[must_use]
    pub fn has_fragment(&self) -> bool {
        self.url.fragment().is_some()
    }

    /// The names of the parameters in the query, decoded as those of a form.
    pub fn query_names(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.url.query_pairs().map(|(name, _)| name)
    }

    /// What is written before the path: `https://app.example.com:8443`, or `com.example.app:`.
    #[must_use]
    pub fn origin(&self) -> &'a str {
        self.text.strip_suffix(self.from_path).unwrap_or(self.text)
    }

    /// What is written from the path on; empty, or begins with `?` or `#`, where there is no path.
    #[must_use]
    pub fn from_path(&self) -> &'a str {
        self.from_path
    }

    /// Whether a text is surely a URI of this origin that nobody could misread: a path, and perhaps a query, in which
    /// nothing is encoded and no segment begins with a dot, without `*` and fragment. Most links of a client to its own
    /// website are such, and need not be parsed to be known.
    #[must_use]
    pub fn has_plainly_below(&self, text: &str) -> bool {
        text.strip_prefix(self.origin())
            .is_some_and(|rest| rest.starts_with('/') && rest.bytes().all(is_plain) && !rest.contains("/."))
    }
}

fn is_plain(byte: u8) -> bool {
    is_uri_character(byte) && !matches!(byte, b'%' | b'*' | b'#')
}

fn check_characters(text: &str) -> Result<(), BadUri> {
    match text.bytes().find(|byte| !is_uri_character(*byte)) {
        None if text.is_empty() => Err(BadUri::Empty),
        None => Ok(()),
        Some(byte) if byte.is_ascii() => Err(BadUri::Character),
        Some(_) => Err(BadUri::NotAscii),
    }
}

/// RFC 3986 §2.1 to §2.3:
///
/// ```abnf
/// pct-encoded = "%" HEXDIG HEXDIG
/// reserved    = gen-delims / sub-delims
/// gen-delims  = ":" / "/" / "?" / "#" / "[" / "]" / "@"
/// sub-delims  = "!" / "$" / "&" / "'" / "(" / ")" / "*" / "+" / "," / ";" / "="
/// unreserved  = ALPHA / DIGIT / "-" / "." / "_" / "~"
/// ```
fn is_uri_character(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'%'
        | b':' | b'/' | b'?' | b'#' | b'[' | b']' | b'@'
        | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

fn check_percent_encoding(text: &str) -> Result<(), BadUri> {
    let Some((_, encoded)) = text.split_once('%') else { return Ok(()) };
    if !encoded.split('%').all(begins_with_digits) {
        Err(BadUri::PercentEncoding)
    } else if percent_decode_str(text).decode_utf8_lossy().contains(char::is_control) {
        Err(BadUri::ControlCharacter)
    } else {
        Ok(())
    }
}

fn begins_with_digits(text: &str) -> bool {
    text.as_bytes().first_chunk::<2>().is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
}

fn after_scheme<'a>(text: &'a str, url: &Url) -> Result<&'a str, BadUri> {
    text.strip_prefix(url.scheme()).and_then(|rest| rest.strip_prefix(':')).ok_or(BadUri::Scheme)
}

fn after_authority<'a>(rest: &'a str, url: &Url) -> Result<&'a str, BadUri> {
    let rest = rest.strip_prefix("//").ok_or(BadUri::NoHost)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(BadUri::UserInfo);
    }
    let rest = after_host(rest, url)?;
    check_domain(url)?;
    after_port(rest, url).ok_or(BadUri::Port)
}

fn after_host<'a>(rest: &'a str, url: &Url) -> Result<&'a str, BadUri> {
    match rest.strip_prefix(url.host_str().unwrap_or_default()) {
        Some(rest) if rest.is_empty() || rest.starts_with([':', '/', '?', '#']) => Ok(rest),
        // The parser drops a user name and a password that are empty.
        _ if rest.starts_with(['@', ':']) => Err(BadUri::UserInfo),
        _ => Err(BadUri::Host),
    }
}

/// Hosts of the web are names of the DNS; what the others mean is known to their scheme alone.
fn check_domain(url: &Url) -> Result<(), BadUri> {
    let Some(Host::Domain(name)) = url.host().filter(|_| url.is_special()) else { return Ok(()) };
    if dns_name(name).is_none_or(|canonical| canonical != name) {
        Err(BadUri::Host)
    } else if name.contains("xn--") {
        check_internationalized(name)
    } else {
        Ok(())
    }
}

/// The name as A-labels: letters, digits and hyphens, of the length they may have, and no dot at the end
/// (RFC 1123 §2.1, RFC 1035 §2.3.4, RFC 5890 §2.3.2.1).
fn dns_name(name: &str) -> Option<Cow<'_, str>> {
    Uts46::new()
        .to_ascii(name.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify)
        .ok()
}

/// "A-labels and U-labels are … strings that are convertible to each other" (RFC 5890 §2.3.2.1), and the latter
/// are what people see.
fn check_internationalized(name: &str) -> Result<(), BadUri> {
    let (shown, validity) = idna::domain_to_unicode(name);
    if validity.is_err() || dns_name(&shown).is_none_or(|back| back != name) {
        return Err(BadUri::Host);
    }
    let is_restrictive = |label: &str| label.check_restriction_level(RestrictionLevel::HighlyRestrictive);
    if shown.split('.').all(is_restrictive) { Ok(()) } else { Err(BadUri::MixedScripts) }
}

/// A port that is the scheme's own is dropped by the parser, but may be written.
fn after_port<'a>(rest: &'a str, url: &Url) -> Option<&'a str> {
    let Some(port) = rest.strip_prefix(':') else { return Some(rest) };
    let rest = match (url.port(), url.scheme()) {
        (Some(0), _) => None,
        (Some(_), _) => port.strip_prefix(&url[Position::BeforePort..Position::AfterPort]),
        (None, "https") => port.strip_prefix("443"),
        (None, "http") => port.strip_prefix("80"),
        (None, _) => None,
    }?;
    (rest.starts_with('/') || ends_path(rest)).then_some(rest)
}

fn check_path(from_path: &str, url: &Url) -> Result<(), BadUri> {
    let is_same = ends_path(from_path) || from_path.strip_prefix(url.path()).is_some_and(ends_path);
    if is_same { Ok(()) } else { Err(BadUri::Path) }
}

/// "The path is terminated by the first question mark ("?") or number sign ("#") character, or by the end of the
/// URI." (RFC 3986 §3.3)
fn ends_path(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['?', '#'])
}

#[cfg(test)]
mod tests;
