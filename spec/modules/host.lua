-- Prosody's real core in this process, with one host and no server around it.
--
--     local host = require "spec.modules.host".boot();
--     local module = host:load("password_policy", { password_policy = { length = 10 } });
--     host:unload_all();
--     host:stop();

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
	local startup = require "prosody.util.startup";
	startup.prosodyctl();
	startup.init_promise();
	startup.init_async();
	_G.prosody.started = require "prosody.util.promise".resolve();
end

-- Starts the core. Its globals are gone with the spec file, as busted keeps files apart.
local function boot()
	local here = lfs.currentdir();
	local folder = make_folder(here);
	start(folder);
	lfs.chdir(here);
	local prosody = _G.prosody;
	local self = setmetatable({ name = name; folder = folder; options = {}; loaded = {}; logged = {} }, host_mt);
	require "prosody.util.logger".add_simple_sink(function (_, level, message)
		table.insert(self.logged, { level = level; message = message });
	end);
	prosody.hosts[name] = nil; -- prosodyctl has only a dummy of it
	assert(require "prosody.core.hostmanager".activate(name));
	self.events, self.server_events = prosody.hosts[name].events, prosody.events;
	return self;
end

-- Sets options of the host, or of the section that is named.
function host:set_options(options, section)
	section = section or self.name;
	for option, value in pairs(options) do
		require "prosody.core.configmanager".set(section, option, value);
		table.insert(self.options, { section = section; name = option });
	end
end

-- Loads a module with these options of the host: its environment, or nil and an error.
function host:load(module_name, options)
	self:set_options(options or {});
	table.insert(self.loaded, 1, module_name);
	return require "prosody.core.modulemanager".load(self.name, module_name);
end

function host:unload(module_name)
	return require "prosody.core.modulemanager".unload(self.name, module_name);
end

-- Unloads what was loaded, the last one first, takes all options back and forgets what was logged.
function host:unload_all()
	for _, module_name in ipairs(self.loaded) do
		self:unload(module_name);
	end
	local config = require "prosody.core.configmanager".getconfig();
	for _, option in ipairs(self.options) do
		config[option.section][option.name] = nil;
	end
	self.options, self.loaded, self.logged = {}, {}, {};
end

-- Runs the server's event loop until the condition is true; raises after a minute. A timer leaves the loop as
-- a coroutine is left: to end it would close everything that it watches.
function host:run_until(condition)
	local now = require "prosody.util.time".monotonic;
	local deadline = now() + 60;
	self.event_loop = self.event_loop or coroutine.create(require "prosody.net.server".loop);
	require "prosody.util.timer".add_task(0, function ()
		if not condition() and now() < deadline then return 0.001; end
		coroutine.yield();
	end);
	assert(coroutine.resume(self.event_loop));
	assert(condition(), "it did not happen within a minute");
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
