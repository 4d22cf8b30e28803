-- prosodyctl mod_frontdoor check: what is wrong with the configuration and the installation of our modules.

module:set_global();

-- In a server there is nothing to do.
if prosody.process_type == "prosodyctl" then
	module.command = module:require("command");
end
