"""The whole suite in one class, which an adapter's author subclasses."""

from adapters.testing.balances import Balances
from adapters.testing.customers import Contracts, ContractWithThePortal, Customers
from adapters.testing.documents import Documents
from adapters.testing.history import History, LiveFigures
from adapters.testing.invoices import Invoices
from adapters.testing.statements import Statements
from adapters.testing.threads import Threads


class ConformanceSuite(
    Threads,
    LiveFigures,
    History,
    Balances,
    Statements,
    Documents,
    Invoices,
    Contracts,
    Customers,
    ContractWithThePortal,  # pytest runs the last one first
):
    """Override ``adapter`` and ``facts``, and ``world`` where your back end can be told to book; not the tests."""
