-- The registration form behind an invitation.

local core = require "frontdoor";
local forms = require "frontdoor.forms";
local limits = require "frontdoor.limit";
local new_accounts = require "frontdoor.accounts".new;
local invitation = require "frontdoor.invitations";
local worker = require "frontdoor.worker";

local limit = limits.new(module:get_option_integer("invites_register_limit", 20, 0), 600);

module:depends("http");
local invites_page = module:depends("invites_page");
local password_reset = module:depends("password_reset");

-- It makes inviter and invited contacts. It also closes the registration over XMPP to everybody without an
-- invite, so where that was opened on purpose the operator has to load it himself.
if not module:get_option_boolean("allow_registration", false) then
	module:depends("invites_register");
elseif not module:get_option_inherited_set("modules_enabled", {}):contains("invites_register") then
	module:log("warn", "Inviters do not become contacts of those they invite: add 'invites_register' to modules_enabled, "
		.. "with registration_invite_only = false to keep the registration open");
end

local work = worker.open(module);
local accounts = new_accounts(module, work);
local invitations = invitation.new(module, accounts);
local register_form = module:require("form");
local answers = module:require("answers");

-- What an address cannot have in it (RFC 3986 §2).
local function percent_encoded(byte)
	return ("%%%02X"):format(byte:byte());
end

-- The invite of a request, or nil and the answer if there is none that allows to register.
local function invite_for(event, token)
	local invite, why = invitations:find(token);
	if invite and not invite.reset then
		return invite;
	elseif invite then
		return nil, answers.redirect(password_reset.reset_url(token));
	elseif invites_page.serve_invalid_page and why == "failed" then
		return nil, invites_page.serve_invalid_page(event, why);
	elseif invites_page.serve_invalid_page then
		local query = event.request.url.query or core.invites.is_token(token or "") and token or "";
		return nil, answers.redirect(invites_page.module:http_url() .. "?" .. query:gsub("[^\33-\126]", percent_encoded));
	end
	local say, message = answers.say_to(event), why == "failed" and "page_failed" or "invalid_" .. why;
	return nil, answers.refuse(event, invitation.statuses[why], say(message), nil, say(message .. "_text"));
end

function serve_register_page(event)
	local query = event.request.url.query or "";
	local token = forms.field(query, "t");
	local invite, answer = invite_for(event, token);
	if not invite then return answer; end
	local app_id, user = forms.field(query, "c"), (forms.field(query, "user"));
	return answers.show_form(event, invite, answers.app(app_id), user);
end

-- What is said when the registration itself failed, by the reason of frontdoor.invitations.
local refusals = {
	gone = function (event, invite) return select(2, invite_for(event, invite.token)) or answers.refuse_failed(event, invite); end;
	conflict = function (event, invite, app, form)
		local problems = register_form.name_is_taken(form, invite, accounts, answers.say_to(event));
		return answers.show_form(event, invite, app, form.user, problems);
	end;
	password = function (event, invite, app, form, text)
		return answers.show_form(event, invite, app, form.user, { message = text; password_problems = { text } });
	end;
	denied = function (event, invite, _, _, reason)
		return answers.refuse(event, 200, reason or answers.say_to(event)("error_denied"), invite);
	end;
	busy = function (event, invite) return answers.refuse_later(event, 503, "busy", worker.retry_after, invite); end;
	failed = function (event, invite) return answers.refuse_failed(event, invite); end;
};

-- Where the form says it comes from; enough for a link back to our own page.
local function unproven(form)
	local has_page = invites_page.serve_invite_page and core.invites.is_token(form.token or "");
	return has_page and { token = form.token } or nil;
end

function handle_register_form(event)
	local request = event.request;
	if forms.is_too_long(request) then return 413; end
	local form = register_form.read(request.body or "");
	if forms.is_from_elsewhere(module, request) then
		return answers.refuse(event, 403, answers.say_to(event)("error_elsewhere"), unproven(form));
	end
	local may_try, retry_after = limit:try(limits.network_of(request.ip));
	if not may_try then
		return answers.refuse_later(event, 429, "throttled", retry_after, unproven(form));
	end

	local invite, answer = invite_for(event, form.token);
	if not invite then return answer; end
	local app = answers.app(form.app_id);
	local problems, username, failure = register_form.find_problems(form, invite, accounts, answers.say_to(event));
	if problems then
		return answers.show_form(event, invite, app, form.user, problems);
	elseif failure then
		return refusals[failure](event, invite);
	end

	local ok, why, text = invitations:register(invite, { username = username; password = form.password; ip = request.ip });
	if not ok then
		module:log("info", "Registration of %s from %s refused: %s", username, request.ip, text or why);
		return refusals[why](event, invite, app, form, text);
	end
	return answers.show_success(event, app, username, form.password);
end

form_url = answers.form_url; -- luacheck: ignore 131

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
