-- Grants as mod_tokenauth stores them. A record that somebody has damaged costs that record only: Prosody's own
-- functions would not survive it, and look at the account anew for each grant.
--
-- A grant's data are { oauth2_scopes, oauth2_client = { name, uri, id, version, hash }, oauth2_code, oauth2_auth_time }.

local stored_grants = {};
local stored_grants_mt = { __index = stored_grants };

-- `id` is where it is stored: what has another one could not be removed.
local function is_whole(grant, id)
	if type(grant) ~= "table" or type(grant.data) ~= "table" or type(grant.tokens) ~= "table" then return false; end
	for _, info in pairs(grant.tokens) do
		if type(info) ~= "table" or type(info.created) ~= "number" then return false; end
	end
	return type(grant.id) == "string" and grant.id == id and type(grant.created) == "number" and type(grant.jid) == "string";
end

-- What a grant says of its client, texts only; nil if it is to none.
local function client_of(grant)
	local described = grant.data.oauth2_client;
	if type(described) ~= "table" then return nil; end
	local client = {};
	for _, name in ipairs({ "name", "uri", "id", "version", "hash" }) do
		client[name] = type(described[name]) == "string" and described[name] or nil;
	end
	return client;
end

local function scope_of(grant)
	return type(grant.data.oauth2_scopes) == "string" and grant.data.oauth2_scopes or "";
end

-- A user's grants that count, the oldest first; those from before the last password do not. If they cannot be read there
-- are none, and an error.
function stored_grants:of_user(username)
	local list = {};
	local grants, err = self.store:get(username);
	local since = self.server.password_since(username);
	for id, grant in pairs(type(grants) == "table" and grants or {}) do
		if is_whole(grant, id) and grant.created >= since then table.insert(list, grant); end
	end
	table.sort(list, function (a, b) return a.created < b.created; end);
	return list, err;
end

-- The same, of those to one client.
function stored_grants:of_user_to(username, hash)
	local list, grants, err = {}, self:of_user(username);
	for _, grant in ipairs(grants) do
		local client = client_of(grant);
		if client and client.hash == hash then table.insert(list, grant); end
	end
	return list, err;
end

-- Grants of other modules need no data.
local function is_damaged(grant, id)
	local is_foreign = type(grant) == "table" and grant.data == nil;
	return type(id) == "string" and not is_foreign and not is_whole(grant, id);
end

-- The ids of a user's grants that are damaged. Prosody may let somebody log in with one all the same.
function stored_grants:damaged_of_user(username)
	local ids, grants = {}, self.store:get(username);
	for id, grant in pairs(type(grants) == "table" and grants or {}) do
		if is_damaged(grant, id) then table.insert(ids, id); end
	end
	table.sort(ids);
	return ids;
end

-- Removes several of a user's grants in one writing, however many he has: true, or nil and an error.
function stored_grants:remove(username, removed)
	local grants, err = self.store:get(username);
	if not grants then return not err, err; end
	for _, grant in ipairs(removed) do grants[grant.id] = nil; end
	return self.store:set(username, grants);
end

-- Everybody who has ever granted something.
function stored_grants:usernames()
	local list = {};
	for username in self.store:items() do table.insert(list, username); end
	return list;
end

return { is_whole = is_whole; client_of = client_of; scope_of = scope_of; new = function (store, server)
	return setmetatable({ store = store; server = server }, stored_grants_mt);
end };
