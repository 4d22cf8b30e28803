-- prosodyctl mod_invites_api: creates, deletes and lists the keys of the API.

local parse_arguments = require "prosody.util.argparse".parse;
local parse_duration = require "prosody.util.human.io".parse_duration;

local new_keys = module:require("keys").new;

local usage = [[
Usage:

  prosodyctl mod_invites_api create HOST [NAME] [--expires-after=30d] [--methods=GET,POST]
  prosodyctl mod_invites_api list HOST
  prosodyctl mod_invites_api delete HOST KEY_ID

create prints the key, ID/SECRET. Keep it: the server stores only a hash of it. list prints a line for each key:
its ID, its name and, if it expires, when.
]];

local function fail(text, status)
	io.stderr:write("Error: ", text, "\n");
	return status or 1;
end

local function misused(text)
	io.stderr:write("Error: ", text, "\n\n", usage);
	return 2;
end

-- { GET = true, … } or nil and the one that is none of ours.
local function methods_of(list)
	local methods = {};
	for method in (list or "GET,POST"):gmatch("[^,%s]+") do
		method = method:upper();
		if method ~= "GET" and method ~= "POST" then return nil, method; end
		methods[method] = true;
	end
	if not next(methods) then return nil, ""; end
	return methods;
end

local longest_ttl = 100 * 365 * 86400; -- seconds

-- Seconds, or nil if it is none that makes sense.
local function ttl_of(text)
	local seconds = text:match("^%d+%s*%a*$") and parse_duration(text);
	return seconds and seconds > 0 and seconds <= longest_ttl and seconds or nil;
end

local commands = {};

function commands.create(keys, options)
	local ttl = options.expires_after and ttl_of(options.expires_after);
	if options.expires_after and not ttl then
		return misused("--expires-after is a duration such as 12h, 30d or 1y, and at most 100y, not '" .. options.expires_after .. "'.");
	end
	local methods, other = methods_of(options.methods);
	if not methods then
		return misused("--methods takes GET and POST, not '" .. other .. "'.");
	end
	if options[3] and options[3]:find("%c") then
		return misused("A name is one line of text.");
	end
	local key, err = keys:create(options[3], ttl, methods);
	if not key then return fail(err); end
	print(key);
	return 0;
end

function commands.delete(keys, options)
	local id = options[3];
	if not id then return misused("Which key? Give its ID."); end
	local deleted, err = keys:delete(id);
	if err then return fail(err); end
	if not deleted then return fail("There is no key with the ID '" .. id .. "'. See: prosodyctl mod_invites_api list HOST"); end
	return 0;
end

function commands.list(keys)
	local records, err = keys:list();
	if not records then return fail(err); end
	for _, record in ipairs(records) do
		local line = { record.id, record.name or "<unknown>" };
		if record.expires then
			line[3] = (record.expires <= os.time() and "expired " or "expires ") .. os.date("!%Y-%m-%dT%H:%M:%SZ", record.expires);
		end
		print(table.concat(line, "\t"));
	end
	return 0;
end

-- Returns the exit status: 0, 1 if it failed, 2 if it was called wrongly.
return function (arguments)
	local options, problem, which = parse_arguments(arguments, {
		value_params = { expires_after = true; methods = true }; short_params = { h = "help"; ["?"] = "help" };
		stop_on_positional = false; strict = true; kv_params = { help = true };
	});
	if not options then
		return misused(problem == "missing-value" and which .. " needs a value." or "There is no option " .. which .. ".");
	elseif options.help then
		io.write(usage);
		return 0;
	end
	local command, host = commands[options[1]], options[2];
	if not command then
		return misused(options[1] and "There is no command '" .. options[1] .. "'." or "What shall it do?");
	elseif not host then
		return misused("On which host?");
	elseif not prosody.hosts[host] then
		return fail("There is no host '" .. host .. "' in the configuration.");
	end
	require "prosody.core.storagemanager".initialize_host(host);
	return command(new_keys(module:context(host)), options);
end
