-- Does something that can be done once, such as using an invite, for one of several who try at the same time.
--
--     local ok, why, more = once("example.org/token", "what exactly", function () … return true; end);
--
-- The others wait, then try in turn - they are told that they have waited - and find out for themselves that it
-- is done. Only who wanted exactly the
-- same - somebody tapped a button twice - gets the good outcome of the first. Waits, so it runs where
-- async.wait_for() may.

local async = require "prosody.util.async";
local deferred = require "frontdoor.deferred";

local under_way = {}; -- [key] = { by = what exactly, outcome = promise of true or false }

local function once(key, by, act)
	local other = under_way[key];
	local has_waited = other ~= nil;
	while other do
		local went_well = async.wait_for(other.outcome);
		if went_well and other.by == by then return true; end
		other = under_way[key];
	end

	local outcome, settle = deferred();
	under_way[key] = { by = by; outcome = outcome };
	local ran, ok, why, more = pcall(act, has_waited);
	under_way[key] = nil;
	settle(ran and ok or false);
	if not ran then error(ok, 0); end
	return ok, why, more;
end

return once;
