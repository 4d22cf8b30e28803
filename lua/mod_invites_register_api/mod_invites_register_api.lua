-- Looks up invites and registers accounts over HTTP, for programs that have pages of their own.

local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;

local core = require "frontdoor";
local new_accounts = require "frontdoor.accounts".new;
local new_invitations = require "frontdoor.invitations".new;
local worker = require "frontdoor.worker";

module:depends("http");

local invites = module:depends("invites");
local password_policy = module:depends("password_policy");

local site_name = module:get_option_string("site_name", module.host);

local work = worker.open(module);
local accounts = new_accounts(module, work);
local invitations = new_invitations(module, accounts);
local api = require "frontdoor.api".new(module, "/register_api");

local no_invite = {
	unknown = { 404, "not_found", "There is no such invite; it may have been withdrawn." };
	expired = { 404, "expired", "The invite has expired." };
	used = { 404, "used", "The invite has been used." };
	failed = { 500, "server_error", "The invites could not be read." };
};

local function find(token)
	local invite, why = invitations:find(token);
	if not invite then return nil, api:refuse(table.unpack(no_invite[why])); end
	return invite;
end

-- What other modules attached to the invite, without what is not for the invited person.
local function public_data(data)
	local public = {};
	for name, value in pairs(data or {}) do
		if type(value) ~= "table" or next(value) ~= nil then -- an empty list would come out as an object
			public[name] = value;
		end
	end
	public.allow_reset, public.source, public.note = nil, nil, nil;
	return next(public) ~= nil and public or nil;
end

local function get_invite(_, token)
	local invite, answer = find(token);
	if not invite then return answer; end
	return api:answer(200, {
		site_name = site_name; domain = module.host; token = token;
		uri = invite.uri; type = invite.type; jid = invite.jid; inviter = invite.inviter; reset = invite.reset;
		created_at = invite.created_at; expires = invite.expires;
		additional_data = public_data(invite.additional_data);
	});
end

local function delete_invite(_, token)
	local invite, answer = find(token);
	if not invite then
		return answer;
	elseif invite.reusable then
		return api:refuse(403, "reusable", "The invite is for several people.");
	elseif invite.type ~= "register" then
		return api:refuse(403, "wrong_type", "Only invites to create an account can be declined.");
	end
	local ok, err = invites.delete_account_invite(token);
	if not ok then
		module:log("error", "Could not delete an invite: %s", err);
		return api:refuse(500, "server_error", "The invite could not be deleted.");
	end
	return api:answer(200, { deleted = true });
end

-- The name to register, or nil and the answer.
local function username_for(invite, name)
	local expected = invite.reset or invite.username;
	if name == "" then name = expected or ""; end
	if name == "" then
		return nil, api:refuse(400, "invalid_request", "'username' is missing.");
	end
	local username = nodeprep(name, true);
	if not username or username == "" or not core.registration.username_fits(username) then
		return nil, api:refuse(400, "invalid_username", "'username' has characters that a user name cannot have, or is too long.");
	elseif expected and username ~= expected then
		local status = invite.reset and 403 or 400;
		return nil, api:refuse(status, "wrong_username", "The invite is for another 'username'.");
	end
	return username;
end

local function check_password(username, password)
	local problems = password_policy.find_problems(password, { username = username });
	if #problems == 0 then return nil; end
	if problems[1].name == "busy" then
		return api:refuse(503, "busy", problems[1].text, { retry_after = ("%d"):format(worker.retry_after) });
	end
	return api:refuse(400, "password_policy", problems[1].text, nil, { errors = problems });
end

local failures = {
	gone = function () return api:refuse(table.unpack(no_invite.used)); end;
	conflict = function () return api:refuse(409, "conflict", "There is an account of this 'username'."); end;
	denied = function (reason) return api:refuse(403, "forbidden", reason or "Registration is not allowed."); end;
	password = function (text) return api:refuse(400, "invalid_password", text .. "."); end;
	busy = function () return api:refuse(503, "busy", "The server is busy.", { retry_after = ("%d"):format(worker.retry_after) }); end;
	failed = function () return api:refuse(500, "server_error", "The account could not be stored."); end;
	["item-not-found"] = function () return api:refuse(404, "not_found", "The account does not exist any more."); end;
};

local function redeem(invite, person)
	if invite.reset then
		return invitations:reset(invite, person);
	end
	local exists = accounts:exists(person.username);
	if exists ~= false then return nil, exists and "conflict" or "failed"; end
	return invitations:register(invite, person);
end

local function register(event)
	local request = event.request;
	local name, password, token = core.invites.registration(request.body or "", request.headers.content_type);
	if not name then
		local status, text = password, token;
		return api:refuse(status, status == 404 and "not_found" or "invalid_request", text);
	end
	local earlier, remember = api:recall(request, token, name .. "\0" .. password);
	if earlier then return earlier; end
	local invite, answer = find(token);
	if not invite then return answer; end
	local username, wrong_name = username_for(invite, name);
	if not username then return wrong_name; end
	local wrong_password = check_password(username, password);
	if wrong_password then return wrong_password; end

	local ok, why, text = redeem(invite, { username = username; password = password; ip = request.ip });
	if not ok then
		module:log("info", "Registration of %s from %s refused: %s", username, request.ip, text or why);
		return failures[why](text);
	end
	return remember(api:answer(200, { jid = username .. "@" .. module.host }));
end

function module.unload()
	work:close();
end

module:provides("http", {
	cors = api.cors;
	route = {
		["GET /invite/*"] = get_invite;
		["DELETE /invite/*"] = delete_invite;
		["POST /register"] = register;
		["GET /openapi.json"] = function () return api:description(); end;
	};
	default_path = "register_api";
});
