-- The keys that sign what OpenID Connect tells clients. Made at the first start, and stored sealed: who steals the store
-- can sign nothing. A record is { sealed, created, retired? }.

local jobs = require "frontdoor.jobs";
local new_second_look = require "frontdoor.second_look".new;
local jwt = require "frontdoor".jwt;

local lifetime = 3600; -- seconds; that of an id_token
local margin = 600; -- of other people's clocks
local most_unreadable = 10;

local signing_keys = {};
local signing_keys_mt = { __index = signing_keys };

-- A key with its record, or nil if it cannot be read.
function signing_keys:_open(record)
	local pkcs8 = type(record) == "table" and type(record.sealed) == "string" and self.registrar:open_signing_key(record.sealed);
	local key = pkcs8 and jwt.signing_key(pkcs8);
	return key and { key = key; record = record } or nil;
end

function signing_keys:_make()
	local pkcs8 = jwt.generate_signing_key();
	local record = { sealed = self.registrar:seal_signing_key(pkcs8, self.server.nonce()); created = os.time() };
	return { key = assert(jwt.signing_key(pkcs8)); record = record };
end

local function is_needed(record, now)
	return type(record.retired) ~= "number" or now < record.retired + lifetime + margin;
end

-- Stores the keys: true, or nil and an error.
function signing_keys:_store(keys)
	local records = {};
	for at, entry in ipairs(keys) do records[at] = entry.record; end
	for _, record in ipairs(self.unreadable) do table.insert(records, record); end
	return self.store:set(nil, { keys = records });
end

function signing_keys:_use(keys)
	self.keys = keys;
	local jwks = {};
	for at, entry in ipairs(keys) do jwks[at] = entry.key:jwk(); end
	self.body = ('{"keys":[%s]}'):format(table.concat(jwks, ","));
end

function signing_keys:_load()
	local stored, err = self.store:get(nil);
	-- Other keys in their place would make all that was signed worthless.
	if err then error("The signing keys could not be read: " .. tostring(err), 0); end
	local keys, records = {}, type(stored) == "table" and stored.keys;
	for _, record in ipairs(type(records) == "table" and records or {}) do
		local entry = self:_open(record);
		if entry and is_needed(record, os.time()) then
			table.insert(keys, entry);
		elseif not entry then
			-- Kept for when the right key is back.
			if type(record) == "table" and #self.unreadable < most_unreadable then table.insert(self.unreadable, record); end
			module:log("warn", "A stored signing key is of no use: it is damaged, or oauth2_registration_key is another one by now");
		end
	end
	return keys;
end

-- The key that signs.
function signing_keys:current()
	return self.keys[1].key;
end

-- From now on another key signs: its kid, or nil and an error.
function signing_keys:rotate()
	local keys, now = { self:_make() }, os.time();
	for _, entry in ipairs(self.keys) do
		local record = entry.record;
		entry = { key = entry.key; record = { sealed = record.sealed; created = record.created; retired = record.retired or now } };
		if is_needed(entry.record, now) then table.insert(keys, entry); end
	end
	local ok, err = self:_store(keys);
	if not ok then return nil, err; end
	self:_use(keys);
	return keys[1].key:kid();
end

-- Keys whose last tokens have expired are no longer published.
function signing_keys:_tidy()
	local keys, now = {}, os.time();
	self.second_look:begin();
	for _, entry in ipairs(self.keys) do
		local is_over = not is_needed(entry.record, now);
		if not self.second_look:confirms(entry.record.sealed, is_over) then table.insert(keys, entry); end
	end
	if #keys < #self.keys and self:_store(keys) then self:_use(keys); end
end

-- RFC 7517 §5: what clients check signatures with.
function signing_keys:answer()
	return {
		headers = { content_type = "application/jwk-set+json"; cache_control = "max-age=600"; vary = "Origin" };
		body = self.body;
	};
end

local function new(registrar, server)
	local self = setmetatable({
		registrar = registrar; server = server; store = module:open_store("oauth2_signing_keys"); unreadable = {};
		second_look = new_second_look();
	}, signing_keys_mt);
	local keys = self:_load();
	if not keys[1] or keys[1].record.retired then
		table.insert(keys, 1, self:_make());
		local ok, err = self:_store(keys);
		if not ok then error("The signing key could not be stored: " .. tostring(err), 0); end
	end
	self:_use(keys);
	jobs.daily(module, "Forget signing keys that are no longer needed", function () self:_tidy(); end);
	return self;
end

return { new = new };
