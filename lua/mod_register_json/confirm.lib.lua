-- <base>verify/: the page on which a person confirms a registration.

local async = require "prosody.util.async";
local url_parse = require "socket.url".parse;

local core = require "frontdoor".registration;
local deferred = require "frontdoor.deferred";
local forms = require "frontdoor.forms";
local load_pages = require "frontdoor.pages".load;
local retry_after = require "frontdoor.worker".retry_after;

local registered = module:require("registered");

local base_path = module:get_option_string("reg_servlet_base", "/register_account/");
-- Operators' templates may come from the community module, which put the page's address in here.
local function use_own_placeholder(template)
	return (template:gsub("%%REG%-URL", "{reg_url}"));
end

local pages = load_pages(module, "template", {
	"form_t.html", "success_t.html", "fail_t.html", "css/style.css", "images/header.png", "images/tile.png",
}, module:get_option_string("reg_servlet_template_path"), use_own_placeholder);

local file_cache_control = "public, max-age=3600";

local function reg_url()
	return url_parse(module:http_url(nil, base_path)).path:gsub("/*$", "/verify/");
end

local function show(event, status, template, slots)
	return pages:render(event, status, template .. "_t.html", {
		slots = slots;
		complete = function (values) values.host, values.reg_url = module.host, reg_url(); end;
	});
end

local function show_outcome(event, outcome, slots)
	local status, template = core.outcome(outcome);
	slots.message = pages:say_to(event)("confirm_" .. outcome);
	local answer = show(event, status, template, slots);
	if status == 503 then
		answer.headers.retry_after = ("%d"):format(retry_after);
	end
	return answer;
end

-- GET <base>verify/, with ?uuid=… filled in. Looking confirms nothing: mail scanners follow links too.
local function handle_get(event, _, path)
	if path ~= "" then
		local file = pages:file(path);
		return file or path == "css/style.css" and pages.assets.serve("style.css", file_cache_control) or nil;
	end
	local token = core.token_of(event.request.url.query or "");
	return show(event, 200, "form", { uuid = token and token:text() });
end

local function log_failure(record, err)
	module:log("error", "Registration of %s was confirmed, but not stored: %s", record.username,
		err.context and err.context.wrapped_error or err);
end

-- Creates the account, as the password and the name are now; returns the name of the outcome.
local function create(token, record, parts)
	local id, password = token:id(), parts.pending:password(token, record);
	if not password then
		log_failure(record, "the password could not be unsealed");
		return "failed";
	end
	local ok, err = parts.accounts:create(record.username, password, function () return parts.pending:begin(id, record); end);
	if ok then
		registered.finish(id, record, parts);
		return "created";
	elseif err.condition == "conflict" then
		parts.mails:release(record.mail, record.username);
		parts.pending:remove(id, record);
		return "name_taken";
	elseif err.code == 503 then
		return "busy";
	end
	log_failure(record, err);
	-- Unless it was stored all the same, whoever has the name later is not who has begun here.
	if parts.accounts:exists(record.username) == false then parts.pending:give_up(id, record); end
	return "failed";
end

local function create_or_resume(token, record, parts)
	local is_stored, err = registered.resume(token:id(), record, parts);
	if err then
		return "failed";
	end
	return is_stored and "created" or create(token, record, parts);
end

-- Confirmations under way: somebody who taps the button twice gets the same answer twice.
local under_way = {}; -- [id of the token] = promise of the outcome's name

local function confirm_once(token, record, parts)
	local id = token:id();
	if under_way[id] then
		return async.wait_for(under_way[id]);
	end
	local promised, settle = deferred();
	under_way[id] = promised;
	local ok, result = pcall(create_or_resume, token, record, parts);
	local outcome = ok and result or "failed";
	under_way[id] = nil;
	settle(outcome);
	if not ok then error(result, 0); end
	return outcome;
end

-- POST <base>verify/ with uuid=… as a form.
local function handle_post(event, parts, path)
	if path ~= "" then return 404; end
	if forms.is_too_long(event.request) then return 413; end
	local token, wrong = core.token_of(event.request.body or "");
	if not token then
		return show_outcome(event, wrong, {});
	end
	local record, err = parts.pending:find(token);
	if not record then
		return show_outcome(event, err and "failed" or "unknown", { uuid = token:text() });
	end
	local outcome = confirm_once(token, record, parts);
	return show_outcome(event, outcome, { uuid = token:text(), username = record.username });
end

return { handle_get = handle_get, handle_post = handle_post };
