-- Jobs that nobody waits for, done now and then or in the background. One that fails is told of by its name; otherwise
-- Prosody would do none any more, on no host.
--
--     jobs.daily(module, "Forget what is old", function () … end);
--     async.runner(jobs.guarded(module, "Go on with what was interrupted", function () … end));

local traceback = require "prosody.util.debug".traceback;
local xpcall = require "prosody.util.xpcall".xpcall;

-- A function that does the job, and logs an error of it: whether there was none.
local function guarded(module, name, job)
	return function (...)
		local ok, err = xpcall(job, traceback, ...);
		if not ok then module:log("error", "%s: %s", name, err); end
		return ok;
	end
end

local function daily(module, name, job)
	module:daily(name, guarded(module, name, job));
end

local function hourly(module, name, job)
	module:hourly(name, guarded(module, name, job));
end

return { daily = daily; hourly = hourly; guarded = guarded };
