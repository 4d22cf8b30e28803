-- How often somebody may try something.
--
--     local limit = require "frontdoor.limit".new(20, 600); -- 20 times in 10 minutes; 0 times: no limit
--     local ok, retry_after = limit:try(network_of(request.ip));
--
-- limit:forgive(who) gives a try back, where only failures count.
-- Tries come back gradually: whoever has used up 20 in 10 minutes gets a new one every 30 seconds. However the
-- clock is set, nobody waits for longer or shorter.

local now = require "prosody.util.time".monotonic;

local core = require "frontdoor";

local max_known = 10000; -- whoever has not tried for longest is forgotten first

local limit = {};
local limit_mt = { __index = limit };

-- true, or nil and the seconds until the next try.
function limit:try(who)
	local retry_after = self.counts:try_once(who, now());
	if retry_after then return nil, retry_after; end
	return true;
end

-- Takes a try back: it is not of those that count.
function limit:forgive(who)
	self.counts:forgive(who, now());
end

local function new(times, seconds)
	return setmetatable({ counts = core.limit.new(times, seconds, max_known) }, limit_mt);
end

-- Whom an address stands for: somebody with IPv6 has more addresses than can be counted.
local function network_of(ip)
	return core.web.network(ip) or ip;
end

return { new = new; network_of = network_of };
