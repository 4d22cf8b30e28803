-- core.pool: jobs go in, results come out through a file descriptor.

local hashes = require "util.hashes"; -- Prosody's
local lfs = require "lfs";
local select_ready = require "socket".select;

local new = require "frontdoor".pool.new;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local function unhex(text)
	return (text:gsub("%x%x", function (digits) return string.char(tonumber(digits, 16)); end));
end

-- Whether there is something to read within so many seconds.
local function is_readable(pool, seconds)
	local fd = pool:fd();
	local readable = select_ready({ { getfd = function () return fd; end; dirty = function () end } }, nil, seconds);
	return #readable == 1;
end

-- So many results as an event loop gets them: { [id] = { first, second, n = 2 } }, and the order of the ids.
local function results(pool, count)
	local found, order = {}, {};
	while #order < count do
		assert(is_readable(pool, 60), "no result came");
		local taken = table.pack(pool:take());
		while taken[1] do
			table.insert(order, taken[1]);
			found[taken[1]] = table.pack(table.unpack(taken, 2, taken.n));
			taken = table.pack(pool:take());
		end
	end
	return found, order;
end

local function result(pool, id)
	return results(pool, 1)[id];
end

local function in_a_process_of_its_own(code)
	local command = ("LUA_PATH='%s' LUA_CPATH='%s' timeout 60 lua%s - 2>&1 <<'END'\n%s\nEND"):format(package.path, package.cpath,
		_VERSION:match("[%d.]+"), code);
	local pipe = io.popen(command);
	local output = pipe:read("*a");
	return pipe:close() and true or false, output;
end

describe("core.pool.new", function ()
	it("makes a pool of as many threads as asked for, or of a number of its own", function ()
		for _, workers in ipairs({ 1, 3, 1.0 }) do
			assert.equal("userdata", type((new(workers, 1))));
		end
		assert.equal("userdata", type((new(nil, 1))));
	end);

	it("raises for what is no whole number, and for too small ones", function ()
		for _, bad in ipairs({ -1, false, {}, "1", 1.5 }) do
			assert_raises("number of workers expected", new, bad, 1);
			assert_raises("number of waiting jobs expected", new, 1, bad);
		end
		assert_raises("number of workers expected", new, 0, 1);
		assert_raises("number of waiting jobs expected", new, 1);
	end);

	it("starts its threads with the first job", function ()
		local ok, output = in_a_process_of_its_own([[
			local function threads()
				local count = -2; -- . and ..
				for _ in require "lfs".dir("/proc/self/task") do count = count + 1; end
				return count;
			end
			local pool = require "frontdoor".pool.new(3, 10);
			io.write(threads());
			pool:scram("SHA-1", "password", "salt", 4294967295);
			io.write(threads());
		]]);
		assert.same({ true, "14" }, { ok, output });
	end);
end);

describe("pool:scram", function ()
	local known = {
		{ "RFC 5802, section 5", "SHA-1", "4125c247e43ab1e93c6dff76",
			"e9d94660c39d65c38fbad91c358f14da0eef2bd6", "0fe09258b3ac852ba502cc62ba903eaacdbf7d31" };
		{ "RFC 7677, section 3", "SHA-256", "5b6d99689d12358eeca04b141236fa81",
			"586e5df283e6dceb5c3e791d8b8528ec191e664045ce971792e2e6b5bb13e2a6",
			"c1f3cbc1c13a9d35a14c0990eed97629ea225863e566a4314ab99f3f00e5d9d5" };
	};

	for _, vector in ipairs(known) do
		local title, hash_name, salt, stored_key, server_key = table.unpack(vector);
		it("derives the keys of " .. title, function ()
			local pool = new(1, 1);
			local keys = result(pool, pool:scram(hash_name, "pencil", unhex(salt), 4096));
			assert.same({ unhex(stored_key), unhex(server_key), n = 2 }, keys);
		end);
	end

	it("has a server key that signs as in RFC 7677, section 3", function ()
		local message = "n=user,r=rOprNGfwEbeRWgbNEkqO,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
			.. "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
		local pool = new(1, 1);
		local keys = result(pool, pool:scram("SHA-256", "pencil", unhex("5b6d99689d12358eeca04b141236fa81"), 4096));
		assert.equal("eabae24d1062db75a9451ff0b6ea7e98c8546549ff741e672d3251b2397de46e", hashes.hmac_sha256(keys[2], message, true));
	end);

	-- From PBKDF2 to the keys as RFC 5802, section 3 says, with Prosody's hashes.
	local expected = {
		["SHA-1"] = function (...)
			local salted = hashes.pbkdf2_hmac_sha1(...);
			return hashes.sha1(hashes.hmac_sha1(salted, "Client Key")), hashes.hmac_sha1(salted, "Server Key");
		end;
		["SHA-256"] = function (...)
			local salted = hashes.pbkdf2_hmac_sha256(...);
			return hashes.sha256(hashes.hmac_sha256(salted, "Client Key")), hashes.hmac_sha256(salted, "Server Key");
		end;
	};

	local function random_bytes(most)
		local bytes = {};
		for n = 1, math.random(0, most) do bytes[n] = string.char(math.random(0, 255)); end
		return table.concat(bytes);
	end

	for hash_name, keys_of in pairs(expected) do
		it("derives the keys that Prosody derives, " .. hash_name, function ()
			math.randomseed(1);
			local pool, wanted = new(2, 200), {};
			for n = 1, 200 do
				local password, salt, iterations = random_bytes(n), random_bytes(40), math.random(1, 200);
				wanted[pool:scram(hash_name, password, salt, iterations)] = table.pack(keys_of(password, salt, iterations));
			end
			assert.same(wanted, (results(pool, 200)));
		end);
	end

	it("reads bytes: NUL, and what is no UTF-8", function ()
		local pool = new(1, 10);
		local first = result(pool, pool:scram("SHA-1", "a\0b", "s\0t", 1));
		assert.same(table.pack(expected["SHA-1"]("a\0b", "s\0t", 1)), first);
		local second = result(pool, pool:scram("SHA-1", "\xff\xfe", "\x80", 1));
		assert.same(table.pack(expected["SHA-1"]("\xff\xfe", "\x80", 1)), second);
	end);

	it("raises for a hash it does not know", function ()
		local pool = new(1, 1);
		for _, name in ipairs({ "", "sha-1", "SHA1", "SHA-512", "SHA-1\0", "SHA-1-PLUS" }) do
			assert_raises("SHA%-1 or SHA%-256 expected", pool.scram, pool, name, "password", "salt", 1);
		end
	end);

	it("raises for missing and wrong arguments", function ()
		local pool = new(1, 1);
		local good = { "SHA-1", "password", "salt", 1 };
		for position = 1, 4 do
			local bad = { table.unpack(good) };
			bad[position] = {};
			local message = position == 4 and "positive whole number" or "to string";
			assert_raises(message, pool.scram, pool, table.unpack(bad));
			assert_raises("to string", pool.scram, pool, table.unpack(good, 1, math.min(position, 3) - 1));
		end
	end);

	it("raises for iterations that do not fit", function ()
		local pool = new(1, 1);
		for _, iterations in ipairs({ 0, 0.0, 1.9, -1, 0 / 0, 2 ^ 32, 1 << 32, "4096", "many" }) do
			assert_raises("positive whole number", pool.scram, pool, "SHA-1", "password", "salt", iterations);
		end
	end);

	it("takes whole numbers that are floats", function ()
		local pool = new(1, 1);
		assert.same(table.pack(expected["SHA-1"]("password", "salt", 2)), result(pool, pool:scram("SHA-1", "password", "salt", 2.0)));
	end);
end);

describe("pool:argon2id", function ()
	it("agrees with the reference implementation", function ()
		local pool = new(1, 1);
		local hash = result(pool, pool:argon2id("password", "somesalt"));
		assert.same({ unhex("3cbd356a63f2794bb11bb1f4bc8af95fea87919bd69c79860465c562f87ccf61"), nil, n = 2 }, hash);
	end);

	it("reads bytes: NUL, and what is no UTF-8", function ()
		local pool = new(1, 10);
		local seen = {};
		for _, input in ipairs({ "", "a", "a\0", "a\0b", "\xff", "\xfe" }) do
			local hash = result(pool, pool:argon2id(input, "\0\xff345678"))[1];
			assert.equal(32, #hash);
			assert.equal(nil, seen[hash]);
			seen[hash] = true;
		end
	end);

	it("finds out about a salt that is too short", function ()
		local pool = new(1, 1);
		local failed = result(pool, pool:argon2id("input", "1234567"));
		assert.same({ nil, "the salt is shorter than 8 bytes", n = 2 }, failed);
	end);

	it("raises for missing and wrong arguments", function ()
		local pool = new(1, 1);
		assert_raises("to string", pool.argon2id, pool);
		assert_raises("to string", pool.argon2id, pool, "input");
		assert_raises("to string", pool.argon2id, pool, {}, "12345678");
		assert_raises("to string", pool.argon2id, pool, "input", false);
	end);
end);

describe("pool:password_score", function ()
	local score = require "frontdoor".password.score;

	it("finds the scores of core.password.score, as a byte", function ()
		local pool, wanted = new(1, 10), {};
		for _, arguments in ipairs({
			{ "password" }, { "kapuletzka99" }, { "kapuletzka99", nil, "x@kapuletzka.example" }, { "kapuletzka99", "kapuletzka" },
			{ "correct horse battery staple", "juliet", "j@example.net", "example.org", "Example" }, { "\0\xff" },
		}) do
			local id = pool:password_score(table.unpack(arguments, 1, 5));
			wanted[id] = { string.char(score(table.unpack(arguments, 1, 5))), nil, n = 2 };
		end
		assert.same(wanted, (results(pool, 6)));
	end);

	it("raises for missing and wrong arguments", function ()
		local pool = new(1, 1);
		assert_raises("to string", pool.password_score, pool);
		assert_raises("to string", pool.password_score, pool, {});
		assert_raises("to string", pool.password_score, pool, "password", false);
	end);
end);

describe("a pool", function ()
	it("is unreadable until a result is there, and again when it has been taken", function ()
		local pool = new(1, 1);
		assert.falsy(is_readable(pool, 0));
		local id = pool:argon2id("input", "12345678");
		assert.truthy(is_readable(pool, 60));
		assert.truthy(is_readable(pool, 0));
		assert.equal(id, (pool:take()));
		assert.equal(nil, (pool:take()));
		assert.falsy(is_readable(pool, 0));
	end);

	it("has one file descriptor", function ()
		local pool = new(1, 1);
		assert.equal("integer", math.type(pool:fd()));
		assert.equal(pool:fd(), pool:fd());
	end);

	it("has nothing to take before a job", function ()
		assert.same({ nil, n = 1 }, table.pack(new(1, 1):take()));
	end);

	it("gives each job an id of its own, and one worker does them in order", function ()
		local pool, ids = new(1, 50), {};
		for n = 1, 50 do ids[n] = pool:scram("SHA-1", "password", "salt", n); end
		local _, order = results(pool, 50);
		assert.same(ids, order);
		assert.equal("integer", math.type(ids[1]));
	end);

	it("says busy when too many jobs wait, and takes new ones when they are done", function ()
		local pool, accepted = new(1, 2), 0;
		local answer;
		repeat
			answer = table.pack(pool:scram("SHA-256", "password", "salt", 100000));
			if answer[1] then accepted = accepted + 1; end
		until not answer[1] or accepted == 1000;
		assert.same({ nil, "busy", n = 2 }, answer);
		local found = results(pool, accepted);
		for _, keys in pairs(found) do assert.equal(32, #keys[1]); end
		assert.equal(32, #result(pool, pool:argon2id("input", "12345678"))[1]);
	end);

	it("raises after it was closed, whatever is asked", function ()
		local pool = new(1, 1);
		assert.same({ n = 0 }, table.pack(pool:close()));
		for _, ask in ipairs({
			function () pool:fd(); end, function () pool:take(); end, function () pool:close(); end,
			function () pool:argon2id("input", "12345678"); end, function () pool:scram("SHA-1", "password", "salt", 1); end,
		}) do
			assert_raises("destructed", ask);
		end
	end);

	it("closes its file descriptor when it is closed", function ()
		local pool = new(1, 1);
		local path = "/proc/self/fd/" .. pool:fd();
		assert.truthy(lfs.symlinkattributes(path));
		pool:close();
		assert.falsy(lfs.symlinkattributes(path));
	end);

	it("closes its file descriptor when nobody holds it any more", function ()
		local path = "/proc/self/fd/" .. new(1, 1):fd();
		collectgarbage();
		collectgarbage();
		assert.falsy(lfs.symlinkattributes(path));
	end);

	for title, ending in pairs({
		["is closed"] = "pool:close() pool = nil collectgarbage() io.write('over')";
		["is forgotten"] = "pool = nil collectgarbage() collectgarbage() io.write('over')";
		["outlives its Lua"] = "io.write('over') io.stdout:flush() os.exit(true, true)";
	}) do
		it("does not wait for jobs under way when it " .. title, function ()
			local ok, output = in_a_process_of_its_own([[
				local pool = require "frontdoor".pool.new(2, 10);
				for _ = 1, 4 do pool:scram("SHA-256", "password", "salt", 4294967295); end
			]] .. ending);
			assert.same({ true, "over" }, { ok, output });
		end);
	end
end);
