-- Random bytes of this host, made at the first start and stored. Codes and logins need them as well as
-- oauth2_registration_key, so whoever has read the configuration, or the store, can log in as nobody.

local base64 = require "prosody.util.encodings".base64;
local random_bytes = require "prosody.util.random".bytes;

local length = 32;

local store = module:open_store("oauth2_host_secret"); -- [nil] = { secret = in base64 }

local function read(record)
	local secret = type(record) == "table" and type(record.secret) == "string" and base64.decode(record.secret);
	return secret and #secret == length and secret or nil;
end

local function make()
	local secret = random_bytes(length);
	local ok, err = store:set(nil, { secret = base64.encode(secret) });
	if not ok then error("The secret of this host could not be stored: " .. tostring(err), 0); end
	return secret;
end

return function ()
	local record, err = store:get(nil);
	-- Another one in its place would end all that is under way.
	if err then error("The secret of this host could not be read: " .. tostring(err), 0); end
	local secret = read(record);
	if record ~= nil and not secret then
		module:log("warn", "The stored secret of this host is damaged. There is a new one; who is logging in has to begin again");
	end
	return secret or make();
end
