-- For the server specs only: who logged in where, as modules are told that watch it.
--
--     GET /auth_events  ->  JSON, the oldest first

local array = require "prosody.util.array";
local json = require "prosody.util.json";

module:depends("http");

local events = array();

local function remember(name)
	module:hook(name, function (event)
		local session = event.session;
		events:push({
			name = name; type = session.type; ip = session.ip; host = session.host; username = session.username;
			has_connection = session.conn ~= nil; has_log = session.log ~= nil; client_id = session.client_id;
			sasl_username = session.sasl_handler.username; mechanism = session.sasl_handler.selected;
		});
	end);
end

remember("authentication-success");
remember("authentication-failure");

module:provides("http", {
	default_path = "/auth_events";
	route = {
		GET = function ()
			return { headers = { content_type = "application/json" }; body = json.encode(events) };
		end;
	};
});
