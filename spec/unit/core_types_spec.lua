-- core.d.lua says what the native library has, and nothing else.

local declarations = "lua/frontdoor/core.d.lua";

local core = require "frontdoor";

local function read(path)
	local file <close> = assert(io.open(path));
	return file:read("*a");
end

-- { ["core.password.policy"] = { "options" }, ["Policy:check"] = … }, each with its @param names.
local function declared_functions(text)
	local functions, documented = {}, {};
	for line in text:gmatch("[^\n]+") do
		local param = line:match("^%-%-%-@param ([%w_]+)");
		local name, arguments = line:match("^function ([%w_.:]+)%((.*)%) end$");
		if param then
			table.insert(documented, param);
		elseif name then
			local named = {};
			for argument in arguments:gmatch("[%w_]+") do table.insert(named, argument); end
			functions[name] = { arguments = named; documented = documented; };
			documented = {};
		end
	end
	return functions;
end

local function declared_fields(text, class)
	local fields = {};
	local body = assert(text:match("%-%-%-@class frontdoor%." .. class .. "\n(.-)\n[^%-]"), class);
	for field in body:gmatch("%-%-%-@field ([%w_]+)") do fields[field] = true; end
	return fields;
end

local function registrar_options()
	return { host = "example.org"; key = ("x"):rep(16); policy = { grant_types = { "authorization_code" }; response_types = { "code" } } };
end

local function client()
	local registrar = core.oauth.registrar(registrar_options());
	local metadata = '{"client_name":"A","client_uri":"https://a.example/","redirect_uris":["https://a.example/cb"]}';
	local answer = registrar:register(metadata, ("n"):rep(9), 0, "");
	return registrar:open(answer:match('"client_id":"(.-)"'), 0);
end

local function authorization_request()
	local registrar = core.oauth.registrar(registrar_options());
	local query = "response_type=code&code_challenge=" .. ("x"):rep(43) .. "&client_id=" .. client():id();
	local policy = core.oauth.authorization_policy({ challenge_methods = { "plain" } });
	return (assert(core.oauth.authorization_request(registrar, policy, core.oauth.known_scopes({}), query, 0, "")));
end

-- One of each kind of userdata, by the name it has in the declarations.
local function instances()
	return {
		AuthorizationPolicy = core.oauth.authorization_policy({});
		AuthorizationRequest = authorization_request();
		Catalogue = core.messages.catalogue({ en = "" }, "en");
		Client = client();
		Key = core.jwt.key({ algorithm = "HS256"; secret = ("x"):rep(32) });
		KnownScopes = core.oauth.known_scopes({});
		Limit = core.limit.new(1, 1, 1);
		Policy = core.password.policy({});
		Pool = core.pool.new(1, 1);
		Registrar = core.oauth.registrar(registrar_options());
		Rules = core.registration.rules({ auth_tokens = { "x" } });
		SigningKey = core.jwt.signing_key(core.jwt.generate_signing_key());
		Token = core.registration.token("0b2d4a3e-7c62-4b5e-9d59-0d9e4a5f3c11");
	};
end

local function methods_of(userdata)
	return debug.getmetatable(userdata).__index or {};
end

-- The keys that a function reads from the table it is given, whose values it finds there.
local function keys_read_by(read_options, values)
	local keys = {};
	read_options(setmetatable({}, { __index = function (_, key)
		keys[key] = true;
		return values and values[key];
	end }));
	return keys;
end

local function keys_with_types(t)
	local types = {};
	for key, value in pairs(t) do types[key] = type(value); end
	return types;
end

describe("core.d.lua", function ()
	local text = read(declarations);
	local functions = declared_functions(text);
	local declared = assert(loadfile(declarations))();

	it("declares the tables of the library, and no others", function ()
		-- `version` is a field of the class and has no value there.
		local tables = keys_with_types(core);
		tables.version = nil;
		assert.same(tables, keys_with_types(declared));
		assert.truthy(declared_fields(text, "Core").version);
		assert.equal("string", type(core.version));
	end);

	for name in pairs(declared) do
		it("declares the functions of core." .. name .. ", and no others", function ()
			assert.same(keys_with_types(core[name]), keys_with_types(declared[name]));
		end);
	end

	for class, instance in pairs(instances()) do
		it("declares the methods of " .. class .. ", and no others", function ()
			local declared_methods = {};
			for name in pairs(functions) do
				local method = name:match("^" .. class .. ":(.+)$");
				if method then declared_methods[method] = "function"; end
			end
			assert.same(keys_with_types(methods_of(instance)), declared_methods);
		end);
	end

	it("declares methods of classes that exist only", function ()
		local known = instances();
		for name in pairs(functions) do
			local class = name:match("^(.+):");
			assert.truthy(class == nil or known[class], name);
		end
	end);

	it("documents every argument under its name", function ()
		local count = 0;
		for name, signature in pairs(functions) do
			count = count + 1;
			assert.same(signature.arguments, signature.documented, name);
		end
		assert.truthy(count > 10);
	end);

	it("declares the options that a password policy reads, and no others", function ()
		assert.same(keys_read_by(core.password.policy), declared_fields(text, "PolicyOptions"));
	end);

	it("declares the options that registration rules read, and no others", function ()
		assert.same(keys_read_by(core.registration.rules), declared_fields(text, "RulesOptions"));
	end);

	it("declares the options that a key reads, and no others", function ()
		local function read_options(options) pcall(core.jwt.key, options); end -- which raises if there is none
		assert.same(keys_read_by(read_options), declared_fields(text, "KeyOptions"));
	end);

	it("declares what core.jwt.verify reads, and no others", function ()
		local function read_options(options) pcall(core.jwt.verify, {}, "", options); end
		assert.same(keys_read_by(read_options), declared_fields(text, "Expected"));
	end);

	it("declares the options that a registrar reads, and no others", function ()
		assert.same(keys_read_by(core.oauth.registrar, registrar_options()), declared_fields(text, "RegistrarOptions"));
	end);

	it("declares what a registration policy is read for, and no others", function ()
		assert.same(keys_read_by(core.oauth.schema), declared_fields(text, "RegistrationPolicy"));
	end);

	it("declares what the key of a publisher is read for, and no others", function ()
		local options = registrar_options();
		local keys = keys_read_by(function (publisher)
			options.software_statement_keys = { publisher };
			assert(core.oauth.registrar(options));
		end, { key = core.jwt.key({ algorithm = "HS256"; secret = ("x"):rep(32) }) });
		assert.same(keys, declared_fields(text, "StatementKey"));
	end);

	it("declares what an ID token is read for, and no others", function ()
		local key = core.jwt.signing_key(core.jwt.generate_signing_key());
		local values = { client = client(); signing_key = key; issuer = "i"; subject = "s"; issued_at = 0 };
		local keys = keys_read_by(function (options) assert(core.oauth.id_token(options)); end, values);
		assert.same(keys, declared_fields(text, "IdTokenOptions"));
	end);

	it("declares what an authorization policy is read for, and no others", function ()
		assert.same(keys_read_by(core.oauth.authorization_policy), declared_fields(text, "AuthorizationPolicyOptions"));
	end);

	it("declares what known scopes are read for, and no others", function ()
		assert.same(keys_read_by(core.oauth.known_scopes), declared_fields(text, "KnownScopesOptions"));
	end);

	it("names the methods of challenges", function ()
		local count = 0;
		for name in text:match("@field challenge_methods[^\n,]+"):gmatch('"([^"]+)"') do
			count = count + 1;
			assert.truthy(core.oauth.authorization_policy({ challenge_methods = { name } }));
		end
		assert.equal(2, count);
	end);

	it("names the errors of OAuth", function ()
		local count = 0;
		for name in text:match("%-%-%-@alias frontdoor%.OAuthErrorName\n(.-)\n\n"):gmatch('| "([%w_]+)"') do
			count = count + 1;
			assert.equal("number", type(core.oauth.refusal(name, "")), name);
		end
		assert.equal(26, count);
	end);

	it("names the grant types that there are", function ()
		local count = 0;
		for name in text:match("@field grant_types[^\n]+"):gmatch('"([^"]+)"') do
			count = count + 1;
			assert.truthy(core.oauth.schema({ grant_types = { name } }):find(name, 1, true));
		end
		assert.equal(6, count);
	end);

	it("names the kinds of revocations", function ()
		local registrar, count = core.oauth.registrar(registrar_options()), 0;
		for kind in text:match("%-%-%-@alias frontdoor%.RevocationKind\n(.-)\n\n"):gmatch('| "([%w_]+)"') do
			count = count + 1;
			registrar:revoke(kind, "", 0);
		end
		assert.equal(3, count);
	end);

	it("declares the fields of a broken rule, and no others", function ()
		local declared_types = {};
		for field in pairs(declared_fields(text, "BrokenRule")) do declared_types[field] = "string"; end
		assert.same(keys_with_types(core.password.policy({}):broken("")[1]), declared_types);
	end);

	it("names the platforms that core.web.platform knows", function ()
		local count = 0;
		for known in text:match("%-%-%-@alias frontdoor%.Platform\n(.-)\n\n"):gmatch('"(%w+)"') do
			count = count + 1;
			assert.equal(known, core.web.platform('"' .. known .. '"'));
		end
		assert.equal(7, count);
	end);

	for alias, name in pairs({ RefusalName = "refusal"; OutcomeName = "outcome" }) do
		it("names what core.registration." .. name .. " knows", function ()
			local count = 0;
			for known in text:match("%-%-%-@alias frontdoor%." .. alias .. "\n(.-)\n\n"):gmatch('"([%w_]+)"') do
				count = count + 1;
				assert.equal("number", type(core.registration[name](known, "a reason")), known);
			end
			assert.truthy(count >= 6);
		end);
	end
end);
