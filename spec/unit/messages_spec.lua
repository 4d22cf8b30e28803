-- core.messages at its boundary; what it decides is tested in src/messages.

local messages = require "frontdoor".messages;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local en = [[
hello = Hello { $name }!
days = { $count ->
    [one] one day
   *[other] { $count } days
}
both = { hello } { days }
only-english = Only here
]];

local function catalogue()
	return assert(messages.catalogue({ en = en; de = "hello = Hallo { $name }!\n" }, "en"));
end

describe("core.messages.catalogue", function ()
	it("gives a catalogue and nothing else", function ()
		local made = table.pack(messages.catalogue({ en = en }, "en"));
		assert.equal(1, made.n);
		assert.equal("userdata", type(made[1]));
	end);

	local bad = {
		["'de' have an error in line 2: ."] = { { en = en; de = "a = x\nb\n" }, "en" };
		["'de' define 'a' more than once"] = { { en = en; de = "a = x\na = y\n" }, "en" };
		["'de' are not UTF%-8"] = { { en = en; de = "a = \xff\n" }, "en" };
		["'de' are there twice"] = { { en = en; DE = ""; de = "" }, "en" };
		["default, 'fr'"] = { { en = en }, "fr" };
		["default, 'en'"] = { {}, "en" };
		["'no language' is no language tag"] = { { en = en; ["no language"] = "" }, "en" };
	};

	for sentence, arguments in pairs(bad) do
		it("gives nil and a sentence: " .. sentence, function ()
			local refused = table.pack(messages.catalogue(table.unpack(arguments)));
			assert.equal(2, refused.n);
			assert.equal(nil, refused[1]);
			assert.matches(sentence, refused[2]);
		end);
	end

	it("raises for what is no table of strings", function ()
		assert_raises("to table", messages.catalogue, "en", "en");
		assert_raises("to table", messages.catalogue);
		assert_raises("to string", messages.catalogue, { en = en });
		assert_raises("to string", messages.catalogue, { en = {} }, "en");
		assert_raises("to string", messages.catalogue, { en = en; [true] = "" }, "en");
	end);
end);

describe("catalogue:text", function ()
	it("puts strings and numbers into the message", function ()
		assert.equal("Hallo Jule!", catalogue():text("de", "hello", { name = "Jule" }));
		assert.equal("Hello 7!", catalogue():text("en", "hello", { name = 7 }));
		assert.equal("one day", catalogue():text("en", "days", { count = 1 }));
		assert.equal("one day", catalogue():text("en", "days", { count = 1.0 }));
		assert.equal("2 days", catalogue():text("en", "days", { count = 2 }));
		assert.equal("1 days", catalogue():text("en", "days", { count = "1" }));
	end);

	it("takes any number", function ()
		for _, number in ipairs({ 0 / 0, 1 / 0, -1 / 0, math.mininteger, math.maxinteger, 1e308, 0.1 }) do
			assert.equal("string", type(catalogue():text("en", "days", { count = number })));
		end
	end);

	it("ignores other values and other keys", function ()
		for _, value in ipairs({ true, false, {}, print, catalogue() }) do
			assert.equal("Hello {$name}!", catalogue():text("en", "hello", { name = value }));
		end
		assert.equal("Hello x!", catalogue():text("en", "hello", { "y", name = "x"; [true] = "z"; [1.5] = "z" }));
	end);

	it("leaves what is missing in the text", function ()
		assert.equal("Hello {$name}!", catalogue():text("en", "hello"));
		assert.equal("Hello {$name}!", catalogue():text("en", "hello", {}));
	end);

	it("falls back to the default, and then to nil", function ()
		for _, locale in ipairs({ "de", "en", "fr", "" }) do
			assert.equal("Only here", catalogue():text(locale, "only-english"));
			assert.same({ nil, n = 1 }, table.pack(catalogue():text(locale, "nowhere")));
		end
	end);

	it("takes bytes that are no UTF-8 for something else", function ()
		assert.equal("Hello \u{fffd}!", catalogue():text("en", "hello", { name = "\xff" }));
		assert.equal(nil, catalogue():text("en", "\xff"));
	end);

	it("raises for what is no string or table", function ()
		local all = catalogue();
		assert_raises("to string", all.text, all);
		assert_raises("to string", all.text, all, "en");
		assert_raises("to string", all.text, all, {}, "hello");
		assert_raises("to table", all.text, all, "en", "hello", "x");
		assert_raises("self", all.text, {}, "en", "hello");
	end);
end);

describe("catalogue:negotiate", function ()
	it("gives a locale by its name", function ()
		assert.equal("de", catalogue():negotiate("de-AT,de;q=0.9,en;q=0.8"));
		assert.equal("en", catalogue():negotiate("de;q=0.8,en"));
		assert.equal("pt-br", messages.catalogue({ ["pt-br"] = ""; en = "" }, "en"):negotiate("pt-BR"));
	end);

	it("gives the default for nothing and for garbage", function ()
		for _, header in ipairs({ "", "fr", "de;q=0", "\xff", "de\xff", "\0", ("de,"):rep(1000) }) do
			assert.equal("en", catalogue():negotiate(header));
		end
		assert.equal("en", catalogue():negotiate(nil));
		assert.equal("en", catalogue():negotiate());
	end);

	it("raises for what is no string", function ()
		local all = catalogue();
		assert_raises("to string", all.negotiate, all, {});
		assert_raises("to string", all.negotiate, all, true);
	end);
end);

describe("a catalogue", function ()
	it("tells what it has", function ()
		assert.same({ "de", "en" }, catalogue():locales());
		assert.same({ "hello" }, catalogue():ids("de"));
		assert.same({ "both", "days", "hello", "only-english" }, catalogue():ids("en"));
		assert.equal(nil, catalogue():ids("fr"));
	end);

	it("tells what a message needs", function ()
		assert.same({ "count", "name" }, catalogue():arguments("en", "both"));
		assert.same({}, catalogue():arguments("en", "only-english"));
		assert.equal(nil, catalogue():arguments("de", "only-english"));
		assert.equal(nil, catalogue():arguments("fr", "hello"));
	end);

	it("raises for what is no string", function ()
		local all = catalogue();
		assert_raises("to string", all.ids, all);
		assert_raises("to string", all.arguments, all, "en");
		assert_raises("to string", all.arguments, all, {}, "hello");
	end);
end);
