-- Options that look like ours, and that nothing reads.

local configmanager = require "prosody.core.configmanager";

local advice = module:require("advice");
local options = module:require("options");
local distance = module:require("distance");

local prefixes = { "^reg_servlet_", "^oauth2_", "^allowed_oauth2_", "^invites_", "^password_", "^frontdoor_", "^site_" };

local function looks_like_ours(name)
	for _, prefix in ipairs(prefixes) do
		if name:find(prefix) then return true; end
	end
	return false;
end

-- Prosody's own, and read by its core or by modules that no host has to enable.
local prosodys = { password_hash = true };

local function check_option(section, name, value, add)
	local nearest = distance.nearest(name, options.values);
	if nearest and configmanager.rawget(section, nearest) ~= nil then return; end -- corrected already
	local problem = { level = nearest and "warning" or "hint"; host = section; text = ("No module reads the option %s"):format(name) };
	if nearest then
		problem.text = ("%s. It should be %s"):format(problem.text, nearest);
		if options.values[nearest] == options.secret then
			problem.note = "Rename it.";
		else
			problem.section, problem.lines = section, { advice.set(nearest, value) };
		end
	end
	add(problem);
end

-- Some options of other modules have our prefixes, too.
local function is_read(name, patients)
	for _, patient in pairs(patients) do
		if patient:others_have(name) then return true; end
	end
	return false;
end

local function check_section(section, add, patients)
	for name, value in pairs(configmanager.getconfig()[section]) do
		if type(name) == "string" and looks_like_ours(name) and options.values[name] == nil and not prosodys[name]
			and not is_read(name, patients) then
			check_option(section, name, value, add);
		end
	end
end

return function (patient, add, patients)
	check_section("*", add, patients);
	check_section(patient.host, add, patients);
end
