//! What `core.oauth` has for the authorization endpoint.

use mlua::{Either, Lua, Result, String as LuaString, Table, UserData, UserDataMethods, UserDataRef};

use super::{choices, nonce};
use crate::lua::convert::{misuse, text, texts, whole};
use crate::oauth::authorization::{AuthorizationPolicy, AuthorizationRequest, Context, Refused};
use crate::oauth::choice::Choice as _;
use crate::oauth::client::Client;
use crate::oauth::error::{EndpointError, ErrorCode};
use crate::oauth::login_token::{BadLogin, Login};
use crate::oauth::pkce::ChallengeMethod;
use crate::oauth::registrar::Registrar;
use crate::oauth::scope_choice::{KnownScopes, narrowed};

pub(super) fn add_to(lua: &Lua, table: &Table) -> Result<()> {
    table.set("authorization_policy", lua.create_function(authorization_policy)?)?;
    table.set("known_scopes", lua.create_function(known_scopes)?)?;
    table.set("narrowed_scope", lua.create_function(narrowed_scope)?)?;
    table.set("authorization_request", lua.create_function(authorization_request)?)
}

/// `authorization_policy(options) -> AuthorizationPolicy`
fn authorization_policy(_: &Lua, options: Table) -> Result<AuthorizationPolicy> {
    Ok(AuthorizationPolicy {
        challenge_methods: choices(&options, "challenge_methods", ChallengeMethod::by_name)?,
        requires_challenge: options.get::<Option<bool>>("requires_challenge")?.unwrap_or(true),
        respects_prompt: options.get::<Option<bool>>("respects_prompt")?.unwrap_or(false),
    })
}

impl UserData for AuthorizationPolicy {}

/// `known_scopes(options) -> KnownScopes`
fn known_scopes(_: &Lua, options: Table) -> Result<KnownScopes> {
    Ok(KnownScopes { claims: texts(&options, "claims")?, roles: texts(&options, "roles")? })
}

impl UserData for KnownScopes {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("requested", requested);
        methods.add_method("grant", grant);
        methods.add_method("narrowed", narrowed_known);
    }
}

/// `known:requested(client, scope?) -> scope | nil, status, body`
fn requested(
    _: &Lua,
    this: &KnownScopes,
    (client, scope): (UserDataRef<Client>, Option<LuaString>),
) -> Result<(Option<String>, Option<u16>, Option<String>)> {
    let registered = client.metadata().scope.as_deref();
    let scope = scope.as_ref().map(text);
    Ok(match this.requested(scope.as_deref(), registered) {
        Ok(scope) => (Some(scope), None, None),
        Err(error) => (None, Some(error.code.status()), Some(error.to_json())),
    })
}

/// `known:grant(scope, assumable_roles, ticked?) -> scope, role?`
fn grant(
    _: &Lua,
    this: &KnownScopes,
    (asked, assumable, ticked): (LuaString, Vec<String>, Option<Vec<LuaString>>),
) -> Result<(String, Option<String>)> {
    let ticked: Option<Vec<_>> = ticked.map(|ticked| ticked.iter().map(text).collect());
    let granted = this.grant(&text(&asked), &assumable, ticked.as_deref());
    Ok((granted.scope, granted.role))
}

/// `known:narrowed(granted, requested?) -> scope | nil`
fn narrowed_known(
    _: &Lua,
    this: &KnownScopes,
    (granted, requested): (LuaString, Option<LuaString>),
) -> Result<Option<String>> {
    Ok(this.narrowed(&text(&granted), requested.as_ref().map(text).as_deref()))
}

/// `narrowed_scope(granted, requested?) -> scope | nil`
fn narrowed_scope(_: &Lua, (granted, requested): (LuaString, Option<LuaString>)) -> Result<Option<String>> {
    Ok(narrowed(&text(&granted), requested.as_ref().map(text).as_deref()))
}

/// A request and its client; or nothing, where the client is told of it, if it can be, and what is wrong.
type RequestOrRefusal =
    (Option<AuthorizationRequest>, Option<Either<Client, String>>, Option<&'static str>, Option<String>);

/// `authorization_request(registrar, policy, scopes, query?, now, issuer) ->
/// AuthorizationRequest, Client | nil, location?, error, description`
fn authorization_request(
    _: &Lua,
    (registrar, policy, scopes, query, now, issuer): (
        UserDataRef<Registrar>,
        UserDataRef<AuthorizationPolicy>,
        UserDataRef<KnownScopes>,
        Option<LuaString>,
        i64,
        LuaString,
    ),
) -> Result<RequestOrRefusal> {
    let context = Context { registrar: &registrar, policy: &policy, scopes: &scopes, now };
    let query = query.as_ref().map(LuaString::as_bytes);
    let (location, error) = match AuthorizationRequest::read(query.as_deref(), context) {
        Ok(request) => {
            let client = request.client().clone();
            return Ok((Some(request), Some(Either::Left(client)), None, None));
        }
        Err(Refused::ToUser(error)) => (None, error),
        Err(Refused::ToClient(error, address)) => (address.refusal(&text(&issuer), &error), error),
    };
    let location = location.map(Either::Right);
    Ok((None, location, Some(error.code.name()), Some(error.description.into_owned())))
}

impl UserData for AuthorizationRequest {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("response_type", |_, this, ()| Ok(this.response_type().name()));
        methods.add_method("scope", |lua, this, ()| lua.create_string(this.scope()));
        methods.add_method("login_hint", |_, this, ()| Ok(this.login_hint().map(str::to_owned)));
        methods.add_method("asks_consent", |_, this, ()| Ok(this.asks_consent()));
        methods.add_method("user_code", |_, this, ()| Ok(this.user_code().map(str::to_owned)));
        methods.add_method("is_out_of_band", |_, this, ()| Ok(this.address().is_out_of_band()));
        methods.add_method("location", location);
        methods.add_method("refusal", refusal);
        methods.add_method("login_token", login_token);
        methods.add_method("read_login_token", read_login_token);
        methods.add_method("code", code);
    }
}

/// `request:location(issuer, names_and_values) -> location | nil`
fn location(
    _: &Lua,
    this: &AuthorizationRequest,
    (issuer, parameters): (LuaString, Vec<String>),
) -> Result<Option<String>> {
    if parameters.len() % 2 != 0 {
        return Err(misuse("a value for each name expected"));
    }
    let pairs: Vec<_> = parameters
        .chunks_exact(2)
        .filter_map(|pair| Some((pair.first()?.as_str(), pair.last()?.as_str())))
        .collect();
    Ok(this.address().location(&text(&issuer), &pairs))
}

/// `request:refusal(issuer, error, description) -> location | nil`
fn refusal(
    _: &Lua,
    this: &AuthorizationRequest,
    (issuer, error, description): (LuaString, LuaString, LuaString),
) -> Result<Option<String>> {
    let error = endpoint_error(&error, &description)?;
    Ok(this.refusal(&text(&issuer), &error))
}

/// An error that Lua names.
pub(super) fn endpoint_error(code: &LuaString, description: &LuaString) -> Result<EndpointError> {
    let code = ErrorCode::by_name(&text(code)).ok_or_else(|| misuse("there is no such error"))?;
    Ok(EndpointError::new(code, text(description)))
}

/// `request:login_token(registrar, username, auth_time, nonce) -> token`
fn login_token(
    _: &Lua,
    this: &AuthorizationRequest,
    (registrar, username, auth_time, random): (UserDataRef<Registrar>, LuaString, i64, LuaString),
) -> Result<String> {
    let login = Login { username: text(&username), auth_time };
    Ok(this.login_token(&registrar, &login, &nonce(&random)?))
}

/// User and time of a login; or nothing, and why.
type LoginOrReason = (Option<String>, Option<Either<i64, &'static str>>);

/// `request:read_login_token(registrar, token, now) -> username, auth_time | nil, reason`
fn read_login_token(
    _: &Lua,
    this: &AuthorizationRequest,
    (registrar, token, now): (UserDataRef<Registrar>, LuaString, i64),
) -> Result<LoginOrReason> {
    let login = match whole(&token) {
        Some(token) => this.read_login_token(&registrar, &token, now),
        None => Err(BadLogin::Invalid),
    };
    Ok(match login {
        Ok(login) => (Some(login.username), Some(Either::Left(login.auth_time))),
        Err(BadLogin::Invalid) => (None, Some(Either::Right("invalid"))),
        Err(BadLogin::Expired) => (None, Some(Either::Right("expired"))),
    })
}

/// `request:code(registrar, username, auth_time, scope, now, nonce) -> code | nil`
fn code(
    _: &Lua,
    this: &AuthorizationRequest,
    (registrar, username, auth_time, scope, now, random): (
        UserDataRef<Registrar>,
        LuaString,
        i64,
        LuaString,
        i64,
        LuaString,
    ),
) -> Result<Option<String>> {
    let login = Login { username: text(&username), auth_time };
    Ok(this.code(&registrar, login, text(&scope), now, &nonce(&random)?))
}
