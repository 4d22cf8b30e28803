-- What users have granted to clients: the grants of mod_tokenauth that name one.

local async = require "prosody.util.async";

local at_once = 20; -- users, before other work gets its turn

local grants = {};
local grants_mt = { __index = grants };

-- Calls found(username, grant) for each grant to a client. Waits, so it runs in an async.runner.
function grants:each(found)
	local users = {};
	for username in self.store:users() do
		table.insert(users, username);
	end
	for number, username in ipairs(users) do
		for _, grant in pairs(self.tokens.get_user_grants(username) or {}) do
			if type(grant.data) == "table" and type(grant.data.oauth2_client) == "table" then
				found(username, grant);
			end
		end
		if number % at_once == 0 then async.sleep(0); end
	end
end

-- Ends the grants to clients of which this is true: how many there were. Waits.
function grants:revoke_if(is_meant)
	local meant = {};
	self:each(function (username, grant)
		if is_meant(grant.data.oauth2_client) then
			table.insert(meant, { username, grant.id });
		end
	end);
	for number, grant in ipairs(meant) do
		self.tokens.revoke_grant(grant[1], grant[2]);
		if number % at_once == 0 then async.sleep(0); end
	end
	return #meant;
end

-- Ends all grants to a client, soon.
function grants:revoke_later(hash)
	async.runner(function ()
		local count = self:revoke_if(function (client) return client.hash == hash; end);
		if count > 0 then
			module:log("info", "Ended %d grants to the removed client %s", count, hash);
		end
	end):run(true);
end

local function new()
	return setmetatable({ tokens = module:depends("tokenauth"); store = module:open_store("auth_tokens") }, grants_mt);
end

return { new = new };
