-- core.password at its boundary; what the rules say is tested in src/password and spec/modules.

local password = require "frontdoor".password;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local function check(options, ...)
	return table.pack(assert(password.policy(options)):check(...));
end

describe("core.password.policy", function ()
	it("gives a policy with defaults for no options", function ()
		local policy, message = password.policy({});
		assert.equal("userdata", type(policy));
		assert.equal(nil, message);
		assert.equal("length", (select(3, policy:check("7 chars"))));
		assert.equal("common", (select(3, policy:check("password123"))));
	end);

	it("raises without a table", function ()
		for _, options in ipairs({ false, "length", 8 }) do
			assert_raises("to table", password.policy, options);
		end
		assert_raises("to table", password.policy);
	end);

	it("ignores options that it does not know", function ()
		assert.truthy(password.policy({ palindrome = {}; [1] = "length" }));
	end);

	it("takes false for the default of a number", function ()
		assert.equal("length", check({ length = false }, "7 chars")[3]);
		assert.equal("max_length", check({ max_length = false }, ("ab"):rep(513))[3]);
		assert.falsy(password.policy({ strength = false }):wants_score());
	end);

	it("takes whole numbers that are floats", function ()
		assert.equal("Password is too short (minimum 9 characters)", check({ length = 9.0 }, "eight ch")[2]);
		assert.equal("max_length", check({ max_length = 9.0 }, "ten chars!")[3]);
		assert.truthy(password.policy({ strength = 4.0 }):wants_score());
	end);

	it("takes a length of 0, and still wants a password", function ()
		assert.same({ true, n = 1 }, check({ length = 0; common = false }, "x"));
		assert.equal("no-password", check({ length = 0 }, "")[3]);
	end);

	local not_whole = { 8.5, -1, -1.0, 0 / 0, 1 / 0, -1 / 0, 2 ^ 64, "8", "", true, {}, print };

	for name, range in pairs({ length = "of at least 0"; max_length = "of at least 0"; strength = "from 0 to 4" }) do
		it("names " .. name .. " if it is no whole number", function ()
			for _, value in ipairs(not_whole) do
				local refused = table.pack(password.policy({ [name] = value }));
				assert.same({ nil, name .. " must be a whole number " .. range, n = 2 }, refused, tostring(value));
			end
		end);
	end

	for _, name in ipairs({ "exclude_username", "common" }) do
		it("names " .. name .. " if it is neither true nor false", function ()
			for _, value in ipairs({ 0, 1, "true", "", {}, print }) do
				local refused = table.pack(password.policy({ [name] = value }));
				assert.same({ nil, name .. " must be true or false", n = 2 }, refused, tostring(value));
			end
		end);
	end

	it("names the option that contradicts another", function ()
		assert.same({ nil, "max_length must be at least as large as length" }, { password.policy({ length = 9; max_length = 8 }) });
		assert.truthy(password.policy({ length = 9; max_length = 9 }));
	end);

	it("says which strengths there are", function ()
		for strength = 0, 4 do assert.truthy(password.policy({ strength = strength })); end
		for _, strength in ipairs({ 5, 255, 256, 1 << 40 }) do
			assert.same({ nil, "strength must be a whole number from 0 to 4" }, { password.policy({ strength = strength }) });
		end
	end);

end);

describe("policy:check", function ()
	it("gives true and nothing else", function ()
		assert.same({ true, n = 1 }, check({}, "a good one"));
		assert.same({ true, n = 1 }, check({}, "a good one", "juliet"));
		assert.same({ true, n = 1 }, check({}, "a good one", nil));
	end);

	it("gives nil, a sentence and a name", function ()
		local refused = { nil, "Password must not include your username", "username", n = 3 };
		assert.same(refused, check({}, "oh-juliet-oh", "juliet"));
	end);

	it("raises if the password is no string", function ()
		local policy = password.policy({});
		for _, value in ipairs({ false, {}, print }) do
			assert_raises("to string", policy.check, policy, value);
		end
		assert_raises("to string", policy.check, policy);
	end);

	it("raises if the user name is no string", function ()
		local policy = password.policy({});
		for _, value in ipairs({ false, {}, print }) do
			assert_raises("to string", policy.check, policy, "a good one", value);
		end
	end);

	it("takes a number for its digits", function ()
		assert.equal("common", check({}, 123456789)[3]);
		assert.equal("username", check({}, "no-1234-no", 1234)[3]);
	end);

	it("raises for another self", function ()
		local policy = password.policy({});
		assert_raises("self", policy.check, {}, "a good one");
		assert_raises("self", policy.check, require "frontdoor".registration.token("0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c11"), "a good one");
	end);

	it("counts a byte that is no UTF-8 as one character", function ()
		assert.equal("length", check({}, ("\xff"):rep(7))[3]);
		assert.same({ true, n = 1 }, check({}, ("\xff"):rep(8)));
	end);

	it("counts a NUL, and reads on after it", function ()
		assert.equal("length", check({}, "a\0b c\0d")[3]);
		assert.same({ true, n = 1 }, check({}, "a\0b c\0de"));
		assert.equal("username", check({}, "1234567\0juliet", "juliet")[3]);
		assert.same({ true, n = 1 }, check({}, "oh-juliet-oh", "juliet\0x"));
	end);

	it("does not ask for the strength", function ()
		assert.same({ true, n = 1 }, check({ strength = 4 }, "abcabcabcabc"));
	end);
end);

describe("policy:broken", function ()
	local function broken(options, ...)
		return assert(password.policy(options)):broken(...);
	end

	local function names(options, ...)
		local list = {};
		for i, rule in ipairs(broken(options, ...)) do list[i] = rule.name; end
		return list;
	end

	it("gives an empty list for a good password", function ()
		assert.same({ {}, n = 1 }, table.pack(broken({}, "a good one")));
		assert.same({}, broken({}, "a good one", "juliet"));
		assert.same({}, broken({}, "a good one", nil));
	end);

	it("gives name and sentence of each broken rule, as check() orders them", function ()
		assert.same({
			{ name = "length"; text = "Password is too short (minimum 12 characters)" };
			{ name = "username"; text = "Password must not include your username" };
			{ name = "common"; text = "Password is one that many people use; please choose another" };
		}, broken({ length = 12 }, "password123", "Word"));
		assert.same({ "max_length", "username", "common" }, names({ length = 1; max_length = 8 }, "password123", "pass"));
	end);

	it("begins with what check() says", function ()
		for _, each in ipairs({ "", "short", "juliet", "password123", "oh-juliet-oh", ("x"):rep(1025), "a good one", "\xff", "a\0b" }) do
			local first = broken({}, each, "juliet")[1] or {};
			local _, text, name = password.policy({}):check(each, "juliet");
			assert.same({ text, name }, { first.text, first.name }, each);
		end
	end);

	it("says nothing but that there is no password", function ()
		assert.same({ { name = "no-password"; text = "No password provided" } }, broken({ length = 8 }, "", "juliet"));
	end);

	it("asks no rule that is off", function ()
		assert.same({}, broken({ length = 0; common = false; exclude_username = false }, "password", "word"));
	end);

	it("does not ask for the strength", function ()
		assert.same({}, broken({ strength = 4 }, "abcabcabcabc"));
	end);

	it("raises for what is no string, and for another self", function ()
		local policy = password.policy({});
		for _, value in ipairs({ false, {}, print }) do
			assert_raises("to string", policy.broken, policy, value);
			assert_raises("to string", policy.broken, policy, "a good one", value);
		end
		assert_raises("to string", policy.broken, policy);
		assert_raises("self", policy.broken, {}, "a good one");
	end);
end);

describe("policy:check_score", function ()
	it("is wanted where the operator asks for a strength", function ()
		assert.equal(false, password.policy({}):wants_score());
		assert.equal(false, password.policy({ strength = 0 }):wants_score());
		assert.equal(true, password.policy({ strength = 1 }):wants_score());
	end);

	it("gives true, or nil, a sentence and a name", function ()
		local policy = password.policy({ strength = 3 });
		local refused = { nil, "Password is too easy to guess; try a few unrelated words", "strength", n = 3 };
		for score = 0, 2 do assert.same(refused, table.pack(policy:check_score(score))); end
		for score = 3, 4 do assert.same({ true, n = 1 }, table.pack(policy:check_score(score))); end
	end);

	it("raises for what is no score", function ()
		local policy = password.policy({ strength = 3 });
		for _, score in ipairs({ -1, 256, "good", false, {} }) do
			assert_raises("to u8", policy.check_score, policy, score);
		end
		assert_raises("to u8", policy.check_score, policy);
	end);
end);

describe("core.password.score", function ()
	it("gives a whole number from 0 to 4", function ()
		assert.same({ 0, n = 1 }, table.pack(password.score("password")));
		assert.same({ 0, n = 1 }, table.pack(password.score("")));
		assert.same({ 4, n = 1 }, table.pack(password.score("correct horse battery staple")));
		assert.equal("integer", math.type(password.score("password")));
	end);

	it("gives less for what is known of the person", function ()
		local unknown = password.score("kapuletzka99");
		for position = 1, 4 do
			local known = { [position] = "kapuletzka" };
			assert.truthy(password.score("kapuletzka99", table.unpack(known, 1, 4)) < unknown, position);
		end
	end);

	it("raises if something is no string", function ()
		for _, value in ipairs({ false, {}, print }) do
			assert_raises("to string", password.score, value);
			for position = 1, 4 do
				local known = { [position] = value };
				assert_raises("to string", password.score, "password", table.unpack(known, 1, position));
			end
		end
		assert_raises("to string", password.score);
	end);

	it("takes any bytes", function ()
		for _, bytes in ipairs({ "\0", "a\0b", "\xff\xfe", ("\xff"):rep(200), ("é"):rep(200) }) do
			local score = password.score(bytes, bytes, bytes, bytes, bytes);
			assert.truthy(score >= 0 and score <= 4);
		end
	end);
end);
