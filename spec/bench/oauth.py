"""What OAuth costs beside the community module: the requests that strangers send, and logins while others chat."""

import base64
import hashlib
import json
import tempfile
import urllib.parse
from pathlib import Path

import pinging
from side_by_side import Server, community_modules, own_costs, print_costs
from prosody import install_rock

OPTIONS = {
    "modules_enabled": ["invites", "http_oauth2", "constant"],
    "oauth2_registration_key": "a key for benchmarks, 0123456789",
    "oauth2_registration_limit": 0,
    "oauth2_login_limit": 0,
    "password_hash": "SHA-256",
}
CLIENT = json.dumps({
    "client_name": "Example App",
    "client_uri": "https://app.example.com/",
    "redirect_uris": ["https://app.example.com/redirect"],
    "grant_types": ["authorization_code", "refresh_token"],
})
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).rstrip(b"=").decode()
PASSWORD = "secret-password"
SETTINGS = [(100_000, 20), (600_000, 3)]  # iterations, logins a second
ROUNDS = 3


def prepare(server):
    """A client, and how it asks."""
    status, body = server.ask("POST", "/oauth2/register", CLIENT, "application/json")
    assert status == 201, body
    client = json.loads(body)
    pair = f"{client['client_id']}:{client['client_secret']}"
    server.basic = "Basic " + base64.b64encode(pair.encode()).decode()
    server.query = urllib.parse.urlencode({
        "client_id": client["client_id"], "redirect_uri": "https://app.example.com/redirect", "response_type": "code",
        "scope": "openid xmpp", "state": "state-of-the-app", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    })


def beside_a_constant(server, method, path, body=None, authorization=None):
    """A request, and the same one that gets as long an answer for nothing."""
    own = (method, path, body, "application/x-www-form-urlencoded", authorization)
    if own not in server.constants:
        length = len(server.ask(*own)[1])
        query = path.partition("?")[2]
        server.constants[own] = (method, f"/constant/sized/{length}?{query}", *own[2:])
    return own, server.constants[own]


def bad_code(server):
    body = urllib.parse.urlencode({"grant_type": "authorization_code", "code": "x" * 24, "code_verifier": "v" * 43})
    return beside_a_constant(server, "POST", "/oauth2/token", body, server.basic)


def garbage(server):
    return beside_a_constant(server, "POST", "/oauth2/introspect", "token=garbage", server.basic)


def login_page(server):
    return beside_a_constant(server, "GET", f"/oauth2/authorize?{server.query}")


def compare_costs(servers):
    kinds = {"bad code": bad_code, "introspection": garbage, "login page": login_page}
    for server in servers.values():
        server.constants = {}
        for kind, make in kinds.items():
            status = server.ask(*make(server)[0])[0]
            expected = {"bad code": (400, 401), "introspection": (200,), "login page": (200,)}[kind]
            assert status in expected, f"{kind}: {status}\n{server.story()}"
    print_costs(own_costs(servers, kinds, times=30, rounds=160), kinds)


def logins(server, count):
    """People who type the right password."""
    body = urllib.parse.urlencode({"username": "juliet", "password": PASSWORD})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    path = f"/oauth2/authorize?{server.query}"
    return [lambda: server.begin("POST", path, body, headers)] * count, lambda answer: "user_token" in answer.text


def compare_pings(servers, rate):
    clients = {}
    for name, server in servers.items():
        clients[name] = pinging.PingingClient(server, "romeo", PASSWORD)
        clients[name].ping_for(0.5)
    situations = {"idle": (servers["frontdoor"], clients["frontdoor"], pinging.nobody)}
    for name, server in servers.items():
        situations[name] = (server, clients[name], logins)
    pinging.compare(situations, ROUNDS, rate)


def start(folder, tree, options, plugins=None):
    server = Server(folder, tree, options, plugins).start()
    for username in ("juliet", "romeo"):
        assert b'"ok":true' in server.get(f"/probe/create_user?username={username}&password={PASSWORD}").body
    server.connect()
    prepare(server)
    return server


def run(folder, plugins, options, measure):
    """Measures two servers in a folder of their own, below that of our modules."""
    tree = folder.parent / "tree"
    servers = {}
    try:
        servers["community"] = start(folder / "community", folder.parent / "empty", options, plugins)
        servers["frontdoor"] = start(folder / "frontdoor", tree, options)
        measure(servers)
    finally:
        for server in servers.values():
            server.stop()


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        install_rock(folder / "tree")
        plugins, version = community_modules(folder)
        (folder / "empty").mkdir()
        print(f"OAuth: CPU time beyond a constant answer of the same size, beside the community module ({version})")
        run(folder / "costs", plugins, {**OPTIONS, "default_iteration_count": 10_000}, compare_costs)
        for iterations, rate in SETTINGS:
            print(f"  pings every 5 ms, {iterations} iterations of SHA-256, {rate} logins a second")
            run(folder / f"logins {iterations}", plugins, {**OPTIONS, "default_iteration_count": iterations},
                lambda servers: compare_pings(servers, rate))


main()
