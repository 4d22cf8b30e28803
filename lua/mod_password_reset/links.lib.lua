-- Links to choose a new password: those made here, and the reset invites of Prosody's mod_invites. Each works
-- once.

local hashes = require "prosody.util.hashes";
local new_token = require "prosody.util.id".long;
local errors = require "prosody.util.error".init("frontdoor", {
	gone = { code = 410; type = "cancel"; condition = "gone"; text = "The link was used meanwhile" };
	storage = { code = 500; type = "wait"; condition = "internal-server-error"; text = "It could not be noted that the link is being used" };
});

local account_info = require "frontdoor.account_info";
local core = require "frontdoor".invites;
local is_from_future = require "frontdoor.clock".is_from_future;
local once = require "frontdoor.once";
local records = require "frontdoor.records";

-- Prosody gives nothing for what it does not understand.
local validity = module:get_option_period("password_reset_validity", 86400) or 86400;

-- Records under the hash of their token: { user =, generated_at = }; with { begun = time } right before the new password
-- is stored, because the power may be cut then, and { used = } instead of the user afterwards. Those of the community
-- module are under the token itself.
local store = records.open(module, "password_reset", {
	user = "string?"; generated_at = "number"; begun = "number?"; used = "number?";
});

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

-- Or nil and an error.
local function was_used(record, accounts)
	if record.used or not record.user then return true; end
	if not record.begun then return false; end
	return accounts:has_changed_since(record.user, record.begun);
end

-- { token, username } or nil and why not: "unknown", "expired", "used" or "failed".
local function find_own(token, accounts)
	local record, key, err = find_record(token);
	local is_used;
	if record then
		is_used, err = was_used(record, accounts);
	end
	if err then
		module:log("error", "Could not read a password reset link: %s", err);
		return nil, "failed";
	elseif not record then
		return nil, "unknown";
	elseif is_used then
		return nil, "used";
	elseif is_expired(record) or is_from_future(record.generated_at) then
		return nil, "expired";
	end
	return { token = token; username = record.user; made_at = key ~= token and record.generated_at or nil };
end

local function find_either(token, invitations)
	local link, why = find_own(token, invitations.accounts);
	if link or why ~= "unknown" then return link, why; end
	local invite, why_not = invitations:find(token);
	if not invite then return nil, why_not; end
	if not invite.reset then return nil, "unknown"; end
	return { token = token; username = invite.reset; made_at = invite.created_at; invite = invite };
end

-- Whether the account was deleted after the link was made, and the name is somebody else's by now. Of links of the
-- community module that is not known for sure.
local function is_for_another(link)
	local created = account_info.times(link.username, module.host);
	return link.made_at and created and created > link.made_at;
end

local function is_deleted(link, accounts)
	return accounts:exists(link.username) == false;
end

-- The same for a token of either kind; that of an invite comes with the invite. Also: "no_account".
local function find(token, invitations)
	if not token or not core.is_token(token) then return nil, "unknown"; end
	local link, why = find_either(token, invitations);
	if link and (is_for_another(link) or is_deleted(link, invitations.accounts)) then return nil, "no_account"; end
	return link, why;
end

local function mark_begun(token)
	local record, key = find_record(token);
	record.begun = os.time();
	return store:set(key, record);
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
		if not find_own(link.token, accounts) then return nil, errors.new("gone"); end
		local ok, err = mark_begun(link.token);
		return ok, not ok and errors.new("storage", { wrapped_error = err }) or nil;
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
	store:purge(is_expired);
end

return { find = find; use = use; create = create; purge = purge };
