-- Whether what Prosody finds is this installation, whole and of one version, and what a running server has loaded.

local lfs = require "lfs";
local configmanager = require "prosody.core.configmanager";
local is_running = require "prosody.util.prosodyctl".isrunning;
local resolve_relative_path = require "prosody.util.paths".resolve_relative_path;

local advice = module:require("advice");
local own = module:require("own_files");

local VERSION = "0.1.0"; -- that of lua/frontdoor/init.lua

local function check_prosody(add)
	if not module.get_option_period then
		add({ level = "error"; text = ("This is Prosody %s. The modules need Prosody 13"):format(prosody.version) });
	end
end

local function check_library(add)
	local ok, found = pcall(require, "frontdoor");
	if not ok then
		add({ level = "error"; text = "None of our modules can be loaded. " .. tostring(found) });
	elseif found.version ~= VERSION then
		add({ level = "error"; text = ("lua/frontdoor and the native library are version %s, the modules in %s are version %s: they do not "
			.. "know each other"):format(found.version, own.folder(), VERSION);
			note = "Install again, so that all are of one version, and restart Prosody." });
	end
end

-- All files that `require "frontdoor"` could mean, the first of which it does.
local function shared_files()
	local files = {};
	for template in package.path:gmatch("[^;]+") do
		local path = template:gsub("%?", "frontdoor");
		if lfs.attributes(path, "mode") == "file" then
			local is_new = true;
			for _, file in ipairs(files) do is_new = is_new and not own.is_same(file, path); end
			if is_new then table.insert(files, path); end
		end
	end
	return files;
end

local function check_other_installations(add)
	local files = shared_files();
	if files[2] then
		add({ level = "warning"; text = ("There are two installations: Prosody takes what the modules share from %s, and not from %s")
			:format(files[1], files[2]); note = "Remove one of them: after an upgrade of the other, files of two versions would meet." });
	end
end

local function is_used(name, patients)
	for _, patient in pairs(patients) do
		if patient.enabled:contains(name) or patient.stage.others[name] or patient.stage.parts[name] then return true; end
	end
	return false;
end

-- Our folder in front of those that are in front of it.
local function folders_with_ours_first()
	local folders = { own.folder() };
	for _, folder in ipairs(configmanager.get("*", "plugin_paths") or {}) do
		if not own.is_same(folder, folders[1]) then table.insert(folders, folder); end
	end
	return advice.set("plugin_paths", folders);
end

local function add_shadow(name, path, own_path, patients, add)
	local problem = { level = is_used(name, patients) and "error" or "hint"; text = ("Instead of %s Prosody loads %s, which "
		.. "is another module: the README does not hold for it"):format(own_path, path) };
	if path:sub(1, #prosody.paths.installer + 1) == prosody.paths.installer .. "/" then
		problem.note = "Nothing comes before this folder. Remove the other module from it.";
	else
		problem.lines, problem.section = { folders_with_ours_first() }, "*";
	end
	add(problem);
end

local function check_files(name, patients, add)
	local path, own_path = own.found(name);
	if not lfs.attributes(own_path) then
		if is_used(name, patients) then
			add({ level = "error"; text = ("mod_%s is enabled, but there is no %s"):format(name, own_path); note = "Install again." });
		end
	elseif not path or not own.is_same(path, own_path) then
		add_shadow(name, path or "nothing", own_path, patients, add);
	else
		for library in pairs(own.libraries(name)) do
			path, own_path = own.found(name, library .. ".lib.lua");
			if path and not own.is_same(path, own_path) then add_shadow(name, path, own_path, patients, add); end
		end
	end
end

-- When the server that runs was started, in seconds since the epoch; nil if none runs.
local function started_at()
	local pidfile = configmanager.get("*", "pidfile");
	local ok, known, runs = pcall(is_running); -- it stumbles over an odd modules_disabled
	if not ok or known and not runs then return nil; end
	local file = known and pidfile or configmanager.get("*", "admin_socket") or "prosody.sock"; -- both are made at the start
	return lfs.attributes(resolve_relative_path(prosody.paths.data, file), "modification");
end

-- Where the native library is: as lua/frontdoor/init.lua looks for it.
local function library_path(shared_file)
	local tree, lua_version = ("/" .. shared_file):match("^/(.*)share/lua/([%d.]+)/frontdoor/init%.lua$");
	return package.searchpath("frontdoor_core", package.cpath)
		or tree and ("%slib/lua/%s/frontdoor_core.so"):format(tree, lua_version);
end

local function check_running(add)
	local shared_file, started = shared_files()[1], started_at();
	if not shared_file or not started then return; end
	for _, path in ipairs({ library_path(shared_file), shared_file }) do
		local changed = lfs.attributes(path, "change");
		if changed and changed > started then
			add({ level = "warning"; text = ("Prosody was started before %s was changed: it still runs what was there then"):format(path);
				note = "Restart Prosody." });
			return;
		end
	end
end

return function (patients, add)
	check_prosody(add);
	check_library(add);
	check_other_installations(add);
	for name in pairs(own.modules()) do check_files(name, patients, add); end
	check_running(add);
end
