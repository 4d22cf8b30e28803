-- The authorization endpoint (RFC 6749 §3.1): people log in, see who asks for what, and decide.
--
-- Nothing is kept between the steps. The query of the request stays in the address of the page; who has logged in is in
-- a token that is good for this request only.

local http = require "prosody.util.http";

local forms = require "frontdoor.forms";
local is_utf8 = require "prosody.util.encodings".utf8.valid;
local jid_prepped_split = require "prosody.util.jid".prepped_split;
local oauth = require "frontdoor".oauth;

local authorize = {};
local authorize_mt = { __index = authorize };

local error_kinds = {
	["Invalid 'client_id' parameter"] = "client";
	["Invalid 'redirect_uri' parameter"] = "redirect";
};

function authorize:_failed(event, err)
	module:log("error", "An authorization request failed: %s", err);
	return self.pages.error(event, 500, "failed");
end

-- nil, or the answer if a device has asked for something else than this, or waits no longer.
function authorize:_refuse_other_device(event, request)
	local user_code, scope = request:user_code(), request:scope();
	if not user_code then return nil; end
	local record, err = self.device_codes:get_waiting(user_code);
	if err then return self:_failed(event, err); end
	if not record then return self.pages.device(event, "unknown"); end
	if scope == "" or oauth.narrowed_scope(record.scope, scope) then return nil; end
	self.metrics.refused("authorize", "invalid_scope");
	return self.pages.error(event, 400, "request", "'scope' is not what the device asked for");
end

-- The request and its client, or nil and the answer.
function authorize:_read(event)
	local request, client_or_location, code, description = oauth.authorization_request(self.registrar, self.policy,
		self.scopes.known(), event.request.url.query, os.time(), self.server.issuer());
	if request and self.clients:accepts(client_or_location) then
		local refused = self:_refuse_other_device(event, request);
		return not refused and request or nil, refused or client_or_location;
	end
	if request then
		client_or_location, code, description = nil, "invalid_request", "Invalid 'client_id' parameter";
	end
	self.metrics.refused("authorize", code);
	if client_or_location then return nil, self.pages.redirect(client_or_location); end
	return nil, self.pages.error(event, 400, error_kinds[description] or "request", description);
end

-- Tells the client, or if that is not possible the user.
function authorize:_refuse(event, request, code, description, kind)
	self.metrics.refused("authorize", code);
	local location = request:refusal(self.server.issuer(), code, description);
	if location then return self.pages.redirect(location); end
	return self.pages.error(event, 400, kind or "request", not kind and description or nil);
end

-- A device is told, too.
function authorize:_end(event, request, description, kind)
	local user_code, err = request:user_code(), nil;
	if user_code then err = select(2, self.device_codes:deny(user_code)); end
	if err then return self:_failed(event, err); end
	return self:_refuse(event, request, "access_denied", description, kind);
end

function authorize:_denied(event, request)
	return self:_end(event, request, "The user has refused", "denied");
end

local function hint_of(request)
	local hint = request:login_hint();
	if not hint or #hint > 1023 then return nil; end
	if not hint:find("@", 1, true) then return hint; end
	local username, host = jid_prepped_split(hint);
	return host == module.host and username or nil;
end

function authorize:login_page(event)
	local request, client_or_answer = self:_read(event);
	if not request then return client_or_answer; end
	return self.pages.login(event, client_or_answer, nil, hint_of(request));
end

local function is_text(value)
	return is_utf8(value) and not value:find("\0", 1, true);
end

-- What the form says; or nil if it makes no sense.
local function read_form(request)
	local content_type = (request.headers.content_type or ""):match("^[^;]*"):lower();
	if not content_type:find("^%s*application/x%-www%-form%-urlencoded%s*$") then return nil; end
	local values, bad = forms.fields(request.body or "", { "username", "password", "user_token", "consent" });
	if next(bad) then return nil; end
	local ticked, pairs_sent = {}, http.formdecode(request.body or "");
	for _, pair in ipairs(type(pairs_sent) == "table" and pairs_sent or {}) do
		if pair.name == "scope" then
			if not is_text(pair.value) then return nil; end
			table.insert(ticked, pair.value);
		end
	end
	values.ticked = ticked;
	return values;
end

-- OpenID Connect Core §3.1.2.1: a request may come as a form of the client's. From then on it is in the address.
local function as_query(request)
	if request.url.query or not forms.field(request.body or "", "client_id") then return nil; end
	local parameters = http.formdecode(request.body);
	return type(parameters) == "table" and http.formencode(parameters) or nil;
end

function authorize:submitted(event)
	local query = as_query(event.request);
	if query then return self.pages.redirect(self.server.url("/authorize?") .. query); end
	if forms.is_from_elsewhere(module, event.request) then return self.pages.error(event, 403, "elsewhere"); end
	local request, client_or_answer = self:_read(event);
	if not request then return client_or_answer; end
	local form = read_form(event.request);
	if not form then return self.pages.error(event, 400, "form"); end
	if form.user_token then return self:_decided(event, request, client_or_answer, form); end
	if form.consent == "denied" then return self:_denied(event, request); end
	return self:_log_in(event, request, client_or_answer, form);
end

-- Waits.
function authorize:_log_in(event, request, client, form)
	local name = form.username or "";
	local username, problem, retry_after = self.login:check(event.request, client, name, form.password or "", "x-www-form");
	if not username then
		return self.pages.login(event, client, problem, #name <= 1023 and name:match("^[^@]*") or nil, retry_after);
	end
	-- It may have been revoked meanwhile.
	if not self.clients:is_good(client) then return self.pages.error(event, 400, "client"); end
	local scope = self.scopes.known():grant(request:scope(), self.scopes.assumable(username));
	if scope == "" and request:scope() ~= "" then return self:_nothing(event, request); end
	if not request:asks_consent() then return self:_consented_before(event, request, client, username, scope); end
	local user_token = request:login_token(self.registrar, username, os.time(), self.server.nonce());
	return self.pages.consent(event, client, username, user_token, scope);
end

function authorize:_nothing(event, request)
	return self:_end(event, request, "Nothing was granted", "nothing");
end

-- The client wants nobody to be asked, which is right if he has agreed to the same before.
function authorize:_consented_before(event, request, client, username, scope)
	local has_granted, err = self.tokens:has_granted(username, client, scope);
	if err then return self:_failed(event, err); end
	if not has_granted then
		return self:_refuse(event, request, "consent_required", "The user must consent");
	end
	return self:_grant(event, request, client, { username = username; auth_time = os.time() });
end

function authorize:_decided(event, request, client, form)
	local username, auth_time = request:read_login_token(self.registrar, form.user_token, os.time());
	local is_active, err;
	if username then is_active, err = self.server.is_active(username); end
	if err then return self:_failed(event, err); end
	if not is_active or self.server.has_other_password(username, auth_time) then
		return self.pages.login(event, client, "expired", hint_of(request));
	end
	if form.consent ~= "granted" then return self:_denied(event, request); end
	return self:_grant(event, request, client, { username = username; auth_time = auth_time; ticked = form.ticked });
end

function authorize:_grant(event, request, client, login)
	local scope, role = self.scopes.known():grant(request:scope(), self.scopes.assumable(login.username), login.ticked);
	if scope == "" and request:scope() ~= "" then return self:_nothing(event, request); end
	module:fire_event("oauth2-authorized", {
		username = login.username; host = module.host; ip = event.request.ip; scope = scope;
		client = { name = client:text("client_name"); uri = client:text("client_uri"); hash = client:hash() };
	});
	login.scope, login.role = scope, role;
	if request:user_code() then return self:_to_device(event, request, client, login); end
	if request:response_type() == "token" then return self:_token(event, request, client, login); end
	return self:_code(event, request, client, login);
end

function authorize:_to_device(event, request, client, login)
	local granted = { username = login.username; scope = login.scope; auth_time = login.auth_time };
	local ok, err = self.device_codes:grant(request:user_code(), granted);
	if ok then return self.pages.device_done(event, client); end
	if not err then return self.pages.device(event, "unknown"); end
	return self:_failed(event, err);
end

function authorize:_code(event, request, client, login)
	local code = request:code(self.registrar, login.username, login.auth_time, login.scope, os.time(), self.server.nonce());
	if request:is_out_of_band() then return self.pages.code(event, client, code); end
	return self.pages.redirect(request:location(self.server.issuer(), { "code", code }));
end

-- RFC 6749 §4.2.2: without a refresh token.
function authorize:_token(event, request, client, login)
	local jid = self.tokens.jid_of(login.username);
	local grant, err = self.tokens:grant({
		jid = jid; username = login.username; client = client; scope = login.scope; auth_time = login.auth_time;
	});
	local issued;
	if grant then
		issued, err = self.tokens:issue({
			client = client; grant = grant; scope = login.scope; without_refresh = true;
			role = login.role and self.scopes.role_name(login.username, login.role);
		});
	end
	if not issued then
		if grant then self.tokens:give_up(login.username, grant); end
		module:log("error", "A token could not be stored: %s", err);
		return self:_refuse(event, request, "server_error", "The token could not be stored", "failed");
	end
	self.metrics.granted("implicit");
	local answer = { "access_token", issued.access_token, "token_type", issued.token_type, "scope", issued.scope };
	if issued.expires_in then
		table.insert(answer, "expires_in");
		table.insert(answer, ("%d"):format(issued.expires_in));
	end
	return self.pages.redirect(request:location(self.server.issuer(), answer));
end

local function new(parts)
	return setmetatable(parts, authorize_mt);
end

return { new = new };
