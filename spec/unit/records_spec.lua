local records = require "frontdoor.records";

-- A store as strict as the strictest of Prosody's: nothing may change while it is being walked.
local function store_of(content)
	local walking = false;
	return {
		users = function ()
			walking = true;
			local key;
			return function ()
				key = next(content, key);
				walking = key ~= nil;
				return key;
			end
		end;
		get = function (_, key) return content[key]; end;
		set = function (_, key, value)
			assert(not walking, "the store changes while it is being walked");
			content[key] = value;
			return true;
		end;
	};
end

describe("frontdoor.records", function ()
	it("copies all", function ()
		local content = { a = { 1 }; b = { 2 } };
		local copy = records.all(store_of(content));
		assert.same(content, copy);
		assert.are_not.equal(content, copy);
		assert.same({}, records.all(store_of({})));
	end);

	it("removes what is old, once the walk is over", function ()
		local content = { a = { age = 1 }; b = { age = 9 }; c = { age = 8 }; d = { age = 2 } };
		records.purge(store_of(content), function (record) return record.age > 5; end);
		assert.same({ a = { age = 1 }; d = { age = 2 } }, content);
	end);
end);
