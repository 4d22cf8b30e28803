-- lua/frontdoor/init.lua finds the native library, in a Lua of its own.

local lfs = require "lfs";

local lua_version = _VERSION:match("[%d.]+");
local loader = "lua/frontdoor/init.lua";
local library = assert(package.searchpath("frontdoor_core", package.cpath));

local function read(path)
	local file <close> = assert(io.open(path, "rb"));
	return file:read("*a");
end

local function write(path, content)
	local file <close> = assert(io.open(path, "wb"));
	file:write(content);
end

local function absolute(path)
	return path:match("^/") and path or lfs.currentdir() .. "/" .. path;
end

local function quote(text)
	return "'" .. text:gsub("'", "'\\''") .. "'";
end

local function make_folders(base, path)
	for part in path:gmatch("[^/]+") do
		base = base .. "/" .. part;
		lfs.mkdir(base);
	end
	return base;
end

describe("require \"frontdoor\"", function ()
	local folder, modules, libraries;

	-- A tree as LuaRocks makes it, without the library.
	before_each(function ()
		folder = os.tmpname();
		assert(os.remove(folder) and lfs.mkdir(folder));
		local tree = make_folders(folder, "a tree (100%)");
		modules = make_folders(tree, "share/lua/" .. lua_version);
		libraries = make_folders(tree, "lib/lua/" .. lua_version);
		write(make_folders(modules, "frontdoor") .. "/init.lua", read(loader));
	end);

	after_each(function ()
		assert(os.execute("rm -r " .. quote(folder)));
	end);

	local function install_library(as)
		assert(lfs.link(absolute(library), as or libraries .. "/frontdoor_core.so", true));
	end

	-- Whether this works in a Lua with these paths, and what it prints.
	local function lua(code, cpath)
		local command = ("LUA_PATH=%s LUA_CPATH=%s lua%s -e %s 2>&1"):format(quote(modules .. "/?/init.lua"),
			quote(cpath or folder .. "/nowhere/?.so"), lua_version, quote(code));
		local pipe = io.popen(command);
		local output = pipe:read("*a");
		return pipe:close() and true or false, output;
	end

	local print_version = 'io.write(require("frontdoor").version)';
	local version = require "frontdoor".version;

	it("finds the library in the tree that it is in itself", function ()
		install_library();
		assert.same({ true, version }, { lua(print_version) });
	end);

	it("finds it there also if only its chunk knows where it is", function ()
		install_library();
		local code = ('io.write(assert(loadfile(%q))("frontdoor").version)'):format(modules .. "/frontdoor/init.lua");
		assert.same({ true, version }, { lua(code) });
	end);

	it("loads it once", function ()
		install_library();
		local code = 'io.write(tostring(require("frontdoor") == require("frontdoor_core")))';
		assert.same({ true, "true" }, { lua(code) });
	end);

	it("finds the library on the cpath", function ()
		local elsewhere = make_folders(folder, "elsewhere");
		install_library(elsewhere .. "/frontdoor_core.so");
		assert.same({ true, version }, { lua(print_version, elsewhere .. "/?.so") });
	end);

	it("prefers the library on the cpath", function ()
		local elsewhere = make_folders(folder, "elsewhere");
		install_library(elsewhere .. "/frontdoor_core.so");
		write(libraries .. "/frontdoor_core.so", "no library");
		assert.same({ true, version }, { lua(print_version, elsewhere .. "/?.so") });
	end);

	it("finds the library in its tree if the one on the cpath is broken", function ()
		local elsewhere = make_folders(folder, "elsewhere");
		write(elsewhere .. "/frontdoor_core.so", "no library");
		install_library();
		assert.same({ true, version }, { lua(print_version, elsewhere .. "/?.so") });
	end);

	local function assert_says(output, text)
		assert.truthy(output:find(text, 1, true), output);
	end

	it("says where it has looked for a library that is not there", function ()
		local ok, output = lua(print_version);
		assert.falsy(ok);
		assert_says(output, "The native library of frontdoor was not found; install the rock again.");
		assert_says(output, folder .. "/nowhere/frontdoor_core.so");
		assert_says(output, libraries .. "/frontdoor_core.so");
	end);

	it("says so outside of a tree too", function ()
		modules = make_folders(folder, "elsewhere");
		write(make_folders(modules, "frontdoor") .. "/init.lua", read(loader));
		local ok, output = lua(print_version);
		assert.falsy(ok);
		assert_says(output, "was not found");
		assert_says(output, folder .. "/nowhere/frontdoor_core.so");
	end);

	it("says which library is broken", function ()
		write(libraries .. "/frontdoor_core.so", "no library");
		local ok, output = lua(print_version);
		assert.falsy(ok);
		assert_says(output, libraries .. "/frontdoor_core.so: ");
	end);

	it("refuses a library of another version, and says what to do", function ()
		local content, count = read(loader):gsub('VERSION = "[%d.]+"', 'VERSION = "99.0.1"');
		assert.equal(1, count);
		write(modules .. "/frontdoor/init.lua", content);
		install_library();
		local ok, output = lua(print_version);
		assert.falsy(ok);
		assert_says(output, "library of frontdoor is version " .. version .. ",");
		assert_says(output, "Lua modules are version 99.0.1.");
		assert_says(output, "restart Prosody");
	end);

	it("is of the version in Cargo.toml", function ()
		assert.equal(read("Cargo.toml"):match('\nversion = "([^"]+)"'), version);
	end);
end);
