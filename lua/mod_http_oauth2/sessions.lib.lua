-- Whoever has logged in over XMPP with a token is logged out when it, or its grant, ends.

local reason = { condition = "not-authorized"; text = "Access has been revoked" };

-- How a grant names a token.
local function key_of(info)
	for key, other in pairs(info.grant.tokens) do
		if other == info then return key; end
	end
end

module:hook("authentication-success", function (event)
	local handler = event.session.sasl_handler;
	local info = handler and handler.token_info;
	if type(info) ~= "table" or not info.grant then return; end
	event.session.oauth2_token = { grant_id = info.grant.id; key = key_of(info); expires = info.expires };
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
