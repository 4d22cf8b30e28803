-- Grants and their tokens, as mod_tokenauth keeps them.
--
-- A grant's data are { oauth2_scopes, oauth2_client = { name, uri, id, version, hash }, oauth2_code, oauth2_auth_time };
-- a refresh token that has been used stays, with another purpose, until it would have expired.

local jid_join = require "prosody.util.jid".join;

local oauth = require "frontdoor".oauth;
local username_fits = require "frontdoor".registration.username_fits;

local tokenauth, store = module:require("tokenauth");

local purposes = {
	access = "oauth2"; -- what Prosody lets log in over XMPP
	limited = "oauth2-limited"; -- an access token without a role, which it does not
	refresh = "oauth2-refresh";
	spent = "oauth2-refresh-spent";
};

local grace = 30; -- seconds; somebody whose answer got lost may try again
local most = 50; -- access tokens of a grant, and spent refresh tokens; the oldest are forgotten

-- Seconds, or nil for ever.
local function get_ttl(option, default)
	local ttl = module:get_option_period(option, default);
	return ttl ~= math.huge and ttl or nil;
end

local access_ttl = get_ttl("oauth2_access_token_ttl", 3600);
local refresh_ttl = get_ttl("oauth2_refresh_token_ttl", 604800);

local tokens = { purposes = purposes };
local tokens_mt = { __index = tokens };

local function description_of(client)
	return {
		name = client:text("client_name"); uri = client:text("client_uri"); hash = client:hash();
		id = client:text("software_id"); version = client:text("software_version");
	};
end

-- Prosody's own does not survive a record that somebody has damaged.
local function is_whole(grant)
	return type(grant) == "table" and type(grant.data) == "table" and type(grant.tokens) == "table";
end

-- The grant that came of a code, if it has been redeemed.
function tokens:of_code(username, code_id)
	for _, grant in pairs(self.tokenauth.get_user_grants(username) or {}) do
		if is_whole(grant) and grant.data.oauth2_code == code_id then return grant; end
	end
end

-- A new grant: { jid, client, scope, auth_time?, code_id? }; or nil and an error.
function tokens:grant(details)
	local grant, err = self.tokenauth.create_grant(details.jid, details.jid, nil, {
		oauth2_scopes = details.scope;
		oauth2_client = description_of(details.client);
		oauth2_auth_time = details.auth_time;
		oauth2_code = details.code_id;
	});
	if grant and details.code_id then self.used_codes:redeemed(grant); end
	return grant, err;
end

-- An access token: the text and the seconds that it lives; or nil and an error.
function tokens:_access_token(grant, scope, role)
	local purpose = (role or self.server.is_component) and purposes.access or purposes.limited;
	local token, info = self.tokenauth.create_token(grant.jid, grant, role, access_ttl, purpose, { oauth2_scopes = scope });
	if not token then return nil, info or "no such grant"; end
	return token, info.expires and info.expires - os.time();
end

function tokens:_may_refresh(client, grant)
	return refresh_ttl ~= 0 and client:has_grant_type("refresh_token") and self.scopes.has(grant.data.oauth2_scopes or "", "offline_access");
end

function tokens:_id_token(client, grant, scope, access_token, nonce)
	if not self.scopes.has(scope, "openid") then return nil; end
	local token, problem = oauth.id_token({
		issuer = self.server.issuer(); subject = "xmpp:" .. grant.jid; client = client; signing_key = self.signing_keys:current();
		issued_at = os.time(); auth_time = grant.data.oauth2_auth_time; nonce = nonce; access_token = access_token;
	});
	if not token then
		module:log("error", "No id_token for a client of %s: %s", client:text("client_uri"), problem);
	end
	return token;
end

-- Tokens of a grant, as the client gets them: { client, grant, scope, role?, nonce?, without_refresh? }; or nil and an
-- error.
function tokens:issue(wanted)
	local client, grant = wanted.client, wanted.grant;
	local refresh_token, err;
	if not wanted.without_refresh and self:_may_refresh(client, grant) then
		refresh_token, err = self.tokenauth.create_token(grant.jid, grant, nil, refresh_ttl, purposes.refresh);
		if not refresh_token then return nil, err or "no such grant"; end
	end
	local access_token, expires_in = self:_access_token(grant, wanted.scope, wanted.role);
	if not access_token then return nil, expires_in; end
	return {
		token_type = "bearer"; access_token = access_token; expires_in = expires_in; scope = wanted.scope;
		refresh_token = refresh_token;
		id_token = self:_id_token(client, grant, wanted.scope, access_token, wanted.nonce);
	};
end

-- What is known of a token of this host that is alive, or was a refresh token: { info, grant, username, id, key, jid };
-- nil if it is nothing.
function tokens:look_up(text)
	local id, username, host, key = oauth.held_token(text);
	if not id or host ~= module.host then return nil; end
	if not username and not self.server.is_component then return nil; end
	if username and not username_fits(username) then return nil; end
	local info = self.tokenauth.get_token_info(text);
	if not info or not is_whole(info.grant) then return nil; end
	return { info = info; grant = info.grant; username = username; id = id; key = key; jid = info.grant.jid };
end

-- The same; nil if its user may no longer do anything.
function tokens:find(text)
	local found = self:look_up(text);
	if found and found.username and not self.server.is_active(found.username) then return nil; end
	return found;
end

-- Whether this module or the community's has made the token. Others use the same store.
function tokens.is_ours(found)
	if not found.grant.data.oauth2_scopes then return false; end
	for _, purpose in pairs(purposes) do
		if found.info.purpose == purpose then return true; end
	end
	return false;
end

-- Whether the grant was made for this client.
function tokens.is_of(found, client)
	local description = found.grant.data.oauth2_client;
	return type(description) == "table" and description.hash == client:hash();
end

function tokens.is_access(found)
	return found.info.purpose == purposes.access or found.info.purpose == purposes.limited;
end

function tokens.is_refresh(found)
	return found.info.purpose == purposes.refresh;
end

-- What the token is good for, which may be less than the grant.
function tokens.scope_of(found)
	local data = found.info.data;
	return type(data) == "table" and data.oauth2_scopes or found.grant.data.oauth2_scopes or "";
end

-- Whether a refresh token was used before, so long ago that somebody must have stolen it.
function tokens.is_replayed(found)
	if found.info.purpose ~= purposes.spent then return false; end
	local data = found.info.data;
	return type(data) ~= "table" or type(data.spent_at) ~= "number" or os.time() - data.spent_at > grace;
end

-- Who refreshes all the time makes nobody wait for a record that grows and grows.
local function forget_oldest(grant, purpose)
	local keys = {};
	for key, info in pairs(grant.tokens) do
		if info.purpose == purpose then table.insert(keys, key); end
	end
	table.sort(keys, function (a, b) return grant.tokens[a].created > grant.tokens[b].created; end);
	for at = most, #keys do
		grant.tokens[keys[at]] = nil;
	end
end

-- The grant of a refresh token, in which the token counts as used; that is stored with the next token. Nil if it has gone.
function tokens:spend(found)
	local grant = self.store:get_key(found.username, found.id);
	local info = grant and is_whole(grant) and grant.tokens[found.key];
	if not info then return nil; end
	if refresh_ttl ~= 0 and info.purpose == purposes.refresh then
		info.purpose, info.data = purposes.spent, { spent_at = os.time() };
	end
	for _, purpose in ipairs({ purposes.spent, purposes.access, purposes.limited }) do
		forget_oldest(grant, purpose);
	end
	return grant;
end

-- Ends a grant: true, or nil and an error. Its tokens are dead, and whoever is logged in with them is logged out. The
-- code that it came of stays used up.
function tokens:end_grant(username, grant)
	local code_id = grant.data.oauth2_code;
	if code_id then
		local ok, err = self.used_codes:add(code_id, grant.created);
		if not ok then return nil, err; end
	end
	return self.tokenauth.revoke_grant(username, grant.id);
end

-- Removes a grant whose tokens could not be stored: nobody has anything of it, and may try again.
function tokens:give_up(username, grant)
	return self.store:set_key(username, grant.id, nil);
end

function tokens:end_token(text)
	return self.tokenauth.revoke_token(text);
end

-- A user's grants to clients: { id, grant }, the oldest first.
function tokens:of_user(username)
	local list = {};
	for id, grant in pairs(self.tokenauth.get_user_grants(username) or {}) do
		if is_whole(grant) and type(grant.data.oauth2_client) == "table" then
			table.insert(list, grant);
			grant.id = id;
		end
	end
	table.sort(list, function (a, b) return a.created < b.created; end);
	return list;
end

-- Whether a user has granted exactly this to a client before.
function tokens:has_granted(username, client, scope)
	for _, grant in ipairs(self:of_user(username)) do
		local granted = grant.data.oauth2_scopes or "";
		if grant.data.oauth2_client.hash == client:hash()
		and oauth.narrowed_scope(granted, scope) and oauth.narrowed_scope(scope, granted) then
			return true;
		end
	end
	return false;
end

function tokens.jid_of(username)
	return jid_join(username, module.host);
end

local function new(server, scopes, used_codes, signing_keys)
	return setmetatable({
		server = server; scopes = scopes; used_codes = used_codes; signing_keys = signing_keys;
		tokenauth = tokenauth; store = store;
	}, tokens_mt);
end

return { new = new };
