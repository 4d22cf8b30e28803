-- The pages that people see: logging in, consent, codes, devices, errors. Each can be an operator's own, made for the
-- community module.

local json = require "prosody.util.json";

local load_pages = require "frontdoor.pages".load;

local names = {
	"login.html", "consent.html", "oob.html", "device.html", "device_confirm.html", "error.html", "style.css", "script.js";
};
local community_policy = "default-src 'self'";

local pages = load_pages(module, "html", names, module:get_option_path("oauth2_template_path"));
local policy = module:get_option_string("oauth2_security_policy");
local site_name = module:get_option_string("site_name", module.host);

local function policy_of(name)
	return policy or pages:is_operators(name) and community_policy or nil;
end

-- All that an operator's template may use of a client.
local function all_of(client)
	if not client then return false; end
	local claims = json.decode(client:claims());
	claims.client_hash = client:hash();
	return claims;
end

local function show(event, status, name, page)
	page.policy = policy_of(name);
	if page.operators and pages:is_operators(name) then
		page.operators = page.operators();
		page.operators.site_name = site_name;
	else
		page.operators = nil;
	end
	local answer = pages:render(event, status, name, page);
	answer.headers.pragma = "no-cache";
	return answer;
end

local function slots_of(client)
	return { client_name = client:text("client_name"); client_uri = client:text("client_uri"); client_host = client:host() };
end

local shown = {};

-- What the community module's templates are told.
local community_problems = {
	wrong = "Invalid username/password"; expired = "Session expired - try again";
	too_many = "Too many attempts - try again later"; busy = "The server is busy - try again";
};

local soon = require "frontdoor.worker".retry_after; -- seconds

local statuses = { too_many = 429; busy = 503 };

local function minutes(seconds)
	return math.ceil(seconds / 60);
end

-- A page that may have a problem to tell of: the message is `family` with its name. With "too_many" retry_after has the
-- seconds.
local function show_form(event, status, name, family, problem, retry_after, page)
	local wait = retry_after and minutes(retry_after);
	page.variant = (problem or "") .. (wait or "");
	page.complete = problem and function (values)
		values.problem = values.say(family .. problem, { minutes = wait });
	end;
	local answer = show(event, statuses[problem] or status, name, page);
	if retry_after or problem == "busy" then
		answer.headers.retry_after = ("%d"):format(retry_after or soon);
	end
	return answer;
end

-- `problem` is "wrong", "expired", "busy" or "too_many".
function shown.login(event, client, problem, hint, retry_after)
	local slots = slots_of(client);
	slots.username_hint = hint;
	return show_form(event, 200, "login.html", "login_", problem, retry_after, {
		slots = slots;
		shared = not hint and slots.client_name .. "\0" .. slots.client_uri or nil;
		redirects_anywhere = true;
		operators = function ()
			return { state = { error = community_problems[problem] }; client = all_of(client); extra = { username_hint = hint } };
		end;
	});
end

function shown.consent(event, client, username, user_token, scope)
	local slots = slots_of(client);
	slots.address, slots.user_token = username .. "@" .. module.host, user_token;
	slots.tos_uri, slots.policy_uri = client:text("tos_uri"), client:text("policy_uri");
	return show(event, 200, "consent.html", {
		slots = slots;
		variant = ("%d %s"):format(shown.scopes.version, scope);
		redirects_anywhere = true;
		complete = function (values)
			local choices = shown.scopes.choices(scope, values.say);
			values.scopes = choices[1] and choices;
		end;
		operators = function ()
			return {
				state = { user = { username = username; host = module.host; token = user_token } };
				client = all_of(client); scopes = shown.scopes.choices(scope, pages:say_to(event));
			};
		end;
	});
end

function shown.code(event, client, code)
	return show(event, 200, "oob.html", {
		slots = { client_name = client:text("client_name"); authorization_code = code };
		operators = function () return { client = all_of(client); authorization_code = code }; end;
	});
end

-- Where the code of a device is entered.
function shown.device(event, problem, typed, retry_after)
	return show_form(event, problem and 400 or 200, "device.html", "device_", problem, retry_after, {
		slots = { user_code = typed };
		operators = function ()
			return { client = false; error = problem and { text = "Incorrect or expired code"; code = 400 } };
		end;
	});
end

function shown.device_done(event, client)
	return show(event, 200, "device.html", {
		slots = { client_name = client:text("client_name") };
		operators = function () return { client = all_of(client) }; end;
	});
end

-- `fields` are client_id, scope and state of the authorization request that comes next.
function shown.device_confirm(event, client, user_code, authorize_url, fields)
	local slots = slots_of(client);
	slots.user_code, slots.authorize_url = user_code, authorize_url;
	slots.client_id, slots.state = fields.client_id, fields.state;
	slots.scope = fields.scope ~= "" and fields.scope or nil;
	return show(event, 200, "device_confirm.html", { slots = slots });
end

-- `kind` names a message, `details` are for the developer of the app.
function shown.error(event, status, kind, details)
	return show(event, status, "error.html", {
		variant = kind .. (details or "");
		complete = function (values)
			values.message, values.details = values.say["oauth_error_" .. kind], details;
		end;
		operators = function ()
			local text = details or pages:say_to(event)("oauth_error_" .. kind);
			return { error = { text = text; code = status; type = "modify"; condition = "bad-request" } };
		end;
	});
end

-- style.css and script.js are for operators' templates.
function shown.file(name)
	return pages:file(name) or 404;
end

function shown.redirect(location)
	local answer = pages:redirect(location);
	answer.headers.pragma = "no-cache";
	return answer;
end

return function (scopes)
	shown.scopes = scopes;
	return shown;
end
