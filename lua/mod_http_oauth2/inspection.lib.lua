-- What clients ask about tokens: introspection (RFC 7662), revocation (RFC 7009) and userinfo (OpenID Connect Core §5.3).

local oauth = require "frontdoor".oauth;

-- RFC 7009 wants clients to say who they are. But who comes across a token that has leaked should be able to end it.
local needs_client = module:get_option_boolean("oauth2_require_auth_revoke", false);

local inspection = {};
local inspection_mt = { __index = inspection };

-- The client (true, if none is needed) and the token in a form; false if it is none of ours; nil and the answer.
function inspection:_read(event, endpoint, is_client_needed)
	local request = event.request;
	local headers = request.headers;
	local client, token_or_status, refusal = oauth.token_inquiry(self.registrar, request.body or "", headers.content_type,
		headers.authorization, os.time(), is_client_needed);
	if client == nil then return nil, self.answers.refused(endpoint, token_or_status, refusal); end
	if type(client) == "userdata" and not self.clients:accepts(client) then
		return nil, self.answers.refuse(endpoint, "invalid_client", "incorrect credentials");
	end
	return client, token_or_status;
end

function inspection:_failed(endpoint, err)
	module:log("error", "A token could not be read or revoked: %s", err);
	return self.answers.failed(endpoint);
end

function inspection:introspect(event)
	local client, token = self:_read(event, "introspect", true);
	if client == nil then return token; end
	local tokens = self.found_tokens;
	local found, err;
	if client then found, err = tokens:find(token); end
	if err then return self:_failed("introspect", err); end
	if not found or not tokens.is_of(found, client) or not (tokens.is_access(found) or tokens.is_refresh(found)) then
		return self.inactive;
	end
	return self.answers.good({
		active = true; client_id = client:id(); username = found.username; scope = tokens.scope_of(found);
		token_type = tokens.is_refresh(found) and "refresh_token" or "bearer";
		exp = found.info.expires; iat = found.info.created; sub = "xmpp:" .. found.jid; aud = client:id();
		iss = self.server.issuer(); jti = found.id;
	});
end

-- RFC 7009 §2.1: without its refresh token a grant is of no use, so it ends with that.
function inspection:_end(found, token)
	if self.found_tokens.is_access(found) then return self.tokens:end_token(token); end
	return self.tokens:end_grant(found.username, found.grant);
end

function inspection:revoke(event)
	local client, token = self:_read(event, "revoke", needs_client);
	if client == nil then return token; end
	local found, err;
	if client then found, err = self.found_tokens:look_up(token); end
	if err then return self:_failed("revoke", err); end
	if found and client ~= true and not self.found_tokens.is_of(found, client) then
		return self.answers.refuse("revoke", "unauthorized_client", "the token was issued to another client", nil, 403);
	elseif found and self.found_tokens.is_ours(found) then
		local ok, end_err = self:_end(found, token);
		if not ok then return self:_failed("revoke", end_err); end
	end
	return self.answers.answer(200, "");
end

-- RFC 6750 §3
function inspection:_challenge(status, code, description, more)
	local challenge = ('Bearer realm="%s"'):format(module.host);
	if not code then -- "the resource server SHOULD NOT include an error code"
		return self.answers.answer(status, "", { www_authenticate = challenge });
	end
	challenge = ('%s, error="%s", error_description="%s"%s'):format(challenge, code, description, more or "");
	return self.answers.refuse("userinfo", code, description, { www_authenticate = challenge }, status);
end

-- The token of a request (RFC 6750 §2), or nil and the answer.
function inspection:_bearer(request)
	local body = request.method == "POST" and request.body or nil;
	local token, code, description = oauth.presented_token(request.headers.authorization, body, request.headers.content_type);
	if token then return token; end
	return nil, self:_challenge(code == "invalid_request" and 400 or 401, code, description);
end

function inspection:userinfo(event)
	local token, refused = self:_bearer(event.request);
	if not token then return refused; end
	local found, err = self.found_tokens:find(token);
	if err then return self:_failed("userinfo", err); end
	if not found or not self.found_tokens.is_access(found) then
		return self:_challenge(401, "invalid_token", "the token is wrong or has expired");
	end
	local scope = self.found_tokens.scope_of(found);
	if not self.scopes.has(scope, "openid") then
		return self:_challenge(403, "insufficient_scope", "the token is not for openid", ', scope="openid"');
	end
	local userinfo, claims = { iss = self.server.issuer(); sub = "xmpp:" .. found.jid }, self.scopes.claims_of(scope);
	if not claims:empty() then -- others may add what they know of the user
		module:fire_event("token/userinfo", { token = found.info; claims = claims; username = found.username; userinfo = userinfo });
	end
	return self.answers.good(userinfo);
end

local function new(parts)
	parts.inactive = parts.answers.answer(200, '{"active":false}'); -- which nobody changes
	return setmetatable(parts, inspection_mt);
end

return { new = new };
