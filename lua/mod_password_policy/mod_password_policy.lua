-- Refuses weak passwords: in registrations and password changes over XMPP, and wherever a module asks.
--
--     password_policy = { length = 8; max_length = 1024; exclude_username = true; common = true; strength = 0 }
--
-- Any other key of the option is the name of a policy that a `password-policy-provider` item brings.

local async = require "prosody.util.async";
local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;
local st = require "prosody.util.stanza";

local core = require "frontdoor".password;
local open_worker = require "frontdoor.worker".open;

local site_name = module:get_option_string("site_name", module.host);

local configured = module:get_option("password_policy", {});
if type(configured) ~= "table" or configured[1] ~= nil then
	error("password_policy must be a table of named options, such as { length = 10 }", 0);
end

local options = { length = 8; max_length = 1024; exclude_username = true; common = true; strength = 0 };
local extra_names = {};

for name, value in pairs(configured) do
	if options[name] == nil then
		table.insert(extra_names, name);
	end
	if value or type(options[name]) ~= "number" then -- `strength = false` leaves it off
		options[name] = value;
	end
end
table.sort(extra_names); -- so that of several broken policies always the same one is named

local policy, err = core.policy(options);
if not policy then
	error("password_policy." .. err, 0);
end

local work = policy:wants_score() and open_worker(module);

function module.unload()
	if work then work:close(); end
end

local extra_checks = {};

module:handle_items("password-policy-provider", function (event)
	extra_checks[event.item.name] = event.item.check_password;
	module:log("debug", "Password policy '%s' is available", event.item.name);
end, function (event)
	extra_checks[event.item.name] = nil;
end);

local function check_extra(name, password, info)
	local check = extra_checks[name];
	if not check then
		module:log("error", "password_policy has '%s', but no module provides such a policy", name);
		return nil, "Internal error while verifying password", "internal";
	end
	local ok, text, reason = check(password, options[name], info);
	if ok ~= true then
		return nil, text or ("Password failed %s check"):format(name), reason or name;
	end
	return true;
end

-- Finding the score can take a while, so that is left to the worker pool wherever waiting is possible.
local function score(password, info)
	local mail, host, site = info.mail, info.host or module.host, info.site_name or site_name;
	if async.ready() then
		return async.wait_for(work:password_score(password, info.username, mail, host, site));
	end
	return core.score(password, info.username, mail, host, site);
end

local function check_strength(password, info)
	if not work then
		return true;
	end
	local found = score(password, info);
	if not found then
		return nil, "The server is busy. Try again in a few seconds.", "busy";
	end
	return policy:check_score(found);
end

-- true, or nil, a sentence for the person and the name of the broken rule. `info` tells what is known
-- about the person: username, mail, and host and site_name where they are not this host's.
--
-- Where async.wait_for() may be called, this may wait.
function check_password(password, info)
	info = info or {};
	local ok, text, name = policy:check(password or "", info.username);
	if ok then
		ok, text, name = check_strength(password, info);
	end
	if not ok then
		return nil, text, name;
	end
	for _, extra in ipairs(extra_names) do
		ok, text, name = check_extra(extra, password, info);
		if not ok then
			return nil, text, name;
		end
	end
	return true;
end

-- Every rule that the password breaks: a list of { name, text }, empty if it is good enough. Waits as
-- check_password() does.
function find_problems(password, info) -- luacheck: ignore 131
	info = info or {};
	local problems = policy:broken(password or "", info.username);
	if problems[1] and problems[1].name == "no-password" then return problems; end
	local ok, text, name = check_strength(password, info);
	if not ok and (name ~= "busy" or #problems == 0) then
		table.insert(problems, { name = name; text = text });
	end
	for _, extra in ipairs(extra_names) do
		ok, text, name = check_extra(extra, password, info);
		if not ok then
			table.insert(problems, { name = name; text = text });
		end
	end
	return problems;
end

-- The options with their defaults; a form shows `length`, for example.
function get_policy() -- luacheck: ignore 131
	return options;
end

-- What a registration or password change (XEP-0077) says, in either of its two forms.
local function submitted(query, name)
	local values = { query:get_child_text(name) };
	local form = query:get_child("x", "jabber:x:data");
	for field in (form and form:childtags("field") or function () end) do
		if field.attr.var == name then
			table.insert(values, field:get_child_text("value"));
		end
	end
	return values;
end

-- As they will be called: nodeprep makes one name of several spellings.
local function usernames(origin, query)
	if origin.username then
		return { origin.username };
	end
	local names = submitted(query, "username");
	for i, name in ipairs(names) do
		names[i] = nodeprep(name) or name;
	end
	return #names > 0 and names or { false };
end

local function refuse(origin, stanza, text, name)
	module:log("debug", "Password refused by the policy '%s'", name);
	if name == "busy" then
		origin.send(st.error_reply(stanza, "wait", "resource-constraint", text));
	else
		origin.send(st.error_reply(stanza, "modify", "not-acceptable", text));
	end
	return true;
end

function handler(event)
	local origin, stanza = event.origin, event.stanza;
	if stanza.attr.type ~= "set" then return; end

	local query = stanza.tags[1];
	local names = usernames(origin, query);
	for _, password in ipairs(submitted(query, "password")) do
		for _, username in ipairs(names) do
			local ok, text, name = check_password(password, { username = username or nil });
			if not ok then
				return refuse(origin, stanza, text, name);
			end
		end
	end
end

module:hook("iq/self/jabber:iq:register:query", handler, 10);
module:hook("iq/host/jabber:iq:register:query", handler, 10);
module:hook("stanza/iq/jabber:iq:register:query", handler, 10);
