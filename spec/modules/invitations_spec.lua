-- frontdoor.invitations with Prosody's own mod_invites.

describe("frontdoor.invitations", function ()
	local host, async, usermanager, used_invites, begun_invites, new_accounts, new_invitations, open_worker;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		_G.prosody.process_type = "prosody"; -- else mod_invites has no storage
		async = require "prosody.util.async";
		usermanager = require "prosody.core.usermanager";
		used_invites = require "frontdoor.used_invites";
		begun_invites = require "frontdoor.begun_invites";
		new_accounts = require "frontdoor.accounts".new;
		new_invitations = require "frontdoor.invitations".new;
		open_worker = require "frontdoor.worker".open;
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	local module, invites, invitations, accounts, work, begun;
	local looked_up, storage_fails;

	local function watch_store(event)
		local store = event.store;
		if event.store_name == "invite_token" and event.store_type == "keyval" then return; end -- under the map
		event.store = setmetatable({
			get = function (_, ...)
				table.insert(looked_up, event.store_name);
				if storage_fails then return nil, "disk on fire"; end
				return store:get(...);
			end;
		}, { __index = store });
	end

	before_each(function ()
		looked_up, storage_fails = {}, false;
		host.events.add_handler("store-opened", watch_store);
		host:set_options({ modules_enabled = { "bystander" }; default_iteration_count = 4096 });
		module = assert(host:load("bystander")).module;
		invites = assert(host:load("invites"));
		work = open_worker(module);
		accounts = new_accounts(module, work);
		invitations = new_invitations(module, accounts);
		used_invites.watch(module);
		begun = begun_invites.open(module);
		looked_up = {};
	end);

	after_each(function ()
		host.events.remove_handler("store-opened", watch_store);
		storage_fails = false;
		for _, username in ipairs({ "juliet", "romeo" }) do usermanager.delete_user(username, host.name); end
		work:close();
		host:unload_all();
	end);

	local function find(token)
		return assert(invitations:find(token));
	end

	-- What a function gives that may wait.
	local function wait_for(call)
		local given;
		async.runner(function () given = table.pack(call()); end):run({});
		host:run_until(function () return given; end);
		return given;
	end

	local function register(invite, username, password)
		local person = { username = username or "juliet"; password = password or "a good one"; ip = "198.51.100.7" };
		return wait_for(function () return invitations:register(invite, person); end);
	end

	local function reset(invite, password)
		return wait_for(function () return invitations:reset(invite, { password = password or "a new one"; ip = "198.51.100.7" }); end);
	end

	local function assert_why(why, text, given)
		assert.same({ nil, why, text }, { given[1], given[2], given[3] });
	end

	-- What the others hear, until the end of the test.
	local function hear(event_name, priority, act)
		local heard = {};
		module:hook(event_name, function (event)
			table.insert(heard, event);
			if act then return act(event); end
		end, priority);
		return heard;
	end

	-- With accounts that give this error, as soon as they are asked.
	local function invitations_that_fail(err, context)
		local function fail() return nil, require "prosody.util.error".new(err, context); end
		return new_invitations(module, { create = fail; set_password = fail });
	end

	-- Somebody who was interrupted while using an invite, `ago` seconds ago.
	local function interrupted(invite, ago)
		local time = os.time;
		os.time = function () return time() - (ago or 0); end -- luacheck: ignore 122
		assert(begun_invites.note(begun, invite, { username = "juliet"; ip = "198.51.100.7" }));
		os.time = time; -- luacheck: ignore 122
	end

	local function is_noted(invite)
		return begun_invites.find(begun, invite, "juliet") ~= nil;
	end

	describe("after a power cut", function ()
		-- What was there at the start is settled.
		before_each(function ()
			local turns = 0;
			host:run_until(function () turns = turns + 1; return turns > 2; end);
		end);

		local function start_again()
			new_invitations(module, accounts);
		end

		it("finishes what was stored", function ()
			assert(host:load("invites_register"));
			assert(usermanager.create_user("romeo", "x", host.name));
			local invite = find(invites.create_contact("romeo", true).token);
			interrupted(invite);
			assert(usermanager.create_user("juliet", "x", host.name));
			local told = hear("user-registered");
			start_again();
			host:run_until(function () return not is_noted(invite); end);
			assert.same({ "juliet", "198.51.100.7" }, { told[1].username, told[1].ip });
			assert.equal(nil, (invites.get(invite.token)));
			assert.truthy(require "prosody.core.rostermanager".is_user_subscribed("juliet", host.name, "romeo@" .. host.name));
		end);

		it("finishes it although the invite is gone already", function ()
			local invite = find(invites.create_account().token);
			interrupted(invite);
			assert(usermanager.create_user("juliet", "x", host.name));
			invites.delete_account_invite(invite.token);
			local told = hear("user-registered");
			start_again();
			host:run_until(function () return not is_noted(invite); end);
			assert.equal(1, #told);
		end);

		it("leaves the invite where nothing was stored", function ()
			local invite = find(invites.create_account().token);
			interrupted(invite);
			local told = hear("user-registered");
			start_again();
			host:run_until(function () return not is_noted(invite); end);
			assert.same({}, told);
			assert.truthy(invites.get(invite.token));
		end);

		it("leaves a reset link where the password is still the old one", function ()
			assert(usermanager.create_user("juliet", "x", host.name));
			local invite = find(invites.create_account_reset("juliet").token);
			interrupted(invite, -10);
			start_again();
			host:run_until(function () return not is_noted(invite); end);
			assert.truthy(invites.get(invite.token));
		end);

		it("finds out when the invite is used next, on whatever server", function ()
			local invite = find(invites.create_account().token);
			interrupted(invite);
			assert(usermanager.create_user("juliet", "x", host.name));
			local told = hear("user-registered");
			assert_why("gone", nil, register(invite, "romeo"));
			assert.equal(1, #told);
			assert.falsy(usermanager.user_exists("romeo", host.name));
		end);

		it("lets somebody else have the invite where nothing was stored", function ()
			local invite = find(invites.create_account().token);
			interrupted(invite);
			assert.equal(true, register(invite, "romeo")[1]);
			assert.equal(false, is_noted(invite));
		end);

		it("takes no notice of who uses a group's invite beside", function ()
			local invite = find(invites.create_group({ "x" }, nil, 600).token);
			interrupted(invite);
			assert.equal(true, register(invite, "romeo")[1]);
			assert.equal(true, is_noted(invite));
		end);
	end);

	describe("find", function ()
		local function assert_found(expected, made)
			local found = find(made.token);
			assert.same({ made.token, made.uri, made.jid }, { found.token, found.uri, found.jid });
			for _, name in ipairs({ "type", "username", "inviter", "reset", "reusable" }) do
				assert.equal(expected[name], found[name], name);
			end
			return found;
		end

		it("knows an invite for anybody", function ()
			assert_found({ type = "register"; reusable = false }, invites.create_account());
		end);

		it("knows an invite for one name", function ()
			assert_found({ type = "register"; username = "juliet"; reusable = false }, invites.create_account("juliet"));
		end);

		it("knows a name that is not made of Latin letters", function ()
			for _, name in ipairs({ "ännchen", "юля", "小明", "o'hara", "a+b", "50%" }) do
				assert_found({ type = "register"; username = name; reusable = false }, invites.create_account(name));
				assert_found({ type = "roster"; inviter = name; reusable = false }, invites.create_contact(name, true));
			end
		end);

		it("knows an invite that a contact made", function ()
			assert_found({ type = "roster"; inviter = "romeo"; reusable = false }, invites.create_contact("romeo", true));
		end);

		it("knows an invite that can be used again and again", function ()
			local found = assert_found({ type = "register"; reusable = true }, invites.create_group({ "x" }, { note = "y" }, 600));
			assert.same({ groups = { "x" }; note = "y" }, found.additional_data);
		end);

		it("knows an invite that resets a password", function ()
			assert_found({ type = "register"; username = "juliet"; reset = "juliet"; reusable = false }, invites.create_account_reset("juliet"));
		end);

		it("looks once into the storage", function ()
			local token = invites.create_account("juliet").token;
			looked_up = {};
			find(token);
			assert.same({ "invite_token" }, looked_up);
		end);

		it("does not touch the storage for what cannot be a token", function ()
			storage_fails = true;
			for _, text in ipairs({ "", "short", "../../etc", ("a"):rep(65), "with space", "with\0nul", "with=sign", "ünïcöde" }) do
				assert.same({ nil, "unknown", n = 2 }, table.pack(invitations:find(text)));
			end
			assert.same({ nil, "unknown", n = 2 }, table.pack(invitations:find(nil)));
			assert.same({}, looked_up);
		end);

		it("does not know what was withdrawn, or is for contacts only", function ()
			local token = invites.create_account().token;
			invites.delete_account_invite(token);
			assert.same({ nil, "unknown" }, { invitations:find(token) });
			assert.same({ nil, "unknown" }, { invitations:find(invites.create_contact("romeo", false).token) });
			assert.same({ nil, "unknown" }, { invitations:find("Abc-_xyz1") });
		end);

		it("says that it has expired", function ()
			for _, made in ipairs({ invites.create_account(nil, nil, -1), invites.create_contact("romeo", true, nil, -1),
				invites.create_account_reset("juliet", -1) }) do
				assert.same({ nil, "expired", n = 2 }, table.pack(invitations:find(made.token)));
			end
		end);

		it("says that it has been used", function ()
			local invite = find(invites.create_account().token);
			assert.same({ true }, { register(invite)[1] });
			assert.same({ nil, "used", n = 2 }, table.pack(invitations:find(invite.token)));
		end);

		it("says that it could not be found out, and logs why", function ()
			storage_fails = true;
			assert.same({ nil, "failed", n = 2 }, table.pack(invitations:find("Abc-_xyz1")));
			assert.matches("disk on fire", host:logged_at("error")[1]);
		end);
	end);

	describe("register", function ()
		it("creates the account, and uses the invite up", function ()
			local invite = find(invites.create_account().token);
			assert.equal(true, register(invite)[1]);
			assert.truthy(usermanager.test_password("juliet", host.name, "a good one"));
			assert.equal(nil, (invites.get(invite.token)));
		end);

		it("tells the other modules", function ()
			local asked, told = hear("user-registering"), hear("user-registered");
			local invite = find(invites.create_contact("romeo", true, { note = "x" }).token);
			register(invite);
			for _, heard in ipairs({ asked, told }) do
				assert.equal(1, #heard);
				local event = heard[1];
				assert.same({ "juliet", host.name, "198.51.100.7" }, { event.username, event.host, event.ip });
				local validated = event.validated_invite;
				assert.same({ invite.token, "romeo", "roster", { note = "x" } },
					{ validated.token, validated.inviter, validated.type, validated.additional_data });
			end
			assert.equal("mod_bystander", told[1].source);
			assert.same({ type = "http"; ip = "198.51.100.7" }, told[1].session);
		end);

		it("has created the account and not used the invite when it tells of it", function ()
			local seen;
			local invite = find(invites.create_account().token);
			hear("user-registered", 100, function ()
				seen = { usermanager.user_exists("juliet", host.name), invites.get(invite.token).token };
			end);
			register(invite);
			assert.same({ true, invite.token }, seen);
		end);

		it("asks the other modules, one of which may refuse", function ()
			local reasons = {
				{ set = {} };
				{ set = { reason = "Not you" }; reason = "Not you" };
				{ set = { error = { text = "Nor you" }; reason = "another" }; reason = "Nor you" };
				{ set = { error = {}; reason = "Nobody" }; reason = "Nobody" };
			};
			local refusal;
			hear("user-registering", 0, function (event)
				event.allowed = false;
				for name, value in pairs(refusal.set) do event[name] = value; end
			end);
			local told = hear("user-registered");
			local invite = find(invites.create_account().token);
			for _, each in ipairs(reasons) do
				refusal = each;
				assert_why("denied", refusal.reason, register(invite));
			end
			assert.same({}, told);
			assert.falsy(usermanager.user_exists("juliet", host.name));
			assert.truthy(invites.get(invite.token));
		end);

		it("lets mod_invites_register use it up and make contacts", function ()
			assert(host:load("invites_register"));
			assert(usermanager.create_user("romeo", "x", host.name));
			local invite = find(invites.create_contact("romeo", true).token);
			assert.equal(true, register(invite)[1]);
			assert.equal(nil, (invites.get(invite.token)));
			assert.equal(nil, (invites.get(invite.token, "romeo")));
			assert.truthy(require "prosody.core.rostermanager".is_user_subscribed("juliet", host.name, "romeo@" .. host.name));
		end);

		it("uses both parts of a contact's invite up without mod_invites_register", function ()
			local invite = find(invites.create_contact("romeo", true).token);
			register(invite);
			assert.equal(nil, (invites.get(invite.token)));
			assert.equal(nil, (invites.get(invite.token, "romeo")));
		end);

		it("keeps what can be used again and again", function ()
			local invite = find(invites.create_group({ "x" }, nil, 600).token);
			assert.equal(true, register(invite, "juliet")[1]);
			assert.equal(true, register(find(invite.token), "romeo")[1]);
			assert.truthy(invites.get(invite.token));
		end);

		it("goes well even if another module fails, and uses the invite up", function ()
			assert(host:load("invites_register"));
			hear("user-registered", 10, function () error("on purpose"); end);
			local invite = find(invites.create_account().token);
			assert.equal(true, register(invite)[1]);
			assert.matches("on purpose", host:logged_at("error")[1]);
			assert.equal(nil, (invites.get(invite.token)));
		end);

		it("refuses what was used or withdrawn meanwhile", function ()
			local invite = find(invites.create_account().token);
			invites.delete_account_invite(invite.token);
			assert_why("gone", nil, register(invite));
			assert.falsy(usermanager.user_exists("juliet", host.name));
		end);

		it("refuses what is withdrawn while it waits", function ()
			local invite = find(invites.create_account().token);
			hear("user-registering", 0, function () invites.delete_account_invite(invite.token); end);
			assert_why("gone", nil, register(invite));
			assert.falsy(usermanager.user_exists("juliet", host.name));
		end);

		it("notes who begins, and forgets it in the end", function ()
			local invite = find(invites.create_account().token);
			local noted;
			hear("user-registered", 0, function () noted = begun_invites.find(begun, invite, "juliet"); end);
			register(invite);
			assert.same({ "juliet", "198.51.100.7", invite.token }, { noted.username, noted.ip, noted.invite.token });
			assert.equal(nil, begun_invites.find(begun, invite, "juliet"));
		end);

		it("makes no account if it cannot be noted who begins", function ()
			local invite = find(invites.create_account().token);
			invitations.begun.set = function () return nil, "disk full"; end;
			assert_why("failed", nil, register(invite));
			assert.falsy(usermanager.user_exists("juliet", host.name));
			assert.truthy(invites.get(invite.token));
		end);

		-- How two fare who register at the same time.
		local function register_both(invite, first, second)
			local given = {};
			for i, person in ipairs({ first, second }) do
				async.runner(function () given[i] = table.pack(invitations:register(invite, person)); end):run({});
			end
			host:run_until(function () return given[1] and given[2]; end);
			return given;
		end

		it("makes one account of it, for the first of two", function ()
			local invite = find(invites.create_account().token);
			local given = register_both(invite, { username = "juliet"; password = "a good one" }, { username = "romeo"; password = "a good one" });
			assert.equal(true, given[1][1]);
			assert_why("gone", nil, given[2]);
			assert.falsy(usermanager.user_exists("romeo", host.name));
		end);

		it("takes two taps on a button for one", function ()
			local told = hear("user-registered");
			local person = { username = "juliet"; password = "a good one" };
			local given = register_both(find(invites.create_account().token), person, person);
			assert.same({ true, true }, { given[1][1], given[2][1] });
			assert.equal(1, #told);
		end);

		it("takes two taps for one where the invite can be used again, too", function ()
			local person = { username = "juliet"; password = "a good one" };
			local given = register_both(find(invites.create_group({ "x" }, nil, 600).token), person, person);
			assert.same({ true, true }, { given[1][1], given[2][1] });
		end);

		it("lets two people use such an invite at the same time", function ()
			local given = register_both(find(invites.create_group({ "x" }, nil, 600).token),
				{ username = "juliet"; password = "a good one" }, { username = "romeo"; password = "a good one" });
			assert.same({ true, true }, { given[1][1], given[2][1] });
		end);

		it("does not take two people for one", function ()
			local given = register_both(find(invites.create_account().token),
				{ username = "juliet"; password = "a good one" }, { username = "juliet"; password = "another" });
			assert.equal(true, given[1][1]);
			assert_why("gone", nil, given[2]);
		end);

		it("lets the second have it if the first fails", function ()
			assert(usermanager.create_user("juliet", "x", host.name));
			local given = register_both(find(invites.create_account().token),
				{ username = "juliet"; password = "a good one" }, { username = "romeo"; password = "a good one" });
			assert_why("conflict", nil, given[1]);
			assert.equal(true, given[2][1]);
		end);

		it("says why it failed, and keeps the invite", function ()
			local told = hear("user-registered");
			local invite = find(invites.create_account().token);
			assert(usermanager.create_user("juliet", "x", host.name));
			assert_why("conflict", nil, register(invite));
			assert_why("password", "The password is too long", register(invite, "romeo", ("x"):rep(1024)));
			work:close();
			assert_why("busy", nil, register(invite, "romeo"));
			assert.same({}, told);
			assert.truthy(invites.get(invite.token));
		end);

		it("says that it failed, and logs why", function ()
			invitations = invitations_that_fail({ code = 500; condition = "internal-server-error" }, { wrapped_error = "disk on fire" });
			local invite = find(invites.create_account().token);
			assert_why("failed", nil, register(invite));
			assert.matches("disk on fire", host:logged_at("error")[1]);
			invitations = invitations_that_fail({ code = 418; condition = "teapot"; text = "Short and stout" });
			assert_why("failed", nil, register(invite));
			assert.equal(2, #host:logged_at("error"));
		end);
	end);

	describe("reset", function ()
		it("sets the password, uses the invite up and tells the other modules", function ()
			assert(usermanager.create_user("juliet", "an old one", host.name));
			local told, registered = hear("user-password-reset"), hear("user-registered");
			local invite = find(invites.create_account_reset("juliet").token);
			assert.equal(true, reset(invite)[1]);
			assert.truthy(usermanager.test_password("juliet", host.name, "a new one"));
			assert.equal(nil, (invites.get(invite.token)));
			assert.same({ nil, "used" }, { invitations:find(invite.token) });
			assert.equal(1, #told);
			assert.same({ "juliet", host.name, "mod_bystander", invite.token, "198.51.100.7" },
				{ told[1].username, told[1].host, told[1].source, told[1].validated_invite.token, told[1].ip });
			assert.same({}, registered);
		end);

		it("does it with mod_invites_register too", function ()
			assert(host:load("invites_register"));
			assert(usermanager.create_user("juliet", "an old one", host.name));
			local invite = find(invites.create_account_reset("juliet").token);
			assert.equal(true, reset(invite)[1]);
			assert.equal(nil, (invites.get(invite.token)));
		end);

		it("goes well even if another module fails, and uses the invite up", function ()
			assert(usermanager.create_user("juliet", "an old one", host.name));
			hear("user-password-reset", 10, function () error("on purpose"); end);
			local invite = find(invites.create_account_reset("juliet").token);
			assert.equal(true, reset(invite)[1]);
			assert.equal(nil, (invites.get(invite.token)));
		end);

		it("creates no account", function ()
			local invite = find(invites.create_account_reset("juliet").token);
			assert_why("item-not-found", nil, reset(invite));
			assert.falsy(usermanager.user_exists("juliet", host.name));
			assert.truthy(invites.get(invite.token));
		end);

		it("refuses what was used or withdrawn meanwhile", function ()
			assert(usermanager.create_user("juliet", "an old one", host.name));
			local invite = find(invites.create_account_reset("juliet").token);
			invites.delete_account_invite(invite.token);
			assert_why("gone", nil, reset(invite));
			assert.truthy(usermanager.test_password("juliet", host.name, "an old one"));
		end);

		it("says why it failed", function ()
			local invite = find(invites.create_account_reset("juliet").token);
			assert_why("password", "The password has characters that a password cannot have", reset(invite, "\xff"));
			invitations = invitations_that_fail({ code = 503; condition = "resource-constraint" });
			assert_why("busy", nil, reset(invite));
			invitations = invitations_that_fail({ code = 500; condition = "internal-server-error" });
			assert_why("failed", nil, reset(invite));
		end);
	end);
end);
