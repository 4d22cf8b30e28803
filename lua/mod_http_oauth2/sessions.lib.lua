-- Whoever has logged in over XMPP with a token has its role, and is logged out when it, or its grant, ends.

local set_role = require "prosody.util.session".set_role;
local usermanager = require "prosody.core.usermanager";

local reason = { condition = "not-authorized"; text = "Access has been revoked" };
local no_role = { condition = "not-authorized"; text = "The token is for something else" };
local least_role = "prosody:guest";

-- How a grant names a token.
local function key_of(info)
	for key, other in pairs(info.grant.tokens) do
		if other == info then return key; end
	end
end

local sessions = {};

-- The role of a token of ours, which the user may have lost since, as the client may have its registration.
local function role_of(info, username)
	local is_revoked = sessions.found_tokens:is_to_revoked(info.grant);
	if is_revoked or not info.role or not usermanager.user_can_assume_role(username, module.host, info.role) then return nil; end
	return usermanager.get_role_by_name(info.role, module.host);
end

-- Prosody gives whoever logs in with a token the role of the user.
local function give_role(session, info)
	local role = role_of(info, session.username);
	if role then return set_role(session, role); end
	local least = usermanager.get_role_by_name(least_role, module.host);
	if least then set_role(session, least); end
	-- Prosody has not told the client yet that it is logged in.
	module:add_timer(0, function () session:close(no_role); end);
end

module:hook("authentication-success", function (event)
	local session = event.session;
	local info = session.sasl_handler and session.sasl_handler.token_info;
	if type(info) ~= "table" or not info.grant then return; end
	session.oauth2_token = { grant_id = info.grant.id; key = key_of(info); expires = info.expires };
	if type(info.grant.data) == "table" and info.grant.data.oauth2_scopes then give_role(session, info); end
end);

local function close(username, is_meant)
	local user = prosody.hosts[module.host].sessions[username];
	if not user then return; end
	local meant = {};
	for _, session in pairs(user.sessions) do
		if session.oauth2_token and is_meant(session.oauth2_token) then table.insert(meant, session); end
	end
	for _, session in ipairs(meant) do
		session:close(reason);
	end
end

module:hook("token-grant-revoked", function (event)
	close(event.username, function (token) return token.grant_id == event.id; end);
end);

-- A token that is gone because it has expired does not end the session: it was good when it was used.
module:hook("token-revoked", function (event)
	local now = os.time();
	close(event.username, function (token)
		return token.grant_id == event.grant_id and not event.grant.tokens[token.key]
			and not (token.expires and token.expires <= now);
	end);
end);

-- A client that comes back to its session may come with another token than before.
module:hook_global("c2s-session-updated", function (event)
	local session, from_session = event.session, event.from_session;
	if session.host ~= module.host then return; end
	session.oauth2_token = from_session.oauth2_token;
	if from_session.role then set_role(session, from_session.role); end
end);

function sessions.follow(found_tokens)
	sessions.found_tokens = found_tokens;
end

return sessions;
