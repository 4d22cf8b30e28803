-- What a form says about passwords, in the visitor's language.
--
--     local passwords = require "frontdoor.passwords".new(module);
--     local problems = passwords:problems(say, "secret", "juliet"); -- sentences; empty if it is good enough
--     passwords:rules(say);                                         -- what is said before typing
--
-- `say` gives the text of a message: say(id, values).

local accounts = require "frontdoor.accounts";

local passwords = {};
local passwords_mt = { __index = passwords };

local unusable = { ["policy-violation"] = "problem_password_max_length"; ["not-acceptable"] = "problem_password_characters" };

-- Sentences, and whether the server was too busy to find out.
function passwords:problems(say, password, username)
	local sentences = {};
	for _, problem in ipairs(self.policy.find_problems(password, { username = username })) do
		if problem.name == "busy" then return {}, true; end
		local sentence = say("problem_password_" .. problem.name:gsub("%W", "_"), self.policy.get_policy());
		table.insert(sentences, sentence or problem.text);
	end
	local prepared, err = accounts.prepare_password(password);
	if #sentences == 0 and not prepared then
		table.insert(sentences, say(unusable[err.condition], { max_length = accounts.max_password_length }));
	end
	return sentences;
end

function passwords:rules(say)
	local options, rules = self.policy.get_policy(), {};
	for _, name in ipairs({ "length", "exclude_username", "common", "strength" }) do
		if options[name] and options[name] ~= 0 then
			table.insert(rules, say("rule_" .. name, options));
		end
	end
	return rules;
end

function passwords:least_length()
	return self.policy.get_policy().length;
end

local function new(module)
	return setmetatable({ policy = module:depends("password_policy") }, passwords_mt);
end

return { new = new };
