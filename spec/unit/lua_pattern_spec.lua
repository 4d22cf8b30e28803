-- The patterns of `filtered_mails` match in the native library as they do in string.match.
--
-- The library has no function that matches any subject: rules match mail addresses, as they were typed and
-- in the form in which they are compared. So there are no brackets and quotes in the subjects.
--
-- Other random cases: SEED=42 spec/tools/test unit

local registration = require "frontdoor".registration;

local seed = tonumber(os.getenv("SEED")) or 1;
local patterns_to_try = 6000;

local function json_string(text)
	return '"' .. text:gsub('[%c"\\]', function (char) return ("\\u%04x"):format(char:byte()); end) .. '"';
end

local function admit(rules, mail)
	return rules:admit('{"username":"u","password":"p","ip":"::1","auth_token":"x","mail":' .. json_string(mail) .. "}",
		"application/json");
end

local function rules_for(pattern)
	return registration.rules({ auth_tokens = { "x" }; filtered_mails = { pattern } });
end

local everything_goes = registration.rules({ auth_tokens = { "x" } });

-- An address, as the two texts that patterns are matched with; nil if it is none.
local function subject_of(mail)
	local username, _, _, compared, typed = admit(everything_goes, mail);
	return username and { typed = typed or compared, compared = compared };
end

local function lua_matches(pattern, subject)
	return (subject.typed:match(pattern) or subject.compared:match(pattern)) ~= nil;
end

local function library_matches(rules, subject)
	return admit(rules, subject.typed) == nil;
end

local function complaint_of_lua(pattern)
	local ok, err = pcall(string.match, "", pattern);
	return not ok and err or nil;
end

-- Where the item ends that begins here: with the first byte that leaves Lua nothing to complain of.
local function end_of_item(pattern, first)
	for last = first, #pattern do
		if not complaint_of_lua(pattern:sub(first, last)) then return last; end
	end
end

-- Whether Lua refuses a pattern. Lua tells only what it comes across while it matches, so we ask it for each
-- item alone, and then for all captures with `a?`, which always matches, in place of the items between them.
local function is_malformed(pattern)
	local captures, position = "", pattern:sub(1, 1) == "^" and 2 or 1;
	while position <= #pattern do
		local parenthesis, reference = pattern:match("^[()]", position), pattern:match("^%%%d", position);
		if parenthesis then
			captures, position = captures .. parenthesis, position + 1;
		elseif reference then
			local complaint = complaint_of_lua(captures .. reference);
			if complaint and complaint:find("invalid capture index", 1, true) then return true; end
			captures, position = captures .. "a?", position + 2;
		else
			local last = end_of_item(pattern, position);
			if not last then return true; end
			captures, position = captures .. "a?", pattern:match("^[*+?-]?()", last + 1);
		end
	end
	return complaint_of_lua(captures) ~= nil;
end

local random = math.random;

local function one_of(list)
	return list[random(#list)];
end

local function char_of(text)
	local at = random(#text);
	return text:sub(at, at);
end

local function repeated(least, most, make)
	local parts = {};
	for _ = 1, random(least, most) do table.insert(parts, make()); end
	return table.concat(parts);
end

local alphabet = "aaabbbccc.-+_019";
local odd_alphabet = "aaabbc.-+_09^%$*?!{}~=/#'`|";

local function random_mail()
	local domain = repeated(1, 3, function () return char_of("abc1"); end) .. one_of({ "", ".a", "-b.c" });
	local kind = random(8);
	local function mail(make)
		return repeated(1, 6, make) .. "@" .. domain;
	end
	if kind <= 4 then
		return mail(function () return char_of(alphabet); end);
	elseif kind <= 6 then
		return mail(function () return char_of(odd_alphabet); end);
	elseif kind == 7 then -- bytes over 0x7f
		return mail(function () return one_of({ "a", "é", "\u{7ff}", "ß", "\u{10348}" }); end);
	end
	return one_of({ "", " ", "\n", "\v\t" }) .. mail(function () return char_of("aAbBcZ"); end) .. one_of({ "", " ", "\r\n", "\f" });
end

local function random_subject()
	local subject;
	repeat subject = subject_of(random_mail()); until subject;
	return subject;
end

local function class()
	return "%" .. char_of("aacddglpsuwxzACDGLPSUWXZ");
end

local function set_member()
	return one_of({
		char_of("abcA01.@_~ "), char_of("abcA01.@_~ "), "%" .. char_of("]-^%.[a"), class(),
		"a-c", "c-a", "a-", "-a", "-", "^", "[", "!-/", "a-%]", "%a-z", "]", "+--", "%-a", "\x80-\xff", "\0",
	});
end

local function set()
	return "[" .. one_of({ "", "", "^", "]", "^]", "-", "%]" }) .. repeated(0, 3, set_member) .. "]";
end

local function item()
	local single = one_of({
		char_of("abc1@"), char_of("abc1@"), char_of('.".]}=,~^$'), "%" .. char_of(".-+@%^$()[]\"ay"), class(), set(), set(),
	});
	return single .. one_of({ "", "", "", "*", "+", "-", "?" });
end

local function pattern_of(depth)
	return repeated(1, 3, function ()
		local kind = random(12);
		if kind == 1 and depth > 0 then
			return "(" .. pattern_of(depth - 1) .. ")";
		elseif kind == 2 then
			return one_of({
				"()", "^", "$", "$a", "(a", "b)", "%b\"\"", "%f[%w]", "%1", "(a)%1", "(b?)%1", "%2", "%", "[", "[^", "[]", "(%1)", "%0",
			});
		end
		return item();
	end);
end

local function random_pattern()
	return one_of({ "", "", "^" }) .. pattern_of(2) .. one_of({ "", "", "$" });
end

local mutations = {
	function (pattern, at) return pattern:sub(1, at - 1) .. pattern:sub(at + 1); end; -- remove
	function (pattern, at) return pattern:sub(1, at) .. pattern:sub(at); end; -- double
	function (pattern, at) return pattern:sub(1, at - 1) .. char_of("%[]()^$.*+-?ab@\0\xff") .. pattern:sub(at); end;
	function (pattern, at) return pattern:sub(at) .. pattern:sub(1, at - 1); end; -- rotate
	function (pattern, at) return pattern:sub(1, at); end; -- cut off
};

local function mutated(pattern)
	for _ = 1, random(3) do
		if pattern == "" then return pattern; end
		pattern = one_of(mutations)(pattern, random(#pattern));
	end
	return pattern;
end

-- More of them would take string.match minutes.
local function is_quick(pattern)
	return select(2, pattern:gsub("[*+?-]", "")) <= 7;
end

local function random_patterns()
	local patterns = {};
	while #patterns < patterns_to_try do
		local pattern = random_pattern();
		if #patterns % 2 == 0 then pattern = mutated(pattern); end
		if is_quick(pattern) then table.insert(patterns, pattern); end
	end
	return patterns;
end

local function describe_case(pattern, subject)
	return ("SEED=%d, pattern %q, subject %q"):format(seed, pattern, subject and subject.typed or "");
end

describe("a Lua pattern in the native library", function ()
	-- Verdicts of the library by pattern: "malformed", "left to Lua" or the rules.
	local verdicts, patterns;

	lazy_setup(function ()
		math.randomseed(seed);
		patterns, verdicts = random_patterns(), {};
		for _, pattern in ipairs(patterns) do
			local rules = rules_for(pattern);
			verdicts[pattern] = not rules and "malformed"
				or #rules:untranslatable_patterns() > 0 and "left to Lua"
				or rules;
		end
	end);

	it("is refused exactly when Lua finds it malformed", function ()
		local malformed, left_to_lua = 0, 0;
		for _, pattern in ipairs(patterns) do
			local verdict = verdicts[pattern];
			assert.equal(is_malformed(pattern), verdict == "malformed", describe_case(pattern));
			if verdict == "malformed" then malformed = malformed + 1; end
			if verdict == "left to Lua" then left_to_lua = left_to_lua + 1; end
		end
		assert.truthy(malformed > patterns_to_try / 20 and malformed < patterns_to_try / 2, "not balanced: " .. malformed);
		assert.truthy(left_to_lua > patterns_to_try / 100, "not balanced: " .. left_to_lua);
	end);

	it("gives the verdict of string.match", function ()
		local cases, matches = 0, 0;
		for _, pattern in ipairs(patterns) do
			local rules = verdicts[pattern];
			for _ = 1, type(rules) == "userdata" and 6 or 0 do
				local subject = random_subject();
				local expected = lua_matches(pattern, subject);
				assert.equal(expected, library_matches(rules, subject), describe_case(pattern, subject));
				cases, matches = cases + 1, matches + (expected and 1 or 0);
			end
		end
		assert.truthy(cases >= 20000, "too few: " .. cases);
		assert.truthy(matches > cases / 4 and matches < cases * 3 / 4, "not balanced: " .. matches);
	end);
end);

describe("every class", function ()
	local chars = {};
	for code = 0x20, 0x7e do
		local char = string.char(code);
		chars[char] = subject_of("a" .. char .. "a@a"); -- if an address can have it
	end
	chars["é"] = subject_of("aéa@a");

	local function assert_same_verdicts(pattern)
		local rules = assert(rules_for(pattern));
		for char, subject in pairs(chars) do
			assert.equal(lua_matches(pattern, subject), library_matches(rules, subject), pattern .. " of " .. char);
		end
	end

	it("has the printable members it has in Lua", function ()
		for code = 0x20, 0x7e do
			local char = string.char(code);
			if not char:match("[%dbf]") then
				assert_same_verdicts("^a%" .. char);
				assert_same_verdicts("^a[%" .. char .. "]");
				assert_same_verdicts("^a[^%" .. char .. "]");
			end
		end
	end);

	it("has the blanks it has in Lua", function ()
		for _, name in ipairs({ "%s", "%S", "%c", "%C", "%p", "%g", "%w", "%z", ".", "[%c]", "[^%s]", "[^%c]" }) do
			local pattern = "^" .. name .. "a@a";
			local rules = assert(rules_for(pattern));
			for blank in ("\t\n\v\f\r "):gmatch(".") do
				local subject = assert(subject_of(blank .. "a@a"));
				assert.equal(lua_matches(pattern, subject), library_matches(rules, subject), ("%s of %q"):format(name, blank));
			end
		end
	end);
end);

describe("an edge of the pattern syntax", function ()
	-- Each pattern with addresses that it matches, and addresses that it does not.
	local edges = {
		{ "[]a]", { "a@b" }, { "c@b" } };
		{ "^[^]a]", { "b@c" }, { "a@c" } };
		{ "[%]]", {}, { "a@b", "%@b" } };
		{ "^[^%]]", { "a@b", "%@b" }, {} };
		{ "[a-]", { "-@b", "a@c" }, { "b@c" } };
		{ "[-a]", { "-@b", "a@c" }, { "b@c" } };
		{ "[%a-z]@", { "-@1", "z@1", "b@1" }, { "1@a" } };
		{ "[a-%]]", {}, { "a@b", "-@b", "%@b" } }; -- from `a` to `%` there is nothing
		{ "^[!-%%]", { "!@b", "%@b", "$@b" }, { "a@b", "&@b" } };
		{ "[+--]", { "+@b", "-@b" }, { "a@b", "a.a@b" } };
		{ "[c-a]", {}, { "a@b", "c@b" } };
		{ "[^c-a]", { "a@b" }, {} };
		{ "[%a%]]@", { "a@1" }, { "1@a" } };
		{ "[^^]@", { "a@b" }, { "^@b" } };
		{ "[a^]@", { "a@b", "^@b" }, { "b@b" } };
		{ "a^b", { "a^b@c" }, { "ab@c" } };
		{ "a$b", { "a$b@c" }, { "ab@c" } };
		{ "(a$)", { "a$@c" }, { "c@a" } };
		{ "(^a)", { "^a@c" }, { "a@c" } };
		{ "^^a", { "^a@c" }, { "a@c" } };
		{ "a$$", {}, { "b@a" } };
		{ "^*a", { "*a@c" }, { "a@c" } };
		{ "^a**", { "*@c", "aa*@c" }, { "a@c" } };
		{ "(ab)*@", { "ab*@c" }, { "abab@c", "ab@c" } };
		{ "()*@", { "*@c" }, { "a@c" } };
		{ "()a()", { "a@b" }, { "b@b" } };
		{ "%-", { "a-b@c" }, { "ab@c" } };
		{ "^a-b", { "b@c", "aaab@c" }, { "-b@c" } };
		{ "^a-$", {}, { "a@c" } };
		{ "", { "a@b" }, {} };
		{ "^", { "a@b" }, {} };
		{ "$", { "a@b" }, {} };
		{ "^$", {}, { "a@b" } };
		{ "\xc3", { "é@b" }, { "e@b" } }; -- bytes, not characters
		{ "^..@", { "é@b" }, { "e@b" } };
		{ "[\xa0-\xaf]", { "é@b" }, { "ü@b" } };
		{ "a\0b", {}, { "ab@c", "a@b" } };
		{ "%z", {}, { "a@b" } };
		{ "a.@b", { "a+@b" }, { "a@b" } };
		{ "\n", { "a@b\n" }, { "a@b" } }; -- as it was typed
	};

	for _, edge in ipairs(edges) do
		local pattern, matching, other = table.unpack(edge);
		it(("%q is read as Lua reads it"):format(pattern), function ()
			local rules = assert(rules_for(pattern));
			for expected, mails in pairs({ [true] = matching; [false] = other }) do
				for _, mail in ipairs(mails) do
					local subject = assert(subject_of(mail), mail);
					assert.equal(expected, lua_matches(pattern, subject), "Lua, " .. mail);
					assert.equal(expected, library_matches(rules, subject), "library, " .. mail);
				end
			end
		end);
	end

	it("that is malformed is refused, with its place in the list", function ()
		for _, pattern in ipairs({
			"%", "a%", "[", "[]", "[^", "[^]", "[%", "[%]", "[a-%]", "(", "(a", "a)", ")", "())", "(()", ("()"):rep(33),
			"%b", "%ba", "%f", "%fa", "%f[a", "%0", "%1", "(%1)", "()%2", "(a)(b%2)", "%b()(", "%b())", "%b()%", "%f[a]%",
		}) do
			assert.truthy(is_malformed(pattern), pattern);
			local rules, message = registration.rules({ auth_tokens = { "x" }; filtered_mails = { "a", pattern } });
			assert.equal(nil, rules, pattern);
			assert.matches("^reg_servlet_filtered_mails: pattern 2 is malformed: .", message);
		end
	end);

	it("that only Lua can match is left to Lua", function ()
		local mixed = { "a", "%b()", "b", "%f[%w]a", "(.)%1", "()%1", "((a)%2)" };
		local rules = registration.rules({ auth_tokens = { "x" }; filtered_mails = mixed });
		assert.same({ "%b()", "%f[%w]a", "(.)%1", "()%1", "((a)%2)" }, rules:untranslatable_patterns());
		assert.falsy(library_matches(rules, subject_of("cc@c"))); -- which the last one matches
		assert.truthy(library_matches(rules, subject_of("a@c")));
	end);

	it("may be as long as 32 captures", function ()
		assert.truthy(rules_for(("()"):rep(32)));
	end);
end);
