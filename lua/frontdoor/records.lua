-- Stores with many records, each under a key of its own.
--
--     -- what a record must have at least, and may have
--     local store = records.open(module, "my_store", { expires = "number", note = "string?" });
--     store:get(key); store:set(key, record); -- as with any store
--     for key, record in pairs(store:all()) do … end
--     store:purge(function (record) return record.expires < os.time(); end);
--
-- A record that somebody has damaged is none, and goes with the next purge. all() and purge() are there for
-- other stores, too.

local async = require "prosody.util.async";
local now = require "prosody.util.time".monotonic;

local turn = 0.005; -- seconds of work before others have theirs
local pause = 0.02;

-- A copy of all records: the store must not change while it is being walked.
local function all(store)
	local records = {};
	for key in store:users() do
		records[key] = store:get(key);
	end
	return records;
end

-- A function that lets others have their turn now and then, where it may wait: each record that is removed is a write
-- to the disk, and of some kinds there are thousands to remove every hour.
local function breather()
	local begun = now();
	return function ()
		if now() - begun < turn or not async.ready() then return; end
		async.sleep(pause);
		begun = now();
	end;
end

-- Removes the records that are old: is_old(record, key).
local function purge(store, is_old)
	local breathe, keys = breather(), {};
	for key in store:users() do
		table.insert(keys, key);
	end
	for _, key in ipairs(keys) do
		local record = store:get(key);
		if record ~= nil and is_old(record, key) then
			store:set(key, nil);
		end
		breathe();
	end
end

local function is_of_kind(value, kind)
	local if_any = kind:match("^(%a+)%?$");
	return type(value) == (if_any or kind) or if_any ~= nil and value == nil;
end

local function has_shape(record, shape)
	if type(record) ~= "table" then return false; end
	for field, kind in pairs(shape) do
		if not is_of_kind(record[field], kind) then return false; end
	end
	return true;
end

local whole = {};
local whole_mt = { __index = whole };

function whole:get(key)
	local record, err = self.store:get(key);
	if record == nil or has_shape(record, self.shape) then
		return record, err;
	end
	self.module:log("warn", "A record of the store %s is damaged: it does not count", self.name);
	return nil;
end

function whole:set(key, record)
	return self.store:set(key, record);
end

function whole:all()
	local records = all(self.store);
	for key, record in pairs(records) do
		if not has_shape(record, self.shape) then
			records[key] = nil;
		end
	end
	return records;
end

function whole:purge(is_old)
	local damaged = 0;
	purge(self.store, function (record, key)
		if has_shape(record, self.shape) then return is_old(record, key); end
		damaged = damaged + 1;
		return true;
	end);
	if damaged > 0 then
		self.module:log("warn", "%d damaged records were removed from the store %s", damaged, self.name);
	end
end

local function open(module, name, shape)
	return setmetatable({ module = module; name = name; shape = shape; store = module:open_store(name) }, whole_mt);
end

return { open = open; all = all; purge = purge };
