-- prosodyctl shell oauth2: clients, what users have granted to them, and revoking either.

local function add_command(self, entry)
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

-- self: registrar, revocations, grants, stored_grants, tokens, signing_keys
local function add(self)
	for _, file in ipairs({ "shell_grants", "shell_clients" }) do
		for _, entry in ipairs(module:require(file)) do add_command(self, entry); end
	end
end

return { add = add };
