"""The whole Przelewy24 cycle over HTTP with the sandbox's simulator, which signs in code of its own."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.clock import SetClock
from adapters.errors import AdapterError, BadData, Rejected, Unavailable
from adapters.limits import Limits
from adapters.payments import Forged, Standing, Stands
from adapters.payments.przelewy24 import Przelewy24
from adapters.sandbox.faults import Fault, FaultKind
from adapters.sandbox.server import SandboxServer
from tests.adapters.payments.given import AMOUNT, ORDER
from tests.adapters.sandbox.shop import Shop, shop_at

LIMITS = Limits(connect_seconds=0.5, read_seconds=0.5, total_seconds=1, submission_seconds=1, answer_bytes=64 * 1024)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxServer]:
    with SandboxServer(clock=SetClock(datetime(2026, 3, 10, 11, tzinfo=UTC))) as server:
        yield server


@pytest.fixture(scope="module")
def shop(sandbox: SandboxServer) -> Iterator[Shop]:
    with shop_at(sandbox.url) as one:
        yield one


@pytest.fixture(scope="module")
def operator(sandbox: SandboxServer) -> Przelewy24:
    options = {"merchant_id": 100001, "api_key": "sandbox-p24-key", "crc": "sandbox-p24-crc"}
    return Przelewy24.from_settings({**options, "url": f"{sandbox.url}/p24"}, limits=LIMITS)


def asked(operator: Przelewy24, reference: str, amount: Decimal = AMOUNT) -> Standing:
    return operator.ask(reference, operator_ref="", amount=amount, currency="PLN")


def test_paying_is_notified_and_asking_verifies_it(operator: Przelewy24, shop: Shop, sandbox: SandboxServer) -> None:
    reference = "11111111-0000-4000-8000-000000000001"
    begun = operator.start(replace(ORDER, reference=reference, notify_url=shop.notify_url))
    assert begun.redirect_url.startswith(f"{sandbox.url}/p24/trnRequest/")
    assert asked(operator, reference).stands is Stands.OPEN
    page = shop.session.get(begun.redirect_url, timeout=20)
    assert "123,45" in page.text
    button = "zaplac"
    assert button in page.text
    shop.press(begun.redirect_url, button)
    body = shop.told.get(timeout=20)
    notice = operator.notice({}, body)
    assert notice.reference == reference
    with pytest.raises(Forged):
        operator.notice({}, body.replace(b"12345", b"12346"))
    assert shop.status(reference)["status"] == 1
    assert asked(operator, reference, Decimal("123.46")).stands is Stands.PENDING
    assert shop.status(reference)["status"] == 1
    assert asked(operator, reference) == Standing(reference, Stands.PAID, notice.operator_ref, AMOUNT, "PLN")
    assert shop.status(reference)["status"] == 2
    assert asked(operator, reference).stands is Stands.PAID


def test_a_reference_is_taken_once(operator: Przelewy24) -> None:
    once = replace(ORDER, reference="11111111-0000-4000-8000-000000000002")
    operator.start(once)
    with pytest.raises(Rejected):
        operator.start(once)


FAULTS: dict[FaultKind, type[AdapterError] | None] = {
    FaultKind.HANG: Unavailable,
    FaultKind.RESET: Unavailable,
    FaultKind.RESET_AFTER_BODY: Unavailable,
    FaultKind.ACCEPTED_BUT_NO_ANSWER: Unavailable,
    FaultKind.BUSY: Unavailable,
    FaultKind.DRIP: Unavailable,
    FaultKind.TRUNCATE: Unavailable,
    FaultKind.HTML_200: Unavailable,
    FaultKind.HTML_500: Unavailable,
    FaultKind.SOAP_FAULT_UNKNOWN: Unavailable,
    FaultKind.REDIRECT: Unavailable,
    FaultKind.TOO_LARGE: BadData,
    FaultKind.MISSING_FIELD: BadData,
    FaultKind.EXTRA_FIELD: None,
}


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_while_registering_leaves_it_open_whether_p24_has_the_order(
    operator: Przelewy24, sandbox: SandboxServer, kind: FaultKind
) -> None:
    order = replace(ORDER, reference=f"22222222-{list(FAULTS).index(kind)}")
    sandbox.faults.put(Fault("p24_register", kind, 1))
    error = FAULTS[kind]
    if error is None:
        operator.start(order)
        return
    with pytest.raises(error) as caught:
        operator.start(order)
    assert not isinstance(caught.value, Rejected)
    if isinstance(caught.value, Unavailable):
        assert caught.value.sent
    assert asked(operator, order.reference).stands is Stands.OPEN
