"""Each page in each state is one that anybody can read and use. Its picture is in the folder screenshots."""

import pytest

from checks import all_faults
from states import STATES
from visitor import DESKTOP, PHONE, Look

LOOKS = [Look(PHONE, "light", "en"), Look(PHONE, "dark", "ar"), Look(DESKTOP, "light", "de")]


@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("state", STATES)
def test_anybody_can_use_it(visit, links, neighbour, state, look):
    go, status, device = STATES[state]
    visitor = visit(look, device=device)
    go(visitor, links, neighbour)
    visitor.screenshot(state)
    if visitor.unfold_all():
        visitor.screenshot(state + "-unfolded")
    assert visitor.status() == status
    faults = all_faults(visitor)
    assert not faults, "\n".join(faults)
