-- All checks, in the order in which their problems are best mended.
--
-- A check is a function that gets what there is to examine and a function `add`, to be called for each problem with
--     level      "error": something does not work; "warning": something is not as it seems; "hint": worth a thought
--     text       what is wrong, and what of it people notice
--     and, where there is something to do about it, `lines` for the configuration (with `section` "*" if they belong above all
--     hosts), a `command` to run, or a `note`.

local configmanager = require "prosody.core.configmanager";
local errors = require "prosody.util.error";
local random_text = require "prosody.util.id".long;
local sorted_pairs = require "prosody.util.iterators".sorted_pairs;

local new_patient = module:require("patient").new;
local stage = module:require("stage");

-- Of the installation as a whole: check(hosts, add).
local of_server = { "installation", "server_web", "paths", "files" };

-- Of each host: check(patient, add, hosts).
local of_host = { "settings", "names", "keys", "links", "conflicts", "policy", "apps", "storage", "accounts" };

local function is_switched_on(options)
	return options.enabled ~= false and options.enabled ~= "false";
end

-- Credential() gives something only where systemd has started Prosody. { section, option } of those that cannot be seen
-- here; something good is in their place, so that the rest can be examined.
local function stand_in()
	local unseen = {};
	for section, options in pairs(configmanager.getconfig()) do
		for option, value in pairs(options) do
			if errors.is_error(value) then table.insert(unseen, { section = section; option = option }); end
		end
	end
	for _, each in ipairs(unseen) do configmanager.set(each.section, each.option, random_text()); end
	return unseen;
end

local function tell_of_unseen(unseen, add)
	for _, each in ipairs(unseen) do
		add({ level = "hint"; host = each.section; text = ("%s comes from Credential(), which only systemd provides: it was not "
			.. "examined"):format(each.option) });
	end
end

-- { [host] = what is known about it } for all hosts that are switched on, and the options that cannot be seen.
local function hosts()
	local unseen = stand_in();
	stage.prepare();
	local patients = {};
	for host, options in pairs(configmanager.getconfig()) do
		if host ~= "*" and is_switched_on(options) then
			patients[host] = new_patient(host);
		end
	end
	return patients, unseen;
end

-- A configuration can be wrong in ways that nobody thought of; the other checks go on.
local function run(name, add, ...)
	local ok, err = pcall(function (subject, patients) module:require("checks/" .. name)(subject, add, patients); end, ...);
	if not ok then
		add({ level = "error"; text = ("The check '%s' could not be done: %s"):format(name, tostring(err)) });
	end
end

-- Without the native library nothing of ours is loaded, and that is all there is to say.
local function checks_of_host()
	return pcall(require, "frontdoor") and of_host or {};
end

-- { problems, hosts = { names of those examined }, modules = number of our modules that these have }. Of one host alone, and
-- of what it shares with the others, if `only` names it.
local function examine(patients, unseen, only)
	local findings = { problems = {}; hosts = {}; modules = 0 };
	local function add_for(host)
		return function (problem)
			problem.host = problem.host or host;
			if not only or problem.host == only or problem.host == "*" then table.insert(findings.problems, problem); end
		end
	end
	tell_of_unseen(unseen, add_for("*"));
	for _, name in ipairs(of_server) do
		run(name, add_for("*"), patients);
	end
	for host, patient in sorted_pairs(only and { [only] = patients[only] } or patients) do
		table.insert(findings.hosts, host);
		findings.modules = findings.modules + patient.count;
		for _, name in ipairs(checks_of_host()) do
			run(name, add_for(host), patient, patients);
		end
	end
	return findings;
end

return { hosts = hosts, examine = examine };
