"""A portal without pages in front of it: its database, its clock and its queue of mail."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert, select

from adapters.clock import Clock, SetClock, SystemClock
from gateway.app import create_app
from gateway.mail import enqueue
from gateway.mail.worker import deliver_some
from gateway.models import Mail, Registration
from gateway.portal import Portal
from gateway.settings_file import load
from tests.prepared import prepare

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
SECRET = "for tests only, for tests only, for tests only"
LINK = "https://ebok.example/potwierdz/kYtM3-secret-token"


class FastClock(SystemClock):
    """Twenty seconds in each, so that a lease ends within a test, and yet not while a busy machine pauses."""

    def __init__(self, start: datetime) -> None:
        self._start = start

    def now(self) -> datetime:
        return self._start + (super().now() - self._start) * 20


@dataclass
class Office:
    """The portal, and what tests do to its queue."""

    portal: Portal
    clock: Any
    app: Flask

    def put(self, template: str = "password_reset", to: str = "ewa@example.pl", **more: Any) -> str:
        values = more.pop("values", {"link": LINK})
        with self.portal.database.transaction() as connection:
            return enqueue(
                connection,
                to=to,
                template=template,
                language=more.pop("language", "pl"),
                values=values,
                now=self.clock.now(),
                sealer=self.portal.sealer,
                **more,
            )

    def put_many(self, count: int) -> set[str]:
        return {self.put(to=f"klient{number}@example.pl") for number in range(count)}

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
            return list(connection.execute(select(Mail).order_by(Mail.id)))

    def row(self) -> Any:
        (one,) = self.rows()
        return one

    def register(self) -> int:
        """A registration, to which a mail belongs."""
        with self.portal.database.transaction() as connection:
            added = connection.execute(
                insert(Registration)
                .values(
                    public_id="r1",
                    state="asked",
                    email_mark=b"e",
                    customer_mark=b"c",
                    language="pl",
                    terms_version="1",
                    created_at=self.clock.now(),
                    checks=0,
                    reason="",
                    mail_failed=False,
                )
                .returning(Registration.id)
            )
            return int(added.scalar_one())

    def mail_failed(self) -> bool:
        with self.portal.database.reading() as connection:
            return bool(connection.execute(select(Registration.mail_failed)).scalar_one())

    def empty(self) -> None:
        with self.portal.database.transaction() as connection:
            connection.execute(delete(Mail))
            connection.execute(delete(Registration))


@contextmanager
def office(
    url: str, port: int, *, clock: Clock | None = None, base: Path = Path(), **environment: str
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
            "EBOK_ERP__REST__MAPPING": "sandbox_rest",
            "EBOK_ERP__REST__URL": "http://127.0.0.1:9",
            "EBOK_MAIL__HOST": "127.0.0.1",
            "EBOK_MAIL__PORT": str(port),
            "EBOK_MAIL__SECURITY": "none",
            "EBOK_MAIL__SENDER": "ebok@wodociagi.example",
            **{f"EBOK_{name}": value for name, value in environment.items()},
        },
    )
    clock = clock or SetClock(NOON)
    app = create_app(settings, clock=clock)
    portal: Portal = app.extensions["ebok"]
    prepare(portal.database, portal.database.upgrade)
    try:
        yield Office(portal, clock, app)
    finally:
        portal.erp.close()
        portal.database.engine.dispose()
