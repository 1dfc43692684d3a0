"""Payments over SQLite and over PostgreSQL."""

from collections.abc import Iterator

import pytest

from tests.gateway.payments.books import invoice
from tests.gateway.payments.till import Till, till
from tests.postgres import postgres_url


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def till_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('payments')}/portal.sqlite"
        return
    with postgres_url() as url:
        yield url


@pytest.fixture
def here(till_url: str) -> Iterator[Till]:
    with till(till_url) as made:
        made.empty()
        made.books.invoices["100001"] = [invoice("F1"), invoice("F2", outstanding="20.00")]
        yield made
