"""Long lists come whole, page by page, and an ERP that never ends is not followed for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.errors import AdapterError, BadData, Unavailable
from adapters.rest.paging import Page, pages, read_paging, time_check
from tests.adapters.rest.erp import INVOICE_FIELDS, Asked, Given, adapter, erp, invoice, mapping


def paged(paging: dict[str, Any]) -> dict[str, Any]:
    path = {"path": "/f/{customer_no}", "query": {"x": "ą/&"}, "owner": "nr", "records": "rows"}
    return mapping(invoices={**path, "fields": INVOICE_FIELDS, "paging": paging})


def refs(respond: Callable[[Asked], Given], paging: dict[str, Any]) -> list[int]:
    with erp(respond) as served:
        found = adapter(served.url, paged(paging)).invoices("1")
    return sorted(int(each.invoice_ref) for each in found)


def answer(numbers: Any, **more: Any) -> Given:
    return Given({"nr": "1", "rows": [invoice(number) for number in numbers], **more})


def test_pages_are_counted_to_the_total() -> None:
    def respond(asked: Asked) -> Given:
        query = dict(asked.query)
        assert query["x"] == "ą/&"
        first = (int(query["p"]) - 1) * int(query["n"])
        return answer(range(10)[first : first + 4], total=10)

    assert refs(respond, {"kind": "page", "param": "p", "size_param": "n", "size": 4, "total": "total"}) == [*range(10)]


def test_records_are_counted_as_they_came_even_where_the_erp_gives_fewer_than_asked() -> None:
    def respond(asked: Asked) -> Given:
        first = int(dict(asked.query)["from"])
        return answer(range(10)[first : first + 3], more=first + 3 < 10)

    assert refs(respond, {"kind": "offset", "param": "from", "size": 100, "more": "more"}) == [*range(10)]
    assert refs(respond, {"kind": "offset", "param": "from"}) == [*range(10)]


def test_a_cursor_is_handed_back_until_there_is_none() -> None:
    def respond(asked: Asked) -> Given:
        first = int(dict(asked.query).get("after", "0"))
        return answer(range(10)[first : first + 4], next=first + 4 if first + 4 < 10 else None)

    assert refs(respond, {"kind": "cursor", "param": "after", "at": "next"}) == [*range(10)]


def test_a_link_is_followed_at_the_same_host() -> None:
    def respond(asked: Asked) -> Given:
        page = int(dict(asked.query).get("page", "0"))
        host = asked.headers["Host"]
        links = [f"http://{host}/f/1?page=1&y=%C4%85", "/f/1?page=2", ""]
        return answer(range(page * 3, page * 3 + 3), links={"next": links[page]})

    assert refs(respond, {"kind": "next", "at": "links.next"}) == [*range(9)]


@pytest.mark.parametrize(
    "link",
    [
        "http://127.0.0.1:1/f/1",
        "https://x.example/f",
        "//x.example/f",
        "file:///etc/passwd",
        "http://[bad/",
        "//[bad",
        "http://h:99999999/",
    ],
)
def test_a_link_to_another_host_is_not_followed(link: str) -> None:
    with pytest.raises(BadData, match=r"another host|no plain address"):
        refs(lambda asked: answer([1], links={"next": link}), {"kind": "next", "at": "links.next"})


@pytest.mark.parametrize(
    "paging",
    [
        {"kind": "page", "param": "p", "total": "to_number(length(odd))"},
        {"kind": "offset", "param": "p", "more": "length(odd) > `0`"},
        {"kind": "next", "at": "join('', odd)"},
        {"kind": "cursor", "param": "p", "at": "join('', odd)"},
    ],
)
def test_a_function_that_refuses_what_it_finds_makes_the_answer_unusable(paging: dict[str, Any]) -> None:
    with pytest.raises(BadData, match=r"paging\."):
        refs(lambda asked: answer([1], odd=7), paging)


def test_a_link_may_stand_relative_to_the_address() -> None:
    def respond(asked: Asked) -> Given:
        assert asked.path == "/api/v1/f/1"
        page = int(dict(asked.query).get("page", "0"))
        return answer([page], next=["/api/v1/f/1?page=1", "1?page=2", "?page=3", None][page])

    with erp(respond) as served:
        found = adapter(served.url + "/api/v1/", paged({"kind": "next", "at": "next"})).invoices("1")
    assert len(found) == 4


ENDLESS = [
    {"kind": "page", "param": "p"},
    {"kind": "page", "param": "p", "more": "more"},
    {"kind": "offset", "param": "p", "total": "total"},
    {"kind": "next", "at": "link"},
    {"kind": "cursor", "param": "p", "at": "link"},
]


@pytest.mark.parametrize("paging", ENDLESS)
def test_a_page_that_comes_again_is_an_error(paging: dict[str, Any]) -> None:
    with pytest.raises(BadData, match="same page"):
        refs(lambda asked: answer([1, 2], more=True, total=99, link="/f/1?again=1"), paging)


@pytest.mark.parametrize("paging", ENDLESS)
def test_pages_without_end_are_not_followed_for_ever(paging: dict[str, Any]) -> None:
    count = iter(range(10**6))

    def respond(asked: Asked) -> Given:
        number = next(count)
        return answer([number], more=True, total=10**6, link=f"/f/1?p={number}")

    with pytest.raises(BadData, match="more than 5 pages"):
        refs(respond, {**paging, "max_pages": 5})


def test_all_pages_together_have_one_deadline() -> None:
    now = iter(range(100))
    count = iter(range(100))
    paging = read_paging({"kind": "page", "param": "p"})
    check = time_check(4, lambda: float(next(now)), "invoices")
    with pytest.raises(Unavailable, match="all pages together"):
        list(pages(paging, lambda query, link: Page({}, [next(count)]), operation="invoices", check_time=check))
    assert next(count) == 5


@pytest.mark.parametrize(
    ("content", "paging"),
    [
        ({"rows": [], "total": 3}, {"kind": "page", "param": "p", "total": "total"}),
        ({"rows": [], "total": "3"}, {"kind": "page", "param": "p", "total": "total"}),
        ({"rows": []}, {"kind": "page", "param": "p", "total": "total"}),
        ({"rows": [], "more": True}, {"kind": "page", "param": "p", "more": "more"}),
        ({"rows": [], "more": "no"}, {"kind": "page", "param": "p", "more": "more"}),
        ({"rows": [], "link": {"a": 1}}, {"kind": "next", "at": "link"}),
        ({"rows": [], "link": True}, {"kind": "cursor", "at": "link", "param": "p"}),
    ],
)
def test_a_page_that_contradicts_itself_is_an_error(content: dict[str, Any], paging: dict[str, Any]) -> None:
    with pytest.raises(BadData):
        refs(lambda asked: Given({"nr": "1", **content}), paging)


def test_every_page_says_whose_it_is() -> None:
    def respond(asked: Asked) -> Given:
        page = dict(asked.query)["p"]
        return Given({"nr": page, "rows": [invoice(int(page))]})

    with pytest.raises(AdapterError, match="another customer"):
        refs(respond, {"kind": "page", "param": "p"})


def test_what_moves_onto_the_next_page_meanwhile_is_not_counted_twice() -> None:
    shown = {"1": [5, 4, 3], "2": [3, 2, 1], "3": []}
    assert refs(lambda asked: answer(shown[dict(asked.query)["p"]]), {"kind": "page", "param": "p"}) == [1, 2, 3, 4, 5]


@given(st.integers(0, 60), st.integers(1, 20), st.integers(1, 20), st.sampled_from(["total", "more", "short", "none"]))
@settings(max_examples=200, deadline=None)
def test_whatever_the_sizes_nothing_is_lost(count: int, asked_size: int, server_most: int, ending: str) -> None:
    size = min(asked_size, server_most)
    given_size = asked_size if ending != "short" else size  # a short page ends only where the ERP keeps to the size

    def ask(query: Any, link: str | None) -> Page:
        first = query["p"]
        rows = list(range(count))[first : first + size]
        return Page({"total": count, "more": first + size < count}, rows)

    end = {"total": {"total": "total"}, "more": {"more": "more"}, "short": {"short_page_ends": True}, "none": {}}[
        ending
    ]
    paging = read_paging({"kind": "offset", "param": "p", "size": given_size, "size_param": "n", **end})
    got = pages(paging, ask, operation="x", check_time=lambda: None)
    assert [row for page in got for row in page.records] == list(range(count))
