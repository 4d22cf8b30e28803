-- POST <base>: a web form's server asks for a registration.

local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;
local uuid = require "prosody.util.uuid";

local core = require "frontdoor".registration;
local busy_retry_after = require "frontdoor.worker".retry_after;

local checks = module:require("checks");

local throttle_seconds = module:get_option_integer("reg_servlet_ttime", 0, 0);

local function answer(status, text, headers)
	headers = headers or {};
	headers.content_type = "text/plain; charset=utf-8";
	headers.cache_control = "no-store";
	headers.x_content_type_options = "nosniff";
	return { status_code = status; headers = headers; body = text };
end

local refusal_headers = {
	method = function () return { allow = "POST" }; end;
	busy = function () return { retry_after = ("%d"):format(busy_retry_after) }; end;
	throttled = function () return { retry_after = ("%d"):format(throttle_seconds) }; end;
};

local function refuse(name, reason)
	local status, text = core.refusal(name, reason);
	local headers = refusal_headers[name];
	return answer(status, text, headers and headers());
end

local suspicious = { [401] = true; [403] = true };

-- A name has no blank and no end of a line in it; what is none could say whatever else is in a log.
local function named(username)
	return username and nodeprep(username, true) or "somebody";
end

-- Who tried, from where and why not; neither password nor token nor mail address.
local function log_refusal(request, username, ip, status, text)
	module:log(suspicious[status] and "warn" or "info", "Registration of %s from %s, sent by %s, refused (%d): %s",
		named(username), ip or "somewhere", request.ip, status, text);
end

local function first_objection(registration, parts)
	for _, check in ipairs(checks) do
		local refusal, reason = check(registration, parts);
		if refusal then return refusal, reason; end
	end
end

-- Once no check objects. The mail address is reserved first: a registration without it could not be kept.
local function store(registration, parts)
	local token = core.token(uuid.generate());
	local username, mail_id = registration.username, registration.mail_id;
	local ok, err = parts.mails:reserve(mail_id, username, os.time() + parts.pending.ttl);
	if ok then
		ok, err = parts.pending:add(token, username, registration.password, registration.ip, mail_id);
	end
	if not ok then
		parts.mails:release(mail_id, username);
		module:log("error", "Could not store the registration of %s: %s", username, err);
		return nil;
	end
	return token;
end

local function examine(registration, parts)
	local refusal, reason = first_objection(registration, parts);
	if refusal then return nil, refusal, reason; end
	local token = store(registration, parts);
	return token, not token and "failed" or nil;
end

local function handle(event, parts)
	local request = event.request;
	local username, password, ip, mail, mail_as_typed =
		parts.rules:admit(request.body or "", request.headers.content_type);
	if not username then
		local text, status, refused_username, refused_ip = password, ip, mail, mail_as_typed;
		log_refusal(request, refused_username, refused_ip, status, text);
		return answer(status, text);
	end

	local registration = { username = username, password = password, ip = ip, mail = mail, mail_as_typed = mail_as_typed or mail };
	function event.response.on_destroy() registration.abandoned = true; end

	local ok, token, refusal, reason = pcall(examine, registration, parts);
	if registration.has_name then
		parts.pending:release(registration.username);
	end
	if not ok then error(token, 0); end
	if not token then
		local refused = refuse(refusal, reason);
		log_refusal(request, registration.username, ip, refused.status_code, refused.body);
		return refused;
	end
	module:log("info", "Registration of %s from %s waits for its confirmation", registration.username, ip);
	return answer(200, token:text());
end

return { handle = handle, refuse = refuse };
