"""The part of the suite that asks from many threads at once: one instance serves the whole portal."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from adapters.base import Adapter
from adapters.testing.facts import Facts
from adapters.testing.given import Given

_THREADS = 8
_ROUNDS = 3


class Threads(Given):
    def test_many_threads_get_what_one_gets(self, adapter: Adapter, facts: Facts, today: date) -> None:
        """Nobody's answer lands with somebody else. Keep nothing about a call in ``self``; use a session that may be
        shared, or one for each thread."""
        customers = [known.customer_no for known in facts.customers]
        expected = {customer_no: _everything(adapter, customer_no, today) for customer_no in customers}
        start = Barrier(_THREADS)

        def ask(number: int) -> None:
            start.wait(30)
            for turn in range(_ROUNDS):
                customer_no = customers[(number + turn) % len(customers)]
                assert _everything(adapter, customer_no, today) == expected[customer_no]

        with ThreadPoolExecutor(_THREADS) as threads:
            list(threads.map(ask, range(_THREADS)))


def _everything(adapter: Adapter, customer_no: str, today: date) -> list[object]:
    questions: list[Callable[[], object]] = [
        lambda: adapter.customer(customer_no),
        lambda: adapter.contracts(customer_no),
        lambda: adapter.invoices(customer_no),
        lambda: adapter.balance(customer_no, today=today),
    ]
    return [question() for question in questions]
