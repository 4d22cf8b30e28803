-- Slow hashes without stalling the event loop: the native library computes them in its worker threads.
--
--     local work = require "frontdoor.worker".open(module);
--     local hash, err = async.wait_for(work:argon2id("text", "a salt of 8 or more bytes"));
--     function module.unload() work:close(); end
--
-- All modules of a server share one pool. It exists while somebody uses it, and its threads start with
-- the first job: Prosody forks after it has loaded its modules, and prosodyctl never needs them.

local server = require "prosody.net.server";
local log = require "prosody.util.logger".init("frontdoor.worker");
local traceback = require "prosody.util.debug".traceback;
local xpcall = require "prosody.util.xpcall".xpcall;
local errors = require "prosody.util.error".init("frontdoor", {
	busy = { code = 503; type = "wait"; condition = "resource-constraint"; text = "Too many background jobs are waiting" };
	closing = { code = 503; type = "wait"; condition = "service-unavailable"; text = "The module that waited was unloaded" };
	failed = { code = 500; type = "cancel"; condition = "internal-server-error"; text = "A background job failed" };
});

local core = require "frontdoor";
local deferred = require "frontdoor.deferred";

local pool, watcher;
local users = 0;
local waiting = {}; -- [job id] = { owner = Worker, result = function, settle = function }

local function take_results()
	local id, first, second = pool:take();
	while id do
		local job = waiting[id];
		waiting[id] = nil;
		if not job then -- luacheck: ignore 542
			-- Its owner has been unloaded.
		elseif first == nil then
			log("error", "Background job failed: %s", second);
			job.settle(nil, errors.new("failed"));
		else
			job.settle(job.result(first, second));
		end
		id, first, second = pool:take();
	end
end

-- Prosody does not protect this callback, and an error in it would put the server to sleep.
local function on_readable()
	local ok, err = xpcall(take_results, traceback);
	if not ok then
		log("error", "Taking the results of background jobs failed: %s", err);
	end
end

local function open_pool(workers, queue)
	pool = assert(core.pool.new(workers, queue));
	watcher = server.watchfd(pool:fd(), on_readable);
end

-- First the watcher: the descriptor is the pool's and closes with it.
local function close_pool()
	if not pool then return; end
	watcher:close();
	pool:close();
	pool, watcher = nil, nil;
end

local worker = {};
local worker_mt = { __index = worker };

local function submit(self, job, ...)
	if self.closed then
		return nil, "closing";
	end
	if not pool then
		open_pool(self.workers, self.queue);
	end
	local id, err = pool[job](pool, ...);
	if not id and err ~= "busy" then
		log("error", "A background job could not start: %s", err);
		return nil, "failed";
	end
	return id, err;
end

local function start(self, result, job, ...)
	local id, err = submit(self, job, ...);
	local promised, settle = deferred();
	if id then
		waiting[id] = { owner = self; result = result; settle = settle };
	else
		settle(nil, errors.new(err));
	end
	return promised;
end

local function scram_keys(stored_key, server_key)
	return { stored_key = stored_key; server_key = server_key };
end

-- Promises { stored_key, server_key }, both as bytes. hash_name is "SHA-1" or "SHA-256"; the password
-- has gone through SASLprep.
function worker:scram(hash_name, password, salt, iterations)
	return start(self, scram_keys, "scram", hash_name, password, salt, iterations);
end

local function hash_only(hash)
	return hash;
end

-- Promises the 32 bytes of the hash.
function worker:argon2id(input, salt)
	return start(self, hash_only, "argon2id", input, salt);
end

-- Promises the zxcvbn score of a password, 0 to 4, for somebody who knows the rest.
function worker:password_score(password, username, mail, host, site_name)
	return start(self, string.byte, "password_score", password, username, mail, host, site_name);
end

-- Rejects what is under way, and whatever is asked later.
function worker:close()
	if self.closed then return; end
	self.closed = true;
	for id, job in pairs(waiting) do
		if job.owner == self then
			waiting[id] = nil;
			job.settle(nil, errors.new("closing"));
		end
	end
	users = users - 1;
	if users == 0 then
		close_pool();
	end
end

-- A worker for a module, which has to close it in its module.unload.
--
-- Its promises are rejected with a util.error: code 503 if too much waits already or the module goes
-- away, 500 if the job failed.
local function open(module)
	local global = module:context("*");
	local self = setmetatable({
		workers = global:get_option_integer("frontdoor_workers", nil, 1, 64);
		queue = global:get_option_integer("frontdoor_queue", 256, 1);
		closed = false;
	}, worker_mt);
	users = users + 1;
	module:hook_global("server-stopping", function () self:close(); end);
	return self;
end

return {
	open = open;
	retry_after = 5; -- seconds in which a full queue gets noticeably shorter, for a 503
};
