-- OAuth 2.0: clients register themselves, and nothing is stored.

module.command = module:require("command");

if prosody.process_type ~= "prosody" then return; end

module:depends("http");

local field = require "frontdoor.forms".field;
local oauth = require "frontdoor".oauth;

local registrar, policy, claim_verifier = module:require("registrar")();
local discovery = module:require("discovery").new(registrar ~= nil);

local schema = {
	headers = { content_type = "application/schema+json"; cache_control = "max-age=3600" };
	body = oauth.schema(policy);
};

-- Other queries than `client_id`, from somebody without a token, are trackers and the like.
local function is_about_a_client(request)
	if not request.url.query then return false; end
	local client_id, is_odd = field(request.url.query, "client_id");
	return client_id or is_odd or request.headers.authorization;
end

local routes = { ["GET /register"] = schema };

if registrar then
	local revocations = module:require("revocations").new(registrar);
	local grants = module:require("grants").new(registrar);
	local clients = module:require("clients").new(registrar, revocations, grants, claim_verifier);

	module:require("shell").add(registrar, revocations, grants);

	-- For other modules: registers a client with this metadata. Returns all there is to know about it, secrets
	-- included, or nil and an error of util.error.
	function create_client(metadata) -- luacheck: ignore 131
		return clients:create(metadata);
	end

	routes["GET /register"] = function (event)
		return is_about_a_client(event.request) and clients:describe(event) or schema;
	end;
	routes["POST /register"] = function (event) return clients:register(event); end;
	routes["PUT /register"] = function (event) return clients:replace(event); end;
	routes["DELETE /register"] = function (event) return clients:delete(event); end;
end

-- For other modules: what programs find out about this server.
get_authorization_server_metadata = discovery.metadata; -- luacheck: ignore 131

-- From any website; none of these pages has a form.
local cors = { enabled = true; headers = { Authorization = true; ["Content-Type"] = true } };

module:provides("http", { cors = cors; route = routes });

module:provides("http", {
	name = "oauth2-discovery";
	default_path = discovery.path;
	cors = cors;
	route = { ["GET"] = discovery.answer };
});

-- Whoever fails to log in with a token is told where to get one.
module:shared("tokenauth/oauthbearer_config").oidc_discovery_url = module:http_url("oauth2-discovery", discovery.path);
