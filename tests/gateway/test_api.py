"""The API through its front door, over both faces of the sandbox."""

from decimal import Decimal
from typing import Any

import pytest

from schemas import BalanceSchema, ContractSchema
from schemas.fields import Day, Money
from tests.stack import PASSWORD, Api, Stack

INVOICE_FIELDS = (
    *("id", "invoice_no", "kind", "issued_on", "due_on", "net", "vat", "gross", "outstanding", "currency", "status"),
    *("payment_account", "corrects_no", "ksef_no", "has_document"),
)


def all_pages(api: Api, path: str, **query: Any) -> list[dict[str, Any]]:
    items, cursor = [], None
    while True:
        answer = api.get(path, **query, **({"cursor": cursor} if cursor else {})).json
        items += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            return items


def test_a_token_opens_and_ends(portal: Stack) -> None:
    api = portal.api()
    assert api.get("balance").status_code == 200
    assert api.client.delete("/api/v1/tokens", headers=api.headers).status_code == 204
    assert api.get("balance").status_code == 401
    assert api.client.delete("/api/v1/tokens", headers=api.headers).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "bearer \u0105".encode().decode("latin1")]
)
def test_without_a_valid_token_there_is_nothing(portal: Stack, header: str) -> None:
    answer = portal.client().get("/api/v1/customers", headers={"Authorization": header})
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_pages_cookie_does_not_open_the_api(portal: Stack) -> None:
    assert portal.browser().get("/api/v1/customers").status_code == 401


@pytest.mark.parametrize("credentials", [("anna", "wrong password"), ("nobody", PASSWORD), ("anna", " ")])
def test_wrong_credentials_say_the_same_whoever_is_asked_for(portal: Stack, credentials: tuple[str, str]) -> None:
    login, password = credentials
    answer = portal.client().post("/api/v1/tokens", json={"login": login, "password": password})
    assert answer.status_code == 401
    assert answer.json["type"] == "/api/v1/problems/invalid-credentials"
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ("[]", "application/json", 422),
        ('{"login": "anna"}', "application/json", 422),
        ('{"login": "anna", "password": 5}', "application/json", 422),
        ('{"login": "anna", "password": "x", "more": 1}', "application/json", 422),
        ("[" * 30_000, "application/json", 400),
        ('{"login": "\\ud800", "password": "x"}', "application/json", 400),
        ('{"login": "anna", "password": "\\ud800"}', "application/json", 400),
        ('{"login": ' + "1" * 5_000 + ', "password": "x"}', "application/json", 400),
        ('{"login": "anna", "password": "x"}', "text/plain", 415),
        ('{"login": "anna", "password": "' + "x" * 100_000 + '"}', "application/json", 413),
    ],
)
def test_bad_credentials_are_explained(portal: Stack, body: str, kind: str, status: int) -> None:
    answer = portal.client().post("/api/v1/tokens", data=body, content_type=kind)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert PASSWORD not in answer.text


def test_one_account_sees_its_customers_and_no_others(portal: Stack) -> None:
    customers = portal.api("zarzadca").customers
    assert [each["customer_no"] for each in customers] == [str(number) for number in range(100101, 100113)]
    assert all(each["name"] and each["id"] not in each["customer_no"] for each in customers)


def test_contracts_are_records(portal: Stack) -> None:
    contracts = portal.api().get("contracts").json
    assert contracts
    for each in contracts:
        ContractSchema().load({**each, "customer_no": "100001"})
    meters = [meter for each in contracts for point in each["supply_points"] for meter in point["meters"]]
    assert {"main", "garden"} <= {meter["role"] for meter in meters}


def test_an_invoice_has_the_fields_that_are_promised(portal: Stack) -> None:
    api = portal.api()
    invoices = all_pages(api, "invoices")
    assert invoices
    for each in invoices:
        assert tuple(each) == INVOICE_FIELDS
        money = {name: Money.accept(each[name]) for name in ("net", "vat", "gross", "outstanding")}
        assert money["net"] + money["vat"] == money["gross"]
    assert api.get(f"invoices/{invoices[0]['id']}").json == invoices[0]
    days = [each["issued_on"] for each in invoices]
    assert days == sorted(days, reverse=True)


def test_pages_of_any_size_make_the_same_list(portal: Stack) -> None:
    api = portal.api("wielka")
    by_200 = all_pages(api, "invoices", limit=200)
    assert len(by_200) == 3000
    assert len({each["id"] for each in by_200}) == 3000
    assert all_pages(api, "invoices", limit=173, status="paid") == [each for each in by_200 if each["status"] == "paid"]


def test_the_filters_cut_by_day_and_status(portal: Stack) -> None:
    api = portal.api()
    everything = all_pages(api, "invoices", limit=200)
    middle = everything[len(everything) // 2]["issued_on"]
    since = all_pages(api, "invoices", since=middle)
    until = all_pages(api, "invoices", until=middle)
    assert since == [each for each in everything if each["issued_on"] >= middle]
    assert until == [each for each in everything if each["issued_on"] <= middle]
    by_status = {name: all_pages(api, "invoices", status=name) for name in ("open", "overdue", "paid", "unpaid")}
    for name, found in by_status.items():
        wanted = ("open", "overdue") if name == "unpaid" else (name,)
        assert found == [each for each in everything if each["status"] in wanted], name


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("invoices", {"status": "lost"}),
        ("invoices", {"since": "01.02.2026"}),
        ("invoices", {"since": "2026-03-01", "until": "2026-02-01"}),
        ("invoices", {"limit": 0}),
        ("invoices", {"limit": 201}),
        ("invoices", {"limit": "many"}),
        ("invoices", {"limit": "1_0"}),
        ("invoices", {"limit": "\u0661\u0662"}),
        ("invoices", {"limit": "\uff15"}),
        ("invoices", {"limit": " 5"}),
        ("invoices", {"limit": "+5"}),
        ("invoices", {"limit": "5.0"}),
        ("ledger", {"limit": "1_0"}),
        ("invoices", {"cursor": "invented"}),
        ("invoices", {"statsu": "paid"}),
        ("ledger", {"since": "yesterday"}),
        ("ledger", {"cursor": "AAAA"}),
        ("ledger", {"status": "paid"}),
    ],
)
def test_a_wrong_query_names_the_field(portal: Stack, path: str, query: dict[str, str]) -> None:
    answer = portal.api().get(path, **query)
    assert (answer.status_code, answer.json["type"]) == (422, "/api/v1/problems/invalid-request")
    assert set(answer.json["errors"]["query"]) <= {*query, "_schema"}


def test_a_cursor_of_another_list_is_refused(portal: Stack) -> None:
    api = portal.api("wielka")
    cursor = api.get("invoices", limit=1).json["next_cursor"]
    assert api.get("ledger", cursor=cursor).status_code == 422
    assert portal.api().get("invoices", cursor=cursor).status_code == 422


def test_the_balance_is_the_record_and_the_statement_runs_to_it(portal: Stack) -> None:
    api = portal.api()
    balance = api.get("balance").json
    BalanceSchema().load({**balance, "customer_no": "100001"})
    assert (balance["as_of"], balance["next_refresh_on"]) == ("2026-03-09", "2026-03-11")
    lines = all_pages(api, "ledger", limit=7)
    assert lines[0]["balance"] == balance["amount"]
    running = Decimal("0.00")
    for line in reversed(lines):
        running += Decimal(line["amount"])
        assert Decimal(line["balance"]) == running
    since = lines[len(lines) // 2]["posted_on"]
    assert all_pages(api, "ledger", since=since) == [each for each in lines if each["posted_on"] >= since]
    assert all_pages(api, "ledger", until=since) == [each for each in lines if each["posted_on"] <= since]


def test_a_new_customer_has_empty_lists_and_a_zero_balance(portal: Stack) -> None:
    api = portal.api("nowa")
    assert api.get("invoices").json == {"items": [], "next_cursor": None}
    assert api.get("ledger").json == {"items": [], "next_cursor": None}
    assert api.get("balance").json["amount"] == "0.00"


def test_an_invoice_of_today_is_listed_today_and_counts_tomorrow(portal: Stack) -> None:
    api = portal.api("zarzadca")
    customer = api.customers[0]["customer_no"]
    before = api.get("balance").json
    portal.control("POST", f"customers/{customer}/invoices", {"gross": "123.45", "due_on": "2026-03-24"})
    newest = api.get("invoices", limit=1).json["items"][0]
    assert (newest["gross"], newest["issued_on"], newest["status"]) == ("123.45", "2026-03-10", "open")
    today = api.get("balance").json
    assert today["amount"] == before["amount"]
    assert today["pending"][-1] == {
        "kind": "invoice",
        "document_no": newest["invoice_no"],
        "amount": "123.45",
        "posted_on": "2026-03-10",
        "counts_on": "2026-03-11",
    }
    portal.set_now("2026-03-11T00:00:00+01:00")
    tomorrow = api.get("balance").json
    assert Decimal(tomorrow["amount"]) - Decimal(today["amount"]) == Decimal("123.45")
    assert tomorrow["pending"] == []


def test_the_document_is_the_erps_own_bytes_under_a_name_of_ours(portal: Stack) -> None:
    api = portal.api()
    invoice = next(each for each in all_pages(api, "invoices") if each["has_document"])
    answer = api.get(f"invoices/{invoice['id']}/document")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    disposition = answer.headers["Content-Disposition"]
    assert disposition.startswith('attachment; filename="')
    assert "/" not in disposition
    assert answer.headers["Cache-Control"] == "no-store"


def test_handles_of_strangers_inventions_and_other_kinds_are_the_same_404(portal: Stack) -> None:
    anna, other = portal.api("anna"), portal.api("zarzadca")
    foreign_customer = other.customers[0]["id"]
    foreign_invoice = other.get("invoices", limit=1).json["items"][0]["id"]
    own_invoice = anna.get("invoices", limit=1).json["items"][0]["id"]
    assert "next_cursor" in anna.get("invoices", limit=1).json
    cursor = anna.get("invoices", limit=1).json["next_cursor"]
    bodies = set()
    for customer in (foreign_customer, "invented", own_invoice, "100001", "..", "%01"):
        for rest in ("contracts", "invoices", "balance", "ledger", f"invoices/{own_invoice}", "invoices/x/document"):
            answer = anna.get(f"/api/v1/customers/{customer}/{rest}")
            assert answer.status_code == 404, (customer, rest)
            bodies.add(answer.text)
    for invoice in (foreign_invoice, "invented", anna.customers[0]["id"], cursor, "A" * 40):
        for rest in ("", "/document"):
            answer = anna.get(f"invoices/{invoice}{rest}")
            assert answer.status_code == 404, (invoice, rest)
            bodies.add(answer.text)
    assert len(bodies) == 1


def test_both_faces_of_the_sandbox_answer_alike(portal: Stack, request: pytest.FixtureRequest) -> None:
    """Compared with a second stack over the other face, byte for byte but for basis and opaque ids."""
    from tests.stack import portal_app

    other_face = "rest" if portal.portal.settings.erp.adapter == "soap" else "soap"
    folder = request.getfixturevalue("tmp_path")
    app = portal_app(folder, portal.sandbox, face=other_face, CACHE__SECONDS="0")
    other = Stack(portal.sandbox, app)
    for login in ("anna", "zarzadca", "nowa", "wielka"):
        one, two = portal.api(login), other.api(login)
        for place, customer in enumerate(one.customers[:4]):
            one.at = f"/api/v1/customers/{customer['id']}"
            two.at = f"/api/v1/customers/{two.customers[place]['id']}"
            for path in ("contracts", "invoices", "balance", "ledger"):
                first, second = one.get(path), two.get(path)
                assert first.status_code == 200, first.text
                assert _blind(first.json) == _blind(second.json), (login, path)
        invoice = next((each for each in one.get("invoices").json["items"] if each["has_document"]), None)
        if invoice:
            match = next(
                each for each in two.get("invoices").json["items"] if each["invoice_no"] == invoice["invoice_no"]
            )
            documents = [
                one.get(f"invoices/{invoice['id']}/document").data,
                two.get(f"invoices/{match['id']}/document").data,
            ]
            assert documents[0] == documents[1]
    app.extensions["ebok"].erp.close()
    app.extensions["ebok"].database.engine.dispose()


def _blind(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_blind(each) for each in answer]
    if isinstance(answer, dict):
        return {name: _blind(each) for name, each in answer.items() if name not in ("id", "next_cursor", "basis")}
    return answer


def test_a_day_in_json_is_a_day(portal: Stack) -> None:
    assert Day.accept(portal.api().get("balance").json["as_of"])
