"""Tokens of links: one use, however the same token is spelled."""

import string
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.clock import SetClock
from gateway.database import Database
from gateway.tokens import Purpose, TokenProblem, TokenService

NOON = datetime(2026, 3, 10, 11, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = Database("sqlite:///portal.sqlite", base=tmp_path)
    made.upgrade()
    yield made
    made.engine.dispose()


def other_spellings(token: str) -> list[str]:
    """The same token to a lenient base64: letters that are dropped, and other last letters."""
    start, last = token[:-1], token[-1]
    letters = string.ascii_letters + string.digits + "-_"
    return [token + "!!!!", *(start + each for each in letters if each != last)]


def test_a_used_token_does_not_work_in_another_spelling(database: Database) -> None:
    tokens = TokenService(["for tests only, for tests only, for tests"], SetClock(NOON), timedelta(hours=48))
    token = tokens.make(Purpose.PROVE_EMAIL, "somebody")
    with database.transaction() as connection:
        tokens.consume(Purpose.PROVE_EMAIL, token, connection)
    reasons = []
    for each in other_spellings(token):
        with pytest.raises(TokenProblem) as problem, database.transaction() as connection:
            tokens.consume(Purpose.PROVE_EMAIL, each, connection)
        reasons.append(problem.value.reason)
    assert "used" in reasons, "none of these was a spelling of the same token: this test has shown nothing"
