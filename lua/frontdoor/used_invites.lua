-- Remembers invites that have been used, to tell people so: Prosody forgets them at once.
--
--     used_invites.watch(module);
--     local store = used_invites.open(module);
--     used_invites.contains(store, token) -- true, false, or nil and an error
--     used_invites.note(store, token) -- unless it has been noted: true, or nil and an error

local sha256 = require "prosody.util.hashes".sha256;

local jobs = require "frontdoor.jobs";
local records = require "frontdoor.records";

local remembered_for = 90 * 86400; -- seconds

-- { [hash of a token] = { used = time } }, each a record of its own: there will be many.
local function open(module)
	return records.open(module, "invites_used", { used = "number" });
end

local function contains(store, token)
	local record, err = store:get(sha256(token, true));
	if err then return nil, err; end
	return record ~= nil;
end

local function note(store, token)
	local is_noted, err = contains(store, token);
	if err then return nil, err; end
	return is_noted or store:set(sha256(token, true), { used = os.time() });
end

local function forget_old(store)
	local now = os.time();
	store:purge(function (record) return record.used < now - remembered_for; end);
end

local function watch(module)
	local store = open(module);
	local function remember(event)
		local invite = event.validated_invite or event.session and event.session.validated_invite;
		if not invite or not invite.token or invite.reusable then return; end
		local ok, err = note(store, invite.token);
		if not ok then
			module:log("error", "Could not remember that an invite was used: %s", err);
		end
	end
	-- Before the others, so that a fault in one of them does not make us forget it.
	module:hook("user-registered", remember, 100);
	module:hook("user-password-reset", remember, 100);
	jobs.daily(module, "Forget invites used long ago", function () forget_old(store); end);
end

return { open = open; watch = watch; contains = contains; note = note };
