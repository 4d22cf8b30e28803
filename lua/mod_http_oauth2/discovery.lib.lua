-- What programs find out about this server (RFC 8414). Only what works is in it.

local array = require "prosody.util.array";
local json = require "prosody.util.json";
local sha256 = require "prosody.util.hashes".sha256;

local path = "/.well-known/oauth-authorization-server";
local max_age = 3600; -- seconds

-- RFC 9110 §13.1.2: a list of tags, compared as weak ones.
local function is_known(if_none_match, etag)
	if if_none_match == "*" then return true; end
	for tag in (if_none_match or ""):gmatch('"[^"]*"') do
		if tag == etag then return true; end
	end
	return false;
end

local function new(can_register)
	local metadata, body, etag;
	local discovery = { path = path };

	function discovery.metadata()
		if metadata then return metadata; end
		local locales = module:get_option_array("allowed_oauth2_locales", {});
		metadata = {
			issuer = module:http_url(nil, "/"):gsub("/$", "");
			registration_endpoint = can_register and module:http_url(nil, "/oauth2") .. "/register" or nil;
			response_types_supported = array();
			service_documentation = module:get_option_string("oauth2_service_documentation", "https://modules.prosody.im/mod_http_oauth2.html");
			ui_locales_supported = locales[1] and locales or nil;
			op_policy_uri = module:get_option_string("oauth2_policy_url");
			op_tos_uri = module:get_option_string("oauth2_terms_url");
		};
		return metadata;
	end

	function discovery.answer(event)
		if not body then
			body = json.encode(discovery.metadata());
			etag = ('"%s"'):format(sha256(body, true):sub(1, 16));
		end
		local headers = { content_type = "application/json"; cache_control = ("max-age=%d"):format(max_age); etag = etag };
		if is_known(event.request.headers.if_none_match, etag) then
			return { status_code = 304; headers = headers; body = "" };
		end
		return { headers = headers; body = body };
	end

	return discovery;
end

return { new = new };
