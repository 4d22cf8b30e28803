-- For the benchmarks only: what a request costs that does nothing, what one look into the storage costs, and invites.

module:depends("http");

local invites = module:depends("invites");

module:provides("http", {
	route = {
		["GET"] = "constant";
		["POST"] = "constant";
		["GET /read"] = function (event)
			invites.get(event.request.url.query);
			return "constant";
		end;
		["GET /invite"] = function ()
			return invites.create_account().token;
		end;
	};
});
