-- What all hosts share of Prosody's web server: ports, proxies, limits.

local configmanager = require "prosody.core.configmanager";

local advice = module:require("advice");
local options = module:require("options");
local web = module:require("web");

local largest_body = 64 * 1024; -- bytes; what our endpoints take

local function check_ports(add)
	if not web.has_any_port() then
		add({ level = "error"; text = "http_ports and https_ports are empty, so nobody gets to any page"; section = "*";
			lines = { advice.set("https_ports", { 5281 }) } });
	end
end

local function proxies_without(is_bad)
	local good = {};
	for _, entry in ipairs(web.trusted_proxies()) do
		if not is_bad(entry) then table.insert(good, entry); end
	end
	return good[1] and good or { "127.0.0.1", "::1" };
end

-- Tells of the first entry that is bad, with the list without all that are; `text` has a place for it.
local function check_proxies(add, is_bad, text)
	for _, entry in ipairs(web.trusted_proxies()) do
		if is_bad(entry) then
			add({ level = "error"; text = text:format(tostring(entry)); section = "*";
				lines = { advice.set("trusted_proxies", proxies_without(is_bad)) } });
			return;
		end
	end
end

local function is_no_range(entry)
	return not web.is_range(entry);
end

local function check_ranges(add)
	check_proxies(add, is_no_range, "trusted_proxies: '%s' is neither an address nor a range, so a proxy there is not believed");
	-- Prosody takes the address of a visitor from the last that is no proxy: if all are, there is none.
	check_proxies(add, web.is_everybody, "trusted_proxies: '%s' is everybody, so whoever connects can say that he comes from elsewhere, "
		.. "or with HTTPS");
end

-- A proxy on the same machine, of whose word nothing is taken.
local function check_trust(patients, add)
	if not web.has_proxy(patients) or web.is_public("http") then return; end
	if web.is_trusted("127.0.0.1") or web.is_trusted("::1") then return; end
	local proxies = { "127.0.0.1", "::1" };
	for _, entry in ipairs(web.trusted_proxies()) do
		if web.is_range(entry) then table.insert(proxies, entry); end
	end
	add({ level = "error"; text = "Only this machine can connect, but its proxy is not in trusted_proxies: all visitors share its address "
		.. "and its limits, and their HTTPS counts as plain HTTP"; section = "*"; lines = { advice.set("trusted_proxies", proxies) } });
end

local function check_remote_proxy(patients, add)
	if web.has_proxy(patients) and web.is_public("http") and configmanager.get("*", "trusted_proxies") == nil then
		add({ level = "hint"; text = "http_external_url says that there is a proxy, and other machines can connect to http_ports. If the proxy "
			.. "is one of them, its address has to be in trusted_proxies, or all visitors share one limit";
			note = 'Such as: trusted_proxies = { "127.0.0.1", "::1", "192.0.2.1" }' });
	end
end

local function check_body_limit(add)
	local limit = configmanager.get("*", "http_max_content_size");
	if type(limit) == "number" and limit < largest_body then
		add({ level = "warning"; text = ("http_max_content_size is %s, so Prosody refuses requests that our modules take"):format(limit);
			section = "*"; lines = { advice.set("http_max_content_size", 10 * 1024 * 1024) } });
	end
end

local function check_default_host(patients, add)
	local default = web.default_host();
	if not default then return; end
	local names = {};
	for _, patient in pairs(patients) do
		if web.name(patient) == default then return; end
		if patient:serves_http() then table.insert(names, web.name(patient)); end
	end
	table.sort(names);
	add({ level = "warning"; text = ("http_default_host is '%s', which is none of the hosts here, so requests for names that Prosody does "
		.. "not know are answered 404"):format(tostring(default)); section = "*"; lines = { advice.set("http_default_host", names[1]) } });
end

local for_all_hosts = {
	trusted_proxies = true; http_default_host = true; http_legacy_x_forwarded = true;
	http_max_content_size = true; http_max_buffer_size = true;
};
for name in pairs(options.global) do for_all_hosts[name] = true; end

-- Under a host nobody reads them.
local function check_sections(patients, add)
	for host in pairs(patients) do
		for name in pairs(for_all_hosts) do
			local value = configmanager.rawget(host, name);
			if value ~= nil and configmanager.rawget("*", name) == nil then
				add({ level = "warning"; host = host; text = ("%s has no effect under a host"):format(name); section = "*";
					lines = { advice.set(name, value) } });
			end
		end
	end
end

return function (patients, add)
	check_sections(patients, add);
	if not web.is_served(patients) then return; end
	check_ports(add);
	check_ranges(add);
	check_trust(patients, add);
	check_remote_proxy(patients, add);
	check_body_limit(add);
	check_default_host(patients, add);
end
