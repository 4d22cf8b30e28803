rockspec_format = "3.0"
package = "frontdoor"
version = "dev-1"
source = {
	-- Built from a checkout: luarocks make --tree T rockspec/frontdoor-dev-1.rockspec
	url = "git+file://.",
}
description = {
	summary = "The front door of a Prosody XMPP server: invitations, registration, passwords and OAuth",
	detailed = [[
Modules for Prosody that let people in: invitations with pages for browsers, registration through a web form
with e-mail confirmation, password reset, a password policy, and an authorization server for OAuth 2.0 and
OpenID Connect. A native library makes the decisions and hashes passwords outside of the event loop.
]],
	license = "MIT",
	labels = { "xmpp", "prosody" },
}
supported_platforms = { "unix" }
dependencies = {
	"lua >= 5.1, < 5.5",
}
build = {
	type = "make",
	build_target = "build",
	build_variables = {
		LUA = "$(LUA)",
	},
	install_target = "install-rock",
	install_variables = {
		LUA = "$(LUA)",
		LUADIR = "$(LUADIR)",
		LIBDIR = "$(LIBDIR)",
		LIB_EXTENSION = "$(LIB_EXTENSION)",
	},
}
test = {
	type = "command",
	command = "make test-unit",
}
