"""The adapter in front of the sandbox: what it reads, and every fault on every operation."""

import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from adapters.clock import SetClock, local_midnight
from adapters.errors import BadData, NotFound, OwnerMismatch, Rejected, Unavailable
from adapters.limits import Limits
from adapters.sandbox.direct import SandboxAdapter
from adapters.sandbox.faults import Fault, FaultKind
from adapters.sandbox.register import ANNA, LARGEST, NEWCOMER
from adapters.sandbox.server import SandboxServer
from adapters.soap import SoapAdapter
from schemas import Invoice
from tests.adapters.soap.erp import adapter_at

TODAY = date(2026, 3, 29)
STRANGER = "999999"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(local_midnight(TODAY))) as server:
        yield server


@pytest.fixture(scope="module")
def adapter(sandbox: SandboxServer) -> Iterator[SoapAdapter]:
    patient = Limits(read_seconds=20, total_seconds=30)
    with adapter_at(f"{sandbox.url}/soap", limits=patient) as opened:
        opened.ping()
        yield opened


@pytest.fixture(scope="module")
def hurried(sandbox: SandboxServer) -> Iterator[SoapAdapter]:
    """One that soon gives up, for the faults."""
    with adapter_at(f"{sandbox.url}/soap") as opened:
        yield opened


@pytest.fixture(scope="module")
def an_invoice(adapter: SoapAdapter) -> Invoice:
    """One of Anna's invoices, asked for before any fault begins."""
    return adapter.invoices(ANNA)[0]


@pytest.fixture(autouse=True)
def _lift_faults(an_invoice: Invoice, sandbox: SandboxServer) -> Iterator[None]:
    yield
    sandbox.faults.clear()


def read_document(adapter: SoapAdapter, invoice: Invoice) -> bytes:
    opened = adapter.document(invoice)
    try:
        return b"".join(opened.chunks)
    finally:
        opened.close()


ASKS: dict[str, Callable[[SoapAdapter, Invoice], object]] = {
    "customer": lambda adapter, invoice: adapter.customer(ANNA),
    "contracts": lambda adapter, invoice: adapter.contracts(ANNA),
    "invoices": lambda adapter, invoice: adapter.invoices(ANNA),
    "invoice": lambda adapter, invoice: adapter.invoice(ANNA, invoice.invoice_ref),
    "document": read_document,
    "ledger": lambda adapter, invoice: adapter.statement(ANNA, today=TODAY),
    "balance_on": lambda adapter, invoice: adapter._balance_on(ANNA, TODAY),
}
FAULTS: dict[FaultKind, tuple[type[Exception], ...]] = {
    FaultKind.HANG: (Unavailable,),
    FaultKind.DRIP: (Unavailable,),
    FaultKind.DRIP_HEADERS: (Unavailable,),
    FaultKind.RESET: (Unavailable,),
    FaultKind.TRUNCATE: (Unavailable, BadData),
    FaultKind.HTML_200: (Unavailable,),
    FaultKind.HTML_500: (Unavailable,),
    FaultKind.SOAP_FAULT_BUSINESS: (Rejected,),
    FaultKind.SOAP_FAULT_UNKNOWN: (Unavailable,),
    FaultKind.REDIRECT: (Unavailable,),
    FaultKind.DTD: (BadData,),
    FaultKind.MISSING_FIELD: (BadData,),
    FaultKind.FOREIGN_OWNER: (OwnerMismatch,),
    FaultKind.TOO_LARGE: (BadData, Unavailable),
    FaultKind.UNAUTHORIZED: (Unavailable,),
}


@pytest.mark.parametrize("operation", ASKS)
@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_is_one_of_our_errors_in_time(
    sandbox: SandboxServer, hurried: SoapAdapter, an_invoice: Invoice, operation: str, kind: FaultKind
) -> None:
    sandbox.faults.put(Fault(operation, kind))
    started = time.monotonic()
    with pytest.raises(FAULTS[kind]) as caught:
        ASKS[operation](hurried, an_invoice)
    assert time.monotonic() - started < 4
    assert ANNA not in str(caught.value)


@pytest.mark.parametrize("operation", ASKS)
def test_added_elements_change_nothing(
    sandbox: SandboxServer, adapter: SoapAdapter, an_invoice: Invoice, operation: str
) -> None:
    plain = ASKS[operation](adapter, an_invoice)
    sandbox.faults.put(Fault(operation, FaultKind.EXTRA_FIELD))
    assert ASKS[operation](adapter, an_invoice) == plain


def test_a_stopped_server_is_unavailable_and_nothing_was_sent() -> None:
    with SandboxServer() as server:
        url = server.url
    with adapter_at(f"{url}/soap") as adapter, pytest.raises(Unavailable) as caught:
        adapter.customer(ANNA)
    assert not caught.value.sent


@pytest.mark.parametrize("operation", ["customer", "contracts", "invoices", "statement"])
def test_a_stranger_is_not_found(adapter: SoapAdapter, operation: str) -> None:
    ask = getattr(adapter, operation)
    with pytest.raises(NotFound):
        ask(STRANGER, today=TODAY) if operation == "statement" else ask(STRANGER)


def test_an_invented_invoice_is_not_found(adapter: SoapAdapter) -> None:
    with pytest.raises(NotFound):
        adapter.invoice(ANNA, "1")


@pytest.mark.parametrize("customer_no", [ANNA, NEWCOMER, "200003", "200013"])
def test_it_reads_what_the_sandbox_has(sandbox: SandboxServer, adapter: SoapAdapter, customer_no: str) -> None:
    direct = SandboxAdapter(sandbox.world)
    assert adapter.customer(customer_no) == direct.customer(customer_no)
    assert adapter.contracts(customer_no) == direct.contracts(customer_no)
    assert adapter.invoices(customer_no) == direct.invoices(customer_no)
    assert adapter.balance(customer_no, today=TODAY).amount == direct.balance(customer_no, today=TODAY).amount
    assert adapter.statement(customer_no, today=TODAY) == direct.statement(customer_no, today=TODAY)


def test_a_long_list_streams_as_it_is_read_whole(adapter: SoapAdapter) -> None:
    assert sorted(adapter.iter_invoices(LARGEST), key=repr) == sorted(adapter.invoices(LARGEST), key=repr)


@pytest.mark.parametrize("kind", FAULTS)
def test_each_fault_ends_a_stream_too(sandbox: SandboxServer, hurried: SoapAdapter, kind: FaultKind) -> None:
    sandbox.faults.put(Fault("invoices", kind))
    started = time.monotonic()
    with pytest.raises(FAULTS[kind]):
        list(hurried.iter_invoices(ANNA))
    assert time.monotonic() - started < 4


def test_the_user_and_password_go_with_each_call() -> None:
    with SandboxServer(auth=("ebok", "sandbox")) as server:
        with adapter_at(f"{server.url}/soap", username="ebok", password="sandbox") as adapter:
            assert adapter.customer(ANNA).customer_no == ANNA
        with adapter_at(f"{server.url}/soap", username="ebok", password="wrong") as adapter, pytest.raises(Unavailable):
            adapter.customer(ANNA)
