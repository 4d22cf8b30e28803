-- Registrations that wait for their confirmation, over restarts. The store holds nothing that could be
-- read without the person's token: see src/registration/pending.rs.

local all_records = require "frontdoor.records".all;

local store = module:open_store("register_json_pending"); -- [id of the token] = record
local ttl = math.min(module:get_option_period("reg_servlet_pending_ttl", 300, 1), 365 * 86400); -- "never" is a year

local function is_expired(record)
	return record.expires <= os.time();
end

local pending = { ttl = ttl };
local pending_mt = { __index = pending };

function pending:_forget(id, record)
	if self.names[record.username] == id then
		self.names[record.username] = nil;
	end
	return store:set(id, nil);
end

function pending:_expire(id, record)
	self:_forget(id, record);
	self.on_expired(record);
end

function pending:_waits(username)
	local id = self.names[username];
	local record = id and store:get(id);
	if record and is_expired(record) then
		self:_expire(id, record);
		return false;
	end
	return record ~= nil;
end

-- Claims a name for a request. False if another request has it, or a registration of it waits.
function pending:claim(username)
	if self.examined[username] or self:_waits(username) then
		return false;
	end
	self.examined[username] = true;
	return true;
end

-- The request for this name has been answered.
function pending:release(username)
	self.examined[username] = nil;
end

-- Stores a registration.
function pending:add(token, username, password, ip, mail_id)
	local id, now = token:id(), os.time();
	local ok, err = store:set(id, {
		username = username;
		password = token:seal(password, module.host, username);
		ip = ip;
		mail = mail_id;
		created = now;
		expires = now + ttl;
	});
	if ok then
		self.names[username] = id;
	end
	return ok, err;
end

-- The registration of this token, or nil.
function pending:find(token) -- luacheck: ignore 212/self
	local record, err = store:get(token:id());
	if record and not is_expired(record) then
		return record;
	end
	return nil, err;
end

-- The password in a registration that this token found.
function pending:password(token, record) -- luacheck: ignore 212/self
	return token:open(record.password, module.host, record.username);
end

function pending:remove(token, record)
	return self:_forget(token:id(), record);
end

-- Removes what nobody can confirm any more.
function pending:purge()
	for id, record in pairs(all_records(store)) do
		if is_expired(record) then
			self:_expire(id, record);
		end
	end
end

-- on_expired(record) is called for each registration that nobody confirmed in time.
local function new(on_expired)
	local self = setmetatable({
		names = {};    -- [user name] = id of its registration
		examined = {}; -- [user name] = true while a request for it is being examined
		on_expired = on_expired;
	}, pending_mt);
	for id, record in pairs(all_records(store)) do
		self.names[record.username] = id;
	end
	return self;
end

return { new = new };
