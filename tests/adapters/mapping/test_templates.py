"""Templates put in what they are given, and nothing that is put in is read as a template again."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.mapping.mistakes import Mistakes
from adapters.mapping.templates import Template, fill_tree, parse, parse_tree

KNOWN = {"customer_no": str, "since": date, "invoice_ref": str}


def read(text: str) -> Template:
    wrong: list[str] = []
    template = parse(text, KNOWN, wrong.append)
    assert not wrong
    return template


@given(st.text(), st.text(), st.text())
@settings(deadline=None)
def test_what_is_put_in_stands_between_what_was_there(before: str, value: str, after: str) -> None:
    def doubled(text: str) -> str:
        return text.replace("{", "{{").replace("}", "}}")

    filled = read(doubled(before) + "{customer_no}" + doubled(after)).fill({"customer_no": value})
    assert filled == before + value + after


@given(st.dates())
@settings(deadline=None)
def test_a_day_is_written_in_its_form_with_all_its_digits(day: date) -> None:
    written = f"{day.year:04}-{day.month:02}-{day.day:02}"
    assert read("{since}").fill({"since": day}) == written
    assert read("{since:%d.%m.%Y}").fill({"since": day}) == ".".join(reversed(written.split("-")))
    assert read("{since:%Y%m%d}T").fill({"since": day}) == written.replace("-", "") + "T"


def test_a_day_begins_in_utc_an_hour_or_two_earlier() -> None:
    for day, begins in ((date(2026, 3, 29), "2026-03-28T23:00:00Z"), (date(2026, 3, 30), "2026-03-29T22:00:00Z")):
        assert read("{since:utc}").fill({"since": day}) == begins


def test_what_has_no_value_is_left_out_of_tables() -> None:
    tree = parse_tree({"a": "{since}", "b": {"c": "{customer_no}"}, "d": [1, "x"]}, KNOWN, "k", Mistakes("f"))
    assert fill_tree(tree, {"customer_no": "1", "since": None}) == {"b": {"c": "1"}, "d": [1, "x"]}


def test_null_can_be_said() -> None:
    tree = parse_tree({"a": {"null": True}, "b": [{"null": True}]}, KNOWN, "k", Mistakes("f"))
    assert fill_tree(tree, {}) == {"a": None, "b": [None]}


@given(st.text(st.sampled_from("{}:%azdYm_ since"), max_size=20))
@settings(deadline=None)
def test_a_broken_template_is_a_mistake_and_no_crash(text: str) -> None:
    wrong: list[str] = []
    template = parse(text, KNOWN, wrong.append)
    if not wrong:
        assert template.fill({"customer_no": "1", "since": date(2026, 3, 29), "invoice_ref": "2"}) is not None
