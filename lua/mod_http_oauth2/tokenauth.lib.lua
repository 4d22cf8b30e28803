-- Prosody's tokens, and the store that they are in. On a Component it looks for accounts, of which there are none, and
-- fails, at night for all hosts: so there we keep tokens ourselves, of the same form, where it does not look.

local base64 = require "prosody.util.encodings".base64;
local hashes = require "prosody.util.hashes";
local id = require "prosody.util.id";
local jid_split = require "prosody.util.jid".split;
local random_bytes = require "prosody.util.random".bytes;

local jobs = require "frontdoor.jobs";
local oauth = require "frontdoor".oauth;

if module:get_host_type() ~= "component" then
	return module:depends("tokenauth"), module:open_store("auth_tokens", "keyval+");
end

local secret_length = 18; -- bytes

local store = module:open_store("oauth2_tokens", "keyval+");

local tokens = {};

function tokens.create_grant(owner, jid, _, data)
	local now = os.time();
	local grant = { id = id.short(); owner = owner; created = now; accessed = now; jid = jid; data = data; tokens = {} };
	local username = jid_split(jid);
	local ok, err = store:set_key(username, grant.id, grant);
	if not ok then return nil, err; end
	module:fire_event("token-grant-created", { id = grant.id; grant = grant; username = username; host = module.host });
	return grant;
end

function tokens.create_token(jid, grant, role, ttl, purpose, data)
	local now, secret = os.time(), random_bytes(secret_length);
	local info = { role = role; created = now; expires = ttl and now + ttl; purpose = purpose; data = data };
	grant.tokens["sha256:" .. hashes.sha256(secret, true)] = info;
	local ok, err = store:set_key(jid_split(jid), grant.id, grant);
	if not ok then return nil, err; end
	return "secret-token:" .. base64.encode(("2;%s;%s;%s"):format(grant.id, secret, jid)), info;
end

local function is_good(info, now)
	if type(info) ~= "table" then return false; end
	return info.expires == nil or type(info.expires) == "number" and info.expires > now;
end

-- The grant of a token, and how it names the token; nil if there is no such token, or not any more, and why as
-- mod_tokenauth says it.
local function look_up(text)
	local grant_id, username, host, key = oauth.held_token(text);
	if not grant_id or host ~= module.host then return nil, "not-authorized"; end
	local grant, err = store:get_key(username, grant_id);
	if err then return nil, "internal-error"; end
	local info = type(grant) == "table" and type(grant.tokens) == "table" and grant.tokens[key];
	if not is_good(info, os.time()) then return nil, "not-authorized"; end
	return grant, key, username;
end

function tokens.get_token_info(text)
	local grant, key = look_up(text);
	if not grant then return nil, key; end
	local info = { id = grant.id; jid = grant.jid; grant = grant };
	for name, value in pairs(grant.tokens[key]) do
		info[name] = value;
	end
	return info;
end

function tokens.revoke_token(text)
	local grant, key, username = look_up(text);
	if not grant then return nil, "item-not-found"; end
	local info = grant.tokens[key];
	grant.tokens[key] = nil;
	local ok, err = store:set_key(username, grant.id, grant);
	if not ok then return nil, err; end
	module:fire_event("token-revoked", { grant_id = grant.id; grant = grant; info = info; username = username; host = module.host });
	return true;
end

function tokens.revoke_grant(username, grant_id)
	local ok, err = store:set_key(username, grant_id, nil);
	if not ok then return nil, err; end
	module:fire_event("token-grant-revoked", { id = grant_id; username = username; host = module.host });
	return true;
end

function tokens.get_user_grants(username)
	return store:get(username);
end

-- One that is damaged is dead.
local function is_alive(grant, now)
	if type(grant) ~= "table" or type(grant.tokens) ~= "table" then return false; end
	for _, info in pairs(grant.tokens) do
		if is_good(info, now) then return true; end
	end
	return false;
end

jobs.daily(module, "Forget grants whose tokens have expired", function ()
	local now, dead = os.time(), {};
	for username in store:items() do
		local grants = store:get(username);
		for grant_id, grant in pairs(type(grants) == "table" and grants or {}) do
			if not is_alive(grant, now) then table.insert(dead, { username, grant_id }); end
		end
	end
	for _, grant in ipairs(dead) do
		store:set_key(grant[1], grant[2], nil);
	end
end);

return tokens, store;
