//! `core.invites`

use mlua::{Either, Lua, Result, String as LuaString, Table};

use super::convert::{text, whole};
use crate::invite::{self, Registration};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("is_token", lua.create_function(|_, token: LuaString| Ok(invite::is_token(&text(&token))))?)?;
    table.set("token_in", lua.create_function(token_in)?)?;
    table.set("suggestions", lua.create_function(suggestions)?)?;
    table.set("api_key", lua.create_function(api_key)?)?;
    table.set(
        "hash_secret",
        lua.create_function(|_, secret: LuaString| Ok(invite::hash_secret(&secret.as_bytes())))?,
    )?;
    table.set("secret_matches", lua.create_function(secret_matches)?)?;
    table.set("registration", lua.create_function(registration)?)?;
    table.set("idempotency_key", lua.create_function(idempotency_key)?)?;
    Ok(table)
}

/// `token_in(query?) -> token | nil`
fn token_in(_: &Lua, query: Option<LuaString>) -> Result<Option<String>> {
    Ok(query.and_then(|query| invite::token_in(&query.as_bytes())))
}

/// `suggestions(name) -> names`
fn suggestions(_: &Lua, name: LuaString) -> Result<Vec<String>> {
    Ok(whole(&name).map(|name| invite::suggestions(&name)).unwrap_or_default())
}

/// `api_key(text) -> id, secret | nil`
fn api_key(_: &Lua, key: LuaString) -> Result<(Option<String>, Option<String>)> {
    let key = text(&key);
    Ok(invite::api_key(&key).map(|(id, secret)| (id.to_owned(), secret.to_owned())).unzip())
}

/// `secret_matches(secret, stored) -> boolean`
fn secret_matches(_: &Lua, (secret, stored): (LuaString, LuaString)) -> Result<bool> {
    Ok(invite::secret_matches(&secret.as_bytes(), &stored.as_bytes()))
}

/// Username, password and token; or nothing, status and text.
type Read = (Option<String>, Either<String, u16>, String);

/// `registration(body, content_type?) -> username, password, token | nil, status, text`
fn registration(_: &Lua, (body, content_type): (LuaString, Option<LuaString>)) -> Result<Read> {
    let content_type = content_type.as_ref().map(text);
    Ok(match Registration::read(&body.as_bytes(), content_type.as_deref()) {
        Ok(Registration { username, password, token }) => {
            (Some(username.into_owned()), Either::Left(password.into_owned()), token.into_owned())
        }
        Err(refusal) => (None, Either::Right(refusal.status()), refusal.to_string()),
    })
}

/// `idempotency_key(header) -> boolean`
fn idempotency_key(_: &Lua, header: LuaString) -> Result<bool> {
    Ok(invite::is_idempotency_key(&text(&header)))
}
