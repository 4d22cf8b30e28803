"""Strangers, people and apps at the front door for as long as you like: does the server stay as it is?

    soak.py [--seconds 3600] [--storage files|sqlite|postgres] [--report FILE]

Strangers send single requests (soak_strangers.py), beside them people go whole ways (soak_people.py), and one client pings
every 5 ms. Strangers ask at half the rate at which the server answers them if it answers a constant. Whatever is made is used up or
deleted again. What remembers the last so many of something is filled before, and the first quarter is warm-up: from then
on memory and file descriptors must stay what they are. Prints a report as Markdown; the exit status is 1 if a verdict is bad.
"""

import argparse
import contextlib
import multiprocessing
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "server"))

import oauth  # noqa: E402
import pinging  # noqa: E402
import registration  # noqa: E402
import soak_report  # noqa: E402
from api import prosodyctl  # noqa: E402
from postgres import Postgres  # noqa: E402
from prosody import TEST_MODULES, Prosody, install_rock  # noqa: E402
from soak_people import People  # noqa: E402
from soak_strangers import Strangers  # noqa: E402
from soak_visitors import STRANGERS_NETWORKS, Pace, Tally, Visitor, repeat  # noqa: E402
from soak_watch import Watch, records  # noqa: E402

BENCH_MODULES = Path(__file__).resolve().parent / "modules"

STRANGERS = 2  # processes
PEOPLE = 3  # processes
JOURNEYS = 4  # a second, of all people: each has one to three password hashes in it
FLOOR_SECONDS = 10
IDLE_SECONDS = 20
ATTEMPTS = 5
REMEMBERED = 10_000  # by whatever remembers the last so many
FILLERS = 8  # processes: each waits for password hashes most of the time

OPTIONS = {
    "modules_enabled": [
        "invites", "invites_register", "invites_register_web", "invites_api", "invites_register_api", "register_json",
        "register_apps", "password_policy", "http_oauth2", "constant", "soak_probe",
    ],
    # mod_probe remembers all who have ever registered.
    "modules_disabled": ["s2s", "s2s_auth_certs", "probe"],
    "plugin_paths": [str(TEST_MODULES), str(BENCH_MODULES)],
    "allow_registration": True,
    "reg_servlet_auth_token": registration.AUTH_TOKEN,
    "reg_servlet_secure": False,
    "oauth2_registration_key": oauth.KEY,
    "invites_api_limit": 0,
}


@contextlib.contextmanager
def storage(name):
    """The options of a storage, while it runs."""
    if name == "files":
        yield {}
    elif name == "sqlite":
        yield {"storage": "sql", "sql": {"driver": "SQLite3", "database": "soak.sqlite"}}
    else:
        postgres = Postgres().start()
        try:
            yield {"storage": "sql", "sql": postgres.options()}
        finally:
            postgres.stop()


# Processes, each with a tally of its own


class Crowd:
    """Processes that do something until a time, and what they tell at the end."""

    def __init__(self):
        self.context = multiprocessing.get_context("fork")
        self.processes = []

    def add(self, act, *arguments):
        """`act` is called with the arguments in a process of its own; what it returns is a result."""
        receiver, sender = self.context.Pipe(duplex=False)
        process = self.context.Process(target=lambda: sender.send(act(*arguments)), daemon=True)
        process.start()
        sender.close()
        self.processes.append((process, receiver))

    def results(self):
        told = [receiver.recv() for _, receiver in self.processes]
        for process, _ in self.processes:
            process.join()
        return told


def joined(tallies):
    whole = Tally()
    for tally in tallies:
        whole.join(tally)
    return whole


def ask_for_constants(server, until):
    tally = Tally()
    visitor = Visitor(server, tally)
    repeat(lambda _: visitor.get("/constant"), tally, until)
    return tally


def be_strangers(server, client, until, rate):
    tally = Tally()
    visitor, strangers = Visitor(server, tally, STRANGERS_NETWORKS), Strangers(client)
    repeat(lambda _: strangers.ask(visitor), tally, until, Pace(rate))
    return tally


def be_people(server, name, api_key, until, rate):
    tally = Tally()
    people = People(Visitor(server, tally), name, api_key)
    repeat(people.go, tally, until, Pace(rate))
    return tally


def ping(server, user, until):
    """The seconds that each answer took, second by second: [(time, seconds of all)]."""
    client = pinging.PingingClient(server, *user)
    answers = []
    while time.monotonic() < until:
        answers.append((time.monotonic(), client.ping_for(1)))
    return answers


def fill(server, client, numbers):
    tally = Tally()
    visitor, strangers = Visitor(server, tally, STRANGERS_NETWORKS), Strangers(client)
    for number in numbers:
        strangers.fill(visitor, number)
    return tally


# The run


def fill_memories(server, client):
    """What remembers the last so many of something has as many before we look at it growing."""
    crowd = Crowd()
    for number in range(FILLERS):
        crowd.add(fill, server, client, range(number, REMEMBERED, FILLERS))
    crowd.results()


def accompany(server, user, api_key, until):
    """Whoever is there beside the strangers: people, and a client that pings."""
    people, pings = Crowd(), Crowd()
    pings.add(ping, server, user, until)
    for number in range(PEOPLE):
        people.add(be_people, server, f"person{number}-{until:.0f}", api_key, until, JOURNEYS / PEOPLE)
    return people, pings


def floor(server, user, api_key):
    """Requests of strangers that the server answers in a second if it answers all of them with a constant."""
    until = time.monotonic() + FLOOR_SECONDS
    people, pings = accompany(server, user, api_key, until)
    strangers = Crowd()
    for _ in range(STRANGERS):
        strangers.add(ask_for_constants, server, until)
    tally = joined(strangers.results())
    pings.results()
    complaints = tally.complaints + joined(people.results()).complaints
    assert not complaints, complaints[0]
    return tally.requests() / FLOOR_SECONDS


def new_api_key(server):
    """Made beside the running server, which SQLite does not allow at any moment."""
    for _ in range(ATTEMPTS):
        done = prosodyctl(server, "mod_invites_api", "create", "localhost")
        if done.returncode == 0:
            return done.stdout.strip()
    raise AssertionError(done)


def soak(server, seconds, is_filled=True):
    """Runs it all on a server that has been started; what was seen."""
    visitor = Visitor(server, Tally())
    watch = Watch(server, visitor)
    api_key, client = new_api_key(server), oauth.register(visitor)
    romeo = registration.join(visitor, registration.person(username="romeo"))
    user = romeo["username"], romeo["password"]
    strangers = Strangers(client)
    strangers.ask_each(visitor)
    if is_filled:
        fill_memories(server, client)
    quiet_before = watch.quiet()
    idle = ping(server, user, time.monotonic() + min(IDLE_SECONDS, seconds / 6))
    rate = floor(server, user, api_key)

    begin = time.monotonic()
    until = begin + seconds
    people, pings = accompany(server, user, api_key, until)
    strangers = Crowd()
    for _ in range(STRANGERS):
        strangers.add(be_strangers, server, client, until, rate / 2 / STRANGERS)
    watch.until(until)
    of_strangers, of_people = joined(strangers.results()), joined(people.results())
    answered = pings.results()[0]
    time.sleep(2)
    return soak_report.Seen(
        begin=begin, seconds=seconds, floor=rate, idle=idle, pings=answered, strangers=of_strangers.requests(),
        tally=joined([of_strangers, of_people]), watch=watch, quiet_before=quiet_before, quiet_after=watch.quiet(), errors=server.unexpected_errors(),
        records=records(server) if (server.data / "localhost").exists() else {},
    )


def run(folder, tree, seconds, storage_options, is_filled=True):
    options = {**OPTIONS, **storage_options, "log": {"warn": str(Path(folder) / "prosody.log")}}
    server = Prosody(folder, tree, options).start()
    try:
        return soak(server, seconds, is_filled)
    finally:
        server.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=3600)
    parser.add_argument("--storage", choices=["files", "sqlite", "postgres"], default="files")
    parser.add_argument("--report", type=Path, help="a file for the report")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, storage(arguments.storage) as storage_options:
        install_rock(Path(folder) / "tree")
        seen = run(Path(folder) / "server", Path(folder) / "tree", arguments.seconds, storage_options)
    verdicts = soak_report.verdicts(seen)
    text = soak_report.report(seen, verdicts, arguments.storage)
    print(text)
    if arguments.report:
        arguments.report.write_text(text)
    sys.exit(0 if all(verdict.is_good for verdict in verdicts) else 1)


if __name__ == "__main__":
    main()
