"""Each fault of the sandbox, on each operation: an error of ours within the deadline, or the right answer."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from time import monotonic
from typing import Any

import pytest

from adapters.clock import SetClock, local_day
from adapters.errors import AdapterError, BadData, OwnerMismatch, Rejected, Unavailable
from adapters.limits import Limits
from adapters.rest import RestAdapter
from adapters.sandbox.faults import Fault, FaultKind
from adapters.sandbox.server import SandboxServer

LIMITS = Limits(
    connect_seconds=0.3,
    read_seconds=0.4,
    total_seconds=0.6,
    document_seconds=0.6,
    answer_bytes=2 * 1024 * 1024,
    document_bytes=4 * 1024 * 1024,
)
CUSTOMER = "100001"
OPERATIONS = ("customer", "contracts", "invoices", "invoice", "document", "live", "ledger", "balance_on", "ping")
NOT_FOR_PING = (FaultKind.MISSING_FIELD, FaultKind.FOREIGN_OWNER)
EXPECTED: Mapping[FaultKind, type[AdapterError] | None] = {
    FaultKind.HANG: Unavailable,
    FaultKind.RESET: Unavailable,
    FaultKind.RESET_BEFORE_BODY: Unavailable,
    FaultKind.RESET_AFTER_BODY: Unavailable,
    FaultKind.ACCEPTED_BUT_NO_ANSWER: Unavailable,
    FaultKind.ACCEPTED_LATE: Unavailable,
    FaultKind.BUSY: Unavailable,
    FaultKind.SLOW: None,
    FaultKind.DRIP: Unavailable,
    FaultKind.DRIP_HEADERS: Unavailable,
    FaultKind.TRUNCATE: Unavailable,
    FaultKind.HTML_200: Unavailable,
    FaultKind.HTML_500: Unavailable,
    FaultKind.SOAP_FAULT_BUSINESS: Rejected,
    FaultKind.SOAP_FAULT_UNKNOWN: Unavailable,
    FaultKind.REDIRECT: Unavailable,
    FaultKind.UNAUTHORIZED: Unavailable,
    FaultKind.DTD: Unavailable,
    FaultKind.TOO_LARGE: BadData,
    FaultKind.MISSING_FIELD: BadData,
    FaultKind.EXTRA_FIELD: None,
    FaultKind.FOREIGN_OWNER: OwnerMismatch,
}

Ask = Callable[[], Any]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(datetime(2026, 3, 10, 11, tzinfo=UTC)), auth=("ebok", "sandbox")) as server:
        yield server


@pytest.fixture(scope="module")
def adapter(sandbox: SandboxServer) -> Iterator[RestAdapter]:
    options = {"mapping": "sandbox_rest", "url": sandbox.url, "username": "ebok", "password": "sandbox"}
    adapter = RestAdapter.from_settings(options, limits=LIMITS)
    yield adapter
    adapter.close()


@pytest.fixture(scope="module")
def asks(sandbox: SandboxServer, adapter: RestAdapter) -> Mapping[str, Ask]:
    invoice = adapter.invoices(CUSTOMER)[0]
    today = local_day(sandbox.clock.now())
    return {
        "ping": adapter.ping,
        "customer": lambda: adapter.customer(CUSTOMER),
        "contracts": lambda: adapter.contracts(CUSTOMER),
        "invoices": lambda: adapter.invoices(CUSTOMER),
        "invoice": lambda: adapter.invoice(CUSTOMER, invoice.invoice_ref),
        "document": lambda: b"".join(adapter.document(invoice).chunks),
        "live": lambda: adapter.balance(CUSTOMER, today=today),
        "ledger": lambda: adapter.statement(CUSTOMER, today=today),
        "balance_on": lambda: adapter.statement(CUSTOMER, today=today, since=today),
    }


@pytest.fixture(autouse=True)
def without_faults(sandbox: SandboxServer) -> Iterator[None]:
    yield
    sandbox.faults.clear()


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("kind", list(EXPECTED), ids=lambda kind: kind.value)
def test_a_fault_is_told_in_time_and_by_its_right_name(
    sandbox: SandboxServer, asks: Mapping[str, Ask], kind: FaultKind, operation: str
) -> None:
    if operation == "ping" and kind in NOT_FOR_PING:
        pytest.skip("a ping says nothing of anybody")
    right = asks[operation]()
    sandbox.faults.put(Fault(operation, kind, None, seconds=0.1 if kind is FaultKind.SLOW else None))
    began = monotonic()
    expected = EXPECTED[kind]
    if expected is None:
        assert asks[operation]() == right
    else:
        with pytest.raises(AdapterError) as raised:
            asks[operation]()
        special = {("document", FaultKind.DTD): BadData, ("document", FaultKind.TOO_LARGE): BadData}
        assert type(raised.value) is special.get((operation, kind), expected)
        assert CUSTOMER not in raised.value.detail
    assert monotonic() - began < LIMITS.total_seconds + 0.6
    sandbox.faults.clear()
    assert asks[operation]() == right


def test_an_erp_that_is_down_is_unavailable_and_nothing_was_sent(
    sandbox: SandboxServer, asks: Mapping[str, Ask]
) -> None:
    sandbox.stop()
    try:
        with pytest.raises(Unavailable) as raised:
            asks["customer"]()
        assert raised.value.sent is False
    finally:
        sandbox.start()
    asks["customer"]()


def test_every_fault_of_the_table_is_tried() -> None:
    assert {*EXPECTED, FaultKind.REFUSE_CONNECTION} == {*FaultKind}
