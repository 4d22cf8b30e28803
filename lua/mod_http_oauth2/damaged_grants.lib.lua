-- Grants that somebody has damaged. mod_tokenauth looks through all of them once a day, and one that it cannot read
-- ends not only that with an error but all jobs of the server, until it is started again. So right before it does, what
-- it cannot read is repaired, or removed if nobody could use it anyway; and an error costs that day's look only.
--
-- Files and rows that cannot be read at all are left alone, as mod_tokenauth does: there may be a backup.

local async = require "prosody.util.async";

local jobs = require "frontdoor.jobs";

local at_once = 20; -- users, before other work gets its turn

local function is_time(value)
	return value == nil or type(value) == "number";
end

local function is_token(key, info)
	return type(key) == "string" and type(info) == "table" and is_time(info.expires);
end

-- Whether there is something to save: without tokens or its times nobody can tell what a grant is good for.
local function is_grant(id, grant)
	return type(id) == "string" and type(grant) == "table" and is_time(grant.created) and is_time(grant.expires)
		and (grant.tokens == nil or type(grant.tokens) == "table");
end

-- Makes a grant one that can be read; whether anything had to be changed.
local function repair(id, grant)
	local is_changed = false;
	if grant.id ~= id then
		grant.id, is_changed = id, true;
	end
	if type(grant.accessed) ~= "number" and grant.created then
		grant.accessed, is_changed = grant.created, true;
	end
	for key, info in pairs(grant.tokens or {}) do
		if not is_token(key, info) then
			grant.tokens[key], is_changed = nil, true;
		end
	end
	return is_changed;
end

-- How many of somebody's grants were repaired, and how many removed.
local function repair_all(grants)
	local repaired, removed = 0, 0;
	for id, grant in pairs(grants) do
		if not is_grant(id, grant) then
			grants[id], removed = nil, removed + 1;
		elseif repair(id, grant) then
			repaired = repaired + 1;
		end
	end
	return repaired, removed;
end

local damaged_grants = {};
local damaged_grants_mt = { __index = damaged_grants };

function damaged_grants:_repair_user(username)
	local grants = self.store:get(username);
	if grants == nil then return; end
	local repaired, removed = 0, 1;
	if type(grants) == "table" then
		repaired, removed = repair_all(grants);
	else
		grants = nil;
	end
	if repaired + removed == 0 then return; end
	module:log("warn", "Of the damaged grants of %s, %d were repaired and %d removed", username, repaired, removed);
	local ok, err = self.store:set(username, grants);
	if not ok then module:log("error", "The grants of %s could not be stored: %s", username, err); end
end

-- Waits.
function damaged_grants:_repair()
	for number, username in ipairs(self.stored:usernames()) do
		self:_repair_user(username);
		if number % at_once == 0 then async.sleep(0); end
	end
end

-- What mod_tokenauth does daily is its item in the list of what mod_cron does.
function damaged_grants:_go_before(task)
	local run = task.run;
	self.tasks[task] = run;
	task.run = jobs.guarded(module, "Look through all grants", function (...)
		self:_repair();
		return run(...);
	end);
end

-- It is as it was before.
function damaged_grants:release()
	for task, run in pairs(self.tasks) do task.run = run; end
end

local function new(store, stored)
	local self = setmetatable({ store = store; stored = stored; tasks = {} }, damaged_grants_mt);
	module:handle_items("task", function (event)
		if event.source.name == "tokenauth" then self:_go_before(event.item); end
	end, function (event) self.tasks[event.item] = nil; end);
	return self;
end

return { new = new };
