-- What this user may do to files: prosodyctl has become Prosody's by now.

local lfs = require "lfs";
local pposix = require "prosody.util.pposix";

-- As far as owner, group and mode tell; supplementary groups are given the benefit of the doubt.
local function is_writable(path)
	local attributes = lfs.attributes(path);
	if not attributes or pposix.getuid() == 0 then return attributes ~= nil; end
	local permissions = attributes.permissions;
	if attributes.uid == pposix.getuid() then return permissions:sub(2, 2) == "w"; end
	return permissions:sub(5, 5) == "w" or permissions:sub(8, 8) == "w";
end

-- Whether it has our user or our group.
local function is_ours(path)
	local attributes = lfs.attributes(path);
	return attributes ~= nil and (attributes.uid == pposix.getuid() or attributes.gid == pposix.getgid());
end

return { is_writable = is_writable, is_ours = is_ours };
