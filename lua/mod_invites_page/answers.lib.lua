-- The pages themselves: what they say, and which apps in which order.

local core = require "frontdoor";
local app_list = require "frontdoor.app_list".open(module);
local platform_name = require "frontdoor.app_list".platform_name;
local pages = require "frontdoor.pages".load(module, "html", { "invite.html", "client.html", "invite_invalid.html" });
local statuses = require "frontdoor.invitations".statuses;
local render_url = require "frontdoor.template".url;

local links = module:require("links");
local own_url, contact_path = links.own_url, links.contact_path;

local messages = {
	unknown = { "invalid_unknown", "invalid_unknown_text" };
	expired = { "invalid_expired", "invalid_expired_text" };
	used = { "invalid_used", "invalid_used_text" };
	reset = { "invalid_reset", "invalid_reset_text" };
	failed = { "page_failed", "page_failed_text" };
};

-- Says why an invite cannot be used, with the status that belongs to it.
local function invalid_page(event, why)
	return pages:render(event, statuses[why], "invite_invalid.html", {
		variant = why;
		complete = function (values)
			values.heading, values.text = values.say[messages[why][1]], values.say[messages[why][2]];
			values.static = own_url("/static");
		end;
	});
end

local function unknown_app_page(event, token)
	return pages:render(event, 404, "invite_invalid.html", {
		variant = "unknown app";
		slots = { link = own_url("?" .. token) };
		complete = function (values)
			values.heading, values.text = values.say.unknown_app, values.say.unknown_app_text;
			values.link_text, values.static = values.say.unknown_app_button, own_url("/static");
		end;
	});
end

-- What the templates know of an invite.
local function slots_of(invite)
	return {
		token = invite.token; uri = invite.uri; type = invite.type; inviter = invite.inviter;
		initial = invite.inviter and invite.inviter:match("^[%z\1-\127\194-\244][\128-\191]*"):upper();
		address = invite.username and invite.jid;
	};
end

local function platform_of(request)
	return core.web.platform(request.headers.sec_ch_ua_platform, request.headers.user_agent);
end

local function show(event, template, variant, slots, complete_values)
	local answer = pages:render(event, 200, template, {
		slots = slots; complete = complete_values;
		variant = ("%s %s %s"):format(variant, app_list:version(), links.version());
		has_foreign_images = app_list:has_foreign_images();
		vary = "Sec-CH-UA-Platform, User-Agent";
	});
	answer.headers.link = ("<%s>; rel=\"alternate\""):format(slots.uri);
	return answer;
end

local on_desktop = { Windows = true; macOS = true; Linux = true; ChromeOS = true; Haiku = true };

local function joined(first, second)
	local all = { table.unpack(first) };
	for _, entry in ipairs(second) do table.insert(all, entry); end
	return all;
end

-- What the page has for every kind of invite: the apps for this platform first, the others one tap further. `path` is
-- that of the page.
local function complete(values, platform, path)
	local fitting, others = app_list:by_platform(platform);
	fitting = links.with_links(app_list, fitting, own_url(""), values);
	others = links.with_links(app_list, others, own_url(""), values);
	values.apps = joined(fitting, others);
	values.groups = fitting[1] and others[1] and { { apps = fitting }, { title = values.say.app_other_devices, apps = others } }
		or { { apps = values.apps } };
	values.static, values.on_desktop = own_url("/static"), on_desktop[platform];
	values.platform = platform and platform_name(platform, values.say);
	values.qr_url = render_url("{base!}/qr{path!}?{token}", { base = own_url(""); path = path; token = values.token });
	return fitting[1];
end

-- One app is the one to choose.
local function recommend(values, app)
	values.recommended, values.app, values.open_apps = app, app, not app;
	local group = values.groups[1];
	if app then
		group.apps = { table.unpack(group.apps, 2) };
	end
	if not group.apps[1] then
		table.remove(values.groups, 1);
	end
end

local function invite_page(event, invite)
	local platform = platform_of(event.request);
	return show(event, "invite.html", platform, slots_of(invite), function (values)
		recommend(values, complete(values, platform, "/"));
		values.register_url = links.register_url(own_url(""), values);
		values.title = values.inviter and values.say.invite_title_from or values.say.invite_title;
		values.reserved = values.address;
	end);
end

-- `contact` has the fields of an invite, as far as there are any.
local function contact_page(event, contact)
	local platform = platform_of(event.request);
	local slots = slots_of(contact);
	slots.jid = contact.jid;
	return show(event, "invite.html", platform, slots, function (values)
		values.contact_only = true;
		complete(values, platform, contact_path(values.inviter));
		values.title = values.say.invite_title_contact;
	end);
end

local function setup_page(event, invite, app_id)
	local app = app_list:get(app_id);
	if not app then return unknown_app_page(event, invite.token); end
	return show(event, "client.html", "app " .. app_id, slots_of(invite), function (values)
		values.static, values.apps = own_url("/static"), app_list:all();
		values.app = links.with_links(app_list, { app }, own_url(""), values)[1];
		values.register_url = links.register_url(own_url(""), values, values.app);
	end);
end

return {
	invalid_page = invalid_page; invite_page = invite_page; contact_page = contact_page; setup_page = setup_page;
	redirect = function (location) return pages:redirect(location); end;
	picture = function (svg) return pages:svg(svg); end;
	file = function (name, cache_control) return pages.assets.serve(name, cache_control); end;
};
