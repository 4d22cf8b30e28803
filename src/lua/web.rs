//! `core.web`

use mlua::{IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, Value};

use super::convert::{text, whole};
use crate::address;
use crate::web::{self, BadForm, Origin};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("platform", lua.create_function(platform)?)?;
    table.set("from_elsewhere", lua.create_function(from_elsewhere)?)?;
    table.set("qr_svg", lua.create_function(|_, text: LuaString| Ok(web::qr_svg(&text.as_bytes())))?)?;
    table.set("accent", lua.create_function(accent)?)?;
    table.set("network", lua.create_function(network)?)?;
    table.set("fields", lua.create_function(fields)?)?;
    Ok(table)
}

type Header = Option<LuaString>;

/// `platform(sec_ch_ua_platform?, user_agent?) -> name | nil`
fn platform(_: &Lua, (hint, agent): (Header, Header)) -> Result<Option<&'static str>> {
    let [hint, agent] = [hint, agent].map(|header| header.as_ref().map(text));
    Ok(web::platform(hint.as_deref(), agent.as_deref()))
}

/// `from_elsewhere(sec_fetch_site?, origin?, host?, own_url?) -> boolean`
fn from_elsewhere(
    _: &Lua,
    (sec_fetch_site, origin, host, own_url): (Header, Header, Header, Header),
) -> Result<bool> {
    let [sec_fetch_site, origin, host, own_url] =
        [sec_fetch_site, origin, host, own_url].map(|header| header.as_ref().map(text));
    Ok(web::from_elsewhere(&Origin {
        sec_fetch_site: sec_fetch_site.as_deref(),
        origin: origin.as_deref(),
        host: host.as_deref(),
        own_url: own_url.as_deref(),
    }))
}

/// `accent(colour) -> light, dark | nil, message`
fn accent(lua: &Lua, colour: LuaString) -> Result<MultiValue> {
    match web::accent(&text(&colour)) {
        Ok(accent) => (accent.light, accent.dark).into_lua_multi(lua),
        Err(error) => (Value::Nil, error.to_string()).into_lua_multi(lua),
    }
}

/// `network(ip) -> network | nil`
fn network(_: &Lua, ip: LuaString) -> Result<Option<String>> {
    Ok(whole(&ip).and_then(|ip| address::parse(&ip)).map(address::network))
}

/// `fields(form, names) -> { name = value } | nil, name`
fn fields(lua: &Lua, (form, names): (LuaString, Vec<String>)) -> Result<MultiValue> {
    match web::fields(&form.as_bytes(), &names) {
        Ok(values) => {
            let values = names.into_iter().zip(values).filter_map(|(name, value)| Some((name, value?)));
            lua.create_table_from(values)?.into_lua_multi(lua)
        }
        Err(BadForm::TooLong) => (Value::Nil, "").into_lua_multi(lua),
        Err(BadForm::Field(name)) => (Value::Nil, name).into_lua_multi(lua),
    }
}
