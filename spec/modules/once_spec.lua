-- frontdoor.once among several who try at the same time.

describe("frontdoor.once", function ()
	local host, async, once;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		async = require "prosody.util.async";
		once = require "frontdoor.once";
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	local events, outcomes, keys;

	before_each(function ()
		events, outcomes, keys = {}, {}, (keys or 0) + 1;
	end);

	-- Somebody who tries: an act that waits, and then gives this. The key is the same for all of a test.
	local function try(name, by, ...)
		local given = table.pack(...);
		async.runner(function ()
			outcomes[name] = table.pack(once("key " .. keys, by, function ()
				table.insert(events, name .. " begins");
				async.sleep(0.001);
				table.insert(events, name .. " ends");
				if given[1] == "fault" then error(given[2], 0); end
				return table.unpack(given, 1, given.n);
			end));
		end, { error = function (_, err) outcomes[name] = { fault = err:match("^[^\n]+") }; end }):run({});
	end

	local function wait_for(...)
		local names = { ... };
		host:run_until(function ()
			for _, name in ipairs(names) do
				if not outcomes[name] then return false; end
			end
			return true;
		end);
	end

	local function wait_a_moment()
		local passed = false;
		require "prosody.util.timer".add_task(0.005, function () passed = true; end);
		host:run_until(function () return passed; end);
	end

	it("gives what the act gives", function ()
		try("a", "x", true, "one", "two");
		wait_for("a");
		assert.same({ true, "one", "two", n = 3 }, outcomes.a);
		try("b", "x", nil, "why", "more");
		wait_for("b");
		assert.same({ nil, "why", "more", n = 3 }, outcomes.b);
	end);

	it("does not wait if nobody else is at it", function ()
		assert.same({ true, nil, nil, n = 3 }, table.pack(once("key", "x", function () return true; end)));
		assert.same({ nil, "why", nil, n = 3 }, table.pack(once("key", "x", function () return nil, "why"; end)));
	end);

	it("lets those who want different things act in turn", function ()
		for _, name in ipairs({ "a", "b", "c" }) do try(name, name, true, name); end
		wait_for("a", "b", "c");
		assert.same({ "a begins", "a ends", "b begins", "b ends", "c begins", "c ends" }, events);
		for _, name in ipairs({ "a", "b", "c" }) do assert.same({ true, name, nil, n = 3 }, outcomes[name]); end
	end);

	it("tells who acts whether he has waited", function ()
		local told = {};
		local function act(name)
			async.runner(function ()
				once("key", name, function (has_waited)
					async.sleep(0.001);
					told[name] = has_waited;
					return true;
				end);
			end):run({});
		end
		act("a");
		act("b");
		host:run_until(function () return told.b ~= nil; end);
		wait_a_moment();
		act("c");
		host:run_until(function () return told.c ~= nil; end);
		assert.same({ a = false; b = true; c = false }, told);
	end);

	it("gives the good outcome to all who want the same", function ()
		for _, name in ipairs({ "a", "b", "c" }) do try(name, "same", true, name); end
		wait_for("a", "b", "c");
		assert.same({ "a begins", "a ends" }, events);
		for _, name in ipairs({ "a", "b", "c" }) do assert.equal(true, outcomes[name][1]); end
	end);

	it("gives nobody the good outcome of another thing", function ()
		try("a", "x", true);
		try("b", "y", nil, "done already");
		try("c", "x", nil, "done already");
		wait_for("a", "b", "c");
		assert.same({ "a begins", "a ends", "b begins", "b ends" }, events);
		assert.same({ nil, "done already", nil, n = 3 }, outcomes.b);
		assert.equal(true, outcomes.c[1]);
	end);

	it("shares no bad outcome", function ()
		try("a", "same", nil, "busy");
		try("b", "same", true);
		try("c", "same", nil, "too late");
		wait_for("a", "b", "c");
		assert.same({ "a begins", "a ends", "b begins", "b ends" }, events);
		assert.same({ nil, "busy", nil, n = 3 }, outcomes.a);
		assert.equal(true, outcomes.b[1]);
		assert.equal(true, outcomes.c[1]);
	end);

	it("takes false for a bad outcome", function ()
		try("a", "same", false);
		try("b", "same", true);
		wait_for("a", "b");
		assert.same({ "a begins", "a ends", "b begins", "b ends" }, events);
		assert.equal(false, outcomes.a[1]);
	end);

	it("passes a fault on, to nobody but whose it is", function ()
		try("a", "same", "fault", "on purpose");
		try("b", "same", true);
		wait_for("a", "b");
		assert.matches("on purpose", outcomes.a.fault);
		assert.same({ "a begins", "a ends", "b begins", "b ends" }, events);
		assert.equal(true, outcomes.b[1]);
	end);

	it("passes a fault on as it is", function ()
		local err = {};
		local ok, passed = pcall(once, "key", "x", function () error(err); end);
		assert.falsy(ok);
		assert.equal(err, passed);
		assert.equal(true, (once("key", "x", function () return true; end)));
	end);

	it("begins anew once all are done", function ()
		try("a", "same", true);
		wait_for("a");
		wait_a_moment();
		try("b", "same", true);
		wait_for("b");
		assert.same({ "a begins", "a ends", "b begins", "b ends" }, events);
	end);

	it("does not let one key wait for another", function ()
		try("a", "x", true);
		keys = keys + 1;
		try("b", "x", true);
		wait_for("a", "b");
		assert.same({ "a begins", "b begins" }, { events[1], events[2] });
	end);

	it("keeps the order of many", function ()
		local names, expected = {}, {};
		for n = 1, 30 do
			names[n] = ("n%02d"):format(n);
			try(names[n], names[n], n % 3 == 0 or nil);
		end
		wait_for(table.unpack(names));
		for _, name in ipairs(names) do
			table.insert(expected, name .. " begins");
			table.insert(expected, name .. " ends");
		end
		assert.same(expected, events);
	end);
end);
