-- For the server specs only: shows what a test cannot see from outside, and calls frontdoor.accounts.
--
--     GET /probe/<question>?name=value…  ->  JSON

local array = require "prosody.util.array";
local form = require "prosody.util.http".formdecode;
local json = require "prosody.util.json";
local now = require "prosody.util.time".now;
local usermanager = require "prosody.core.usermanager";

module:depends("http");

local accounts_store = module:open_store("accounts");
local events = { ["user-registering"] = array(), ["user-registered"] = array() };

local function remember(name)
	module:hook(name, function (event)
		events[name]:push({
			username = event.username, host = event.host, source = event.source;
			ip = event.ip or event.session and event.session.ip;
			session_type = event.session and event.session.type;
		});
	end, 100);
end

remember("user-registering");
remember("user-registered");

-- Only servers that have the rock's modules can answer what is asked of these.
local opened;
local function accounts()
	if not opened then
		local work = require "frontdoor.worker".open(module);
		opened = { work = work, accounts = require "frontdoor.accounts".new(module, work) };
	end
	return opened.accounts;
end

function module.unload()
	if opened then opened.work:close(); end
end

local function verdict(ok, err)
	return { ok = ok or false, condition = err and err.condition or json.null, code = err and err.code or json.null };
end

local questions = {};

-- The account as the provider keeps it.
function questions.account(query)
	return { record = accounts_store:get(query.username) or json.null };
end

-- Puts an account there by hand, as another server on the same database might.
function questions.store_account(query)
	local record = { salt = query.salt, password = query.password };
	return { ok = accounts_store:set(query.username, record) and true or false };
end

function questions.events(query)
	return events[query.name]:filter(function (event)
		return not query.username or event.username == query.username;
	end);
end

-- Prosody's own way of doing things.
function questions.create_user(query)
	return { ok = usermanager.create_user(query.username, query.password, module.host) and true or false };
end

function questions.delete_user(query)
	return { ok = usermanager.delete_user(query.username, module.host) and true or false };
end

function questions.disable_user(query)
	return { ok = usermanager.disable_user(query.username, module.host) and true or false };
end

function questions.role(query)
	return { name = usermanager.get_user_role(query.username, module.host).name };
end

-- Whether the provider itself knows the password.
function questions.provider_test(query)
	return { ok = usermanager.test_password(query.username, module.host, query.password) and true or false };
end

-- mod_invites
local function show_invite(invite)
	return { token = invite and invite.token or json.null, type = invite and invite.type or json.null };
end

function questions.create_invite()
	return show_invite(module:depends("invites").create_account());
end

function questions.invite(query)
	return show_invite((module:depends("invites").get(query.token)));
end

-- frontdoor.accounts
function questions.create(query)
	return verdict(accounts():create(query.username, query.password));
end

function questions.test(query)
	return verdict(accounts():test_password(query.username, query.password));
end

function questions.seconds(query)
	local begin = now();
	accounts():test_password(query.username, query.password);
	return { seconds = now() - begin };
end

function questions.check_password(query)
	local policy = module:depends("password_policy");
	local ok, text, name = policy.check_password(query.password, query.username and { username = query.username });
	return { ok = ok or false, text = text or json.null, name = name or json.null };
end

module:provides("http", {
	default_path = "/probe";
	route = {
		["GET /*"] = function (event, question)
			local query = form(event.request.url.query or "");
			return {
				headers = { content_type = "application/json" };
				body = json.encode(questions[question](type(query) == "table" and query or {}));
			};
		end;
	};
});
