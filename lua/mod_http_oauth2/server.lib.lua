-- What every endpoint of a host needs to know.

local random_bytes = require "prosody.util.random".bytes;
local usermanager = require "prosody.core.usermanager";

local nonce_length = 24; -- bytes; what core.oauth seals with

local is_component = module:get_host_type() == "component";

-- Finding addresses takes long, and Prosody knows them only once its ports are open.
local known_base, known_issuer;

local function url(path)
	known_base = known_base or module:http_url(nil, "/oauth2"):gsub("/$", "");
	return known_base .. path;
end

-- The path of all endpoints, as the operator has it: two apps of Prosody's share it.
local function path()
	local own, global = module:get_option("http_paths", {}), module:context("*"):get_option("http_paths", {});
	return own.oauth2 or global.oauth2 or "/oauth2";
end

local discovery_path = "/.well-known/oauth-authorization-server";

-- RFC 8414 §2, §3: below it is the discovery document, wherever the operator has put the endpoints.
local function issuer()
	known_issuer = known_issuer or module:http_url("oauth2-discovery", discovery_path):sub(1, -#discovery_path - 1);
	return known_issuer;
end

local function nonce()
	return random_bytes(nonce_length);
end

-- Of the providers that keep accounts in Prosody's storage. Others have nothing there.
local accounts = module:open_store("accounts");

-- Whether somebody may still use what he was given; nil and an error if that could not be found out.
local function is_active(username)
	if is_component then return true; end
	if usermanager.user_exists(username, module.host) then
		return usermanager.user_is_enabled(username, module.host) ~= false;
	end
	-- Prosody does not tell an account that is not there from one that could not be read.
	local _, err = accounts:get(username);
	if err then return nil, err; end
	return false;
end

-- When somebody got the password that he has now; 0 if that is not known.
local function password_since(username)
	if is_component then return 0; end
	local account = usermanager.get_account_info(username, module.host);
	local changed = account and account.password_updated;
	return type(changed) == "number" and changed or 0;
end

-- Whether somebody has changed his password since: whoever knew the old one shall be out.
local function has_other_password(username, since)
	return since < password_since(username);
end

return {
	url = url; path = path; issuer = issuer; nonce = nonce; is_active = is_active; is_component = is_component;
	password_since = password_since; has_other_password = has_other_password;
};
