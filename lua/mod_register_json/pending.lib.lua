-- Registrations that wait for their confirmation, over restarts. The store holds nothing that could be
-- read without the person's token: see src/registration/pending.rs.

local is_from_future = require "frontdoor.clock".is_from_future;
local records = require "frontdoor.records";

-- [id of the token] = { username, password = sealed, ip, mail = id, created, expires, begun? = time }
local store = records.open(module, "register_json_pending", {
	username = "string"; password = "string"; ip = "string"; mail = "string"; created = "number?"; expires = "number";
	begun = "number?";
});
-- "never" is a year; and Prosody gives nothing for what it does not understand.
local ttl = math.min(module:get_option_period("reg_servlet_pending_ttl", 300, 1) or 300, 365 * 86400);

local function is_expired(record)
	return record.expires <= os.time();
end

local function can_be_confirmed(record)
	return not is_expired(record) and not is_from_future(record.created);
end

local pending = { ttl = ttl };
local pending_mt = { __index = pending };

function pending:remove(id, record)
	if self.names[record.username] == id then
		self.names[record.username] = nil;
	end
	return store:set(id, nil);
end

function pending:_waits(username)
	local id = self.names[username];
	local record = id and store:get(id);
	if record and is_expired(record) then
		self.on_expired(id, record);
	end
	return record and can_be_confirmed(record) or false;
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
	if record and can_be_confirmed(record) then
		return record;
	end
	return nil, err;
end

-- The password in a registration that this token found.
function pending:password(token, record) -- luacheck: ignore 212/self
	return token:open(record.password, module.host, record.username);
end

-- Notes that its account is about to be stored: if the power is cut then, that can be found out.
function pending:begin(id, record) -- luacheck: ignore 212/self
	record.begun = os.time();
	return store:set(id, record);
end

-- It was not stored after all.
function pending:give_up(id, record) -- luacheck: ignore 212/self
	record.begun = nil;
	return store:set(id, record);
end

-- { [id] = record }
function pending:all() -- luacheck: ignore 212/self
	return store:all();
end

-- Gives what nobody can confirm any more to on_expired, and removes what is damaged.
function pending:purge()
	store:purge(function (record, id)
		if is_expired(record) then
			self.on_expired(id, record);
		end
		return false;
	end);
end

-- on_expired(id, record) is called for each registration that nobody confirmed in time, and has to remove it.
local function new(on_expired)
	local self = setmetatable({
		names = {};    -- [user name] = id of its registration
		examined = {}; -- [user name] = true while a request for it is being examined
		on_expired = on_expired;
	}, pending_mt);
	for id, record in pairs(store:all()) do
		self.names[record.username] = id;
	end
	return self;
end

return { new = new };
