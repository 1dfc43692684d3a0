"""What docs/adapters.md shows is what the tests run."""

import re
from pathlib import Path

import pytest

from adapters import errors
from adapters.capabilities import Capability, Recognition
from adapters.errors import Misconfigured
from adapters.testing import Inbox, read_facts
from schemas import LetterContent, ReadingContent, SubmissionKind

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
EXAMPLES = [
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("dict_adapter.py", "dict_office.py")
]


def _blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def test_the_examples_are_the_adapters_that_pass_the_suite() -> None:
    assert _blocks("python")[:2] == EXAMPLES
    assert all(len(example.splitlines()) < 100 for example in EXAMPLES)


def test_everything_that_may_be_declared_is_explained() -> None:
    for each in (*Capability, *Recognition):
        assert f"`{type(each).__name__}.{each.name}`" in PAGE


def test_the_inbox_that_is_shown_has_what_one_must_have() -> None:
    shown = next(block for block in _blocks("python") if "def received" in block)
    assert set(re.findall(r"def (\w+)", shown)) == {name for name in vars(Inbox) if not name.startswith("_")}


def test_every_error_is_explained() -> None:
    family = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
    explained = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert explained == family - {"AdapterError"}


def test_the_facts_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "facts.toml"
    file.write_text(_blocks("toml")[0], encoding="utf-8")
    facts = read_facts(file)
    assert [each.customer_no for each in facts.customers] == ["100234", "100777"]
    assert facts.writing is not None
    assert facts.writing.customer_no == "100234"
    assert facts.writing.kinds == {SubmissionKind.READING, SubmissionKind.COMPLAINT}
    assert isinstance(facts.writing.contents[SubmissionKind.COMPLAINT], LetterContent)
    assert isinstance(facts.writing.refused[SubmissionKind.READING], ReadingContent)


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
        meters = "1"
        [writing]
        customer_no = ""
        kinds = ["readings"]
        colour = "red"
        [writing.contents]
        outage = { place = "Rynek" }
        leak = {}
        [writing.refused]
        reading = 1
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
        "customers 3: meters",
        "customers 3: invoice.gross",
        "customers 3: invoice.colour",
        "unknown_customer_no",
        "writing.colour",
        "writing.customer_no",
        "writing.contents.outage.description: Missing data for required field.",
        "writing.contents.leak",
        "writing.refused.reading",
        "writing.kinds",
    ]
