-- Keys and tokens that are missing, or that somebody could guess.

local advice = module:require("advice");
local of_secret = module:require("remedies").of_secret;

-- Of documentation, ours and the community modules'.
local examples = {
	["a long random text that your web form knows too"] = true; ["securely generated JWT key here"] = true;
	["securely generated key here"] = true; ["the new one"] = true; ["the old one"] = true; ["…"] = true;
};

local function problem(level, option, text)
	local advised = of_secret(option);
	return { level = level; text = text; command = advised.command; note = advised.note };
end

local function list_of(patient, option)
	local list = {};
	for _, value in ipairs(patient.options:get_option_array(option, {})) do
		if type(value) == "string" then table.insert(list, value); end
	end
	return list;
end

local secrets = { "oauth2_registration_key", "oauth2_registration_previous_keys", "oauth2_registration_token", "reg_servlet_auth_token" };

local function check_examples(patient, add)
	for _, option in ipairs(secrets) do
		for _, value in ipairs(list_of(patient, option)) do
			if examples[value] then
				add(problem("error", option, ("%s is the example of the documentation, which everybody knows"):format(option)));
			end
		end
	end
end

local function check_weakness(patient, option, who, add)
	for _, value in ipairs(list_of(patient, option)) do
		local weakness = not examples[value] and value ~= "" and require "frontdoor".oauth.key_weakness(value);
		if weakness then
			add(problem("warning", option, ("%s %s: whoever guesses it %s"):format(option, weakness, who)));
		end
	end
end

local function check_registration_key(patient, add)
	local key = patient.options:get_option_string("oauth2_registration_key", "");
	if key == "" then
		add(problem("warning", "oauth2_registration_key", "There is no oauth2_registration_key: apps and websites cannot register, "
			.. "and nobody can let one in"));
		return;
	end
	local previous = list_of(patient, "oauth2_registration_previous_keys");
	for _, other in ipairs(previous) do
		if other == key then
			local section = patient:section_of("oauth2_registration_previous_keys");
			add({ level = "warning"; section = section; text = "oauth2_registration_previous_keys has oauth2_registration_key in it, which is "
				.. "no previous one"; lines = not previous[2] and { advice.set("oauth2_registration_previous_keys", {}) } or nil;
				note = previous[2] and "Take it out of the list." or nil });
			return;
		end
	end
end

return function (patient, add)
	check_examples(patient, add);
	if patient.stage.parts.http_oauth2 then
		check_registration_key(patient, add);
		check_weakness(patient, "oauth2_registration_token", "can register clients", add);
	end
	if patient.stage.parts.register_json then
		check_weakness(patient, "reg_servlet_auth_token", "can register anybody", add);
	end
end
