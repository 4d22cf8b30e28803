rockspec_format = "3.0"
package = "frontdoor"
version = "dev-1"
source = {
	-- Built from a checkout: luarocks make --tree T rockspec/frontdoor-dev-1.rockspec
	url = "git+file://.",
}
description = {
	summary = "The front door of a Prosody server: registration and password policy",
	detailed = [[
Modules for Prosody that let people in: registration through a web form, with e-mail confirmation, and a
password policy. A native library makes the decisions and hashes passwords outside of the event loop.
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
		CFLAGS = "$(CFLAGS)",
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
