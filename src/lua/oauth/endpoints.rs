//! What `core.oauth` has for the endpoints that clients use themselves.

use mlua::{Either, Lua, Result, String as LuaString, Table, UserDataRef};

use super::authorization::endpoint_error;
use super::nonce;
use crate::lua::convert::{misuse, text};
use crate::oauth::access_token::presented;
use crate::oauth::choice::{Choice as _, GrantType};
use crate::oauth::client::Client;
use crate::oauth::credentials::FormRequest;
use crate::oauth::device_token::{DeviceToken, Kind};
use crate::oauth::error::EndpointError;
use crate::oauth::held_token::HeldToken;
use crate::oauth::registrar::Registrar;
use crate::oauth::token_request::{Grant, TokenRequest};

pub(super) fn add_to(lua: &Lua, table: &Table) -> Result<()> {
    table.set("presented_token", lua.create_function(presented_token)?)?;
    table.set("refusal", lua.create_function(refusal)?)?;
    table.set("token_request", lua.create_function(token_request)?)?;
    table.set("device_request", lua.create_function(device_request)?)?;
    table.set("token_inquiry", lua.create_function(token_inquiry)?)?;
    table.set("device_token", lua.create_function(device_token)?)
}

/// A token; or nothing, and if something is wrong with it what.
type Presented = (Option<String>, Option<&'static str>, Option<String>);

/// `presented_token(authorization?, body?, content_type?) -> token | nil, error?, description?`
fn presented_token(
    _: &Lua,
    (authorization, body, content_type): (Option<LuaString>, Option<LuaString>, Option<LuaString>),
) -> Result<Presented> {
    let (authorization, content_type) = (authorization.as_ref().map(text), content_type.as_ref().map(text));
    let body = body.as_ref().map(LuaString::as_bytes);
    Ok(match presented(authorization.as_deref(), body.as_deref(), content_type.as_deref()) {
        Ok(token) => (token, None, None),
        Err(error) => (None, Some(error.code.name()), Some(error.description.into_owned())),
    })
}

/// `refusal(error, description) -> status, body`
fn refusal(_: &Lua, (error, description): (LuaString, LuaString)) -> Result<(u16, String)> {
    let error = endpoint_error(&error, &description)?;
    Ok((error.code.status(), error.to_json()))
}

/// A form, its `Content-Type`, `Authorization`, and the time.
type FormArguments = (UserDataRef<Registrar>, LuaString, Option<LuaString>, Option<LuaString>, i64);

fn with_form<T>(
    (registrar, body, content_type, authorization, now): FormArguments,
    read: impl FnOnce(&Registrar, FormRequest<'_>) -> std::result::Result<T, EndpointError>,
) -> std::result::Result<T, EndpointError> {
    let body = body.as_bytes();
    let (content_type, authorization) = (content_type.as_ref().map(text), authorization.as_ref().map(text));
    read(
        &registrar,
        FormRequest {
            body: &body,
            content_type: content_type.as_deref(),
            authorization: authorization.as_deref(),
            now,
        },
    )
}

/// What was asked for and by whom; or nothing, status and body of the answer.
type OrRefusal<T, More> = (Option<T>, Option<Either<More, u16>>, Option<String>);

fn refused<T, More>(error: &EndpointError) -> OrRefusal<T, More> {
    (None, Some(Either::Right(error.code.status())), Some(error.to_json()))
}

/// `token_request(registrar, body, content_type?, authorization?, now) -> request, Client | nil, status, body`
fn token_request(lua: &Lua, form: FormArguments) -> Result<OrRefusal<Table, Client>> {
    Ok(match with_form(form, TokenRequest::read) {
        Ok(request) => {
            let table = request_table(lua, &request)?;
            (Some(table), Some(Either::Left(request.client)), None)
        }
        Err(error) => refused(&error),
    })
}

fn request_table(lua: &Lua, request: &TokenRequest) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("scope", request.scope.as_deref())?;
    let grant_type = match &request.grant {
        Grant::Code { code, id } => {
            table.set("code_id", id.as_str())?;
            table.set("username", code.username.as_str())?;
            table.set("granted_scope", code.scope.as_str())?;
            table.set("nonce", code.nonce.as_deref())?;
            table.set("auth_time", code.auth_time)?;
            GrantType::AuthorizationCode
        }
        Grant::Refresh(token) => {
            table.set("refresh_token", token.expose())?;
            GrantType::RefreshToken
        }
        Grant::Device(token) => {
            table.set("user_code", token.user_code.as_str())?;
            GrantType::DeviceCode
        }
        Grant::Password { username, password } => {
            table.set("username", username.as_str())?;
            table.set("password", password.expose())?;
            GrantType::Password
        }
    };
    table.set("grant_type", grant_type.name())?;
    Ok(table)
}

/// Whom a request about a token comes from, and the token; or what `token_inquiry` says instead.
type Inquiry = OrRefusal<Either<Client, bool>, String>;

/// `device_request(registrar, body, content_type?, authorization?, now) -> Client, scope? | nil, status, body`
fn device_request(_: &Lua, form: FormArguments) -> Result<OrRefusal<Client, String>> {
    let read = with_form(form, |registrar, form| {
        let parameters = form.parameters()?;
        let client = form.client(&parameters, registrar)?;
        Ok((client, parameters.get("scope").map(str::to_owned)))
    });
    Ok(match read {
        Ok((client, scope)) => (Some(client), scope.map(Either::Left), None),
        Err(error) => refused(&error),
    })
}

/// `token_inquiry(registrar, body, content_type?, authorization?, now, needs_client) ->
/// Client | true, token | false | nil, status, body`: a request about a token, from a client or, if none is needed,
/// from anybody; false if it is no token.
fn token_inquiry(
    _: &Lua,
    (registrar, body, content_type, authorization, now, needs_client): (
        UserDataRef<Registrar>,
        LuaString,
        Option<LuaString>,
        Option<LuaString>,
        i64,
        bool,
    ),
) -> Result<Inquiry> {
    let form = (registrar, body, content_type, authorization, now);
    let read = with_form(form, |registrar, form| {
        let parameters = form.parameters()?;
        let has_client = needs_client || form.has_credentials(&parameters);
        let client = has_client.then(|| form.client(&parameters, registrar)).transpose()?;
        let token = parameters.require("token")?;
        Ok(HeldToken::read(token.as_bytes()).map(|_| (client, token.to_owned())))
    });
    Ok(match read {
        Ok(None) => (Some(Either::Right(false)), None, None),
        Ok(Some((client, token))) => {
            (Some(client.map_or(Either::Right(true), Either::Left)), Some(Either::Left(token)), None)
        }
        Err(error) => refused(&error),
    })
}

/// `device_token(registrar, kind, client, user_code, issued_at, nonce) -> token`
fn device_token(
    _: &Lua,
    (registrar, kind, client, user_code, issued_at, random): (
        UserDataRef<Registrar>,
        LuaString,
        UserDataRef<Client>,
        LuaString,
        i64,
        LuaString,
    ),
) -> Result<String> {
    let kind = match &*text(&kind) {
        "device_code" => Kind::DeviceCode,
        "state" => Kind::State,
        _ => return Err(misuse("device_code or state expected")),
    };
    let token = DeviceToken { user_code: text(&user_code), issued_at };
    Ok(token.seal(&registrar.ring, kind, &client, &nonce(&random)?))
}
