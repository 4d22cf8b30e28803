-- core.oauth at its boundary: what the authorization endpoint has of it. What it decides is tested in src/oauth.

local shared = require "spec.unit.oauth_fixture";

local random_bytes = require "prosody.util.random".bytes;
local oauth = require "frontdoor".oauth;

local assert_raises, assert_gives = shared.assert_raises, shared.assert_gives;
local assert_refused, assert_raises_for = shared.assert_refused, shared.assert_raises_for;
local optional, no_strings, no_numbers = shared.optional, shared.no_strings, shared.no_numbers;
local no_userdata, wrong_nonces, key = shared.no_userdata, shared.wrong_nonces, shared.key;
local issuer, now, nonce, device_grant = shared.issuer, shared.now, shared.nonce, shared.device_grant;
local registrar_of, registrar, register = shared.registrar_of, shared.registrar, shared.register;
local client, native, policy = shared.client, shared.native, shared.policy;
local known, query_of, request_of = shared.known, shared.query_of, shared.request_of;
local device_request_of = shared.device_request_of;

describe("core.oauth.authorization_policy", function ()
	it("takes the methods of challenges", function ()
		for _, methods in ipairs({ {}, { "S256" }, { "plain", "S256", "plain" } }) do
			assert.truthy(oauth.authorization_policy({ challenge_methods = methods; requires_challenge = true; respects_prompt = false }));
		end
	end);

	it("raises for others, and for what is no list of them", function ()
		for _, name in ipairs({ "", "s256", "none", "\xff" }) do
			assert_raises("challenge_methods: there is no", oauth.authorization_policy, { challenge_methods = { name } });
		end
		for _, value in ipairs({ false, "S256", print }) do
			assert_raises("challenge_methods must be a list of strings", oauth.authorization_policy, { challenge_methods = value });
			assert_raises("to table", oauth.authorization_policy, value);
		end
		assert_raises("to table", oauth.authorization_policy);
	end);
end);

describe("core.oauth.known_scopes", function ()
	it("raises for what is no list of strings", function ()
		for _, name in ipairs({ "claims", "roles" }) do
			for _, value in ipairs({ false, "openid", print }) do
				assert_raises(name .. " must be a list of strings", oauth.known_scopes, { [name] = value });
			end
			assert_raises("to string", oauth.known_scopes, { [name] = { {} } });
		end
		assert_raises("to table", oauth.known_scopes);
	end);
end);

describe("KnownScopes:requested", function ()
	it("gives what counts of a scope", function ()
		assert_gives({ "xmpp openid", n = 3 }, known:requested(client, "xmpp email openid xmpp"));
		assert_gives({ "", n = 3 }, known:requested(client));
		local narrow = register({ scope = "openid email" });
		assert_gives({ "openid", n = 3 }, known:requested(narrow));
		assert_gives({ "openid", n = 3 }, known:requested(narrow, "xmpp openid"));
		assert_gives({ "xmpp", n = 3 }, oauth.known_scopes({}):requested(client, "xmpp openid"));
	end);

	it("gives nil, a status and a body", function ()
		for _, scope in ipairs({ "", " ", "email", "openid\0", 'openid "', "openid\xff", "openid \xc3\xa9" }) do
			assert_refused(400, "invalid_scope", known:requested(client, scope));
		end
	end);

	it("raises for arguments of other types", function ()
		assert_raises_for(known.requested, { known, client, "openid", n = 3 }, {
			no_userdata, { registrar, table.unpack(no_userdata) }, optional(no_strings);
		});
	end);
end);

describe("KnownScopes:grant", function ()
	local all = { "xmpp", "prosody:user" };

	it("gives the scope and the role", function ()
		assert_gives({ "openid prosody:user xmpp", "prosody:user", n = 2 }, known:grant("prosody:user openid xmpp email", all));
		assert_gives({ "openid", n = 2 }, known:grant("openid xmpp", {}));
		assert_gives({ "openid", n = 2 }, known:grant("openid xmpp", all, { "openid", "profile", "prosody:user" }));
		assert_gives({ "", n = 2 }, known:grant("openid xmpp", all, {}));
		assert_gives({ "", n = 2 }, known:grant("", all, { "xmpp" }));
		assert_gives({ "", n = 2 }, known:grant("\xff prosody:guest", all));
	end);

	it("raises for arguments of other types", function ()
		local no_lists = { false, "xmpp", print, { {} } };
		assert_raises_for(known.grant, { known, "openid", {}, {}, n = 4 }, { no_userdata, no_strings, no_lists, optional(no_lists) });
		assert_raises("utf%-8", known.grant, known, "openid", { "\xff" });
	end);
end);

describe("frontdoor.KnownScopes:narrowed", function ()
	it("passes over what is not known", function ()
		local host = oauth.known_scopes({ claims = { "openid" } });
		assert_gives({ "openid xmpp", n = 1 }, host:narrowed("openid xmpp"));
		assert_gives({ "xmpp", n = 1 }, host:narrowed("openid xmpp", "xmpp profile"));
		assert_gives({ nil, n = 1 }, host:narrowed("xmpp", "openid profile"));
		assert_gives({ nil, n = 1 }, host:narrowed("xmpp", "profile"));
	end);
end);

describe("core.oauth.narrowed_scope", function ()
	it("gives the scope, or nil for more than there is", function ()
		assert_gives({ "openid xmpp", n = 1 }, oauth.narrowed_scope("openid xmpp"));
		assert_gives({ "xmpp openid", n = 1 }, oauth.narrowed_scope("openid profile xmpp", "xmpp openid xmpp"));
		assert_gives({ "", n = 1 }, oauth.narrowed_scope(""));
		for _, more in ipairs({ "profile", "openid profile", "", "openid\0", "openid\xff", "OPENID" }) do
			assert_gives({ nil, n = 1 }, oauth.narrowed_scope("openid xmpp", more));
		end
		assert_gives({ nil, n = 1 }, oauth.narrowed_scope("\xff", "\xff"));
	end);

	it("raises for what is no string", function ()
		assert_raises_for(oauth.narrowed_scope, { "openid", "openid", n = 2 }, { no_strings, optional(no_strings) });
	end);
end);

describe("core.oauth.authorization_request", function ()
	local function read(changes, ...)
		return oauth.authorization_request(registrar, policy, known, query_of(changes), now, ...);
	end

	it("gives the request and its client", function ()
		local request, asking, code, description = read(nil, issuer);
		assert.equal("code", request:response_type());
		assert.equal(client:hash(), asking:hash());
		assert.same({}, { code, description });
	end);

	it("gives nil and what is wrong, if only the user can be told", function ()
		local function assert_told(description, query)
			assert_gives({ nil, nil, "invalid_request", description, n = 4 },
				oauth.authorization_request(registrar, policy, known, query, now, issuer));
		end
		assert_told("Missing query parameters", nil);
		assert_told("Missing query parameters", "");
		for _, query in ipairs({ "client_id=\xff", "client_id=%ff", "client_id=%00", "state=1&state=2", ("x"):rep(65537) }) do
			assert_told("Invalid query parameters", query);
		end
		assert_told("Missing 'client_id' parameter", query_of({ client_id = false }));
		assert_told("Missing 'client_id' parameter", query_of({ client_id = "" }));
		-- These two mod_http_oauth2 knows by their texts.
		assert_told("Invalid 'client_id' parameter", query_of({ client_id = client:id() .. "x" }));
		assert_told("Invalid 'redirect_uri' parameter", query_of({ redirect_uri = "https://app.example.com:8443/callback/" }));
		assert_told("PKCE required", query_of({ client_id = native:id(); code_challenge = false; code_challenge_method = false }));
		assert_told("Invalid 'state' parameter",
			query_of({ redirect_uri = device_grant; code_challenge = false; code_challenge_method = false }));
	end);

	it("gives nil, a location and what is wrong, if the client can be told", function ()
		local refused = table.pack(read({ scope = "email" }, "https://issuer.example"));
		assert.same({ nil, "https://app.example.com:8443/callback?error=invalid_scope"
			.. "&error_description=nothing+in+%27scope%27+is+known+here&state=s+t&iss=https%3A%2F%2Fissuer.example",
			"invalid_scope", "nothing in 'scope' is known here", n = 4 }, refused);
		for code, changes in pairs({
			invalid_request = { response_type = false }; unauthorized_client = { response_type = "token" };
			unsupported_response_type = { response_type = "id_token" }; request_not_supported = { request = "x" };
			login_required = { prompt = "none" }; account_selection_required = { prompt = "login" };
		}) do
			local request, location, name, description = read(changes, issuer);
			assert.equal(nil, request);
			assert.matches("[?#]error=" .. code .. "&error_description=", location);
			assert.equal(code, name);
			assert.equal("string", type(description));
		end
	end);

	it("raises for arguments of other types", function ()
		assert_raises_for(oauth.authorization_request, { registrar, policy, known, query_of(), now, issuer, n = 6 }, {
			{ policy, table.unpack(no_userdata) }, { registrar, table.unpack(no_userdata) }, { policy, table.unpack(no_userdata) },
			optional(no_strings), no_numbers, no_strings;
		});
	end);
end);

describe("AuthorizationRequest", function ()
	it("tells what is asked for", function ()
		local request = request_of({ scope = "xmpp email openid"; login_hint = "juliet@é"; prompt = "login" });
		assert_gives({ "code", n = 1 }, request:response_type());
		assert_gives({ "xmpp openid", n = 1 }, request:scope());
		assert_gives({ "juliet@é", n = 1 }, request:login_hint());
		assert_gives({ false, n = 1 }, request:asks_consent());
		assert_gives({ nil, n = 1 }, request:user_code());
		assert_gives({ false, n = 1 }, request:is_out_of_band());
	end);

	it("tells what is not asked for", function ()
		local request = request_of({ scope = false });
		assert_gives({ "", n = 1 }, request:scope());
		assert_gives({ nil, n = 1 }, request:login_hint());
		assert_gives({ true, n = 1 }, request:asks_consent());
	end);

	it("may go nowhere", function ()
		for _, request in ipairs({ request_of({ client_id = native:id() }), device_request_of() }) do
			assert_gives({ nil, n = 1 }, request:location(issuer, { "code", "x" }));
			assert_gives({ nil, n = 1 }, request:refusal(issuer, "access_denied", "x"));
		end
		assert.equal(true, request_of({ client_id = native:id() }):is_out_of_band());
		assert.equal(false, device_request_of():is_out_of_band());
	end);

	it("may be that of a device", function ()
		assert_gives({ "WDJB-MJHT", n = 1 }, device_request_of():user_code());
	end);

	it("raises if its methods are called on something else", function ()
		local request = request_of();
		for _, name in ipairs({ "response_type", "scope", "login_hint", "asks_consent", "user_code", "is_out_of_band" }) do
			for _, value in ipairs({ registrar, client, table.unpack(no_userdata) }) do assert.falsy(pcall(request[name], value)); end
		end
	end);

	it("outlives what made it", function ()
		local request = oauth.authorization_request(registrar_of(), oauth.authorization_policy({ challenge_methods = { "S256" } }),
			oauth.known_scopes({ claims = { "openid" } }), query_of({ scope = "openid" }), now, issuer);
		collectgarbage();
		assert.equal("openid", request:scope());
		assert.truthy(request:login_token(registrar, "juliet", now, nonce));
	end);

	describe("location", function ()
		it("takes names and values", function ()
			local request = request_of();
			local function location(...) return request:location("i", ...):match("callback(.*)$"); end
			assert.equal("?code=a%26b+%C3%A9%00&x=1&state=s+t&iss=i", location({ "code", "a&b é\0", "x", 1 }));
			assert.equal("?state=s+t&iss=i", location({}));
			assert.equal("#code=x&state=s+t&iss=i",
				request_of({ response_mode = "fragment" }):location("i", { "code", "x" }):match("callback(.*)$"));
			assert.equal("?code=x&iss=i", request_of({ state = false }):location("i", { "code", "x" }):match("callback(.*)$"));
		end);

		it("raises for arguments of other types", function ()
			local request = request_of();
			assert_raises_for(request.location, { request, issuer, {}, n = 3 }, {
				no_userdata, no_strings, { false, "x", print, { "code", {} }, { "code", "\xff" } };
			});
		end);
	end);

	describe("refusal", function ()
		it("gives a location, or nil for errors that are not for a redirect", function ()
			local request = request_of();
			assert_gives({ "https://app.example.com:8443/callback?error=access_denied&error_description=No+%26+no&state=s+t&iss=i", n = 1 },
				request:refusal("i", "access_denied", "No & no"));
			for _, code in ipairs({ "invalid_client", "invalid_grant", "slow_down", "invalid_token" }) do
				assert_gives({ nil, n = 1 }, request:refusal("i", code, "x"));
			end
		end);

		it("raises for errors that there are not", function ()
			local request = request_of();
			for _, code in ipairs({ "", "Access_denied", "nothing", "\xff" }) do
				assert_raises("there is no such error", request.refusal, request, "i", code, "x");
			end
			assert_raises_for(request.refusal, { request, "i", "access_denied", "x", n = 4 }, {
				no_userdata, no_strings, no_strings, no_strings;
			});
		end);
	end);

	describe("login_token", function ()
		local request = request_of();
		local token = request:login_token(registrar, "juliet", now, random_bytes(24));

		it("gives the login back", function ()
			for _, username in ipairs({ "juliet", "", "jülïet", "a\0b" }) do
				local made = request:login_token(registrar, username, now, random_bytes(24));
				assert.matches("^[%w_-]+$", made);
				assert.falsy(made:find("juliet", 1, true));
				assert_gives({ username, now, n = 2 }, request:read_login_token(registrar, made, now + 599));
			end
			assert.equal("integer", math.type(select(2, request:read_login_token(registrar, token, now))));
		end);

		it("is good for its request, its host and its time", function ()
			assert_gives({ "juliet", now, n = 2 }, request_of():read_login_token(registrar_of(), token, now));
			assert_gives({ nil, "expired", n = 2 }, request:read_login_token(registrar, token, now + 600));
			assert_gives({ nil, "invalid", n = 2 }, request_of({ scope = "openid" }):read_login_token(registrar, token, now));
			for name, value in pairs({ host = "montague.example"; key = "another registration key"; secret = "another secret" }) do
				assert_gives({ nil, "invalid", n = 2 }, request:read_login_token(registrar_of({ [name] = value }), token, now));
			end
			local renewed = registrar_of({ key = "another registration key"; previous_keys = { key } });
			assert.equal("juliet", (request:read_login_token(renewed, token, now)));
		end);

		it("is nothing else", function ()
			local code = request:code(registrar, "juliet", now, "openid", now, nonce);
			for _, text in ipairs({ "", "\0", "\xff", token .. "\0", token .. "\xff", token .. "A", token:sub(2), token:upper(), code }) do
				assert_gives({ nil, "invalid", n = 2 }, request:read_login_token(registrar, text, now));
			end
		end);

		it("raises for arguments of other types, and for nonces of another length", function ()
			assert_raises_for(request.login_token, { request, registrar, "juliet", now, nonce, n = 5 }, {
				no_userdata, no_userdata, no_strings, no_numbers, wrong_nonces;
			});
			assert_raises("the nonce must have 24 bytes", request.login_token, request, registrar, "juliet", now, "n");
			assert_raises_for(request.read_login_token, { request, registrar, token, now, n = 4 }, {
				no_userdata, no_userdata, no_strings, no_numbers;
			});
		end);
	end);

	it("raises if code() gets something else", function ()
		local request = request_of();
		assert_raises_for(request.code, { request, registrar, "juliet", now, "openid", now, nonce, n = 7 }, {
			no_userdata, no_userdata, no_strings, no_numbers, no_strings, no_numbers, wrong_nonces;
		});
		assert_raises("the nonce must have 24 bytes", request.code, request, registrar, "juliet", now, "openid", now, "n");
	end);
end);
