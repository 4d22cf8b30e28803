-- For the server specs only: a third party's password policy, in the form that mod_password_policy documents.

module:add_item("password-policy-provider", {
	name = "needs_sign";
	check_password = function (password, sign, info)
		if password:find(sign, 1, true) then return true; end
		if info.username == "quiet" then return false; end
		return false, "Password needs a " .. sign, "needs-" .. sign;
	end;
});
