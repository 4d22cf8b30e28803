-- What is known of an account, whatever its record looks like: somebody may have damaged it.

local usermanager = require "prosody.core.usermanager";

local function number_or_nil(value)
	return type(value) == "number" and value or nil;
end

-- When the account was made, and when it got its password: nil for what the provider does not know, or cannot read.
local function times(username, host)
	local ok, info = pcall(usermanager.get_account_info, username, host);
	if not ok or not info then return nil, nil; end
	return number_or_nil(info.created), number_or_nil(info.password_updated);
end

local kinds = { salt = "string"; stored_key = "string"; server_key = "string"; password = "string"; iteration_count = "number" };

-- A record of mod_auth_internal_hashed as it is; nil for one with which nobody can log in.
local function readable(record)
	if type(record) ~= "table" then return nil; end
	for field, kind in pairs(kinds) do
		if record[field] ~= nil and type(record[field]) ~= kind then return nil; end
	end
	return record;
end

return { times = times; readable = readable };
