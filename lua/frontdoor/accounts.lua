-- Accounts, without hashing passwords in the event loop.
--
--     local accounts = require "frontdoor.accounts".new(module, work);  -- work: frontdoor.worker
--     local ok, err = accounts:create("juliet", "secret");              -- err.condition == "conflict" …
--
-- For hosts with authentication = "internal_hashed" the keys are computed in the worker pool, and the
-- provider's own record is read and written. Every other provider is asked through usermanager.
--
-- All functions wait, so they run where async.wait_for() may: in an HTTP handler, for example. User
-- names have gone through nodeprep.

local async = require "prosody.util.async";
local hashes = require "prosody.util.hashes";
local hex = require "prosody.util.hex";
local saslprep = require "prosody.util.encodings".stringprep.saslprep;
local usermanager = require "prosody.core.usermanager";
local uuid = require "prosody.util.uuid";
local errors = require "prosody.util.error".init("frontdoor", {
	conflict = { code = 409; type = "cancel"; condition = "conflict"; text = "The account exists already" };
	password = { code = 400; type = "modify"; condition = "not-acceptable"; text = "The password has characters that a password cannot have" };
	too_long = { code = 400; type = "modify"; condition = "policy-violation"; text = "The password is too long" };
	storage = { code = 500; type = "wait"; condition = "internal-server-error"; text = "The accounts could not be read or written" };
	unknown = { code = 404; type = "cancel"; condition = "item-not-found"; text = "The account does not exist" };
	unauthorized = { code = 401; type = "auth"; condition = "not-authorized"; text = "Wrong user name or password" };
	disabled = { code = 403; type = "auth"; condition = "account-disabled"; text = "The account is disabled" };
});

local account_info = require "frontdoor.account_info";

local max_password_length = 1023; -- bytes; Prosody's SASLprep, and so its login, takes no more

-- Names of accounts that are being created: ["user@host"] = true
local being_created = {};

-- The password as it is hashed, or nil and an error ("policy-violation": too long; "not-acceptable").
local function prepare_password(password)
	if #password > max_password_length then
		return nil, errors.new("too_long");
	end
	local prepared = saslprep(password);
	if not prepared or prepared == "" then
		return nil, errors.new("password");
	end
	return prepared;
end

local accounts = {};
local accounts_mt = { __index = accounts };

-- Whoever asked may have changed his mind while we waited.
local function may_go_on(recheck)
	if not recheck then return true; end
	return recheck();
end

local function is_hashed(host)
	return usermanager.get_provider(host).name == "internal_hashed";
end

-- The name of the hash function if the provider keeps SCRAM keys, as it has been loaded: the
-- configuration may say something else by now.
local function scram_hash(host)
	if not is_hashed(host) then return nil; end
	local profile = usermanager.get_sasl_handler(host).profile;
	return profile.scram_sha_256 and "SHA-256" or profile.scram_sha_1 and "SHA-1" or nil;
end

function accounts:_keys(hash_name, password, salt, iterations)
	local keys, err = async.wait_for(self.work:scram(hash_name, password, salt, iterations));
	if not keys then return nil, err; end
	return { stored_key = hex.encode(keys.stored_key); server_key = hex.encode(keys.server_key) };
end

-- true, false, or nil and an error.
function accounts:exists(username)
	if not is_hashed(self.host) then
		return usermanager.user_exists(username, self.host) and true or false;
	end
	-- user_exists() cannot tell an account that is not there from one that could not be read.
	local record, err = self.store:get(username);
	if err then
		return nil, errors.new("storage", { wrapped_error = err });
	end
	return record ~= nil;
end

-- Whether the account was made, or got its password, at this time or later: true, false, or nil and an error. An
-- account of which that is not known counts as changed.
function accounts:has_changed_since(username, time)
	local exists, err = self:exists(username);
	if not exists then return exists, err; end
	local created, updated = account_info.times(username, self.host);
	local changed = updated or created;
	return not changed or changed >= time;
end

function accounts:_check_free(username)
	local exists, err = self:exists(username);
	if exists then
		return nil, errors.new("conflict");
	end
	return exists == false, err;
end

function accounts:_create_hashed(hash_name, username, password, recheck)
	local salt, iterations = uuid.generate(), self.iterations;
	local keys, err = self:_keys(hash_name, password, salt, iterations);
	if not keys then return nil, err; end

	-- Somebody else may have taken the name while we waited.
	local free, taken_err = self:_check_free(username);
	if not free then return nil, taken_err; end
	local go_on, changed_err = may_go_on(recheck);
	if not go_on then return nil, changed_err; end

	local now = os.time();
	local ok, store_err = self.store:set(username, {
		stored_key = keys.stored_key; server_key = keys.server_key;
		salt = salt; iteration_count = iterations;
		created = now; updated = now;
	});
	if not ok then
		return nil, errors.new("storage", { wrapped_error = store_err });
	end
	self.module:log("info", "User account created: %s@%s", username, self.host);
	return true;
end

function accounts:_create(username, password, recheck)
	local prepared, prepare_err = prepare_password(password);
	if not prepared then return nil, prepare_err; end
	local free, err = self:_check_free(username);
	if not free then return nil, err; end

	local hash_name = scram_hash(self.host);
	if hash_name then
		return self:_create_hashed(hash_name, username, prepared, recheck);
	end
	local go_on, changed_err = may_go_on(recheck);
	if not go_on then return nil, changed_err; end
	local ok, create_err = usermanager.create_user(username, password, self.host);
	if not ok then
		return nil, errors.new("storage", { wrapped_error = create_err });
	end
	return true;
end

-- Creates an account. Of several requests for one name the first wins. Just before it is stored,
-- `recheck` is asked, if given: an account comes to be only if it returns true, else it gives nil and an
-- error that is passed on.
--
-- Errors by condition: "conflict" (it exists), "not-acceptable" and "policy-violation" (the password),
-- "resource-constraint" and "service-unavailable" (try again later), "internal-server-error".
function accounts:create(username, password, recheck)
	local jid = username .. "@" .. self.host;
	if being_created[jid] then
		return nil, errors.new("conflict");
	end
	being_created[jid] = true;
	local ok, created, err = pcall(self._create, self, username, password, recheck);
	being_created[jid] = nil;
	if not ok then error(created, 0); end
	return created, err;
end

function accounts:_read(username)
	local record, err = self.store:get(username);
	if err then
		return nil, errors.new("storage", { wrapped_error = err });
	elseif not record then
		return nil, errors.new("unknown");
	elseif type(record) ~= "table" then
		return nil, errors.new("storage", { wrapped_error = "the record is damaged" });
	end
	return record;
end

function accounts:_set_hashed(hash_name, username, password, recheck)
	local record, err = self:_read(username);
	if not record then return nil, err; end
	local salt = uuid.generate();
	local iterations = math.max(tonumber(record.iteration_count) or 0, self.iterations);
	local keys, hash_err = self:_keys(hash_name, password, salt, iterations);
	if not keys then return nil, hash_err; end

	-- The account may have been disabled while we waited, or deleted and the name given to somebody else.
	local created = record.created;
	record, err = self:_read(username);
	if not record then return nil, err; end
	if record.created ~= created then
		return nil, errors.new("unknown");
	end
	local go_on, changed_err = may_go_on(recheck);
	if not go_on then return nil, changed_err; end

	record.stored_key, record.server_key = keys.stored_key, keys.server_key;
	record.salt, record.iteration_count = salt, iterations;
	record.password, record.updated = nil, os.time();
	local ok, store_err = self.store:set(username, record);
	if not ok then
		return nil, errors.new("storage", { wrapped_error = store_err });
	end
	self.module:log("info", "Account password changed: %s@%s", username, self.host);
	prosody.events.fire_event("user-password-changed", { username = username, host = self.host });
	return true;
end

-- Gives an account another password; whoever is logged in with the old one is logged out. `recheck` is as
-- with create().
--
-- Errors by condition: "item-not-found" (no such account), and as with create().
function accounts:set_password(username, password, recheck)
	local prepared, err = prepare_password(password);
	if not prepared then return nil, err; end
	local hash_name = scram_hash(self.host);
	if hash_name then
		return self:_set_hashed(hash_name, username, prepared, recheck);
	end
	if not usermanager.user_exists(username, self.host) then
		return nil, errors.new("unknown");
	end
	local go_on, changed_err = may_go_on(recheck);
	if not go_on then return nil, changed_err; end
	local ok, set_err = usermanager.set_password(username, password, self.host);
	if not ok then
		return nil, errors.new("storage", { wrapped_error = set_err });
	end
	return true;
end

-- Whether the keys are those of the account as it is now.
local function is_current(record, keys)
	local same_stored_key = hashes.equals(keys.stored_key, record.stored_key or "");
	local same_server_key = hashes.equals(keys.server_key, record.server_key or "");
	return same_stored_key and same_server_key;
end

function accounts:_test_hashed(hash_name, username, password)
	local stored, read_err = self.store:get(username);
	if read_err then
		return nil, errors.new("storage", { wrapped_error = read_err });
	end
	local record = account_info.readable(stored);
	-- Without an account we hash all the same, so that the duration does not tell who has one.
	local salt = record and record.salt or uuid.generate();
	local iterations = record and record.iteration_count or self.iterations;
	local keys, err = self:_keys(hash_name, password, salt, iterations);
	if not keys then return nil, err; end

	-- The password may have been changed and the account disabled or deleted while we waited.
	record = account_info.readable((self.store:get(username)));
	local plain = record and record.password and saslprep(record.password);
	if not record or not (is_current(record, keys) or plain and hashes.equals(plain, password)) then
		return nil, errors.new("unauthorized");
	elseif record.disabled then
		return nil, errors.new("disabled");
	end
	return true;
end

-- Whether this is the account's password: true, or nil and an error.
--
-- Errors by condition: "not-authorized" (wrong password or no such account; both take the same time),
-- "account-disabled", and as with create() where the answer cannot be found now.
function accounts:test_password(username, password)
	local prepared = prepare_password(password);
	if not prepared then
		return nil, errors.new("unauthorized");
	end
	local hash_name = scram_hash(self.host);
	if hash_name then
		return self:_test_hashed(hash_name, username, prepared);
	end
	-- Not every provider can be asked for the password of nobody.
	if not usermanager.user_exists(username, self.host)
	or not usermanager.test_password(username, self.host, password) then
		return nil, errors.new("unauthorized");
	elseif usermanager.user_is_enabled(username, self.host) == false then
		return nil, errors.new("disabled");
	end
	return true;
end

local function new(module, work)
	return setmetatable({
		module = module;
		host = module.host;
		work = work;
		store = module:open_store("accounts");
		iterations = module:get_option_integer("default_iteration_count", 10000, 4096);
	}, accounts_mt);
end

return { new = new, prepare_password = prepare_password, max_password_length = max_password_length };
