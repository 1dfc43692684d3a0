"""Paying over the API: once for each key, asked from the billing system, told in few words, and not by any token."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.gateway.payments.counter import Counter, counter
from tests.stack import Api, seed


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counter]:
    with counter(tmp_path_factory.mktemp("counter")) as made:
        seed(made.app, {f"api{number}": [str(number)] for number in range(200001, 200006)})
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
        ({"on_account": "5.00", "operator": "payu"}, "operator"),
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
