-- What the commands of the shell have in common: a list of them, and what they print.

local new_table = require "prosody.util.human.io".table;

-- A list { name, description, names of arguments, how many of them are needed, run }, and what adds a command to it.
local function new_commands()
	local commands = {};
	return commands, function (name, description, arguments, run, needed)
		table.insert(commands, {
			name = name; description = description; arguments = arguments; needed = needed or #arguments; run = run;
		});
	end;
end

local function counted(count, noun)
	return ("%d %s%s"):format(count, noun, count == 1 and "" or "s");
end

local end_of_9999 = 253402300799; -- what comes later has no date

local function date(time)
	if type(time) ~= "number" or not (time >= 0 and time <= end_of_9999) then return ""; end
	return os.date("!%Y-%m-%dT%H:%M:%SZ", math.floor(time));
end

local function print_rows(print, columns, rows)
	local row_of = new_table(columns, 160);
	print(row_of());
	for _, row in ipairs(rows) do
		for name, value in pairs(row) do
			-- The community module has let clients have any name.
			if type(value) == "string" then row[name] = value:gsub("%c", "?"); end
		end
		print(row_of(row));
	end
end

return { new_commands = new_commands; counted = counted; date = date; print_rows = print_rows };
