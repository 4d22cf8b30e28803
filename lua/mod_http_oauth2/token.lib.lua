-- The token endpoint (RFC 6749 §3.2): what clients get for codes, refresh tokens and passwords.

local hashes = require "prosody.util.hashes";
local jid_prepped_split = require "prosody.util.jid".prepped_split;

local limits = require "frontdoor.limit";
local oauth = require "frontdoor".oauth;
local stored_grants = module:require("stored_grants");

local component_failures = limits.new(module:get_option_integer("oauth2_login_limit", 10, 0) * 10, 600);

local expect_username_jid = module:get_option_boolean("oauth2_expect_username_jid", false);

local token = {};
local token_mt = { __index = token };

local grant_handlers = {};

function token:_refuse(code, description, headers, status)
	return self.answers.refuse("token", code, description, headers, status);
end

function token:handle(event)
	local request = event.request;
	local headers = request.headers;
	local asked, client_or_status, refusal = oauth.token_request(self.registrar, request.body or "", headers.content_type,
		headers.authorization, os.time());
	if not asked then return self.answers.refused("token", client_or_status, refusal); end
	if not self.clients:accepts(client_or_status) then return self:_refuse("invalid_client", "incorrect credentials"); end
	return grant_handlers[asked.grant_type](self, asked, client_or_status, request);
end

-- The answer with tokens of a new grant. `details` are those of tokens:grant(). A code is used up before there is anything.
function token:_grant(asked, details)
	if details.code_id then
		local ok, err = self.used_codes:add(details.code_id);
		if not ok then return self:_failed(err); end
	end
	local grant, err = self.tokens:grant(details);
	if not grant then
		if details.code_id then self.used_codes:forget(details.code_id); end
		return self:_failed(err);
	end
	local answer, issue_err = self:_issue(asked, grant, details);
	if not answer then
		self.tokens:give_up(details.username, grant);
		if details.code_id then self.used_codes:forget(details.code_id); end
		return self:_failed(issue_err);
	end
	self.metrics.granted(asked.grant_type);
	return answer;
end

function token:_failed(err)
	module:log("error", "Tokens could not be read or stored: %s", err);
	return self.answers.failed("token");
end

-- The answer with tokens for what a client asks of a grant, or nil and an error.
function token:_issue(asked, grant, details)
	local issued, err = self.tokens:issue({
		client = details.client; grant = grant; scope = details.token_scope; nonce = asked.nonce; spent_key = details.spent_key;
		role = details.role and self.scopes.role_name(details.username, details.role);
	});
	return issued and self.answers.good(issued), err;
end

-- What is left of a scope for a token: scope and role; or nil if more is asked for than there is.
function token:_scope(username, granted, requested)
	local known = self.scopes.known();
	local scope = known:narrowed(granted, requested);
	if not scope then return nil; end
	return known:grant(scope, self.scopes.assumable(username));
end

-- A grant for somebody who has logged in: `login` is { username, scope, auth_time, code_id? }.
function token:_grant_login(asked, client, login)
	local username = login.username;
	local is_active, err = self.server.is_active(username);
	if err then return self:_failed(err); end
	if not is_active or self.server.has_other_password(username, login.auth_time) then
		return self:_refuse("invalid_grant", "the user no longer has this account");
	end
	local scope, role = self:_scope(username, login.scope, asked.scope);
	if not scope then return self:_refuse("invalid_scope", "'scope' is more than was granted"); end
	return self:_grant(asked, {
		jid = self.tokens.jid_of(username); username = username; client = client; scope = login.scope; token_scope = scope;
		role = role; auth_time = login.auth_time; code_id = login.code_id;
	});
end

-- Ends a grant, if there is one, of which a code or refresh token was used twice. nil, or the answer if it could not be
-- ended: who asks is asked to try again.
function token:_end_replayed(username, grant, what, client)
	if not grant then return nil; end
	module:log("warn", "A %s of a client of %s was used twice; ended grant %s of %s", what, client:text("client_uri"), grant.id, username);
	local ok, err = self.tokens:end_grant(username, grant);
	return not ok and self:_failed(err) or nil;
end

-- nil, or the answer if a code has been used before: who comes second may be the right one, so neither keeps anything
-- (RFC 6749 §4.1.2).
function token:_refuse_replay(code_id, username, client)
	local is_used, err = self.used_codes:contains(code_id);
	if err then return self:_failed(err); end
	local grant, grant_err = self.tokens:of_code(username, code_id);
	if grant_err then return self:_failed(grant_err); end
	if not is_used and not grant then return nil; end
	return self:_end_replayed(username, grant, "code", client) or self:_refuse("invalid_grant", "the code has been used");
end

grant_handlers["authorization_code"] = function (self, asked, client)
	return self:_refuse_replay(asked.code_id, asked.username, client) or self:_grant_login(asked, client, {
		username = asked.username; scope = asked.granted_scope; auth_time = asked.auth_time; code_id = asked.code_id;
	});
end;

-- RFC 8628 §3.5
grant_handlers["urn:ietf:params:oauth:grant-type:device_code"] = function (self, asked, client)
	local user_code = asked.user_code;
	local record, err = self.device_codes:get(user_code);
	if err then return self:_failed(err); end
	if not record then return self:_refuse("expired_token", "the device code has expired"); end
	if record.denied then return self:_refuse("access_denied", "The user has refused"); end
	local granted = record.granted;
	if not granted then
		if self.device_codes:is_too_fast(user_code) then return self:_refuse("slow_down", "Ask less often"); end
		return self:_refuse("authorization_pending", "The user has not decided yet");
	end
	asked.scope = nil; -- this request has none (§3.4); some send it, as they first asked for it
	local code_id = self.registrar:user_code_id(user_code);
	return self:_refuse_replay(code_id, granted.username, client) or self:_grant_login(asked, client, {
		username = granted.username; scope = granted.scope; auth_time = granted.auth_time; code_id = code_id;
	});
end;

grant_handlers["refresh_token"] = function (self, asked, client)
	local found_tokens = self.found_tokens;
	local found, err = found_tokens:find(asked.refresh_token);
	if err then return self:_failed(err); end
	if not found or not found_tokens.is_of(found, client) or not (found_tokens.is_refresh(found) or found_tokens.is_spent(found)) then
		return self:_refuse("invalid_grant", "invalid refresh token");
	end
	local username = found.username;
	if found_tokens.is_replayed(found) then
		return self:_end_replayed(username, found.grant, "refresh token", client)
			or self:_refuse("invalid_grant", "invalid refresh token");
	end
	local scope, role = self:_scope(username, stored_grants.scope_of(found.grant), asked.scope);
	if not scope then return self:_refuse("invalid_scope", "'scope' is more than was granted"); end
	local grant, grant_err = self.tokens:grant_of(found);
	if grant_err then return self:_failed(grant_err); end
	if not grant then return self:_refuse("invalid_grant", "invalid refresh token"); end
	local answer, issue_err = self:_issue(asked, grant, {
		client = client; token_scope = scope; role = role; username = username; spent_key = found.key;
	});
	return answer or self:_failed(issue_err);
end;

function token:_too_many(retry_after)
	return self.answers.too_many("token", "invalid_grant", "Too many failures. Try again later.", retry_after);
end

-- RFC 6749 §4.3, on a Component: the secret is that of the component itself, and there are no roles.
function token:_component_password(asked, client, request)
	local username, host, resource = jid_prepped_split(asked.username);
	if host ~= module.host then return self:_refuse("invalid_request", "invalid JID"); end
	if asked.scope then return self:_refuse("invalid_scope", "there are no scopes here"); end
	local network = limits.network_of(request.ip);
	local may_try, retry_after = component_failures:try(network);
	if not may_try then return self:_too_many(retry_after); end
	if not hashes.equals(self.component_secret, asked.password) then
		module:log("info", "Failed login of %s from %s", module.host, request.ip);
		return self:_refuse("invalid_grant", "incorrect credentials");
	end
	component_failures:forgive(network);
	local jid = (username and username .. "@" or "") .. host .. (resource and "/" .. resource or "");
	return self:_grant(asked, { jid = jid; username = username; client = client; scope = ""; token_scope = "" });
end

-- What a client that expects whole addresses has sent wrong.
local function is_bad_name(name)
	if not expect_username_jid then return false; end
	local username, host = jid_prepped_split(name);
	return not username or host ~= module.host;
end

grant_handlers["password"] = function (self, asked, client, request)
	if self.server.is_component then return self:_component_password(asked, client, request); end
	if is_bad_name(asked.username) then return self:_refuse("invalid_request", "invalid JID"); end
	local scope, status, bad_scope = self.scopes.known():requested(client, asked.scope);
	if not scope then return self.answers.refused("token", status, bad_scope); end
	asked.scope = nil;
	local username, problem, retry_after = self.login:check(request, client, asked.username, asked.password, "x-oauth2-password");
	if problem == "too_many" then
		return self:_too_many(retry_after);
	elseif problem == "busy" then
		return self:_refuse("temporarily_unavailable", "The server is busy. Try again later.", { retry_after = "5" }, 503);
	elseif not username then
		return self:_refuse("invalid_grant", "incorrect credentials");
	elseif not self.clients:is_good(client) then -- it may have been revoked meanwhile
		return self:_refuse("invalid_client", "incorrect credentials");
	end
	local granted = self.scopes.known():grant(scope, self.scopes.assumable(username));
	return self:_grant_login(asked, client, { username = username; scope = granted; auth_time = os.time() });
end;

local function new(parts)
	return setmetatable(parts, token_mt);
end

return { new = new };
