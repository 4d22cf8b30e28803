"""The packages, and a fresh Debian for each of them."""

import sys
import warnings
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "server"))

import roots  # noqa: E402

DIST = roots.REPOSITORY / "target" / "dist"
# The newest of each kind; spec/tools/test has just made them.
PATTERNS = {"source-rock": "*.src.rock", "binary-rock": "*.linux-*.rock", "deb": "*.deb"}


@pytest.fixture(scope="session")
def packages():
    """Where each kind of package is."""
    found = {kind: sorted(DIST.glob(pattern), key=lambda path: path.stat().st_mtime) for kind, pattern in PATTERNS.items()}
    assert all(found.values()), f"make rock binary-rock deb: {found}"
    return {kind: paths[-1] for kind, paths in found.items()}


@pytest.fixture
def root(release, tmp_path):
    if reason := roots.why_impossible():
        warnings.warn(f"NOT TESTED in a fresh {release}: {reason}", stacklevel=1)
        pytest.skip(reason)
    with roots.Root(release, tmp_path / "root") as fresh:
        yield fresh
