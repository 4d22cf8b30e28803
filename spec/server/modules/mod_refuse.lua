-- For the server specs only: a module that objects to some registrations, waits before others, and has a
-- bad day now and then.

local async = require "prosody.util.async";

local function starts_with(event, beginning)
	return event.username:sub(1, #beginning) == beginning;
end

module:hook("user-registering", function (event)
	if starts_with(event, "waiting") then
		async.sleep(0.05); -- as mod_register_dnsbl does, which asks a name server
	end
	if starts_with(event, "unwanted") or starts_with(event, "waitingunwanted") then
		event.allowed = false;
		event.reason = "Nobody of this name is wanted here";
	elseif starts_with(event, "breaking") then
		error("a module that fails before");
	end
end);

module:hook("user-registered", function (event)
	if starts_with(event, "crashing") then
		error("a module that fails after");
	end
end);
