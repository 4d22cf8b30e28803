"""Power cuts at every write of a journey: see modules/mod_test_death.lua, which a server has to have enabled."""

import http.client
import json
import signal
from collections.abc import Callable
from dataclasses import dataclass

from prosody import PATIENCE

MODULES = ["test_death"]
MOMENTS = ["before", "after"]

# The answer to a request in which the server died.
NO_ANSWER = None


@dataclass
class Journey:
    """What a person or a program does, with one step that writes.

    prepare: (server) -> case, whatever the others need; with each death there is a new one
    step: (server, case) -> answer; also what somebody does again who got none
    check: (server, case, answer) -> a few words on how it went; asserts what must hold at all times
    finish: (server, case) -> answer, where the person goes on in another way than by taking the step again
    """

    name: str
    prepare: Callable
    step: Callable
    check: Callable
    finish: Callable = None

    def __str__(self):
        return self.name


def arm(server, number, moment="after"):
    """The server will die right before or after its n-th write from now on; 0 counts only."""
    assert server.post("/death", f"{number} {moment}").status == 200


def written(server):
    """The stores that were written to since, in order."""
    return json.loads(server.get("/death").body)


def until_dead(server, act):
    """Does something in which the server has to kill itself; the answer, if one came before that."""
    try:
        answer = act()
    except (ConnectionError, http.client.HTTPException):
        answer = NO_ANSWER
    assert server.process.wait(PATIENCE) == -signal.SIGKILL, server.story()
    return answer


def die_at(server, number, moment, act):
    """Does something with a power cut at its n-th write, and starts the server again; the answer, if one came."""
    arm(server, number, moment)
    answer = until_dead(server, act)
    server.start()
    return answer


def writes_of(server, journey):
    """The stores that a journey's step writes to if nothing happens. What it does is checked, too."""
    case = journey.prepare(server)
    arm(server, 0)
    answer = journey.step(server, case)
    stores = written(server)
    assert stores, f"{journey}: nothing was written"
    journey.check(server, case, answer)
    return stores


def for_each_death(server, journey, saw=None, moments=MOMENTS):
    """The journey with a power cut at each of its writes; then it is finished as a person would.

    saw: (fault, journey, outcome) is called with what `check` says: the fixture `fault_table` has it
    """
    for number, store in enumerate(writes_of(server, journey), 1):
        for moment in moments:
            case = journey.prepare(server)
            answer = die_at(server, number, moment, lambda: journey.step(server, case))
            outcome = journey.check(server, case, answer)
            answer = (journey.finish or journey.step)(server, case)
            finally_seen = journey.check(server, case, answer)
            if finally_seen != outcome:
                outcome += f"; then {finally_seen}"
            if saw:
                saw(f"killed {moment} writing {store}", journey.name, outcome)
