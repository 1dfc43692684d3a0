"""The adapter in process keeps the rule, on whichever basis it looks at the world."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from adapters.clock import SetClock, local_day
from adapters.errors import NotFound
from adapters.sandbox.direct import SandboxAdapter
from adapters.sandbox.register import ANNA, LARGEST, MANAGED, NEWCOMER, OTHERS
from adapters.sandbox.world import World
from schemas import Basis, ContractSchema, CustomerSchema, InvoiceSchema
from tests.adapters.sandbox.conftest import BASE_DAY

BASES = [Basis.LEDGER, Basis.AS_OF, Basis.LIVE_LESS_TODAY]


@pytest.mark.parametrize("basis", BASES)
def test_the_balance_counts_what_was_posted_before_today(basis: Basis, world: World) -> None:
    adapter = SandboxAdapter(world, basis=basis)
    for number in (ANNA, *MANAGED, NEWCOMER, LARGEST, *OTHERS[:15]):
        books = world.account(number).books
        balance = adapter.balance(number, today=BASE_DAY)
        counted = [each.amount for each in books.postings if each.posted_on < BASE_DAY]
        assert balance.amount == sum(counted, Decimal("0.00"))
        assert balance.pending is not None
        assert balance.amount + sum(each.amount for each in balance.pending) == books.balance


@pytest.mark.parametrize("basis", BASES)
def test_what_is_booked_at_midnight_counts_a_day_later(basis: Basis) -> None:
    clock = SetClock(datetime(2026, 3, 28, 22, 59, 59, tzinfo=UTC))
    world = World(clock=clock)
    adapter = SandboxAdapter(world, basis=basis)
    world.book_payment(NEWCOMER, Decimal("10.00"))
    clock.advance(1)
    world.book_payment(NEWCOMER, Decimal("-10.00"))
    today = local_day(clock.now())
    balance = adapter.balance(NEWCOMER, today=today)
    assert (balance.amount, balance.as_of) == (Decimal("-10.00"), today - timedelta(days=1))
    assert [each.amount for each in balance.pending or ()] == [Decimal("10.00")]


def test_its_records_pass_their_schemas(world: World) -> None:
    adapter = SandboxAdapter(world)
    for number in (ANNA, MANAGED[0], NEWCOMER, *OTHERS[:15]):
        CustomerSchema().load(CustomerSchema().dump(adapter.customer(number)))
        for contract in adapter.contracts(number):
            assert ContractSchema().load(ContractSchema().dump(contract)) == contract
        for invoice in adapter.invoices(number):
            assert InvoiceSchema().load(InvoiceSchema().dump(invoice)) == invoice


def test_a_document_comes_with_its_owner_and_size(world: World) -> None:
    adapter = SandboxAdapter(world)
    invoice = adapter.invoices(ANNA)[0]
    document = adapter.document(invoice)
    assert (document.customer_no, document.size) == (ANNA, len(b"".join(document.chunks)))


def test_who_and_what_is_not_there_is_not_found(world: World) -> None:
    adapter = SandboxAdapter(world)
    theirs = adapter.invoices(ANNA)[0].invoice_ref
    with pytest.raises(NotFound):
        adapter.customer("999999")
    with pytest.raises(NotFound):
        adapter.invoice(MANAGED[0], theirs)
