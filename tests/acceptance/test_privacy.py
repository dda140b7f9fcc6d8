"""Canaries: personal data goes in through every door, and comes out nowhere but in the answer.

Searched are log lines (at level debug), metrics, the access log, bodies and headers of errors, what commands say, and
the names of all files. The files of a job and the database hold the data they are there for.
"""

from __future__ import annotations

import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx2
import pytest

from tests.acceptance.processes import KHOP, environment, headers_of, khop, server

NAME, STREET, NUMBER, OLD, DATE = "Canaryqzx Văn Wqv", "Thôn Wqzcanary", "068085987654", "250987654", "23/07/1985"
CANARIES = ("canaryqzx", "wqzcanary", NUMBER, OLD, DATE, "1985-07-23")
RECORD = {
    "record_id": f"{NAME} {NUMBER}",
    "full_name": NAME,
    "id_number": f"{NUMBER} {OLD}",
    "birth_date": DATE,
    "address": STREET,
    "sex": NAME,
    "role": NAME,
    "legal_form": NAME,
    "organisation_name": NAME,
    "parcel_id": NUMBER,
    "parcel_commune_code": NUMBER,
    "certificate_no": OLD,
    "card_qr": f"{NUMBER}|{OLD}|{NAME}|23071985|Nam|{STREET}|",
}
SCOPES = ("match", "match:disclose", "jobs", "reviews", "audits", "admin", "metrics", "access-log", "register:write")


def found_in(text: str) -> list[str]:
    """The canaries in a text, however it is written."""
    folded = text.casefold()
    ways = {way for canary in CANARIES for way in (canary, quote(canary), json.dumps(canary)[1:-1])}
    return sorted(way for way in ways if way.casefold() in folded)


def sent_as_it_is(client: httpx2.Client, request: bytes) -> str:
    """What a server says to bytes that no client library would send."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 80), timeout=20) as connection:
        connection.sendall(request)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b"")).decode("utf-8", "replace")


class Doors:
    """Everything through which something can be sent, and what came back as an error."""

    def __init__(self, client: httpx2.Client, headers: dict[str, str]) -> None:
        self._client, self._headers = client, headers
        self.errors: list[str] = []
        self.statuses: set[int] = set()

    def send(self, method: str, path: str, **options: Any) -> None:
        headers = self._headers | options.pop("headers", {})
        answer = self._client.request(method, path, headers=headers, **options)
        self.statuses.add(answer.status_code)
        if answer.status_code >= 400:
            self.errors.append(f"{answer.text} {answer.headers}")
        else:
            self.errors.append(str(answer.headers))

    def all(self) -> None:
        self._bodies()
        self._paths_and_headers()
        self._uploads()
        self._raw()

    def _bodies(self) -> None:
        for record in (RECORD, {NAME: NUMBER}, {"full_name": {NAME: NUMBER}}, {"full_name": [NAME]}, NAME, [RECORD]):
            for path in ("/v1/match", "/v1/normalise"):
                self.send("POST", path, json={"record": record, "explain": True})
                self.send("POST", path, json=record)
            self.send("POST", "/v1/match/batch", json={"records": [record, RECORD]})
        oversize = json.dumps({"record": RECORD | {"address": f"{STREET} " * 2_000}})
        huge = json.dumps({"record": RECORD | {"address": f"{STREET} " * 500_000}})
        for content in (
            json.dumps(RECORD)[:-9],
            f"{NAME} {NUMBER}",
            oversize,
            huge,
            "\ud800".encode("utf-8", "replace"),
        ):
            self.send("POST", "/v1/match", content=content, headers={"Content-Type": "application/json"})
        self.send("POST", "/v1/match", content=NAME.encode("utf-16"), headers={"Content-Type": "application/json"})
        self.send("POST", "/v1/match", data=RECORD)
        self.send("POST", "/v1/clients", json={"name": f"x {NUMBER}", "scopes": [NAME]})
        self.send("POST", "/v1/reviews", json=RECORD)
        self.send("POST", "/v1/audits", json=RECORD)

    def _paths_and_headers(self) -> None:
        for path in (f"/{NAME}/{NUMBER}", f"/v1/match/{NUMBER}", f"/v1/jobs/{NUMBER}", f"/v1/reviews/{NAME}"):
            for method in ("GET", "POST", "DELETE", "PATCH"):
                self.send(method, path)
        query = {"full_name": NAME, "id_number": NUMBER, "limit": NAME, "since": DATE, "after": NUMBER, "who": NUMBER}
        for path in ("/v1/match", "/v1/jobs", "/v1/access-log", "/readyz", "/healthz", "/metrics"):
            self.send("GET", path, params=query)
        plain = f"Canaryqzx {NUMBER}"
        for name in ("X-Request-ID", "Accept-Language", "User-Agent", "Content-Type", "X-Purpose", "Authorization"):
            self.send("POST", "/v1/match", json={"record": RECORD}, headers={name: plain})
        for name in ("Cookie", "Referer", "X-Forwarded-For", "Idempotency-Key", "traceparent", "Origin", "X-Canaryqzx"):
            self.send("POST", "/v1/match", json={"record": RECORD}, headers={name: plain})

    def _uploads(self) -> None:
        rows = "full_name,id_number,birth_date,address\n" + f"{NAME},{NUMBER},{DATE},{STREET}\n" * 3
        broken = f"{NAME}\x00{NUMBER}".encode() + b"\xff\xfe\x00\xd8"
        name = f"{NAME} {NUMBER}"
        for content, kind in (
            (rows.encode(), "csv"),
            (broken, "csv"),
            (broken, "xlsx"),
            (broken, "parquet"),
            (b"", "ndjson"),
        ):
            for preview in ("true", "false"):
                file = {"file": (f"{name}.{kind}", content)}
                self.send("POST", "/v1/jobs", files=file, data={"preview": preview})
        self.send("POST", "/v1/jobs", files={NUMBER: (name, rows.encode())}, data={NAME: NUMBER, "mapping": NAME})
        self.send("POST", "/v1/jobs", json={"path": f"../{name}.csv"})

    def _raw(self) -> None:
        key = self._headers["Authorization"]
        for first in (f"CANARYQZX /{NUMBER} HTTP/1.1", f"GET /{NAME} HTTP/1.1", f"{NUMBER}", "GET / HTTP/9.9"):
            request = f"{first}\r\nHost: {NUMBER}\r\nAuthorization: {key}\r\nConnection: close\r\n\r\n"
            self.errors.append(sent_as_it_is(self._client, request.encode()))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("canaries")
    khop(folder, "synth", "population", "--size", "2000", "--seed", "3", "-o", "people.csv")
    with (folder / "people.csv").open(encoding="utf-8-sig") as file:
        header = file.readline().strip().split(",")
    person = {"personal_id": NUMBER, "full_name": NAME, "birth_date": "1985-07-23", "sex": "male"}
    with (folder / "people.csv").open("a", encoding="utf-8") as file:
        file.write(",".join(person.get(column, "") for column in header) + "\n")
    khop(folder, "register", "import", "people.csv", "--scope", "Lâm Đồng")
    return folder


@pytest.fixture(scope="module")
def doors(folder: Path) -> Iterator[tuple[Doors, str]]:
    """All doors, after everything went through them; and the metrics then."""
    headers = headers_of(folder, *SCOPES)
    with server(folder, KHOP_LOG_LEVEL="debug", KHOP_LOG_FORMAT="json") as (client, process):
        doors = Doors(client, headers)
        doors.all()
        metrics = client.get("/metrics", headers=headers).text
        answer = client.post("/v1/match", json={"record": RECORD}, headers=headers)
        assert NUMBER in answer.text, "the canary is a person whom the service finds"
        process.terminate()
        process.wait(timeout=60)
        yield doors, metrics


def test_the_doors_answered_in_many_ways_and_never_failed(doors: tuple[Doors, str]) -> None:
    assert {200, 400, 404, 405, 413, 415, 422} <= doors[0].statuses
    assert not {status for status in doors[0].statuses if status >= 500 and status != 503}


def test_no_error_repeats_what_was_sent(doors: tuple[Doors, str]) -> None:
    assert [(found_in(text), text) for text in doors[0].errors if found_in(text)] == []


def test_no_log_line_at_any_level_holds_personal_data(doors: tuple[Doors, str], folder: Path) -> None:
    lines = (folder / "server.log").read_text(encoding="utf-8").splitlines()
    assert sum("request.answered" in line for line in lines) > 80
    assert [line for line in lines if found_in(line)] == []


def test_no_metric_holds_personal_data(doors: tuple[Doors, str]) -> None:
    assert "khop_requests_total" in doors[1]
    assert found_in(doors[1]) == []


def test_the_access_log_holds_pseudonyms_only(doors: tuple[Doors, str], folder: Path) -> None:
    text = "".join(path.read_text() for path in (folder / "access-log").rglob("*.log"))
    assert text.count("match.answered") > 10
    assert found_in(text) == []


def test_no_file_is_named_after_what_was_sent(doors: tuple[Doors, str], folder: Path) -> None:
    names = "\n".join(str(path.relative_to(folder)) for path in folder.rglob("*"))
    assert found_in(names) == []


def test_no_command_says_what_a_file_holds(folder: Path, tmp_path: Path) -> None:
    row = f"{NAME},{NUMBER},{DATE},{STREET}"
    files = {
        "rows.csv": f"full_name,id_number,birth_date,address\n{row}\n",
        "ragged.csv": f"full_name,id_number\n{row},{row}\n",
        "quote.csv": f'full_name,id_number\n"{row}\n',
        "people.csv": f"personal_id,full_name,birth_date\n{NUMBER},{NAME},{DATE}\n{NUMBER},{NAME},{DATE}\n{NAME},,\n",
        "book.xlsx": row,
    }
    said = []
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        command = ["register", "import", name] if name.startswith("people") else ["match", name, "-o", f"{name}.csv"]
        done = subprocess.run(
            [KHOP, *command], env=environment(folder), cwd=tmp_path, capture_output=True, text=True, timeout=120
        )
        said.append(f"{command}: {done.stdout} {done.stderr}")
    assert [text for text in said if found_in(text)] == []
