-- Shows the problems, and what to do about them.

local configmanager = require "prosody.core.configmanager";

local order = { error = 1; warning = 2; hint = 3 };

-- At the end what is there already is known, and of two values the last counts.
local function heading(section, hosts)
	if section == "*" then return "Put this into the global section, above the first VirtualHost:"; end
	if hosts[2] then return "Put this at the end of each of them:"; end
	local kind = configmanager.rawget(section, "component_module") and "Component" or "VirtualHost";
	return ("Put this at the end of %s %q:"):format(kind, section);
end

local function block(title, lines)
	print("    " .. title);
	for _, line in ipairs(lines) do print("        " .. line); end
end

local function show(problem)
	local where = problem.hosts[1] == "*" and "all hosts" or table.concat(problem.hosts, ", ");
	print(("%s: %s: %s"):format(problem.level, where, problem.text));
	if problem.command then block("Run this:", { problem.command }); end
	if problem.lines then block(heading(problem.section or problem.host, problem.hosts), problem.lines); end
	if problem.note then print("    " .. problem.note); end
	print("");
end

-- What makes two problems one, but for the hosts that have it.
local function key_of(problem)
	return table.concat({ problem.level, problem.text, problem.section == "*" and "*" or "", table.concat(problem.lines or {}, "\n") }, "\0");
end

-- Each problem once, with the `hosts` that have it; errors first.
local function sorted(problems)
	local list, known = {}, {};
	for at, problem in ipairs(problems) do
		local same = known[key_of(problem)];
		if not same then
			known[key_of(problem)], problem.at, problem.hosts = problem, at, { problem.host };
			table.insert(list, problem);
		elseif same.hosts[#same.hosts] ~= problem.host then
			table.insert(same.hosts, problem.host);
		end
	end
	table.sort(list, function (a, b)
		if a.level ~= b.level then return order[a.level] < order[b.level]; end
		return a.at < b.at;
	end);
	return list;
end

local function counted(number, noun)
	return ("%d %s%s"):format(number, noun, number == 1 and "" or "s");
end

local function summary(findings, counts)
	if findings.modules == 0 then
		print("None of frontdoor's modules is enabled on " .. table.concat(findings.hosts, ", ") .. ".");
	end
	print(("Checked %s: %s, %s, %s."):format(counted(#findings.hosts, "host"), counted(counts.error, "error"),
		counted(counts.warning, "warning"), counted(counts.hint, "hint")));
end

-- Returns whether nothing is wrong.
return function (findings)
	local counts = { error = 0; warning = 0; hint = 0 };
	for _, problem in ipairs(sorted(findings.problems)) do
		counts[problem.level] = counts[problem.level] + 1;
		show(problem);
	end
	summary(findings, counts);
	return counts.error + counts.warning == 0;
end
