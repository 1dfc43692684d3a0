"""What docs/adapters.md shows is what the tests run."""

import re
from pathlib import Path

import pytest

from adapters import errors
from adapters.errors import Misconfigured
from adapters.testing import read_facts

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
EXAMPLE = Path(__file__).with_name("dict_adapter.py").read_text(encoding="utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_example_is_the_adapter_that_passes_the_suite() -> None:
    assert _blocks("python")[0] == EXAMPLE
    assert len(EXAMPLE.splitlines()) < 100


def test_every_error_is_explained() -> None:
    family = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert explained == family - {"AdapterError"}


def test_the_facts_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(_blocks("toml")[0], encoding="utf-8")
    facts = read_facts(file)
    assert [each.customer_no for each in facts.customers] == ["100234", "100777"]


def test_every_mistake_in_the_facts_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(
        """
        unknown = "9"
        [[customers]]
        customer_no = ""
        amount_now = 64.80
        [[customers]]
        customer_no = "100777"
        contracts = "2"
        invoice = { gross = "1.00" }
        [[customers]]
        customer_no = "100778"
        invoice = { invoice_no = "FV/1", gross = 1.5, colour = "red" }
        """,
        encoding="utf-8",
    )
    with pytest.raises(Misconfigured) as raised:
        read_facts(file)
    named = [mistake.removeprefix(f"{file}: ").partition(": expected")[0] for mistake in raised.value.mistakes]
    assert named == [
        "unknown",
        "customers 1: customer_no",
        "customers 1: amount_now",
        "customers 2: contracts",
        "customers 2: invoice",
        "customers 3: invoice.gross",
        "customers 3: invoice.colour",
        "unknown_customer_no",
    ]
