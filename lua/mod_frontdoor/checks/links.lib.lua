-- Whether the links that people get from a host lead to it, and nobody else can read what they send.

local certmanager = require "prosody.core.certmanager";
local configmanager = require "prosody.core.configmanager";

local advice = module:require("advice");
local web = module:require("web");

local function external_line(patient, scheme_and_host)
	return { advice.set("http_external_url", scheme_and_host or ("https://%s/"):format(web.name(patient))) };
end

local function has_certificate(options)
	return type(options) == "table" and options.certificate ~= nil;
end

local function finds_certificate(patient)
	local function option(host, name) return configmanager.get(host, name); end
	return has_certificate(option("*", "https_ssl")) or has_certificate(option("*", "ssl")) or has_certificate(option(patient.host, "ssl"))
		or option("*", "https_certificate") ~= nil or certmanager.find_host_cert(web.name(patient)) ~= nil;
end

local proxy_note = "If there is no proxy in front of Prosody: ";

local function check_own_port(patient, add)
	if not web.has_any_port() then return; end -- said already
	local problem = { level = "error"; lines = external_line(patient); section = patient.host };
	if not web.ports("https")[1] then
		problem.text = "https_ports is empty and there is no http_external_url: links begin with http://, and passwords can be read on the way";
		problem.note = proxy_note .. "https_ports = { 5281 } in the global section.";
	elseif not web.is_public("https") then
		problem.text = "Only this machine can connect to https_ports, and there is no http_external_url: links lead nowhere";
		problem.note = proxy_note .. 'https_interfaces = { "*", "::" } in the global section.';
	elseif not finds_certificate(patient) then
		problem.text = ("There is no certificate for %s, and no http_external_url: browsers and apps refuse the links"):format(web.name(patient));
		problem.note = proxy_note .. "prosodyctl --root cert import " .. web.name(patient);
	else
		return;
	end
	add(problem);
end

local function check_scheme(patient, url, add)
	if url.scheme == "https" then return; end
	local port = url.port and ":" .. url.port or "";
	add({ level = "warning"; text = "http_external_url begins with http://, so passwords can be read on the way, and OAuth clients refuse it";
		section = patient:section_of("http_external_url");
		lines = external_line(patient, ("https://%s%s%s"):format(url.host, port == ":80" and "" or port, url.path or "/")) });
end

-- http_external_url is what comes before the path of each app, so that path must not be in it.
local function check_path(patient, url, add)
	local path = (url.path or "/"):gsub("/*$", "");
	if path == "" or not web.has_paths(patient.host) then return; end
	for _, entry in ipairs(patient:items("http-provider")) do
		local app = entry.item;
		local app_path = web.path(entry.part.module, app.name, app.default_path);
		if app_path == path or app_path:sub(1, #path + 1) == path .. "/" then
			add({ level = "error"; text = ("http_external_url ends with %s, which links then have twice, as in %s%s"):format(path, path, app_path);
				section = patient:section_of("http_external_url");
				lines = external_line(patient, ("%s://%s/"):format(url.scheme, url.authority)) });
			return;
		end
	end
end

local function is_known(name)
	for host in pairs(configmanager.getconfig()) do
		if host ~= "*" and (configmanager.get(host, "http_host") or host) == name then return true; end
	end
	return false;
end

local function check_name(patient, url, add)
	local name = web.name(patient);
	if url.host == name or web.default_host() == name and not is_known(url.host) then return; end
	add({ level = "warning"; text = ("Links lead to %s, but Prosody has the pages under %s: unless your proxy sends 'Host: %s', they are "
		.. "answered 404"):format(url.host, name, name); section = patient.host; lines = { advice.set("http_host", url.host) } });
end

local function check_external(patient, add)
	local url = web.external(patient);
	if url == nil then return check_own_port(patient, add); end
	if not url then
		add({ level = "error"; text = "http_external_url is no address, so there are no links"; section = patient:section_of("http_external_url");
			lines = external_line(patient) });
		return;
	end
	check_scheme(patient, url, add);
	check_path(patient, url, add);
	check_name(patient, url, add);
end

local function check_form(patient, add)
	if patient:has("register_json") and patient.options:get_option_boolean("reg_servlet_secure", true) == false and web.is_public("http") then
		add({ level = "warning"; text = "reg_servlet_secure is false and other machines can connect to http_ports: your web form's passwords and "
			.. "its secret can be read on the way"; section = patient:section_of("reg_servlet_secure");
			lines = { advice.set("reg_servlet_secure", true) } });
	end
end

return function (patient, add)
	if not patient:serves_http() then return; end
	check_external(patient, add);
	check_form(patient, add);
end
