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

	describe("open", function ()
		local logged;

		local function open(content, shape)
			logged = {};
			local module = {
				open_store = function (_, name) assert(name == "some_store"); return store_of(content); end;
				log = function (_, level, format, ...) table.insert(logged, level .. " " .. format:format(...)); end;
			};
			return records.open(module, "some_store", shape);
		end

		local function new_content()
			return {
				whole = { expires = 5; note = "x" }; least = { expires = 5 };
				number = 5; text = "x"; boolean = true; empty = {}; missing = { note = "x" };
				wrong = { expires = "5" }; wrong_note = { expires = 5; note = 5 };
			};
		end

		local shape = { expires = "number"; note = "string?" };

		it("gives records that are whole, and nil for all others", function ()
			local content = new_content();
			local store = open(content, shape);
			for key, record in pairs(content) do
				local is_whole = key == "whole" or key == "least";
				assert.equal(is_whole and record or nil, (store:get(key)), key);
			end
			assert.equal(7, #logged);
			assert.equal(nil, store:get("nobody"));
			assert.equal(7, #logged);
		end);

		it("passes an error of the storage on", function ()
			local store = open({}, shape);
			store.store.get = function () return nil, "disk on fire"; end;
			assert.same({ nil, "disk on fire", n = 2 }, table.pack(store:get("x")));
		end);

		it("lists records that are whole", function ()
			assert.same({ whole = { expires = 5; note = "x" }; least = { expires = 5 } }, open(new_content(), shape):all());
		end);

		it("removes what is damaged with what is old, and says so once", function ()
			local content = new_content();
			content.old = { expires = 1 };
			open(content, shape):purge(function (record) return record.expires < 2; end);
			assert.same({ whole = { expires = 5; note = "x" }; least = { expires = 5 } }, content);
			assert.same({ "warn 7 damaged records were removed from the store some_store" }, logged);
		end);

		it("replaces a damaged record", function ()
			local content = new_content();
			local store = open(content, shape);
			assert.equal(true, store:set("empty", { expires = 9 }));
			assert.same({ expires = 9 }, (store:get("empty")));
		end);
	end);
end);
