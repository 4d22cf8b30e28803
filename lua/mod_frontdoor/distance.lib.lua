-- How far a name is from those that exist, for "Did you mean …".

-- The number of letters to put in, take out, change or swap with the next one (optimal string alignment).
local function distance(one, other)
	local before, last = {}, {};
	for j = 0, #other do last[j] = j; end
	for i = 1, #one do
		local current = { [0] = i };
		for j = 1, #other do
			local same = one:byte(i) == other:byte(j);
			current[j] = math.min(last[j] + 1, current[j - 1] + 1, last[j - 1] + (same and 0 or 1));
			if i > 1 and j > 1 and one:byte(i) == other:byte(j - 1) and one:byte(i - 1) == other:byte(j) then
				current[j] = math.min(current[j], before[j - 2] + 1);
			end
		end
		before, last = last, current;
	end
	return last[#other];
end

local farthest = 3;

-- The nearest of the keys of a table, or nil if none is near.
local function nearest(name, known)
	local found, least = nil, farthest + 1;
	for other in pairs(known) do
		local steps = distance(name, other);
		if steps < least or steps == least and found and other < found then found, least = other, steps; end
	end
	return found;
end

return { between = distance, nearest = nearest };
