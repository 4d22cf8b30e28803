-- Prosody's real core in this process, with one host and no server around it.
--
--     local host = require "spec.modules.host".boot();
--     local module = host:load("password_policy", { password_policy = { length = 10 } });
--     host:unload_all();

local lfs = require "lfs";

local name = "example.org";
local prosody_folder = "/usr/lib/prosody";

local host = {};
local host_mt = { __index = host };

local function write(path, content)
	local file <close> = assert(io.open(path, "w"));
	file:write(content);
end

-- A folder with a configuration, and with a module that does nothing.
local function make_folder(here)
	local folder = os.tmpname();
	assert(os.remove(folder) and lfs.mkdir(folder));
	write(folder .. "/mod_bystander.lua", "");
	write(folder .. "/prosody.cfg.lua", ([[
		storage = "memory"
		plugin_paths = { %q, %q }
		modules_disabled = { "presence", "message", "iq", "offline", "c2s", "s2s", "s2s_auth_certs" }
		VirtualHost %q
	]]):format(here .. "/lua", folder, name));
	return folder;
end

local function remove_folder(folder)
	for file in lfs.dir(folder) do os.remove(folder .. "/" .. file); end
	lfs.rmdir(folder);
end

-- Modules then find each other as "prosody.util.x"; this lasts longer than one spec.
local function find_prosody_modules()
	if not pcall(require, "prosody.util.startup") then
		require "loader";
	end
end

-- What prosodyctl does before it looks at its command; it changes the working directory.
local function start(folder)
	_G.CFG_SOURCEDIR, _G.CFG_PLUGINDIR = prosody_folder, prosody_folder .. "/modules";
	_G.CFG_CONFIGDIR, _G.CFG_DATADIR = folder, folder;
	_G.arg = { "--root", "--silent", "--config", folder .. "/prosody.cfg.lua" };
	find_prosody_modules();
	require "prosody.util.startup".prosodyctl();
end

-- Starts the core. Its globals are gone with the spec file, as busted keeps files apart.
local function boot()
	local here = lfs.currentdir();
	local folder = make_folder(here);
	start(folder);
	lfs.chdir(here);
	local prosody = _G.prosody;
	local self = setmetatable({ name = name; folder = folder; loaded = {}; logged = {} }, host_mt);
	require "prosody.util.logger".add_simple_sink(function (_, level, message)
		table.insert(self.logged, { level = level; message = message });
	end);
	prosody.hosts[name] = nil; -- prosodyctl has only a dummy of it
	assert(require "prosody.core.hostmanager".activate(name));
	self.events = prosody.hosts[name].events;
	return self;
end

-- Loads a module with these options of the host: its environment, or nil and an error.
function host:load(module_name, options)
	local set = require "prosody.core.configmanager".set;
	for option, value in pairs(options or {}) do
		set(self.name, option, value);
	end
	local module, err = require "prosody.core.modulemanager".load(self.name, module_name);
	table.insert(self.loaded, { module_name = module_name; options = options or {} });
	return module, err;
end

function host:unload(module_name)
	return require "prosody.core.modulemanager".unload(self.name, module_name);
end

-- Unloads what was loaded, the last one first, and takes its options back.
function host:unload_all()
	local config = require "prosody.core.configmanager".getconfig()[self.name];
	for at = #self.loaded, 1, -1 do
		local loaded = self.loaded[at];
		self:unload(loaded.module_name);
		for option in pairs(loaded.options) do config[option] = nil; end
	end
	self.loaded, self.logged = {}, {};
end

-- The messages logged at this level.
function host:logged_at(level)
	local messages = {};
	for _, entry in ipairs(self.logged) do
		if entry.level == level then table.insert(messages, entry.message); end
	end
	return messages;
end

function host:stop()
	self:unload_all();
	remove_folder(self.folder);
end

return { boot = boot };
