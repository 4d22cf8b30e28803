"""What the rock installs, that Prosody finds it, and that nothing stays when it is removed."""

import subprocess

import pytest

import prosody
from prosody import REPOSITORY, luarocks
from registration import BASE, confirm, is_success, join, options, person, register, token_for

SHARE = "share/lua/5.4"
LIBRARY = "lib/lua/5.4/frontdoor_core.so"


def files_in(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def ours(tree):
    """The files of a tree less LuaRocks' own notes and its copy of the rock."""
    return {path for path in files_in(tree) if not path.startswith("lib/luarocks/")}


def sources():
    """What is in the repository's lua/, as it has to arrive."""
    tracked = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "lua"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [path.removeprefix("lua/") for path in tracked if (REPOSITORY / path).exists()]


def is_for_editors(path):
    """Type declarations: nothing loads them."""
    return path.endswith(".d.lua")


def test_the_rock_holds_the_library_and_the_modules_and_nothing_else(tree):
    expected = {f"{SHARE}/{path}" for path in sources() if not is_for_editors(path)}
    assert ours(tree) == expected | {LIBRARY}


def test_every_module_is_there_with_its_templates(tree):
    modules = {path.name for path in (REPOSITORY / "lua").glob("mod_*")}
    assert {"mod_register_json", "mod_password_policy"} <= modules
    for module in modules:
        assert (tree / SHARE / module / f"{module}.lua").is_file()
    template = tree / SHARE / "mod_register_json" / "template"
    assert {"form_t.html", "success_t.html", "fail_t.html", "images/tile.png"} <= files_in(template)


def test_what_is_installed_is_what_is_in_the_repository(tmp_path):
    tree = tmp_path
    prosody.install_rock(tree)
    for path in sources():
        if not is_for_editors(path):
            assert (tree / SHARE / path).read_bytes() == (REPOSITORY / "lua" / path).read_bytes(), path


def test_the_library_needs_nothing_that_a_server_lacks(tree):
    needed = subprocess.run(["ldd", str(tree / LIBRARY)], capture_output=True, text=True, check=True).stdout
    assert "not found" not in needed
    names = {line.split()[0].split("/")[-1].split(".")[0] for line in needed.splitlines()}
    assert names <= {
        "linux-vdso",
        "libc",
        "libm",
        "libgcc_s",
        "libpthread",
        "libdl",
        "ld-linux-x86-64",
        "ld-linux-aarch64",
    }


def test_installing_again_changes_nothing_and_removing_leaves_nothing(tmp_path):
    prosody.install_rock(tmp_path)
    before = ours(tmp_path)
    prosody.install_rock(tmp_path)
    assert ours(tmp_path) == before
    # What another rock, or the operator, has put beside it stays.
    other = tmp_path / SHARE / "mod_other" / "mod_other.lua"
    other.parent.mkdir()
    other.write_text("-- somebody else's")

    luarocks("remove", "--tree", str(tmp_path), "frontdoor")
    assert ours(tmp_path) == {f"{SHARE}/mod_other/mod_other.lua"}
    assert not list((tmp_path / SHARE).glob("frontdoor*"))
    assert not list((tmp_path / SHARE).glob("mod_[pr]*"))
    assert "frontdoor" not in luarocks("list", "--tree", str(tmp_path), "--porcelain")


def test_people_go_on_while_it_is_installed_again(tmp_path):
    """The library that a server has loaded is replaced, not written over: that would end it."""
    tree = tmp_path / "tree"
    prosody.install_rock(tree)
    server = prosody.Prosody(tmp_path / "server", tree, options()).start()
    try:
        token = token_for(server, person())
        prosody.install_rock(tree)
        assert f"{tree / LIBRARY} (deleted)" in open(f"/proc/{server.process.pid}/maps").read()
        assert is_success(confirm(server, token))
        server.reload("register_json")
        join(server)
        assert server.unexpected_errors() == []
    finally:
        assert server.stop() == 0


def test_prosody_finds_it_through_its_plugin_folder(start_server):
    # Prosody up to 13.0.1 has no cpath for it; a later one has.
    server = start_server(options())
    join(server)
    printed = server.shell("> package.loaded.frontdoor and package.searchpath('frontdoor', package.path)")
    assert str(server.tree) in printed


def test_the_library_is_loaded_once_for_all_hosts(start_server):
    server = start_server(options(), hosts={"second.localhost": {}, "third.localhost": {}})
    for host in ("localhost", *server.hosts):
        assert register(server, person(), host=host).status == 200
    maps = open(f"/proc/{server.process.pid}/maps").read()
    mapped = {line.split()[-1] for line in maps.splitlines() if "frontdoor_core" in line}
    assert mapped == {str(server.tree / LIBRARY)}


def test_no_thread_runs_before_there_is_something_to_do(start_server):
    server = start_server(options(frontdoor_workers=3))
    assert frontdoor_threads(server) == 0
    join(server)
    assert frontdoor_threads(server) == 3


def frontdoor_threads(server):
    tasks = prosody.Path(f"/proc/{server.process.pid}/task").glob("*/comm")
    return sum(task.read_text().startswith("frontdoor") for task in tasks)


def test_without_its_library_the_module_says_what_is_missing(tmp_path):
    tree = tmp_path / "tree"
    prosody.install_rock(tree)
    (tree / LIBRARY).unlink()
    server = prosody.Prosody(tmp_path / "server", tree, options())
    server.start()
    try:
        [error] = [
            line for line in server.log().splitlines() if "\terror\t" in line and "register_json" in line
        ]
        assert "native library of frontdoor was not found" in error
        assert str(tree / LIBRARY) in server.log()
        # The server runs all the same.
        assert server.get(BASE).status == 404
    finally:
        assert server.stop() == 0


@pytest.mark.parametrize("module", ["register_json", "password_policy"])
def test_prosodyctl_can_check_a_configuration_with_it(start_server, module):
    server = start_server(options())
    run = [prosody.PROSODYCTL, "--config", str(server.config_file), "check", "config"]
    done = subprocess.run(run, capture_output=True, text=True, cwd=server.folder)
    assert module not in done.stdout + done.stderr
