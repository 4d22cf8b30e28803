-- For the server specs only: a power cut, at a write that the test chooses.
--
--     POST /death  <number> before|after  ->  the server kills itself right before or after its n-th write from now on;
--                                             0 counts only
--     GET  /death                         ->  JSON: the stores that were written to since, in order
--
-- Writes of all hosts, modules and stores count, in files and in databases, whenever the store was opened.

local array = require "prosody.util.array";
local getpid = require "prosody.util.pposix".getpid;
local json = require "prosody.util.json";
local kill = require "prosody.util.signal".kill;

module:depends("http");

local death = prosody.test_death or { number = 0; moment = "after"; written = array() };

local function die_if(moment)
	if death.moment == moment and death.number == #death.written then
		kill(getpid(), "SIGKILL");
	end
end

local function before_write(store)
	death.written:push(store or "*");
	die_if("before");
end

local function after_write(ok, ...)
	die_if("after");
	return ok, ...;
end

-- Files: of what storage drivers call here, these write; the name of the store is the argument of this number.
local file_writers = { store = 3; list_append = 3; list_store = 3; list_shift = 3; purge = 3 };

local function watch_files()
	local files = require "prosody.core.storagemanager".olddm;
	for name, store_argument in pairs(file_writers) do
		local write = files[name];
		files[name] = function (...)
			before_write((select(store_argument, ...)));
			return after_write(write(...));
		end
	end
end

-- Databases: a transaction is a write if it has a statement that writes. Right before the write is right before its
-- commit.
local function watch_transactions(engine)
	for _, name in ipairs({ "insert", "update", "delete" }) do
		local execute = engine[name];
		engine[name] = function (self, sql, ...)
			self.test_death_store = select(3, ...) or "*";
			return execute(self, sql, ...);
		end
	end

	local transaction = engine._transaction;
	function engine:_transaction(act, ...)
		local has_written = false;
		self.test_death_store = nil;
		local function act_and_maybe_die(...)
			local a, b, c = act(...);
			has_written = self.test_death_store ~= nil;
			if has_written then before_write(self.test_death_store); end
			return a, b, c;
		end
		local ok, a, b, c = transaction(self, act_and_maybe_die, ...);
		if has_written then after_write(); end
		return ok, a, b, c;
	end
end

local function watch_databases()
	for _, name in ipairs({ "prosody.util.sqlite3", "prosody.util.sql" }) do
		local found, sql = pcall(require, name);
		if found then
			local some_engine = sql:create_engine({ driver = "SQLite3", database = "none" });
			watch_transactions(getmetatable(some_engine).__index);
		end
	end
end

if not prosody.test_death then -- one for all hosts
	prosody.test_death = death; -- luacheck: ignore 122
	watch_files();
	watch_databases();
end

module:provides("http", {
	default_path = "/death";
	route = {
		GET = function () return { headers = { content_type = "application/json" }; body = json.encode(death.written) }; end;
		POST = function (event)
			local number, moment = event.request.body:match("^(%d+) (%l+)$");
			death.number, death.moment, death.written = tonumber(number), moment, array();
			return "";
		end;
	};
});
