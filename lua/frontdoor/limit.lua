-- How often somebody may try something.
--
--     local limit = require "frontdoor.limit".new(20, 600); -- 20 times in 10 minutes; 0 times: no limit
--     local ok, retry_after = limit:try(network_of(request.ip));
--
-- limit:forgive(who) gives a try back, where only failures count.
-- Tries come back gradually: whoever has used up 20 in 10 minutes gets a new one every 30 seconds. However the
-- clock is set, nobody waits for longer or shorter.

local new_cache = require "prosody.util.cache".new;
local now = require "prosody.util.time".monotonic;

local network = require "frontdoor".web.network;

local max_known = 10000; -- whoever has not tried for longest is forgotten first

local limit = {};
local limit_mt = { __index = limit };

-- { left = tries, at = time of the count }
function limit:_count(who)
	local count, time = self.known:get(who), now();
	if not count then
		count = { left = self.times; at = time };
		self.known:set(who, count);
	end
	count.left = math.min(self.times, count.left + (time - count.at) * self.rate);
	count.at = time;
	return count;
end

-- true, or nil and the seconds until the next try.
function limit:try(who)
	if self.times == 0 then return true; end
	local count = self:_count(who);
	if count.left >= 1 then
		count.left = count.left - 1;
		return true;
	end
	return nil, math.ceil((1 - count.left) / self.rate);
end

-- Takes a try back: it is not of those that count.
function limit:forgive(who)
	if self.times == 0 or not self.known:get(who) then return; end
	local count = self:_count(who);
	count.left = math.min(self.times, count.left + 1);
end

local function new(times, seconds)
	return setmetatable({ times = times; rate = times / seconds; known = new_cache(max_known) }, limit_mt);
end

-- Whom an address stands for: somebody with IPv6 has more addresses than can be counted.
local function network_of(ip)
	return network(ip) or ip;
end

return { new = new; network_of = network_of };
