"""The suite in one class, which an adapter's author subclasses, and the half of it that only asks."""

from adapters.testing.balances import Balances
from adapters.testing.cases import CaseDocuments, Cases, Offers
from adapters.testing.customers import Contracts, ContractWithThePortal, Customers
from adapters.testing.documents import Documents
from adapters.testing.history import History, LiveFigures
from adapters.testing.invoices import Invoices
from adapters.testing.meters import Meters, Readings
from adapters.testing.recognition import Deduplicates, Findable, Unrecognised
from adapters.testing.sending import Afterwards, Sending
from adapters.testing.statements import Statements
from adapters.testing.threads import Threads


class ReadingSuite(
    Threads,
    LiveFigures,
    History,
    Offers,
    CaseDocuments,
    Cases,
    Readings,
    Meters,
    Balances,
    Statements,
    Documents,
    Invoices,
    Contracts,
    Customers,
    ContractWithThePortal,  # pytest runs the last one first
):
    """What every adapter must pass; it writes nothing but what it books through ``world``."""


class WritingSuite(Unrecognised, Findable, Deduplicates, Afterwards, Sending):
    """What an adapter must pass that accepts something; skipped unless an ``inbox`` or ``facts.writing`` was given."""


class ConformanceSuite(WritingSuite, ReadingSuite):
    """Override ``adapter`` and ``facts``, and ``world`` where your back end can be told to book; not the tests.

    Where things may be sent to the back end, let ``world`` have the methods of ``Inbox`` too, or override ``inbox``.
    """
