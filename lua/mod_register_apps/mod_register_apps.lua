-- The apps that people can choose from. Other modules read them from module:shared("register_apps/apps"): a list
-- in order, which also has each app under its id.

local messages = require "frontdoor.messages";
local serve_files = require "prosody.net.http.files".serve;
local paths = require "prosody.util.paths";

module:depends("http");

local configured_apps = module:get_option_array("site_apps", module:require("apps"));
local shown = module:get_option_set("site_apps_show");
local hidden = module:get_option_set("site_apps_hide", {});

local apps = module:shared("apps");
-- Whoever keeps something that was made of the list compares the count.
local changes = module:shared("changes");
changes.count = changes.count or 0;

local made_of = {}; -- [id] = the app as it was configured or provided

local function id_of(app)
	return app.id or (app.name:gsub("%W+", "-"):lower());
end

-- What is not a complete link is one of our own files.
local function complete_link(link)
	if link:match("^%a[%w+.-]*:") or link:match("^//") then return link; end
	return module:http_url():gsub("/$", "") .. "/" .. link;
end

-- The app as others see it. What was configured stays as it was, for the next reload.
local function published(app)
	local copy = {};
	for key, value in pairs(app) do
		copy[key] = value;
	end
	copy.id = id_of(app);
	if not app.text then
		-- Pages say it in the visitor's language, other modules find it in English.
		copy.text_message = "about_app_" .. copy.id;
		copy.text = messages.text("en", copy.text_message) or "";
	end
	copy.image = complete_link(app.image or "assets/logos/generic.svg");
	copy.platforms = app.platforms or {};
	copy._source = module.name;
	return copy;
end

-- Of several apps with one id the first one stays.
local function add(app)
	if type(app) ~= "table" or type(app.name) ~= "string" then
		module:log("error", "An app in site_apps has no name, and was left out");
		return;
	end
	local id = id_of(app);
	if apps[id] or hidden:contains(id) or shown and not shown:contains(id) then return; end
	apps[id] = published(app);
	made_of[id] = app;
	table.insert(apps, apps[id]);
	changes.count = changes.count + 1;
end

local function remove(id)
	apps[id], made_of[id] = nil, nil;
	changes.count = changes.count + 1;
	for i = #apps, 1, -1 do
		if apps[i].id == id then
			table.remove(apps, i);
		end
	end
end

function module.load()
	for _, app in ipairs(configured_apps) do
		add(app);
	end
	module:handle_items("site-app-provider", function (event)
		add(event.item);
	end, function (event)
		for id, app in pairs(made_of) do
			if app == event.item then return remove(id); end
		end
	end, true);
end

function module.unload()
	for i = #apps, 1, -1 do
		if apps[i]._source == module.name then
			remove(apps[i].id);
		end
	end
end

module:provides("http", {
	route = {
		["GET /assets/*"] = serve_files({
			path = paths.join(module:get_directory(), "assets");
			mime_map = { png = "image/png"; svg = "image/svg+xml" };
		});
	};
});
