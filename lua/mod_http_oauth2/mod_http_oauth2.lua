-- OAuth 2.0 and OpenID Connect: programs get at people's accounts, if people let them, and never see a password.

-- The roles and tokens of Prosody 13 are what all this is about.
if not module.get_option_period then
	module:log("error", "OAuth needs Prosody 13 or a later one; nothing of it is available here");
	return;
end

module.command = module:require("command");

if prosody.process_type ~= "prosody" then return; end

module:depends("http");

local field = require "frontdoor.forms".field;
local new_accounts = require "frontdoor.accounts".new;
local oauth = require "frontdoor".oauth;
local worker = require "frontdoor.worker";

local setup = module:require("registrar")();
local registrar, can_register = setup.registrar, setup.can_register;

local server = module:require("server");
local metrics = module:require("metrics");
local answers = module:require("answers")(metrics);
local scopes = module:require("scopes");
local tokenauth, token_store = module:require("tokenauth");
local stored_grants = module:require("stored_grants").new(token_store, server);
local damaged_grants = module:require("damaged_grants").new(token_store, stored_grants);
local found_tokens = module:require("found_tokens").new(tokenauth, registrar, server);
local used_codes = module:require("used_codes").new();
local signing_keys = can_register and not server.is_component and module:require("signing_keys").new(registrar, server) or nil;
local tokens = module:require("tokens").new({
	server = server; scopes = scopes; signing_keys = signing_keys; stored = stored_grants; tokenauth = tokenauth; store = token_store;
});
local revocations = module:require("revocations").new(registrar);
local grants = module:require("grants").new(registrar, stored_grants, tokens);
local device_codes = module:require("device_codes").new(registrar, server);
local clients = module:require("clients").new({
	registrar = registrar; claim_verifier = setup.claim_verifier; revocations = revocations; grants = grants; server = server;
	answers = answers; metrics = metrics;
});

local work = not server.is_component and worker.open(module) or nil;
local login = work and module:require("login").new(new_accounts(module, work), metrics);

local token = module:require("token").new({
	registrar = registrar; server = server; answers = answers; metrics = metrics; scopes = scopes; clients = clients;
	tokens = tokens; found_tokens = found_tokens; used_codes = used_codes; device_codes = device_codes; login = login;
	component_secret = server.is_component and assert(module:get_option_string("component_secret"), "component_secret is missing");
});
local inspection = module:require("inspection").new({
	registrar = registrar; server = server; answers = answers; scopes = scopes; clients = clients; tokens = tokens;
	found_tokens = found_tokens;
});

local schema = {
	headers = { content_type = "application/schema+json"; cache_control = "max-age=3600"; vary = "Origin" };
	body = oauth.schema(setup.policy);
};

-- Other queries than `client_id`, from somebody without a token, are trackers and the like.
local function is_about_a_client(request)
	if not request.url.query then return false; end
	local client_id, is_odd = field(request.url.query, "client_id");
	return client_id or is_odd or request.headers.authorization;
end

local only_post = { status_code = 405; headers = { allow = "POST" }; body = "" };

-- For programs, which may be websites.
local routes = {
	["GET /register"] = schema;
	["POST /token"] = function (event) return token:handle(event); end;
	["POST /introspect"] = function (event) return inspection:introspect(event); end;
	["POST /revoke"] = function (event) return inspection:revoke(event); end;
	["GET /userinfo"] = function (event) return inspection:userinfo(event); end;
	["POST /userinfo"] = function (event) return inspection:userinfo(event); end;
	["GET /token"] = only_post; ["GET /introspect"] = only_post; ["GET /revoke"] = only_post;
};

-- For people: each has a form, and no other website shall see it.
local pages_routes = {};

if can_register then
	routes["GET /register"] = function (event)
		return is_about_a_client(event.request) and clients:describe(event) or schema;
	end;
	routes["POST /register"] = function (event) return clients:register(event); end;
	routes["PUT /register"] = function (event) return clients:replace(event); end;
	routes["DELETE /register"] = function (event) return clients:delete(event); end;

	-- For other modules: registers a client with this metadata. Returns all there is to know about it, secrets included,
	-- or nil and an error of util.error.
	function create_client(metadata) -- luacheck: ignore 131
		return clients:create(metadata);
	end
end

if can_register and not server.is_component then
	local pages = module:require("pages")(scopes);
	local authorize = module:require("authorize").new({
		registrar = registrar; server = server; metrics = metrics; scopes = scopes; clients = clients; tokens = tokens;
		device_codes = device_codes; login = login; pages = pages;
		policy = oauth.authorization_policy({
			challenge_methods = setup.challenge_methods;
			requires_challenge = module:get_option_boolean("oauth2_require_code_challenge", true);
			respects_prompt = module:get_option_boolean("oauth2_respect_oidc_prompt", false);
		});
	});
	local device = module:require("device").new({
		registrar = registrar; server = server; answers = answers; scopes = scopes; clients = clients; codes = device_codes;
		pages = pages;
	});

	routes["GET /jwks"] = function () return signing_keys:answer(); end;
	if setup.has_devices then
		routes["POST /device"] = function (event) return device:request(event); end;
		pages_routes["GET /device"] = function (event) return device:page(event); end;
	end
	pages_routes["GET /authorize"] = function (event) return authorize:login_page(event); end;
	pages_routes["POST /authorize"] = function (event) return authorize:submitted(event); end;
	pages_routes["OPTIONS /authorize"] = 403;
	pages_routes["GET /style.css"] = function () return pages.file("style.css"); end;
	pages_routes["GET /script.js"] = function () return pages.file("script.js"); end;
end

module:require("shell").add({
	registrar = registrar; revocations = revocations; grants = grants; stored_grants = stored_grants; tokens = tokens;
	signing_keys = signing_keys;
});
if not server.is_component then module:require("sessions").follow(found_tokens); end

local discovery = module:require("discovery").new(setup, server, scopes);

-- Errors that other modules got from create_client and hand on.
module:hook_object_event(require "prosody.net.http.server", "http-error", answers.from_error, 5);

-- For other modules: the answer to a request for tokens.
function handle_token_grant(event) -- luacheck: ignore 131
	return token:handle(event);
end

-- For other modules: what programs find out about this server.
get_authorization_server_metadata = discovery.metadata; -- luacheck: ignore 131

local cors = { enabled = true; credentials = false; headers = { Authorization = true; ["Content-Type"] = true } };

module:provides("http", { cors = cors; route = routes });
module:provides("http", { name = "oauth2-pages"; default_path = server.path(); cors = { enabled = false }; route = pages_routes });

for name, path in pairs(discovery.paths) do
	module:provides("http", { name = name; default_path = path; cors = cors; route = { ["GET"] = discovery.answer } });
end

-- Whoever fails to log in with a token is told where to get one.
module:shared("tokenauth/oauthbearer_config").oidc_discovery_url = module:http_url("oauth2-discovery", discovery.paths["oauth2-discovery"]);

function module.unload()
	damaged_grants:release();
	if work then work:close(); end
end
