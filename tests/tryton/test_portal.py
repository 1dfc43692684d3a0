"""The portal in front of a real ERP: every customer's figures against what Tryton says over its own interface."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from adapters.clock import WARSAW, SetClock
from gateway.accounts import add_account
from gateway.app import create_app
from gateway.portal import Portal
from gateway.settings_file import load
from tests.prepared import prepare
from tests.stack import PASSWORD, Api
from tests.tryton import world
from tests.tryton.server import TrytonServer
from tests.tryton.truth import Truth

DAY = timedelta(days=1)
AFTERWARDS = world.LAST_DAY + DAY

pytestmark = pytest.mark.tryton
of_every_customer = pytest.mark.parametrize("code", [person.code for person in world.PEOPLE])


class Front:
    """The portal's API for one customer, and its clock."""

    def __init__(self, app: Flask, clock: SetClock) -> None:
        self.app = app
        self.clock = clock
        answer = app.test_client().post("/api/v1/tokens", json={"login": "all", "password": PASSWORD})
        assert answer.status_code == 201, answer.text
        self.api = Api(app.test_client(), answer.json["token"])
        self._ids = {each["customer_no"]: each["id"] for each in self.api.customers}

    def on(self, day: date) -> None:
        """Go to noon of a day."""
        self.clock.set(datetime.combine(day, time(12), WARSAW))

    def get(self, code: str, path: str, **query: Any) -> Any:
        answer = self.api.get(f"/api/v1/customers/{self._ids[code]}/{path}", **query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def all(self, code: str, path: str) -> list[dict[str, Any]]:
        """The items of all pages."""
        page = self.get(code, path, limit=50)
        items: list[dict[str, Any]] = page["items"]
        while page["next_cursor"]:
            page = self.get(code, path, limit=50, cursor=page["next_cursor"])
            items += page["items"]
        return items

    def document(self, code: str, invoice: str) -> Any:
        return self.api.get(f"/api/v1/customers/{self._ids[code]}/invoices/{invoice}/document")


@pytest.fixture(scope="module")
def whole(tryton: TrytonServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    app, clock = _portal(tryton, tmp_path_factory.mktemp("portal"))
    portal: Portal = app.extensions["ebok"]
    try:
        yield Front(app, clock)
    finally:
        portal.erp.close()
        portal.database.engine.dispose()


@pytest.fixture
def front(whole: Front) -> Front:
    whole.on(AFTERWARDS)
    return whole


def _portal(tryton: TrytonServer, folder: Path) -> tuple[Flask, SetClock]:
    settings = load(
        None,
        {
            "EBOK_UTILITY__NAME": world.COMPANY_NAME,
            "EBOK_WEB__SECRET_KEY": "for tests only, for tests only, for tests only",
            "EBOK_WEB__SECURE_COOKIES": "false",
            "EBOK_DATABASE__URL": f"sqlite:///{folder}/portal.sqlite",
            "EBOK_ERP__ADAPTER": "rest",
            "EBOK_ERP__REST__MAPPING": "tryton",
            "EBOK_ERP__REST__URL": tryton.url,
            "EBOK_ERP__REST__TOKEN": tryton.key,
            "EBOK_CACHE__SECONDS": "0",
            "EBOK_GUARD__READ_SECONDS": "30",  # it shares the machine with all the other tests
            "EBOK_GUARD__TOTAL_SECONDS": "60",
            "EBOK_SESSIONS__TOKEN_HOURS": "87600",  # the clock is moved by months here
        },
    )
    clock = SetClock(datetime.combine(world.FIRST_DAY, time(12), WARSAW))
    app = create_app(settings, clock=clock)
    portal: Portal = app.extensions["ebok"]
    prepare(portal.database, portal.database.upgrade)
    codes = [person.code for person in world.PEOPLE]
    add_account(
        portal.database,
        login="all",
        password=PASSWORD,
        customer_nos=codes,
        now=clock.now(),
        accepted=portal.terms.terms,
    )
    return app, clock


def money(amount: Decimal) -> str:
    return f"{amount:.2f}"


def test_everybody_with_a_contract_is_known_by_name(front: Front, truth: Truth) -> None:
    named = {each["customer_no"]: each["name"] for each in front.api.get("/api/v1/customers").json}
    assert named == {person.code: person.name for person in world.PEOPLE}
    assert sorted(named) == truth.customers()


@of_every_customer
def test_contracts_are_trytons_subscriptions(front: Front, truth: Truth, code: str) -> None:
    shown = sorted(front.get(code, "contracts"), key=lambda each: str(each["contract_no"]))
    assert [
        (each["contract_no"], each["supply_points"][0]["point_no"], each["valid_from"], each["valid_until"])
        for each in shown
    ] == [
        (each.number, each.reference, each.start.isoformat(), each.end and each.end.isoformat())
        for each in truth.contracts(code)
    ]
    (person,) = (each for each in world.PEOPLE if each.code == code)
    assert len(shown) == person.points
    assert all(each["services"] == (["water", "sewage"] if person.sewage else ["water"]) for each in shown)


@of_every_customer
def test_invoices_are_trytons_own(front: Front, truth: Truth, code: str) -> None:
    shown = {each["invoice_no"]: each for each in front.all(code, "invoices")}
    true = truth.invoices(code)
    assert sorted(shown) == sorted(each.number for each in true)
    for each in true:
        item = shown[each.number]
        assert item["issued_on"] == each.day.isoformat()
        assert item["due_on"] in {day.isoformat() for day in each.dues}
        assert (item["net"], item["vat"], item["gross"]) == tuple(map(money, (each.net, each.tax, each.total)))
        assert item["outstanding"] == money(each.to_pay)
        assert (item["status"] == "paid") == (each.to_pay <= 0)
        assert item["kind"] == ("correction" if each.number.startswith("FK/") else "invoice")
        assert (item["corrects_no"] in shown) == (item["kind"] == "correction")
    for each in {id(each): each for each in (*true[:2], *true[-2:])}.values():
        item = shown[each.number]
        assert front.get(code, f"invoices/{item['id']}") == item


@of_every_customer
def test_the_balance_of_any_day_holds_what_tryton_posted_before(front: Front, truth: Truth, code: str) -> None:
    lines = truth.lines(code)
    posted = sorted({line.posted_on for line in lines})
    special = {date(2026, 1, 1), date(2026, 6, 29), date(2026, 6, 30), AFTERWARDS}
    for day in sorted(special | {each + step * DAY for each in posted[-3:] for step in (0, 1)}):
        front.on(day)
        balance = front.get(code, "balance")
        assert (balance["as_of"], balance["next_refresh_on"]) == ((day - DAY).isoformat(), (day + DAY).isoformat())
        assert balance["amount"] == money(sum((line.amount for line in lines if line.posted_on < day), Decimal(0)))
        pending = sum((Decimal(entry["amount"]) for entry in balance["pending"]), Decimal(0))
        assert Decimal(balance["amount"]) + pending == truth.receivable(code)
        (person,) = (each for each in world.PEOPLE if each.code == code)
        assert balance["payment_account"] == (person.account if lines else None)


@of_every_customer
def test_the_statement_is_trytons_lines(front: Front, truth: Truth, code: str) -> None:
    front.on(truth.today() + DAY)
    shown = front.all(code, "ledger")
    lines = truth.lines(code)
    assert [(each["posted_on"], each["value_on"], each["amount"]) for each in reversed(shown)] == [
        (line.posted_on.isoformat(), line.day.isoformat(), money(line.amount)) for line in lines
    ]
    assert [each["balance"] for each in reversed(shown)] == [
        money(sum((line.amount for line in lines[: place + 1]), Decimal(0))) for place in range(len(lines))
    ]
    numbers = {each.number for each in truth.invoices(code)}
    assert {each["document_no"] for each in shown if each["kind"] in ("invoice", "correction")} == numbers


def test_a_payment_booked_late_counts_from_the_day_of_booking(front: Front) -> None:
    """The bank dated it 29 June; Tryton's accountants posted it on 2 July."""
    amounts = {}
    for day in (date(2026, 6, 30), date(2026, 7, 2), date(2026, 7, 3)):
        front.on(day)
        amounts[day] = Decimal(front.get(world.LATE_BOOKING, "balance")["amount"])
    assert amounts[date(2026, 6, 30)] == amounts[date(2026, 7, 2)] > amounts[date(2026, 7, 3)]


def test_an_instalment_that_is_still_open_says_when_to_pay(front: Front, truth: Truth) -> None:
    (true,) = (each for each in truth.invoices(world.TWO_INSTALMENTS) if len(each.dues) > 1)
    for day, status in ((min(true.dues), "open"), (min(true.dues) + DAY, "overdue")):
        front.on(day)
        (shown,) = (each for each in front.all(world.TWO_INSTALMENTS, "invoices") if each["invoice_no"] == true.number)
        assert (shown["due_on"], shown["status"]) == (min(true.dues).isoformat(), status)


@pytest.mark.parametrize("code", [world.CORRECTED, world.FULLY_CREDITED, world.ALSO_A_SUPPLIER])
def test_documents_are_trytons_own_bytes(front: Front, truth: Truth, tryton: TrytonServer, code: str) -> None:
    shown = {each["invoice_no"]: each for each in front.all(code, "invoices")}
    chosen = sorted(truth.invoices(code), key=lambda each: (each.number[:2], each.id))
    for true in {each.id: each for each in (chosen[0], chosen[-1])}.values():
        answer = front.document(code, shown[true.number]["id"])
        assert answer.status_code == 200
        assert answer.data == truth.document(true)
        assert answer.data.startswith(b"%PDF-" if tryton.documents == "pdf" else b"PK")
        assert true.number.replace("/", "-") in answer.headers["Content-Disposition"]


def test_another_customers_invoice_is_not_there(front: Front) -> None:
    """Tryton itself would give it to the portal's key, whoever is meant."""
    theirs = front.all(world.CORRECTED, "invoices")[0]["id"]
    at = f"/api/v1/customers/{front.api.customers[0]['id']}"
    assert front.api.customers[0]["customer_no"] != world.CORRECTED
    for rest in ("", "/document"):
        assert front.api.get(f"{at}/invoices/{theirs}{rest}").status_code == 404
        assert front.api.get(f"{at}/invoices/1{rest}").status_code == 404


def test_a_payment_of_today_is_pending_today_and_counts_tomorrow(front: Front, truth: Truth) -> None:
    """The last of all, because it adds to the history."""
    code = world.TWO_INSTALMENTS
    today = truth.today()
    front.on(today)
    before = front.get(code, "balance")
    (invoice,) = (each for each in truth.invoices(code) if each.to_pay)
    truth.pay_now(code, invoice.number, Decimal("5"))
    with_payment = front.get(code, "balance")
    assert (with_payment["amount"], with_payment["as_of"]) == (before["amount"], (today - DAY).isoformat())
    assert with_payment["pending"] == [
        {
            "kind": "payment",
            "document_no": invoice.number,
            "amount": "-5.00",
            "posted_on": today.isoformat(),
            "counts_on": (today + DAY).isoformat(),
        }
    ]
    (shown,) = (each for each in front.all(code, "invoices") if each["invoice_no"] == invoice.number)
    assert Decimal(shown["outstanding"]) == invoice.to_pay - 5
    front.on(today + DAY)
    after = front.get(code, "balance")
    assert Decimal(after["amount"]) == Decimal(before["amount"]) - 5
    assert after["pending"] == []
