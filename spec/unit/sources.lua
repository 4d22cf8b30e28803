-- What our Lua files say, as far as it can be told without running them.
--
--     sources.files("lua")    -- { [path] = content }
--     sources.options(files)  -- { [name] = { { type = "integer", default = "20", path = … } … } }

local lfs = require "lfs";
local read_file = require "spec.unit.markdown".read_file;

local function files(folder, extension, found)
	found = found or {};
	for name in lfs.dir(folder) do
		local path = folder .. "/" .. name;
		if name:match("^[^.].*%." .. extension .. "$") then
			found[path] = read_file(path);
		elseif name:match("^[^.]") and lfs.attributes(path, "mode") == "directory" then
			files(path, extension, found);
		end
	end
	return found;
end

-- The arguments of a call, as they are written: text is what stands in the parentheses.
local function arguments_in(text)
	local arguments, current, depth, quote = {}, "", 0, nil;
	for character in text:gmatch(".") do
		if quote then
			quote = character ~= quote and quote or nil;
		elseif character:find("[\"']") then
			quote = character;
		elseif character:find("[({[]") then
			depth = depth + 1;
		elseif character:find("[)}%]]") then
			depth = depth - 1;
		end
		if character == "," and depth == 0 and not quote then
			table.insert(arguments, (current:match("^%s*(.-)%s*$")));
			current = "";
		else
			current = current .. character;
		end
	end
	table.insert(arguments, (current:match("^%s*(.-)%s*$")));
	return arguments;
end

local function name_in(argument)
	return argument:match('^"([%w_]+)"$');
end

-- The function in which a position is, if it has this parameter: its name, and the place of each parameter.
local function wrapper_with(content, position, parameter)
	local name, parameters;
	for found, list in content:sub(1, position):gmatch("function ([%w_]+)%(([^)]*)%)") do
		name, parameters = found, arguments_in(list);
	end
	local places = {};
	for place, other in ipairs(parameters or {}) do places[other] = place; end
	return places[parameter] and name or nil, places;
end

-- Options whose name is handed to a function that asks for it: add() for each call of that.
local function through_wrapper(content, wrapper, places, asked, add)
	for before, text in content:gmatch("(%S*)%s*%f[%w_]" .. wrapper .. "(%b())") do
		local arguments = arguments_in(text:sub(2, -2));
		local name = before ~= "function" and name_in(arguments[places[asked[1]]] or "");
		if name then add(name, arguments[places[asked[2]]] or not places[asked[2]] and asked[2] or nil); end
	end
end

local function options_in(content, add)
	for position, kind, text in content:gmatch("():get_option_?([%l_]*)(%b())") do
		local asked = arguments_in(text:sub(2, -2));
		local wrapper, places = wrapper_with(content, position, asked[1]);
		if name_in(asked[1]) then
			add(name_in(asked[1]), kind, asked[2]);
		elseif wrapper then
			through_wrapper(content, wrapper, places, asked, function (name, default) add(name, kind, default); end);
		else
			local name = content:match("local " .. asked[1] .. ' = "([%w_]+)"');
			add(assert(name, "An option without a name: " .. text), kind, asked[2]);
		end
	end
end

-- Each place where an option is asked for: its type, which is that of the function, and its default as it is written.
local function options(contents)
	local found = {};
	for path, content in pairs(contents) do
		options_in(content, function (name, kind, default)
			found[name] = found[name] or {};
			table.insert(found[name], { type = kind; default = default ~= "nil" and default or nil; path = path });
		end);
	end
	return found;
end

return { files = files; options = options };
