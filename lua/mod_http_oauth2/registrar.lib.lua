-- The host's registrar, from the options.

local json = require "prosody.util.json";
local random_bytes = require "prosody.util.random".bytes;

local jwt = require "frontdoor".jwt;
local oauth = require "frontdoor".oauth;

local host_secret = module:require("host_secret");

local default_ttl = 3600; -- seconds; what util.jwt gives tokens that must expire

-- What the community module gives to util.jwt: default_ttl, accept_expired, claim_verifier.
local options = module:get_option("oauth2_registration_options", {});

local function misconfigured(option, problem)
	error(option .. ": " .. problem, 0);
end

-- A string or a list of strings, as a list.
local function get_option_strings(name)
	local values = module:get_option(name, {});
	if type(values) ~= "table" then values = { values }; end
	for at, value in pairs(values) do
		if type(at) ~= "number" or type(value) ~= "string" or value == "" then
			misconfigured(name, "must be a string or a list of strings, none of them empty");
		end
	end
	return values;
end

-- Seconds for which a client is good; nil for ever.
local function get_ttl()
	local ttl = module:get_option_period("oauth2_registration_ttl", nil, 1);
	if not ttl and module:get_option("oauth2_registration_ttl") ~= nil then
		misconfigured("oauth2_registration_ttl", "must be a number of seconds, or a text such as \"90 days\"");
	end
	if ttl == math.huge then ttl = nil; end -- "never"
	if options.accept_expired then return nil; end
	if options.accept_expired == false and not (options.default_ttl or ttl) then return default_ttl; end
	return options.default_ttl or ttl;
end

-- A text that is neither PEM nor JSON is a secret.
local function key_of(definition)
	if type(definition) ~= "table" then
		definition = tostring(definition);
		if definition:find("-----BEGIN", 1, true) then
			return jwt.key({ pem = definition });
		elseif definition:find("^%s*{") then
			return jwt.key({ jwk = definition });
		end
		return jwt.key({ algorithm = "HS256"; secret = definition });
	elseif definition.kty then
		return jwt.key({ jwk = json.encode(definition) });
	end
	local jwk = definition.jwk;
	return jwt.key({
		algorithm = definition.algorithm; secret = definition.secret; pem = definition.pem; kid = definition.kid;
		jwk = type(jwk) == "table" and json.encode(jwk) or jwk;
	});
end

-- A list of keys, or keys by the `iss` of their statements; one key needs no list.
local function get_statement_keys()
	local option = "oauth2_software_statement_keys";
	local definitions = module:get_option(option, {});
	if type(definitions) ~= "table" or definitions.kty or definitions.pem or definitions.jwk or definitions.secret then
		definitions = { definitions };
	end
	local keys = {};
	for issuer, definition in pairs(definitions) do
		local key, problem = key_of(definition);
		if not key then
			misconfigured(option, ("the key %s is of no use: %s"):format(issuer, problem));
		end
		table.insert(keys, { issuer = type(issuer) == "string" and issuer or nil; key = key });
	end
	return keys;
end

-- What the operator allows, as a list of what the core has; the rest is warned of.
local function get_allowed(option, default, known)
	local allowed = {};
	for value in module:get_option_set(option, default) do
		if known[value] then
			table.insert(allowed, value);
		else
			module:log("warn", "%s: there is no %q, it is ignored", option, value);
		end
	end
	return allowed;
end

local grant_types = {
	authorization_code = true; refresh_token = true; password = true; implicit = true;
	device_code = true; ["urn:ietf:params:oauth:grant-type:device_code"] = true;
};

local function warn_of_weak_keys(keys)
	for at, key in ipairs(keys) do
		local weakness = oauth.key_weakness(key);
		if weakness then
			module:log("warn", "%s %s: whoever guesses it can forge clients. For a strong one: prosodyctl mod_http_oauth2 generate_key",
				at == 1 and "oauth2_registration_key" or "A key of oauth2_registration_previous_keys", weakness);
		end
	end
end

-- On a Component nobody logs in with a browser.
local is_for_browsers = {
	authorization_code = true; implicit = true; device_code = true; ["urn:ietf:params:oauth:grant-type:device_code"] = true;
};

local function without_browsers(allowed_types)
	if module:get_host_type() ~= "component" then return allowed_types; end
	local others = {};
	for _, name in ipairs(allowed_types) do
		if not is_for_browsers[name] then table.insert(others, name); end
	end
	return others;
end

local function get_allowed_response_types()
	local allowed_types = get_allowed("allowed_oauth2_response_types", { "code" }, { code = true; token = true });
	return module:get_host_type() ~= "component" and allowed_types or {};
end

-- What protects codes.
local challenge_methods = get_allowed("allowed_oauth2_code_challenge_methods", { "S256" }, { S256 = true; plain = true });

-- What may be registered.
local policy = {
	grant_types = without_browsers(get_allowed("allowed_oauth2_grant_types", { "authorization_code", "refresh_token", "device_code" },
		grant_types));
	response_types = get_allowed_response_types();
	locales = get_option_strings("allowed_oauth2_locales");
};

local function new_registrar(settings)
	settings.host, settings.policy = module.host, policy;
	local registrar, problem = oauth.registrar(settings);
	if not registrar then
		misconfigured("oauth2_registration_" .. problem:match("^%w+"), problem:match("^%w+: (.*)"));
	end
	return registrar;
end

local function configured_registrar(key)
	local previous_keys = get_option_strings("oauth2_registration_previous_keys");
	warn_of_weak_keys({ key, table.unpack(previous_keys) });
	return new_registrar({
		key = key;
		secret = host_secret();
		previous_keys = previous_keys;
		algorithm = module:get_option_string("oauth2_registration_algorithm", "HS256");
		ttl = get_ttl();
		max_size = module:get_option_integer("oauth2_registration_max_size", 4096, 64);
		initial_access_tokens = get_option_strings("oauth2_registration_token");
		software_statement_keys = get_statement_keys();
	});
end

-- { registrar, policy = what may be registered, challenge_methods, claim_verifier = the operator's own check of clients, can_register,
-- has_devices }.
-- Without a key there are no clients: then the registrar has one that nobody knows.
return function ()
	local key = module:get_option_string("oauth2_registration_key");
	local can_register, has_devices = key ~= nil and key ~= "", false;
	for _, name in ipairs(policy.grant_types) do
		has_devices = has_devices or name:find("device_code", 1, true) ~= nil;
	end
	if not can_register then
		module:log("info", "Clients cannot register: there is no oauth2_registration_key. For one: prosodyctl mod_http_oauth2 generate_key");
	end
	return {
		registrar = can_register and configured_registrar(key) or new_registrar({ key = random_bytes(32) });
		policy = policy; challenge_methods = challenge_methods; claim_verifier = options.claim_verifier;
		can_register = can_register; has_devices = has_devices;
	};
end
