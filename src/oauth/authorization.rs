//! Authorization requests (RFC 6749 §4.1.1): the rules that they pass, in order.

use sha2::{Digest as _, Sha256};

use super::choice::{Choice as _, ResponseType};
use super::client::Client;
use super::code::{AuthorizationCode, RedirectUri};
use super::device_token::{DeviceToken, Kind};
use super::error::{EndpointError, ErrorCode};
use super::login_token::{BadLogin, Login};
use super::parameters::Parameters;
use super::pkce::{Challenge, ChallengeMethod};
use super::prompt::{self, Circumstances};
use super::registrar::Registrar;
use super::return_address::{Mode, ReturnAddress};
use super::scope_choice::{KnownScopes, OFFLINE_ACCESS};
use super::seal::NONCE;
use crate::jwt::base64url;

/// Greatest length of `nonce` in bytes.
const MAX_NONCE: usize = 1024;

/// What an operator decides about authorization requests.
#[derive(Debug, Clone)]
pub struct AuthorizationPolicy {
    /// The methods that protect a code.
    pub challenge_methods: Vec<ChallengeMethod>,
    /// Whether clients with a secret need PKCE; those without always do.
    pub requires_challenge: bool,
    /// Whether clients decide what the user is asked.
    pub respects_prompt: bool,
}

/// What a request is judged by.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// Knows the clients.
    pub registrar: &'a Registrar,
    /// What the operator wants.
    pub policy: &'a AuthorizationPolicy,
    /// What there is to ask for.
    pub scopes: &'a KnownScopes,
    /// Seconds since the epoch.
    pub now: i64,
}

/// A request that makes sense. Nobody has logged in yet.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    client: Client,
    address: ReturnAddress,
    response_type: ResponseType,
    scope: String,
    challenge: Option<Challenge>,
    nonce: Option<String>,
    login_hint: Option<String>,
    asks_consent: bool,
    user_code: Option<String>,
    /// The SHA-256 of the whole query.
    hash: String,
}

/// Why there is no request, and who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The user, as nobody knows where else to go (RFC 6749 §4.1.2.1).
    ToUser(EndpointError),
    /// The client.
    ToClient(EndpointError, ReturnAddress),
}

/// What the rules look at.
struct Draft<'a> {
    context: Context<'a>,
    parameters: &'a Parameters<'a>,
    client: Client,
    address: ReturnAddress,
}

impl AuthorizationRequest {
    /// Reads the query of a request.
    ///
    /// # Errors
    /// [`Refused`], for the first rule that it breaks.
    pub fn read(query: Option<&[u8]>, context: Context<'_>) -> Result<Self, Refused> {
        let query = query.filter(|query| !query.is_empty()).ok_or(to_user("Missing query parameters"))?;
        let parameters = Parameters::read(query).map_err(|_| to_user("Invalid query parameters"))?;
        let client = client_of(&parameters, context)?;
        let address = address_of(&parameters, &client)?;
        let draft = Draft { context, parameters: &parameters, client, address };
        match draft.judge(query) {
            Ok(request) => Ok(request),
            Err(error) if draft.address.is_out_of_band() || draft.address.is_device() => {
                Err(Refused::ToUser(error))
            }
            Err(error) => Err(Refused::ToClient(error, draft.address)),
        }
    }

    /// Who asks.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Where the answer goes.
    #[must_use]
    pub fn address(&self) -> &ReturnAddress {
        &self.address
    }

    /// What is to be the answer.
    #[must_use]
    pub fn response_type(&self) -> ResponseType {
        self.response_type
    }

    /// What is asked for, as far as it is known here and the client has registered it.
    #[must_use]
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// `login_hint` (`OpenID` Connect Core §3.1.2.1)
    #[must_use]
    pub fn login_hint(&self) -> Option<&str> {
        self.login_hint.as_deref()
    }

    /// Whether consent that was given before does not count.
    #[must_use]
    pub fn asks_consent(&self) -> bool {
        self.asks_consent
    }

    /// The user code of the device that asks.
    #[must_use]
    pub fn user_code(&self) -> Option<&str> {
        self.user_code.as_deref()
    }

    /// Where the client is told of an error; none if it cannot be told.
    #[must_use]
    pub fn refusal(&self, issuer: &str, error: &EndpointError) -> Option<String> {
        self.address.refusal(issuer, error)
    }

    /// A token that says who has logged in, for this request only. `nonce` is random.
    #[must_use]
    pub fn login_token(&self, registrar: &Registrar, login: &Login, nonce: &[u8; NONCE]) -> String {
        login.seal(&registrar.ring, &self.hash, nonce)
    }

    /// Who has logged in.
    ///
    /// # Errors
    /// [`BadLogin`], also if it was for another request.
    pub fn read_login_token(&self, registrar: &Registrar, token: &str, now: i64) -> Result<Login, BadLogin> {
        Login::open(&registrar.ring, &self.hash, token, now)
    }

    /// The code for the client: what a user has granted. `nonce` is random. None if something else is the answer.
    #[must_use]
    pub fn code(
        &self,
        registrar: &Registrar,
        login: Login,
        scope: String,
        now: i64,
        nonce: &[u8; NONCE],
    ) -> Option<String> {
        let (uri, is_explicit) =
            self.address.redirect_uri().filter(|_| self.response_type == ResponseType::Code)?;
        let code = AuthorizationCode {
            username: login.username,
            scope,
            redirect: RedirectUri::new(uri, is_explicit),
            challenge: self.challenge.clone(),
            nonce: self.nonce.clone(),
            auth_time: login.auth_time,
            issued_at: now,
        };
        Some(code.seal(&registrar.ring, &self.client, nonce))
    }
}

fn to_user(text: &'static str) -> Refused {
    Refused::ToUser(EndpointError::new(ErrorCode::InvalidRequest, text))
}

fn client_of(parameters: &Parameters<'_>, context: Context<'_>) -> Result<Client, Refused> {
    let id = parameters.get("client_id").ok_or(to_user("Missing 'client_id' parameter"))?;
    context.registrar.open(id, context.now).map_err(|_| to_user("Invalid 'client_id' parameter"))
}

fn address_of(parameters: &Parameters<'_>, client: &Client) -> Result<ReturnAddress, Refused> {
    // Also the errors of a request for a token are in the fragment (RFC 6749 §4.2.2.1, `OpenID` Connect Core §3.2.2.6).
    let is_for_token = |types: &str| types.split(' ').any(|part| ["token", "id_token"].contains(&part));
    let is_fragment = parameters.get("response_mode") == Some("fragment")
        || parameters.get("response_type").is_some_and(is_for_token);
    let mode = if is_fragment { Mode::Fragment } else { Mode::Query };
    let (requested, state) = (parameters.get("redirect_uri"), parameters.get("state"));
    ReturnAddress::find(client.metadata(), requested, mode, state)
        .ok_or(to_user("Invalid 'redirect_uri' parameter"))
}

fn refused(code: ErrorCode, text: &'static str) -> EndpointError {
    EndpointError::new(code, text)
}

impl Draft<'_> {
    fn judge(&self, query: &[u8]) -> Result<AuthorizationRequest, EndpointError> {
        let response_type = self.response_type()?;
        self.has_nothing_unsupported()?;
        self.response_mode(response_type)?;
        let scope = self.scope()?;
        let challenge = self.challenge(response_type)?;
        let asks_consent = self.asks_consent(&scope)?;
        let user_code = self.user_code()?;
        let nonce = self.nonce()?;
        Ok(AuthorizationRequest {
            client: self.client.clone(),
            address: self.address.clone(),
            response_type,
            scope,
            challenge,
            nonce,
            login_hint: self.owned("login_hint"),
            asks_consent,
            user_code,
            hash: base64url::encode(Sha256::digest(query)),
        })
    }

    /// It travels in the code.
    fn nonce(&self) -> Result<Option<String>, EndpointError> {
        let nonce = self.owned("nonce");
        match &nonce {
            Some(nonce) if nonce.len() > MAX_NONCE => {
                Err(refused(ErrorCode::InvalidRequest, "'nonce' too long"))
            }
            _ => Ok(nonce),
        }
    }

    fn owned(&self, name: &str) -> Option<String> {
        self.parameters.get(name).map(str::to_owned)
    }

    fn response_type(&self) -> Result<ResponseType, EndpointError> {
        let unsupported = || refused(ErrorCode::UnsupportedResponseType, "'response_type' not allowed");
        let response_type =
            ResponseType::by_name(self.parameters.require("response_type")?).ok_or_else(unsupported)?;
        if self.address.is_device() {
            return if response_type == ResponseType::Code { Ok(response_type) } else { Err(unsupported()) };
        }
        // Without its grant type, nothing would come of it (RFC 7591 §2.1).
        let grant_type = response_type.grant_type();
        let metadata = self.client.metadata();
        if !metadata.response_types.contains(&response_type) || !metadata.grant_types.contains(&grant_type) {
            return Err(refused(ErrorCode::UnauthorizedClient, "'response_type' not registered"));
        }
        let policy = &self.context.registrar.policy;
        if !policy.response_types.contains(&response_type) || !policy.grant_types.contains(&grant_type) {
            return Err(unsupported());
        }
        // A token cannot be copied from a page without its fragment.
        if response_type == ResponseType::Token && self.address.is_out_of_band() {
            Err(unsupported())
        } else {
            Ok(response_type)
        }
    }

    /// `OpenID` Connect Core §3.1.2.6: these have errors of their own.
    fn has_nothing_unsupported(&self) -> Result<(), EndpointError> {
        for (name, code) in [
            ("request", ErrorCode::RequestNotSupported),
            ("request_uri", ErrorCode::RequestUriNotSupported),
            ("registration", ErrorCode::RegistrationNotSupported),
        ] {
            if self.parameters.get(name).is_some() {
                return Err(EndpointError::new(code, format!("'{name}' not supported")));
            }
        }
        Ok(())
    }

    /// Nobody puts a token into a query, where logs would have it.
    fn response_mode(&self, response_type: ResponseType) -> Result<(), EndpointError> {
        match (self.parameters.get("response_mode"), response_type) {
            (None | Some("fragment"), _) | (Some("query"), ResponseType::Code) => Ok(()),
            _ => Err(refused(ErrorCode::InvalidRequest, "'response_mode' not supported")),
        }
    }

    fn scope(&self) -> Result<String, EndpointError> {
        self.context.scopes.requested(self.parameters.get("scope"), self.client.metadata().scope.as_deref())
    }

    /// RFC 7636 §4.4.1. A device has no browser from which a code could be stolen.
    fn challenge(&self, response_type: ResponseType) -> Result<Option<Challenge>, EndpointError> {
        if self.address.is_device() || response_type == ResponseType::Token {
            return Ok(None);
        }
        let method = self.parameters.get("code_challenge_method");
        let policy = self.context.policy;
        match self.parameters.get("code_challenge") {
            Some(value) => Challenge::read(value, method, &policy.challenge_methods).map(Some),
            None if policy.requires_challenge || self.client.metadata().is_public() => {
                Err(refused(ErrorCode::InvalidRequest, "PKCE required"))
            }
            None if method.is_some() => Err(refused(ErrorCode::InvalidRequest, "missing 'code_challenge'")),
            None => Ok(None),
        }
    }

    fn asks_consent(&self, scope: &str) -> Result<bool, EndpointError> {
        prompt::asks_consent(
            self.parameters.get("prompt"),
            Circumstances {
                is_respected: self.context.policy.respects_prompt,
                has_login_hint: self.parameters.get("login_hint").is_some(),
                asks_offline_access: scope.split(' ').any(|token| token == OFFLINE_ACCESS),
            },
        )
    }

    fn user_code(&self) -> Result<Option<String>, EndpointError> {
        if !self.address.is_device() {
            return Ok(None);
        }
        let ring = &self.context.registrar.ring;
        let state = self.parameters.require("state")?;
        DeviceToken::open(ring, Kind::State, &self.client, state)
            .filter(|token| !token.has_expired(self.context.now))
            .map(|token| Some(token.user_code))
            .ok_or_else(|| refused(ErrorCode::InvalidRequest, "Invalid 'state' parameter"))
    }
}

#[cfg(test)]
mod tests;
