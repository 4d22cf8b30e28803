-- For the soak only: what cannot be seen from outside the process.

module:depends("http");

module:provides("http", {
	route = {
		-- What Lua has allocated, in bytes; with "?collect" after it has thrown away what it can.
		["GET /memory"] = function (event)
			if event.request.url.query == "collect" then
				collectgarbage();
				collectgarbage(); -- what has finalizers goes the second time
			end
			return ("%d"):format(collectgarbage("count") * 1024);
		end;
	};
});
