-- Modules that get in each other's way, or are where they can do nothing.

local configmanager = require "prosody.core.configmanager";

local advice = module:require("advice");

local needs_accounts = {
	"adhoc_oauth2_client", "invites_api", "invites_page", "invites_register_api", "invites_register_web", "password_policy", "password_reset",
	"register_json",
};

local function enabled_here(patient)
	local list = configmanager.rawget(patient.host, "modules_enabled");
	return type(list) == "table" and list or {};
end

local function check_component(patient, add)
	if not patient.is_component then return; end
	for _, name in ipairs(needs_accounts) do
		if patient.enabled:contains(name) then
			add({ level = "error"; text = ("mod_%s can do nothing on a Component, which has no accounts"):format(name); lines = {
				advice.without("modules_enabled", enabled_here(patient), function (other) return other == name; end);
			} });
		end
	end
end

local function check_component_grants(patient, add)
	if not patient.is_component or not patient:has("http_oauth2") then return; end
	local allowed = patient.options:get_option_set("allowed_oauth2_grant_types", {});
	if not allowed:contains("password") then
		add({ level = "warning"; text = "There is no login page on a Component, and the password grant is not allowed: nobody gets a token";
			section = patient.host; lines = { advice.set("allowed_oauth2_grant_types", { "password", "refresh_token" }) } });
	end
end

local function registers(patient)
	return patient:has("invites_register_web") or patient:has("register_json");
end

-- Ways to an account that go around ours.
local function check_other_ways(patient, add)
	if not registers(patient) then return; end
	for name, text in pairs({
		register_web = "mod_register_web registers everybody, without an invitation and without asking the password policy";
		register_redirect = "mod_register_redirect sends apps away that would use an invitation";
	}) do
		if patient.others:contains(name) then
			add({ level = "warning"; text = text; section = patient.host; lines = { advice.disable(patient.host, name) } });
		end
	end
end

local function check_open_registration(patient, add)
	local is_open = patient.options:get_option_boolean("allow_registration", false) and patient.enabled:contains("register_ibr")
		and not (patient.enabled:contains("invites_register") and patient.options:get_option_boolean("registration_invite_only", true));
	if is_open and registers(patient) then
		add({ level = "hint"; text = "allow_registration is true: everybody can register over XMPP, without an invitation or a web form";
			section = patient:section_of("allow_registration"); lines = { advice.set("allow_registration", false) } });
	end
end

return function (patient, add)
	check_component(patient, add);
	check_component_grants(patient, add);
	check_other_ways(patient, add);
	check_open_registration(patient, add);
end
