-- The native library on a Lua without Prosody around it: one call of each kind, for each Lua it is built for.

local core = require "frontdoor";

local policy = assert(core.password.policy({ length = 10 }));
assert(policy:check("long enough for it", "juliet"));
assert(select(3, policy:check("too short")) == "length");

local rules = assert(core.registration.rules({ auth_tokens = { "secret" }; throttle_seconds = 60 }));
local body = '{"username":"juliet","password":"p","ip":"192.0.2.1","mail":"j@example.org","auth_token":"secret"}';
assert(select("#", rules:admit(body, "application/json")) == 5);
assert(select(3, rules:admit("!", nil)) == 400);
assert(rules:allow("192.0.2.1", 1000) and not rules:allow("192.0.2.1", 1059));

local token = assert(core.registration.token("0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c11"));
assert(token:open(token:seal("password", "example.org", "juliet"), "example.org", "juliet") == "password");

local key = assert(core.jwt.key({ algorithm = "HS256"; secret = ("x"):rep(32) }));
assert(core.jwt.verify({ key }, assert(core.jwt.sign(key, '{"exp":1300819380}')), { now = 1300819379 }) == '{"exp":1300819380}');
assert(select(2, core.jwt.verify(key, "no token", { now = os.time() })) == "malformed");

local limit = core.limit.new(1, 60, 10);
assert(limit:try_once("juliet", 0.5) == nil and limit:try_once("juliet", 30.5) == 30);

local pool = assert(core.pool.new(1, 10));
local id = assert(pool:scram("SHA-1", "pencil", "salt", 4096));
local taken, stored_key, server_key;
repeat
	taken, stored_key, server_key = pool:take();
until taken;
assert(taken == id and #stored_key == 20 and #server_key == 20);
pool:close();

assert(not pcall(core.password.policy), "misuse raises");
print(_VERSION, rawget(_G, "jit") and jit.version or "", "ok");
