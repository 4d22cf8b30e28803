-- The mail hashes of the community module: base64 of SHA-1 of each address, in one record
-- { [hash] = user, _index = { [user] = hash } } of the store "hashes".

local envloadfile = require "prosody.util.envload".envloadfile;
local file_storage = require "prosody.core.storagemanager".olddm;

local store = module:open_store("hashes");
local key = "register_json";

-- It wrote to files, whatever storage the host has, and Prosody has not always encoded their names.
local function old_files()
	local encoded = file_storage.getpath(key, module.host, "hashes");
	return { encoded, (encoded:gsub("[^/]*$", key .. ".dat")) };
end

local function read_file(path)
	local load_data = envloadfile(path, {});
	local ok, data = pcall(load_data or function () end);
	return ok and type(data) == "table" and data or nil;
end

local taken = file_storage.getpath(key, module.host, "hashes", "taken"); -- the file while it is moved

-- Moves the record into the host's storage, where there is none, so that there is one place to look. A file that was
-- taken before the server ended is moved now.
local function adopt_file()
	for _, path in ipairs({ taken, table.unpack(old_files()) }) do
		local data = read_file(path);
		if data and (path == taken or os.rename(path, taken)) and store:set(key, data) then
			return data;
		end
	end
end

local function load_record()
	local data, err = store:get(key);
	if not data and not err then
		data = adopt_file();
	end
	if data then
		os.remove(taken);
	end
	return type(data) == "table" and data or {};
end

local community = {};

-- { [hash] = user }
function community.read()
	local hashes = {};
	for hash, username in pairs(load_record()) do
		if hash ~= "_index" and type(hash) == "string" and type(username) == "string" then
			hashes[hash] = username;
		end
	end
	return hashes;
end

function community.remove(hash)
	local data, err = store:get(key);
	if not data then return nil, err; end
	data[hash] = nil;
	return store:set(key, next(data) and data or nil);
end

function community.remove_all()
	return store:set(key, nil);
end

return community;
