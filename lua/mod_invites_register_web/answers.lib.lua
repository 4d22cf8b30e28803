-- What people get to see: the form, why it did not work, and what to do once it did.

local id = require "prosody.util.id";
local modulemanager = require "prosody.core.modulemanager";
local url_parse = require "socket.url".parse;

local core = require "frontdoor";
local new_passwords = require "frontdoor.passwords".new;
local render_url = require "frontdoor.template".url;

local password_in_login_link = module:get_option_boolean("invites_login_link_password", false);
local template_path = module:get_option_string("invites_register_template_path", "html");
local webchat_url = module:get_option_string("webchat_url");

if not webchat_url and modulemanager.get_modules_for_host(module.host):contains("conversejs") then
	webchat_url = module:depends("conversejs").module:http_url();
end

local invites_page = module:depends("invites_page");
local app_list = require "frontdoor.app_list".open(module);
local platform_name = require "frontdoor.app_list".platform_name;
local passwords = new_passwords(module);
local pages = require "frontdoor.pages".load(module, "html", {
	"register.html", "register_error.html", "register_success.html", "register_success_setup.html",
}, template_path);

-- The address of the form, without a query.
local function form_url()
	return module:http_url(nil, "/register");
end

-- A page that says why it did not work, with a link back to the invite, if it has one.
local function refuse(event, status, message, invite, hint)
	return pages:render(event, status, "register_error.html", {
		slots = { message = message; hint = hint; back_url = invite and invites_page.page_url(invite) };
		complete = function (values) values.msg_class = "alert-danger"; end;
	});
end

local function refuse_later(event, status, reason, seconds, invite)
	local answer = refuse(event, status, pages:say_to(event)("error_" .. reason), invite);
	answer.headers.retry_after = ("%d"):format(seconds);
	return answer;
end

local function refuse_failed(event, invite)
	local error_id = id.short();
	module:log("error", "Registration failed (%s)", error_id);
	local say = pages:say_to(event);
	return refuse(event, 500, say("error_failed", { id = error_id }), invite, say("error_failed_text"));
end

-- The app's own login page, if it has one.
local function login_link(app, username, password)
	return render_url(app.login_link_format, {
		site_name = pages.site_name; username = username; domain = module.host; app = app;
		password = password_in_login_link and password or "";
	});
end

-- Where the answer to the form may redirect to, for the policy of the page.
local function form_action(app)
	if not app or not app.login_link_format then return nil; end
	local link = url_parse(login_link(app, "somebody", ""));
	if not link or not link.scheme then return nil; end
	return link.authority and link.scheme .. "://" .. link.authority or link.scheme .. ":";
end

-- The form, as filled in so far.
local function show_form(event, invite, app, user, problems)
	local slots = {
		token = invite.token; uri = invite.uri; type = invite.type; inviter = invite.inviter;
		user = invite.username or user; username = invite.username; address = invite.username and invite.jid;
	};
	for name, value in pairs(problems or {}) do
		slots[name] = value;
	end
	return pages:render(event, 200, "register.html", {
		slots = slots;
		variant = ("%s %s"):format(app and app.id, app_list:version());
		form_action = form_action(app);
		complete = function (values)
			values.app, values.reserved = app, values.username ~= nil;
			values.form_url = url_parse(form_url()).path;
			values.suggest_url = render_url("{form!}?t={token}{app&&c={app.id}}&user=", {
				form = values.form_url; token = values.token; app = app;
			});
			values.password_policy = passwords.policy.get_policy();
			values.password_message = values.password_problems and values.password_problems[1] and true;
			values.rules = passwords:rules(values.say);
			values.msg_class = "alert-warning";
		end;
	});
end

-- An app for the device of somebody who has not chosen one.
local function suggest_app(values, platform)
	local app = platform and app_list:by_platform(platform)[1];
	if not app then return; end
	values.suggested = app_list:described(app, values.say);
	values.platform = platform_name(platform, values.say);
end

local function show_success(event, app, username, password)
	if app and app.login_link_format then
		return pages:redirect(login_link(app, username, password));
	end
	local address = username .. "@" .. module.host;
	local address_uri = "xmpp:" .. render_url("{username}@{domain!}", { username = username; domain = module.host });
	local headers = event.request.headers;
	local platform = not app and core.web.platform(headers.sec_ch_ua_platform, headers.user_agent) or nil;
	local answer = pages:render(event, 200, app and "register_success_setup.html" or "register_success.html", {
		variant = ("%s %s %s"):format(app and app.id, platform, app_list:version());
		vary = "Sec-CH-UA-Platform, User-Agent";
		has_foreign_images = app_list:has_foreign_images();
		slots = {
			username = username; password = password; address = address; address_uri = address_uri;
			address_qr = core.web.qr_svg(address_uri);
		};
		complete = function (values)
			values.app, values.webchat_url = app, webchat_url;
			suggest_app(values, platform);
		end;
	});
	answer.headers.cache_control = "no-cache, no-store, must-revalidate";
	answer.headers.pragma, answer.headers.expires = "no-cache", "0";
	return answer;
end

return {
	app = function (app_id) return app_list:get(app_id); end;
	say_to = function (event) return pages:say_to(event); end;
	redirect = function (location) return pages:redirect(location); end;
	form_url = form_url; refuse = refuse; refuse_later = refuse_later; refuse_failed = refuse_failed;
	show_form = show_form; show_success = show_success;
};
