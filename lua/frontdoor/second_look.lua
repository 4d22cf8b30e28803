-- Before something old is forgotten it is looked at twice, a job's interval apart: a clock that was ahead for a moment, and is
-- right again at the second look, costs nothing.
--
--     local second_look = require "frontdoor.second_look".new();
--     second_look:begin(); -- each time that the job is done
--     if second_look:confirms(key, is_old) then … end -- for each of what there is

local second_look = {};
local second_look_mt = { __index = second_look };

function second_look:begin()
	self.before, self.now = self.now, {};
end

-- Whether what is called so is old, and was so when it was last looked at. Then it is new to the next look.
function second_look:confirms(key, is_old)
	local is_confirmed = is_old and self.before[key] ~= nil;
	self.now[key] = is_old and not is_confirmed or nil;
	return is_confirmed;
end

return { new = function () return setmetatable({ now = {} }, second_look_mt); end };
