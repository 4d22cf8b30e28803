-- How the endpoints answer that programs use.

local json = require "prosody.util.json";

local oauth = require "frontdoor".oauth;

local basic_challenge = ('Basic realm="%s/%s"'):format(module.host, module.name);

-- JSON that nobody may store (RFC 6749 §5.1).
local function answer(status, body, headers)
	headers = headers or {};
	headers.content_type = "application/json";
	headers.cache_control = "no-store";
	headers.pragma = "no-cache";
	return { status_code = status; headers = headers; body = body };
end

local function good(values)
	return answer(200, json.encode(values));
end

local answers = { answer = answer; good = good };

-- A refusal as the core gives it. RFC 6749 §5.2: 401 has a challenge.
function answers.refused(endpoint, status, body, headers)
	answers.metrics.refused(endpoint, body:match('^{"error":"([%w_]+)"'));
	if status == 401 then
		headers = headers or {};
		headers.www_authenticate = basic_challenge;
	end
	return answer(status, body, headers);
end

function answers.refuse(endpoint, code, description, headers, status)
	local usual_status, body = oauth.refusal(code, description);
	return answers.refused(endpoint, status or usual_status, body, headers);
end

-- Something of ours has failed, such as the storage.
function answers.failed(endpoint)
	return answers.refuse(endpoint, "server_error", "Something went wrong on the server. Try again later.", nil, 500);
end

-- The body for an error of util.error that has one; for the event http-error.
function answers.from_error(event)
	local extra = event.error and event.error.extra;
	if not extra or not extra.oauth2_response then return nil; end
	event.response.headers.content_type = "application/json";
	event.response.status_code = event.error.code or 400;
	return json.encode(extra.oauth2_response);
end

return function (metrics)
	answers.metrics = metrics;
	return answers;
end
