-- mod_register_apps: the list that other modules read.

describe("mod_register_apps", function ()
	local host, modulemanager, bystander;

	lazy_setup(function ()
		host = require "spec.modules.host".boot();
		modulemanager = require "prosody.core.modulemanager";
	end);

	lazy_teardown(function ()
		host:stop();
	end);

	before_each(function ()
		bystander = assert(host:load("bystander")).module;
	end);

	after_each(function ()
		host:unload_all();
	end);

	local function load_apps(options)
		return assert(host:load("register_apps", options));
	end

	local function apps()
		return bystander:shared("/" .. host.name .. "/register_apps/apps");
	end

	local function count()
		return bystander:shared("/" .. host.name .. "/register_apps/changes").count;
	end

	local function ids()
		local list = {};
		for i, app in ipairs(apps()) do list[i] = app.id; end
		return list;
	end

	local function assert_ids(...)
		assert.same({ ... }, ids());
		local known = 0;
		for id, app in pairs(apps()) do
			known = known + 1;
			if type(id) == "string" then assert.equal(id, app.id); end
		end
		assert.equal(2 * select("#", ...), known); -- each by position and by id
	end

	local function two_apps() return { { name = "One" }, { name = "Two" } }; end

	it("lists its own apps, the ones to recommend first", function ()
		load_apps();
		assert_ids("conversations", "cheogram", "yaxim", "monal", "siskin-im", "beagle-im", "dino", "gajim", "renga");
	end);

	it("describes each, with a picture that is there", function ()
		load_apps();
		local base = "https://example.org:5281/register_apps/";
		for _, app in ipairs(apps()) do
			assert.truthy(app.link:match("^https://"), app.id);
			assert.truthy(#app.platforms >= 1 and #app.download.buttons >= 1, app.id);
			assert.equal("about_app_" .. app.id, app.text_message);
			assert.truthy(#app.text > 10, app.id);
			assert.equal(base .. "assets/logos/", app.image:sub(1, #base + 13));
			assert(io.open("lua/mod_register_apps/" .. app.image:sub(#base + 1))):close();
			for _, button in ipairs(app.download.buttons) do assert.truthy(button.url:match("^https://") and button.text, app.id); end
		end
	end);

	it("lists the operator's apps instead", function ()
		load_apps({ site_apps = { { name = "Siskin IM"; text = "Mine" }, { name = "A  b_c"; id = "Own-Id" } } });
		assert_ids("siskin-im", "Own-Id");
		assert.same({ "Mine" }, { apps()[1].text, apps()[1].text_message });
		assert.same({ "A  b_c", "" }, { apps()[2].name, apps()[2].text });
		host:unload_all();
		load_apps({ site_apps = {} });
		assert_ids();
	end);

	it("completes what an app lacks", function ()
		load_apps({ site_apps = { { name = "x" } } });
		assert.same({}, apps().x.platforms);
		assert.equal("https://example.org:5281/register_apps/assets/logos/generic.svg", apps().x.image);
	end);

	it("takes pictures of its own and of other servers", function ()
		load_apps({ site_apps = { { name = "x"; image = "assets/logos/dino.svg" }, { name = "y"; image = "https://x.example/y.png" } } });
		assert.equal("https://example.org:5281/register_apps/assets/logos/dino.svg", apps().x.image);
		assert.equal("https://x.example/y.png", apps().y.image);
	end);

	it("leaves what was configured as it was", function ()
		local configured = { { name = "x" } };
		load_apps({ site_apps = configured });
		assert.same({ { name = "x" } }, configured);
	end);

	it("keeps whatever else an app has", function ()
		load_apps({ site_apps = { { name = "x"; login_link_format = "https://x.example/"; setup = { text = "y" } } } });
		assert.same({ "https://x.example/", { text = "y" } }, { apps().x.login_link_format, apps().x.setup });
	end);

	it("leaves out what is no app, and says so", function ()
		load_apps({ site_apps = { { link = "https://x.example/" }, "x", { name = 1 }, { name = "One" } } });
		assert_ids("one");
		assert.equal(3, #host:logged_at("error"));
	end);

	it("shows only those that the operator wants", function ()
		load_apps({ site_apps_show = { "gajim", "dino", "nowhere" } });
		assert_ids("dino", "gajim");
	end);

	it("shows none if the operator wants none", function ()
		load_apps({ site_apps_show = {} });
		assert_ids();
	end);

	it("hides those that the operator does not want", function ()
		load_apps({ site_apps = two_apps(); site_apps_hide = { "one", "nowhere" } });
		assert_ids("two");
		host:unload_all();
		load_apps({ site_apps = two_apps(); site_apps_show = { "one", "two" }; site_apps_hide = { "one" } });
		assert_ids("two");
	end);

	it("keeps the first of several with one id", function ()
		load_apps({ site_apps = { { name = "One"; text = "first" }, { name = "one"; text = "second" }, { name = "x"; id = "one" } } });
		assert_ids("one");
		assert.equal("first", apps().one.text);
	end);

	describe("with apps of other modules", function ()
		local function provide(app)
			bystander:add_item("site-app-provider", app);
			return app;
		end

		local function withdraw(app)
			bystander:remove_item("site-app-provider", app);
		end

		it("lists them behind its own, whenever they come", function ()
			provide({ name = "Three" });
			load_apps({ site_apps = two_apps() });
			provide({ name = "Four" });
			assert_ids("one", "two", "three", "four");
		end);

		it("forgets them when they go", function ()
			load_apps({ site_apps = two_apps() });
			local three = provide({ name = "Three" });
			provide({ name = "Four" });
			withdraw(three);
			assert_ids("one", "two", "four");
			host:unload("bystander");
			bystander = assert(host:load("bystander")).module;
			assert_ids("one", "two");
		end);

		it("shows and hides them too", function ()
			load_apps({ site_apps = two_apps(); site_apps_show = { "one", "three" }; site_apps_hide = { "three" } });
			withdraw(provide({ name = "Three" }));
			provide({ name = "Four" });
			assert_ids("one");
		end);

		it("leaves out what is no app, and forgets nothing when that goes", function ()
			load_apps({ site_apps = two_apps() });
			withdraw(provide({ link = "https://x.example/" }));
			assert_ids("one", "two");
			assert.equal(1, #host:logged_at("error"));
		end);

		it("keeps the first of several with one id when another goes", function ()
			load_apps({ site_apps = two_apps() });
			withdraw(provide({ name = "One" }));
			assert_ids("one", "two");
		end);

		it("counts the changes", function ()
			load_apps({ site_apps = two_apps() });
			local before = count();
			local three = provide({ name = "Three" });
			local with_three = count();
			assert.are_not.equal(before, with_three);
			withdraw(three);
			assert.are_not.equal(with_three, count());
		end);
	end);

	it("lists the same after a reload, and what changed in the configuration", function ()
		load_apps({ site_apps = two_apps() });
		local list, before = apps(), count();
		bystander:add_item("site-app-provider", { name = "Three" });
		assert(modulemanager.reload(host.name, "register_apps"));
		assert_ids("one", "two", "three");
		host:set_options({ site_apps = { { name = "Two"; text = "new" } } });
		assert(modulemanager.reload(host.name, "register_apps"));
		assert_ids("two", "three");
		assert.equal("new", apps().two.text);
		assert.equal(list, apps()); -- others hold it
		assert.truthy(count() > before);
	end);

	it("leaves nothing behind", function ()
		load_apps({ site_apps = two_apps() });
		local list = apps();
		host:unload("register_apps");
		assert.same({}, list);
	end);
end);
