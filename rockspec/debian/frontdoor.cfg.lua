-- Prosody's own folders, with those of the package prosody-modules, are searched after all that are named here.
if plugin_paths then
	plugin_paths { "/usr/share/prosody-frontdoor/modules" }
else
	plugin_paths = { "/usr/share/prosody-frontdoor/modules" }
end
