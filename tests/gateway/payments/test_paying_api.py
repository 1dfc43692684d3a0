"""Paying over the API: once for each key, asked from the billing system, told in few words, and not by any token."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from adapters.payments.przelewy24 import Przelewy24
from gateway import background
from tests.gateway.payments.counter import Counter, counter, words
from tests.stack import Api, seed

AWAY = {
    "PAYMENTS__PAYU__POS_ID": "145227",
    "PAYMENTS__PAYU__SECOND_KEY": "for tests only",
    "PAYMENTS__PAYU__CLIENT_SECRET": "for tests only",
    "PAYMENTS__PAYU__URL": "http://127.0.0.1:9",
}
"""A second operator that nobody reaches."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter(tmp_path_factory.mktemp("counter"), **AWAY) as made:
        seed(made.app, {f"api{number}": [str(number)] for number in range(200001, 200009)})
        yield made


def pay(api: Api, key: str = "one", **body: Any) -> Any:
    headers = {**api.headers, **({"Idempotency-Key": key} if key else {})}
    return api.client.post(f"{api.at}/payments", json={"operator": "p24", **body}, headers=headers)


def unpaid(api: Api) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = api.get("invoices", status="unpaid").json["items"]
    return items


def test_begun_once_for_each_key_and_told_until_it_is_paid(here: Counter) -> None:
    api = here.api("anna")
    owed = unpaid(api)
    answer = pay(api, invoices=[each["id"] for each in owed])
    assert answer.status_code == 201, answer.text
    assert answer.json["redirect_url"].startswith(f"{here.sandbox.url}/p24/trnRequest/")
    payment = answer.json["payment"]
    assert payment["state"] == "open"
    assert {each["invoice_no"]: each["amount"] for each in payment["parts"]} == {
        each["invoice_no"]: each["outstanding"] for each in owed
    }
    again = pay(api, invoices=[each["id"] for each in owed])
    assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
    assert again.json["redirect_url"] == answer.json["redirect_url"]
    other = pay(api, "another", all_overdue=True)
    assert (other.status_code, other.json["payment"]) == (409, payment["number"])
    reused = pay(api, on_account="10.00")
    assert (reused.status_code, reused.json["type"]) == (422, "/api/v1/problems/idempotency-key-reused")
    assert len(here.transactions()) == 1
    here.control("PUT", "p24", {"notifications": "none"})
    here.control("POST", f"p24/{here.transactions()[0]['sessionId']}/pay")
    found = api.get(str(answer.headers["Location"]))
    assert (found.json["state"], found.json["redirect_url"]) == ("paid", None)
    assert [each["number"] for each in api.get("payments").json["items"]] == [payment["number"]]
    assert api.get(f"invoices/{owed[0]['id']}/transfer").json["on_its_way"] == payment["number"], "paid, not booked"


def test_an_invoice_that_is_on_its_way_offers_no_transfer_until_the_payment_fails(here: Counter) -> None:
    seed(here.app, {"inny": ["200006"]})
    api, other = here.api("api200006"), here.api("inny")
    owed = unpaid(api)[0]
    number = pay(api, invoices=[owed["id"]]).json["payment"]["number"]
    for reader, named in ((api, number), (other, None)):
        at = f"invoices/{unpaid(reader)[0]['id']}/transfer"
        told = reader.get(at).json
        assert (told["qr_text"], told["why_no_qr"], told["on_its_way"]) == (None, "on-its-way", named)
        assert told["amount"] == owed["outstanding"]
        picture = reader.get(f"{at}.svg")
        assert (picture.status_code, picture.json["type"]) == (409, "/api/v1/problems/payment-open")
        assert picture.json.get("payment") == named
    page = invoice_page(here, "api200006", owed)
    assert f'href="/platnosci/{number}">{number}</a>' in page.text
    assert "Przelew zapłaciłby ją drugi raz" in words(page)
    assert "data-copy" not in page.text
    assert "kod-qr" not in page.text
    others = invoice_page(here, "inny", owed)
    assert "Tę fakturę opłaca już płatność z innego konta w eBOK." in words(others)
    assert number not in others.text
    here.set_now("2026-03-10T13:00:00+01:00")
    background.run_once(here.portal)
    assert api.get(f"payments/{number}").json["state"] == "failed"
    assert api.get(f"invoices/{owed['id']}/transfer").json["qr_text"]
    assert "kod-qr" in invoice_page(here, "api200006", owed).text


def invoice_page(here: Counter, login: str, owed: dict[str, Any]) -> TestResponse:
    browser = here.browser(login)
    listed = browser.get(f"/o/{here.api(login).customers[0]['id']}/faktury").text
    (address,) = re.findall(rf'<a [^>]*href="([^"]+)"[^>]*>(?:<[^>]+>)*{re.escape(owed["invoice_no"])}<', listed)[:1]
    return browser.get(address)


def test_an_operator_that_nobody_reaches_is_named_with_what_else_can_be_done(here: Counter) -> None:
    begun = pay(here.api("api200007"), operator="payu", on_account="7.00").json["payment"]
    assert begun["state"] == "failed"
    said = words(here.browser("api200007").get(f"/platnosci/{begun['number']}"))
    assert "Nie udało się połączyć z operatorem PayU, więc płatność się nie zaczęła i nic nie pobrano." in said
    assert "Możesz też zapłacić przez innego operatora: Przelewy24." in said
    assert "Albo zrób przelew" in said


def test_an_address_too_long_for_the_operator_does_not_keep_anybody_from_paying(here: Counter) -> None:
    email = f"{'anna' * 10}@wodociagi.example.pl"
    with here.portal.database.transaction() as connection:
        connection.exec_driver_sql(f"UPDATE account SET email = '{email}' WHERE login = 'api200008'")
    assert len(email) > Przelewy24.longest_email
    assert pay(here.api("api200008"), on_account="8.00").json["payment"]["state"] == "open"


def test_a_bank_transfer_needs_no_payment(here: Counter) -> None:
    api = here.api("api200001")
    answer = pay(api, operator="transfer", on_account="12.50")
    assert answer.status_code == 201, answer.text
    assert (answer.json["payment"], answer.json["redirect_url"]) == (None, None)
    (transfer,) = answer.json["transfers"]
    assert transfer["amount"] == "12.50"
    assert api.get("payments").json["items"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "invoices"),
        ({"on_account": "0.50"}, "on_account"),
        ({"on_account": "50000.01"}, "on_account"),
        ({"on_account": 5}, "on_account"),
        ({"on_account": "5.00", "operator": "blik"}, "operator"),
        ({"on_account": "5.00", "amount": "1.00"}, "amount"),
        ({"all_overdue": True, "invoices": ["x"]}, "all_overdue"),
    ],
)
def test_what_is_wrong_is_named(here: Counter, body: dict[str, Any], field: str) -> None:
    answer = pay(here.api("api200002"), **body)
    assert answer.status_code == 422, answer.text
    assert field in answer.json["errors"]["json"]


def test_a_key_is_needed_and_anothers_invoice_is_not_there(here: Counter) -> None:
    api, anna = here.api("api200003"), here.api("anna")
    assert pay(api, "", on_account="5.00").status_code == 400
    foreign = api.get(f"{anna.at}/payments")
    assert foreign.status_code == 404
    theirs = anna.get("invoices").json["items"][0]["id"]
    assert pay(api, invoices=[theirs]).status_code == 404
    own = pay(api, "own", on_account="6.00").json["payment"]["number"]
    assert api.get(f"payments/{own}").status_code == 200
    for path in (f"{anna.at}/payments/{own}", "payments/P-260310-0000-0000"):
        assert api.get(path).status_code == 404
    assert anna.get(f"payments/{own}").status_code == 404


def test_a_personal_token_may_not_pay(here: Counter) -> None:
    api = here.api("api200004")
    body = {"name": "Biuro rachunkowe", "customer": api.customers[0]["id"], "last_day": "2026-04-01"}
    made = api.client.post("/api/v1/account/personal-tokens", json=body, headers=api.headers)
    assert made.status_code == 201, made.text
    api.headers = {"Authorization": f"Bearer {made.json['token']}"}
    assert api.get("invoices").status_code == 200
    for answer in (pay(api, on_account="5.00"), api.get("payments")):
        assert (answer.status_code, answer.json["type"]) == (403, "/api/v1/problems/out-of-scope")


def test_nobody_forges_a_payment_as_a_submission(here: Counter) -> None:
    api = here.api("api200005")
    sent = {"kind": "payment", "amount": "100.00", "currency": "PLN", "paid_on": "2026-03-10"}
    headers = {**api.headers, "Idempotency-Key": "forged"}
    answer = api.client.post(f"{api.at}/submissions", json=sent, headers=headers)
    assert answer.status_code == 422
    assert "kind" in answer.json["errors"]["json"]
