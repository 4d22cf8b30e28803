//! `core.oauth`

mod authorization;
mod endpoints;
mod tokens;

use mlua::{Either, Lua, Result, String as LuaString, Table, UserData, UserDataMethods, UserDataRef, Value};
use zeroize::Zeroizing;

use super::convert::{list, misuse, text, texts, whole, whole_number};
use crate::jwt::Key;
use crate::jwt::mac::MacAlgorithm;
use crate::oauth::access_token::InitialAccessTokens;
use crate::oauth::choice::{Choice, GrantType, ResponseType};
use crate::oauth::client::Client;
use crate::oauth::key_ring::KeyRing;
use crate::oauth::key_strength::weakness;
use crate::oauth::recent_clients::RecentClients;
use crate::oauth::refusal::Refusal;
use crate::oauth::registrar::{Registered, Registrar, Request, Unknown};
use crate::oauth::revocation::{Grantee, Kind, Revocations};
use crate::oauth::schema::schema;
use crate::oauth::seal::{NONCE as SEAL_NONCE, Purpose};
use crate::oauth::software_statement::{Publisher, StatementKeys};
use crate::oauth::validation::Policy;

/// Least length of a nonce in bytes: two clients never have the same.
const NONCE: usize = 9;

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("registrar", lua.create_function(registrar)?)?;
    table.set("schema", lua.create_function(client_schema)?)?;
    table.set("revocable", lua.create_function(revocable)?)?;
    table.set("key_weakness", lua.create_function(key_weakness)?)?;
    tokens::add_to(lua, &table)?;
    authorization::add_to(lua, &table)?;
    endpoints::add_to(lua, &table)?;
    Ok(table)
}

/// `registrar(options) -> Registrar | nil, message`
fn registrar(lua: &Lua, options: Table) -> Result<(Option<Registrar>, Option<String>)> {
    let algorithm = options.get::<Option<String>>("algorithm")?.unwrap_or_else(|| "HS256".into());
    let Some(algorithm) = MacAlgorithm::by_name(&algorithm) else {
        return Ok((None, Some(bad_algorithm(&algorithm))));
    };
    let key: LuaString = options.get("key")?;
    let host: LuaString = options.get("host")?;
    let secret: Option<LuaString> = options.get("secret")?;
    let secret = secret.map(|secret| Zeroizing::new(secret.as_bytes().to_vec())).unwrap_or_default();
    let previous = list(&options, "previous_keys")?;
    let registrar = Registrar {
        ring: KeyRing::with_secret(&text(&host), &secret, algorithm, &key.as_bytes(), &previous),
        policy: policy(&options.get("policy")?)?,
        ttl: ttl(lua, &options)?,
        max_size: number(lua, &options, "max_size")?.unwrap_or(4096),
        tokens: InitialAccessTokens::new(texts(&options, "initial_access_tokens")?),
        statements: statements(&options)?,
        revocations: Revocations::default(),
        recent: RecentClients::default(),
    };
    Ok((Some(registrar), None))
}

fn bad_algorithm(name: &str) -> String {
    let reason =
        "the key that signs also verifies and is secret, so an asymmetric algorithm would gain nothing";
    format!("algorithm: must be HS256, HS384 or HS512, not {name:?}: {reason}")
}

fn policy(options: &Table) -> Result<Policy> {
    Ok(Policy {
        grant_types: choices(options, "grant_types", GrantType::by_name_or_alias)?,
        response_types: choices(options, "response_types", ResponseType::by_name)?,
        locales: texts(options, "locales")?,
    })
}

/// Some choices, in their own order.
fn choices<C: Choice>(options: &Table, name: &str, by_name: fn(&str) -> Option<C>) -> Result<Vec<C>> {
    let mut chosen = Vec::new();
    for text in texts(options, name)? {
        chosen.push(by_name(&text).ok_or_else(|| misuse(format!("{name}: there is no {text:?}")))?);
    }
    let in_order = C::ALL.iter().map(|(value, _)| *value);
    Ok(in_order.filter(|value| chosen.contains(value)).collect())
}

/// `schema(policy) -> json`
fn client_schema(_: &Lua, options: Table) -> Result<String> {
    Ok(schema(&policy(&options)?))
}

/// Random bytes for sealing, new for each token.
fn nonce(random: &LuaString) -> Result<[u8; SEAL_NONCE]> {
    let random: &[u8] = &random.as_bytes();
    random.try_into().map_err(|_| misuse(format!("the nonce must have {SEAL_NONCE} bytes")))
}

fn number<N: TryFrom<i64>>(lua: &Lua, options: &Table, name: &str) -> Result<Option<N>> {
    match options.get::<Value>(name)? {
        Value::Nil => Ok(None),
        value => {
            whole_number(lua, value).map(Some).ok_or_else(|| misuse(format!("{name} must be a whole number")))
        }
    }
}

/// A client that is good for no time at all would be a mistake.
fn ttl(lua: &Lua, options: &Table) -> Result<Option<i64>> {
    let ttl = number::<i64>(lua, options, "ttl")?;
    if ttl.is_some_and(|seconds| seconds < 1) {
        return Err(misuse("ttl must be at least 1"));
    }
    Ok(ttl)
}

fn statements(options: &Table) -> Result<StatementKeys> {
    let Some(publishers) = options.get::<Option<Table>>("software_statement_keys")? else {
        return Ok(StatementKeys::default());
    };
    let publishers = publishers.sequence_values::<Table>().map(|publisher| {
        let publisher = publisher?;
        let key: UserDataRef<Key> = publisher.get("key")?;
        Ok(Publisher { issuer: publisher.get("issuer")?, key: key.clone() })
    });
    Ok(StatementKeys::new(publishers.collect::<Result<_>>()?))
}

/// `revocable(text) -> kind, name`
fn revocable(_: &Lua, named: LuaString) -> Result<(&'static str, String)> {
    let (kind, name) = Kind::guess(&text(&named));
    Ok((kind.name(), name))
}

/// `key_weakness(key) -> text | nil`
fn key_weakness(_: &Lua, key: LuaString) -> Result<Option<String>> {
    Ok(weakness(&key.as_bytes()).map(|weakness| weakness.to_string()))
}

impl UserData for Registrar {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("admit", admit);
        methods.add_method("register", register);
        methods.add_method("read", read);
        methods.add_method("open", open);
        methods.add_method("authenticate", authenticate);
        methods.add_method("manage", manage);
        methods.add_method("describe", describe);
        methods.add_method("replace", replace);
        methods.add_method("is_revoked", is_revoked);
        methods.add_method("seal_signing_key", seal_signing_key);
        methods.add_method("open_signing_key", open_signing_key);
        methods
            .add_method("user_code_id", |_, this, code: LuaString| Ok(this.ring.user_code_id(&text(&code))));
        methods.add_method_mut("revoke", revoke);
        methods.add_method_mut("restore", restore);
    }
}

/// Something; or nothing, status and the body of the answer.
type OrRefusal<T> = (Option<T>, Option<Either<String, u16>>, Option<String>);

fn refused<T>(refusal: &Refusal) -> OrRefusal<T> {
    (None, Some(Either::Right(refusal.status())), Some(refusal.to_json()))
}

/// `registrar:admit(authorization?) -> true | nil, status, body`
fn admit(_: &Lua, this: &Registrar, authorization: Option<LuaString>) -> Result<OrRefusal<bool>> {
    let is_admitted = this.tokens.admit(authorization.as_ref().map(text).as_deref());
    Ok(if is_admitted { (Some(true), None, None) } else { refused(&Refusal::Token) })
}

/// The arguments of a request with metadata in it.
type RequestArguments = (LuaString, LuaString, i64, LuaString);

/// `registrar:register(body, nonce, now, endpoint) -> answer, hash, client_uri | nil, status, body`
fn register(_: &Lua, this: &Registrar, arguments: RequestArguments) -> Result<OrRefusal<String>> {
    with_request(&arguments, |request| this.register(request))
}

fn with_request(
    (body, nonce, now, endpoint): &RequestArguments,
    issue: impl FnOnce(Request<'_>) -> std::result::Result<Registered, Refusal>,
) -> Result<OrRefusal<String>> {
    let (body, nonce, endpoint) = (body.as_bytes(), nonce.as_bytes(), endpoint.to_str()?);
    if nonce.len() < NONCE {
        return Err(misuse(format!("the nonce must have at least {NONCE} bytes")));
    }
    Ok(match issue(Request { body: &body, nonce: &nonce, now: *now, endpoint: &endpoint }) {
        Ok(Registered { client, answer }) => (
            Some(answer),
            Some(Either::Left(client.hash().into())),
            Some(client.metadata().client_uri.clone()),
        ),
        Err(refusal) => refused(&refusal),
    })
}

/// A client; or nothing, a name and a sentence.
type OrUnknown = (Option<Client>, Option<&'static str>, Option<String>);

fn known(client: std::result::Result<Client, Unknown>) -> OrUnknown {
    match client {
        Ok(client) => (Some(client), None, None),
        Err(unknown) => (None, Some(unknown.name()), Some(unknown.to_string())),
    }
}

/// `registrar:read(client_id, now) -> Client, name?, message? | nil, name, message`
fn read(_: &Lua, this: &Registrar, (id, now): (LuaString, i64)) -> Result<OrUnknown> {
    let Some((client, standing)) = whole(&id).and_then(|id| this.read(&id, now)) else {
        return Ok(known(Err(Unknown::Signature)));
    };
    let unknown = standing.err();
    Ok((Some(client), unknown.map(Unknown::name), unknown.map(|unknown| unknown.to_string())))
}

/// `registrar:open(client_id, now) -> Client | nil, name, message`
fn open(_: &Lua, this: &Registrar, (id, now): (LuaString, i64)) -> Result<OrUnknown> {
    let id = whole(&id).ok_or(Unknown::Signature);
    Ok(known(id.and_then(|id| this.open(&id, now))))
}

/// `registrar:authenticate(client_id, client_secret?, now) -> Client | nil, name, message`
fn authenticate(
    _: &Lua,
    this: &Registrar,
    (id, secret, now): (LuaString, Option<LuaString>, i64),
) -> Result<OrUnknown> {
    let id = whole(&id).ok_or(Unknown::Signature);
    let secret = secret.as_ref().map(text);
    Ok(known(id.and_then(|id| this.authenticate(&id, secret.as_deref(), now))))
}

/// `registrar:manage(client_id, authorization?, now) -> Client | nil, status, body`
fn manage(
    _: &Lua,
    this: &Registrar,
    (id, authorization, now): (LuaString, Option<LuaString>, i64),
) -> Result<OrRefusal<Client>> {
    let authorization = authorization.as_ref().map(text);
    Ok(match this.manage(&text(&id), authorization.as_deref(), now) {
        Ok(client) => (Some(client), None, None),
        Err(refusal) => refused(&refusal),
    })
}

/// `registrar:describe(client, endpoint) -> body`
fn describe(
    _: &Lua,
    this: &Registrar,
    (client, endpoint): (UserDataRef<Client>, LuaString),
) -> Result<String> {
    Ok(this.describe(&client, &text(&endpoint)))
}

/// `registrar:replace(client, body, nonce, now, endpoint) -> answer, hash, client_uri | nil, status, body`
fn replace(
    _: &Lua,
    this: &Registrar,
    (client, body, nonce, now, endpoint): (UserDataRef<Client>, LuaString, LuaString, i64, LuaString),
) -> Result<OrRefusal<String>> {
    with_request(&(body, nonce, now, endpoint), |request| this.replace(&client, request))
}

/// `registrar:seal_signing_key(key, nonce) -> sealed`
fn seal_signing_key(_: &Lua, this: &Registrar, (key, random): (LuaString, LuaString)) -> Result<String> {
    Ok(this.ring.seal(Purpose::SigningKey, "", &key.as_bytes(), &nonce(&random)?))
}

/// `registrar:open_signing_key(sealed) -> key | nil`
fn open_signing_key(lua: &Lua, this: &Registrar, sealed: LuaString) -> Result<Option<LuaString>> {
    let key = whole(&sealed).and_then(|sealed| this.ring.unseal(Purpose::SigningKey, "", &sealed));
    key.map(|key| lua.create_string(key)).transpose()
}

/// `registrar:is_revoked(client_hash, software_id?, client_uri?, granted_at?) -> boolean`
fn is_revoked(
    lua: &Lua,
    this: &Registrar,
    (hash, software, uri, granted_at): (LuaString, Option<LuaString>, Option<LuaString>, Value),
) -> Result<bool> {
    let (hash, software, uri) = (text(&hash), software.as_ref().map(text), uri.as_ref().map(text));
    Ok(this.revocations.contains_grantee(&Grantee {
        client_hash: &hash,
        software_id: software.as_deref(),
        client_uri: uri.as_deref(),
        granted_at: whole_number(lua, granted_at),
    }))
}

/// `registrar:revoke(kind, name, time?)`
fn revoke(
    lua: &Lua,
    this: &mut Registrar,
    (kind, name, time): (LuaString, LuaString, Option<Value>),
) -> Result<()> {
    let kind = kind_of(&kind)?;
    let time = time.and_then(|time| whole_number(lua, time));
    if kind == Kind::IssuedBefore && time.is_none() {
        return Err(misuse("a time in seconds since the epoch expected"));
    }
    this.revocations.add(kind, &text(&name), time.unwrap_or_default());
    Ok(())
}

/// `registrar:restore(kind, name)`
fn restore(_: &Lua, this: &mut Registrar, (kind, name): (LuaString, LuaString)) -> Result<()> {
    this.revocations.remove(kind_of(&kind)?, &text(&name));
    Ok(())
}

fn kind_of(name: &LuaString) -> Result<Kind> {
    Kind::by_name(&text(name))
        .ok_or_else(|| misuse("what is revoked is a client_hash, a software_id or issued_before"))
}

impl UserData for Client {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("id", |lua, this, ()| lua.create_string(this.id()));
        methods.add_method("hash", |lua, this, ()| lua.create_string(this.hash()));
        methods.add_method("claims", |_, this, ()| Ok(this.claims()));
        methods.add_method("text", |_, this, member: LuaString| {
            Ok(this.metadata().text(&text(&member)).map(str::to_owned))
        });
        methods.add_method("host", |lua, this, ()| lua.create_string(this.host()));
        methods.add_method("has_grant_type", |_, this, name: LuaString| {
            let grant_type = GrantType::by_name_or_alias(&text(&name));
            Ok(grant_type.is_some_and(|grant_type| this.metadata().grant_types.contains(&grant_type)))
        });
        methods.add_method("is_public", |_, this, ()| Ok(this.metadata().is_public()));
        methods.add_method("issued_at", |_, this, ()| Ok(this.issued_at()));
        methods.add_method("expires_at", |_, this, ()| Ok(this.expires_at()));
    }
}
