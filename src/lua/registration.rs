//! `core.registration`

use std::borrow::Cow;

use mlua::{
    Either, IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, UserData, UserDataMethods,
    Value,
};

use super::convert::{list, misuse, text, texts, whole_number};
use crate::address;
use crate::registration::body;
use crate::registration::confirmation::{self, Outcome};
use crate::registration::pending::{Owner, Token};
use crate::registration::{BadOption, Body, Options, Refusal, Rejected, Request, Rules};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("rules", lua.create_function(rules)?)?;
    table.set("refusal", lua.create_function(refusal)?)?;
    table.set("outcome", lua.create_function(outcome)?)?;
    table.set(
        "username_fits",
        lua.create_function(|_, name: LuaString| Ok(body::username_fits(&text(&name))))?,
    )?;
    table.set("token", lua.create_function(token)?)?;
    table.set("token_of", lua.create_function(token_of)?)?;
    Ok(table)
}

/// `rules(options) -> Rules | nil, message`
fn rules(lua: &Lua, options: Table) -> Result<MultiValue> {
    let options = Options {
        auth_tokens: list(&options, "auth_tokens")?,
        blocked: texts(&options, "blocked")?,
        unthrottled: texts(&options, "unthrottled")?,
        throttle_seconds: throttle_seconds(lua, options.get("throttle_seconds")?)?,
        filtered_mails: list(&options, "filtered_mails")?,
    };
    match Rules::new(options) {
        Ok(rules) => rules.into_lua_multi(lua),
        Err(BadOption { name, reason }) => (Value::Nil, format!("{name}: {reason}")).into_lua_multi(lua),
    }
}

fn throttle_seconds(lua: &Lua, value: Value) -> Result<u64> {
    if value.is_nil() {
        return Ok(0);
    }
    whole_number(lua, value).ok_or_else(|| misuse("throttle_seconds must be a whole number of at least 0"))
}

impl UserData for Rules {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("admit", admit);
        methods.add_method_mut("allow", allow);
        methods.add_method("untranslatable_patterns", |lua, this, ()| {
            let patterns = this.untranslatable_patterns().iter().map(|pattern| lua.create_string(pattern));
            lua.create_sequence_from(patterns.collect::<Result<Vec<_>>>()?)
        });
    }
}

/// Username, password, ip, mail, mail as typed if that is different; or nothing, text, status, username, ip.
/// A fixed tuple and not a `MultiValue`, because mlua puts it onto Lua's stack at half the cost.
type Admitted = (Option<String>, String, Either<String, u16>, Option<String>, Option<String>);

/// `rules:admit(body, content_type?) -> username, password, ip, mail, mail_as_typed?`
/// or `nil, text, status, username?, ip?`
fn admit(_: &Lua, rules: &Rules, (body, content_type): (LuaString, Option<LuaString>)) -> Result<Admitted> {
    let body = body.as_bytes();
    let content_type = content_type.as_ref().and_then(|value| value.to_str().ok());
    let admitted = Body::decode(&body, content_type.as_deref())
        .map_err(Rejected::from)
        .and_then(|body| rules.admit(&body).map(granted));
    Ok(admitted.unwrap_or_else(rejected))
}

fn granted(request: Request) -> Admitted {
    let as_typed = Some(request.mail_as_typed).filter(|typed| typed != request.mail.as_str());
    (
        Some(request.username.into_owned()),
        request.password.into_owned(),
        Either::Left(request.ip_text.into_owned()),
        Some(request.mail.into_string()),
        as_typed.map(Cow::into_owned),
    )
}

fn rejected(Rejected { refusal, from }: Rejected) -> Admitted {
    let (username, ip) = from.map(|(username, ip)| (username, ip.to_string())).unzip();
    (None, refusal.to_string(), Either::Right(refusal.status()), username, ip)
}

/// `rules:allow(ip, now) -> boolean`
fn allow(_: &Lua, rules: &mut Rules, (ip, now): (LuaString, u64)) -> Result<bool> {
    let ip = address::parse(&text(&ip)).ok_or_else(|| misuse("an IP address expected"))?;
    Ok(rules.allow(ip, now))
}

/// `refusal(name, detail?) -> status, text`
fn refusal(_: &Lua, (name, detail): (LuaString, Option<LuaString>)) -> Result<(u16, String)> {
    let refusal = Refusal::by_name(&text(&name), detail.as_ref().map(text))
        .ok_or_else(|| misuse(format!("no refusal is called '{}', or it needs a detail", text(&name))))?;
    Ok((refusal.status(), refusal.to_string()))
}

/// `outcome(name) -> status, page`
fn outcome(_: &Lua, name: LuaString) -> Result<(u16, &'static str)> {
    let outcome = Outcome::by_name(&text(&name))
        .ok_or_else(|| misuse(format!("no outcome is called '{}'", text(&name))))?;
    Ok((outcome.status(), outcome.page()))
}

/// `token(uuid) -> Token | nil`
fn token(_: &Lua, uuid: LuaString) -> Result<Option<Token>> {
    Ok(Token::parse(&text(&uuid)))
}

/// `token_of(form) -> Token | nil, outcome_name`
fn token_of(lua: &Lua, form: LuaString) -> Result<MultiValue> {
    match confirmation::token_of(&form.as_bytes()) {
        Ok(token) => token.into_lua_multi(lua),
        Err(outcome) => (Value::Nil, outcome.name()).into_lua_multi(lua),
    }
}

impl UserData for Token {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("id", |_, this, ()| Ok(this.id()));
        methods.add_method("text", |_, this, ()| Ok(this.text().to_owned()));
        methods.add_method("seal", seal);
        methods.add_method("open", open);
    }
}

/// `token:seal(password, host, username) -> text`
fn seal(
    _: &Lua,
    token: &Token,
    (password, host, username): (LuaString, LuaString, LuaString),
) -> Result<String> {
    let password = password.to_str()?; // one that is not UTF-8 would come back as another one
    let (host, username) = (text(&host), text(&username));
    token
        .seal(&password, Owner { host: &host, username: &username })
        .map_err(|_| misuse("the password is too long to seal"))
}

/// `token:open(text, host, username) -> password | nil`
fn open(
    lua: &Lua,
    token: &Token,
    (sealed, host, username): (LuaString, LuaString, LuaString),
) -> Result<Option<LuaString>> {
    let (sealed, host, username) = (text(&sealed), text(&host), text(&username));
    let password = token.open(&sealed, Owner { host: &host, username: &username });
    password.ok().map(|password| lua.create_string(password.expose())).transpose()
}
