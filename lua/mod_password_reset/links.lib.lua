-- Links to choose a new password: those made here, and the reset invites of Prosody's mod_invites. Each works
-- once.

local hashes = require "prosody.util.hashes";
local new_token = require "prosody.util.id".long;
local usermanager = require "prosody.core.usermanager";
local errors = require "prosody.util.error".init("frontdoor", {
	gone = { code = 410; type = "cancel"; condition = "gone"; text = "The link was used meanwhile" };
});

local core = require "frontdoor".invites;
local once = require "frontdoor.once";
local records = require "frontdoor.records";

local validity = module:get_option_period("password_reset_validity", 86400);

-- Records under the hash of their token: { user =, generated_at = }, with { used = } afterwards. Those of the
-- community module are under the token itself.
local store = module:open_store("password_reset");

local function key_of(token)
	return "sha256-" .. hashes.sha256(token, true);
end

-- The record, the key it is under, and an error if the storage failed.
local function find_record(token)
	local key = key_of(token);
	local record, err = store:get(key);
	if not record and not err then
		key = token;
		record, err = store:get(key);
	end
	return record, key, err;
end

local function is_expired(record)
	return os.time() - record.generated_at > validity;
end

-- { token, username } or nil and why not: "unknown", "expired", "used" or "failed".
local function find_own(token)
	local record, key, err = find_record(token);
	if err then
		module:log("error", "Could not read a password reset link: %s", err);
		return nil, "failed";
	elseif not record then
		return nil, "unknown";
	elseif record.used then
		return nil, "used";
	elseif is_expired(record) then
		return nil, "expired";
	end
	return { token = token; username = record.user; made_at = key ~= token and record.generated_at or nil };
end

local function find_either(token, invitations)
	local link, why = find_own(token);
	if link or why ~= "unknown" then return link, why; end
	local invite, why_not = invitations:find(token);
	if not invite then return nil, why_not; end
	if not invite.reset then return nil, "unknown"; end
	return { token = token; username = invite.reset; made_at = invite.created_at; invite = invite };
end

-- Whether the account was deleted after the link was made, and the name is somebody else's by now. Of links of the
-- community module that is not known for sure.
local function is_for_another(link)
	local account = usermanager.get_account_info(link.username, module.host);
	return link.made_at and account and account.created and account.created > link.made_at;
end

-- The same for a token of either kind; that of an invite comes with the invite. Also: "no_account".
local function find(token, invitations)
	if not token or not core.is_token(token) then return nil, "unknown"; end
	local link, why = find_either(token, invitations);
	if link and is_for_another(link) then return nil, "no_account"; end
	return link, why;
end

local function mark_used(token)
	local record, key = find_record(token);
	if key ~= key_of(token) then
		store:set(key, nil);
	end
	return store:set(key_of(token), { generated_at = record.generated_at; used = os.time() });
end

local outcomes = { gone = "used"; ["item-not-found"] = "no_account" };

local function set_own(link, password, accounts)
	local ok, err = accounts:set_password(link.username, password, function ()
		if find_own(link.token) then return true; end
		return nil, errors.new("gone");
	end);
	if not ok then
		return nil, outcomes[err.condition] or err.code == 503 and "busy" or "failed", err;
	end
	mark_used(link.token);
	return true;
end

-- Sets the password of the link's account: true, or nil and "used", "no_account", "busy", "failed" or "password".
local function use(link, password, ip, accounts, invitations)
	local ok, why, err;
	if link.invite then
		ok, why = invitations:reset(link.invite, { password = password; ip = ip });
		return ok, outcomes[why] or why;
	end
	ok, why, err = once(module.host .. "/reset/" .. link.token, password, function ()
		return set_own(link, password, accounts);
	end);
	if why == "failed" then
		module:log("error", "The password of %s could not be set: %s", link.username, err);
	end
	return ok, why;
end

local function create(username)
	local token = new_token();
	local ok, err = store:set(key_of(token), { user = username; generated_at = os.time() });
	return ok and token, err;
end

local function purge()
	records.purge(store, is_expired);
end

return { find = find; use = use; create = create; purge = purge };
