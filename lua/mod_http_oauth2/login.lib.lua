-- Who somebody is: names and passwords, tried not too often.

local jid_prepped_split = require "prosody.util.jid".prepped_split;
local nodeprep = require "prosody.util.encodings".stringprep.nodeprep;

local limits = require "frontdoor.limit";
local username_fits = require "frontdoor".registration.username_fits;
local network_of = limits.network_of;

local period = 600; -- seconds
local addresses = 10; -- times as many failures as an account has: several people share an address

local failures = module:get_option_integer("oauth2_login_limit", 10, 0);
local of_account = limits.new(failures, period);
local of_network = limits.new(failures * addresses, period);

-- The account's name in what somebody has typed, which may be the whole address; nil if it is no name.
local function username_of(typed)
	typed = typed:match("^%s*(.-)%s*$");
	local username, host = nodeprep(typed), module.host;
	if typed:find("@", 1, true) then username, host = jid_prepped_split(typed); end
	if not username or username == "" or host ~= module.host or not username_fits(username) then return nil; end
	return username;
end

-- nil, or the seconds until somebody may try again.
local function too_many(username, network)
	local ok, retry_after = of_network:try(network);
	if not ok then return retry_after; end
	if not username then return nil; end
	ok, retry_after = of_account:try(username);
	if ok then return nil; end
	of_network:forgive(network);
	return retry_after;
end

local function forgive(username, network)
	of_account:forgive(username);
	of_network:forgive(network);
end

-- Handlers expect something like an XMPP session.
local function event_of(request, username, mechanism, client)
	return {
		session = {
			type = mechanism == "x-www-form" and "http" or "oauth2";
			ip = request.ip; conn = request.conn; username = username; host = module.host; log = request.log or module._log;
			sasl_handler = { username = username; selected = mechanism };
			client_id = client:text("client_name");
		};
	};
end

local login = {};
local login_mt = { __index = login };

function login:_failed(event, request, username)
	self.metrics.logged_in("failure");
	-- For fail2ban and the like: one line, always like this.
	module:log("info", "Failed login of %s from %s", username and username .. "@" .. module.host or "nobody", request.ip);
	module:fire_event("authentication-failure", event);
	return nil, "wrong";
end

-- The user whose password this is, as `mechanism` he has logged in with; or nil and "wrong", "busy" or "too_many", and
-- then the seconds until the next try. Waits.
function login:check(request, client, name, password, mechanism)
	local username = username_of(name);
	local event = event_of(request, username, mechanism, client);
	local network = network_of(request.ip);
	local retry_after = too_many(username, network);
	if retry_after then
		self.metrics.logged_in("limit");
		return nil, "too_many", retry_after;
	end
	if not username then return self:_failed(event, request); end
	local ok, err = self.accounts:test_password(username, password);
	if not ok and (err.condition == "not-authorized" or err.condition == "account-disabled") then
		return self:_failed(event, request, username);
	end
	forgive(username, network);
	if not ok then
		module:log("warn", "The password of %s could not be checked: %s", username, err);
		return nil, "busy";
	end
	self.metrics.logged_in("success");
	module:fire_event("authentication-success", event);
	return username;
end

local function new(accounts, metrics)
	return setmetatable({ accounts = accounts; metrics = metrics }, login_mt);
end

return { new = new };
