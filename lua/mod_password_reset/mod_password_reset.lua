-- A page on which somebody with a link chooses a new password, and the command with which an admin makes such
-- links.

local adhoc = module:require("adhoc");
local dataforms = require "prosody.util.dataforms";
local jid_prepped_split = require "prosody.util.jid".prepped_split;
local new_simple_form = require "prosody.util.adhoc".new_simple_form;
local url_parse = require "socket.url".parse;

local jobs = require "frontdoor.jobs";
local core = require "frontdoor";
local forms = require "frontdoor.forms";
local new_accounts = require "frontdoor.accounts".new;
local new_invitations = require "frontdoor.invitations".new;
local worker = require "frontdoor.worker";

local has_other_pages = module:get_option_string("invites_page") ~= nil;

module:depends("adhoc");
module:depends("http");

local work = worker.open(module);
local accounts = new_accounts(module, work);
local invitations = new_invitations(module, accounts);
local links = module:require("links");
local passwords = require "frontdoor.passwords".new(module);
local pages = require "frontdoor.pages".load(module, "password_reset", { "password_reset.html", "password_result.html" });

-- The page for a link's token; mod_invites_page sends people here.
function reset_url(token)
	return ("%s/reset?%s"):format(module:http_url():gsub("/$", ""), token);
end

-- Without pages elsewhere, invites of Prosody's own get their link from here.
module:hook("invite-created", function (invite)
	local is_reset = invite.additional_data and invite.additional_data.allow_reset;
	if is_reset and not invite.landing_page and not has_other_pages then
		invite.landing_page = reset_url(invite.token);
	end
end, 1);

local statuses = { done = 200; unknown = 404; expired = 410; used = 410; no_account = 410; busy = 503; failed = 500; elsewhere = 403 };
local messages = { busy = "error_busy"; failed = "page_failed"; elsewhere = "error_elsewhere" };

local function show_result(event, outcome)
	local message = messages[outcome] or "reset_" .. outcome;
	local answer = pages:render(event, statuses[outcome], "password_result.html", {
		variant = outcome;
		complete = function (values)
			values.message, values.text = values.say[message], values.say[message .. "_text"];
			values.classes = outcome == "done" and "alert-success" or "alert-danger";
		end;
	});
	if statuses[outcome] == 503 then
		answer.headers.retry_after = ("%d"):format(worker.retry_after);
	end
	return answer;
end

local function show_form(event, link, problems)
	return pages:render(event, 200, "password_reset.html", {
		slots = {
			token = link.token; jid = link.username .. "@" .. module.host; address = link.username .. "@" .. module.host;
			message = problems and table.concat(problems, " "); password_problems = problems;
		};
		complete = function (values)
			values.form_url = url_parse(reset_url("")).path;
			values.min_password_length, values.classes = passwords:least_length(), "alert-danger";
			values.rules = passwords:rules(values.say);
		end;
	});
end

local function serve_form(event)
	local link, why = links.find(core.invites.token_in(event.request.url.query), invitations);
	return link and show_form(event, link) or show_result(event, why);
end

local function handle_form(event)
	local request = event.request;
	if forms.is_too_long(request) then return 413; end
	if forms.is_from_elsewhere(module, request) then
		return show_result(event, "elsewhere");
	end
	local values = forms.fields(request.body, { "token", "password" });
	local link, why = links.find(values.token, invitations);
	if not link then return show_result(event, why); end
	local password = values.password or "";
	local problems, busy = passwords:problems(pages:say_to(event), password, link.username);
	if busy then return show_result(event, "busy"); end
	if problems[1] then return show_form(event, link, problems); end

	local ok, failure = links.use(link, password, request.ip, accounts, invitations);
	if not ok then return show_result(event, failure); end
	module:log("info", "%s chose a new password with a link, from %s", link.username, request.ip);
	return show_result(event, "done");
end

local layout = dataforms.new {
	title = "Generate password reset link";
	instructions = "Whose password is to be reset? Give the link to nobody else.";
	{ name = "FORM_TYPE"; type = "hidden"; value = "http://prosody.im/protocol/adhoc/mod_password_reset" };
	{ name = "accountjid"; type = "jid-single"; required = true; label = "Chat address" };
};

local function complete_with_error(text)
	return { status = "completed"; error = { message = text } };
end

local function make_link(fields, form_errors)
	if form_errors then
		local _, text = next(form_errors);
		return complete_with_error("Chat address: " .. text);
	end
	local username, host = jid_prepped_split(fields.accountjid);
	if not username or host ~= module.host then
		return complete_with_error("Links can be made for accounts on " .. module.host .. " only.");
	elseif not accounts:exists(username) then
		return complete_with_error("There is no account " .. fields.accountjid .. ".");
	end
	local token, err = links.create(username);
	if not token then
		module:log("error", "Could not store a password reset link: %s", err);
		return complete_with_error("The link could not be stored; the server's log says why.");
	end
	return { status = "completed"; info = reset_url(token) };
end

module:provides("adhoc", adhoc.new("Generate password reset link", "password_reset", new_simple_form(layout, make_link), "admin"));

jobs.daily(module, "Remove expired password reset links", links.purge);

function module.unload()
	work:close();
end

module:provides("http", {
	cors = { enabled = false }; -- no page of another server has to read ours
	route = {
		["GET /reset"] = serve_form;
		["POST /reset"] = handle_form;
	};
});
