-- The stylesheet, script, icon and layout that all our pages share. Loaded by the modules that have pages.

local lfs = require "lfs";
local sha256 = require "prosody.util.hashes".sha256;
local url_parse = require "socket.url".parse;

local accent_colors = require "frontdoor".web.accent;
local content_type_of = require "frontdoor.pages".content_type_of;
local headers_for = require "frontdoor.pages".headers_for;

module:depends("http");

local site_color = module:get_option_string("site_color", "#1d5fbf");

local light, dark = accent_colors(site_color);
if not light then
	error("site_color: " .. dark, 0);
end

local function read(path)
	local file = assert(module:load_resource(path, "rb"));
	local content = file:read("*a");
	file:close();
	return content;
end

layout = read("layout.html"); -- luacheck: ignore 131

-- { name = { body, version } }; the version makes a new address of a file that has changed.
local files = {};
for name in lfs.dir(module:get_directory() .. "/assets") do
	if name:match("%.%w+$") then
		local body = read("assets/" .. name):gsub("%%accent%-light", light):gsub("%%accent%-dark", dark);
		files[name] = { body = body; version = sha256(body, true):sub(1, 12) };
	end
end

-- The path of each file, by its name without the extension: { style = "/frontdoor_assets/style.css?…" }
function urls() -- luacheck: ignore 131
	local base = url_parse(module:http_url()).path:gsub("/$", "");
	local paths = {};
	for name, file in pairs(files) do
		paths[name:match("^%w+")] = ("%s/%s?%s"):format(base, name, file.version);
	end
	return paths;
end

-- The answer with a file, or nil. `cache_control` differs where the address has no version.
function serve(name, cache_control)
	local file = files[name];
	if not file then return nil; end
	return { status_code = 200; headers = headers_for(content_type_of(name), cache_control); body = file.body };
end

module:provides("http", {
	route = {
		["GET /*"] = function (_, name)
			return serve(name, "public, max-age=31536000, immutable") or 404;
		end;
	};
});
