-- The registration form behind an invitation.

local id = require "prosody.util.id";
local modulemanager = require "prosody.core.modulemanager";
local url = require "socket.url";

local core = require "frontdoor";
local limits = require "frontdoor.limit";
local new_accounts = require "frontdoor.accounts".new;
local new_invitations = require "frontdoor.invitations".new;
local render_url = require "frontdoor.template".url;
local worker = require "frontdoor.worker";

local limit = limits.new(module:get_option_integer("invites_register_limit", 20, 0), 600);
local password_in_login_link = module:get_option_boolean("invites_login_link_password", false);
local template_path = module:get_option_string("invites_register_template_path", "html");
local webchat_url = module:get_option_string("webchat_url");

module:depends("http");
local invites_page = module:depends("invites_page");
local password_reset = module:depends("password_reset");

if not webchat_url and modulemanager.get_modules_for_host(module.host):contains("conversejs") then
	webchat_url = module:depends("conversejs").module:http_url();
end

-- It makes inviter and invited contacts. It also closes the registration over XMPP to everybody without an
-- invite, so where that was opened on purpose the operator has to load it himself.
if not module:get_option_boolean("allow_registration", false) then
	module:depends("invites_register");
elseif not module:get_option_inherited_set("modules_enabled", {}):contains("invites_register") then
	module:log("warn", "Inviters do not become contacts of those they invite: add 'invites_register' to modules_enabled, "
		.. "with registration_invite_only = false to keep the registration open");
end

local app_list = require "frontdoor.app_list".open(module);
local work = worker.open(module);
local accounts = new_accounts(module, work);
local invitations = new_invitations(module, accounts);
local forms = module:require("form");
local pages = require "frontdoor.pages".load(module, "html", {
	"register.html", "register_error.html", "register_success.html", "register_success_setup.html",
}, template_path);

local function redirect(location)
	return { status_code = 303; headers = { location = location; cache_control = "no-store"; referrer_policy = "no-referrer" } };
end

local function invite_link(token)
	return invites_page.module:http_url() .. "?" .. token;
end

-- A page that says why it did not work. `token` leads back to the invitation.
local function refuse(event, status, message, token, hint)
	return pages:render(event, status, "register_error.html", {
		slots = { message = message; hint = hint; back_url = token and invite_link(token) };
		complete = function (values) values.msg_class = "alert-danger"; end;
	});
end

local function refuse_later(event, status, reason, seconds, token)
	local answer = refuse(event, status, pages:say_to(event)("error_" .. reason), token);
	answer.headers.retry_after = ("%d"):format(seconds);
	return answer;
end

local function refuse_failed(event, token)
	local error_id = id.short();
	module:log("error", "Registration failed (%s)", error_id);
	local say = pages:say_to(event);
	return refuse(event, 500, say("error_failed", { id = error_id }), token, say("error_failed_text"));
end

-- The invite of a request, or nil and the answer if there is none that allows to register.
local function invite_for(event, token)
	local invite, why = invitations:find(token);
	if invite and not invite.reset then
		return invite;
	elseif invite then
		return nil, redirect(password_reset.reset_url(token));
	elseif invites_page.serve_invalid_page then
		local query = core.invites.is_token(token or "") and token or event.request.url.query or "";
		return nil, redirect(invites_page.module:http_url() .. "?" .. query);
	end
	local say = pages:say_to(event);
	return nil, refuse(event, why == "failed" and 500 or why == "unknown" and 404 or 410, say("invalid_" .. why), nil,
		say("invalid_" .. why .. "_text"));
end

-- Where the answer to the form may redirect to, for the policy of the page.
local function form_action(app)
	if not app or not app.login_link_format then return nil; end
	local link = url.parse(app.login_link_format:gsub("%b{}", "x"));
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
			values.form_url = url.parse(module:http_url()).path;
			values.suggest_url = render_url("{form!}?t={token}{app&&c={app.id}}&user=", {
				form = values.form_url; token = values.token; app = app;
			});
			values.password_policy = forms.passwords.policy.get_policy();
			values.password_message = values.password_problems and values.password_problems[1] and true;
			values.rules = forms.passwords:rules(values.say);
			values.msg_class = "alert-warning";
		end;
	});
end

function serve_register_page(event)
	local query = event.request.url.query or "";
	local token = forms.read_field(query, "t");
	local invite, answer = invite_for(event, token);
	if not invite then return answer; end
	local app_id = forms.read_field(query, "c");
	return show_form(event, invite, app_list:get(app_id), forms.read_field(query, "user"));
end

-- The app's own login page, if it has one.
local function login_link(app, username, password)
	return render_url(app.login_link_format, {
		site_name = pages.site_name; username = username; domain = module.host; app = app;
		password = password_in_login_link and password or "";
	});
end

local function show_success(event, app, username, password)
	if app and app.login_link_format then
		return redirect(login_link(app, username, password));
	end
	local address = username .. "@" .. module.host;
	local address_uri = "xmpp:" .. render_url("{username}@{domain!}", { username = username; domain = module.host });
	local answer = pages:render(event, 200, app and "register_success_setup.html" or "register_success.html", {
		variant = ("%s %s"):format(app and app.id, app_list:version());
		has_foreign_images = app_list:has_foreign_images();
		slots = {
			username = username; password = password; address = address; address_uri = address_uri;
			address_qr = core.web.qr_svg(address_uri);
		};
		complete = function (values) values.app, values.webchat_url = app, webchat_url; end;
	});
	answer.headers.cache_control = "no-cache, no-store, must-revalidate";
	answer.headers.pragma, answer.headers.expires = "no-cache", "0";
	return answer;
end

-- What is said when the registration itself failed, by the reason of frontdoor.invitations.
local refusals = {
	gone = function (event, invite) return select(2, invite_for(event, invite.token)) or refuse_failed(event, invite.token); end;
	conflict = function (event, invite, app, form)
		local say = pages:say_to(event);
		return show_form(event, invite, app, form.user, forms.find_problems(form, invite, accounts, say));
	end;
	password = function (event, invite, app, form, text)
		return show_form(event, invite, app, form.user, { message = text; password_problems = { text } });
	end;
	denied = function (event, invite, _, _, reason)
		return refuse(event, 200, reason or pages:say_to(event)("error_denied"), invite.token);
	end;
	busy = function (event, invite) return refuse_later(event, 503, "busy", worker.retry_after, invite.token); end;
	failed = function (event, invite) return refuse_failed(event, invite.token); end;
};

local function is_from_elsewhere(request)
	local headers = request.headers;
	return core.web.from_elsewhere(headers.sec_fetch_site, headers.origin, headers.host, module:http_url());
end

function handle_register_form(event)
	local request = event.request;
	if is_from_elsewhere(request) then
		return refuse(event, 403, pages:say_to(event)("error_elsewhere"));
	end
	local may_try, retry_after = limit:try(limits.network_of(request.ip));
	if not may_try then
		return refuse_later(event, 429, "throttled", retry_after);
	end

	local form = forms.read(request.body or "");
	local invite, answer = invite_for(event, form.token);
	if not invite then return answer; end
	local app = app_list:get(form.app_id);
	local problems, username, failure = forms.find_problems(form, invite, accounts, pages:say_to(event));
	if problems then
		return show_form(event, invite, app, form.user, problems);
	elseif failure then
		return refusals[failure](event, invite);
	end

	local ok, why, text = invitations:register(invite, { username = username; password = form.password; ip = request.ip });
	if not ok then
		module:log("info", "Registration of %s from %s refused: %s", username, request.ip, text or why);
		return refusals[why](event, invite, app, form, text);
	end
	return show_success(event, app, username, form.password);
end

function module.unload()
	work:close();
end

module:provides("http", {
	cors = { enabled = false }; -- no page of another server has to read ours
	default_path = "register";
	route = {
		["GET"] = serve_register_page;
		["POST"] = handle_register_form;
	};
});
