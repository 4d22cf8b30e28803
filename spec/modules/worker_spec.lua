-- frontdoor.worker in Prosody's own event loop.

describe("frontdoor.worker", function ()
	local host, worker, core, new_pool;
	local pools; -- { pool, workers, queue } of each that was opened

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		core = require "frontdoor";
		worker = require "frontdoor.worker";
		new_pool = core.pool.new;
		core.pool.new = function (workers, queue)
			local pool, err = new_pool(workers, queue);
			table.insert(pools, { pool = pool; workers = workers; queue = queue });
			return pool, err;
		end;
	end);

	lazy_teardown(function ()
		core.pool.new = new_pool;
		host:stop();
	end);

	local opened;

	before_each(function ()
		pools, opened = {}, {};
		host:load("bystander");
	end);

	after_each(function ()
		for _, work in ipairs(opened) do work:close(); end
		host:unload_all();
	end);

	local function open(options)
		host:set_options(options or {}, "*");
		local work = worker.open(require "prosody.core.modulemanager".get_module(host.name, "bystander").module);
		table.insert(opened, work);
		return work;
	end

	local function is_open(pool)
		return (pcall(function () return pool:fd(); end));
	end

	-- How these promises are settled: a list of { value = …, err = … }.
	local function outcomes(promises)
		local settled, count = {}, 0;
		for at, promised in ipairs(promises) do
			promised:next(function (value) settled[at] = { value = value }; count = count + 1; end,
				function (err) settled[at] = { err = err }; count = count + 1; end);
		end
		host:run_until(function () return count == #promises; end);
		return settled;
	end

	local function outcome(promised)
		return outcomes({ promised })[1];
	end

	local function assert_hashes(work)
		assert.equal(32, #outcome(work:argon2id("input", "12345678")).value);
	end

	local function assert_rejected(code, condition, promised)
		local err = outcome(promised).err;
		assert.same({ code, condition }, { err.code, err.condition });
	end

	it("promises the keys of SCRAM", function ()
		local hex = require "prosody.util.hex";
		local keys = outcome(open():scram("SHA-1", "pencil", hex.decode("4125c247e43ab1e93c6dff76"), 4096)).value;
		assert.equal("e9d94660c39d65c38fbad91c358f14da0eef2bd6", hex.encode(keys.stored_key));
		assert.equal("0fe09258b3ac852ba502cc62ba903eaacdbf7d31", hex.encode(keys.server_key));
	end);

	it("promises a hash of Argon2id", function ()
		local hash = outcome(open():argon2id("password", "somesalt")).value;
		assert.equal("3cbd356a63f2794bb11bb1f4bc8af95fea87919bd69c79860465c562f87ccf61", require "prosody.util.hex".encode(hash));
	end);

	it("can be waited for in a handler", function ()
		local async = require "prosody.util.async";
		local work, hash = open(), nil;
		async.runner(function () hash = async.wait_for(work:argon2id("input", "12345678")); end):run({});
		assert.equal(nil, hash);
		host:run_until(function () return hash; end);
		assert.equal(32, #hash);
	end);

	it("settles each of many promises with its own result", function ()
		local work, promises = open(), {};
		for n = 1, 100 do promises[n] = work:scram("SHA-256", "password", "salt", n); end
		local hashes = require "prosody.util.hashes";
		for n, settled in ipairs(outcomes(promises)) do
			local salted = hashes.pbkdf2_hmac_sha256("password", "salt", n);
			assert.equal(hashes.hmac_sha256(salted, "Server Key"), settled.value.server_key, n);
		end
	end);

	it("rejects what fails with 500, and logs why", function ()
		local work = open();
		assert_rejected(500, "internal-server-error", work:argon2id("input", "1234567"));
		assert.matches("salt is shorter than 8 bytes", host:logged_at("error")[1]);
		assert_hashes(work);
	end);

	it("rejects what is too much with 503, and does the rest", function ()
		local work, promises = open({ frontdoor_workers = 1; frontdoor_queue = 1 }), {};
		for n = 1, 100 do promises[n] = work:scram("SHA-256", "password", "salt", 50000); end
		local done, busy = 0, 0;
		for _, settled in ipairs(outcomes(promises)) do
			if settled.value then
				done = done + 1;
			else
				busy = busy + 1;
				assert.same({ 503, "resource-constraint" }, { settled.err.code, settled.err.condition });
			end
		end
		assert.truthy(done >= 1 and busy >= 1, done .. " done, " .. busy .. " busy");
		assert_hashes(work);
	end);

	it("opens no pool before the first job", function ()
		local work = open();
		assert.same({}, pools);
		assert_hashes(work);
		assert.equal(1, #pools);
	end);

	it("sizes the pool as the options say", function ()
		assert_hashes(open({ frontdoor_workers = 3; frontdoor_queue = 17 }));
		assert.same({ 3, 17 }, { pools[1].workers, pools[1].queue });
	end);

	it("has a queue of 256 and as many threads as the library likes by default", function ()
		assert_hashes(open());
		assert.same({ nil, 256 }, { pools[1].workers, pools[1].queue });
	end);

	it("keeps one pool for all modules, until the last of them is gone", function ()
		local first, second = open(), open();
		assert_hashes(first);
		assert_hashes(second);
		assert.equal(1, #pools);
		first:close();
		assert_hashes(second);
		assert.truthy(is_open(pools[1].pool));
		second:close();
		assert.falsy(is_open(pools[1].pool));
	end);

	it("opens a new pool after the last one was closed", function ()
		local first = open();
		assert_hashes(first);
		first:close();
		assert_hashes(open());
		assert.equal(2, #pools);
	end);

	it("rejects what waits when it is closed, with 503", function ()
		local work = open({ frontdoor_workers = 1 });
		local promises = {};
		for n = 1, 5 do promises[n] = work:scram("SHA-256", "password", "salt", 200000); end
		work:close();
		for _, settled in ipairs(outcomes(promises)) do
			assert.same({ 503, "service-unavailable" }, { settled.err.code, settled.err.condition });
		end
	end);

	it("rejects what is asked after it was closed, with 503", function ()
		local work = open();
		work:close();
		assert_rejected(503, "service-unavailable", work:argon2id("input", "12345678"));
		assert.same({}, pools);
	end);

	it("can be closed twice, and counts once", function ()
		local first, second = open(), open();
		assert_hashes(second);
		first:close();
		first:close();
		assert_hashes(second);
		assert.equal(1, #pools);
	end);

	it("drops the results of a module that is gone, and serves the others", function ()
		local gone, other = open({ frontdoor_workers = 1 }), open();
		local late = gone:scram("SHA-256", "password", "salt", 50000);
		local waiting = other:argon2id("input", "12345678"); -- behind it
		gone:close();
		local settled = outcomes({ late, waiting });
		assert.equal(503, settled[1].err.code);
		assert.equal(32, #settled[2].value);
		assert.same({}, host:logged_at("error"));
	end);

	it("logs an error while it takes results, and goes on", function ()
		local pool = new_pool(1, 1);
		local broken = setmetatable({}, { __index = function (_, method)
			return function (_, ...) return pool[method](pool, ...); end;
		end });
		function broken.take()
			broken.take = nil;
			error("on purpose");
		end
		local counting = core.pool.new;
		core.pool.new = function () return broken; end;
		finally(function () core.pool.new = counting; end);
		assert_hashes(open());
		assert.matches("on purpose", host:logged_at("error")[1]);
	end);

	it("closes when the server stops", function ()
		local work = open();
		local promised = work:scram("SHA-256", "password", "salt", 50000);
		host.server_events.fire_event("server-stopping", { reason = "a test" });
		assert_rejected(503, "service-unavailable", promised);
		assert.falsy(is_open(pools[1].pool));
	end);
end);
