-- In a Prosody with the community's mod_http_oauth2: from the body of a client's registration to the text of the
-- answer, and from a client_id and secret to the client.
-- luacheck: read globals prosody

local hashes = require "prosody.util.hashes";
local json = require "prosody.util.json";
local jwt = require "prosody.util.jwt";
local now = require "prosody.util.time".monotonic;
local random_bytes = require "prosody.util.random".bytes;

local oauth = require "frontdoor".oauth;

local community = prosody.hosts.localhost.modules.http_oauth2;
local key = community.module:get_option_string("oauth2_registration_key");
local registrar = assert(oauth.registrar({
	host = "localhost"; key = key;
	policy = { grant_types = { "authorization_code", "refresh_token" }; response_types = { "code" } };
}));

local body = json.encode({
	client_name = "Example App"; client_uri = "https://app.example.com/";
	redirect_uris = { "https://app.example.com/redirect" }; grant_types = { "authorization_code", "refresh_token" };
	logo_uri = "https://app.example.com/icon.png"; tos_uri = "https://app.example.com/terms";
	policy_uri = "https://app.example.com/privacy"; scope = "openid xmpp offline_access";
	software_id = "32a0a8f3-4016-5478-905a-c373156eca73"; software_version = "2.3.1";
});
local endpoint = "https://chat.example.com/oauth2/register";

local kinds = {};

kinds[1] = { "register", function ()
	return registrar:register(body, random_bytes(9), os.time(), endpoint);
end, function ()
	return json.encode(community.create_client(json.decode(body)));
end };

local our_client, their_client = json.decode(kinds[1][2]()), json.decode(kinds[1][3]());
local _, verify = jwt.init("HS256", key, key, { accept_expired = true });
local verification_key = hashes.hmac_sha256(key, "localhost");

kinds[2] = { "open and authenticate", function ()
	return registrar:authenticate(our_client.client_id, our_client.client_secret, os.time());
end, function ()
	local ok = verify(their_client.client_id);
	return ok and hashes.equals(hashes.hmac_sha256(verification_key, their_client.client_id, true), their_client.client_secret);
end };

-- Of the fastest of many short rounds: other work on the machine can only slow one down.
local function microseconds(act, calls)
	local fastest = math.huge;
	for _ = 1, 40 do
		local started = now();
		for _ = 1, calls do
			assert(act());
		end
		fastest = math.min(fastest, (now() - started) / calls);
	end
	return fastest * 1e6;
end

local lines = {};
for _, kind in ipairs(kinds) do
	local name, with_frontdoor, with_community = table.unpack(kind);
	local ours, theirs = microseconds(with_frontdoor, 1000), microseconds(with_community, 200);
	table.insert(lines, ("  %-22s community %6.1f us   frontdoor %5.2f us   %5.1f times as fast"):format(name, theirs, ours, theirs / ours));
end
table.insert(lines, ("  client_id              community %6d bytes   frontdoor %d"):format(#their_client.client_id, #our_client.client_id));
return table.concat(lines, "\n");
