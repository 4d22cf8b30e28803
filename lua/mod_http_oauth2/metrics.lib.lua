-- What is counted, for mod_http_openmetrics and the like.

local refusals = module:metric("counter", "refusals", "", "Requests that were refused", { "endpoint", "error" });
local registrations = module:metric("counter", "registrations", "", "Clients that have registered"):with_labels();
local grants = module:metric("counter", "grants", "", "Times that users have let a client in", { "grant_type" });
local logins = module:metric("counter", "logins", "", "Passwords that were tried", { "outcome" });

-- To find a counter by its labels takes longer than to refuse a request.
local refusals_of = setmetatable({}, { __index = function (counters, labels)
	local counter = refusals:with_labels(labels:match("^(%S+) (%S+)$"));
	counters[labels] = counter;
	return counter;
end });

return {
	refused = function (endpoint, code) refusals_of[endpoint .. " " .. (code or "other")]:add(1); end;
	registered = function () registrations:add(1); end;
	granted = function (grant_type) grants:with_labels(grant_type):add(1); end;
	logged_in = function (outcome) logins:with_labels(outcome):add(1); end;
};
