-- What the documents say of options, modules, requests, commands, statuses, stores, messages and functions is what there
-- is; and what there is of these, they say.

local lfs = require "lfs";
local markdown = require "spec.unit.markdown";
local sources = require "spec.unit.sources";

local readme = markdown.read("README.md");
local code = sources.files("lua", "lua");
local all_code = sources.files("src", "rs", sources.files("lua/frontdoor/locale", "ftl", sources.files("lua", "lua")));

-- The doctor asks for everybody's options.
local asking = {};
for path, content in pairs(code) do
	local is_ours = not path:find("mod_frontdoor/", 1, true) and not path:find("%.d%.lua$");
	asking[path] = is_ours and content:gsub("%-%- [^\n]*", "") or nil;
end

local function tables_with(...)
	local found, wanted = {}, table.concat({ ... }, "|");
	for _, candidate in ipairs(readme.tables) do
		if table.concat(candidate.header, "|"):sub(1, #wanted) == wanted then table.insert(found, candidate); end
	end
	assert(found[1], "No table begins with " .. wanted);
	return found;
end

-- Calls see(span, row, section) for what stands in backticks in the first cells of these tables.
local function each_first(tables, see)
	for _, each in ipairs(tables) do
		for _, row in ipairs(each.rows) do
			for _, span in ipairs(markdown.spans(row[1])) do see(span, row, each.section); end
		end
	end
end

local function set_of(text, pattern, found)
	found = found or {};
	for match in text:gmatch(pattern) do found[match] = true; end
	return found;
end

local function joined(contents)
	local list = {};
	for _, content in pairs(contents) do table.insert(list, content); end
	return table.concat(list, "\n");
end

-- Where a cell is nothing but a value: that.
local function value_in(cell)
	return cell:match("^`([^`]+)`$");
end

local function is_literal(default)
	return default:find('^["{%d]') ~= nil or default == "true" or default == "false";
end

describe("options:", function ()
	-- What operators write for each of Prosody's getters.
	local types = {
		array = "list"; boolean = "boolean"; inherited_set = "list"; integer = "integer"; path = "path"; period = "period";
		set = "list"; string = "string";
	};
	local asked = sources.options(asking);
	local documented = {};
	each_first(tables_with("Option", "Type", "Default", "Effect"), function (name, row, section)
		assert(not documented[name], name .. " is there twice");
		documented[name] = { type = row[2]; default = row[3]; effect = row[4]; section = section };
	end);

	it("were found in the code", function ()
		for _, name in ipairs({ "site_name", "oauth2_access_token_ttl", "oauth2_registration_token", "allowed_oauth2_grant_types",
			"oauth2_revoked_clients", "oauth2_software_statement_keys", "frontdoor_queue", "reg_servlet_ttime" }) do
			assert.truthy(asked[name], name);
		end
	end);

	for name, places in pairs(asked) do
		it(name .. " is in README, with its type and default", function ()
			local described = assert(documented[name], "not in README: " .. name);
			assert.truthy(described.effect:find("%S"), "no effect");
			for _, place in ipairs(places) do
				assert.equal(types[place.type] or described.type, described.type, place.path);
				local default = place.default and is_literal(place.default) and place.default or nil;
				assert.equal(default, value_in(described.default), place.path);
			end
		end);
	end

	it("those in README are asked for, by us or by Prosody", function ()
		local folder = assert(package.searchpath("core.modulemanager", package.path)):match("^(.*)/core/");
		local prosody = {};
		for _, part in ipairs({ "core", "modules", "net", "util" }) do sources.files(folder .. "/" .. part, "lua", prosody); end
		prosody = joined(prosody);
		for name, described in pairs(documented) do
			local is_prosodys = described.section:find("Prosody", 1, true) and prosody:find('"' .. name .. '"', 1, true);
			assert.truthy(asked[name] or is_prosodys, name);
		end
	end);

	it("keys of password_policy are those of the module, with their defaults", function ()
		local keys, described = {}, {};
		local defaults = code["lua/mod_password_policy/mod_password_policy.lua"]:match("local options = (%b{})");
		for key, default in defaults:gmatch("([%w_]+) = (%w+)") do keys[key] = default; end
		each_first(tables_with("Key", "Type", "Default"), function (key, row) described[key] = value_in(row[3]); end);
		assert.same(keys, described);
	end);
end);

it("every module is in the table of modules, and no other", function ()
	local there, described = {}, {};
	for name in lfs.dir("lua") do there[name] = name:find("^mod_") and true or nil; end
	each_first(tables_with("Module"), function (name) described[name] = true; end);
	assert.same(there, described);
end);

describe("requests:", function ()
	-- What is put in for a word in capitals can be anything, and so can what follows a star.
	local function plain(path)
		return (path:gsub("%?.*$", ""):gsub("/%u+%f[/%z]", "/*"):gsub("/%*$", ""):gsub("(.)/$", "%1"));
	end

	local function base_of(module_name, content)
		local default = content:match("default_path = ([^;\n]+)");
		local literal = default and (default:match('^"/?(.*)"$') or content:match("local " .. default .. ' = [^\n]*"/?([^"\n]+)"'));
		return "/" .. (literal or module_name:gsub("^http_", "")):gsub("/$", "");
	end

	local function add_routes(found, module_name, content)
		local base = base_of(module_name, content);
		for method, path, handler in content:gmatch('%["(%u%u+) ?(/?[^"]*)"%]%s*=%s*([%w_]*)') do
			if handler ~= "only_post" and handler ~= "discovery" then found[method .. " " .. plain(base .. path)] = true; end
		end
	end

	it("README has all that our modules answer, and no others", function ()
		local there, described = {}, {};
		for name in lfs.dir("lua") do
			local content = code[("lua/%s/%s.lua"):format(name, name)];
			if content and content:find('provides("http"', 1, true) then add_routes(there, name:gsub("^mod_", ""), content); end
		end
		local discovery = set_of(code["lua/mod_http_oauth2/discovery.lib.lua"], '= "(/%.well%-known/[%w-]+)"');
		for path in pairs(discovery) do there["GET " .. path] = true; end
		each_first(tables_with("Request", "Answer"), function (span)
			local method, path = span:match("^(%u+) (/%S*)$");
			if method then described[method .. " " .. plain(path)] = true; end
		end);
		assert.same(there, described);
	end);
end);

describe("statuses:", function ()
	local function statuses_in(text)
		return set_of(text, "%f[%d]([2345]%d%d)%f[%D]");
	end

	local function of_api(module_name)
		return set_of(markdown.read_file(("lua/mod_%s/openapi.json"):format(module_name)), '"(%d%d%d)":');
	end

	local answered = {
		mod_invites_api = of_api("invites_api");
		mod_invites_register_api = of_api("invites_register_api");
		mod_password_reset = set_of(code["lua/mod_password_reset/mod_password_reset.lua"]:match("local statuses = (%b{})"), "%d%d%d");
		mod_invites_page = set_of(code["lua/frontdoor/invitations.lua"]:match("local statuses = (%b{})"), "%d%d%d");
		mod_register_json = set_of(all_code["src/registration/refusal.rs"]:match("fn status(.-)\n    }"), "=> (%d%d%d)");
	};
	for module_name, there in pairs(answered) do
		it("README has those of " .. module_name, function ()
			local described = statuses_in(markdown.section(readme, module_name));
			assert.truthy(next(there));
			for status in pairs(there) do assert.truthy(described[status], status); end
		end);
	end
end);

it("commands: README has those that there are, and no others", function ()
	local there, described = {}, {};
	for path, content in pairs(code) do
		set_of(content, "prosodyctl (mod_[%l%d_]+ [%l_]+)", there);
		local shell_commands = path:find("mod_http_oauth2/shell", 1, true) and set_of(content, '\ncommand%("([%l_]+)"') or {};
		for name in pairs(shell_commands) do there["shell oauth2 " .. name] = true; end
	end
	set_of(readme.text, "prosodyctl (mod_[%l%d_]+ [%l_]+)", described);
	set_of(readme.text, "prosodyctl (shell oauth2 [%l_]+)", described);
	assert.same(there, described);
end);

it("stores: README has all that we open", function ()
	local opened = {};
	for _, content in pairs(asking) do
		set_of(content, 'open_store%("([%w_]+)"', opened);
		set_of(content, 'records%.open%(module, "([%w_]+)"', opened);
		set_of(content, 'local store_name = "([%w_]+)"', opened);
	end
	opened.accounts, opened.hashes = nil, nil; -- those of Prosody's provider, and of the community module
	assert.truthy(opened.invites_used and opened.oauth2_device_codes);
	for name in pairs(opened) do assert.truthy(readme.text:find("`" .. name .. "`", 1, true), name); end
end);

it("what README quotes from the log is what the code says", function ()
	local said = joined(all_code):gsub('"%s*%.%.%s*"', ""); -- texts in several lines
	local count = 0;
	for _, each in ipairs(tables_with("What you see")) do
		for _, row in ipairs(each.rows) do
			for quoted in row[1]:gmatch('"([^"]+)"') do
				for part in quoted:gsub("…", "\0"):gmatch("%Z+") do
					local is_said = said:find(part:match("^%s*(.-)%s*$"), 1, true) or #part < 12;
					count = count + 1;
					assert.truthy(is_said, part);
				end
			end
		end
	end
	assert.truthy(count > 15);
end);

describe("functions:", function ()
	-- Where each part of the Lua API is.
	local function source_of(heading)
		local library, module_name = heading:match('require "frontdoor%.([%l_]+)"'), heading:match('depends%("([%l_%d]+)"');
		return code[library and ("lua/frontdoor/%s.lua"):format(library) or ("lua/mod_%s/mod_%s.lua"):format(module_name, module_name)];
	end

	it("those in README are there, with these arguments", function ()
		local source, count = nil, 0;
		each_first(tables_with("Function", "Gives"), function (span, row)
			local name, arguments = span:match("^([%l%d_:]+)(%b())$");
			if row[1]:find("^%*%*") then
				source = assert(source_of(span), span);
			else
				count = count + 1;
				local is_handed_on = arguments == "()" and source:find("\n" .. name .. " = ", 1, true);
				assert.truthy(is_handed_on or source:find("function " .. name .. arguments, 1, true), span);
			end
		end);
		assert.truthy(count > 20);
	end);

	it("those of the native library are there, with these arguments", function ()
		local declared = code["lua/frontdoor/core.d.lua"];
		each_first(tables_with('Function of `require "frontdoor"`'), function (span)
			local name = span:find(":", 1, true) and span or "core." .. span;
			assert.truthy(declared:find("\nfunction " .. name .. " end\n", 1, true), span);
		end);
	end);
end);

for _, path in ipairs({ "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md" }) do
	describe(path, function ()
		local document = markdown.read(path);

		it("links to what is there", function ()
			for _, link in ipairs(document.links) do
				local file, anchor = link:match("^([^#]*)#?(.*)$");
				if not link:find("^https?:") then
					assert.truthy(file == "" or lfs.attributes(file), link);
					local target = anchor ~= "" and markdown.read(file ~= "" and file or path);
					assert.truthy(not target or target.anchors[anchor], link);
				end
			end
		end);

		it("names commands that there are", function ()
			local makefile = markdown.read_file("Makefile");
			for _, line in ipairs(document.code) do
				local target = line:match("^make ([%l-]+)");
				assert.truthy(not target or makefile:find("\n" .. target .. ":", 1, true), line);
			end
		end);
	end);
end
