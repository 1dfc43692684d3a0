"""A further call's rows stand beside those that they belong to, and never bring in a stranger."""

from typing import Any

import pytest

from adapters.errors import BadData, Misconfigured, OwnerMismatch, Unavailable
from adapters.rest import RestAdapter
from tests.adapters.rest.erp import INVOICE_FIELDS, Asked, Erp, Given, adapter, erp, invoice, mapping

INVOICES = {
    "path": "/f/{customer_no}",
    "owner": "nr",
    "records": "rows",
    "fields": {**INVOICE_FIELDS, "invoice_no": ["paper.number", "no"]},
    "joined": {
        "paper": {
            "path": "/papers",
            "query": {"of": "{customer_no}"},
            "paging": {"kind": "page", "param": "p", "size": 2, "short_page_ends": True},
            "records": "all",
            "customer_no": "whose.nr",
            "on": "id",
            "is": "of",
        }
    },
}


def paper(of: Any, number: str, nr: str = "1") -> dict[str, Any]:
    return {"of": of, "number": number, "whose": {"nr": nr}}


def ask(served: Erp, **more: Any) -> RestAdapter:
    joined = {**INVOICES["joined"]["paper"], **more}  # type: ignore[index]
    return adapter(served.url, mapping(invoices={**INVOICES, "joined": {"paper": joined}}))


def responding(*papers: dict[str, Any]) -> Any:
    def respond(asked: Asked) -> Given:
        if asked.path == "/papers":
            first = 2 * (int(dict(asked.query)["p"]) - 1)
            return Given({"nr": "1", "all": papers[first : first + 2]})
        return Given({"nr": "1", "rows": [invoice(each) for each in (1, 2, 3)]})

    return respond


def numbers(found: RestAdapter) -> list[str]:
    return [each.invoice_no for each in reversed(found.invoices("1"))]


def test_what_belongs_together_stands_together() -> None:
    """The key is compared as text; what has no partner, on either side, is as it was."""
    with erp(responding(paper("3", "C"), paper(1, "A"), paper(9, "other"), paper(None, "loose"))) as served:
        assert sorted(numbers(ask(served))) == ["A", "C", "FV/2"]
        assert [dict(each.query) for each in served.asked[1:]] == [
            {"of": "1", "p": "1"},
            {"of": "1", "p": "2"},
            {"of": "1", "p": "3"},
        ]


def test_a_strangers_row_is_refused_even_where_it_belongs_to_nothing() -> None:
    with erp(responding(paper(1, "A"), paper(9, "B", nr="2"))) as served, pytest.raises(OwnerMismatch):
        ask(served).invoices("1")


def test_an_answer_that_says_whose_it_is_proves_it_for_all_its_rows() -> None:
    document = mapping()
    joined = {name: value for name, value in INVOICES["joined"]["paper"].items() if name != "customer_no"}  # type: ignore[index]
    document["operations"]["invoices"] = {**INVOICES, "joined": {"paper": {**joined, "owner": "nr"}}}
    with erp(responding(paper(1, "A", nr="unread"))) as served:
        assert sorted(numbers(adapter(served.url, document))) == ["A", "FV/2", "FV/3"]


@pytest.mark.parametrize(
    "papers", [[paper(1, "A"), paper("1", "B")], [paper([1], "A")], [{"of": 1, "number": "A"}], ["A"]]
)
def test_what_cannot_be_joined_makes_the_answer_unusable(papers: list[Any]) -> None:
    with erp(responding(*papers)) as served, pytest.raises(BadData):
        ask(served).invoices("1")


def test_the_same_row_twice_is_once() -> None:
    """Pages move while they are read."""
    with erp(responding(paper(1, "A"), paper(2, "B"), paper(2, "B"))) as served:
        assert sorted(numbers(ask(served))) == ["A", "B", "FV/3"]


def test_without_rows_there_is_no_further_call() -> None:
    with erp(lambda asked: Given({"nr": "1", "rows": []})) as served:
        assert ask(served).invoices("1") == []
        assert [each.path for each in served.asked] == ["/f/1"]


def test_without_the_further_call_there_is_no_answer() -> None:
    def respond(asked: Asked) -> Given:
        return Given({}, 500) if asked.path == "/papers" else Given({"nr": "1", "rows": [invoice(1)]})

    with erp(respond) as served, pytest.raises(Unavailable):
        ask(served).invoices("1")


def test_every_mistake_is_named() -> None:
    with pytest.raises(Misconfigured) as caught:
        adapter(
            "http://127.0.0.1:1",
            mapping(
                invoices={
                    **INVOICES,
                    "joined": {
                        "paper": {"path": "papers", "on": "a[", "query": {"of": "{customer}"}, "colour": 1},
                        "other": "x",
                    },
                }
            ),
        )
    at = "test.toml: operations.invoices.joined"
    told = {line.split(": expected")[0].removeprefix(f"{at}.") for line in caught.value.mistakes}
    names = {"paper.path", "paper.on", "paper.is", "paper.owner", "paper.query.of", "paper.colour", "other"}
    assert told == names
