"""Adapters are found by name, exactly, or the start fails saying what there is."""

import pytest

from adapters import registry
from adapters.errors import Misconfigured


@pytest.mark.parametrize("name", ["soap", "rest"])
def test_the_built_in_ones_are_found(name: str) -> None:
    assert registry.load(name).name == name


def test_a_path_to_a_class_is_taken_as_it_is() -> None:
    assert registry.load("adapters.rest:RestAdapter") is registry.load("rest")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sope", "expected one of rest, soap"),
        ("", "expected one of rest, soap"),
        ("no_such_module:Thing", "could not be loaded"),
        ("adapters.rest:Nothing", "could not be loaded"),
        (":", "could not be loaded"),
        (".adapters:Thing", "could not be loaded"),
        ("adapters.base:Adapter", "not complete; it lacks _contracts, _customer, _invoices"),
        ("adapters.clock:SystemClock", "not a subclass"),
        ("adapters.clock:local_day", "not a subclass"),
    ],
)
def test_a_wrong_name_stops_the_start_and_lists_the_right_ones(name: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        registry.load(name)
