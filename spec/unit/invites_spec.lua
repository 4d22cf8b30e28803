-- core.invites at its boundary; what it decides is tested in src/invite.

local invites = require "frontdoor".invites;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local no_strings = { false, {}, print };

describe("core.invites", function ()
	for _, name in ipairs({ "is_token", "suggestions", "api_key", "hash_secret", "secret_matches", "registration", "idempotency_key" }) do
		it("raises if " .. name .. "() gets no string", function ()
			for _, value in ipairs(no_strings) do
				assert_raises("to string", invites[name], value);
			end
			assert_raises("to string", invites[name]);
		end);
	end
end);

describe("core.invites.is_token", function ()
	it("gives true or false", function ()
		assert.equal(true, invites.is_token("Abc-_xyz1"));
		assert.equal(true, invites.is_token("wnsAEGj6"));
		for _, text in ipairs({ "", "short", ("a"):rep(65), "Abc-_xyz\0", "Abc-_xyz\xff" }) do
			assert.equal(false, invites.is_token(text));
		end
	end);
end);

describe("core.invites.token_in", function ()
	it("gives the token or nil", function ()
		assert.equal("Abc-_xyz1", invites.token_in("fbclid=y&Abc-_xyz1"));
		assert.equal("Abc-_xyz1", invites.token_in("t=Abc-_xyz1"));
		for _, query in ipairs({ "", "x=y", "\xff\0", ("a"):rep(5000) }) do
			assert.same({ nil, n = 1 }, table.pack(invites.token_in(query)));
		end
		assert.same({ nil, n = 1 }, table.pack(invites.token_in(nil)));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", invites.token_in, value);
		end
	end);
end);

describe("core.invites.suggestions", function ()
	local nodeprep = require "util.encodings".stringprep.nodeprep; -- Prosody's

	it("gives names that Prosody takes as they are", function ()
		for _, name in ipairs({ "juliet", "juliet7", "ännchen", "юля", "小明", "a", "j.-" }) do
			local names = invites.suggestions(name);
			assert.truthy(#names >= 8 and #names <= 12, name);
			for _, suggestion in ipairs(names) do assert.equal(suggestion, nodeprep(suggestion, true)); end
		end
		assert.same({ "juliet8", "juliet9", "juliet10" }, { table.unpack(invites.suggestions("juliet7"), 1, 3) });
	end);

	it("gives an empty list where there are none", function ()
		for _, name in ipairs({ "", "a b", "a@b", "\xff", "a\0", "יוליה", ("a"):rep(250) }) do
			assert.same({}, invites.suggestions(name));
		end
	end);
end);

describe("core.invites.api_key", function ()
	it("gives id and secret, or nil", function ()
		assert.same({ "website", "s3/cret", n = 2 }, table.pack(invites.api_key("website/s3/cret")));
		for _, text in ipairs({ "", "website", "website/", "/secret", "web site/secret", "website/\xff", "website/a\0" }) do
			assert.equal(nil, (invites.api_key(text)));
		end
	end);
end);

describe("core.invites.secret_matches", function ()
	local hashes = require "util.hashes"; -- Prosody's

	it("knows the hash that hash_secret() makes", function ()
		for _, secret in ipairs({ "s3cret", "\0", "\xff\xfe", ("x"):rep(256) }) do
			local stored = invites.hash_secret(secret);
			assert.equal("sha256:" .. hashes.sha256(secret, true), stored);
			assert.equal(true, invites.secret_matches(secret, stored));
			assert.equal(true, invites.secret_matches(secret, secret));
			assert.equal(false, invites.secret_matches(secret .. "x", stored));
			assert.equal(false, invites.secret_matches(secret .. "x", secret));
		end
		assert.equal(false, invites.secret_matches("", ""));
		assert.equal(false, invites.secret_matches("\xfe", "\xff"));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", invites.secret_matches, "x", value);
		end
		assert_raises("to string", invites.secret_matches, "x");
	end);
end);

describe("core.invites.registration", function ()
	local body = '{"username":"juliet","password":"p\\u00e4ss","token":"Abc-_xyz1","x":null}';

	it("gives username, password and token", function ()
		local read = table.pack(invites.registration(body, "application/json; charset=utf-8"));
		assert.same({ "juliet", "päss", "Abc-_xyz1", n = 3 }, read);
	end);

	local function assert_refused(status, text, ...)
		local refused = table.pack(invites.registration(...));
		assert.equal(3, refused.n);
		assert.equal(nil, refused[1]);
		assert.equal(status, refused[2]);
		assert.equal("integer", math.type(refused[2]));
		assert.matches(text, refused[3]);
	end

	it("gives nil, a status and a sentence", function ()
		assert_refused(415, "application/json", body);
		assert_refused(415, "application/json", body, nil);
		assert_refused(415, "application/json", body, "text/plain\xff");
		assert_refused(413, "65536", body .. (" "):rep(64 * 1024), "application/json");
		assert_refused(400, "not a JSON object", "[]", "application/json");
		assert_refused(400, "not valid JSON", "", "application/json");
		assert_refused(400, "not valid JSON", '{"x":"\xff"}', "application/json");
		assert_refused(404, "'token'", (body:gsub("xyz1", "xyz=")), "application/json");
	end);

	for _, member in ipairs({ "username", "password", "token" }) do
		it("names " .. member .. " if it is bad", function ()
			local sentence = "'" .. member .. "'";
			local value = '"' .. member .. '":"[^"]+"';
			if member ~= "username" then -- which an invite may bring
				assert_refused(400, sentence .. " is missing", (body:gsub(value, '"y":1')), "application/json");
				assert_refused(400, sentence .. " must not be empty", (body:gsub(value, '"' .. member .. '":""')), "application/json");
			end
			for _, bad in ipairs({ "1", "null", "[]", '"\\u0000"', '"\xff"' }) do
				assert_refused(400, sentence, (body:gsub(value, '"' .. member .. '":' .. bad)), "application/json");
			end
			assert_refused(400, sentence .. " appears twice", '{"' .. member .. '":"x",' .. body:sub(2), "application/json");
		end);
	end

	it("raises if the content type is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", invites.registration, body, value);
		end
	end);
end);

describe("core.invites.idempotency_key", function ()
	it("gives true or false", function ()
		for _, key in ipairs({ "8e03978e-40d5-43dd-bc93-6894a57f9324", '"x"', ("x"):rep(255) }) do
			assert.equal(true, invites.idempotency_key(key));
		end
		for _, key in ipairs({ "", '""', '"x', "x\n", "\xff", "x\0", ("x"):rep(256) }) do
			assert.equal(false, invites.idempotency_key(key));
		end
	end);
end);
