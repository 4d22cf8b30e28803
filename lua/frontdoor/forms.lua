-- What a browser sends from a form.
--
--     local password, is_bad = forms.field(request.body, "password");
--     local values, bad = forms.fields(request.body, { "user", "password" });

local core = require "frontdoor".web;

local longest = 64 * 1024; -- bytes

-- The value of a field, or nil; and whether there is one that makes no sense: twice there, not UTF-8, or in a
-- text that is too long altogether.
local function field(text, name)
	local fields = core.fields(text or "", { name });
	return fields and fields[name], fields == nil;
end

-- The values of the fields that are there, by their names, and the names of those that make no sense.
local function fields(text, names)
	local values, bad = core.fields(text or "", names), {};
	if values then return values, bad; end -- nearly always
	values = {};
	for _, name in ipairs(names) do
		values[name], bad[name] = field(text, name);
	end
	return values, bad;
end

-- Nothing that a person fills in is as long as that, and nothing in it is read: to be answered 413.
local function is_too_long(request)
	return #(request.body or "") > longest;
end

-- Whether a page of another website sent it.
local function is_from_elsewhere(module, request)
	local headers = request.headers;
	local site, origin = headers.sec_fetch_site, headers.origin;
	local own_url = origin and not site and module:http_url() or nil; -- takes a while to find
	return core.from_elsewhere(site, origin, headers.host, own_url);
end

return { field = field; fields = fields; is_too_long = is_too_long; is_from_elsewhere = is_from_elsewhere };
