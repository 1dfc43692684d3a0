"""A portal with a mailbox, and a visitor with a paper invoice in their hand."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from adapters.sandbox.mailbox import Letter, Mailbox, MailReceiver
from gateway import background
from gateway.models import AuditEvent, Registration, Staff
from gateway.registration import service
from tests.gateway.conftest import FreshDatabase
from tests.gateway.pages.reading import words
from tests.stack import NOON, Stack, stack

MARK = "Zenobia Przykładna-Marker"
EMAIL = "zenobia.marker@poczta.example"


class Office:
    """What the tests do over and over: type, read mail, decide."""

    def __init__(self, made: Stack, mailbox: Mailbox, staff_id: int) -> None:
        self.stack = made
        self._mailbox = mailbox
        self.portal = made.portal
        self.clerk = {"staff_login": "bok", "staff_id": staff_id, "network": "192.0.2.9"}

    def paper(self, of: str = "100001", /, **other: str) -> dict[str, str]:
        """A form filled in from a customer's newest invoice."""
        invoice = self.portal.erp.invoices(of)[0]
        typed = {
            "customer_no": of,
            "invoice_no": invoice.invoice_no,
            "gross": f"{invoice.gross:.2f} zł".replace(".", ","),
            "kind": "person",
            "name": MARK,
            "email": EMAIL,
            "phone": "+48 600 000 123",
            "terms": "1",
            "privacy": "1",
        }
        return {**typed, **other}

    def send(self, client: FlaskClient, path: str, data: dict[str, str]) -> TestResponse:
        """Fill in the form at a path as a browser does, hidden fields included."""
        return client.post(path, data={**hidden(client.get(path).text), **data})

    def register(self, **other: str) -> str:
        """A visitor sends the form; the ``public_id`` of what came of it."""
        answer = self.send(self.stack.client(), "/rejestracja", self.paper(**other))
        assert answer.status_code == 303, words(answer)
        assert answer.location == "/rejestracja/przyjeta"
        return self.rows()[-1].public_id

    def proved(self, **other: str) -> str:
        """The same, and the link of the mail used, and the ERP asked."""
        public_id = self.register(**other)
        self.prove()
        return public_id

    def confirm(self, public_id: str) -> None:
        """A clerk looks at it and says yes."""
        service.confirm(self.portal, public_id, seen=service.get(self.portal, public_id).mark, **self.clerk)

    def prove(self) -> None:
        """Use the link of the newest mail."""
        self.work()
        page = self.stack.client()
        link = self.link()
        answer = page.post("/rejestracja/potwierdz", data=hidden(page.get(link).text))
        assert answer.location == "/rejestracja/potwierdzono", words(answer)
        self.work()

    def work(self) -> None:
        background.run_once(self.portal)

    def mail(self) -> list[Letter]:
        return self._mailbox.read()

    def link(self) -> str:
        """The address in the newest mail, without its host."""
        found = re.findall(r"https?://[^/\s]+(/rejestracja/\S+)", self.mail()[-1].text)
        assert found, self.mail()[-1].text
        return str(found[-1])

    def rows(self) -> list[Any]:
        with self.portal.database.reading() as connection:
            return list(connection.execute(select(Registration.__table__).order_by(Registration.id)))

    def actions(self) -> list[str]:
        with self.portal.database.reading() as connection:
            query = select(AuditEvent.action).where(AuditEvent.action.like("registration.%")).order_by(AuditEvent.id)
            return list(connection.execute(query).scalars())

    def waiting(self) -> dict[str, service.Waiting]:
        return {each.public_id: each for each in service.waiting(self.portal)}


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's last form but those of the logout."""
    fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return dict(fields)


@pytest.fixture(params=["soap", "rest"])
def office(request: pytest.FixtureRequest, fresh_database: FreshDatabase, tmp_path: Any) -> Iterator[Office]:
    mailbox = Mailbox()
    receiver = MailReceiver(mailbox).start()
    settings = {"CACHE__SECONDS": "0", "GUARD__BREAKER_OPEN_SECONDS": "0", "SECURITY__REGISTRATIONS_FREE": "1000"}
    settings |= {"MAIL__HOST": "127.0.0.1", "MAIL__SECURITY": "none", "MAIL__PORT": str(receiver.port)}
    try:
        with fresh_database() as where, stack(tmp_path, face=request.param, **settings, **where) as made:
            yield Office(made, mailbox, _clerk(made))
    finally:
        receiver.stop()


def _clerk(made: Stack) -> int:
    values = {"login": "bok", "role": "clerk", "password_hash": "-", "totp_step": 0, "created_at": NOON}
    with made.portal.database.transaction() as connection:
        key: Any = connection.execute(insert(Staff).values(values)).inserted_primary_key
        return int(key[0])
