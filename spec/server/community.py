"""The community modules that ours replace.

COMMUNITY_MODULES in the environment names their folder. Without it they are those of the newest package prosody-modules
that apt knows, which is downloaded for this and kept nowhere.
"""

import os
import shutil
import subprocess
import warnings
from pathlib import Path

import pytest

import lua


def community_modules(folder):
    """Their folder. Where they cannot be had the tests are skipped, but not in CI."""
    given = os.environ.get("COMMUNITY_MODULES")
    modules = Path(given) if given else download(folder)
    assert (modules / "mod_http_oauth2").is_dir(), f"There are no community modules in {modules}."
    return modules


def download(folder):
    """The newest that apt knows: those of Debian 12 itself are for an older Prosody."""
    if not shutil.which("apt-get"):
        unavailable("The community modules come from Debian's package prosody-modules, and there is no apt-get.")
    versions = run("apt-cache", "madison", "prosody-modules").stdout.splitlines()
    version = versions[0].split("|")[1].strip() if versions else "unknown"
    done = run(
        "apt-get", "download", "-q", "-o", "APT::Sandbox::User=root", f"prosody-modules={version}", cwd=folder
    )
    if done.returncode != 0:
        unavailable(f"prosody-modules {version} could not be downloaded; apt-get update may help. {done.stderr}")
    [package] = folder.glob("prosody-modules_*.deb")
    run("dpkg-deb", "-x", str(package), str(folder)).check_returncode()
    return folder / "usr/lib/prosody/modules"


def unavailable(why):
    if os.environ.get("CI"):
        pytest.fail(why)
    warnings.warn(why)
    pytest.skip(why)


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True)


def install_other_rock(tree, name, code):
    """What `prosodyctl install` does with a community module: it is in the same tree. The path of its file."""
    folder = tree.parent / name
    folder.mkdir()
    (folder / f"{name}.lua").write_text(code)
    rockspec = {
        "package": name,
        "version": "1-1",
        "source": {"url": f"file://{folder}"},
        "build": {"type": "builtin", "modules": {f"{name}.{name}": f"{name}.lua"}},
    }
    (folder / f"{name}-1-1.rockspec").write_text(lua.options(rockspec))
    run("luarocks", "--lua-version", "5.4", "make", "--tree", str(tree), cwd=folder).check_returncode()
    return tree / "share/lua/5.4" / name / f"{name}.lua"
