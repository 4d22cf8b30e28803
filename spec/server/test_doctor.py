"""prosodyctl mod_frontdoor check: it finds what is wrong, and what it says to do about it helps."""

import re

import pytest

import doctor
import prosody
from api import prosodyctl
from doctor import matching
from doctor_faults import WRONG


@pytest.fixture
def configure(tree, tmp_path):
    def make(options=None, hosts=None, more=""):
        return doctor.Configuration(tmp_path / "server", tree, options, hosts, more)

    return make


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_it_finds_the_fault_and_its_advice_mends_it(configure, wrong):
    configuration = configure(wrong.options, wrong.hosts, wrong.more)
    done = configuration.check()
    found = matching(done, wrong.text)
    assert found, done.stdout + done.stderr
    assert {problem.level for problem in found} == {wrong.level}
    assert done.returncode == (1 if {"error", "warning"} & {problem.level for problem in done.problems} else 0)
    assert "could not be done" not in done.stdout
    for problem in found:
        if wrong.note is not None:
            assert wrong.note in problem.note and not problem.lines, problem
        else:
            assert configuration.follow(problem), problem
    if wrong.note is None:
        again = configuration.check()
        assert not matching(again, wrong.text), again.stdout
        assert "could not be done" not in again.stdout


def test_a_configuration_with_nothing_wrong_is_told_so(configure):
    configuration = configure()
    done = configuration.check()
    assert done.returncode == 0, done.stdout
    assert done.stdout.splitlines()[-1] == "Checked 1 host: 0 errors, 0 warnings, 0 hints."
    assert done.problems == []


def test_hints_are_not_wrong(configure):
    done = configure({"authentication": "internal_plain"}).check()
    assert (done.returncode, [problem.level for problem in done.problems]) == (0, ["hint"])


def test_it_says_so_where_nothing_of_ours_is_enabled(configure):
    done = configure({"modules_enabled": []}).check()
    assert done.returncode == 0, done.stdout
    assert "None of frontdoor's modules is enabled on localhost." in done.stdout


def test_one_host_is_examined_alone(configure):
    configuration = configure(hosts={"one.example": {"storage": "memory"}, "two.example": {"storage": "none"}})
    done = configuration.check("one.example")
    assert "one.example" in done.stdout and "two.example" not in done.stdout
    assert "Checked 1 host:" in done.stdout


def test_one_host_alone_has_no_problems_of_what_others_share(configure):
    configuration = configure(hosts={"one.example": {}, "two.example": {"frontdoor_workers": 2}})
    assert "two.example" not in configuration.check("one.example").stdout
    assert matching(configuration.check("two.example"), "frontdoor_workers has no effect")


def test_options_of_other_modules_are_left_to_them(configure):
    password_hash = {"password_hash": "SHA-256"}
    assert configure(password_hash).check().problems == []


def test_what_several_hosts_have_is_said_once(configure):
    done = configure({"site_color": "blue"}, {"one.example": {}, "two.example": {}}).check()
    [problem] = matching(done, "site_color")
    assert problem.hosts == ["localhost", "one.example", "two.example"]
    assert problem.section == "*"


def test_hosts_that_are_switched_off_are_left_out(configure):
    configuration = configure(hosts={"off.example": {"enabled": False, "storage": "memory"}})
    assert "off.example" not in configuration.check().stdout
    assert configuration.check("off.example").returncode == 2


MISTAKES = [["check", "nobody.example"], [], ["examine"], ["check", "localhost", "localhost"], ["--fix"]]


@pytest.mark.parametrize("arguments", MISTAKES)
def test_calling_it_wrongly_exits_with_2(configure, arguments):
    done = prosodyctl(configure(), "mod_frontdoor", *arguments)
    assert done.returncode == 2
    assert "Usage" in done.stderr and not done.stdout


def test_it_explains_itself(configure):
    done = prosodyctl(configure(), "mod_frontdoor", "--help")
    assert done.returncode == 0 and "check [HOST]" in done.stdout


def test_it_leaves_everything_as_it_was(configure):
    configuration = configure()
    # What the community module left behind, and mod_register_json would take over.
    old = configuration.data / "localhost" / "hashes" / "register_json.dat"
    old.parent.mkdir(parents=True)
    old.write_text('return { ["abc="] = "juliet"; _index = { juliet = "abc=" } };')
    before = doctor.snapshot(configuration.folder)
    assert configuration.check().returncode == 0
    assert doctor.snapshot(configuration.folder) == before


def test_a_configuration_that_everybody_can_read_is_warned_of(configure):
    configuration = configure()
    configuration.config_file.chmod(0o644)
    [problem] = matching(configuration.check(), "can be read by everybody")
    configuration.follow(problem)
    assert not matching(configuration.check(), "can be read by everybody")
    assert configuration.config_file.stat().st_mode & 0o777 == 0o640


def test_a_configuration_without_keys_may_be_read_by_everybody(configure):
    configuration = configure({"modules_enabled": [], "oauth2_registration_key": None, "reg_servlet_auth_token": None})
    configuration.config_file.chmod(0o644)
    assert configuration.check().returncode == 0


def test_a_file_without_keys_may_be_read_by_everybody(configure):
    """Such as those that packages bring."""
    configuration = configure()
    other = configuration.folder / "other.cfg.lua"
    other.write_text('-- oauth2_registration_key is elsewhere\nsite_name = "Example"\n')
    configuration.config_file.write_text(f'Include "{other}"\n' + configuration.config_file.read_text())
    other.chmod(0o644)
    assert configuration.check().returncode == 0
    other.write_text(f'oauth2_registration_key = "{doctor.KEY}"\n')
    [problem] = matching(configuration.check(), "can be read by everybody")
    assert str(other) in problem.text


def test_what_systemd_keeps_cannot_be_seen(configure):
    """Credential() gives prosodyctl nothing; that is no reason for another key, with which no client would be known."""
    options = ["oauth2_registration_key", "reg_servlet_auth_token"]
    more = "".join(f'{option} = Credential("frontdoor")\n' for option in options)
    done = configure(dict.fromkeys(options), more=more).check()
    assert (done.returncode, [problem.level for problem in done.problems]) == (0, ["hint", "hint"])
    assert all(matching(done, f"{option} comes from Credential()") for option in options)


def test_guests_need_no_password_policy(configure):
    hosts = {"guests.localhost": {"authentication": "anonymous", "modules_disabled": doctor.MODULES}}
    done = configure({"password_policy": {"length": 10}, "modules_enabled": [*doctor.MODULES, "password_policy"]}, hosts).check()
    assert not matching(done, "Nothing enforces password_policy"), done.stdout


def all_options():
    source = (prosody.REPOSITORY / "lua/mod_frontdoor/options.lib.lua").read_text()
    return re.findall(r"^\t\t(\w+) = ", source, re.M)


@pytest.mark.parametrize("value", [True, 1.5, -1, "", "x", [], [True], [[]], {"a": 1}], ids=repr)
def test_no_value_of_our_options_is_too_much_for_it(configure, value):
    configuration = configure(dict.fromkeys(all_options(), value))
    done = configuration.check()
    assert done.returncode == 1, done.stderr
    assert "could not be done" not in done.stdout and "stack traceback" not in done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("Checked 1 host: ")
