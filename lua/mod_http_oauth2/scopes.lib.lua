-- What clients can ask for: facts about the user, and roles.

local set = require "prosody.util.set";
local usermanager = require "prosody.core.usermanager";

local oauth = require "frontdoor".oauth;

-- What pages say of these is translated.
local own = { openid = true; offline_access = true };

module:add_item("openid-claim", { claim = "openid"; title = "OpenID"; description = "Your chat address, and when you logged in" });
module:add_item("openid-claim", {
	claim = "offline_access"; title = "Offline access"; description = "Stay connected without asking you again";
});

local function text(value)
	return type(value) == "string" and value or nil;
end

-- { claim, title?, description? } of each item, in order. One that is called as a role would take it away.
local function claims()
	local list, roles = {}, module:get_host_type() ~= "component" and usermanager.get_all_roles(module.host) or {};
	for _, item in ipairs(module:get_host_items("openid-claim")) do
		local claim = type(item) == "table" and item or { claim = item };
		if text(claim.claim) and claim.claim ~= "xmpp" and not roles[claim.claim] then
			table.insert(list, { claim = claim.claim; title = text(claim.title); description = text(claim.description) });
		end
	end
	return list;
end

local function role_names()
	local names = {};
	if module:get_host_type() ~= "component" then
		for name in pairs(usermanager.get_all_roles(module.host) or {}) do table.insert(names, name); end
	end
	table.sort(names);
	return names;
end

local scopes = {};

local known, known_at, known_names;

-- Counts up whenever there may be other claims, or other texts to them.
scopes.version = 0;

function scopes.changed()
	known, scopes.version = nil, scopes.version + 1;
	scopes.on_change();
end

function scopes.on_change() end

-- The core's KnownScopes. Modules may add roles at any time, so they are looked up again every second.
function scopes.known()
	local now = os.time();
	if not known or now ~= known_at then
		local names = {};
		for _, claim in ipairs(claims()) do table.insert(names, claim.claim); end
		local roles = role_names();
		known, known_at = oauth.known_scopes({ claims = names; roles = roles }), now;
		local all = table.concat(roles, " ");
		if known_names and all ~= known_names then scopes.on_change(); end
		known_names = all;
	end
	return known;
end

-- For discovery: all of them.
function scopes.supported()
	local names = { "xmpp" };
	for _, role in ipairs(role_names()) do table.insert(names, role); end
	for _, claim in ipairs(claims()) do table.insert(names, claim.claim); end
	return names;
end

-- Names of the roles that a user may assume, "xmpp" among them: whatever role he has.
function scopes.assumable(username)
	local names = { "xmpp" };
	for _, role in ipairs(role_names()) do
		if usermanager.user_can_assume_role(username, module.host, role) then
			table.insert(names, role);
		end
	end
	return names;
end

-- The role that a scope stands for.
function scopes.role_name(username, role)
	if role ~= "xmpp" then return role; end
	local of_user = usermanager.get_user_role(username, module.host);
	return of_user and of_user.name;
end

-- Whether a scope has a word in it.
function scopes.has(scope, word)
	return (" " .. scope .. " "):find(" " .. word .. " ", 1, true) ~= nil;
end

-- Templates for the community module of 2025 have the name alone.
local choice_mt = { __tostring = function (choice) return choice.claim; end };

-- The claims among the words of a scope, but for openid, as a set.
function scopes.claims_of(scope)
	local found = set.new();
	for _, claim in ipairs(claims()) do
		if scopes.has(scope, claim.claim) then found:add(claim.claim); end
	end
	found:remove("openid");
	return found;
end

-- What people are shown of a scope: { claim, title, description, fixed }. `say` gives the texts of a page.
function scopes.choices(scope, say)
	local described, choices = {}, {};
	for _, claim in ipairs(claims()) do described[claim.claim] = claim; end
	for word in scope:gmatch("%S+") do
		local claim, choice = described[word], { claim = word; fixed = word == "openid" };
		if own[word] or word == "xmpp" then
			choice.title, choice.description = say("scope_" .. word), say("scope_" .. word .. "_text");
		elseif claim then
			choice.title, choice.description = claim.title or word, claim.description;
		else
			choice.title, choice.description = say("scope_role", { role = word }), say("scope_role_text");
		end
		table.insert(choices, setmetatable(choice, choice_mt));
	end
	return choices;
end

module:handle_items("openid-claim", scopes.changed, scopes.changed, true);

return scopes;
