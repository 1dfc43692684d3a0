"""The conformance suite: what every adapter must pass, ours included. The only part of ``adapters`` that needs pytest.

Subclass ``ConformanceSuite`` in a test file of yours, override its fixtures, and run pytest::

    class TestMyAdapter(ConformanceSuite):
        @pytest.fixture
        def adapter(self):
            return MyAdapter(...)

        @pytest.fixture
        def facts(self):
            return Facts(customers=(KnownCustomer("100234"), KnownCustomer("100777")), unknown_customer_no="999999")

``run`` does the same without a test file.
"""

import pytest

# Before they are imported, so that a failed assertion says what was compared, as in one's own tests.
pytest.register_assert_rewrite(
    *(
        f"adapters.testing.{part}"
        for part in (
            *("balances", "cases", "customers", "documents", "history", "invoices", "meters", "midnights"),
            *("recognition", "sending", "statements", "threads"),
        )
    )
)

from adapters.testing.check import run  # noqa: E402 (after the line above)
from adapters.testing.facts import Facts, KnownCustomer, read_facts  # noqa: E402
from adapters.testing.inbox import Inbox, Received  # noqa: E402
from adapters.testing.suite import ConformanceSuite, ReadingSuite, WritingSuite  # noqa: E402
from adapters.testing.world import World  # noqa: E402
from adapters.testing.writing import Writing  # noqa: E402

__all__ = [
    "ConformanceSuite",
    "Facts",
    "Inbox",
    "KnownCustomer",
    "ReadingSuite",
    "Received",
    "World",
    "Writing",
    "WritingSuite",
    "read_facts",
    "run",
]
