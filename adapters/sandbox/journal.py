"""Keeps what was booked and what was sent in in one SQLite file, so that a restarted sandbox has the same world."""

import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock

from adapters.sandbox.sending import FileNote, Sending
from schemas import SubmissionKind
from schemas.submission import CONTENT_SCHEMAS

_TABLES = """
CREATE TABLE IF NOT EXISTS world (seed INTEGER NOT NULL, base_day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS booking (
    place INTEGER PRIMARY KEY, customer_no TEXT NOT NULL, kind TEXT NOT NULL, amount TEXT NOT NULL,
    posted_on TEXT NOT NULL, posted_at TEXT, value_on TEXT, due_on TEXT
);
CREATE TABLE IF NOT EXISTS sending (
    place INTEGER PRIMARY KEY, reference TEXT NOT NULL, kind TEXT NOT NULL, customer_no TEXT, content TEXT NOT NULL,
    files TEXT NOT NULL, accepted_at TEXT, received_at TEXT NOT NULL
);
"""


@dataclass(frozen=True, slots=True)
class Booking:
    """A payment or an invoice as it was booked; ``amount`` as it was given, a payment's is positive."""

    customer_no: str
    kind: str
    amount: Decimal
    posted_on: date
    posted_at: datetime | None
    value_on: date | None
    due_on: date | None


class NoJournal:
    """Bookings live in memory alone."""

    def begin(self, seed: int, base_day: date) -> tuple[int, date]:
        return seed, base_day

    def add(self, booking: Booking) -> None:
        pass

    def bookings(self) -> Iterator[Booking]:
        return iter(())

    def add_sending(self, sending: Sending, received_at: datetime) -> None:
        pass

    def sendings(self) -> Iterator[tuple[Sending, datetime]]:
        return iter(())

    def close(self) -> None:
        pass


class Journal:
    """Bookings in a file, in their order; an existing file also says from which seed and day its world grew."""

    def __init__(self, path: Path) -> None:
        self._lock = Lock()
        self._file = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._file.executescript(_TABLES)

    def begin(self, seed: int, base_day: date) -> tuple[int, date]:
        """The seed and day of the world in the file; a new file takes those given."""
        found = self._file.execute("SELECT seed, base_day FROM world").fetchone()
        if found is not None:
            return found[0], date.fromisoformat(found[1])
        self._file.execute("INSERT INTO world VALUES (?, ?)", (seed, base_day.isoformat()))
        return seed, base_day

    def add(self, booking: Booking) -> None:
        row = (
            booking.customer_no,
            booking.kind,
            str(booking.amount),
            booking.posted_on.isoformat(),
            booking.posted_at.isoformat() if booking.posted_at else None,
            booking.value_on.isoformat() if booking.value_on else None,
            booking.due_on.isoformat() if booking.due_on else None,
        )
        with self._lock:
            self._file.execute("INSERT INTO booking VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row)

    def bookings(self) -> Iterator[Booking]:
        for row in self._file.execute("SELECT * FROM booking ORDER BY place").fetchall():
            _, customer_no, kind, amount, posted_on, posted_at, value_on, due_on = row
            yield Booking(
                customer_no=customer_no,
                kind=kind,
                amount=Decimal(amount),
                posted_on=date.fromisoformat(posted_on),
                posted_at=datetime.fromisoformat(posted_at) if posted_at else None,
                value_on=date.fromisoformat(value_on) if value_on else None,
                due_on=date.fromisoformat(due_on) if due_on else None,
            )

    def add_sending(self, sending: Sending, received_at: datetime) -> None:
        row = (
            sending.reference,
            sending.kind.value,
            sending.customer_no,
            json.dumps(CONTENT_SCHEMAS[sending.kind]().dump(sending.content)),
            json.dumps([[each.name, each.media_type, each.size, each.sha256] for each in sending.files]),
            sending.accepted_at.isoformat() if sending.accepted_at else None,
            received_at.isoformat(),
        )
        with self._lock:
            self._file.execute("INSERT INTO sending VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)", row)

    def sendings(self) -> Iterator[tuple[Sending, datetime]]:
        """What was taken, and when; in the order of taking."""
        for row in self._file.execute("SELECT * FROM sending ORDER BY place").fetchall():
            _, reference, kind, customer_no, content, files, accepted_at, received_at = row
            sending = Sending(
                reference=reference,
                kind=SubmissionKind(kind),
                customer_no=customer_no,
                content=CONTENT_SCHEMAS[SubmissionKind(kind)]().load(json.loads(content)),
                files=tuple(FileNote(*each) for each in json.loads(files)),
                accepted_at=datetime.fromisoformat(accepted_at) if accepted_at else None,
            )
            yield sending, datetime.fromisoformat(received_at)

    def close(self) -> None:
        with self._lock:
            self._file.close()
