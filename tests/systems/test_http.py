"""A system behind HTTP: found, read, erased and set like any other; never called where it must not be."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from requests_app.register.inventory import HttpCall, HttpSettings, Setting, System
from requests_app.systems import (
    Identifier,
    SystemRefused,
    SystemUnreachable,
    confirm,
    confirm_settings,
    erase,
    find,
    make_plan,
    put_settings,
)
from requests_app.systems.connectors import http_call
from requests_app.systems.connectors.http import HttpConnector

from .build import TODAY, collection, column, holding, words
from .test_erase import no_hold

SECRET = "a key that only we and they know, at least so long"
DANA, MAX = "Dana@example.org", "max@example.org"
PEOPLE = collection(
    "people",
    [column("id", key=True, data_type="integer"), column("email", identity="email"), column("name"),
     column("wants_mail", data_type="boolean")],
    holding("people.all", "id email name wants_mail", "delete", system="crm"), system="crm",
)  # fmt: skip
NOTES = collection(
    "notes",
    [column("id", key=True, data_type="integer"), column("person_id", "people.id"), column("text")],
    holding("notes.all", "id person_id text", "delete", system="crm"), system="crm",
)  # fmt: skip
CALLS = {
    "people": {
        "find_by_email": HttpCall("GET", "/people", {"q": "{email}"}, rows="data.items", next="data.next"),
        "find_by_id": HttpCall("GET", "/people", {"id": "{id}"}, rows="data.items"),
        "read": HttpCall("GET", "/people/{id}"),
        "delete": HttpCall("DELETE", "/people/{id}"),
        "update": HttpCall("PATCH", "/people/{id}", body={"set": "{values}"}),
        "create": HttpCall("POST", "/people", body={"set": "{values}"}),
    },
    "notes": {
        "find_by_person_id": HttpCall("GET", "/notes", {"person_id": "{person_id}"}, rows="data.items"),
        "read": HttpCall("GET", "/notes/{id}"),
        "delete": HttpCall("DELETE", "/notes/{id}"),
    },
}


class Outside(BaseHTTPRequestHandler):
    """A small customer system, with the faults of the day."""

    def _answer(self, status: int, content: Any = None, **headers: str) -> None:
        raw = b"" if content is None else json.dumps(content).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def _serve(self) -> None:
        state = self.server.state  # type: ignore[attr-defined]
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        state["calls"].append((self.command, self.path, dict(self.headers), body))
        if state["faults"]:
            status, headers = state["faults"].pop(0)
            self._answer(status, **headers)
            return
        parts = urlsplit(self.path)
        _, table, *key = parts.path.split("/")
        rows = state["tables"][table]
        if key:
            found = [row for row in rows if str(row["id"]) == unquote(key[0])]
            if not found:
                self._answer(404)
            elif self.command == "DELETE":
                if not state["lies"]:
                    rows.remove(found[0])
                self._answer(204)
            elif self.command == "PATCH":
                if not state["lies"]:
                    found[0].update(json.loads(body)["set"])
                self._answer(200, {})
            else:
                self._answer(200, found[0])
            return
        if self.command == "POST":
            rows.append({"id": len(rows) + 100, **json.loads(body)["set"]})
            self._answer(201, {})
            return
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        page = int(asked.pop("cursor", 0))
        if "q" in asked:  # it searches loosely: everybody at the same host
            host = asked["q"].partition("@")[2]
            hits = [row for row in rows if str(row["email"]).endswith(host)]
        else:
            hits = [row for row in rows if all(str(row[n]) == v for n, v in asked.items())]
        following = page + 1 if page + 1 < len(hits) and "q" in asked else None
        self._answer(
            200, {"data": {"items": hits[page : page + 1] if "q" in asked else hits, "next": following}}
        )

    do_GET = do_POST = do_PATCH = do_DELETE = _serve

    def log_message(self, *_args: object) -> None:
        """Tests are quiet."""


@pytest.fixture
def outside() -> Iterator[dict[str, Any]]:
    """The running system, what it holds, what it was asked, and what it will do wrong."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Outside)
    state: dict[str, Any] = {
        "calls": [], "faults": [], "lies": False, "port": server.server_address[1],
        "tables": {
            "people": [
                {"id": 1, "email": DANA, "name": "Dana", "wants_mail": True},
                {"id": 2, "email": MAX, "name": "Max", "wants_mail": True},
            ],
            "notes": [{"id": 7, "person_id": 1, "text": "hers"}, {"id": 8, "person_id": 2, "text": "his"}],
        },
    }  # fmt: skip
    server.state = state  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    http_call._breakers.clear()
    yield state
    server.shutdown()
    server.server_close()


def _system(outside: dict[str, Any], **more: Any) -> System:
    settings = HttpSettings(
        f"http://localhost:{outside['port']}", hosts=("localhost",), networks=("127.0.0.0/8", "::1/128"),
        collections=CALLS,
    )  # fmt: skip
    return System(
        "crm",
        words("CRM"),
        "http",
        "CRM_KEY",
        {"people": PEOPLE, "notes": NOTES},
        http=replace(settings, **more),
    )


def _found(connector: HttpConnector):
    return find([connector.system], {"crm": connector}, [Identifier("email", "dana@example.org")])


def test_a_person_is_found_erased_and_read_back_and_the_other_stays(outside) -> None:
    connector = HttpConnector(_system(outside), SECRET)
    assert connector.operations == {"search", "access", "delete", "set"}
    found = _found(connector)
    assert {place[1]: rows.keys for place, rows in found.rows.items() if rows.count} == {
        "people": ((1,),), "notes": ((7,),),
    }  # fmt: skip
    decided = {"people.all": "erase", "notes.all": "erase"}
    plan = make_plan(connector, found, decided, today=TODAY)
    assert erase(connector, plan, guard=no_hold).changed == 2
    assert confirm(connector, plan).ok
    assert [row["id"] for row in outside["tables"]["people"]] == [2] and len(outside["tables"]["notes"]) == 1
    assert erase(connector, plan, guard=no_hold).changed == 0


def test_a_system_that_answers_yes_and_does_nothing_is_caught(outside) -> None:
    connector = HttpConnector(_system(outside), SECRET)
    plan = make_plan(connector, _found(connector), {"people.all": "erase", "notes.all": "erase"}, today=TODAY)
    outside["lies"] = True
    assert erase(connector, plan, guard=no_hold).changed == 2
    assert not confirm(connector, plan).ok


def test_a_setting_is_set_by_one_signed_call_and_read_back(outside) -> None:
    connector = HttpConnector(_system(outside), SECRET)
    off = (Setting("marketing_opt_out", "people", words("off"), {"wants_mail": False}),)
    put_settings(connector, _found(connector), off, ())
    assert confirm_settings(connector, _found(connector), off, ()).ok
    assert [row["wants_mail"] for row in outside["tables"]["people"]] == [False, True]
    method, path, headers, body = next(call for call in outside["calls"] if call[0] == "PATCH")
    message = "\n".join((method, path, headers["X-Portal-Timestamp"], hashlib.sha256(body).hexdigest()))
    assert (
        headers["X-Portal-Signature"]
        == hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    )
    assert SECRET not in str(headers)
    again = HttpConnector(_system(outside), SECRET)
    put_settings(again, _found(again), off, ())
    keys = {call[2]["Idempotency-Key"] for call in outside["calls"] if call[0] == "PATCH"}
    assert len(keys) == 1, "the same work has the same key"


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ([(503, {}), (429, {})], None),
        ([(500, {})] * 3, SystemUnreachable),
        ([(403, {})], SystemRefused),
        ([(302, {"Location": "http://169.254.169.254/latest/meta-data/"})], SystemRefused),
        ([(307, {"Location": "/people"})], SystemRefused),
    ],
    ids=["flapping", "down", "no", "redirect inside", "redirect"],
)  # fmt: skip
def test_trouble_is_tried_again_where_that_helps_and_redirects_are_never_followed(
    outside, monkeypatch, faults, error
) -> None:
    monkeypatch.setattr(http_call, "FIRST_PAUSE_SECONDS", 0.001)
    outside["faults"] = list(faults)
    connector = HttpConnector(_system(outside), SECRET)
    if error is None:
        assert list(connector.read(PEOPLE, [(1,)], ("id",))) == [{"id": 1}]
        assert len(outside["calls"]) == 3
    else:
        with pytest.raises(error):
            list(connector.read(PEOPLE, [(1,)], ("id",)))
        assert len(outside["calls"]) == len(faults)


def test_after_many_failures_a_system_is_left_alone_for_a_while(outside, monkeypatch) -> None:
    monkeypatch.setattr(http_call, "FIRST_PAUSE_SECONDS", 0.0)
    outside["faults"] = [(500, {})] * 100
    connector = HttpConnector(_system(outside), SECRET)
    for _ in range(8):
        with pytest.raises(SystemUnreachable):
            list(connector.read(PEOPLE, [(1,)], ("id",)))
    assert len(outside["calls"]) == http_call.FAILURES_TO_OPEN * http_call.TRIES
    monkeypatch.setattr(http_call, "SECONDS_OPEN", 0.0)
    outside["faults"].clear()
    assert list(connector.read(PEOPLE, [(1,)], ("id",)))


INSIDE = ["127.0.0.1", "10.0.0.5", "169.254.169.254", "192.168.1.1", "::1", "fd00::1", "::ffff:10.0.0.5", "0.0.0.0",
          "100.64.0.1", "224.0.0.1"]  # fmt: skip


def _names_lead_to(monkeypatch, *answers: list[str]) -> None:
    queue = list(answers)

    def resolve(host: str, port: int, *_: object, **__: object) -> list[Any]:
        addresses = queue.pop(0) if len(queue) > 1 else queue[0]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, 1, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


@pytest.mark.parametrize("address", INSIDE)
@pytest.mark.parametrize("beside", [[], ["93.184.215.14"]], ids=["alone", "beside a public one"])
def test_a_name_that_leads_inside_is_never_called(
    outside, monkeypatch, address: str, beside: list[str]
) -> None:
    _names_lead_to(monkeypatch, [*beside, address])
    connector = HttpConnector(_system(outside, networks=()), SECRET)
    with pytest.raises(SystemRefused, match="inside"):
        list(connector.read(PEOPLE, [(1,)], ("id",)))
    assert not outside["calls"]


def test_a_name_that_changes_its_mind_between_judging_and_calling_is_called_where_it_was_judged(
    outside, monkeypatch
) -> None:
    dialled = []

    def dial(where: tuple[str, int], *_: object, **__: object) -> socket.socket:
        dialled.append(where[0])
        raise ConnectionRefusedError

    _names_lead_to(monkeypatch, ["93.184.215.14"], ["127.0.0.1"])
    monkeypatch.setattr(socket, "create_connection", dial)
    monkeypatch.setattr(http_call, "FIRST_PAUSE_SECONDS", 0.0)
    with pytest.raises((SystemRefused, SystemUnreachable)):
        list(HttpConnector(_system(outside, networks=()), SECRET).read(PEOPLE, [(1,)], ("id",)))
    assert dialled == ["93.184.215.14"], "the second answer was judged anew, and refused"


@pytest.mark.parametrize(
    "base",
    [
        "http://elsewhere.example",
        "file:///etc/passwd",
        "gopher://localhost",
        "http://user:pw@localhost",
        "http://",
    ],
)
def test_only_listed_hosts_and_plain_addresses_are_called(outside, base: str) -> None:
    with pytest.raises(SystemRefused) as refused:
        list(HttpConnector(_system(outside, base=base), SECRET).read(PEOPLE, [(1,)], ("id",)))
    assert "pw" not in str(refused.value) and not outside["calls"]


def test_a_value_stays_a_value_whatever_signs_it_has(outside) -> None:
    connector = HttpConnector(_system(outside), SECRET)
    list(connector.read(PEOPLE, [("../notes/8?x=1&",)], ("id",)))
    assert outside["calls"][0][1] == "/people/..%2Fnotes%2F8%3Fx%3D1%26"
