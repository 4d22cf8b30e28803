-- What users have granted to clients: the grants of mod_tokenauth that name one.

local async = require "prosody.util.async";
local now = require "prosody.util.time".monotonic;

local at_once = 20; -- users, before other work gets its turn
local rest = 10; -- times as long as the last sweep took: until the next one

local jobs = require "frontdoor.jobs";
local client_of = module:require("stored_grants").client_of;

local grants = {};
local grants_mt = { __index = grants };

-- Calls found(username, grant, client) for each grant to a client. Waits, so it runs in an async.runner.
function grants:each(found)
	for number, username in ipairs(self.stored:usernames()) do
		local ok, user_grants = pcall(self.stored.of_user, self.stored, username);
		if not ok then module:log("error", "The grants of %s could not be read: %s", username, user_grants); end
		for _, grant in ipairs(ok and user_grants or {}) do
			local client = client_of(grant);
			if client then found(username, grant, client); end
		end
		if number % at_once == 0 then async.sleep(0); end
	end
end

-- Ends the grants of which this is true: how many there were. Waits.
function grants:revoke_if(is_meant)
	local meant = {};
	self:each(function (username, grant, client)
		if is_meant(client, grant.created) then
			table.insert(meant, { username, grant });
		end
	end);
	for number, grant in ipairs(meant) do
		self.tokens:end_grant(grant[1], grant[2]);
		if number % at_once == 0 then async.sleep(0); end
	end
	return #meant;
end

-- Ends the grants to revoked clients, in the background: a second from now, or later if looking through all users takes
-- long, for anybody may remove a client of their own.
function grants:sweep_soon()
	if self.is_waiting then return; end
	self.is_waiting = true;
	module:add_timer(math.max(1, self.last_took * rest), function ()
		self.is_waiting = false;
		async.runner(function () self:sweep(); end):run(true);
	end);
end

-- The same at once: how many there were. Waits.
function grants:sweep()
	local started = now();
	local count = self:revoke_if(function (client, granted_at)
		return self.registrar:is_revoked(client.hash or "", client.id, client.uri, granted_at);
	end);
	self.last_took = now() - started;
	if count > 0 then
		module:log("info", "Ended %d grants to revoked clients", count);
	end
	return count;
end

local function new(registrar, stored, tokens)
	local self = setmetatable({ registrar = registrar; stored = stored; tokens = tokens; last_took = 0 }, grants_mt);
	jobs.daily(module, "End grants to revoked clients", function () self:sweep(); end);
	self:sweep_soon(); -- the configuration may revoke others than before
	return self;
end

return { new = new };
