"""The fixtures that the parts of the suite share; an adapter's author overrides the first two or three."""

from datetime import date

import pytest

from adapters.base import Adapter
from adapters.capabilities import Capability
from adapters.clock import SystemClock, local_day
from adapters.testing.facts import Facts
from adapters.testing.inbox import Inbox
from adapters.testing.world import World
from schemas import Basis, Invoice

ODD = ("0", "'", "a/b", "../x", "%2e%2e", "ŻÓŁW-1", "<x>", "{customer_no}", "1 OR 1=1", "x" * 400)


class Given:
    """What every test starts from."""

    @pytest.fixture
    def adapter(self) -> Adapter:
        """Override: the adapter to be tested; one that is slow to make comes from a fixture of your module."""
        pytest.fail("override the fixture `adapter`: return the adapter to be tested")

    @pytest.fixture
    def facts(self) -> Facts:
        """Override: what you know of some customers of your back end."""
        pytest.fail("override the fixture `facts`: return adapters.testing.Facts about your back end")

    @pytest.fixture
    def world(self) -> World | None:
        """Override where tests may book on the back end and set its clock; without it those tests are skipped."""
        return None

    @pytest.fixture
    def inbox(self, world: World | None) -> Inbox | None:
        """Override where tests may write and `world` is not the one who sees what arrives; by default it is, if it can.

        Without it nothing is written, unless ``facts.writing`` allows it; then only what the adapter itself shows
        can be compared.
        """
        return world if isinstance(world, Inbox) else None

    @pytest.fixture
    def steered(self, world: World | None) -> World:
        """The world, for tests that cannot do without."""
        if world is None:
            pytest.skip("no `world` was given: nothing can be booked on this back end")
        return world

    @pytest.fixture
    def today(self, world: World | None) -> date:
        """The day to ask with."""
        return local_day(world.now() if world is not None else SystemClock().now())

    @pytest.fixture
    def keeps_the_rule(self, adapter: Adapter) -> None:
        """Skips where the ERP can give nothing but the balance of the moment."""
        if adapter.basis is Basis.LIVE:
            pytest.skip("basis `live`: this back end cannot keep the next-day rule, and says so")

    @pytest.fixture
    def has_ledger(self, adapter: Adapter) -> None:
        """Skips where the adapter lists no entries."""
        if Capability.LEDGER not in adapter.capabilities:
            pytest.skip("the adapter does not declare Capability.LEDGER")

    @pytest.fixture
    def has_documents(self, adapter: Adapter) -> None:
        """Skips where the adapter has no documents."""
        if Capability.DOCUMENT not in adapter.capabilities:
            pytest.skip("the adapter does not declare Capability.DOCUMENT")


def needs(adapter: Adapter, capability: Capability) -> None:
    """Skips where the adapter does not offer something."""
    if capability not in adapter.capabilities:
        pytest.skip(f"the adapter does not declare Capability.{capability.name}")


def meter_numbers(adapter: Adapter, customer_no: str) -> list[str]:
    """The customer's meters, from wherever the adapter has them."""
    if Capability.METERS in adapter.capabilities:
        return [each.meter_no for each in adapter.meters(customer_no)]
    points = [point for contract in adapter.contracts(customer_no) for point in contract.supply_points]
    return sorted({meter.meter_no for point in points for meter in point.meters})


def some_invoices(adapter: Adapter, customer_no: str) -> list[Invoice]:
    """The invoices of a customer who must have some."""
    found = adapter.invoices(customer_no)
    assert found, "a customer named in `facts.customers` has no invoice: choose one who has"
    return found


def an_invoice_with_document(adapter: Adapter, customer_no: str) -> Invoice:
    """An invoice whose document can be asked for."""
    for invoice in some_invoices(adapter, customer_no):
        if invoice.has_document:
            return invoice
    pytest.skip("no invoice of this customer has a document")
