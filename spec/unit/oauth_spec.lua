-- core.oauth at its boundary; what it decides is tested in src/oauth.

-- Prosody's modules find each other under this prefix once its loader has run, which lasts longer than one spec.
if not pcall(require, "prosody.util.json") then require "loader"; end

local hashes = require "prosody.util.hashes";
local json = require "prosody.util.json";
local base64 = require "prosody.util.encodings".base64.encode;
local split_jid = require "prosody.util.jid".split;
local random_bytes = require "prosody.util.random".bytes;
local core = require "frontdoor";

local oauth = core.oauth;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local no_strings = { false, {}, print };
local no_numbers = { false, "1300819379x", {}, print, 1/0, 0/0 };

local host = "capulet.example";
local key = "a registration key of some length";
local endpoint = "https://capulet.example/oauth2/register";
local now = 1700000000;
local nonce = ("n"):rep(9);

local web = json.encode({
	client_name = "Verona Mail"; client_uri = "https://app.example.com/"; software_id = "verona";
	redirect_uris = { "https://app.example.com/callback" }; ["client_name#de"] = "Veroneser Post";
});
local public = json.encode({
	client_name = "Balcony"; client_uri = "https://balcony.example/";
	redirect_uris = { "com.example.balcony:/callback" }; token_endpoint_auth_method = "none";
});

local function options(changes)
	local all = {
		host = host; key = key;
		policy = { grant_types = { "authorization_code", "device_code" }; response_types = { "code" }; locales = { "de" } };
	};
	for name, value in pairs(changes or {}) do all[name] = value; end
	return all;
end

local function registrar_of(changes)
	return assert(oauth.registrar(options(changes)));
end

-- The client, and what it was told.
local function register(registrar, metadata)
	local told = json.decode((assert(registrar:register(metadata or web, random_bytes(9), now, endpoint))));
	return assert(registrar:open(told.client_id, now)), told;
end

-- Nothing, a status and a body with this error.
local function assert_refused(status, code, ...)
	local refused = table.pack(...);
	assert.equal(3, refused.n);
	assert.equal(nil, refused[1]);
	assert.equal(status, refused[2]);
	assert.equal("integer", math.type(refused[2]));
	local body = json.decode(refused[3]);
	assert.equal(code, body.error);
	assert.equal("string", type(body.error_description));
	return body;
end

-- Nothing, a name and a sentence.
local function assert_unknown(name, ...)
	local unknown = table.pack(...);
	assert.equal(3, unknown.n);
	assert.equal(nil, unknown[1]);
	assert.equal(name, unknown[2]);
	assert.matches("%.$", unknown[3]);
end

describe("core.oauth", function ()
	it("lets another module register clients and know them again", function ()
		-- Once, as the module loads:
		local registrar = assert(oauth.registrar({
			host = "rooms.capulet.example";
			key = key; -- at least 16 random bytes, from the configuration
			policy = { grant_types = { "authorization_code", "refresh_token" }; response_types = { "code" } };
		}));

		-- POST /register
		local function handle_registration(body)
			local answer, hash_or_status, more = registrar:register(body, random_bytes(9), os.time(),
				"https://rooms.capulet.example/register");
			if not answer then return { status_code = hash_or_status; body = more }; end
			return { status_code = 201; body = answer };
		end

		-- POST /token, with client_id and client_secret
		local function handle_token_request(client_id, client_secret)
			local client, why = registrar:authenticate(client_id, client_secret, os.time());
			if not client then return { status_code = 401; reason = why }; end
			return { status_code = 200; name = client:text("client_name"); hash = client:hash() };
		end

		local response = handle_registration(web);
		assert.equal(201, response.status_code);
		local told = json.decode(response.body);
		local client = assert(registrar:open(told.client_id, os.time()));
		assert.equal("Verona Mail", client:text("client_name"));
		assert.same({ status_code = 200; name = "Verona Mail"; hash = client:hash() },
			handle_token_request(told.client_id, told.client_secret));
		assert.same({ status_code = 401; reason = "secret" }, handle_token_request(told.client_id, "wrong"));
		assert.same({ status_code = 401; reason = "signature" }, handle_token_request(told.client_id .. "x", told.client_secret));
		assert.equal(400, handle_registration("{}").status_code);
	end);
end);

describe("core.oauth.registrar", function ()
	it("takes the algorithms of HMAC", function ()
		for _, algorithm in ipairs({ "HS256", "HS384", "HS512" }) do
			assert.truthy(register(registrar_of({ algorithm = algorithm })));
		end
	end);

	it("gives nil and a sentence for other algorithms", function ()
		for _, algorithm in ipairs({ "", "none", "hs256", "RS256", "ES256", "EdDSA" }) do
			local refused = table.pack(oauth.registrar(options({ algorithm = algorithm })));
			assert.equal(2, refused.n);
			assert.equal(nil, refused[1]);
			assert.matches("^algorithm: must be HS256, HS384 or HS512, not ", refused[2]);
		end
	end);

	it("takes keys of any bytes", function ()
		for _, bytes in ipairs({ "\0", "\xff\0", ("\xfe"):rep(1000) }) do
			local _, told = register(registrar_of({ key = bytes }));
			assert.truthy(registrar_of({ key = "new"; previous_keys = { "x", bytes } }):open(told.client_id, now));
			assert_unknown("signature", registrar_of({ key = bytes .. "\1" }):open(told.client_id, now));
		end
	end);

	it("takes how long and how large", function ()
		local client = register(registrar_of({ ttl = 60; max_size = 4096.0 }));
		assert.equal(now + 60, client:expires_at());
		assert_refused(400, "invalid_client_metadata", registrar_of({ max_size = 64 }):register(web, nonce, now, endpoint));
	end);

	it("raises for what is missing", function ()
		for _, name in ipairs({ "host", "key", "policy" }) do
			local all = options();
			all[name] = nil;
			assert.falsy(pcall(oauth.registrar, all));
		end
		assert_raises("to table", oauth.registrar);
	end);

	it("raises for options of other types", function ()
		for _, name in ipairs({ "host", "key", "secret", "algorithm" }) do
			for _, value in ipairs(no_strings) do assert_raises("o [sS]tring", oauth.registrar, options({ [name] = value })); end
		end
		for _, name in ipairs({ "ttl", "max_size" }) do
			for _, value in ipairs({ false, "60", {}, 0.5, 1/0, 0/0 }) do
				assert_raises(name .. " must be a whole number", oauth.registrar, options({ [name] = value }));
			end
		end
		assert_raises("max_size must be", oauth.registrar, options({ max_size = -1 }));
		for _, name in ipairs({ "previous_keys", "initial_access_tokens" }) do
			for _, value in ipairs({ false, "x", print }) do
				assert_raises(name .. " must be a list of strings", oauth.registrar, options({ [name] = value }));
			end
			assert_raises("o [sS]tring", oauth.registrar, options({ [name] = { {} } }));
		end
		for _, value in ipairs({ false, "x", { "x" }, { {} }, { { key = "x" } }, { { key = io.stdout } } }) do
			assert.falsy(pcall(oauth.registrar, options({ software_statement_keys = value })));
		end
	end);

	it("raises for a policy that names what there is not", function ()
		for _, value in ipairs({ false, "x", print }) do assert.falsy(pcall(oauth.registrar, options({ policy = value }))); end
		assert_raises('grant_types: there is no "magic"', oauth.registrar, options({ policy = { grant_types = { "magic" } } }));
		assert_raises('response_types: there is no "x"', oauth.registrar, options({ policy = { response_types = { "code", "x" } } }));
		for _, name in ipairs({ "grant_types", "response_types", "locales" }) do
			assert_raises(name .. " must be a list", oauth.registrar, options({ policy = { [name] = "code" } }));
		end
	end);

	it("hides its keys", function ()
		assert.falsy(tostring(registrar_of()):find(key, 1, true));
	end);
end);

describe("core.oauth.schema", function ()
	it("gives JSON that follows the policy", function ()
		local schema = json.decode(oauth.schema({ grant_types = { "device_code", "authorization_code" }; locales = { "de" } }));
		assert.same({ "authorization_code", "urn:ietf:params:oauth:grant-type:device_code" },
			schema.properties.grant_types.items.enum);
		assert.truthy(schema.properties["client_name#de"]);
		assert.falsy(schema.properties["client_name#fr"]);
		assert.truthy(json.decode(oauth.schema({})));
	end);

	it("raises for another policy", function ()
		for _, value in ipairs({ false, "x", print }) do assert_raises("to table", oauth.schema, value); end
		assert_raises("to table", oauth.schema);
		assert_raises("there is no", oauth.schema, { grant_types = { "x" } });
	end);
end);

describe("core.oauth.revocable", function ()
	it("tells ids and hashes from the rest", function ()
		local client = register(registrar_of());
		assert.same({ "client_hash", client:hash(), n = 2 }, table.pack(oauth.revocable(client:id())));
		assert.same({ "client_hash", client:hash(), n = 2 }, table.pack(oauth.revocable(client:hash())));
		assert.same({ "software_id", "verona", n = 2 }, table.pack(oauth.revocable("verona")));
		assert.same({ "software_id", "", n = 2 }, table.pack(oauth.revocable("")));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do assert_raises("to string", oauth.revocable, value); end
		assert_raises("to string", oauth.revocable);
	end);
end);

describe("core.oauth.key_weakness", function ()
	it("gives a clause or nil", function ()
		assert.same({ "is shorter than 16 bytes", n = 1 }, table.pack(oauth.key_weakness("\xff")));
		assert.same({ "has fewer than 8 different characters", n = 1 }, table.pack(oauth.key_weakness(("x"):rep(64))));
		assert.same({ nil, n = 1 }, table.pack(oauth.key_weakness(key)));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do assert_raises("to string", oauth.key_weakness, value); end
		assert_raises("to string", oauth.key_weakness);
	end);
end);

describe("Registrar:admit", function ()
	it("admits everybody if there are no tokens", function ()
		for _, registrar in ipairs({ registrar_of(), registrar_of({ initial_access_tokens = {} }) }) do
			assert.same({ true, n = 3 }, table.pack(registrar:admit()));
			assert.equal(true, (registrar:admit("Bearer \xff")));
		end
	end);

	it("admits whoever has one of them", function ()
		local registrar = registrar_of({ initial_access_tokens = { "one", "two" } });
		assert.equal(true, (registrar:admit("Bearer two")));
		for _, header in ipairs({ "", "Bearer", "Bearer three", "Basic one", "one", "Bearer one\0", "Bearer one\xff" }) do
			assert_refused(401, "invalid_token", registrar:admit(header));
		end
		assert_refused(401, "invalid_token", registrar:admit());
		for _, value in ipairs(no_strings) do assert_raises("to string", registrar.admit, registrar, value); end
	end);
end);

describe("Registrar:register", function ()
	local registrar = registrar_of();

	it("gives the answer, the hash and client_uri", function ()
		local answer, hash, client_uri, more = registrar:register(web, nonce, now, endpoint);
		local told = json.decode(answer);
		assert.equal("https://app.example.com/", client_uri);
		assert.equal(nil, more);
		assert.equal(registrar:open(told.client_id, now):hash(), hash);
		assert.equal(43, #hash);
		-- Both as the community module computes them.
		local verification_key = hashes.hmac_sha256(key, host);
		assert.equal(hashes.hmac_sha256(verification_key, told.client_id, true), told.client_secret);
		assert.equal(endpoint .. "?client_id=" .. told.client_id, told.registration_client_uri);
		assert.equal("Veroneser Post", told["client_name#de"]);
		assert.equal(now, told.iat);
		assert.equal(0, told.client_secret_expires_at);
	end);

	it("gives nil, a status and a body", function ()
		assert_refused(400, "invalid_request", registrar:register("", nonce, now, endpoint));
		assert_refused(400, "invalid_request", registrar:register("\xff\0", nonce, now, endpoint));
		assert_refused(400, "invalid_request", registrar:register('{"a":1,"a":1}', nonce, now, endpoint));
		assert_refused(413, "invalid_request", registrar:register((" "):rep(65537), nonce, now, endpoint));
		local body = assert_refused(400, "invalid_client_name", registrar:register("{}", nonce, now, endpoint));
		assert.equal(false, body.valid);
		assert.equal("/client_name", body.errors[1].instanceLocation);
		assert.equal("/required", body.errors[1].schemaLocation);
		assert_refused(400, "invalid_redirect_uri",
			registrar:register((web:gsub("https:[^\"]+callback", "http://app.example.com/")), nonce, now, endpoint));
	end);

	it("raises for a short nonce", function ()
		for _, short in ipairs({ "", ("n"):rep(8) }) do
			assert_raises("at least 9 bytes", registrar.register, registrar, web, short, now, endpoint);
			assert_raises("at least 9 bytes", registrar.register, registrar, "", short, now, endpoint);
		end
	end);

	it("raises for arguments of other types", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", registrar.register, registrar, value, nonce, now, endpoint);
			assert_raises("to string", registrar.register, registrar, web, value, now, endpoint);
			assert_raises("to string", registrar.register, registrar, web, nonce, now, value);
		end
		assert_raises("utf%-8", registrar.register, registrar, web, nonce, now, "\xff");
		for _, value in ipairs(no_numbers) do
			assert.falsy(pcall(registrar.register, registrar, web, nonce, value, endpoint));
		end
		assert.falsy(pcall(registrar.register, registrar));
		assert.falsy(pcall(registrar.register, {}, web, nonce, now, endpoint));
	end);

	it("reads software statements of those it trusts", function ()
		local publisher = core.jwt.key({ algorithm = "HS256"; secret = ("p"):rep(32) });
		local trusting = registrar_of({ software_statement_keys = { { issuer = "https://publisher.example/"; key = publisher } } });
		local function with_statement(claims, signer)
			local metadata = json.decode(web);
			metadata.software_statement = assert(core.jwt.sign(signer or publisher, json.encode(claims)));
			return trusting:register(json.encode(metadata), nonce, now, endpoint);
		end
		local claims = { iss = "https://publisher.example/"; client_name = "Vouched for"; exp = now + 1 };
		local told = json.decode((assert(with_statement(claims))));
		assert.equal("Vouched for", told.client_name);
		assert.equal("string", type(told.software_statement));
		local stranger = core.jwt.key({ algorithm = "HS256"; secret = ("s"):rep(32) });
		assert_refused(400, "invalid_software_statement", with_statement(claims, stranger));
		assert_refused(400, "unapproved_software_statement", with_statement({ iss = "https://other.example/" }));
	end);
end);

describe("Registrar:open", function ()
	local registrar = registrar_of();
	local known, told = register(registrar);

	it("gives the client", function ()
		local client, why, message = registrar:open(told.client_id, now);
		assert.equal(nil, why);
		assert.equal(nil, message);
		assert.equal(known:hash(), client:hash());
	end);

	it("gives nil, a name and a sentence", function ()
		for _, id in ipairs({ "", "a.b.c", "\xff", told.client_id .. "\0", told.client_id .. "\xff", told.client_id:sub(2) }) do
			assert_unknown("signature", registrar:open(id, now));
			assert_unknown("signature", registrar:read(id, now));
			assert_unknown("signature", registrar:authenticate(id, told.client_secret, now));
		end
		assert_unknown("signature", registrar_of({ host = "montague.example" }):open(told.client_id, now));
		local expiring = registrar_of({ ttl = 60 });
		local client = register(expiring);
		assert_unknown("expired", expiring:open(client:id(), now + 60));
	end);

	for _, name in ipairs({ "open", "read" }) do
		it("raises if " .. name .. "() gets something else", function ()
			for _, value in ipairs(no_strings) do assert_raises("to string", registrar[name], registrar, value, now); end
			for _, value in ipairs(no_numbers) do assert.falsy(pcall(registrar[name], registrar, told.client_id, value)); end
			assert.falsy(pcall(registrar[name], registrar));
			assert.falsy(pcall(registrar[name], registrar, told.client_id));
		end);
	end
end);

describe("Registrar:read", function ()
	it("gives the client that is none any more, and why", function ()
		local registrar = registrar_of({ ttl = 60 });
		local known = register(registrar);
		local function read(time)
			local client, why, message = registrar:read(known:id(), time);
			assert.equal(known:hash(), client:hash());
			assert.equal(why and "string" or "nil", type(message));
			return why;
		end
		assert.equal(nil, read(now));
		assert.equal("expired", read(now + 60));
		registrar:revoke("client_hash", known:hash());
		assert.equal("revoked", read(now));
	end);
end);

describe("Registrar:authenticate", function ()
	local registrar = registrar_of();

	it("takes the secret and no other", function ()
		local client, told = register(registrar);
		assert.equal(client:hash(), registrar:authenticate(told.client_id, told.client_secret, now):hash());
		for _, secret in ipairs({ "", told.client_secret:upper(), told.client_secret .. "\0", "\xff", told.client_id }) do
			assert_unknown("secret", registrar:authenticate(told.client_id, secret, now));
		end
		assert_unknown("secret", registrar:authenticate(told.client_id, nil, now));
	end);

	it("takes public clients without one", function ()
		local client, told = register(registrar, public);
		assert.equal(nil, told.client_secret);
		assert.equal(client:hash(), registrar:authenticate(told.client_id, nil, now):hash());
		assert_unknown("secret", registrar:authenticate(told.client_id, "", now));
	end);

	it("raises for arguments of other types", function ()
		local _, told = register(registrar);
		for _, value in ipairs(no_strings) do
			assert_raises("to string", registrar.authenticate, registrar, value, "x", now);
			assert_raises("to string", registrar.authenticate, registrar, told.client_id, value, now);
		end
		assert.falsy(pcall(registrar.authenticate, registrar, told.client_id, told.client_secret));
	end);
end);

describe("Registrar:manage", function ()
	local registrar = registrar_of();
	local client, told = register(registrar);
	local header = "Bearer " .. told.registration_access_token;

	it("gives the client", function ()
		local managed, status, body = registrar:manage(told.client_id, header, now);
		assert.equal(client:hash(), managed:hash());
		assert.equal(nil, status);
		assert.equal(nil, body);
	end);

	it("gives nil, 401 and a body", function ()
		for _, wrong in ipairs({ "", "Bearer x", header .. "x", header .. "\xff", "Bearer " .. told.client_secret }) do
			assert_refused(401, "invalid_token", registrar:manage(told.client_id, wrong, now));
		end
		assert_refused(401, "invalid_token", registrar:manage(told.client_id, nil, now));
		for _, id in ipairs({ "", "\xff", register(registrar):id() }) do
			assert_refused(401, "invalid_token", registrar:manage(id, header, now));
		end
	end);

	it("raises for arguments of other types", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", registrar.manage, registrar, value, header, now);
			assert_raises("to string", registrar.manage, registrar, told.client_id, value, now);
		end
		assert.falsy(pcall(registrar.manage, registrar, told.client_id, header));
	end);
end);

describe("Registrar:describe", function ()
	local registrar = registrar_of();

	it("gives what the client was told", function ()
		for _, metadata in ipairs({ web, public }) do
			local client, told = register(registrar, metadata);
			assert.same(told, json.decode(registrar:describe(client, endpoint)));
		end
	end);

	it("raises for what is no client", function ()
		for _, value in ipairs({ "x", {}, io.stdout, registrar }) do
			assert.falsy(pcall(registrar.describe, registrar, value, endpoint));
		end
		assert.falsy(pcall(registrar.describe, registrar, (register(registrar))));
	end);
end);

describe("Registrar:replace", function ()
	local registrar = registrar_of();
	local client = register(registrar);

	local function body(changes)
		local metadata = json.decode(web);
		metadata.client_id = client:id();
		for name, value in pairs(changes) do metadata[name] = value; end
		return json.encode(metadata);
	end

	it("gives the answer, the hash and client_uri", function ()
		local answer, hash, client_uri = registrar:replace(client, body({ client_name = "Verona Post" }), nonce, now, endpoint);
		local told = json.decode(answer);
		assert.equal("Verona Post", told.client_name);
		assert.equal(registrar:open(told.client_id, now):hash(), hash);
		assert.not_equal(client:hash(), hash);
		assert.equal("https://app.example.com/", client_uri);
		assert.truthy(registrar:open(client:id(), now));
	end);

	it("gives nil, a status and a body", function ()
		local function replace(...) return registrar:replace(client, ...); end
		assert_refused(400, "invalid_request", replace("", nonce, now, endpoint));
		assert_refused(413, "invalid_request", replace((" "):rep(65537), nonce, now, endpoint));
		assert_refused(400, "invalid_client_metadata", replace(web, nonce, now, endpoint));
		assert_refused(400, "invalid_client_metadata", replace(body({ client_secret = "x" }), nonce, now, endpoint));
		assert_refused(400, "invalid_client_metadata", replace(body({ client_id_issued_at = now }), nonce, now, endpoint));
		assert_refused(400, "invalid_client_name", replace(body({ client_name = "" }), nonce, now, endpoint));
	end);

	it("raises for arguments of other types", function ()
		assert_raises("at least 9 bytes", registrar.replace, registrar, client, body({}), "short", now, endpoint);
		for _, value in ipairs({ "x", {}, io.stdout, registrar }) do
			assert.falsy(pcall(registrar.replace, registrar, value, body({}), nonce, now, endpoint));
		end
		for _, value in ipairs(no_strings) do
			assert_raises("to string", registrar.replace, registrar, client, value, nonce, now, endpoint);
		end
	end);
end);

describe("Registrar:revoke", function ()
	local client = register(registrar_of());

	for kind, name in pairs({ client_hash = client:hash(); software_id = "verona"; issued_before = "app.example.com" }) do
		it("revokes by " .. kind .. " until it is restored", function ()
			local registrar = registrar_of();
			assert.same({ n = 0 }, table.pack(registrar:revoke(kind, name, now + 1)));
			assert_unknown("revoked", registrar:open(client:id(), now));
			assert.truthy(registrar_of():open(client:id(), now));
			assert.same({ n = 0 }, table.pack(registrar:restore(kind, "another")));
			assert_unknown("revoked", registrar:open(client:id(), now));
			registrar:restore(kind, name);
			assert.truthy(registrar:open(client:id(), now));
			registrar:restore(kind, name);
		end);
	end

	it("spares clients that were issued at the time", function ()
		local registrar = registrar_of();
		for _, name in ipairs({ "", "app.example.com" }) do
			registrar:revoke("issued_before", name, now);
			assert.truthy(registrar:open(client:id(), now));
			registrar:revoke("issued_before", name, now + 1.0);
			assert_unknown("revoked", registrar:open(client:id(), now));
			registrar:restore("issued_before", name);
		end
	end);

	it("raises for other kinds and times", function ()
		local registrar = registrar_of();
		for _, kind in ipairs({ "", "client_id", "Client_hash" }) do
			assert_raises("is a client_hash, a software_id or issued_before", registrar.revoke, registrar, kind, "x", now);
			assert_raises("is a client_hash, a software_id or issued_before", registrar.restore, registrar, kind, "x");
		end
		for _, value in ipairs({ false, "1700000000", {}, 0.5, 1/0 }) do
			assert_raises("a time in seconds", registrar.revoke, registrar, "issued_before", "", value);
		end
		assert_raises("a time in seconds", registrar.revoke, registrar, "issued_before", "");
		for _, value in ipairs(no_strings) do
			assert_raises("to string", registrar.revoke, registrar, value, "x");
			assert_raises("to string", registrar.revoke, registrar, "client_hash", value);
			assert_raises("to string", registrar.restore, registrar, value, "x");
			assert_raises("to string", registrar.restore, registrar, "client_hash", value);
		end
	end);
end);

describe("Registrar:is_revoked", function ()
	it("gives true or false", function ()
		local registrar = registrar_of();
		local client = register(registrar);
		assert.equal(false, registrar:is_revoked(client:hash(), "verona"));
		registrar:revoke("software_id", "verona");
		assert.equal(true, registrar:is_revoked(client:hash(), "verona"));
		assert.equal(false, registrar:is_revoked(client:hash()));
		registrar:revoke("client_hash", client:hash());
		assert.equal(true, registrar:is_revoked(client:hash()));
		assert.equal(false, registrar:is_revoked("\xff", "\xff", "\xff", 1));
		registrar:revoke("issued_before", "app.example.com", 1000);
		assert.equal(true, registrar:is_revoked("x", nil, "https://app.example.com/", 999));
		assert.equal(false, registrar:is_revoked("x", nil, "https://app.example.com/", 1000));
		assert.equal(false, registrar:is_revoked("x", nil, "https://example.com/", 999));
	end);

	it("raises for what is no string", function ()
		local registrar = registrar_of();
		for _, value in ipairs(no_strings) do
			assert_raises("to string", registrar.is_revoked, registrar, value);
			assert_raises("to string", registrar.is_revoked, registrar, "x", value);
		end
		assert_raises("to string", registrar.is_revoked, registrar);
	end);
end);

describe("Client", function ()
	local registrar = registrar_of();
	local client, told = register(registrar);

	it("tells what its id says", function ()
		assert.equal(told.client_id, client:id());
		local base64url = base64(hashes.sha256(told.client_id)):gsub("[+/=]", { ["+"] = "-"; ["/"] = "_"; ["="] = "" });
		assert.equal(base64url, client:hash());
		local claims = json.decode(client:claims());
		for _, member in ipairs({ "client_name", "client_uri", "redirect_uris", "grant_types", "response_types", "nonce", "iat" }) do
			assert.same(told[member], claims[member]);
		end
		assert.equal(nil, claims.exp);
		assert.equal(nil, claims.client_secret);
		assert.equal(now, client:issued_at());
		assert.equal(nil, client:expires_at());
	end);

	it("has texts", function ()
		assert.equal("Verona Mail", client:text("client_name"));
		assert.equal("Veroneser Post", client:text("client_name#de"));
		assert.equal("verona", client:text("software_id"));
		for _, member in ipairs({ "", "scope", "client_name#fr", "redirect_uris", "grant_types", "nonce", "\xff" }) do
			assert.same({ nil, n = 1 }, table.pack(client:text(member)));
		end
		for _, value in ipairs(no_strings) do assert_raises("to string", client.text, client, value); end
		assert_raises("to string", client.text, client);
	end);

	it("is public or not", function ()
		assert.equal(false, client:is_public());
		assert.equal(true, register(registrar, public):is_public());
	end);

	it("outlives its registrar", function ()
		local kept = register(registrar_of());
		collectgarbage();
		assert.equal("Verona Mail", kept:text("client_name"));
		assert.truthy(registrar:describe(kept, endpoint));
	end);
end);

describe("core.oauth.id_token", function ()
	local registrar = registrar_of();
	local client, told = register(registrar);
	local signing_key = core.jwt.signing_key(core.jwt.generate_signing_key());
	local issuer, subject = "https://capulet.example/oauth2", "xmpp:juliet@capulet.example";

	local function id_token_options(changes)
		local all = { client = client; signing_key = signing_key; issuer = issuer; subject = subject; issued_at = now };
		for name, value in pairs(changes or {}) do all[name] = value; end
		return all;
	end

	local function verified(key_to_verify, token)
		local expected = { now = now; issuer = issuer; audience = client:id(); typ = "JWT" };
		return json.decode((assert(core.jwt.verify(key_to_verify, token, expected))));
	end

	local verifier = core.jwt.key({ jwk = signing_key:jwk() });

	it("says what it must", function ()
		local signed = table.pack(oauth.id_token(id_token_options()));
		assert.equal(2, signed.n);
		assert.equal(nil, signed[2]);
		assert.same({ iss = issuer; sub = subject; aud = told.client_id; exp = now + 3600; iat = now; amr = { "pwd" } },
			verified(verifier, signed[1]));
	end);

	it("says what it may", function ()
		local claims = verified(verifier, oauth.id_token(id_token_options({
			auth_time = now - 60.0; nonce = "n\"\0é"; access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
		})));
		assert.equal(now - 60, claims.auth_time);
		assert.equal("n\"\0é", claims.nonce);
		assert.equal("77QmUPtjPfzWtF2AnpK9RQ", claims.at_hash); -- OpenID Connect Core appendix A.3
	end);

	it("is signed with the secret of a client that wants it", function ()
		local metadata = json.decode(web);
		metadata.id_token_signed_response_alg = "HS256";
		client, told = register(registrar, json.encode(metadata));
		local secret = core.jwt.key({ algorithm = "HS256"; secret = told.client_secret });
		assert.equal(subject, verified(secret, oauth.id_token(id_token_options())).sub);
	end);

	it("gives nil and a sentence if it is too long", function ()
		local refused = table.pack(oauth.id_token(id_token_options({ nonce = ("n"):rep(65536) })));
		assert.same({ nil, "the token would be longer than 64 KiB", n = 2 }, refused);
	end);

	it("raises for what is missing", function ()
		for _, name in ipairs({ "client", "signing_key", "issuer", "subject", "issued_at" }) do
			local all = id_token_options();
			all[name] = nil;
			assert.falsy(pcall(oauth.id_token, all), name);
		end
		assert_raises("issued_at is missing", oauth.id_token,
			{ client = client; signing_key = signing_key; issuer = issuer; subject = subject });
		assert_raises("to table", oauth.id_token);
	end);

	it("raises for options of other types", function ()
		for _, value in ipairs({ false, "x", {}, io.stdout, registrar }) do
			assert.falsy(pcall(oauth.id_token, id_token_options({ client = value })));
			assert.falsy(pcall(oauth.id_token, id_token_options({ signing_key = value })));
		end
		for _, name in ipairs({ "issuer", "subject", "nonce", "access_token" }) do
			for _, value in ipairs({ false, {}, print, "\xff" }) do
				assert.falsy(pcall(oauth.id_token, id_token_options({ [name] = value })));
			end
		end
		for _, name in ipairs({ "issued_at", "auth_time" }) do
			for _, value in ipairs({ false, "1700000000", {}, 0.5, 1/0, 0/0 }) do
				assert_raises(name .. " must be a whole number", oauth.id_token, id_token_options({ [name] = value }));
			end
		end
	end);
end);

describe("core.oauth.user_code", function ()
	it("gives a code or nil", function ()
		assert.same({ "BCDF-GHJK", n = 1 }, table.pack(oauth.user_code("\0\1\2\3\4\5\6\7")));
		assert.same({ nil, n = 1 }, table.pack(oauth.user_code("\0\1\2\3\4\5\6\xff")));
		assert.same({ nil, n = 1 }, table.pack(oauth.user_code("")));
		local code = oauth.user_code(random_bytes(32));
		assert.equal(code, oauth.read_user_code(code));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do assert_raises("to string", oauth.user_code, value); end
		assert_raises("to string", oauth.user_code);
	end);
end);

describe("core.oauth.read_user_code", function ()
	it("gives the code or nil", function ()
		for _, text in ipairs({ "WDJB-MJHT", "wdjbmjht", " WDJB — MJHT\n" }) do
			assert.same({ "WDJB-MJHT", n = 1 }, table.pack(oauth.read_user_code(text)));
		end
		for _, text in ipairs({ "", "WDJB-MJH", "WDJB-MJHA", "WDJB-MJHT\0", "WDJB-MJHT\xff", (" "):rep(57) .. "WDJBMJHT" }) do
			assert.same({ nil, n = 1 }, table.pack(oauth.read_user_code(text)));
		end
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do assert_raises("to string", oauth.read_user_code, value); end
		assert_raises("to string", oauth.read_user_code);
	end);
end);

describe("core.oauth.held_token", function ()
	-- As mod_tokenauth makes it.
	local function token(jid, secret)
		return "secret-token:" .. base64("2;" .. "AbCd-_012345" .. ";" .. (secret or random_bytes(18)) .. ";" .. jid);
	end

	it("gives what is in it", function ()
		for _ = 1, 100 do
			local secret = random_bytes(18);
			local stored = "sha256:" .. hashes.sha256(secret, true);
			assert.same({ "AbCd-_012345", "juliet", host, stored, n = 4 },
				table.pack(oauth.held_token(token("juliet@" .. host, secret))));
			assert.same({ "AbCd-_012345", nil, host, stored, n = 4 }, table.pack(oauth.held_token(token(host, secret))));
		end
	end);

	it("takes a JID apart as util.jid does", function ()
		local parts, found = { "", "a", "@", "/", "ü" }, 0;
		for number = 0, 5 * 5 * 5 * 5 * 5 - 1 do
			local text, rest = "", number;
			for _ = 1, 5 do
				text, rest = text .. parts[rest % #parts + 1], rest // #parts;
			end
			local username, jid_host = split_jid(text);
			local grant_id, own_username, own_host = oauth.held_token(token(text));
			assert.same({ username, jid_host }, { own_username, own_host }, text);
			assert.equal(jid_host ~= nil, grant_id ~= nil);
			if jid_host then found = found + 1; end
		end
		assert.truthy(found > 100);
	end);

	it("gives nil for anything else", function ()
		local good = token("juliet@" .. host);
		for _, text in ipairs({ "", "\0", "\xff", "secret-token:", good .. "\n", good:upper(), good:sub(14), good:sub(1, -2),
			token("a@b", "short"), token("a@b@c"), token("\xff"), token(("b"):rep(4096)), "secret-token:" .. base64("1;a;b;c") }) do
			local nothing = table.pack(oauth.held_token(text));
			assert.same({ nil, nil, nil, nil, n = 4 }, nothing);
		end
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do assert_raises("to string", oauth.held_token, value); end
		assert_raises("to string", oauth.held_token);
	end);
end);
