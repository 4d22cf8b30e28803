-- What programs find out about this server (RFC 8414, OpenID Connect Discovery). Only what works is in it.

local array = require "prosody.util.array";
local json = require "prosody.util.json";
local sha256 = require "prosody.util.hashes".sha256;

local max_age = 3600; -- seconds
local secret_methods = { "client_secret_basic", "client_secret_post", "none" };

local paths = {
	["oauth2-discovery"] = "/.well-known/oauth-authorization-server";
	["openid-discovery"] = "/.well-known/openid-configuration";
};

-- RFC 9110 §13.1.2: a list of tags, compared as weak ones.
local function is_known(if_none_match, etag)
	if if_none_match == "*" then return true; end
	for tag in (if_none_match or ""):gmatch('"[^"]*"') do
		if tag == etag then return true; end
	end
	return false;
end

local full_names = { device_code = "urn:ietf:params:oauth:grant-type:device_code" };

local function names_of(list)
	local names = array();
	for _, name in ipairs(list) do names:push(full_names[name] or name); end
	return names;
end

local function new(setup, server, scopes)
	local metadata, body, etag;
	local discovery = { paths = paths };
	local url, has_pages = server.url, setup.can_register and not server.is_component;

	function discovery.metadata()
		if metadata then return metadata; end
		local locales = module:get_option_array("allowed_oauth2_locales", {});
		metadata = {
			issuer = server.issuer();
			token_endpoint = url("/token");
			registration_endpoint = setup.can_register and url("/register") or nil;
			revocation_endpoint = url("/revoke");
			introspection_endpoint = url("/introspect");
			userinfo_endpoint = url("/userinfo");
			scopes_supported = array(scopes.supported());
			response_types_supported = names_of(has_pages and setup.policy.response_types or {});
			response_modes_supported = array({ "query", "fragment" });
			grant_types_supported = names_of(setup.policy.grant_types);
			token_endpoint_auth_methods_supported = array(secret_methods);
			revocation_endpoint_auth_methods_supported = array(secret_methods);
			introspection_endpoint_auth_methods_supported = array(secret_methods);
			service_documentation = module:get_option_string("oauth2_service_documentation", "https://modules.prosody.im/mod_http_oauth2.html");
			ui_locales_supported = locales[1] and locales or nil;
			op_policy_uri = module:get_option_string("oauth2_policy_url");
			op_tos_uri = module:get_option_string("oauth2_terms_url");
			authorization_response_iss_parameter_supported = true;
		};
		if not has_pages then return metadata; end
		metadata.authorization_endpoint = url("/authorize");
		metadata.device_authorization_endpoint = setup.has_devices and url("/device") or nil;
		metadata.jwks_uri = url("/jwks");
		metadata.code_challenge_methods_supported = array(setup.challenge_methods);
		metadata.subject_types_supported = array({ "public" });
		metadata.id_token_signing_alg_values_supported = array({ "ES256", "HS256" });
		metadata.claims_supported = array({ "iss", "sub", "aud", "exp", "iat", "auth_time", "nonce", "amr", "at_hash" });
		metadata.prompt_values_supported = array({ "none", "login", "consent", "select_account" });
		metadata.request_uri_parameter_supported = false;
		metadata.request_parameter_supported = false;
		metadata.claims_parameter_supported = false;
		return metadata;
	end

	scopes.on_change = function () metadata, body = nil, nil; end;

	function discovery.answer(event)
		if not body then
			body = json.encode(discovery.metadata());
			etag = ('"%s"'):format(sha256(body, true):sub(1, 16));
		end
		-- Access-Control-Allow-Origin names whoever asks, so a cache must not give one's answer to another.
		local headers = {
			content_type = "application/json"; cache_control = ("max-age=%d"):format(max_age); etag = etag; vary = "Origin";
		};
		if is_known(event.request.headers.if_none_match, etag) then
			return { status_code = 304; headers = headers; body = "" };
		end
		return { headers = headers; body = body };
	end

	return discovery;
end

return { new = new };
