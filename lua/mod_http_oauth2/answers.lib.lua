-- How the endpoints answer that programs use.

local json = require "prosody.util.json";
local new_cache = require "prosody.util.cache".new;

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

-- Nearly all refusals are one of a few, and need not be put together anew. Nobody changes them.
local known_refusals = setmetatable({}, { __index = function (caches, endpoint)
	caches[endpoint] = new_cache(100);
	return caches[endpoint];
end });

-- A refusal as the core gives it. RFC 6749 §5.2: 401 has a challenge, if not another one.
function answers.refused(endpoint, status, body, headers)
	local known = not headers and known_refusals[endpoint]:get(body);
	if known then
		answers.metrics.refused(endpoint, known.error);
		return known.answer;
	end
	local refusal = { error = body:match('^{"error":"([%w_]+)"') };
	answers.metrics.refused(endpoint, refusal.error);
	local own = headers or {};
	if status == 401 and not own.www_authenticate then own.www_authenticate = basic_challenge; end
	refusal.answer = answer(status, body, own);
	if not headers then known_refusals[endpoint]:set(body, refusal); end
	return refusal.answer;
end

function answers.refuse(endpoint, code, description, headers, status)
	local usual_status, body = oauth.refusal(code, description);
	return answers.refused(endpoint, status or usual_status, body, headers);
end

-- RFC 6585 §4. retry_after is in seconds.
function answers.too_many(endpoint, code, description, retry_after)
	return answers.refuse(endpoint, code, description, { retry_after = ("%d"):format(retry_after) }, 429);
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
