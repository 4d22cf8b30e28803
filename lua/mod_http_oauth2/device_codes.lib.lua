-- What devices ask for (RFC 8628), until it is fetched. A record is { client_id, scope, expires, granted?, denied? }, under
-- a name that does not tell the code people type.

local random_bytes = require "prosody.util.random".bytes;

local is_from_future = require "frontdoor.clock".is_from_future;
local jobs = require "frontdoor.jobs";
local oauth = require "frontdoor".oauth;
local records = require "frontdoor.records";

local lifetime = 600; -- seconds
local interval = 5; -- seconds between two questions of a device, and what each that comes too early adds
local attempts = 10; -- at a code that nobody has yet

local device_codes = {};
local device_codes_mt = { __index = device_codes };

function device_codes:_key(user_code)
	return self.registrar:user_code_id(user_code);
end

local function is_whole(record)
	return type(record) == "table" and type(record.expires) == "number" and type(record.client_id) == "string"
		and type(record.scope) == "string";
end

local function is_current(record)
	return record.expires > os.time() and not is_from_future(record.expires - lifetime);
end

-- The record of a code that has not expired; or nil and an error, if the store has one.
function device_codes:get(user_code)
	local record, err = self.store:get(self:_key(user_code));
	if err then return nil, err; end
	if not is_whole(record) or not is_current(record) then return nil; end
	return record;
end

-- The same, while nobody has decided.
function device_codes:get_waiting(user_code)
	local record, err = self:get(user_code);
	if not record or record.granted or record.denied then return nil, err; end
	return record;
end

-- A code that nobody has; nil if there is none to be found.
function device_codes:_free_code()
	for _ = 1, attempts do
		local user_code = oauth.user_code(random_bytes(32));
		if user_code and not self:get(user_code) then return user_code; end
	end
end

-- { user_code, device_code, expires_in, interval } for a client, or nil and an error.
function device_codes:create(client, scope)
	local user_code, now = self:_free_code(), os.time();
	if not user_code then return nil, "there are no codes left"; end
	local ok, err = self.store:set(self:_key(user_code), { client_id = client:id(); scope = scope; expires = now + lifetime });
	if not ok then return nil, err; end
	return {
		user_code = user_code; expires_in = lifetime; interval = interval;
		device_code = oauth.device_token(self.registrar, "device_code", client, user_code, now, self.server.nonce());
	};
end

-- The `state` with which the user's browser goes through the authorization endpoint.
function device_codes:state(client, user_code)
	return oauth.device_token(self.registrar, "state", client, user_code, os.time(), self.server.nonce());
end

-- Changes what is stored of a code that nobody has answered yet: true, or nil and an error, if there is one.
function device_codes:_answer(user_code, name, value)
	local record, err = self:get_waiting(user_code);
	if not record then return nil, err; end
	record[name] = value;
	return self.store:set(self:_key(user_code), record);
end

-- { username, scope, auth_time }
function device_codes:grant(user_code, granted)
	return self:_answer(user_code, "granted", granted);
end

function device_codes:deny(user_code)
	return self:_answer(user_code, "denied", true);
end

-- Whether a device asks too soon (RFC 8628 §3.5). Only in memory: a restart makes nobody wait longer.
function device_codes:is_too_fast(user_code)
	local now = os.time();
	local poll = self.polls[user_code];
	self.polls[user_code] = { at = now; interval = poll and poll.interval or interval };
	if not poll or now - poll.at >= poll.interval then return false; end
	self.polls[user_code].interval = poll.interval + interval;
	return true;
end

function device_codes:_tidy()
	local now = os.time();
	for user_code, poll in pairs(self.polls) do
		if poll.at + lifetime < now then self.polls[user_code] = nil; end
	end
	records.purge(self.store, function (record) return not is_whole(record) or record.expires <= now; end);
end

local function new(registrar, server)
	local self = setmetatable({
		registrar = registrar; server = server; store = module:open_store("oauth2_device_codes"); polls = {};
	}, device_codes_mt);
	jobs.hourly(module, "Forget codes of devices that have expired", function () self:_tidy(); end);
	return self;
end

return { new = new };
