-- The apps of mod_register_apps, as pages show them.
--
--     local app_list = require "frontdoor.app_list".open(module);
--     app_list:get("dino"), app_list:all(), app_list:version(), app_list:has_foreign_images()

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

-- The path of a picture of ours: it works under whatever name the server was reached.
function app_list:image(app)
	return self:_is_own(app.image) and url_parse(app.image).path or app.image;
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

return { open = open };
