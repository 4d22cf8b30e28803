-- Grants and tokens: made, renewed and ended.

local jid_join = require "prosody.util.jid".join;

local oauth = require "frontdoor".oauth;

local purposes = module:require("found_tokens").purposes;
local scope_of = module:require("stored_grants").scope_of;

-- Whoever refreshes or logs in all the time makes nobody wait for records that grow and grow: the oldest end.
local most_tokens = 50; -- of a grant: access tokens, refresh tokens, and spent ones
local most_grants = 50; -- of a user to one client

-- Seconds, or nil for ever. What cannot be understood - Prosody has logged it - is not for ever.
local function get_ttl(option, default)
	local ttl = module:get_option_period(option, default) or default;
	return ttl ~= math.huge and ttl or nil;
end

local access_ttl = get_ttl("oauth2_access_token_ttl", 3600);
local refresh_ttl = get_ttl("oauth2_refresh_token_ttl", 604800);

local tokens = {};
local tokens_mt = { __index = tokens };

local function description_of(client)
	return {
		name = client:text("client_name"); uri = client:text("client_uri"); hash = client:hash();
		id = client:text("software_id"); version = client:text("software_version");
	};
end

-- The grant that came of a code, if it has been redeemed; or nil and an error.
function tokens:of_code(username, code_id)
	local grants, err = self.stored:of_user(username);
	for _, grant in ipairs(grants) do
		if grant.data.oauth2_code == code_id then return grant; end
	end
	return nil, err;
end

-- When a grant was used for the last time; 0 if none of its tokens is good any more.
local function last_use(grant)
	local now = os.time();
	for _, info in pairs(grant.tokens) do
		if type(info.expires) ~= "number" or info.expires > now then
			return type(grant.accessed) == "number" and grant.accessed or grant.created;
		end
	end
	return 0;
end

-- Those that were not used for longest end.
function tokens:_make_room(username, client)
	local grants, used = self.stored:of_user_to(username, client:hash()), {};
	if #grants < most_grants then return; end
	for _, grant in ipairs(grants) do used[grant] = last_use(grant); end
	table.sort(grants, function (a, b)
		if used[a] ~= used[b] then return used[a] < used[b]; end
		return a.created < b.created;
	end);
	local least = { table.unpack(grants, 1, #grants - most_grants + 1) };
	local ok, err = self.stored:remove(username, least);
	if not ok then return module:log("error", "Old grants of %s could not be removed: %s", username, err); end
	for _, grant in ipairs(least) do
		module:fire_event("token-grant-revoked", { id = grant.id; username = username; host = module.host });
	end
end

-- A new grant: { jid, username?, client, scope, auth_time?, code_id? }; or nil and an error.
function tokens:grant(details)
	if details.username then self:_make_room(details.username, details.client); end
	-- What is stored of the user may be damaged.
	local ok, grant, err = pcall(self.tokenauth.create_grant, details.jid, details.jid, nil, {
		oauth2_scopes = details.scope;
		oauth2_client = description_of(details.client);
		oauth2_auth_time = details.auth_time;
		oauth2_code = details.code_id;
	});
	if not ok then return nil, grant; end
	return grant, err;
end

-- Without a refresh token there is none to be had: whoever has one may have the next.
function tokens:_may_refresh(wanted)
	if refresh_ttl == 0 or wanted.without_refresh or not wanted.client:has_grant_type("refresh_token") then return false; end
	return wanted.spent_key ~= nil or self.scopes.has(scope_of(wanted.grant), "offline_access");
end

local function forget_oldest(grant, purpose)
	local keys = {};
	for key, info in pairs(grant.tokens) do
		if info.purpose == purpose then table.insert(keys, key); end
	end
	table.sort(keys, function (a, b) return grant.tokens[a].created > grant.tokens[b].created; end);
	for at = most_tokens, #keys do
		grant.tokens[keys[at]] = nil;
	end
end

-- From the next writing on the refresh token counts as used.
local function spend(grant, key)
	local info = grant.tokens[key];
	if info.purpose == purposes.refresh then
		info.purpose, info.data = purposes.spent, { spent_at = os.time() };
	end
	for _, purpose in ipairs({ purposes.refresh, purposes.spent, purposes.access, purposes.limited }) do
		forget_oldest(grant, purpose);
	end
end

function tokens:_refresh_token(wanted)
	if wanted.spent_key then spend(wanted.grant, wanted.spent_key); end
	return self.tokenauth.create_token(wanted.grant.jid, wanted.grant, nil, refresh_ttl, purposes.refresh);
end

function tokens:_access_token(wanted)
	local purpose = (wanted.role or self.server.is_component) and purposes.access or purposes.limited;
	return self.tokenauth.create_token(wanted.grant.jid, wanted.grant, wanted.role, access_ttl, purpose, { oauth2_scopes = wanted.scope });
end

function tokens:_id_token(wanted, access_token)
	if not self.scopes.has(wanted.scope, "openid") then return nil; end
	local client, auth_time = wanted.client, wanted.grant.data.oauth2_auth_time;
	local token, problem = oauth.id_token({
		issuer = self.server.issuer(); subject = "xmpp:" .. wanted.grant.jid; client = client; signing_key = self.signing_keys:current();
		issued_at = os.time(); auth_time = type(auth_time) == "number" and auth_time or nil; nonce = wanted.nonce;
		access_token = access_token;
	});
	if not token then
		module:log("error", "No id_token for a client of %s: %s", client:text("client_uri"), problem);
	end
	return token;
end

-- Tokens of a grant, as the client gets them: { client, grant, scope, role?, nonce?, without_refresh?, spent_key? }; or nil
-- and an error, and then the refresh token of spent_key is what it was.
function tokens:issue(wanted)
	local access_token, info = self:_access_token(wanted);
	if not access_token then return nil, info or "no such grant"; end
	local refresh_token, err;
	if self:_may_refresh(wanted) then
		refresh_token, err = self:_refresh_token(wanted);
		if not refresh_token then return nil, err or "no such grant"; end
	end
	return {
		token_type = "bearer"; access_token = access_token; expires_in = info.expires and info.expires - os.time();
		scope = wanted.scope; refresh_token = refresh_token; id_token = self:_id_token(wanted, access_token);
	};
end

-- The grant of a token, to be written; nil if it has gone; or nil and an error.
function tokens:grant_of(found)
	local grant, err = self.store:get_key(found.username, found.id);
	return grant and grant.tokens[found.key] and grant or nil, err;
end

-- Ends a grant: true, or nil and an error. Its tokens are dead, and whoever is logged in with them is logged out.
function tokens:end_grant(username, grant)
	local ok, err = self.tokenauth.revoke_grant(username, grant.id);
	if not ok then module:log("error", "The grant %s of %s could not be removed: %s", grant.id, username, err); end
	return ok, err;
end

-- Removes a grant whose tokens could not be stored: nobody has anything of it.
function tokens:give_up(username, grant)
	return self.store:set_key(username, grant.id, nil);
end

function tokens:end_token(text)
	return self.tokenauth.revoke_token(text);
end

-- Whether a user has granted exactly this to a client before; or nil and an error.
function tokens:has_granted(username, client, scope)
	local grants, err = self.stored:of_user_to(username, client:hash());
	if err then return nil, err; end
	for _, grant in ipairs(grants) do
		local granted = scope_of(grant);
		if oauth.narrowed_scope(granted, scope) and oauth.narrowed_scope(scope, granted) then return true; end
	end
	return false;
end

function tokens.jid_of(username)
	return jid_join(username, module.host);
end

-- parts: server, scopes, signing_keys, stored, tokenauth, store
local function new(parts)
	return setmetatable(parts, tokens_mt);
end

return { new = new };
