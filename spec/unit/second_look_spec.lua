local new = require "frontdoor.second_look".new;

describe("frontdoor.second_look", function ()
	local second_look;

	before_each(function () second_look = new(); end);

	-- What is said of them when they are looked at together.
	local function look(old)
		second_look:begin();
		local confirmed = {};
		for key, is_old in pairs(old) do
			confirmed[key] = second_look:confirms(key, is_old) or false;
		end
		return confirmed;
	end

	it("confirms what is old twice in a row", function ()
		assert.same({ a = false, b = false }, look({ a = true, b = false }));
		assert.same({ a = true, b = false }, look({ a = true, b = true }));
		assert.same({ b = true }, look({ b = true }));
	end);

	it("forgets what was old in between", function ()
		look({ a = true });
		assert.same({ a = false }, look({ a = false }));
		assert.same({ a = false }, look({ a = true }));
		assert.same({ a = true }, look({ a = true }));
	end);

	it("begins anew with what has been confirmed", function ()
		look({ a = true });
		assert.same({ a = true }, look({ a = true }));
		assert.same({ a = false }, look({ a = true }));
		assert.same({ a = true }, look({ a = true }));
	end);
end);
