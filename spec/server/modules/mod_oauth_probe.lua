-- For the server specs only: tokens that nobody but another module makes, sessions, and events.
--
--     GET /oauth_probe/<question>?name=value…  ->  JSON

local array = require "prosody.util.array";
local form = require "prosody.util.http".formdecode;
local json = require "prosody.util.json";
local usermanager = require "prosody.core.usermanager";

module:depends("http");

local tokens = module:depends("tokenauth");
local token_store = module:open_store("auth_tokens", "keyval+");

local events = {};

local watched = {
	"token-grant-created", "token-grant-revoked", "token-revoked",
	"oauth2-client-registered", "oauth2-authorized",
};

for _, name in ipairs(watched) do
	events[name] = array();
	module:hook(name, function (event)
		events[name]:push({
			username = event.username; host = event.host; grant = event.grant_id or event.id;
			ip = event.ip; scope = event.scope; client = event.client;
		});
	end, 100);
end

local questions = {};

function questions.events(query)
	return events[query.name]:filter(function (event)
		return not query.username or event.username == query.username;
	end);
end

-- A token with any purpose ("" is none) and role, in a grant of its own to the client of this hash ("" is none); of a
-- module that notes nothing if `bare` is there.
function questions.token(query)
	local address = query.username .. "@" .. module.host;
	local hash, purpose, ttl = query.hash or "", query.purpose or "oauth2", tonumber(query.ttl or 3600);
	local data = query.purpose ~= "" and not query.bare and {
		oauth2_scopes = query.scopes or "xmpp";
		oauth2_client = hash ~= "" and { name = "Some client"; uri = "https://app.example.com/"; hash = hash } or nil;
	} or nil;
	local grant = assert(tokens.create_grant(address, address, nil, data));
	return { token = assert(tokens.create_token(address, grant, query.role, ttl, purpose ~= "" and purpose or nil)) };
end

-- What is stored of somebody's grants.
function questions.grants(query)
	local list = array();
	for id, grant in pairs(token_store:get(query.username) or {}) do
		local purposes = array();
		for _, token in pairs(grant.tokens or {}) do
			purposes:push(token.purpose or "none");
		end
		local data = grant.data or {};
		list:push({
			id = id; scopes = data.oauth2_scopes; client = data.oauth2_client; purposes = purposes:sort();
			created = grant.created;
		});
	end
	return list;
end

function questions.sessions(query)
	local list = array();
	local user = prosody.hosts[module.host].sessions[query.username];
	for resource, session in pairs(user and user.sessions or {}) do
		list:push({ resource = resource; role = session.role and session.role.name });
	end
	return list;
end

function questions.enable_user(query)
	return { ok = usermanager.enable_user(query.username, module.host) and true or false };
end

function questions.set_role(query)
	return { ok = usermanager.set_user_role(query.username, module.host, query.role) and true or false };
end

function questions.add_role(query)
	return { ok = usermanager.add_user_secondary_role(query.username, module.host, query.role) and true or false };
end

function questions.remove_role(query)
	return { ok = usermanager.remove_user_secondary_role(query.username, module.host, query.role) and true or false };
end

function questions.set_password(query)
	return { ok = usermanager.set_password(query.username, query.password, module.host, nil) and true or false };
end

function questions.now()
	return { now = os.time() };
end

module:provides("http", {
	default_path = "/oauth_probe";
	route = {
		["GET /*"] = function (event, question)
			local query = form(event.request.url.query or "");
			local found = questions[question](type(query) == "table" and query or {});
			-- An empty list would become an object.
			local is_empty_list = type(found) == "table" and next(found) == nil;
			return {
				headers = { content_type = "application/json" };
				body = is_empty_list and "[]" or json.encode(found);
			};
		end;
	};
});
