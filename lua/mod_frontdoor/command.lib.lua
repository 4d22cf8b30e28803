-- prosodyctl mod_frontdoor: examines configuration and files. It needs no running server, and changes nothing.

local parse_arguments = require "prosody.util.argparse".parse;

local doctor = module:require("doctor");
local print_report = module:require("report");

local usage = [[
Usage:

  prosodyctl mod_frontdoor check [HOST]

check says what is wrong with this server's front door, on all hosts or on one, and what to do about it. It exits with
0 if nothing is wrong (hints count for nothing), with 1 after errors and warnings, and with 2 if it was called wrongly.
]];

local function misused(text)
	io.stderr:write("Error: ", text, "\n\n", usage);
	return 2;
end

local function check(host)
	local hosts, unseen = doctor.hosts();
	if host and not hosts[host] then
		return misused(("There is no host '%s' in the configuration that is switched on."):format(host));
	end
	return print_report(doctor.examine(hosts, unseen, host)) and 0 or 1;
end

-- Returns the exit status.
return function (arguments)
	local options, _, which = parse_arguments(arguments, {
		short_params = { h = "help"; ["?"] = "help" }; kv_params = { help = true }; stop_on_positional = false; strict = true;
	});
	if not options then
		return misused("There is no option " .. which .. ".");
	elseif options.help then
		io.write(usage);
		return 0;
	elseif options[1] ~= "check" then
		return misused(options[1] and "There is no command '" .. options[1] .. "'." or "What shall it do?");
	elseif options[3] then
		return misused("One host at a time, or none for all.");
	end
	return check(options[2]);
end
