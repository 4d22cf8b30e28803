-- Loads our modules as Prosody does, on a stage: they read the configuration and say what they think of it, which is what
-- their own checks are for, but they store nothing, listen to nothing and remove nothing. What they would open, serve and load
-- is written down.

local configmanager = require "prosody.core.configmanager";
local modulemanager = require "prosody.core.modulemanager";
local moduleapi = require "prosody.core.moduleapi";
local format = require "prosody.util.format".format; -- any value fits any place

local own = module:require("own_files");

local function nothing() end
local function no_items() return nothing; end
local function no_text() return ""; end

-- Stands for whatever another module would have given.
local anything = setmetatable({}, {
	__index = function (self) return self; end; __call = function (self) return self; end; __tostring = no_text; __concat = no_text;
});

local a_store = setmetatable({}, {
	__index = function (_, method)
		if method == "users" or method == "items" then return no_items; end
		return method:find("^set") and function () return true; end or nothing;
	end;
});

-- What a module on the stage can do; the rest is Prosody's.
local actor = setmetatable({}, { __index = moduleapi });
local actor_mt = { __index = actor };

local without_effect = {
	"hook", "hook_global", "hook_object_event", "hook_tag", "unhook", "unhook_object_event", "wrap_object_event", "wrap_event",
	"wrap_global", "fire_event", "handle_items", "remove_item", "send", "send_iq", "broadcast", "add_timer",
	"set_status", "default_permission", "default_permissions", "on_ready", "set_global",
};
for _, name in ipairs(without_effect) do actor[name] = nothing; end

function actor:log(level, message, ...)
	table.insert(self.part.said, { level = level; text = format(message, ...) });
end

function actor:get_host_type()
	return configmanager.get(self.host, "component_module") and "component" or "local";
end

function actor:get_option(name, default)
	self.part.read[name] = true;
	if self.stage.ignored[name] then return default; end
	return moduleapi.get_option(self, name, default);
end

function actor:add_item(kind, item)
	table.insert(self.part.items, { kind = kind; item = item });
end

function actor:open_store(name, kind)
	table.insert(self.part.stores, { name = name; kind = kind or "keyval" });
	return a_store;
end

function actor:shared(path)
	local key = path:find("/", 1, true) and path or self.name .. "/" .. path;
	local shared = self.stage.shared;
	shared[key] = shared[key] or {};
	return shared[key];
end

function actor:measure() return nothing; end -- luacheck: ignore 212/self
function actor:metric() return anything; end -- luacheck: ignore 212/self

-- Thrown when a module needs one that did not load: that one has its own problem.
local missing_dependency = {};

function actor:depends(name, is_soft)
	local is_disabled = self:get_option_inherited_set("modules_disabled", {}):contains(name);
	if is_soft and is_disabled then return nil, "disabled"; end
	if is_disabled then
		error(("it needs mod_%s, which is in modules_disabled"):format(name), 0);
	elseif own.modules()[name] and own.is_found(name) then
		local part = self.stage:load(name);
		if part.failure then error(missing_dependency, 0); end
		return part.environment;
	elseif not modulemanager.loader:load_resource(name) then
		error(("it needs mod_%s, which is not installed"):format(name), 0);
	end
	self.stage.others[name] = true;
	return anything;
end

function actor:cron()
	self:depends("cron");
end

-- Modules that do nothing in prosodyctl shall do their part; and whatever they do to files is their secret.
local globals = setmetatable({
	prosody = setmetatable({ process_type = "prosody" }, { __index = prosody });
	os = setmetatable({ remove = nothing; rename = nothing; execute = nothing; exit = nothing }, { __index = os });
}, { __index = _G });

local stage = {};
local stage_mt = { __index = stage };

local function perform(part, instance)
	local chunk, path = modulemanager.loader:load_code(part.name, nil, part.environment);
	if not chunk then error(path, 0); end
	instance.path = path;
	chunk();
	if rawget(instance, "load") then instance.load(); end
end

-- Loads a module, once: { name, said = { level, text }, stores = { name, kind }, items = { kind, item }, environment,
-- failure = why it does not load, read = the options it has looked at, as a set }.
function stage:load(name)
	if self.parts[name] then return self.parts[name]; end
	local part = { name = name; said = {}; stores = {}; items = {}; read = {} };
	part.environment = setmetatable({}, { __index = globals });
	self.parts[name] = part;
	local instance = setmetatable({
		name = name; host = self.host; stage = self; part = part; environment = part.environment;
	}, actor_mt);
	part.environment.module = instance;
	local ok, err = pcall(perform, part, instance);
	if not ok then
		part.failure = err == missing_dependency and "" or tostring(err);
	end
	part.module = instance;
	return part;
end

-- A host's stage; nothing is on it yet. Options in the set `ignored` are not looked at.
local function new(host, ignored)
	return setmetatable({ host = host; ignored = ignored or {}; parts = {}; others = {}; shared = {} }, stage_mt);
end

-- mod_http has what finds a module's address; here it opens no port.
local function prepare()
	if not moduleapi.http_url then modulemanager.load("*", "http"); end
end

return { new = new, prepare = prepare };
