-- The apps of mod_register_apps, as pages show them.
--
--     local app_list = require "frontdoor.app_list".open(module);
--     app_list:get("dino"), app_list:all(), app_list:version(), app_list:has_foreign_images()
--     app_list:described(app, say), app_list:by_platform("Android")

local url_parse = require "socket.url".parse;

local app_list = {};
local app_list_mt = { __index = app_list };

-- The app, or nil.
function app_list:get(id)
	return id and type(id) == "string" and self.apps[id] or nil;
end

function app_list:all()
	return self.apps;
end

-- Another number whenever the list has changed.
function app_list:version()
	return self.changes.count;
end

function app_list:_is_own(link)
	return link:sub(1, #self.base_url) == self.base_url;
end

-- What people call it.
local function platform_name(platform, say)
	return say("platform_" .. platform) or platform;
end

local function platform_names(app, say)
	local names = {};
	for i, platform in ipairs(app.platforms) do
		names[i] = platform_name(platform, say);
	end
	return table.concat(names, ", ");
end

-- The app with what a page says of it, in the visitor's language. A picture of ours has only a path: it works under
-- whatever name the server was reached.
function app_list:described(app, say)
	return setmetatable({
		text = app.text_message and say(app.text_message) or app.text;
		image = self:_is_own(app.image) and url_parse(app.image).path or app.image;
		platform_names = platform_names(app, say);
		get_text = say("success_install", { app = app.name });
	}, { __index = app });
end

local function fits(app, platform)
	for _, name in ipairs(app.platforms) do
		if name == platform then return true; end
	end
	return false;
end

-- The apps for a platform, and the others, both in the operator's order.
function app_list:by_platform(platform)
	local fitting, others = {}, {};
	for _, app in ipairs(self.apps) do
		table.insert(fits(app, platform) and fitting or others, app);
	end
	return fitting, others;
end

local function images_of(app)
	local images = { app.image };
	for _, button in ipairs(app.download and app.download.buttons or {}) do
		table.insert(images, button.image);
	end
	return images;
end

function app_list:_find_foreign_images()
	for _, app in ipairs(self.apps) do
		for _, image in ipairs(images_of(app)) do
			if not self:_is_own(image) then return true; end
		end
	end
	return false;
end

-- Whether an operator's app has a picture on another server.
function app_list:has_foreign_images()
	if self.checked ~= self.changes.count then
		self.checked, self.foreign = self.changes.count, self:_find_foreign_images();
	end
	return self.foreign;
end

local function open(module)
	local register_apps = module:depends("register_apps");
	return setmetatable({
		apps = module:shared("register_apps/apps");
		changes = module:shared("register_apps/changes");
		base_url = register_apps.module:http_url();
	}, app_list_mt);
end

return { open = open; platform_name = platform_name };
