-- core.oauth at its boundary: what the endpoints for programs have of it. What it decides is tested in src/oauth.

local shared = require "spec.unit.oauth_fixture";

local http = require "prosody.util.http";
local json = require "prosody.util.json";
local base64 = require "prosody.util.encodings".base64.encode;
local random_bytes = require "prosody.util.random".bytes;
local oauth = require "frontdoor".oauth;

local assert_raises, assert_gives = shared.assert_raises, shared.assert_gives;
local assert_refused, assert_raises_for = shared.assert_refused, shared.assert_raises_for;
local optional, no_strings, no_numbers = shared.optional, shared.no_strings, shared.no_numbers;
local no_userdata, wrong_nonces, key = shared.no_userdata, shared.wrong_nonces, shared.key;
local issuer, now, form, nonce = shared.issuer, shared.now, shared.form, shared.nonce;
local verifier, device_grant, registrar_of = shared.verifier, shared.device_grant, shared.registrar_of;
local registrar, client, told, native = shared.registrar, shared.client, shared.told, shared.native;
local policy, known, query_of, request_of = shared.policy, shared.known, shared.query_of, shared.request_of;
local ask = shared.ask;

local basic = "Basic " .. base64(told.client_id .. ":" .. told.client_secret);

describe("core.oauth", function ()
	it("takes somebody from the authorization request to the token", function ()
		-- GET /authorize
		local request, asking = oauth.authorization_request(registrar, policy, known, query_of(), now, issuer);
		assert.equal("Verona Mail", asking:text("client_name"));
		-- POST /authorize, with a good password
		local user_token = request:login_token(registrar, "juliet", now, random_bytes(24));
		-- POST /authorize, with the user's consent
		request = request_of();
		local username, auth_time = request:read_login_token(registrar, user_token, now + 60);
		assert.same({ "juliet", now }, { username, auth_time });
		local scope, role = known:grant(request:scope(), { "xmpp", "prosody:user" }, { "openid", "xmpp" });
		assert.same({ "openid xmpp", "xmpp" }, { scope, role });
		local code = request:code(registrar, username, auth_time, scope, now + 60, random_bytes(24));
		local location = request:location(issuer, { "code", code });
		assert.equal("https://app.example.com:8443/callback?code=" .. code .. "&state=s+t&iss=https%3A%2F%2Fcapulet.example", location);
		-- POST /token
		local asked, who = ask({ grant_type = "authorization_code"; code = code; code_verifier = verifier }, now + 120);
		assert.equal(client:hash(), who:hash());
		assert.equal(22, #asked.code_id);
		asked.code_id = nil;
		assert.same({
			grant_type = "authorization_code"; username = "juliet"; granted_scope = "openid xmpp"; nonce = "once";
			auth_time = now;
		}, asked);
	end);
end);

describe("core.oauth.presented_token", function ()
	it("gives the token of the header or of the form", function ()
		for _, header in ipairs({ "Bearer a.b~c+/=", "bearer a.b~c+/=", "BEARER   a.b~c+/= " }) do
			assert_gives({ "a.b~c+/=", n = 1 }, (oauth.presented_token(header)));
		end
		assert_gives({ "a", n = 1 }, (oauth.presented_token(nil, "access_token=a", form)));
	end);

	it("gives nil, and what is wrong", function ()
		for _, header in ipairs({ "", "Bearer", "Bearer ", "Basic x", "Bearerx", "Bearer a b", "Bearer x\0", "Bearer x\xff", "\xff" }) do
			assert_gives({ nil, "invalid_token", n = 2 }, (oauth.presented_token(header)), (select(2, oauth.presented_token(header))));
		end
		assert.equal("invalid_request", (select(2, oauth.presented_token("Bearer x", "access_token=a", form))));
		assert.equal("invalid_request", (select(2, oauth.presented_token(nil, "a=1&a=2", form))));
		assert.same({ nil, nil }, { oauth.presented_token(nil, "access_token=a", "text/plain") });
		assert.same({ nil, nil }, { oauth.presented_token() });
	end);

	it("raises for what is no string", function ()
		for _, odd in ipairs({ {}, true, print }) do
			assert.has_error(function () oauth.presented_token(odd); end);
			assert.has_error(function () oauth.presented_token(nil, odd); end);
		end
	end);
end);

describe("core.oauth.refusal", function ()
	it("gives the status and the body", function ()
		for code, status in pairs({ invalid_grant = 400; invalid_client = 401; invalid_token = 401; insufficient_scope = 403 }) do
			assert_gives({ status, ('{"error":"%s","error_description":"Why"}'):format(code), n = 2 }, oauth.refusal(code, "Why"));
		end
		assert.equal("\"\n\0\\é", json.decode((select(2, oauth.refusal("invalid_grant", "\"\n\0\\é")))).error_description);
	end);

	it("raises for errors that there are not", function ()
		for _, code in ipairs({ "", "Invalid_grant", "invalid_grant ", "\xff" }) do
			assert_raises("there is no such error", oauth.refusal, code, "Why");
		end
		assert_raises_for(oauth.refusal, { "invalid_grant", "Why", n = 2 }, { no_strings, no_strings });
	end);
end);

describe("core.oauth.token_request", function ()
	it("gives what is asked for with a code", function ()
		local request = request_of({ nonce = false });
		local code = request:code(registrar, "juliet", now - 1, "openid", now, random_bytes(24));
		local asked = ask({ grant_type = "authorization_code"; code = code; code_verifier = verifier; scope = "\xc3\xa9" });
		assert.same({ "é", nil }, { asked.scope, asked.nonce });
		assert.equal("integer", math.type(asked.auth_time));
		local again = ask({ grant_type = "authorization_code"; code = code; code_verifier = verifier });
		assert.equal(asked.code_id, again.code_id);
	end);

	it("gives what is asked for with a refresh token, or a password", function ()
		assert.same({ grant_type = "refresh_token"; refresh_token = "a token\r\n" },
			(ask({ grant_type = "refresh_token"; refresh_token = "a token\r\n" })));
		assert.same({ grant_type = "password"; username = "juliet é"; password = "& é"; scope = "openid" },
			(ask({ grant_type = "password"; username = "juliet é"; password = "& é"; scope = "openid" })));
	end);

	it("gives what a device asks for", function ()
		local code = oauth.device_token(registrar, "device_code", client, "WDJB-MJHT", now, random_bytes(24));
		local asked, who = ask({ grant_type = device_grant; device_code = code }, now + 599);
		assert.same({ grant_type = device_grant; user_code = "WDJB-MJHT" }, asked);
		assert.equal(client:hash(), who:hash());
	end);

	it("takes the client's credentials from the body too", function ()
		local asked, who, more = ask({
			grant_type = "refresh_token"; refresh_token = "x"; client_id = told.client_id; client_secret = told.client_secret;
		});
		assert.equal("x", asked.refresh_token);
		assert.equal(client:hash(), who:hash());
		assert.equal(nil, more);
	end);

	it("gives nil, 401 and a body for other credentials", function ()
		local body = "grant_type=refresh_token&refresh_token=x";
		for _, header in ipairs({
			"", "Basic", "Basic \xff", "Basic !", "Bearer x", "Basic " .. base64("\xff:\xff"), "Basic " .. base64(told.client_id .. ":x"),
		}) do
			assert_refused(401, "invalid_client", oauth.token_request(registrar, body, form, header, now));
		end
		assert_refused(401, "invalid_client", oauth.token_request(registrar, body, form, nil, now));
		assert_refused(401, "invalid_client", oauth.token_request(registrar, "", nil, nil, now));
		assert_refused(401, "invalid_client", oauth.token_request(registrar_of({ key = "another key" }), body, form, basic, now));
	end);

	it("gives nil, 400 and a body for what makes no sense", function ()
		local function refused(body, content_type)
			return assert_refused(400, "invalid_request", oauth.token_request(registrar, body, content_type or form, basic, now));
		end
		assert.equal("missing 'grant_type'", refused(""));
		assert.equal("missing 'grant_type'", refused("grant_type="));
		assert.matches("'scope' is there twice or is no text$", refused("scope=a&scope=a"));
		for _, body in ipairs({ "code=\xff", "code=%ff", "code=%00", "\xff=a", ("x"):rep(65537) }) do
			assert.matches("^Could not parse request body", refused(body));
		end
		for _, content_type in ipairs({ "", "application/json", "\xff", form .. "x" }) do
			assert.matches("^Could not parse request body", refused("grant_type=refresh_token", content_type));
		end
		assert_refused(400, "invalid_request", oauth.token_request(registrar, "grant_type=x", nil, basic, now));
	end);

	it("gives nil, 400 and a body for what the client may not have", function ()
		assert_refused(400, "unsupported_grant_type", ask({ grant_type = "implicit" }));
		assert_refused(400, "unsupported_grant_type", ask({ grant_type = "é" }));
		assert_refused(400, "unauthorized_client", ask({ grant_type = "password"; client_id = native:id() }));
		local request = request_of({ client_id = native:id() });
		local others = request:code(registrar, "juliet", now, "openid", now, random_bytes(24));
		for _, code in ipairs({ others, others .. "A", "é", "x" }) do
			assert_refused(400, "invalid_grant", ask({ grant_type = "authorization_code"; code = code; code_verifier = verifier }));
			assert_refused(400, "invalid_grant", ask({ grant_type = device_grant; device_code = code }));
		end
		local code = request_of():code(registrar, "juliet", now, "openid", now, random_bytes(24));
		assert_refused(400, "invalid_grant", ask({ grant_type = "authorization_code"; code = code; code_verifier = verifier }, now + 600));
		assert_refused(400, "invalid_grant", ask({ grant_type = "authorization_code"; code = code }));
	end);

	it("raises for arguments of other types", function ()
		assert_raises_for(oauth.token_request, { registrar, "grant_type=x", form, basic, now, n = 5 }, {
			no_userdata, no_strings, optional(no_strings), optional(no_strings), no_numbers;
		});
	end);
end);

describe("core.oauth.device_request", function ()
	it("gives the client and the scope", function ()
		local who, scope, more = oauth.device_request(registrar, "scope=a+%c3%a9&other=b", form, basic, now);
		assert.equal(client:hash(), who:hash());
		assert.same({ "a é", nil }, { scope, more });
		for _, body in ipairs({ "", "&scope=" }) do
			who, scope = oauth.device_request(registrar, "client_id=" .. native:id() .. body, form, nil, now);
			assert.equal(native:hash(), who:hash());
			assert.equal(nil, scope);
		end
		assert.equal(client:hash(), oauth.device_request(registrar, "", nil, basic, now):hash());
	end);

	it("gives nil, a status and a body", function ()
		local function assert_told(status, code, body, header)
			assert_refused(status, code, oauth.device_request(registrar, body, form, header, now));
		end
		assert_told(401, "invalid_client", "", nil);
		assert_told(401, "invalid_client", "scope=x", "Basic x");
		assert_told(401, "invalid_client", "client_id=" .. told.client_id, nil);
		assert_told(400, "invalid_request", "client_secret=x", basic);
		assert_told(400, "invalid_request", "scope=%ff", basic);
		assert_told(400, "invalid_request", "scope=a&scope=a", basic);
	end);

	it("raises for arguments of other types", function ()
		assert_raises_for(oauth.device_request, { registrar, "scope=x", form, basic, now, n = 5 }, {
			no_userdata, no_strings, optional(no_strings), optional(no_strings), no_numbers;
		});
	end);
end);

describe("core.oauth.token_inquiry", function ()
	-- As mod_tokenauth makes it, and in a form.
	local token = "secret-token:" .. base64("2;AbCd-_012345;" .. ("s"):rep(18) .. ";juliet@capulet.example");
	local body = http.formencode({ token = token });

	it("gives the client and the token", function ()
		local who, sent, more = oauth.token_inquiry(registrar, body .. "&token_type_hint=x", form, basic, now, true);
		assert.equal(client:hash(), who:hash());
		assert.same({ token, nil }, { sent, more });
		who = oauth.token_inquiry(registrar, body .. "&client_id=" .. native:id(), form, nil, now, false);
		assert.equal(native:hash(), who:hash());
	end);

	it("gives true for whoever does not say who it is, and need not", function ()
		assert_gives({ true, token, n = 3 }, oauth.token_inquiry(registrar, body, form .. "; charset=x", nil, now, false));
	end);

	it("gives false for what is no token", function ()
		for _, value in ipairs({ "x", "é", token .. "=", token:sub(14) }) do
			assert.equal(nil, (oauth.held_token(value)));
			local wrong = http.formencode({ token = value });
			assert_gives({ false, nil, n = 3 }, oauth.token_inquiry(registrar, wrong, form, basic, now, true));
			assert_gives({ false, nil, n = 3 }, oauth.token_inquiry(registrar, wrong, form, nil, now, false));
		end
	end);

	it("gives nil, a status and a body", function ()
		local function assert_told(status, code, sent, header, needs_client)
			return assert_refused(status, code, oauth.token_inquiry(registrar, sent, form, header, now, needs_client));
		end
		assert_told(401, "invalid_client", body, nil, true);
		assert_told(401, "invalid_client", "token=x", nil, true);
		for _, needs_client in ipairs({ true, false }) do
			assert_told(401, "invalid_client", body, "Basic x", needs_client);
			assert_told(401, "invalid_client", "token=x", "", needs_client);
			assert_told(401, "invalid_client", body .. "&client_id=x", nil, needs_client);
			assert_told(401, "invalid_client", body .. "&client_id=" .. told.client_id, nil, needs_client);
			assert_told(400, "invalid_request", body .. "&client_secret=x", basic, needs_client);
			assert_told(400, "invalid_request", body .. "&" .. body, basic, needs_client);
			assert_told(400, "invalid_request", "token=%ff", basic, needs_client);
			assert.equal("missing 'token'", assert_told(400, "invalid_request", "", basic, needs_client));
		end
		assert.equal("missing 'token'", assert_told(400, "invalid_request", "token=", nil, false));
	end);

	it("raises for arguments of other types", function ()
		assert_raises_for(oauth.token_inquiry, { registrar, body, form, basic, now, true, n = 6 }, {
			no_userdata, no_strings, optional(no_strings), optional(no_strings), no_numbers;
		});
	end);
end);

describe("core.oauth.device_token", function ()
	it("raises for other kinds, arguments of other types, and nonces of another length", function ()
		for _, kind in ipairs({ "", "State", "user_code", "\xff" }) do
			assert_raises("device_code or state expected", oauth.device_token, registrar, kind, client, "WDJB-MJHT", now, nonce);
		end
		assert_raises_for(oauth.device_token, { registrar, "state", client, "WDJB-MJHT", now, nonce, n = 6 }, {
			no_userdata, no_strings, { registrar, table.unpack(no_userdata) }, no_strings, no_numbers, wrong_nonces;
		});
		assert_raises("the nonce must have 24 bytes", oauth.device_token, registrar, "state", client, "WDJB-MJHT", now, "n");
	end);

	it("is for its kind, its client and its time", function ()
		local code = oauth.device_token(registrar, "device_code", client, "WDJB-MJHT", now, random_bytes(24));
		local state = oauth.device_token(registrar, "state", client, "WDJB-MJHT", now, random_bytes(24));
		local others = oauth.device_token(registrar, "device_code", native, "WDJB-MJHT", now, random_bytes(24));
		for _, wrong in ipairs({ state, others, code:sub(2), code .. "A" }) do
			assert_refused(400, "invalid_grant", ask({ grant_type = device_grant; device_code = wrong }));
		end
		assert_refused(400, "expired_token", ask({ grant_type = device_grant; device_code = code }, now + 600));
		local request, _, _, description = oauth.authorization_request(registrar, policy, known,
			query_of({ redirect_uri = device_grant; state = code; code_challenge = false; code_challenge_method = false }), now, issuer);
		assert.same({ nil, "Invalid 'state' parameter" }, { request, description });
	end);
end);

describe("Registrar:seal_signing_key", function ()
	it("gives the key back, on this host", function ()
		for _, bytes in ipairs({ "", "\0", "\xff\xfe", random_bytes(200) }) do
			local sealed = registrar:seal_signing_key(bytes, random_bytes(24));
			assert.matches("^[%w_-]+$", sealed);
			assert_gives({ bytes, n = 1 }, registrar:open_signing_key(sealed));
			assert_gives({ bytes, n = 1 }, registrar_of({ key = "another key"; previous_keys = { key } }):open_signing_key(sealed));
			assert_gives({ nil, n = 1 }, registrar_of({ host = "montague.example" }):open_signing_key(sealed));
			assert_gives({ nil, n = 1 }, registrar_of({ key = "another key" }):open_signing_key(sealed));
		end
	end);

	it("opens nothing else", function ()
		local sealed = registrar:seal_signing_key("secret", random_bytes(24));
		local token = request_of():login_token(registrar, "juliet", now, random_bytes(24));
		for _, text in ipairs({ "", "\0", "\xff", sealed .. "\0", sealed .. "\xff", sealed:sub(1, -2), sealed:sub(2), token }) do
			assert_gives({ nil, n = 1 }, registrar:open_signing_key(text));
		end
	end);

	it("raises for arguments of other types, and for nonces of another length", function ()
		assert_raises_for(registrar.seal_signing_key, { registrar, "secret", nonce, n = 3 }, { no_userdata, no_strings, wrong_nonces });
		assert_raises("the nonce must have 24 bytes", registrar.seal_signing_key, registrar, "secret", "n");
		assert_raises_for(registrar.open_signing_key, { registrar, "x", n = 2 }, { no_userdata, no_strings });
	end);
end);

describe("Registrar:user_code_id", function ()
	it("gives a name that does not tell the code", function ()
		local id = registrar:user_code_id("WDJB-MJHT");
		assert.matches("^%x+$", id);
		assert.equal(64, #id);
		assert.equal(id, registrar_of():user_code_id("WDJB-MJHT"));
		for _, other in ipairs({ "", "wdjb-mjht", "WDJBMJHT", "\xff" }) do assert.not_equal(id, registrar:user_code_id(other)); end
		assert.not_equal(id, registrar_of({ host = "montague.example" }):user_code_id("WDJB-MJHT"));
		assert.not_equal(id, registrar_of({ key = "another key" }):user_code_id("WDJB-MJHT"));
	end);

	it("raises for what is no string", function ()
		assert_raises_for(registrar.user_code_id, { registrar, "WDJB-MJHT", n = 2 }, { no_userdata, no_strings });
	end);
end);

describe("Client", function ()
	it("has a host", function ()
		assert_gives({ "app.example.com:8443", n = 1 }, client:host());
		assert_gives({ "balcony.example", n = 1 }, native:host());
	end);

	it("has grant types", function ()
		for _, name in ipairs({ "authorization_code", "refresh_token", "password", device_grant, "device_code" }) do
			assert_gives({ true, n = 1 }, client:has_grant_type(name));
			assert_gives({ name == "authorization_code", n = 1 }, native:has_grant_type(name));
		end
		for _, name in ipairs({ "", "implicit", "Password", "password\0", "\xff" }) do
			assert_gives({ false, n = 1 }, client:has_grant_type(name));
		end
		assert_raises_for(client.has_grant_type, { client, "password", n = 2 }, { no_userdata, no_strings });
	end);
end);
