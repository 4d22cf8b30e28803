"""What a connected client notices while others register.

A client pings the server every 5 ms. Beside it accounts are created at a steady rate: through the provider's own
create_user, which hashes in the event loop, through confirmed registrations, and through the form behind
an invitation. The situations take turns, so that a noisy machine is noisy for all of them.
"""

import itertools
import sys
import tempfile
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

import pinging  # noqa: E402
import registration  # noqa: E402
from prosody import TEST_MODULES, Prosody, install_rock  # noqa: E402

BENCH_MODULES = Path(__file__).resolve().parent / "modules"

ROUNDS = 3
SETTINGS = [(10_000, 20), (100_000, 20), (600_000, 3)]  # iterations, accounts a second

numbers = itertools.count(1)


def through_the_provider(server, count):
    names = [f"provider{next(numbers)}" for _ in range(count)]
    return [lambda name=name: server.begin("GET", f"/probe/create_user?username={name}&password=secret-password")
            for name in names], lambda answer: b'"ok":true' in answer.body


def by_mail(server, count):
    tokens = [registration.token_for(server) for _ in range(count)]
    return [lambda token=token: registration.begin_confirm(server, token) for token in tokens], \
        registration.is_success


def by_invitation(server, count):
    """Each with an invite made just before: Prosody's file storage rewrites all that are pending for each that is used."""

    def register(name):
        token = server.get("/constant/invite").text
        body = urllib.parse.urlencode({"user": name, "password": registration.PASSWORD, "token": token})
        return server.begin("POST", "/register", body, {"Content-Type": "application/x-www-form-urlencoded"})

    names = [f"invited{next(numbers)}" for _ in range(count)]
    return [lambda name=name: register(name) for name in names], registration.is_success


def compare(tree, iterations, rate):
    options = registration.options(modules_enabled=["invites_register_web", "constant"], invites_register_limit=0,
                                   plugin_paths=[str(TEST_MODULES), str(BENCH_MODULES)],
                                   password_hash="SHA-256", default_iteration_count=iterations)
    situations = {"idle": pinging.nobody, "provider's create_user": through_the_provider, "confirmed by mail": by_mail,
                  "invitation form": by_invitation}
    with tempfile.TemporaryDirectory() as folder:
        options["log"] = {"warn": str(Path(folder) / "prosody.log")}
        server = Prosody(folder, tree, options).start()
        try:
            person = registration.join(server)
            client = pinging.PingingClient(server, person["username"], person["password"])
            client.ping_for(0.5)
            print(f"  {iterations} iterations of SHA-256, {rate} accounts a second")
            pinging.compare({name: (server, client, situation) for name, situation in situations.items()}, ROUNDS, rate)
        finally:
            server.stop()


def main():
    print("event loop: answers to a client that pings every 5 ms while accounts are created")
    with tempfile.TemporaryDirectory() as tree:
        install_rock(tree)
        for iterations, rate in SETTINGS:
            compare(tree, iterations, rate)


main()
