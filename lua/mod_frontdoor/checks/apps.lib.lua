-- Apps that are shown or hidden by an id that none has, or that no visitor gets to see.

local advice = module:require("advice");
local new_stage = module:require("stage").new;

local platforms = { Android = true; iOS = true; macOS = true; Windows = true; Linux = true; Haiku = true; ChromeOS = true };

-- All apps, also those that are not shown; in order, and by their ids.
local function all_apps(patient)
	local stage = new_stage(patient.host, { site_apps_show = true; site_apps_hide = true });
	stage:load("register_apps");
	return stage.shared["register_apps/apps"] or {};
end

local function check_ids(patient, option, apps, add)
	local ids = patient.options:get_option_array(option);
	if not ids then return; end
	for _, id in ipairs(ids) do
		if not apps[id] then
			add({ level = "warning"; text = ("%s: there is no app '%s'"):format(option, tostring(id)); section = patient:section_of(option);
				lines = { advice.without(option, ids, function (other) return not apps[other]; end) } });
		end
	end
end

local function check_any(patient, apps, add)
	local shown = patient.stage.shared["register_apps/apps"] or {};
	if apps[1] and not shown[1] then
		add({ level = "warning"; text = "site_apps_show and site_apps_hide leave no app: invitation pages have none to offer";
			section = patient.host; lines = { advice.set("site_apps_show", { apps[1].id }), advice.set("site_apps_hide", {}) } });
	end
end

local function check_platforms(app, add)
	if type(app.platforms) ~= "table" then
		add({ level = "error"; text = ("site_apps: the platforms of %s must be a list: pages with it fail"):format(app.name);
			note = 'Such as: platforms = { "Android", "iOS" }' });
		return;
	end
	for _, platform in ipairs(app.platforms) do
		if not platforms[platform] then
			add({ level = "warning"; text = ("site_apps: %s is for '%s', which no visitor has"):format(app.name, tostring(platform));
				note = "Platforms are Android, iOS, macOS, Windows, Linux, Haiku and ChromeOS." });
		end
	end
end

return function (patient, add)
	if not patient:has("register_apps") then return; end
	local apps = all_apps(patient);
	check_ids(patient, "site_apps_show", apps, add);
	check_ids(patient, "site_apps_hide", apps, add);
	check_any(patient, apps, add);
	for _, app in ipairs(apps) do check_platforms(app, add); end
end
