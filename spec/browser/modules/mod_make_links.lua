-- For the browser specs only: makes the links that a person gets, and more quickly than the admin shell does.
--
--     GET /make_links/<kind>?name=value…  ->  the link

local form = require "prosody.util.http".formdecode;
local modulemanager = require "prosody.core.modulemanager";

module:depends("http");
local invites = module:depends("invites");

local kinds = {};

-- To make an account of any name, or of `username`.
function kinds.account(query)
	return invites.create_account(query.username);
end

-- To make an account and become a contact of `inviter`.
function kinds.friend(query)
	return invites.create_contact(query.inviter, true);
end

-- To become a contact of `inviter`.
function kinds.contact(query)
	return invites.create_contact(query.inviter, false);
end

function kinds.reset(query)
	return invites.create_account_reset(query.username);
end

-- One whose time is over.
function kinds.expired()
	return invites.create_account(nil, nil, -60);
end

kinds["expired-reset"] = function (query)
	return invites.create_account_reset(query.username, -60);
end

module:provides("http", {
	default_path = "/make_links";
	route = {
		["GET /*"] = function (event, kind)
			local query = form(event.request.url.query or "");
			return kinds[kind](type(query) == "table" and query or {}).landing_page;
		end;
	};
});

-- A registration that another module refuses, and one that breaks.
module:hook("user-registering", function (event)
	if event.username:find("^unwanted") then
		event.allowed = false;
	elseif event.username:find("^breaking") then
		error("a module that fails");
	end
end);
assert(modulemanager);
