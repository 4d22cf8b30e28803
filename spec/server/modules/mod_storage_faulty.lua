-- For the server specs only: a storage that fails when it is told to, for the stores that the configuration puts there.
--
--     POST /faults  <store> <number>  ->  of all writes to this store from now on, only this one fails
--     GET  /faults                    ->  JSON: how often each store was read and written since

local json = require "prosody.util.json";
local load_driver = require "prosody.core.storagemanager".load_driver;

module:depends("http");

local internal = assert(load_driver(module.host, "internal"));

local fault, counts;

local function expect(store, number)
	fault, counts = { store = store, number = tonumber(number) }, { reads = {}, writes = {} };
end

local function count(what, store)
	counts[what][store] = (counts[what][store] or 0) + 1;
	return counts[what][store];
end

local keyval = {};
local keyval_mt = { __index = keyval };

function keyval:get(key)
	count("reads", self.store);
	return self.real:get(key);
end

function keyval:set(key, data)
	if count("writes", self.store) == fault.number and self.store == fault.store then return nil, "disk full"; end
	return self.real:set(key, data);
end

function keyval:users()
	return self.real:users();
end

local driver = {};

function driver:open(store, kind) -- luacheck: ignore 212/self
	if kind and kind ~= "keyval" then return nil, "unsupported-store"; end
	return setmetatable({ store = store, real = internal:open(store, "keyval") }, keyval_mt);
end

function driver:purge(username) -- luacheck: ignore 212/self
	return internal:purge(username);
end

expect("", 0);

module:provides("storage", driver);

module:provides("http", {
	default_path = "/faults";
	route = {
		GET = function () return { headers = { content_type = "application/json" }; body = json.encode(counts) }; end;
		POST = function (event)
			expect(event.request.body:match("^(%S*) (%d+)$"));
			return "";
		end;
	};
});
