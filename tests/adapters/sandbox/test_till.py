"""What payment operators have taken comes into the books: once, under our reference, for the bills that it names."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.base import Adapter
from adapters.clock import SetClock
from adapters.errors import Rejected
from adapters.sandbox.direct import SandboxAdapter
from adapters.sandbox.register import ANNA
from adapters.sandbox.server import SandboxServer
from schemas import PaidInvoice, PaymentContent, Submission, SubmissionKind
from tests.adapters.mapping.sent import mapped
from tests.adapters.sandbox.asking import Asking
from tests.adapters.sandbox.conftest import NOON

TODAY = date(2026, 3, 28)


@pytest.fixture(params=["direct", "soap", "rest"])
def adapter(request: pytest.FixtureRequest, sandbox: SandboxServer) -> Iterator[Adapter]:
    if request.param == "direct":
        yield SandboxAdapter(sandbox.world)
        return
    with mapped(request.param, sandbox.url) as opened:
        yield opened


def payment(reference: str, amount: str, **named: str) -> Submission:
    invoices = tuple(PaidInvoice(number.replace("_", "/"), Decimal(part)) for number, part in named.items())
    content = PaymentContent(Decimal(amount), "PLN", TODAY, "p24", "318000001", None, invoices)
    return Submission(reference, SubmissionKind.PAYMENT, ANNA, NOON, content)


def owed(adapter: Adapter) -> dict[str, Decimal]:
    return {each.invoice_no: each.outstanding for each in adapter.invoices(ANNA) if each.outstanding}


def entries(ask: Asking, reference: str) -> list[Any]:
    return [each for each in ask.control("GET", f"customers/{ANNA}/ledger") if each["document_no"] == reference]


def test_a_payment_settles_what_it_names_and_its_rest_the_oldest(adapter: Adapter, ask: Asking) -> None:
    (older, old), (newer, new) = sorted(owed(adapter).items(), key=lambda each: each[0].rpartition("/")[0])
    sent = payment("P-1", str(new + Decimal("1.00")), **{newer.replace("/", "_"): str(new)})
    delivery = adapter.submit(sent)
    assert owed(adapter) == {older: old - Decimal("1.00")}
    (entry,) = entries(ask, "P-1")
    assert (entry["kind"], entry["entry_no"], entry["amount"]) == (
        "payment",
        delivery.case_no,
        str(-sent.content.amount),
    )
    assert (entry["posted_on"], entry["value_on"]) == ("2026-03-28", "2026-03-28")
    assert adapter.submit(sent) == delivery == adapter.find_submission(sent.kind, ANNA, "P-1")
    assert len(entries(ask, "P-1")) == 1
    assert [each.document_no for each in adapter.balance(ANNA, today=TODAY).pending or ()].count("P-1") == 1


def test_a_payment_that_is_booked_days_later_changes_nothing_until_then(
    adapter: Adapter, ask: Asking, sandbox: SandboxServer
) -> None:
    before = owed(adapter)
    ask.control("PUT", "payments", {"book_after_days": 2})
    delivery = adapter.submit(payment("P-2", "10.00"))
    sandbox.clock.set(datetime(2026, 3, 29, 21, 59, 59, tzinfo=UTC))
    assert owed(adapter) == before
    assert entries(ask, "P-2") == []
    sandbox.clock.set(datetime(2026, 3, 29, 22, tzinfo=UTC))
    assert sum(owed(adapter).values()) == sum(before.values()) - 10
    (entry,) = entries(ask, "P-2")
    assert (entry["entry_no"], entry["posted_on"]) == (delivery.case_no, "2026-03-30")


@pytest.mark.parametrize(("amount", "named"), [("-5.00", {}), ("0.00", {}), ("5.00", {"FV_1": "5.01"})], ids=str)
def test_what_is_no_money_is_refused(adapter: Adapter, ask: Asking, amount: str, named: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        adapter.submit(payment("P-3", amount, **named))
    assert entries(ask, "P-3") == []


def test_the_books_are_the_same_after_a_restart(tmp_path: Path) -> None:
    def told(server: SandboxServer) -> Any:
        ask = Asking(server.url)
        try:
            return ask.control("GET", f"customers/{ANNA}/ledger")
        finally:
            ask.close()

    clock = SetClock(NOON)
    with SandboxServer(clock=clock, data=tmp_path / "books") as server:
        server.world.book_payment(ANNA, Decimal("1.00"))
        SandboxAdapter(server.world).submit(payment("P-4", "10.00"))
        server.world.book_payment(ANNA, Decimal("2.00"))
        before = told(server)
    with SandboxServer(clock=clock, data=tmp_path / "books") as server:
        assert sorted(told(server), key=str) == sorted(before, key=str)
