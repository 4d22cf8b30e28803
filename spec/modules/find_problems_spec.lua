-- mod_password_policy's find_problems: everything that is wrong with a password.

describe("mod_password_policy.find_problems", function ()
	local host, async, worker, bystander;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		async = require "prosody.util.async";
		worker = require "frontdoor.worker";
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	before_each(function ()
		bystander = assert(host:load("bystander")).module;
	end);

	after_each(function ()
		host:unload_all();
	end);

	local function load_policy(options)
		return assert(host:load("password_policy", { password_policy = options }));
	end

	local function provide(name, check_password)
		bystander:add_item("password-policy-provider", { name = name; check_password = check_password });
	end

	local function names_of(problems)
		local names = {};
		for i, problem in ipairs(problems) do
			names[i] = problem.name;
			assert.equal("string", type(problem.text));
		end
		return names;
	end

	local function assert_problems(expected, module, ...)
		assert.same(expected, names_of(module.find_problems(...)));
	end

	it("gives an empty list for a good password", function ()
		local module = load_policy(nil);
		assert.same({ {}, n = 1 }, table.pack(module.find_problems("a good password", { username = "juliet" })));
		assert.same({}, module.find_problems("a good password"));
	end);

	it("gives what check_password says, and more", function ()
		local module = load_policy({ length = 20; max_length = 20 });
		assert.same({
			{ name = "length"; text = "Password is too short (minimum 20 characters)" };
			{ name = "username"; text = "Password must not include your username" };
			{ name = "common"; text = "Password is one that many people use; please choose another" };
		}, module.find_problems("password123", { username = "word" }));
		assert.same({ nil, "Password is too short (minimum 20 characters)", "length" },
			{ module.check_password("password123", { username = "word" }) });
	end);

	it("says of no password that there is none", function ()
		for _, password in ipairs({ "", false }) do
			assert.same({ { name = "no-password"; text = "No password provided" } }, load_policy(nil).find_problems(password or nil));
			host:unload_all();
		end
	end);

	it("asks for the strength, whatever else is wrong", function ()
		local module = load_policy({ strength = 3 });
		assert_problems({ "strength" }, module, "abcabcabcabc");
		assert_problems({ "length", "strength" }, module, "xq7kv");
		assert_problems({}, module, "correct horse battery staple");
		assert_problems({ "strength" }, module, "kapuletzka99", { mail = "x@kapuletzka.example" });
	end);

	it("asks each policy of other modules, beside the strength", function ()
		local module = load_policy({ strength = 3; first = 1; second = 2; third = 3 });
		local asked = {};
		for name, answer in pairs({ first = { false, "Not so", "so" }, second = { true }, third = { nil } }) do
			provide(name, function (password, option, info)
				asked[name] = { password, option, info.username };
				return table.unpack(answer);
			end);
		end
		assert.same({
			{ name = "strength"; text = "Password is too easy to guess; try a few unrelated words" };
			{ name = "so"; text = "Not so" };
			{ name = "third"; text = "Password failed third check" };
		}, module.find_problems("abcabcabcabc", { username = "juliet" }));
		assert.same({
			first = { "abcabcabcabc", 1, "juliet" }; second = { "abcabcabcabc", 2, "juliet" }; third = { "abcabcabcabc", 3, "juliet" };
		}, asked);
	end);

	it("asks other modules about a password that breaks its own rules, too", function ()
		local module = load_policy({ always = true });
		provide("always", function () return false, "Not so", "so"; end);
		assert_problems({ "length", "so" }, module, "short");
		assert_problems({ "no-password" }, module, "");
	end);

	it("finds fault with every password while nobody provides a policy", function ()
		assert_problems({ "internal" }, load_policy({ typo = true }), "a good password");
		assert.matches("'typo'", host:logged_at("error")[1]);
	end);

	describe("where it can wait", function ()
		local function wait_for(call)
			local given;
			async.runner(function () given = call(); end):run({});
			assert.equal(nil, given, "it did not wait");
			host:run_until(function () return given; end);
			return given;
		end

		it("leaves the strength to the worker pool", function ()
			local module = load_policy({ strength = 3 });
			assert.same({ "strength" }, names_of(wait_for(function () return module.find_problems("abcabcabcabc"); end)));
			assert.same({}, wait_for(function () return module.find_problems("correct horse battery staple"); end));
		end);

		it("says so if there is too much to do", function ()
			local open = worker.open;
			worker.open = function (...)
				local work = open(...);
				work:close(); -- it refuses everything now
				return work;
			end;
			finally(function () worker.open = open; end);
			local module = load_policy({ strength = 3 });
			assert.same({ { name = "busy"; text = "The server is busy. Try again in a few seconds." } },
				wait_for(function () return module.find_problems("correct horse battery staple"); end));
		end);
	end);
end);
