-- prosodyctl mod_http_oauth2: makes a key.

local base64 = require "prosody.util.encodings".base64;
local random_bytes = require "prosody.util.random".bytes;

local key_length = 48; -- bytes, which make 64 characters of base64 and no padding

local usage = [[
Usage:

  prosodyctl mod_http_oauth2 generate_key

generate_key prints the line for the configuration with which clients can register. Keep it secret, and keep it: with
another key, clients that have registered are unknown, unless you put the old one into
oauth2_registration_previous_keys.
]];

-- Returns the exit status: 0, or 2 if it was called wrongly.
return function (arguments)
	if arguments[1] == "generate_key" and not arguments[2] then
		print(('oauth2_registration_key = "%s"'):format(base64.encode(random_bytes(key_length))));
		return 0;
	elseif arguments[1] == "--help" or arguments[1] == "-h" or arguments[1] == "-?" then
		io.write(usage);
		return 0;
	end
	io.stderr:write(usage);
	return 2;
end
