"""A world to try the dict office in: meters and cases in its books, and a post that can be closed and cut."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from threading import Lock
from typing import Any

from adapters.clock import local_day
from adapters.testing import Received, Writing
from schemas import CONTENT_SCHEMAS, LetterContent, ReadingContent, SubmissionKind, Topic
from tests.adapters.testing.dict_world import FACTS, DictWorld

OFFICE_FACTS = replace(
    FACTS,
    customers=tuple(replace(each, meters=1, cases=1) for each in FACTS.customers),
    writing=Writing(
        contents={SubmissionKind.COMPLAINT: LetterContent(Topic.INVOICE, "Za dużo.", "FV/100234/1")},
        refused={
            SubmissionKind.READING: ReadingContent("W-100234", "S-1", Decimal(1), date(2026, 3, 20)),
            SubmissionKind.COMPLAINT: LetterContent(Topic.INVOICE, "Za dużo, a nie wiem co."),
        },
    ),
)


class Post:
    """Takes what is sent: a reading once for each reference, everything else as often as it comes."""

    def __init__(self, books: dict[str, dict[str, Any]]) -> None:
        self.taken: list[dict[str, Any]] = []
        self.is_closed = False
        self.cuts = False
        self._books = books
        self._answers: dict[str, dict[str, Any]] = {}
        self._lock = Lock()

    def take(self, sent: dict[str, Any]) -> dict[str, Any]:
        if self.is_closed:
            raise ConnectionRefusedError
        with self._lock:
            answer = self._take(sent)
        if self.cuts:
            self.cuts = False
            raise ConnectionResetError
        return answer

    def find(self, customer_no: str | None, reference: str) -> dict[str, Any] | None:
        if self.is_closed:
            raise ConnectionRefusedError
        answer = self._answers.get(reference)
        return answer if answer and customer_no in (answer["customer_no"], "anybody") else None

    def _take(self, sent: dict[str, Any]) -> dict[str, Any]:
        reference, kind, content = sent["reference"], sent["kind"], sent["content"]
        if kind == "reading" and reference in self._answers:
            return self._answers[reference]
        answer = {"reference": reference, "customer_no": sent["customer_no"]}
        if kind == "reading" and not self._read(sent["customer_no"], reference, content):
            return {"refused": "ODC-1"}
        if kind == "complaint":
            if content["about"] is None:
                return {"refused": "REK-1"}
            answer["case_no"] = self._open(sent)
        self.taken.append(sent)
        self._answers.setdefault(reference, answer)
        return answer

    def _read(self, customer_no: str, reference: str, content: dict[str, Any]) -> bool:
        account = self._books[customer_no]
        if Decimal(content["value"]) < Decimal(account["meters"][0]["previous"]["value"]):
            return False
        row = {name: content[name] for name in ("meter_no", "serial_no", "value", "read_on")}
        before = [each for each in account["readings"] if each["reference"] != (content["supersedes"] or "")]
        account["readings"] = [
            *before,
            {**row, "customer_no": customer_no, "source": "customer", "reference": reference},
        ]
        last = {"value": content["value"], "read_on": content["read_on"], "source": "customer"}
        account["meters"] = [{**account["meters"][0], "previous": last}]
        return True

    def _open(self, sent: dict[str, Any]) -> str:
        case_no = f"BOK/{len(self.taken) + 100}"
        case = {
            "customer_no": sent["customer_no"],
            "case_no": case_no,
            "kind": sent["kind"],
            "status": "received",
            "opened_on": sent["accepted_at"][:10],
            "reference": sent["reference"],
        }
        self._books[sent["customer_no"]]["cases"].append(case)
        return case_no


class DictOfficeWorld(DictWorld):
    """A world with an inbox."""

    def __init__(self) -> None:
        super().__init__()
        self.post = Post(self.books)
        for number, account in self.books.items():
            account |= _office_of(number)

    def received(self, reference: str) -> Sequence[Received]:
        return [
            Received(
                sent["customer_no"],
                tuple(hashlib.sha256(content).hexdigest() for *_, content in sent["files"]),
                local_day(datetime.fromisoformat(sent["accepted_at"])),
                CONTENT_SCHEMAS[SubmissionKind(sent["kind"])]().load(sent["content"]),
            )
            for sent in self.post.taken
            if sent["reference"] == reference
        ]

    def cut_next_answer(self) -> None:
        self.post.cuts = True

    @contextmanager
    def switched_off(self) -> Iterator[None]:
        self.post.is_closed = True
        yield
        self.post.is_closed = False


def _office_of(number: str) -> dict[str, Any]:
    last = {"value": "120.5", "read_on": "2026-03-01", "source": "inspector"}
    meter = {
        "customer_no": number,
        "meter_no": f"W-{number}",
        "serial_no": "S-1",
        "role": "main",
        "place": "piwnica",
        "digits": 5,
        "previous": last,
    }
    case = {
        "customer_no": number,
        "case_no": f"BOK/{number}/1",
        "kind": "complaint",
        "status": "answered",
        "opened_on": "2026-02-01",
        "answered_on": "2026-02-09",
        "answer": "Uznajemy.",
        "documents": [{"document_ref": "1", "name": "odpowiedz.pdf"}],
    }
    reading = {"customer_no": number, "meter_no": f"W-{number}", "serial_no": "S-1", "reference": None, **last}
    return {
        "meters": [meter],
        "readings": [{**reading, "value": "100", "read_on": "2026-01-01"}, reading],
        "cases": [case],
        "letters": {(f"BOK/{number}/1", "1"): b"%PDF-1.7 " + number.encode()},
        "offers": [{"offer_ref": "1", "kind": "promotion", "title": "Podlicznik", "text": "**30%** taniej"}],
    }
