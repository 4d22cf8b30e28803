-- What belongs to this installation, and what Prosody finds in its place.

local lfs = require "lfs";
local modulemanager = require "prosody.core.modulemanager";

local own_files = {};

-- The folder that has all our modules.
function own_files.folder()
	return (module.path:match("^(.*)/[^/]*/[^/]*$"));
end

local function names_in(folder, pattern)
	local names = {};
	for file in lfs.dir(folder) do
		local name = file:match(pattern);
		if name then names[name] = true; end
	end
	return names;
end

-- Which of the modules in the folder are ours: it can be one where others have theirs, too.
local ours = {
	adhoc_oauth2_client = true; frontdoor = true; frontdoor_assets = true; http_oauth2 = true; invites_api = true; invites_page = true;
	invites_register_api = true; invites_register_web = true; password_policy = true; password_reset = true; register_apps = true;
	register_json = true;
};

-- { name = true }
function own_files.modules()
	return ours;
end

function own_files.libraries(name)
	return names_in(own_files.folder() .. "/mod_" .. name, "^(.*)%.lib%.lua$");
end

-- Whether two paths lead to the same file.
function own_files.is_same(path, other_path)
	local one, other = lfs.attributes(path), lfs.attributes(other_path);
	return one ~= nil and other ~= nil and one.dev == other.dev and one.ino == other.ino;
end

-- The file that Prosody takes for a module or a file of it, and the one that is ours.
function own_files.found(name, file)
	file = file or "mod_" .. name .. ".lua";
	local _, path = modulemanager.loader:load_resource(name, file);
	return path, ("%s/mod_%s/%s"):format(own_files.folder(), name, file);
end

-- Whether Prosody finds our module by this name.
function own_files.is_found(name)
	local path, own_path = own_files.found(name);
	return path ~= nil and own_files.is_same(path, own_path);
end

return own_files;
