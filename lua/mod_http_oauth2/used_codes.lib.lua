-- Codes that have been redeemed, until they would have expired: whatever becomes of the grant, nobody redeems them again.

local jobs = require "frontdoor.jobs";
local new_second_look = require "frontdoor.second_look".new;
local records = require "frontdoor.records";

local lifetime = 600; -- seconds; that of a code

local used_codes = {};
local used_codes_mt = { __index = used_codes };

-- true, or nil and an error.
function used_codes:add(code_id)
	return self.store:set(code_id, { expires = os.time() + lifetime });
end

-- Nothing came of it after all.
function used_codes:forget(code_id)
	return self.store:set(code_id, nil);
end

-- true, false, or nil and an error.
function used_codes:contains(code_id)
	local record, err = self.store:get(code_id);
	if err then return nil, err; end
	return record ~= nil;
end

local function is_old(record)
	return type(record) ~= "table" or type(record.expires) ~= "number" or record.expires <= os.time();
end

function used_codes:_forget_old()
	self.second_look:begin();
	records.purge(self.store, function (record, code_id)
		return self.second_look:confirms(code_id, is_old(record));
	end);
end

local function new()
	local self = setmetatable({ store = module:open_store("oauth2_used_codes"); second_look = new_second_look() }, used_codes_mt);
	jobs.hourly(module, "Forget codes that have expired", function () self:_forget_old(); end);
	return self;
end

return { new = new };
