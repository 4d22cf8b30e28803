-- A host, and what there is to know about it.

local configmanager = require "prosody.core.configmanager";
local moduleapi = require "prosody.core.moduleapi";
local modulemanager = require "prosody.core.modulemanager";
local set = require "prosody.util.set";

local own = module:require("own_files");
local new_stage = module:require("stage").new;

local patient = {};
local patient_mt = { __index = patient };

-- Typed getters complain to nobody: modules do that on the stage.
local function options_of(host)
	return setmetatable({ name = "frontdoor"; host = host; log = function () end }, { __index = moduleapi });
end

-- Whether the host has this module of ours, by its own doing or because another one of ours needs it.
function patient:has(name)
	local part = self.stage.parts[name];
	return part ~= nil and not part.failure;
end

-- Our modules on this host that serve something over HTTP.
function patient:serves_http()
	return #self:items("http-provider") > 0;
end

-- { part, item } of all our modules on this host.
function patient:items(kind)
	local found = {};
	for _, part in pairs(self.stage.parts) do
		for _, entry in ipairs(part.items) do
			if entry.kind == kind then table.insert(found, { part = part; item = entry.item }); end
		end
	end
	return found;
end

-- The section of the configuration in which an option stands that this host goes by.
function patient:section_of(option)
	if configmanager.rawget(self.host, option) ~= nil then return self.host; end
	return configmanager.rawget("*", option) ~= nil and "*" or self.host;
end

-- The source of another module that the host has, or nil.
function patient:source_of(name) -- luacheck: ignore 212/self
	return (modulemanager.loader:load_resource(name));
end

-- Whether a module that is not ours has this text in its source.
function patient:others_have(text)
	for name in self.others do
		local source = self:source_of(name);
		if source and source:find(text, 1, true) then return true; end
	end
	return false;
end

-- The names in the lists of the configuration, which may be no lists.
local function enabled_on(host)
	local ok, listed = pcall(modulemanager.get_modules_for_host, host);
	local names = set.new();
	for name in ok and listed or set.new() do
		if type(name) == "string" then names:add(name); end
	end
	return names;
end

local function new(host)
	local self = setmetatable({
		host = host; stage = new_stage(host); options = options_of(host); others = set.new();
		enabled = enabled_on(host); is_component = configmanager.get(host, "component_module") ~= nil; count = 0;
	}, patient_mt);
	for name in self.enabled do
		if own.modules()[name] and own.is_found(name) then
			self.stage:load(name);
		else
			self.others:add(name);
		end
	end
	for _ in pairs(self.stage.parts) do self.count = self.count + 1; end
	return self;
end

return { new = new, options_of = options_of };
