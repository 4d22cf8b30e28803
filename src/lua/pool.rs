//! `core.pool`: the slow hashes, off the event loop.

use std::collections::VecDeque;
use std::num::{NonZeroU32, NonZeroUsize};

use mlua::{
    AnyUserData, IntoLuaMulti, Lua, MultiValue, Result, String as LuaString, Table, UserData,
    UserDataMethods, Value,
};
use zeroize::Zeroizing;

use super::convert::{misuse, text, whole_number};
use super::password::{ScoreArguments, score_arguments};
use crate::pool::{Panicked, Pool, SubmitError, TaskId, default_workers};
use crate::{argon2id, password, scram};

pub(super) fn table(lua: &Lua) -> Result<Table> {
    let table = lua.create_table()?;
    table.set("new", lua.create_function(new)?)?;
    Ok(table)
}

/// What a task has found: one or two byte strings, or what is wrong with its input.
type Output = std::result::Result<(Vec<u8>, Option<Vec<u8>>), &'static str>;

struct LuaPool {
    pool: Pool<Output>,
    results: VecDeque<(TaskId, std::result::Result<Output, Panicked>)>,
}

/// `new(workers?, queue) -> Pool | nil, message`
fn new(lua: &Lua, (workers, queue): (Value, Value)) -> Result<MultiValue> {
    let workers = match workers {
        Value::Nil => default_workers(),
        workers => whole_number(lua, workers)
            .and_then(NonZeroUsize::new)
            .ok_or_else(|| misuse("a positive whole number of workers expected"))?,
    };
    let queue = whole_number(lua, queue).ok_or_else(|| misuse("a whole number of waiting jobs expected"))?;
    match Pool::new(workers, queue) {
        Ok(pool) => LuaPool { pool, results: VecDeque::new() }.into_lua_multi(lua),
        Err(error) => (Value::Nil, error.to_string()).into_lua_multi(lua),
    }
}

impl UserData for LuaPool {
    fn add_methods<M: UserDataMethods<Self>>(methods: &mut M) {
        methods.add_method("fd", |_, this, ()| Ok(this.pool.wake_fd()));
        methods.add_method_mut("scram", scram);
        methods.add_method_mut("argon2id", argon2id);
        methods.add_method_mut("password_score", password_score);
        methods.add_method_mut("take", take);
        methods.add_function("close", |_, this: AnyUserData| this.take::<LuaPool>().map(drop));
    }
}

/// `pool:scram(hash_name, password, salt, iterations) -> id | nil, message`; takes `stored_key, server_key`.
fn scram(
    lua: &Lua,
    this: &mut LuaPool,
    (hash, password, salt, iterations): (LuaString, LuaString, LuaString, Value),
) -> Result<MultiValue> {
    let iterations: NonZeroU32 = whole_number(lua, iterations)
        .and_then(NonZeroU32::new)
        .ok_or_else(|| misuse("a positive whole number of iterations expected"))?;
    let hash = scram::Hash::by_name(&text(&hash)).ok_or_else(|| misuse("SHA-1 or SHA-256 expected"))?;
    let password = Zeroizing::new(password.as_bytes().to_vec());
    let salt = salt.as_bytes().to_vec();
    let id = this.pool.submit(move || {
        let keys = scram::keys(hash, &password, &salt, iterations.get());
        Ok((keys.stored_key, Some(keys.server_key)))
    });
    submitted(lua, id)
}

/// `pool:argon2id(input, salt) -> id | nil, message`; takes the 32-byte hash.
fn argon2id(lua: &Lua, this: &mut LuaPool, (input, salt): (LuaString, LuaString)) -> Result<MultiValue> {
    let input = Zeroizing::new(input.as_bytes().to_vec());
    let salt = salt.as_bytes().to_vec();
    let id = this.pool.submit(move || match argon2id::hash(&input, &salt) {
        Ok(hash) => Ok((hash.to_vec(), None)),
        Err(argon2id::BadInput) => Err("the salt is shorter than 8 bytes"),
    });
    submitted(lua, id)
}

/// `pool:password_score(password, username?, mail?, host?, site_name?) -> id | nil, message`; takes one byte,
/// the score.
fn password_score(lua: &Lua, this: &mut LuaPool, arguments: ScoreArguments) -> Result<MultiValue> {
    let (password, known) = score_arguments(arguments);
    let id = this.pool.submit(move || Ok((vec![password::score(password.expose(), &known)], None)));
    submitted(lua, id)
}

fn submitted(lua: &Lua, id: std::result::Result<TaskId, SubmitError>) -> Result<MultiValue> {
    match id {
        Ok(id) => id.into_lua_multi(lua),
        Err(SubmitError::Busy) => (Value::Nil, "busy").into_lua_multi(lua),
        Err(SubmitError::NoThread(error)) => (Value::Nil, error.to_string()).into_lua_multi(lua),
    }
}

/// `pool:take() -> id, first, second? | id, nil, message | nil`: the next result, in the order they came.
fn take(lua: &Lua, this: &mut LuaPool, (): ()) -> Result<MultiValue> {
    if this.results.is_empty() {
        this.results = this.pool.drain();
    }
    match this.results.pop_front() {
        None => Value::Nil.into_lua_multi(lua),
        Some((id, Ok(Ok((first, second))))) => {
            let second = second.map(|bytes| lua.create_string(bytes)).transpose()?;
            (id, lua.create_string(first)?, second).into_lua_multi(lua)
        }
        Some((id, Ok(Err(message)))) => (id, Value::Nil, message).into_lua_multi(lua),
        Some((id, Err(Panicked))) => (id, Value::Nil, "the task panicked").into_lua_multi(lua),
    }
}
