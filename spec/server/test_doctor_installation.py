"""prosodyctl mod_frontdoor check: what it finds in the files, its own and the server's."""

import os
import shutil

import pytest

import doctor
from doctor import matching


@pytest.fixture
def configure(tree, tmp_path):
    def make(options=None, hosts=None, more=""):
        return doctor.Configuration(tmp_path / "server", tree, options, hosts, more)

    return make


def copy_module(tree, name, folder):
    shutil.copytree(tree / "share/lua/5.4" / name, folder / name)


@pytest.fixture
def other_folder(tmp_path):
    folder = tmp_path / "others"
    folder.mkdir()
    return folder


@pytest.fixture
def package(tree, tmp_path):
    """The modules where a Debian package has them: not in the installer's folder."""
    folder = tmp_path / "package"
    shutil.copytree(tree / "share/lua/5.4", folder)
    return folder


def in_front(tree, package, other_folder):
    """Finds other modules first; what ours share stays where LuaRocks put it."""
    return {
        "installer_plugin_path": str(other_folder / "installer"),
        "plugin_paths": [str(other_folder), str(package)],
    }


def environment_of(tree, monkeypatch):
    monkeypatch.setenv("LUA_PATH", f"{tree}/share/lua/5.4/?.lua;{tree}/share/lua/5.4/?/init.lua;;")


def test_a_module_in_front_of_ours_is_told_of(configure, tree, package, other_folder, monkeypatch):
    environment_of(tree, monkeypatch)
    (other_folder / "mod_http_oauth2.lua").write_text("")
    configuration = configure(in_front(tree, package, other_folder))
    [problem] = matching(configuration.check(), "Instead of")
    assert problem.level == "error" and str(other_folder / "mod_http_oauth2.lua") in problem.text
    configuration.follow(problem)
    assert not matching(configuration.check(), "Instead of")


def test_a_part_of_a_module_in_front_of_ours_is_told_of(configure, tree, package, other_folder, monkeypatch):
    environment_of(tree, monkeypatch)
    (other_folder / "mod_http_oauth2").mkdir()
    (other_folder / "mod_http_oauth2" / "token.lib.lua").write_text("")
    configuration = configure(in_front(tree, package, other_folder))
    [problem] = matching(configuration.check(), "token.lib.lua")
    assert problem.level == "error"
    configuration.follow(problem)
    assert not matching(configuration.check(), "token.lib.lua")


def test_a_module_in_front_of_one_that_nobody_uses_is_a_hint(configure, tree, package, other_folder, monkeypatch):
    environment_of(tree, monkeypatch)
    (other_folder / "mod_invites_api.lua").write_text("")
    configuration = configure({**in_front(tree, package, other_folder), "modules_enabled": ["register_json"]})
    [problem] = matching(configuration.check(), "Instead of")
    assert problem.level == "hint"


def test_two_installations_are_told_of(configure, tree, package, monkeypatch):
    monkeypatch.setenv("LUA_PATH", f"{package}/?.lua;{package}/?/init.lua;;")
    monkeypatch.setenv("LUA_CPATH", f"{tree}/lib/lua/5.4/?.so;;")
    [problem] = matching(configure().check(), "There are two installations")
    assert problem.level == "warning" and str(package) in problem.text


def copied_tree(tree, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(tree, copy)
    return copy


def test_a_missing_library_is_told_of_and_where_it_was_looked_for(configure, tree, tmp_path):
    copy = copied_tree(tree, tmp_path)
    library = copy / "lib/lua/5.4/frontdoor_core.so"
    library.unlink()
    done = configure({"installer_plugin_path": str(copy)}).check()
    assert done.returncode == 1
    [problem] = matching(done, "None of our modules can be loaded")
    assert str(library) in done.stdout


def test_a_library_that_is_none_is_told_of(configure, tree, tmp_path):
    copy = copied_tree(tree, tmp_path)
    (copy / "lib/lua/5.4/frontdoor_core.so").write_bytes(b"of another kind")
    done = configure({"installer_plugin_path": str(copy)}).check()
    assert done.returncode == 1 and matching(done, "None of our modules can be loaded")


def test_files_of_several_versions_are_told_of(configure, tree, tmp_path):
    copy = copied_tree(tree, tmp_path)
    init = copy / "share/lua/5.4/frontdoor/init.lua"
    init.write_text(init.read_text().replace('VERSION = "', 'VERSION = "9.'))
    done = configure({"installer_plugin_path": str(copy)}).check()
    assert done.returncode == 1 and matching(done, "The native library of frontdoor is version")


def test_modules_of_another_version_are_told_of(configure, tree, tmp_path):
    copy = copied_tree(tree, tmp_path)
    check = copy / "share/lua/5.4/mod_frontdoor/checks/installation.lib.lua"
    check.write_text(check.read_text().replace('VERSION = "', 'VERSION = "9.'))
    done = configure({"installer_plugin_path": str(copy)}).check()
    assert done.returncode == 1 and matching(done, "they do not know each other")


def test_a_module_that_is_gone_is_told_of(configure, tree, tmp_path):
    copy = copied_tree(tree, tmp_path)
    shutil.rmtree(copy / "share/lua/5.4/mod_register_json")
    done = configure({"installer_plugin_path": str(copy)}).check()
    assert done.returncode == 1 and matching(done, "mod_register_json is enabled, but")


@pytest.mark.parametrize("without", [[], ["pidfile"]], ids=["pidfile", "socket"])
def test_a_server_older_than_its_files_is_to_be_restarted(tree, tmp_path, without):
    copy = copied_tree(tree, tmp_path)
    options = {"installer_plugin_path": str(copy), **dict.fromkeys(without, False)}
    configuration = doctor.Configuration(tmp_path / "server", copy, options)
    configuration.start()
    try:
        configuration.config_file.chmod(0o640)
        assert not matching(configuration.check(), "it still runs what was there then")
        past = configuration.config_file.stat().st_mtime - 3600
        for file in ["prosody.pid", "shell.sock"]:
            if (configuration.folder / file).exists():
                os.utime(configuration.folder / file, (past, past))
        [problem] = matching(configuration.check(), "it still runs what was there then")
        assert problem.level == "warning" and "Restart Prosody." in problem.note
    finally:
        configuration.stop()
    assert not matching(configuration.check(), "it still runs what was there then")


def test_a_full_disk_is_told_of(configure, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if os.system(f"mount -t tmpfs -o size=1m tmpfs {small} 2>/dev/null") != 0:
        pytest.skip("nothing can be mounted here")
    try:
        [problem] = matching(configure({"data_path": str(small)}).check(), "registrations fail when it is full")
        assert problem.level == "warning"
    finally:
        os.system(f"umount {small}")


def let_everybody_in(folder):
    """pytest's folders are its user's alone."""
    for path in [folder, *folder.parents]:
        if not path.stat().st_mode & 0o001:
            path.chmod(path.stat().st_mode | 0o055)


def test_a_folder_that_prosody_may_not_write_to_is_told_of(configure, tree):
    if os.geteuid() != 0:
        pytest.skip("only root can give folders away")
    configuration = configure({"run_as_root": False, "prosody_user": "nobody", "prosody_group": "nogroup"})
    let_everybody_in(configuration.folder)
    let_everybody_in(tree)
    configuration.config_file.chmod(0o644)
    configuration.data.chmod(0o755)
    done = configuration.check()
    assert f"chgrp prosody {configuration.config_file} && chmod o-r" in done.stdout
    problems = matching(done, "may not write to")
    assert [problem.level for problem in problems] == ["error"]
    os.chown(configuration.data, 65534, 65534)
    assert not matching(configuration.check(), "may not write to")
    # As it is after somebody has run a command as root.
    store = configuration.data / "localhost" / "accounts"
    store.mkdir(parents=True)
    [problem] = matching(configuration.check(), "may not write to")
    assert str(store) in problem.text and problem.hosts == ["localhost"]
    os.chown(store, 65534, 65534)
    assert not matching(configuration.check(), "may not write to")
