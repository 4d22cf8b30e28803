"""Two minutes of what spec/bench/soak.py does for an hour: a leak or an error that each request brings shows at once."""

import sys

import pytest

from prosody import REPOSITORY

sys.path.append(str(REPOSITORY / "spec" / "bench"))

import soak  # noqa: E402
import soak_report  # noqa: E402
from soak_people import People  # noqa: E402

SECONDS = 120

# What remembers the last so many of something fills up meanwhile. A request of which 1 KiB stays needs more.
GROWTH = 16 * 2**20  # bytes
# Says only that nobody waits for somebody else's whole journey: the machine may be busy with other things.
SLOWEST_PING = 10  # seconds


@pytest.fixture(scope="module")
def seen(tree, tmp_path_factory):
    return soak.run(tmp_path_factory.mktemp("soak"), tree, SECONDS, {}, is_filled=False)


def test_everybody_is_answered_as_expected(seen):
    assert not seen.tally.complaints, seen.tally.complaints[:5]
    assert seen.tally.requests() > 1000
    assert set(People.JOURNEYS) == set(seen.tally.journeys), seen.tally.journeys


def test_there_is_no_error_in_the_log(seen):
    assert not seen.errors, seen.errors[:5]


def test_memory_stays(seen):
    for name in ("rss", "lua"):
        first, last = soak_report.first_and_last(seen, name)
        assert last - first < GROWTH, (name, first, last)


def test_descriptors_and_threads_stay(seen):
    for judge in (soak_report.descriptors, soak_report.threads):
        verdict = judge(seen)
        assert verdict.is_good, verdict


def test_the_pinging_client_is_answered(seen):
    slowest = max(max(took) for _, took in seen.pings)
    assert slowest < SLOWEST_PING


def test_all_that_was_made_is_gone(seen):
    # romeo, who pings.
    assert seen.records["accounts"] == 1, seen.records
    assert seen.records.get("auth_tokens", 0) == 0, seen.records
