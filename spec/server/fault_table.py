"""What was seen when something went wrong, as a table: pytest --fault-table FILE."""

from pathlib import Path

import pytest

HEAD = """# What happens when something goes wrong

Written by `pytest --fault-table FILE` in `spec/server`: each row is what a real server did.

| Journey | Fault | What was seen |
|---|---|---|
"""

# [(journey, fault)] = outcomes, as they were seen
_rows = {}


def saw(fault, journey, outcome):
    """Adds a row; one that is seen again is not repeated."""
    outcomes = _rows.setdefault((journey, fault), [])
    if outcome not in outcomes:
        outcomes.append(outcome)


@pytest.fixture(scope="session")
def fault_table():
    """saw(fault, journey, outcome): in plain words, and without a name or number that differs with each run."""
    return saw


def pytest_addoption(parser):
    parser.addoption("--fault-table", metavar="FILE", help="write what was seen when something went wrong")


def pytest_sessionfinish(session):
    file = session.config.getoption("--fault-table")
    if file and _rows:
        Path(file).write_text(HEAD + "".join(map(row, sorted(_rows.items(), key=journey_of))))


def journey_of(item):
    (journey, _), _ = item
    return journey


def row(item):
    (journey, fault), outcomes = item
    return f"| {journey} | {fault} | {'; or '.join(outcomes)} |\n"
