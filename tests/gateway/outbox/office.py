"""A portal without pages in front of it, and behind it a billing system whose every answer a test can choose."""

import dataclasses
import hashlib
import io
import itertools
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update

from adapters.base import Adapter, Figures
from adapters.capabilities import Acceptance, Recognition
from adapters.clock import Clock, SetClock
from adapters.errors import BadData, NotAsked, NotFound, Rejected, Unavailable
from gateway.accounts import add_account
from gateway.app import create_app
from gateway.files import AcceptedFile, Scan
from gateway.models import Account, AuditEvent, FileChunk, Mail, RunningKey, SubmissionFile, SubmissionRow
from gateway.outbox import Draft, Receipt
from gateway.outbox.receiving import accept
from gateway.outbox.worker import deliver_some
from gateway.portal import Portal
from gateway.settings_file import load
from schemas import (
    Basis,
    Contract,
    Customer,
    Delivery,
    Invoice,
    LetterContent,
    OutageContent,
    PaymentContent,
    ReadingContent,
    Submission,
    SubmissionKind,
    Topic,
)
from tests.prepared import prepare

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)
SECRET = "for tests only; for tests only; for tests only"
_numbers = itertools.count()


@dataclass
class Got:
    """What the ERP was handed under one reference."""

    submission: Submission
    files: list[bytes]
    times: int = 1


@dataclass
class Erp:
    """The billing system's side: what it holds, and how it behaves next.

    ``behave`` is asked for each call: ``take``, ``refuse``, ``not_sent``, ``lost_before`` (it never came), ``lost``
    (taken, the answer is lost), ``bug`` (the same, with an error of no family), ``broken`` (an answer that is none).
    ``held`` stands for our own guard, which another worker made refuse the call between two looks at it.
    """

    recognition: Recognition = Recognition.DEDUPLICATES
    lag: float = 0.0
    files: bool = True
    got: dict[str, Got] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    sends: int = 0
    looks: int = 0
    behave: Callable[[Submission], str] = lambda _: "take"
    look: Callable[[str], str] = lambda _: "answer"
    number: Callable[[int], str] = lambda count: f"S/{count}/2026"
    log: list[tuple[str, str, str]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def accepts(self) -> Mapping[SubmissionKind, Acceptance]:
        one = Acceptance(self.recognition, self.files, self.lag)
        return dict.fromkeys(SubmissionKind, one)

    def take(self, submission: Submission) -> Delivery:
        files = [b"".join(each.chunks()) for each in submission.files]
        with self.lock:
            self.sends += 1
            how = self.behave(submission)
            self.log.append((submission.reference, "send", how))
            if how == "held":
                raise NotAsked("breaker is open", retry_after=15)
            if how == "not_sent":
                raise Unavailable("refused connection", sent=False)
            if how == "lost_before":
                raise Unavailable("reset before it was read")
            known = self.got.get(submission.reference)
            if how == "refuse" and known is None:
                raise Rejected("refused", code="ODC-422", translations={"en": "The value is too low."})
            if known is None:
                self.got[submission.reference] = Got(submission, files)
                self.order.append(submission.reference)
            elif self.recognition is not Recognition.DEDUPLICATES:
                known.times += 1
            if how == "lost":
                raise Unavailable("no answer")
            if how == "bug":
                raise RuntimeError("a customer's secret")
            if how == "broken":
                raise BadData("HTML in place of an answer")
            return self.answer(submission.reference)

    def answer(self, reference: str) -> Delivery:
        return Delivery(reference, case_no=self.number(self.order.index(reference) + 1))

    def find(self, reference: str) -> Delivery | None:
        with self.lock:
            self.looks += 1
            how = self.look(reference)
            self.log.append((reference, "look", how))
            if how == "held":
                raise NotAsked("breaker is open", retry_after=15)
            if how == "away":
                raise Unavailable("refused connection", sent=False)
            return self.answer(reference) if reference in self.got else None


class ScriptedAdapter(Adapter):
    """An adapter of the plainest sort, for what is sent alone."""

    name = "scripted"
    basis = Basis.LEDGER

    def __init__(self, erp: Erp) -> None:
        self.erp = erp

    @property
    def accepts(self) -> Mapping[SubmissionKind, Acceptance]:  # type: ignore[override]
        return self.erp.accepts()

    def _customer(self, customer_no: str) -> Customer:
        raise NotFound

    def _contracts(self, customer_no: str) -> list[Contract]:
        return []

    def _invoices(self, customer_no: str) -> list[Invoice]:
        return []

    def _ledger(self, customer_no: str, since: date | None) -> Figures:
        return Figures(customer_no, Decimal("0.00"), "PLN")

    def _submit(self, submission: Submission) -> Delivery:
        return self.erp.take(submission)

    def _find_submission(self, kind: SubmissionKind, customer_no: str | None, reference: str) -> Delivery | None:
        return self.erp.find(reference)


@dataclass
class Office:
    """The portal, its billing system and its clock."""

    portal: Portal
    erp: Erp
    clock: Any
    app: Any

    def send(self, customer_no: str | None = "100001", **more: Any) -> Receipt:
        return accept(self.portal, draft(customer_no, **more))

    def deliver(self) -> int:
        """Everything that is due now."""
        done = 0
        while some := deliver_some(self.portal):
            done += some
        return done

    def pass_time(self, **time: float) -> None:
        self.clock.advance(timedelta(**time).total_seconds())

    def rows(self) -> list[Any]:
        with self.portal.database.reading() as connection:
            return list(connection.execute(select(SubmissionRow.__table__).order_by(SubmissionRow.id)))

    def row(self, number: str | None = None) -> Any:
        (one,) = [each for each in self.rows() if number in (None, each.public_id)]
        return one

    def states(self) -> list[str]:
        return [each.state for each in self.rows()]

    def mails(self, template: str = "") -> list[dict[str, Any]]:
        with self.portal.database.reading() as connection:
            rows = connection.execute(select(Mail).order_by(Mail.id)).all()
        return [
            {"template": row.template, "language": row.language}
            | (self.portal.sealer.open_json(row.sealed, "mail", row.message_id) or {})
            for row in rows
            if template in ("", row.template)
        ]

    def events(self) -> list[Any]:
        with self.portal.database.reading() as connection:
            return list(connection.execute(select(AuditEvent.__table__).order_by(AuditEvent.id)))

    def count(self, table: Any) -> int:
        with self.portal.database.reading() as connection:
            return len(connection.execute(select(table.__table__)).all())

    def end_leases(self) -> None:
        """As if the database's clock had gone on for long."""
        with self.portal.database.transaction() as connection:
            leased = SubmissionRow.leased_until.is_not(None)
            connection.execute(update(SubmissionRow).where(leased).values(leased_until=1.0))

    def close_breakers(self) -> None:
        """One good call of each sort, a while after all that failed."""
        self.pass_time(minutes=2)
        self.portal.erp.submit(Submission("none", SubmissionKind.OUTAGE, None, NOON, OutageContent("", ""), ()))
        self.portal.erp.find_submission(SubmissionKind.OUTAGE, None, "none")

    def account(self, login: str = "anna") -> int:
        with self.portal.database.reading() as connection:
            found = connection.execute(select(Account.id).where(Account.login == login)).scalar()
        if found is None:
            add_account(
                self.portal.database,
                login=login,
                password="twelve or more",
                customer_nos=["100001"],
                now=self.clock.now(),
            )
            return self.account(login)
        return int(found)

    def empty(self) -> None:
        with self.portal.database.transaction() as connection:
            for table in (FileChunk, SubmissionFile, SubmissionRow, RunningKey, Mail, AuditEvent, Account):
                connection.execute(delete(table))


def draft(
    customer_no: str | None = "100001",
    *,
    kind: SubmissionKind = SubmissionKind.COMPLAINT,
    text: str = "Woda jest mętna.",
    key: str | None = None,
    files: tuple[AcceptedFile, ...] = (),
    **more: Any,
) -> Draft:
    contents: dict[SubmissionKind, Any] = {
        SubmissionKind.READING: lambda: ReadingContent("W-1", "12345678", Decimal("123.5"), date(2026, 3, 9)),
        SubmissionKind.OUTAGE: lambda: OutageContent("ul. Polna 1", text),
        SubmissionKind.PAYMENT: lambda: PaymentContent(Decimal("12.34"), "PLN", date(2026, 3, 9), "p24", "318000001"),
    }
    make = contents.get(kind, lambda: LetterContent(Topic.SERVICE, text))
    values: dict[str, Any] = {"content": make(), "language": "pl", **more}
    return Draft(kind=kind, key=key or f"key {next(_numbers)}", customer_no=customer_no, files=files, **values)


def a_file(content: bytes = b"%PDF-1.7 nothing", *, name: str = "pismo.pdf", scan: Scan = Scan.CLEAN) -> AcceptedFile:
    digest = hashlib.sha256(content).hexdigest()
    return AcceptedFile(name, "application/pdf", len(content), digest, scan, io.BytesIO(content))


def other(made: Draft, **values: Any) -> Draft:
    return dataclasses.replace(made, **values)


@contextmanager
def office(
    url: str,
    *,
    erp: Erp | None = None,
    clock: Clock | None = None,
    adapter: Adapter | None = None,
    base: Path = Path(),
    **environment: str,
) -> Iterator[Office]:
    """A portal over a database; more settings by their environment names, without ``EBOK_``."""
    settings = load(
        None,
        {
            "EBOK_UTILITY__NAME": "Wodociągi Przykładowo",
            "EBOK_WEB__SECRET_KEY": SECRET,
            "EBOK_WEB__SECURE_COOKIES": "false",
            "EBOK_DATABASE__URL": url,
            "EBOK_ERP__ADAPTER": "rest",
            "EBOK_GUARD__BREAKER_OPEN_SECONDS": "0",
            **{f"EBOK_{name}": value for name, value in environment.items()},
        },
    )
    erp, clock = erp or Erp(), clock or SetClock(NOON)
    app = create_app(settings, clock=clock, adapter=adapter or ScriptedAdapter(erp))
    portal: Portal = app.extensions["ebok"]
    prepare(portal.database, portal.database.upgrade)
    try:
        yield Office(portal, erp, clock, app)
    finally:
        portal.erp.close()
        portal.database.engine.dispose()
