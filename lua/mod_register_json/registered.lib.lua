-- What follows once the account of a registration is stored, and what becomes of a registration whose confirmation a
-- power cut has interrupted.

local traceback = require "prosody.util.debug".traceback;
local xpcall = require "prosody.util.xpcall".xpcall;

-- The account exists, so a fault in another module does not make a failure of it.
local function announce(record)
	module:log("info", "Registration of %s from %s was confirmed", record.username, record.ip);
	local ok, err = xpcall(module.fire_event, traceback, module, "user-registered", {
		username = record.username, host = module.host, source = "mod_register_json";
		session = { type = "http", ip = record.ip };
	});
	if not ok then
		module:log("error", "Another module failed when it was told of %s: %s", record.username, err);
	end
end

-- Twice does no harm. The registration goes last: as long as it is there, this can be done again.
local function finish(id, record, parts)
	local is_kept = parts.mails:keep(record.mail, record.username);
	announce(record);
	if is_kept then
		parts.pending:remove(id, record);
	else
		module:log("error", "The mail address of %s could not be kept; it is tried again", record.username);
	end
end

-- Whether the account of a registration was stored before a power cut: then the rest is done now. Or nil and an error.
local function resume(id, record, parts)
	if not record.begun then return false; end
	local is_stored, err = parts.accounts:has_changed_since(record.username, record.begun);
	if is_stored then
		finish(id, record, parts);
	elseif err then
		module:log("error", "Could not find out whether %s was confirmed: %s", record.username, err);
	end
	return is_stored, err;
end

local function resume_all(parts)
	for id, record in pairs(parts.pending:all()) do
		resume(id, record, parts);
	end
end

-- Nobody has confirmed it in time. What cannot be found out now is left for the next time.
local function expire(id, record, parts)
	if resume(id, record, parts) == false then
		parts.pending:remove(id, record);
		parts.mails:release(record.mail, record.username);
	end
end

return { finish = finish; resume = resume; resume_all = resume_all; expire = expire };
