-- What an invite's token stands for, and using it, once.
--
--     local invitations = require "frontdoor.invitations".new(module, accounts);
--     local invite, why = invitations:find(token);   -- why: "unknown", "expired", "used" or "failed"
--     local ok, why, text = invitations:register(invite, { username =, password =, ip = });
--     local ok, why = invitations:reset(invite, { password =, ip = });
--
-- register() and reset() wait, so they run where async.wait_for() may. User names have gone through nodeprep.

local async = require "prosody.util.async";
local jid_node = require "prosody.util.jid".node;
local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;
local traceback = require "prosody.util.debug".traceback;
local xpcall = require "prosody.util.xpcall".xpcall;
local errors = require "prosody.util.error".init("frontdoor", {
	gone = { code = 410; type = "cancel"; condition = "gone"; text = "The invite was used or withdrawn meanwhile" };
	storage = { code = 500; type = "wait"; condition = "internal-server-error"; text = "It could not be noted that the invite is being used" };
});

local is_token = require "frontdoor".invites.is_token;
local is_from_future = require "frontdoor.clock".is_from_future;
local begun_invites = require "frontdoor.begun_invites";
local jobs = require "frontdoor.jobs";
local once = require "frontdoor.once";
local used_invites = require "frontdoor.used_invites";

local invitations = {};
local invitations_mt = { __index = invitations };

function invitations:_why_not_there(token)
	local was_used, err = used_invites.contains(self.used, token);
	return err and "failed" or was_used and "used" or "unknown", err;
end

local function is_whole(info)
	return type(info) == "table" and type(info.expires) == "number" and type(info.jid) == "string"
		and type(info.uri) == "string" and (info.additional_data == nil or type(info.additional_data) == "table");
end

local function is_expired(info)
	return os.time() > info.expires or is_from_future(info.created_at);
end

-- What Prosody has stored, or nil and why not. mod_invites itself does not tell an invite that is not there from
-- one that could not be read.
function invitations:_read(token)
	local info, err = self.store:get(nil, token);
	if info and not is_whole(info) then
		err = "its record is damaged";
	end
	local why = err and "failed" or info and is_expired(info) and "expired" or nil;
	if not info and not why then
		why, err = self:_why_not_there(token);
	end
	if err then
		self.module:log("error", "Could not find out about an invite: %s", err);
	end
	return not why and info or nil, why;
end

-- As mod_invites does it, with one look into the storage less where only the invite itself has to go.
function invitations:_use(invite)
	if invite.reusable then
		return true;
	elseif invite.type == "register" then
		return self.invites.delete_account_invite(invite.token);
	end
	return self.invites.use(invite.token);
end

-- The invite as other modules get it, the same as that of mod_invites.
function invitations:_validated(invite)
	return setmetatable({
		token = invite.token; type = invite.type; uri = invite.uri; additional_data = invite.additional_data;
		username = invite.inviter; inviter = invite.inviter; reusable = invite.reusable;
	}, { __index = {
		use = function () return self:_use(invite); end;
	} });
end

-- As account names are compared (RFC 6122); Prosody's shell makes invites for a name as it was typed.
local function prepared(name)
	return type(name) == "string" and nodeprep(name) or name;
end

-- An invite that allows to create an account or to reset a password:
--
--     { token, type = "register" or "roster", uri, jid, created_at, expires, reusable, additional_data,
--       username = name that has to be chosen, inviter = user name, reset = user name }
--
-- Costs one look into the storage, and none for what cannot be a token.
function invitations:find(token)
	if not token or not is_token(token) then return nil, "unknown"; end
	local info, why = self:_read(token);
	if not info then return nil, why; end
	local name, data = prepared(jid_node(info.jid)), info.additional_data;
	return {
		token = token; type = info.type; uri = info.uri; jid = info.jid;
		created_at = info.created_at; expires = info.expires;
		reusable = info.reusable or false; additional_data = data;
		username = info.type == "register" and name or nil;
		inviter = info.type == "roster" and name or nil;
		reset = data and prepared(data.allow_reset) or nil;
	};
end

-- Whether an invite that was found has been used all the same: it is still there if it could not be removed. Or nil and an
-- error.
function invitations:was_used(invite)
	if invite.reusable then return false; end
	return used_invites.contains(self.used, invite.token);
end

-- Asked right before something is stored, after each wait: the app may have used the same invite meanwhile. Whatever
-- happens from now on, it can be found out whether it was used.
function invitations:_begin(invite, person)
	local was_used, used_err = self:was_used(invite);
	if used_err then
		return nil, errors.new("storage", { wrapped_error = used_err });
	end
	if was_used then
		self:_use(invite); -- so that nobody finds it any more
	end
	if was_used or not self.invites.get(invite.token) then
		return nil, errors.new("gone");
	end
	local ok, err = begun_invites.note(self.begun, invite, person);
	if not ok then
		return nil, errors.new("storage", { wrapped_error = err });
	end
	return true;
end

-- What can be used again and again makes wait only who wants the same name.
function invitations:_once(invite, person, use)
	local key = ("%s/%s/%s"):format(self.module.host, invite.token, invite.reusable and person.username or "");
	return once(key, person.username .. "\0" .. person.password, function (has_waited)
		local was_begun, err = self:_resume(invite, person.username);
		if err then return nil, "failed"; end
		if (has_waited or was_begun) and not self.invites.get(invite.token) then
			return nil, "gone";
		end
		return use();
	end);
end

-- Tells the other modules. What is done is done, so a fault in one of them does not make a failure of it.
function invitations:_announce(event_name, event)
	local validated, is_used = event.validated_invite, false;
	function validated.use(...)
		is_used = true;
		return getmetatable(validated).__index.use(...);
	end
	local ok, err = xpcall(self.module.fire_event, traceback, self.module, event_name, event);
	if not ok then
		self.module:log("error", "Another module failed when it was told of %s: %s", event_name, err);
	end
	-- Prosody's mod_invites_register uses it up, if it is there and nothing came between.
	if not is_used then
		validated:use();
	end
end

function invitations:_why(err)
	if err.condition == "gone" then
		return "gone";
	elseif err.condition == "conflict" or err.condition == "item-not-found" then
		return err.condition;
	elseif err.code == 503 then
		return "busy";
	elseif err.code == 400 then
		return "password", err.text;
	end
	self.module:log("error", "An invite could not be used: %s", err.context and err.context.wrapped_error or err);
	return "failed";
end

-- What follows once the account is as the invite allowed. Twice does no harm.
function invitations:_finish(invite, validated, person)
	if not invite.reusable then
		local ok, err = used_invites.note(self.used, invite.token);
		if not ok then self.module:log("error", "Could not remember that an invite was used: %s", err); end
	end
	local event_name = invite.reset and "user-password-reset" or "user-registered";
	self:_announce(event_name, {
		username = person.username; host = self.module.host; source = "mod_" .. self.module.name;
		validated_invite = validated; ip = person.ip; session = { type = "http"; ip = person.ip };
	});
	begun_invites.forget(self.begun, invite, person.username);
end

-- Whoever was interrupted by a power cut has an account or not: if so, the rest is done now.
function invitations:_settle(begun)
	local is_stored, err = self.accounts:has_changed_since(begun.username, begun.at);
	if is_stored then
		self.module:log("info", "%s was interrupted while using an invite; the rest is done now", begun.username);
		self:_finish(begun.invite, self:_validated(begun.invite), begun);
	elseif not err then
		begun_invites.forget(self.begun, begun.invite, begun.username);
	end
	return is_stored, err;
end

-- Whether somebody has begun to use this invite, and was interrupted; or nil and an error.
function invitations:_resume(invite, username)
	local begun, err = begun_invites.find(self.begun, invite, username);
	if begun then
		err = select(2, self:_settle(begun));
	end
	if err then
		self.module:log("error", "Could not find out whether an invite is being used: %s", err);
	end
	return begun ~= nil, err;
end

-- Those who were interrupted when the server ended.
function invitations:_resume_all()
	for _, begun in pairs(self.begun:all()) do
		local ok, err = xpcall(self._settle, traceback, self, begun);
		if not ok then
			self.module:log("error", "The use of an invite could not be finished: %s", err);
		end
	end
end

-- Stores what an invite allows, and what follows from that.
function invitations:_use_for(invite, validated, person, store)
	local ok, err = store(function () return self:_begin(invite, person); end);
	if ok then
		self:_finish(invite, validated, person);
		return true;
	elseif err.condition == "internal-server-error" then
		begun_invites.forget(self.begun, invite, person.username);
	end
	return nil, self:_why(err);
end

function invitations:_register(invite, person)
	local validated = self:_validated(invite);
	local registering = {
		validated_invite = validated; username = person.username; host = self.module.host;
		ip = person.ip; allowed = true;
	};
	local ok, err = xpcall(self.module.fire_event, traceback, self.module, "user-registering", registering);
	if not ok then
		self.module:log("error", "Another module failed when it was asked about a registration: %s", err);
		return nil, "failed";
	elseif not registering.allowed then
		return nil, "denied", registering.error and registering.error.text or registering.reason;
	end
	return self:_use_for(invite, validated, person, function (begin)
		return self.accounts:create(person.username, person.password, begin);
	end);
end

-- Creates the account of the invited person: true, or nil and why not, and for some a text:
--
--     "gone"       the invite has been used or withdrawn
--     "conflict"   there is such an account
--     "denied"     another module refuses, with its reason if it gave one
--     "password"   cannot be a password, and why
--     "busy", "failed"
function invitations:register(invite, person)
	return self:_once(invite, person, function () return self:_register(invite, person); end);
end

-- Gives the account its new password: true, or nil and why not, as with register(); "item-not-found" if there is
-- no such account any more.
function invitations:reset(invite, person)
	local owner = { username = invite.reset; password = person.password; ip = person.ip };
	return self:_once(invite, owner, function ()
		return self:_use_for(invite, self:_validated(invite), owner, function (begin)
			return self.accounts:set_password(owner.username, owner.password, begin);
		end);
	end);
end

-- Without accounts it can find invites only.
local function new(module, accounts)
	local self = setmetatable({
		module = module;
		accounts = accounts;
		invites = module:depends("invites");
		store = module:open_store("invite_token", "map");
		used = used_invites.open(module);
		begun = begun_invites.open(module);
	}, invitations_mt);
	if accounts then
		local name = "Finish the use of invites that was interrupted";
		local resume = async.runner(jobs.guarded(module, name, function () self:_resume_all(); end));
		module:on_ready(function () resume:run(true); end);
	end
	return self;
end

-- With which HTTP status it is said why there is no invite; "reset" is one that is for another purpose.
local statuses = { unknown = 404; expired = 410; used = 410; reset = 404; failed = 500 };

return { new = new; statuses = statuses };
