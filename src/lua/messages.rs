//! `core.messages`

use mlua::{
    IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, UserData, UserDataMethods,
    Value as LuaValue,
};

use super::convert::{text, whole};
use crate::messages::{Catalogue, Value};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("catalogue", lua.create_function(catalogue)?)?;
    Ok(table)
}

/// `catalogue(sources, default) -> Catalogue | nil, message`
fn catalogue(lua: &Lua, (sources, default): (Table, LuaString)) -> Result<MultiValue> {
    let sources = sources
        .pairs::<LuaString, LuaString>()
        .map(|pair| pair.map(|(locale, source)| (text(&locale), source.as_bytes().to_vec())))
        .collect::<Result<Vec<_>>>()?;
    match Catalogue::new(sources, &text(&default)) {
        Ok(catalogue) => catalogue.into_lua_multi(lua),
        Err(error) => (LuaValue::Nil, error.to_string()).into_lua_multi(lua),
    }
}

impl UserData for Catalogue {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods
            .add_method("locales", |_, this, ()| Ok(this.locales().map(str::to_owned).collect::<Vec<_>>()));
        methods.add_method("negotiate", negotiate);
        methods.add_method("text", text_of);
        methods.add_method("ids", |_, this, locale: LuaString| {
            Ok(this.ids(&text(&locale)).map(<[String]>::to_vec))
        });
        methods.add_method("arguments", |_, this, (locale, id): (LuaString, LuaString)| {
            Ok(this.arguments(&text(&locale), &text(&id)))
        });
    }
}

/// `catalogue:negotiate(accept_language?) -> locale`
fn negotiate(lua: &Lua, catalogue: &Catalogue, accept_language: Option<LuaString>) -> Result<LuaString> {
    lua.create_string(catalogue.negotiate(accept_language.as_ref().and_then(whole).as_deref()))
}

/// `catalogue:text(locale, id, values?) -> text | nil`
fn text_of(
    _: &Lua,
    catalogue: &Catalogue,
    (locale, id, values): (LuaString, LuaString, Option<Table>),
) -> Result<Option<String>> {
    let values = values.map_or_else(|| Ok(Vec::new()), |values| arguments(&values))?;
    Ok(catalogue.text(&text(&locale), &text(&id), &values))
}

/// The strings and numbers under names; what else a table has is nothing to put into a sentence.
fn arguments(values: &Table) -> Result<Vec<(String, Value)>> {
    let mut arguments = Vec::new();
    values.for_each(|name: LuaValue, value: LuaValue| {
        if let (LuaValue::String(name), Some(value)) = (name, argument(&value)) {
            arguments.push((text(&name), value));
        }
        Ok(())
    })?;
    Ok(arguments)
}

#[allow(clippy::cast_precision_loss, reason = "nobody counts that far")]
fn argument(value: &LuaValue) -> Option<Value> {
    match value {
        LuaValue::String(value) => Some(Value::Text(text(value))),
        LuaValue::Integer(value) => Some(Value::Number(*value as f64)),
        LuaValue::Number(value) => Some(Value::Number(*value)),
        _ => None,
    }
}
