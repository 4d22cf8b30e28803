"""Debian's Prosody in a root of its own, as its operator has it."""

import lua
import prosody

HOST = "example.org"

# Where `prosodyctl shell` finds it.
SOCKET = "var/lib/prosody/prosody.sock"

# Ports that are free here, and a password over a connection that does not leave this machine.
THIS_MACHINE = "/etc/prosody/conf.d/this-machine.cfg.lua"


class InstalledProsody(prosody.Prosody):
    def __init__(self, root):
        self.root = root
        self.http_port, self.c2s_port = prosody.free_ports(2)

    def configure(self, code):
        """What README says, in the file that it says."""
        options = {
            "interfaces": ["127.0.0.1"],
            "http_interfaces": ["127.0.0.1"],
            "http_ports": [self.http_port],
            "https_ports": [],
            "c2s_ports": [self.c2s_port],
            "c2s_direct_tls_ports": [],
            "s2s_ports": [],
            "c2s_require_encryption": False,
            "allow_unencrypted_plain_auth": True,
        }
        self.root.write(THIS_MACHINE, lua.options(options))
        self.root.write(f"/etc/prosody/conf.d/{HOST}.cfg.lua", code)

    def restart(self, commands):
        self.root.run(commands)
        prosody.wait_until(self.is_there, self.story)

    def is_there(self):
        """It answers on both as soon as all modules are loaded."""
        return prosody.is_listening(self.c2s_port) and (self.root.folder / SOCKET).exists()

    def log(self):
        return self.root.run("cat /var/log/prosody/prosody.log")

    def story(self):
        return f"Prosody does not answer.\n{self.log()}"
