-- Pages from templates, with the headers that a page near a password needs.
--
--     local pages = require "frontdoor.pages".load(module, "template", { "form_t.html", "css/style.css" });
--     return pages:render(200, "form_t.html", { site_name = "example.org" });
--
-- Templates are those of Prosody's util.interpolation, values are escaped.

local render = require "prosody.util.interpolation".new("%b{}", require "prosody.util.stanza".xml_escape);
local resolve_relative_path = require "prosody.util.paths".resolve_relative_path;

local security_headers = {
	content_security_policy = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
		.. "base-uri 'none'; frame-ancestors 'none'";
	referrer_policy = "no-referrer";
	x_content_type_options = "nosniff";
	x_frame_options = "DENY"; -- for browsers without frame-ancestors
};

local content_types = {
	css = "text/css; charset=utf-8";
	html = "text/html; charset=utf-8";
	png = "image/png";
	svg = "image/svg+xml";
};

local pages = {};
local pages_mt = { __index = pages };

local function answer(status, name, body, cache_control)
	local headers = {
		content_type = content_types[name:match("%.(%w+)$")];
		cache_control = cache_control;
	};
	for header, value in pairs(security_headers) do
		headers[header] = value;
	end
	return { status_code = status; headers = headers; body = body };
end

-- A page, not to be stored by anybody: there is a token or password near.
function pages:render(status, name, values)
	return answer(status, name, render(self.files[name], values), "no-store");
end

-- A file as it is, or nil if it is none of those loaded. Templates are not for visitors.
function pages:file(name)
	local body = self.files[name];
	if not body or name:match("%.html$") then
		return nil;
	end
	return answer(200, name, body, "public, max-age=3600");
end

-- Replaces a text in all templates.
function pages:replace(text, replacement)
	local pattern = text:gsub("%W", "%%%0");
	for name, content in pairs(self.files) do
		if name:match("%.html$") then
			self.files[name] = content:gsub(pattern, (replacement:gsub("%%", "%%%%")));
		end
	end
end

local function read(folder, name)
	local file = io.open(folder .. "/" .. name, "rb");
	if not file then return nil; end
	local content = file:read("*a");
	file:close();
	return content;
end

-- Reads the named files from a folder, relative to the module or absolute. One that is not in an
-- operator's own folder is taken from the module's.
local function load(module, own_folder, names, operators_folder)
	local directory = module:get_directory();
	local files = {};
	for _, name in ipairs(names) do
		local content = operators_folder and read(resolve_relative_path(directory, operators_folder), name)
			or read(directory .. "/" .. own_folder, name);
		files[name] = assert(content, "File not found: " .. own_folder .. "/" .. name);
	end
	return setmetatable({ files = files }, pages_mt);
end

return { load = load };
