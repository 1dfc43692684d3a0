"""The sandbox says the same whichever way it is asked: directly, over SOAP, over REST."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.base import Adapter
from adapters.limits import Limits
from adapters.rest import RestAdapter
from adapters.sandbox.direct import SandboxAdapter
from adapters.soap import SoapAdapter
from schemas import Basis
from tests.adapters.testing.sandbox_world import START, SandboxWorld

TODAY = START.date()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxWorld]:
    world = SandboxWorld()
    for number in ("100001", "200003"):
        world.book_payment(number, Decimal("50.00"), value_on=date(2026, 3, 13))
        world.issue_invoice(number, Decimal("70.00"), due_on=date(2026, 4, 20), issued_on=date(2026, 4, 1))
        world.issue_invoice(number, Decimal("-5.00"), due_on=date(2026, 4, 3))
    yield world
    world.close()


@pytest.fixture(scope="module")
def ways(sandbox: SandboxWorld) -> Iterator[dict[str, Adapter]]:
    limits = Limits(total_seconds=30, read_seconds=20)
    ways: dict[str, Adapter] = {
        "directly": SandboxAdapter(sandbox.server.world, basis=Basis.AS_OF),
        "soap": SoapAdapter.from_settings({"url": f"{sandbox.url}/soap", "mapping": "sandbox_soap"}, limits=limits),
        "rest": RestAdapter.from_settings({"url": sandbox.url, "mapping": "sandbox_rest"}, limits=limits),
    }
    yield ways
    for way in ways.values():
        way.close()


@pytest.mark.parametrize("customer_no", ["100001", "100104", "100201", "100301", *map(str, range(200001, 200031))])
def test_every_way_gives_the_same_records(ways: dict[str, Adapter], customer_no: str) -> None:
    answers = {
        name: (
            way.customer(customer_no),
            way.contracts(customer_no),
            way.invoices(customer_no),
            *(
                replace(way.balance(customer_no, today=day), basis=Basis.LEDGER)
                for day in (TODAY - timedelta(days=40), TODAY, TODAY + timedelta(days=1))
            ),
            way.statement(customer_no, today=TODAY, since=TODAY - timedelta(days=400)),
        )
        for name, way in ways.items()
    }
    assert answers["soap"] == answers["directly"]
    assert answers["rest"] == answers["directly"]


def test_every_way_gives_the_same_bytes(ways: dict[str, Adapter]) -> None:
    contents = set()
    for way in ways.values():
        document = way.document(way.invoices("100001")[3])
        contents.add(b"".join(document.chunks))
        document.close()
    assert len(contents) == 1


def test_midnight_is_the_same_for_all(ways: dict[str, Adapter], sandbox: SandboxWorld) -> None:
    sandbox.set_now(datetime.fromisoformat("2026-03-29T00:30:00+01:00"))
    sandbox.book_payment("100001", Decimal("3.00"))
    sandbox.set_now(datetime.fromisoformat("2026-03-29T03:30:00+02:00"))
    sandbox.book_payment("100001", Decimal("4.00"))
    for day in (date(2026, 3, 29), date(2026, 3, 30)):
        balances = [way.balance("100001", today=day) for way in ways.values()]
        assert len({(each.amount, each.pending) for each in balances}) == 1
