-- Registration through a web form: the form's server posts base64-encoded JSON with a secret token, the
-- person confirms on the verification page. The README has the wire format; which status means what
-- stands in src/registration/refusal.rs and src/registration/confirmation.rs.

local async = require "prosody.util.async";

local jobs = require "frontdoor.jobs";
local core = require "frontdoor".registration;
local new_accounts = require "frontdoor.accounts".new;
local open_worker = require "frontdoor.worker".open;

module:depends("http");

local secure = module:get_option_boolean("reg_servlet_secure", true);
local base_path = module:get_option_string("reg_servlet_base", "/register_account/");

local rules, bad_option = core.rules({
	auth_tokens = module:get_option_array("reg_servlet_auth_token", {});
	blocked = module:get_option_array("reg_servlet_bl", {});
	unthrottled = module:get_option_array("reg_servlet_wl", {});
	throttle_seconds = module:get_option_integer("reg_servlet_ttime", 0, 0);
	filtered_mails = module:get_option_array("reg_servlet_filtered_mails", {});
});
if not rules then
	error(bad_option, 0);
end

local lua_patterns = rules:untranslatable_patterns();
for _, pattern in ipairs(lua_patterns) do
	module:log("warn", "reg_servlet_filtered_mails: '%s' has %%b, %%f or a back-reference and is matched more slowly", pattern);
end

local work = open_worker(module);
local registered = module:require("registered");
local accounts = new_accounts(module, work);
local mails = module:require("mails").new(work, accounts);
local parts = { rules = rules, lua_patterns = lua_patterns, mails = mails, accounts = accounts };
local pending = module:require("pending").new(function (id, record) registered.expire(id, record, parts); end);
parts.pending = pending;
local requests, confirmations = module:require("request"), module:require("confirm");

-- Over plain HTTP there is nothing here; the operator is told once why.
local told = false;
local function is_hidden_from(request)
	if request.secure or not secure then return false; end
	if not told then
		told = true;
		module:log("warn", "A request over plain HTTP was answered 404, because reg_servlet_secure is true. "
			.. "Behind a proxy that speaks TLS: check trusted_proxies and X-Forwarded-Proto.");
	end
	return true;
end

local function handler(handle)
	return function (event, path)
		if is_hidden_from(event.request) then return 404; end
		return handle(event, parts, path);
	end
end

local function refuse_method()
	return requests.refuse("method");
end

-- What an end of the server has interrupted.
local resumer = async.runner(jobs.guarded(module, "Go on with what was interrupted", function ()
	registered.resume_all(parts);
	mails:import();
end));

jobs.hourly(module, "Remove expired registrations", function ()
	pending:purge();
	resumer:run(true);
end);

module:hook_global("user-deleted", function (event)
	if event.host == module.host then
		mails:forget_user(event.username);
	end
end, 10);

function module.ready()
	resumer:run(true);
end

function module.unload()
	work:close();
end

module:provides("http", {
	default_path = base_path;
	route = {
		["GET /"] = handler(refuse_method);
		["POST /"] = handler(requests.handle);
		["GET /verify/*"] = handler(confirmations.handle_get);
		["POST /verify/*"] = handler(confirmations.handle_post);
	};
});
