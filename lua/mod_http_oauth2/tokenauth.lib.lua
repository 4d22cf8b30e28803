-- Prosody's tokens. On a Component it looks for accounts, of which there are none, and fails: there we read and end
-- tokens ourselves.

local oauth = require "frontdoor".oauth;

local tokenauth = module:depends("tokenauth");

if module:get_host_type() ~= "component" then return tokenauth; end

local store = module:open_store("auth_tokens", "keyval+");

local of_component = setmetatable({}, { __index = tokenauth });

-- The grant of a token, and how it names the token; nil if there is no such token, or not any more.
local function look_up(text)
	local id, username, host, key = oauth.held_token(text);
	if not id or host ~= module.host then return nil; end
	local grant = store:get_key(username, id);
	local info = type(grant) == "table" and type(grant.tokens) == "table" and grant.tokens[key];
	if type(info) ~= "table" or info.expires and info.expires <= os.time() then return nil; end
	return grant, key, username;
end

function of_component.get_token_info(text)
	local grant, key = look_up(text);
	if not grant then return nil, "not-authorized"; end
	local info = { id = grant.id; jid = grant.jid; grant = grant };
	for name, value in pairs(grant.tokens[key]) do
		info[name] = value;
	end
	return info;
end

function of_component.revoke_token(text)
	local grant, key, username = look_up(text);
	if not grant then return nil, "item-not-found"; end
	local info = grant.tokens[key];
	grant.tokens[key] = nil;
	local ok, err = store:set_key(username, grant.id, grant);
	if not ok then return nil, err; end
	module:fire_event("token-revoked", { grant_id = grant.id; grant = grant; info = info; username = username; host = module.host });
	return true;
end

function of_component.get_user_grants(username)
	return store:get(username);
end

return of_component;
