-- For the server specs only: a server whose clock is ahead.
--
--     POST /test_clock  <seconds>  ->  by how much it is ahead now
--
-- Every Lua module that asks os.time() believes it; timers, logs and rate limits keep the real time.

module:depends("http");

local clock = prosody.test_clock;
if not clock then -- one for all hosts
	clock = { ahead = 0; time = os.time };
	prosody.test_clock = clock; -- luacheck: ignore 122
	os.time = function (date) -- luacheck: ignore 122
		return date and clock.time(date) or clock.time() + clock.ahead;
	end
end

module:provides("http", {
	default_path = "/test_clock";
	route = {
		POST = function (event)
			clock.ahead = clock.ahead + tonumber(event.request.body);
			return tostring(clock.ahead);
		end;
	};
});
