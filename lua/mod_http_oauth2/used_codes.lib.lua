-- Codes whose grants have ended before the codes would have: nobody may redeem them once more. Otherwise the grant
-- knows its code, and nothing is kept here.

local records = require "frontdoor.records";

local lifetime = 600; -- seconds; that of a code

local used_codes = {};
local used_codes_mt = { __index = used_codes };

-- Called for each grant that comes of a code.
function used_codes:redeemed(grant)
	self.recent[grant.id] = grant;
end

-- Modules of others end grants, too; they do not tell what was in them.
function used_codes:_ended(grant_id)
	local grant = self.recent[grant_id];
	self.recent[grant_id] = nil;
	if grant then self:add(grant.data.oauth2_code, grant.created); end
end

-- Remembers a code that was redeemed at this time: true, or nil and an error.
function used_codes:add(code_id, redeemed_at)
	local expires = redeemed_at + lifetime;
	if expires <= os.time() then return true; end
	local ok, err = self.store:set(code_id, { expires = expires });
	if ok then return true; end
	module:log("error", "A code that is used up could not be remembered: %s", err);
	return nil, err;
end

function used_codes:contains(code_id)
	return self.store:get(code_id) ~= nil;
end

function used_codes:_tidy()
	local now = os.time();
	for grant_id, grant in pairs(self.recent) do
		if grant.created + lifetime <= now then self.recent[grant_id] = nil; end
	end
	records.purge(self.store, function (record) return type(record) ~= "table" or (record.expires or 0) <= now; end);
end

local function new()
	local self = setmetatable({ store = module:open_store("oauth2_used_codes"); recent = {} }, used_codes_mt);
	module:hook("token-grant-revoked", function (event) self:_ended(event.id); end);
	module:hourly("Forget codes that have expired", function () self:_tidy(); end);
	return self;
end

return { new = new };
