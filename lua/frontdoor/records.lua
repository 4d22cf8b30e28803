-- Stores with many records, each under a key of its own.
--
--     for key, record in pairs(records.all(store)) do … end
--     records.purge(store, function (record) return record.expires < os.time(); end);

-- A copy of all records: the store must not change while it is being walked.
local function all(store)
	local records = {};
	for key in store:users() do
		records[key] = store:get(key);
	end
	return records;
end

-- Removes the records that are old.
local function purge(store, is_old)
	for key, record in pairs(all(store)) do
		if is_old(record) then
			store:set(key, nil);
		end
	end
end

return { all = all; purge = purge };
