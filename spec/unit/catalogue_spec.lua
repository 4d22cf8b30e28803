-- What pages say is there in every language, and is said somewhere.

local lfs = require "lfs";

local core = require "frontdoor";

local function read(path)
	local file <close> = assert(io.open(path));
	return file:read("*a");
end

-- { [path] = content } of all files in this folder with this extension, however deep.
local function read_all(folder, extension, found)
	found = found or {};
	for name in lfs.dir(folder) do
		local path = folder .. "/" .. name;
		if name:match("^[^.].*%." .. extension .. "$") then
			found[path] = read(path);
		elseif name:match("^[^.]") and lfs.attributes(path, "mode") == "directory" then
			read_all(path, extension, found);
		end
	end
	return found;
end

local sources = {};
for path, content in pairs(read_all("lua/frontdoor/locale", "ftl")) do
	sources[path:match("([^/]+)%.ftl$")] = content;
end
local catalogue = assert(core.messages.catalogue(sources, "en"));

local templates, code = read_all("lua", "html"), read_all("lua", "lua");

local function set_of(list)
	local set = {};
	for _, name in ipairs(list) do set[name] = true; end
	return set;
end

local function sorted(set)
	local list = {};
	for name in pairs(set) do table.insert(list, name); end
	table.sort(list);
	return list;
end

local function matches_in(text, pattern)
	local matches = {};
	for match in text:gmatch(pattern) do table.insert(matches, match); end
	assert(#matches > 0, pattern);
	return matches;
end

-- The keys of a table as a file spells it out.
local function keys_in(path, table_name)
	local body = assert(code[path]:match("local " .. table_name .. " = (%b{})"), table_name);
	return set_of(matches_in(body, "[{;]%s*([%w_]+) ="));
end

-- The names that code puts behind a prefix, and whether there is a longer text to each.
local families = {
	invalid_ = { names = { "unknown", "expired", "used" }; has_text = true }; -- as invitations:find() says
	error_ = { names = {} };
	reset_ = { names = {}; has_text = true };
	rule_ = { names = matches_in(code["lua/frontdoor/passwords.lua"]:match("ipairs%((%b{})%)"), '"([%w_]+)"') };
	problem_password_ = { names = { "strength" } };
	about_app_ = { names = {} };
	confirm_ = { names = {} };
	platform_ = { names = { "iOS", "macOS" } };
	login_ = { names = {} };
	device_ = { names = {} };
	oauth_error_ = { names = {} };
	scope_ = { names = sorted(keys_in("lua/mod_http_oauth2/scopes.lib.lua", "own")); has_text = true };
};

for path, content in pairs(code) do
	if path:find("mod_invites_register_web", 1, true) then
		for reason in content:gmatch('refuse_later%(event, %d+, "(%w+)"') do table.insert(families.error_.names, reason); end
	end
end

-- Where mod_http_oauth2 says which message of a family it means. Each pattern has to be found.
for _, place in ipairs({
	{ "scope_", "scopes", '%f[%w]or word == "([%l_]+)"' };
	{ "login_", "login", 'return nil, "([%l_]+)"' };
	{ "login_", "authorize", 'pages%.login%(event, client, "([%l_]+)"' };
	{ "device_", "authorize", 'pages%.device%(event, "([%l_]+)"' };
	{ "device_", "device", 'pages%.device%(event, "([%l_]+)"' };
	{ "oauth_error_", "authorize", 'pages%.error%(event, %d+, "([%l_]+)"' };
	{ "oauth_error_", "authorize", 'pages%.error%([^\n]+ or "([%l_]+)", description%)' };
	{ "oauth_error_", "authorize", ':_end%([^\n]+, "[^"]+", "([%l_]+)"%)' };
	{ "oauth_error_", "device", 'pages%.error%(event, %d+, "([%l_]+)"' };
}) do
	local prefix, file, pattern = table.unpack(place);
	for _, name in ipairs(matches_in(code["lua/mod_http_oauth2/" .. file .. ".lib.lua"], pattern)) do
		table.insert(families[prefix].names, name);
	end
end

for _, kind in ipairs(matches_in(code["lua/mod_http_oauth2/authorize.lib.lua"]:match("local error_kinds = (%b{})"), '= "([%l_]+)"')) do
	table.insert(families.oauth_error_.names, kind);
end

for outcome in pairs(keys_in("lua/mod_password_reset/mod_password_reset.lua", "statuses")) do
	if not keys_in("lua/mod_password_reset/mod_password_reset.lua", "messages")[outcome] then
		table.insert(families.reset_.names, outcome);
	end
end

local declarations = code["lua/frontdoor/core.d.lua"];

for outcome in declarations:match("alias frontdoor%.OutcomeName\n(.-)\n\n"):gmatch('"([%w_]+)"') do
	if select(2, core.registration.outcome(outcome)) ~= "success" then
		table.insert(families.confirm_.names, outcome);
	end
end

for name in declarations:match("class frontdoor%.BrokenRule\n(.-)text"):gmatch('"([%w_-]+)"') do
	table.insert(families.problem_password_.names, (name:gsub("%W", "_")));
end

for _, app in ipairs(dofile("lua/mod_register_apps/apps.lib.lua")) do
	table.insert(families.about_app_.names, app.id or app.name:gsub("%W+", "-"):lower());
end

-- Where messages are named by a text in quotes, it begins like this.
local named_in_quotes = set_of({ "error", "invalid", "page", "problem", "reset", "rule", "success" });

-- { [id] = where it is said }
local said = {};

for path, content in pairs(templates) do
	for id in content:gmatch("{say%.([%w_-]+)") do said[id] = path; end
end

for path, content in pairs(code) do
	for id in content:gmatch("%f[%w]say%.([%l_]+)") do said[id] = path; end
	for id in content:gmatch('%f[%w]say%("([^"]+)"[,)]') do said[id] = path; end
	content = content:gsub("%-%-[^\n]*", ""); -- comments say much
	if content:find("%f[%w]say%f[%W]") then
		for id, word in content:gmatch('"((%l+)_[%l_]*%l)"') do
			if named_in_quotes[word] then said[id] = path; end
		end
	end
end

for prefix, family in pairs(families) do
	for _, name in ipairs(family.names) do
		said[prefix .. name] = prefix .. "…";
		if family.has_text then said[prefix .. name .. "_text"] = prefix .. "…_text"; end
	end
end

describe("the messages", function ()
	local ids = set_of(catalogue:ids("en"));

	it("were collected from templates and code", function ()
		for prefix, family in pairs(families) do assert.truthy(#family.names >= 2, prefix); end
		assert.truthy(#sorted(said) > 100);
		assert.truthy(said.invite_title_contact and said.problem_name_missing and said.qr_alternative and said.page_failed);
	end);

	it("are all there", function ()
		local missing = {};
		for id, where in pairs(said) do missing[id] = not ids[id] and where or nil; end
		assert.same({}, missing);
	end);

	it("are all said somewhere", function ()
		local unsaid = {};
		for id in pairs(ids) do unsaid[id] = not said[id] or nil; end
		assert.same({}, sorted(unsaid));
	end);

	it("tell templates of the community module of all problems with a login", function ()
		assert.same(set_of(families.login_.names), keys_in("lua/mod_http_oauth2/pages.lib.lua", "community_problems"));
	end);

	it("use values that pages have", function ()
		local known = set_of({
			"address", "app", "client_name", "domain", "id", "inviter", "length", "max_length", "minutes", "platform", "role", "site_name",
			"username";
		});
		for id in pairs(ids) do
			for _, name in ipairs(catalogue:arguments("en", id)) do assert.truthy(known[name], id .. " uses " .. name); end
		end
	end);
end);

for _, locale in ipairs(catalogue:locales()) do
	describe("in the language " .. locale, function ()
		-- The message with the same value for all that it asks for.
		local function text(id, value)
			local values = {};
			for _, name in ipairs(catalogue:arguments(locale, id)) do values[name] = value; end
			return catalogue:text(locale, id, values);
		end

		it("there are the same messages as in English", function ()
			assert.same(catalogue:ids("en"), catalogue:ids(locale));
		end);

		it("each message uses what it uses in English", function ()
			for _, id in ipairs(catalogue:ids(locale)) do
				assert.same(catalogue:arguments("en", id), catalogue:arguments(locale, id), id);
			end
		end);

		it("the script runs in a direction", function ()
			assert.truthy(({ ltr = true; rtl = true })[catalogue:text(locale, "direction")]);
		end);

		it("no message has markup, or is empty", function ()
			for _, id in ipairs(catalogue:ids(locale)) do
				local said_plainly = text(id, "x");
				assert.truthy(said_plainly:find("%S"), id);
				assert.falsy(said_plainly:find("[<>{}|]") or said_plainly:find("&#?%w+;"), said_plainly);
			end
		end);

		it("every number finds its words", function ()
			for number = 0, 120 do
				assert.truthy(text("rule_length", number):find("%S"));
				assert.falsy(text("rule_length", number):find("[{}]"), number);
			end
		end);
	end);
end
