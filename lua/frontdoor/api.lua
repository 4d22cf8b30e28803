-- Answers of the HTTP APIs: JSON, never stored by anybody, and the same again for who asks again.
--
--     local api = require "frontdoor.api".new(module); -- and its default_path, if it has one
--     return api:answer(200, { jid = "juliet@example.org" });
--     return api:refuse(404, "not_found", "There is no such invite.");
--
-- An error is { "error": a name, "error_description": a sentence }.

local json = require "prosody.util.json";
local sha256 = require "prosody.util.hashes".sha256;

local is_from_future = require "frontdoor.clock".is_from_future;
local jobs = require "frontdoor.jobs";
local is_idempotency_key = require "frontdoor".invites.idempotency_key;
local records = require "frontdoor.records";

local remembered_for = 86400; -- seconds

local api = {};
local api_mt = { __index = api };

local function is_old(known)
	return known.created <= os.time() - remembered_for or is_from_future(known.created);
end

function api:answer(status, body, headers) -- luacheck: ignore 212/self
	headers = headers or {};
	headers.cache_control = "no-store";
	headers.x_content_type_options = "nosniff";
	headers.content_type = body and "application/json" or nil;
	headers.access_control_expose_headers = "Location, Retry-After";
	return { status_code = status; headers = headers; body = body and json.encode(body) or "" };
end

function api:refuse(status, name, description, headers, more)
	local body = more or {};
	body.error, body.error_description = name, description;
	return self:answer(status, body, headers);
end

local function hash_of(caller, text)
	return sha256(caller .. "\0" .. text, true);
end

-- The answer that the same request got before, if it has an Idempotency-Key; or nil, and a function that remembers
-- the answer. `caller` is who asks and `what` the request: of both there is only a hash in the storage, so if the
-- request has a password the caller has to be a secret too.
function api:recall(request, caller, what)
	local key = request.headers.idempotency_key;
	if not key then
		return nil, function (answer) return answer; end;
	elseif not is_idempotency_key(key) then
		return self:refuse(400, "invalid_request", "The header Idempotency-Key must have 1 to 255 printable ASCII characters.");
	end
	local id, fingerprint = hash_of(caller, key), hash_of(caller, what);
	local known, err = self.answers:get(id);
	if err then
		self.module:log("error", "Could not look up an earlier answer: %s", err);
		return self:refuse(500, "server_error", "The storage failed. Try again with the same Idempotency-Key.");
	elseif known and not is_old(known) then
		if known.fingerprint ~= fingerprint then
			return self:refuse(422, "invalid_request", "This Idempotency-Key was used for another request.");
		end
		return { status_code = known.status; headers = known.headers; body = known.body };
	end
	return nil, function (answer)
		self.answers:set(id, {
			created = os.time(); fingerprint = fingerprint;
			status = answer.status_code; headers = answer.headers; body = answer.body;
		});
		return answer;
	end;
end

function api:_forget_old()
	self.answers:purge(function (known) return known.created <= os.time() - remembered_for; end);
end

-- The module's openapi.json, with the address of this server.
function api:description()
	local file = assert(self.module:load_resource("openapi.json"));
	local description = json.decode(file:read("*a"));
	file:close();
	description.servers = { { url = self.module:http_url(nil, self.default_path) } };
	return self:answer(200, description);
end

local function new(module, default_path)
	local self = setmetatable({
		module = module;
		default_path = default_path;
		answers = records.open(module, module.name .. "_answers", {
			created = "number"; fingerprint = "string"; status = "number"; headers = "table"; body = "string";
		});
		-- Programs in browsers may use it, from any website.
		cors = { enabled = true; headers = { Authorization = true; ["Idempotency-Key"] = true } };
	}, api_mt);
	jobs.daily(module, "Forget answers to old requests", function () self:_forget_old(); end);
	return self;
end

return { new = new };
