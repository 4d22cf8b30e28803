-- For the server specs only: the admin shell without its two seconds.
--
--     POST /test_lua  <expression>  ->  JSON: its value, where `module` is this one

local envload = require "prosody.util.envload".envload;
local json = require "prosody.util.json";

module:depends("http");

module:provides("http", {
	default_path = "/test_lua";
	route = {
		POST = function (event)
			local environment = setmetatable({ module = module }, { __index = _G });
			local value = assert(envload("return " .. event.request.body, "=test", environment))();
			return { headers = { content_type = "application/json" }; body = json.encode({ value = value }) };
		end;
	};
});
