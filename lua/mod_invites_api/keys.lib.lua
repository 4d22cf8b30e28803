-- The keys of the API: { id, token_hash, name, created_at, expires, allowed_methods }, by id. Of a key's secret part
-- there is only a hash; records of the community module have it readable until they are used.

local ids = require "prosody.util.id";

local core = require "frontdoor".invites;

local store_name = "invite_api_keys";

local keys = {};
local keys_mt = { __index = keys };

local function is_expired(record)
	return record.expires and record.expires <= os.time();
end

local function is_whole(record)
	return type(record) == "table" and type(record.id) == "string" and type(record.token_hash or record.token) == "string"
		and (record.expires == nil or type(record.expires) == "number")
		and (record.allowed_methods == nil or type(record.allowed_methods) == "table");
end

function keys:_hash(record)
	record.token_hash, record.token = core.hash_secret(record.token), nil;
	return self.map:set(nil, record.id, record);
end

-- The record of a key "ID/SECRET": or nil and "unknown", "expired" or "failed".
function keys:find(key)
	local id, secret = core.api_key(key);
	if not id then return nil, "unknown"; end
	local record, err = self.map:get(nil, id);
	if err then return nil, "failed", err; end
	if not is_whole(record) or not core.secret_matches(secret, record.token_hash or record.token) then return nil, "unknown"; end
	if is_expired(record) then return nil, "expired"; end
	if record.token then
		self:_hash(record);
	end
	return record;
end

-- A new key as its user needs it, or nil and an error: it is not readable afterwards.
function keys:create(name, ttl, methods)
	local id, secret = ids.short(), ids.long();
	local ok, err = self.map:set(nil, id, {
		id = id; token_hash = core.hash_secret(secret); name = name; created_at = os.time();
		expires = ttl and os.time() + ttl or nil; allowed_methods = methods;
	});
	if not ok then return nil, err; end
	return id .. "/" .. secret;
end

-- Whether there was such a key, or nil and an error.
function keys:delete(id)
	local record, err = self.map:get(nil, id);
	if not record then return not err and false or nil, err; end
	return self.map:set(nil, id, nil);
end

-- All records, sorted by name, or nil and an error.
function keys:list()
	local records, err = self.all:get(nil);
	if err then return nil, err; end
	local list = {};
	for _, record in pairs(records or {}) do
		if is_whole(record) then table.insert(list, record); end
	end
	table.sort(list, function (a, b) return (a.name or "") .. a.id < (b.name or "") .. b.id; end);
	return list;
end

local function new(host_module)
	return setmetatable({
		map = host_module:open_store(store_name, "map");
		all = host_module:open_store(store_name);
	}, keys_mt);
end

return { new = new };
