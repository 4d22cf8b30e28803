-- The lists that mod_frontdoor has, against the modules themselves.

local lfs = require "lfs";

local here = lfs.currentdir();
local folder = here .. "/lua/mod_frontdoor/";

local function each_lua_file(path, visit)
	for name in lfs.dir(path) do
		local full = path .. "/" .. name;
		if name:sub(1, 1) ~= "." and lfs.attributes(full, "mode") == "directory" and name ~= "mod_frontdoor" then
			each_lua_file(full, visit);
		elseif name:find("%.lua$") and not name:find("%.d%.lua$") then
			local file <close> = assert(io.open(full));
			visit(file:read("*a"));
		end
	end
end

-- Names in calls of typed getters, of our own functions that call these, and in variables for both.
local patterns = {
	"get_option[_%l]*%(\"([%w_]+)\"", "get_allowed%(\"([%w_]+)\"", "get_option_strings%(\"([%w_]+)\"", "local option = \"([%w_]+)\"",
	"local store_name = \"(oauth2_revoked_clients)\"", "get_ttl%(\"([%w_]+)\"",
};

-- Read by ours, and Prosody's own.
local prosodys = { allow_registration = true; modules_enabled = true; http_paths = true; };

local function options_in_source()
	local found = {};
	each_lua_file(here .. "/lua", function (source)
		for _, pattern in ipairs(patterns) do
			for name in source:gmatch(pattern) do found[name] = not prosodys[name] or nil; end
		end
	end);
	return found;
end

local function names_of(set)
	local names = {};
	for name in pairs(set) do table.insert(names, name); end
	table.sort(names);
	return names;
end

describe("mod_frontdoor", function ()
	it("knows all options", function ()
		assert.same(names_of(options_in_source()), names_of(dofile(folder .. "options.lib.lua").values));
	end);

	it("knows all modules", function ()
		local there = {};
		for name in lfs.dir(here .. "/lua") do
			there[name:match("^mod_(.*)") or ""] = true;
		end
		there[""] = nil;
		local env = setmetatable({ module = {} }, { __index = _G });
		local own = assert(loadfile(folder .. "own_files.lib.lua", "t", setmetatable({
			require = function (name) return name == "lfs" and lfs or {}; end;
		}, { __index = env })))();
		assert.same(names_of(there), names_of(own.modules()));
	end);

	it("is of the version of the rest", function ()
		local function version_in(path)
			local file <close> = assert(io.open(here .. "/lua/" .. path));
			return file:read("*a"):match('local VERSION = "([^"]+)"');
		end
		assert.equal(version_in("frontdoor/init.lua"), version_in("mod_frontdoor/checks/installation.lib.lua"));
	end);
end);

describe("The distance of two names", function ()
	local distance = dofile(folder .. "distance.lib.lua");

	it("is the number of typing errors", function ()
		assert.equal(0, distance.between("site_color", "site_color"));
		assert.equal(1, distance.between("site_colour", "site_color"));
		assert.equal(1, distance.between("site_coolr", "site_color"));
		assert.equal(1, distance.between("site_kolor", "site_color"));
		assert.equal(4, distance.between("", "site"));
		assert.equal(distance.between("abc", "cdef"), distance.between("cdef", "abc"));
	end);

	it("finds the nearest name, if one is near", function ()
		local known = { length = true; strength = true };
		assert.equal("length", distance.nearest("lenght", known));
		assert.is_nil(distance.nearest("min_digits", known));
		assert.is_nil(distance.nearest("length", {}));
	end);
end);
