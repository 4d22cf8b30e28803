-- Whether what our modules store on a host will be there tomorrow.

local lfs = require "lfs";
local configmanager = require "prosody.core.configmanager";
local getpath = require "prosody.util.datamanager".getpath;
local modulemanager = require "prosody.core.modulemanager";

local advice = module:require("advice");
local is_writable = module:require("permissions").is_writable;

-- As Prosody's storagemanager chooses.
local function driver_of(host, store)
	local storage = configmanager.get(host, "storage");
	local driver = type(storage) == "table" and storage[store] or type(storage) == "string" and storage;
	return driver or configmanager.get(host, "default_storage") or "internal";
end

local forgetful = { none = "keeps nothing"; null = "keeps nothing"; memory = "forgets everything when Prosody ends" };

-- What a driver does with a store that ours cannot live with; nil if nothing.
local function fault_of(driver, store)
	if forgetful[driver] then
		return forgetful[driver];
	elseif driver == "xep0227" and store.name ~= "accounts" then
		return "has no place for it";
	elseif not modulemanager.loader:load_resource("storage_" .. driver) then
		return "is not installed, so nothing is kept";
	end
end

-- { [name of a store] = { name, kind } }
local function stores_of(patient)
	local stores = {};
	for _, part in pairs(patient.stage.parts) do
		for _, store in ipairs(part.stores) do stores[store.name] = store; end
	end
	return stores;
end

-- For one driver: all its stores with the same fault in one line.
local function line_for(patient, stores)
	local storage, better = configmanager.get(patient.host, "storage"), {};
	if type(storage) ~= "table" then return advice.set("storage", "internal"); end
	for store, driver in pairs(storage) do better[store] = driver; end
	for _, store in ipairs(stores) do better[store] = "internal"; end
	return advice.set("storage", better);
end

-- File storage has a folder for each store, once something is in it.
local function check_folder(patient, store, add)
	local folder = getpath("any", patient.host, store):match("^(.*)/");
	if lfs.attributes(folder) and not is_writable(folder) then
		add({ level = "error"; text = ("Prosody may not write to %s, so what belongs there is not stored"):format(folder);
			command = "chown -R prosody:prosody " .. folder });
	end
end

return function (patient, add)
	local faults = {};
	for name, store in pairs(stores_of(patient)) do
		local driver = tostring(driver_of(patient.host, name));
		local fault = fault_of(driver, store);
		if driver == "internal" then check_folder(patient, name, add); end
		if fault then
			faults[driver] = faults[driver] or { fault = fault };
			table.insert(faults[driver], name);
		end
	end
	for driver, stores in pairs(faults) do
		table.sort(stores);
		add({ level = "error"; text = ("The storage '%s' %s: %s"):format(driver, stores.fault, table.concat(stores, ", "));
			section = patient:section_of("storage"); lines = { line_for(patient, stores) } });
	end
end
