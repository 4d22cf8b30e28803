-- frontdoor.pages with templates in folders of its own.

local lfs = require "lfs";

describe("frontdoor.pages", function ()
	local host, load_pages, module, own, operators;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		load_pages = require "frontdoor.pages".load;
		own, operators = host.folder .. "/html", host.folder .. "/operators";
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	local function write(path, content)
		local file <close> = assert(io.open(path, "wb"));
		file:write(content);
	end

	before_each(function ()
		lfs.mkdir(own);
		lfs.mkdir(operators);
		module = assert(host:load("bystander")).module;
	end);

	after_each(function ()
		host:unload_all();
		for _, folder in ipairs({ own, operators }) do
			for name in lfs.dir(folder) do os.remove(folder .. "/" .. name); end
			lfs.rmdir(folder);
		end
	end);

	local time = os.time;

	-- Until the end of the test, this is the time.
	local function set_time(now)
		os.time = function () return now; end -- luacheck: ignore 122
		finally(function () os.time = time; end); -- luacheck: ignore 122
	end

	local function event_of(headers, connection)
		return { request = { headers = headers or {} }; response = { conn = connection } };
	end

	-- The answer with a page of this source.
	local function render(source, page, headers)
		write(own .. "/page.html", source);
		return load_pages(module, "html", { "page.html" }):render(event_of(headers), 200, "page.html", page or {});
	end

	local function body(...)
		return render(...).body;
	end

	local own_policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
		.. "base-uri 'none'; frame-ancestors 'none'; form-action 'self'";

	describe("render", function ()
		it("gives the status, the page and the headers that protect it", function ()
			write(own .. "/page.html", "a page");
			local answer = load_pages(module, "html", { "page.html" }):render(event_of(), 410, "page.html", {});
			assert.same({
				status_code = 410; body = "a page";
				headers = {
					content_type = "text/html; charset=utf-8"; content_language = "en"; cache_control = "no-store"; vary = "Accept-Language";
					content_security_policy = own_policy; referrer_policy = "no-referrer"; x_content_type_options = "nosniff"; x_frame_options = "DENY";
				};
			}, answer);
		end);

		it("names the other headers that the page depends on", function ()
			assert.equal("Accept-Language, User-Agent", render("", { vary = "User-Agent" }).headers.vary);
		end);

		it("lets pictures of other servers in", function ()
			assert.equal((own_policy:gsub("img%-src 'self'", "img-src 'self' https: data:")),
				render("", { has_foreign_images = true }).headers.content_security_policy);
		end);

		it("lets the answer to a form redirect elsewhere", function ()
			assert.equal(own_policy .. " https://chat.example",
				render("", { form_action = "https://chat.example" }).headers.content_security_policy);
			assert.equal((own_policy:gsub("img%-src 'self'", "img-src 'self' https: data:")) .. " app:",
				render("", { form_action = "app:"; has_foreign_images = true }).headers.content_security_policy);
		end);

		it("has another policy if it is told, as it is", function ()
			for _, page in ipairs({ {}, { form_action = "https://chat.example" } }) do
				page.policy = "default-src 'self'";
				local headers = render("", page).headers;
				assert.equal("default-src 'self'", headers.content_security_policy);
				assert.same({ "no-referrer", "nosniff", "DENY", "no-store" },
					{ headers.referrer_policy, headers.x_content_type_options, headers.x_frame_options, headers.cache_control });
			end
		end);

		it("does without the values for an operator's template", function ()
			local answer = render("{site_name} {v} {other?none}", { slots = { v = "x" }; operators = { v = "y"; other = "z" } });
			assert.same({ "example.org x none", own_policy }, { answer.body, answer.headers.content_security_policy });
		end);

		it("asks the connection to send a long page at once, and does not mind if it is gone", function ()
			write(own .. "/page.html", ("a page"):rep(1000));
			local pages, asked = load_pages(module, "html", { "page.html" }), nil;
			local connection = { setoption = function (_, ...) asked = { ... }; end };
			assert.equal(200, pages:render(event_of({}, connection), 200, "page.html", {}).status_code);
			assert.same({ "tcp-nodelay", true }, asked);
			connection.setoption = function () error("closed"); end;
			assert.equal(200, pages:render(event_of({}, connection), 200, "page.html", {}).status_code);
		end);

		it("escapes what it puts in", function ()
			assert.equal("&lt;a&gt; <a> %3ca%3e", body("{v} {v!} {v|urlescape}", { slots = { v = "<a>" } }));
		end);

		it("knows the site", function ()
			assert.equal("example.org example.org", body("{site_name} {domain}"));
			host:unload_all();
			module = assert(host:load("bystander", { site_name = "Tom & Jerry" })).module;
			assert.equal("Tom &amp; Jerry example.org", body("{site_name} {domain}"));
		end);

		it("knows where the stylesheet, the script and the icon are", function ()
			local paths = body("{assets.style} {assets.script} {assets.icon}");
			assert.matches("^/frontdoor_assets/style%.css%?%x+ /frontdoor_assets/script%.js%?%x+ /frontdoor_assets/icon%.svg%?%x+$", paths);
		end);

		it("speaks the visitor's language", function ()
			local source = "{locale} {say.direction} {say.register_button}";
			assert.equal("en ltr Create my account", body(source));
			local answer = render(source, {}, { accept_language = "de-AT,en;q=0.5" });
			assert.matches("^de ltr ", answer.body);
			assert.equal("de", answer.headers.content_language);
			assert.matches("^ar rtl ", body(source, {}, { accept_language = "ar" }));
		end);

		it("keeps the languages apart", function ()
			write(own .. "/page.html", "{say.register_button} {v}");
			local pages = load_pages(module, "html", { "page.html" });
			local seen = {};
			for visit = 1, 2 do
				for _, locale in ipairs({ "en", "de", "fr", "es", "ar" }) do
					local text = pages:render(event_of({ accept_language = locale }), 200, "page.html", { slots = { v = "x" } }).body;
					if visit == 1 then
						assert.equal(nil, seen[text]);
						seen[text] = locale;
					end
					assert.equal(locale, seen[text]);
				end
			end
		end);

		it("puts values into messages", function ()
			assert.equal("&lt;b&gt; invites you to example.org", body("{say.invite_title_from}", { slots = { inviter = "<b>" } }));
			assert.equal("Install Dino &amp; Co", body("{say.setup_install}", {
				complete = function (values) values.app = { name = "Dino & Co" }; end;
			}));
			assert.equal("At least 8 characters, At least one character", body("{eight}, {one}", {
				complete = function (values)
					values.eight, values.one = values.say("rule_length", { length = 8 }), values.say("rule_length", { length = 1 });
				end;
			}));
			assert.equal("{say.no_such_message}none", body("{say.no_such_message}{say.no_such_message?none}"));
		end);

		it("keeps apart what it is told to keep apart, and what was loaded before", function ()
			write(own .. "/page.html", "{text} {v}");
			local pages, others = load_pages(module, "html", { "page.html" }), load_pages(module, "html", { "page.html" });
			local function show(from, variant, text, v)
				return from:render(event_of(), 200, "page.html", {
					variant = variant; slots = { v = v }; complete = function (values) values.text = text; end;
				}).body;
			end
			assert.equal("one x", show(pages, "1", "one", "x"));
			assert.equal("two x", show(pages, "2", "two", "x"));
			assert.equal("none x", show(pages, nil, "none", "x"));
			assert.equal("other x", show(others, "1", "other", "x"));
			assert.equal("one y", show(pages, "1", nil, "y"));
			assert.equal("none y", show(pages, nil, nil, "y"));
			assert.equal("other y", show(others, "1", nil, "y"));
		end);
	end);

	describe("load", function ()
		it("takes a file of the operator, and says so in the policy", function ()
			write(own .. "/page.html", "own");
			write(own .. "/other.html", "other own");
			write(operators .. "/page.html", "operator's");
			local pages = load_pages(module, "html", { "page.html", "other.html" }, operators);
			local answer = pages:render(event_of(), 200, "page.html", { form_action = "https://chat.example" });
			assert.equal("operator's", answer.body);
			assert.equal("default-src 'self' https: data: 'unsafe-inline'; base-uri 'self'; frame-ancestors 'none'; "
				.. "form-action 'self' https://chat.example", answer.headers.content_security_policy);
			answer = pages:render(event_of(), 200, "other.html", {});
			assert.same({ "other own", own_policy }, { answer.body, answer.headers.content_security_policy });
		end);

		it("gives an operator's template its own values, in the place of all others", function ()
			write(own .. "/page.html", "own {v}");
			write(operators .. "/page.html", "{v} {o.p!} {site_name?none} {say.register_button?none} {locale?none} {slot?none}{client~ nobody}");
			local pages = load_pages(module, "html", { "page.html" }, operators);
			local completed = false;
			for _, value in ipairs({ "<a>", "<b>" }) do
				local answer = pages:render(event_of({ accept_language = "de" }), 403, "page.html", {
					slots = { v = "x"; slot = "x" }; complete = function () completed = true; end;
					operators = { v = value; o = { p = value }; client = false };
				});
				assert.equal(("&lt;%s&gt; <%s> none none none none nobody"):format(value:sub(2, 2), value:sub(2, 2)), answer.body);
				assert.same({ 403, "de", "no-store" }, { answer.status_code, answer.headers.content_language, answer.headers.cache_control });
			end
			assert.equal(false, completed);
		end);

		it("gives an operator's template the usual values if there are no others", function ()
			write(own .. "/page.html", "own {v}");
			write(operators .. "/page.html", "{v} {site_name} {say.register_button}");
			assert.equal("x example.org Create my account",
				load_pages(module, "html", { "page.html" }, operators):render(event_of(), 200, "page.html", { slots = { v = "x" } }).body);
		end);

		it("lets another policy stand over that for operators' templates", function ()
			write(own .. "/page.html", "own");
			write(operators .. "/page.html", "operator's");
			local answer = load_pages(module, "html", { "page.html" }, operators):render(event_of(), 200, "page.html", {
				policy = "default-src 'self'"; form_action = "https://chat.example"; operators = {};
			});
			assert.same({ "operator's", "default-src 'self'" }, { answer.body, answer.headers.content_security_policy });
		end);

		it("tells whose a template is", function ()
			write(own .. "/page.html", "own");
			write(own .. "/other.html", "other own");
			write(operators .. "/page.html", "operator's");
			local pages = load_pages(module, "html", { "page.html", "other.html" }, operators);
			assert.truthy(pages:is_operators("page.html"));
			assert.falsy(pages:is_operators("other.html"));
			for _, folder in ipairs({ false, "html/", own }) do
				assert.falsy(load_pages(module, "html", { "page.html" }, folder or nil):is_operators("page.html"));
			end
		end);

		it("takes a folder relative to the module", function ()
			write(own .. "/page.html", "own");
			write(operators .. "/page.html", "operator's");
			assert.equal("operator's", load_pages(module, "html", { "page.html" }, "operators"):render(event_of(), 200, "page.html", {}).body);
		end);

		it("knows its own folder by any name", function ()
			write(own .. "/page.html", "own");
			for _, folder in ipairs({ "html", "html/", "./html", own, own .. "/" }) do
				local answer = load_pages(module, "html", { "page.html" }, folder):render(event_of(), 200, "page.html", {});
				assert.equal(own_policy, answer.headers.content_security_policy, folder);
			end
		end);

		it("fails if a template is missing", function ()
			write(own .. "/page.html", "own");
			for _, operators_folder in ipairs({ false, operators, "/nowhere" }) do
				local ok, err = pcall(load_pages, module, "html", { "page.html", "other.html" }, operators_folder or nil);
				assert.falsy(ok);
				assert.matches("File not found: .*/html/other%.html", err);
			end
		end);

		it("does without other files that are missing", function ()
			assert.equal(nil, load_pages(module, "html", { "a.css" }, operators):file("a.css"));
		end);

		it("gives templates to whoever prepares them", function ()
			write(own .. "/page.html", "a {v}");
			local pages = load_pages(module, "html", { "page.html" }, nil, function (content) return content:upper(); end);
			for _ = 1, 2 do
				assert.equal("A x", pages:render(event_of(), 200, "page.html", { slots = { V = "x" } }).body);
			end
		end);
	end);

	describe("a template", function ()
		local function render_again(pages, v)
			return pages:render(event_of(), 200, "page.html", { slots = { v = v } }).body;
		end

		before_each(function () write(own .. "/page.html", "before {v}"); end);

		it("may be edited", function ()
			local pages = load_pages(module, "html", { "page.html" });
			assert.equal("before x", render_again(pages, "x"));
			write(own .. "/page.html", "after {v}");
			lfs.touch(own .. "/page.html", os.time() + 5);
			set_time(os.time() + 2);
			assert.equal("after y", render_again(pages, "y"));
		end);

		it("may be edited before it is needed", function ()
			local pages = load_pages(module, "html", { "page.html" });
			write(own .. "/page.html", "after {v}");
			assert.equal("after x", render_again(pages, "x"));
		end);

		it("is looked up once a second at most", function ()
			local pages = load_pages(module, "html", { "page.html" });
			local now = os.time();
			set_time(now);
			assert.equal("before x", render_again(pages, "x"));
			write(own .. "/page.html", "after {v}");
			lfs.touch(own .. "/page.html", now + 5);
			assert.equal("before y", render_again(pages, "y"));
			set_time(now + 1);
			assert.equal("after z", render_again(pages, "z"));
		end);

		it("is kept if the file is gone", function ()
			local pages = load_pages(module, "html", { "page.html" });
			assert.equal("before x", render_again(pages, "x"));
			os.remove(own .. "/page.html");
			set_time(os.time() + 2);
			assert.equal("before y", render_again(pages, "y"));
		end);
	end);

	describe("file", function ()
		it("gives a file as it is", function ()
			for name, content_type in pairs({
				["a.css"] = "text/css; charset=utf-8"; ["a.js"] = "text/javascript; charset=utf-8";
				["a.png"] = "image/png"; ["a.svg"] = "image/svg+xml";
			}) do
				write(own .. "/" .. name, "{v} \0");
				local answer = load_pages(module, "html", { name }):file(name);
				assert.same({ 200, "{v} \0", content_type, "public, max-age=3600", "nosniff" },
					{ answer.status_code, answer.body, answer.headers.content_type, answer.headers.cache_control, answer.headers.x_content_type_options });
			end
		end);

		it("gives no template, and nothing that was not loaded", function ()
			write(own .. "/page.html", "");
			write(own .. "/a.css", "");
			local pages = load_pages(module, "html", { "page.html" });
			for _, name in ipairs({ "page.html", "a.css", "../mod_bystander.lua", "" }) do
				assert.equal(nil, pages:file(name));
			end
		end);
	end);

	it("says messages in the visitor's language", function ()
		local say = load_pages(module, "html", {}):say_to(event_of({ accept_language = "de" }));
		assert.matches("Romeo.*example%.org", say("invite_title_from", { inviter = "Romeo" }));
		assert.are_not.equal("Create my account", say("register_button"));
		assert.equal(nil, say("no_such_message"));
	end);

	it("gives pictures for one visitor", function ()
		local answer = load_pages(module, "html", {}):svg("<svg/>");
		assert.same({ 200, "<svg/>", "image/svg+xml", "no-store", own_policy },
			{ answer.status_code, answer.body, answer.headers.content_type, answer.headers.cache_control, answer.headers.content_security_policy });
	end);
end);
