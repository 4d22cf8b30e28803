-- The registration form: what was typed, and what is wrong with it.

local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;

local core = require "frontdoor";
local fields = require "frontdoor.forms".fields;
local new_passwords = require "frontdoor.passwords".new;

local passwords = new_passwords(module);

-- People type spaces around their name, and whole addresses.
local function trimmed(name)
	local text = name:match("^%s*(.-)%s*$");
	local before = text:match("^([^@]+)@(.+)$");
	if before and text:sub(#before + 2):lower() == module.host then
		return before;
	end
	return text;
end

local names = { "token", "app_id", "user", "password" };

-- { token, app_id, user, password }, each as far as it was sent and can be read.
local function read(text)
	local values, bad = fields(text, names);
	return {
		token = values.token; app_id = values.app_id;
		user = values.user and trimmed(values.user) or ""; bad_user = bad.user;
		password = values.password or ""; bad_password = bad.password;
	};
end

-- The user name, or nil and the message that says what is wrong with it.
local function username_of(form, invite)
	local typed = form.user == "" and invite.username or form.user;
	if typed == "" and not form.bad_user then return nil, "problem_name_missing"; end
	local username = nodeprep(typed, true);
	if not username or username == "" or form.bad_user then return nil, "problem_name_characters"; end
	if invite.username and username ~= invite.username then return nil, "problem_name_reserved"; end
	if not core.registration.username_fits(username) then return nil, "problem_name_long"; end
	return username;
end

-- Up to three names like this one that are free.
local function free_names(username, accounts)
	local free = {};
	for _, name in ipairs(core.invites.suggestions(username)) do
		if #free < 3 and accounts:exists(name) == false then
			table.insert(free, name);
		end
	end
	return free;
end

-- A user name that can be registered, or nil, the message, and names that are free instead. Nothing at all if
-- the accounts cannot be read.
local function check_username(form, invite, accounts)
	local username, problem = username_of(form, invite);
	if not username then return nil, problem; end
	local exists = accounts:exists(username);
	if exists == nil then return nil; end
	if exists then
		if invite.username then return nil, "problem_name_reserved_taken"; end
		return nil, "problem_name_taken", free_names(username, accounts);
	end
	return username;
end

-- Everything that is wrong, in the words of `say`:
--
--     { message =, summary =, name_problem =, password_problems = { … }, suggestions = { … } }
--
-- or nothing, and the user name; or nothing at all and "busy" or "failed".
local function find_problems(form, invite, accounts, say)
	local username, name_problem, suggestions = check_username(form, invite, accounts);
	if not username and not name_problem then return nil, nil, "failed"; end
	local password_problems, busy = passwords:problems(say, form.password, username or form.user);
	if busy then return nil, nil, "busy"; end
	if form.bad_password then
		password_problems = { say("problem_password_characters") };
	end
	if username and #password_problems == 0 then return nil, username; end

	local name_text = name_problem and say(name_problem, invite);
	local all = { table.unpack(password_problems) };
	if name_text then table.insert(all, 1, name_text); end
	local missing = name_problem == "problem_name_missing" or form.password == "" and not form.bad_password;
	return {
		message = missing and say("problem_fields") or table.concat(all, " ");
		summary = missing and say("problem_fields") or nil;
		name_problem = name_text or nil;
		password_problems = password_problems;
		suggestions = suggestions and suggestions[1] and suggestions or nil;
	};
end

-- The same when somebody else has just taken the name: he may not be in the storage yet.
local function name_is_taken(form, invite, accounts, say)
	local text = say(invite.username and "problem_name_reserved_taken" or "problem_name_taken");
	local suggestions = not invite.username and free_names(username_of(form, invite), accounts) or {};
	return { message = text; name_problem = text; suggestions = suggestions[1] and suggestions or nil };
end

return { read = read; find_problems = find_problems; name_is_taken = name_is_taken };
