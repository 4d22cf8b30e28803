//! The front door of a Prosody server, as decisions.
//!
//! Everything here is *sans-IO*: a function gets bytes, options and the time, and returns what is to
//! be done. It opens no file, asks no clock and calls no server; the Lua modules under `lua/` do that.
//!
//! | module | decides |
//! |---|---|
//! | [`registration`] | what a registration request is, and with which status and sentence one is refused |
//! | [`invite`] | what an invitation's token, an API key and a registration with an invitation look like |
//! | [`jwt`] | what a signed token says, and whether to believe it |
//! | [`oauth`] | which OAuth clients may register, and what their ids and secrets are |
//! | [`password`] | whether a password is good enough |
//! | [`limit`] | how often somebody may try something |
//! | [`messages`] | what the pages say, in which language |
//! | [`web`] | what a browser is and shows: its platform, where a form comes from, QR codes, colours |
//! | [`scram`], [`argon2id`] | the slow, deliberate hashes |
//! | [`pool`] | where slow work runs, so that a server's event loop never waits for it |
//! | [`mail`], [`address`], [`json`], [`lua_pattern`], [`structured_field`] | what the parts of a request mean |
//! | [`secret`] | what is wiped after use and never printed |
//!
//! Dependencies point one way: `lua/mod_*` → `lua/frontdoor` → `src/lua` → everything above. Only
//! `src/lua` and the entry point below know of Lua.
#![cfg_attr(not(feature = "lua"), forbid(unsafe_code))]
#![deny(unsafe_code, missing_docs)]

pub mod address;
pub mod argon2id;
pub mod invite;
pub mod json;
pub mod jwt;
pub mod limit;
pub mod lua_pattern;
pub mod mail;
pub mod messages;
pub mod oauth;
pub mod password;
pub mod pool;
pub mod registration;
pub mod scram;
pub mod secret;
pub mod structured_field;
pub mod web;

#[cfg(feature = "lua")]
mod lua;

/// Entry point of `require "frontdoor_core"`, exported by the macro under the name that Lua looks for.
#[cfg(feature = "lua")]
#[allow(unsafe_code, missing_docs)]
mod entry {
    #[mlua::lua_module(name = "frontdoor_core", skip_memory_check)]
    fn open(lua: &mlua::Lua) -> mlua::Result<mlua::Table> {
        crate::lua::exports(lua)
    }
}
