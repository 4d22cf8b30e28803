-- Programs with a key create invites over HTTP.

module.command = module:require("command");

if prosody.process_type ~= "prosody" then return; end

local field = require "frontdoor.forms".field;
local limits = require "frontdoor.limit";

module:depends("http");

local limit = limits.new(module:get_option_integer("invites_api_limit", 60, 0), 600);

local invites = module:depends("invites");
local api = require "frontdoor.api".new(module);
local keys = module:require("keys").new(module);

-- The key that was sent: in the header, or in the query as `key`.
local function key_sent(request)
	local authorization = request.headers.authorization;
	if authorization then
		return authorization:match("^[Bb][Ee][Aa][Rr][Ee][Rr] +(%S+)$");
	end
	return (field(request.url.query, "key"));
end

local refusals = {
	unknown = { 403, "invalid_token", "The key is missing or wrong. Send it as 'Authorization: Bearer ID/SECRET'." };
	expired = { 403, "invalid_token", "The key has expired." };
	failed = { 500, "server_error", "The keys could not be read." };
};

-- The record of the key, or nil and the answer to a request without a good one.
local function authenticate(request)
	local record, why, err = keys:find(key_sent(request) or "");
	if not record then
		if err then module:log("error", "Could not read the keys: %s", err); end
		return nil, api:refuse(table.unpack(refusals[why]));
	end
	local methods = record.allowed_methods or { GET = true; POST = true };
	if not methods[request.method] then
		local allowed = methods.GET and methods.POST and "GET, POST" or methods.GET and "GET" or methods.POST and "POST" or "";
		return nil, api:refuse(405, "method_not_allowed", "The key does not allow " .. request.method .. ".", { allow = allowed });
	end
	return record;
end

function handle_request(event)
	local request = event.request;
	local key, answer = authenticate(request);
	if not key then return answer; end

	local value, is_odd = field(request.url.query, "redirect");
	local redirect = value ~= nil or is_odd;
	local earlier, remember = api:recall(request, key.id, ("%s %s"):format(request.method, redirect));
	if earlier then return earlier; end
	local may_try, retry_after = limit:try(key.id);
	if not may_try then
		return api:refuse(429, "slow_down", "Too many invites with this key.", { retry_after = ("%d"):format(retry_after) });
	end
	local invite, err = invites.create_account(nil, { source = "api/token/" .. key.id });
	if not invite then
		module:log("error", "Could not create an invite for the key %s: %s", key.id, err);
		return api:refuse(500, "server_error", "The invite could not be stored.");
	end
	module:log("info", "The key %s created an invite", key.id);
	return remember(api:answer(redirect and 303 or 201, nil, { location = invite.landing_page or invite.uri }));
end

module:provides("http", {
	cors = api.cors;
	route = {
		["GET"] = handle_request;
		["POST"] = handle_request;
		-- In its description, the paths of an API begin with a slash.
		["GET /"] = handle_request;
		["POST /"] = handle_request;
		["GET /openapi.json"] = function () return api:description(); end;
	};
});
