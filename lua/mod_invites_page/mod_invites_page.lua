-- The page behind an invitation link, and one for each app that can take the invitation over.

local jid_node = require "prosody.util.jid".node;
local modulemanager = require "prosody.core.modulemanager";

local core = require "frontdoor";
local render_url = require "frontdoor.template".url;

local is_external = module:get_option_boolean("invites_page_external", false);
local own_link_format = module:get_option_string("invites_page");

local invites = module:depends("invites");
local links = module:require("links");

-- The link for a contact names the inviter, who alone knows the token. Pages elsewhere never got these.
local function landing_page(invite)
	if invite.additional_data and invite.additional_data.allow_reset then
		return nil; -- mod_password_reset has a page for it
	elseif own_link_format then
		return invite.allow_registration and render_url(own_link_format, { host = module.host; invite = invite }) or nil;
	elseif is_external then
		return nil;
	elseif invite.allow_registration then
		return links.own_url("?" .. invite.token);
	end
	return links.own_url(links.contact_path(jid_node(invite.jid)) .. "?" .. invite.token);
end

-- The page of an invite to register, wherever that is, or nil if there is none.
function page_url(invite) -- luacheck: ignore 131
	if own_link_format then -- which may need all of it
		return invite.uri and render_url(own_link_format, { host = module.host; invite = invite }) or nil;
	end
	return not is_external and links.own_url("?" .. invite.token) or nil;
end

module:hook("invite-created", function (invite)
	invite.landing_page = invite.landing_page or landing_page(invite);
end);

local invitations = require "frontdoor.invitations".new(module);
require "frontdoor.used_invites".watch(module);
require "frontdoor.in_band".watch(module, invitations);

if is_external then return; end

module:depends("http");

local answers = module:require("answers");

-- Also for forms that find an invite unusable.
serve_invalid_page = answers.invalid_page; -- luacheck: ignore 131

local function reset_page()
	local reset = modulemanager.get_module(module.host, "password_reset");
	return reset and reset.reset_url;
end

-- The invite that a request is about, or nil and the answer if there is none.
local function invite_of(event)
	local token = core.invites.token_in(event.request.url.query);
	local invite, why = invitations:find(token);
	if not invite then
		return nil, answers.invalid_page(event, why);
	elseif invite.reset then
		local reset_url = reset_page();
		return nil, reset_url and answers.redirect(reset_url(token))
			or answers.invalid_page(event, "reset");
	end
	return invite;
end

function serve_invite_page(event)
	local invite, answer = invite_of(event);
	return invite and answers.invite_page(event, invite) or answer;
end

-- mod_invites fails if the record is damaged.
local function find_contact_invite(token, inviter)
	local ok, invite, why = pcall(invites.get, token, inviter);
	if not ok then
		module:log("error", "Could not find out about an invite: %s", invite);
		return nil, "failed";
	end
	return invite, why == "token-expired" and "expired" or "unknown";
end

-- An invite that only makes contacts is known to its inviter alone, whom the link names.
local function serve_contact_page(event, path)
	local inviter = links.inviter_in(path);
	local token = core.invites.token_in(event.request.url.query);
	local invite, why = nil, "unknown";
	if inviter and token then
		invite, why = find_contact_invite(token, inviter);
	end
	if not invite then
		return answers.invalid_page(event, why);
	end
	return answers.contact_page(event, {
		token = token; uri = invite.uri; type = invite.type; inviter = inviter; jid = inviter .. "@" .. module.host;
	});
end

function serve_setup_page(event, app_id)
	local invite, answer = invite_of(event);
	return invite and answers.setup_page(event, invite, app_id) or answer;
end

-- The path of the page that a picture is asked of, or nil.
local function pictured_path(path)
	if path == "" then return ""; end
	local inviter = links.inviter_in(path:match("^contact/(.+)$") or "");
	return inviter and links.contact_path(inviter);
end

-- The address of an invitation page as a picture. It tells nothing that the request does not tell.
local function serve_qr_code(event, path)
	local token, pictured = core.invites.token_in(event.request.url.query), pictured_path(path);
	local svg = token and pictured and core.web.qr_svg(links.own_url(pictured .. "?" .. token));
	return svg and answers.picture(svg) or 404;
end

module:provides("http", {
	cors = { enabled = false }; -- no page of another server has to read ours
	route = {
		["GET"] = serve_invite_page;
		["GET /contact/*"] = serve_contact_page;
		["GET /setup/*"] = serve_setup_page;
		["GET /qr/*"] = serve_qr_code;
		-- Where templates of the community module look for their files.
		["GET /static/*"] = function (_, name) return answers.file(name, "public, max-age=3600") or 404; end;
	};
});
