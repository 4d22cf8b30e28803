-- Registration in an app, with the token of an invite (XEP-0445). Prosody 13.0 looks at the invite only when the app presents
-- its token: by the time it registers, somebody else may have used it, and whose invite it is nobody asks.
--
--     require "frontdoor.in_band".watch(module, invitations);

local user_exists = require "prosody.core.usermanager".user_exists;
local errors = require "prosody.util.error".init("frontdoor", {
	gone = { type = "cancel"; condition = "forbidden"; text = "The invite has been used, or is no longer valid" };
	name = { type = "modify"; condition = "not-acceptable"; text = "The chosen username is not valid with this invitation" };
	reset_name = { type = "modify"; condition = "not-acceptable"; text = "Incorrect username for password reset" };
	no_account = { type = "cancel"; condition = "item-not-found"; text = "This account does not exist any more" };
	failed = { type = "wait"; condition = "internal-server-error"; text = "The invite could not be looked up. Try again later" };
});

-- Why somebody may not register this name with an invite, or nil.
local function refusal(invitations, token, username, host)
	local invite, why = invitations:find(token);
	if not invite then
		return why == "failed" and "failed" or "gone";
	elseif invite.reset then
		return invite.reset ~= username and "reset_name" or not user_exists(username, host) and "no_account" or nil;
	end
	local is_used, err = invitations:was_used(invite);
	return err and "failed" or is_used and "gone" or invite.username and invite.username ~= username and "name" or nil;
end

local function watch(module, invitations)
	module:hook("user-registering", function (event)
		local presented = event.session and event.session.validated_invite;
		if not presented or not event.allowed then return; end
		local why = refusal(invitations, presented.token, event.username, module.host);
		if why then
			event.allowed, event.error = false, errors.new(why);
		end
	end, -10); -- after those who say more about it
end

return { watch = watch };
