-- Finds and loads the native library. `require "frontdoor"` returns its table (types: core.d.lua).

local VERSION = "0.1.0";
local LIBRARY = "frontdoor_core";

-- Lua 5.1 tells a chunk only its name, later ones also its path.
local own_path = select(2, ...) or debug.getinfo(1, "S").source:gsub("^@", "");

-- Prosody up to 13.0.1 looks for Lua modules in the tree of its plugin installer, but not for native
-- ones: there the library lies beside this file as LuaRocks laid both out.
local function path_in_same_tree()
	local tree, lua_version = ("/" .. own_path):match("^/(.*)share/lua/([%d.]+)/frontdoor/init%.lua$");
	if tree then
		return ("%slib/lua/%s/%s.so"):format(tree, lua_version, LIBRARY);
	end
end

local function load_from(path)
	local open, err = package.loadlib(path, "luaopen_" .. LIBRARY);
	if not open then
		return nil, "\n\t" .. err;
	end
	return open(LIBRARY, path);
end

---@return frontdoor.Core
local function load_library()
	local ok, found = pcall(require, LIBRARY);
	if ok then
		return found;
	end
	local path = path_in_same_tree();
	local library, err = nil, "";
	if path then
		library, err = load_from(path);
	end
	if not library then
		error("The native library of frontdoor was not found; install the rock again. Tried: "
			.. tostring(found) .. err, 0);
	end
	package.loaded[LIBRARY] = library;
	return library;
end

local core = load_library();
if core.version ~= VERSION then
	error(("The native library of frontdoor is version %s, its Lua modules are version %s. Install the rock "
		.. "again, then restart Prosody: a running one keeps the library it started with."):format(core.version, VERSION), 0);
end

return core;
