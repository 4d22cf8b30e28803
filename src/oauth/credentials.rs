//! How a client says who it is (RFC 6749 §2.3).

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::client::Client;
use super::error::{EndpointError, ErrorCode};
use super::parameters::{BadParameters, Parameters, is_form};
use super::registrar::Registrar;
use crate::secret::Secret;

/// A request with a form in it, to an endpoint that only clients use. Its body may have secrets in it.
#[derive(Clone, Copy)]
pub struct FormRequest<'a> {
    /// The body.
    pub body: &'a [u8],
    /// The header `Content-Type`.
    pub content_type: Option<&'a str>,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// Seconds since the epoch.
    pub now: i64,
}

/// Some clients leave the padding away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Who a client claims to be.
struct Credentials {
    client_id: String,
    secret: Option<Secret>,
}

impl<'a> FormRequest<'a> {
    /// The parameters of the form.
    ///
    /// # Errors
    /// `invalid_request`
    pub fn parameters(&self) -> Result<Parameters<'a>, EndpointError> {
        let refused = |why: &str| {
            let text = format!("Could not parse request body as 'application/x-www-form-urlencoded'{why}");
            EndpointError::new(ErrorCode::InvalidRequest, text)
        };
        if !self.body.is_empty() && !is_form(self.content_type) {
            return Err(refused(""));
        }
        Parameters::read(self.body).map_err(|bad: BadParameters| refused(&format!(": {}", bad.description())))
    }

    /// The client that sends it, if that is certain.
    ///
    /// # Errors
    /// `invalid_client`, or `invalid_request` if it proves twice who it is.
    pub fn client(
        &self,
        parameters: &Parameters<'_>,
        registrar: &Registrar,
    ) -> Result<Client, EndpointError> {
        let credentials = match self.authorization {
            Some(header) => from_header(header, parameters)?,
            None => from_body(parameters)?,
        };
        let secret = credentials.secret.as_ref().map(Secret::expose);
        registrar
            .authenticate(&credentials.client_id, secret, self.now)
            .map_err(|_| EndpointError::new(ErrorCode::InvalidClient, "incorrect credentials"))
    }

    /// Whether it says in any way who sends it.
    #[must_use]
    pub fn has_credentials(&self, parameters: &Parameters<'_>) -> bool {
        self.authorization.is_some()
            || ["client_id", "client_secret"].iter().any(|name| parameters.get(name).is_some())
    }
}

/// "The client MUST NOT use more than one authentication method in each request." (RFC 6749 §2.3)
fn from_header(header: &str, parameters: &Parameters<'_>) -> Result<Credentials, EndpointError> {
    let bad_header =
        || EndpointError::new(ErrorCode::InvalidClient, "only Basic authentication is known here");
    let credentials = basic(header).ok_or_else(bad_header)?;
    let is_other = |id| id != credentials.client_id;
    if parameters.get("client_secret").is_some() || parameters.get("client_id").is_some_and(is_other) {
        let text = "the client must authenticate either in the header or in the body";
        return Err(EndpointError::new(ErrorCode::InvalidRequest, text));
    }
    Ok(credentials)
}

fn from_body(parameters: &Parameters<'_>) -> Result<Credentials, EndpointError> {
    let client_id = parameters.get("client_id");
    let client_id = client_id.ok_or(EndpointError::new(ErrorCode::InvalidClient, "missing 'client_id'"))?;
    let secret = parameters.get("client_secret").map(|secret| Secret::new(secret.to_owned()));
    Ok(Credentials { client_id: client_id.to_owned(), secret })
}

/// RFC 6749 §2.3.1: id and secret are encoded as in a form before they become user-id and password of RFC 7617.
fn basic(header: &str) -> Option<Credentials> {
    let (scheme, encoded) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = Zeroizing::new(BASE64.decode(encoded.trim_matches(' ')).ok()?);
    let (id, secret) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    let secret = form_decoded(secret);
    Some(Credentials {
        client_id: form_decoded(id),
        secret: (!secret.is_empty()).then(|| Secret::new(secret)),
    })
}

fn form_decoded(text: &str) -> String {
    let with_spaces = Zeroizing::new(text.replace('+', " "));
    percent_encoding::percent_decode_str(&with_spaces).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests;
