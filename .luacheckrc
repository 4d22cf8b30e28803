std = "lua54"
cache = true
max_line_length = 140
exclude_files = { "lua/frontdoor/core.d.lua" }

files["lua/mod_*"] = {
	globals = { "module" },
	read_globals = { "prosody" },
	-- What other modules call is a global of the module's own environment.
	allow_defined_top = true,
}

files["lua/frontdoor"] = { read_globals = { "prosody" } }
files["spec/abi"] = { std = "max" }
files["spec/unit"] = { std = "+busted" }
files["spec/modules"] = { std = "+busted" }
files["spec/server/modules"] = { globals = { "module" }, read_globals = { "prosody" } }
files["spec/bench/modules"] = { globals = { "module" } }
