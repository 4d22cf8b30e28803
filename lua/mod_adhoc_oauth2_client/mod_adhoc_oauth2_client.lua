-- Users register OAuth clients from their chat app, with an ad-hoc command.

local new_simple_form = require "prosody.util.adhoc".new_simple_form;
local dataforms = require "prosody.util.dataforms";
local errors = require "prosody.util.error";

local node = "urn:uuid:ff0d55ed-2187-4ee0-820a-ab633a911c14";
local command = node .. "#create";
local title = "Create OAuth2 client";

local oauth2 = module:depends("http_oauth2");
local new_command = module:require("adhoc").new;

local form = dataforms.new({
	title = title;
	instructions = "For a program that asks users of this server whether it may act for them.";
	{ name = "FORM_TYPE"; type = "hidden"; value = command };
	{ name = "client_name"; type = "text-single"; label = "Name"; desc = "What users are shown."; required = true };
	{ name = "client_uri"; type = "text-single"; label = "Home page"; desc = "Begins with https://"; datatype = "xs:anyURI"; required = true };
	{
		name = "redirect_uri"; type = "text-single"; label = "Redirect URI"; datatype = "xs:anyURI"; required = true;
		desc = "Where users are sent back to: an address of the home page's host, or of an app on their device.";
	};
});

local result = dataforms.new({
	title = "New OAuth2 client created";
	instructions = "Keep these: they are not stored, and not shown again.";
	{ name = "FORM_TYPE"; type = "hidden"; value = node .. "#created" };
	{ name = "client_id"; type = "text-single"; label = "Client ID" };
	{ name = "client_secret"; type = "text-single"; label = "Client secret" };
});

local function failed(err)
	return { status = "error"; error = err };
end

local function create(fields, problems)
	if problems then
		local lines = {};
		for name, problem in pairs(problems) do
			table.insert(lines, ("%s: %s"):format(name, problem));
		end
		table.sort(lines);
		return failed(errors.new({ type = "modify"; condition = "bad-request"; text = table.concat(lines, "\n") }));
	elseif not oauth2.create_client then
		return failed(errors.new({ type = "cancel"; condition = "not-allowed"; text = "Clients cannot register on this server." }));
	end
	local client, err = oauth2.create_client({
		client_name = fields.client_name; client_uri = fields.client_uri; redirect_uris = { fields.redirect_uri };
	});
	if not client then return failed(err); end
	return { status = "completed"; result = { layout = result; values = client } };
end

module:provides("adhoc", new_command(title, command, new_simple_form(form, create), "local_user"));
