-- For the server specs only: a module that objects to some registrations.

module:hook("user-registering", function (event)
	if event.username:match("^unwanted") then
		event.allowed = false;
		event.reason = "Nobody of this name is wanted here";
	end
end);
