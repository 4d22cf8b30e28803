//! What `core.oauth` has for tokens and codes.

use mlua::{Lua, Result, String as LuaString, Table, UserDataRef};

use super::number;
use crate::jwt::SigningKey;
use crate::lua::convert::{misuse, whole};
use crate::oauth::client::Client;
use crate::oauth::held_token::HeldToken;
use crate::oauth::id_token::IdToken;
use crate::oauth::user_code::UserCode;

pub(super) fn add_to(lua: &Lua, table: &Table) -> Result<()> {
    table.set("id_token", lua.create_function(id_token)?)?;
    table.set("user_code", lua.create_function(user_code)?)?;
    table.set("read_user_code", lua.create_function(read_user_code)?)?;
    table.set("held_token", lua.create_function(held_token)?)
}

/// `id_token(options) -> token | nil, message`
fn id_token(lua: &Lua, options: Table) -> Result<(Option<String>, Option<String>)> {
    let client: UserDataRef<Client> = options.get("client")?;
    let key: UserDataRef<SigningKey> = options.get("signing_key")?;
    // Texts that are not UTF-8 raise: the client would compare them with others.
    let (issuer, subject): (String, String) = (options.get("issuer")?, options.get("subject")?);
    let (nonce, access_token): (Option<String>, Option<String>) =
        (options.get("nonce")?, options.get("access_token")?);
    let token = IdToken {
        issuer: &issuer,
        subject: &subject,
        audience: client.id(),
        issued_at: number(lua, &options, "issued_at")?.ok_or_else(|| misuse("issued_at is missing"))?,
        auth_time: number(lua, &options, "auth_time")?,
        nonce: nonce.as_deref(),
        access_token: access_token.as_deref(),
    };
    Ok(match token.sign(&client, &key) {
        Ok(token) => (Some(token), None),
        Err(error) => (None, Some(error.to_string())),
    })
}

/// `user_code(random_bytes) -> code | nil`
fn user_code(_: &Lua, random: LuaString) -> Result<Option<String>> {
    Ok(UserCode::from_random(&random.as_bytes()).map(|code| code.to_string()))
}

/// `read_user_code(text) -> code | nil`
fn read_user_code(_: &Lua, typed: LuaString) -> Result<Option<String>> {
    Ok(whole(&typed).and_then(|typed| UserCode::parse(&typed)).map(|code| code.to_string()))
}

/// The grant's id, user name, host and key.
type Held = (Option<String>, Option<String>, Option<String>, Option<String>);

/// `held_token(text) -> grant_id, username?, host, key | nil`
fn held_token(_: &Lua, token: LuaString) -> Result<Held> {
    let Some(token) = HeldToken::read(&token.as_bytes()) else { return Ok((None, None, None, None)) };
    let text = |part: &str| Some(part.to_owned());
    Ok((text(token.grant_id()), token.username().and_then(text), text(token.host()), text(token.key())))
}
