-- frontdoor.accounts gives accounts of Prosody's own providers another password.

describe("frontdoor.accounts", function ()
	local host, async, usermanager, new_accounts, open_worker;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		async = require "prosody.util.async";
		usermanager = require "prosody.core.usermanager";
		new_accounts = require "frontdoor.accounts".new;
		open_worker = require "frontdoor.worker".open;
		host:unload("auth_internal_hashed"); -- each test loads the provider it wants
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	local accounts, work, store, changed, stores;

	local function keep_replaceable(event)
		event.store = setmetatable({}, { __index = event.store });
		table.insert(stores, event.store);
	end

	local function let_storage_fail(method)
		for _, opened in ipairs(stores) do opened[method] = function () return nil, "disk on fire"; end; end
	end

	local function note_change(event) table.insert(changed, event); end

	local function start(provider, options)
		changed, stores = {}, {};
		host:set_options(options or {});
		host:set_options({ authentication = provider; default_iteration_count = 5000 });
		local module = assert(host:load("bystander")).module;
		store = module:open_store("accounts");
		host.events.add_handler("store-opened", keep_replaceable);
		assert(host:load("auth_" .. provider));
		host.server_events.add_handler("user-password-changed", note_change);
		work = open_worker(module);
		accounts = new_accounts(module, work);
	end

	after_each(function ()
		host.events.remove_handler("store-opened", keep_replaceable);
		host.server_events.remove_handler("user-password-changed", note_change);
		store:set("juliet", nil);
		work:close();
		host:unload_all();
	end);

	-- What a function gives that may wait. `meanwhile` happens while it waits.
	local function wait_for(call, meanwhile)
		local given;
		async.runner(function () given = table.pack(call()); end):run({});
		if meanwhile then
			assert.equal(nil, given, "it did not wait");
			meanwhile();
		end
		host:run_until(function () return given; end);
		return given;
	end

	local function set_password(password, recheck, meanwhile)
		return wait_for(function () return accounts:set_password("juliet", password, recheck); end, meanwhile);
	end

	local function assert_refused(condition, code, given)
		assert.equal(nil, given[1]);
		assert.same({ condition, code }, { given[2].condition, given[2].code });
		assert.same({}, changed);
	end

	-- That what is done leaves the account as it is.
	local function assert_kept(act)
		local before = store:get("juliet");
		act();
		assert.same(before, store:get("juliet"));
		assert.same({}, changed);
	end

	local function can_log_in(password)
		return usermanager.test_password("juliet", host.name, password) or false;
	end

	-- What every provider does.
	local function behaves()
		it("sets a password that one can log in with", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			assert.same({ true, n = 1 }, set_password("new pässword"));
			assert.truthy(can_log_in("new pässword"));
			assert.falsy(can_log_in("old password"));
		end);

		it("tells the others, who log people out", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			set_password("new password");
			assert.same({ { username = "juliet"; host = host.name } }, changed);
		end);

		it("keeps a disabled account disabled", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			local record = store:get("juliet");
			record.disabled, record.disabled_meta = true, { reason = "spam" };
			store:set("juliet", record);
			assert.same({ true, n = 1 }, set_password("new password"));
			assert.same({ true, { reason = "spam" } }, { store:get("juliet").disabled, store:get("juliet").disabled_meta });
			assert.falsy(can_log_in("new password"));
		end);

		it("keeps when the account was created, and notes when it was changed", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			local record = store:get("juliet");
			record.created, record.updated, record.note = 1, 2, "kept";
			store:set("juliet", record);
			set_password("new password");
			record = store:get("juliet");
			assert.same({ 1, "kept" }, { record.created, record.note });
			assert.truthy(os.time() - record.updated <= 60);
		end);

		it("creates no account", function ()
			assert_refused("item-not-found", 404, set_password("new password"));
			assert.equal(nil, store:get("juliet"));
		end);

		it("refuses what cannot be a password", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			for condition, passwords in pairs({
				["not-acceptable"] = { "", "a\0b", "\xff", "\u{ad}" };
				["policy-violation"] = { ("x"):rep(1024), ("ä"):rep(512) };
			}) do
				for _, password in ipairs(passwords) do
					assert_kept(function () assert_refused(condition, 400, set_password(password)); end);
				end
			end
			assert.same({ true, n = 1 }, set_password(("x"):rep(1023)));
		end);

		it("sets it if who asked still wants it", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			local asked = 0;
			assert.same({ true, n = 1 }, set_password("new password", function ()
				asked = asked + 1;
				assert.truthy(can_log_in("old password"));
				return true;
			end));
			assert.equal(1, asked);
			assert.truthy(can_log_in("new password"));
		end);

		it("passes on why who asked does not want it any more", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			local why = { condition = "gone" };
			assert_kept(function ()
				assert.same({ nil, why, n = 2 }, set_password("new password", function () return nil, why; end));
			end);
		end);

		it("says so if the storage fails", function ()
			assert(usermanager.create_user("juliet", "old password", host.name));
			assert_kept(function ()
				let_storage_fail("set");
				assert_refused("internal-server-error", 500, set_password("new password"));
			end);
		end);
	end

	describe("with internal_plain", function ()
		before_each(function () start("internal_plain"); end);

		behaves();
	end);

	describe("with internal_hashed", function ()
		before_each(function () start("internal_hashed"); end);

		behaves();

		local function create(changes)
			assert(usermanager.create_user("juliet", "old password", host.name));
			local record = store:get("juliet");
			for name, value in pairs(changes or {}) do record[name] = value; end
			store:set("juliet", record);
		end

		it("leaves the hashing to the worker pool, with a new salt", function ()
			create();
			local salt, asked = store:get("juliet").salt, {};
			local scram = work.scram;
			work.scram = function (...) table.insert(asked, table.pack(select(2, ...))); return scram(...); end
			set_password("new password");
			local record = store:get("juliet");
			assert.same({ { "SHA-1", "new password", record.salt, 5000; n = 4 } }, asked);
			assert.are_not.equal(salt, record.salt);
		end);

		it("hashes as often as before, if that is more than by default", function ()
			create({ iteration_count = 6000 });
			set_password("new password");
			assert.equal(6000, store:get("juliet").iteration_count);
			assert.truthy(can_log_in("new password"));
		end);

		it("hashes as often as by default, if that is more than before", function ()
			create({ iteration_count = 4096 });
			set_password("new password");
			assert.equal(5000, store:get("juliet").iteration_count);
			assert.truthy(can_log_in("new password"));
		end);

		it("removes a password that was readable", function ()
			store:set("juliet", { password = "old password"; created = 1 });
			assert.same({ true, n = 1 }, set_password("new password"));
			assert.equal(nil, store:get("juliet").password);
			assert.truthy(can_log_in("new password"));
			assert.falsy(can_log_in("old password"));
		end);

		it("hashes the password as it is after SASLprep", function ()
			create();
			set_password("pass\u{ad}w\u{ff4f}rd");
			assert.truthy(can_log_in("password"));
		end);

		it("does not bring an account back that was deleted meanwhile", function ()
			create();
			assert_refused("item-not-found", 404, set_password("new password", nil, function () store:set("juliet", nil); end));
			assert.equal(nil, store:get("juliet"));
		end);

		it("keeps what was changed meanwhile", function ()
			create();
			set_password("new password", nil, function () usermanager.disable_user("juliet", host.name); end);
			assert.equal(true, store:get("juliet").disabled);
		end);

		it("asks who wants it after the waiting, not before", function ()
			create();
			local wanted = true;
			assert_kept(function ()
				local given = set_password("new password", function ()
					if wanted then return true; end
					return nil, "not any more";
				end, function () wanted = false; end);
				assert.same({ nil, "not any more", n = 2 }, given);
			end);
		end);

		it("says so if the accounts cannot be read", function ()
			create();
			let_storage_fail("get");
			local given = set_password("new password");
			assert_refused("internal-server-error", 500, given);
			assert.equal("disk on fire", given[2].context.wrapped_error);
		end);

		it("says so if there is too much to do", function ()
			create();
			work:close();
			assert_kept(function () assert_refused("service-unavailable", 503, set_password("new password")); end);
		end);
	end);

	it("uses the hash that the provider uses", function ()
		start("internal_hashed", { password_hash = "SHA-256" });
		assert(usermanager.create_user("juliet", "old password", host.name));
		assert.same({ true, n = 1 }, set_password("new password"));
		assert.equal(64, #store:get("juliet").stored_key);
		assert.truthy(can_log_in("new password"));
	end);
end);
