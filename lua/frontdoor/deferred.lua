-- A promise that somebody else settles, at any time.
--
--     local promised, settle = deferred();
--     settle(value); -- or settle(nil, err)
--
-- A promise learns how it can be settled in a later turn of the event loop, and the outcome may come before that.

local new_promise = require "prosody.util.promise".new;

local function deferred()
	local resolve, reject, value, err;
	local function deliver()
		if not resolve then
			return;
		elseif err ~= nil then
			reject(err);
		elseif value ~= nil then
			resolve(value);
		end
	end
	local promised = new_promise(function (...)
		resolve, reject = ...;
		deliver();
	end);
	return promised, function (...)
		value, err = ...;
		deliver();
	end
end

return deferred;
