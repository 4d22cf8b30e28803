-- Who can read the configuration, and whether there is room and permission to store anything.

local lfs = require "lfs";
local configmanager = require "prosody.core.configmanager";

local options = module:require("options");
local permissions = module:require("permissions");

local least_space = 64; -- MiB

-- Whether a file sets one of the options that nobody shall read.
local function has_secrets(path)
	local file = io.open(path);
	local text = file and file:read("*a") or "";
	if file then file:close(); end
	for name, value in pairs(options.values) do
		if value == options.secret and text:find("%f[%w_]" .. name .. "%s*=") then return true; end
	end
	return false;
end

-- Prosody itself has to go on reading it.
local function hiding(path)
	local chmod = "chmod o-r " .. path;
	return permissions.is_ours(path) and chmod or ("chgrp prosody %s && %s"):format(path, chmod);
end

local function check_readers(add)
	for _, path in ipairs(configmanager.files()) do
		local mode = lfs.attributes(path, "permissions");
		if mode and mode:sub(7, 7) == "r" and has_secrets(path) then
			add({ level = "warning"; text = ("%s can be read by everybody on this machine, and has keys in it"):format(path);
				command = hiding(path) });
		end
	end
end

local function check_permission(path, add)
	if not lfs.attributes(path) then
		add({ level = "error"; text = ("There is no folder %s (data_path), so nothing can be stored"):format(path);
			command = "install -d -o prosody -g prosody -m 750 " .. path });
	elseif not permissions.is_writable(path) then
		add({ level = "error"; text = ("Prosody may not write to %s (data_path): no registration can be stored"):format(path);
			command = "chown prosody:prosody " .. path });
	end
end

local function quoted(path)
	return "'" .. path:gsub("'", "'\\''") .. "'";
end

-- MiB that are free where a folder is; nil if nobody knows.
local function free_space(path)
	local df = io.popen("df -Pk " .. quoted(path) .. " 2>/dev/null");
	local output = df and df:read("*a") or "";
	if df then df:close(); end
	local free = output:match("\n%S+%s+%d+%s+%d+%s+(%d+)");
	return free and tonumber(free) / 1024;
end

local function check_space(path, add)
	local free = free_space(path);
	if free and free < least_space then
		add({ level = "warning"; text = ("%s has %d MiB left: registrations fail when it is full"):format(path, free);
			note = "Make room, or move data_path." });
	end
end

return function (_, add)
	check_readers(add);
	local path = prosody.paths.data;
	check_permission(path, add);
	check_space(path, add);
end
