"""mod_http_oauth2: a client looks after its registration (RFC 7592), and only who has its token does."""

import json
import re
import string

import pytest

import api
from api import bearer
from oauth import (
    DISCOVERY,
    KEY,
    LEFT_OUT,
    OTHER_KEY,
    REGISTER,
    Registered,
    as_bytes,
    assert_refused,
    assert_unauthorized,
    base64url,
    content,
    device,
    host_key,
    mac,
    native,
    options,
    place_of,
    public,
    register,
    secret_of,
    token_of,
    web,
)

HOSTS = {
    "same-key.localhost": {},
    "other-key.localhost": {"oauth2_registration_key": OTHER_KEY},
    "guarded.localhost": {"oauth2_registration_token": "an-initial-access-token"},
}


@pytest.fixture(scope="module")
def server(start_server):
    return start_server(options(), HOSTS)


@pytest.fixture
def client(server):
    return register(server)


# RFC 7592 §2: the client configuration endpoint


@pytest.mark.parametrize("make", [web, native, public, device])
def test_s2_the_place_it_was_told_is_the_place(server, make):
    client = register(server, make())
    path = client.said["registration_client_uri"].removeprefix(f"http://localhost:{server.http_port}")
    assert path.startswith(REGISTER)
    assert content(server.get(path, headers=bearer(client.token))) == client.said


@pytest.mark.parametrize("scheme", ["Bearer ", "bearer ", "BEARER ", "Bearer   "])
def test_s2_the_scheme_is_known_in_any_case(client, scheme):
    answer = client.ask(headers={"Authorization": scheme + client.token})
    assert content(answer)["client_id"] == client.id


@pytest.mark.parametrize("method", ["POST", "PATCH", "MKCOL"])
def test_s2_other_methods_do_nothing_to_it(client, method):
    answer = client.ask(method, client.update(client_name="Another"))
    # A POST registers a further client, as without a token.
    assert answer.status in ([201] if method == "POST" else [404, 405])
    assert content(client.ask()) == client.said


def test_s2_the_place_of_all_is_nobodys(server, client):
    for method in ("PUT", "DELETE"):
        answer = server.request(method, REGISTER, json.dumps(client.update()), bearer(client.token))
        assert_unauthorized(answer)
    assert client.is_known()


# RFC 7592 §2.1: reading


def test_s2_1_reading(client):
    for _ in range(3):
        assert content(client.ask()) == client.said


@pytest.mark.parametrize(
    "query",
    [
        "client_id",
        "client_id=",
        "client_id=x",
        "id={id}",
        "Client_id={id}",
        "client_id={id}&client_id={id}",
        "client_id={id}%00",
        "client_id={id}%0A",
        "client_id=%20{id}",
        "client_id={id}+",
        "client_id={id}%ff",
        "client_id[]={id}",
    ],
)
def test_s2_1_another_place(server, client, query):
    path = f"{REGISTER}?{query.format(id=client.id)}"
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(server.request(method, path, json.dumps(client.update()), bearer(client.token)))
    assert client.is_known()


def test_s2_1_further_parameters_change_nothing(server, client):
    for query in (f"client_id={client.id}&utm_source=x", f"lang=de&client_id={client.id}"):
        assert content(server.get(f"{REGISTER}?{query}", headers=bearer(client.token))) == client.said


# RFC 7592 §2.2: updating


def test_s2_2_updating(client):
    answer = client.replace(client_name="Another", scope="xmpp")
    new = Registered(client.server, client.host, content(answer))
    assert (new.said["client_name"], new.said["scope"]) == ("Another", "xmpp")
    assert new.id != client.id and new.secret != client.secret and new.token != client.token
    assert set(new.said) == {*client.said, "scope"}
    assert content(new.ask()) == new.said
    assert (new.secret, new.token) == (secret_of(new.id), token_of(new.id))


def test_s2_2_the_old_client_is_no_more(client):
    new = Registered(client.server, client.host, content(client.replace()))
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, client.update()))
    # The new one cannot be had with the old token, or the other way round.
    assert_unauthorized(client.ask(client_id=new.id))
    assert_unauthorized(new.ask(client_id=client.id))
    assert new.is_known()


def test_s2_2_values_are_replaced_and_not_added_to(server):
    client = register(server, web(scope="xmpp", contacts=["a"], logo_uri="https://app.example.com/x"))
    answer = client.replace(scope=LEFT_OUT, contacts=LEFT_OUT, logo_uri=LEFT_OUT, grant_types=LEFT_OUT)
    said = content(answer)
    assert not {"scope", "contacts", "logo_uri"} & set(said)
    assert said["grant_types"] == ["authorization_code"]


def test_s2_2_nothing_but_the_id_is_needed_beside_new_metadata(client):
    answer = client.ask("PUT", web(client_id=client.id, client_name="Another"))
    assert content(answer)["client_name"] == "Another"


def test_s2_2_a_chain_of_updates(server):
    clients = [register(server)]
    for number in range(5):
        said = content(clients[-1].replace(client_name=f"Version {number}"))
        clients.append(Registered(server, "localhost", said))
    assert [client.is_known() for client in clients] == [False] * 5 + [True]


@pytest.mark.parametrize("value", [LEFT_OUT, "", "x", None, 1, [], {}], ids=repr)
def test_s2_2_the_id_must_be_its_own(client, value):
    assert_refused(client.replace(client_id=value), "invalid_client_metadata", "/client_id")
    assert client.is_known()


def test_s2_2_the_id_of_another_client_is_not_its_own(server, client):
    other = register(server)
    assert_refused(client.replace(client_id=other.id), "invalid_client_metadata", "/client_id")
    assert_refused(client.ask("PUT", other.update()), "invalid_client_metadata", "/client_id")
    assert client.is_known() and other.is_known()


@pytest.mark.parametrize(
    "member",
    [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ],
)
@pytest.mark.parametrize("value", ["own", None, "", 0])
def test_s2_2_what_must_not_be_sent(client, member, value):
    value = client.said[member] if value == "own" else value
    assert_refused(client.replace(**{member: value}), "invalid_client_metadata", f"/{member}")
    assert client.is_known()


@pytest.mark.parametrize("value", ["", "x", None, 1, ["x"], "upper", "other"], ids=repr)
def test_s2_2_a_secret_must_be_the_right_one(server, client, value):
    wrong = {"upper": client.secret.upper(), "other": register(server).secret}.get(str(value), value)
    assert_refused(client.replace(client_secret=wrong), "invalid_client_metadata", "/client_secret")
    assert client.is_known()


def test_s2_2_a_secret_need_not_be_sent(client):
    assert content(client.replace(client_secret=LEFT_OUT))["client_secret"]


def test_s2_2_who_has_no_secret_sends_none(server):
    client = register(server, public())
    wrong = secret_of(client.id)
    assert_refused(client.replace(client_secret=wrong), "invalid_client_metadata", "/client_secret")
    assert "client_secret" not in content(client.replace())


def test_s2_2_a_client_may_become_public_and_back(server, client):
    metadata = {"token_endpoint_auth_method": "none"}
    new = Registered(server, "localhost", content(client.replace(**metadata)))
    assert "client_secret" not in new.said
    metadata = {"token_endpoint_auth_method": "client_secret_post"}
    assert re.fullmatch(r"[0-9a-f]{64}", content(new.replace(**metadata))["client_secret"])


@pytest.mark.parametrize(
    "changes, error, member",
    [
        ({"client_name": ""}, "invalid_client_name", "/client_name"),
        ({"client_name": LEFT_OUT}, "invalid_client_name", "/client_name"),
        ({"redirect_uris": ["https://evil.example/"]}, "invalid_redirect_uri", "/redirect_uris/0"),
        ({"redirect_uris": LEFT_OUT}, "invalid_redirect_uri", "/redirect_uris"),
        ({"grant_types": ["password"]}, "invalid_client_metadata", "/grant_types/0"),
        ({"client_uri": "http://app.example.com/"}, "invalid_client_metadata", "/client_uri"),
        ({"scope": "a  b"}, "invalid_client_metadata", "/scope"),
    ],
)
def test_s2_2_metadata_has_the_rules_of_registration(client, changes, error, member):
    assert_refused(client.replace(**changes), error, member)
    assert content(client.ask()) == client.said


@pytest.mark.parametrize(
    "body",
    ["", "x", "[]", "null", '{"client_id":1,"client_id":2}', b"\xff", "[" * 60000],
    ids=lambda body: str(body[:9]),
)
def test_s2_2_what_is_no_metadata(client, body):
    assert_refused(client.ask("PUT", body), "invalid_request")
    assert client.is_known()


def test_s2_2_a_body_that_is_too_long(client):
    assert_refused(client.replace(x="a" * 65536), "invalid_request", status=413)
    assert client.is_known()


def test_s2_2_an_id_that_would_be_too_long(client):
    assert_refused(client.replace(client_name="a" * 4000), "invalid_client_metadata")
    assert client.is_known()


# RFC 7592 §2.3: deleting


@pytest.mark.parametrize("make", [web, public, device])
def test_s2_3_deleting(server, make):
    client = register(server, make())
    answer = client.ask("DELETE")
    assert (answer.status, answer.body) == (204, b"")
    assert answer.headers["cache-control"] == "no-store"
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, client.update()))


def test_s2_3_another_one_stays(server, client):
    other = register(server, web(client_name=client.said["client_name"]))
    assert client.ask("DELETE").status == 204
    assert other.is_known()


def test_s2_3_it_stays_deleted(start_server):
    server = start_server(options())
    gone, updated, other = (register(server) for _ in range(3))
    assert gone.ask("DELETE").status == 204
    new = Registered(server, "localhost", content(updated.replace()))
    server.reload("http_oauth2")
    assert [client.is_known() for client in (gone, updated, new, other)] == [False, False, True, True]
    server.restart()
    assert [client.is_known() for client in (gone, updated, new, other)] == [False, False, True, True]


# RFC 7592 §3: the answer


def test_s3_all_that_is_registered_is_in_the_answer(server):
    metadata = web(
        scope="xmpp openid",
        contacts=["mailto:anna@app.example.com"],
        software_id="x",
        software_version="1",
        tos_uri="https://app.example.com/tos",
        grant_types=["authorization_code", "refresh_token"],
        token_endpoint_auth_method="client_secret_post",
    )
    client = register(server, metadata)
    said = content(client.ask())
    assert {name: said[name] for name in metadata} == metadata
    for name in (
        "registration_access_token",
        "registration_client_uri",
        "client_secret",
        "client_secret_expires_at",
    ):
        assert said[name] == client.said[name]


# Tokens


def flip(text, at):
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


def wrong_tokens(client):
    token = client.token
    alphabet = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
    last = alphabet.index(token[-1])
    return {
        "changed at the beginning": flip(token, 0),
        "changed in the middle": flip(token, 20),
        "changed at the end": flip(token, 42),
        # The last of 43 characters has two bits that mean nothing.
        "another spelling": token[:-1] + alphabet[last ^ 1],
        "padded": token + "=",
        "shorter": token[:-1],
        "without its beginning": token[1:],
        "longer": token + "A",
        "twice": token + token,
        "upper case": token.upper(),
        "swapped": token.swapcase(),
        "hexadecimal": mac(host_key(), "rat" + client.id).hex(),
        "in the other base64": token.replace("-", "+").replace("_", "/") + "=",
        "quoted": f'"{token}"',
        "with a comma": token + ",",
        "the id": client.id,
        "the secret": client.secret,
        "the hash": client.hash,
        "the nonce": client.said["nonce"],
        "of the id alone": base64url(mac(host_key(), client.id)),
        "made with the registration key": base64url(mac(KEY, "rat" + client.id)),
        "of no client": token_of(""),
        "an empty MAC": "A" * 43,
        "long": "A" * 5000,
    }


def test_a_wrong_token(client):
    for what, wrong in wrong_tokens(client).items():
        if wrong == client.token:
            continue
        for method in ("GET", "PUT", "DELETE"):
            answer = client.ask(method, client.update(), token=wrong)
            assert answer.status == 401, (what, answer)
            assert_unauthorized(answer)
    assert client.is_known()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Basic {token}",
        "{token}",
        "Bearer{token}",
        "Bearer {token} x",
        "Bearer x {token}",
        "Bearer\t{token}",
        "Bearer caf\xe9",
        "Token {token}",
        "Bearer: {token}",
    ],
)
def test_a_header_of_another_form(server, client, header):
    headers = {} if header is None else {"Authorization": header.format(token=client.token)}
    for method in ("GET", "PUT", "DELETE"):
        answer = server.request(method, place_of(client.id), json.dumps(client.update()), headers)
        content(answer, 401)
        assert answer.headers["www-authenticate"].startswith('Bearer realm="localhost"')
    assert client.is_known()


def test_a_token_elsewhere_than_in_the_header(server, client):
    for name in ("access_token", "registration_access_token", "token"):
        assert server.get(f"{place_of(client.id)}&{name}={client.token}").status == 401


def test_rfc6750_3_who_sends_no_token_is_not_told_of_an_error(server, client):
    answer = server.get(place_of(client.id))
    assert_unauthorized(answer, is_told_why=False)


def test_rfc6750_3_who_sends_a_wrong_one_is(client):
    assert content(client.ask(token="x"), 401)["error"] == "invalid_token"
    assert_unauthorized(client.ask(token="x"), is_told_why=True)


def test_the_secret_in_the_header_is_no_token(server, client):
    basic = base64url(as_bytes(f"{client.id}:{client.secret}")) + "=="
    assert server.get(place_of(client.id), headers={"Authorization": f"Basic {basic}"}).status == 401


def test_a_token_is_of_one_client(server, client):
    other = register(server)
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, client.update(), token=other.token))
        assert_unauthorized(other.ask(method, client.update(), token=client.token))
    assert client.is_known() and other.is_known()


@pytest.mark.parametrize("host", ["same-key.localhost", "other-key.localhost"])
def test_a_client_is_of_one_host(server, client, host):
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, client.update(), host=host), host=host)
        # Nor with the token that the client would have there.
        token = token_of(client.id, KEY if host.startswith("same") else OTHER_KEY, host)
        assert_unauthorized(client.ask(method, client.update(), token, host=host), host=host)
    foreign = register(server, host=host)
    assert_unauthorized(foreign.ask(host="localhost"))
    assert client.is_known() and foreign.is_known()


def test_an_unknown_client_and_a_wrong_token_are_told_alike(server, client):
    gone = register(server)
    assert gone.ask("DELETE").status == 204
    answers = [gone.ask(), client.ask(token="x"), client.ask(client_id="x"), client.ask(client_id="a.b.c")]
    assert len({answer.body for answer in answers}) == 1
    assert {answer.status for answer in answers} == {401}


def test_the_initial_access_token_is_for_nothing_else(server):
    token = "an-initial-access-token"
    client = register(server, host="guarded.localhost", **bearer(token))
    assert client.is_known()
    for method in ("GET", "PUT", "DELETE"):
        assert_unauthorized(client.ask(method, client.update(), token=token), host="guarded.localhost")
    # And the token of the client is enough where it is managed.
    assert content(client.replace(client_name="Another"))["client_name"] == "Another"


# What nobody should find


def test_secrets_are_in_no_log_and_in_no_file(start_server):
    server = start_server(options(oauth2_registration_token="an-initial-access-token"))
    client = register(server, **bearer("an-initial-access-token"))
    assert client.is_known() and client.ask(token="a-wrong-token").status == 401
    new = Registered(server, "localhost", content(client.replace()))
    assert_refused(new.replace(client_secret="a-wrong-secret"), "invalid_client_metadata", "/client_secret")
    assert new.ask("DELETE").status == 204
    server.get(DISCOVERY)
    assert new.hash in server.log()
    secrets = [KEY, "an-initial-access-token", "a-wrong-token", "a-wrong-secret"]
    for each in (client, new):
        secrets += [each.secret, each.token]
    for secret in secrets:
        assert not api.is_stored(server, secret), secret
