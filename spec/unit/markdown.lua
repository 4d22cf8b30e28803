-- As much of Markdown as our own documents need.
--
--     local document = markdown.read("README.md");
--     document.text, document.tables, document.links, document.anchors, document.code
--     markdown.section(document, "Security"), markdown.spans("`a` or `b`")

local function read_file(path)
	local file <close> = assert(io.open(path));
	return file:read("*a");
end

-- What stands between backticks.
local function spans(text)
	local found = {};
	for span in text:gmatch("`([^`\n]+)`") do table.insert(found, span); end
	return found;
end

-- A bar within backticks, or after a backslash, does not end a cell.
local function cells_of(line)
	local cells = {};
	line = line:gsub("`[^`]*`", function (span) return (span:gsub("|", "\0")); end):gsub("\\|", "\0");
	for cell in line:match("^|(.*)|%s*$"):gmatch("[^|]*") do
		table.insert(cells, (cell:match("^%s*(.-)%s*$"):gsub("%z", "|")));
	end
	return cells;
end

-- The headings as links have them: in lower case, without punctuation, with hyphens for blanks.
local function anchor_of(heading)
	return (heading:lower():gsub("[^%w%s_-]", ""):gsub("%s", "-"));
end

-- Calls see(line, is_code) for each line; those around code are neither.
local function each_line(text, see)
	local is_code = false;
	for line in text:gmatch("([^\n]*)\n") do
		if line:find("^%s*```") then
			is_code = not is_code;
		else
			see(line, is_code);
		end
	end
end

-- { { header = cells, section = heading, rows = { cells … } } … }
local function tables_of(text)
	local tables, section, open = {}, "", nil;
	each_line(text, function (line, is_code)
		local is_row = not is_code and line:find("^|.*|%s*$");
		if not is_code then section = line:match("^#+ (.*)$") or section; end
		if not is_row then
			open = nil;
		elseif not open then
			open = { header = cells_of(line), section = section, rows = {} };
			table.insert(tables, open);
		elseif not line:find("^[|:%s-]+$") then
			table.insert(open.rows, cells_of(line));
		end
	end);
	return tables;
end

local function read(path)
	local document = { path = path; text = read_file(path); anchors = {}; links = {}; code = {} };
	document.tables = tables_of(document.text);
	each_line(document.text, function (line, is_code)
		if is_code then
			table.insert(document.code, line);
			return;
		end
		local heading = line:match("^#+ (.*)$");
		if heading then document.anchors[anchor_of(heading)] = true; end
		for _, span in ipairs(spans(line)) do table.insert(document.code, span); end
		for link in line:gmatch("%]%(([^)%s]+)%)") do table.insert(document.links, link); end
		for link in line:gmatch('<img src="([^"]+)"') do table.insert(document.links, link); end
	end);
	return document;
end

-- The text from a heading to the next one of its level or above.
local function section(document, heading)
	local inside, level = {}, nil;
	each_line(document.text, function (line, is_code)
		local marks, title = (is_code and "" or line):match("^(#+) (.*)$");
		if title == heading then
			level = #marks;
		elseif title and level and #marks <= level then
			level = nil;
		end
		if level then table.insert(inside, line); end
	end);
	assert(inside[1], heading);
	return table.concat(inside, "\n");
end

return { read = read; read_file = read_file; section = section; spans = spans };
