"""Whether the time that an answer takes tells who has an account, or how much of a secret was right.

Requests of two classes in random order, measured by somebody on the same machine; Welch's t-test between the two, without
the slowest tenth, which was interrupted.
"""

import base64
import json
import random
import statistics
import tempfile
import time
import urllib.parse
from pathlib import Path

from side_by_side import Server  # which puts the modules of the server specs in reach
from api import prosodyctl
from prosody import install_rock

CERTAIN = 4.5  # the t above which a difference is no chance
USEFUL = 0.05  # milliseconds: less is lost among those of a network
KEPT = 0.9

OPTIONS = {
    "modules_enabled": ["invites", "http_oauth2", "invites_api"],
    "oauth2_registration_key": "a key for benchmarks, 0123456789",
    "oauth2_registration_limit": 0,
    "oauth2_login_limit": 0,
    "allowed_oauth2_grant_types": ["authorization_code", "refresh_token", "password"],
}
CLIENT = json.dumps({
    "client_name": "Example App",
    "client_uri": "https://app.example.com/",
    "redirect_uris": ["https://app.example.com/redirect"],
    "grant_types": ["authorization_code", "refresh_token", "password"],
})
PASSWORD = "secret-password"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


# Requests


def form(path, authorization=None, **fields):
    body = urllib.parse.urlencode(fields)
    return "POST", path, body, "application/x-www-form-urlencoded", authorization


def basic(client_id, secret):
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def changed_at(text, at):
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


def login(server, username):
    query = urllib.parse.urlencode({
        "client_id": server.client["client_id"], "redirect_uri": "https://app.example.com/redirect", "response_type": "code",
        "scope": "xmpp", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    })
    return form(f"/oauth2/authorize?{query}", username=username, password="wrong-password")


def password_grant(server, username):
    authorization = basic(server.client["client_id"], server.client["client_secret"])
    return form("/oauth2/token", authorization, grant_type="password", username=username, password="wrong-password", scope="xmpp")


def token(client_id, secret):
    return form("/oauth2/token", basic(client_id, secret), grant_type="refresh_token", refresh_token="x")


def key(text):
    return "POST", "/invites_api", "", "application/json", f"Bearer {text}"


def comparisons(server):
    """{ name: (how often each, the two requests) }"""
    client_id, secret = server.client["client_id"], server.client["client_secret"]
    known_key, api_secret = server.key.split("/")
    unknown_id = client_id[:-43] + changed_at(client_id[-43:], 0)
    return {
        "login page, user unknown or known": (300, login(server, "nobody"), login(server, "juliet")),
        "login page, disabled or known": (300, login(server, "tybalt"), login(server, "juliet")),
        "password grant, unknown or known": (300, password_grant(server, "nobody"), password_grant(server, "juliet")),
        "client_id not signed or signed": (1500, token(unknown_id, secret), token(client_id, changed_at(secret, 0))),
        "client_secret, first or last": (1500, token(client_id, changed_at(secret, 0)), token(client_id, changed_at(secret, len(secret) - 1))),
        "API key, first or last": (1500, key(f"{known_key}/{changed_at(api_secret, 0)}"), key(f"{known_key}/{changed_at(api_secret, len(api_secret) - 1)}")),
        "API key, id unknown or known": (1500, key(f"{changed_at(known_key, 0)}/{api_secret}"), key(f"{known_key}/{changed_at(api_secret, 0)}")),
    }


# Measuring


def milliseconds(server, request):
    begin = time.perf_counter()
    status, _ = server.ask(*request)
    took = (time.perf_counter() - begin) * 1e3
    assert status in (200, 400, 401, 403), f"{request}: {status}\n{server.story()}"
    return took


def measure(server, times, *requests):
    """The times of each class, in an order that follows no pattern."""
    order = [0, 1] * times
    random.Random(1).shuffle(order)
    for request in requests * 20:
        server.ask(*request)
    took = ([], [])
    for which in order:
        took[which].append(milliseconds(server, requests[which]))
    return took


def cropped(took):
    limit = sorted(took[0] + took[1])[int(len(took[0] + took[1]) * KEPT)]
    return [[each for each in one if each <= limit] for one in took]


def report(name, took):
    one, other = cropped(took)
    difference = statistics.mean(other) - statistics.mean(one)
    error = (statistics.variance(one) / len(one) + statistics.variance(other) / len(other)) ** 0.5
    t = difference / error
    verdict = "IT TELLS" if abs(t) >= CERTAIN and abs(difference) >= USEFUL else "tells nothing"
    print(f"  {name:34s} {statistics.mean(one):7.3f} ms   {difference:+7.3f} ms   t {t:+6.1f}   {verdict}", flush=True)


def prepare(server):
    for username in ("juliet", "tybalt"):
        assert b'"ok":true' in server.get(f"/probe/create_user?username={username}&password={PASSWORD}").body
    server.shell("user disable tybalt@localhost")
    server.connect()
    status, body = server.ask("POST", "/oauth2/register", CLIENT, "application/json")
    assert status == 201, body
    server.client = json.loads(body)
    server.key = new_key(server)


def new_key(server):
    return prosodyctl(server, "mod_invites_api", "create", "localhost").stdout.strip()


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        install_rock(folder / "tree")
        server = Server(folder / "server", folder / "tree", OPTIONS)
        try:
            server.start()
            prepare(server)
            print("refusals over HTTP: the first of two kinds, and how much longer the second takes")
            for name, (times, *requests) in comparisons(server).items():
                report(name, measure(server, times, *requests))
        finally:
            server.stop()


main()
