"""The links that people get, from the admin shell."""

import re

import registration


class Links:
    def __init__(self, server):
        self.server = server

    def _shell(self, command):
        printed = self.server.shell(command)
        found = re.search(r"https?://\S+", printed)
        assert found, printed
        return found[0]

    def account(self, host="localhost", username=None):
        """To make an account, of that name if there is one."""
        return self._shell(f"invite create_account {username + '@' if username else ''}{host}")

    def friend(self, inviter="romeo", host="localhost"):
        """To make an account and become a contact of somebody."""
        return self._shell(f"invite create_contact {inviter}@{host} --allow-registration")

    def contact(self, inviter="romeo", host="localhost"):
        """To become a contact of somebody."""
        return self._shell(f"invite create_contact {inviter}@{host}")

    def reset(self, username, host="localhost"):
        return self._shell(f"invite create_reset {username}@{host}")

    def expired(self, host="localhost"):
        return self._lua(host, "create_account(nil, nil, -60)")

    def expired_reset(self, username, host="localhost"):
        return self._lua(host, f"create_account_reset({username!r}, -60)")

    def _lua(self, host, call):
        return self._shell(f"> prosody.hosts[{host!r}].modules.invites.{call}.landing_page")

    def form(self, link):
        """Where the registration form of an invitation is."""
        page, token = link.split("?")
        return page.replace("/invites_page", "/register") + "?t=" + token

    def setup(self, link, app):
        page, token = link.split("?")
        return f"{page}/setup/{app}?{token}"

    def somebody(self, username=None, host="localhost"):
        """The name of somebody who has an account."""
        username = username or registration.new_name()
        assert registration.probe(self.server, "create_user", host, username=username, password=registration.PASSWORD)[
            "ok"
        ]
        return username
