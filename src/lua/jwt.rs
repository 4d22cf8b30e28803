//! `core.jwt`

use mlua::{
    Error, IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, UserData, UserDataMethods,
    UserDataRef, Value,
};

use super::convert::{misuse, text, whole_number};
use crate::jwt::{self, Expected, Key, SigningKey, Source};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("key", lua.create_function(key)?)?;
    table.set("sign", lua.create_function(sign)?)?;
    table.set("verify", lua.create_function(verify)?)?;
    table.set("generate_signing_key", lua.create_function(generate_signing_key)?)?;
    table.set("signing_key", lua.create_function(signing_key)?)?;
    Ok(table)
}

/// `key(options) -> Key | nil, message`
fn key(lua: &Lua, options: Table) -> Result<MultiValue> {
    let algorithm = options.get::<Option<LuaString>>("algorithm")?.as_ref().map(text);
    let kid = utf8(&options, "kid")?;
    let given: [Option<LuaString>; 3] = [options.get("secret")?, options.get("pem")?, options.get("jwk")?];
    let given = given.each_ref().map(|text| text.as_ref().map(LuaString::as_bytes));
    let source = match &given {
        [Some(secret), None, None] => Source::Secret(secret),
        [None, Some(pem), None] => Source::Pem(pem),
        [None, None, Some(jwk)] => Source::Jwk(jwk),
        _ => return Err(misuse("exactly one of secret, pem and jwk expected")),
    };
    match Key::load(source, algorithm.as_deref(), kid.as_deref()) {
        Ok(key) => key.into_lua_multi(lua),
        Err(error) => (Value::Nil, error.to_string()).into_lua_multi(lua),
    }
}

impl UserData for Key {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("algorithm", |_, this, ()| Ok(this.algorithm().name()));
        methods.add_method("kid", |_, this, ()| Ok(this.kid().map(str::to_owned)));
    }
}

/// `generate_signing_key() -> pkcs8`
fn generate_signing_key(lua: &Lua, (): ()) -> Result<LuaString> {
    let pkcs8 = SigningKey::generate().map_err(Error::external)?;
    lua.create_string(&*pkcs8)
}

/// `signing_key(pkcs8) -> SigningKey | nil, message`
fn signing_key(_: &Lua, pkcs8: LuaString) -> Result<(Option<SigningKey>, Option<String>)> {
    Ok(match SigningKey::load(&pkcs8.as_bytes()) {
        Ok(key) => (Some(key), None),
        Err(error) => (None, Some(error.to_string())),
    })
}

impl UserData for SigningKey {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("kid", |_, this, ()| Ok(this.kid().to_owned()));
        methods.add_method("jwk", |_, this, ()| Ok(this.jwk().to_owned()));
    }
}

/// `sign(key, claims) -> token | nil, message`
fn sign(_: &Lua, (key, claims): (UserDataRef<Key>, LuaString)) -> Result<(Option<String>, Option<String>)> {
    Ok(match key.sign(&claims.as_bytes()) {
        Ok(token) => (Some(token), None),
        Err(error) => (None, Some(error.to_string())),
    })
}

/// The claims; or nothing, name and message.
type Verified = (Option<String>, Option<&'static str>, Option<String>);

/// `verify(keys, token, expected) -> claims | nil, name, message`
fn verify(lua: &Lua, (given, token, wanted): (Value, LuaString, Table)) -> Result<Verified> {
    let keys = keys(given)?;
    let keys = keys.iter().map(|key| &**key).collect::<Vec<_>>();
    Ok(match jwt::verify(&keys, &token.as_bytes(), &expected(lua, &wanted)?) {
        Ok(claims) => (Some(claims.into_json()), None, None),
        Err(refusal) => (None, Some(refusal.name()), Some(refusal.to_string())),
    })
}

/// One key, or a list of them.
fn keys(given: Value) -> Result<Vec<UserDataRef<Key>>> {
    match given {
        Value::UserData(key) => Ok(vec![key.borrow()?]),
        Value::Table(keys) => keys.sequence_values().collect(),
        _ => Err(misuse("a key or a list of keys expected")),
    }
}

fn expected(lua: &Lua, wanted: &Table) -> Result<Expected> {
    Ok(Expected {
        issuer: utf8(wanted, "issuer")?,
        audience: utf8(wanted, "audience")?,
        typ: utf8(wanted, "typ")?,
        required: required(wanted)?,
        leeway: seconds(lua, wanted, "leeway")?.unwrap_or(0),
        now: seconds(lua, wanted, "now")?.ok_or_else(|| misuse("now is missing"))?,
    })
}

fn required(wanted: &Table) -> Result<Vec<String>> {
    Ok(wanted.get::<Option<Vec<String>>>("required")?.unwrap_or_default())
}

fn seconds(lua: &Lua, wanted: &Table, name: &str) -> Result<Option<u64>> {
    match wanted.get(name)? {
        Value::Nil => Ok(None),
        value => whole_number(lua, value)
            .map(Some)
            .ok_or_else(|| misuse(format!("{name} must be a whole number of at least 0"))),
    }
}

/// A text that is compared: one that is not UTF-8 would be compared as another one.
fn utf8(options: &Table, name: &str) -> Result<Option<String>> {
    options.get(name)
}
