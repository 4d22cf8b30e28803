-- How often somebody may try something.
--
--     local limit = require "frontdoor.limit".new(20, 600); -- 20 times in 10 minutes; 0 times: no limit
--     local ok, retry_after = limit:try(network_of(request.ip));
--
-- limit:forgive(who) gives a try back, where only failures count.
-- Tries come back gradually: whoever has used up 20 in 10 minutes gets a new one every 30 seconds.

local new_cache = require "prosody.util.cache".new;
local new_throttle = require "prosody.util.throttle".create;

local network = require "frontdoor".web.network;

local max_known = 10000; -- whoever has not tried for longest is forgotten first

local limit = {};
local limit_mt = { __index = limit };

-- true, or nil and the seconds until the next try.
function limit:try(who)
	if self.times == 0 then return true; end
	local throttle = self.known:get(who);
	if not throttle then
		throttle = new_throttle(self.times, self.seconds);
		self.known:set(who, throttle);
	end
	throttle:update(); -- which poll() leaves out while there are tries left, and counts that time again later
	local ok, _, missing = throttle:poll(1);
	if ok then return true; end
	return nil, math.ceil(missing / throttle.rate);
end

-- Takes a try back: it is not of those that count.
function limit:forgive(who)
	local throttle = self.known:get(who);
	if throttle then
		throttle.balance = math.min(throttle.max, throttle:update() + 1);
	end
end

local function new(times, seconds)
	return setmetatable({ times = times; seconds = seconds; known = new_cache(max_known) }, limit_mt);
end

-- Whom an address stands for: somebody with IPv6 has more addresses than can be counted.
local function network_of(ip)
	return network(ip) or ip;
end

return { new = new; network_of = network_of };
