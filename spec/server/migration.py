"""A server that changes from the community modules to the rock and back, and what people have on it."""

import json
import re
import shutil
import urllib.parse
from dataclasses import dataclass, field
from pathlib import Path

import authorization
import devices
import invitations
import oauth
import prosody
from api import prosodyctl
from endpoints import every_app
from oauthbearer import Connection, Refused
from prosody import TEST_MODULES, Prosody, luarocks
from registration import PASSWORD, new_name
from test_client_adhoc import FIELDS as ADHOC_FIELDS
from test_client_adhoc import PASSWORD as ADHOC_PASSWORD
from test_client_adhoc import run_command, values_of
from test_password_reset import command as password_reset_command

ADMIN = "admin"
ROLE = "prosody:admin"
NEW_PASSWORD = "purple monkey dishwasher"
MARK = "The doors of Casa Capulet"  # in each template of the operator

# What a server with the community modules has in its configuration.
OPTIONS = {
    "modules_enabled": [
        "http_oauth2",
        "adhoc",
        "adhoc_oauth2_client",
        "invites",
        "invites_page",
        "invites_register",
        "invites_register_web",
        "invites_api",
        "register_apps",
        "password_policy",
        "password_reset",
        "register_json",
    ],
    "admins": [f"{ADMIN}@localhost"],
    "site_name": "Casa Capulet",
    "site_apps_show": ["conversations", "gajim", "dino"],
    "password_policy": {"length": 10},
    "password_reset_validity": 86400,
    "webchat_url": "https://chat.example/",
    "oauth2_registration_key": oauth.KEY,
    "oauth2_registration_algorithm": "HS256",
    "oauth2_registration_options": {"default_ttl": 31536000, "accept_expired": True},
    "oauth2_access_token_ttl": 7200,
    "oauth2_refresh_token_ttl": 2592000,
    "oauth2_require_code_challenge": True,
    "oauth2_policy_url": "https://example.org/policy",
    "oauth2_terms_url": "https://example.org/terms",
    "oauth2_service_documentation": "https://example.org/developers",
    "allowed_oauth2_code_challenge_methods": ["S256", "plain"],
    **oauth.ALL_ALLOWED,
    "reg_servlet_auth_token": "the secret of the web form",
    "reg_servlet_secure": False,
    # Nobody has to wait in a test.
    "oauth2_login_limit": 0,
    "oauth2_registration_limit": 0,
    "invites_register_limit": 0,
}


class MovingServer(Prosody):
    """Has the community modules in reach, and a plugin folder into which the rock comes and goes."""

    def __init__(self, folder, community, options):
        templates = own_templates(Path(folder) / "templates", community)
        paths = [str(TEST_MODULES), str(community)]
        options = {**OPTIONS, **templates, "plugin_paths": paths, **options}
        super().__init__(folder, Path(folder) / "plugins", options)

    def install_rock(self):
        self.stop()
        prosody.install_rock(self.tree)
        return self.start()

    def remove_rock(self):
        self.stop()
        remove_rock(self.tree)
        return self.start()


def remove_rock(tree):
    luarocks("--tree", str(tree), "remove", "frontdoor")


def own_templates(folder, community):
    """The templates of the community modules, which an operator has changed: the options for them."""
    options = {}
    for option, module in {
        "oauth2_template_path": "mod_http_oauth2",
        "invites_register_template_path": "mod_invites_register_web",
    }.items():
        copy = folder / module
        shutil.copytree(community / module / "html", copy)
        for page in copy.glob("*.html"):
            page.write_text(page.read_text().replace("</title>", f"</title><!-- {MARK} -->"))
        options[option] = str(copy)
    return options


# What people have on it


@dataclass
class Grant:
    """What a user has granted to a client, and the tokens that the client has got."""

    client: oauth.Registered = field(repr=False)
    user: str
    tokens: dict = field(repr=False)

    @property
    def access_token(self):
        return self.tokens["access_token"]

    def refresh(self):
        """Asks for new tokens; the answer."""
        answer = authorization.refresh(self.client, self.tokens["refresh_token"])
        if answer.status == 200:
            self.tokens = oauth.content(answer)
        return answer

    def address(self):
        """Logs in over XMPP with the access token: as whom."""
        with Connection(self.client.server) as connection:
            connection.log_in_with_token(self.access_token)
            assert connection.is_open()
            return connection.address.partition("/")[0]

    def userinfo(self):
        headers = {"Authorization": f"Bearer {self.access_token}"}
        return self.client.server.get(authorization.USERINFO, headers=headers)

    def introspect(self):
        return authorization.post_as(self.client, authorization.INTROSPECT, {"token": self.access_token})


class Belongings:
    """Some of everything that lasts, made by requests to whichever modules the server runs.

    What can be used once is in lists, from which a test takes what it uses.
    """

    def __init__(self, server):
        self.server = server
        self._make_invites()
        self.keys = [new_key(server) for _ in range(4)]
        self.reset_invites = [self._with_user(invitations.reset_link) for _ in range(3)]
        self.reset_links = [self._with_user(reset_link_by_admin) for _ in range(3)]
        self._make_grants()
        self._leave_things_under_way()
        self.discovery = json.loads(server.get(oauth.DISCOVERY).body)

    def _make_invites(self):
        server = self.server
        self.link = invitations.link(server, "create_account localhost")
        self.account_invites = [invitations.made(server, "create_account()") for _ in range(6)]
        self.reserved = [self._for_a_name() for _ in range(3)]
        self.inviter = invitations.new_account(server)
        self.from_inviter = [invitations.invite_from(server, self.inviter) for _ in range(2)]
        self.with_role = [self._with_role() for _ in range(2)]
        self.reusable = invitations.group_invite(server)
        self.contact = invitations.contact_link(server, self.inviter)
        self.expired = invitations.expired_invite(server)

    def _for_a_name(self):
        name = new_name("reserved")
        return name, invitations.reserved_invite(self.server, name)

    def _with_role(self):
        return token_in(invitations.link(self.server, f"create_account localhost --role {ROLE}"))

    def _with_user(self, make):
        user = authorization.new_user(self.server)
        return user, make(self.server, user)

    def _make_grants(self):
        server = self.server
        self.client = oauth.register(server, every_app())
        self.native = oauth.register(
            server, authorization.app(redirect_uris=["http://localhost/redirect"], application_type="native")
        )
        self.implicit = oauth.register(
            server, authorization.implicit_app(token_endpoint_auth_method="none", application_type="web")
        )
        self.by_command = client_by_command(server)
        self.doomed = oauth.register(server, every_app())
        self.grants = [new_grant(self.client) for _ in range(6)]
        self.native_grant = new_grant(self.native)
        self.doomed_grant = new_grant(self.doomed)
        self.device_grant = grant_to_device(self.client)

    def _leave_things_under_way(self):
        self.code, self.flow = authorization.code_for(self.client, authorization.new_user(self.server))
        self.waiting = devices.wait(self.client)


def new_key(server, name="a website"):
    done = prosodyctl(server, "mod_invites_api", "create", "localhost", name)
    assert done.returncode == 0, done
    return done.stdout.strip().splitlines()[-1]


def reset_link_by_admin(server, username):
    [note] = password_reset_command(server, f"{username}@localhost", username=ADMIN)
    return note


def client_by_command(server):
    """A user registers a client in an app."""
    user = authorization.new_user(server, password=ADHOC_PASSWORD)
    values = values_of(run_command(server, {"localhost": user}))
    said = {name: values[name][0] for name in ("client_id", "client_secret")}
    return oauth.Registered(server, "localhost", {**said, "redirect_uris": [ADHOC_FIELDS["redirect_uri"]]})


def new_grant(client):
    """A user logs in and allows everything."""
    user = authorization.new_user(client.server)
    return Grant(client, user, authorization.tokens_for(client, user))


def grant_to_device(client):
    """The same on another device."""
    waiting = devices.wait(client, scope=authorization.ALL_SCOPES)
    user = authorization.new_user(client.server)
    flow = request_of(waiting)
    answer = flow.decide(flow.log_in(user), "granted")
    assert answer.status == 200, answer
    return Grant(client, user, oauth.content(waiting.poll()))


def request_of(waiting):
    """The authorization request behind a code: the community module redirects to it without asking."""
    answer = waiting.visit()
    if answer.status != 303:
        return devices.request_from(waiting.client, answer)
    query = urllib.parse.urlsplit(answer.headers["location"]).query
    return authorization.Flow(waiting.client, dict(urllib.parse.parse_qsl(query)))


# Using it


def token_in(link):
    """The token of a link of any kind, or of the address for apps."""
    return re.search(r"[\w-]+$", link)[0]


def register(server, token, username=None, password=PASSWORD):
    """Sends the form of an invite: the name, or None if that made no account."""
    username = username or new_name()
    answer = invitations.submit(server, token, username, password)
    assert answer.status < 500, answer
    return username if invitations.has_account(server, username) else None


def ask_for_invite(server, key):
    """What a program with a key does; the answer."""
    return server.get("/invites_api?" + urllib.parse.urlencode({"key": key}))


def reset_password(server, user, link):
    """Sends the form behind a link: whether the user has the new password now."""
    token = token_in(link)
    pages = [server.get(f"{invitations.RESET}?{token}"), invitations.reset(server, token, NEW_PASSWORD)]
    assert all(page.status < 500 for page in pages), pages
    return can_log_in(server, user, NEW_PASSWORD)


def can_log_in(server, user, password=PASSWORD):
    with Connection(server) as connection:
        try:
            return connection.log_in_with_password(user, password).is_open()
        except Refused:
            return False
