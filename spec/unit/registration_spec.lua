-- core.registration at its boundary; what it decides is tested in src/registration.

local base64 = require "util.encodings".base64; -- Prosody's
local registration = require "frontdoor".registration;

local uuid = "0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c11";

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local function rules(options)
	options = options or {};
	options.auth_tokens = options.auth_tokens or { "secret" };
	return assert(registration.rules(options));
end

-- A request as JSON. Fields that are false are left out, others are as they stand here.
local function request(changes)
	local fields = {
		username = '"juliet"', password = '"a good one"', ip = '"192.0.2.1"', mail = '"juliet@example.net"', auth_token = '"secret"';
	};
	for name, value in pairs(changes or {}) do fields[name] = value; end
	local members = {};
	for name, value in pairs(fields) do
		if value then table.insert(members, ('"%s":%s'):format(name, value)); end
	end
	return "{" .. table.concat(members, ",") .. "}";
end

local function admit(options, changes)
	return table.pack(rules(options):admit(request(changes), "application/json"));
end

describe("core.registration.rules", function ()
	local function assert_bad(option, options)
		local refused = table.pack(registration.rules(options));
		assert.equal(2, refused.n);
		assert.equal(nil, refused[1]);
		assert.matches("^" .. option .. ": .", refused[2]);
	end

	it("needs an auth token", function ()
		assert_bad("reg_servlet_auth_token", {});
		assert_bad("reg_servlet_auth_token", { auth_tokens = {} });
		assert_bad("reg_servlet_auth_token", { auth_tokens = { "" } });
		assert_bad("reg_servlet_auth_token", { auth_tokens = { "good", "" } });
		assert_bad("reg_servlet_auth_token", { auth_tokens = { "good", "\xe9" } }); -- which no JSON can say
	end);

	it("names the option with an entry that is no address", function ()
		for _, entry in ipairs({ "example.org", "192.0.2.0/33", "192.0.2", "", "192.0.2.1\0", "\xff" }) do
			assert_bad("reg_servlet_bl", { auth_tokens = { "x" }; blocked = { "::1", entry } });
			assert_bad("reg_servlet_wl", { auth_tokens = { "x" }; unthrottled = { "::1", entry } });
		end
	end);

	it("names the option with a pattern that is malformed", function ()
		assert_bad("reg_servlet_filtered_mails", { auth_tokens = { "x" }; filtered_mails = { "[" } });
	end);

	it("takes patterns of any bytes", function ()
		assert.truthy(rules({ filtered_mails = { "\0", "\xff", "[\x80-\xff\0]" } }));
	end);

	it("raises for lists that are none", function ()
		for _, name in ipairs({ "auth_tokens", "blocked", "unthrottled", "filtered_mails" }) do
			for _, value in ipairs({ "x", 1, true, false, print }) do
				assert_raises(name .. " must be a list of strings", registration.rules, { auth_tokens = { "x" }, [name] = value });
			end
			for _, entry in ipairs({ {}, true, print }) do
				assert_raises("to string", registration.rules, { auth_tokens = { "x" }, [name] = { entry } });
			end
		end
	end);

	it("raises for seconds that are none", function ()
		for _, value in ipairs({ -1, 1.5, "60", true, false, {} }) do
			assert_raises("throttle_seconds must be", registration.rules, { auth_tokens = { "x" }, throttle_seconds = value });
		end
	end);

	it("takes whole seconds that are floats", function ()
		local throttling = rules({ throttle_seconds = 60.0 });
		assert.truthy(throttling:allow("::1", 1000));
		assert.falsy(throttling:allow("::1", 1059));
	end);

	it("raises without a table", function ()
		for _, options in ipairs({ false, "x", 1 }) do
			assert_raises("to table", registration.rules, options);
		end
		assert_raises("to table", registration.rules);
	end);

end);

describe("rules:admit", function ()
	it("gives five fields of a good request, the last only if mail was typed differently", function ()
		assert.same({ "juliet", "a good one", "192.0.2.1", "juliet@example.net", nil, n = 5 }, admit());
		local typed = admit(nil, { ip = '"::FFFF:192.0.2.1"'; mail = '" Juliet@EXAMPLE.net"' });
		assert.same({ "juliet", "a good one", "192.0.2.1", "juliet@example.net", " Juliet@EXAMPLE.net", n = 5 }, typed);
	end);

	it("reads base64 unless the content type is JSON", function ()
		local json, encoded = request(), base64.encode(request());
		local admitting = rules();
		for _, content_type in ipairs({ "application/json", "Application/JSON;charset=utf-8" }) do
			assert.equal("juliet", (admitting:admit(json, content_type)));
			assert.equal(nil, (admitting:admit(encoded, content_type)));
		end
		for _, content_type in ipairs({ "application/encoded", "", "text/plain", "\xff", "application/json\0" }) do
			assert.equal("juliet", (admitting:admit(encoded, content_type)));
			assert.equal(nil, (admitting:admit(json, content_type)));
		end
		assert.equal("juliet", (admitting:admit(encoded)));
		assert.equal("juliet", (admitting:admit(encoded, nil)));
	end);

	it("gives nil, a sentence and a status for what it cannot read", function ()
		local admitting = rules();
		for _, body in ipairs({ "", "\0", "\xff", "[]", "{", "{}", "null", request() .. "x", request({ mail = false }), request({ ip = "1" }),
			request({ username = '""' }), request({ password = '"a\\u0000b"' }), request({ username = '"\xff"' }),
			("["):rep(10000), request({ ip = '"example.org"' }), request({ mail = '"juliet"' }) }) do
			local refused = table.pack(admitting:admit(body, "application/json"));
			assert.same({ nil, refused[2], 400, nil, nil, n = 5 }, refused, body:sub(1, 200));
			assert.matches("^.+%.$", refused[2]);
		end
	end);

	it("refuses a body that is too large, whatever it is", function ()
		for _, content_type in ipairs({ "application/json", "text/plain" }) do
			local refused = table.pack(rules():admit(("A"):rep(1024 * 1024), content_type));
			assert.same({ nil, "The body is too large (maximum 65536 bytes).", 413, nil, nil, n = 5 }, refused);
		end
	end);

	it("gives name and address too for what it could read and does not like", function ()
		local options = { blocked = { "192.0.2.0/24" }; filtered_mails = { "@banned%." } };
		local token = admit(options, { auth_token = '"wrong"' });
		assert.same({ nil, "'auth_token' is wrong. The attempt has been logged.", 401, "juliet", "192.0.2.1", n = 5 }, token);
		local address = admit(options, {});
		assert.same({ nil, "Registration from this 'ip' is forbidden.", 403, "juliet", "192.0.2.1", n = 5 }, address);
		local mail = admit(options, { ip = '"2001:DB8:0::1"'; mail = '"x@banned.example"' });
		assert.same({ nil, "Registration with this 'mail' address is forbidden.", 403, "juliet", "2001:db8::1", n = 5 }, mail);
	end);

	it("never repeats a value in a sentence", function ()
		for _, field in ipairs({ "username", "password", "ip", "mail", "auth_token" }) do
			for _, value in ipairs({ '"hunter2' .. ("x"):rep(5000) .. '"', '"hunter2\\u0000"', '["hunter2"]', '"hunter2', '"hunter2\xff"' }) do
				local refused = admit(nil, { [field] = value });
				assert.equal(nil, refused[1]);
				assert.falsy(refused[2]:find("hunter2", 1, true), refused[2]);
			end
		end
	end);

	it("raises for missing and wrong arguments", function ()
		local admitting = rules();
		for _, value in ipairs({ false, {}, print }) do
			assert_raises("to string", admitting.admit, admitting, value);
			assert_raises("to string", admitting.admit, admitting, "{}", value);
		end
		assert_raises("to string", admitting.admit, admitting);
		assert_raises("self", admitting.admit, {}, "{}");
	end);
end);

describe("rules:allow", function ()
	it("lets an address through again after so many seconds", function ()
		local throttling = rules({ throttle_seconds = 60; unthrottled = { "10.0.0.0/8" } });
		assert.equal(true, throttling:allow("192.0.2.1", 1000));
		assert.equal(false, throttling:allow("::ffff:192.0.2.1", 1059));
		assert.equal(true, throttling:allow("192.0.2.2", 1059));
		assert.equal(true, throttling:allow("192.0.2.1", 1119));
		for _ = 1, 3 do assert.equal(true, throttling:allow("10.1.2.3", 1000)); end
	end);

	it("lets all through by default", function ()
		local lenient = rules();
		for _ = 1, 3 do assert.equal(true, lenient:allow("192.0.2.1", 1000.0)); end
	end);

	it("remembers each for itself", function ()
		local first, second = rules({ throttle_seconds = 60 }), rules({ throttle_seconds = 60 });
		assert.truthy(first:allow("192.0.2.1", 1000));
		assert.truthy(second:allow("192.0.2.1", 1000));
	end);

	it("raises for what is no address, and for what is no time", function ()
		local throttling = rules();
		for _, ip in ipairs({ "", "example.org", "192.0.2.0/24", "192.0.2.1\0", "\xff" }) do
			assert_raises("an IP address expected", throttling.allow, throttling, ip, 1000);
		end
		for _, now in ipairs({ -1, "now", false, {} }) do
			assert_raises("to u64", throttling.allow, throttling, "::1", now);
		end
		assert_raises("to u64", throttling.allow, throttling, "::1");
		assert_raises("to string", throttling.allow, throttling);
	end);
end);

describe("core.registration.refusal", function ()
	it("knows the status of what only the server can find", function ()
		local statuses = {
			password_characters = 400, name_pending = 401, mail_filtered = 403, password_policy = 403, forbidden = 403, method = 405,
			username = 406, username_length = 400, name_taken = 409, mail_known = 409, failed = 500, throttled = 503, busy = 503,
		};
		for name, status in pairs(statuses) do
			local found = table.pack(registration.refusal(name, "a reason"));
			assert.same({ status, found[2], n = 2 }, found, name);
			assert.truthy(#found[2] > 0);
		end
	end);

	it("gives the reason of others as its sentence", function ()
		assert.equal("Not today", (select(2, registration.refusal("password_policy", "Not today"))));
		assert.equal("Not today", (select(2, registration.refusal("forbidden", "Not today"))));
		assert.equal("This server does not allow this registration.", (select(2, registration.refusal("forbidden"))));
		assert.equal("This server does not allow this registration.", (select(2, registration.refusal("forbidden", nil))));
	end);

	it("raises for a name it does not know", function ()
		for _, name in ipairs({ "", "Busy", "busy\0", "\xff", "body_too_large" }) do
			assert_raises("no refusal is called", registration.refusal, name);
		end
		assert_raises("to string", registration.refusal);
		assert_raises("to string", registration.refusal, "busy", false);
	end);

	it("raises for a password policy without a reason", function ()
		assert_raises("password_policy", registration.refusal, "password_policy");
	end);
end);

describe("core.registration.outcome", function ()
	it("knows status and page of each", function ()
		local outcomes = {
			created = { 200, "success" }, unknown = { 200, "fail" }, no_token = { 400, "form" }, name_taken = { 409, "fail" },
			busy = { 503, "form" }, failed = { 500, "form" },
		};
		for name, expected in pairs(outcomes) do
			assert.same(expected, { registration.outcome(name) }, name);
		end
	end);

	it("raises for a name it does not know", function ()
		for _, name in ipairs({ "", "Created", "throttled", "created\0" }) do
			assert_raises("no outcome is called", registration.outcome, name);
		end
		assert_raises("to string", registration.outcome);
	end);
end);

describe("core.registration.username_fits", function ()
	it("says whether there can be a file of this name", function ()
		assert.equal(true, registration.username_fits(("a"):rep(250)));
		assert.equal(false, registration.username_fits(("a"):rep(251)));
		assert.equal(true, registration.username_fits(("."):rep(83)));
		assert.equal(false, registration.username_fits(("."):rep(84)));
	end);

	it("raises for what is no string", function ()
		assert_raises("to string", registration.username_fits);
		assert_raises("to string", registration.username_fits, {});
	end);
end);

describe("core.registration.token", function ()
	it("reads a UUID, with blanks around it and in either case", function ()
		for _, text in ipairs({ uuid, uuid:upper(), " " .. uuid .. "\r\n" }) do
			assert.equal(uuid, registration.token(text):text());
		end
	end);

	it("gives nil for anything else", function ()
		for _, text in ipairs({ "", "x", uuid .. "0", uuid:sub(2), uuid .. "\0", uuid:gsub("b", "\xff"), (uuid:gsub("-", "")) }) do
			assert.equal(nil, (registration.token(text)));
		end
	end);

	it("raises for what is no string", function ()
		assert_raises("to string", registration.token);
		assert_raises("to string", registration.token, {});
	end);

	it("has an id of 64 hexadecimal digits, the same each time", function ()
		local id = registration.token(uuid):id();
		assert.matches("^%x+$", id);
		assert.equal(64, #id);
		assert.equal(id, registration.token(uuid:upper()):id());
		assert.not_equal(id, registration.token((uuid:gsub("^0", "1"))):id());
	end);
end);

describe("core.registration.token_of", function ()
	it("finds the token in a form", function ()
		for _, form in ipairs({ "uuid=" .. uuid, "a=b&uuid=" .. uuid:upper() .. "&c=d", "uuid=&uuid=+" .. uuid .. "%0d%0a" }) do
			local token, outcome = registration.token_of(form);
			assert.equal(uuid, token:text());
			assert.equal(nil, outcome);
		end
	end);

	it("gives the outcome if there is none, or a bad one", function ()
		for _, form in ipairs({ "", "uuid", "uuid=", "a=b", "\0", "\xff=\xff" }) do
			assert.same({ nil, "no_token", n = 2 }, table.pack(registration.token_of(form)), form);
		end
		for _, form in ipairs({ "uuid=x", "uuid=%00", "uuid=\xff", "uuid=%", "uuid=" .. uuid .. "0" }) do
			assert.same({ nil, "unknown", n = 2 }, table.pack(registration.token_of(form)), form);
		end
	end);

	it("gives names that core.registration.outcome knows", function ()
		for _, form in ipairs({ "", "uuid=x" }) do
			assert.equal("number", type((registration.outcome((select(2, registration.token_of(form)))))));
		end
	end);

	it("raises for what is no string", function ()
		assert_raises("to string", registration.token_of);
		assert_raises("to string", registration.token_of, {});
	end);
end);

describe("token:seal", function ()
	local token = registration.token(uuid);

	it("makes text that token:open makes the password of", function ()
		for _, password in ipairs({ "", "a good one", "a\0b", "пароль", ("x"):rep(4096) }) do
			local sealed = token:seal(password, "example.org", "juliet");
			assert.matches("^[%w+/]+$", sealed);
			assert.falsy(password ~= "" and sealed:find(password, 1, true));
			assert.equal(password, registration.token(uuid):open(sealed, "example.org", "juliet"));
		end
	end);

	it("seals for one token, host and user name", function ()
		local sealed = token:seal("a good one", "example.org", "juliet");
		assert.equal(nil, (registration.token((uuid:gsub("^0", "1"))):open(sealed, "example.org", "juliet")));
		assert.equal(nil, (token:open(sealed, "example.com", "juliet")));
		assert.equal(nil, (token:open(sealed, "example.org", "romeo")));
		assert.equal(nil, (token:open(sealed, "juliet", "example.org")));
		assert.equal(nil, (token:open(sealed, "texample.org", "julie")));
		assert.equal(nil, (token:open(sealed, "xample.org", "juliete")));
	end);

	it("notices damage", function ()
		local sealed = token:seal("a good one", "example.org", "juliet");
		for _, damaged in ipairs({ "", "x", sealed:sub(1, -2), sealed:sub(2), sealed .. "A", sealed .. "\0", "\xff" .. sealed:sub(2) }) do
			assert.equal(nil, (token:open(damaged, "example.org", "juliet")));
		end
		for at = 1, #sealed do
			local other = sealed:sub(at, at) == "A" and "B" or "A";
			assert.equal(nil, (token:open(sealed:sub(1, at - 1) .. other .. sealed:sub(at + 1), "example.org", "juliet")), at);
		end
	end);

	it("raises for missing and wrong arguments", function ()
		for position = 1, 3 do
			local arguments = { "password", "example.org", "juliet" };
			for _, method in ipairs({ "seal", "open" }) do
				assert_raises("to string", token[method], token, table.unpack(arguments, 1, position - 1));
				arguments[position] = {};
				assert_raises("to string", token[method], token, table.unpack(arguments));
				arguments[position] = "x";
			end
		end
	end);

	it("raises for a password that is no UTF-8", function ()
		assert_raises("utf%-8", token.seal, token, "p\xe4ssword", "example.org", "juliet");
	end);
end);

describe("rules:untranslatable_patterns", function ()
	it("gives a list", function ()
		assert.same({}, rules():untranslatable_patterns());
		assert.same({ "%b\0\xff" }, rules({ filtered_mails = { "a", "%b\0\xff" } }):untranslatable_patterns());
	end);
end);
