-- What is set and has no effect.

local advice = module:require("advice");
local distance = module:require("distance");

local rules = { length = true; max_length = true; exclude_username = true; common = true; strength = true };

local function check_enforced(patient, add)
	local has_accounts = not patient.is_component and patient.options:get_option("authentication") ~= "anonymous";
	if patient.options:get_option("password_policy") == nil or not has_accounts then return; end
	if not patient.stage.parts.password_policy and not patient.others:contains("password_policy") then
		add({ level = "warning"; text = "Nothing enforces password_policy here: people can choose any password"; section = patient.host;
			lines = { advice.enable(patient.host, "password_policy") } });
	end
end

local function without(policy, name)
	local rest = {};
	for other, value in pairs(policy) do rest[other] = other ~= name and value or nil; end
	return rest;
end

local function check_rule(patient, policy, name, add)
	if rules[name] or patient:others_have(name) and patient:others_have("password-policy-provider") then return; end
	local nearest = distance.nearest(tostring(name), rules);
	local better = without(policy, name);
	if nearest then better[nearest] = policy[name]; end
	add({ level = "error"; text = ("password_policy: no module has a rule '%s', so every password is refused"):format(tostring(name))
		.. (nearest and (". It should be %s"):format(nearest) or ""); section = patient:section_of("password_policy");
		lines = { advice.set("password_policy", better) } });
end

local function check_rules(patient, add)
	local policy = patient.options:get_option("password_policy");
	if type(policy) ~= "table" or policy[1] ~= nil or not patient.stage.parts.password_policy then return; end
	for name in pairs(policy) do check_rule(patient, policy, name, add); end
end

local function check_external_page(patient, add)
	if patient:has("invites_page") and patient.options:get_option_boolean("invites_page_external", false)
		and not patient.options:get_option_string("invites_page") then
		add({ level = "error"; text = "invites_page_external is true, and invites_page does not say where the page is: invitations have no link";
			section = patient:section_of("invites_page_external"); lines = { advice.set("invites_page_external", false) };
			note = 'Or: invites_page = "https://example.org/join/#{invite.uri}"' });
	end
end

-- Apps that take no invitation over need a form, and so do people.
local function check_form(patient, add)
	if patient:has("invites_page") and not patient.stage.parts.invites_register_web and not patient.others:contains("invites_register_web")
		and not patient.options:get_option_boolean("invites_page_external", false)
		and not patient.options:get_option_string("invites_registration_page") then
		add({ level = "warning"; text = "mod_invites_page is enabled without mod_invites_register_web: its link to the form leads nowhere";
			section = patient.host; lines = { advice.enable(patient.host, "invites_register_web") } });
	end
end

return function (patient, add)
	check_form(patient, add);
	check_enforced(patient, add);
	check_rules(patient, add);
	check_external_page(patient, add);
end
