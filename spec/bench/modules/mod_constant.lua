-- For the benchmarks only: what a request costs that does nothing, what one look into the storage costs, and invites.

module:depends("http");

local invites = module:depends("invites");

-- An answer of so many bytes, with the headers of an API.
local sized = setmetatable({}, { __index = function (answers, length)
	local answer = {
		status_code = 201; body = ("x"):rep(tonumber(length));
		headers = { content_type = "application/json"; cache_control = "no-store"; pragma = "no-cache" };
	};
	answers[length] = answer;
	return answer;
end });

module:provides("http", {
	cors = { enabled = true };
	route = {
		["GET"] = "constant";
		["POST"] = "constant";
		["POST /sized/*"] = function (_, length) return sized[length]; end;
		["GET /sized/*"] = function (_, length) return sized[length]; end;
		["GET /read"] = function (event)
			invites.get(event.request.url.query);
			return "constant";
		end;
		["GET /invite"] = function ()
			return invites.create_account().token;
		end;
	};
});
