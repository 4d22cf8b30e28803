-- Clients register (RFC 7591) and look after their registration (RFC 7592).

local array = require "prosody.util.array";
local errors = require "prosody.util.error";
local json = require "prosody.util.json";
local random_bytes = require "prosody.util.random".bytes;

local field = require "frontdoor.forms".field;
local limits = require "frontdoor.limit";
local network_of = limits.network_of;

local limit = limits.new(module:get_option_integer("oauth2_registration_limit", 30, 0), 600);

local nonce_length = 9; -- bytes; what makes every client_id another one

local clients = {};
local clients_mt = { __index = clients };

-- Whether the operator's own check, if there is one, lets a client be one.
function clients:accepts(client)
	return not self.claim_verifier or self.claim_verifier(json.decode(client:claims())) and true or false;
end

-- Whether it still is one, after some time.
function clients:is_good(client)
	return self.registrar:open(client:id(), os.time()) ~= nil;
end

-- RFC 6750 §3: who has sent no token is not told of an error.
function clients:_refuse(request, status, body)
	if status ~= 401 then return self.answers.refused("register", status, body); end
	local challenge = ('Bearer realm="%s"'):format(module.host);
	if request.headers.authorization then
		challenge = challenge .. ', error="invalid_token"';
	end
	return self.answers.refused("register", status, body, { www_authenticate = challenge });
end

-- nil, or the answer to somebody who registers too often.
function clients:_slow_down(request)
	local may_try, retry_after = limit:try(network_of(request.ip));
	if may_try then return nil; end
	return self.answers.too_many("register", "slow_down", "Too many clients have been registered from this address. Try again later.",
		retry_after);
end

function clients:register(event)
	local request = event.request;
	local too_fast = self:_slow_down(request);
	if too_fast then return too_fast; end
	local may_register, status, refusal = self.registrar:admit(request.headers.authorization);
	if not may_register then return self:_refuse(request, status, refusal); end
	local body, hash_or_status, more = self.registrar:register(request.body or "", random_bytes(nonce_length), os.time(),
		self.server.url("/register"));
	if not body then return self:_refuse(request, hash_or_status, more); end
	self.metrics.registered();
	module:log("info", "%s registered a client of %s: %s", request.ip, more, hash_or_status);
	module:fire_event("oauth2-client-registered", { client = { hash = hash_or_status; uri = more }; ip = request.ip });
	return self.answers.answer(201, body);
end

-- The client that the request is about and has the token of; or nil and the answer.
function clients:_managed(request)
	local id = field(request.url.query, "client_id");
	local client, status, refusal = self.registrar:manage(id or "", request.headers.authorization, os.time());
	-- Whom the operator's own check rejects is refused as somebody without a token is.
	if client and not self:accepts(client) then
		client, status, refusal = self.registrar:manage("", nil, 0);
	end
	if not client then return nil, self:_refuse(request, status, refusal); end
	return client;
end

function clients:describe(event)
	local client, refused = self:_managed(event.request);
	if not client then return refused; end
	return self.answers.answer(200, self.registrar:describe(client, self.server.url("/register")));
end

-- Whether a client is revoked now, or nil and the answer: it is, only when the store says so.
function clients:_revoke(client, reason)
	reason.expires = client:expires_at();
	local ok, err = self.revocations:add("client_hash", client:hash(), reason);
	if ok then
		self.grants:sweep_soon();
		return true;
	end
	module:log("error", "Could not revoke the client %s: %s", client:hash(), err);
	return nil, self.answers.refuse("register", "server_error", "The client could not be revoked, and is what it was. Try again later.",
		nil, 500);
end

function clients:replace(event)
	local request = event.request;
	local too_fast = self:_slow_down(request);
	if too_fast then return too_fast; end
	local old, refused = self:_managed(request);
	if not old then return refused; end
	local body, hash_or_status, more = self.registrar:replace(old, request.body or "", random_bytes(nonce_length), os.time(),
		self.server.url("/register"));
	if not body then return self:_refuse(request, hash_or_status, more); end
	local ok, failed = self:_revoke(old, { by = "client"; replaced_by = hash_or_status });
	if not ok then return failed; end
	module:log("info", "%s replaced the client %s of %s by %s", request.ip, old:hash(), more, hash_or_status);
	return self.answers.answer(200, body);
end

function clients:delete(event)
	local client, refused = self:_managed(event.request);
	if not client then return refused; end
	local ok, failed = self:_revoke(client, { by = "client" });
	if not ok then return failed; end
	module:log("info", "%s removed the client %s of %s", event.request.ip, client:hash(), client:text("client_uri"));
	return self.answers.answer(204, "");
end

-- In Lua an empty list does not tell that it is one.
local function with_lists(metadata)
	local copy = {};
	for member, value in pairs(metadata) do
		copy[member] = type(value) == "table" and array(value) or value;
	end
	return copy;
end

function clients:create(metadata)
	local body, hash_or_status, more = self.registrar:register(json.encode(with_lists(metadata)), random_bytes(nonce_length),
		os.time(), self.server.url("/register"));
	if not body then
		local response = json.decode(more);
		return nil, errors.new({
			type = "modify"; condition = "bad-request"; code = hash_or_status; text = response.error_description;
			extra = { oauth2_response = response };
		});
	end
	module:log("info", "Created a client of %s: %s", more, hash_or_status);
	return json.decode(body);
end

local function new(parts)
	return setmetatable(parts, clients_mt);
end

return { new = new };
