-- What to write in place of a bad value, without what was good in it getting lost.

local format = require "prosody.util.format".format;

local advice = module:require("advice");
local options = module:require("options");

local function as_list(value)
	return type(value) == "table" and value or { value };
end

-- A value that our modules' own rules take; anything goes for the secret, as it is not what is asked.
local function rules_of(option, entries)
	local field = ({ reg_servlet_bl = "blocked"; reg_servlet_wl = "unthrottled"; reg_servlet_filtered_mails = "filtered_mails" })[option];
	return require "frontdoor".registration.rules({ auth_tokens = { "any" }; [field] = entries });
end

local function without_bad_rules(option, value)
	return advice.without(option, as_list(value), function (entry)
		return type(entry) ~= "string" or not rules_of(option, { entry });
	end);
end

-- Entries that the module has said to be unknown.
local function without_unknown(option, value, _, part)
	return advice.without(option, as_list(value), function (entry)
		for _, said in ipairs(part.said) do
			if said.text == format("%s: there is no %q, it is ignored", option, entry) then return true; end
		end
		return false;
	end);
end

local function without_entry_named(option, value, text)
	local position = tonumber(text:match("entry (%d+)"));
	if not position then return nil; end
	local entries = as_list(value);
	local bad = entries[position];
	return advice.without(option, entries, function (entry) return entry == bad; end);
end

-- The policy without the rules that are refused.
local function without_bad_limits(option, value)
	if type(value) ~= "table" or value[1] ~= nil then return advice.set(option, options.values[option]); end
	local good = {};
	for name, limit in pairs(value) do
		good[name] = limit;
		local ok, policy = pcall(require "frontdoor".password.policy, good);
		if not ok or not policy then good[name] = nil; end
	end
	return advice.set(option, good);
end

local special = {
	reg_servlet_bl = without_bad_rules; reg_servlet_wl = without_bad_rules; reg_servlet_filtered_mails = without_bad_rules;
	allowed_oauth2_grant_types = without_unknown; allowed_oauth2_response_types = without_unknown;
	allowed_oauth2_code_challenge_methods = without_unknown;
	oauth2_revoked_clients = without_entry_named;
	password_policy = without_bad_limits;
};

local generate_key = "prosodyctl mod_http_oauth2 generate_key";
local generate_secret = "head -c 33 /dev/urandom | base64";

local secrets = {
	oauth2_registration_key = { command = generate_key; note = "and put what it prints into the configuration. Without the old key in "
		.. "oauth2_registration_previous_keys, clients that have registered are unknown." };
	oauth2_registration_previous_keys = { note = "Take old keys out of oauth2_registration_previous_keys once no client needs them." };
	oauth2_software_statement_keys = { note = "A key is a public key in PEM, a JWK, or a text for HS256." };
};

local function of_secret(option)
	return secrets[option]
		or { command = generate_secret; note = ("and put what it prints into the configuration, as %s."):format(option) };
end

-- { lines, section, command, note } for the option of a patient that `text` complains of; `part` is the module that does.
local function remedy(patient, option, text, part)
	local good = options.values[option];
	if good == options.secret then return of_secret(option); end
	local section, line = patient:section_of(option), nil;
	if special[option] then
		line = special[option](option, patient.options:get_option(option), text, part);
	elseif good ~= options.other then
		line = advice.set(option, good);
	end
	return { lines = line and { line }; section = section };
end

return { of = remedy, of_secret = of_secret };
