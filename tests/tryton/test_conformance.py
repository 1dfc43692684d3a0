"""The reading half of the conformance suite over a real ERP that nobody here wrote."""

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.limits import Limits
from adapters.rest import RestAdapter
from adapters.testing import ConformanceSuite, Facts, KnownCustomer
from tests.tryton import world
from tests.tryton.server import TrytonServer
from tests.tryton.truth import Truth

CHOSEN = (world.CORRECTED, world.TWO_INSTALMENTS, world.REVERSED_PAYMENT, world.LATE_BOOKING)


@pytest.fixture(scope="module")
def over_rest(tryton: TrytonServer) -> Iterator[RestAdapter]:
    options = {"mapping": "tryton", "url": tryton.url, "token": tryton.key}
    patient = Limits(read_seconds=30, total_seconds=60)  # it shares the machine with all the other tests
    made = RestAdapter.from_settings(options, limits=patient)
    yield made
    made.close()


@pytest.fixture(scope="module")
def what_tryton_says(truth: Truth) -> Facts:
    """Facts from Tryton's own interface."""
    customers = []
    for person in (each for code in CHOSEN for each in world.PEOPLE if each.code == code):
        invoices = truth.invoices(person.code)
        some = invoices[len(invoices) // 2]
        customers.append(
            KnownCustomer(
                person.code,
                name=person.name,
                contracts=person.points,
                invoices=len(invoices),
                amount_now=truth.receivable(person.code),
                invoice={
                    "invoice_no": some.number,
                    "invoice_ref": str(some.id),
                    "issued_on": some.day.isoformat(),
                    "gross": f"{some.total:.2f}",
                    "outstanding": f"{some.to_pay:.2f}",
                    "payment_account": person.account,
                },
            )
        )
    return Facts(tuple(customers), unknown_customer_no="999999", without_invoices=world.NO_INVOICES)


@pytest.mark.tryton
class TestTryton(ConformanceSuite):
    @pytest.fixture
    def adapter(self, over_rest: RestAdapter) -> RestAdapter:
        return over_rest

    @pytest.fixture
    def facts(self, what_tryton_says: Facts) -> Facts:
        return what_tryton_says

    @pytest.fixture
    def today(self) -> date:
        """The day after the last of the history, so that the answers do not hang on when the tests run."""
        return world.LAST_DAY.replace(month=11, day=1)
