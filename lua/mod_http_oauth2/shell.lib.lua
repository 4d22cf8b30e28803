-- prosodyctl shell oauth2: clients, what users have granted to them, and revoking either.

local jid_split = require "prosody.util.jid".split;
local json = require "prosody.util.json";
local new_table = require "prosody.util.human.io".table;

local usermanager = require "prosody.core.usermanager";

local oauth = require "frontdoor".oauth;

local revocations_lib = module:require("revocations");
local stored_grants = module:require("stored_grants");
local time_of, website = revocations_lib.time_of, revocations_lib.website;

local commands = {}; -- { name, description, names of arguments, how many of them are needed, run }

local function command(name, description, arguments, run, needed)
	table.insert(commands, { name = name; description = description; arguments = arguments; needed = needed or #arguments; run = run });
end

local function counted(count, noun)
	return ("%d %s%s"):format(count, noun, count == 1 and "" or "s");
end

local function date(time)
	return type(time) == "number" and os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(time)) or "";
end

local function print_rows(print, columns, rows)
	local row_of = new_table(columns, 160);
	print(row_of());
	for _, row in ipairs(rows) do
		for name, value in pairs(row) do
			-- The community module has let clients have any name.
			if type(value) == "string" then row[name] = value:gsub("%c", "?"); end
		end
		print(row_of(row));
	end
end

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

-- The name, given alone or as an address.
local function username_of(named)
	local username, host = jid_split(named);
	return (host == module.host and username or named);
end

command("user_grants", "List what a user has granted to clients", { "user" }, function (self, print, named)
	local username = username_of(named);
	local exists, problem = refuse_nobody(username);
	if not exists then return nil, problem; end
	local rows = {};
	for _, grant in ipairs(self.stored_grants:of_user(username)) do
		local client = stored_grants.client_of(grant) or {};
		table.insert(rows, {
			id = grant.id; created = grant.created; accessed = grant.accessed; name = client.name or ""; uri = client.uri or "";
			scopes = stored_grants.scope_of(grant);
		});
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

command("revoke_grant", "End what a user has granted to a client, and log out whoever uses it", { "user", "grant" },
	function (self, _, named, id)
		local username = username_of(named);
		for _, grant in ipairs(self.stored_grants:of_user(username)) do
			if grant.id == id and grant.data.oauth2_client then
				local ok, err = self.tokens:end_grant(username, grant);
				if not ok then return nil, "The grant could not be removed: " .. tostring(err); end
				return true, ("Ended the grant %s of %s"):format(id, username);
			end
		end
		return nil, ("%s has no grant %s"):format(username, id);
	end);

command("rotate_keys", "From now on sign with a new key; what was signed before stays good", {}, function (self)
	if not self.signing_keys then return nil, "This host signs nothing: clients cannot register, or it is a component."; end
	local kid, err = self.signing_keys:rotate();
	if not kid then return nil, "The new key could not be stored: " .. tostring(err); end
	return true, "New tokens are signed by the key " .. kid;
end);

command("show_client", "Show what a client_id contains", { "client_id" }, function (self, print, client_id)
	local client, why, message = self.registrar:read(client_id, os.time());
	if not client then return nil, message; end
	print("hash: " .. client:hash());
	local claims, names = json.decode(client:claims()), {};
	for name in pairs(claims) do table.insert(names, name); end
	table.sort(names);
	for _, name in ipairs(names) do
		local value = claims[name];
		print(("%s: %s"):format(name, (type(value) == "table" and json.encode(value) or tostring(value)):gsub("%c", "?")));
	end
	if why then return true, message; end
	return true, "The client is good, and registered " .. date(client:issued_at());
end);

-- The record, or nil and what to tell.
local function store(self, kind, name, details)
	local record, err = self.revocations:add(kind, name, details);
	if not record then return nil, "The revocation could not be stored: " .. tostring(err); end
	return record;
end

command("revoke_client", "Revoke a client (its client_id, hash or software_id) and what was granted to it", { "client" },
	function (self, _, named)
		local kind, name = oauth.revocable(named);
		local record, problem = store(self, kind, name, { by = "shell" });
		if not record then return nil, problem; end
		return true, ("Revoked the %s %s, and ended %s"):format(kind, name, counted(self.grants:sweep(), "grant"));
	end);

command("revoke_issued_before", "Revoke clients that registered before a time (such as 2026-01-31), all or those of a website",
	{ "time", "client_host" }, function (self, _, time_text, host)
		local time = time_of(tonumber(time_text) or time_text);
		if not time then return nil, "Give the time as 2026-01-31 or 2026-01-31T12:00:00Z."; end
		local name = website(host or module.host);
		local record, problem = store(self, "issued_before", name, { by = "shell"; time = time });
		if not record then return nil, problem; end
		return true, ("Clients%s that registered before %s are revoked; ended %s"):format(name ~= "" and " of " .. name or "",
			date(record.time), counted(self.grants:sweep(), "grant"));
	end, 1);

command("revocations", "List what was revoked with a command or by clients themselves", {}, function (self, print)
	local records, err = self.revocations:list();
	if not records then return nil, "The revocations could not be read: " .. tostring(err); end
	print_rows(print, {
		{ title = "What"; key = "kind"; width = 13 };
		{ title = "Name"; key = "name"; width = 43 };
		{ title = "Since"; key = "revoked_at"; width = 20; mapper = date };
		{ title = "By"; key = "by"; width = 6 };
		{ title = "Before"; key = "time"; width = 20; mapper = date };
	}, records);
	return true, counted(#records, "revocation");
end);

command("restore", "Take a revocation back (a client_id, hash or software_id, or issued_before[:HOST])", { "revoked" },
	function (self, _, named)
		local kind, name = oauth.revocable(named);
		local host = named:match("^issued_before:?(.*)");
		if host then
			kind, name = "issued_before", website(host ~= "" and host or module.host);
		end
		local removed, still = self.revocations:remove(kind, name);
		if removed == nil then return nil, "The revocation could not be removed: " .. tostring(still); end
		if still then return nil, ("The configuration revokes the %s %s"):format(kind, name); end
		if not removed then return nil, ("Nothing like this was revoked here: %s %s"):format(kind, name); end
		return true, "It counts again. What users had granted does not come back.";
	end);

-- self: registrar, revocations, grants, stored_grants, tokens, signing_keys
local function add(self)
	for _, entry in ipairs(commands) do
		local arguments = { { name = "host"; type = "string" } };
		for _, name in ipairs(entry.arguments) do
			table.insert(arguments, { name = name; type = "string" });
		end
		module:add_item("shell-command", {
			section = "oauth2"; section_desc = "OAuth clients, and what users have granted to them";
			name = entry.name; desc = entry.description; args = arguments; host_selector = "host";
			handler = function (shell, _, ...)
				if select("#", ...) < entry.needed then
					return nil, "Missing: " .. entry.arguments[select("#", ...) + 1];
				end
				local ok, result, message = pcall(entry.run, self, shell.session.print, ...);
				-- The shell waits for ever if an error is no text.
				if not ok then return nil, tostring(result); end
				return result, message;
			end;
		});
	end
end

return { add = add };
