-- mod_password_policy in Prosody's own core, asked as modules and clients ask it.

describe("mod_password_policy", function ()
	local host, st, usermanager;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		st = require "prosody.util.stanza";
		usermanager = require "prosody.core.usermanager";
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	after_each(function ()
		host:unload_all();
	end);

	local function load_policy(options)
		return assert(host:load("password_policy", { password_policy = options }));
	end

	-- A registration or password change in one of the two forms of XEP-0077, or in both.
	local function query_of(plain, form)
		local iq = st.iq({ type = "set"; id = "1" }):query("jabber:iq:register");
		for name, value in pairs(plain or {}) do iq:text_tag(name, value); end
		if form then
			iq:tag("x", { xmlns = "jabber:x:data"; type = "submit" });
			iq:tag("field", { var = "FORM_TYPE"; type = "hidden" }):text_tag("value", "jabber:iq:register"):up();
			for name, value in pairs(form) do
				iq:tag("field", { var = name }):text_tag("value", value):up();
			end
			iq:up();
		end
		return iq:up();
	end

	-- The answers a session of these properties gets, and whether somebody has handled the stanza.
	local function send(event_name, session, stanza)
		local answers = {};
		session.send = function (answer) table.insert(answers, answer); end;
		session.log = function () end;
		local handled = host.events.fire_event(event_name, { origin = session; stanza = stanza });
		return answers, handled;
	end

	local function register(plain, form)
		return send("stanza/iq/jabber:iq:register:query", { type = "c2s_unauthed"; host = host.name; secure = true },
			query_of(plain, form));
	end

	local function change_password(username, plain, form, event_name)
		local session = { type = "c2s"; username = username; host = host.name; full_jid = username .. "@" .. host.name .. "/r" };
		return send(event_name or "iq/self/jabber:iq:register:query", session, query_of(plain, form));
	end

	local function assert_refused(text, answers, handled)
		assert.truthy(handled);
		assert.equal(1, #answers);
		local error_type, condition, error_text = answers[1]:get_error();
		assert.same({ "modify", "not-acceptable", text }, { error_type, condition, error_text });
		assert.equal("1", answers[1].attr.id);
	end

	local function assert_passed(answers, handled)
		assert.same({}, answers);
		assert.falsy(handled);
	end

	describe("refuses", function ()
		local function assert_rule(options, password, info, name, text)
			local module = load_policy(options);
			assert.same({ nil, text, name, n = 3 }, table.pack(module.check_password(password, info)));
		end

		it("no password", function ()
			assert_rule(nil, nil, nil, "no-password", "No password provided");
			host:unload_all();
			assert_rule(nil, "", {}, "no-password", "No password provided");
		end);

		it("a password under 8 characters", function ()
			assert_rule(nil, "sevench", nil, "length", "Password is too short (minimum 8 characters)");
		end);

		it("a password shorter than the operator asks for", function ()
			assert_rule({ length = 12 }, "eleven char", nil, "length", "Password is too short (minimum 12 characters)");
		end);

		it("a password that has enough bytes and too few characters", function ()
			assert_rule(nil, "пароль", nil, "length", "Password is too short (minimum 8 characters)");
		end);

		it("a password over 1024 characters", function ()
			assert_rule(nil, ("ab"):rep(512) .. "c", nil, "max_length", "Password is too long (maximum 1024 characters)");
		end);

		it("a password longer than the operator allows", function ()
			assert_rule({ max_length = 9 }, "ten chars!", nil, "max_length", "Password is too long (maximum 9 characters)");
		end);

		it("a password that contains the user name, in whatever case", function ()
			assert_rule(nil, "oh-JuliEt-oh", { username = "juliet" }, "username", "Password must not include your username");
		end);

		it("a password that many people use", function ()
			assert_rule(nil, "Password123", nil, "common", "Password is one that many people use; please choose another");
		end);

		it("a password that is easily guessed, if asked for", function ()
			local text = "Password is too easy to guess; try a few unrelated words";
			assert_rule({ strength = 3 }, "abcabcabcabc", nil, "strength", text);
		end);

		it("what a stranger could not guess and who knows the person could, if asked for", function ()
			local text = "Password is too easy to guess; try a few unrelated words";
			local module = load_policy({ strength = 3 });
			assert.truthy(module.check_password("kapuletzka99", { mail = "romeo@mail.example" }));
			for _, key in ipairs({ "mail", "host", "site_name" }) do
				local info = { [key] = key == "mail" and "x@kapuletzka.example" or "kapuletzka" };
				assert.same({ nil, text, "strength" }, { module.check_password("kapuletzka99", info) }, key);
			end
		end);
	end);

	describe("lets through", function ()
		it("a good password", function ()
			local module = load_policy(nil);
			for _, password in ipairs({ "8  chars", "пароль-д", ("ab"):rep(512) }) do
				assert.same({ true, n = 1 }, table.pack(module.check_password(password, { username = "juliet" })));
			end
		end);

		it("a password with the user name when exclude_username is false", function ()
			local module = load_policy({ exclude_username = false });
			assert.truthy(module.check_password("oh-juliet-oh", { username = "juliet" }));
		end);

		it("a password of others when the user name is unknown", function ()
			local module = load_policy(nil);
			assert.truthy(module.check_password("oh-juliet-oh"));
			assert.truthy(module.check_password("oh-juliet-oh", { username = "" }));
		end);

		it("a common password when common is false", function ()
			assert.truthy(load_policy({ common = false }).check_password("password123"));
		end);

		it("an easy password when strength is off", function ()
			assert.truthy(load_policy({ strength = 0 }).check_password("abcabcabcabc"));
			host:unload_all();
			assert.truthy(load_policy({ strength = false }).check_password("abcabcabcabc"));
		end);
	end);

	it("takes this host and its site name into account", function ()
		local module = assert(host:load("password_policy", { password_policy = { strength = 3 }; site_name = "Kapuletzka" }));
		assert.equal("strength", select(3, module.check_password("kapuletzka99")));
		assert.truthy(module.check_password("kapuletzka99", { site_name = "Montagu" }));
	end);

	it("gives its policy with all defaults, always as the same table", function ()
		local module = load_policy({ length = 10 });
		assert.same({ length = 10; max_length = 1024; exclude_username = true; common = true; strength = 0 }, module.get_policy());
		assert.equal(module.get_policy(), module.get_policy());
	end);

	it("gives the default in its policy where an option is false", function ()
		assert.equal(8, load_policy({ length = false }).get_policy().length);
	end);

	it("leaves the operator's table alone", function ()
		local options = { length = 10 };
		load_policy(options);
		assert.same({ length = 10 }, options);
	end);

	describe("with policies of other modules", function ()
		local bystander;

		before_each(function ()
			bystander = assert(host:load("bystander"));
		end);

		local function provide(name, check_password)
			local item = { name = name; check_password = check_password };
			bystander.module:add_item("password-policy-provider", item);
			return item;
		end

		it("asks a provider, with its option and what is known of the person", function ()
			local asked;
			local module = load_policy({ palindrome = "please" });
			provide("palindrome", function (...) asked = table.pack(...); return true; end);
			local info = { username = "juliet"; mail = "j@example.net" };
			assert.same({ true, n = 1 }, table.pack(module.check_password("a good password", info)));
			assert.same({ "a good password", "please", info, n = 3 }, asked);
		end);

		it("asks a provider that was there before", function ()
			provide("never", function () return false, "No.", "never-ever"; end);
			assert.same({ nil, "No.", "never-ever" }, { load_policy({ never = true }).check_password("a good password") });
		end);

		it("says what the provider says", function ()
			local module = load_policy({ never = true });
			provide("never", function () return false, "Think of something else", "thought"; end);
			assert.same({ nil, "Think of something else", "thought" }, { module.check_password("a good password") });
		end);

		it("has words of its own for a provider without words", function ()
			local module = load_policy({ never = true });
			provide("never", function () return false; end);
			assert.same({ nil, "Password failed never check", "never" }, { module.check_password("a good password") });
		end);

		it("takes nothing but true for a yes", function ()
			local module = load_policy({ never = true });
			provide("never", function () return "true"; end);
			assert.equal(nil, (module.check_password("a good password")));
		end);

		it("asks its own rules first", function ()
			local asked = false;
			local module = load_policy({ never = true });
			provide("never", function () asked = true; end);
			assert.equal("length", select(3, module.check_password("short")));
			assert.falsy(asked);
		end);

		it("does not ask a provider that the operator did not name", function ()
			local module = load_policy({});
			provide("never", function () return false; end);
			assert.truthy(module.check_password("a good password"));
		end);

		it("refuses all passwords while nobody provides a policy that the operator named", function ()
			local module = load_policy({ typo = true });
			local internal = { nil, "Internal error while verifying password", "internal" };
			assert.same(internal, { module.check_password("a good password") });
			assert.matches("'typo'", host:logged_at("error")[1]);

			local item = provide("typo", function () return true; end);
			assert.truthy(module.check_password("a good password"));
			bystander.module:remove_item("password-policy-provider", item);
			assert.same(internal, { module.check_password("a good password") });
		end);

		it("forgets a provider whose module is unloaded", function ()
			local module = load_policy({ always = true });
			provide("always", function () return true; end);
			assert.truthy(module.check_password("a good password"));
			host:unload("bystander");
			assert.equal("internal", select(3, module.check_password("a good password")));
		end);

		it("logs no error when a provider comes and goes", function ()
			load_policy({ always = true });
			bystander.module:remove_item("password-policy-provider", provide("always", function () return true; end));
			assert.same({}, host:logged_at("error"));
			assert.same({}, host:logged_at("warn"));
		end);
	end);

	describe("in a registration over XMPP", function ()
		before_each(function () load_policy(nil); end);

		it("refuses a bad password, in either form", function ()
			local text = "Password is too short (minimum 8 characters)";
			assert_refused(text, register({ username = "juliet"; password = "short" }));
			assert_refused(text, register(nil, { username = "juliet"; password = "short" }));
		end);

		it("refuses a password with the user name, in either form", function ()
			local text = "Password must not include your username";
			assert_refused(text, register({ username = "juliet"; password = "oh-juliet-oh" }));
			assert_refused(text, register(nil, { username = "juliet"; password = "oh-juliet-oh" }));
		end);

		it("refuses a bad password in one form beside a good one in the other", function ()
			local text = "Password is too short (minimum 8 characters)";
			assert_refused(text, register({ username = "juliet"; password = "a good one" }, { password = "short" }));
			assert_refused(text, register({ username = "juliet"; password = "short" }, { password = "a good one" }));
		end);

		it("refuses an empty password, in either form", function ()
			assert_refused("No password provided", register({ username = "juliet"; password = "" }));
			assert_refused("No password provided", register(nil, { username = "juliet"; password = "" }));
		end);

		it("lets a good password through, in either form", function ()
			assert_passed(register({ username = "juliet"; password = "a good one" }));
			assert_passed(register(nil, { username = "juliet"; password = "a good one" }));
		end);

		it("leaves queries alone", function ()
			local stanza = st.iq({ type = "get"; id = "1" }):query("jabber:iq:register"):up();
			assert_passed(send("stanza/iq/jabber:iq:register:query", { type = "c2s_unauthed"; host = host.name }, stanza));
		end);

		it("leaves a request without password to others", function ()
			assert_passed(register({ username = "juliet" }));
			assert_passed(register({ remove = "" }));
			assert_passed(register(nil, {}));
		end);

		it("writes the password into no log", function ()
			register({ username = "juliet"; password = "oh-juliet-oh" });
			for _, entry in ipairs(host.logged) do
				assert.falsy(entry.message:find("oh-juliet-oh", 1, true), entry.message);
			end
		end);

		it("refuses a password with the user name that the other form names", function ()
			assert_refused("Password must not include your username",
				register({ username = "romeo" }, { username = "juliet"; password = "oh-juliet-oh" }));
		end);

		it("refuses a password with the user name as it will be", function ()
			assert_refused("Password must not include your username",
				register({ username = "ｊｕｌｉｅｔ"; password = "oh-juliet-oh" }));
		end);
	end);

	describe("in a password change over XMPP", function ()
		local events = { "iq/self/jabber:iq:register:query", "iq/host/jabber:iq:register:query" };

		before_each(function () load_policy(nil); end);

		for _, event_name in ipairs(events) do
			it("refuses a bad password, in " .. event_name, function ()
				assert_refused("Password is too short (minimum 8 characters)",
					change_password("juliet", { username = "juliet"; password = "short" }, nil, event_name));
			end);

			it("lets a good password through, in " .. event_name, function ()
				assert_passed(change_password("juliet", { username = "juliet"; password = "a good one" }, nil, event_name));
			end);
		end

		it("refuses a password with the name of who is logged in, whatever the form says", function ()
			for _, plain in ipairs({ { username = "romeo"; password = "oh-juliet-oh" }, { password = "oh-juliet-oh" } }) do
				assert_refused("Password must not include your username", change_password("juliet", plain));
			end
			assert_refused("Password must not include your username",
				change_password("juliet", nil, { username = "romeo"; password = "oh-juliet-oh" }));
		end);

		it("leaves the deletion of an account alone", function ()
			assert_passed(change_password("juliet", { remove = "" }));
		end);
	end);

	it("honours exclude_username = false over XMPP too", function ()
		load_policy({ exclude_username = false });
		assert_passed(register({ username = "juliet"; password = "oh-juliet-oh" }));
		assert_passed(change_password("juliet", { username = "juliet"; password = "oh-juliet-oh" }));
	end);

	describe("where it can wait, as in the stanzas of a client,", function ()
		local async, core, worker;

		lazy_setup(function ()
			async = require "prosody.util.async";
			core = require "frontdoor";
			worker = require "frontdoor.worker";
		end);

		-- What a function gives that may wait.
		local function wait_for(call)
			local given;
			async.runner(function () given = table.pack(call()); end):run({});
			assert.equal(nil, given, "it did not wait");
			host:run_until(function () return given; end);
			return given;
		end

		-- Until the end of the test, pools answer this when they are asked for a score.
		local function let_pools_answer(...)
			local answer, new = table.pack(...), core.pool.new;
			core.pool.new = function (...)
				local pool = new(...);
				return setmetatable({
					password_score = function () return table.unpack(answer, 1, answer.n); end;
				}, { __index = function (_, method) return function (_, ...) return pool[method](pool, ...); end; end });
			end;
			finally(function () core.pool.new = new; end);
		end

		it("leaves the strength to the worker pool", function ()
			local score = core.password.score;
			core.password.score = function () error("in the event loop"); end;
			finally(function () core.password.score = score; end);
			local module = load_policy({ strength = 3 });
			local text = "Password is too easy to guess; try a few unrelated words";
			assert.same({ nil, text, "strength", n = 3 }, wait_for(function () return module.check_password("abcabcabcabc"); end));
			assert.same({ true, n = 1 }, wait_for(function () return module.check_password("correct horse battery staple"); end));
			local info = { mail = "x@kapuletzka.example" };
			assert.equal("strength", wait_for(function () return module.check_password("kapuletzka99", info); end)[3]);
		end);

		it("answers a registration when the strength is known", function ()
			load_policy({ strength = 3 });
			local text = "Password is too easy to guess; try a few unrelated words";
			local given = wait_for(function () return register({ username = "juliet"; password = "abcabcabcabc" }); end);
			assert_refused(text, given[1], given[2]);
			given = wait_for(function () return register({ username = "juliet"; password = "correct horse battery staple" }); end);
			assert_passed(given[1], given[2]);
		end);

		it("does not wait if another rule is broken", function ()
			local module, given = load_policy({ strength = 3 }), nil;
			async.runner(function () given = table.pack(module.check_password("short")); end):run({});
			assert.equal("length", given[3]);
		end);

		it("says so when there is too much to do", function ()
			let_pools_answer(nil, "busy");
			local module = load_policy({ strength = 3 });
			local given = wait_for(function () return module.check_password("correct horse battery staple"); end);
			assert.same({ nil, "The server is busy. Try again in a few seconds.", "busy", n = 3 }, given);
		end);

		it("asks a client to come back when there is too much to do", function ()
			let_pools_answer(nil, "busy");
			load_policy({ strength = 3 });
			local given = wait_for(function ()
				return register({ username = "juliet"; password = "correct horse battery staple" });
			end);
			local error_type, condition, text = given[1][1]:get_error();
			assert.same({ "wait", "resource-constraint", "The server is busy. Try again in a few seconds." }, { error_type, condition, text });
			assert.truthy(given[2]);
		end);

		it("keeps nobody waiting when it is unloaded", function ()
			let_pools_answer(1); -- and no result comes
			local module = load_policy({ strength = 3 });
			local given = wait_for(function ()
				require "prosody.util.timer".add_task(0.01, function () host:unload("password_policy"); end);
				return module.check_password("correct horse battery staple");
			end);
			assert.equal("busy", given[3]);
		end);

		it("opens no worker if the strength does not matter", function ()
			local open, opened = worker.open, 0;
			worker.open = function (...) opened = opened + 1; return open(...); end;
			finally(function () worker.open = open; end);
			load_policy({ strength = 0 });
			assert.equal(0, opened);
			host:unload_all();
			load_policy({ strength = 1 });
			assert.equal(1, opened);
		end);
	end);

	it("hears of a registration before mod_register_ibr does", function ()
		assert(host:load("register_ibr", { allow_registration = true }));
		load_policy(nil);
		assert_refused("Password is too short (minimum 8 characters)", register({ username = "juliet"; password = "short" }));
		assert.falsy(usermanager.user_exists("juliet", host.name));

		local answers, handled = register({ username = "juliet"; password = "a good one" });
		assert.truthy(handled);
		assert.equal("result", answers[1].attr.type);
		assert.truthy(usermanager.test_password("juliet", host.name, "a good one"));
		assert(usermanager.delete_user("juliet", host.name));
	end);

	it("asks nobody any more once it is unloaded", function ()
		load_policy(nil);
		host:unload("password_policy");
		assert_passed(register({ username = "juliet"; password = "short" }));
	end);

	describe("refuses to load", function ()
		local function shown(value)
			return type(value) == "table" and "{}" or type(value) == "string" and ("%q"):format(value) or tostring(value);
		end

		local function assert_names(option, options)
			local module, err = host:load("password_policy", { password_policy = options });
			assert.falsy(module);
			assert.matches("^password_policy%." .. option .. " must be %l", err);
			assert.truthy(host:logged_at("error")[1]:find(err:match("[^\n]+"), 1, true));
		end

		for _, name in ipairs({ "length", "max_length", "strength" }) do
			for _, value in ipairs({ "8", -1, 8.5, 0 / 0, math.huge, true, {} }) do
				it(("with %s = %s"):format(name, shown(value)), function ()
					assert_names(name, { [name] = value });
				end);
			end
		end

		for _, name in ipairs({ "exclude_username", "common" }) do
			for _, value in ipairs({ "yes", 1, {} }) do
				it(("with %s = %s"):format(name, shown(value)), function ()
					assert_names(name, { [name] = value });
				end);
			end
		end

		it("with a length over max_length", function ()
			assert_names("max_length", { length = 10; max_length = 9 });
			host:unload_all();
			assert_names("max_length", { length = 1025 });
		end);

		it("with a strength that does not exist", function ()
			assert_names("strength", { strength = 5 });
		end);

		for name, options in pairs({ ["a text"] = "strict"; ["a number"] = 8; ["true"] = true; ["a list"] = { "length", "common" } }) do
			it("with " .. name .. " for a table", function ()
				local module, err = host:load("password_policy", { password_policy = options });
				assert.falsy(module);
				assert.matches("^password_policy must be %l", err);
			end);
		end
	end);
end);
