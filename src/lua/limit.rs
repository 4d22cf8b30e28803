//! `core.limit`

use mlua::{Lua, Result, String as LuaString, Table, UserData, UserDataMethods, Value};

use super::convert::{misuse, whole_number};
use crate::limit::Limit;

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("new", lua.create_function(new)?)?;
    Ok(table)
}

struct LuaLimit(Limit);

/// `new(times, seconds, most_known) -> Limit`
fn new(lua: &Lua, (times, seconds, most_known): (Value, Value, Value)) -> Result<LuaLimit> {
    let times = whole_number(lua, times).ok_or_else(|| misuse("a whole number of times expected"))?;
    let [seconds, most_known] =
        [(seconds, "seconds"), (most_known, "those to remember")].map(|(value, what)| {
            let number = whole_number::<usize>(lua, value).and_then(|number| number.try_into().ok());
            number.ok_or_else(|| misuse(format!("a positive whole number of {what} expected")))
        });
    Ok(LuaLimit(Limit::new(times, seconds?, most_known?)))
}

impl UserData for LuaLimit {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        // try_once(who, now) -> nil | seconds
        methods.add_method_mut("try_once", |_, this, (who, now): (LuaString, f64)| {
            Ok(this.0.try_once(&who.as_bytes(), now).err())
        });
        methods.add_method_mut("forgive", |_, this, (who, now): (LuaString, f64)| {
            this.0.forgive(&who.as_bytes(), now);
            Ok(())
        });
    }
}
