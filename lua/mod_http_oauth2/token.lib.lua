-- The token endpoint (RFC 6749 §3.2): what clients get for codes, refresh tokens and passwords.

local hashes = require "prosody.util.hashes";
local jid_prepped_split = require "prosody.util.jid".prepped_split;
local usermanager = require "prosody.core.usermanager";

local oauth = require "frontdoor".oauth;

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

-- The answer with tokens of a new grant. `details` are those of tokens:grant().
function token:_grant(asked, details)
	local grant, err = self.tokens:grant(details);
	if not grant then return self:_failed(err); end
	local answer, issue_err = self:_issue(asked, grant, details);
	if not answer then
		self.tokens:give_up(details.username, grant);
		return self:_failed(issue_err);
	end
	self.metrics.granted(asked.grant_type);
	return answer;
end

function token:_failed(err)
	module:log("error", "Tokens could not be stored: %s", err);
	return self.answers.failed("token");
end

-- The answer with tokens for what a client asks of a grant, or nil and an error.
function token:_issue(asked, grant, details)
	local issued, err = self.tokens:issue({
		client = details.client; grant = grant; scope = details.token_scope; nonce = asked.nonce;
		role = details.role and self.scopes.role_name(details.username, details.role);
	});
	return issued and self.answers.good(issued), err;
end

-- What is left of a scope for a token: scope and role; or nil if more is asked for than there is.
function token:_scope(username, granted, requested)
	local scope = oauth.narrowed_scope(granted, requested);
	if not scope then return nil; end
	return self.scopes.known():grant(scope, self.scopes.assumable(username));
end

-- Whether somebody has changed his password since: whoever knew the old one shall be out.
local function has_other_password(username, since)
	local account = usermanager.get_account_info(username, module.host);
	local changed = account and account.password_updated;
	return changed and since < changed;
end

-- A grant for somebody who has logged in: `login` is { username, scope, auth_time, code_id? }.
function token:_grant_login(asked, client, login)
	local username = login.username;
	if not self.server.is_active(username) or has_other_password(username, login.auth_time) then
		return self:_refuse("invalid_grant", "the user no longer has this account");
	end
	local scope, role = self:_scope(username, login.scope, asked.scope);
	if not scope then return self:_refuse("invalid_scope", "'scope' is more than was granted"); end
	return self:_grant(asked, {
		jid = self.tokens.jid_of(username); username = username; client = client; scope = login.scope; token_scope = scope;
		role = role; auth_time = login.auth_time; code_id = login.code_id;
	});
end

-- RFC 9700 §4.14, RFC 6749 §4.1.2: who comes second may be the right one, so neither keeps anything.
function token:_replayed(username, grant, client)
	module:log("warn", "A code of a client of %s was used twice; ended grant %s of %s", client:text("client_uri"), grant.id, username);
	self.tokens:end_grant(username, grant);
	return self:_refuse("invalid_grant", "the code has been used");
end

grant_handlers["authorization_code"] = function (self, asked, client)
	local earlier = self.tokens:of_code(asked.username, asked.code_id);
	if earlier then return self:_replayed(asked.username, earlier, client); end
	if self.used_codes:contains(asked.code_id) then return self:_refuse("invalid_grant", "the code has been used"); end
	return self:_grant_login(asked, client, {
		username = asked.username; scope = asked.granted_scope; auth_time = asked.auth_time;
		code_id = asked.code_id;
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
	local code_id = self.registrar:user_code_id(user_code);
	local earlier = self.tokens:of_code(granted.username, code_id);
	if earlier then return self:_replayed(granted.username, earlier, client); end
	if record.redeemed then return self:_refuse("invalid_grant", "the device code has been used"); end
	local answer = self:_grant_login(asked, client, {
		username = granted.username; scope = granted.scope; auth_time = granted.auth_time;
		code_id = code_id;
	});
	if answer.status_code == 200 then self.device_codes:redeem(user_code, record); end
	return answer;
end;

grant_handlers["refresh_token"] = function (self, asked, client)
	local found = self.tokens:find(asked.refresh_token);
	if not found or not self.tokens.is_of(found, client) then
		return self:_refuse("invalid_grant", "invalid refresh token");
	end
	local username = found.username;
	if self.tokens.is_replayed(found) then
		module:log("warn", "A refresh token of a client of %s was used twice; ended grant %s of %s", client:text("client_uri"), found.id,
			username);
		self.tokens:end_grant(username, found.grant);
		return self:_refuse("invalid_grant", "invalid refresh token");
	elseif self.tokens.is_access(found) then
		return self:_refuse("invalid_grant", "invalid refresh token");
	end
	local scope, role = self:_scope(username, found.grant.data.oauth2_scopes or "", asked.scope);
	if not scope then return self:_refuse("invalid_scope", "'scope' is more than was granted"); end
	local grant = self.tokens:spend(found);
	if not grant then return self:_refuse("invalid_grant", "invalid refresh token"); end
	local answer, err = self:_issue(asked, grant, { client = client; token_scope = scope; role = role; username = username });
	if not answer then return self:_failed(err); end
	return answer;
end;

-- RFC 6749 §4.3, on a Component: the secret is that of the component itself, and there are no roles.
function token:_component_password(asked, client)
	local username, host, resource = jid_prepped_split(asked.username);
	if host ~= module.host then return self:_refuse("invalid_request", "invalid JID"); end
	if asked.scope then return self:_refuse("invalid_scope", "there are no scopes here"); end
	if not hashes.equals(self.component_secret, asked.password) then
		return self:_refuse("invalid_grant", "incorrect credentials");
	end
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
	if self.server.is_component then return self:_component_password(asked, client); end
	if is_bad_name(asked.username) then return self:_refuse("invalid_request", "invalid JID"); end
	local scope, status, bad_scope = self.scopes.known():requested(client, asked.scope);
	if not scope then return self.answers.refused("token", status, bad_scope); end
	asked.scope = nil;
	local username, problem, retry_after = self.login:check(request, client, asked.username, asked.password, "x-oauth2-password");
	if problem == "too_many" then
		return self:_refuse("invalid_grant", "Too many failures. Try again later.", { retry_after = ("%d"):format(retry_after) }, 429);
	elseif problem == "busy" then
		return self:_refuse("temporarily_unavailable", "The server is busy. Try again later.", { retry_after = "5" }, 503);
	elseif not username then
		return self:_refuse("invalid_grant", "incorrect credentials");
	end
	local granted = self.scopes.known():grant(scope, self.scopes.assumable(username));
	return self:_grant_login(asked, client, { username = username; scope = granted; auth_time = os.time() });
end;

local function new(parts)
	return setmetatable(parts, token_mt);
end

return { new = new };
