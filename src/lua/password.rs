//! `core.password`

use mlua::{
    IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, UserData, UserDataMethods, Value,
};

use super::convert::{text, whole_number};
use crate::password::{self, BadOption, Known, Options, Policy, Refusal};
use crate::secret::Secret;

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("policy", lua.create_function(policy)?)?;
    table.set("score", lua.create_function(score)?)?;
    Ok(table)
}

/// `policy(options) -> Policy | nil, message`
fn policy(lua: &Lua, options: Table) -> Result<MultiValue> {
    match read_options(lua, &options).and_then(Policy::new) {
        Ok(policy) => policy.into_lua_multi(lua),
        Err(BadOption { name, must }) => (Value::Nil, format!("{name} must {must}")).into_lua_multi(lua),
    }
}

fn read_options(lua: &Lua, options: &Table) -> std::result::Result<Options, BadOption> {
    let defaults = Options::default();
    let length = "be a whole number of at least 0";
    Ok(Options {
        length: number(lua, options, "length", defaults.length, length)?,
        max_length: number(lua, options, "max_length", defaults.max_length, length)?,
        exclude_username: boolean(options, "exclude_username", defaults.exclude_username)?,
        common: boolean(options, "common", defaults.common)?,
        strength: number(lua, options, "strength", defaults.strength, "be a whole number from 0 to 4")?,
    })
}

fn number<N: TryFrom<i64>>(
    lua: &Lua,
    options: &Table,
    name: &'static str,
    default: N,
    must: &'static str,
) -> std::result::Result<N, BadOption> {
    let bad = BadOption { name, must };
    match options.get(name) {
        // `strength = false` reads as naturally as `common = false`.
        Ok(Value::Nil | Value::Boolean(false)) => Ok(default),
        Ok(value) => whole_number(lua, value).ok_or(bad),
        Err(_) => Err(bad),
    }
}

fn boolean(options: &Table, name: &'static str, default: bool) -> std::result::Result<bool, BadOption> {
    match options.get(name) {
        Ok(Value::Nil) => Ok(default),
        Ok(Value::Boolean(value)) => Ok(value),
        _ => Err(BadOption { name, must: "be true or false" }),
    }
}

impl UserData for Policy {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("check", check);
        methods.add_method("broken", broken);
        methods.add_method("wants_score", |_, policy, ()| Ok(policy.wants_score()));
        methods.add_method("check_score", |lua, policy, score: u8| verdict(lua, policy.check_score(score)));
    }
}

/// `policy:check(password, username?) -> true | nil, text, name`
fn check(
    lua: &Lua,
    policy: &Policy,
    (password, username): (LuaString, Option<LuaString>),
) -> Result<MultiValue> {
    verdict(lua, policy.check(&text(&password), username.as_ref().map(text).as_deref()))
}

/// `policy:broken(password, username?) -> { { name, text }, … }`
fn broken(lua: &Lua, policy: &Policy, (password, username): (LuaString, Option<LuaString>)) -> Result<Table> {
    let (password, username) = (text(&password), username.as_ref().map(text));
    let rules = policy.broken(&password, username.as_deref()).map(|refusal| {
        lua.create_table_from([("name", refusal.name().to_owned()), ("text", refusal.to_string())])
    });
    lua.create_sequence_from(rules.collect::<Result<Vec<_>>>()?)
}

fn verdict(lua: &Lua, result: std::result::Result<(), Refusal>) -> Result<MultiValue> {
    match result {
        Ok(()) => true.into_lua_multi(lua),
        Err(refusal) => (Value::Nil, refusal.to_string(), refusal.name()).into_lua_multi(lua),
    }
}

type Text = Option<LuaString>;

/// `password, username?, mail?, host?, site_name?`
pub(super) type ScoreArguments = (LuaString, Text, Text, Text, Text);

pub(super) fn score_arguments(
    (password, username, mail, host, site_name): ScoreArguments,
) -> (Secret, Known) {
    let [username, mail, host, site_name] =
        [username, mail, host, site_name].map(|known| known.as_ref().map(text));
    (Secret::new(text(&password)), Known { username, mail, host, site_name })
}

/// `score(password, username?, mail?, host?, site_name?) -> 0 … 4`
fn score(_: &Lua, arguments: ScoreArguments) -> Result<u8> {
    let (password, known) = score_arguments(arguments);
    Ok(password::score(password.expose(), &known))
}
