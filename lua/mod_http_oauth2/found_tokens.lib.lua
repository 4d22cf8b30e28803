-- What there is behind the text of a token.

local oauth = require "frontdoor".oauth;
local username_fits = require "frontdoor".registration.username_fits;

local stored_grants = module:require("stored_grants");
local is_whole, client_of, scope_of = stored_grants.is_whole, stored_grants.client_of, stored_grants.scope_of;

local purposes = {
	access = "oauth2"; -- what Prosody lets log in over XMPP
	limited = "oauth2-limited"; -- an access token without a role, which it does not
	refresh = "oauth2-refresh";
	spent = "oauth2-refresh-spent"; -- used, and kept until it would have expired
};

local grace = 30; -- seconds; somebody whose answer got lost may try again

local found_tokens = {};
local found_tokens_mt = { __index = found_tokens };

-- What is known of a token of this host that is alive, or was a refresh token: { info, grant, username, id, key, jid };
-- nil if it is nothing; or nil and an error, if the store has one: nobody shall throw away a token that may be good.
function found_tokens:look_up(text)
	local id, username, host, key = oauth.held_token(text);
	if not id or host ~= module.host then return nil; end
	if not username and not self.server.is_component then return nil; end
	if username and not username_fits(username) then return nil; end
	local ok, info, problem = pcall(self.tokenauth.get_token_info, text);
	if ok and problem == "internal-error" then return nil, "the grant could not be read"; end
	if not ok then module:log("error", "The grant %s of %s is damaged: %s", id, username, info); end
	if not ok or not info or not is_whole(info.grant, id) then return nil; end
	return { info = info; grant = info.grant; username = username; id = id; key = key; jid = info.grant.jid };
end

-- Whether the client that a grant is to is nobody any more.
function found_tokens:is_to_revoked(grant)
	local client = client_of(grant);
	return client ~= nil and self.registrar:is_revoked(client.hash or "", client.id, client.uri, grant.created);
end

-- The same; nil also if its user or its client may no longer do anything.
function found_tokens:find(text)
	local found, err = self:look_up(text);
	if not found or self:is_to_revoked(found.grant) then return nil, err; end
	if not found.username then return found; end
	local is_active, account_err = self.server.is_active(found.username);
	return is_active and found or nil, account_err;
end

-- Whether this module or the community's has made the token. Others use the same store.
function found_tokens.is_ours(found)
	if not found.grant.data.oauth2_scopes then return false; end
	for _, purpose in pairs(purposes) do
		if found.info.purpose == purpose then return true; end
	end
	return false;
end

-- Whether the grant was made for this client.
function found_tokens.is_of(found, client)
	local described = client_of(found.grant);
	return described ~= nil and described.hash == client:hash();
end

function found_tokens.is_access(found)
	return found.info.purpose == purposes.access or found.info.purpose == purposes.limited;
end

function found_tokens.is_refresh(found)
	return found.info.purpose == purposes.refresh;
end

function found_tokens.is_spent(found)
	return found.info.purpose == purposes.spent;
end

-- What the token is good for, which may be less than the grant.
function found_tokens.scope_of(found)
	local data = found.info.data;
	return type(data) == "table" and type(data.oauth2_scopes) == "string" and data.oauth2_scopes or scope_of(found.grant);
end

-- Whether a refresh token was used before, so long ago that somebody must have stolen it.
function found_tokens.is_replayed(found)
	if not found_tokens.is_spent(found) then return false; end
	local data = found.info.data;
	-- A clock that was set back gives nobody more time.
	return type(data) ~= "table" or type(data.spent_at) ~= "number" or math.abs(os.time() - data.spent_at) > grace;
end

return { purposes = purposes; new = function (tokenauth, registrar, server)
	return setmetatable({ tokenauth = tokenauth; registrar = registrar; server = server }, found_tokens_mt);
end };
