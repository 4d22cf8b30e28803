-- Notes who is about to use an invite: the account and the use of its invite cannot be stored at once, and the power
-- may be cut between them.
--
--     local store = begun_invites.open(module);
--     begun_invites.note(store, invite, { username = "juliet", ip = "192.0.2.1" }); -- right before
--     begun_invites.forget(store, invite, "juliet");                              -- once all is stored
--     begun_invites.find(store, invite, "juliet") -- what was not forgotten, or nil and maybe an error

local sha256 = require "prosody.util.hashes".sha256;

local records = require "frontdoor.records";

-- What many may use at the same time is noted for each of them.
local function key_of(invite, username)
	return sha256(invite.token .. (invite.reusable and "\0" .. username or ""), true);
end

-- { [key] = { username, ip, at = time, invite } }: the invite as frontdoor.invitations gives it, because the
-- storage may not have it any more when it is needed.
local function open(module)
	return records.open(module, "invites_begun", { username = "string"; ip = "string?"; at = "number"; invite = "table" });
end

local function note(store, invite, person)
	return store:set(key_of(invite, person.username), {
		username = person.username; ip = person.ip; at = os.time(); invite = invite;
	});
end

local function forget(store, invite, username)
	return store:set(key_of(invite, username), nil);
end

local function find(store, invite, username)
	return store:get(key_of(invite, username));
end

return { open = open; note = note; forget = forget; find = find };
