//! Token requests (RFC 6749 §3.2): what a client asks the token endpoint for.

use super::choice::{Choice as _, GrantType};
use super::client::Client;
use super::code::{self, AuthorizationCode};
use super::credentials::FormRequest;
use super::device_token::{DeviceToken, Kind};
use super::error::{EndpointError, ErrorCode};
use super::parameters::Parameters;
use super::registrar::Registrar;
use crate::secret::Secret;

/// What is asked for, by a client that may ask for it.
#[derive(Debug)]
pub struct TokenRequest {
    /// Who asks.
    pub client: Client,
    /// `scope`, which may narrow what was granted.
    pub scope: Option<String>,
    /// What it has for it.
    pub grant: Grant,
}

/// What a token is asked for with.
#[derive(Debug)]
pub enum Grant {
    /// RFC 6749 §4.1.3. The code is good; whether it has been used, its `id` tells the caller.
    Code {
        /// What the code says.
        code: AuthorizationCode,
        /// Its name.
        id: String,
    },
    /// RFC 6749 §6. Nothing has been checked of the token.
    Refresh(Secret),
    /// RFC 8628 §3.4. The device code is this client's and has not expired.
    Device(DeviceToken),
    /// RFC 6749 §4.3. Nothing has been checked of them.
    Password {
        /// `username`
        username: String,
        /// `password`
        password: Secret,
    },
}

impl TokenRequest {
    /// Reads a request.
    ///
    /// # Errors
    /// As the endpoint answers (RFC 6749 §5.2, RFC 8628 §3.5).
    pub fn read(registrar: &Registrar, request: FormRequest<'_>) -> Result<Self, EndpointError> {
        let parameters = request.parameters()?;
        let client = request.client(&parameters, registrar)?;
        let grant = match grant_type(registrar, &client, &parameters)? {
            GrantType::AuthorizationCode => code_grant(registrar, &client, &parameters, request.now)?,
            GrantType::RefreshToken => Grant::Refresh(secret(&parameters, "refresh_token")?),
            GrantType::DeviceCode => device_grant(registrar, &client, &parameters, request.now)?,
            GrantType::Password => password_grant(&parameters)?,
            GrantType::Implicit => return Err(unsupported()),
        };
        Ok(Self { client, scope: parameters.get("scope").map(str::to_owned), grant })
    }
}

fn unsupported() -> EndpointError {
    EndpointError::new(ErrorCode::UnsupportedGrantType, "'grant_type' not available")
}

fn grant_type(
    registrar: &Registrar,
    client: &Client,
    parameters: &Parameters<'_>,
) -> Result<GrantType, EndpointError> {
    let grant_type = GrantType::by_name(parameters.require("grant_type")?)
        // Its tokens come from the authorization endpoint (RFC 6749 §4.2).
        .filter(|grant_type| *grant_type != GrantType::Implicit)
        .filter(|grant_type| registrar.policy.grant_types.contains(grant_type))
        .ok_or_else(unsupported)?;
    if client.metadata().grant_types.contains(&grant_type) {
        Ok(grant_type)
    } else {
        Err(EndpointError::new(ErrorCode::UnauthorizedClient, "'grant_type' not registered"))
    }
}

fn code_grant(
    registrar: &Registrar,
    client: &Client,
    parameters: &Parameters<'_>,
    now: i64,
) -> Result<Grant, EndpointError> {
    let code = AuthorizationCode::redeem(&registrar.ring, client, parameters, now)?;
    Ok(Grant::Code { code, id: code::id(parameters.get("code").unwrap_or_default()) })
}

fn device_grant(
    registrar: &Registrar,
    client: &Client,
    parameters: &Parameters<'_>,
    now: i64,
) -> Result<Grant, EndpointError> {
    let code = parameters.require("device_code")?;
    let token = DeviceToken::open(&registrar.ring, Kind::DeviceCode, client, code)
        .ok_or_else(|| EndpointError::new(ErrorCode::InvalidGrant, "the device code is wrong"))?;
    if token.has_expired(now) {
        return Err(EndpointError::new(ErrorCode::ExpiredToken, "the device code has expired"));
    }
    Ok(Grant::Device(token))
}

fn password_grant(parameters: &Parameters<'_>) -> Result<Grant, EndpointError> {
    let username = parameters.require("username")?.to_owned();
    Ok(Grant::Password { username, password: secret(parameters, "password")? })
}

fn secret(parameters: &Parameters<'_>, name: &'static str) -> Result<Secret, EndpointError> {
    parameters.require(name).map(|text| Secret::new(text.to_owned()))
}

#[cfg(test)]
mod tests;
