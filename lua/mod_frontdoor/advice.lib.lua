-- Lines for the configuration.

local configmanager = require "prosody.core.configmanager";
local serialize = require "prosody.util.serialization".new({ preset = "oneline" });

local advice = {};

-- option = value
function advice.set(option, value)
	return ("%s = %s"):format(option, serialize(value));
end

-- Adds to a list that the section may have already.
local function extend(section, option, value)
	local list = { value };
	if configmanager.rawget(section, option) ~= nil then
		return ("%s:append(%s)"):format(option, serialize(list));
	end
	return advice.set(option, list);
end

function advice.enable(section, name)
	return extend(section, "modules_enabled", name);
end

function advice.disable(section, name)
	return extend(section, "modules_disabled", name);
end

-- The list of an option without some of its entries.
function advice.without(option, list, is_bad)
	local good = {};
	for _, entry in ipairs(list) do
		if not is_bad(entry) then table.insert(good, entry); end
	end
	return advice.set(option, good);
end

return advice;
