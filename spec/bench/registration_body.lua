-- From the body of a registration request to its checked fields: ours against Prosody's own base64 and
-- JSON, with the checks of the community module. Both in turn, in one process; the median of several
-- rounds counts.

require "loader"; -- Prosody's, so that its modules are found under "prosody."
local base64 = require "prosody.util.encodings".base64;
local json = require "prosody.util.json";
local now = require "prosody.util.time".monotonic;

local core = require "frontdoor".registration;

local body = base64.encode(json.encode({
	username = "john.smith", password = "secret-password", ip = "192.168.0.0";
	mail = "john.smith@mail.example.net", auth_token = "yourauthtokenofchoice";
}));

local rules = assert(core.rules({ auth_tokens = { "yourauthtokenofchoice" } }));

local function with_frontdoor()
	return rules:admit(body, "application/encoded");
end

local function with_prosody()
	local fields = json.decode(base64.decode(body));
	if fields.username == nil or fields.password == nil or fields.ip == nil or fields.mail == nil then return; end
	if fields.auth_token ~= "yourauthtokenofchoice" then return; end
	return fields.username, fields.password, fields.ip, fields.mail;
end

local function seconds_per_call(decode)
	local calls = 20000;
	local started = now();
	for _ = 1, calls do
		assert(decode());
	end
	return (now() - started) / calls;
end

local ours, theirs, ratios = {}, {}, {};
for round = 0, 9 do
	local our_time, their_time = seconds_per_call(with_frontdoor), seconds_per_call(with_prosody);
	if round > 0 then -- the first warms up
		table.insert(ours, our_time);
		table.insert(theirs, their_time);
		table.insert(ratios, their_time / our_time);
	end
end

local function median(values)
	table.sort(values);
	return values[(#values + 1) // 2];
end

print("registration body: base64 + JSON + checks, called from Lua");
print(("  util.encodings + util.json  %6.2f µs"):format(median(theirs) * 1e6));
print(("  frontdoor                   %6.2f µs"):format(median(ours) * 1e6));
print(("  ratio                       %6.1f times as fast"):format(median(ratios)));
