-- Which mail addresses have an account, without the addresses: what is kept is Argon2id of each, with a
-- salt of this host.

local async = require "prosody.util.async";
local base64 = require "prosody.util.encodings".base64;
local hex = require "prosody.util.hex";
local random = require "prosody.util.random";
local sha1 = require "prosody.util.hashes".sha1;

local is_from_future = require "frontdoor.clock".is_from_future;
local records = require "frontdoor.records";

-- [mail id] = { username }, with { created, expires } while it is only reserved; { is_imported } of the community module
local owned = records.open(module, "register_json_mails", { username = "string"; created = "number?"; expires = "number?" });
local owners = records.open(module, "register_json_owners", {}); -- [user name] = { [mail id] = true }
local settings = module:open_store("register_json_settings"); -- [nil] = { salt, has_imported }

local community = module:require("community");

local mails = {};
local mails_mt = { __index = mails };

function mails:_hash(input)
	local hash, err = async.wait_for(self.work:argon2id(input, self.settings.salt));
	if not hash then return nil, err; end
	return hex.encode(hash);
end

-- A hash of the community module is kept under Argon2id too; "sha1:" is no beginning of an address.
function mails:_hash_community(hash)
	return self:_hash("sha1:" .. hash);
end

-- The community module hashed addresses as they were typed.
local function community_hashes(mail, mail_as_typed)
	local hashes = {};
	for _, spelling in ipairs({ mail_as_typed, mail_as_typed:match("^%s*(.-)%s*$"), mail }) do
		hashes[base64.encode(sha1(spelling))] = true;
	end
	return hashes;
end

-- The id under which an address is kept. This waits.
function mails:id(mail)
	return self:_hash(mail);
end

-- A reservation that is left of a request in which the server ended does not stop the same person, whose name would
-- wait otherwise.
local function is_reserved(owner, username)
	local is_over = owner.expires <= os.time() or is_from_future(owner.created);
	return not is_over and owner.username ~= username;
end

-- Whether somebody else has the address, or waits for its confirmation: true, false, or nil and an error. Nobody has
-- the address of an account that is gone, even if the server ended before its address was free; but of imported ones
-- it is not known whether they ever were here.
function mails:is_owned(id, username)
	local owner, err = owned:get(id);
	if err then
		return nil, { code = 500; text = err };
	elseif not owner then
		return false;
	elseif owner.expires then
		return is_reserved(owner, username);
	elseif owner.is_imported then
		return true;
	end
	return self.accounts:exists(owner.username);
end

-- Whether an account of the community module has the address: true, false, or nil and an error. This waits.
function mails:is_owned_since_community(mail, mail_as_typed)
	for hash in pairs(community_hashes(mail, mail_as_typed)) do
		if self.to_import[hash] then
			return true;
		elseif self.settings.has_imported then
			local id, err = self:_hash_community(hash);
			if not id then return nil, err; end
			local is_owned, owned_err = self:is_owned(id);
			if is_owned or owned_err then return is_owned, owned_err; end
		end
	end
	return false;
end

-- Reserves an address for a registration, until it expires.
function mails:reserve(id, username, expires) -- luacheck: ignore 212/self
	return owned:set(id, { username = username; created = os.time(); expires = expires });
end

-- Gives a reserved address back.
function mails:release(id, username) -- luacheck: ignore 212/self
	local owner = owned:get(id);
	if owner and owner.expires and owner.username == username then
		return owned:set(id, nil);
	end
end

-- The address belongs to the account from now on. Who owns it is written first: an address that nobody
-- owns would never become free again.
function mails:keep(id, username, is_imported) -- luacheck: ignore 212/self
	local of_user, err = owners:get(username);
	if err then return nil, err; end
	of_user = of_user or {};
	of_user[id] = true;
	local ok;
	ok, err = owners:set(username, of_user);
	if not ok then return nil, err; end
	return owned:set(id, { username = username; is_imported = is_imported });
end

-- The account is gone, its addresses are free.
function mails:forget_user(username)
	local of_user, err = owners:get(username);
	if err then
		module:log("error", "The mail address of %s could not be freed: %s", username, err);
		return;
	end
	for id in pairs(of_user or {}) do
		local owner = owned:get(id);
		if owner and owner.username == username then
			owned:set(id, nil);
		end
	end
	owners:set(username, nil);
	for hash, owner in pairs(self.to_import) do
		if owner == username then
			self.to_import[hash] = nil;
			community.remove(hash);
		end
	end
end

function mails:_import_one(hash, username)
	local id, err = self:_hash_community(hash);
	if not id then return nil, err; end
	if self.to_import[hash] == nil then return true; end -- the user was deleted while we waited
	local ok, store_err = self:keep(id, username, true);
	if not ok then return nil, store_err; end
	self.to_import[hash] = nil;
	return true;
end

-- Takes over what the community module stored. Interrupted, it goes on the next time. This waits.
function mails:import()
	if self.importing or not next(self.to_import) then return; end
	self.importing = true;
	self.settings.has_imported = true;
	settings:set(nil, self.settings);

	local count = 0;
	local hash, username = next(self.to_import);
	while hash do
		local ok, err = self:_import_one(hash, username);
		if not ok then
			module:log("warn", "The import of mail hashes goes on later: %s", err);
			self.importing = false;
			return;
		end
		count = count + 1;
		hash, username = next(self.to_import);
	end

	self.importing = false;
	community.remove_all();
	module:log("info", "Imported %d mail hashes of the community module", count);
end

-- With another salt no hash would be found again, so one that cannot be read is not replaced.
local function load_settings()
	local loaded, err = settings:get(nil);
	if err then
		error("The salt of the mail addresses could not be read: " .. err, 0);
	end
	if not loaded then
		loaded = { salt = hex.encode(random.bytes(16)) };
		assert(settings:set(nil, loaded));
	elseif type(loaded) ~= "table" or type(loaded.salt) ~= "string" then
		error("The salt of the mail addresses is damaged: restore the store register_json_settings", 0);
	end
	return loaded;
end

-- work: frontdoor.worker; accounts: frontdoor.accounts
local function new(work, accounts)
	return setmetatable({
		work = work;
		accounts = accounts;
		settings = load_settings();
		to_import = community.read();
		importing = false;
	}, mails_mt);
end

return { new = new };
