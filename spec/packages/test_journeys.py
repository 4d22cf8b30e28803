"""From a Debian with nothing on it to somebody who is logged in, by README alone, and back."""

import re
import shutil

import pytest

import invitations
import readme
import xmpp
from debian import HOST, InstalledProsody
from registration import PASSWORD
from roots import CODENAMES

KINDS = ["deb", "binary-rock", "source-rock"]

# What stays when somebody has registered: Prosody's data, and LuaRocks' notes of a tree with nothing in it.
STAYS = re.compile(
    r"/etc/prosody/conf\.d/(this-machine|example\.org)\.cfg\.lua|/var/lib/prosody/((example%2eorg|localhost)/.*|prosody\.(pid|sock))"
    r"|/run/.*|/var/lib/prosody/custom_plugins/lib/luarocks/rocks-5\.4/manifest(-5\.\d\.(json|zip))?"
)


def install(root, kind, release, package):
    """All that README says, and which files were there before the last of it."""
    shutil.copy(package, root.folder / "root")
    *preparations, installation = readme.installation(kind, release)
    for code in preparations:
        root.run(code)
    before = root.files()
    root.run(installation)
    return before


def register_and_log_in(server):
    printed = server.root.run(readme.step("invite"))
    token = invitations.token_of(re.search(r"http\S+\?\S+", printed)[0])
    answer = invitations.submit(server, token, "romeo", host=HOST)
    assert invitations.is_success(answer), answer
    assert xmpp.log_in(server, "romeo", PASSWORD, host=HOST)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("release", CODENAMES)
def test_from_nothing_to_a_logged_in_account_and_back(root, release, kind, packages):
    before = install(root, kind, release, packages[kind])
    server = InstalledProsody(root)
    server.configure(readme.step("configure"))
    server.restart(readme.step("restart"))
    register_and_log_in(server)
    assert "\terror\t" not in server.log().replace("certificate", "")

    root.run(readme.removal(kind))
    stayed = {path for path in root.files() - before if not STAYS.fullmatch(path)}
    assert stayed == set()
    server.restart(readme.step("restart"))
    assert xmpp.log_in(server, "romeo", PASSWORD, host=HOST)
