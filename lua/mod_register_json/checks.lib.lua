-- What stands between a request that could be read and a registration: a list of checks, in order.
-- Each returns nothing if it has no objection, otherwise the name of a refusal (src/registration/refusal.rs)
-- and, for some, a reason.

local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;
local monotonic = require "prosody.util.time".monotonic;

local core = require "frontdoor".registration;
local prepare_password = require "frontdoor.accounts".prepare_password;

local password_policy = module:depends("password_policy");

-- The patterns that string.match has to match, at worst slowly: an address is short.
local function check_lua_patterns(registration, parts)
	for _, pattern in ipairs(parts.lua_patterns) do
		for _, mail in ipairs({ registration.mail_as_typed, registration.mail }) do
			local ok, found = pcall(string.match, mail, pattern);
			if not ok or found then return "mail_filtered"; end
		end
	end
end

local function check_username(registration)
	local prepared = nodeprep(registration.username, true);
	if not prepared or prepared == "" then return "username"; end
	if not core.username_fits(prepared) then return "username_length"; end
	registration.username = prepared;
end

local function check_password(registration)
	local ok, text, name = password_policy.check_password(registration.password, {
		username = registration.username;
		mail = registration.mail;
	});
	if name == "busy" then return "busy"; end
	if not ok then return "password_policy", text; end
	local prepared, err = prepare_password(registration.password);
	if not prepared then
		return err.condition == "policy-violation" and "password_length" or "password_characters";
	end
end

local function claim_name(registration, parts)
	registration.has_name = parts.pending:claim(registration.username);
	if not registration.has_name then return "name_pending"; end
end

local function check_account(registration, parts)
	local exists, err = parts.accounts:exists(registration.username);
	if exists then return "name_taken"; end
	if err then return "failed"; end
end

local function check_throttle(registration, parts)
	if not parts.rules:allow(registration.ip, math.floor(monotonic())) then return "throttled"; end
end

-- The form's secret is the authorisation, as an invite is elsewhere: it passes where nobody may register
-- without an invite.
local function ask_other_modules(registration)
	local registering = {
		username = registration.username, host = module.host, ip = registration.ip;
		validated_invite = { additional_data = { source = "mod_register_json" } };
		allowed = true;
	};
	module:fire_event("user-registering", registering);
	if not registering.allowed then
		return "forbidden", registering.error and registering.error.text or registering.reason;
	end
end

-- Whether somebody has the address by now is asked last, when nothing is waited for any more.
local function check_mail(registration, parts)
	local mails = parts.mails;
	local was_owned = false;
	local id, err = mails:id(registration.mail);
	if id then
		was_owned, err = mails:is_owned_since_community(registration.mail, registration.mail_as_typed);
	end
	if id and not err and not was_owned then
		was_owned, err = mails:is_owned(id, registration.username);
	end
	if err then return err.code == 503 and "busy" or "failed"; end
	if was_owned then return "mail_known"; end
	registration.mail_id = id;
end

-- Nobody waits for the answer any more: better no registration than one whose token nobody has.
local function check_sender(registration)
	if registration.abandoned then return "failed"; end
end

-- What costs or leaves traces comes late. Hashing the mail address takes a while, so what may have changed
-- meanwhile is asked again.
return {
	check_lua_patterns, check_username, check_password, claim_name, check_account,
	check_throttle, ask_other_modules, check_mail, check_account, check_sender,
};
