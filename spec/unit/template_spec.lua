-- frontdoor.template gives what Prosody's util.interpolation gives, from the cache too.

-- Prosody's modules find each other as "prosody.util.x".
if not pcall(require, "prosody.util.cache") then require "loader"; end

local interpolation = require "prosody.util.interpolation".new;
local url_escape = require "prosody.util.http".urlencode;
local xml_escape = require "prosody.util.stanza".xml_escape;

local template = require "frontdoor.template";

local plain_html = interpolation("%b{}", xml_escape, {
	urlescape = url_escape;
	lower = string.lower;
	classname = function (value) return (value:gsub("%W+", "-")); end;
	relurl = function (url) return url; end;
});
local plain_url = interpolation("%b{}", url_escape, {
	urlescape = url_escape;
	noscheme = function (url) return (url:gsub("^[^:]+:", "")); end;
});

local last_key = 0;

-- A cache key that no other test has.
local function new_key()
	last_key = last_key + 1;
	return "template " .. last_key;
end

local function render(key, source, slots, values)
	return template.render(key, source, slots, values or function (given) return given; end);
end

describe("template.render", function ()
	local function assert_renders(expected, source, slots, values)
		local key = new_key();
		assert.equal(expected, render(key, source, slots, values), source);
		assert.equal(expected, render(key, source, slots, values), source .. ", again");
	end

	it("puts slots and other values in", function ()
		assert_renders("a &lt;b&gt; c", "a {slot} {more}", { slot = "<b>" }, function (slots)
			return { slot = slots.slot; more = "c" };
		end);
	end);

	it("escapes as it is told, and as often", function ()
		local slots = { v = "<Ä&\"%' {v}" };
		assert_renders("&lt;Ä&amp;&quot;%&apos; {v}", "{v}", slots);
		assert_renders("<Ä&\"%' {v}", "{v!}", slots);
		assert_renders("%3c%c3%84%26%22%25%27%20%7bv%7d", "{v|urlescape}", slots);
		assert_renders("%253c%25c3%2584%2526", "{v|urlescape|urlescape}", { v = "<Ä&" });
	end);

	it("knows which slots there are", function ()
		local key, source = new_key(), "{v?none}{v& {v}}{v~ no}";
		assert.equal("x x", render(key, source, { v = "x" }));
		assert.equal("none no", render(key, source, {}));
		assert.equal(" ", render(key, source, { v = "" }));
		assert.equal("y y", render(key, source, { v = "y" }));
	end);

	it("knows how many there are in a list", function ()
		local key, source = new_key(), "{list#{idx}:{item} }{list%{idx}={item|urlescape} }";
		assert.equal("1:&lt; 2:b 1=%3c 2=b ", render(key, source, { list = { "<", "b" } }));
		assert.equal("1:c 1=c ", render(key, source, { list = { "c" } }));
		assert.equal("", render(key, source, { list = {} }));
		assert.equal("", render(key, source, { list = "text" }));
		assert.equal("1:d 2:&gt; 1=d 2=%3e ", render(key, source, { list = { "d", ">" } }));
	end);

	it("lets filters look at a whole value", function ()
		local key, source = new_key(), "{v|lower} {v|classname} {v|lower|classname|urlescape} {more|lower}";
		local function values(slots) return { v = slots.v; more = "MORE" }; end
		assert.equal("a &amp; b A-B a-b more", render(key, source, { v = "A & B" }, values));
		assert.equal("c &lt; C- c- more", render(key, source, { v = "C <" }, values));
	end);

	it("lets them look at a value made of a slot too", function ()
		local key, source = new_key(), "{list#{item|lower}} {text|lower} {o.p|classname}";
		local function values(slots)
			return { list = slots.list; text = "TO " .. slots.v; o = { p = template.url("x:/{v}", slots) } };
		end
		assert.equal("ab to x y x-X-20Y", render(key, source, { v = "X Y"; list = { "A", "B" } }, values));
		assert.equal("c to z x-Z", render(key, source, { v = "Z"; list = { "C" } }, values));
	end);

	it("takes numbers and booleans among the other values", function ()
		local function values() return { n = 8; yes = true; no = false; list = { 1, 2 } }; end
		assert_renders("8 true false 1122", "{n} {yes} {no} {list#{idx}{item}}", {}, values);
		assert_renders("8", "{n|lower}", {}, values);
	end);

	it("takes whatever text comes behind a slot", function ()
		for _, text in ipairs({ "z", "hz", "xz", "uz", "abcz", "zz", "1xz", "1", "x", "q", "qz", "lazy" }) do
			assert_renders("v" .. text, "{v}" .. text, { v = "v" });
			assert_renders("v" .. text, "{v!}" .. text, { v = "v" });
			assert_renders("%3c" .. text, "{link}", { v = "<" }, function (slots)
				return { link = template.url("{v}", slots) .. text };
			end);
		end
	end);

	it("does not take a value for a mark", function ()
		local key, source, marks = new_key(), "{v} {v|urlescape} {w} {list#{item}}", {};
		local function values(slots)
			table.move({ slots.v, slots.w, slots.list[1] }, 1, 3, #marks + 1, marks);
			return slots;
		end
		render(key, source, { v = "v"; w = "w"; list = { "l" } }, values);
		assert.equal(3, #marks);
		for _, mark in ipairs(marks) do
			local slots = { v = mark; w = "secret"; list = { mark .. mark } };
			assert.equal(("%s %s secret %s"):format(mark, mark, mark .. mark), render(key, source, slots, values));
		end
	end);

	it("asks for the other values once", function ()
		local key, asked = new_key(), 0;
		local function values(slots)
			asked = asked + 1;
			return slots;
		end
		for _, value in ipairs({ "a", "b", "c" }) do
			assert.equal(value, render(key, "{v}", { v = value }, values));
		end
		assert.equal(1, asked);
	end);

	it("renders again when the template has changed", function ()
		local key = new_key();
		assert.equal("a x", render(key, "a {v}", { v = "x" }));
		assert.equal("b x", render(key, "b {v}", { v = "x" }));
		assert.equal("a y", render(key, "a {v}", { v = "y" }));
	end);

	it("keeps what has another key apart", function ()
		local first, second = new_key(), new_key();
		local function saying(text)
			return function (slots) return { v = slots.v; text = text }; end;
		end
		for _ = 1, 2 do
			assert.equal("one x", render(first, "{text} {v}", { v = "x" }, saying("one")));
			assert.equal("two y", render(second, "{text} {v}", { v = "y" }, saying("two")));
		end
	end);

	it("keeps nothing of a page that failed", function ()
		local key = new_key();
		assert.falsy(pcall(render, key, "{v}", { v = "x" }, function () error("on purpose"); end));
		assert.equal("x", render(key, "{v}", { v = "x" }));
	end);
end);

describe("template.render_once", function ()
	it("takes whatever values there are, and escapes them", function ()
		local values = {
			v = "<&"; o = { p = { q = "A B" } }; list = { "<", { deep = "x" } }; n = 8; yes = true; no = false;
		};
		for source, expected in pairs({
			["{v} {v!} {v|urlescape}"] = "&lt;&amp; <& %3c%26"; ["{o.p.q|lower} {o.p.q|classname}"] = "a b A-B";
			["{list#{idx}:{item.deep?none} }"] = "1:none 2:x "; ["{n} {yes} {no}"] = "8 true false";
			["{no&is}{no~is not} {v&is}{nowhere~is not}"] = "is not isis not";
			["{nowhere} {nowhere?else} {nowhere.at.all?else}"] = "{nowhere} else else";
		}) do
			assert.equal(expected, template.render_once(source, values), source);
		end
	end);

	it("looks at the values each time", function ()
		for _, value in ipairs({ "a", "b", "a" }) do
			assert.equal("v: " .. value, template.render_once("v: {v}", { v = value }));
		end
	end);
end);

-- Everything below is made up by a generator of random numbers with a fixed seed.

local function pick(list)
	return list[math.random(#list)];
end

local function several(most, make)
	local made = {};
	for i = 1, math.random(0, most) do made[i] = make(); end
	return made;
end

local snippets = { "<b>", "&amp;", "\"'", "%", "%41", "%%1", "{", "}", "{}", "{a}", "{a!}", "{ a }", "äß", "🎈", "مرحبا", "\0", "z", "xz",
	"q0a1q1xz", " ", "a", "A", "1", "\n", "x:/y?z=1&b", "" };

local function random_text()
	return table.concat(several(4, function () return pick(snippets); end));
end

-- Slots of which some are missing.
local function random_slots()
	local slots = {};
	for _, name in ipairs(several(3, function () return pick({ "a", "b", "c" }); end)) do slots[name] = random_text(); end
	for _, name in ipairs(several(2, function () return pick({ "xs", "ys" }); end)) do slots[name] = several(3, random_text); end
	return slots;
end

-- The same slots with other texts.
local function other_texts(slots)
	local others = {};
	for name, value in pairs(slots) do
		others[name] = type(value) ~= "table" and random_text() or {};
		for i in ipairs(type(value) == "table" and value or {}) do others[name][i] = random_text(); end
	end
	return others;
end

local app_mt = { __tostring = function () return "an app"; end };

local function new_app(name, link)
	return setmetatable({ name = name; link = link }, app_mt);
end

-- What a page makes of its slots.
local function random_values()
	local k, p, ks, n, name = random_text(), random_text(), several(3, random_text), math.random(9), random_text();
	return function (slots)
		local values = { k = k; n = n; ks = ks; yes = true; no = false; o = { p = p; q = { r = slots.a; s = slots.xs } } };
		for slot, value in pairs(slots) do values[slot] = value; end
		values.link = template.url("x:/{k}?{a}{b&&b={b!}}", values);
		values.message = ("%s, %s & %s"):format(name, slots.b or "-", slots.xs and slots.xs[1] or "-");
		values.apps = { new_app(name, values.link), new_app(slots.c or k) };
		return values;
	end
end

local texts = { "a", "b", "c", "k", "o.p", "o.q.r", "link", "message", "item", "item.name", "item.link", "nowhere", "nowhere.at.all" };
local others = { "n", "yes", "no", "idx" };
local lists = { "xs", "ys", "ks", "o.q.s", "apps", "nowhere", "a" };
local filters = { "", "", "", "|urlescape", "|urlescape|urlescape", "|relurl", "|unknown", "|lower", "|classname" };

local random_template;

local function random_part(depth)
	local kind = depth > 0 and math.random(7) or math.random(4);
	if kind == 1 then
		return random_text();
	elseif kind <= 3 then
		return ("{%s%s%s}"):format(pick(texts), pick(filters), pick({ "", "", "!" }));
	elseif kind == 4 then
		return ("{%s%s}"):format(pick(others), pick({ "", "!" }));
	elseif kind == 5 then
		return ("{%s%s%s}"):format(pick(pick({ texts, others })), pick({ "?", "&", "~" }), random_template(depth - 1));
	elseif kind == 6 then
		return ("{%s%s%s}"):format(pick(lists), pick({ "&", "~" }), random_template(depth - 1));
	end
	return ("{%s%s%s}"):format(pick(lists), pick({ "#", "%" }), random_template(depth - 1));
end

function random_template(depth)
	return table.concat(several(5, function () return random_part(depth); end));
end

describe("whatever the template and the values,", function ()
	local function visits(slots)
		return { slots, other_texts(slots), random_slots(), other_texts(slots), slots };
	end

	it("template.render gives what a plain interpolation gives", function ()
		local compared = 0;
		for seed = 1, 1500 do
			math.randomseed(seed);
			local key, source, values = new_key(), random_template(3), random_values();
			for visit, slots in ipairs(visits(random_slots())) do
				local ok, expected = pcall(plain_html, source, values(slots)); -- filters fail on tables
				if ok then
					compared = compared + 1;
					assert.equal(expected, render(key, source, slots, values), ("seed %d, visit %d: %s"):format(seed, visit, source));
				end
			end
		end
		assert.truthy(compared > 5000, compared);
	end);

	it("template.render_once gives what a plain interpolation gives", function ()
		for seed = 1, 500 do
			math.randomseed(seed);
			local source, values = random_template(3), random_values()(random_slots());
			local ok, expected = pcall(plain_html, source, values);
			if ok then assert.equal(expected, template.render_once(source, values), "seed " .. seed); end
		end
	end);

	it("template.url gives what a plain interpolation gives", function ()
		for seed = 1, 500 do
			math.randomseed(seed);
			local source, values = random_template(2) .. "{link|noscheme!}", random_values()(random_slots());
			local ok, expected = pcall(plain_url, source, values);
			if ok then assert.equal(expected, template.url(source, values), "seed " .. seed); end
		end
	end);
end);
