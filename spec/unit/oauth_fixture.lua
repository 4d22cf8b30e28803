-- What the specs of core.oauth share: a host with two clients, and requests of theirs.

-- Prosody's modules find each other under this prefix once its loader has run, which lasts longer than one spec.
if not pcall(require, "prosody.util.json") then require "loader"; end

local assert = require "luassert";
local http = require "prosody.util.http";
local json = require "prosody.util.json";
local base64 = require "prosody.util.encodings".base64.encode;
local random_bytes = require "prosody.util.random".bytes;

local oauth = require "frontdoor".oauth;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

-- What a call gives, nils at the end included.
local function assert_gives(expected, ...)
	assert.same(expected, table.pack(...));
end

-- Nothing, a status and a body with this error, as { error_description }.
local function assert_refused(status, code, ...)
	local refused = table.pack(...);
	assert.equal(3, refused.n);
	assert.equal(nil, refused[1]);
	assert.equal(status, refused[2]);
	assert.equal("integer", math.type(refused[2]));
	local body = json.decode(refused[3]);
	assert.equal(code, body.error);
	return body.error_description;
end

local no_strings = { false, {}, print };
local no_numbers = { false, "1300819379x", {}, print, 1/0, 0/0 };
local no_userdata = { false, "x", {}, io.stdout };

-- Calls with the arguments, one after the other replaced by each of these values, or left out: it has to raise.
local function assert_raises_for(call, arguments, wrong)
	for position, values in pairs(wrong) do
		for _, value in ipairs(values) do
			local changed = table.move(arguments, 1, arguments.n, 1, {});
			changed[position] = value;
			assert.falsy(pcall(call, table.unpack(changed, 1, arguments.n)), position);
		end
	end
	for position in pairs(wrong) do -- an argument that is missing
		local changed = table.move(arguments, 1, arguments.n, 1, {});
		changed[position] = nil;
		local ok = pcall(call, table.unpack(changed, 1, arguments.n));
		assert.equal(wrong[position].may_be_nil or false, ok, position);
	end
end

local function optional(values)
	return table.move(values, 1, #values, 1, { may_be_nil = true });
end

local host = "capulet.example";
local key = "a registration key of some length";
local issuer = "https://capulet.example";
local now = 1700000000;
local form = "application/x-www-form-urlencoded";
local nonce = ("n"):rep(24);
local wrong_nonces = { "", ("n"):rep(23), ("n"):rep(25), false, {} };
-- RFC 7636 appendix B
local verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
local device_grant = "urn:ietf:params:oauth:grant-type:device_code";
local out_of_band = "urn:ietf:wg:oauth:2.0:oob";

local function registrar_of(changes)
	local all = {
		host = host; key = key;
		policy = {
			grant_types = { "authorization_code", "refresh_token", "device_code", "password" };
			response_types = { "code" };
		};
	};
	for name, value in pairs(changes or {}) do all[name] = value; end
	return assert(oauth.registrar(all));
end

local registrar = registrar_of();

-- The client, and what it was told.
local function register(changes)
	local metadata = {
		client_name = "Verona Mail"; client_uri = "https://app.example.com:8443/about"; application_type = "web";
		redirect_uris = { "https://app.example.com:8443/callback" };
		grant_types = { "authorization_code", "refresh_token", "password", device_grant };
	};
	for name, value in pairs(changes or {}) do metadata[name] = value; end
	local told = json.decode((assert(registrar:register(json.encode(metadata), random_bytes(9), now, issuer))));
	return assert(registrar:open(told.client_id, now)), told;
end

local client, told = register();
local native = register({
	client_name = "Balcony"; client_uri = "https://balcony.example/"; redirect_uris = { out_of_band };
	application_type = "native"; token_endpoint_auth_method = "none"; grant_types = { "authorization_code" };
});

local policy = oauth.authorization_policy({ challenge_methods = { "S256" }; requires_challenge = true; respects_prompt = true });
local known = oauth.known_scopes({ claims = { "openid", "offline_access", "profile" }; roles = { "prosody:user", "prosody:guest" } });

-- The query of a good request, with changes; false leaves a parameter out.
local function query_of(changes)
	local parameters = {
		response_type = "code"; client_id = client:id(); state = "s t"; scope = "openid xmpp"; nonce = "once";
		code_challenge = challenge; code_challenge_method = "S256";
	};
	for name, value in pairs(changes or {}) do parameters[name] = value or nil; end
	return http.formencode(parameters);
end

local function request_of(changes)
	return (assert(oauth.authorization_request(registrar, policy, known, query_of(changes), now, issuer)));
end

local function device_request_of()
	local state = oauth.device_token(registrar, "state", client, "WDJB-MJHT", now, nonce);
	return request_of({ redirect_uri = device_grant; state = state; code_challenge = false; code_challenge_method = false });
end

-- A request to the token endpoint, by the client if no other credentials are there.
local function ask(parameters, time)
	local basic = "Basic " .. base64(told.client_id .. ":" .. told.client_secret);
	return oauth.token_request(registrar, http.formencode(parameters), form, not parameters.client_id and basic or nil, time or now);
end

return {
	assert_raises = assert_raises; assert_gives = assert_gives; assert_refused = assert_refused; assert_raises_for = assert_raises_for;
	optional = optional; no_strings = no_strings; no_numbers = no_numbers; no_userdata = no_userdata; wrong_nonces = wrong_nonces;
	key = key; issuer = issuer; now = now; form = form; nonce = nonce; verifier = verifier; device_grant = device_grant;
	registrar_of = registrar_of; registrar = registrar; register = register; client = client; told = told; native = native;
	policy = policy; known = known; query_of = query_of; request_of = request_of; device_request_of = device_request_of; ask = ask;
};
