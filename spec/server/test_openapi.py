"""The descriptions of the HTTP APIs are well-formed, and schemathesis finds them to be true."""

import json
import os
import subprocess
import sys

import jsonschema_rs
import pytest
import schemathesis

from api import Description, content, invites, make_invite, prosodyctl
from prosody import PATIENCE
from test_invites_register_api import accounts

MODULES = {"mod_invites_api": "/invites_api", "mod_invites_register_api": "/register_api"}

OPTIONS = {
    "modules_enabled": ["invites", "invites_register", "invites_page", "invites_api", "invites_register_api"],
    "invites_api_limit": 0,
    "default_iteration_count": 4096,
}
HOSTS = {
    "moved.localhost": {
        "http_external_url": "https://chat.example/join/",
        "http_paths": {"invites_api": "/make", "invites_register_api": "/register"},
    },
}

# Other methods get 404, as everywhere in Prosody. What looks good and is refused was asked for with an
# Idempotency-Key of another request, or takes more than a schema to judge, such as names and passwords.
CHECKS = """
hooks = "hooks.py"

[checks]
unsupported_method.enabled = false
positive_data_acceptance.expected-statuses = ["2xx", "3xx", 422]

[[operations]]
include-path = ["/register", "/invite/{token}"]
checks.positive_data_acceptance.expected-statuses = ["2xx", 400, 403, 404, 409, 422]
"""

HOOKS = """
from urllib.parse import unquote

import schemathesis

@schemathesis.hook
def filter_path_parameters(context, path_parameters):
    # Prosody gives none of its modules what ends in "/*".
    return not path_parameters or not f"/{unquote(str(path_parameters['token']))}".endswith("/*")
"""

on_each_module = pytest.mark.parametrize("module, base", MODULES.items())


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(OPTIONS, HOSTS)


def members_of(value, name):
    """Every member of this name in a piece of JSON, at any depth."""
    if isinstance(value, list):
        return [found for item in value for found in members_of(item, name)]
    if not isinstance(value, dict):
        return []
    own = [value[name]] if name in value else []
    return own + [found for item in value.values() for found in members_of(item, name)]


# Well-formed


@on_each_module
def test_a_description_is_openapi(module, base):
    description = Description(module)
    schemathesis.openapi.from_dict(description.whole).validate()
    for schema in members_of(description.whole, "schema") + members_of(description.whole, "schemas"):
        jsonschema_rs.meta.validate(schema)
    parts = description.whole["components"].items()
    names = {f"#/components/{kind}/{name}" for kind, named in parts for name in named}
    schemes = {name for name in names if "securitySchemes" in name}
    assert set(members_of(description.whole, "$ref")) == names - schemes


@on_each_module
def test_examples_are_good_examples(module, base):
    description = Description(module)

    def check(part):
        if isinstance(part, dict) and "schema" in part and "example" in part:
            description.validator(part["schema"]).validate(part["example"])
        for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else []:
            check(inner)

    check(description.whole)


@on_each_module
def test_everything_has_a_description(module, base):
    description = Description(module).whole
    for operations in description["paths"].values():
        for method in operations.keys() & {"get", "post", "delete"}:
            assert operations[method]["summary"] and operations[method]["operationId"]
    for properties in members_of(description, "properties"):
        for schema in properties.values():
            assert schema.keys() & {"description", "$ref", "const"}


# Served


@on_each_module
def test_a_description_is_served_with_the_address_of_the_server(server, module, base):
    served = content(server.get(base + "/openapi.json"))
    assert served.pop("servers") == [{"url": f"http://localhost:{server.http_port}{base}"}]
    assert served == Description(module).whole


@pytest.mark.parametrize(
    "path, url",
    [("/make", "https://chat.example/join/make"), ("/register", "https://chat.example/join/register")],
)
def test_the_address_is_the_one_for_visitors(server, path, url):
    served = content(server.get(path + "/openapi.json", host="moved.localhost"))
    assert served["servers"] == [{"url": url}]


# True


def run_schemathesis(folder, location, *arguments, config=""):
    """Has it try what the description allows and what it does not, the same at each run."""
    (folder / "schemathesis.toml").write_text(CHECKS + config)
    (folder / "hooks.py").write_text(HOOKS)
    command = [sys.executable, "-m", "schemathesis.cli", "run", str(location), *arguments]
    command += ["--max-examples=100", "--generation-deterministic", "--continue-on-failure"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=5 * PATIENCE,
        cwd=folder,
        env={**os.environ, "NO_PROXY": "*", "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr


def url_of(server, base):
    return f"http://localhost:{server.http_port}{base}"


def test_the_description_of_the_invites_api_is_true(server, tmp_path):
    key = prosodyctl(server, "mod_invites_api", "create", "localhost").stdout.strip()
    config = f'[auth.openapi]\nheader.bearer = "{key}"\nquery.api_key = "{key}"\n'
    run_schemathesis(tmp_path, url_of(server, "/invites_api/openapi.json"), config=config)
    assert len(invites(server)) > 10


def test_the_description_of_the_register_api_is_true(server, tmp_path):
    run_schemathesis(tmp_path, url_of(server, "/register_api/openapi.json"))


def test_it_is_true_for_who_has_an_invite(server, tmp_path):
    description = Description("mod_invites_register_api").whole
    schemas = description["components"]["schemas"]
    token = make_invite(server, 'create_group({ "family" }, nil, 36000)')
    before = accounts(server)
    schemas["Token"] = {"const": token}
    schemas["Registration"]["required"].append("username")
    schemas["Registration"]["properties"]["username"]["pattern"] = "^[a-z]{4,20}$"
    schemas["Registration"]["properties"]["password"]["pattern"] = "^[a-z]{8} [a-z]{8} [a-z]{8}$"
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(description))
    run_schemathesis(tmp_path, file, f"--url={url_of(server, '/register_api')}", "--mode=positive")
    assert len(accounts(server) - before) > 10
