"""Keeps what was booked in one SQLite file, so that a restarted sandbox has the same world."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from threading import Lock

_TABLES = """
CREATE TABLE IF NOT EXISTS world (seed INTEGER NOT NULL, base_day TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS booking (
    place INTEGER PRIMARY KEY, customer_no TEXT NOT NULL, kind TEXT NOT NULL, amount TEXT NOT NULL,
    posted_on TEXT NOT NULL, posted_at TEXT, value_on TEXT, due_on TEXT
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

    def close(self) -> None:
        with self._lock:
            self._file.close()
