-- Pages from templates, in the visitor's language, with the headers that a page near a password needs.
--
--     local pages = require "frontdoor.pages".load(module, "html", { "invite.html" });
--     return pages:render(event, 200, "invite.html", {
--         slots = { token = "…" };              -- what differs from visit to visit
--         variant = "Android";                  -- what else the page depends on
--         complete = function (values) end;     -- adds values that depend on nothing but these
--         vary = "User-Agent";                  -- headers, beside Accept-Language, that variant comes from
--         has_foreign_images = true;            -- if there are pictures of other servers on it
--         form_action = "https://chat.example"; -- where the answer to a form may redirect to
--         shared = "…";                         -- names all that the slots say, if that is not about one visitor
--         redirects_anywhere = true;            -- if that place may redirect further, to wherever
--         operators = { … };                    -- values for an operator's own template, in the place of all others
--         policy = "default-src 'self'";        -- a Content-Security-Policy in the place of ours
--     });
--
-- Templates are those of Prosody's util.interpolation, values are escaped. One that is not a whole page but a
-- title and a main element is put into the layout of mod_frontdoor_assets. Every template has the slots,
-- {site_name}, {domain}, {locale}, {assets.…} (see mod_frontdoor_assets) and {say.…}: the message of that name,
-- which may use the values. In a message, a table stands for its `name`.

local lfs = require "lfs";
local messages = require "frontdoor.messages";
local render = require "frontdoor.template".render;
local render_once = require "frontdoor.template".render_once;
local render_shared = require "frontdoor.template".render_shared;
local resolve_relative_path = require "prosody.util.paths".resolve_relative_path;

-- Ours need nothing but our own files.
local own_policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
	.. "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";
-- Templates of operators were written for pages without a policy: what they have inline, or from other
-- servers over HTTPS, goes on working.
local operators_policy = "default-src 'self' https: data: 'unsafe-inline'; "
	.. "base-uri 'self'; frame-ancestors 'none'; form-action 'self'";

-- The same policies for forms whose answer may redirect anywhere.
local without_form_action = setmetatable({}, { __index = function (policies, policy)
	local rest = policy:gsub("; form%-action 'self'", "");
	policies[policy] = rest;
	return rest;
end });

local content_types = {
	css = "text/css; charset=utf-8";
	html = "text/html; charset=utf-8";
	js = "text/javascript; charset=utf-8";
	png = "image/png";
	svg = "image/svg+xml";
};

local function content_type_of(name)
	return content_types[name:match("%.(%w+)$")];
end

local function is_template(name)
	return name:match("%.html$") ~= nil;
end

-- The headers of whatever a visitor sees.
local function headers_for(content_type, cache_control, policy)
	return {
		content_type = content_type;
		cache_control = cache_control;
		content_security_policy = policy or own_policy;
		referrer_policy = "no-referrer";
		x_content_type_options = "nosniff";
		x_frame_options = "DENY"; -- for browsers without frame-ancestors
	};
end

local function read(path)
	local file = io.open(path, "rb");
	if not file then return nil; end
	local content = file:read("*a");
	file:close();
	return content;
end

-- A template that begins with its title and ends with its main element gets the rest of a page around it.
local function in_layout(layout, template)
	local head, main = template:match("^(<title>.-)(<main.*</main>)%s*$");
	if not main then return template; end
	local parts = { head = head; main = main };
	return (layout:gsub("%%(%l+)%%", parts));
end

local pages = {};
local pages_mt = { __index = pages };

function pages:_read(name, path)
	local content = read(path);
	if content and is_template(name) then
		content = in_layout(self.assets.layout, self.prepare(content));
	end
	return content;
end

function pages:_refresh(name, file)
	local now = lfs.attributes(file.path);
	if now and (now.modification ~= file.modified or now.size ~= file.size) then
		file.modified, file.size = now.modification, now.size;
		file.content = self:_read(name, file.path) or file.content;
	end
end

-- The template as it is on disk by now: an operator who edits it need not reload anything. Looked up once a
-- second at most.
function pages:_current(name)
	local file, now = self.files[name], os.time();
	if file.checked ~= now then
		file.checked = now;
		self:_refresh(name, file);
	end
	return file;
end

local function arguments_of(values)
	local arguments = {};
	for name, value in pairs(values) do
		if name ~= "say" then -- which would look for a message called "name"
			arguments[name] = type(value) == "table" and value.name or value;
		end
	end
	return arguments;
end

function pages:_values(locale, slots, complete)
	local values = {};
	for name, value in pairs(slots) do
		values[name] = value;
	end
	values.site_name, values.domain, values.locale = self.site_name, self.host, locale;
	values.assets = self.assets.urls();
	values.say = setmetatable({}, {
		__index = function (_, id) return messages.text(locale, id, arguments_of(values)); end;
		__call = function (_, id, more)
			local arguments = arguments_of(more or {});
			arguments.site_name, arguments.domain = self.site_name, self.host;
			return messages.text(locale, id, arguments);
		end;
	});
	if complete then complete(values); end
	return values;
end

local longest_prompt = 4096; -- bytes of a page that arrives at once in any case

-- The end of a longer page would wait for the client to acknowledge its beginning. The client may be gone.
local function send_at_once(connection, body)
	if connection and #body > longest_prompt then
		pcall(connection.setoption, connection, "tcp-nodelay", true);
	end
end

-- A page. Nobody may store it: there is a token or password near.
function pages:render(event, status, name, page)
	local file, slots = self:_current(name), page.slots or {};
	local locale = messages.locale_of(event.request);
	local body;
	if file.is_operators and page.operators then
		body = render_once(file.content, page.operators);
	else
		local key = self.id .. name .. "\0" .. locale .. "\0" .. (page.variant or "");
		local function values(given)
			return self:_values(locale, given, page.complete);
		end
		if page.shared then
			body = render_shared(page.shared, key, file.content, slots, values);
		else
			body = render(key, file.content, slots, values);
		end
	end

	local headers = headers_for(content_types.html, "no-store", page.policy or file.is_operators and operators_policy);
	if page.has_foreign_images then -- operators' own apps may have their pictures elsewhere
		headers.content_security_policy = headers.content_security_policy:gsub("img%-src 'self'", "%0 https: data:");
	end
	if page.form_action and not page.policy then -- ends with form-action
		headers.content_security_policy = headers.content_security_policy .. " " .. page.form_action;
	end
	if page.redirects_anywhere then -- browsers apply form-action to whatever comes after the answer, too
		headers.content_security_policy = without_form_action[headers.content_security_policy];
	end
	headers.vary = page.vary and "Accept-Language, " .. page.vary or "Accept-Language";
	headers.content_language = locale;
	send_at_once(event.response.conn, body);
	return { status_code = status; headers = headers; body = body };
end

-- What says messages in the visitor's language: say(id, values?); nil if there is none of that name. Every message
-- may use $site_name and $domain.
function pages:say_to(event)
	local locale = messages.locale_of(event.request);
	return function (id, values)
		local arguments = self.constants;
		if values then
			arguments = arguments_of(values);
			arguments.site_name, arguments.domain = self.site_name, self.host;
		end
		return messages.text(locale, id, arguments);
	end
end

-- A file as it is, or nil if it is none of those loaded. Templates are not for visitors.
function pages:file(name)
	if not self.files[name] or is_template(name) then
		return nil;
	end
	return {
		status_code = 200;
		headers = headers_for(content_type_of(name), "public, max-age=3600");
		body = self:_current(name).content;
	};
end

-- Whether an operator has put a template in the place of ours.
function pages:is_operators(name)
	return self.files[name].is_operators;
end

-- On to another page. A token or password may be near.
function pages:redirect(location) -- luacheck: ignore 212/self
	return { status_code = 303; headers = { location = location; cache_control = "no-store"; referrer_policy = "no-referrer" } };
end

-- A picture made for one visitor.
function pages:svg(body) -- luacheck: ignore 212/self
	return { status_code = 200; headers = headers_for(content_types.svg, "no-store"); body = body };
end

local function exists(path)
	return lfs.attributes(path) ~= nil;
end

-- Whether both are one folder, however it is spelt.
local function is_same(path, other_path)
	local one, other = lfs.attributes(path), lfs.attributes(other_path);
	return one ~= nil and other ~= nil and one.dev == other.dev and one.ino == other.ino;
end

-- Each load may have other options, so that pages rendered before it are no longer right.
local loads = 0;

local function unchanged(content)
	return content;
end

-- Reads the named files from a folder, relative to the module or absolute. One that is not in an
-- operator's own folder is taken from the module's, if it is there; a template has to be. Templates go through `prepare`.
local function load(module, own_folder, names, operators_folder, prepare)
	local directory = module:get_directory();
	local own = directory .. "/" .. own_folder;
	local operators = operators_folder and resolve_relative_path(directory, operators_folder);
	if operators and not exists(operators) then
		module:log("warn", "There is no folder %s: people see the usual pages", operators);
	end
	loads = loads + 1;
	local site_name = module:get_option_string("site_name", module.host);
	local self = setmetatable({
		id = loads .. "\0";
		host = module.host;
		site_name = site_name;
		constants = { site_name = site_name; domain = module.host };
		assets = module:depends("frontdoor_assets");
		prepare = prepare or unchanged;
		files = {};
	}, pages_mt);
	for _, name in ipairs(names) do
		local path = own .. "/" .. name;
		local is_operators = operators and exists(operators .. "/" .. name) and not is_same(operators, own);
		if is_operators then
			path = operators .. "/" .. name;
		end
		local file = { path = path; is_operators = is_operators };
		self:_refresh(name, file);
		assert(file.content or not is_template(name), "File not found: " .. path);
		self.files[name] = file.content and file;
	end
	return self;
end

return { load = load; headers_for = headers_for; content_type_of = content_type_of };
