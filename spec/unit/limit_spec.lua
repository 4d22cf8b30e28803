-- frontdoor.limit, by a clock of its own.

local core = require "frontdoor";

-- Prosody's modules find each other as "prosody.util.x".
if not pcall(require, "prosody.util.cache") then require "loader"; end

describe("frontdoor.limit", function ()
	local limits, clock;

	-- The module keeps the function that tells the time, so it is loaded anew with ours.
	lazy_setup(function ()
		local time = require "prosody.util.time";
		local monotonic = time.monotonic;
		time.monotonic = function () return clock; end;
		package.loaded["frontdoor.limit"] = nil;
		limits = require "frontdoor.limit";
		time.monotonic = monotonic;
	end);

	lazy_teardown(function ()
		package.loaded["frontdoor.limit"] = nil;
	end);

	before_each(function () clock = 1700000000; end);

	local function try(limit, who)
		return table.pack(limit:try(who or "juliet"));
	end

	local function use_up(limit, times, who)
		for _ = 1, times do assert.same({ true, n = 1 }, try(limit, who)); end
	end

	it("allows so many tries, then says how many seconds to wait", function ()
		local limit = limits.new(20, 600);
		use_up(limit, 20);
		assert.same({ nil, 30, n = 2 }, try(limit));
		assert.same({ nil, 30, n = 2 }, try(limit));
	end);

	it("gives one try back after the other", function ()
		local limit = limits.new(20, 600);
		use_up(limit, 20);
		clock = clock + 29;
		assert.same({ nil, 1, n = 2 }, try(limit));
		clock = clock + 1;
		use_up(limit, 1);
		assert.same({ nil, 30, n = 2 }, try(limit));
		clock = clock + 60;
		use_up(limit, 2);
		assert.equal(nil, (limit:try("juliet")));
	end);

	it("gives back no more than there were", function ()
		local limit = limits.new(3, 60);
		use_up(limit, 3);
		clock = clock + 86400;
		use_up(limit, 3);
		assert.equal(nil, (limit:try("juliet")));
	end);

	it("gives back no more than there were, to whoever had some left", function ()
		local limit = limits.new(3, 60);
		use_up(limit, 1);
		clock = clock + 86400;
		use_up(limit, 3);
		assert.equal(nil, (limit:try("juliet")));
	end);

	it("counts each on his own", function ()
		local limit, other = limits.new(1, 60), limits.new(1, 60);
		use_up(limit, 1, "juliet");
		use_up(limit, 1, "romeo");
		use_up(other, 1, "juliet");
		assert.equal(nil, (limit:try("juliet")));
		assert.equal(nil, (limit:try("romeo")));
	end);

	it("says whole seconds, after which the next try succeeds", function ()
		for _, times in ipairs({ 1, 2, 3, 7, 20, 60, 1000 }) do
			for _, seconds in ipairs({ 1, 7, 60, 600, 3600 }) do
				local limit = limits.new(times, seconds);
				use_up(limit, times);
				for _ = 1, 10 do
					local ok, wait = limit:try("juliet");
					assert.equal(nil, ok);
					assert.equal("integer", math.type(wait));
					assert.truthy(wait >= 1 and wait <= seconds / times + 1, wait);
					clock = clock + wait;
					use_up(limit, 1);
					while limit:try("juliet") do end -- luacheck: ignore 542
				end
			end
		end
	end);

	it("has no limit where there are 0 times", function ()
		use_up(limits.new(0, 600), 1000);
	end);

	it("gives a try back that is forgiven", function ()
		local limit = limits.new(3, 600);
		use_up(limit, 3);
		assert.same({ n = 0 }, table.pack(limit:forgive("juliet")));
		use_up(limit, 1);
		assert.same({ nil, 200, n = 2 }, try(limit));
		limit:forgive("juliet");
		limit:forgive("juliet");
		use_up(limit, 2);
		assert.equal(nil, (limit:try("juliet")));
	end);

	it("never ends for whoever is forgiven each time", function ()
		local limit = limits.new(1, 600);
		for _ = 1, 100 do
			use_up(limit, 1);
			limit:forgive("juliet");
		end
		use_up(limit, 1);
		assert.same({ nil, 600, n = 2 }, try(limit));
	end);

	it("forgives no more than there was", function ()
		local limit = limits.new(2, 60);
		use_up(limit, 1);
		for _ = 1, 5 do limit:forgive("juliet"); end
		use_up(limit, 2);
		assert.equal(nil, (limit:try("juliet")));
		clock = clock + 86400;
		limit:forgive("juliet");
		use_up(limit, 2);
		assert.equal(nil, (limit:try("juliet")));
	end);

	it("forgives each on his own", function ()
		local limit = limits.new(1, 60);
		use_up(limit, 1, "juliet");
		use_up(limit, 1, "romeo");
		limit:forgive("juliet");
		assert.equal(nil, (limit:try("romeo")));
		use_up(limit, 1, "juliet");
	end);

	it("forgives whoever has not tried, and where there is no limit, nothing", function ()
		local limit, unlimited = limits.new(1, 60), limits.new(0, 60);
		limit:forgive("juliet");
		use_up(limit, 1);
		assert.equal(nil, (limit:try("juliet")));
		unlimited:forgive("juliet");
		use_up(unlimited, 2);
	end);

	it("forgets of 10000 the one who has not tried for longest", function ()
		local limit = limits.new(1, 600);
		for number = 1, 10000 do use_up(limit, 1, "stranger " .. number); end
		assert.equal(nil, (limit:try("stranger 1")));
		use_up(limit, 1, "one more");
		assert.equal(nil, (limit:try("stranger 1")));
		use_up(limit, 1, "stranger 2");
	end);

	it("is made by numbers that make sense", function ()
		for _, wrong in ipairs({ { -1, 600, 1 }, { 1.5, 600, 1 }, { "x", 600, 1 }, { 1, 0, 1 }, { 1, -1, 1 }, { 1, 600, 0 }, {} }) do
			assert.is_false((pcall(core.limit.new, wrong[1], wrong[2], wrong[3])));
		end
		local limit = core.limit.new(1.0, 60.0, 1);
		assert.is_false((pcall(limit.try_once, limit, "juliet")));
		assert.is_false((pcall(limit.try_once, limit, nil, 1)));
	end);

	it("counts an IPv4 address as it is, and the /64 of an IPv6 address", function ()
		assert.equal("198.51.100.7", limits.network_of("198.51.100.7"));
		assert.equal("198.51.100.7", limits.network_of("::ffff:198.51.100.7"));
		assert.equal("2001:db8:1:2::/64", limits.network_of("2001:db8:1:2::1"));
		assert.equal("2001:db8:1:2::/64", limits.network_of("2001:DB8:1:2:ffff:ffff:ffff:ffff"));
		assert.are_not.equal(limits.network_of("2001:db8:1:2::1"), limits.network_of("2001:db8:1:3::1"));
	end);

	it("counts what is no address as it is", function ()
		assert.equal("unix", limits.network_of("unix"));
		assert.equal("", limits.network_of(""));
	end);
end);
