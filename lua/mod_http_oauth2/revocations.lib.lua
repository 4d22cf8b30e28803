-- Clients that are revoked: those of the configuration, and those of one small store, which the registrar has in
-- memory. A record is { kind, name, revoked_at, by, time, replaced_by }.

local parse_datetime = require "prosody.util.datetime".parse;

local oauth = require "frontdoor".oauth;

local store_name = "oauth2_revoked_clients"; -- that of the option too

local revocations = {};
local revocations_mt = { __index = revocations };

local function key_of(kind, name)
	return kind .. ":" .. name;
end

function revocations:_apply(record)
	self.registrar:revoke(record.kind, record.name, record.time);
end

-- Revokes: true, or nil and an error, and then nothing has changed. `details` are what else the record has.
function revocations:add(kind, name, details)
	local record = { kind = kind; name = name; revoked_at = os.time() };
	for field, value in pairs(details or {}) do
		record[field] = value;
	end
	local ok, err = self.map:set(nil, key_of(kind, name), record);
	if not ok then return nil, err; end
	self:_apply(record);
	return true;
end

-- Takes a revocation back: true, false if the store has none, or nil and an error.
function revocations:remove(kind, name)
	local key = key_of(kind, name);
	local record, err = self.map:get(nil, key);
	if not record then return not err and false or nil, err; end
	local ok;
	ok, err = self.map:set(nil, key, nil);
	if not ok then return nil, err; end
	self.registrar:restore(kind, name);
	return true;
end

-- The records of the store, the latest last; or nil and an error.
function revocations:list()
	local records, err = self.all:get(nil);
	if err then return nil, err; end
	local list = {};
	for _, record in pairs(records or {}) do
		table.insert(list, record);
	end
	table.sort(list, function (a, b)
		if a.revoked_at ~= b.revoked_at then return a.revoked_at < b.revoked_at; end
		return a.name < b.name;
	end);
	return list;
end

-- A time as an operator writes it, in seconds since the epoch; nil if it is none.
local function time_of(text)
	if type(text) == "number" then return math.floor(text); end
	if type(text) ~= "string" then return nil; end
	return parse_datetime(text:find("T", 1, true) and text or text .. "T00:00:00Z");
end

-- All clients of this host, or of one website: the name of such a revocation.
local function website(host)
	return host ~= module.host and host or "";
end

-- Kind, name and time of an entry in the configuration; nil if it is none.
local function read_entry(entry)
	if type(entry) == "string" and entry ~= "" then
		return oauth.revocable(entry);
	elseif type(entry) ~= "table" then
		return nil;
	elseif type(entry.client_hash) == "string" then
		return "client_hash", entry.client_hash;
	elseif type(entry.client_id) == "string" then
		return oauth.revocable(entry.client_id);
	elseif type(entry.software_id) == "string" then
		return "software_id", entry.software_id;
	end
	local time = time_of(entry.issued_before);
	if time then return "issued_before", website(entry.host), time; end
end

function revocations:_apply_configured()
	for at, entry in ipairs(module:get_option_array(store_name, {})) do
		local kind, name, time = read_entry(entry);
		if not kind then
			error(("%s: entry %d must be a client's hash, a software_id or { issued_before = \"2026-01-31\" }"):format(store_name, at), 0);
		end
		self.registrar:revoke(kind, name, time);
	end
end

local function new(registrar)
	local self = setmetatable({
		registrar = registrar;
		map = module:open_store(store_name, "map");
		all = module:open_store(store_name);
	}, revocations_mt);
	self:_apply_configured();
	-- A revoked client must not come back because the store cannot be read.
	for _, record in ipairs(assert(self:list())) do
		self:_apply(record);
	end
	return self;
end

return { new = new; time_of = time_of; website = website };
