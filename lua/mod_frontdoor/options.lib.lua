-- All options of our modules, with a value that is good: what to write where another one is not. `secret` marks those whose
-- value nobody shall read here, and `other` those that have none to suggest.

local secret, other = {}, {};

return {
	secret = secret; other = other;
	global = { frontdoor_workers = true; frontdoor_queue = true };
	values = {
		allowed_oauth2_code_challenge_methods = { "S256" };
		allowed_oauth2_grant_types = { "authorization_code", "refresh_token", "device_code" };
		allowed_oauth2_locales = {};
		allowed_oauth2_response_types = { "code" };
		component_secret = secret;
		default_iteration_count = 10000;
		frontdoor_queue = 256;
		frontdoor_workers = 1;
		invites_api_limit = 60;
		invites_login_link_password = false;
		invites_page = other;
		invites_page_external = false;
		invites_register_limit = 20;
		invites_register_template_path = "html";
		invites_registration_page = other;
		oauth2_access_token_ttl = 3600;
		oauth2_expect_username_jid = false;
		oauth2_login_limit = 10;
		oauth2_policy_url = other;
		oauth2_refresh_token_ttl = 604800;
		oauth2_registration_algorithm = "HS256";
		oauth2_registration_key = secret;
		oauth2_registration_limit = 30;
		oauth2_registration_max_size = 4096;
		oauth2_registration_options = {};
		oauth2_registration_previous_keys = secret;
		oauth2_registration_token = secret;
		oauth2_registration_ttl = "never";
		oauth2_require_auth_revoke = false;
		oauth2_require_code_challenge = true;
		oauth2_respect_oidc_prompt = false;
		oauth2_revoked_clients = other;
		oauth2_security_policy = other;
		oauth2_service_documentation = other;
		oauth2_software_statement_keys = secret;
		oauth2_template_path = "html";
		oauth2_terms_url = other;
		password_policy = { length = 8 };
		password_reset_validity = 86400;
		reg_servlet_auth_token = secret;
		reg_servlet_base = "/register_account/";
		reg_servlet_bl = {};
		reg_servlet_filtered_mails = {};
		reg_servlet_pending_ttl = 300;
		reg_servlet_secure = true;
		reg_servlet_template_path = "template";
		reg_servlet_ttime = 0;
		reg_servlet_wl = {};
		site_apps = other;
		site_apps_hide = {};
		site_apps_show = other;
		site_color = "#1d5fbf";
		site_name = other;
		webchat_url = other;
	};
}
