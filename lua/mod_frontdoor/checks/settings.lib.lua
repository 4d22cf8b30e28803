-- What our modules themselves say of the configuration when they are loaded.

local sorted_pairs = require "prosody.util.iterators".sorted_pairs;

local advice = module:require("advice");
local options = module:require("options");
local new_stage = module:require("stage").new;
local remedy_of = module:require("remedies").of;

-- What people notice when a module does not load.
local consequences = {
	adhoc_oauth2_client = "nobody registers an OAuth client from a chat app";
	frontdoor_assets = "our pages cannot be shown";
	http_oauth2 = "apps and websites cannot ask for accounts";
	invites_api = "programs cannot create invitations";
	invites_page = "invitation links lead nowhere";
	invites_register_api = "programs cannot register invited people";
	invites_register_web = "nobody can use an invitation in a browser";
	password_policy = "nothing refuses weak passwords, and modules that need it do not load either";
	password_reset = "nobody can choose a new password";
	register_apps = "invitation pages have no apps";
	register_json = "nobody can register through your web form";
};

-- The longest, as some are the beginning of others.
local function option_in(text)
	local found;
	for word in text:gmatch("[%w_]+") do
		if options.values[word] ~= nil and #word > #(found or "") then found = word; end
	end
	return found;
end

-- Which option names the folder that a module did not find.
local folder_options = {
	http_oauth2 = "oauth2_template_path"; invites_register_web = "invites_register_template_path"; register_json = "reg_servlet_template_path";
};

local function registration_lines(patient)
	return { advice.enable(patient.host, "invites_register"), advice.set("registration_invite_only", false) };
end

-- Those that name no option of ours, or need more than another value.
local special = {
	["Inviters do not become contacts"] = function (patient) return { lines = registration_lines(patient); section = patient.host }; end;
	["in modules_disabled"] = function (patient, text)
		local section, name = patient:section_of("modules_disabled"), text:match("needs mod_(%S+),");
		local disabled = patient.options:get_option_array("modules_disabled", {});
		return { section = section; lines = {
			advice.without("modules_disabled", disabled, function (entry) return entry == name; end);
		} };
	end;
	["There is no folder"] = function (patient, text, part)
		return remedy_of(patient, folder_options[part.name], text, part);
	end;
};

local function remedy(patient, text, part)
	for pattern, find in pairs(special) do
		if text:find(pattern, 1, true) then return find(patient, text, part); end
	end
	local option = option_in(text);
	return option and remedy_of(patient, option, text, part) or {};
end

local levels = { warn = "warning"; error = "error" };

local function level_of(said)
	-- Allowed, and works.
	if said.text:find("is matched more slowly", 1, true) then return "hint"; end
	return levels[said.level];
end

local function problem_of(patient, level, text, part)
	local problem = remedy(patient, text, part);
	problem.level, problem.text = level, text;
	return problem;
end

-- The option without which the module would load.
local function culprit_of(patient, part)
	for option in sorted_pairs(part.read) do
		if patient.options:get_option(option) ~= nil and not new_stage(patient.host, { [option] = true }):load(part.name).failure then
			return option;
		end
	end
end

-- What a module says when it refuses an option is for people; what Lua says when it stumbles is not.
local function is_for_people(failure)
	return not failure:find("stack traceback", 1, true) and not failure:find("%.lua:%d+: ") and not failure:find("^attempt to ");
end

local function reason_of(patient, part)
	if is_for_people(part.failure) then return part.failure; end
	local culprit = culprit_of(patient, part);
	return culprit and ("It cannot use the value of the option %s"):format(culprit) or (part.failure:gsub("\nstack traceback.*", ""));
end

local function check_failure(patient, part, add)
	if not part.failure or part.failure == "" then return; end
	local reason = reason_of(patient, part);
	local problem = problem_of(patient, "error", reason, part);
	problem.text = ("mod_%s does not load, so %s. %s"):format(part.name, consequences[part.name] or "it does nothing", reason);
	add(problem);
end

local function check_part(patient, part, add)
	for _, said in ipairs(part.said) do
		local level = level_of(said);
		if level == "hint" then
			add({ level = level; text = said.text });
		elseif level then
			add(problem_of(patient, level, said.text, part));
		end
	end
	check_failure(patient, part, add);
end

-- Prosody takes anything else for an empty list, and tells nobody.
local function check_lists(patient, add)
	for _, option in ipairs({ "modules_enabled", "modules_disabled" }) do
		local value = patient.options:get_option(option);
		if value ~= nil and type(value) ~= "table" then
			add({ level = "error"; text = ("%s must be a list of names: Prosody takes none from it"):format(option);
				section = patient:section_of(option); lines = { advice.set(option, { tostring(value) }) } });
		end
	end
end

return function (patient, add)
	check_lists(patient, add);
	for _, part in sorted_pairs(patient.stage.parts) do check_part(patient, part, add); end
end
