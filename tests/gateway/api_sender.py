"""Sends things over the API as a program does: each with a key of its own unless told otherwise."""

import itertools
from io import BytesIO
from typing import Any

from gateway import background
from tests.stack import Api, Stack

PROBLEMS = "/api/v1/problems/"
_keys = itertools.count()
LETTER = {"kind": "complaint", "topic": "service", "text": "Za małe ciśnienie."}
CHANGE = {"kind": "data_change", "phone": "600 700 800"}
CONSENT = {"kind": "consent", "given": True, "text_version": "1", "email": "anna.borowska@poczta.example"}
OUTAGE = {"place": "Rynek 1", "description": "Woda wypływa na jezdnię."}


def new_key() -> str:
    return f"key {next(_keys)}"


def send(api: Api, body: Any, *, key: str | None = None, at: str = "", **headers: str) -> Any:
    """The answer to JSON; ``key`` "" sends no key."""
    key = new_key() if key is None else key
    more = {"Idempotency-Key": key} if key else {}
    return api.client.post(f"{at or api.at}/submissions", json=body, headers={**api.headers, **more, **headers})


def send_form(api: Api, fields: dict[str, Any], *files: tuple[str, bytes], key: str | None = None) -> Any:
    """The answer to a form with files."""
    data = {**fields, "files": [(BytesIO(octets), name) for name, octets in files]}
    headers = {**api.headers, "Idempotency-Key": new_key() if key is None else key}
    return api.client.post(f"{api.at}/submissions", data=data, headers=headers, content_type="multipart/form-data")


def a_reading(api: Api, *, place: int = 0, more: int = 5) -> dict[str, Any]:
    """A likely reading of today, so many m³ above the least that is expected."""
    meter = api.get("meters").json[place]
    value = str(int(meter["expected_from"] or meter["previous"]["value"]) + more)
    return {"kind": "reading", "meter": meter["id"], "value": value, "read_on": "2026-03-10"}


def arrived(portal: Stack) -> list[dict[str, Any]]:
    background.run_once(portal.portal)
    found: list[dict[str, Any]] = portal.control("GET", "submissions")
    return found


def problem(answer: Any) -> tuple[int, str]:
    assert answer.content_type == "application/problem+json"
    return answer.status_code, answer.json["type"].removeprefix(PROBLEMS)


def wrong_fields(answer: Any, where: str = "json") -> set[str]:
    assert problem(answer) == (422, "invalid-request"), answer.text
    errors = answer.json["errors"][where]
    assert all(isinstance(each, list) and all(each) for each in errors.values())
    return set(errors)
