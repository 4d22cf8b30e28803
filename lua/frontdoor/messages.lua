-- What pages say, in the visitor's language.
--
--     local locale = messages.locale_of(request);
--     messages.text(locale, "invite_title", { site_name = "example.org" });
--
-- Each language is a file in the folder `locale` beside this one, in Fluent's format. What a language does
-- not have is said in English.

local lfs = require "lfs";
local new_cache = require "prosody.util.cache".new;

local core = require "frontdoor".messages;

local longest_remembered = 200; -- bytes of a header

local folder = select(2, ...):match("^(.*)[/\\]") .. "/locale";

local function read_catalogues()
	local sources = {};
	for file_name in lfs.dir(folder) do
		local locale = file_name:match("^([%w-]+)%.ftl$");
		if locale then
			local file = assert(io.open(folder .. "/" .. file_name, "rb"));
			sources[locale] = file:read("*a");
			file:close();
		end
	end
	return sources;
end

local catalogue = assert(core.catalogue(read_catalogues(), "en"));

-- Few browsers ask for other languages than the one before.
local negotiated = new_cache(200);

local function locale_of(request)
	local wanted = request.headers.accept_language or "";
	local locale = negotiated:get(wanted);
	if not locale then
		locale = catalogue:negotiate(wanted);
		if #wanted <= longest_remembered then negotiated:set(wanted, locale); end
	end
	return locale;
end

local function text(locale, id, values)
	return catalogue:text(locale, id, values);
end

return { locale_of = locale_of; text = text };
