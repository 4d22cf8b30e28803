-- What users have granted to clients: the grants of mod_tokenauth that name one.

local async = require "prosody.util.async";
local now = require "prosody.util.time".monotonic;

local at_once = 20; -- users, before other work gets its turn
local rest = 10; -- times as long as the last sweep took: until the next one
local first_retry, last_retry = 10, 3600; -- seconds, if the storage could not be asked

local jobs = require "frontdoor.jobs";
local client_of = module:require("stored_grants").client_of;

local grants = {};
local grants_mt = { __index = grants };

-- What is stored, or nil after an error, which is logged.
local function ask(what, method, ...)
	local ok, found, err = pcall(method, ...);
	if ok and not err then return found; end
	module:log("error", "%s could not be read: %s", what, ok and err or found);
	return nil;
end

-- Calls found(username, grant, client) for each grant to a client: how many users' grants could not be read. Waits, so it
-- runs in an async.runner.
function grants:each(found)
	local usernames = ask("Who has granted something", self.stored.usernames, self.stored);
	if not usernames then return 1; end
	local missed = 0;
	for number, username in ipairs(usernames) do
		local user_grants = ask("The grants of " .. username, self.stored.of_user, self.stored, username);
		if not user_grants then missed = missed + 1; end
		for _, grant in ipairs(user_grants or {}) do
			local client = client_of(grant);
			if client then found(username, grant, client); end
		end
		if number % at_once == 0 then async.sleep(0); end
	end
	return missed;
end

-- Ends the grants of which this is true: how many there were, and how many could not be ended or read. Waits.
function grants:revoke_if(is_meant)
	local meant = {};
	local missed = self:each(function (username, grant, client)
		if is_meant(client, grant.created) then
			table.insert(meant, { username, grant });
		end
	end);
	local ended = 0;
	for number, grant in ipairs(meant) do
		if self.tokens:end_grant(grant[1], grant[2]) then
			ended = ended + 1;
		else
			missed = missed + 1;
		end
		if number % at_once == 0 then async.sleep(0); end
	end
	return ended, missed;
end

-- Ends the grants to revoked clients, in the background: a second from now, or later if looking through all users takes
-- long, for anybody may remove a client of their own.
function grants:sweep_soon()
	self:_sweep_after(math.max(1, self.last_took * rest));
end

function grants:_sweep_after(seconds)
	local due = now() + seconds;
	if self.due and self.due <= due then return; end
	self.due = due;
	module:add_timer(seconds, function ()
		if self.due ~= due then return; end -- an earlier one was asked for, and is done
		self.due = nil;
		async.runner(jobs.guarded(module, "End grants to revoked clients", function ()
			if select(2, self:sweep()) > 0 then self:_retry_sweep(); end
		end)):run(true);
	end);
end

function grants:_retry_sweep()
	self:_sweep_after(self.retry_after);
	self.retry_after = math.min(self.retry_after * 2, last_retry);
end

-- The same at once: how many there were, and how many could not be ended or read. Waits.
function grants:sweep()
	local started = now();
	local count, missed = self:revoke_if(function (client, granted_at)
		return self.registrar:is_revoked(client.hash or "", client.id, client.uri, granted_at);
	end);
	self.last_took = now() - started;
	if missed == 0 then self.retry_after = first_retry; end
	if count > 0 then
		module:log("info", "Ended %d grants to revoked clients", count);
	end
	return count, missed;
end

local function new(registrar, stored, tokens)
	local self = setmetatable({
		registrar = registrar; stored = stored; tokens = tokens;
		last_took = 0; retry_after = first_retry;
	}, grants_mt);
	jobs.daily(module, "End grants to revoked clients", function () self:sweep(); end);
	self:sweep_soon(); -- the configuration may revoke others than before
	return self;
end

return { new = new };
