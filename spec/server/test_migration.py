"""An operator changes from the community modules to the rock, back, and to the rock again.

Configuration and data stay; the rock is installed and removed with the commands of the README. Each time some of
everything is made with the modules that are there, and used with those that come after.
"""

import json
from dataclasses import dataclass

import pytest

import invitations
import oauth
from api import bearer, prosodyctl
from authorization import assert_error, begin, consent_form, new_user, refresh
from community import community_modules, install_other_rock
from invitations import Page, contacts, evaluate, new_account, open_form, path_of, submit
from migration import (
    ADMIN,
    MARK,
    ROLE,
    Belongings,
    Grant,
    MovingServer,
    ask_for_invite,
    can_log_in,
    grant_to_device,
    new_grant,
    new_key,
    register,
    remove_rock,
    reset_password,
    token_in,
)
from prosody import REPOSITORY, install_rock
from registration import confirm, is_success, new_name, person, probe, token_for
from registration import register as register_by_mail
from test_community_import import OLD, write_community_file
from test_storage import LASTING, postgres  # noqa: F401 - a fixture

# The community's mod_register_json does not load on this Prosody; ours must.
COMMUNITY_FAULT = r"Error initializing module 'register_json'.*/register_json/mod_register_json\.lua:\d+: .*global 'http'"


@dataclass
class Journey:
    """theirs, ours, later: made with the community modules, the rock, and the community modules again."""

    server: MovingServer
    theirs: Belongings = None
    ours: Belongings = None
    later: Belongings = None
    used_in_between: str = None  # an invite, with the community modules


@pytest.fixture(scope="module")
def community(tmp_path_factory):
    return community_modules(tmp_path_factory.mktemp("community"))


@pytest.fixture(scope="module", params=LASTING, ids=lambda storage: storage.__name__)
def with_community(request, community, tmp_path_factory):
    server = MovingServer(tmp_path_factory.mktemp("server"), community, request.param(request))
    server.expected_errors.append(COMMUNITY_FAULT)
    # Of an older Prosody, on which the module could be loaded.
    write_community_file(server, OLD)
    try:
        server.start()
        new_account(server, ADMIN)
        yield Journey(server, theirs=Belongings(server))
        assert server.stop() == 0
        assert server.unexpected_errors() == []
    finally:
        if server.is_running():
            server.kill()


@pytest.fixture(scope="module")
def with_rock(with_community):
    with_community.server.install_rock()
    # SQLite is for one process at a time, and prosodyctl is another one.
    with_community.server.wait_for_log(f"Imported {len(OLD)} mail hashes")
    with_community.ours = Belongings(with_community.server)
    return with_community


@dataclass
class Happened:
    """What was done while the rock was there, for those who come back."""

    member: str  # registered
    used_invite: str
    used_key: str
    reset_link: tuple  # used
    refreshed: Grant
    spent_refresh_token: str
    granted: Grant  # to a client of the community module
    waiting: str  # for its mail to be confirmed


@pytest.fixture(scope="module")
def happened(with_rock):
    server, theirs = with_rock.server, with_rock.theirs
    invite, key = theirs.account_invites.pop(), theirs.keys.pop()
    refreshed, reset_link = theirs.grants.pop(), theirs.reset_links.pop()
    spent = refreshed.tokens["refresh_token"]
    assert ask_for_invite(server, key).status == 201
    assert refreshed.refresh().status == 200
    assert reset_password(server, *reset_link)
    assert "revoked" in oauth.shell(server, "revoke_client", theirs.doomed.id).lower()
    return Happened(
        member=register(server, invite),
        used_invite=invite,
        used_key=key,
        reset_link=reset_link,
        refreshed=refreshed,
        spent_refresh_token=spent,
        granted=new_grant(theirs.client),
        waiting=token_for(server),
    )


@pytest.fixture(scope="module")
def without_rock(with_rock, happened):
    with_rock.server.remove_rock()
    with_rock.later = Belongings(with_rock.server)
    return with_rock


@pytest.fixture(scope="module")
def with_rock_again(without_rock):
    without_rock.used_in_between = without_rock.later.account_invites.pop()
    assert register(without_rock.server, without_rock.used_in_between)
    without_rock.server.install_rock()
    return without_rock


# What is the same in all directions


def page_of(server, token):
    return server.get(f"{invitations.PAGE}?{token}")


def assert_invites_go_on(server, made):
    """Checks that each kind of invite opens its page and its form, and does what it was made for."""
    assert server.get(path_of(made.link)).status == 200
    assert open_form(server, token_in(made.link)).status == 200
    assert can_log_in(server, register(server, made.account_invites.pop()))
    name, token = made.reserved.pop()
    assert register(server, token, name)
    friend = register(server, made.from_inviter.pop())
    assert contacts(server, made.inviter)[f"{friend}@localhost"] == "both"
    member = register(server, made.with_role.pop())
    assert probe(server, "role", username=member)["name"] == ROLE
    assert register(server, made.reusable) and register(server, made.reusable)


def assert_grant_goes_on(grant):
    """Checks the tokens of a grant, and those that come of its refresh token."""
    for _ in range(2):
        assert grant.address() == f"{grant.user}@localhost"
        assert json.loads(grant.userinfo().body)["sub"] == f"xmpp:{grant.user}@localhost"
        said = json.loads(grant.introspect().body)
        assert (said["active"], said["username"]) == (True, grant.user)
        assert grant.refresh().status == 200


def assert_can_be_allowed(client):
    """Checks that somebody can allow something to a client now."""
    assert_grant_goes_on(new_grant(client))


def is_mail_known(server):
    answer = register_by_mail(server, person(mail=OLD["old1"]))
    return answer.status == 409 and "'mail'" in answer.text


# To the rock


def test_a_module_of_prosodyctl_install_gives_way_and_comes_back(tmp_path):
    name, code = "mod_http_oauth2", "-- the community's\n"
    module = install_other_rock(tmp_path / "plugins", name, code)
    assert module.read_text() == code
    install_rock(tmp_path / "plugins")
    assert module.read_text() == (REPOSITORY / "lua" / name / f"{name}.lua").read_text()
    remove_rock(tmp_path / "plugins")
    assert module.read_text() == code


def test_invites_go_on(with_rock):
    assert_invites_go_on(with_rock.server, with_rock.theirs)


def test_an_invite_for_one_name_registers_no_other(with_rock):
    _, token = with_rock.theirs.reserved.pop()
    assert not register(with_rock.server, token)


def test_an_invite_to_be_contacts_has_a_page(with_rock):
    theirs = with_rock.theirs
    assert theirs.contact.startswith("xmpp:")
    page = with_rock.server.get(f"{invitations.PAGE}/contact/{theirs.inviter}?{token_in(theirs.contact)}")
    assert page.status == 200


def test_an_expired_invite_is_expired(with_rock):
    assert page_of(with_rock.server, with_rock.theirs.expired).status == 410


def test_keys_go_on(with_rock):
    server, key = with_rock.server, with_rock.theirs.keys.pop()
    for answer in (ask_for_invite(server, key), server.get("/invites_api", headers=bearer(key))):
        assert answer.status == 201
        assert server.get(path_of(answer.headers["location"])).status == 200


def test_reset_links_go_on(with_rock):
    theirs = with_rock.theirs
    for links in (theirs.reset_links, theirs.reset_invites):
        assert reset_password(with_rock.server, *links.pop())


def test_grants_go_on(with_rock):
    theirs = with_rock.theirs
    for grant in (theirs.grants.pop(), theirs.native_grant, theirs.device_grant):
        assert_grant_goes_on(grant)


def test_clients_go_on(with_rock):
    theirs = with_rock.theirs
    for client in (theirs.client, theirs.native):
        assert_can_be_allowed(client)
    assert_grant_goes_on(grant_to_device(theirs.client))
    # Registered for codes only.
    assert new_grant(theirs.by_command).address()


def test_a_client_of_the_implicit_grant_goes_on(with_rock):
    user = new_user(with_rock.server)
    flow = begin(with_rock.theirs.implicit, response_type="token", code_challenge=oauth.LEFT_OUT)
    redirect = flow.allow(flow.log_in(user))
    assert Grant(with_rock.theirs.implicit, user, redirect.parameters).address() == f"{user}@localhost"


def test_clients_find_everything_where_it_was(with_rock):
    before, now = with_rock.theirs.discovery, with_rock.ours.discovery
    places = {name: value for name, value in before.items() if name == "issuer" or name.endswith("_endpoint")}
    assert len(places) > 5
    assert places == {name: now.get(name) for name in places}


def test_what_was_under_way_is_refused_and_can_be_begun_anew(with_rock):
    theirs = with_rock.theirs
    assert_error(theirs.flow.redeem(theirs.code), "invalid_grant")
    assert theirs.waiting.poll().status == 400
    assert new_grant(theirs.client) and grant_to_device(theirs.client)


def test_templates_go_on(with_rock):
    server, theirs = with_rock.server, with_rock.theirs
    flow = begin(theirs.client, scope="openid xmpp")
    consent = flow.try_login(new_user(server))
    success = submit(server, theirs.account_invites.pop(), new_name())
    form, device = open_form(server, theirs.account_invites[0]), server.get("/oauth2/device")
    for page in (form, success, flow.open(), consent, device):
        assert page.status == 200 and MARK in page.text and "Casa Capulet" in page.text, page
    assert consent_form(consent).scopes() == ["openid", "xmpp"]


def test_the_apps_are_those_of_the_configuration(with_rock):
    text = Page(page_of(with_rock.server, with_rock.theirs.account_invites[0])).text()
    assert all(name in text for name in ("Conversations", "Gajim", "Dino"))
    assert not any(name in text for name in ("Siskin", "Monal", "yaxim"))


def test_the_password_policy_is_that_of_the_configuration(with_rock):
    token = with_rock.theirs.account_invites[0]
    assert register(with_rock.server, token, password="nine char") is None


def test_mail_hashes_are_taken_over(with_rock):
    assert is_mail_known(with_rock.server)


# Back to the community modules


def test_back_what_was_not_touched_goes_on(without_rock):
    server, theirs = without_rock.server, without_rock.theirs
    assert_invites_go_on(server, theirs)
    assert ask_for_invite(server, theirs.keys.pop()).status == 201
    assert reset_password(server, *theirs.reset_links.pop())
    assert_grant_goes_on(theirs.grants.pop())


def test_back_accounts_go_on(without_rock, happened):
    server = without_rock.server
    assert can_log_in(server, happened.member)
    user, _ = happened.reset_link
    assert not can_log_in(server, user)


def test_back_invites_of_the_rock_go_on(without_rock):
    assert_invites_go_on(without_rock.server, without_rock.ours)


def test_back_the_rocks_page_for_contacts_is_gone(without_rock):
    server, ours = without_rock.server, without_rock.ours
    assert server.get(path_of(ours.contact)).status == 404
    token = token_in(ours.contact)
    invites = "prosody.hosts.localhost.modules.invites"
    assert evaluate(server, f'{invites}.get("{token}", "{ours.inviter}") ~= nil') == "true"


def test_back_what_was_used_stays_used(without_rock, happened):
    server = without_rock.server
    assert open_form(server, happened.used_invite).status == 303
    _, link = happened.reset_link
    assert "expired" in server.get(path_of(link)).text
    assert_error(refresh(happened.refreshed.client, happened.spent_refresh_token), "invalid_grant")


def test_back_what_clients_of_the_community_module_got_goes_on(without_rock, happened):
    for grant in (happened.refreshed, happened.granted):
        assert_grant_goes_on(grant)


def test_back_clients_of_the_rock_are_unknown(without_rock):
    ours = without_rock.ours
    grant = ours.grants[0]
    assert_error(refresh(ours.client, grant.tokens["refresh_token"]), "invalid_client", 401)
    assert grant.introspect().status == 401
    assert begin(ours.client).open().status == 400


def test_back_their_access_tokens_go_on_until_they_expire(without_rock):
    grant = without_rock.ours.grants[0]
    assert grant.address() == f"{grant.user}@localhost"
    assert grant.userinfo().status == 200


def test_back_codes_of_the_rock_are_refused(without_rock):
    theirs, ours = without_rock.theirs, without_rock.ours
    assert ours.flow.redeem(ours.code).status == 401
    assert ours.waiting.poll().status == 401
    flow = begin(theirs.client)
    assert flow.redeem(ours.code).status == 401


def test_back_only_keys_that_the_rock_has_not_seen_go_on(without_rock, happened):
    server, ours = without_rock.server, without_rock.ours
    for key in (happened.used_key, *ours.keys):
        assert ask_for_invite(server, key).status == 403
    assert ask_for_invite(server, new_key(server)).status == 201


def test_back_keys_of_the_rock_are_listed_and_can_be_deleted(without_rock):
    server, key = without_rock.server, without_rock.ours.keys.pop()
    key_id = key.partition("/")[0]
    assert key_id in prosodyctl(server, "mod_invites_api", "list", "localhost").stdout
    assert prosodyctl(server, "mod_invites_api", "delete", "localhost", key_id).returncode == 0
    assert key_id not in prosodyctl(server, "mod_invites_api", "list", "localhost").stdout


def test_back_reset_links_of_the_rock_say_that_they_have_expired(without_rock):
    server, ours = without_rock.server, without_rock.ours
    user, link = ours.reset_links[0]
    assert "expired" in server.get(path_of(link)).text
    assert not reset_password(server, user, link)


def test_back_a_client_that_was_revoked_is_known_again(without_rock):
    theirs = without_rock.theirs
    assert_can_be_allowed(theirs.doomed)
    # What it had does not come back.
    assert theirs.doomed_grant.userinfo().status == 403
    assert theirs.doomed_grant.refresh().status == 400


def test_back_prosodys_daily_job_gets_along_with_all_grants(without_rock):
    tokens = "prosody.hosts.localhost.modules.tokenauth"
    for grant in (*without_rock.ours.grants, *without_rock.theirs.grants):
        assert evaluate(without_rock.server, f'next({tokens}.get_user_grants("{grant.user}")) ~= nil') == "true"


# To the rock again


def test_again_invites_go_on(with_rock_again):
    for made in (with_rock_again.theirs, with_rock_again.ours, with_rock_again.later):
        assert page_of(with_rock_again.server, made.account_invites[0]).status == 200
        assert register(with_rock_again.server, made.account_invites.pop())
        assert register(with_rock_again.server, made.reusable)


def test_again_used_invites_stay_used(with_rock_again, happened):
    server = with_rock_again.server
    assert page_of(server, happened.used_invite).status == 410
    # Whether the community modules used it or never knew it nobody can tell.
    assert page_of(server, with_rock_again.used_in_between).status == 404


def test_again_the_page_for_contacts_is_back(with_rock_again):
    assert with_rock_again.server.get(path_of(with_rock_again.ours.contact)).status == 200


def test_again_keys_go_on(with_rock_again, happened):
    everybody = (with_rock_again.theirs, with_rock_again.ours, with_rock_again.later)
    for key in (happened.used_key, *(made.keys[0] for made in everybody)):
        assert ask_for_invite(with_rock_again.server, key).status == 201


def test_again_reset_links_go_on(with_rock_again):
    server = with_rock_again.server
    for made in (with_rock_again.ours, with_rock_again.later):
        for links in (made.reset_links, made.reset_invites):
            assert reset_password(server, *links.pop())


def test_again_clients_and_grants_go_on(with_rock_again):
    for made in (with_rock_again.theirs, with_rock_again.ours, with_rock_again.later):
        assert_grant_goes_on(made.grants.pop())
        assert_grant_goes_on(made.native_grant)
        assert_can_be_allowed(made.client)


def test_again_a_revoked_client_is_revoked(with_rock_again):
    assert begin(with_rock_again.theirs.doomed).open().status == 400
    assert_error(refresh(with_rock_again.theirs.doomed, "x"), "invalid_client", 401)


def test_again_a_waiting_registration_goes_on(with_rock_again, happened):
    assert is_success(confirm(with_rock_again.server, happened.waiting))


def test_again_mail_hashes_count(with_rock_again):
    assert is_mail_known(with_rock_again.server)
