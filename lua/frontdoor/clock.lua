-- A clock that may be set at any time, and records that were made before that.

-- Servers that share a database have clocks that differ a little, and a clock may be corrected by a little.
local max_skew = 300; -- seconds

-- Whether something was made by a clock that was ahead. Until it is true it counts as over: otherwise it would live
-- for longer than it may. It is kept, since it may be the clock of today that is wrong.
local function is_from_future(made)
	return type(made) == "number" and made > os.time() + max_skew;
end

return { is_from_future = is_from_future };
