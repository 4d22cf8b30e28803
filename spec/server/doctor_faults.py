"""What can be wrong with a configuration, and what is said of it."""

from dataclasses import dataclass, field

from doctor import KEY, MODULES, TOKEN


@dataclass
class Wrong:
    """A configuration with a fault, and what is said of it."""

    level: str
    text: str
    options: dict = field(default_factory=dict)
    hosts: dict = field(default_factory=dict)
    more: str = ""
    # Where no line can be given.
    note: str = None


def with_hosts(**options):
    return {"chat.example": options}


COMPONENT = '\nComponent "files.example" "http_file_share"\n'

WRONG = {
    # Ports, proxies, addresses
    "no ports": Wrong("error", "http_ports and https_ports are empty", {"http_ports": [], "https_ports": []}),
    "no https": Wrong("error", "https_ports is empty", {"http_external_url": None}),
    "https on loopback only": Wrong(
        "error",
        "Only this machine can connect to https_ports",
        {"http_external_url": None, "https_ports": [5281], "https_interfaces": ["127.0.0.1"]},
    ),
    "no certificate": Wrong(
        "error", "There is no certificate for localhost", {"http_external_url": None, "https_ports": [5281]}
    ),
    "an address without a scheme": Wrong(
        "error", "http_external_url is no address", {"http_external_url": "localhost"}
    ),
    "links without TLS": Wrong("warning", "begins with http://", {"http_external_url": "http://localhost/"}),
    "a path that doubles": Wrong(
        "error", "ends with /register,", {"http_external_url": "https://localhost/register/"}
    ),
    "another name outside": Wrong(
        "warning", "Links lead to www.example", {"http_external_url": "https://www.example/"}
    ),
    "a default host that is none": Wrong(
        "warning", "http_default_host is 'nobody.example'", {"http_default_host": "nobody.example"}
    ),
    "a proxy that is not trusted": Wrong(
        "error", "its proxy is not in trusted_proxies", {"trusted_proxies": ["192.0.2.1"]}
    ),
    "a proxy that is no address": Wrong(
        "error", "'proxy.example' is neither", {"trusted_proxies": ["127.0.0.1", "proxy.example"]}
    ),
    "a range without an end": Wrong(
        "error", "'10.0.0.0/x' is neither", {"trusted_proxies": ["::1", "10.0.0.0/x"]}
    ),
    "everybody is a proxy": Wrong("error", "'0.0.0.0/0' is everybody", {"trusted_proxies": ["127.0.0.1", "0.0.0.0/0"]}),
    "everybody is a proxy, with IPv6": Wrong("error", "'::/0' is everybody", {"trusted_proxies": ["::/0"]}),
    "a proxy elsewhere": Wrong(
        "hint", "its address has to be in trusted_proxies", {"http_interfaces": ["*"]}, note="Such as: trusted_proxies"
    ),
    "small requests": Wrong("warning", "http_max_content_size is 1024", {"http_max_content_size": 1024}),
    "trusted_proxies under a host": Wrong(
        "warning", "trusted_proxies has no effect under a host", hosts=with_hosts(trusted_proxies=["127.0.0.1"])
    ),
    "workers under a host": Wrong(
        "warning", "frontdoor_workers has no effect under a host", hosts=with_hosts(frontdoor_workers=2)
    ),
    "a form without TLS": Wrong(
        "warning", "reg_servlet_secure is false", {"reg_servlet_secure": False, "http_interfaces": ["*"]}
    ),
    "an app on another's path": Wrong(
        "error", "both answer at", {"http_paths": {"invites_page": "/register", "bosh": "/b"}}
    ),
    "another module's app on our path": Wrong(
        "error", "both answer at", {"http_paths": {"probe": "/register"}}
    ),
    "paths that are no table": Wrong("error", "http_paths must be a table", {"http_paths": True}),
    "modules_disabled that is no list": Wrong("error", "modules_disabled must be a list", {"modules_disabled": "s2s"}),
    "two hosts with one name": Wrong(
        "error",
        "have their pages under one name",
        hosts={"chat.example": {"http_host": "localhost"}},
        note="Give each a http_host",
    ),
    # Keys
    "no registration key": Wrong(
        "warning", "There is no oauth2_registration_key", {"oauth2_registration_key": None}
    ),
    "an empty registration key": Wrong(
        "warning", "There is no oauth2_registration_key", {"oauth2_registration_key": ""}
    ),
    "a short registration key": Wrong(
        "warning", "oauth2_registration_key is shorter", {"oauth2_registration_key": "short"}
    ),
    "a monotonous registration key": Wrong(
        "warning", "has fewer than 8 different", {"oauth2_registration_key": "a" * 64}
    ),
    "the key of the documentation": Wrong(
        "error",
        "oauth2_registration_key is the example",
        {"oauth2_registration_key": "securely generated JWT key here"},
    ),
    "a key that is its own predecessor": Wrong(
        "warning", "has oauth2_registration_key in it", {"oauth2_registration_previous_keys": [KEY]}
    ),
    "a weak previous key": Wrong(
        "warning",
        "oauth2_registration_previous_keys is shorter",
        {"oauth2_registration_previous_keys": ["short", "another secret of the past, and longer"]},
        note="Take old keys out",
    ),
    "no token of the form": Wrong(
        "error", "reg_servlet_auth_token: must be", {"reg_servlet_auth_token": None}
    ),
    "a short token of the form": Wrong(
        "warning", "reg_servlet_auth_token is shorter", {"reg_servlet_auth_token": "short"}
    ),
    "the token of the README": Wrong(
        "error",
        "reg_servlet_auth_token is the example",
        {"reg_servlet_auth_token": "a long random text that your web form knows too"},
    ),
    "a short registration token": Wrong(
        "warning", "oauth2_registration_token is shorter", {"oauth2_registration_token": "short"}
    ),
    # Values that modules refuse
    "a pattern that is none": Wrong(
        "error", "reg_servlet_filtered_mails", {"reg_servlet_filtered_mails": ["@spam%.example$", "%"]}
    ),
    "a range that is none, blocked": Wrong(
        "error", "reg_servlet_bl", {"reg_servlet_bl": ["192.0.2.0/24", "192.0.2.0/99"]}
    ),
    "a range that is none, not throttled": Wrong(
        "error", "reg_servlet_wl", {"reg_servlet_wl": ["somewhere"]}
    ),
    "a colour that is none": Wrong("error", "site_color", {"site_color": "blue"}),
    "a colour that cannot be read": Wrong("error", "site_color", {"site_color": "#ffff00"}),
    "a number that is none": Wrong(
        "error", "'reg_servlet_ttime' not understood", {"reg_servlet_ttime": "often"}
    ),
    "a number out of bounds": Wrong(
        "warning", "'oauth2_login_limit' out of bounds", {"oauth2_login_limit": -5}
    ),
    "a period that is none": Wrong(
        "error", "'oauth2_access_token_ttl' not understood", {"oauth2_access_token_ttl": "a while"}
    ),
    "a switch that is none": Wrong(
        "error", "'oauth2_require_code_challenge' not understood", {"oauth2_require_code_challenge": "maybe"}
    ),
    "a policy that is a list": Wrong("error", "password_policy must be", {"password_policy": ["length"]}),
    "a policy that nobody can keep": Wrong(
        "error", "password_policy.", {"password_policy": {"strength": 9, "length": 12}}
    ),
    "an unknown grant type": Wrong(
        "warning", "authorisation_code", {"allowed_oauth2_grant_types": ["authorisation_code", "refresh_token"]}
    ),
    "an unknown response type": Wrong(
        "warning", "id_token", {"allowed_oauth2_response_types": ["code", "id_token"]}
    ),
    "an unknown challenge method": Wrong(
        "warning", "S512", {"allowed_oauth2_code_challenge_methods": ["S256", "S512"]}
    ),
    "an algorithm that is of no use": Wrong(
        "error", "oauth2_registration_algorithm", {"oauth2_registration_algorithm": "RS256"}
    ),
    "a revocation that is none": Wrong(
        "error", "oauth2_revoked_clients", {"oauth2_revoked_clients": ["some-software", {"issued_before": "soon"}]}
    ),
    "a statement key that is none": Wrong(
        "error",
        "oauth2_software_statement_keys",
        {"oauth2_software_statement_keys": {"https://p.example": "-----BEGIN PUBLIC KEY-----"}},
        note="A key is a public key in PEM",
    ),
    "templates that are nowhere": Wrong(
        "warning", "There is no folder", {"invites_register_template_path": "/nowhere"}
    ),
    "login templates that are nowhere": Wrong(
        "warning", "There is no folder", {"oauth2_template_path": "/nowhere"}
    ),
    "form templates that are nowhere": Wrong(
        "warning", "There is no folder", {"reg_servlet_template_path": "/nowhere"}
    ),
    "a module that is switched off and needed": Wrong(
        "error", "needs mod_invites", {"modules_disabled": ["s2s", "s2s_auth_certs", "invites"]}
    ),
    "modules_enabled that is no list": Wrong(
        "error", "modules_enabled must be a list", hosts=with_hosts(modules_enabled="ping")
    ),
    "a range that is no text": Wrong(
        "error", "value of the option reg_servlet_bl", {"reg_servlet_bl": [True, "192.0.2.1"]}
    ),
    "a list for a number": Wrong("error", "the option oauth2_login_limit", {"oauth2_login_limit": {"a": 1}}),
    "cron that is switched off": Wrong(
        "error", "needs mod_cron", {"modules_disabled": ["s2s", "s2s_auth_certs", "cron"]}
    ),
    "a waiting time that is none": Wrong(
        "error", "'reg_servlet_pending_ttl' not understood", {"reg_servlet_pending_ttl": "a while"}
    ),
    "a revocation that is no text": Wrong("error", "oauth2_revoked_clients", {"oauth2_revoked_clients": True}),
    # Names
    "a name with a typing error": Wrong(
        "warning", "reg_servlet_tttime. It should be reg_servlet_ttime", {"reg_servlet_tttime": 60}
    ),
    "a name with a typing error on a host": Wrong(
        "warning", "site_colour. It should be site_color", hosts=with_hosts(site_colour="#aa0000")
    ),
    "a key under a wrong name": Wrong(
        "warning",
        "It should be oauth2_registration_key",
        {"oauth2_registration_key": None, "oauth2_registraton_key": TOKEN},
        note="Rename it",
    ),
    # Modules
    "open registration, and inviters": Wrong(
        "warning", "Inviters do not become contacts", {"allow_registration": True}
    ),
    "open registration": Wrong("hint", "everybody can register over XMPP", {"allow_registration": True}),
    "another form": Wrong(
        "warning", "mod_register_web registers everybody", {"modules_enabled": [*MODULES, "register_web"]}
    ),
    "a redirection": Wrong(
        "warning", "mod_register_redirect sends apps away", {"modules_enabled": [*MODULES, "register_redirect"]}
    ),
    "registration on a Component": Wrong(
        "error",
        "mod_register_json can do nothing on a Component",
        more=COMPONENT + 'modules_enabled = { "register_json" }\n',
    ),
    "OAuth on a Component": Wrong(
        "warning",
        "the password grant is not allowed",
        more=COMPONENT
        + 'modules_enabled = { "http_oauth2" }\ncomponent_secret = "a secret of the component"\n'
        + 'http_external_url = "https://files.example/"\n',
    ),
    "OAuth on a Component without its secret": Wrong(
        "error",
        "component_secret is missing",
        more=COMPONENT + 'modules_enabled = { "http_oauth2" }\nhttp_external_url = "https://files.example/"\n',
        note="put what it prints",
    ),
    # Policies, pages, apps
    "a policy that nothing enforces": Wrong(
        "warning", "Nothing enforces password_policy", {"modules_enabled": [], "password_policy": {"length": 12}}
    ),
    "a rule that nobody has": Wrong(
        "error", "has a rule 'min_digits'", {"password_policy": {"min_digits": 2}}
    ),
    "a rule with a typing error": Wrong("error", "It should be length", {"password_policy": {"lenght": 12}}),
    "pages elsewhere that are nowhere": Wrong(
        "error", "invitations have no link", {"invites_page_external": True}
    ),
    "a page without a form": Wrong(
        "warning", "its link to the form leads nowhere", {"modules_enabled": ["invites_page"]}
    ),
    "apps to show that are none": Wrong(
        "warning", "there is no app 'dinosaur'", {"site_apps_show": ["dino", "dinosaur"]}
    ),
    "apps to hide that are none": Wrong(
        "warning", "there is no app 'dinosaur'", {"site_apps_hide": ["dinosaur"]}
    ),
    "no apps": Wrong("warning", "leave no app", {"site_apps_show": ["dino"], "site_apps_hide": ["dino"]}),
    "an app without a name": Wrong("error", "has no name", {"site_apps": [{"text": "?"}]}, note=""),
    "an app without platforms": Wrong(
        "error", "the platforms of One", {"site_apps": [{"name": "One", "platforms": "iOS"}]}, note="Such as: platforms"
    ),
    "an app for nobody": Wrong(
        "warning", "is for 'Amiga'", {"site_apps": [{"name": "One", "platforms": ["Amiga"]}]}, note="Platforms are"
    ),
    # Storage and accounts
    "storage that forgets": Wrong("error", "'memory' forgets everything", {"storage": "memory"}),
    "storage that keeps nothing": Wrong(
        "error", "'none' keeps nothing", {"storage": {"register_json_pending": "none"}}
    ),
    "storage for something else": Wrong("error", "'xep0227' has no place", {"storage": "xep0227"}),
    "storage that is not installed": Wrong(
        "error", "'no_such' is not installed", {"default_storage": "no_such"}
    ),
    "no accounts": Wrong("error", "there are no accounts", hosts=with_hosts(authentication="anonymous")),
    "passwords as they are": Wrong(
        "hint", "passwords are stored as they are", {"authentication": "internal_plain"}
    ),
    "another provider": Wrong("hint", "it is asked as it is", {"authentication": "ldap"}, note=""),
}
