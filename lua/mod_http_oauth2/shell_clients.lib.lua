-- prosodyctl shell oauth2: clients, revoking them, and the key that signs.

local json = require "prosody.util.json";
local sorted_pairs = require "prosody.util.iterators".sorted_pairs;

local oauth = require "frontdoor".oauth;

local output = module:require("shell_output");
local counted, date, print_rows = output.counted, output.date, output.print_rows;
local revocations_lib = module:require("revocations");
local time_of, website = revocations_lib.time_of, revocations_lib.website;

local commands, command = output.new_commands();

command("show_client", "Show what a client_id contains", { "client_id" }, function (self, print, client_id)
	local client, why, message = self.registrar:read(client_id, os.time());
	if not client then return nil, message; end
	print("hash: " .. client:hash());
	for name, value in sorted_pairs(json.decode(client:claims())) do
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

-- Ends the grants to revoked clients; what to tell of that.
local function ended(self)
	local count, missed = self.grants:sweep();
	if missed == 0 then return counted(count, "grant"); end
	self.grants:sweep_soon();
	return counted(count, "grant") .. "; not all could be, as the log says, which is tried again";
end

command("revoke_client", "Revoke a client (its client_id, hash or software_id) and what was granted to it", { "client" },
	function (self, _, named)
		local kind, name = oauth.revocable(named);
		local record, problem = store(self, kind, name, { by = "shell" });
		if not record then return nil, problem; end
		return true, ("Revoked the %s %s, and ended %s"):format(kind, name, ended(self));
	end);

command("revoke_issued_before", "Revoke clients that registered before a time (such as 2026-01-31), all or those of a website",
	{ "time", "client_host" }, function (self, _, time_text, host)
		local time = time_of(tonumber(time_text) or time_text);
		if not time then return nil, "Give the time as 2026-01-31 or 2026-01-31T12:00:00Z."; end
		local name = website(host or module.host);
		local record, problem = store(self, "issued_before", name, { by = "shell"; time = time });
		if not record then return nil, problem; end
		return true, ("Clients%s that registered before %s are revoked; ended %s"):format(name ~= "" and " of " .. name or "",
			date(record.time), ended(self));
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

command("rotate_keys", "From now on sign with a new key; what was signed before stays good", {}, function (self)
	if not self.signing_keys then return nil, "This host signs nothing: clients cannot register, or it is a component."; end
	local kid, err = self.signing_keys:rotate();
	if not kid then return nil, "The new key could not be stored: " .. tostring(err); end
	return true, "New tokens are signed by the key " .. kid;
end);

return commands;
