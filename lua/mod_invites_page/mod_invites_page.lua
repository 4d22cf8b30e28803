-- The page behind an invitation link, and one for each app that can take the invitation over.

local jid_node = require "prosody.util.jid".node;
local modulemanager = require "prosody.core.modulemanager";

local core = require "frontdoor";
local render_url = require "frontdoor.template".url;

local is_external = module:get_option_boolean("invites_page_external", false);
local own_link_format = module:get_option_string("invites_page");

local invites = module:depends("invites");

local function own_url(path)
	return module:http_url():gsub("/$", "") .. path;
end

local function contact_path(inviter)
	return render_url("/contact/{inviter}", { inviter = inviter });
end

-- The link for a contact names the inviter, who alone knows the token. Pages elsewhere never got these.
local function landing_page(invite)
	if invite.additional_data and invite.additional_data.allow_reset then
		return nil; -- mod_password_reset has a page for it
	elseif own_link_format then
		return invite.allow_registration and render_url(own_link_format, { host = module.host; invite = invite }) or nil;
	elseif is_external then
		return nil;
	elseif invite.allow_registration then
		return own_url("?" .. invite.token);
	end
	return own_url(contact_path(jid_node(invite.jid)) .. "?" .. invite.token);
end

-- The page of an invite to register, wherever that is, or nil if there is none.
function page_url(invite) -- luacheck: ignore 131
	if own_link_format then
		return render_url(own_link_format, { host = module.host; invite = invite });
	end
	return not is_external and own_url("?" .. invite.token) or nil;
end

module:hook("invite-created", function (invite)
	invite.landing_page = invite.landing_page or landing_page(invite);
end);

require "frontdoor.used_invites".watch(module);

if is_external then return; end

module:depends("http");

local app_list = require "frontdoor.app_list".open(module);
local platform_name = require "frontdoor.app_list".platform_name;
local invitations = require "frontdoor.invitations".new(module);
local pages = require "frontdoor.pages".load(module, "html", { "invite.html", "client.html", "invite_invalid.html" });
local links = module:require("links");

local statuses = { unknown = 404; expired = 410; used = 410; reset = 404; failed = 500 };
local messages = {
	unknown = { "invalid_unknown", "invalid_unknown_text" };
	expired = { "invalid_expired", "invalid_expired_text" };
	used = { "invalid_used", "invalid_used_text" };
	reset = { "invalid_reset", "invalid_reset_text" };
	failed = { "page_failed", "page_failed_text" };
};

-- Says why an invite cannot be used, with the status that belongs to it.
function serve_invalid_page(event, why)
	return pages:render(event, statuses[why], "invite_invalid.html", {
		variant = why;
		complete = function (values)
			values.heading, values.text = values.say[messages[why][1]], values.say[messages[why][2]];
			values.static = own_url("/static");
		end;
	});
end

local function serve_unknown_app(event, token)
	return pages:render(event, 404, "invite_invalid.html", {
		variant = "unknown app";
		slots = { link = own_url("?" .. token) };
		complete = function (values)
			values.heading, values.text = values.say.unknown_app, values.say.unknown_app_text;
			values.link_text, values.static = values.say.unknown_app_button, own_url("/static");
		end;
	});
end

local function reset_page()
	local reset = modulemanager.get_module(module.host, "password_reset");
	return reset and reset.reset_url;
end

-- The invite that a request is about, or nil and the answer if there is none.
local function invite_of(event)
	local token = core.invites.token_in(event.request.url.query);
	local invite, why = invitations:find(token);
	if not invite then
		return nil, serve_invalid_page(event, why);
	elseif invite.reset then
		local reset_url = reset_page();
		return nil, reset_url and { status_code = 303; headers = { location = reset_url(token); cache_control = "no-store" } }
			or serve_invalid_page(event, "reset");
	end
	return invite;
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
	return table.move(second, 1, #second, #first + 1, table.move(first, 1, #first, 1, {}));
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
		group.apps = table.move(group.apps, 2, #group.apps, 1, {});
	end
	if not group.apps[1] then
		table.remove(values.groups, 1);
	end
end

function serve_invite_page(event)
	local invite, answer = invite_of(event);
	if not invite then return answer; end
	local platform = platform_of(event.request);
	return show(event, "invite.html", platform, slots_of(invite), function (values)
		recommend(values, complete(values, platform, "/"));
		values.register_url = links.register_url(own_url(""), values);
		values.title = values.inviter and values.say.invite_title_from or values.say.invite_title;
		values.reserved = values.address;
	end);
end

-- An invite that only makes contacts is known to its inviter alone, whom the link names.
local function serve_contact_page(event, path)
	local username = links.inviter_in(path);
	local token = core.invites.token_in(event.request.url.query);
	local invite, err = nil, "token-invalid";
	if username and token then
		invite, err = invites.get(token, username);
	end
	if not invite then
		return serve_invalid_page(event, err == "token-expired" and "expired" or "unknown");
	end
	local platform = platform_of(event.request);
	local slots = slots_of({ token = token; uri = invite.uri; type = invite.type; inviter = username });
	slots.jid = username .. "@" .. module.host;
	return show(event, "invite.html", platform, slots, function (values)
		values.contact_only = true;
		complete(values, platform, contact_path(values.inviter));
		values.title = values.say.invite_title_contact;
	end);
end

function serve_setup_page(event, app_id)
	local invite, answer = invite_of(event);
	if not invite then return answer; end
	local app = app_list:get(app_id);
	if not app then return serve_unknown_app(event, invite.token); end
	return show(event, "client.html", "app " .. app_id, slots_of(invite), function (values)
		values.static, values.apps = own_url("/static"), app_list:all();
		values.app = links.with_links(app_list, { app }, own_url(""), values)[1];
		values.register_url = links.register_url(own_url(""), values, values.app);
	end);
end

-- The path of the page that a picture is asked of, or nil.
local function pictured_path(path)
	if path == "" then return ""; end
	local inviter = links.inviter_in(path:match("^contact/(.+)$") or "");
	return inviter and contact_path(inviter);
end

-- The address of an invitation page as a picture. It tells nothing that the request does not tell.
local function serve_qr_code(event, path)
	local token, pictured = core.invites.token_in(event.request.url.query), pictured_path(path);
	local svg = token and pictured and core.web.qr_svg(own_url(pictured .. "?" .. token));
	return svg and pages:svg(svg) or 404;
end

module:provides("http", {
	cors = { enabled = false }; -- no page of another server has to read ours
	route = {
		["GET"] = serve_invite_page;
		["GET /contact/*"] = serve_contact_page;
		["GET /setup/*"] = serve_setup_page;
		["GET /qr/*"] = serve_qr_code;
		-- Where templates of the community module look for their files.
		["GET /static/*"] = function (_, name) return pages.assets.serve(name, "public, max-age=3600") or 404; end;
	};
});
