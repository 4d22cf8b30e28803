//! The Lua side of the core: argument checks and conversions, no decisions.
//!
//! Expected failures come back as `nil` and what is wrong; only misuse of the API raises. The types stand
//! in `lua/frontdoor/core.d.lua`.

#![allow(clippy::needless_pass_by_value, clippy::unnecessary_wraps, reason = "mlua's signatures")]

mod convert;
mod invites;
mod jwt;
mod limit;
mod messages;
mod oauth;
mod password;
mod pool;
mod registration;
mod web;

use mlua::{Lua, Result, Table};

/// The table that `require "frontdoor_core"` returns.
pub(crate) fn exports(lua: &Lua) -> Result<Table> {
    let core = lua.create_table()?;
    core.set("version", env!("CARGO_PKG_VERSION"))?;
    core.set("invites", invites::table(lua)?)?;
    core.set("jwt", jwt::table(lua)?)?;
    core.set("limit", limit::table(lua)?)?;
    core.set("messages", messages::table(lua)?)?;
    core.set("oauth", oauth::table(lua)?)?;
    core.set("password", password::table(lua)?)?;
    core.set("pool", pool::table(lua)?)?;
    core.set("registration", registration::table(lua)?)?;
    core.set("web", web::table(lua)?)?;
    Ok(core)
}
