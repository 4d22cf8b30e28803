-- Devices without a browser (RFC 8628): their own endpoint, and the page on which people type the code.

local http = require "prosody.util.http";

local field = require "frontdoor.forms".field;
local limits = require "frontdoor.limit";
local oauth = require "frontdoor".oauth;
local network_of = limits.network_of;

local device_grant = "urn:ietf:params:oauth:grant-type:device_code";

local guesses = limits.new(10, 600);
local requests = limits.new(100, 600); -- each is stored for a while

local device = {};
local device_mt = { __index = device };

-- RFC 8628 §3.1
function device:request(event)
	local request = event.request;
	local headers, answers = request.headers, self.answers;
	local client, scope_or_status, refusal = oauth.device_request(self.registrar, request.body or "", headers.content_type,
		headers.authorization, os.time());
	if not client then return answers.refused("device", scope_or_status, refusal); end
	if not self.clients:accepts(client) then return answers.refuse("device", "invalid_client", "incorrect credentials"); end
	if not client:has_grant_type(device_grant) then
		return answers.refuse("device", "unauthorized_client", "'grant_type' not registered");
	end
	local scope, status, bad_scope = self.scopes.known():requested(client, scope_or_status);
	if not scope then return answers.refused("device", status, bad_scope); end
	local ok, retry_after = requests:try(network_of(request.ip));
	if not ok then
		return answers.too_many("device", "slow_down", "Too many devices have asked from this address. Try again later.", retry_after);
	end
	return self:_codes(client, scope);
end

-- RFC 8628 §3.2
function device:_codes(client, scope)
	local codes, err = self.codes:create(client, scope);
	if not codes then
		module:log("error", "The code of a device could not be stored: %s", err);
		return self.answers.failed("device");
	end
	codes.verification_uri = self.server.url("/device");
	codes.verification_uri_complete = codes.verification_uri .. "?" .. http.formencode({ user_code = codes.user_code });
	return self.answers.good(codes);
end

-- The page on which a code is typed, and that which shows who asks. Neither changes anything: programs that look at
-- links before people do not use them up.
function device:page(event)
	local typed, is_bad = field(event.request.url.query, "user_code");
	if not is_bad and (typed or "") == "" then return self.pages.device(event); end
	-- Who guesses gets slower (RFC 8628 §5.1); who knows his code has not guessed.
	local network = network_of(event.request.ip);
	local ok, retry_after = guesses:try(network);
	if not ok then return self.pages.device(event, "too_many", nil, retry_after); end
	local user_code = typed and oauth.read_user_code(typed);
	local record, err;
	if user_code then record, err = self.codes:get_waiting(user_code); end
	if err then
		module:log("error", "The code of a device could not be read: %s", err);
		return self.pages.error(event, 500, "failed");
	end
	if not record then
		return self.pages.device(event, "unknown", typed and #typed <= 64 and typed or nil);
	end
	guesses:forgive(network);
	local client = self.registrar:open(record.client_id, os.time());
	if not client or not self.clients:accepts(client) then return self.pages.error(event, 400, "client"); end
	return self.pages.device_confirm(event, client, user_code, self.server.url("/authorize"), {
		client_id = record.client_id; scope = record.scope; state = self.codes:state(client, user_code);
	});
end

local function new(parts)
	return setmetatable(parts, device_mt);
end

return { new = new };
