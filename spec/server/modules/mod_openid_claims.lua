-- For the server specs only: claims about users as a third party's module adds them, in the two forms that
-- mod_http_oauth2 knows.
--
--     GET /openid_claims  ->  JSON: what "token/userinfo" was fired with, the latest last

local array = require "prosody.util.array";
local json = require "prosody.util.json";

module:depends("http");

module:add_item("openid-claim", "nickname");
module:add_item("openid-claim", {
	claim = "address"; title = "Where <you> live"; description = "The town & the street";
});

local seen = array();

module:hook("token/userinfo", function (event)
	local claims = array();
	for claim in event.claims do claims:push(claim); end
	seen:push({
		username = event.username; claims = claims:sort(); grant = event.token.id;
		sub = event.userinfo.sub; iss = event.userinfo.iss;
	});
	if event.claims:contains("nickname") then
		event.userinfo.nickname = event.username:upper() .. " \"<&>\" \u{e9}";
	end
	if event.claims:contains("address") then
		event.userinfo.address = { locality = "Verona"; postal_code = "37121" };
	end
end);

module:provides("http", {
	default_path = "/openid_claims";
	route = {
		GET = function ()
			-- An empty list would become an object.
			local body = #seen == 0 and "[]" or json.encode(seen);
			return { headers = { content_type = "application/json" }; body = body };
		end;
	};
});
