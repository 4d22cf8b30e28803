-- prosodyctl shell oauth2: what users have granted to clients, and ending it.

local jid_split = require "prosody.util.jid".split;
local usermanager = require "prosody.core.usermanager";

local oauth = require "frontdoor".oauth;

local output = module:require("shell_output");
local counted, date, print_rows = output.counted, output.date, output.print_rows;
local stored_grants = module:require("stored_grants");

local commands, command = output.new_commands();

local function is_of(kind, name)
	return function (client)
		return (kind == "client_hash" and client.hash or client.id) == name;
	end
end

-- The clients of all grants, each with how many there are and of how many users.
local function clients_of(grants)
	local rows, by_hash, seen = {}, {}, {};
	grants:each(function (username, _, client)
		local hash = client.hash or "";
		local row = by_hash[hash];
		if not row then
			row = { hash = hash; name = client.name or ""; uri = client.uri or ""; software = client.id or ""; grants = 0; users = 0 };
			by_hash[hash] = row;
			table.insert(rows, row);
		end
		row.grants = row.grants + 1;
		local user = hash .. " " .. username;
		if not seen[user] then
			seen[user], row.users = true, row.users + 1;
		end
	end);
	table.sort(rows, function (a, b) return a.name .. a.hash < b.name .. b.hash; end);
	return rows;
end

command("clients", "List the clients that users have granted something to", {}, function (self, print)
	local rows = clients_of(self.grants);
	print_rows(print, {
		{ title = "Client hash"; key = "hash"; width = 43 };
		{ title = "Grants"; key = "grants"; width = 6; align = "right"; mapper = tostring };
		{ title = "Users"; key = "users"; width = 6; align = "right"; mapper = tostring };
		{ title = "Name"; key = "name"; width = "1p" };
		{ title = "Home page"; key = "uri"; width = "1p" };
		{ title = "software_id"; key = "software"; width = "1p" };
	}, rows);
	return true, counted(#rows, "client");
end);

command("grants", "List what users have granted to a client (its client_id, hash or software_id)", { "client" },
	function (self, print, named)
		local rows, is_meant = {}, is_of(oauth.revocable(named));
		self.grants:each(function (username, grant, client)
			if not is_meant(client) then return; end
			table.insert(rows, {
				username = username; id = grant.id; created = grant.created; accessed = grant.accessed;
				scopes = stored_grants.scope_of(grant);
			});
		end);
		print_rows(print, {
			{ title = "User"; key = "username"; width = "1p" };
			{ title = "Grant"; key = "id"; width = 14 };
			{ title = "Granted"; key = "created"; width = 20; mapper = date };
			{ title = "Last used"; key = "accessed"; width = 20; mapper = date };
			{ title = "Scopes"; key = "scopes"; width = "1p" };
		}, rows);
		return true, counted(#rows, "grant");
	end);

local function refuse_nobody(username)
	if not usermanager.user_exists(username, module.host) then
		return nil, ("There is no account %s@%s"):format(username, module.host);
	end
	return true;
end

local function unreadable(username, err)
	return ("The grants of %s could not be read: %s"):format(username, err);
end

-- The name, given alone or as an address.
local function username_of(named)
	local username, host = jid_split(named);
	return (host == module.host and username or named);
end

command("user_grants", "List what a user has granted to clients", { "user" }, function (self, print, named)
	local username = username_of(named);
	local exists, problem = refuse_nobody(username);
	if not exists then return nil, problem; end
	local rows, user_grants, err = {}, self.stored_grants:of_user(username);
	if err then return nil, unreadable(username, err); end
	for _, grant in ipairs(user_grants) do
		local client = stored_grants.client_of(grant) or {};
		table.insert(rows, {
			id = grant.id; created = grant.created; accessed = grant.accessed; name = client.name or ""; uri = client.uri or "";
			scopes = stored_grants.scope_of(grant);
		});
	end
	for _, id in ipairs(self.stored_grants:damaged_of_user(username)) do
		table.insert(rows, { id = id; created = ""; accessed = ""; name = "(damaged)"; uri = ""; scopes = "" });
	end
	print_rows(print, {
		{ title = "Grant"; key = "id"; width = 14 };
		{ title = "Granted"; key = "created"; width = 20; mapper = date };
		{ title = "Last used"; key = "accessed"; width = 20; mapper = date };
		{ title = "Client"; key = "name"; width = "1p" };
		{ title = "Home page"; key = "uri"; width = "1p" };
		{ title = "Scopes"; key = "scopes"; width = "1p" };
	}, rows);
	return true, counted(#rows, "grant");
end);

-- Whether a user has such a grant to a client, be it damaged; or nil and an error.
local function has_grant(stored, username, id)
	local grants, err = stored:of_user(username);
	if err then return nil, err; end
	for _, grant in ipairs(grants) do
		if grant.id == id then return grant.data.oauth2_client ~= nil; end
	end
	for _, damaged in ipairs(stored:damaged_of_user(username)) do
		if damaged == id then return true; end
	end
	return false;
end

command("revoke_grant", "End what a user has granted to a client, and log out whoever uses it", { "user", "grant" },
	function (self, _, named, id)
		local username = username_of(named);
		local is_there, err = has_grant(self.stored_grants, username, id);
		if err then return nil, unreadable(username, err); end
		if not is_there then return nil, ("%s has no grant %s"):format(username, id); end
		local ok;
		ok, err = self.tokens:end_grant(username, { id = id });
		if not ok then return nil, "The grant could not be removed: " .. tostring(err); end
		return true, ("Ended the grant %s of %s"):format(id, username);
	end);

return commands;
