"""The hosts of the server in these specs: localhost as most operators have it, the others each with something else."""

import oauth
import registration

OPTIONS = {
    **oauth.options(**registration.options(modules_enabled=["invites_register_web", "refuse", "openid_claims"])),
    # Everybody here comes from the same address.
    "invites_register_limit": 0,
    "oauth2_login_limit": 0,
    "site_name": "Chat am See",
}

# mod_refuse of the server specs breaks on some names.
EXPECTED_ERRORS = [r"a module that fails before", r"Registration failed \(", r"An invite could not be used"]

LONG_SITE_NAME = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
LONG_NAME = "maximiliane-friederike-von-und-zu-hohenlohe-waldenburg-schil"


def own_apps(neighbour):
    """Apps of the operator's: one takes the account over, one has its picture elsewhere."""
    return {
        "site_apps": [
            {
                "name": "Hosted Chat",
                "text": "Runs in the browser.",
                "link": neighbour.url,
                "platforms": ["Linux", "Android"],
                "login_link_format": neighbour.url + "/login?name={username}&at={domain}&secret={password}",
                "download": {"buttons": [{"text": "Open it", "url": neighbour.url}]},
            },
            {
                "name": "Installed Chat",
                "text": "Opens when its link is opened.",
                "link": neighbour.url,
                "platforms": ["Windows"],
                "login_link_format": "installed-chat:login?name={username}",
            },
            {
                "name": "Pictured Chat",
                "text": "Has a logo on another server.",
                "image": "https://pictures.example/logo.svg",
                "link": "https://pictures.example/",
                "platforms": ["Linux", "Android"],
                "download": {"buttons": [{"text": "Get it", "url": "https://pictures.example/get"}]},
            },
        ],
    }


HOSTS = {
    "strict.localhost": {"password_policy": {"length": 12, "strength": 4}},
    "throttled.localhost": {"invites_register_limit": 1, "oauth2_login_limit": 1},
    "webchat.localhost": {"webchat_url": "https://chat.example/"},
    "apps.localhost": own_apps,
    "long.localhost": {"site_name": LONG_SITE_NAME},
    "plain.example": {},
}
