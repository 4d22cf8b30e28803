-- Whether two apps answer at one address.

local configmanager = require "prosody.core.configmanager";

local advice = module:require("advice");
local web = module:require("web");

local function normal(path)
	return (path:gsub("/*$", ""));
end

-- What our modules answer on a host, in order: { patient, name, base, addresses }.
local function own_apps(patient)
	local apps = {};
	for _, entry in ipairs(patient:items("http-provider")) do
		local item, name, addresses = entry.item, web.name(patient), {};
		local base = normal(web.path(entry.part.module, item.name, item.default_path));
		for route in pairs(item.route) do
			local method, path = route:match("^(%S+)%s+(.+)$");
			table.insert(addresses, ("%s %s%s%s"):format(method or route, name, base, path or ""));
		end
		table.sort(addresses);
		table.insert(apps, { patient = patient; name = item.name; base = base; addresses = addresses });
	end
	table.sort(apps, function (a, b) return a.name < b.name; end);
	return apps;
end

-- Another module's app, as far as its source tells.
local function foreign_app(patient, module_name)
	local source = patient:source_of(module_name);
	if not source or not source:find("provides%(?%s*[\"']http[\"']") then return nil; end
	local name = module_name:gsub("^http_", "");
	local path = source:match("default_path%s*=%s*[\"']([^\"'%s]+)[\"']");
	return { patient = patient; name = name; base = normal(web.path(patient.options, name, path or "/" .. name)) };
end

local function moved_paths(host, name)
	local moved = configmanager.rawget(host, "http_paths");
	return type(moved) == "table" and moved[name] ~= nil and moved or nil;
end

-- The paths without the one that is in the way; if there is none, with another one for the app.
local function line_for(apps)
	for _, app in ipairs(apps) do
		for _, section in ipairs({ app.patient.host, "*" }) do
			local moved = moved_paths(section, app.name);
			if moved then
				local rest = {};
				for name, path in pairs(moved) do rest[name] = name ~= app.name and path or nil; end
				return advice.set("http_paths", rest), section;
			end
		end
	end
	local other = apps[2];
	local paths = { [other.name] = "/" .. other.name .. "-2" };
	for name, path in pairs(configmanager.rawget(other.patient.host, "http_paths") or {}) do paths[name] = path; end
	return advice.set("http_paths", paths), other.patient.host;
end

local function add_collision(one, other, address, add)
	if one.patient ~= other.patient then
		add({ level = "error"; host = one.patient.host; text = ("%s and %s have their pages under one name (http_host), so only one of them gets "
			.. "the requests, such as %s"):format(one.patient.host, other.patient.host, address);
			note = "Give each a http_host of its own." });
		return;
	end
	local line, section = line_for({ one, other });
	add({ level = "error"; host = one.patient.host; text = ("'%s' and '%s' both answer at %s, so one of them is not reached")
		:format(one.name, other.name, address); lines = { line }; section = section });
end

-- Whose address an app would have; `owners` learns whose the others are.
local function owner_of(app, owners)
	local found, where;
	for _, address in ipairs(app.addresses) do
		if owners[address] and not found then found, where = owners[address], address; end
		owners[address] = owners[address] or app;
	end
	return found, where;
end

local function check_others(patient, owners, add)
	for module_name in patient.others do
		local app = foreign_app(patient, module_name);
		local address = app and web.name(patient) .. app.base;
		local owner = app and (owners["GET " .. address] or owners["POST " .. address]);
		if owner and owner.patient == patient then add_collision(owner, app, address, add); end
	end
end

-- Those with paths that can be compared.
local function readable_hosts(patients, add)
	local hosts = {};
	for host, patient in pairs(patients) do
		if web.has_paths(host) then
			table.insert(hosts, host);
		else
			add({ level = "error"; host = host; text = "http_paths must be a table, such as { oauth2 = \"/login\" }: no page is reached";
				section = patient:section_of("http_paths"); lines = { advice.set("http_paths", {}) } });
		end
	end
	table.sort(hosts);
	return hosts;
end

return function (patients, add)
	local owners, hosts = {}, readable_hosts(patients, add);
	for _, host in ipairs(hosts) do
		for _, app in ipairs(own_apps(patients[host])) do
			local owner, address = owner_of(app, owners);
			if owner then add_collision(owner, app, address, add); end
		end
	end
	for _, host in ipairs(hosts) do check_others(patients[host], owners, add); end
end
