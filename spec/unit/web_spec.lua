-- core.web at its boundary; what it decides is tested in src/web.

local web = require "frontdoor".web;

local function assert_raises(text, call, ...)
	local ok, err = pcall(call, ...);
	assert.falsy(ok);
	assert.matches(text, tostring(err));
end

local no_strings = { false, {}, print };

describe("core.web.platform", function ()
	it("gives a name or nil", function ()
		local linux = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0";
		assert.equal("Android", web.platform('"Android"', linux));
		assert.equal("Linux", web.platform(nil, linux));
		assert.equal("Linux", web.platform('"Unknown"', linux));
		assert.equal("ChromeOS", web.platform('"Chrome OS"'));
		assert.same({ nil, n = 1 }, table.pack(web.platform()));
		assert.same({ nil, n = 1 }, table.pack(web.platform("\xff", "\0\xff")));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", web.platform, value);
			assert_raises("to string", web.platform, nil, value);
		end
	end);
end);

describe("core.web.from_elsewhere", function ()
	it("takes each header for what it is", function ()
		assert.equal(false, web.from_elsewhere());
		assert.equal(false, web.from_elsewhere("same-origin", "https://evil.example", "example.org"));
		assert.equal(true, web.from_elsewhere("cross-site", nil, "example.org"));
		assert.equal(false, web.from_elsewhere(nil, "null", "example.org"));
		assert.equal(false, web.from_elsewhere(nil, "https://example.org", "example.org"));
		assert.equal(true, web.from_elsewhere(nil, "https://evil.example", "example.org"));
		assert.equal(false, web.from_elsewhere(nil, "https://example.org", "localhost:5280", "https://example.org/register"));
		assert.equal(true, web.from_elsewhere(nil, "https://example.org", nil, nil));
	end);

	it("takes bytes that are no UTF-8 for somebody else", function ()
		assert.equal(true, web.from_elsewhere("\xff"));
		assert.equal(true, web.from_elsewhere(nil, "\xff", "\xff", "\xff"));
		assert.equal(true, web.from_elsewhere(nil, "https://\xff.example", "\xff.example"));
	end);

	it("raises for what is no string", function ()
		for position = 1, 4 do
			for _, value in ipairs(no_strings) do
				local arguments = { [position] = value };
				assert_raises("to string", web.from_elsewhere, table.unpack(arguments, 1, 4));
			end
		end
	end);
end);

describe("core.web.qr_svg", function ()
	it("gives an SVG document", function ()
		local svg = web.qr_svg("xmpp:juliet@example.org");
		assert.matches('^<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 (%d+) %1".*</svg>$', svg);
		assert.falsy(svg:find("style", 1, true));
		assert.truthy(#web.qr_svg(("x"):rep(80)) < 4096);
	end);

	it("takes any bytes, up to 1024", function ()
		assert.truthy(web.qr_svg(""));
		assert.truthy(web.qr_svg("\0\xff"));
		assert.truthy(web.qr_svg(("\xff"):rep(1024)));
		assert.same({ nil, n = 1 }, table.pack(web.qr_svg(("\xff"):rep(1025))));
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", web.qr_svg, value);
		end
		assert_raises("to string", web.qr_svg);
	end);
end);

describe("core.web.accent", function ()
	it("gives two colours", function ()
		local shades = table.pack(web.accent("#06C"));
		assert.equal(2, shades.n);
		assert.equal("#0066cc", shades[1]);
		assert.matches("^#%x%x%x%x%x%x$", shades[2]);
	end);

	it("gives nil and what the colour must be", function ()
		assert.same({ nil, "must be a colour, as #rgb or #rrggbb", n = 2 }, table.pack(web.accent("blue")));
		assert.same({ nil, "must be a colour, as #rgb or #rrggbb", n = 2 }, table.pack(web.accent("#\xff6c")));
		local pale = table.pack(web.accent("#777"));
		assert.same({ nil, "must be darker: its contrast with white is 4.47, and 4.5 is needed", n = 2 }, pale);
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", web.accent, value);
		end
		assert_raises("to string", web.accent);
	end);
end);

describe("core.web.network", function ()
	it("gives an IPv4 address or the /64 of an IPv6 address", function ()
		assert.equal("192.0.2.7", web.network("192.0.2.7"));
		assert.equal("192.0.2.7", web.network("::ffff:192.0.2.7"));
		assert.equal("2001:db8:1:2::/64", web.network("2001:DB8:1:2:3::4"));
	end);

	it("gives nil for anything else", function ()
		for _, text in ipairs({ "", "example.org", "192.0.2.0/24", "fe80::1%eth0", "\xff", "192.0.2.7\0" }) do
			assert.same({ nil, n = 1 }, table.pack(web.network(text)));
		end
	end);

	it("raises for what is no string", function ()
		for _, value in ipairs(no_strings) do
			assert_raises("to string", web.network, value);
		end
		assert_raises("to string", web.network);
	end);
end);

describe("core.web.fields", function ()
	local names = { "username", "password" };

	it("gives the named fields, and no others", function ()
		local form = "csrf=1&password=a+b%26c&x=%ff&x=%00";
		assert.same({ password = "a b&c" }, web.fields(form, names));
		assert.same({ username = ""; password = "ä" }, web.fields("username&password=%C3%A4", names));
		assert.same({}, web.fields("", names));
		assert.same({}, web.fields("username=x", {}));
		assert.equal(1, select("#", web.fields(form, names)));
	end);

	it("gives nil and the name of a bad field", function ()
		for _, form in ipairs({ "password=a&password=a", "password=%FF", "password=\xff", "password=a%00b", "password=a\0" }) do
			assert.same({ nil, "password", n = 2 }, table.pack(web.fields("username=x&" .. form, names)));
		end
	end);

	it("gives nil and no name for a form that is too long", function ()
		assert.truthy(web.fields("x=" .. ("y"):rep(64 * 1024 - 2), names));
		assert.same({ nil, "", n = 2 }, table.pack(web.fields("x=" .. ("y"):rep(64 * 1024 - 1), names)));
	end);

	it("raises for what is no string or list of strings", function ()
		assert_raises("to string", web.fields, {}, names);
		assert_raises("to .+ec", web.fields, "a=b", "a");
		assert_raises("to .+ec", web.fields, "a=b");
		assert_raises("tring", web.fields, "a=b", { {} });
	end);
end);
