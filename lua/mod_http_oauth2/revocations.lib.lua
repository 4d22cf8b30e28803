-- Clients that are revoked: those of the configuration, and those of one small store, which the registrar has in
-- memory. A record is { kind, name, revoked_at, by, time, expires, replaced_by }.

local parse_datetime = require "prosody.util.datetime".parse;

local jobs = require "frontdoor.jobs";
local new_second_look = require "frontdoor.second_look".new;
local oauth = require "frontdoor".oauth;

local store_name = "oauth2_revoked_clients"; -- that of the option too

local revocations = {};
local revocations_mt = { __index = revocations };

local function key_of(kind, name)
	return kind .. ":" .. name;
end

-- A record that somebody has damaged costs that record only.
local function is_whole(record)
	return type(record) == "table" and type(record.kind) == "string" and type(record.name) == "string"
		and type(record.revoked_at) == "number" and (record.expires == nil or type(record.expires) == "number");
end

function revocations:_apply(record)
	self.registrar:revoke(record.kind, record.name, record.time);
end

-- Revokes: the record, or nil and an error, and then nothing has changed. `details` are what else the record has. Of
-- several times the latest counts.
function revocations:add(kind, name, details)
	local key = key_of(kind, name);
	local record = { kind = kind; name = name; revoked_at = os.time() };
	for field, value in pairs(details or {}) do
		record[field] = value;
	end
	if record.time then
		local earlier, err = self.map:get(nil, key);
		if err then return nil, err; end
		record.time = math.max(record.time, is_whole(earlier) and earlier.time or 0);
	end
	local ok, err = self.map:set(nil, key, record);
	if not ok then return nil, err; end
	self:_apply(record);
	return record;
end

-- Takes a revocation back: true, false if the store has none, or nil and an error; and whether it goes on being
-- revoked by the configuration.
function revocations:remove(kind, name)
	local key = key_of(kind, name);
	local record, err = self.map:get(nil, key);
	if err then return nil, err; end
	local configured = self.configured[key];
	if not record then return false, configured ~= nil; end
	local ok;
	ok, err = self.map:set(nil, key, nil);
	if not ok then return nil, err; end
	self.registrar:restore(kind, name);
	if configured then self:_apply(configured); end
	return true, configured ~= nil;
end

-- The records of the store, the latest last; or nil and an error.
function revocations:list()
	local records, err = self.all:get(nil);
	if err then return nil, err; end
	if records ~= nil and type(records) ~= "table" then return nil, "the store is damaged"; end
	local list = {};
	for key, record in pairs(records or {}) do
		if is_whole(record) then
			table.insert(list, record);
		else
			module:log("error", "A record in the store %s is of no use: %s", store_name, key);
		end
	end
	table.sort(list, function (a, b)
		if a.revoked_at ~= b.revoked_at then return a.revoked_at < b.revoked_at; end
		return a.name < b.name;
	end);
	return list;
end

local last_time = 2^53; -- a double knows no later second

-- A time as an operator writes it, in seconds since the epoch; nil if it is none.
local function time_of(text)
	local time = text;
	if type(text) == "string" then
		time = parse_datetime(text:find("T", 1, true) and text or text .. "T00:00:00Z");
	end
	if type(time) ~= "number" or not (time >= 0 and time <= last_time) then return nil; end
	return math.floor(time);
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

local function is_entry(entries)
	return entries.client_hash or entries.client_id or entries.software_id or entries.issued_before;
end

-- The entries of the option: one needs no list.
local function configured_entries()
	local entries = module:get_option(store_name, {});
	if type(entries) ~= "table" or is_entry(entries) then return { entries }; end
	for key in pairs(entries) do
		if type(key) ~= "number" then
			error(("%s: there is no %q in it: it must be a list"):format(store_name, tostring(key)), 0);
		end
	end
	return entries;
end

function revocations:_apply_configured()
	for at, entry in ipairs(configured_entries()) do
		local kind, name, time = read_entry(entry);
		if not kind then
			error(("%s: entry %d must be a client's hash, a software_id or { issued_before = \"2026-01-31\" }"):format(store_name, at), 0);
		end
		local key = key_of(kind, name);
		local earlier = self.configured[key];
		local record = { kind = kind; name = name; time = time and math.max(time, earlier and earlier.time or 0) };
		self.configured[key] = record;
		self:_apply(record);
	end
end

function revocations:_apply_stored(record)
	local ok, problem = pcall(self._apply, self, record);
	if not ok then
		module:log("error", "The record %s in the store %s is of no use: %s", key_of(record.kind, record.name), store_name, tostring(problem));
	end
end

-- Forgets clients that have expired meanwhile: they are nobody anyway.
function revocations:_forget_expired()
	self.second_look:begin();
	for _, record in ipairs(self:list() or {}) do
		local key = key_of(record.kind, record.name);
		if self.second_look:confirms(key, record.expires and record.expires <= os.time()) then
			self.map:set(nil, key, nil);
		end
	end
end

local function new(registrar)
	local self = setmetatable({
		registrar = registrar;
		map = module:open_store(store_name, "map");
		all = module:open_store(store_name);
		configured = {}; second_look = new_second_look();
	}, revocations_mt);
	self:_apply_configured();
	-- A revoked client must not come back because the store cannot be read.
	local records, err = self:list();
	if not records then error("The revoked clients could not be read: " .. tostring(err), 0); end
	for _, record in ipairs(records) do self:_apply_stored(record); end
	jobs.daily(module, "Forget revoked clients that have expired", function () self:_forget_expired(); end);
	return self;
end

return { new = new; time_of = time_of; website = website };
