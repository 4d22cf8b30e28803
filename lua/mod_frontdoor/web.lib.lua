-- How requests come to Prosody, as the configuration has it.

local configmanager = require "prosody.core.configmanager";
local ip = require "prosody.util.ip";
local url_parse = require "socket.url".parse;

local options_of = module:require("patient").options_of;

local web = {};

local global = options_of("*");

function web.ports(scheme)
	return global:get_option_array(scheme .. "_ports", { scheme == "https" and 5281 or 5280 });
end

local function is_loopback(interface)
	local address = type(interface) == "string" and interface;
	return address and (address:match("^127%.") or address == "::1" or address == "localhost") and true or false;
end

local function interfaces(scheme)
	local first = global:get_option_array(scheme .. "_interfaces") or global:get_option_array(scheme .. "_interface");
	if scheme == "http" then -- private, by default
		return first or global:get_option_array("local_interfaces", { "127.0.0.1", "::1" });
	end
	return first or global:get_option_array("interfaces") or global:get_option_array("interface", { "*" });
end

-- Whether somebody on another machine can connect.
function web.is_public(scheme)
	if not web.ports(scheme)[1] then return false; end
	for _, interface in ipairs(interfaces(scheme)) do
		if not is_loopback(interface) then return true; end
	end
	return false;
end

function web.has_any_port()
	return web.ports("http")[1] ~= nil or web.ports("https")[1] ~= nil;
end

-- The name under which a host's pages are asked for.
function web.name(patient)
	return patient.options:get_option_string("http_host", patient.host);
end

-- { scheme, host, path } of http_external_url; nil if there is none, false if it is no address.
function web.external(patient)
	local text = patient.options:get_option_string("http_external_url");
	if not text then return nil; end
	local url = url_parse(text);
	local is_address = url and (url.scheme == "http" or url.scheme == "https") and url.host and url.host ~= "";
	return is_address and url or false;
end

function web.trusted_proxies()
	return global:get_option_array("trusted_proxies", { "127.0.0.1", "::1" });
end

-- Whether it is an address or a range, as mod_http reads them.
function web.is_range(text)
	if type(text) ~= "string" then return false; end
	local address, bits = ip.parse_cidr(text);
	return address ~= nil and (bits ~= nil or not text:find("/", 1, true));
end

function web.is_everybody(range)
	return web.is_range(range) and select(2, ip.parse_cidr(range)) == 0;
end

function web.is_trusted(address)
	for _, range in ipairs(web.trusted_proxies()) do
		if web.is_range(range) and ip.match(ip.new_ip(address), ip.parse_cidr(range)) then return true; end
	end
	return false;
end

-- Whether http_paths can be read: if it is no table, mod_http fails.
function web.has_paths(host)
	return type(configmanager.get(host, "http_paths") or {}) == "table";
end

-- The path of an app, from its first slash on.
function web.path(options, app, default_path)
	return url_parse(options:http_url(app, default_path, "internal")).path;
end

function web.has_proxy(patients)
	for _, patient in pairs(patients) do
		if web.external(patient) then return true; end
	end
	return false;
end

function web.is_served(patients)
	for _, patient in pairs(patients) do
		if patient:serves_http() then return true; end
	end
	return false;
end

function web.default_host()
	return configmanager.get("*", "http_default_host");
end

return web;
