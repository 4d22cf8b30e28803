-- How a host keeps passwords.

local advice = module:require("advice");

local function is_ours(patient)
	return patient:has("invites_register_web") or patient:has("register_json") or patient:has("http_oauth2") or patient:has("password_reset")
		or patient:has("invites_register_api");
end

local function problem_of(provider)
	if provider == "anonymous" then
		return "error", "authentication is 'anonymous': there are no accounts, so nobody can register or let an app in";
	elseif provider == "internal_plain" then
		return "hint", "authentication is 'internal_plain': passwords are stored as they are, and whoever gets the store has them";
	end
	return "hint", ("authentication is '%s': it is asked as it is, and while it works everybody waits who is connected"):format(provider);
end

return function (patient, add)
	if patient.is_component or not is_ours(patient) then return; end
	local provider = patient.options:get_option_string("authentication", "internal_hashed");
	if not provider or provider == "internal_hashed" then return; end
	local level, text = problem_of(provider);
	add({ level = level; text = text; section = patient:section_of("authentication");
		lines = provider:find("^internal_") and { advice.set("authentication", "internal_hashed") }
			or level == "error" and { advice.set("authentication", "internal_hashed") } or nil });
end
