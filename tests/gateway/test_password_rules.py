"""Which passwords are refused, and that long and unusual ones are not, whatever they are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.password_rules import Weakness, weakness

AROUND = ("anna.kowalska@poczta.example", "Anna Kowalska", "Wodociągi Przykładowo")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", Weakness.SHORT),
        ("x" * 129, Weakness.LONG),
        ("Haslo1234567!", Weakness.COMMON),
        ("Hasło-hasło-12", Weakness.CONTEXT),
        ("haslohaslohaslo", Weakness.COMMON),
        ("P@ssw0rd12345", Weakness.COMMON),
        ("aaaaaaaaaaaaaa", Weakness.COMMON),
        ("qwertyuiopas", Weakness.COMMON),
        ("09876543210987", Weakness.COMMON),
        ("Kowalska-2026!!", Weakness.CONTEXT),
        ("k0w4lsk4-ann4-1", Weakness.CONTEXT),
        ("ebok.Przykładowo.1", Weakness.CONTEXT),
        ("zielony parasol nad Wisłą", None),
        ("x7Fq!9 2kLm#pZ", None),
        ("Жовтий човен пливе", None),
        ("ebok-tajna-rzeka-94", None),
    ],
)
def test_what_is_easy_to_guess_is_refused(password: str, why: Weakness | None) -> None:
    assert weakness(password, AROUND) == why


@given(st.text(max_size=140))
def test_any_text_gets_an_answer_and_length_decides_first(password: str) -> None:
    found = weakness(password, AROUND)
    assert (found is Weakness.SHORT) == (len(password) < 12)
    assert (found is Weakness.LONG) == (len(password) > 128)
