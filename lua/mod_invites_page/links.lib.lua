-- Where the apps on an invitation page lead to.

local modulemanager = require "prosody.core.modulemanager";
local absolute_url = require "socket.url".absolute;
local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;

local render_url = require "frontdoor.template".url;

local function own_url(path)
	return module:http_url():gsub("/$", "") .. path;
end

local function contact_path(inviter)
	return render_url("/contact/{inviter}", { inviter = inviter });
end

local configured_format = module:get_option_string("invites_registration_page");
local own_format = "{form_url!}?t={invite.token}{app&&c={app.id}}";
local no_app = { id = "" };

local function our_form()
	return modulemanager.get_module(module.host, "invites_register_web");
end

local function form_url(base_url)
	local form = our_form();
	return form and form.form_url() or absolute_url(base_url, "register");
end

-- The registration form; with an app, it explains that app afterwards.
local function register_url(base_url, invite, app)
	return absolute_url(base_url, render_url(configured_format or own_format, {
		invite = invite; app = app or configured_format and no_app; base_url = base_url; form_url = form_url(base_url);
	}));
end

local function setup_url(base_url, invite, app)
	return render_url("{base_url!}/setup/{app.id}?{invite.token}", { app = app; invite = invite; base_url = base_url });
end

-- Where the invitation goes on: it passes through the app's store, or there is a page that tells how the app
-- takes it over, or the person registers here.
local function proceed_url(base_url, invite, app)
	if app.magic_link_format then
		return render_url(app.magic_link_format, { app = app; invite = invite; base_url = base_url });
	elseif app.supports_preauth_uri then
		return setup_url(base_url, invite, app);
	end
	return register_url(base_url, invite, app);
end

-- The apps as templates need them. The values are those of the page.
local function with_links(app_list, apps, base_url, values)
	local linked = {};
	for i, app in ipairs(apps) do
		linked[i] = app_list:described(app, values.say);
		linked[i].proceed_url = proceed_url(base_url, values, app);
		linked[i].setup_url = app.magic_link_format and setup_url(base_url, values, app);
	end
	return linked;
end

-- The user name in the path of a contact's page, or nil.
local function inviter_in(path)
	local name = path ~= "" and #path <= 1023 and nodeprep(path);
	return name ~= "" and name or nil;
end

-- Another value when links made before are no longer right.
local function version()
	return our_form() and "with form" or "without form";
end

return {
	own_url = own_url; contact_path = contact_path; inviter_in = inviter_in;
	register_url = register_url; with_links = with_links; version = version;
};
