-- For the server specs only: LuaDBI 0.7 crashes if a lost connection to PostgreSQL is freed before the statements that
-- were prepared on it, as Prosody lets it be. Here none is freed, so that it can be seen what our modules do.

local found, sql = pcall(require, "prosody.util.sql");
if not found then return; end

local engine = getmetatable(sql:create_engine({ driver = "PostgreSQL", database = "none" })).__index;
if engine.kept_connections then return; end

engine.kept_connections = {};
local transaction = engine.transaction;

function engine:transaction(...)
	if self.conn then engine.kept_connections[self.conn] = true; end
	return transaction(self, ...);
end
