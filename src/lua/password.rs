//! `core.password`

use mlua::{
    IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, UserData, UserDataMethods, Value,
};

use super::convert::text;
use crate::password::{BadOption, Context, Options, Policy};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("policy", lua.create_function(policy)?)?;
    Ok(table)
}

/// `policy(options) -> Policy | nil, message`
fn policy(lua: &Lua, options: Table) -> Result<MultiValue> {
    match read_options(&options).and_then(Policy::new) {
        Ok(policy) => policy.into_lua_multi(lua),
        Err(BadOption { name, must }) => (Value::Nil, format!("{name} must {must}")).into_lua_multi(lua),
    }
}

fn read_options(options: &Table) -> std::result::Result<Options, BadOption> {
    let defaults = Options::default();
    Ok(Options {
        length: number(options, "length", defaults.length)?,
        max_length: number(options, "max_length", defaults.max_length)?,
        exclude_username: boolean(options, "exclude_username", defaults.exclude_username)?,
        common: boolean(options, "common", defaults.common)?,
        strength: number(options, "strength", defaults.strength)?,
    })
}

fn number<N: TryFrom<i64>>(
    options: &Table,
    name: &'static str,
    default: N,
) -> std::result::Result<N, BadOption> {
    let bad = BadOption { name, must: "be a whole number of at least 0" };
    match options.get(name) {
        // `strength = false` reads as naturally as `common = false`.
        Ok(Value::Nil | Value::Boolean(false)) => Ok(default),
        // Lua before 5.3 has no integers: there every number is a float.
        Ok(value @ (Value::Integer(_) | Value::Number(_))) => {
            value.as_i64().and_then(|number| N::try_from(number).ok()).ok_or(bad)
        }
        _ => Err(bad),
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
    }
}

type Text = Option<LuaString>;

/// `policy:check(password, username?, mail?, host?, site_name?) -> true | nil, text, name`
fn check(
    lua: &Lua,
    policy: &Policy,
    (password, username, mail, host, site_name): (LuaString, Text, Text, Text, Text),
) -> Result<MultiValue> {
    let [username, mail, host, site_name] =
        [username, mail, host, site_name].map(|known| known.as_ref().map(text));
    let context = Context {
        username: username.as_deref(),
        mail: mail.as_deref(),
        host: host.as_deref(),
        site_name: site_name.as_deref(),
    };
    match policy.check(&text(&password), &context) {
        Ok(()) => true.into_lua_multi(lua),
        Err(refusal) => (Value::Nil, refusal.to_string(), refusal.name()).into_lua_multi(lua),
    }
}
