"""Paying by bank transfer, through the portal's front door with the sandbox's billing system behind it."""

import base64
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.payments.records import Chosen, Part, Transfer
from gateway.payments.transfer import transfers
from tests.gateway.pages.reading import parsed, words
from tests.gateway.payments.scanning import scanned
from tests.stack import Api, Stack, seed, stack

ANNA, BANK, OTHER_BANK = "100001", "87999900010000000000100001", "38999900010000000000100301"
RECIPIENT = {"PAYMENTS__RECIPIENT": "Wodociągi Przykład.", "PAYMENTS__RECIPIENT_NIP": "5214349636"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("portal")
    address = {"UTILITY__ADDRESS": "ul. Wodna 1, 00-001 Przykładowo"}
    with stack(folder, CACHE__SECONDS="0", **RECIPIENT, **address) as made:
        seed(made.app, {"gotowka": ["200010"]})
        yield made


def unpaid(api: Api) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = api.get("invoices", status="unpaid", limit=200).json["items"]
    return found


def page_of(office: Stack, invoice_no: str, login: str = "anna") -> TestResponse:
    """The page of the invoice with this number, as a browser finds it."""
    client = office.browser(login)
    home = client.get("/", follow_redirects=True).request.path
    links = parsed(client.get(f"{home}faktury?status=unpaid")).links
    return client.get(next(href for name, href in links if invoice_no in name))


def copied(page: TestResponse) -> list[str]:
    return [value for name, value in parsed(page).attributes if name == "data-copy"]


def test_a_part_paid_invoices_code_has_what_remains(office: Stack) -> None:
    api = office.api()
    office.control("POST", f"customers/{ANNA}/payments", {"amount": "10.50"})
    part_paid = unpaid(api)[-1]
    remains = part_paid["outstanding"]
    assert Decimal("0.00") < Decimal(remains) < Decimal(part_paid["gross"])
    at = f"invoices/{part_paid['id']}"
    told = api.get(f"{at}/transfer").json
    grosze = remains.replace(".", "").rjust(6, "0")
    title = part_paid["invoice_no"]
    code = f"5214349636|PL|{BANK}|{grosze}|Wodociągi Przykład.|{title}|||"
    assert told == {
        "customer_no": ANNA,
        "recipient": "Wodociągi Przykład.",
        "recipient_nip": "5214349636",
        "recipient_address": "ul. Wodna 1, 00-001 Przykładowo",
        "payment_account": BANK,
        "amount": remains,
        "currency": "PLN",
        "title": title,
        "invoice_nos": [title],
        "qr_text": code,
        "why_no_qr": None,
        "on_its_way": None,
    }
    picture = api.get(f"{at}/transfer.svg")
    assert picture.mimetype == "image/svg+xml"
    assert picture.headers["Cache-Control"] == "no-store"
    assert scanned(picture.data) == code

    page = page_of(office, title)
    assert copied(page) == [
        "Wodociągi Przykład.",
        "ul. Wodna 1, 00-001 Przykładowo",
        BANK,
        remains.replace(".", ","),
        title,
    ]
    assert "Zeskanuj kod w aplikacji swojego banku" in words(page)
    shown = re.findall(r'<img src="data:image/png;base64,([^"]+)"', page.text)
    assert len(shown) == 1
    assert base64.b64decode(shown[0]).startswith(b"\x89PNG")

    office.control("POST", f"customers/{ANNA}/payments", {"amount": remains})
    assert [each["invoice_no"] for each in unpaid(api)] == [unpaid(api)[0]["invoice_no"]]
    assert api.get(f"{at}/transfer").status_code == 404
    assert api.get(f"{at}/transfer.svg").status_code == 404


def test_above_what_a_code_holds_the_reason_stands_in_its_place(office: Stack) -> None:
    api = office.api("wielka")
    for gross, why in (("9999.99", None), ("10000.00", "too-much")):
        issued = office.control("POST", "customers/100301/invoices", {"gross": gross})
        [item] = [each for each in unpaid(api) if each["invoice_no"] == issued["invoice_no"]]
        told = api.get(f"invoices/{item['id']}/transfer").json
        assert (told["amount"], told["why_no_qr"]) == (gross, why)
        assert api.get(f"invoices/{item['id']}/transfer.svg").status_code == (404 if why else 200)
        page = page_of(office, issued["invoice_no"], "wielka")
        assert ("Kodu QR tu nie ma, bo taki kod mieści najwyżej 9999,99 zł." in words(page)) == bool(why)
        assert ("<img" in page.text) != bool(why)
        assert copied(page)[-2:] == [gross.replace(".", ","), issued["invoice_no"]]


def test_without_an_account_there_is_neither_code_nor_account_and_the_page_says_so(office: Stack) -> None:
    api = office.api("gotowka")
    issued = office.control("POST", "customers/200010/invoices", {"gross": "50.00"})
    [item] = [each for each in unpaid(api) if each["invoice_no"] == issued["invoice_no"]]
    told = api.get(f"invoices/{item['id']}/transfer").json
    assert (told["payment_account"], told["qr_text"], told["why_no_qr"]) == (None, None, "no-account")
    page = words(page_of(office, issued["invoice_no"], "gotowka"))
    assert "Nie mamy tu numeru konta do wpłaty" in page
    assert "Konto do wpłaty" not in page


def test_without_a_recipient_the_data_are_there_to_copy(tmp_path_factory: pytest.TempPathFactory) -> None:
    with stack(tmp_path_factory.mktemp("portal")) as plain:
        api = plain.api()
        told = api.get(f"invoices/{unpaid(api)[0]['id']}/transfer").json
        assert (told["recipient"], told["why_no_qr"]) == ("Wodociągi Przykładowo", "no-recipient")
        assert copied(page_of(plain, told["title"]))[1] == BANK


def part(amount: str, number: str | None, *, customer_no: str = ANNA, account: str | None = BANK) -> Part:
    return Part(customer_no, Decimal(amount), number, number, account)


def made(office: Stack, *parts: Part, currency: str = "PLN") -> list[Transfer]:
    return transfers(office.portal, Chosen(parts, currency))


def test_one_transfer_for_each_customers_account(office: Stack) -> None:
    given = made(
        office,
        part("10.00", "FV/1"),
        part("20.00", "FV/9", customer_no="100301", account=OTHER_BANK),
        part("0.05", "FV/2"),
        part("7.00", "FV/3", account=OTHER_BANK),
    )
    assert [(each.customer_no, each.payment_account, each.amount, each.title) for each in given] == [
        (ANNA, BANK, Decimal("10.05"), "FV/1, FV/2"),
        ("100301", OTHER_BANK, Decimal("20.00"), "FV/9"),
        (ANNA, OTHER_BANK, Decimal("7.00"), "FV/3"),
    ]
    assert [each.invoice_nos for each in given] == [("FV/1", "FV/2"), ("FV/9",), ("FV/3",)]
    assert given[0].qr_text == f"5214349636|PL|{BANK}|001005|Wodociągi Przykład.|FV/1, FV/2|||"


@pytest.mark.parametrize(
    ("numbers", "title"),
    [
        (["FV/30050026/2026", "FV/30050/2026"], "FV/30050026/2026, FV/30050/2026"),
        (["FV/30050026/2026", "FV/30050025/2026"], "Odbiorca 100001, faktur: 2"),
        (["F" * 33], "Odbiorca 100001, faktur: 1"),
        (["FV|1/2026"], "FV/1/2026"),
        (["||\u202e".strip("|")], "Odbiorca 100001, faktur: 1"),
        ([None], "Odbiorca 100001"),
        (["FV/1", None], "Odbiorca 100001, faktur: 1"),
    ],
)
def test_a_title_has_the_numbers_where_all_fit(office: Stack, numbers: list[str | None], title: str) -> None:
    [given] = made(office, *(part("1.00", number) for number in numbers))
    assert given.title == title
    assert given.qr_text is not None
    assert given.qr_text.split("|")[5] == title


def test_the_longest_customer_number_is_a_title_by_itself(office: Stack) -> None:
    [given] = made(office, part("1.00", None, customer_no="K" * 32))
    assert given.title == "K" * 32


def test_a_sum_above_the_cap_another_currency_and_a_wrong_account_have_no_code(office: Stack) -> None:
    [summed] = made(office, part("9999.00", "FV/1"), part("1.00", "FV/2"))
    [foreign] = made(office, part("1.00", "FV/1"), currency="EUR")
    [wrong] = made(office, part("1.00", "FV/1", account=BANK[:-1] + "2"))
    assert (summed.amount, summed.qr_text, summed.why_no_qr) == (Decimal("10000.00"), None, "too-much")
    assert (foreign.currency, foreign.qr_text, foreign.why_no_qr) == ("EUR", None, "currency")
    assert (wrong.payment_account, wrong.qr_text, wrong.why_no_qr) == (None, None, "no-account")
