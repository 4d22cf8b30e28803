-- core.jwt at its boundary; what it decides is tested in src/jwt.

-- Prosody's modules find each other under this prefix once its loader has run, which lasts longer than one spec.
if not pcall(require, "prosody.util.json") then require "loader"; end

local json = require "prosody.util.json";
local jwt = require "frontdoor".jwt;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

-- The tokens of RFCs, with the keys to verify them.
local function vectors()
	local file <close> = assert(io.open("spec/vectors/jws.json"));
	local by_section = {};
	for _, vector in ipairs(json.decode(file:read("*a"))) do by_section[vector.section] = vector; end
	return by_section;
end

local rfc = vectors();
local now = 1300819379; -- when the tokens of RFC 7515 are valid
local secret = ("s"):rep(64);

local function key(options)
	return assert(jwt.key(options));
end

local hs256 = key({ algorithm = "HS256"; secret = secret });

describe("core.jwt.key", function ()
	it("reads a secret", function ()
		for _, algorithm in ipairs({ "HS256", "HS384", "HS512" }) do
			local made = key({ algorithm = algorithm; secret = secret; kid = "kä" });
			assert.equal(algorithm, made:algorithm());
			assert.equal("kä", made:kid());
		end
		assert.same({ nil, n = 1 }, table.pack(hs256:kid()));
	end);

	it("reads secrets of any bytes", function ()
		for _, bytes in ipairs({ ("\0"):rep(32), ("\xff\0"):rep(32) }) do
			local token = assert(jwt.sign(key({ algorithm = "HS256"; secret = bytes }), "{}"));
			assert.equal("{}", jwt.verify(key({ algorithm = "HS256"; secret = bytes }), token, { now = now }));
			assert.equal(nil, (jwt.verify(key({ algorithm = "HS256"; secret = bytes .. "\1" }), token, { now = now })));
		end
	end);

	for section, algorithm in pairs({ ["RFC 7515 A.2"] = "RS256"; ["RFC 7515 A.3"] = "ES256"; ["RFC 8037 A.4"] = "EdDSA" }) do
		it("reads the public key of " .. section .. " as PEM and JWK", function ()
			for name, text in pairs({ pem = rfc[section].pem; jwk = json.encode(rfc[section].jwk) }) do
				assert.equal(algorithm, key({ [name] = text }):algorithm());
				assert.equal("k", key({ [name] = text; algorithm = algorithm; kid = "k" }):kid());
			end
		end);
	end

	it("takes kid and algorithm from the JWK", function ()
		local jwk = rfc["RFC 7520 4.4"].jwk;
		local made = key({ jwk = json.encode(jwk) });
		assert.equal("HS256", made:algorithm());
		assert.equal(jwk.kid, made:kid());
	end);

	local function assert_refused(text, options)
		local refused = table.pack(jwt.key(options));
		assert.equal(2, refused.n);
		assert.equal(nil, refused[1]);
		assert.matches(text, refused[2], 1, true);
	end

	it("gives nil and a sentence", function ()
		local public, named = rfc["RFC 7515 A.3"], json.encode(rfc["RFC 7520 4.4"].jwk);
		assert_refused("a secret needs an algorithm", { secret = secret });
		assert_refused("a secret needs an algorithm", { secret = secret; algorithm = "RS256" });
		assert_refused("the algorithm must be", { secret = secret; algorithm = "none" });
		assert_refused("the algorithm must be", { secret = secret; algorithm = "\xff" });
		assert_refused("at least 32 bytes", { secret = ("s"):rep(31); algorithm = "HS256" });
		assert_refused("at least 64 bytes", { secret = ("s"):rep(63); algorithm = "HS512" });
		assert_refused("a key in PEM", { secret = public.pem; algorithm = "HS256" });
		assert_refused("not the PEM text", { pem = "" });
		assert_refused("not the PEM text", { pem = "\xff\0" });
		assert_refused("give the public one", { pem = (public.pem:gsub("PUBLIC", "PRIVATE")) });
		assert_refused("a key for ES256", { pem = public.pem; algorithm = "RS256" });
		assert_refused("a JSON object", { jwk = "[]" });
		assert_refused("'x' must be there", { jwk = '{"kty":"OKP","crv":"Ed25519"}' });
		assert_refused("P-256, RSA, Ed25519", { jwk = '{"kty":"EC","crv":"P-384"}' });
		assert_refused("give the public one", { jwk = (json.encode(public.jwk):gsub("^{", '{"d":"AAAA",')) });
		assert_refused("another kid", { jwk = named; kid = "x" });
	end);

	it("raises unless there is exactly one of them", function ()
		local text = "exactly one of secret, pem and jwk";
		assert_raises(text, jwt.key, {});
		assert_raises(text, jwt.key, { algorithm = "HS256" });
		assert_raises(text, jwt.key, { secret = secret; pem = "x" });
		assert_raises(text, jwt.key, { pem = "x"; jwk = "x" });
		assert_raises(text, jwt.key, { secret = secret; pem = "x"; jwk = "x"; algorithm = "HS256" });
	end);

	it("raises for options of other types", function ()
		for _, name in ipairs({ "algorithm", "secret", "pem", "jwk", "kid" }) do
			for _, value in ipairs({ false, {}, print }) do
				local options = { secret = secret; algorithm = "HS256" };
				options[name] = value;
				assert_raises("o [sS]tring", jwt.key, options);
			end
		end
		assert_raises("utf%-8", jwt.key, { secret = secret; algorithm = "HS256"; kid = "\xff" });
		for _, options in ipairs({ false, "x", print }) do assert_raises("to table", jwt.key, options); end
		assert_raises("to table", jwt.key);
	end);

	it("hides the secret", function ()
		assert.falsy(tostring(hs256):find(secret, 1, true));
	end);
end);

describe("core.jwt.sign", function ()
	it("makes tokens that Prosody's own util.jwt takes", function ()
		local util_jwt = require "prosody.util.jwt";
		for _, algorithm in ipairs({ "HS256", "HS384", "HS512" }) do
			local token = assert(jwt.sign(key({ algorithm = algorithm; secret = secret }), '{"sub":"juliet"}'));
			local ok, claims = util_jwt.new_verifier(algorithm, secret)(token);
			assert.equal(true, ok);
			assert.equal("juliet", claims.sub);
		end
	end);

	it("gives nil and a sentence", function ()
		for _, claims in ipairs({ "", "[]", "null", '{"a":1,"a":2}', '{"a":"\xff"}', "{}\0" }) do
			assert.same({ nil, "the claims must be a JSON object without duplicate members", n = 2 }, table.pack(jwt.sign(hs256, claims)));
		end
		local long = '{"a":"' .. ("x"):rep(50000) .. '"}';
		assert.same({ nil, "the token would be longer than 64 KiB", n = 2 }, table.pack(jwt.sign(hs256, long)));
		local public = key({ pem = rfc["RFC 7515 A.2"].pem });
		assert.same({ nil, "this key cannot sign", n = 2 }, table.pack(jwt.sign(public, "{}")));
	end);

	it("raises for other arguments", function ()
		for _, value in ipairs({ false, "x", {}, print, io.stdout }) do
			assert.falsy(pcall(jwt.sign, value, "{}"));
		end
		for _, value in ipairs({ false, {}, print }) do assert_raises("to string", jwt.sign, hs256, value); end
		assert_raises("to string", jwt.sign, hs256);
		assert.falsy(pcall(jwt.sign));
	end);
end);

describe("core.jwt.verify", function ()
	local function refusal(...)
		local refused = table.pack(jwt.verify(...));
		assert.equal(3, refused.n);
		assert.equal(nil, refused[1]);
		assert.equal("string", type(refused[3]));
		return refused[2];
	end

	it("gives the claims as they were signed", function ()
		for _, claims in ipairs({ "{}", ' {"a" : [1.0, "ä\\u0000"]}\n', '{"exp":' .. now + 1 .. ',"z":null}' }) do
			assert.equal(claims, (jwt.verify(hs256, jwt.sign(hs256, claims), { now = now })));
		end
	end);

	it("takes what Prosody's own util.jwt makes", function ()
		local util_jwt = require "prosody.util.jwt";
		for _, algorithm in ipairs({ "HS256", "HS384", "HS512" }) do
			local token = util_jwt.new_signer(algorithm, secret)({ sub = "juliet" });
			local claims = assert(jwt.verify(key({ algorithm = algorithm; secret = secret }), token, { now = os.time() }));
			assert.equal("juliet", json.decode(claims).sub);
		end
	end);

	for _, section in ipairs({ "RFC 7515 A.1", "RFC 7515 A.2", "RFC 7515 A.3" }) do
		it("takes the token of " .. section, function ()
			local vector = rfc[section];
			local made = key({ jwk = json.encode(vector.jwk) });
			local claims = assert(jwt.verify(made, vector.token, { now = now; issuer = "joe"; required = { "exp" } }));
			assert.equal("joe", json.decode(claims).iss);
			assert.equal("expired", refusal(made, vector.token, { now = now + 1 }));
			assert.truthy(jwt.verify(made, vector.token, { now = now + 60; leeway = 60 }));
			if vector.pem then assert.truthy(jwt.verify(key({ pem = vector.pem }), vector.token, { now = now })); end
		end);
	end

	local function signed(claims)
		return assert(jwt.sign(hs256, json.encode(claims)));
	end

	it("names what is wrong", function ()
		local foreign = key({ algorithm = "HS256"; secret = secret .. "x" });
		local named = key({ algorithm = "HS256"; secret = secret; kid = "a" });
		local other = key({ algorithm = "HS256"; secret = secret; kid = "b" });
		local public = key({ pem = rfc["RFC 7515 A.3"].pem });
		local token = signed({ sub = "juliet" });
		for _, text in ipairs({ "", "\xff\0", "a.b", token .. ".", token .. "=", " " .. token, ("x"):rep(65537) }) do
			assert.equal("malformed", refusal(hs256, text, { now = now }));
		end
		-- {"alg":"HS256","crit":["b64"]} and {"alg":"none"}
		assert.equal("crit", refusal(hs256, "eyJhbGciOiJIUzI1NiIsImNyaXQiOlsiYjY0Il19.e30.AA", { now = now }));
		assert.equal("algorithm", refusal(hs256, "eyJhbGciOiJub25lIn0.e30.", { now = now }));
		assert.equal("algorithm", refusal(public, token, { now = now }));
		assert.equal("key", refusal(named, jwt.sign(other, "{}"), { now = now }));
		assert.equal("signature", refusal(foreign, token, { now = now }));
		assert.equal("typ", refusal(hs256, token, { now = now; typ = "at+jwt" }));
		assert.equal("claim", refusal(hs256, token, { now = now; required = { "sub", "exp" } }));
		assert.equal("claim", refusal(hs256, signed({ exp = "soon" }), { now = now }));
		assert.equal("expired", refusal(hs256, signed({ exp = now }), { now = now }));
		assert.equal("not_yet_valid", refusal(hs256, signed({ nbf = now + 1 }), { now = now }));
		assert.equal("not_yet_valid", refusal(hs256, signed({ iat = now + 61 }), { now = now; leeway = 60 }));
		assert.equal("issuer", refusal(hs256, token, { now = now; issuer = "joe" }));
		assert.equal("audience", refusal(hs256, token, { now = now; audience = "us" }));
		assert.equal("audience", refusal(hs256, signed({ aud = "us" }), { now = now }));
	end);

	it("takes what is expected", function ()
		local claims = { iss = "joe"; aud = { "them", "us" }; exp = now + 1; nbf = now; iat = now; sub = "x" };
		assert.truthy(jwt.verify(hs256, signed(claims), {
			now = now; leeway = 0; issuer = "joe"; audience = "us"; typ = "application/jwt"; required = { "sub", "exp" };
		}));
	end);

	it("finds the key in a list", function ()
		local a = key({ algorithm = "HS256"; secret = ("a"):rep(32); kid = "a" });
		local b = key({ algorithm = "HS256"; secret = ("b"):rep(32); kid = "b" });
		local c = key({ algorithm = "HS512"; secret = ("c"):rep(64) });
		local public = key({ jwk = json.encode(rfc["RFC 7515 A.3"].jwk) });
		local all = { a, b, c, public, a };
		for _, each in ipairs({ a, b, c }) do
			assert.equal("{}", jwt.verify(all, jwt.sign(each, "{}"), { now = now }));
		end
		assert.truthy(jwt.verify(all, rfc["RFC 7515 A.3"].token, { now = now }));
		assert.equal("key", refusal({ b, c }, jwt.sign(a, "{}"), { now = now }));
		assert.equal("key", refusal({}, jwt.sign(a, "{}"), { now = now }));
		assert.equal("algorithm", refusal({ a, b }, jwt.sign(c, "{}"), { now = now }));
		local forged = key({ algorithm = "HS256"; secret = ("b"):rep(32); kid = "a" });
		assert.equal("signature", refusal(all, jwt.sign(forged, "{}"), { now = now }));
	end);

	it("raises for other keys and tokens", function ()
		for _, value in ipairs({ false, "x", 1, print }) do
			assert_raises("a key or a list of keys", jwt.verify, value, "x", { now = now });
			assert.falsy(pcall(jwt.verify, { hs256, value }, "x", { now = now }));
		end
		assert_raises("a key or a list of keys", jwt.verify, nil, "x", { now = now });
		assert.falsy(pcall(jwt.verify, io.stdout, "x", { now = now }));
		for _, value in ipairs({ false, {}, print }) do
			assert_raises("to string", jwt.verify, hs256, value, { now = now });
		end
		assert_raises("to table", jwt.verify, hs256, "x");
	end);

	it("raises for other expectations", function ()
		assert_raises("now is missing", jwt.verify, hs256, "x", {});
		for _, name in ipairs({ "now", "leeway" }) do
			for _, value in ipairs({ false, "1300819379", {}, -1, 0.5, 1/0, 0/0 }) do
				local expected = { now = now };
				expected[name] = value;
				assert_raises(name .. " must be a whole number", jwt.verify, hs256, "x", expected);
			end
		end
		for _, name in ipairs({ "issuer", "audience", "typ" }) do
			for _, value in ipairs({ false, {}, print, "\xff" }) do
				assert.falsy(pcall(jwt.verify, hs256, "x", { now = now; [name] = value }));
			end
		end
		for _, value in ipairs({ false, "exp", { false }, { {} }, { "\xff" }, print }) do
			assert.falsy(pcall(jwt.verify, hs256, "x", { now = now; required = value }));
		end
	end);
end);

describe("core.jwt.generate_signing_key", function ()
	it("gives a new key each time", function ()
		local one, other = jwt.generate_signing_key(), jwt.generate_signing_key();
		assert.equal("string", type(one));
		assert.not_equal(one, other);
		assert.equal(jwt.signing_key(one):kid(), jwt.signing_key(one):kid());
		assert.not_equal(jwt.signing_key(one):kid(), jwt.signing_key(other):kid());
	end);
end);

describe("core.jwt.signing_key", function ()
	it("tells its public key", function ()
		local made = assert(jwt.signing_key(jwt.generate_signing_key()));
		local jwk = json.decode(made:jwk());
		assert.equal(43, #made:kid());
		assert.equal(made:kid(), jwk.kid);
		assert.same({ "ES256", "P-256", "EC", "sig" }, { jwk.alg, jwk.crv, jwk.kty, jwk.use });
		assert.equal(nil, jwk.d);
		local public = key({ jwk = made:jwk() });
		assert.equal("ES256", public:algorithm());
		assert.equal(made:kid(), public:kid());
	end);

	it("gives nil and a sentence", function ()
		local good = jwt.generate_signing_key();
		for _, bytes in ipairs({ "", "\0", "\xff", good:sub(1, -2), good .. "\0", rfc["RFC 7515 A.3"].pem }) do
			local refused = table.pack(jwt.signing_key(bytes));
			assert.equal(2, refused.n);
			assert.equal(nil, refused[1]);
			assert.matches("must be PKCS#8", refused[2], 1, true);
		end
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs({ false, {}, print }) do assert_raises("to string", jwt.signing_key, value); end
		assert_raises("to string", jwt.signing_key);
	end);

	it("is no key for sign() and verify()", function ()
		local made = jwt.signing_key(jwt.generate_signing_key());
		assert.falsy(pcall(jwt.sign, made, "{}"));
		assert.falsy(pcall(jwt.verify, made, "x", { now = now }));
	end);

	it("hides itself", function ()
		assert.matches("^SigningKey: ", tostring(jwt.signing_key(jwt.generate_signing_key())));
	end);
end);
