-- Renders templates of Prosody's util.interpolation, and each of them only once for all visitors who get
-- the same page.
--
--     local html = template.render(cache_key, source, { token = "…" }, function (slots)
--         return { site_name = "example.org"; link = template.url("/join?t={token}", slots) };
--     end);
--
-- What differs from visit to visit - the slots - is put in at the end. Until then a mark stands for each of
-- them, and the functions that escape a value write down on its mark what they are to do with it later.

local new_cache = require "prosody.util.cache".new;
local url_escape = require "prosody.util.http".urlencode;
local interpolation = require "prosody.util.interpolation".new;
local random_hex = require "prosody.util.hex".encode;
local random_bytes = require "prosody.util.random".bytes;
local xml_escape = require "prosody.util.stanza".xml_escape;

local max_pages = 512; -- a page is some 5 KB
local max_kept = 100;

-- Nobody can write a mark into a value, because nobody knows this.
local nonce = "q" .. random_hex(random_bytes(12)) .. "q";
local mark_pattern = nonce .. "(%d+)x([hu]*)z";

local function mark(index)
	return nonce .. index .. "xz";
end

local escapes = { h = xml_escape; u = url_escape };

-- Whether a function that looks at a whole value met a mark: then the page cannot be filled in later.
local mark_was_changed = false;

-- A function that works character by character may run before or after the marks are replaced.
local function deferrable(letter)
	local escape = escapes[letter];
	return function (value)
		value = tostring(value);
		if not value:find(nonce, 1, true) then return escape(value); end
		local escaped, last = {}, 1;
		for from, index, done, to in value:gmatch("()" .. mark_pattern .. "()") do
			table.insert(escaped, escape(value:sub(last, from - 1)));
			table.insert(escaped, nonce .. index .. "x" .. done .. letter .. "z");
			last = to;
		end
		table.insert(escaped, escape(value:sub(last)));
		return table.concat(escaped);
	end
end

local function not_deferrable(f)
	return function (value)
		value = tostring(value);
		if value:find(nonce, 1, true) then
			mark_was_changed = true;
		end
		return f(value);
	end
end

local function class_name(value)
	return (value:gsub("%W+", "-"));
end

local function without_scheme(url)
	return (url:gsub("^[^:]+:", ""));
end

local html_escape, mark_url_escape = deferrable("h"), deferrable("u");

-- What the templates and links of the community modules may use.
local render_html = interpolation("%b{}", html_escape, {
	urlescape = mark_url_escape;
	lower = not_deferrable(string.lower);
	classname = not_deferrable(class_name);
	relurl = function (url) return url; end; -- our links are complete
});
local render_url = interpolation("%b{}", mark_url_escape, {
	urlescape = mark_url_escape;
	noscheme = not_deferrable(without_scheme);
});

-- { name = mark or list of marks }, and for each number of a mark the name and, in lists, the position.
local function marks_for(slots)
	local marks, places = {}, {};
	local function new_mark(name, position)
		table.insert(places, { name = name; position = position });
		return mark(#places);
	end
	for name, value in pairs(slots) do
		if type(value) == "table" then
			marks[name] = {};
			for position in ipairs(value) do
				marks[name][position] = new_mark(name, position);
			end
		else
			marks[name] = new_mark(name);
		end
	end
	return marks, places;
end

-- What the letters on a mark do to the value, when it is there.
local function escape_of(letters)
	local all = {};
	for letter in letters:gmatch("%a") do
		table.insert(all, escapes[letter]);
	end
	if not all[2] then return all[1]; end
	return function (value)
		for _, escape in ipairs(all) do
			value = escape(value);
		end
		return value;
	end
end

-- Joins that many parts. The operator makes nothing but the result, while table.concat makes several times as much
-- garbage as a page is long; and garbage is what a page costs most.
local function joiner(count)
	if count > 200 then return table.concat; end -- more than an expression may have
	local names = {};
	for i = 1, count do
		names[i] = ("p[%d]"):format(i);
	end
	return load("local p = ...; return " .. table.concat(names, ".."));
end

-- The rendered text as { parts = { texts, with gaps }, join = function, values = { the different values to put into
-- the gaps } }. The list of parts is kept and filled anew for each visitor.
local function split(rendered, places)
	local parts, values, value_at, last = {}, {}, {}, 1;
	for from, index, letters, to in rendered:gmatch("()" .. mark_pattern .. "()") do
		table.insert(parts, rendered:sub(last, from - 1));
		table.insert(parts, "");
		local place = places[tonumber(index)];
		local id = index .. letters;
		if not value_at[id] then
			value_at[id] = { name = place.name; position = place.position; escape = escape_of(letters); gaps = {} };
			table.insert(values, value_at[id]);
		end
		table.insert(value_at[id].gaps, #parts);
		last = to;
	end
	table.insert(parts, rendered:sub(last));
	return { parts = parts; join = joiner(#parts); values = values };
end

local function put(page, value, text)
	local parts, gaps = page.parts, value.gaps;
	for i = 1, #gaps do
		parts[gaps[i]] = text;
	end
end

local function fill(page, slots)
	for _, value in ipairs(page.values) do
		local text = slots[value.name];
		if value.position then
			text = text[value.position];
		end
		put(page, value, value.escape and value.escape(text) or text);
	end
	local filled = page.join(page.parts);
	for _, value in ipairs(page.values) do
		put(page, value, ""); -- nothing of one visitor stays for the next
	end
	return filled;
end

-- Which slots there are: a template can ask whether there is a value.
local function shape(slots)
	local names = "";
	for name, value in pairs(slots) do
		names = names .. name .. (type(value) == "table" and "#" .. #value or "") .. " ";
	end
	return names;
end

local compiled = new_cache(max_pages);

local function compile(source, slots, values)
	local marks, places = marks_for(slots);
	mark_was_changed = false;
	local rendered = render_html(source, values(marks));
	return { source = source; filling = not mark_was_changed and split(rendered, places) or nil };
end

-- The page. `key` names everything that values(slots) depends on beside the slots, which are strings or lists of
-- strings. values() gets marks in their place: it may pass them on, into url() too, but not look at them.
local function render(key, source, slots, values)
	key = key .. "\0" .. shape(slots);
	local page = compiled:get(key);
	if not page or page.source ~= source then
		page = compile(source, slots, values);
		compiled:set(key, page);
	end
	if not page.filling then
		return render_html(source, values(slots));
	end
	return fill(page.filling, slots);
end

local kept = new_cache(max_kept);

-- The same for a page that many visitors see just like this: it is kept. `shared` names all that the slots say.
local function render_shared(shared, key, source, slots, values)
	local key_of_all = key .. "\0" .. shared;
	local page = kept:get(key_of_all);
	if not page or page.source ~= source then
		page = { source = source; body = render(key, source, slots, values) };
		kept:set(key_of_all, page);
	end
	return page.body;
end

-- The page with these values, for templates that may use any of them.
local function render_once(source, values)
	return render_html(source, values);
end

return { render = render; render_shared = render_shared; render_once = render_once; url = render_url };
